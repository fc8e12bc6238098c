"""Figures about suggestions, on texts whose figures can be worked out by hand."""

import pytest

from gateway.domain.evaluation import Confusion, evaluate
from gateway.domain.labelled_text import LabelledText, LeftOut, TopicNames, label, pairs_of
from gateway.domain.topic import Catalogue, Topic, TopicCode, TopicMatch

A, B, C = (
    Topic(code=TopicCode(code), path=path, fast_track=False, days=30)
    for code, path in (("a", ("Дороги", "Яма")), ("b", ("Двор", "Ремонт")), ("c", ("Дороги", "Ремонт")))
)
CATALOGUE = Catalogue([A, B, C])


def texts(*codes: str) -> list[LabelledText]:
    return [LabelledText(f"текст {number}", TopicCode(code)) for number, code in enumerate(codes)]


def suggestions(*given: list[tuple[Topic, float]]):
    coming = iter(given)
    return lambda text: [TopicMatch(topic=topic, score=score) for topic, score in next(coming)]


def test_figures_are_those_of_the_suggestions() -> None:
    found = evaluate(
        texts("a", "a", "b", "c"),
        suggestions([(A, 0.95)], [(B, 0.9), (A, 0.1)], [(B, 0.55)], []),
    )
    assert (found.texts, found.topics) == (4, 3)
    assert found.tops == {1: 0.5, 3: 0.75, 5: 0.75}
    assert found.macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)
    assert (found.sure.given, found.sure.right) == (2, 1)
    assert [(band.low, band.given, band.right) for band in found.bands if band.given] == [(0.5, 1, 1), (0.9, 2, 1)]
    assert found.confused == tuple(
        Confusion(right=right, given=given, times=1) for right, given in ((A.code, B.code), (C.code, None))
    )
    assert 0 <= found.median_ms <= found.p99_ms


def test_nothing_to_try_is_told() -> None:
    with pytest.raises(ValueError, match="no text"):
        evaluate([], suggestions())


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("a", "a"),
        ("яма", "a"),
        ("Дороги → Ремонт", "c"),
        ("двор/ремонт", "b"),
        ("Дороги > Ремонт", "c"),
        ("Ремонт", None),  # there are two
        ("Снег", None),
    ],
)
def test_a_topic_is_known_by_code_name_or_way(written: str, code: str | None) -> None:
    assert TopicNames(CATALOGUE).find(written) == code


def test_rows_of_no_use_are_left_out_and_counted() -> None:
    pairs = [("", "a"), ("яма на дороге", ""), ("нет воды", "Вода"), ("яма", "a"), *[("яма у дома", "a")] * 2]
    learned = label(pairs, CATALOGUE, to_learn=True)
    assert [text.text for text in learned.texts] == ["яма у дома"]
    assert learned.left_out == dict.fromkeys(LeftOut, 1)
    assert learned.unknown == {"Вода": 1}
    tried = label(pairs, CATALOGUE, to_learn=False)
    assert [text.text for text in tried.texts] == ["яма", "яма у дома", "яма у дома"]


def test_columns_are_found_by_several_names_and_missing_ones_told() -> None:
    assert pairs_of([(2, {"текст": "яма", "тема": "a"})]) == [("яма", "a")]
    with pytest.raises(ValueError, match="no column code; there are text"):
        pairs_of([(2, {"text": "яма"})])
    with pytest.raises(ValueError, match="no column text; there are no rows"):
        pairs_of([])
