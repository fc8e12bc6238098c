"""The composition root: the only place that knows which adapter fulfils which port."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from aiohttp import web

from gateway import __version__
from gateway.actions.connected_pages import ConnectedPages
from gateway.actions.dialog_forms import DialogForms
from gateway.actions.examine_page import ExaminePage, ServedScripts
from gateway.actions.tell_in_chat import TellInChat
from gateway.actions.work_on_case import WorkOnCase
from gateway.adapters.clock import utc_now
from gateway.adapters.gazetteer import Gazetteers
from gateway.adapters.geocoders import KnownPlaces
from gateway.adapters.sql.advice_letters import SqlAdviceLetters
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.text_reader import TextReader
from gateway.adapters.topic_books import TopicBooks
from gateway.app.channels import channel_options as channel_options
from gateway.app.channels import find_channels as find_channels
from gateway.app.parts import Parts, open_mailer, open_parts, open_stores
from gateway.app.serving import make_edge
from gateway.app.verbs import make_verbs
from gateway.app.working import make_carrying, make_talking
from gateway.config import Settings
from gateway.domain.installation import Register
from gateway.domain.snippets import Launcher
from gateway.ports import (
    AdviceLetters,
    Agencies,
    Appeals,
    Cases,
    Clock,
    Connections,
    Facts,
    Inbox,
    Mailer,
    Outages,
    Outbox,
    PageLinks,
    Speaking,
)
from gateway.texts import Texts
from gateway.web.application import make_application
from gateway.web.edge import Edge
from gateway.worker import Worker
from gateway.worker.loops import Bell


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
    outages: Outages
    topics: TopicBooks
    reader: TextReader
    places: Gazetteers
    known_places: KnownPlaces
    worker: Worker
    edge: Edge
    web: web.Application
    parts: Parts

    def warm(self) -> None:
        """Load what understands texts, in the background; raises ValueError for a broken catalogue or model."""
        self.topics.warm()
        self.reader.warm()

    async def close(self) -> None:
        """Finish what is under way and let go of everything."""
        self.reader.close()
        self.topics.close()
        await self.known_places.close()
        await self.pages.close()
        await self.parts.close()


async def build(settings: Settings, *, work: bool = True, demo: bool = False, clock: Clock = utc_now) -> Gateway:
    """Open the stores, bring the tables up to date, and put everything together.

    With `work`, the web application carries the outbox too while it runs. Raises StoreUnavailable.
    """
    parts = open_parts(settings, clock)
    try:
        await migrate(parts.database)
        return _compose(settings, parts, work=work, demo=demo)
    except BaseException:
        await parts.close()
        raise


def _compose(settings: Settings, parts: Parts, *, work: bool, demo: bool) -> Gateway:
    stores = open_stores(parts)
    verbs = make_verbs(settings, parts, stores)
    forms = DialogForms(topics=verbs.topics, limits=verbs.limits, texts=verbs.texts)
    spoken = Bell()
    tell = TellInChat(
        pages=verbs.pages,
        agencies=stores.agencies,
        speaking=stores.speaking,
        forms=forms,
        clock=parts.clock,
        spoken=spoken.ring,
    )
    carrying = make_carrying(settings, parts, stores, verbs, tell)
    talking = make_talking(settings, parts, stores, verbs, forms, wake=carrying.wake, spoken=spoken)
    worker = Worker(carrying=carrying, talking=talking)
    edge = make_edge(settings, parts, stores, verbs, worker=worker, demo=demo)
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
        mailer=open_mailer(settings) if settings.smtp.host else None,
        connections=stores.connections,
        pages=verbs.pages,
        inbox=stores.inbox,
        speaking=stores.speaking,
        links=stores.links,
        facts=stores.facts,
        outages=stores.outages,
        topics=verbs.topics,
        reader=verbs.reader,
        places=verbs.places.gazetteers,
        known_places=verbs.places,
        worker=worker,
        edge=edge,
        web=application,
        parts=parts,
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


def _working(worker: Worker) -> Callable[[web.Application], AsyncIterator[None]]:
    async def work(_: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(worker.run())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    return work
