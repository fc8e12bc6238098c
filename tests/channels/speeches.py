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

_printed = st.characters(codec="utf-8", exclude_categories=("C", "Z"))
labels = st.text(_printed, min_size=1, max_size=LABEL_CHARACTERS)
data = st.text(_printed, min_size=1, max_size=30).filter(lambda text: len(text.encode()) <= DATA_BYTES)
choices = st.builds(Button, label=labels, data=data, tone=st.sampled_from(Tone))
links = st.builds(
    Button,
    label=labels,
    kind=st.just(ButtonKind.LINK),
    url=st.sampled_from(
        ["https://otklik.example/t/1?k=2", "http://127.0.0.1:8080/t/1", "http://localhost/t", "tel:112"]
    ),
)
words = st.one_of(st.text(max_size=200), st.text("я😀 \n.", max_size=200).map(lambda text: text * 60))
files = st.lists(
    st.builds(
        SentFile,
        key=st.just("key"),
        name=st.text(_printed, min_size=1, max_size=30),
        type=st.sampled_from(FileType),
        size=st.just(9),
    ),
    max_size=23,
)


@st.composite
def rows(draw: st.DrawFn) -> tuple[tuple[Button, ...], ...]:
    asks = draw(st.sampled_from([(), (ButtonKind.LOCATION,), (ButtonKind.CONTACT,)]))
    most = MOST_BUTTONS // 2 if asks else MOST_BUTTONS
    plain = draw(st.lists(st.one_of(choices, links), max_size=most))
    alone = [(Button(label=draw(labels), kind=kind),) for kind in asks]
    room = MOST_ROWS - len(alone)
    per_row = draw(st.integers(-(-len(plain) // room), MOST_IN_ROW)) or 1
    return (*alone, *(tuple(plain[at : at + per_row]) for at in range(0, len(plain), per_row)))


messages = st.builds(Message, text=words, rows=rows(), files=files.map(tuple), once=st.booleans())


def bubbles(channel: Channel, parts: Sequence[Part]) -> list[Bubble]:
    """What the chat shows of the parts."""
    return [bubble for part in parts if (bubble := channel.show(part))]


def ink(text: str) -> str:
    """What is left of a text without its blanks: it must not get lost wherever the text is cut."""
    return "".join(text.replace("\0", "").split())


def said(*texts: str) -> Speech:
    return Speech(messages=tuple(Message(text=text) for text in texts))
