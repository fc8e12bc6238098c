"""The floor of durable intake: an aiohttp handler that puts what comes into one raw table, nothing else.

`python -m bench.floor PORT sqlite:///file|postgresql://… [GROUP]`: on SQLite at most so many inserts share a commit,
128 if nothing is said; 1 is a commit for each, as by a handler that stores what it was given alone.
"""

import asyncio
import json
import queue
import sqlite3
import sys
import threading
from collections.abc import Awaitable, Callable

import asyncpg
import uvloop
from aiohttp import web

Store = Callable[[str], Awaitable[None]]


class RawSqlite:
    """One table, one writer thread, a commit for `group` inserts at most, synchronous=FULL."""

    def __init__(self, file: str, group: int) -> None:
        self._group = group
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE raw (id INTEGER PRIMARY KEY, body TEXT)")
        self._waiting: queue.SimpleQueue[tuple[str, asyncio.Future[None]]] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._write, daemon=True).start()

    async def __call__(self, body: str) -> None:
        stored = self._loop.create_future()
        self._waiting.put((body, stored))
        await stored

    def _write(self) -> None:
        while True:
            group = [self._waiting.get()]
            while len(group) < self._group and not self._waiting.empty():
                group.append(self._waiting.get())
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT INTO raw (body) VALUES (?)", [(body,) for body, _ in group])
            self._connection.execute("COMMIT")
            self._loop.call_soon_threadsafe(_tell, [stored for _, stored in group])


def _tell(group: list[asyncio.Future[None]]) -> None:
    for stored in group:
        if not stored.done():
            stored.set_result(None)


async def raw_postgres(url: str) -> Store:
    """One table, a pool of connections, a commit for each insert."""
    pool = await asyncpg.create_pool(url, min_size=16, max_size=16)
    await pool.execute("CREATE TABLE raw (id bigserial PRIMARY KEY, body text)")

    async def store(body: str) -> None:
        await pool.execute("INSERT INTO raw (body) VALUES ($1)", body)

    return store


async def main(port: int, url: str, group: int = 128) -> None:
    """Serve until killed."""
    store: Store = (
        RawSqlite(url.removeprefix("sqlite:///"), group) if url.startswith("sqlite") else await raw_postgres(url)
    )

    async def take(request: web.Request) -> web.Response:
        parsed = json.loads(await request.read())
        await store(json.dumps(parsed, ensure_ascii=False))
        return web.json_response({"ok": True}, status=201)

    async def take_update(request: web.Request) -> web.Response:
        await store((await request.read()).decode())
        return web.Response()

    async def health(_: web.Request) -> web.Response:
        return web.Response()

    application = web.Application()
    application.router.add_post("/api/v1/appeals", take)
    application.router.add_post("/hooks/telegram", take_update)
    application.router.add_get("/health", health)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:])))
