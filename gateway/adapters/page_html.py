"""A page read as a browser with JavaScript reads it: which elements are alive, and what only looks like one.

The parser follows the HTML standard to the letter (docs/decisions/reading-pages.md), so that a snippet in a comment,
in <noscript> or pasted as words is what it is, in however broken a page.
"""

import asyncio
import codecs
import pickle
import re
import sys
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from gateway.domain.seen_page import (
    PLATFORM_MARK,
    FetchedPage,
    SeenPage,
    SeenTag,
    SeenText,
    Where,
    mention_of_widget,
)

if TYPE_CHECKING:
    from justhtml import Node, Text

SECONDS = 20.0
_LONG = 256 * 1024  # bytes; the worst page of that size that was found takes three seconds, of 2 MB minutes

_KEPT = {"script", "otklik-widget", "a"}
_INERT = {"template", "noscript", "textarea", "title", "style", "xmp", "iframe", "noembed", "noframes"}

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-z0-9_:-]{2,40})", re.IGNORECASE)
_IN_HEADER = re.compile(r"charset\s*=\s*\"?\s*([a-z0-9_:-]{2,40})", re.IGNORECASE)
_PRESCANNED = 1024  # HTML 13.2.3.2
_OTHER_NAMES = {"x-cp1251": "cp1251", "x-sjis": "shift_jis", "iso-8859-1": "cp1252", "latin1": "cp1252"}


class HtmlReader:
    """Fulfils `ports.PageReader`; `seconds` is the patience for a long page."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._seconds = seconds

    async def __call__(self, page: FetchedPage) -> SeenPage | None:
        """Read a page aside from the loop: a usual one in a thread, a long one in a process that can be stopped."""
        if len(page.body) <= _LONG:
            return await asyncio.to_thread(read_page, page)
        return await self._read_apart(page)

    async def _read_apart(self, page: FetchedPage) -> SeenPage | None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", __name__),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(self._seconds):
                written, _ = await process.communicate(pickle.dumps(page))
        except TimeoutError:
            return None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        read: SeenPage | None = pickle.loads(written) if process.returncode == 0 else None  # noqa: S301 - our own words
        return read


def read_page(page: FetchedPage) -> SeenPage:
    """Return what is alive in a page and what only mentions the widget."""
    from justhtml import JustHTML

    parsed = JustHTML(decode(page), track_node_locations=True, sanitize=False, scripting_enabled=True)
    return _Walk(str(page.url)).over(parsed.root)


def decode(page: FetchedPage) -> str:
    """Return the text as a browser decodes it: by byte-order mark, header, <meta>, else by what the bytes look like.

    Old pages of this country that name no encoding are in windows-1251.
    """
    body = page.body
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    told = _IN_HEADER.search(" ".join(page.values("content-type")))
    meant = _CHARSET.search(body[:_PRESCANNED])
    for name in ([told[1]] if told else []) + ([meant[1].decode()] if meant else []):
        if (known := _known_encoding(name)) is not None:
            return body.decode(known, "replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(body)  # a cut page may end within a letter
    except UnicodeDecodeError:
        return body.decode("cp1251", "replace")


def _known_encoding(name: str) -> str | None:
    """Return the codec of a label; UTF-16 in a <meta> that could be read is UTF-8 (HTML 13.2.3.2)."""
    label = name.lower()
    try:
        encoding = codecs.lookup(_OTHER_NAMES.get(label, label))
    except LookupError:
        return None
    # Some of Python's codecs are no encodings of text (hex, zlib, …).
    if not getattr(encoding, "_is_text_encoding", True):
        return None
    return "utf-8" if encoding.name.startswith("utf-16") else encoding.name


class _Walk:
    """One walk over a tree, in the order of the page and without recursion: pages may be nested without end."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._base: str | None = None
        self._places = count()
        self._tags: list[SeenTag] = []
        self._texts: list[SeenText] = []
        self._policies: list[SeenTag] = []

    def over(self, root: "Node") -> SeenPage:
        waiting: list[tuple[Node | Text, str | None]] = [(root, None)]
        while waiting:
            node, parent = waiting.pop()
            self._see(node, parent)
            if node.name not in _INERT:
                waiting.extend((child, node.name) for child in reversed(node.children or []))
        return SeenPage(
            base=self._base or self._url,
            tags=tuple(self._tags),
            texts=tuple(self._texts),
            policies=tuple(self._policies),
        )

    def _see(self, node: "Node | Text", parent: str | None) -> None:
        if node.name == "#text":
            self._see_text(Where.SCRIPT if parent == "script" else Where.TEXT, str(node.data), node)
        elif node.name == "#comment":
            self._see_text(Where.COMMENT, str(node.data), node)
        elif node.name in _INERT:
            self._see_text(Where.INERT, "".join(_text_within(node)), node)
        elif not node.name.startswith(("#", "!")):
            self._see_tag(node, parent)

    def _see_text(self, where: Where, text: str, node: "Node | Text") -> None:
        if (mention := mention_of_widget(where, text, node.origin_line or 1)) is not None:
            self._texts.append(mention)

    def _see_tag(self, node: "Node | Text", parent: str | None) -> None:
        attributes = _attributes(node)
        tag = SeenTag(name=node.name, attributes=attributes, line=node.origin_line or 1, place=next(self._places))
        if tag.name == "base" and self._base is None and "href" in attributes:
            self._base = _joined(self._url, attributes["href"])
        elif tag.name == "meta" and parent == "head" and _is_policy(attributes):
            self._policies.append(tag)
        elif _is_kept(tag, node.namespace):
            self._tags.append(tag)


def _attributes(node: "Node | Text") -> dict[str, str]:
    attributes: dict[str, str | None] = getattr(node, "attrs", None) or {}
    return {name.lower(): value or "" for name, value in attributes.items()}


def _is_kept(tag: SeenTag, namespace: str | None) -> bool:
    names = f"{tag.attributes.get('id', '')} {tag.attributes.get('class', '')}"
    return (tag.name in _KEPT and namespace in (None, "html")) or PLATFORM_MARK in names  # a <script> of SVG has no src


def _is_policy(attributes: dict[str, str]) -> bool:
    return attributes.get("http-equiv", "").strip().lower() == "content-security-policy"


def _joined(url: str, href: str) -> str:
    try:
        return urljoin(url, href.strip())
    except ValueError:
        return url


def _text_within(node: "Node | Text") -> Iterator[str]:
    """Yield what stands in an inert element, tags of a <template> included, as far as it is worth reading."""
    waiting: list[Node | Text] = [node]
    while waiting:
        inner = waiting.pop()
        if inner.name in ("#text", "#comment"):
            yield str(inner.data)
        else:
            attributes = " ".join(f'{name}="{value}"' for name, value in _attributes(inner).items())
            yield f"<{inner.name} {attributes}>"
        content = getattr(inner, "template_content", None)
        waiting.extend(reversed([*(inner.children or []), *([content] if content is not None else [])]))


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps(read_page(pickle.load(sys.stdin.buffer))))  # noqa: S301 - from our own process
