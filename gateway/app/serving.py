"""What the HTTP edge is given."""

from gateway.actions.send_numbers_again import SendNumbersAgain
from gateway.actions.switch_letters import SwitchLetters
from gateway.actions.take_case_file import TakeCaseFile
from gateway.actions.withdraw_consent import WithdrawConsent
from gateway.adapters.sql.embedded_core import EmbeddedCore
from gateway.adapters.sql.engine import check
from gateway.app.parts import Parts, Stores
from gateway.app.verbs import Verbs
from gateway.config import Settings
from gateway.web.edge import Door, Edge, EdgeLimits
from gateway.web.map_tiles import MapTiles
from gateway.worker import Worker


def make_edge(
    settings: Settings,
    parts: Parts,
    stores: Stores,
    verbs: Verbs,
    *,
    worker: Worker,
    demo: bool,
) -> Edge:
    """Return what the handlers are given."""
    return Edge(
        agencies=stores.agencies,
        accept_appeal=verbs.accept_appeal,
        accept_several=verbs.accept_several,
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
        look_around=verbs.look_around,
        places=verbs.places,
        attachments=stores.attachments,
        blobs=parts.blobs,
        topics=verbs.topics,
        texts=verbs.texts,
        form_limits=verbs.limits,
        limits=EdgeLimits(**settings.limits.model_dump(exclude={"reading_seconds"})),
        clock=parts.clock,
        public_url=public_url(settings),
        trusted_proxies=settings.trusted_proxies,
        doors=_doors(settings, parts),
        checks={"database": lambda: parts.database.read(check), "files": parts.blobs.check},
        wake=worker.wake,
        pages=verbs.pages,
        take_delivery=worker.talking.take_delivery,
        demo=demo,
        map=_map(settings),
    )


def _map(settings: Settings) -> MapTiles | None:
    chosen = settings.map.model_dump()
    return MapTiles(**chosen) if chosen["tiles"] else None


def public_url(settings: Settings) -> str | None:
    """Return the address that residents see, without a slash at its end; None where nobody told."""
    return None if settings.public_url is None else settings.public_url.rstrip("/")


def _doors(settings: Settings, parts: Parts) -> dict[str, Door]:
    return {
        name: Door(
            token=token.get_secret_value(),
            core=EmbeddedCore(parts.database, parts.blobs, parts.clock, gateway=name),
        )
        for name, token in settings.door.tokens.items()
    }
