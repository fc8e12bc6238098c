"""Letters about an appeal as residents get and stop them, and what becomes of letters when mail is in trouble."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.actions.work_on_case import WorkOnCase
from gateway.domain.case import EventKind, Status
from gateway.domain.number import AppealNumber
from gateway.domain.outbox import Task, TaskKind
from gateway.domain.tracking import Comment
from gateway.errors import AlreadyRated, OtklikError
from tests.application import ServedGateway, served, settings_for
from tests.mailbox import Mailbox, mailbox, plain, stop_url
from tests.ports.core_worlds import StoppedClock
from tests.web.api import send
from tests.web.pages import Page, number_in, open_form, open_page, post, send_form

STOP, START = ("letters", "stop"), ("letters", "start")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def gateway(tmp_path: Path, box: Mailbox, clock: StoppedClock) -> AsyncIterator[ServedGateway]:
    async with served(settings_for(tmp_path, smtp=box.settings), clock=clock) as gateway:
        yield gateway


def clerk_of(gateway: ServedGateway) -> WorkOnCase:
    assert gateway.app.work_on_case is not None
    return gateway.app.work_on_case


async def report(gateway: ServedGateway, **typed: str | None) -> tuple[AppealNumber, str]:
    """An appeal that was sent and accepted: its number and the address of its status page."""
    sent = await send_form(gateway, **typed)
    await gateway.drain()
    return AppealNumber(number_in(sent)), sent.removesuffix("&sent=1")


def notices_of(address: str) -> str:
    return address.replace("?key=", "/notices?key=")


async def move(gateway: ServedGateway, number: AppealNumber, status: Status) -> None:
    await clerk_of(gateway).move(number, status)
    await gateway.drain()


# What pages promise


async def test_form_and_thanks_promise_letters_only_where_they_come(gateway: ServedGateway, tmp_path: Path) -> None:
    promise, thanks = "Сюда придут письма", "напишем на вашу почту"
    assert promise in (await open_form(gateway)).text
    assert thanks in (await open_page(gateway, await send_form(gateway))).text
    by_phone = await send_form(gateway, contact__email="", contact__phone="+79123456789")
    assert thanks not in (await open_page(gateway, by_phone)).text
    assert "на вашу почту" not in (await open_page(gateway, by_phone.removesuffix("&sent=1"))).text
    async with served(settings_for(tmp_path / "silent")) as silent:
        assert promise not in (await open_form(silent)).text
        sent = await send_form(silent)
        assert thanks not in (await open_page(silent, sent)).text
        page = await open_page(silent, notices_of(sent.removesuffix("&sent=1")))
        assert (page.status, page.all("button")) == (200, [])


# Stopping and starting


async def test_one_click_stops_letters_about_that_appeal_alone(gateway: ServedGateway, box: Mailbox) -> None:
    (number, address), (other, _) = await report(gateway), await report(gateway)
    url = stop_url(box.letters[0])
    assert (await gateway.http.get(notices_of(address))).status_code == 200  # looking is no clicking
    assert (await gateway.http.head(notices_of(address))).status_code in (200, 405)
    await move(gateway, number, Status.REVIEW)
    assert len(box.letters) == 3
    for _ in range(2):
        answer = await gateway.http.post(notices_of(address), data=ONE_CLICK)
        assert answer.status_code == 200  # RFC 8058 forbids leading it elsewhere
        assert "писем об этом сообщении больше не будет" in Page(answer).text
    assert url.endswith(f"{notices_of(address)}&lang=ru")
    await move(gateway, number, Status.WORK)
    await move(gateway, other, Status.WORK)
    assert box.subjects[3:] == [f"Сообщение {other} в работе"]
    assert "Писем об этом сообщении мы не присылаем" in (await open_page(gateway, address)).text


async def test_letters_are_stopped_and_wanted_again_with_buttons(gateway: ServedGateway, box: Mailbox) -> None:
    number, address = await report(gateway)
    status = await open_page(gateway, address)
    switch = next(link for link in status.all("a") if "/notices" in link["href"])
    page = await open_page(gateway, switch["href"])
    answer = await post(gateway, page, STOP)
    assert answer.status_code == 303
    page = await open_page(gateway, answer.headers["Location"])
    assert "больше не будет" in page.one("div", role="status").text
    await move(gateway, number, Status.REVIEW)
    page = await open_page(gateway, (await post(gateway, page, START)).headers["Location"])
    assert "снова будут приходить" in page.one("div", role="status").text
    await move(gateway, number, Status.WORK)
    assert box.subjects == [f"Сообщение {number} принято", f"Сообщение {number} в работе"]


async def test_letters_need_the_key_and_a_known_switch(gateway: ServedGateway) -> None:
    number, address = await report(gateway)
    for bad in (f"/track/{number}/notices", f"/track/{number}/notices?key=wrong"):
        assert (await gateway.http.get(bad)).status_code == 404
        assert (await gateway.http.post(bad, data=ONE_CLICK)).status_code == 404
    for said in ({}, {"letters": "maybe"}, {"List-Unsubscribe": "Two-Clicks"}):
        assert (await gateway.http.post(notices_of(address), data=said)).status_code == 400
    foreign = {"Origin": "https://evil.example"}
    assert (await gateway.http.post(notices_of(address), data=ONE_CLICK, headers=foreign)).status_code == 403
    assert "мы пишем на вашу почту" in (await open_page(gateway, address)).text


async def test_who_withdraws_consent_is_not_written_to_any_more(gateway: ServedGateway, box: Mailbox) -> None:
    number, address = await report(gateway)
    await post(gateway, await open_page(gateway, address), ("do", "withdraw"))
    await move(gateway, number, Status.WORK)
    assert len(box.letters) == 1
    assert (await open_page(gateway, notices_of(address))).all("button") == []


async def test_letters_are_written_in_the_language_of_the_appeal(gateway: ServedGateway, box: Mailbox) -> None:
    receipt = await send(gateway, lang="en")
    await gateway.drain()
    assert box.subjects == [f"Message {receipt['number']} is accepted"]
    assert "You will be answered by" in plain(box.letters[0])


async def test_what_residents_do_themselves_is_no_news_to_them(gateway: ServedGateway, box: Mailbox) -> None:
    number, address = await report(gateway)
    await clerk_of(gateway).answer(number, "Засыпали.")
    await gateway.drain()
    await post(gateway, await open_page(gateway, address), ("do", "rate"), score="5")
    await gateway.drain()
    page = await open_page(gateway, address)
    answer = await post(gateway, page, ("do", "comment"), comment="Спасибо!")
    assert "ваши слова добавлены" in (await open_page(gateway, answer.headers["Location"])).text
    page = await open_page(gateway, address)
    assert "Спасибо!" in page.one("section", class_="card").text
    assert page.all("textarea") == []
    await gateway.drain()
    assert gateway.app.cases is not None
    _, case = await gateway.app.cases.find(number)
    assert [event.kind for event in case.events][-2:] == [EventKind.RATED, EventKind.COMMENTED]
    assert "Вы дополнили оценку" in (await open_page(gateway, address)).text
    assert len(box.letters) == 2


async def test_empty_comment_is_a_problem_and_a_second_one_is_too_late(gateway: ServedGateway) -> None:
    number, address = await report(gateway)
    await clerk_of(gateway).answer(number, "Засыпали.")
    await gateway.drain()
    await post(gateway, await open_page(gateway, address), ("do", "rate"), score="1")
    await gateway.drain()
    page = await open_page(gateway, address)  # sent back already, and yet words may be added
    assert list(Page(await post(gateway, page, ("do", "comment"), comment=" ")).problems) == ["comment"]
    assert (await post(gateway, page, ("do", "comment"), comment="Размыло.")).status_code == 303
    assert (await post(gateway, page, ("do", "comment"), comment="Размыло.")).status_code == 303  # Back, and once more
    assert (await post(gateway, page, ("do", "comment"), comment="И снова.")).status_code == 409
    assert (await post(gateway, page, ("do", "comment"), comment="Размыло.", score="2")).status_code == 409
    tracked = await gateway.app.appeals.find(number)
    assert tracked.last_rating is not None
    late = Comment(answer=tracked.last_rating.answer, text="И снова.", at=tracked.last_rating.at)
    task = Task(kind=TaskKind.COMMENT, appeal=tracked.appeal_id, body={})
    with pytest.raises(AlreadyRated):  # where two come at the same moment
        await gateway.app.appeals.comment(tracked.appeal_id, late, task)
    assert await gateway.app.appeals.find(number) == tracked


# Mail in trouble


async def test_letters_wait_for_the_mail_server_and_come_in_order_once(
    gateway: ServedGateway, box: Mailbox, clock: StoppedClock
) -> None:
    box.stop()
    number, address = await report(gateway)
    for status in (Status.REVIEW, Status.WORK):
        await move(gateway, number, status)
    clock.now += timedelta(minutes=1)
    await gateway.drain()
    box.start()
    await clerk_of(gateway).answer(number, "Засыпали.")
    await gateway.drain()
    assert "Засыпали." in (await open_page(gateway, address)).text  # the page does not wait
    assert box.subjects == []  # the newest letter does: the first one is not due yet
    assert await gateway.app.outbox.waiting() == 4
    clock.now += timedelta(hours=2)
    await gateway.drain()
    assert box.subjects == [
        f"Сообщение {number} принято",
        f"Сообщение {number} на рассмотрении",
        f"Сообщение {number} в работе",
        f"Ответ на сообщение {number}",
    ]
    assert await gateway.app.outbox.waiting() == 0


async def test_letter_that_nobody_takes_is_set_aside_and_holds_nothing_up(gateway: ServedGateway, box: Mailbox) -> None:
    box.refused.add("resident@example.org")
    number, address = await report(gateway)
    parked = await gateway.app.outbox.parked()
    assert [(job.task.kind, job.reason) for job in parked] == [(TaskKind.NOTIFY, "refused: mail server: 550")]
    box.refused.clear()
    await clerk_of(gateway).answer(number, "Засыпали.")
    await gateway.drain()
    assert box.subjects == [f"Ответ на сообщение {number}"]
    await post(gateway, await open_page(gateway, address), ("do", "rate"), score="2")
    await gateway.drain()
    assert gateway.app.cases is not None
    _, case = await gateway.app.cases.find(number)
    assert case.status is Status.REVIEW


async def test_workers_that_share_a_database_write_each_letter_once(
    tmp_path: Path, box: Mailbox, postgres_url: str
) -> None:
    settings = [settings_for(tmp_path / name, database_url=postgres_url, smtp=box.settings) for name in "ab"]
    async with served(settings[0]) as one, served(settings[1]) as other:
        receipts = [await send(one) for _ in range(12)]
        numbers = [AppealNumber(receipt["number"]) for receipt in receipts]

        async def both_drain() -> None:
            while await one.app.outbox.waiting():
                await asyncio.gather(*(_drained(gateway) for gateway in (one, other)))

        await both_drain()
        for number in numbers:
            await clerk_of(one).move(number, Status.WORK)
        await asyncio.gather(_drained(one), _drained(other))
        await both_drain()
    words = ("принято", "в работе")
    assert sorted(box.subjects) == sorted(f"Сообщение {number} {word}" for number in numbers for word in words)
    for number in numbers:
        assert [subject for subject in box.subjects if number in subject] == [f"Сообщение {number} {w}" for w in words]


async def _drained(gateway: ServedGateway) -> None:
    worker = gateway.app.worker.carrying
    for _ in range(3):
        await worker.carry()
        await worker.tell()
        with contextlib.suppress(OtklikError):  # the other one has stored the same page of changes
            await worker.receive()
        await worker.tell()
