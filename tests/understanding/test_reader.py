"""How well the reader that residents meet does on the development sets: rules and what was learned, together.

The figures of the day are in docs/reference/understanding.md; here are floors that only a step back falls through.
"""

from pathlib import Path

import pytest

from gateway.adapters.sheets import read_sheet
from gateway.adapters.text_reader import TextReader
from gateway.adapters.topic_books import TopicBooks
from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.appeal import Terms
from gateway.domain.labelled_reading import label_readings
from gateway.domain.reading_evaluation import ReadingEvaluation, Share, Trial, evaluate_readings

AGENCY = Agency(key=AgencyKey("demo"), name="Администрация города", legal_name="Администрация города")
SETS = Path(__file__).parent
FOUND = {
    "obscene": 0.9,
    "threat": 0.85,
    "personal": 0.8,
    "links": 0.9,
    "advert": 0.85,
    "unreadable": 0.7,
    "no_essence": 0.8,
}


async def figures_of(sheet: str) -> ReadingEvaluation:
    reader = TextReader(TopicBooks(Path("nowhere"), Terms()))
    labelled, bad = label_readings(sheet, read_sheet(SETS / sheet))
    assert not bad
    return evaluate_readings(
        [Trial(labelled=one, reading=await reader.read(AGENCY, one.text), seconds=0.001) for one in labelled]
    )


def at_least(share: Share, least: float) -> bool:
    return share.value is not None and share.value >= least


async def test_several_problems_are_told_from_a_long_story() -> None:
    problems = (await figures_of("problems.csv")).problems
    assert problems is not None
    assert not at_least(problems.torn, 0.06)
    assert at_least(problems.noticed, 0.35)
    assert at_least(problems.cuts_found_if_noticed, 0.75)
    assert at_least(problems.cuts_right, 0.75)


@pytest.mark.parametrize("sheet", ["faults.csv", "faults-unseen.csv"])
async def test_faults_and_dangers_are_found_and_decent_texts_left_alone(sheet: str) -> None:
    found = await figures_of(sheet)
    assert found.faults is not None
    assert {kind for kind, share in found.faults.found.items() if not at_least(share, FOUND[kind])} == set()
    assert not at_least(found.faults.disturbed, 0.025)
    assert found.dangers is not None
    assert all(at_least(share, 0.6) for share in found.dangers.found.values())
    assert not at_least(found.dangers.disturbed, 0.02)
