"""The tables; SQLModel stays in this folder. What a row means is said by the class of `gateway.domain` it carries.

The gateway's own tables are agencies to outages; those of the embedded core store are `cases*`. The two halves share
an engine, never a query: a core store elsewhere takes the second half's place.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    TypeDecorator,
    false,
    text,
)
from sqlmodel import Field, SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """A time with its zone, on every engine; SQLite keeps none, so UTC goes in and comes out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse times without a zone: what they mean depends on the machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs its zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give times back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite numbers rows by itself only where the column is exactly INTEGER.
_COUNTER = BigInteger().with_variant(Integer, "sqlite")


def _counter() -> Any:
    return Field(default=None, sa_column=Column(_COUNTER, primary_key=True, autoincrement=True))


class AgencyRow(SQLModel, table=True):
    """domain.agency.Agency"""

    __tablename__ = "agencies"

    key: str = Field(primary_key=True)
    name: str = Field(sa_type=Text)
    legal_name: str = Field(sa_type=Text)
    ogrn: str | None
    oktmo: str | None
    parent: str | None
    is_public_body: bool
    time_zone: str
    name_required: bool
    answer_way: str
    legal_basis: str
    consent_version: str | None
    portal: str | None = Field(sa_type=Text)
    post: str | None = Field(sa_type=Text)
    reception: str | None = Field(sa_type=Text)
    email: str | None
    learns_from_cases: bool = Field(sa_column_kwargs={"server_default": false()})
    refuses: str = Field(sa_type=Text, sa_column_kwargs={"server_default": ""})


class AgencyOriginRow(SQLModel, table=True):
    """domain.agency.Agency.origins"""

    __tablename__ = "agency_origins"

    agency: str = Field(primary_key=True, foreign_key="agencies.key")
    origin: str = Field(primary_key=True, index=True)


class ConsentTextRow(SQLModel, table=True):
    """domain.consent.ConsentText, every version that was ever in force"""

    __tablename__ = "consent_texts"

    agency: str = Field(primary_key=True, foreign_key="agencies.key")
    version: str = Field(primary_key=True)
    text: str = Field(sa_type=Text)


class AdviceLetterRow(SQLModel, table=True):
    """ports.AdviceLetters: what an agency was last written about its sites, and when; `about` is a fault and a site"""

    __tablename__ = "advice_letters"

    agency: str = Field(primary_key=True, foreign_key="agencies.key")
    about: str = Field(primary_key=True, sa_type=Text)
    sent_at: datetime = Field(sa_type=UtcDateTime)


class AttachmentRow(SQLModel, table=True):
    """domain.attachment.Attachment; `used_by` is the id of its appeal or reply, `position` its place there"""

    __tablename__ = "attachments"
    __table_args__ = (
        Index(
            "ix_attachments_unused",
            "created_at",
            sqlite_where=text("used_by IS NULL"),
            postgresql_where=text("used_by IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    agency: str
    name: str
    type: str
    size: int
    digest: str
    has_thumbnail: bool
    created_at: datetime = Field(sa_type=UtcDateTime)
    lat: float | None
    lon: float | None
    used_by: str | None = Field(index=True)
    position: int
    kept_until: datetime | None = Field(sa_type=UtcDateTime)


def _where(name: str, *columns: str, kept: str) -> Index:
    return Index(name, *columns, sqlite_where=text(kept), postgresql_where=text(kept))


def _while_ticketed(name: str, *columns: str, unique: bool) -> Index:
    kept = text("ticket_key IS NOT NULL")
    return Index(name, *columns, unique=unique, sqlite_where=kept, postgresql_where=kept)


class AppealRow(SQLModel, table=True):
    """domain.appeal.Appeal with its consent and, for 30 days, its ticket: one row, since every appeal waits for it.

    `address_key` is domain.address.address_key of its address; `joins` the number of the appeal that it joins.
    """

    __tablename__ = "appeals"
    __table_args__ = (
        _while_ticketed("ux_appeals_ticket", "ticket_key", "agency", unique=True),
        _while_ticketed("ix_appeals_ticketed", "received_at", unique=False),
        _where("ix_appeals_chat", "connection", "peer", "received_at", kept="connection IS NOT NULL"),
        _where("ix_appeals_point", "agency", "lat", "lon", kept="lat IS NOT NULL AND joins IS NULL"),
        _where("ix_appeals_address", "agency", "address_key", kept="address_key IS NOT NULL AND joins IS NULL"),
        _where("ix_appeals_joins", "joins", kept="joins IS NOT NULL"),
    )

    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    key: str
    agency: str
    kind: str
    channel: str
    lang: str
    text: str = Field(sa_type=Text)
    gist: str = Field(sa_type=Text)
    topic_code: str | None
    topic_path: list[str] = Field(sa_type=JSON)
    fast_track: bool
    topic_days: int | None
    details: dict[str, str] | None = Field(sa_type=JSON)
    address: str | None = Field(sa_type=Text)
    lat: float | None
    lon: float | None
    name: str | None
    email: str | None = Field(index=True)
    phone: str | None
    received_at: datetime = Field(sa_type=UtcDateTime)
    answer_by: datetime = Field(sa_type=UtcDateTime)
    consent_version: str | None
    consent_given_at: datetime | None = Field(sa_type=UtcDateTime)
    consent_channel: str | None
    consent_withdrawn_at: datetime | None = Field(sa_type=UtcDateTime)
    letters_stopped_at: datetime | None = Field(sa_type=UtcDateTime)
    ticket_key: str | None
    ticket_fingerprint: bytes | None = Field(sa_type=LargeBinary)
    connection: str | None
    peer: str | None
    address_key: str | None = Field(sa_type=Text)
    joins: str | None


class OutboxRow(SQLModel, table=True):
    """domain.outbox.Job"""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "parked", "due_at"),)

    id: int | None = _counter()
    kind: str
    appeal_id: str | None = Field(index=True)
    body: dict[str, str] = Field(sa_type=JSON)
    attempts: int
    due_at: datetime = Field(sa_type=UtcDateTime)
    parked: bool
    reason: str | None = None


class AppealEventRow(SQLModel, table=True):
    """domain.case.CaseEvent as the core store reported it; `seq` keeps the order in which it did"""

    __tablename__ = "appeal_events"

    seq: int | None = _counter()
    id: str = Field(unique=True)
    appeal_id: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    status: str
    answer_by: datetime = Field(sa_type=UtcDateTime)
    text: str | None = Field(sa_type=Text)
    files: list[dict[str, Any]] = Field(sa_type=JSON)
    ground: str | None
    about: str | None
    score: int | None
    forwarded_to: str | None = Field(sa_type=Text)
    topic_code: str | None


class RatingRow(SQLModel, table=True):
    """domain.tracking.Rating, one for each answer"""

    __tablename__ = "ratings"

    answer: str = Field(primary_key=True)
    appeal_id: str = Field(index=True)
    score: int
    comment: str | None = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime)


class ReplyRow(SQLModel, table=True):
    """domain.tracking.Reply, one for each question"""

    __tablename__ = "replies"

    id: str = Field(primary_key=True)
    question: str = Field(unique=True)
    appeal_id: str = Field(index=True)
    text: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime)


class CursorRow(SQLModel, table=True):
    """ports.Cursor: how far a stream has been read"""

    __tablename__ = "cursors"

    stream: str = Field(primary_key=True)
    position: str


class ConnectionRow(SQLModel, table=True):
    """domain.connection.Connection; `seq` keeps the order in which pages were connected"""

    __tablename__ = "connections"

    seq: int | None = _counter()
    id: str = Field(unique=True)
    channel: str
    agency: str
    name: str = Field(sa_type=Text)
    handle: str = Field(sa_type=Text)
    options: dict[str, str] = Field(sa_type=JSON)


_WAITS = "read_at IS NULL AND parked_at IS NULL"


class IncomingEventRow(SQLModel, table=True):
    """domain.conversation.StoredEvent; it waits until it is read or parked. Without `due_at` it waits for another"""

    __tablename__ = "incoming_events"
    __table_args__ = (
        Index("ux_incoming_events_key", "connection", "key", unique=True),
        _where("ix_incoming_events_due", "due_at", "id", kept=_WAITS),
        _where("ix_incoming_events_waiting", "connection", "peer", "position", "id", kept=_WAITS),
        _where("ix_incoming_events_read", "read_at", kept="read_at IS NOT NULL"),
        _where("ix_incoming_events_parked", "parked_at", kept="parked_at IS NOT NULL"),
    )

    id: int | None = _counter()
    connection: str
    key: str
    peer: str | None
    position: int = Field(sa_type=BigInteger)
    together: str | None
    payload: str = Field(sa_type=Text)
    received_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(sa_type=UtcDateTime)
    attempts: int
    reason: str | None = Field(sa_type=Text)
    read_at: datetime | None = Field(sa_type=UtcDateTime)
    parked_at: datetime | None = Field(sa_type=UtcDateTime)


class ConversationRow(SQLModel, table=True):
    """domain.conversation.Conversation; nobody takes it before `held_until`"""

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ux_conversations_peer", "connection", "peer", unique=True),
        _where("ix_conversations_draft", "draft_touched_at", kept="draft_touched_at IS NOT NULL"),
        _where("ix_conversations_person", "wants_person_since", kept="wants_person_since IS NOT NULL"),
        _where("ix_conversations_silent", "silent_until", kept="silent_until IS NOT NULL"),
        _where("ix_conversations_unreachable", "connection", kept="unreachable_since IS NOT NULL"),
    )

    id: str = Field(primary_key=True)
    connection: str
    peer: str
    agency: str | None
    version: int
    draft: str = Field(sa_type=Text)
    lang: str
    silent_until: datetime | None = Field(sa_type=UtcDateTime)
    wants_person_since: datetime | None = Field(sa_type=UtcDateTime)
    unreachable_since: datetime | None = Field(sa_type=UtcDateTime)
    draft_touched_at: datetime | None = Field(sa_type=UtcDateTime)
    reminded_at: datetime | None = Field(sa_type=UtcDateTime)
    held_until: datetime | None = Field(sa_type=UtcDateTime)


class OutgoingPartRow(SQLModel, table=True):
    """domain.conversation.QueuedPart; `ended` is how it left the queue if it did not arrive: refused or unsure.

    Without `due_at` it waits for the resident, who cannot be reached, to write.
    """

    __tablename__ = "outgoing_parts"
    __table_args__ = (
        _where("ix_outgoing_parts_due", "due_at", "id", kept="ended IS NULL"),
        _where("ix_outgoing_parts_waiting", "connection", "peer", "id", kept="ended IS NULL"),
        _where("ix_outgoing_parts_ended", "ended_at", kept="ended IS NOT NULL"),
        {"sqlite_autoincrement": True},  # an id names its part to the platform, so it is never another part's
    )

    id: int | None = _counter()
    connection: str
    peer: str
    body: str = Field(sa_type=Text)
    once: bool
    expires_at: datetime | None = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(sa_type=UtcDateTime)
    attempts: int
    failures: int
    ended: str | None
    ended_at: datetime | None = Field(sa_type=UtcDateTime)
    reason: str | None = Field(sa_type=Text)


class OutgoingKeyRow(SQLModel, table=True):
    """ports.Speaking.put: what was put once by its key"""

    __tablename__ = "outgoing_keys"

    key: str = Field(primary_key=True)
    put_at: datetime = Field(sa_type=UtcDateTime, index=True)


class PageLinkRow(SQLModel, table=True):
    """domain.page_link.PageLink; `seq` keeps the order in which links were made"""

    __tablename__ = "page_links"

    seq: int | None = _counter()
    code: str = Field(unique=True)
    agency: str = Field(index=True)
    topic: str | None
    address: str | None = Field(sa_type=Text)
    lat: float | None
    lon: float | None


class FactRow(SQLModel, table=True):
    """domain.fact.Fact"""

    __tablename__ = "facts"

    agency: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    asked: list[str] = Field(sa_type=JSON)
    answer: str = Field(sa_type=Text)


class OutageRow(SQLModel, table=True):
    """domain.nearby.Outage"""

    __tablename__ = "outages"

    id: str = Field(primary_key=True)
    agency: str = Field(index=True)
    text: str = Field(sa_type=Text)
    topics: list[str] = Field(sa_type=JSON)
    streets: list[str] = Field(sa_type=JSON)
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)


class CaseRow(SQLModel, table=True):
    """domain.transfer.NewCase with where it stands now; `gateway` is who submitted it"""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ux_cases_appeal", "appeal_id", "gateway", unique=True),
        Index("ix_cases_deadline", "status", "answer_by"),
    )

    id: int | None = _counter()
    gateway: str
    appeal_id: str
    number: str = Field(index=True)
    agency: str = Field(index=True)
    agency_name: str = Field(sa_type=Text)
    kind: str
    channel: str
    lang: str
    text: str = Field(sa_type=Text)
    gist: str = Field(sa_type=Text)
    topic_code: str | None
    topic_path: list[str] = Field(sa_type=JSON)
    fast_track: bool
    days: int
    details: dict[str, str] | None = Field(sa_type=JSON)
    time_zone: str
    address: str | None = Field(sa_type=Text)
    lat: float | None
    lon: float | None
    name: str | None
    email: str | None
    phone: str | None
    consent_version: str | None
    consent_given_at: datetime | None = Field(sa_type=UtcDateTime)
    consent_channel: str | None
    received_at: datetime = Field(sa_type=UtcDateTime)
    submitted_answer_by: datetime = Field(sa_type=UtcDateTime)
    status: str
    answer_by: datetime = Field(sa_type=UtcDateTime)


class CaseEventRow(SQLModel, table=True):
    """domain.case.CaseEvent; rows are only ever added, and `seq` is the place in the stream of changes"""

    __tablename__ = "case_events"

    seq: int | None = _counter()
    id: str = Field(unique=True)
    gateway: str
    appeal_id: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    status: str
    answer_by: datetime = Field(sa_type=UtcDateTime)
    text: str | None = Field(sa_type=Text)
    files: list[dict[str, Any]] = Field(sa_type=JSON)
    ground: str | None
    about: str | None
    score: int | None
    forwarded_to: str | None = Field(sa_type=Text)
    topic_code: str | None


class CaseFileRow(SQLModel, table=True):
    """A file that the core store keeps; without an `appeal_id` until its case or event comes"""

    __tablename__ = "case_files"

    id: str = Field(primary_key=True)
    gateway: str
    appeal_id: str | None = Field(index=True)
    name: str
    type: str
    size: int
    digest: str
    has_thumbnail: bool
    created_at: datetime = Field(sa_type=UtcDateTime)
    position: int


metadata = SQLModel.metadata


def _table(name: str) -> Table:
    return metadata.tables[name]


agencies = _table("agencies")
agency_origins = _table("agency_origins")
consent_texts = _table("consent_texts")
advice_letters = _table("advice_letters")
attachments = _table("attachments")
appeals = _table("appeals")
outbox = _table("outbox")
appeal_events = _table("appeal_events")
ratings = _table("ratings")
replies = _table("replies")
cursors = _table("cursors")
connections = _table("connections")
incoming_events = _table("incoming_events")
conversations = _table("conversations")
outgoing_parts = _table("outgoing_parts")
outgoing_keys = _table("outgoing_keys")
page_links = _table("page_links")
facts = _table("facts")
outages = _table("outages")
cases = _table("cases")
case_events = _table("case_events")
case_files = _table("case_files")
