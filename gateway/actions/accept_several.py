"""A text about several problems becomes several appeals: all of them are good, or none is taken."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from gateway.actions.accept_appeal import AcceptAppeal, unusable_file
from gateway.actions.copy_files import CopyFiles, copy_id
from gateway.domain.agency import Agency
from gateway.domain.appeal import Receipt, Submission, SubmissionKind, Ticket
from gateway.domain.attachment import Attachment, AttachmentId
from gateway.domain.problem import Problem
from gateway.errors import IdempotencyConflict, Invalid, PartlyAccepted, Unavailable
from gateway.form.answers import Answers
from gateway.ports import Attachments


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the appeals: its answers, the ticket that makes a repeat harmless, problems found in reading it."""

    answers: Answers
    ticket: Ticket
    found: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptSeveral:
    """Takes the appeals of one page, each with a number of its own; those of an earlier try are not taken again."""

    accept: AcceptAppeal
    attachments: Attachments
    copy_files: CopyFiles

    async def __call__(
        self, agency: Agency, kind: SubmissionKind, parts: Mapping[str, Part], *, channel: str, lang: str
    ) -> Mapping[str, Receipt]:
        """Return the receipt of each part, by the name that it is given under.

        Raises Invalid before anything is taken, its fields beginning with the part's name (`part.1.place.address`);
        PartlyAccepted with what is taken if the store fails half-way: a repeat takes the rest.
        """
        receipts = await self._accepted_before(agency, parts)
        rest = {name: part for name, part in parts.items() if name not in receipts}
        usable = await self._usable(agency, rest)
        problems = [
            *self._problems(agency, kind, rest, channel=channel, lang=lang),
            *(problem for name, part in rest.items() for problem in _missing_files(name, part, usable)),
        ]
        if problems:
            raise Invalid(problems)
        shared = _share(parts, rest)
        await self.copy_files(agency.key, {id: usable[file] for id, file in shared.copies.items() if file in usable})
        for name, answers in shared.answers.items():
            try:
                receipts[name] = await self.accept(
                    agency, kind, answers, channel=channel, lang=lang, ticket=rest[name].ticket
                )
            except IdempotencyConflict as conflict:
                raise Invalid([_sent_otherwise(name, conflict)]) from conflict
            except Invalid as invalid:
                raise Invalid([_of(name, problem) for problem in invalid.problems]) from invalid
            except Unavailable as trouble:
                raise PartlyAccepted(receipts, retry_after=trouble.retry_after) from trouble
        return {name: receipts[name] for name in parts}

    async def _accepted_before(self, agency: Agency, parts: Mapping[str, Part]) -> dict[str, Receipt]:
        receipts: dict[str, Receipt] = {}
        problems = []
        for name, part in parts.items():
            try:
                receipt = await self.accept.replay(agency, part.ticket)
            except IdempotencyConflict as conflict:
                problems.append(_sent_otherwise(name, conflict))
            else:
                receipts |= {name: receipt} if receipt else {}
        if problems:
            raise Invalid(problems)
        return receipts

    async def _usable(self, agency: Agency, rest: Mapping[str, Part]) -> Mapping[str, Attachment]:
        """Files that wait for an appeal: those of the page, and copies that an earlier try has made."""
        ids = {file for part in rest.values() for file in part.answers.attachments}
        copies = {copy_id(file, part.ticket.key): file for part in rest.values() for file in part.answers.attachments}
        found = await self.attachments.unused(agency.key, [*ids, *copies]) if ids else {}
        return {copies.get(AttachmentId(id), id): file for id, file in sorted(found.items(), key=lambda i: i[0] in ids)}

    def _problems(
        self, agency: Agency, kind: SubmissionKind, parts: Mapping[str, Part], *, channel: str, lang: str
    ) -> Iterator[Problem]:
        for name, part in parts.items():
            settled = frozenset(problem.field for problem in part.found)
            checked = self.accept.check(agency, kind, part.answers, channel=channel, lang=lang, settled=settled)
            own = () if isinstance(checked, Submission) else checked
            yield from (_of(name, problem) for problem in (*part.found, *own))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What each part sends, with files of its own; `copies` names those that have to be made, and of what."""

    answers: Mapping[str, Answers]
    copies: Mapping[AttachmentId, str]


def _share(parts: Mapping[str, Part], rest: Mapping[str, Part]) -> _Shared:
    """Give each file to the first part that has it, and a copy to every other one; the same at every try."""
    owners: dict[str, str] = {}
    for name, part in parts.items():
        for file in part.answers.attachments:
            owners.setdefault(file, name)
    copies: dict[AttachmentId, str] = {}
    answers = {}
    for name, part in rest.items():
        own = []
        for file in part.answers.attachments:
            is_owner = owners[file] == name
            own.append(file if is_owner else copy_id(file, part.ticket.key))
            copies |= {} if is_owner else {copy_id(file, part.ticket.key): file}
        answers[name] = replace(part.answers, attachments=tuple(own))
    return _Shared(answers=answers, copies=copies)


def _missing_files(name: str, part: Part, usable: Mapping[str, Attachment]) -> Iterator[Problem]:
    for index, file in enumerate(part.answers.attachments):
        if file not in usable:
            yield _of(name, unusable_file(index))


def _of(name: str, problem: Problem) -> Problem:
    return replace(problem, field=f"{name}.{problem.field}")


def _sent_otherwise(name: str, conflict: IdempotencyConflict) -> Problem:
    number = "" if conflict.receipt is None else conflict.receipt.number
    return Problem(field=f"{name}.text", code="sent_before", values={"number": number})
