"""One appeal, end to end through the API: to the core store and back, wherever the core store is."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.domain.case import EventKind, Status
from gateway.domain.number import AppealNumber
from gateway.domain.outbox import TO_CORE
from tests.application import AGENCY, ServedGateway, served, settings_for
from tests.pictures import camera_jpeg, gps

TOKEN = "token-of-the-door"


@dataclass(slots=True)
class Installation:
    """A gateway that residents use, and the one whose core store keeps the cases: often the same."""

    front: ServedGateway
    core: ServedGateway

    async def settle(self) -> None:
        """Let what waits on the way arrive."""
        await self.front.drain()


@pytest.fixture(params=["embedded on sqlite", "embedded on postgresql", "another process's"])
async def installation(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Installation]:
    async with AsyncExitStack() as stack:
        if request.param == "another process's":
            core = await stack.enter_async_context(
                served(settings_for(tmp_path / "core", door={"tokens": {"front": TOKEN}}))
            )
            remote = {"kind": "http", "url": core.url, "token": TOKEN}
            front = await stack.enter_async_context(served(settings_for(tmp_path / "front", core=remote)))
            yield Installation(front, core)
            return
        url = request.getfixturevalue("postgres_url") if "postgresql" in request.param else None
        front = await stack.enter_async_context(served(settings_for(tmp_path, database_url=url)))
        yield Installation(front, front)


def appeal(**changes: Any) -> dict[str, Any]:
    return {
        "agency": AGENCY,
        "text": "У дома 12 большая яма. Машины объезжают её по встречной полосе.",
        "topic": "0116",
        "place": {"address": "ул. Садовая, 12"},
        "contact": {"name": "Житель дома", "email": "resident@example.org"},
        "consent": True,
    } | changes


async def attach(http: httpx.AsyncClient, name: str, content: bytes) -> dict[str, Any]:
    answer = await http.post("/api/v1/attachments", params={"agency": AGENCY}, files={"file": (name, content)})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_appeal_goes_to_the_core_store_and_its_answers_come_back(installation: Installation) -> None:
    http, clerk = installation.front.http, installation.core.app
    assert clerk.cases is not None
    assert clerk.work_on_case is not None

    photo = await attach(http, "IMG_0001.jpg", camera_jpeg(place=gps(55.7512, 37.6184)))
    assert photo["suggested_place"] == pytest.approx({"lat": 55.7512, "lon": 37.6184}, abs=1e-3)
    sent = await http.post("/api/v1/appeals", json=appeal(attachments=[photo["id"]]))
    assert sent.status_code == 201, sent.text
    number, key = AppealNumber(sent.json()["number"]), sent.json()["key"]

    async def state() -> dict[str, Any]:
        await installation.settle()
        answer = await http.get(f"/api/v1/appeals/{number}", params={"key": key})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    assert (await state())["status"] == "moderation"
    submitted, case = await clerk.cases.find(number)
    assert submitted.gist == "У дома 12 большая яма"
    assert submitted.contact.email == "resident@example.org"
    assert submitted.consent is not None
    (stored,) = submitted.files
    content = b"".join([chunk async for chunk in clerk.edge.blobs.read(stored.id)])
    assert b"Exif" not in content
    assert case.answer_by == submitted.answer_by

    await clerk.work_on_case.move(number, Status.WORK, text="Передано подрядчику.")
    await clerk.work_on_case.ask(number, "С какой стороны дома?")
    asked = await state()
    assert (asked["status"], asked["question"]["text"]) == ("work", "С какой стороны дома?")

    view = await attach(http, "yard.png", camera_jpeg())
    reply = {"key": key, "text": "Со двора.", "attachments": [view["id"]]}
    assert (await http.post(f"/api/v1/appeals/{number}/reply", json=reply)).status_code == 200
    assert (await state())["question"] is None
    _, case = await clerk.cases.find(number)
    replied = next(event for event in case.events if event.kind is EventKind.REPLIED)
    assert (replied.text, len(replied.files)) == ("Со двора.", 1)

    rating = {"key": key, "score": 2, "comment": "Засыпали щебнем."}
    assert (await http.post(f"/api/v1/appeals/{number}/rating", json=rating)).status_code == 409
    await clerk.work_on_case.answer(number, "Яма засыпана.", files=[_document(installation)])
    answered = await state()
    assert (answered["status"], answered["answer"]["text"]) == ("answered", "Яма засыпана.")
    (file,) = answered["answer"]["files"]
    assert file["name"] == "act.pdf"
    assert (await http.get(file["url"])).content == _PDF

    assert (await http.post(f"/api/v1/appeals/{number}/rating", json=rating)).status_code == 200
    sent_back = await state()
    assert sent_back["status"] == "review"
    _, case = await clerk.cases.find(number)
    assert [event.kind for event in case.events][-2:] == [EventKind.RATED, EventKind.SENT_BACK]
    assert await installation.front.app.outbox.waiting() == 0


_PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def _document(installation: Installation) -> Path:
    file = installation.core.app.settings.data_dir / "act.pdf"
    file.write_bytes(_PDF)
    return file


async def test_appeal_reaches_the_core_once_even_if_it_is_carried_twice(installation: Installation) -> None:
    sent = await installation.front.http.post("/api/v1/appeals", json=appeal())
    outbox, worker = installation.front.app.outbox, installation.front.app.worker.carrying
    now = installation.front.app.edge.clock()
    (job,) = await outbox.lease(now=now, until=now, most=1, kinds=TO_CORE)  # a worker took it and died after delivering
    assert job.task.appeal is not None
    loaded = await outbox.appeals([job.task.appeal])
    await worker.carry._submit(job.task.appeal, loaded)
    await installation.settle()
    clerk = installation.core.app
    assert clerk.cases is not None
    cases = await clerk.cases.list(agency=None, status=None, most=10)
    assert [case.number for _, case in cases] == [sent.json()["number"]]


async def test_withdrawn_consent_is_told_to_the_core_store(installation: Installation) -> None:
    http = installation.front.http
    sent = (await http.post("/api/v1/appeals", json=appeal())).json()
    await installation.settle()
    address = f"/api/v1/appeals/{sent['number']}/withdrawal"
    assert (await http.post(address, json={"key": sent["key"]})).status_code == 200
    assert (await http.post(address, json={"key": sent["key"]})).status_code == 409
    await installation.settle()
    clerk = installation.core.app
    assert clerk.cases is not None
    _, case = await clerk.cases.find(AppealNumber(sent["number"]))
    assert case.events[-1].kind is EventKind.CONSENT_WITHDRAWN


async def test_appeals_wait_while_the_core_store_is_away_and_leave_when_it_is_back(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        core_settings = settings_for(tmp_path / "core", door={"tokens": {"front": TOKEN}})
        remote = {"kind": "http", "url": "http://127.0.0.1:1", "token": TOKEN}
        away = settings_for(tmp_path / "front", core=remote)
        async with served(away) as front:
            sent = await front.http.post("/api/v1/appeals", json=appeal())
            assert sent.status_code == 201
            await front.app.worker.carrying.carry()
            assert await front.app.outbox.waiting() == 1
        core = await stack.enter_async_context(served(core_settings))
        back = settings_for(tmp_path / "front", core=remote | {"url": core.url})
        later = _Later(10)
        front = await stack.enter_async_context(served(back, clock=later))
        await front.drain()
        assert core.app.cases is not None
        cases = await core.app.cases.list(agency=None, status=None, most=10)
        assert [case.number for _, case in cases] == [sent.json()["number"]]


class _Later:
    """A clock that is ahead by some minutes."""

    def __init__(self, minutes: int) -> None:
        self._minutes = minutes

    def __call__(self) -> Any:
        from datetime import timedelta

        from gateway.adapters.clock import utc_now

        return utc_now() + timedelta(minutes=self._minutes)
