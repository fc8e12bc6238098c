"""A resident who gave an e-mail address hears of every change, wherever the core store is: one letter each."""

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from tests.journeys.conftest import TOKEN
from tests.journeys.installation import Installation
from tests.mailbox import Mailbox, html, links, mailbox, plain, stop_url
from tests.server import AGENCY, RunningGateway

RESIDENT = "resident@example.org"
SMALL, LARGE = b"%PDF-1.7\n%%EOF", b"%PDF-1.7\n" + b"x" * 5_300_000


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture(params=["embedded core store", "core store of another process"])
def installation(
    request: pytest.FixtureRequest, box: Mailbox, start_gateway: Callable[..., RunningGateway]
) -> Installation:
    if request.param == "embedded core store":
        gateway = start_gateway(**box.environment)
        return Installation(gateway, gateway)
    core = start_gateway(OTKLIK_DOOR__TOKENS=json.dumps({"front": TOKEN}))
    front = start_gateway(
        OTKLIK_CORE__KIND="http",
        OTKLIK_CORE__URL=core.url,
        OTKLIK_CORE__TOKEN=TOKEN,
        OTKLIK_CORE__POLL_SECONDS="0.1",
        **box.environment,
    )
    return Installation(front, core)


async def test_every_change_of_a_case_is_one_letter_with_links_that_work(
    installation: Installation, box: Mailbox
) -> None:
    url, folder = installation.front.url, installation.core.folder
    (folder / "акт.pdf").write_bytes(SMALL)
    (folder / "альбом.pdf").write_bytes(LARGE)
    async with httpx.AsyncClient(base_url=url, timeout=30) as http:
        receipt = await report(http)
        number, key = receipt["number"], receipt["key"]
        accepted = await box.when(1)
        assert number in str(accepted["Subject"])
        assert missing(accepted, number, "У дома 12 большая яма", "Ответ — не позже") == []

        later = str(datetime.now(UTC).date() + timedelta(days=60))
        roads = "Управление дорог"
        steps = [
            (["status", number, "review"], ["получили те, кто решает такие вопросы"]),
            (["forward", number, "--to", roads, "--text", "Дорога областная."], [roads, "> Дорога областная."]),
            (["status", number, "work"], ["уже решают"]),
            (["postpone", number, "--until", later, "--text", "Ждём тепла."], ["Новый срок", "> Ждём тепла."]),
            (["ask", number, "--text", "С какой стороны дома?"], ["> С какой стороны дома?", "Ответить на вопрос"]),
        ]
        for count, (words, expected) in enumerate(steps, start=2):
            await installation.clerk(*words)
            assert missing(await box.when(count), *expected) == []

        reply = {"key": key, "text": "Со двора, у второго подъезда."}
        assert (await http.post(f"/api/v1/appeals/{number}/reply", json=reply)).status_code == 200
        await installation.clerk(
            "answer", number, "--text", "Засыпали <щебнем> & песком.", "--file", "акт.pdf", "--file", "альбом.pdf"
        )
        answer = await box.when(7)
        assert missing(answer, "> Засыпали <щебнем> & песком.", "акт.pdf, 1 КБ (приложен", "Оценить ответ") == []
        assert "&lt;щебнем&gt; &amp; песком" in html(answer)
        assert [(file.get_filename(), file.get_content()) for file in answer.iter_attachments()] == [("акт.pdf", SMALL)]
        (album,) = (link for link in links(answer, url) if "/files/" in link)
        assert (await http.get(album)).content == LARGE

        rating = {"key": key, "score": 2}
        assert (await http.post(f"/api/v1/appeals/{number}/rating", json=rating)).status_code == 200
        assert "О новом ответе мы напишем" in plain(await box.when(8))
        comment = rating | {"comment": "Щебень уже размыло."}
        assert (await http.post(f"/api/v1/appeals/{number}/rating", json=comment)).status_code == 200
        assert (await http.post(f"/api/v1/appeals/{number}/rating", json=comment)).status_code == 200
        case = await installation.case_when(number, lambda case: "commented" in kinds(case))
        assert kinds(case)[-3:] == ["rated", "sent_back", "commented"]
        assert case["history"][-1]["text"] == "Щебень уже размыло."

        await installation.clerk("status", number, "declined", "--ground", "unclear", "--text", "Это чужая дорога.")
        assert missing(await box.when(9), "> Это чужая дорога.", f"{url}/f/{AGENCY}?lang=ru") == []
        for letter in box.letters:
            await assert_well_made(letter, http, url)

    await asyncio.to_thread(installation.front.stop)  # it finishes what is under way
    assert len(box.letters) == 9
    assert len({str(letter["Message-ID"]) for letter in box.letters}) == 9
    assert await asyncio.to_thread(installation.front.run, "outbox", "list") == "0 waiting\n"
    for secret in (key, RESIDENT):
        assert secret not in installation.front.log + installation.core.log


async def report(http: httpx.AsyncClient) -> dict[str, Any]:
    body = {
        "agency": AGENCY,
        "text": "У дома 12 большая яма. Машины объезжают её по встречной полосе.",
        "place": {"address": "ул. Садовая, 12"},
        "contact": {"name": "Житель дома", "email": RESIDENT},
        "consent": True,
        "lang": "ru",
    }
    answer = await http.post("/api/v1/appeals", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def kinds(case: dict[str, Any]) -> list[str]:
    return [event["kind"] for event in case["history"]]


def missing(letter: EmailMessage, *sentences: str) -> list[str]:
    """Those of the sentences that the letter does not say."""
    return [sentence for sentence in sentences if sentence not in plain(letter)]


async def assert_well_made(letter: EmailMessage, http: httpx.AsyncClient, url: str) -> None:
    assert letter["To"] == RESIDENT
    parts = [part.get_content_type() for part in letter.walk()]
    first = parts.index("multipart/alternative")
    assert parts[first : first + 3] == ["multipart/alternative", "text/plain", "text/html"]
    found = {*links(letter, url), stop_url(letter)}
    assert len(found) >= 2
    for link in found:
        assert (await http.get(link)).status_code == 200, link
