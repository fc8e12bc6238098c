"""The composition root: the only file that knows which adapter fulfils which port."""

import asyncio
import contextlib
import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from aiohttp import web
from pydantic import SecretStr

import bots
from gateway import __version__
from gateway.actions.accept_appeal import AcceptAppeal
from gateway.actions.attach import Attach
from gateway.actions.carry_outbox import CarryOutbox
from gateway.actions.connected_pages import ConnectedPages
from gateway.actions.converse import Converse
from gateway.actions.dialog_forms import DialogForms
from gateway.actions.examine_page import ExaminePage, ServedScripts
from gateway.actions.follow_appeal import FollowAppeal
from gateway.actions.forget_unused import ForgetUnused
from gateway.actions.fulfil import FulfilWish
from gateway.actions.notify_resident import NotifyResident
from gateway.actions.rate_answer import RateAnswer
from gateway.actions.read_text import ReadText
from gateway.actions.receive_changes import ReceiveChanges
from gateway.actions.reply_to_question import ReplyToQuestion
from gateway.actions.send_numbers import SendNumbers
from gateway.actions.send_numbers_again import SendNumbersAgain
from gateway.actions.speak import Speak
from gateway.actions.switch_letters import SwitchLetters
from gateway.actions.take_case_file import TakeCaseFile
from gateway.actions.take_files import TakeFiles
from gateway.actions.tell_in_chat import TellInChat
from gateway.actions.tend_conversations import TendConversations
from gateway.actions.understand import Understand
from gateway.actions.withdraw_consent import WithdrawConsent
from gateway.actions.work_on_case import WorkOnCase
from gateway.adapters.blobs import BucketAccess, open_blobs
from gateway.adapters.catalogue_file import load_catalogue
from gateway.adapters.clock import utc_now
from gateway.adapters.fact_search import StemmedFacts
from gateway.adapters.letters import LetterTemplates
from gateway.adapters.mail import LONGEST_HAND_OVER, SmtpMailer
from gateway.adapters.photos import PhotoWorkers
from gateway.adapters.reader_rules import RulesReader
from gateway.adapters.sql.advice_letters import SqlAdviceLetters
from gateway.adapters.sql.agencies import SqlAgencies
from gateway.adapters.sql.appeals import SqlAppeals
from gateway.adapters.sql.attachments import SqlAttachments
from gateway.adapters.sql.cases import SqlCases
from gateway.adapters.sql.connections import SqlConnections
from gateway.adapters.sql.embedded_core import EmbeddedCore
from gateway.adapters.sql.engine import Database, check
from gateway.adapters.sql.facts import SqlFacts
from gateway.adapters.sql.inbox import SqlInbox
from gateway.adapters.sql.intake import SqlIntake
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.sql.outbox import SqlOutbox
from gateway.adapters.sql.page_links import SqlPageLinks
from gateway.adapters.sql.speaking import SqlSpeaking
from gateway.adapters.topic_search import StemmedTopics
from gateway.channels import Channel, ChannelOptions
from gateway.config import Settings
from gateway.domain.appeal import Terms
from gateway.domain.installation import Register
from gateway.domain.outbox import TO_CORE, TO_RESIDENTS
from gateway.domain.snippets import Launcher
from gateway.domain.topic import Catalogue
from gateway.form.limits import FormLimits
from gateway.ports import (
    AdviceLetters,
    Agencies,
    Appeals,
    Blobs,
    Cases,
    Clock,
    Connections,
    Core,
    Facts,
    Inbox,
    Mailer,
    Outbox,
    PageLinks,
    Speaking,
)
from gateway.texts import Texts, load_texts
from gateway.web.application import make_application
from gateway.web.edge import Door, Edge, EdgeLimits
from gateway.web.map_tiles import MapTiles
from gateway.web.shipped import find_shipped
from gateway.worker import Worker
from gateway.worker.carrying import Carrying
from gateway.worker.loops import Bell
from gateway.worker.talking import Talking

_LOOK_FOR_WORDS_SECONDS = 0.5
_LETTERS_AT_ONCE = 8  # connections to the mail server; many take ten from one address


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A composed gateway: what `serve`, `work` and the commands run."""

    settings: Settings
    texts: Texts
    agencies: Agencies
    appeals: Appeals
    outbox: Outbox
    cases: Cases | None
    work_on_case: WorkOnCase | None
    advice_letters: AdviceLetters
    mailer: Mailer | None
    connections: Connections
    pages: ConnectedPages
    inbox: Inbox
    speaking: Speaking
    links: PageLinks
    facts: Facts
    worker: Worker
    edge: Edge
    web: web.Application
    parts: "_Parts"

    async def close(self) -> None:
        """Finish what is under way and let go of everything."""
        await self.pages.close()
        await self.parts.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The adapters, as they depend on one another."""

    clock: Clock
    database: Database
    blobs: Blobs
    photos: PhotoWorkers
    core: Core

    async def close(self) -> None:
        await self.core.close()
        await self.photos.close()
        await self.database.close()


async def build(settings: Settings, *, work: bool = True, demo: bool = False, clock: Clock = utc_now) -> Gateway:
    """Open the stores, bring the tables up to date, and put everything together.

    With `work`, the web application carries the outbox too while it runs. Raises StoreUnavailable.
    """
    parts = _open_parts(settings, clock)
    try:
        await migrate(parts.database)
        return _compose(settings, parts, work=work, demo=demo)
    except BaseException:
        await parts.close()
        raise


def _open_parts(settings: Settings, clock: Clock) -> _Parts:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database)
    blobs = open_blobs(settings.blobs_url, settings.data_dir / "files", _bucket_access(settings))
    return _Parts(
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
        secret_access_key=_revealed(blobs.secret_access_key),
    )


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def _open_core(settings: Settings, database: Database, blobs: Blobs, clock: Clock) -> Core:
    core = settings.core
    if core.kind == "embedded":
        return EmbeddedCore(database, blobs, clock)
    if core.url is None or core.token is None:
        raise ValueError("OTKLIK_CORE__KIND=http needs OTKLIK_CORE__URL and OTKLIK_CORE__TOKEN")
    from gateway.adapters.core_http import CoreHttp  # brings an HTTP client, which most gateways never need

    return CoreHttp(core.url, core.token.get_secret_value(), blobs, timeout_seconds=core.timeout_seconds)


def find_channels() -> Mapping[str, Channel]:
    """Return every channel that has a folder under `bots`, by name: whatever is put there is found."""
    folders = (found.name for found in pkgutil.iter_modules(bots.__path__) if found.ispkg)
    channels: list[Channel] = [importlib.import_module(f"bots.{folder}").channel for folder in folders]
    return {channel.name: channel for channel in channels}


def channel_options(settings: Settings, channels: Mapping[str, Channel]) -> dict[str, ChannelOptions]:
    """Return the channels' own sections of the settings, checked; raises ValueError for what no channel knows."""
    if unknown := settings.channels.keys() - channels.keys():
        raise ValueError(f"no such channel: {', '.join(sorted(unknown))}; there are {', '.join(sorted(channels))}")
    return {name: channel.options(**_as_written(settings.channels.get(name, {}))) for name, channel in channels.items()}


def _as_written(section: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as the channel's own types read them: a token of digits alone is not a number."""
    return {name: str(value) if isinstance(value, int | float) else value for name, value in section.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stores:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verbs:
    """What residents do, whichever way they came in."""

    accept_appeal: AcceptAppeal
    attach: Attach
    follow_appeal: FollowAppeal
    rate_answer: RateAnswer
    reply_to_question: ReplyToQuestion
    read_text: ReadText
    topics: StemmedTopics
    catalogue: Catalogue
    limits: FormLimits
    texts: Texts
    pages: ConnectedPages


def _compose(settings: Settings, parts: _Parts, *, work: bool, demo: bool) -> Gateway:
    stores = _stores(parts)
    verbs = _verbs(settings, parts, stores)
    forms = DialogForms(catalogue=verbs.catalogue, limits=verbs.limits, texts=verbs.texts)
    spoken = Bell(_LOOK_FOR_WORDS_SECONDS)
    tell = TellInChat(
        pages=verbs.pages,
        agencies=stores.agencies,
        speaking=stores.speaking,
        forms=forms,
        clock=parts.clock,
        spoken=spoken.ring,
    )
    carrying = _carrying(settings, parts, stores, verbs, tell)
    talking = _talking(settings, parts, stores, verbs, forms, wake=carrying.wake, spoken=spoken)
    worker = Worker(carrying=carrying, talking=talking)
    edge = _edge(settings, parts, stores, verbs, worker=worker, demo=demo)
    application = make_application(edge)
    if work:
        application.cleanup_ctx.append(_working(worker))
    is_core = settings.core.kind == "embedded"
    return Gateway(
        settings=settings,
        texts=verbs.texts,
        agencies=stores.agencies,
        appeals=stores.appeals,
        outbox=stores.outbox,
        cases=stores.cases if is_core else None,
        work_on_case=WorkOnCase(cases=stores.cases, attach=edge.attach, clock=parts.clock) if is_core else None,
        advice_letters=SqlAdviceLetters(parts.database),
        mailer=_open_mailer(settings) if settings.smtp.host else None,
        connections=stores.connections,
        pages=verbs.pages,
        inbox=stores.inbox,
        speaking=stores.speaking,
        links=stores.links,
        facts=stores.facts,
        worker=worker,
        edge=edge,
        web=application,
        parts=parts,
    )


def _stores(parts: _Parts) -> _Stores:
    database = parts.database
    return _Stores(
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
    )


def _verbs(settings: Settings, parts: _Parts, stores: _Stores) -> _Verbs:
    clock, limits, terms = parts.clock, FormLimits(**settings.form.model_dump()), _terms(settings)
    appeals, attachments = stores.appeals, stores.attachments
    catalogue = load_catalogue(terms)
    topics = StemmedTopics(catalogue)
    follow = FollowAppeal(appeals=appeals)
    return _Verbs(
        accept_appeal=AcceptAppeal(
            intake=stores.intake,
            attachments=attachments,
            catalogue=catalogue,
            limits=limits,
            terms=terms,
            clock=clock,
        ),
        attach=Attach(attachments=attachments, blobs=parts.blobs, photos=parts.photos, clock=clock),
        follow_appeal=follow,
        rate_answer=RateAnswer(follow=follow, appeals=appeals, limits=limits, clock=clock),
        reply_to_question=ReplyToQuestion(
            follow=follow, appeals=appeals, attachments=attachments, limits=limits, clock=clock
        ),
        read_text=ReadText(reader=RulesReader(topics)),
        topics=topics,
        catalogue=catalogue,
        limits=limits,
        texts=load_texts(),
        pages=_pages(settings, parts, stores),
    )


def _pages(settings: Settings, parts: _Parts, stores: _Stores) -> ConnectedPages:
    channels = find_channels()
    return ConnectedPages(
        channels=channels,
        options=channel_options(settings, channels),
        connections=stores.connections,
        agencies=stores.agencies,
        blobs=parts.blobs,
        clock=parts.clock,
    )


async def open_examination(gateway: Gateway, *, seconds: float) -> ExaminePage:
    """Put together what looks at pages of agencies; `seconds` is the patience for each."""
    from gateway.adapters.page_html import HtmlReader
    from gateway.adapters.page_http import HttpPages  # bring an HTTP client and a parser, which no server needs

    fetch = HttpPages(seconds=seconds)
    return ExaminePage(
        fetch=fetch,
        read=HtmlReader(),
        scripts=ServedScripts(fetch=fetch),
        register=Register.of(await gateway.agencies.all()),
        launcher=Launcher(base=gateway.settings.address, version=__version__),
    )


def _carrying(settings: Settings, parts: _Parts, stores: _Stores, verbs: _Verbs, tell: TellInChat) -> Carrying:
    texts, mailer, letters = verbs.texts, _open_mailer(settings), settings.smtp.host is not None
    carry = CarryOutbox(
        outbox=stores.outbox,
        core=parts.core,
        send_numbers=SendNumbers(
            agencies=stores.agencies,
            appeals=stores.appeals,
            mailer=mailer,
            texts=texts,
            public_url=settings.address,
        ),
        notify_resident=NotifyResident(
            agencies=stores.agencies,
            appeals=stores.appeals,
            blobs=parts.blobs,
            mailer=mailer if letters else None,
            draw=LetterTemplates(find_shipped("_templates", in_checkout="templates"), texts),
            texts=texts,
            public_url=settings.address,
            tell=tell,
        ),
        terms=_terms(settings),
        clock=parts.clock,
        lease=_lease(settings),
        kinds=TO_CORE,
    )
    return Carrying(
        carry=carry,
        tell=replace(carry, kinds=TO_RESIDENTS, at_once=_LETTERS_AT_ONCE, lease=_lease_of_letters(letters=letters)),
        receive=ReceiveChanges(
            core=parts.core, appeals=stores.appeals, blobs=parts.blobs, clock=parts.clock, letters=letters
        ),
        forget=ForgetUnused(attachments=stores.attachments, intake=stores.intake, blobs=parts.blobs, clock=parts.clock),
        poll_seconds=settings.core.poll_seconds,
    )


def _talking(
    settings: Settings,
    parts: _Parts,
    stores: _Stores,
    verbs: _Verbs,
    forms: DialogForms,
    *,
    wake: Callable[[], None],
    spoken: Bell,
) -> Talking:
    dialogs = settings.dialogs
    return Talking(
        converse=Converse(
            inbox=stores.inbox,
            pages=verbs.pages,
            agencies=stores.agencies,
            understand=_understand(settings, parts, stores, verbs),
            fulfil=FulfilWish(
                accept_appeal=verbs.accept_appeal,
                appeals=stores.appeals,
                rate_answer=verbs.rate_answer,
                reply_to_question=verbs.reply_to_question,
                public_url=settings.address,
                wake=wake,
                clock=parts.clock,
                an_hour=dialogs.appeals_an_hour,
            ),
            forms=forms,
            clock=parts.clock,
            lease=timedelta(seconds=dialogs.lease_seconds),
            gather=timedelta(seconds=dialogs.gather_seconds),
            silence=timedelta(hours=dialogs.person_hours),
            tries=dialogs.tries,
        ),
        speak=Speak(
            speaking=stores.speaking,
            pages=verbs.pages,
            clock=parts.clock,
            lease=timedelta(seconds=dialogs.lease_seconds),
            tries=dialogs.send_tries,
        ),
        tend=TendConversations(
            inbox=stores.inbox,
            speaking=stores.speaking,
            pages=verbs.pages,
            agencies=stores.agencies,
            forms=forms,
            clock=parts.clock,
            remind=timedelta(days=dialogs.remind_days) if dialogs.remind_days else None,
            forget=timedelta(days=dialogs.draft_days),
        ),
        pages=verbs.pages,
        inbox=stores.inbox,
        clock=parts.clock,
        address=_public_url(settings),
        gather=timedelta(seconds=dialogs.gather_seconds),
        spoken=spoken,
    )


def _understand(settings: Settings, parts: _Parts, stores: _Stores, verbs: _Verbs) -> Understand:
    return Understand(
        take_files=TakeFiles(
            pages=verbs.pages,
            attach=verbs.attach,
            attachments=stores.attachments,
            limits=verbs.limits,
            clock=parts.clock,
            keep_for=timedelta(days=settings.dialogs.draft_days + 1),
        ),
        appeals=stores.appeals,
        read_text=verbs.read_text,
        topics=verbs.topics,
        facts=StemmedFacts(stores.facts),
        links=stores.links,
        limits=verbs.limits,
    )


def _edge(
    settings: Settings,
    parts: _Parts,
    stores: _Stores,
    verbs: _Verbs,
    *,
    worker: Worker,
    demo: bool,
) -> Edge:
    return Edge(
        agencies=stores.agencies,
        accept_appeal=verbs.accept_appeal,
        attach=verbs.attach,
        follow_appeal=verbs.follow_appeal,
        rate_answer=verbs.rate_answer,
        reply_to_question=verbs.reply_to_question,
        withdraw_consent=WithdrawConsent(follow=verbs.follow_appeal, appeals=stores.appeals, clock=parts.clock),
        send_numbers_again=SendNumbersAgain(outbox=stores.outbox) if settings.smtp.host else None,
        switch_letters=SwitchLetters(follow=verbs.follow_appeal, appeals=stores.appeals, clock=parts.clock)
        if settings.smtp.host
        else None,
        take_case_file=TakeCaseFile(attach=verbs.attach, cases=stores.cases),
        read_text=verbs.read_text,
        attachments=stores.attachments,
        blobs=parts.blobs,
        topics=verbs.topics,
        catalogue=verbs.catalogue,
        texts=verbs.texts,
        form_limits=verbs.limits,
        limits=EdgeLimits(**settings.limits.model_dump()),
        clock=parts.clock,
        public_url=_public_url(settings),
        trusted_proxies=settings.trusted_proxies,
        doors=_doors(settings, parts),
        checks={"database": lambda: parts.database.read(check), "files": parts.blobs.check},
        wake=worker.wake,
        pages=verbs.pages,
        inbox=stores.inbox,
        wake_dialogs=worker.talking.heard.ring,
        gather_seconds=settings.dialogs.gather_seconds,
        demo=demo,
        map=_map(settings),
    )


def _map(settings: Settings) -> MapTiles | None:
    chosen = settings.map.model_dump()
    return MapTiles(**chosen) if chosen["tiles"] else None


def _public_url(settings: Settings) -> str | None:
    return None if settings.public_url is None else settings.public_url.rstrip("/")


def _terms(settings: Settings) -> Terms:
    return Terms(**settings.terms.model_dump())


def _lease(settings: Settings) -> timedelta:
    # In the same process a batch takes milliseconds; over a network each file may take as long as is waited for.
    is_near = settings.core.kind == "embedded"
    return timedelta(seconds=10 if is_near else 10 * settings.core.timeout_seconds)


def _lease_of_letters(*, letters: bool) -> timedelta:
    # Longer than handing a letter over may take, or a second worker would send it too.
    return timedelta(seconds=LONGEST_HAND_OVER + 15 if letters else 10)


def _open_mailer(settings: Settings) -> SmtpMailer:
    smtp = settings.smtp
    return SmtpMailer(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        user=smtp.user,
        password=_revealed(smtp.password),
        sender=smtp.sender,
    )


def _doors(settings: Settings, parts: _Parts) -> dict[str, Door]:
    return {
        name: Door(
            token=token.get_secret_value(),
            core=EmbeddedCore(parts.database, parts.blobs, parts.clock, gateway=name),
        )
        for name, token in settings.door.tokens.items()
    }


def _working(worker: Worker) -> Callable[[web.Application], AsyncIterator[None]]:
    async def work(_: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(worker.run())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    return work
