"""The start page, the page for lost numbers, and pages of bad news."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.web.pages import Page, open_page, post, send_form


@pytest.fixture
def gateway(standing_gateway: ServedGateway) -> ServedGateway:
    return standing_gateway


@pytest.fixture
async def gateway_with_mail(tmp_path: Path) -> AsyncIterator[ServedGateway]:
    smtp = {"host": "127.0.0.1", "port": 1, "sender": "otklik@example.org"}
    async with served(settings_for(tmp_path, smtp=smtp)) as gateway:
        yield gateway


SEND_NUMBERS = ("do", "send")


async def test_start_says_what_this_server_is(gateway: ServedGateway) -> None:
    page = await open_page(gateway, "/")
    assert page.status == 200
    assert "Это сервер «Отклик»" in page.text
    assert [script for script in page.all("script") if script.get("data-agency")] == []


async def test_demo_starts_with_an_agencys_site_that_carries_the_form(tmp_path: Path) -> None:
    async with served(settings_for(tmp_path), demo=True) as gateway:
        from gateway.demo import prepare

        await prepare(gateway.app, empty=True)
        page = await open_page(gateway, "/")
        assert page.one("script", src="/widget.js")["data-agency"] == "demo"
        assert f'src="{gateway.url}/widget.js"' in page.one("pre").text
        links = {link["href"] for link in page.all("a") if link["href"].startswith("/")}
        assert "/f/demo" in links
        for href in links:
            assert (await gateway.http.get(href)).status_code == 200, href


async def test_lost_number_is_promised_to_everybody_alike(gateway_with_mail: ServedGateway) -> None:
    gateway = gateway_with_mail
    await send_form(gateway, contact__email="known@example.org")
    await gateway.drain()
    waited = await gateway.app.outbox.waiting()
    answers = []
    for email in ("known@example.org", "unknown@example.org"):
        page = await open_page(gateway, f"/f/{AGENCY}/lost")
        answer = await post(gateway, page, SEND_NUMBERS, email=email)
        assert answer.status_code == 303
        assert email not in answer.headers["Location"]
        answers.append(await open_page(gateway, answer.headers["Location"]))
    assert answers[0].answer.text == answers[1].answer.text
    assert "письмо с их номерами" in answers[0].one("div", role="status").text
    assert await gateway.app.outbox.waiting() == waited + 2


async def test_what_is_no_address_is_a_problem_at_its_field(gateway_with_mail: ServedGateway) -> None:
    page = await open_page(gateway_with_mail, f"/f/{AGENCY}/lost")
    page = Page(await post(gateway_with_mail, page, SEND_NUMBERS, email="не почта"))
    assert page.status == 422
    assert list(page.problems) == ["email"]
    assert page.by_id("email")["aria-invalid"] == "true"
    assert page.values("email") == ["не почта"]


async def test_gateway_without_mail_says_that_it_sends_no_letters(gateway: ServedGateway) -> None:
    page = await open_page(gateway, f"/f/{AGENCY}/lost")
    assert "не отправляет писем" in page.text
    assert page.all("input", name="email") == []
    answer = await gateway.http.post(f"/f/{AGENCY}/lost", data={"email": "a@example.org"})
    assert "не отправляет писем" in Page(answer).text


async def test_form_tells_that_a_number_can_be_sent_only_if_it_can(
    gateway: ServedGateway, gateway_with_mail: ServedGateway
) -> None:
    words = "и номер, если вы его потеряете"
    assert words not in (await open_page(gateway, f"/f/{AGENCY}")).text
    assert words in (await open_page(gateway_with_mail, f"/f/{AGENCY}")).text


@pytest.mark.parametrize("path", ["/f/nobody", "/f/nobody/lost", "/track/123-456-7897?key=x", "/track/x", "/assets/x"])
async def test_what_is_not_there_gets_a_page_of_its_own(gateway: ServedGateway, path: str) -> None:
    page = await open_page(gateway, path)
    assert page.status == 404
    assert page.one("h1").text
    assert page.one("html")["lang"] == "ru"
    assert page.answer.headers["Cache-Control"] == "no-store"


async def test_browser_that_asks_for_an_unknown_address_gets_a_page(gateway: ServedGateway) -> None:
    page = await open_page(gateway, "/nothing", Accept="text/html,*/*;q=0.8")
    assert page.status == 404
    assert page.one("h1").text == "Страница не найдена"


async def test_bad_news_come_in_the_readers_language(gateway: ServedGateway) -> None:
    page = await open_page(gateway, "/f/nobody?lang=en")
    assert page.one("h1").text == "There is no such form"
