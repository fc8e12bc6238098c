"""A messenger that takes everything: `python -m bench.platform PORT`; `GET /answered` counts the messages it took."""

import asyncio
import sys

from aiohttp import web


async def main(port: int) -> None:
    """Serve until killed."""
    taken = 0

    async def call(request: web.Request) -> web.Response:
        nonlocal taken
        method = request.match_info["method"]
        if method == "getMe":
            return web.json_response({"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "Bench"}})
        if method.startswith("send"):
            taken += 1
            chat = {"id": 1, "type": "private"}
            return web.json_response({"ok": True, "result": {"message_id": taken, "date": 1, "chat": chat}})
        return web.json_response({"ok": True, "result": True})

    async def answered(_: web.Request) -> web.Response:
        return web.Response(text=str(taken))

    application = web.Application()
    application.router.add_route("*", "/bot{token}/{method}", call)
    application.router.add_get("/answered", answered)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
