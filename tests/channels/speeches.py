"""Whatever may be said to a resident: any texts, and buttons and files within the neutral limits."""

from collections.abc import Sequence

from hypothesis import strategies as st

from gateway.channels import Bubble, Channel, Speech
from gateway.domain.attachment import FileType
from gateway.domain.conversation import Part
from gateway.domain.message import (
    DATA_BYTES,
    LABEL_CHARACTERS,
    MOST_BUTTONS,
    MOST_IN_ROW,
    MOST_ROWS,
    Button,
    ButtonKind,
    Message,
    SentFile,
    Tone,
)
from tests.properties import typed_text

_printed = st.characters(codec="utf-8", exclude_categories=("C", "Z"))
_labels = st.text(_printed, min_size=1, max_size=LABEL_CHARACTERS)
_data = st.text(_printed, min_size=1, max_size=30).filter(lambda text: len(text.encode()) <= DATA_BYTES)
_choices = st.builds(Button, label=_labels, data=_data, tone=st.sampled_from(Tone))
_addresses = (
    *("https://otklik.example/t/1?k=2", "http://127.0.0.1:8080/t/1", "http://localhost/t", "tel:112"),
    *("not an address", "", None),
)
_links = st.builds(Button, label=_labels, kind=st.just(ButtonKind.LINK), url=st.sampled_from(_addresses))
_words = st.one_of(
    typed_text,
    st.text(st.characters(), max_size=200),
    st.builds(str.__mul__, st.text("я😀👍🏽 \n.", max_size=200), st.just(60)),
)


@st.composite
def _files(draw: st.DrawFn) -> tuple[SentFile, ...]:
    kinds = draw(st.lists(st.sampled_from(FileType), max_size=23))
    return tuple(SentFile(key=f"{at}", name=draw(typed_text), type=kind, size=9) for at, kind in enumerate(kinds))


@st.composite
def _rows(draw: st.DrawFn) -> tuple[tuple[Button, ...], ...]:
    asks = draw(st.sampled_from([(), (), (ButtonKind.LOCATION,), (ButtonKind.CONTACT,), tuple(ButtonKind)[1:3]]))
    plain = draw(st.lists(st.one_of(_choices, _links), max_size=MOST_BUTTONS // 2 if asks else MOST_BUTTONS))
    alone = [(Button(label=draw(_labels), kind=kind),) for kind in asks]
    room = MOST_ROWS - len(alone)
    per_row = draw(st.integers(-(-len(plain) // room), MOST_IN_ROW)) or 1
    return (*alone, *(tuple(plain[at : at + per_row]) for at in range(0, len(plain), per_row)))


messages = st.builds(Message, text=_words, rows=_rows(), files=_files(), once=st.booleans())


def bubbles(channel: Channel, parts: Sequence[Part]) -> list[Bubble]:
    """What the chat shows of the parts."""
    return [bubble for part in parts if (bubble := channel.show(part))]


def ink(text: str) -> str:
    """What is left of a text without its blanks and signs for no words: it is not lost wherever the text is cut."""
    clean = text.replace("\0", "").encode("utf-8", "replace").decode()
    return "".join(clean.split()).replace("…", "")


def said(*texts: str) -> Speech:
    return Speech(messages=tuple(Message(text=text) for text in texts))
