"""Danger, and what would be refused, on the form page without scripts: told before anything is sent, and once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.domain.fault import FaultKind
from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.readings import THREE, read_by_words
from tests.web.pages import GOOD, REVIEW, SEND, Page, case_of, open_form, post

SEND_PARTS, EDIT = ("do", "send_parts"), ("edit", "text")
RUDE = "Какого чёрта у дома 12 третий день яма?"
GAS = "В подъезде пахнет газом, второй этаж"


@pytest.fixture
async def gateway(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[ServedGateway]:
    read_by_words(monkeypatch)
    async with served(settings_for(tmp_path)) as gateway:
        yield gateway


async def answer_to(gateway: ServedGateway, button: tuple[str, str] = SEND, **typed: str | None) -> Page:
    return Page(await post(gateway, await open_form(gateway), button, **(GOOD | typed)))


async def test_danger_is_met_with_numbers_before_anything_else_and_once(gateway: ServedGateway) -> None:
    page = await answer_to(gateway, text=GAS)
    assert page.status == 200
    assert [link["href"] for link in page.all("a", class_="button")] == ["tel:112", "tel:104"]
    box = page.one("div", class_="emergency")
    assert "Сначала позвоните" in box.text
    assert "autofocus" in box.attributes
    on = next(button for button in page.all("button", name="do", value="send") if box in button.within)
    assert "продолжить" in on.text
    sent = await post(gateway, _without(page, on), SEND)
    assert (await case_of(gateway, sent.headers["Location"])).text == GAS


async def test_danger_is_told_before_the_review_which_goes_on_by_its_button(gateway: ServedGateway) -> None:
    page = await answer_to(gateway, REVIEW, text=GAS)
    on = next(button for button in page.all("button", value="review") if button.is_in("p"))
    review = Page(await post(gateway, _without(page, on), REVIEW))
    assert "Проверьте перед отправкой" in review.title
    assert (await post(gateway, review, SEND)).status_code == 303


async def test_what_would_be_refused_is_marked_and_sent_all_the_same(gateway: ServedGateway) -> None:
    page = await answer_to(gateway, text=RUDE)
    assert page.status == 200
    assert "Такое сообщение могут не рассмотреть" in page.text
    assert [mark.text for mark in page.all("mark")] == ["чёрт"]
    mend, on = page.one("a", href="#text", class_="button"), _buttons_in(page, "warnings")
    assert (mend.text, [button.text for button in on]) == ("Исправить", ["Всё равно продолжить"])
    sent = await post(gateway, _without(page, on[0]), SEND)
    assert (await case_of(gateway, sent.headers["Location"])).text == RUDE


async def test_changed_text_is_looked_at_anew(gateway: ServedGateway) -> None:
    page = await answer_to(gateway, text=RUDE)
    again = Page(await post(gateway, _without(page, *_buttons_in(page, "warnings")), SEND, text=f"{RUDE} passport"))
    assert len(again.all("mark")) == 2


async def test_mistakes_and_warnings_are_told_together(gateway: ServedGateway) -> None:
    page = await answer_to(gateway, text=RUDE, contact__name="")
    assert page.status == 422
    assert set(page.problems) == {"contact.name"}
    assert [mark.text for mark in page.all("mark")] == ["чёрт"]
    assert _buttons_in(page, "warnings") == []
    sent = await post(gateway, page, SEND, contact__name="Житель")
    assert sent.status_code == 303


async def test_agency_that_refuses_a_fault_does_not_take_it(gateway: ServedGateway) -> None:
    await refuse(gateway, FaultKind.OBSCENE)
    page = await answer_to(gateway, text=f"{RUDE} passport")
    assert page.status == 422
    assert "Такое сообщение ведомство не примет" in page.text
    assert _buttons_in(page, "warnings") == []
    again = Page(await post(gateway, page, SEND))
    assert again.status == 422
    assert [mark.text for mark in again.all("mark")] == ["чёрт"]  # of the other one it was told
    assert (await post(gateway, again, SEND, text=GOOD["text"])).status_code == 303


async def test_several_problems_with_danger_and_faults_are_one_page(gateway: ServedGateway) -> None:
    page = await answer_to(gateway, text=f"{THREE} и чёрт знает что с газом")
    assert page.one("a", href="tel:104").text == "Позвонить 104"
    assert len(page.all("textarea", rows="3")) == 4
    box = page.one("div", class_="warnings")
    assert any(outer.get("class") == "step part" for outer in box.within)
    assert [mark.text for mark in page.all("mark")] == ["Чёрт"]
    sent = await post(gateway, page, SEND_PARTS)
    assert sent.status_code == 303


async def test_words_that_are_new_in_a_part_are_told_there(gateway: ServedGateway) -> None:
    page = await answer_to(gateway, text=THREE)
    answer = Page(await post(gateway, page, SEND_PARTS, part__1__text="Какого чёрта неделю не вывозят мусор"))
    assert answer.status == 200
    assert [mark.text for mark in answer.all("mark")] == ["чёрт"]
    assert (await post(gateway, answer, SEND_PARTS)).status_code == 303


async def test_agency_refuses_a_fault_in_a_part_too(gateway: ServedGateway) -> None:
    await refuse(gateway, FaultKind.OBSCENE)
    page = await answer_to(gateway, text=THREE)
    rude = {"part__1__text": "Какого чёрта неделю не вывозят мусор"}
    first = Page(await post(gateway, page, SEND_PARTS, **rude))
    again = Page(await post(gateway, first, SEND_PARTS))
    assert (first.status, again.status) == (422, 422)
    assert (await post(gateway, again, SEND_PARTS, part__1__sent=None)).status_code == 303


async def test_address_that_the_text_names_is_taken_with_a_button(gateway: ServedGateway) -> None:
    page = await answer_to(gateway, text="Не горит фонарь на Ленина 5", place__address="")
    assert "place.address" in page.problems
    offer = ("take_place", "улица Ленина, 5")
    assert page.one("button", name=offer[0], value=offer[1]).text == "Взять адрес из текста: улица Ленина, 5"
    form = Page(await post(gateway, page, offer))
    assert form.values("place.address") == ["улица Ленина, 5"]
    assert "autofocus" in form.by_id("place.address").attributes
    assert form.all("button", name="take_place") == []
    assert (await post(gateway, form, SEND)).status_code == 303


def _buttons_in(page: Page, class_: str) -> list[object]:
    box = page.one("div", class_=class_)
    return [button for button in page.all("button") if box in button.within]


def _without(page: Page, *buttons: object) -> Page:
    """The page with one button of its kind less, so that the other one can be named."""
    page.elements = [element for element in page.elements if not any(element is button for button in buttons)]
    return page


async def refuse(gateway: ServedGateway, *kinds: FaultKind) -> None:
    agency = await gateway.app.agencies.find(AGENCY)
    await gateway.app.agencies.save([replace(agency, refuses=frozenset(kinds))])
