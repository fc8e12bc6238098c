"""Forwarding over a network that fails: what may be tried again, what may not, and what stays secret."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import BodyPartReader, web

from gateway.adapters.blobs import ObjectBlobs, open_blobs
from gateway.adapters.core_http import CoreHttp
from gateway.domain.appeal import AppealId
from gateway.domain.attachment import AttachmentId
from gateway.domain.case import EventId, EventKind
from gateway.domain.joining import Join
from gateway.domain.tracking import Comment, Rating, Reply
from gateway.errors import CoreRefused, CoreUnavailable, UnknownFile
from gateway.ports import START, Cursor
from tests.loopback import serve
from tests.ports.sample_case import RECEIVED, a_case, stored_pdf

TOKEN = "токен-b7f3"  # a token may be any text
CLOSE = "close"
Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class StrictCore:
    """A core store that checks what it is sent, keeps it, and fails when the test tells it to."""

    url: str = ""
    cases: dict[str, dict[str, object]] = field(default_factory=dict)
    files: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)
    said: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    changes: bytes = b'{"changes": [], "cursor": "0"}'
    behave: Behaviour | None = None
    loses_answers: int = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        if self.behave is not None:
            return await self.behave(request)
        response = await self.take(request)
        if self.loses_answers:
            self.loses_answers -= 1
            assert request.transport is not None
            request.transport.abort()
        return response

    async def take(self, request: web.Request) -> web.StreamResponse:
        match (request.method, request.path):
            case ("POST", "/otklik/api/v1/cases/files"):
                return await self.take_file(request)
            case ("POST", "/otklik/api/v1/cases"):
                return await self.take_case(request)
            case ("POST", path):
                self.said.append((path, await request.json()))
                return web.json_response({"id": "a"})
            case ("GET", "/otklik/api/v1/changes"):
                return web.Response(body=self.changes, content_type="application/json")
            case _:
                raise AssertionError(f"{request.method} {request.path}")

    async def take_file(self, request: web.Request) -> web.Response:
        reader = await request.multipart()
        part = await reader.next()
        assert isinstance(part, BodyPartReader)
        assert part.name == "file"
        content = bytes(await part.read())
        assert await reader.next() is None
        id = f"core-{len(self.files)}"
        self.files[id] = (request.headers["Idempotency-Key"], part.filename or "", content)
        body = {"id": id, "name": part.filename, "type": part.headers["Content-Type"], "size": len(content)}
        return web.json_response(body, status=201)

    async def take_case(self, request: web.Request) -> web.Response:
        case = await request.json()
        assert request.headers["Idempotency-Key"] == case["id"]
        self.cases.setdefault(case["id"], case)
        return web.json_response({"id": case["id"]}, status=201)


@pytest.fixture
async def core_store() -> AsyncIterator[StrictCore]:
    store = StrictCore()
    app = web.Application(client_max_size=10**8)
    app.router.add_route("*", "/{path:.*}", store.handle)
    async with serve(app) as url:
        store.url = f"{url}/otklik/"
        yield store


@pytest.fixture
def blobs(tmp_path: Path) -> ObjectBlobs:
    return open_blobs(None, tmp_path / "files")


@pytest.fixture
async def core(core_store: StrictCore, blobs: ObjectBlobs) -> AsyncIterator[CoreHttp]:
    core = CoreHttp(core_store.url, TOKEN, blobs, timeout_seconds=0.5)
    yield core
    await core.close()


def answering(status: int, body: str = "", **headers: str) -> Behaviour:
    async def answer(request: web.Request) -> web.StreamResponse:
        await request.read()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=body, headers=named)

    return answer


def refusal(code: str) -> str:
    message = "anna@example.org уже писала"
    return json.dumps({"ok": False, "error": {"code": code, "message": message, "fields": {}}})


async def test_case_arrives_with_everything_that_is_known_of_it(core: CoreHttp, core_store: StrictCore) -> None:
    case = a_case()
    await core.submit(case)
    assert core_store.cases == {
        case.appeal_id: {
            "id": case.appeal_id,
            "number": case.number,
            "agency": {"key": "school", "name": "Школа № 5"},
            "kind": "message",
            "channel": "page",
            "lang": "ru",
            "text": case.text,
            "gist": "Яма у входа",
            "topic": {"code": "0116", "path": ["Автомобильные дороги", "Ямы, выбоины"], "fast_track": True},
            "days": 10,
            "time_zone": "Europe/Moscow",
            "place": {"address": "ул. Школьная, 5", "lat": 55.0302, "lon": 82.9204},
            "contact": {"name": "Анна Ивановна", "email": "anna@example.org", "phone": "+79123456789"},
            "consent": {
                "version": "2026-01",
                "given_at": "2026-03-02T09:30:00Z",
                "channel": "page",
                "withdrawn_at": None,
            },
            "files": [],
            "received_at": "2026-03-02T09:30:00Z",
            "answer_by": "2026-03-12T20:59:59Z",
            "details": {"since": "с понедельника", "Номер договора": "17/2"},
        }
    }


async def test_core_store_that_knows_no_details_is_told_of_none(core: CoreHttp, core_store: StrictCore) -> None:
    case = a_case(details={})
    await core.submit(case)
    assert "details" not in core_store.cases[case.appeal_id]


async def test_files_go_ahead_and_the_case_names_them_as_the_core_store_does(
    core: CoreHttp, core_store: StrictCore, blobs: ObjectBlobs, tmp_path: Path
) -> None:
    small = await stored_pdf(blobs, tmp_path, name='План "нового" двора; вид 2.pdf')
    large = await stored_pdf(blobs, tmp_path, name="large.pdf", size=3_000_000)
    case = a_case(files=(small, large))
    await core.submit(case)
    keys = [(key, name, len(content)) for key, name, content in core_store.files.values()]
    assert keys == [
        (small.id, "План %22нового%22 двора; вид 2.pdf", 1_000),
        (large.id, "large.pdf", 3_000_000),
    ]
    sent = core_store.cases[case.appeal_id]["files"]
    assert isinstance(sent, list)
    assert [file["id"] for file in sent] == ["core-0", "core-1"]


async def test_case_whose_answer_was_lost_is_registered_once(
    core: CoreHttp, core_store: StrictCore, blobs: ObjectBlobs, tmp_path: Path
) -> None:
    case = a_case(files=(await stored_pdf(blobs, tmp_path),))
    for _ in range(2):  # first the file's answer is lost, then the case's
        core_store.loses_answers = 1
        with pytest.raises(CoreUnavailable):
            await core.submit(case)
        core_store.loses_answers = 0
    await core.submit(case)
    assert list(core_store.cases) == [case.appeal_id]


async def test_rating_comment_reply_and_withdrawal_go_to_their_case(core: CoreHttp, core_store: StrictCore) -> None:
    case = a_case()
    at = RECEIVED + timedelta(days=1)
    await core.rate(case.appeal_id, Rating(answer=EventId("e1"), score=2, comment="Яма на месте", at=at))
    await core.comment(case.appeal_id, Comment(answer=EventId("e1"), text="И снова", at=at))
    reply = Reply(id=EventId("r1"), question=EventId("q1"), text="Со двора", attachments=(), at=at)
    await core.reply(case.appeal_id, reply, [])
    await core.withdraw_consent(case.appeal_id, at)
    root, told = f"/otklik/api/v1/cases/{case.appeal_id}", "2026-03-03T09:30:00Z"
    assert core_store.said == [
        (f"{root}/rating", {"answer": "e1", "score": 2, "comment": "Яма на месте", "at": told}),
        (f"{root}/comment", {"answer": "e1", "text": "И снова", "at": told}),
        (f"{root}/reply", {"id": "r1", "question": "q1", "text": "Со двора", "files": [], "at": told}),
        (f"{root}/withdrawal", {"at": told}),
    ]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 425, 429, 301, 302, 204])
async def test_what_another_try_may_mend_is_tried_again(core: CoreHttp, core_store: StrictCore, status: int) -> None:
    core_store.behave = answering(status, Location="http://127.0.0.1:1/")
    for call in (core.submit(a_case()), core.changes(START)):
        with pytest.raises(CoreUnavailable):
            await call


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "not_understood"),
        (401, "unauthorized"),
        (403, "foreign_origin"),
        (404, "not_found"),
        (409, "no_question"),
        (413, "too_large"),
        (415, "unsupported_file"),
        (422, "invalid"),
    ],
)
async def test_refusal_is_final_and_only_its_code_is_kept(
    core: CoreHttp, core_store: StrictCore, status: int, code: str
) -> None:
    core_store.behave = answering(status, refusal(code))
    with pytest.raises(CoreRefused) as raised:
        await core.submit(a_case())
    assert str(raised.value) == code


async def test_refusal_in_words_of_a_proxy_is_told_by_its_status(core: CoreHttp, core_store: StrictCore) -> None:
    core_store.behave = answering(403, "<html>anna@example.org is not allowed</html>")
    with pytest.raises(CoreRefused) as raised:
        await core.submit(a_case())
    assert str(raised.value) == "http_403"


@pytest.mark.parametrize("status", [429, 503])
async def test_pause_that_the_core_store_asks_for_is_passed_on(
    core: CoreHttp, core_store: StrictCore, status: int
) -> None:
    core_store.behave = answering(status, Retry_After="17")
    with pytest.raises(CoreUnavailable) as raised:
        await core.submit(a_case())
    assert raised.value.retry_after == 17


@pytest.mark.parametrize(
    ("written", "wait"), [("99999999", 3600), ("soon", 5), ("-1", 5)], ids=["months", "a word", "a negative number"]
)
async def test_pause_beyond_reason_is_cut_or_passed_over(
    core: CoreHttp, core_store: StrictCore, written: str, wait: int
) -> None:
    core_store.behave = answering(429, Retry_After=written)
    with pytest.raises(CoreUnavailable) as raised:
        await core.submit(a_case())
    assert raised.value.retry_after == wait


@pytest.mark.parametrize(("minutes", "least", "most"), [(30, 1_500, 1_800), (-30, 1, 1)])
async def test_pause_may_be_given_as_a_date(
    core: CoreHttp, core_store: StrictCore, minutes: int, least: int, most: int
) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)
    core_store.behave = answering(429, Retry_After=until)
    with pytest.raises(CoreUnavailable) as raised:
        await core.submit(a_case())
    assert raised.value.retry_after is not None
    assert least <= raised.value.retry_after <= most


async def test_core_store_that_hangs_is_given_up(core: CoreHttp, core_store: StrictCore) -> None:
    async def hang(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        raise AssertionError("nobody waits so long")

    core_store.behave = hang
    async with asyncio.timeout(5):
        with pytest.raises(CoreUnavailable):
            await core.submit(a_case())


async def test_answer_that_trickles_is_given_up(core_store: StrictCore, blobs: ObjectBlobs) -> None:
    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.02)

    core_store.behave = trickle
    core = CoreHttp(core_store.url, TOKEN, blobs, timeout_seconds=0.1)
    async with asyncio.timeout(5):
        with pytest.raises(CoreUnavailable):
            await core.changes(START)
    await core.close()


async def test_answer_without_end_is_given_up(core: CoreHttp, core_store: StrictCore) -> None:
    async def pour(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" " * 1_000_000)

    core_store.behave = pour
    with pytest.raises(CoreUnavailable, match="too long"):
        await core.changes(START)


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"changes": {}}',
        b'{"changes": [{"case": "a", "event": {}}], "cursor": "1"}',
        b'{"changes": [], "cursor": 7}',
        b"[" * 100_000,
    ],
)
async def test_answer_that_makes_no_sense_is_asked_for_again(
    core: CoreHttp, core_store: StrictCore, garbage: bytes
) -> None:
    core_store.changes = garbage
    with pytest.raises(CoreUnavailable):
        await core.changes(START)


async def test_nobody_at_the_address_is_no_loss(blobs: ObjectBlobs) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    core = CoreHttp(f"http://127.0.0.1:{port}", TOKEN, blobs, timeout_seconds=0.5)
    with pytest.raises(CoreUnavailable):
        await core.submit(a_case())
    await core.close()


@pytest.mark.parametrize("url", ["otklik.example", "ftp://otklik.example", "http://[::1", "http://"])
async def test_address_that_is_none_is_no_crash(blobs: ObjectBlobs, url: str) -> None:
    core = CoreHttp(url, TOKEN, blobs, timeout_seconds=0.5)
    with pytest.raises(CoreUnavailable):
        await core.changes(START)
    await core.close()


async def test_changes_of_a_newer_core_store_are_read_as_far_as_they_are_known(
    core: CoreHttp, core_store: StrictCore
) -> None:
    event = {
        "id": "e1",
        "at": "2026-03-03T09:30:00+03:00",
        "kind": "extended",
        "status": "work",
        "answer_by": "2026-04-30T20:59:59Z",
        "text": "Срок продлён",
        "ground": "novelty",
        "mood": "good",
    }
    page = {"changes": [{"case": "a", "event": event, "by": "?"}], "cursor": "x-9", "more": False}
    core_store.changes = json.dumps(page).encode()
    (change,), cursor = await core.changes(Cursor("x-8"))
    assert (change.appeal_id, cursor) == ("a", "x-9")
    assert change.event.kind is EventKind.MOVED
    assert change.event.text == "Срок продлён"
    assert change.event.answer_by == datetime(2026, 4, 30, 20, 59, 59, tzinfo=UTC)
    assert change.event.ground is None


async def test_file_of_an_answer_is_streamed(core: CoreHttp, core_store: StrictCore) -> None:
    content = b"%PDF-1.7" + bytes(range(256)) * 10_000

    async def give(request: web.Request) -> web.StreamResponse:
        assert request.path == "/otklik/api/v1/cases/files/file-1"
        return web.Response(body=content)

    core_store.behave = give
    chunks = [chunk async for chunk in core.read_file(AttachmentId("file-1"))]
    assert b"".join(chunks) == content
    assert len(chunks) > 1


async def test_file_that_is_not_there_is_told_before_the_first_chunk(core: CoreHttp, core_store: StrictCore) -> None:
    core_store.behave = answering(404, refusal("unknown_file"))
    with pytest.raises(UnknownFile):
        await anext(core.read_file(AttachmentId("file-1")))


async def test_file_that_breaks_off_is_no_whole_file(core: CoreHttp, core_store: StrictCore) -> None:
    async def break_off(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"%PDF-1.7 and then")
        assert request.transport is not None
        request.transport.abort()
        return response

    core_store.behave = break_off
    with pytest.raises(CoreUnavailable):
        async for _ in core.read_file(AttachmentId("file-1")):
            pass


async def test_appeal_whose_own_file_is_gone_is_not_sent_without_it(
    core: CoreHttp, core_store: StrictCore, blobs: ObjectBlobs, tmp_path: Path
) -> None:
    file = await stored_pdf(blobs, tmp_path)
    await blobs.delete([file.id])
    with pytest.raises(UnknownFile):
        await core.submit(a_case(files=(file,)))
    assert core_store.cases == {}


async def test_what_the_door_would_refuse_is_not_sent_nor_are_its_files(
    core: CoreHttp, core_store: StrictCore, blobs: ObjectBlobs, tmp_path: Path
) -> None:
    with pytest.raises(CoreRefused) as raised:
        await core.submit(a_case(text="яма\x00", files=(await stored_pdf(blobs, tmp_path),)))
    assert str(raised.value) == "not_sendable"
    assert core_store.cases == {}
    assert core_store.files == {}


async def test_line_end_behind_a_token_is_not_part_of_it(core_store: StrictCore, blobs: ObjectBlobs) -> None:
    core = CoreHttp(core_store.url, f"{TOKEN}\n", blobs, timeout_seconds=0.5)
    await core.submit(a_case())
    assert len(core_store.cases) == 1
    await core.close()


async def test_many_appeals_at_once_all_get_through(core: CoreHttp, core_store: StrictCore) -> None:
    await asyncio.gather(*(core.submit(a_case()) for _ in range(64)))
    assert len(core_store.cases) == 64


async def test_no_proxy_of_the_environment_sees_an_appeal(
    core_store: StrictCore, blobs: ObjectBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    core = CoreHttp(core_store.url, TOKEN, blobs, timeout_seconds=0.5)
    await core.submit(a_case())
    await core.close()
    assert len(core_store.cases) == 1


async def test_token_is_nowhere_to_be_read(
    core: CoreHttp, core_store: StrictCore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    case = a_case()
    await core.submit(case)
    await core.withdraw_consent(case.appeal_id, RECEIVED)
    core_store.behave = answering(401, refusal("unauthorized"))
    with pytest.raises(CoreRefused) as raised:
        await core.submit(case)
    told = repr(core) + repr(raised.value) + caplog.text
    assert TOKEN not in told
    assert case.appeal_id not in caplog.text
    assert "anna" not in told


@pytest.mark.parametrize(("status", "body"), [(404, refusal("not_found")), (405, refusal("method_not_allowed"))])
async def test_a_core_store_that_counts_nobody_refuses_nobody(
    core: CoreHttp, core_store: StrictCore, status: int, body: str
) -> None:
    core_store.behave = answering(status, body)
    await core.join(AppealId("a"), Join(id=AppealId("b"), at=RECEIVED))
    core_store.behave = answering(404, refusal("unknown_appeal"))
    with pytest.raises(CoreRefused):
        await core.join(AppealId("a"), Join(id=AppealId("b"), at=RECEIVED))
