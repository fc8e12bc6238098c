"""Pages as a browser without JavaScript uses them: what can be read, what a form would send, where links lead."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

from gateway.domain.number import AppealNumber
from gateway.domain.transfer import NewCase
from tests.application import AGENCY, ServedGateway

Fields = list[tuple[str, str]]
Button = tuple[str, str]


@dataclass(slots=True)
class Element:
    """An element with its attributes and the text in it; `within` are the elements that it stands in."""

    tag: str
    attributes: dict[str, str]
    within: tuple["Element", ...] = field(repr=False)
    text: str = ""

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str) -> str | None:
        return self.attributes.get(name)

    def is_in(self, tag: str) -> bool:
        return any(element.tag == tag for element in self.within)


_VOID = {"meta", "link", "input", "img", "br"}
_LEFT_OPEN = {"option"}  # HTML 13.1.2.4: the next one, or the end of its group, closes it


@dataclass(slots=True)
class Page(HTMLParser):
    """A page that came as an answer."""

    answer: httpx.Response
    elements: list[Element] = field(default_factory=list, repr=False)
    _open: list[Element] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)
        assert self.answer.headers["Content-Type"] == "text/html; charset=utf-8", self.answer.text
        self.feed(self.answer.text)
        self.close()
        assert [element.tag for element in self._open] == [], "elements are left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LEFT_OPEN or tag == "optgroup":
            self._close_options()
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        if not element.is_in("template"):  # that is for scripts: it is neither shown nor sent
            self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _LEFT_OPEN:
            self._close_options()
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop().tag == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if not any(element.tag == "template" for element in self._open):
            for element in self._open:
                element.text += data

    def handle_decl(self, decl: str) -> None:
        assert decl == "doctype html"

    def _close_options(self) -> None:
        if self._open and self._open[-1].tag in _LEFT_OPEN:
            self._open.pop()

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def text(self) -> str:
        """All words of the page, blanks as one."""
        return " ".join(self.one("body").text.split())

    @property
    def title(self) -> str:
        return self.one("title").text

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """The elements of that kind with these attributes; `class_` holds one of the classes."""
        return [found for found in self.elements if found.tag == tag and _has(found, attributes)]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag} {attributes}> in {self.text[:2000]}"
        return found[0]

    def by_id(self, id: str) -> Element:
        """The element of that id, of which there is one."""
        found = [element for element in self.elements if element.get("id") == id]
        assert len(found) == 1, f"{len(found)} elements have the id {id}"
        return found[0]

    @property
    def problems(self) -> dict[str, str]:
        """What the summary of problems says, by the id of the element that each leads to."""
        links = [link for link in self.all("a") if any(e.get("id") == "problems" for e in link.within)]
        return {link["href"].removeprefix("#"): link.text for link in links}

    def form_of(self, button: Button) -> Element:
        """The form that this button sends."""
        name, value = button
        return next(outer for outer in self.one("button", name=name, value=value).within if outer.tag == "form")

    def fields(self, form: Element | None = None) -> Fields:
        """What a form, or all that are on the page, would send without a button."""
        inside = (element for element in self.elements if form is None or form in element.within)
        return [pair for element in inside for pair in _sent_by(self, element)]

    def values(self, name: str) -> list[str]:
        """What the controls of that name would send."""
        return [value for sent, value in self.fields() if sent == name]


def _has(element: Element, attributes: dict[str, str]) -> bool:
    for name, value in attributes.items():
        if name == "class_":
            if value not in (element.get("class") or "").split():
                return False
        elif element.get(name) != value:
            return False
    return True


def _sent_by(page: Page, element: Element) -> Fields:
    name, kind = element.get("name"), element.get("type")
    if element.tag == "input" and name:
        if kind == "file" or (kind in ("checkbox", "radio") and element.get("checked") is None):
            return []
        return [(name, element.attributes.get("value", ""))]
    if element.tag == "textarea" and name:
        return [(name, element.text.removeprefix("\n"))]
    if element.tag == "select" and name:
        options = [option for option in page.all("option") if any(outer is element for outer in option.within)]
        chosen = next((option for option in options if option.get("selected") is not None), options[0])
        return [(name, chosen["value"])]
    return []


async def open_page(gateway: ServedGateway, path: str, **headers: str) -> Page:
    """The page at an address."""
    return Page(await gateway.http.get(path, headers=headers))


async def post(
    gateway: ServedGateway,
    page: Page,
    button: Button,
    *,
    files: Sequence[tuple[str, bytes]] = (),
    headers: dict[str, str] | None = None,
    **typed: str | None,
) -> httpx.Response:
    """Press a button of the page after typing (`place__address` is `place.address`) and unticking (None)."""
    form = page.form_of(button)
    changed = {name.replace("__", "."): value for name, value in typed.items()}
    fields = [pair for pair in page.fields(form) if pair[0] not in changed]
    fields += [(name, value) for name, value in changed.items() if value is not None]
    parts: list[tuple[str, Any]] = [(name, (None, value)) for name, value in (*fields, button)]
    parts += [("files", file) for file in files]
    return await gateway.http.post(form["action"], files=parts, headers=headers)


GOOD = {
    "text": "У дома 12 большая яма. Машины объезжают её по встречной полосе.",
    "place__address": "ул. Садовая, 12",
    "contact__name": "Житель дома",
    "contact__email": "resident@example.org",
    "consent": "true",
}
"""What is typed into a form that is accepted."""

SEND, REVIEW, TOPICS, ENTER = ("do", "send"), ("do", "review"), ("do", "topics"), ("do", "enter")


async def open_form(gateway: ServedGateway, query: str = "") -> Page:
    """The blank form of the agency."""
    return await open_page(gateway, f"/f/{AGENCY}{query}")


async def send_form(gateway: ServedGateway, **typed: str | None) -> str:
    """Send a good form; the address of the thanks."""
    answer = await post(gateway, await open_form(gateway), SEND, **(GOOD | typed))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def number_in(address: str) -> str:
    """The appeal's number in the address of its status page."""
    return address.split("/track/")[1].partition("?")[0]


async def case_of(gateway: ServedGateway, address: str) -> NewCase:
    """The case in the core store that a sent form has become."""
    await gateway.drain()
    assert gateway.app.cases is not None
    case, _ = await gateway.app.cases.find(AppealNumber(number_in(address)))
    return case
