"""Residents are answered: each conversation's events are read in order, one conversation at a time.

Reading, files and appeals come before the one transaction that ends a turn. Everything before it may be done twice
and counts once: an appeal has its ticket, a file that nobody uses is forgotten.
"""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce

import structlog

from gateway.actions.connected_pages import ConnectedPage, ConnectedPages
from gateway.actions.crew import AT_ONCE, Crew
from gateway.actions.dialog_forms import DialogForms
from gateway.actions.fulfil import FulfilWish
from gateway.actions.renewal import Renewal
from gateway.actions.understand import Understand
from gateway.channels import Completes, Incoming, Left, OperatorWrote, SeesPeople, Speech, Started, Wrote
from gateway.dialog.buttons import Way, menu_button
from gateway.dialog.danger import meet_danger
from gateway.dialog.draft import Draft, dump, load
from gateway.dialog.engine import advance
from gateway.dialog.events import Event, Pressed
from gateway.dialog.scene import Scene
from gateway.dialog.turn import CallPerson, Turn
from gateway.domain.agency import Agency
from gateway.domain.conversation import Conversation, Part, Spoken, StoredEvent
from gateway.domain.message import Message
from gateway.domain.retry import Park, decide_retry
from gateway.errors import NotUnderstood, OtklikError, StaleConversation, Unavailable, UnknownConnection
from gateway.ports import Agencies, Clock, Inbox
from gateway.texts import DEFAULT_LANGUAGE, LANGUAGES

_PATIENT_TRIES = 2  # of a delivery whose files do not come; then the resident is told instead of kept waiting
_UNDER_WAY = 256  # photos of so many conversations may be on their way at once
_SLOW_SECONDS = 0.25
_LOOK_FOR_PEOPLE_SECONDS = 2.0
_GO_ON = menu_button("", Way.GO_ON).data
"""«Continue with the bot»: no person is wanted any more."""
_MOST_WISHES = 6  # of one turn; a dialog that wishes for more goes in circles

log = structlog.get_logger("dialog")


@dataclass(frozen=True, slots=True, kw_only=True)
class Converse:
    """Takes conversations in which something was said, and answers.

    After `lease` another worker takes a conversation whose worker is gone. `gather` is how long the rest of an album
    is waited for, `silence` how long the bot keeps quiet after a person has written.
    """

    inbox: Inbox
    pages: ConnectedPages
    agencies: Agencies
    understand: Understand
    fulfil: FulfilWish
    forms: DialogForms
    clock: Clock
    lease: timedelta
    gather: timedelta
    silence: timedelta
    tries: int
    crew: Crew = field(default_factory=lambda: Crew(most=_UNDER_WAY, patience=_SLOW_SECONDS))

    async def __call__(self, most: int = AT_ONCE) -> int:
        """Answer `most` conversations; return how many there were. Slow ones go on without being waited for."""
        room = await self.crew.room()
        now = self.clock()
        claims = await self.inbox.claim(now=now, until=now + self.lease, most=min(most, room))
        await self.crew.work(self._hold_and_converse(conversation, events) for conversation, events in claims)
        return len(claims)

    async def _hold_and_converse(self, conversation: Conversation, events: Sequence[StoredEvent]) -> None:
        with Renewal(lambda: self._hold(conversation), every=self.lease.total_seconds() / 3):
            await self._converse(conversation, events)

    async def _hold(self, conversation: Conversation) -> None:
        await self.inbox.hold(conversation, until=self.clock() + self.lease)

    async def _converse(self, conversation: Conversation, events: Sequence[StoredEvent]) -> None:
        try:
            page = await self.pages.find(conversation.address.connection)
            agency = await self.agencies.find(page.connection.agency)
        except OtklikError as error:
            await self._put_off(conversation, events[0], error)
            return
        groups = list(_gathered(events))
        for index, group in enumerate(groups):
            if wait := self._is_incomplete(group):
                await self.inbox.release(conversation, due=wait)
                return
            spoken_on = await self._try(page, agency, conversation, group, is_last=index == len(groups) - 1)
            if spoken_on is None:
                return
            conversation = spoken_on

    def _is_incomplete(self, group: Sequence[StoredEvent]) -> datetime | None:
        """Return until when the rest of an album is waited for, None if there is nothing to wait for."""
        if group[0].stamp.together is None:
            return None
        until = max(event.received_at for event in group) + self.gather
        return until if until > self.clock() else None

    async def _try(
        self,
        page: ConnectedPage,
        agency: Agency,
        conversation: Conversation,
        group: Sequence[StoredEvent],
        *,
        is_last: bool,
    ) -> Conversation | None:
        """Read what belongs together; return the conversation as it is then, None where it cannot go on now."""
        try:
            spoken = await self._turn(page, agency, conversation, group)
            return await self.inbox.save(spoken, now=self.clock(), claim_next=not is_last)
        except StaleConversation:
            return None  # whoever wrote it has these events too
        except NotUnderstood as error:
            log.warning("delivery not understood", channel=page.channel.name, delivery=group[0].id)
            await self.inbox.park(conversation, group[0].id, reason=_reason(error), now=self.clock())
        except OtklikError as error:
            await self._put_off(conversation, group[0], error)
        except Exception as error:  # the outermost loop of a conversation: the others go on
            log.exception("delivery failed", channel=page.channel.name, delivery=group[0].id)
            await self._put_off(conversation, group[0], error)
        return None

    async def _put_off(self, conversation: Conversation, event: StoredEvent, error: Exception) -> None:
        now = self.clock()
        # What is away comes back; what breaks on a delivery breaks on it again.
        is_away = isinstance(error, Unavailable | UnknownConnection)
        most = self.tries * 15 if is_away else self.tries
        decision = decide_retry(attempts=event.attempts + 1, now=now, job=event.id, most=most)
        if isinstance(decision, Park):
            await self.inbox.park(conversation, event.id, reason=_reason(error), now=now)
        else:
            await self.inbox.put_off(conversation, event.id, until=decision.at, reason=_reason(error))

    async def _turn(
        self, page: ConnectedPage, agency: Agency, conversation: Conversation, group: Sequence[StoredEvent]
    ) -> Spoken:
        incoming = await self._understood(page, group)
        read = tuple(event.id for event in group)
        if incoming is None:
            return Spoken(before=conversation, after=conversation, agency=agency.key, read=read)
        patient = group[0].attempts < _PATIENT_TRIES
        after, parts = await self._answer(page, agency, conversation, incoming, patient=patient)
        return Spoken(before=conversation, after=after, agency=agency.key, read=read, parts=parts)

    async def _understood(self, page: ConnectedPage, group: Sequence[StoredEvent]) -> Incoming | None:
        """Return what was said, in one or in pieces; None where it is nobody's word to us."""
        heard = [await self._received(page, event) for event in group]
        said = [incoming for incoming in heard if incoming is not None]
        return reduce(_together, said) if said else None

    async def _received(self, page: ConnectedPage, event: StoredEvent) -> Incoming | None:
        payload = json.loads(event.payload)
        incoming = page.channel.receive(payload)
        if incoming is None or not isinstance(incoming.what, Wrote) or not incoming.what.is_cut:
            return incoming
        client = await self.pages.client(page)
        return page.channel.receive(await client.complete(payload)) if isinstance(client, Completes) else incoming

    async def _answer(
        self, page: ConnectedPage, agency: Agency, conversation: Conversation, incoming: Incoming, *, patient: bool
    ) -> tuple[Conversation, tuple[Part, ...]]:
        now = self.clock()
        if isinstance(incoming.what, Left):
            return replace(conversation, unreachable_since=conversation.unreachable_since or now), ()
        if isinstance(incoming.what, OperatorWrote):
            return replace(conversation, silent_until=now + self.silence), ()
        here = replace(conversation, unreachable_since=None)
        if not _is_for_bot(incoming):
            if await self._person_spoke(page, here, now):
                here = replace(here, silent_until=now + self.silence)
            if here.silent_until is not None and here.silent_until > now:
                return await self._meet_danger(page, agency, here, incoming)
        draft = _open_draft(here, incoming)
        event = await self.understand(page, agency, here.address, incoming, draft, patient=patient)
        if event is None:
            return here, ()
        turn, messages = await self._advance(page, agency, here, draft, event)
        await self._keep_files(here, turn.draft, now)
        speech = Speech(messages=messages, press=incoming.press, toast=turn.toast)
        if event == Pressed(data=_GO_ON):
            here = replace(here, wants_person_since=None)
        return self._written(here, draft, turn, now), tuple(page.channel.draw(speech, now=now))

    async def _meet_danger(
        self, page: ConnectedPage, agency: Agency, conversation: Conversation, incoming: Incoming
    ) -> tuple[Conversation, tuple[Part, ...]]:
        """Say whom to call, also where a person is speaking; nothing else is said or changed then."""
        event = await self.understand.heard_aside(agency, incoming)
        if event is None:
            return conversation, ()
        form, now = self.forms(page, agency), self.clock()
        scene, messages = meet_danger(Scene(form, _open_draft(conversation, incoming)), event)
        if not messages:
            return conversation, ()
        told = replace(conversation, draft=dump(scene.draft), lang=scene.draft.lang)
        return told, tuple(page.channel.draw(Speech(messages=messages), now=now))

    async def _keep_files(self, conversation: Conversation, draft: Draft, now: datetime) -> None:
        """Let files live as long as the draft that needs them; it is touched often, so once a day is enough."""
        touched = conversation.draft_touched_at
        if draft.kept_files and (touched is None or touched.date() != now.date()):
            await self.understand.take_files.keep(draft.kept_files)

    async def _person_spoke(self, page: ConnectedPage, conversation: Conversation, now: datetime) -> bool:
        """Ask the platform where it does not tell of itself; one that does not say is taken for nobody's word."""
        try:
            async with asyncio.timeout(_LOOK_FOR_PEOPLE_SECONDS):
                client = await self.pages.client(page)
                if not isinstance(client, SeesPeople):
                    return False
                return await client.person_spoke(conversation.address.peer, self._looked_until(conversation, now))
        except (OtklikError, TimeoutError) as error:
            log.warning("people not looked for", channel=page.channel.name, error=type(error).__name__)
            return False

    def _looked_until(self, conversation: Conversation, now: datetime) -> datetime:
        """Return the moment up to which it is known who spoke: what silenced the bot before, or its release."""
        until = conversation.silent_until
        if until is None:
            return now - self.silence
        return until - self.silence if until > now else max(until, now - self.silence)

    async def _advance(
        self, page: ConnectedPage, agency: Agency, conversation: Conversation, draft: Draft, event: Event
    ) -> tuple[Turn, tuple[Message, ...]]:
        form = self.forms(page, agency)
        turn = advance(form, draft, event)
        messages = turn.messages
        for _ in range(_MOST_WISHES):
            if turn.wish is None or isinstance(turn.wish, CallPerson):
                break
            speaking = replace(conversation, lang=turn.draft.lang)
            came = await self.fulfil(turn.wish, agency=agency, channel=page.channel.name, conversation=speaking)
            turn = replace(advance(form, turn.draft, came), toast=turn.toast)
            messages += turn.messages
        return turn, messages

    def _written(self, conversation: Conversation, before: Draft, turn: Turn, now: datetime) -> Conversation:
        draft = turn.draft
        calls = isinstance(turn.wish, CallPerson)
        return replace(
            conversation,
            draft=dump(draft),
            lang=draft.lang,
            draft_touched_at=now,
            reminded_at=conversation.reminded_at if draft == before and draft.is_open else None,
            wants_person_since=now if calls else conversation.wants_person_since,
            silent_until=now + self.silence if calls else _released(conversation, now),
        )


def _released(conversation: Conversation, now: datetime) -> datetime | None:
    """Return when the silence ended: what a person said before then silences the bot no more."""
    return None if conversation.silent_until is None else min(conversation.silent_until, now)


def _gathered(events: Sequence[StoredEvent]) -> Iterator[Sequence[StoredEvent]]:
    """Yield the events one by one, those that were said in pieces together, in the order of their first."""
    taken: set[int] = set()
    for event in events:
        if event.id in taken:
            continue
        together = event.stamp.together
        group = [event] if together is None else [other for other in events if other.stamp.together == together]
        taken.update(member.id for member in group)
        yield group


def _together(first: Incoming, second: Incoming) -> Incoming:
    """Make one of two pieces of a message; what is not a message comes in one piece, so the first one counts."""
    if not (isinstance(first.what, Wrote) and isinstance(second.what, Wrote)):
        return first
    one, other = first.what, second.what
    texts = [text for text in (one.text, other.text) if text]
    return replace(
        first,
        what=Wrote(
            text="\n".join(dict.fromkeys(texts)),
            files=(*one.files, *other.files),
            place=one.place or other.place,
            contact=one.contact or other.contact,
            odd=one.odd or other.odd,
            message=one.message if one.text or not other.text else other.message,
        ),
    )


def _is_for_bot(incoming: Incoming) -> bool:
    """Tell whether it is meant for the bot even where a person is speaking: a pressed button, a dialog begun anew."""
    what = incoming.what
    return isinstance(what, Pressed | Started) or (isinstance(what, Wrote) and what.data is not None)


def _open_draft(conversation: Conversation, incoming: Incoming) -> Draft:
    if conversation.draft:
        return load(conversation.draft)
    lang = (incoming.lang or "").split("-")[0].lower()
    return Draft(lang=lang if lang in LANGUAGES else DEFAULT_LANGUAGE)


def _reason(error: Exception) -> str:
    """Name a failure without what residents wrote."""
    return error.code if isinstance(error, OtklikError) else type(error).__name__
