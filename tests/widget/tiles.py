"""A tile server on loopback, as strict as the public ones: it knows its own addresses and counts who asks."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from PIL import Image

from tests.loopback import serve

LARGEST_ZOOM = 17


@dataclass(slots=True)
class TileServer:
    """`url` is its template, `asked` the tiles that it was asked for, as (zoom, x, y); it `refuses` all if told to.

    `strange` are the requests that a public server would not answer, `referers` whose map the tiles were for.
    """

    url: str = ""
    asked: list[tuple[int, int, int]] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    referers: set[str] = field(default_factory=set)
    refuses: bool = False

    @property
    def settings(self) -> dict[str, Any]:
        """The section `map` of a gateway's settings."""
        return {
            "tiles": self.url,
            "attribution": "© Те, кто рисует карту",
            "attribution_url": "https://maps.example/copyright",
            "lat": 55.75,
            "lon": 37.62,
            "zoom": 11,
            "max_zoom": LARGEST_ZOOM,
        }

    async def answer(self, request: web.Request) -> web.Response:
        zoom, x, y = (int(request.match_info[name]) for name in "zxy")
        self.asked.append((zoom, x, y))
        self.referers.add(request.headers.get("Referer", ""))
        if not (zoom <= LARGEST_ZOOM and 0 <= x < 2**zoom and 0 <= y < 2**zoom and request.query.get("key") == "k"):
            self.strange.append(str(request.rel_url))
        if self.refuses:
            raise web.HTTPForbidden
        return web.Response(body=_PICTURE, content_type="image/png")


def _picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (256, 256), (225, 232, 216)).save(written, "PNG")
    return written.getvalue()


_PICTURE = _picture()


@asynccontextmanager
async def serve_tiles() -> AsyncIterator[TileServer]:
    """Serve tiles; AssertionError at the end if one was asked for that does not exist."""
    tiles = TileServer()
    app = web.Application()
    app.router.add_get(r"/tiles/{z:\d+}/{x:\d+}/{y:\d+}.png", tiles.answer)
    async with serve(app) as url:
        tiles.url = f"{url}/tiles/{{z}}/{{x}}/{{y}}.png?key=k"
        yield tiles
    assert tiles.strange == []
