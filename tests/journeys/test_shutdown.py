"""A gateway that is told to stop finishes what is under way."""

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest

from tests.journeys.killing import message
from tests.server import RunningGateway


async def test_request_under_way_is_finished_and_no_new_one_is_taken(
    start_gateway: Callable[..., RunningGateway],
) -> None:
    gateway = start_gateway()
    body = json.dumps(message("half")).encode()
    head = f"POST /api/v1/appeals HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    writer.write(f"{head}\r\n\r\n".encode() + body[:50])
    await writer.drain()
    await asyncio.sleep(0.3)  # the handler waits for the rest
    stopping = asyncio.create_task(asyncio.to_thread(gateway.stop))
    await asyncio.sleep(0.3)
    writer.write(body[50:])
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(), timeout=20)
    writer.close()
    await stopping
    assert answer.startswith(b"HTTP/1.1 201")
    number = json.loads(answer.partition(b"\r\n\r\n")[2])["number"]
    async with httpx.AsyncClient() as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"{gateway.url}/health")
    await asyncio.to_thread(gateway.start)
    for _ in range(30):  # what the worker held when it stopped is carried when its lease is over
        listed = await asyncio.to_thread(gateway.run, "case", "list")
        if number in listed:
            break
        await asyncio.sleep(0.5)
    assert number in listed
