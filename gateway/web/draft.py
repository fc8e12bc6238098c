"""A posted form page, taken in: what was typed, the files that came with it, and what could not be taken."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from multidict import MultiMapping

from gateway.actions.accept_appeal import unusable_file
from gateway.domain.attachment import Attachment
from gateway.domain.problem import Problem
from gateway.domain.reading import Reading
from gateway.errors import Unavailable, UnsupportedFile
from gateway.form.wording import size_in_words
from gateway.web.typed import Typed, read_typed
from gateway.web.uploads import Received, RefusedFile, UploadedFile
from gateway.web.visit import Visit

_NAME_MAX = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenFiles:
    """Files of a page under their `ids`: `kept` wait for their appeal; None if the store does not say which do.

    `refused` names files that were not taken.
    """

    ids: tuple[str, ...] = ()
    kept: tuple[Attachment, ...] | None = ()
    refused: tuple[Problem, ...] = ()

    @property
    def missing(self) -> tuple[Problem, ...]:
        """A problem for each file that was taken once and is not there any more."""
        if self.kept is None:
            return ()
        there = {file.id for file in self.kept}
        return tuple(unusable_file(index) for index, id in enumerate(self.ids) if id not in there)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A posted form page: the controls as they came, and what was typed with the files that are there now.

    `reading` is what the text says, as far as it was read.
    """

    visit: Visit
    fields: MultiMapping[str]
    typed: Typed
    files: TakenFiles
    reading: Reading | None = None

    @property
    def file_problems(self) -> tuple[Problem, ...]:
        """What is wrong with the files that came, and with those that came before."""
        return (*self.files.refused, *self.files.missing)


async def take_draft(visit: Visit, received: Received) -> Draft:
    """Take in a posted form page; its files are stored."""
    typed = read_typed(received.fields)
    files = await take_files(visit, typed.attachments, received)
    digests: dict[str, str] = {**typed.digests, **{file.id: file.digest for file in files.kept or ()}}
    digests |= await _digests_of_used(visit, [id for id in files.ids if id not in digests])
    typed = replace(typed, attachments=files.ids, digests=MappingProxyType(digests))
    return Draft(visit=visit, fields=received.fields, typed=typed, files=files)


async def _digests_of_used(visit: Visit, ids: Sequence[str]) -> Mapping[str, str]:
    """A message that comes again, as its first answer was lost, is known by files that belong to it already."""
    assert visit.agency is not None
    try:
        return await visit.edge.attachments.digests(visit.agency.key, ids) if ids else {}
    except Unavailable:
        return {}


async def take_files(visit: Visit, ids: Sequence[str], received: Received) -> TakenFiles:
    """Store files that have just come, behind those that came before under `ids`.

    Files may be refused and the store may be away; neither stops the page.
    """
    refused = [_refusal(visit, file) for file in received.refused]
    kept = await _still_there(visit, ids)
    if kept is None:
        refused += [_problem("not_stored", file.name) for file in received.files]
        return TakenFiles(ids=tuple(ids), kept=None, refused=tuple(refused))
    room = max(0, visit.edge.form_limits.files_max - len(kept))
    taken = [await _attach(visit, file) for file in received.files[:room]]
    added = tuple(_others(kept, [file for file in taken if isinstance(file, Attachment)]))
    refused += [problem for problem in taken if isinstance(problem, Problem)]
    refused += [_one_too_many(visit, file.name) for file in received.files[room:]]
    return TakenFiles(ids=(*ids, *(file.id for file in added)), kept=(*kept, *added), refused=tuple(refused))


async def _still_there(visit: Visit, ids: Sequence[str]) -> list[Attachment] | None:
    assert visit.agency is not None
    try:
        known = await visit.edge.attachments.unused(visit.agency.key, ids) if ids else {}
    except Unavailable:
        return None
    return [known[id] for id in ids if id in known]


async def _attach(visit: Visit, file: UploadedFile) -> Attachment | Problem:
    assert visit.agency is not None
    try:
        return await visit.edge.attach(visit.agency.key, name=file.name, source=file.path)
    except UnsupportedFile as refusal:
        return _problem(refusal.reason, file.name)
    except Unavailable:
        return _problem("not_stored", file.name)


def _others(kept: Iterable[Attachment], added: Iterable[Attachment]) -> Iterator[Attachment]:
    """Leave out what was chosen twice, as happens when a page asks to look again."""
    known = {file.digest for file in kept}
    for file in added:
        if file.digest not in known:
            known.add(file.digest)
            yield file


def _refusal(visit: Visit, file: RefusedFile) -> Problem:
    if file.code != "too_large":
        return _one_too_many(visit, file.name)
    size = size_in_words(visit.edge.texts, visit.lang, visit.edge.form_limits.file_bytes)
    return _problem("too_large", file.name, most=size)


def _one_too_many(visit: Visit, name: str) -> Problem:
    return _problem("too_many", name, most=visit.edge.form_limits.files_max)


def _problem(code: str, name: str, **values: object) -> Problem:
    return Problem(field="files", code=code, values={"name": name[:_NAME_MAX], **values})
