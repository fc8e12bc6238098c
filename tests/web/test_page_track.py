"""The status page over HTTP: what a resident sees of an appeal, and what they can say to it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.actions.work_on_case import WorkOnCase
from gateway.domain.case import Status
from gateway.domain.number import AppealNumber
from gateway.domain.refusal import Ground
from tests.application import ServedGateway, served, settings_for
from tests.pictures import camera_jpeg, quarters
from tests.web.pages import Page, number_in, open_page, post, send_form

PDF = b"%PDF-1.4\n%%EOF"
MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()  # noqa: SIM905
RATE, REPLY, WITHDRAW = ("do", "rate"), ("do", "reply"), ("do", "withdraw")


@pytest.fixture
def gateway(standing_gateway: ServedGateway) -> ServedGateway:
    return standing_gateway


class Story:
    """An appeal, its resident's address and its clerk."""

    def __init__(self, gateway: ServedGateway, sent: str) -> None:
        self.gateway = gateway
        self.thanks = sent
        self.address = sent.removesuffix("&sent=1")
        self.number = AppealNumber(number_in(sent))

    @property
    def clerk(self) -> WorkOnCase:
        assert self.gateway.app.work_on_case is not None
        return self.gateway.app.work_on_case

    async def page(self) -> Page:
        """The status page after everything that is on its way has arrived."""
        await self.gateway.drain()
        return await open_page(self.gateway, self.address)

    async def post(self, page: Page, button: tuple[str, str], **typed: Any) -> httpx.Response:
        return await post(self.gateway, page, button, **typed)

    async def follow(self, answer: httpx.Response) -> Page:
        assert answer.status_code == 303, answer.text
        return await open_page(self.gateway, answer.headers["Location"])


@pytest.fixture
async def story(gateway: ServedGateway) -> Story:
    sent = Story(gateway, await send_form(gateway, topic="0116"))
    await gateway.drain()
    return sent


def step_now(page: Page) -> str:
    """Where the case stands, in the words of the page."""
    return " ".join(page.one("li", **{"aria-current": "step"}).text.split())


# Thanks


async def test_thanks_show_number_deadline_link_and_what_comes_next(gateway: ServedGateway) -> None:
    sent = await send_form(gateway, topic="0116")
    page = await open_page(gateway, sent)
    assert page.one("p", class_="number").text == number_in(sent)
    assert page.one("h1").text == "Сообщение отправлено"
    track = page.one("a", class_="track")
    assert track["href"] == sent.removesuffix("&sent=1")
    assert track.text == gateway.url + track["href"]
    assert page.one("a", class_="button")["href"] == "/f/school"
    assert page.answer.headers["Cache-Control"] == "no-store"


async def test_deadline_and_times_are_those_of_the_agencys_zone(tmp_path: Path) -> None:
    just_after_midnight_in_moscow = datetime(2026, 3, 1, 21, 30, tzinfo=UTC)
    async with served(settings_for(tmp_path), clock=lambda: just_after_midnight_in_moscow) as gateway:
        sent = await send_form(gateway, topic="0116")  # a topic of ten days
        deadline = (await open_page(gateway, sent)).one("time")
        assert deadline.text == "12 марта 2026"
        assert deadline["datetime"] == "2026-03-12T20:59:59+00:00"
        page = await open_page(gateway, sent.removesuffix("&sent=1"))
        assert page.one("time", class_="by").text == "12 марта 2026"
        assert "2 марта 2026, 00:30" in page.one("ol", class_="history").text
        english = await open_page(gateway, f"{sent}&lang=en")
        assert english.one("time").text == "12 March 2026"


async def test_thanks_give_way_to_the_status_once_there_is_something_new(story: Story) -> None:
    await story.clerk.move(story.number, Status.WORK)
    await story.page()
    page = await open_page(story.gateway, story.thanks)
    assert step_now(page) == "В работе — сейчас"


# The way of a case


@pytest.mark.parametrize(
    ("status", "states"),
    [
        (None, ["сейчас", "впереди", "впереди", "впереди"]),
        (Status.REVIEW, ["пройдено", "сейчас", "впереди", "впереди"]),
        (Status.WORK, ["пройдено", "пройдено", "сейчас", "впереди"]),
    ],
)
async def test_status_is_told_in_words_on_its_way(story: Story, status: Status | None, states: list[str]) -> None:
    if status:
        await story.clerk.move(story.number, status)
    page = await story.page()
    way = page.one("ol", class_="way")
    steps = [" ".join(item.text.split()) for item in page.all("li") if way in item.within]
    names = ["На модерации", "На рассмотрении", "В работе", "Получен ответ"]
    assert steps == [f"{name} — {state}" for name, state in zip(names, states, strict=True)]
    assert page.one("time", class_="by").text


async def test_declined_case_says_so_with_the_reason(story: Story) -> None:
    await story.clerk.decline(story.number, Ground.SPAM, "Это реклама.")
    page = await story.page()
    assert step_now(page) == "Отклонено — сейчас"
    assert "Это реклама." in page.one("ol", class_="history").text
    assert page.all("time", class_="by") == []


async def test_history_tells_what_happened_newest_first(story: Story) -> None:
    await story.clerk.move(story.number, Status.WORK, text="Бригада выехала.")
    page = await story.page()
    titles = [strong.text for strong in page.all("strong") if page.one("ol", class_="history") in strong.within]
    assert titles == ["В работе", "Зарегистрировано", "Отправлено"]
    assert "Бригада выехала." in page.text


async def test_page_repeats_what_the_resident_may_want_to_check(story: Story) -> None:
    page = await story.page()
    assert "У дома 12 большая яма" in page.text
    assert "Автомобильные дороги → Ямы, выбоины" in page.text
    assert "ул. Садовая, 12" in page.text


async def test_words_of_a_clerk_are_words_and_not_markup(story: Story) -> None:
    await story.clerk.ask(story.number, "<script>alert(1)</script> Где это?\nУ подъезда?")
    page = await story.page()
    assert [script for script in page.all("script") if "alert" in script.text] == []
    assert "<script>alert(1)</script> Где это?\nУ подъезда?" in page.one("section", class_="card").text


# A question


async def test_question_is_replied_to_with_a_file(story: Story) -> None:
    await story.clerk.ask(story.number, "На какой полосе?")
    page = await story.page()
    assert "На какой полосе?" in page.one("section", class_="card").text
    answer = await story.post(page, REPLY, reply="На правой.", files=[("яма.jpg", camera_jpeg())])
    page = await story.follow(answer)
    assert "Ваш ответ отправлен" in page.one("div", role="status").text
    assert page.all("textarea") == []
    assert "На правой." in page.text  # before the core store has heard of it
    page = await story.page()
    assert page.text.count("На правой.") == 1
    assert "яма.jpg" in page.one("ol", class_="history").text


async def test_empty_reply_is_a_problem_and_its_file_is_kept(story: Story) -> None:
    await story.clerk.ask(story.number, "На какой полосе?")
    page = Page(await story.post(await story.page(), REPLY, reply=" ", files=[("акт.pdf", PDF)]))
    assert page.status == 422
    assert page.problems == {"reply": "Напишите ответ на вопрос."}
    assert page.title.startswith("Ошибка: ")
    assert page.by_id("reply")["aria-invalid"] == "true"
    assert len(page.values("attachments")) == 1
    page = await story.follow(await story.post(page, REPLY, reply="На правой."))
    assert "акт.pdf" in (await story.page()).text


async def test_file_that_cannot_be_taken_is_told_together_with_the_rest(story: Story) -> None:
    await story.clerk.ask(story.number, "На какой полосе?")
    page = Page(await story.post(await story.page(), REPLY, reply="", files=[("вирус.pdf", b"MZ")]))
    assert page.status == 422
    assert set(page.problems) == {"files", "reply"}
    assert "вирус.pdf" in page.problems["files"]


async def test_file_of_a_reply_is_dropped_by_its_button(story: Story) -> None:
    await story.clerk.ask(story.number, "На какой полосе?")
    page = Page(await story.post(await story.page(), REPLY, reply="", files=[("акт.pdf", PDF)]))
    page = Page(await story.post(page, ("remove", page.values("attachments")[0]), reply="На правой."))
    assert page.values("attachments") == []
    assert page.values("reply") == ["На правой."]


async def test_second_reply_to_a_question_is_told_that_there_was_one(story: Story) -> None:
    await story.clerk.ask(story.number, "На какой полосе?")
    page = await story.page()
    await story.post(page, REPLY, reply="На правой.")
    again = Page(await story.post(page, REPLY, reply="На левой."))
    assert again.status == 409
    assert "на него уже ответили" in again.one("div", role="alert").text
    same = await story.post(page, REPLY, reply="На правой.")
    assert same.status_code == 303  # Back, and once more


# An answer


@pytest.fixture
async def answered(story: Story, tmp_path: Path) -> Story:
    picture, document = tmp_path / "после ремонта.png", tmp_path / "акт.pdf"
    quarters().save(picture)
    document.write_bytes(PDF)
    await story.clerk.answer(story.number, "Яму заделали.", files=[picture, document])
    await story.gateway.drain()
    return story


async def test_answer_comes_with_its_files(answered: Story) -> None:
    page = await answered.page()
    assert step_now(page) == "Получен ответ — сейчас"
    assert "Яму заделали." in page.one("section", class_="card").text
    picture, document = (link for link in page.all("a") if "/files/" in link["href"] and link.is_in("section"))
    shown = await answered.gateway.http.get(picture["href"])
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["Content-Disposition"].startswith("inline; filename*=UTF-8''")
    saved = await answered.gateway.http.get(document["href"])
    assert saved.content == PDF
    assert saved.headers["Content-Type"] == "application/pdf"
    assert saved.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%D0%B0%D0%BA%D1%82.pdf"
    for answer in (shown, saved):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in answer.headers["Cache-Control"]


async def test_file_opens_with_the_key_of_its_own_appeal_alone(answered: Story, gateway: ServedGateway) -> None:
    page = await answered.page()
    path = next(link["href"] for link in page.all("a") if "/files/" in link["href"]).partition("?")[0]
    other = await send_form(gateway)
    others_key = other.partition("key=")[2].removesuffix("&sent=1")
    id = path.rpartition("/")[2]
    for address in (path, f"{path}?key={others_key}", f"/track/{number_in(other)}/files/{id}?key={others_key}"):
        assert Page(await gateway.http.get(address)).status == 404


async def test_good_rating_is_thanked_for(answered: Story) -> None:
    page = await answered.page()
    assert "1 или 2, дело само вернётся на повторное рассмотрение" in page.text
    page = await answered.follow(await answered.post(page, RATE, score="5", comment="Спасибо"))
    assert "ваша оценка принята" in page.one("div", role="status").text
    assert "повторн" not in page.text
    assert "5 — отлично" in page.one("section", class_="card").text
    assert page.all("input", type="radio") == []
    assert step_now(await answered.page()) == "Получен ответ — сейчас"


@pytest.mark.parametrize("score", ["1", "2"])
async def test_low_rating_sends_the_case_back_and_says_so(answered: Story, score: str) -> None:
    answer = await answered.post(await answered.page(), RATE, score=score, comment="Яма снова здесь")
    page = await answered.follow(answer)
    assert "Дело само возвращается на повторное рассмотрение" in page.one("div", role="status").text
    page = await answered.page()
    assert step_now(page) == "На рассмотрении — сейчас"
    assert "По вашей оценке дело рассматривают снова" in page.text
    assert "Возвращено на повторное рассмотрение" in page.one("ol", class_="history").text
    assert page.all("input", type="radio") == []


async def test_new_answer_may_be_rated_anew(answered: Story) -> None:
    await answered.post(await answered.page(), RATE, score="1")
    await answered.gateway.drain()
    await answered.clerk.answer(answered.number, "Теперь точно.")
    page = await answered.page()
    assert len(page.all("input", type="radio", name="score")) == 5
    page = await answered.follow(await answered.post(page, RATE, score="4"))
    assert "4 — хорошо" in page.one("section", class_="card").text


async def test_rating_without_a_score_keeps_the_comment(answered: Story) -> None:
    page = Page(await answered.post(await answered.page(), RATE, comment="Хм"))
    assert page.status == 422
    assert page.problems == {"score": "Выберите оценку от 1 до 5."}
    assert page.values("comment") == ["Хм"]
    assert all("score-problem" in radio["aria-describedby"] for radio in page.all("input", type="radio"))


@pytest.mark.parametrize("score", ["0", "6", "-1", "²", "отлично", ""])
async def test_score_that_is_none_is_a_problem(answered: Story, score: str) -> None:
    page = Page(await answered.post(await answered.page(), RATE, score=score))
    assert list(page.problems) == ["score"]


async def test_answer_is_rated_once(answered: Story) -> None:
    page = await answered.page()
    await answered.post(page, RATE, score="5")
    assert (await answered.post(page, RATE, score="5")).status_code == 303  # Back, and once more
    again = Page(await answered.post(page, RATE, score="3"))
    assert again.status == 409
    assert "Вы уже оценили этот ответ" in again.one("div", role="alert").text


async def test_what_is_not_answered_cannot_be_rated(story: Story) -> None:
    page = Page(await story.gateway.http.post(story.address, data={"do": "rate", "score": "5"}))
    assert page.status == 409
    assert "Ответа пока нет" in page.text


# Consent


async def test_consent_is_withdrawn_once(story: Story) -> None:
    page = await story.page()
    assert "Отменить отзыв нельзя" in page.one("details").text
    after = await story.follow(await story.post(page, WITHDRAW))
    assert "Согласие отозвано" in after.one("div", role="status").text
    assert after.all("details") == []
    assert Page(await story.post(page, WITHDRAW)).status == 409
    assert "Вы отозвали согласие" in (await story.page()).one("ol", class_="history").text


# Who may look


async def test_wrong_number_and_wrong_key_look_the_same(story: Story) -> None:
    pages = [
        await open_page(story.gateway, address)
        for address in (f"/track/{story.number}?key=wrong", f"/track/{story.number}", "/track/123-456-7897?key=wrong")
    ]
    assert {page.status for page in pages} == {404}
    assert len({page.one("main").text for page in pages}) == 1
    assert str(story.number) not in pages[0].one("main").text


async def test_what_nobody_offers_is_not_understood(story: Story) -> None:
    assert Page(await story.gateway.http.post(story.address, data={"do": "delete"})).status == 400


async def test_foreign_site_cannot_speak_for_the_resident(story: Story) -> None:
    page = await story.page()
    answer = await story.post(page, WITHDRAW, headers={"Origin": "https://evil.example"})
    assert Page(answer).status == 403
    assert (await story.page()).all("details")


async def test_status_page_is_framed_by_the_agencys_sites_and_kept_nowhere(story: Story) -> None:
    headers = (await story.page()).answer.headers
    assert "https://school.example" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in headers


async def test_status_page_speaks_english_and_keeps_to_it(story: Story) -> None:
    await story.clerk.answer(story.number, "Готово.")
    await story.page()
    page = await open_page(story.gateway, f"{story.address}&lang=en")
    assert step_now(page) == "Answered — now"
    page = await story.follow(await story.post(page, RATE, score="2"))
    assert "goes back for another look" in page.one("div", role="status").text
