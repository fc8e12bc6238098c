"""What each template may use: one class a template, its fields are all that the template sees.

A contract test holds templates to it; the environment has no globals of ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from gateway.domain.case import Status
from gateway.form.appeal_form import AppealForm
from gateway.form.limits import FormLimits
from gateway.texts import Say
from gateway.web.look import Look
from gateway.web.map_tiles import MapTiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where to go and what it is called."""

    text: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The same page in another language: its `code`, its `name` in itself, its address."""

    code: str
    name: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every page has around its content (base.html).

    `owner` is whose page it is, in its header and title; `form_href` and `lost_href` lead to the agency's form and to
    its page for lost numbers, None where no agency is known; `languages` are the other ones this page can be read in,
    none where following a link would lose what was typed. `data` is what the scripts of the page are told (page.js).
    `chat_href` leads to the demo's chat, None everywhere else. `findings_stylesheet` is linked where it is needed,
    inside `<main>`: scripts put that into a page that is there already.
    """

    lang: str
    owner: str
    look: Look
    stylesheet: str
    dark_stylesheet: str
    findings_stylesheet: str
    script: str
    data: Mapping[str, object]
    form_href: str | None = None
    lost_href: str | None = None
    chat_href: str | None = None
    languages: Sequence[Language] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time twice: `iso` for machines, `words` for people."""

    iso: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file that the gateway has already, waiting for its appeal.

    `digest` is empty if it is not known; `size` is in words; `thumbnail` is a data address, None where there is none.
    """

    id: str
    name: str
    digest: str = ""
    size: str = ""
    thumbnail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedPoint:
    """A point that may be used as the place: `value` is what the page sends, `taken` whether it is chosen."""

    value: str
    words: str
    from_photo: bool
    taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question of the topic as a control: `name` is what the page sends, `value` what was answered."""

    id: str
    name: str
    label: str
    example: str | None
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """Problems twice, in the same words: `summary` links to the fields, `at` has them by the field's element id."""

    summary: Sequence[Link] = ()
    at: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadySent:
    """The page's message was accepted before with other words in it; `track_href` follows it, if that is known.

    `files_gone` is True if files of the page belong to that message now.
    """

    track_href: str | None
    files_gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """Something that must not wait for an answer: what to do, and the `numbers` to call, in that order."""

    message: str
    numbers: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """What an agency would not look into: how to mend it, the marked words of the text; `blocks` if it is not taken."""

    message: str
    quotes: Sequence[str]
    blocks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicChoice:
    """A topic to choose: `where` it stands, `path` with its own name, `tell` what belongs there, empty if plain."""

    code: str
    name: str
    path: str
    where: str
    days: int
    tell: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPart:
    """Topics of one subsubject; `name` is empty where they stand right under their subject."""

    name: str
    topics: Sequence[TopicChoice]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSubject:
    """A subject with all its topics, of which there are `count`."""

    name: str
    count: int
    parts: Sequence[TopicPart]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicsPage:
    """The whole tree of topics, as the form takes it in (topics.html); `topic_control` is the code of one chosen."""

    template: ClassVar[str] = "topics.html"
    say: Say
    tree: Sequence[TopicSubject]
    topic_control: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """The form (form.html, form/<kind>.html); `is_blank` is False where it answers a post.

    `values` has what was typed by control name, empty where nothing was; `found_topics` are those to choose from, None
    where none were looked for; `tree` is None unless the whole tree was asked for; `chosen_topic` is the one that
    `topic_control` holds, and `topic_from_text` its code where the text brought it; `searched_query` are the words by
    which topics were found last; `focus` is the element that takes the focus, None for the top of the page;
    `place_needed` tells whether the message needs a place, as far as its topic is known; `questions` are those of the
    chosen topic, `kept_details` controls with answers to those of others, `photo_hint` says which photo helps with it;
    `known` names what was shown of what others have reported; `trouble` says why the message could not be taken just
    now; `days` and `fast_track_days` are the terms of an answer; `map` is None where there is none to point at a place
    on; `emergency` and `warnings` are what the text brings up, after which the button `go_on` does what was pressed,
    None where nothing may go on; `seen` is what the page has told of it; `place_offer` is an address that the text
    names.
    """

    template: ClassVar[str] = "form.html"
    frame: Frame
    say: Say
    action: str
    is_blank: bool
    form: AppealForm
    fast_track_days: int
    days: int
    values: Mapping[str, str]
    idempotency_key: str
    consent_given: bool
    topic_query: str
    searched_query: str
    files: Sequence[KeptFile]
    file_size: str
    found_topics: Sequence[TopicChoice] | None
    tree: Sequence[TopicSubject] | None
    chosen_topic: TopicChoice | None
    topic_control: str
    topic_from_text: str
    questions: Sequence[AskedQuestion]
    kept_details: Sequence[tuple[str, str]]
    photo_hint: str | None
    place_needed: bool
    point: OfferedPoint | None
    problems: Problems
    focus: str | None
    trouble: str | None
    already_sent: AlreadySent | None
    known: str
    can_send_numbers: bool
    map: MapTiles | None
    emergency: Emergency | None
    warnings: Sequence[Warned]
    go_on: str | None
    seen: Sequence[str]
    place_offer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartShown:
    """One of several problems (parts.html): `name` begins the names of its controls, `number` is what it is called.

    `topic` is the code of the chosen one of `topics`; `point` may be taken along with the address; of the `cases` that
    are known nearby the one with the number `joins` is joined; `taken` is the number under which an earlier try was
    accepted.
    """

    name: str
    number: int
    is_sent: bool
    key: str
    text: str
    topic: str
    topics: Sequence[TopicChoice]
    address: str
    point: OfferedPoint | None
    cases: Sequence["KnownCase"]
    outages: Sequence["KnownOutage"]
    joins: str
    warnings: Sequence[Warned]
    taken: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFile:
    """A file of the page, and the names of the parts that it goes with."""

    file: KeptFile
    parts: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsPage:
    """A text that holds several problems, each as a message of its own (parts.html).

    `hidden` carries the text as it was written, and what the page has told of it; who writes and the consent are asked
    once, as on the form, where they are `open` to be filled in.
    """

    template: ClassVar[str] = "parts.html"
    frame: Frame
    say: Say
    action: str
    form: AppealForm
    parts: Sequence[PartShown]
    files: Sequence[PartFile]
    values: Mapping[str, str]
    consent_given: bool
    is_who_open: bool
    can_send_numbers: bool
    emergency: Emergency | None
    hidden: Sequence[tuple[str, str]]
    problems: Problems
    focus: str | None
    trouble: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    """One thing as it will be sent; `edit` is the step that changes it, `text` is empty where nothing was given.

    `note` says where it comes from, if not from the resident.
    """

    label: str
    text: str
    note: str = ""
    edit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """All answers as they will be sent (review.html).

    `hidden` carries them; `topics` are those to choose from where the text has several and none is chosen; the gist
    can be edited here; `is_open` tells that nobody could tell whether the text is about one problem; `questions` are
    those of the topic, where the form has not asked them yet; `point` is a place that may still be taken, None for
    none.
    """

    template: ClassVar[str] = "review.html"
    frame: Frame
    say: Say
    action: str
    lines: Sequence[ReviewLine]
    topics: Sequence[TopicChoice]
    gist: str
    gist_max: int
    is_open: bool
    questions: Sequence[AskedQuestion]
    files: Sequence[KeptFile]
    point: OfferedPoint | None
    hidden: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCase:
    """An open case that may be joined: what it is about, how many wait for it and how far away, since when."""

    number: str
    topic: str
    text: str
    since: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOutage:
    """What the agency has published, and when it should be over."""

    text: str
    until: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class NearbyPage:
    """What is known already, shown once before it is sent (nearby.html).

    `hidden` carries all that was typed; `go_on` is what the button for something else does: `send` or `review`.
    """

    template: ClassVar[str] = "nearby.html"
    frame: Frame
    say: Say
    action: str
    cases: Sequence[KnownCase]
    outages: Sequence[KnownOutage]
    go_on: str
    hidden: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPage:
    """Thanks, with the number (sent.html). `track_url` is the whole address, to be kept; `track_href` leads there.

    `by_mail` is True if letters will tell how it goes; `joined` where somebody else's appeal is waited for.
    """

    template: ClassVar[str] = "sent.html"
    frame: Frame
    say: Say
    number: str
    answer_by: Moment
    track_href: str
    track_url: str
    by_mail: bool
    joined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPart:
    """One of several accepted messages; `topic` is None where the agency chooses it."""

    number: str
    gist: str
    topic: str | None
    answer_by: Moment
    track_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralSentPage:
    """Thanks for several messages, with all their numbers (sent_several.html); `own_url` is where they all stand.

    `by_mail` is True if letters will tell how they go.
    """

    template: ClassVar[str] = "sent_several.html"
    frame: Frame
    say: Say
    sent: Sequence[SentPart]
    own_url: str
    own_href: str
    by_mail: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One status on the way of a case: `state` is `done`, `now` or `ahead`."""

    status: Status
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLink:
    """A file to download: `name`, `size` in words, whether a browser can show it."""

    name: str
    size: str
    href: str
    is_image: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """Something that happened: `title` in a few words, `text` as the agency or the resident wrote it."""

    at: Moment
    title: str
    text: str | None = None
    files: Sequence[FileLink] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRating:
    """The resident's rating of an answer, in words too; `goes_back` tells that it asks for another look."""

    score: int
    words: str
    comment: str | None
    goes_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPage:
    """An appeal as its resident follows it (track.html).

    `status_note` keys what the status means now; `question` waits for a reply; `answer` stands, with a `rating` or
    waiting for one; `uncommented` is the last rating while words may be added to it; `done` is what the resident has
    just done (`rated`, `rated_low`, `commented`, `replied`, `withdrawn`); `letters` tells whether letters about it are
    `on` or `off`, or `none` for want of an address or a mail server, and `letters_href` switches them; `values` and
    `files` are kept over an error; `trouble` says why something was not taken. `consent` is `given`, `withdrawn` or
    `none`; `history` is newest first; `details` are answers to the topic's questions, each with its label. `may_rate`
    is False for those who joined somebody else's appeal; `together` says who else waits for the same, None for nobody.
    """

    template: ClassVar[str] = "track.html"
    frame: Frame
    say: Say
    action: str
    number: str
    status: Status
    status_note: str
    steps: Sequence[Step]
    received: Moment
    answer_by: Moment
    gist: str
    topic: str | None
    details: Sequence[tuple[str, str]]
    address: str | None
    history: Sequence[HistoryLine]
    question: HistoryLine | None
    answer: HistoryLine | None
    rating: GivenRating | None
    may_rate: bool
    together: str | None
    uncommented: GivenRating | None
    letters: str
    letters_href: str
    scores: Sequence[int]
    consent: str
    done: str | None
    trouble: str | None
    problems: Problems
    values: Mapping[str, str]
    files: Sequence[KeptFile]
    file_types: Sequence[str]
    file_size: str
    limits: FormLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersPage:
    """Letters about one appeal, to be stopped or wanted again (letters.html).

    `letters` is `on`, `off` or `none`, as on the status page; `done` is True after one of them was chosen.
    """

    template: ClassVar[str] = "letters.html"
    frame: Frame
    say: Say
    action: str
    number: str
    letters: str
    done: bool
    track_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPage:
    """Asks for the address to send lost numbers to (lost.html).

    `can_send` is False where this gateway sends no letters; `asked` is True after an address was taken.
    """

    template: ClassVar[str] = "lost.html"
    frame: Frame
    say: Say
    action: str
    can_send: bool
    asked: bool
    email: str
    problems: Problems
    trouble: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPage:
    """A made-up agency's site with the form in it (start.html): its `snippet` as pasted, `addresses` worth opening.

    `sites` are further made-up sites, each with what it shows.
    """

    template: ClassVar[str] = "start.html"
    frame: Frame
    say: Say
    agency_key: str
    form_href: str
    snippet: str
    addresses: Sequence[Link]
    sites: Sequence[tuple[Link, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatButton:
    """A button under a bubble: it sends `value` as `control`, or leads to `href`; `tone` is plain, good or bad."""

    label: str
    control: str
    value: str
    tone: str
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLine:
    """A bubble: the page's with rows of buttons, or the resident's own."""

    is_own: bool
    text: str
    rows: Sequence[Sequence[ChatButton]] = ()
    files: Sequence[FileLink] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPage:
    """A dialog of the demo as a messenger shows it (chat.html).

    `channel` is the messenger, `tabs` the same resident's chats in each, with whether it is this one; `count` is how
    much has happened here, `toasts` are notices on what was done last; `code` is that of the link that led here.
    """

    template: ClassVar[str] = "chat.html"
    frame: Frame
    say: Say
    channel: str
    tabs: Sequence[tuple[Link, bool]]
    page_name: str
    lines: Sequence[ChatLine]
    count: int
    toasts: Sequence[str]
    action: str
    code: str
    new_href: str
    file_types: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainStartPage:
    """What this server is (start_plain.html)."""

    template: ClassVar[str] = "start_plain.html"
    frame: Frame
    say: Say


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """Why nothing can be shown and what to do (errors/error.html)."""

    template: ClassVar[str] = "errors/error.html"
    frame: Frame
    say: Say
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainPage:
    """The store is away, but nothing typed is lost: `hidden` carries it to the next try (errors/again.html).

    `files_lost` is True if files came along: then the next try leads back to the form, to choose them once more.
    """

    template: ClassVar[str] = "errors/again.html"
    frame: Frame
    say: Say
    action: str
    trouble: str
    files_lost: bool
    hidden: Sequence[tuple[str, str]]


Context = (
    FormPage
    | ReviewPage
    | PartsPage
    | NearbyPage
    | TopicsPage
    | SentPage
    | SeveralSentPage
    | TrackPage
    | LettersPage
    | LostPage
    | StartPage
    | ChatPage
    | PlainStartPage
    | ErrorPage
    | AgainPage
)
"""Every page there is."""
