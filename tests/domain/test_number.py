"""Appeal numbers: read on the telephone, checked by a digit, telling nothing of how many there are."""

import random
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.number import LOT_BYTES, AppealNumber, draw_number, number_of, read_number
from tests.properties import any_text, many

# Read back from another program's Damm table: 572 gets the check digit 4 (the example of Damm's dissertation).
PUBLISHED = "000-000-5724"

drawn = st.binary(min_size=LOT_BYTES, max_size=LOT_BYTES).map(number_of)


def digits_of(number: str) -> str:
    return number.replace("-", "")


def test_the_check_digit_is_the_one_that_was_published() -> None:
    assert read_number(PUBLISHED) == PUBLISHED


@many
@given(drawn)
def test_a_drawn_number_has_three_groups_and_reads_as_itself(number: AppealNumber) -> None:
    assert re.fullmatch(r"\d{3}-\d{3}-\d{4}", number)
    assert read_number(number) == number


@many
@given(drawn)
def test_every_single_wrong_digit_is_noticed(number: AppealNumber) -> None:
    digits = digits_of(number)
    for place, right in enumerate(digits):
        for wrong in set("0123456789") - {right}:
            assert read_number(digits[:place] + wrong + digits[place + 1 :]) is None


@many
@given(drawn)
def test_every_swap_of_neighbours_is_noticed(number: AppealNumber) -> None:
    digits = digits_of(number)
    for place in range(len(digits) - 1):
        first, second = digits[place : place + 2]
        if first != second:
            assert read_number(digits[:place] + second + first + digits[place + 2 :]) is None


@many
@given(drawn, st.integers(0, 9), st.sampled_from("0123456789"))
def test_a_digit_too_few_or_too_many_is_noticed(number: AppealNumber, place: int, extra: str) -> None:
    digits = digits_of(number)
    assert read_number(digits[:place] + digits[place + 1 :]) is None
    assert read_number(digits[:place] + extra + digits[place:]) is None


@pytest.mark.parametrize(
    "typed",
    [
        "0000005724",
        "000 000 5724",
        "000-000-57 24",
        " 000 – 000 — 5724 ",
        "№ 000-000-5724",
        "000\u00a0000\u00a05724",
        "000\u2011000\u20115724",
        "000\u202f000\u202f5724",
        "000-000-5724\n",
        "\t000-000-5724",
    ],
)
def test_a_number_is_read_however_it_was_typed_or_pasted(typed: str) -> None:
    assert read_number(typed) == PUBLISHED


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "000-000-5723",
        "000-000-572",
        "000-000-57244",
        "000.000.5724",
        "000-000-572４",
        "+000-000-5724",
        "O00-000-5724",
    ],
)
def test_what_is_no_number_is_not_guessed_at(typed: str) -> None:
    assert read_number(typed) is None


@many
@given(any_text)
def test_nonsense_never_raises(typed: str) -> None:
    read = read_number(typed)
    assert read is None or read_number(read) == read


def test_numbers_give_away_neither_count_nor_order() -> None:
    lots = random.Random(11)
    in_order = [number_of(lots.randbytes(LOT_BYTES)) for _ in range(400)]
    assert len(set(in_order)) == 400
    rises = sum(first < second for first, second in pairwise(in_order))
    assert 150 < rises < 250  # of 399; a count would rise every time
    assert len({number[0] for number in in_order}) == 10


def test_draws_differ() -> None:
    assert len({draw_number() for _ in range(3)}) > 1
