"""A load of requests over kept connections on loopback, by two clients.

The lean one costs little, so that the server is what is measured; aiohttp's own is what programs use, and takes about
as much of the machine as the server does.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp


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
    """What is unchanged (304) has no length."""
    _, named, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if named else 0


Ask = Callable[[bytes], Awaitable[int]]
"""Sends a whole HTTP request and gives the status of its answer."""


@asynccontextmanager
async def lean(port: int) -> AsyncIterator[Ask]:
    """One connection that knows just enough of HTTP."""
    _, connection = await asyncio.get_running_loop().create_connection(_Connection, "127.0.0.1", port)

    async def ask(request: bytes) -> int:
        return int((await connection.ask(request)).split(b" ", 2)[1])

    yield ask
    connection.close()


@asynccontextmanager
async def ordinary(port: int) -> AsyncIterator[Ask]:
    """One connection of aiohttp's client."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as session:

        async def ask(request: bytes) -> int:
            head, body = request.split(b"\r\n\r\n", 1)
            first, *lines = head.decode().split("\r\n")
            method, path, _ = first.split(" ")
            headers = dict(line.split(": ", 1) for line in lines if not line.startswith(("Host", "Content-Length")))
            async with session.request(method, f"http://127.0.0.1:{port}{path}", data=body, headers=headers) as answer:
                await answer.read()
                return answer.status

        yield ask


CLIENTS = {"lean": lean, "aiohttp": ordinary}


async def send(
    port: int, make: Callable[[int], bytes], *, count: int, connections: int, client: str = "lean", status: int = 201
) -> Measured:
    """Send `count` requests over so many connections; AssertionError unless each is answered with that status."""
    numbers = iter(range(count))
    times: list[float] = []

    async def run() -> None:
        async with CLIENTS[client](port) as ask:
            for number in numbers:
                request = make(number)
                started = time.perf_counter()
                answered = await ask(request)
                times.append(time.perf_counter() - started)
                assert answered == status, f"answered {answered}"

    started = time.perf_counter()
    await asyncio.gather(*(run() for _ in range(connections)))
    seconds = time.perf_counter() - started
    times.sort()
    return Measured(per_second=count / seconds, p50=1000 * times[count // 2], p99=1000 * times[int(count * 0.99)])
