"""The floor of serving the launcher: a bare aiohttp handler with the same bytes, nothing around it.

`python -m bench.bare PORT`; `/whole`, `/br` and `/unchanged` are the three answers that `/widget.js` gives.
"""

import asyncio
import sys

import uvloop
from aiohttp import web

from widget.build import BUILT


async def main(port: int) -> None:
    """Serve until killed."""
    launcher = BUILT / "launcher" / "widget.js"
    content = launcher.read_bytes()
    compressed = launcher.with_name(f"{launcher.name}.br").read_bytes()
    type_ = {"Content-Type": "text/javascript; charset=utf-8"}

    async def whole(_: web.Request) -> web.Response:
        return web.Response(body=content, headers=type_)

    async def br(_: web.Request) -> web.Response:
        return web.Response(body=compressed, headers={**type_, "Content-Encoding": "br"})

    async def unchanged(_: web.Request) -> web.Response:
        return web.Response(status=304)

    application = web.Application()
    application.add_routes([web.get("/whole", whole), web.get("/br", br), web.get("/unchanged", unchanged)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
