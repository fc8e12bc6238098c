"""`otklik demo`: an agency and a few appeals at every stage, made by the same verbs as real ones."""

import tomllib
from importlib.resources import files
from typing import Any

from gateway.actions.enter_agencies import EnterAgencies
from gateway.app import Gateway
from gateway.domain.agency import Agency
from gateway.domain.appeal import Channel, Receipt, SubmissionKind
from gateway.domain.case import Status
from gateway.form.answers import Answers
from gateway.ports import START

DEMO_KEY = "demo"


async def prepare(gateway: Gateway, *, empty: bool) -> None:
    """Make the agency `demo`, and, in a store where nothing has happened yet, demo appeals unless `empty`."""
    script = tomllib.loads(files("gateway.data").joinpath("demo.toml").read_text(encoding="utf-8"))
    await EnterAgencies(agencies=gateway.agencies, texts=gateway.texts)([(1, script["agency"])])
    if empty or gateway.work_on_case is None or await _is_used(gateway):
        return
    agency = await gateway.agencies.find(DEMO_KEY)
    for story in script["appeals"]:
        await _play(gateway, agency, story)


async def _is_used(gateway: Gateway) -> bool:
    return await gateway.appeals.cursor() != START or await gateway.outbox.waiting() > 0


async def _play(gateway: Gateway, agency: Agency, story: dict[str, Any]) -> None:
    receipt = await gateway.edge.accept_appeal(
        agency,
        SubmissionKind.MESSAGE,
        Answers(**story["answers"], consent=True),
        channel=Channel.PAGE,
        lang="ru",
    )
    await gateway.worker.drain()
    for step in story.get("steps", ()):
        await _take_step(gateway, receipt, step)
        await gateway.worker.drain()


async def _take_step(gateway: Gateway, receipt: Receipt, step: dict[str, Any]) -> None:
    assert gateway.work_on_case is not None
    match step["do"]:
        case "move":
            await gateway.work_on_case.move(receipt.number, Status(step["to"]), text=step.get("text"))
        case "ask":
            await gateway.work_on_case.ask(receipt.number, step["text"])
        case "answer":
            await gateway.work_on_case.answer(receipt.number, step["text"])
        case "rate":
            rate = gateway.edge.rate_answer
            await rate(receipt.number, receipt.key, score=step["score"], comment=step.get("comment"))
