"""What stands before two gateways: each request goes to the next one, or to the other if that one is gone."""

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from tests.loopback import serve


@asynccontextmanager
async def balanced(backends: Sequence[str]) -> AsyncIterator[str]:
    """Serve meanwhile; gives the address."""
    turns = itertools.cycle(range(len(backends)))
    # A connection for each request: one that is kept would be dead after its gateway was killed.
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=20)) as session:

        async def forward(request: web.Request) -> web.Response:
            body, first = await request.read(), next(turns)
            kept = {name: value for name, value in request.headers.items() if name not in ("Host", "Content-Length")}
            for backend in (*backends[first:], *backends[:first]):
                try:
                    url = f"{backend}{request.path_qs}"
                    async with session.request(request.method, url, data=body, headers=kept) as answer:
                        return web.Response(status=answer.status, body=await answer.read())
                except (aiohttp.ClientError, TimeoutError):
                    continue
            return web.Response(status=502)

        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/{path:.*}", forward)
        async with serve(app) as url:
            yield url
