"""What `otklik topics check` finds, and what it leaves alone."""

from collections.abc import Sequence

import pytest

from gateway.domain.catalogue_change import compare
from gateway.domain.catalogue_check import CatalogueFlaw, Flaw, check_catalogue
from gateway.domain.topic import Catalogue, Topic, TopicCode, TopicKind, TopicMatch, TopicPlace


def topic(code: str, *path: str, confused: Sequence[str] = (), **other: object) -> Topic:
    codes = tuple(map(TopicCode, confused))
    return Topic(code=TopicCode(code), path=path, fast_track=False, days=30, confused=codes, **other)  # type: ignore[arg-type]


def flaws(*topics: Topic, lost: str = "") -> list[CatalogueFlaw]:
    """Check these topics with a search that finds every topic by its name but the one that is `lost`."""

    def find(text: str) -> list[TopicMatch]:
        return [TopicMatch(topic=t, score=0.9) for t in topics if t.name in text and t.code != lost]

    return check_catalogue(Catalogue(topics), find=find, known_keys={"question.since", "photo.place"})


@pytest.mark.parametrize(
    ("topics", "found"),
    [
        ([topic("1", "А", "Яма"), topic("2", "А", "яма!")], {Flaw.SAME_NAME}),
        ([topic("1", "А", "Провал асфальта"), topic("2", "Б", "Провал  асфальта")], {Flaw.NEAR_NAME}),
        ([topic("1", "А", "Не чистят снег во дворе"), topic("2", "А", "Не чистят снег во дворах")], {Flaw.NEAR_NAME}),
        ([topic("1", "А", "Нет горячей воды"), topic("2", "А", "Нет холодной воды")], set()),
        ([topic("1", "А", "Иное"), topic("2", "Б", "Иное")], set()),
        ([topic("a1", "А", "Яма"), topic("A1", "А", "Снег")], {Flaw.SAME_CODE}),
        ([topic("1", "А", "Яма", words=("люк", "яма")), topic("2", "А", "Снег", words=("Люк",))], {Flaw.SHARED_WORDS}),
        (
            [topic("1", "А", "Яма", words=("люк", "яма")), topic("2", "А", "Снег", words=("люк",), confused=["1"])],
            {Flaw.TOLD_APART},
        ),
        ([topic("1", "А", "Яма", words=("люк",)), topic("2", "А", "Снег", words=("ЛЮК",))], {Flaw.SAME_WORDS}),
        ([topic("1", "А", "Яма"), topic("2", "Снег")], {Flaw.DEAD_END}),
        ([topic("1", "Яма"), topic("2", "Снег")], set()),
        ([topic("1", "А", "Яма", confused=["9"])], {Flaw.CONFUSED_WITH_NOTHING}),
        ([topic("1", "А", "Яма", confused=["1"])], {Flaw.CONFUSED_WITH_ITSELF}),
        ([topic("1", "А", "Я" * 41)], {Flaw.LONG_NAME}),
        ([topic("1", "А", "Яма", kind=TopicKind.APPEAL, place=TopicPlace.PUBLIC)], {Flaw.PUBLIC_APPEAL}),
        ([topic("1", "А", "Яма", kind=TopicKind.APPEAL), topic("2", "А", "Снег", place=TopicPlace.PUBLIC)], set()),
        ([topic("1", "А", "Яма", questions=("since",), photo="place")], set()),
        ([topic("1", "А", "Яма", questions=("Номер?",), photo="Снимок")], {Flaw.OWN_QUESTION, Flaw.OWN_PHOTO}),
    ],
)
def test_a_flaw_is_found(topics: list[Topic], found: set[Flaw]) -> None:
    assert {flaw.flaw for flaw in flaws(*topics)} == found


def test_a_topic_that_its_own_name_does_not_find_is_unreachable_unless_it_is_what_is_left_over() -> None:
    pit, snow, other = topic("1", "А", "Яма"), topic("2", "А", "Снег"), topic("3", "А", "Иное", "Другой вопрос")
    (flaw,) = flaws(pit, snow, other, lost="2")
    assert (flaw.flaw, flaw.topic) == (Flaw.UNREACHABLE, snow)
    assert flaws(pit, snow, other, lost="3") == []


def test_errors_come_first() -> None:
    found = flaws(topic("1", "А", "Я" * 41, confused=["9"]))
    assert [flaw.flaw.is_error for flaw in found] == [True, False]


def test_catalogues_are_compared_by_code() -> None:
    before = Catalogue([topic("1", "А", "Яма"), topic("2", "А", "Снег"), topic("3", "А", "Лёд")])
    after = Catalogue([topic("1", "А", "Яма"), topic("2", "Б", "Снег", words=("сугроб",)), topic("4", "А", "Дождь")])
    change = compare(before, after)
    assert ([t.code for t in change.added], [t.code for t in change.gone], change.unchanged) == (["4"], ["3"], 1)
    (snow,) = change.changed
    assert snow.is_renamed
    assert [part for part, _, _ in snow.parts()] == ["words"]
