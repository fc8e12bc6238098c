"""What a resident has typed into the form page: taken from its controls, turned into answers, known again."""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType

from multidict import MultiMapping

from gateway.domain.appeal import Ticket, first_sentence
from gateway.domain.problem import Problem
from gateway.form.answers import Answers
from gateway.form.check import tidy
from gateway.form.limits import FormLimits

CONTROLS = (
    "text",
    "gist",
    "topic",
    "place.address",
    "place.lat",
    "place.lon",
    "contact.name",
    "contact.email",
    "contact.phone",
)
"""Controls with one line or text in them, by their names in the API."""

UNKNOWN_TOPIC = "-"
"""What the page sends for «I do not know»; no topic has such a code."""

DETAIL = "details."
"""What the names of controls with answers to the questions of topics begin with."""

_MOST_SEEN = 100
_LONGEST_KNOWN = 2_000

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")
_POINT = re.compile(r"(-?\d{1,3}(?:\.\d{1,15})?),(-?\d{1,3}(?:\.\d{1,15})?)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The page's controls as they are filled; `values` has each of CONTROLS.

    `attachments` are ids of files taken already, `digests` what was uploaded for each, as far as it is known.
    `searched_query` are the words for a topic by which topics were found last. `topic_from_text` is the code of a topic
    that was taken from the text without asking; `topic_unknown` says that the resident does not know theirs. `details`
    are answers by the keys of their questions, `asked` is the code of the topic whose questions the page has shown,
    `seen` what it has told about the text (findings.py). `known` names what it has shown of what others have
    reported, `joins` is the one of it that is joined.
    """

    values: Mapping[str, str]
    attachments: tuple[str, ...] = ()
    digests: Mapping[str, str]
    consent: bool = False
    consent_version: str | None = None
    topic_query: str = ""
    searched_query: str = ""
    topic_from_text: str = ""
    topic_unknown: bool = False
    details: Mapping[str, str] = field(default_factory=dict)
    asked: str = ""
    seen: tuple[str, ...] = ()
    known: str = ""
    joins: str = ""
    idempotency_key: str

    @property
    def topic_is_decided(self) -> bool:
        """Whether the resident has chosen a topic by hand, or said that they do not know it."""
        topic = self.values["topic"]
        return self.topic_unknown or topic not in ("", self.topic_from_text)

    @property
    def topic_control(self) -> str:
        """What the controls for the topic hold: a code, UNKNOWN_TOPIC, or nothing."""
        return UNKNOWN_TOPIC if self.topic_unknown else self.values["topic"]

    def having(self, **values: str) -> "Typed":
        """Return it with other values in some controls; `__` stands for the dot in their names."""
        changed = {name.replace("__", "."): value for name, value in values.items()}
        return replace(self, values=MappingProxyType({**self.values, **changed}))


def draw_idempotency_key() -> str:
    """Draw the key of a page: 128 random bits."""
    return secrets.token_urlsafe(16)


def blank(*, topic: str, address: str) -> Typed:
    """Return what a page holds before anything is typed, but for what its link gave."""
    values = dict.fromkeys(CONTROLS, "") | {"topic": topic, "place.address": address}
    return Typed(values=MappingProxyType(values), digests={}, idempotency_key=draw_idempotency_key())


def read_typed(fields: MultiMapping[str]) -> Typed:
    """Take what was typed from a posted form; a file whose `remove` button was pressed is gone."""
    values = {name: _first(fields, name) for name in CONTROLS}
    topic = _last(fields, "topic")
    values["topic"] = "" if topic == UNKNOWN_TOPIC else topic
    if point := _POINT.match(fields.get("place.point", "")):
        values["place.lat"], values["place.lon"] = point.groups()
    removed = set(fields.getall("remove", ()))
    return Typed(
        values=MappingProxyType(values),
        attachments=tuple(id for id in fields.getall("attachments", ()) if id and id not in removed),
        digests=_digests(fields),
        consent="consent" in fields,
        consent_version=fields.get("consent_version") or None,
        topic_query=fields.get("topic_query", ""),
        searched_query=fields.get("searched_query", ""),
        topic_from_text=fields.get("topic_from_text", ""),
        topic_unknown=topic == UNKNOWN_TOPIC,
        details=_details(fields),
        asked=fields.get("asked", ""),
        seen=tuple(dict.fromkeys(fields.getall("seen", ())))[:_MOST_SEEN],
        known=fields.get("known", "")[:_LONGEST_KNOWN],
        joins=fields.get("joins", ""),
        idempotency_key=read_key(fields.get("idempotency_key", "")) or draw_idempotency_key(),
    )


def read_answers(typed: Typed) -> tuple[Answers, tuple[Problem, ...]]:
    """Return the answers, and a problem for each number that is none."""
    values = typed.values
    problems = [name for name in ("place.lat", "place.lon") if values[name] and _number(values[name]) is None]
    answers = Answers(
        text=values["text"],
        gist=values["gist"] or None,
        topic=values["topic"] or None,
        details=typed.details,
        address=values["place.address"] or None,
        lat=_number(values["place.lat"]),
        lon=_number(values["place.lon"]),
        attachments=typed.attachments,
        name=values["contact.name"] or None,
        email=values["contact.email"] or None,
        phone=values["contact.phone"] or None,
        consent=typed.consent,
        consent_version=typed.consent_version,
        joins=typed.joins or None,
    )
    return answers, tuple(Problem(field=name, code="not_number") for name in problems)


def make_ticket(typed: Typed, answers: Answers, limits: FormLimits) -> Ticket:
    """Return the page's promise that sending the same answers again is the same message.

    A file counts by its content, so that choosing the same one again changes nothing; so does an empty gist that the
    review page has filled in meanwhile.
    """
    canonical = asdict(answers) | {
        "text": tidy(answers.text),
        "gist": tidy(answers.gist or "") or first_sentence(tidy(answers.text), most=limits.gist_max),
        "attachments": [typed.digests.get(id, id) for id in answers.attachments],
    }
    if not answers.joins:
        del canonical["joins"]  # so are pages that were sent before anything could be joined
    if not answers.details:
        del canonical["details"]  # so are pages that were sent before topics asked anything
    fingerprint = hashlib.sha256(json.dumps(canonical, sort_keys=True).encode())
    return Ticket(key=typed.idempotency_key, fingerprint=fingerprint.digest())


def _first(fields: MultiMapping[str], name: str) -> str:
    return next((value for value in fields.getall(name, ()) if value), "")


def _last(fields: MultiMapping[str], name: str) -> str:
    """The last that is not empty: the page carries the topic along, and what is chosen stands behind it."""
    return next((value for value in reversed(fields.getall(name, ())) if value), "")


def _details(fields: MultiMapping[str]) -> Mapping[str, str]:
    return {name.removeprefix(DETAIL): value for name, value in fields.items() if name.startswith(DETAIL) and value}


def _digests(fields: MultiMapping[str]) -> Mapping[str, str]:
    pairs = (written.partition(":") for written in fields.getall("digests", ()))
    return MappingProxyType({id: digest for id, _, digest in pairs if digest})


def read_key(written: str) -> str:
    """Return an idempotency key of ours, or nothing."""
    return written if _KEY.match(written) else ""


def _number(written: str) -> float | None:
    try:
        return float(written.replace(",", ".")) if written else None
    except ValueError:
        return None
