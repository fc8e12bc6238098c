"""The pages when something is in the way: what was typed is never lost, and the reader learns what to do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.number import AppealNumber
from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.pictures import camera_jpeg
from tests.postgres import PostgresServer
from tests.web.api import send
from tests.web.pages import GOOD, REVIEW, SEND, TOPICS, Page, number_in, open_form, open_page, post, send_form

PDF = b"%PDF-1.4\n%%EOF"


@asynccontextmanager
async def gateway_with_limits(folder: Path, **limits: Any) -> AsyncIterator[ServedGateway]:
    async with served(settings_for(folder, limits={"per_address": 0, "per_agency": 0} | limits)) as gateway:
        yield gateway


@pytest.fixture
async def gateway_on_postgres(tmp_path: Path, own_postgres: PostgresServer) -> AsyncIterator[ServedGateway]:
    async with served(settings_for(tmp_path, database_url=own_postgres.url)) as gateway:
        yield gateway


async def test_store_that_is_away_loses_nothing_that_was_typed(
    gateway_on_postgres: ServedGateway, own_postgres: PostgresServer
) -> None:
    gateway = gateway_on_postgres
    files = [("акт.pdf", PDF)]
    before = Page(await post(gateway, await open_form(gateway), SEND, files=files, **GOOD | {"text": "яма"}))
    own_postgres.stop()
    page = Page(await post(gateway, before, SEND, text=GOOD["text"]))
    assert page.status == 503
    assert int(page.answer.headers["Retry-After"]) > 0
    assert "Сервис сейчас не отвечает" in page.one("div", role="alert").text
    for name, value in GOOD.items():
        assert page.values(name.replace("__", ".")) == [value]
    own_postgres.start()
    sent = await post(gateway, page, SEND)
    assert sent.status_code == 303
    await gateway.drain()
    assert gateway.app.cases is not None
    (case, _), *others = await gateway.app.cases.list(agency=None, status=None, most=10)
    assert [file.name for file in case.files] == ["акт.pdf"]
    assert others == []


async def test_store_that_is_away_from_the_start_is_no_loss_either(
    gateway_on_postgres: ServedGateway, own_postgres: PostgresServer
) -> None:
    gateway = gateway_on_postgres
    fields = {name.replace("__", "."): value for name, value in GOOD.items()} | {"consent_version": "1"}
    own_postgres.stop()  # before this gateway has looked its agency up
    page = Page(await gateway.http.post(f"/f/{AGENCY}", data=fields | {"do": "send"}))
    assert page.status == 503
    own_postgres.start()
    sent = await gateway.http.post(page.one("form")["action"], data=dict(page.fields()))
    assert sent.status_code == 303


async def test_file_that_could_not_be_stored_is_named(
    gateway_on_postgres: ServedGateway, own_postgres: PostgresServer
) -> None:
    gateway = gateway_on_postgres
    form = await open_form(gateway)
    own_postgres.stop()
    page = Page(await post(gateway, form, SEND, files=[("акт.pdf", PDF)], **GOOD))
    assert page.status == 503
    assert "«акт.pdf» пока не сохранился" in page.problems["files"]
    assert page.values("text") == [GOOD["text"]]


async def test_message_never_goes_without_the_files_that_were_chosen_for_it(
    gateway_on_postgres: ServedGateway, own_postgres: PostgresServer
) -> None:
    gateway = gateway_on_postgres
    fields = {name.replace("__", "."): value for name, value in GOOD.items()} | {"consent_version": "1", "do": "send"}
    own_postgres.stop()
    page = Page(await gateway.http.post(f"/f/{AGENCY}", data=fields, files={"files": ("акт.pdf", PDF)}))
    assert page.one("button").text == "Вернуться и добавить файлы"
    own_postgres.start()
    page = Page(await gateway.http.post(page.one("form")["action"], data=dict(page.fields())))
    assert page.status == 200
    assert page.values("text") == [GOOD["text"]]
    assert "autofocus" in page.by_id("files").attributes


async def test_status_page_keeps_a_reply_while_the_store_is_away(
    gateway_on_postgres: ServedGateway, own_postgres: PostgresServer
) -> None:
    gateway = gateway_on_postgres
    thanks = await send_form(gateway)
    await gateway.drain()
    assert gateway.app.work_on_case is not None
    await gateway.app.work_on_case.ask(AppealNumber(number_in(thanks)), "На какой полосе?")
    await gateway.drain()
    form = await open_page(gateway, thanks)
    own_postgres.stop()
    page = Page(await post(gateway, form, ("do", "reply"), reply="На правой."))
    assert page.status == 503
    assert page.values("reply") == ["На правой."]
    own_postgres.start()
    sent = await gateway.http.post(page.one("form")["action"], data=dict(page.fields()))
    assert sent.status_code == 303
    assert "На правой." in (await open_page(gateway, sent.headers["Location"])).text


async def test_status_page_says_that_the_store_is_away(
    gateway_on_postgres: ServedGateway, own_postgres: PostgresServer
) -> None:
    address = (await send_form(gateway_on_postgres)).removesuffix("&sent=1")
    own_postgres.stop()
    page = await open_page(gateway_on_postgres, address)
    assert page.status == 503
    assert "То, что уже принято, не пропало" in page.text


async def test_who_sends_too_often_keeps_what_was_typed(tmp_path: Path) -> None:
    async with gateway_with_limits(tmp_path, per_address=1) as gateway:
        assert (await post(gateway, await open_form(gateway), SEND, **GOOD)).status_code == 303
        page = Page(await post(gateway, await open_form(gateway), SEND, files=[("яма.jpg", camera_jpeg())], **GOOD))
        assert page.status == 429
        assert int(page.answer.headers["Retry-After"]) > 0
        alert = page.one("div", role="alert").text
        assert "слишком много сообщений" in alert
        assert "Файлы, которые вы только что выбрали, добавьте ещё раз" in alert
        assert page.values("text") == [GOOD["text"]]
        assert page.values("contact.email") == [GOOD["contact__email"]]


async def test_looking_at_a_form_is_not_sending_it(tmp_path: Path) -> None:
    async with gateway_with_limits(tmp_path, per_address=1) as gateway:
        form = await open_form(gateway)
        for button in (TOPICS, REVIEW, TOPICS):
            assert (await post(gateway, form, button, **GOOD)).status_code == 200
        assert (await post(gateway, form, SEND, **GOOD)).status_code == 303


async def test_agency_that_gets_too_many_messages_is_told_the_same_way(tmp_path: Path) -> None:
    async with gateway_with_limits(tmp_path, per_agency=1) as gateway:
        await send_form(gateway)
        page = Page(await post(gateway, await open_form(gateway), SEND, **GOOD))
        assert page.status == 429
        assert page.values("text") == [GOOD["text"]]


async def test_who_rates_too_often_keeps_the_comment(tmp_path: Path) -> None:
    async with gateway_with_limits(tmp_path, per_address=1) as gateway:
        receipt = await send(gateway)
        await gateway.drain()
        assert gateway.app.work_on_case is not None
        await gateway.app.work_on_case.answer(receipt["number"], "Сделали.")
        await gateway.drain()
        page = await open_page(gateway, receipt["url"].removeprefix(gateway.url))
        page = Page(await post(gateway, page, ("do", "rate"), score="5", comment="Спасибо"))
        assert page.status == 429
        assert page.values("comment") == ["Спасибо"]
        assert page.values("score") == ["5"]


async def test_far_too_much_data_gets_a_page_that_says_so(tmp_path: Path) -> None:
    async with served(settings_for(tmp_path, form={"files_max": 1, "file_bytes": 10_000})) as gateway:
        answer = await post(gateway, await open_form(gateway), SEND, files=[("a.pdf", PDF + b" " * 1_000_000)], **GOOD)
        page = Page(answer)
        assert page.status == 413
        assert "добавьте меньше файлов" in page.text


async def test_guessing_of_keys_is_slowed_down(tmp_path: Path) -> None:
    async with gateway_with_limits(tmp_path, per_address=2) as gateway:
        statuses = [(await open_page(gateway, "/track/123-456-7897?key=guess")).status for _ in range(3)]
        assert statuses == [404, 404, 429]
