"""What actions need from the world, on one page.

Each method that changes the store is one transaction: when it returns, what it did is on the disk. Adapters raise
only what stands in `gateway.errors`; each may raise `Unavailable`, which is not repeated below.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NewType, Protocol

from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.appeal import Appeal, AppealId, Receipt, Ticket
from gateway.domain.attachment import Attachment, AttachmentId, CleanPhoto, FileType
from gateway.domain.case import Case, CaseEvent, EventId, Status
from gateway.domain.connection import Address, Connection, ConnectionId
from gateway.domain.consent import ConsentText
from gateway.domain.conversation import (
    Conversation,
    ConversationId,
    Outcome,
    Part,
    QueuedPart,
    RawEvent,
    Spoken,
    StoredEvent,
)
from gateway.domain.fact import Fact
from gateway.domain.joining import Join
from gateway.domain.mail import Letter, NoticePage
from gateway.domain.nearby import Known, Outage
from gateway.domain.number import AppealNumber
from gateway.domain.origin import Origin
from gateway.domain.outbox import Job, Task, TaskKind
from gateway.domain.page_link import LinkCode, PageLink
from gateway.domain.place import FoundPlace, Place, Point
from gateway.domain.reading import Reading
from gateway.domain.seen_page import FetchedPage, SeenPage, Unseen
from gateway.domain.topic import Catalogue, Topic, TopicMatch
from gateway.domain.tracking import Comment, Rating, Reply, Tracked
from gateway.domain.transfer import CaseChange, NewCase
from gateway.domain.web_address import WebAddress

Cursor = NewType("Cursor", str)
"""Opaque place in a core store's stream of changes; the empty one is its beginning."""

START = Cursor("")


class Clock(Protocol):
    """What time it is."""

    def __call__(self) -> datetime:
        """Return the time, in UTC."""
        ...


class Agencies(Protocol):
    """The bodies whose forms are served."""

    async def find(self, key: str) -> Agency:
        """Return the agency; raises UnknownAgency."""
        ...

    async def with_origin(self, origin: Origin) -> bool:
        """Tell whether any agency has registered this origin."""
        ...

    async def save(self, agencies: Sequence[Agency]) -> None:
        """Store these, all or none, over what was known of them; a consent text once stored stays readable."""
        ...

    async def all(self) -> Sequence[Agency]:
        """Return all of them, by key."""
        ...

    async def consent_text(self, key: AgencyKey, version: str) -> ConsentText | None:
        """Return a text that the agency has ever asked consent to."""
        ...


class Intake(Protocol):
    """Takes appeals: the hot port."""

    async def accept(self, appeal: Appeal, ticket: Ticket | None) -> Receipt:
        """Store the appeal with number, consent, files and its outbox job, or return the receipt of its first time.

        Raises IdempotencyConflict (ticket used with another body), NumberTaken, and Invalid naming each file that
        is unknown, another agency's, or used by another appeal.
        """
        ...

    async def replay(self, agency: AgencyKey, ticket: Ticket) -> Receipt | None:
        """Return the receipt that this ticket got before; raises IdempotencyConflict."""
        ...

    async def forget_tickets(self, *, before: datetime) -> None:
        """Drop tickets older than that; their appeals stay."""
        ...


class Attachments(Protocol):
    """What is known of uploaded files."""

    async def add(self, agency: AgencyKey, attachment: Attachment) -> None:
        """Store an upload that no appeal uses yet."""
        ...

    async def unused(self, agency: AgencyKey, ids: Sequence[str]) -> Mapping[str, Attachment]:
        """Return those of the ids that are the agency's and free to use."""
        ...

    async def find(self, agency: AgencyKey, ids: Sequence[str]) -> Mapping[str, Attachment]:
        """Return those of the ids that are the agency's, used or not."""
        ...

    async def digests(self, agency: AgencyKey, ids: Sequence[str]) -> Mapping[str, str]:
        """Return the digest of each of the ids that are the agency's, used or not."""
        ...

    async def keep(self, ids: Sequence[AttachmentId], *, until: datetime) -> None:
        """Spare uploads that a draft holds until then."""
        ...

    async def forget_unused(self, *, before: datetime) -> Sequence[AttachmentId]:
        """Drop uploads older than that which no appeal, reply or case uses; return their ids."""
        ...


class Appeals(Protocol):
    """What residents see of their appeals, and what they say to them."""

    async def find(self, number: AppealNumber) -> Tracked:
        """Return the appeal with its history; raises UnknownAppeal."""
        ...

    async def rate(self, appeal: AppealId, rating: Rating, job: Task) -> None:
        """Store the rating and its outbox job; raises AlreadyRated if its answer has one."""
        ...

    async def comment(self, appeal: AppealId, comment: Comment, job: Task) -> None:
        """Add words to a rating and store their outbox job; raises AlreadyRated unless it has none so far."""
        ...

    async def reply(self, appeal: AppealId, agency: AgencyKey, reply: Reply, job: Task) -> None:
        """Store the reply and its outbox job; raises NoQuestion if its question has one, Invalid for unusable files."""
        ...

    async def withdraw_consent(self, appeal: AppealId, at: datetime, job: Task | None) -> None:
        """Store the withdrawal and its outbox job, if there is one; raises AlreadyWithdrawn."""
        ...

    async def stop_letters(self, appeal: AppealId, at: datetime | None) -> None:
        """Note since when the resident wants no letters about this appeal; None: they are wanted."""
        ...

    async def of_id(self, appeal: AppealId) -> Tracked:
        """Return the appeal with its history; raises UnknownAppeal."""
        ...

    async def of_contact(self, agency: AgencyKey, email: str) -> Sequence[Tracked]:
        """Return the appeals that gave this address, newest first, 20 at most, without their histories."""
        ...

    async def of_chat(self, chat: Address, *, most: int) -> Sequence[Tracked]:
        """Return the appeals that were sent from this chat, newest first, with their histories."""
        ...

    async def record(self, changes: Sequence[CaseChange], cursor: Cursor, *, now: datetime, letters: bool) -> None:
        """Store what the core store reported, each once, and how far it was read.

        For each new event that its resident should hear of and can, a NOTIFY task is stored with it, and one for each
        who has joined; `letters` tells whether this gateway sends any.
        """
        ...

    async def cursor(self) -> Cursor:
        """Return how far the core store's changes have been read."""
        ...


class Outbox(Protocol):
    """Deliveries that wait; each appeal's leave in order."""

    async def add(self, task: Task) -> None:
        """Put a task that belongs to no other transaction."""
        ...

    async def lease(self, *, now: datetime, until: datetime, most: int, kinds: Collection[TaskKind]) -> Sequence[Job]:
        """Take jobs of these kinds that are due; nobody else gets them before `until`.

        None overtakes an earlier one of these kinds and its appeal. A parked one holds up what goes to the core store,
        where one thing builds on another, but not the notices behind it: an answer is worth reading without them.
        """
        ...

    async def done(self, jobs: Sequence[Job]) -> None:
        """Forget jobs that were delivered."""
        ...

    async def try_again(self, job: Job, *, at: datetime, reason: str) -> None:
        """Give a job back for a later try."""
        ...

    async def park(self, job: Job, *, reason: str) -> None:
        """Set a job aside for an operator."""
        ...

    async def parked(self) -> Sequence[Job]:
        """Return what was set aside."""
        ...

    async def unpark(self, jobs: Sequence[int], *, now: datetime) -> int:
        """Make parked jobs due again, all of them if none is named; return how many."""
        ...

    async def waiting(self) -> int:
        """Count the jobs that are not parked."""
        ...

    async def appeals(self, ids: Sequence[AppealId]) -> Mapping[AppealId, tuple[Appeal, Sequence[Attachment]]]:
        """Load what jobs deliver, those that there are."""
        ...

    async def rating(self, answer: EventId) -> Rating:
        """Load a rating that a job delivers; raises UnknownAppeal."""
        ...

    async def reply(self, reply: EventId) -> tuple[Reply, Sequence[Attachment]]:
        """Load a reply that a job delivers; raises UnknownAppeal."""
        ...


class Core(Protocol):
    """The core store of cases, wherever it is. Every method may be repeated: the second time changes nothing.

    Raises CoreUnavailable where another try may help, CoreRefused where it will not.
    """

    async def submit(self, case: NewCase) -> None:
        """Register a case; the appeal's id is the idempotency key."""
        ...

    async def changes(self, since: Cursor) -> tuple[Sequence[CaseChange], Cursor]:
        """Return what has happened to our cases after that cursor, in order, and the next cursor."""
        ...

    async def rate(self, appeal: AppealId, rating: Rating) -> None:
        """Rate an answer; 1 or 2 sends the case back."""
        ...

    async def comment(self, appeal: AppealId, comment: Comment) -> None:
        """Add words to a rating that had none."""
        ...

    async def reply(self, appeal: AppealId, reply: Reply, files: Sequence[Attachment]) -> None:
        """Reply to a question."""
        ...

    async def withdraw_consent(self, appeal: AppealId, at: datetime) -> None:
        """Tell the agency that the resident has withdrawn consent."""
        ...

    async def join(self, appeal: AppealId, join: Join) -> None:
        """Tell the agency that one more person waits for this case; nothing where it does not count them."""
        ...

    def read_file(self, file: AttachmentId) -> AsyncIterator[bytes]:
        """Stream a file of an answer; raises UnknownFile before the first chunk."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Cases(Protocol):
    """The embedded core store as those who work on cases see it."""

    async def find(self, number: AppealNumber) -> tuple[NewCase, Case]:
        """Return a case as it was submitted and as it stands; raises UnknownAppeal."""
        ...

    async def list(
        self, *, agency: AgencyKey | None, status: Status | None, most: int
    ) -> Sequence[tuple[NewCase, Case]]:
        """Return cases, the nearest deadline first."""
        ...

    async def append(self, number: AppealNumber, decide: "Decide") -> Case:
        """Append the events that `decide` makes of the case as it stands at that moment, and return it with them."""
        ...

    async def add_file(self, file: Attachment, *, gateway: str) -> None:
        """Make a stored file known as one that the cases of that gateway may carry."""
        ...


class Decide(Protocol):
    """A pure decision: given a case, the events that follow; raises Conflict where it may not."""

    def __call__(self, case: Case) -> Sequence[CaseEvent]:
        """Return the events to append."""
        ...


class Blobs(Protocol):
    """The bytes of files, by key."""

    async def put(self, key: str, source: Path) -> None:
        """Store a file; raises StoreFull."""
        ...

    def read(self, key: str) -> AsyncIterator[bytes]:
        """Stream a file in chunks; raises UnknownFile before the first one."""
        ...

    async def exists(self, key: str) -> bool:
        """Tell whether the key is taken."""
        ...

    async def delete(self, keys: Iterable[str]) -> None:
        """Remove files; absent ones are no error."""
        ...

    async def check(self) -> None:
        """Return if the store answers."""
        ...


class Photos(Protocol):
    """Cleans pictures of all that the camera wrote into them."""

    async def clean(self, source: Path, type: FileType) -> CleanPhoto:
        """Re-encode a picture beside its source; raises UnsupportedFile."""
        ...


class TopicBook(Protocol):
    """The topics of an agency."""

    @property
    def catalogue(self) -> Catalogue:
        """All of them."""
        ...

    async def suggest(self, text: str, *, most: int) -> Sequence[TopicMatch]:
        """Return the topics that fit a text or the beginning of a word, best first, with how sure that is."""
        ...


class Topics(Protocol):
    """The topics of agencies."""

    def of(self, agency: AgencyKey) -> TopicBook:
        """Return an agency's topics."""
        ...


class Reader(Protocol):
    """Understands texts; a help that may fail."""

    async def read(self, agency: Agency, text: str) -> Reading | None:
        """Return what the text says, or None if that could not be told in time."""
        ...


class Places(Protocol):
    """Finds places by the words for them; a help that may fail."""

    async def find(self, agency: Agency, words: str, *, most: int) -> Sequence[FoundPlace]:
        """Return places that begin with, or are called by, these words, best first; none where nobody knows."""
        ...

    async def at(self, agency: Agency, point: Point) -> FoundPlace | None:
        """Return the address nearest to a point, if there is one near."""
        ...


class Neighbours(Protocol):
    """What others have reported nearby, and what agencies have published."""

    async def known(
        self, agency: Agency, topic: Topic, place: Place | None, *, now: datetime, but: Address | None = None
    ) -> Known:
        """Return open cases of that topic near that place, and outages that explain it.

        No cases for topics whose places are not public, and none that were sent from the chat `but`. Outages are the
        agency's own words, so they are for every topic that they name.
        """
        ...


class Outages(Protocol):
    """What agencies have published that they know of."""

    async def publish(self, outage: Outage) -> None:
        """Store an outage."""
        ...

    async def of_agency(self, agency: AgencyKey) -> Sequence[Outage]:
        """Return an agency's outages, those that are over too, newest first."""
        ...

    async def end(self, id: str, at: datetime) -> Outage | None:
        """End an outage now; return it as it is then, None where there is none that lasts."""
        ...


class Mailer(Protocol):
    """Sends letters."""

    async def send(self, letter: Letter) -> None:
        """Hand a letter to the mail server; raises Unavailable."""
        ...


class NoticeDrawer(Protocol):
    """Draws letters about changes."""

    def __call__(self, page: NoticePage) -> tuple[str, str]:
        """Return the letter as plain text and as HTML."""
        ...


class PageFetcher(Protocol):
    """Asks servers of others for what they show to everybody."""

    async def __call__(self, address: WebAddress) -> FetchedPage | Unseen:
        """Return what is there, redirects followed, or why nothing could be had; raises nothing."""
        ...


class PageReader(Protocol):
    """Reads pages the way browsers do."""

    async def __call__(self, page: FetchedPage) -> SeenPage | None:
        """Return what is alive in a page, in however broken a one; None if that could not be told in time."""
        ...


class AdviceLetters(Protocol):
    """Which letters with advice went to agencies, so that none goes twice in a short time."""

    async def claim(self, agency: AgencyKey, about: str, *, at: datetime, since: datetime) -> bool:
        """Note that a letter goes out now, unless one about the same went after `since`; return whether it may."""
        ...

    async def release(self, agency: AgencyKey, about: str) -> None:
        """Forget a letter that did not go out after all."""
        ...


class Connections(Protocol):
    """The pages that are connected by command; the environment's own are not among them."""

    async def all(self) -> Sequence[Connection]:
        """Return them, oldest first."""
        ...

    async def save(self, connection: Connection) -> None:
        """Store a page, over what was known of it."""
        ...

    async def remove(self, id: ConnectionId) -> None:
        """Forget a page and its options; its conversations stay."""
        ...


class Inbox(Protocol):
    """Deliveries of messengers: stored before anything else, read one conversation at a time, in order."""

    async def store(self, events: Sequence[RawEvent], *, due: datetime) -> None:
        """Store what came, each event once; they are read from `due` on. Those without a peer are kept, not read."""
        ...

    async def claim(
        self, *, now: datetime, until: datetime, most: int
    ) -> Sequence[tuple[Conversation, Sequence[StoredEvent]]]:
        """Take conversations whose first waiting event is due, each with those that wait in order, up to the first
        that is not due yet (what shares its `together` with one that is comes along); nobody else gets them before
        `until`. A conversation that does not exist yet comes as it begins."""
        ...

    async def save(self, spoken: Spoken, *, now: datetime, claim_next: bool = False) -> Conversation:
        """Write the conversation, mark its events as read and queue what is said, in one transaction.

        With `claim_next` the conversation stays taken. Raises StaleConversation where somebody else wrote it since.
        """
        ...

    async def put_off(self, conversation: Conversation, event: int, *, until: datetime, reason: str) -> None:
        """Give a conversation back: its event failed and is tried again later; those behind it wait."""
        ...

    async def park(self, conversation: Conversation, event: int, *, reason: str, now: datetime) -> None:
        """Set an event aside for the operator and let those behind it go on."""
        ...

    async def hold(self, conversation: Conversation, *, until: datetime) -> None:
        """Keep a conversation that was taken until then, while reading takes longer than was thought."""
        ...

    async def release(self, conversation: Conversation, *, due: datetime | None) -> None:
        """Give a conversation back unread, to be taken again from `due` on (None: when something new comes)."""
        ...

    async def find(self, address: Address) -> Conversation | None:
        """Return a conversation, or None where there was none."""
        ...

    async def change(
        self, before: Conversation, after: Conversation, *, parts: Sequence[Part] = (), now: datetime
    ) -> None:
        """Write a conversation outside a turn and queue what is said; raises StaleConversation."""
        ...

    async def resting(self, *, before: datetime, reminded: bool, most: int) -> Sequence[Conversation]:
        """Return conversations with a draft that nobody touched since, reminded of (again) or not yet."""
        ...

    async def wanting_person(self, agency: AgencyKey | None) -> Sequence[tuple[Conversation, AgencyKey]]:
        """Return conversations that wait for a person or are in one's hands, longest first."""
        ...

    async def by_id(self, id: ConversationId) -> Conversation | None:
        """Return a conversation by its id."""
        ...

    async def parked(self) -> Sequence[tuple[ConnectionId, StoredEvent]]:
        """Return the events that were set aside."""
        ...

    async def nobodys(self) -> Mapping[ConnectionId, int]:
        """Count by page the deliveries that belong to no dialog: of unknown kinds, or not to be read at all."""
        ...

    async def unpark(self, events: Sequence[int], *, now: datetime) -> int:
        """Make parked events due again, all of them if none is named; return how many."""
        ...

    async def hold_poll(self, connection: ConnectionId, *, holder: str, now: datetime, until: datetime) -> bool:
        """Have a page polled by one process only; return whether that is `holder` until then."""
        ...

    async def poll_position(self, connection: ConnectionId) -> str:
        """Return how far a page that is polled has been read; empty at the beginning."""
        ...

    async def save_poll_position(self, connection: ConnectionId, position: str) -> None:
        """Note how far it has been read."""
        ...

    async def forget_read(self, *, before: datetime) -> int:
        """Drop events that were read before; their keys too, so not before repeats have become impossible."""
        ...


class Speaking(Protocol):
    """The queue of what is said in messengers; each peer's leaves in order."""

    async def put(self, address: Address, parts: Sequence[Part], *, key: str, now: datetime) -> None:
        """Queue parts once: a second call with the same key changes nothing."""
        ...

    async def claim(
        self, *, now: datetime, until: datetime, most: int
    ) -> Sequence[tuple[Address, Sequence[QueuedPart]]]:
        """Take peers that have something due, each with what waits for it in order, for nobody else before `until`.

        What was begun by somebody who never told how it ended comes with `attempts` of 1 or more; what has expired
        is dropped.
        """
        ...

    async def hold(self, part: int, *, until: datetime) -> None:
        """Keep a peer whose first part this is until then, while sending takes longer than was thought."""
        ...

    async def begin(self, parts: Sequence[int]) -> None:
        """Note that these are being sent now; after a crash they are known to be unsure."""
        ...

    async def settle(
        self, address: Address, outcomes: Sequence[tuple[QueuedPart, Outcome, datetime | None]], *, now: datetime
    ) -> None:
        """Write how sending ended and give the peer back.

        `Sent`, `Refused` and an `Unsure` without a time leave the queue (the latter two are kept for the operator);
        `SendLater` and `Unsure` with a time stay in their place until then; `Unreachable` drops all that waits.
        """
        ...

    async def counts(self) -> Mapping[ConnectionId, Mapping[str, int]]:
        """Count by page what is `waiting`, `refused`, `unsure`, and how many residents are `unreachable`."""
        ...

    async def forget_ended(self, *, before: datetime) -> None:
        """Drop what was refused or unsure before then, and the keys of what was put before then."""
        ...


class PageLinks(Protocol):
    """Links that begin a form somewhere."""

    async def save(self, link: PageLink) -> None:
        """Store a link under its code."""
        ...

    async def find(self, agency: AgencyKey, code: str) -> PageLink | None:
        """Return the link of that code if it is the agency's."""
        ...

    async def of_agency(self, agency: AgencyKey) -> Sequence[tuple[LinkCode, PageLink]]:
        """Return an agency's links, oldest first."""
        ...


class Facts(Protocol):
    """What agencies answer by themselves."""

    async def of_agency(self, agency: AgencyKey) -> Sequence[Fact]:
        """Return an agency's facts, by name."""
        ...

    async def save(self, fact: Fact) -> None:
        """Store a fact, over one of the same name."""
        ...

    async def remove(self, agency: AgencyKey, name: str) -> bool:
        """Forget a fact; return whether there was one."""
        ...


class FactFinder(Protocol):
    """Recognises questions that an agency has an answer for."""

    async def find(self, agency: AgencyKey, text: str) -> Fact | None:
        """Return the fact that a text asks for and nothing else, or None."""
        ...
