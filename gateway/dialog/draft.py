"""What a conversation remembers: the answers so far and where the resident is looking, nothing else."""

from dataclasses import dataclass, field

from gateway.dialog.events import KeptFile
from gateway.domain.number import AppealNumber
from gateway.form.answers import Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """The resident is changing an answer from the summary."""

    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Browsing:
    """The resident is looking at a page of the catalogue, below `path`."""

    path: tuple[str, ...] = ()
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Replying:
    """The resident is replying to the agency's question about an appeal."""

    number: AppealNumber
    text: str = ""
    files: tuple[KeptFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commenting:
    """The resident may say why they rated an answer so."""

    number: AppealNumber
    score: int


Focus = Editing | Browsing | Replying | Commenting


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The form under way and what surrounds it.

    `number` counts the forms of this conversation; `is_open` says that form `number` is under way. `skipped` are the
    steps that the resident passed over. `parts` are the problems of a text that holds several, while the resident
    chooses; `waiting` are texts of problems that come next. `text_message` is the platform's name for the message
    that the text came from. `sent` is the number of the appeal that the last form became.
    """

    lang: str = "ru"
    number: int = 0
    is_open: bool = False
    answers: Answers = field(default_factory=Answers)
    files: tuple[KeptFile, ...] = ()
    skipped: frozenset[str] = frozenset()
    focus: Focus | None = None
    parts: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    text_message: str | None = None
    profile_name: str | None = None
    suggested: tuple[str, ...] = ()
    sent: AppealNumber | None = None


def dump(draft: Draft) -> str:
    """Return the draft as JSON, for the store."""
    raise NotImplementedError


def load(written: str) -> Draft:
    """Return the draft that `dump` wrote; an empty text is a new one, and so is what an older version wrote wrongly."""
    raise NotImplementedError
