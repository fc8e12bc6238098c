"""Buttons and what they carry: which form, which step, which choice; or a way that is open for ever.

Data of a step: `<form>.<step>.<choice>`. Data that is valid for ever: `menu.<way>`, `case.<verb>.<number>[.<score>]`.
"""

import hashlib
import re
from base64 import b32encode
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.case import HIGHEST_SCORE, LOWEST_SCORE
from gateway.domain.message import DATA_BYTES, LABEL_CHARACTERS, MOST_IN_ROW, Button, ButtonKind, Tone
from gateway.domain.number import AppealNumber, read_number
from gateway.form.wording import shorten

Row = tuple[Button, ...]
Rows = tuple[Row, ...]


class Way(StrEnum):
    """What can be gone to from everywhere."""

    NEW = "new"
    REPORT = "report"
    RESUME = "resume"
    NEXT = "next"
    DROP = "drop"
    GO_ON = "go_on"
    CASES = "cases"
    HELP = "help"
    LANGUAGE = "language"
    PERSON = "person"
    START = "start"


class Verb(StrEnum):
    """What can be done with an appeal that was sent."""

    SHOW = "show"
    RATE = "rate"
    COMMENT_NOT = "nocomment"
    REPLY = "reply"
    REPLIED = "replied"
    REPLY_NOT = "noreply"


@dataclass(frozen=True, slots=True)
class StepPress:
    """A button of a step of form `form`; the step `form` stands for the form as a whole."""

    form: int
    step: str
    choice: str


@dataclass(frozen=True, slots=True)
class MenuPress:
    """A button that leads somewhere."""

    way: Way


@dataclass(frozen=True, slots=True)
class CasePress:
    """A button of an appeal."""

    verb: Verb
    number: AppealNumber
    score: int | None = None


Press = StepPress | MenuPress | CasePress

_WAYS = frozenset(way.value for way in Way)
_VERBS = frozenset(verb.value for verb in Verb)
_STEP_DATA = re.compile(r"([0-9]{1,9})\.([a-z]{1,20})\.([a-z0-9_-]{1,30})\Z")


def read_press(data: str) -> Press | None:
    """Return what was pressed; None for what no button of ours carries."""
    if len(data.encode(errors="replace")) > DATA_BYTES:
        return None
    if step := _STEP_DATA.match(data):
        return StepPress(int(step[1]), step[2], step[3])
    kind, _, rest = data.partition(".")
    if kind == "menu" and rest in _WAYS:
        return MenuPress(Way(rest))
    return _read_case(rest.split(".")) if kind == "case" else None


def _read_case(words: list[str]) -> CasePress | None:
    if not 2 <= len(words) <= 3 or words[0] not in _VERBS:
        return None
    verb, number = Verb(words[0]), read_number(words[1])
    score = _read_score(words[2]) if len(words) == 3 else None
    if number is None or (score is None) != (verb is not Verb.RATE):
        return None
    return CasePress(verb, number, score)


def _read_score(word: str) -> int | None:
    scores = {str(score): score for score in range(LOWEST_SCORE, HIGHEST_SCORE + 1)}
    return scores.get(word)


def step_button(label: str, form: int, step: str, choice: str, tone: Tone = Tone.PLAIN) -> Button:
    """Return a button that makes a choice at a step."""
    return Button(label=shorten(label, LABEL_CHARACTERS), data=f"{form}.{step}.{choice}", tone=tone)


def menu_button(label: str, way: Way, tone: Tone = Tone.PLAIN) -> Button:
    """Return a button that leads somewhere."""
    return Button(label=shorten(label, LABEL_CHARACTERS), data=f"menu.{way.value}", tone=tone)


def case_button(
    label: str, verb: Verb, number: AppealNumber, score: int | None = None, tone: Tone = Tone.PLAIN
) -> Button:
    """Return a button that does something with an appeal."""
    data = f"case.{verb.value}.{number}" + ("" if score is None else f".{score}")
    return Button(label=shorten(label, LABEL_CHARACTERS), data=data, tone=tone)


def link_rows(label: str, url: str | None) -> Rows:
    """Return a row with a link, or none: a messenger takes addresses of the open web alone."""
    if url is None or not url.startswith("https://"):
        return ()
    return ((Button(label=shorten(label, LABEL_CHARACTERS), kind=ButtonKind.LINK, url=url),),)


def rating_row(number: AppealNumber) -> Row:
    """Return the five scores, in one row."""
    scores = range(LOWEST_SCORE, HIGHEST_SCORE + 1)
    assert len(scores) <= MOST_IN_ROW
    return tuple(case_button(str(score), Verb.RATE, number, score) for score in scores)


def fingerprint(name: str) -> str:
    """Return 8 letters and digits by which a button names something that may be long."""
    return b32encode(hashlib.blake2b(name.encode(errors="replace"), digest_size=5).digest()).decode().lower()


def in_rows(buttons: Row, *, each: int) -> Rows:
    """Lay buttons out in rows of `each`."""
    return tuple(buttons[start : start + each] for start in range(0, len(buttons), each))
