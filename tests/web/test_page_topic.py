"""The topic on the form page without scripts: taken from the text, chosen among a few, found in the whole tree."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.suggestions import HATCH, POTHOLE, SEWER, SMELL, STOP, Told, tell
from tests.web.pages import GOOD, REVIEW, SEND, TOPICS, Page, case_of, number_in, open_form, open_page, post

BROWSE, EDIT = ("do", "browse"), ("edit", "topic")
SEWER_PATH = "Дворы и территории общего пользования → Канализационные люки → Канализация вытекает во двор"
FOUND = GOOD | {"text": SMELL}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Smells are surely the sewer, pits are one of two topics that are mistaken for each other, or the stop."""
    return tell(
        monkeypatch, {"воняет": [(SEWER, 0.93), (HATCH, 0.04)], "яма": [(HATCH, 0.5), (POTHOLE, 0.3), (STOP, 0.1)]}
    )


@pytest.fixture
async def gateway(told: Told, tmp_path: Path) -> AsyncIterator[ServedGateway]:
    async with served(settings_for(tmp_path)) as gateway:
        yield gateway


def offered(page: Page) -> list[str]:
    return [radio["value"] for radio in page.all("input", type="radio", name="topic")]


async def topic_of(gateway: ServedGateway, page: Page, **typed: str) -> str | None:
    sent = await post(gateway, page, SEND, **typed)
    assert sent.status_code == 303, sent.text
    return (await case_of(gateway, sent.headers["Location"])).topic_code


# Sure


async def test_sure_topic_stands_in_the_review_and_is_sent(gateway: ServedGateway) -> None:
    review = Page(await post(gateway, await open_form(gateway), REVIEW, **FOUND))
    assert f"{SEWER_PATH} Подошла по тексту." in review.text
    assert offered(review) == []
    assert await topic_of(gateway, review) == SEWER


async def test_sure_topic_is_changed_among_those_that_fit(gateway: ServedGateway) -> None:
    review = Page(await post(gateway, await open_form(gateway), REVIEW, **FOUND))
    form = Page(await post(gateway, review, EDIT))
    assert "autofocus" in form.by_id("topic").attributes
    assert offered(form) == [SEWER, HATCH, "-"]
    assert set(form.values("topic")) == {SEWER}
    again = Page(await post(gateway, form, REVIEW, topic=HATCH))
    assert "Подошла по тексту" not in again.text
    assert await topic_of(gateway, again) == HATCH


async def test_sure_topic_is_shown_where_the_page_comes_back_and_follows_the_text(gateway: ServedGateway) -> None:
    form = Page(await post(gateway, await open_form(gateway), SEND, text=SMELL))
    assert f"Тема: {SEWER_PATH}. Подошла по тексту." in form.text
    again = Page(await post(gateway, form, SEND, text="На дороге большая яма"))
    assert set(again.values("topic")) == {""}
    assert offered(again) == [HATCH, POTHOLE, STOP, "-"]


async def test_sure_topic_is_sent_from_the_first_page_and_again_without_a_conflict(
    gateway: ServedGateway, told: Told
) -> None:
    form = await open_form(gateway)
    first = await post(gateway, form, SEND, **FOUND)
    told["воняет"] = [(STOP, 0.9)]
    again = await post(gateway, form, SEND, **FOUND)
    assert number_in(first.headers["Location"]) == number_in(again.headers["Location"])
    assert (await case_of(gateway, first.headers["Location"])).topic_code == SEWER


@pytest.mark.parametrize("chosen", [STOP, "-"], ids=["topic", "do-not-know"])
async def test_what_was_chosen_by_hand_is_not_overwritten(gateway: ServedGateway, chosen: str) -> None:
    review = Page(await post(gateway, await open_form(gateway), REVIEW, **FOUND, topic=chosen))
    assert "Подошла по тексту" not in review.text
    form = Page(await post(gateway, review, ("edit", "files")))
    assert set(form.values("topic")) == {chosen}
    assert await topic_of(gateway, form, text=f"{SMELL}. Просто воняет.") == (None if chosen == "-" else chosen)


# Unsure


async def test_unsure_topics_are_chosen_from_in_the_review(gateway: ServedGateway) -> None:
    review = Page(await post(gateway, await open_form(gateway), REVIEW, **GOOD))
    assert offered(review) == [HATCH, POTHOLE, STOP, "-"]
    assert "Люк, колодец, решётка открыты" in review.text  # which of the two it is, where one is taken for the other
    assert "Остановка есть, но сломана" not in review.text
    assert await topic_of(gateway, review, topic=POTHOLE) == POTHOLE


async def test_unsure_topics_need_not_be_chosen_from(gateway: ServedGateway) -> None:
    review = Page(await post(gateway, await open_form(gateway), REVIEW, **GOOD))
    assert await topic_of(gateway, review) is None


async def test_text_of_two_words_suggests_nothing(gateway: ServedGateway) -> None:
    form = Page(await post(gateway, await open_form(gateway), SEND, text="Воняет, помогите!"))
    assert offered(form) == []
    assert "Подошла" not in form.text


async def test_reader_that_is_away_keeps_nobody_from_sending(gateway: ServedGateway, told: Told) -> None:
    told.clear()
    review = Page(await post(gateway, await open_form(gateway), REVIEW, **FOUND))
    assert offered(review) == []
    assert await topic_of(gateway, review) is None


# The tree


async def test_tree_comes_when_it_is_asked_for_with_all_that_was_typed(gateway: ServedGateway) -> None:
    blank = await open_form(gateway)
    assert blank.all("input", type="radio") == []
    page = Page(await post(gateway, blank, BROWSE, **GOOD))
    tree = [topic for topic in offered(page) if topic != "-"]
    catalogue = gateway.app.edge.topics.of(None).catalogue
    assert {topic.code for topic in catalogue.topics} <= set(tree)
    assert page.values("text") == [GOOD["text"]]
    subjects = [e.text.split() for e in page.all("summary") if sum(outer.tag == "details" for outer in e.within) == 1]
    assert ["Медицина"] in [words[:1] for words in subjects]
    assert await topic_of(gateway, page, topic="0107") == "0107"


async def test_tree_is_a_resource_of_its_own(gateway: ServedGateway) -> None:
    page = await gateway.http.get(f"/f/{AGENCY}/topics", params={"lang": "en"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert "Manholes" in page.text
    assert "Канализационные" not in page.text
    assert (await gateway.http.get("/f/nobody/topics")).status_code == 404


# Links and languages


async def test_words_of_a_link_offer_topics_and_choose_none(gateway: ServedGateway) -> None:
    page = await open_form(gateway, "?q=яма")
    assert offered(page) == [HATCH, POTHOLE, STOP, "-"]
    assert set(page.values("topic")) == {""}
    for words in ("?q=ъъъ", "?q=", "?q=" + "я" * 900, "?topic=nothing"):
        assert offered(await open_form(gateway, words)) == []
    assert offered(await open_form(gateway, f"?q=яма&topic={STOP}")) == [STOP, "-"]


async def test_topics_are_worded_in_the_language_of_the_page(gateway: ServedGateway) -> None:
    english = {"Accept-Language": "en"}
    blank = await open_page(gateway, f"/f/{AGENCY}", **english)
    found = Page(await post(gateway, blank, TOPICS, text="На дороге большая яма", headers=english))
    assert "Pothole on the road Roads → Potholes." in found.by_id("found_topics").text.replace("\n", " ")
    review = Page(await post(gateway, blank, REVIEW, **FOUND, headers=english))
    assert "Yards and common areas → Manholes → Sewage flows into the yard It fits your text." in review.text
    sent = await post(gateway, review, SEND, headers=english)
    status = sent.headers["Location"].replace("&sent=1", "")
    assert "Sewage flows into the yard" in (await open_page(gateway, status, **english)).text
    assert "→ Канализация вытекает" in (await open_page(gateway, f"{status}&lang=ru")).text
    case = await case_of(gateway, sent.headers["Location"])
    assert case.topic_path[-1] == "Канализация вытекает во двор"


# The API


async def test_api_says_what_is_sure_and_what_tells_topics_apart(gateway: ServedGateway) -> None:
    async def read(text: str, lang: str = "ru") -> list[list[dict[str, object]]]:
        body = {"agency": AGENCY, "text": text}
        answer = await gateway.http.post("/api/v1/readings", json=body, params={"lang": lang})
        return [problem["topics"] for problem in answer.json()["problems"]]

    (sure,) = await read(SMELL)
    assert [(topic["code"], topic["sure"], topic["score"]) for topic in sure] == [
        (SEWER, True, 0.93),
        (HATCH, False, 0.04),
    ]
    (unsure,) = await read("На дороге большая яма", "en")
    assert [topic["sure"] for topic in unsure] == [False, False, False]
    assert [bool(topic["tell"]) for topic in unsure] == [True, True, False]
    assert unsure[1]["path"] == ["Roads", "Potholes", "Pothole on the road"]
    assert {topic["kind"] for topic in unsure} == {"message"}
