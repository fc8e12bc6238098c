"""The launcher script as agencies' pages load it."""

import json

import pytest

from gateway import __version__
from gateway.domain.integrity import integrity_of
from gateway.texts import LANGUAGES
from tests.application import ServedGateway
from tests.web.api import error_of
from widget.build import BUILT


@pytest.fixture
def gateway(standing_gateway: ServedGateway) -> ServedGateway:
    return standing_gateway


async def test_launcher_is_open_to_every_page_and_revalidated(gateway: ServedGateway) -> None:
    answer = await gateway.http.get("/widget.js", headers={"Origin": "https://anyone.example"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "must-revalidate" in answer.headers["Cache-Control"]


async def test_launcher_of_this_version_never_changes(gateway: ServedGateway) -> None:
    answer = await gateway.http.get(f"/widget/{__version__}.js")
    later = await gateway.http.get(f"/widget/{__version__}-form.js")
    assert f"/widget/{__version__}-form.js" in (await gateway.http.get("/widget.js")).text
    assert "import(" not in answer.text
    assert later.headers["Cache-Control"] == answer.headers["Cache-Control"]
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert error_of(await gateway.http.get("/widget/0.0.0.js"), 404)["code"] == "not_found"


async def test_every_version_that_ever_was_is_the_one_that_pages_pinned(gateway: ServedGateway) -> None:
    versions = json.loads((BUILT / "launcher" / "versions.json").read_text(encoding="utf-8"))
    assert {"0.1.0", __version__} <= versions.keys()
    for version, pinned in versions.items():
        answer = await gateway.http.get(f"/widget/{version}.js", headers={"Accept-Encoding": "br"})
        assert integrity_of(answer.content) == pinned
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


async def test_launcher_speaks_every_language(gateway: ServedGateway) -> None:
    for name in ("widget.js", "legacy.js", f"widget/{__version__}.js"):
        script = (await gateway.http.get(f"/{name}")).text
        for lang in LANGUAGES:
            assert gateway.app.texts.say(lang, "widget.link") in script
