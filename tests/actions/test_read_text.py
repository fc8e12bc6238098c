"""Texts are read as far as reading goes: what it breaks on is an appeal all the same, and danger is still told."""

import asyncio
import json

import pytest
from structlog.testing import capture_logs

from gateway.actions import read_text
from gateway.actions.read_text import ReadText
from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.fault import Danger
from gateway.domain.reading import Reading

AGENCY = Agency(key=AgencyKey("school"), name="Школа № 3", legal_name="Школа № 3")
GAS = "В подъезде пахнет газом, мой телефон 8 912 345-67-89"


class Broken:
    """A reader that takes its time, and breaks on whatever it reads."""

    def __init__(self, seconds: float = 0) -> None:
        self.seconds = seconds

    async def read(self, agency: Agency, text: str) -> Reading | None:
        await asyncio.sleep(self.seconds)
        raise KeyError(text)


@pytest.mark.parametrize("seconds", [0, 60], ids=["broken", "slow"])
async def test_what_cannot_be_read_is_one_problem_and_danger_is_told(seconds: float) -> None:
    with capture_logs() as lines:
        reading = await ReadText(reader=Broken(seconds), seconds=0.05)(AGENCY, GAS)
    assert [problem.text for problem in reading.problems] == [GAS]
    assert reading.danger is Danger.GAS
    assert not reading.is_whole
    assert "912" not in json.dumps(lines, default=str)


async def test_a_rule_that_breaks_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(read_text, "find_faults", broken)
    reading = await ReadText(reader=Broken(), seconds=1)(AGENCY, GAS)
    assert (reading.faults, reading.danger) == ((), Danger.GAS)
