"""What goes on by itself, put together: the outbox carried, residents in messengers answered."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from gateway.actions.carry_outbox import CarryOutbox
from gateway.actions.converse import Converse
from gateway.actions.copy_files import CopyFiles
from gateway.actions.dialog_forms import DialogForms
from gateway.actions.forget_unused import ForgetUnused
from gateway.actions.fulfil import FulfilWish
from gateway.actions.locate import Locate
from gateway.actions.notify_resident import NotifyResident
from gateway.actions.receive_changes import ReceiveChanges
from gateway.actions.send_numbers import SendNumbers
from gateway.actions.speak import Speak
from gateway.actions.take_delivery import TakeDelivery
from gateway.actions.take_files import TakeFiles
from gateway.actions.tell_in_chat import TellInChat
from gateway.actions.tend_conversations import TendConversations
from gateway.actions.understand import Understand
from gateway.adapters.fact_search import StemmedFacts
from gateway.adapters.letters import LetterTemplates
from gateway.adapters.mail import LONGEST_HAND_OVER
from gateway.app.parts import Parts, Stores, open_mailer, terms_of
from gateway.app.serving import public_url
from gateway.app.verbs import Verbs
from gateway.config import Settings
from gateway.domain.outbox import TO_CORE, TO_RESIDENTS
from gateway.web.shipped import find_shipped
from gateway.worker.carrying import Carrying
from gateway.worker.loops import Bell
from gateway.worker.talking import Talking

_PATIENCE_IN_CHATS = 5  # times as long: nobody types meanwhile, and a topic that is found is a question less
_LETTERS_AT_ONCE = 8  # connections to the mail server; many take ten from one address


def make_carrying(settings: Settings, parts: Parts, stores: Stores, verbs: Verbs, tell: TellInChat) -> Carrying:
    """Return what carries the outbox."""
    texts, mailer, letters = verbs.texts, open_mailer(settings), settings.smtp.host is not None
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
        terms=terms_of(settings),
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


def _lease(settings: Settings) -> timedelta:
    # In the same process a batch takes milliseconds; over a network each file may take as long as is waited for.
    is_near = settings.core.kind == "embedded"
    return timedelta(seconds=10 if is_near else 10 * settings.core.timeout_seconds)


def _lease_of_letters(*, letters: bool) -> timedelta:
    # Longer than handing a letter over may take, or a second worker would send it too.
    return timedelta(seconds=LONGEST_HAND_OVER + 15 if letters else 10)


def make_talking(
    settings: Settings,
    parts: Parts,
    stores: Stores,
    verbs: Verbs,
    forms: DialogForms,
    *,
    wake: Callable[[], None],
    spoken: Bell,
) -> Talking:
    """Return what keeps conversations going."""
    dialogs = settings.dialogs
    heard, gather = Bell(), timedelta(seconds=dialogs.gather_seconds)
    take_files = _take_files(settings, parts, stores, verbs)
    return Talking(
        converse=Converse(
            inbox=stores.inbox,
            pages=verbs.pages,
            agencies=stores.agencies,
            understand=_understand(stores, verbs, take_files),
            fulfil=FulfilWish(
                accept_appeal=verbs.accept_appeal,
                appeals=stores.appeals,
                look_around=verbs.look_around,
                rate_answer=verbs.rate_answer,
                reply_to_question=verbs.reply_to_question,
                attachments=stores.attachments,
                copy_files=CopyFiles(attachments=stores.attachments, blobs=parts.blobs, clock=parts.clock),
                take_files=take_files,
                public_url=settings.address,
                wake=wake,
                clock=parts.clock,
                an_hour=dialogs.appeals_an_hour,
            ),
            forms=forms,
            clock=parts.clock,
            lease=timedelta(seconds=dialogs.lease_seconds),
            gather=gather,
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
        address=public_url(settings),
        heard=heard,
        spoken=spoken,
        take_delivery=TakeDelivery(inbox=stores.inbox, clock=parts.clock, gather=gather, hearing=heard),
    )


def _take_files(settings: Settings, parts: Parts, stores: Stores, verbs: Verbs) -> TakeFiles:
    return TakeFiles(
        pages=verbs.pages,
        attach=verbs.attach,
        attachments=stores.attachments,
        limits=verbs.limits,
        clock=parts.clock,
        keep_for=timedelta(days=settings.dialogs.draft_days + 1),
    )


def _understand(stores: Stores, verbs: Verbs, take_files: TakeFiles) -> Understand:
    return Understand(
        take_files=take_files,
        appeals=stores.appeals,
        read_text=replace(verbs.read_text, seconds=_PATIENCE_IN_CHATS * verbs.read_text.seconds),
        locate=Locate(places=verbs.places.gazetteers),
        facts=StemmedFacts(stores.facts),
        links=stores.links,
        limits=verbs.limits,
    )
