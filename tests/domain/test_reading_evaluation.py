"""Figures about readings, on texts whose figures can be worked out by hand; and the sheets that tell what is right."""

from dataclasses import replace

import pytest

from gateway.domain.fault import Danger, Fault, FaultKind
from gateway.domain.labelled_reading import LabelledReading, NamedPlace, label_readings
from gateway.domain.reading import Reading, ReadPlace, ReadProblem
from gateway.domain.reading_evaluation import Mistake, ReadingEvaluation, Share, Trial, evaluate_readings, matched
from gateway.domain.same_place import is_same, is_same_name


def labelled(*texts: str, **columns: str) -> list[LabelledReading]:
    good, bad = label_readings("a.csv", [(row, {"text": text} | columns) for row, text in enumerate(texts, 2)])
    assert bad == []
    return good


def reading(text: str, *starts: int, danger: Danger | None = None, place: ReadPlace | None = None) -> Reading:
    ends = [*starts, len(text)]
    parts = [
        ReadProblem(text=text[start:end], start=start, end=end, topics=(), place=place)
        for start, end in zip((0, *starts), ends, strict=True)
    ]
    return Reading(problems=tuple(parts), danger=danger)


def found(*pairs: tuple[LabelledReading, Reading]) -> ReadingEvaluation:
    return evaluate_readings([Trial(labelled=one, reading=read, seconds=0.002) for one, read in pairs])


def mistakes(evaluation: ReadingEvaluation) -> list[Mistake]:
    return [example.mistake for example in evaluation.examples]


# Problems


def test_marks_are_taken_out_and_their_places_kept() -> None:
    (one,) = labelled("Нет света. || Не вывозят мусор,\n\n || а пенсии  всё нет. ")
    assert one.text == "Нет света. Не вывозят мусор,\n\na пенсии  всё нет.".replace("a", "а")
    assert one.cuts is not None
    assert [one.text[cut:][:2] for cut in one.cuts] == ["Не", "а "]


def test_a_cut_is_right_in_the_same_gap_or_three_words_off() -> None:
    text = "Нет света. Ещё, кстати, про мусор: его не вывозят. Всё."
    mark = text.index("Ещё")
    assert matched(text, [mark], [mark - 1]) == [(mark, mark - 1)]
    assert matched(text, [mark], [text.index("мусор")]) != []
    assert matched(text, [mark], [text.index("его")]) == []
    assert matched(text, [mark], [mark, text.index("кстати")]) == [(mark, mark)]
    assert matched(text, [mark, text.index("Всё")], [text.index("Всё")]) == [(text.index("Всё"), text.index("Всё"))]


def test_problems_are_counted_by_texts_and_by_cuts() -> None:
    calm, torn, two, three, unseen = labelled(
        "Яма у дома",
        "Яма у дома, колесо пробил, ремонт дорогой",
        "Яма. || Нет света.",
        "Яма у дома восемь. || Нет света у магазина на углу. || Не вывозят мусор.",
        "Яма. || Нет света.",
    )
    evaluation = found(
        (calm, reading(calm.text)),
        (torn, reading(torn.text, 12)),
        (two, reading(two.text, 5)),
        (three, reading(three.text, 19, 29)),
        (unseen, reading(unseen.text)),
    )
    figures = evaluation.problems
    assert figures is not None
    assert (figures.torn, figures.noticed) == (Share(count=1, of=2), Share(count=2, of=3))
    assert (figures.cuts_found, figures.cuts_found_if_noticed) == (Share(count=2, of=4), Share(count=2, of=3))
    assert figures.cuts_right == Share(count=2, of=3)
    assert mistakes(evaluation) == [Mistake.TORN, Mistake.CUT_MISSED, Mistake.CUT_WRONG, Mistake.NOT_NOTICED]
    assert evaluation.examples[-1].wanted == "Яма. || Нет света."
    assert (evaluation.median_ms, evaluation.p99_ms) == (2.0, 2.0)


def test_only_what_a_sheet_says_is_judged() -> None:
    (about_faults,) = labelled("Яма у дома", faults="-")
    (about_place,) = labelled("Яма у дома", street="", house="")
    (alone,) = labelled("Яма у дома")
    assert (about_faults.cuts, about_place.cuts, alone.cuts) == (None, None, ())
    (marked,) = labelled("Яма. || Снег.", faults="-")
    assert (marked.cuts, marked.dangers, marked.place) == ((5,), None, None)
    evaluation = found((about_faults, reading(about_faults.text, 4)))
    assert (evaluation.problems, evaluation.dangers, evaluation.places) == (None, None, None)
    assert evaluation.faults is not None


def test_bad_rows_are_named_and_the_others_are_taken() -> None:
    cells = [("Яма", "obscene empty"), ("", "-"), ("Яма", "rude"), ("Яма || ", "-"), ("Яма", "")]
    rows = [(row, {"сообщение": text, "faults": kinds}) for row, (text, kinds) in enumerate(cells, 2)]
    good, bad = label_readings("a.csv", rows)
    assert [one.faults for one in good] == [frozenset({FaultKind.OBSCENE, FaultKind.NO_ESSENCE}), None]
    assert [(fault.row, str(fault)[:20]) for fault in bad] == [
        (3, "a.csv, row 3: there "),
        (4, "a.csv, row 4: no suc"),
        (5, "a.csv, row 5: there "),
    ]
    with pytest.raises(ValueError, match="no column text; there are words"):
        label_readings("b.csv", [(2, {"words": "Яма"})])
    with pytest.raises(ValueError, match="there is no text to read"):
        evaluate_readings([])


# Faults and dangers


def with_faults(text: str, *kinds: FaultKind) -> Reading:
    return replace(reading(text), faults=tuple(Fault(kind=kind, start=0, end=1) for kind in kinds))


def test_faults_are_counted_by_kind_and_decent_texts_apart() -> None:
    decent, other = labelled("Яма у дома", "Яма у школы", faults="-")
    (rude,) = labelled("Яма!", faults="obscene links")
    evaluation = found(
        (decent, with_faults(decent.text)),
        (other, with_faults(other.text, FaultKind.ADVERT)),
        (rude, with_faults(rude.text, FaultKind.OBSCENE, FaultKind.THREAT)),
    )
    figures = evaluation.faults
    assert figures is not None
    assert {kind: (share.count, share.of) for kind, share in figures.found.items() if share.of} == {
        "obscene": (1, 1),
        "links": (0, 1),
    }
    assert {kind for kind, count in figures.wrong.items() if count} == {"threat", "advert"}
    assert figures.disturbed == Share(count=1, of=2)
    assert mistakes(evaluation) == [Mistake.FAULT_WRONG, Mistake.FAULT_MISSED, Mistake.FAULT_WRONG]


def test_a_danger_that_is_met_under_another_name_is_met() -> None:
    gas, fire = (labelled("Пахнет!", emergency=kind)[0] for kind in ("gas", "danger"))
    (calm,) = labelled("Пахнет весной", emergency="-")
    evaluation = found(
        (gas, reading(gas.text, danger=Danger.FIRE)),
        (fire, reading(fire.text)),
        (calm, reading(calm.text, danger=Danger.GAS)),
    )
    assert evaluation.dangers is not None
    assert evaluation.dangers.found["gas"] == Share(count=1, of=1)
    assert evaluation.dangers.found["life"] == Share(count=0, of=1)
    assert evaluation.dangers.disturbed == Share(count=1, of=1)
    assert evaluation.kinds_right == Share(count=0, of=1)
    assert mistakes(evaluation) == [Mistake.DANGER_WRONG, Mistake.DANGER_MISSED, Mistake.DANGER_WRONG]


# Places


def read_place(settlement: str = "", street: str = "", house: str = "") -> ReadPlace:
    return ReadPlace(start=0, end=1, settlement=settlement, street=street, house=house)


@pytest.mark.parametrize(
    ("street", "house", "read", "same"),
    [
        ("улица Ленина", "5", read_place(street="Ленина", house="5"), True),
        ("ул. Академика Королёва", "12 корпус 3", read_place(street="Королева Академика", house="12к3"), True),
        ("1-я Садовая", "7А", read_place(street="Садовая 1-я улица", house="7 а"), True),
        ("набережная", "2", read_place(street="площадь", house="2"), False),
        ("Ленина", "5", read_place(street="Ленина", house="5е"), False),
        ("Ленина", "5", read_place(street="Ленина"), False),
        ("Мира", "15", read_place(street="Мира", house="1/5"), False),
    ],
)
def test_addresses_are_compared_without_case_kinds_and_order(
    street: str, house: str, read: ReadPlace, *, same: bool
) -> None:
    assert is_same(NamedPlace(street=street, house=house), read) is same


def test_an_address_on_one_line_has_to_be_read_whole() -> None:
    named = NamedPlace(address="г. Тула, пр-т Мира, д. 5, корп. 2")
    assert is_same(named, read_place("Тула", "проспект Мира", "5к2"))
    assert not is_same(named, read_place("Тула", "проспект Мира", "5"))
    assert not is_same(named, read_place("Тула", "проспект Мира", "5к3"))
    assert is_same(NamedPlace(address="Мира, 5"), read_place("Тула", "Мира", "5"))
    assert is_same_name("село Большие Ключи", "Большие ключи")


def test_places_are_found_right_or_invented() -> None:
    both, wrong, missed = labelled("а", "б", "в", settlement="Тула", street="Мира", house="5")
    (only_settlement,) = labelled("г", settlement="село Луги", street="", house="")
    (nowhere,) = labelled("д", settlement="-", street="-", house="-")
    evaluation = found(
        (both, reading("а", place=read_place("Тула", "Мира", "5"))),
        (wrong, reading("б", place=read_place("", "Мира", "6"))),
        (missed, reading("в")),
        (only_settlement, reading("г", place=read_place("Луги"))),
        (nowhere, reading("д", place=read_place("", "Мира", "6"))),
    )
    figures = evaluation.places
    assert figures is not None
    assert (figures.found, figures.right) == (Share(count=2, of=3), Share(count=1, of=2))
    assert (figures.settlements, figures.invented) == (Share(count=2, of=4), Share(count=1, of=1))
    assert mistakes(evaluation) == [Mistake.PLACE_WRONG, Mistake.PLACE_MISSED, Mistake.PLACE_INVENTED]
