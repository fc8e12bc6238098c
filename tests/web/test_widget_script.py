"""The launcher script as agencies' pages load it."""

import pytest

from gateway import __version__
from gateway.texts import LANGUAGES
from tests.application import ServedGateway
from tests.web.api import error_of


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
    tag = answer.headers["ETag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        again = await gateway.http.get("/widget.js", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == tag
    changed = await gateway.http.get("/widget.js", headers={"If-None-Match": '"other"'})
    assert changed.status_code == 200


async def test_launcher_of_this_version_never_changes(gateway: ServedGateway) -> None:
    answer = await gateway.http.get(f"/widget/{__version__}.js")
    assert answer.content == (await gateway.http.get("/widget.js")).content
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert error_of(await gateway.http.get("/widget/0.0.0.js"), 404)["code"] == "not_found"


async def test_launcher_speaks_every_language(gateway: ServedGateway) -> None:
    script = (await gateway.http.get("/widget.js")).text
    for lang in LANGUAGES:
        assert gateway.app.texts.say(lang, "widget.link") in script
