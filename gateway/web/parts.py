"""Several problems of one text, each as a message of its own: cut from the text, then as the page brings them back."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from multidict import MultiMapping

from gateway.domain.reading import Reading, ReadProblem
from gateway.domain.topic import Topic, TopicPlace
from gateway.form.check import tidy
from gateway.reading.part_text import as_message
from gateway.web.typed import UNKNOWN_TOPIC, Typed, draw_idempotency_key, read_key

MOST_PARTS = 10
"""What a resident can still look over; of more problems the last part has the rest."""

_CLEAR = 0.5
"""From this score on a topic stands chosen: the page shows it, and another is one choice away."""

_TEXT = re.compile(r"part\.(\d{1,2})\.text\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedPart:
    """One of the messages: `name` is what its controls begin with, `is_sent` whether it is to go.

    `topic` is a code, `point` a place as the page writes it; both are empty for none. `files` are those of the page
    that go with it, `joins` the number of a case that is joined instead, `key` is its own idempotency key.
    """

    name: str
    text: str
    topic: str = ""
    address: str = ""
    point: str = ""
    files: tuple[str, ...] = ()
    is_sent: bool = True
    joins: str = ""
    key: str

    def as_typed(self, typed: Typed) -> Typed:
        """Return what the page would hold if this were its only problem."""
        lat, _, lon = self.point.partition(",")
        values = {
            **typed.values,
            "text": self.text,
            "gist": "",
            "topic": self.topic,
            "place.address": self.address,
            "place.lat": lat,
            "place.lon": lon,
        }
        return replace(
            typed,
            values=MappingProxyType(values),
            attachments=self.files,
            details=typed.details if self.topic == typed.values["topic"] else {},
            joins=self.joins,
            idempotency_key=self.key,
        )

    def renewed(self) -> "TypedPart":
        """Return it left out, under another key: what was sent under the old one stays as it is."""
        return replace(self, is_sent=False, key=draw_idempotency_key())


def cut(typed: Typed, reading: Reading, needs_place: Callable[[Topic], bool]) -> tuple[TypedPart, ...]:
    """Return the parts of a text as they are offered: each with its topic and place, the photos with the first one.

    `needs_place` tells whether a message about a topic is refused without a place.
    """
    problems = _at_most(reading.problems, tidy(typed.values["text"]))
    by_hand = typed.values["topic"] if typed.topic_is_decided else ""
    topics = _topics(problems, by_hand)
    places = _Places.of(typed, reading)
    return tuple(
        TypedPart(
            name=f"part.{index}",
            text=as_message(problem.text),
            topic="" if topic is None else topic.code,
            address=places.address(problem, is_needed=topic is None or needs_place(topic)),
            point=places.point(problem, topic),
            files=typed.attachments if index == 0 else (),
            key=_key(typed.idempotency_key, index),
        )
        for index, (problem, topic) in enumerate(zip(problems, topics, strict=True))
    )


def read_parts(fields: MultiMapping[str], typed: Typed) -> tuple[TypedPart, ...]:
    """Take the parts from a posted page."""
    numbers = sorted({int(found[1]) for name in fields if (found := _TEXT.match(name))})[:MOST_PARTS]
    return tuple(_read_part(fields, typed, f"part.{number}", number) for number in numbers)


def _read_part(fields: MultiMapping[str], typed: Typed, name: str, number: int) -> TypedPart:
    topic = fields.get(f"{name}.topic", "")
    chosen = set(fields.getall(f"{name}.files", ()))
    return TypedPart(
        name=name,
        text=fields[f"{name}.text"],
        topic="" if topic == UNKNOWN_TOPIC else topic,
        address=fields.get(f"{name}.address", ""),
        point=fields.get(f"{name}.point", ""),
        files=tuple(id for id in typed.attachments if id in chosen),
        is_sent=f"{name}.sent" in fields,
        joins=fields.get(f"{name}.joins", ""),
        key=read_key(fields.get(f"{name}.key", "")) or _key(typed.idempotency_key, number),
    )


def _key(page_key: str, number: int) -> str:
    """The first part has the page's own key: a text that went as a whole does not go once more in parts."""
    if number == 0:
        return page_key
    digest = hashlib.sha256(f"{page_key}\n{number}".encode()).digest()
    return urlsafe_b64encode(digest[:18]).decode()


def _at_most(problems: Sequence[ReadProblem], text: str) -> Sequence[ReadProblem]:
    if len(problems) <= MOST_PARTS:
        return problems
    last = problems[MOST_PARTS - 1]
    return (*problems[: MOST_PARTS - 1], replace(last, text=text[last.start :], end=len(text)))


def _topics(problems: Sequence[ReadProblem], by_hand: str) -> Sequence[Topic | None]:
    """The clear topic of each part; one chosen by hand belongs to the first part that it fits."""
    chosen = [_clear_topic(problem) for problem in problems]
    for index, problem in enumerate(problems):
        for match in problem.topics:
            if match.topic.code == by_hand:
                chosen[index] = match.topic
                return chosen
    return chosen


def _clear_topic(problem: ReadProblem) -> Topic | None:
    best = problem.topics[0] if problem.topics else None
    return best.topic if best is not None and best.score >= _CLEAR else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Where the problems are: `typed` by hand, else `first` of those that the text names; `spot` is a chosen point."""

    typed: str
    first: str
    spot: str

    @classmethod
    def of(cls, typed: Typed, reading: Reading) -> "_Places":
        values, named = typed.values, reading.place
        spot = f"{values['place.lat']},{values['place.lon']}" if values["place.lat"] and values["place.lon"] else ""
        first = "" if named is None else named.address
        return cls(typed=" ".join(values["place.address"].split()), first=first, spot=spot)

    def address(self, problem: ReadProblem, *, is_needed: bool) -> str:
        """A part that names another place than the first has its own; the others share that one, where they need it."""
        if problem.place is not None:
            return problem.place.address if self._is_elsewhere(problem) else self.typed or self.first
        if not is_needed:
            return ""
        return self.typed if self.spot else self.typed or self.first

    def point(self, problem: ReadProblem, topic: Topic | None) -> str:
        has_no_place = topic is not None and topic.place is TopicPlace.NONE
        return "" if self._is_elsewhere(problem) or has_no_place else self.spot

    def _is_elsewhere(self, problem: ReadProblem) -> bool:
        return problem.place is not None and problem.place.address != self.first
