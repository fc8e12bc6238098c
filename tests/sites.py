"""Sites of agencies for tests: the pages in `widget/examples`, served from an origin of their own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Frame, Locator, Page

from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.loopback import serve
from tests.parts import Part

EXAMPLES = Path(__file__).parents[1] / "widget" / "examples"
JQUERY = Path(__file__).parents[1] / "widget" / "node_modules" / "jquery" / "dist" / "jquery.min.js"

# The site of an old content management system: `npm ci` in the folder widget brings what it runs on.
OLD_SITE = Part(
    name="the launcher in an old site",
    lacks=lambda: None if JQUERY.exists() else "no jQuery in widget/node_modules; `make lint` brings it",
    debian=("nodejs", "npm"),
    homebrew=("node",),
)

_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


@dataclass(frozen=True, slots=True)
class Site:
    """A site whose pages carry the widget of `gateway`."""

    gateway: ServedGateway
    port: int
    need_part: Callable[[Part], None]

    @property
    def origin(self) -> str:
        """An origin that the agency has registered."""
        return f"http://127.0.0.1:{self.port}"

    def url(self, example: str, *, gateway: str | None = None) -> str:
        """The address of an example, at the registered origin; it may carry the widget of another gateway."""
        if example == "cms":
            self.need_part(OLD_SITE)
        query = "" if gateway is None else f"?gateway={gateway}"
        return f"{self.origin}/{example}.html{query}"

    def foreign_url(self, example: str) -> str:
        """The same page at an origin that the agency has not registered."""
        return f"http://localhost:{self.port}/{example}.html"


def _render(name: str, gateway: str) -> bytes:
    """An example as bytes in its own encoding, with the gateway and the agency put in."""
    text = (EXAMPLES / name).read_text(encoding="utf-8").replace("https://HOST", gateway).replace("KEY", AGENCY)
    return text.encode("cp1251" if "windows-1251" in text else "utf-8")


@pytest.fixture(scope="session")
async def site(tmp_path_factory: pytest.TempPathFactory, need_part: Callable[[Part], None]) -> AsyncIterator[Site]:
    """One site and one gateway for all tests that only look and send."""
    async with served(settings_for(tmp_path_factory.mktemp("site"))) as gateway:

        async def show(request: web.Request) -> web.StreamResponse:
            name = request.match_info["name"]
            if name == "jquery.js":
                return web.FileResponse(JQUERY)
            path = EXAMPLES / name
            if path.suffix not in _TYPES or not path.is_file():
                raise web.HTTPNotFound
            headers = {"Content-Type": _TYPES[path.suffix], "Cache-Control": "no-store"}
            if policy := request.query.get("isolated"):
                headers |= {"Cross-Origin-Embedder-Policy": policy, "Cross-Origin-Opener-Policy": "same-origin"}
            carried = request.query.get("gateway", gateway.url)
            return web.Response(body=_render(name, carried), headers=headers)

        app = web.Application()
        app.router.add_get("/{name}", show)
        async with serve(app) as url:
            yield Site(gateway, int(url.rpartition(":")[2]), need_part)


def link_in(page: Page) -> Locator:
    """The link of the page's widget, or of the first one."""
    return page.locator("otklik-widget .box > a").first


async def form_in(page: Page) -> Frame:
    """The form in the page's widget once it shows itself."""
    frame = page.locator("otklik-widget iframe")
    await frame.wait_for(state="visible")
    handle = await frame.element_handle()
    form = await handle.content_frame()
    assert form is not None
    await form.locator("html[data-frame]").wait_for()
    return form


async def wait_for_events(page: Page, *events: str) -> None:
    """Wait until the page's widgets have told just this; LISTEN was added to the page before."""
    for _ in range(500):
        if (heard := await page.evaluate("heard")) == list(events):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"heard {heard}, not {events}")


LISTEN = """
window.heard = [];
for (const name of ["open", "sent", "close", "failed"]) {
  addEventListener("otklik:" + name, (event) => heard.push(name + (event.detail === null ? "" : " with data")));
}
"""
"""A script that a test adds to a page (`add_init_script`) so that `wait_for_events` can tell."""
