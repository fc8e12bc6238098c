"""The adapters, opened: what depends on nothing but the settings and one another."""

from dataclasses import dataclass

from pydantic import SecretStr

from gateway.adapters.blobs import BucketAccess, open_blobs
from gateway.adapters.mail import SmtpMailer
from gateway.adapters.photos import PhotoWorkers
from gateway.adapters.sql.agencies import SqlAgencies
from gateway.adapters.sql.appeals import SqlAppeals
from gateway.adapters.sql.attachments import SqlAttachments
from gateway.adapters.sql.cases import SqlCases
from gateway.adapters.sql.connections import SqlConnections
from gateway.adapters.sql.embedded_core import EmbeddedCore
from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.facts import SqlFacts
from gateway.adapters.sql.inbox import SqlInbox
from gateway.adapters.sql.intake import SqlIntake
from gateway.adapters.sql.outages import SqlOutages
from gateway.adapters.sql.outbox import SqlOutbox
from gateway.adapters.sql.page_links import SqlPageLinks
from gateway.adapters.sql.speaking import SqlSpeaking
from gateway.config import Settings
from gateway.domain.appeal import Terms
from gateway.ports import (
    Blobs,
    Clock,
    Core,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The adapters, as they depend on one another."""

    clock: Clock
    database: Database
    blobs: Blobs
    photos: PhotoWorkers
    core: Core

    async def close(self) -> None:
        """Let go of everything."""
        await self.core.close()
        await self.photos.close()
        await self.database.close()


def open_parts(settings: Settings, clock: Clock) -> Parts:
    """Open what the settings name; nothing is looked up yet."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    blobs = open_blobs(settings.blobs_url, settings.data_dir / "files", _bucket_access(settings))
    return Parts(
        clock=clock,
        database=database,
        blobs=blobs,
        photos=PhotoWorkers(),
        core=_open_core(settings, database, blobs, clock),
    )


def _bucket_access(settings: Settings) -> BucketAccess:
    blobs = settings.blobs
    return BucketAccess(
        endpoint=blobs.endpoint,
        region=blobs.region,
        access_key_id=blobs.access_key_id,
        secret_access_key=revealed(blobs.secret_access_key),
    )


def revealed(secret: SecretStr | None) -> str | None:
    """Return what a secret is, for the adapter that has to show it."""
    return None if secret is None else secret.get_secret_value()


def _open_core(settings: Settings, database: Database, blobs: Blobs, clock: Clock) -> Core:
    core = settings.core
    if core.kind == "embedded":
        return EmbeddedCore(database, blobs, clock)
    if core.url is None or core.token is None:
        raise ValueError("OTKLIK_CORE__KIND=http needs OTKLIK_CORE__URL and OTKLIK_CORE__TOKEN")
    from gateway.adapters.core_http import CoreHttp  # brings an HTTP client, which most gateways never need

    return CoreHttp(core.url, core.token.get_secret_value(), blobs, timeout_seconds=core.timeout_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The ports that the database fulfils."""

    agencies: SqlAgencies
    appeals: SqlAppeals
    attachments: SqlAttachments
    intake: SqlIntake
    outbox: SqlOutbox
    cases: SqlCases
    connections: SqlConnections
    inbox: SqlInbox
    speaking: SqlSpeaking
    links: SqlPageLinks
    facts: SqlFacts
    outages: SqlOutages


def open_stores(parts: Parts) -> Stores:
    """Return the ports of a database."""
    database = parts.database
    return Stores(
        agencies=SqlAgencies(database),
        appeals=SqlAppeals(database),
        attachments=SqlAttachments(database),
        intake=SqlIntake(database),
        outbox=SqlOutbox(database, parts.clock),
        cases=SqlCases(database),
        connections=SqlConnections(database),
        inbox=SqlInbox(database, parts.clock),
        speaking=SqlSpeaking(database),
        links=SqlPageLinks(database),
        facts=SqlFacts(database),
        outages=SqlOutages(database),
    )


def open_mailer(settings: Settings) -> SmtpMailer:
    """Return what hands letters to the mail server."""
    smtp = settings.smtp
    return SmtpMailer(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        user=smtp.user,
        password=revealed(smtp.password),
        sender=smtp.sender,
    )


def terms_of(settings: Settings) -> Terms:
    """Return the days to answer that hold where a topic does not say."""
    return Terms(**settings.terms.model_dump())
