"""What residents do, whichever way they come in, put together over the stores."""

from dataclasses import dataclass

from gateway.actions.accept_appeal import AcceptAppeal
from gateway.actions.accept_several import AcceptSeveral
from gateway.actions.attach import Attach
from gateway.actions.connected_pages import ConnectedPages
from gateway.actions.copy_files import CopyFiles
from gateway.actions.find_joined import FindJoined
from gateway.actions.follow_appeal import FollowAppeal
from gateway.actions.look_around import LookAround
from gateway.actions.rate_answer import RateAnswer
from gateway.actions.read_text import ReadText
from gateway.actions.reply_to_question import ReplyToQuestion
from gateway.adapters.gazetteer import Gazetteers
from gateway.adapters.known_places import Bounds, Geocoder, KnownPlaces
from gateway.adapters.sql.neighbours import SqlNeighbours
from gateway.adapters.text_reader import TextReader
from gateway.adapters.topic_books import TopicBooks
from gateway.app.channels import channel_options, find_channels
from gateway.app.parts import Parts, Stores, revealed, terms_of
from gateway.config import GeocoderSettings, Settings
from gateway.form.limits import FormLimits
from gateway.texts import Texts, load_texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Verbs:
    """What residents do, whichever way they came in."""

    accept_appeal: AcceptAppeal
    accept_several: AcceptSeveral
    attach: Attach
    follow_appeal: FollowAppeal
    rate_answer: RateAnswer
    reply_to_question: ReplyToQuestion
    read_text: ReadText
    reader: TextReader
    look_around: LookAround
    topics: TopicBooks
    places: KnownPlaces
    limits: FormLimits
    texts: Texts
    pages: ConnectedPages


def make_verbs(settings: Settings, parts: Parts, stores: Stores) -> Verbs:
    """Return the verbs over these stores."""
    clock, limits, terms = parts.clock, FormLimits(**settings.form.model_dump()), terms_of(settings)
    appeals, attachments = stores.appeals, stores.attachments
    topics = TopicBooks(settings.data_dir / "topics", terms)
    reader = TextReader(topics)
    follow = FollowAppeal(appeals=appeals)
    accept = AcceptAppeal(
        intake=stores.intake,
        attachments=attachments,
        topics=topics,
        limits=limits,
        find_joined=FindJoined(appeals=appeals, topics=topics),
        terms=terms,
        clock=clock,
    )
    return Verbs(
        accept_appeal=accept,
        accept_several=AcceptSeveral(
            accept=accept,
            attachments=attachments,
            copy_files=CopyFiles(attachments=attachments, blobs=parts.blobs, clock=clock),
        ),
        attach=Attach(attachments=attachments, blobs=parts.blobs, photos=parts.photos, clock=clock),
        follow_appeal=follow,
        rate_answer=RateAnswer(follow=follow, appeals=appeals, limits=limits, clock=clock),
        reply_to_question=ReplyToQuestion(
            follow=follow, appeals=appeals, attachments=attachments, limits=limits, clock=clock
        ),
        read_text=ReadText(reader=reader, seconds=settings.limits.reading_seconds),
        reader=reader,
        look_around=LookAround(
            neighbours=SqlNeighbours(parts.database, metres=settings.nearby.metres), topics=topics, clock=clock
        ),
        topics=topics,
        places=_places(settings),
        limits=limits,
        texts=load_texts(),
        pages=_pages(settings, parts, stores),
    )


def _places(settings: Settings) -> KnownPlaces:
    return KnownPlaces(
        gazetteers=Gazetteers(settings.data_dir / "places"),
        geocoder=None if settings.geocoder.kind == "none" else _geocoder(settings.geocoder),
        timeout_seconds=settings.geocoder.timeout_seconds,
    )


def _geocoder(chosen: GeocoderSettings) -> Geocoder:
    from gateway.adapters.geocoders import open_geocoder  # brings an HTTP client, which most gateways never need

    bounds = None if chosen.bounds is None else Bounds(**dict(zip(_SIDES, chosen.bounds, strict=True)))
    token = revealed(chosen.token) or ""
    return open_geocoder(chosen.kind, chosen.url, token, timeout=chosen.timeout_seconds, bounds=bounds)


_SIDES = ("south", "west", "north", "east")


def _pages(settings: Settings, parts: Parts, stores: Stores) -> ConnectedPages:
    channels = find_channels()
    return ConnectedPages(
        channels=channels,
        options=channel_options(settings, channels),
        connections=stores.connections,
        agencies=stores.agencies,
        blobs=parts.blobs,
        clock=parts.clock,
    )
