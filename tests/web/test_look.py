import re
from pathlib import Path

import pytest

from gateway.domain.colour import contrast, read_colour
from gateway.web.look import DARK, LIGHT, Scheme
from tests.application import AGENCY, ServedGateway
from tests.web.pages import Page

CSS = Path(__file__).parents[2] / "widget/src/form/css"
LOOK = {"accent": "ffd400", "corner": "12", "scheme": "light", "frame": "inline"}


async def open_form(gateway: ServedGateway, **query: str) -> Page:
    return Page(await gateway.http.get(f"/f/{AGENCY}", params=query))


@pytest.mark.parametrize(("sheet", "scheme"), [("tokens.css", LIGHT), ("dark.css", DARK)])
def test_colours_are_made_legible_on_the_papers_of_the_style_sheets(sheet: str, scheme: Scheme) -> None:
    text = (CSS / sheet).read_text(encoding="utf-8")
    for name, colour in (("paper", scheme.paper), ("tint", scheme.tint)):
        written = re.search(rf"--{name}: #([0-9a-f]+);", text)[1]
        assert read_colour(written * 2 if len(written) == 3 else written) == colour


async def test_yellow_agency_gets_links_that_can_be_read(gateway: ServedGateway) -> None:
    page = await open_form(gateway, accent="ffd400")
    sheet = await gateway.http.get(page.all("link", rel="stylesheet")[-1]["href"])
    assert sheet.headers["Content-Type"] == "text/css; charset=utf-8"
    light, dark = re.findall(r"--accent: (#\w{6})", sheet.text)
    assert contrast(read_colour(light), LIGHT.tint) >= 4.5
    assert dark == "#ffd400"


async def test_links_and_posts_keep_the_look(gateway: ServedGateway) -> None:
    page = await open_form(gateway, **LOOK)
    links = [link["href"] for link in page.all("a") if link["href"].startswith("/f/")]
    addresses = [page.one("form", method="post")["action"], *links]
    assert len(addresses) >= 3
    for address in addresses:
        assert all(f"{name}={value}" in address for name, value in LOOK.items()), address
    assert page.one("html")["data-frame"] == "inline"


async def test_page_after_sending_keeps_the_look_and_the_address_to_keep_has_none_of_it(gateway: ServedGateway) -> None:
    page = await open_form(gateway, **LOOK)
    fields = dict(page.fields(page.one("form", method="post"))) | {
        "text": "Яма во дворе, ходить опасно.",
        "place.address": "ул. Школьная, 5",
        "contact.name": "Иванова Анна",
        "contact.email": "anna@example.ru",
        "consent": "true",
        "do": "send",
    }
    sent = await gateway.http.post(page.one("form", method="post")["action"], data=fields, follow_redirects=True)
    thanks = Page(sent)
    assert "accent=ffd400" in str(sent.url)
    assert thanks.one("a", class_="track").text.endswith(sent.url.params["key"])


@pytest.mark.parametrize(
    ("scheme", "media"), [("light", None), ("dark", "all"), ("neon", "(prefers-color-scheme: dark)")]
)
async def test_agency_may_ask_for_one_scheme(gateway: ServedGateway, scheme: str, media: str | None) -> None:
    page = await open_form(gateway, scheme=scheme)
    dark = [link.get("media") for link in page.all("link", rel="stylesheet") if "/dark." in link["href"]]
    assert dark == ([] if media is None else [media])


async def test_junk_in_a_look_is_passed_over(gateway: ServedGateway) -> None:
    page = await open_form(gateway, accent="red;}*{display:none", corner="-1", scheme='"><script>', frame="x")
    assert page.status == 200
    assert [link for link in page.all("link", rel="stylesheet") if "look.css" in link["href"]] == []
    sheet = await gateway.http.get("/look.css", params={"accent": "}", "corner": "9999"})
    assert sheet.text == ""
    sheet = await gateway.http.get("/look.css", params={"corner": "999"})
    assert sheet.text == ":root { --round: 24px; }"
