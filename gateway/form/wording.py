"""Problems, days, times and sizes in the reader's words."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_decimal

from gateway.domain.fault import Danger, FaultKind
from gateway.domain.problem import Problem
from gateway.texts import Texts

_INDEX = re.compile(r"\.\d+")
_FAULTS = frozenset(FaultKind)
"""Codes of problems, too: what an agency refuses is told in the words of the warning."""
LOCALES = {"ru": "ru", "en": "en_GB"}
_KILOBYTE, _MEGABYTE = 1024, 1024 * 1024


def say_problem(texts: Texts, lang: str, problem: Problem) -> str:
    """Return the sentence of a problem: `problem.<field>.<code>` if the texts have it, else `problem.<code>`.

    What an agency refuses in a text speaks as `fault.<code>`. The number of an item is no part of the key:
    `attachments.0` speaks as `attachments`.
    """
    if problem.code in _FAULTS:
        return say_fault(texts, lang, FaultKind(problem.code))
    own = f"problem.{_INDEX.sub('', problem.field)}.{problem.code}"
    return texts.say(lang, own if texts.has(lang, own) else f"problem.{problem.code}", **problem.values)


def say_fault(texts: Texts, lang: str, kind: FaultKind) -> str:
    """Return what is wrong with the marked words of a text, and how to mend it; the same whether it blocks or not."""
    return texts.say(lang, f"fault.{kind.value}")


def say_danger(texts: Texts, lang: str, danger: Danger) -> str:
    """Return what to do before anything else, with the numbers to call."""
    return texts.say(lang, f"danger.{danger.value}")


def day_in_words(moment: datetime, *, time_zone: str, lang: str) -> str:
    """Return the day of a moment in that zone: «22 ноября 2025», "22 November 2025"."""
    return format_datetime(moment, "d MMMM y", tzinfo=ZoneInfo(time_zone), locale=LOCALES[lang])


def time_in_words(moment: datetime, *, time_zone: str, lang: str) -> str:
    """Return a moment to the minute in that zone: «22 ноября 2025, 14:05»."""
    return format_datetime(moment, "d MMMM y, HH:mm", tzinfo=ZoneInfo(time_zone), locale=LOCALES[lang])


def size_in_words(texts: Texts, lang: str, size: int) -> str:
    """Return a number of bytes as people say it: «312 КБ», «2,4 МБ»."""
    if size < _MEGABYTE:
        return texts.say(lang, "size.kilobytes", size=max(1, round(size / _KILOBYTE)))
    number = format_decimal(round(size / _MEGABYTE, 1), locale=LOCALES[lang])
    return texts.say(lang, "size.megabytes", size=number)


def shorten(text: str, most: int) -> str:
    """Return the text on one line, cut at a word to at most `most` characters, the last one then «…»."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    if not line[most - 1].isspace() and " " in cut:
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:.—-«(") + "…"
