"""How a call of the gateway goes wrong: the fault that is due for it, and how a connection is cut."""

import asyncio

from aiohttp import web

from tests.platforms.platform import Broken, Fault


def due(broken: list[Broken], method: str) -> Broken | None:
    """Take the first fault in force for the method, and count it; one that is used up leaves the list."""
    for fault in broken:
        if fault.method not in (None, method):
            continue
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                broken.remove(fault)
        return fault
    return None


def cut(request: web.Request) -> web.Response:
    """Break the connection off; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def after(fault: Broken | None, request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
    """Give the answer to a call that was done, late or not at all if that is the fault."""
    if fault is not None and fault.fault is Fault.LOST_ANSWER:
        return cut(request)
    if fault is not None and fault.fault is Fault.SLOW:
        await asyncio.sleep(fault.seconds)
    return answer
