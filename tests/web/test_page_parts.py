"""A text with several problems on the form page, without scripts: told once, sent as several messages, or as it is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.domain.number import AppealNumber
from gateway.domain.transfer import NewCase
from tests.application import ServedGateway, served, settings_for
from tests.pictures import camera_jpeg
from tests.readings import LAMP, PENSION, TANGLED, THREE, WASTE, read_by_words
from tests.web.api import send
from tests.web.pages import ENTER, GOOD, REVIEW, SEND, Page, case_of, open_form, open_page, post

SEND_PARTS, WHOLE, EDIT = ("do", "send_parts"), ("do", "send"), ("edit", "text")
LENIN = "улица Ленина, 5"
TYPED = GOOD | {"text": THREE, "place__address": ""}


@pytest.fixture
async def gateway(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[ServedGateway]:
    read_by_words(monkeypatch)
    async with served(settings_for(tmp_path, nearby={"metres": 150})) as gateway:
        yield gateway


async def parts_of(gateway: ServedGateway, button: tuple[str, str] = SEND, **typed: str | None) -> Page:
    answer = await post(gateway, await open_form(gateway), button, **(TYPED | typed))
    assert answer.status_code == 200, answer.text
    return Page(answer)


async def cases_of(gateway: ServedGateway, page: Page) -> list[NewCase]:
    """The cases whose numbers a page of thanks tells, in its order."""
    await gateway.drain()
    assert gateway.app.cases is not None
    numbers = [AppealNumber(number.text) for number in page.all("strong")]
    return [(await gateway.app.cases.find(number))[0] for number in numbers]


async def thanks(gateway: ServedGateway, page: Page, **typed: str | None) -> Page:
    answer = await post(gateway, page, SEND_PARTS, **typed)
    assert answer.status_code == 303, Page(answer).problems
    return await open_page(gateway, answer.headers["Location"])


@pytest.mark.parametrize("button", [SEND, REVIEW, ENTER], ids=["send", "review", "enter"])
async def test_several_problems_are_told_apart_before_anything_is_sent(
    gateway: ServedGateway, button: tuple[str, str]
) -> None:
    page = await parts_of(gateway, button)
    assert "Разных проблем: 3. У каждой свой исполнитель" in page.text
    texts = [area.text.strip() for area in page.all("textarea")]
    assert texts == ["Не горит фонарь на Ленина 5", "Неделю не вывозят мусор", "Не пришла пенсия"]
    assert [page.values(f"part.{n}.topic") for n in range(3)] == [[LAMP], [WASTE], [PENSION]]
    assert page.values("part.0.address") == page.values("part.1.address") == [LENIN]
    assert "open" not in page.one("details", class_="who").attributes  # who writes and the consent are there already
    assert "Житель дома, resident@example.org" in page.text


async def test_parts_are_sent_as_messages_of_their_own(gateway: ServedGateway) -> None:
    page = await thanks(gateway, await parts_of(gateway))
    assert "Их 3, у каждого свой номер" in page.text
    cases = await cases_of(gateway, page)
    assert [case.topic_code for case in cases] == [LAMP, WASTE, PENSION]
    assert [case.text for case in cases] == [
        "Не горит фонарь на Ленина 5",
        "Неделю не вывозят мусор",
        "Не пришла пенсия",
    ]
    assert [address_of(case) for case in cases][:2] == [LENIN, LENIN]
    assert len({case.contact.email for case in cases}) == 1
    for link in page.all("a", class_="follow"):
        assert "Состояние" in (await open_page(gateway, link["href"])).text
    again = await open_page(gateway, page.one("a", class_="track")["href"])
    assert [number.text for number in again.all("strong")] == [number.text for number in page.all("strong")]


async def test_photo_goes_with_the_first_part_and_with_every_other_that_is_ticked(gateway: ServedGateway) -> None:
    blank = await open_form(gateway)
    page = Page(await post(gateway, blank, SEND, files=[("двор.jpg", camera_jpeg())], **TYPED))
    (photo,) = page.values("part.0.files")
    assert page.values("part.1.files") == page.values("part.2.files") == []
    sent = await post(gateway, page, SEND_PARTS, part__1__files=photo)
    again = await post(gateway, page, SEND_PARTS, part__1__files=photo)
    assert sent.status_code == 303
    assert sent.headers["Location"] == again.headers["Location"]
    cases = await cases_of(gateway, await open_page(gateway, sent.headers["Location"]))
    assert [[file.name for file in case.files] for case in cases] == [["двор.jpg"], ["двор.jpg"], []]
    lamp, waste = cases[0].files[0], cases[1].files[0]
    assert (lamp.id, lamp.digest) == (photo, waste.digest)
    assert waste.id != photo
    stored = [b"".join([chunk async for chunk in gateway.app.edge.blobs.read(file.id)]) for file in (lamp, waste)]
    assert stored[0] == stored[1]


async def test_part_that_is_not_good_stops_all_of_them_and_is_shown_where_it_is(gateway: ServedGateway) -> None:
    page = await parts_of(gateway)
    answer = Page(await post(gateway, page, SEND_PARTS, part__1__address="", part__2__text="Ой", consent=None))
    assert answer.status == 422
    assert answer.problems == {
        "part.1.address": "Проблема 2: Укажите адрес или ориентир, чтобы проблему нашли.",
        "part.2.text": "Проблема 3: Напишите подробнее: нужно не меньше 10 знаков, сейчас 2.",
        "consent": "Отметьте согласие, иначе ведомство не сможет принять сообщение.",
    }
    assert answer.values("part.1.topic") == [WASTE]
    await gateway.drain()
    assert gateway.app.cases is not None
    assert await gateway.app.cases.list(agency=None, status=None, most=10) == []
    mended = {"part__1__address": "Мира, 7", "part__2__text": "Не пришла пенсия за май", "consent": "true"}
    cases = await cases_of(gateway, await thanks(gateway, answer, **mended))
    assert [case.text for case in cases][2] == "Не пришла пенсия за май"
    assert address_of(cases[1]) == "Мира, 7"


async def test_part_that_is_not_ticked_stays_behind_and_one_has_to_be(gateway: ServedGateway) -> None:
    page = await parts_of(gateway)
    none = Page(await post(gateway, page, SEND_PARTS, part__0__sent=None, part__1__sent=None, part__2__sent=None))
    assert none.problems == {"parts": "Отметьте хотя бы одну проблему."}
    one = await post(gateway, none, SEND_PARTS, part__1__sent="true")
    assert "also" not in one.headers["Location"]
    assert (await case_of(gateway, one.headers["Location"])).topic_code == WASTE


async def test_text_is_sent_as_it_is_where_the_resident_says_so(gateway: ServedGateway) -> None:
    page = await parts_of(gateway, place__address="Ленина, 5")
    sent = await post(gateway, page, WHOLE)
    assert sent.status_code == 303
    assert (await case_of(gateway, sent.headers["Location"])).text == THREE


async def test_who_sends_the_whole_and_then_its_parts_is_told_that_it_was_sent(gateway: ServedGateway) -> None:
    page = await parts_of(gateway, place__address="Ленина, 5")
    await post(gateway, page, WHOLE)
    answer = Page(await post(gateway, page, SEND_PARTS))
    assert answer.status == 422
    assert "Это уже принято раньше в других словах" in answer.problems["part.0.text"]
    cases = await cases_of(gateway, await thanks(gateway, answer))
    assert [case.topic_code for case in cases] == [WASTE, PENSION]


async def test_text_is_changed_on_the_form_and_looked_at_anew(gateway: ServedGateway) -> None:
    form = Page(await post(gateway, await parts_of(gateway), EDIT))
    assert form.by_id("text").text.strip() == THREE
    assert form.values("contact.email") == [GOOD["contact__email"]]
    again = Page(await post(gateway, form, SEND, text=THREE.rpartition(", и")[0]))
    assert "Разных проблем: 2." in again.text


async def test_who_writes_is_asked_once_among_the_parts(gateway: ServedGateway) -> None:
    page = await parts_of(gateway, contact__name="", contact__email="", consent=None)
    assert "open" in page.one("details", class_="who").attributes
    answer = Page(await post(gateway, page, SEND_PARTS))
    assert set(answer.problems) == {"contact.name", "contact.email", "consent"}


async def test_text_that_no_form_takes_is_mended_before_it_is_told_apart(gateway: ServedGateway) -> None:
    page = Page(await post(gateway, await open_form(gateway), SEND, **TYPED | {"gist": "о" * 200}))
    assert "gist" in page.problems
    assert page.all("textarea", id="part.0.text") == []


async def test_store_that_fails_half_way_is_told_and_a_repeat_sends_the_rest(gateway: ServedGateway) -> None:
    page = await parts_of(gateway)
    await execute(
        gateway,
        "CREATE TRIGGER broken BEFORE INSERT ON appeals WHEN NEW.text LIKE '%пенсия%' "
        "BEGIN SELECT abs(-9223372036854775807 - 1); END",
    )
    half = Page(await post(gateway, page, SEND_PARTS))
    assert half.status == 503
    assert "Приняли не всё" in half.text
    taken = [line.text for line in half.all("p", class_="flash")]
    assert len(taken) == 2
    await execute(gateway, "DROP TRIGGER broken")
    cases = await cases_of(gateway, await thanks(gateway, half))
    assert [case.number in line for case, line in zip(cases, taken, strict=False)] == [True, True]
    assert gateway.app.cases is not None
    assert len(await gateway.app.cases.list(agency=None, status=None, most=10)) == 3


async def test_limit_loses_nothing_of_the_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    read_by_words(monkeypatch)
    async with served(settings_for(tmp_path, limits={"per_address": 2, "per_agency": 0})) as gateway:
        page = await parts_of(gateway)
        await post(gateway, page, SEND_PARTS, consent=None)
        answer = Page(await post(gateway, page, SEND_PARTS, part__1__text="Неделю не вывозят мусор совсем"))
        assert answer.status == 429
        assert "подождите минуту" in answer.one("div", role="alert").text
        assert answer.by_id("part.1.text").text.strip() == "Неделю не вывозят мусор совсем"


async def execute(gateway: ServedGateway, statement: str) -> None:
    await gateway.app.parts.database.write(lambda connection: connection.exec_driver_sql(statement))


def address_of(case: NewCase) -> str | None:
    return None if case.place is None else case.place.address


# What others have reported

FIRST = {"text": "Не горит фонарь у магазина", "topic": LAMP, "place": {"address": LENIN}}
NEIGHBOUR = {"name": "Сосед", "email": "first@example.org"}


async def people_of(gateway: ServedGateway, number: str) -> int:
    await gateway.drain()
    assert gateway.app.cases is not None
    return (await gateway.app.cases.find(AppealNumber(number)))[1].people


async def test_a_part_that_others_have_reported_is_joined_and_the_rest_is_sent(gateway: ServedGateway) -> None:
    first = await send(gateway, **FIRST, contact=NEIGHBOUR)
    await gateway.drain()
    page = await parts_of(gateway)
    assert "Уже сообщил 1 человек, адрес тот же" in page.text
    assert [page.values(f"part.{n}.joins") for n in range(3)] == [[""], [], []]
    shown = await thanks(gateway, page, part__0__joins=first["number"])
    assert len({number.text for number in shown.all("strong")} - {first["number"]}) == 3
    assert await people_of(gateway, first["number"]) == 2
    assert gateway.app.cases is not None
    cases = await gateway.app.cases.list(agency=None, status=None, most=10)
    assert {case.topic_code for case, _ in cases} == {LAMP, WASTE, PENSION}
    assert len(cases) == 3


async def test_who_is_told_of_a_neighbour_before_sending_and_means_something_else_sends(gateway: ServedGateway) -> None:
    page = await parts_of(gateway)
    first = await send(gateway, **FIRST, contact=NEIGHBOUR)
    await gateway.drain()
    told = Page(await post(gateway, page, SEND_PARTS))  # reported since the page was drawn
    assert told.status == 200
    assert "Уже сообщил 1 человек" in told.text
    sent = await post(gateway, told, SEND_PARTS)
    again = await post(gateway, page, SEND_PARTS)  # a repeat finds its own messages nearby, and is no news
    assert (sent.status_code, again.headers["Location"]) == (303, sent.headers["Location"])
    assert await people_of(gateway, first["number"]) == 1


async def test_a_case_that_was_closed_meanwhile_is_not_joined_and_the_part_can_be_sent(gateway: ServedGateway) -> None:
    page = await parts_of(gateway)
    refused = Page(await post(gateway, page, SEND_PARTS, part__0__joins="999-999-9999"))
    assert refused.status == 422
    assert "Проблема 1: " in refused.problems["part.0.text"]
    await thanks(gateway, refused)


# Nobody can tell


@pytest.mark.parametrize(("times", "is_told"), [(80, True), (8, False)], ids=["long", "short"])
async def test_review_leaves_a_long_tangle_to_the_resident(gateway: ServedGateway, times: int, is_told: bool) -> None:
    text = f"У нас во дворе {TANGLED}. " + "Так жить нельзя. " * times
    review = Page(await post(gateway, await open_form(gateway), REVIEW, **(GOOD | {"text": text})))
    assert ("не поняли, об одной он проблеме или о нескольких" in review.text) == is_told
    assert (await post(gateway, review, SEND)).status_code == 303
