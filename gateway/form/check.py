"""Checking answers against a form: all problems at once, each at its field, or a submission."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gateway.domain.agency import Agency, AnswerWay
from gateway.domain.appeal import Submission, SubmissionKind, first_sentence
from gateway.domain.attachment import AttachmentId
from gateway.domain.connection import Address
from gateway.domain.contact import Contact, read_email, read_phone
from gateway.domain.fault import FaultKind
from gateway.domain.place import Place, Point
from gateway.domain.problem import Problem
from gateway.domain.topic import Catalogue, Topic
from gateway.form.answers import Answers
from gateway.form.appeal_form import AppealForm
from gateway.form.place_rule import place_needed
from gateway.reading.faults import find_faults

# Control characters but for tab and line ends, lone surrogates, non-characters: no store and no font takes them.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029")


@dataclass(slots=True)
class _Findings:
    """Problems as they are found; fields in `settled` are reported already and not looked at again."""

    settled: frozenset[str]
    problems: list[Problem] = field(default_factory=list)

    def add(self, name: str, code: str, **values: object) -> None:
        if name not in self.settled:
            self.problems.append(Problem(field=name, code=code, values=values))


def check(
    form: AppealForm,
    answers: Answers,
    *,
    catalogue: Catalogue,
    channel: str,
    lang: str,
    chat: Address | None = None,
    settled: frozenset[str] = frozenset(),
) -> Submission | tuple[Problem, ...]:
    """Return the submission that these answers make, or every problem in them, in the order of the form.

    `settled` names fields that the caller has found wrong before (a number where a text belongs); nothing more is
    said of them. That the attached files exist is for the store to say.
    """
    findings = _Findings(settled)
    if form.kind is SubmissionKind.APPEAL:
        findings.add("kind", "appeals_off")
    text, topic = _text(form, answers, findings), _topic(answers, catalogue, findings)
    submission = Submission(
        agency=form.agency,
        kind=form.kind,
        channel=channel,
        lang=lang,
        text=text,
        gist=_gist(form, answers, findings) or first_sentence(text, most=form.limits.gist_max),
        attachments=_attachments(form, answers, findings),
        topic=topic,
        details=_details(form, answers, topic, findings),
        place=_place(form, answers, topic, findings),
        contact=_contact(form, answers, findings),
        consent_version=_consent(form, answers, findings),
        chat=chat,
    )
    return tuple(findings.problems) or submission


def tidy(typed: str) -> str:
    """Return a text without outer blanks and with one kind of line end, as lengths are counted."""
    return _LINE_ENDS.sub("\n", typed).strip()


def is_text(typed: str) -> bool:
    """Tell whether every character of it can be stored and shown."""
    return _NOT_TEXT.search(typed) is None


def without_strange_signs(typed: str) -> str:
    """Return a text without the characters that can neither be stored nor shown."""
    return _NOT_TEXT.sub("", typed)


def check_remark(
    typed: str | None, *, name: str, most: int, required: bool, settled: frozenset[str] = frozenset()
) -> str | tuple[Problem, ...]:
    """Check a free text outside the form (a comment, a reply); return it tidied, or the problem with it.

    `settled` means here what it means to `check`.
    """
    findings = _Findings(settled)
    remark = _line(typed, name, most, findings)
    if required and not remark and not findings.problems:
        findings.add(name, "required")
    return tuple(findings.problems) or remark


def _line(typed: str | None, name: str, most: int, findings: _Findings) -> str:
    if not typed:
        return ""
    line = typed.strip()
    if not line.isprintable():  # a printable line, as most are, is tidy text already
        line = tidy(typed)
        if not is_text(line):
            findings.add(name, "bad_characters")
            return line
    if len(line) > most:
        findings.add(name, "too_long", most=most, length=len(line))
    return line


def _text(form: AppealForm, answers: Answers, findings: _Findings) -> str:
    text = _line(answers.text, "text", form.limits.text_max, findings)
    if not text:
        findings.add("text", "required")
    elif is_text(text) and len(text) < form.limits.text_min:
        findings.add("text", "too_short", least=form.limits.text_min, length=len(text))
    elif form.kind is SubmissionKind.MESSAGE and form.agency.refuses and len(text) <= form.limits.text_max:
        for kind in refused_for(form.agency, text):
            findings.add("text", kind.value)
    return text


def refused_for(agency: Agency, text: str) -> tuple[FaultKind, ...]:
    """Return why the agency does not take a message with this text, each reason once.

    The rules themselves tell it, not a reader that may fail: a message is taken or not whatever else is broken.
    """
    faults = find_faults(text, agency.hosts)
    return tuple(kind for kind in dict.fromkeys(fault.kind for fault in faults) if kind in agency.refuses)


def _gist(form: AppealForm, answers: Answers, findings: _Findings) -> str:
    return " ".join(_line(answers.gist, "gist", form.limits.gist_max, findings).split())


def _attachments(form: AppealForm, answers: Answers, findings: _Findings) -> tuple[AttachmentId, ...]:
    if len(answers.attachments) > form.limits.files_max:
        findings.add("attachments", "too_many", most=form.limits.files_max, count=len(answers.attachments))
    seen: set[str] = set()
    for index, attachment in enumerate(answers.attachments):
        if attachment in seen:
            findings.add(f"attachments.{index}", "twice")
        seen.add(attachment)
    return tuple(AttachmentId(attachment) for attachment in answers.attachments)


def _topic(answers: Answers, catalogue: Catalogue, findings: _Findings) -> Topic | None:
    if not answers.topic:
        return None
    topic = catalogue.find(answers.topic)
    if topic is None:
        findings.add("topic", "unknown")
    return topic


def _details(form: AppealForm, answers: Answers, topic: Topic | None, findings: _Findings) -> Mapping[str, str]:
    """Return what was answered of the topic's questions, in their order; nothing has to be."""
    names = () if topic is None else topic.questions
    lines = (
        (name, _line(answers.details.get(name), f"details.{name}", form.limits.detail_max, findings)) for name in names
    )
    return {name: " ".join(line.split()) for name, line in lines if line}


def _place(form: AppealForm, answers: Answers, topic: Topic | None, findings: _Findings) -> Place | None:
    found_before = len(findings.problems)
    address = " ".join(_line(answers.address, "place.address", form.limits.address_max, findings).split())
    point = _point(answers, findings)
    if not address and point is None:
        if place_needed(form, topic) and len(findings.problems) == found_before and not _settled_place(findings):
            findings.add("place.address", "required")
        return None
    return Place(address=address or None, point=point)


def _settled_place(findings: _Findings) -> bool:
    return any(name == "place" or name.startswith("place.") for name in findings.settled)


def _point(answers: Answers, findings: _Findings) -> Point | None:
    lat, lon = answers.lat, answers.lon
    if lat is None and lon is None:
        return None
    for name, value, most in (("place.lat", lat, 90), ("place.lon", lon, 180)):
        if value is None:
            findings.add(name, "pair")
        elif not -most <= value <= most:  # also NaN
            findings.add(name, "out_of_range", least=-most, most=most)
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    return Point(lat=lat, lon=lon)


def _contact(form: AppealForm, answers: Answers, findings: _Findings) -> Contact:
    name = " ".join(_line(answers.name, "contact.name", form.limits.name_max, findings).split())
    if not name and form.agency.name_required:
        findings.add("contact.name", "required")
    email = _email(answers, findings)
    phone = _phone(answers, findings)
    _demanded_ways(form, answers, findings)
    return Contact(name=name or None, email=email, phone=phone)


def _email(answers: Answers, findings: _Findings) -> str | None:
    typed = tidy(answers.email or "")
    if not typed:
        return None
    email = read_email(typed) if is_text(typed) else None
    if email is None:
        findings.add("contact.email", "not_email")
    return email


def _phone(answers: Answers, findings: _Findings) -> str | None:
    typed = tidy(answers.phone or "")
    if not typed:
        return None
    phone = read_phone(typed) if is_text(typed) else None
    if phone is None:
        findings.add("contact.phone", "not_phone")
    return phone


def _demanded_ways(form: AppealForm, answers: Answers, findings: _Findings) -> None:
    way = form.agency.answer_way
    if form.in_chat and way is AnswerWay.ANY:
        return
    for name in _missing_ways(way, email=bool(tidy(answers.email or "")), phone=bool(tidy(answers.phone or ""))):
        findings.add(name, "no_way_to_answer" if way is AnswerWay.ANY else "required")


def _missing_ways(way: AnswerWay, *, email: bool, phone: bool) -> Iterator[str]:
    if not email and (way in (AnswerWay.EMAIL, AnswerWay.BOTH) or (way is AnswerWay.ANY and not phone)):
        yield "contact.email"
    if not phone and way in (AnswerWay.PHONE, AnswerWay.BOTH):
        yield "contact.phone"


def _consent(form: AppealForm, answers: Answers, findings: _Findings) -> str | None:
    if form.consent is None:
        return None
    if not answers.consent:
        findings.add("consent", "required")
    if answers.consent_version not in (None, form.consent.version):
        findings.add("consent_version", "outdated")
    return form.consent.version
