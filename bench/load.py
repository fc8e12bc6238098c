"""A load of POST requests over kept connections on loopback: lean, so that the server is what is measured."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of a load: answers a second, and how long they took in milliseconds."""

    per_second: float
    p50: float
    p99: float


class _Connection(asyncio.Protocol):
    """One kept connection: a request out, its whole answer back."""

    def __init__(self) -> None:
        self._received = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(b"\r\n\r\n")
        if head >= 0 and len(self._received) >= head + 4 + _length(self._received[:head]):
            answer = bytes(self._received)
            self._received.clear()
            self._answer.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError())

    async def ask(self, request: bytes) -> bytes:
        self._answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        self._transport.close()


def _length(head: bytearray) -> int:
    start = head.lower().index(b"content-length:") + len(b"content-length:")
    return int(head[start:].split(b"\r\n", 1)[0])


async def send(port: int, make: Callable[[int], bytes], *, count: int, connections: int) -> Measured:
    """Send `count` requests over so many connections; AssertionError unless each is answered 201."""
    numbers = iter(range(count))
    times: list[float] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(_Connection, "127.0.0.1", port)
        for number in numbers:
            request = make(number)
            started = time.perf_counter()
            answer = await connection.ask(request)
            times.append(time.perf_counter() - started)
            assert answer.startswith(b"HTTP/1.1 201"), answer[:2000]
        connection.close()

    started = time.perf_counter()
    await asyncio.gather(*(run() for _ in range(connections)))
    seconds = time.perf_counter() - started
    times.sort()
    return Measured(per_second=count / seconds, p50=1000 * times[count // 2], p99=1000 * times[int(count * 0.99)])
