"""The chat as it is drawn: bubbles, their buttons, what the resident did."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from gateway.channels import Bubble
from gateway.demo.feed import Deed, OwnFile
from gateway.demo.rehearsal import Rehearsal
from gateway.domain.message import Button, ButtonKind
from gateway.form.wording import size_in_words
from gateway.web.contexts import ChatButton, ChatLine, ChatPage, FileLink, Link
from gateway.web.visit import Visit

_CONTROLS = {ButtonKind.LOCATION: "place", ButtonKind.CONTACT: "contact"}
_PICTURES = (".jpg", ".jpeg", ".png", ".webp")


def chat_page(visit: Visit, rehearsal: Rehearsal, *, tabs: Sequence[tuple[str, str]], new: str, code: str) -> ChatPage:
    """Return the page of a chat; `tabs` are the same resident's chats by channel, `new` begins another."""
    seen = rehearsal.seen()
    here = f"/chat/{rehearsal.page.channel.name}/{rehearsal.peer}"
    return ChatPage(
        frame=visit.frame(),
        say=visit.say,
        channel=rehearsal.page.channel.name,
        tabs=[(_tab(visit, name, path), name == rehearsal.page.channel.name) for name, path in tabs],
        page_name=visit.frame().owner,
        lines=[_line(visit, here, line) for line in seen if not (isinstance(line, Bubble) and line.is_toast)],
        count=len(seen),
        toasts=list(_toasts(seen)),
        action=visit.href(here),
        code=code,
        new_href=visit.href(new.partition("?")[0], channel=rehearsal.page.channel.name),
        file_types="image/*,application/pdf",
    )


def _tab(visit: Visit, name: str, path: str) -> Link:
    return Link(text=visit.say(f"rehearsal.channel.{name}"), href=visit.href(path))


def _toasts(seen: Sequence[Deed | Bubble]) -> Iterator[str]:
    """Give the toasts since the resident did something; older ones have gone away."""
    since = max((number for number, line in enumerate(seen) if isinstance(line, Deed)), default=0)
    return (line.text for line in seen[since:] if isinstance(line, Bubble) and line.is_toast)


def _line(visit: Visit, here: str, line: Deed | Bubble) -> ChatLine:
    if isinstance(line, Deed):
        return ChatLine(is_own=True, text=_told(visit, line), files=[_own(visit, here, file) for file in line.files])
    return ChatLine(
        is_own=False,
        text=line.text,
        rows=[[_button(button) for button in row] for row in line.rows],
        files=[
            FileLink(
                name=file.name,
                size=_size(visit, file.size),
                href=f"{here}/files/{quote(file.key, safe='')}",
                is_image=file.type.is_image,
            )
            for file in line.files
        ],
    )


def _told(visit: Visit, deed: Deed) -> str:
    if deed.starts:
        return visit.say("rehearsal.opened")
    if deed.pressed is not None:
        return visit.say("rehearsal.pressed", label=deed.pressed)
    if deed.place is not None:
        return visit.say("rehearsal.place", lat=f"{deed.place[0]:.5f}", lon=f"{deed.place[1]:.5f}")
    if deed.phone is not None:
        return visit.say("rehearsal.contact", phone=deed.phone)
    return deed.text


def _own(visit: Visit, here: str, file: OwnFile) -> FileLink:
    is_image = file.name.lower().endswith(_PICTURES) and file.ref != "none"
    return FileLink(name=file.name, size=_size(visit, file.size), href=f"{here}/own/{file.ref}", is_image=is_image)


def _size(visit: Visit, size: int) -> str:
    return size_in_words(visit.edge.texts, visit.lang, size)


def _button(button: Button) -> ChatButton:
    return ChatButton(
        label=button.label,
        control=_CONTROLS.get(button.kind, "data"),
        value=button.data or "1",
        tone=button.tone.value,
        href=button.url if button.kind is ButtonKind.LINK else None,
    )
