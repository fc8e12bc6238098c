"""The appeal number: ten digits, read aloud in three breaths, with a check digit and without a count.

Nine random digits give away neither how many appeals there are nor when this one came; the tenth is a
check digit by H. M. Damm (2004), which catches every single wrong digit and every swap of neighbours,
the two slips that people make on the telephone.
"""

import re
from typing import NewType

from gateway.domain.lots import draw_lot

AppealNumber = NewType("AppealNumber", str)
"""Shown and stored as `NNN-NNN-NNNN`."""

_RANDOM_DIGITS = 9
_BETWEEN_DIGITS = re.compile("[\\s\u2010-\u2015\u2212№-]")  # blanks and dashes of every kind
_TEN_DIGITS = re.compile(rf"[0-9]{{{_RANDOM_DIGITS + 1}}}\Z")

# Damm's totally anti-symmetric quasigroup of order 10.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


LOT_BYTES = 8
"""How many random bytes a number is made of: so many that none of the thousand million is likelier than another."""


def draw_number() -> AppealNumber:
    """Draw a number at random; that it is free is for the store to say."""
    return number_of(draw_lot(LOT_BYTES))


def number_of(lot: bytes) -> AppealNumber:
    """Return the number that these random bytes make."""
    digits = f"{int.from_bytes(lot) % 10**_RANDOM_DIGITS:0{_RANDOM_DIGITS}d}"
    return _written(digits + str(_check_digit(digits)))


def read_number(typed: str) -> AppealNumber | None:
    """Return the number that a person typed or dictated, spaces and dashes as they like; None if it is not one."""
    digits = _BETWEEN_DIGITS.sub("", typed)
    if _TEN_DIGITS.match(digits) is None or _check_digit(digits) != 0:
        return None
    return _written(digits)


def _written(digits: str) -> AppealNumber:
    return AppealNumber(f"{digits[:3]}-{digits[3:6]}-{digits[6:]}")


def _check_digit(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim
