"""How an agency wants its pages to look: a colour, how round the corners are, light or dark, inside which frame.

The launcher sends it with the address (`?accent=0b4ea2&corner=8`), and every link and post of the pages carries it on.
An agency's colour is brought to a contrast that can be read: whatever it sets, nobody is shut out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aiohttp import web

from gateway.domain.colour import BLACK, WHITE, Colour, legible, read_colour
from gateway.web.ready import FOREVER

_CORNER_MAX = 24
_SCHEMES = ("light", "dark")
_FRAMES = ("dialog", "inline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """What the colours of a scheme are read on (tokens.css, dark.css), and where legible colours lie."""

    paper: Colour
    tint: Colour
    legible_end: Colour


LIGHT = Scheme(paper=Colour(255, 255, 255), tint=Colour(0xF2, 0xF5, 0xF9), legible_end=BLACK)
DARK = Scheme(paper=Colour(0x14, 0x19, 0x1F), tint=Colour(0x1D, 0x24, 0x2D), legible_end=WHITE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What an agency has set; None leaves it to us, or `scheme` to the reader's machine. `corner` is in pixels."""

    accent: Colour | None = None
    corner: int | None = None
    scheme: str | None = None
    frame: str | None = None

    @property
    def query(self) -> Mapping[str, str]:
        """The part of an address that keeps it."""
        return dict(self._pairs())

    @property
    def stylesheet(self) -> str | None:
        """The address of the style sheet of its own; None where ours will do."""
        drawn = {name: value for name, value in self._pairs() if name != "frame"}
        if "accent" not in drawn and "corner" not in drawn:
            return None
        return "/look.css?" + "&".join(f"{name}={value}" for name, value in drawn.items())

    @property
    def dark_media(self) -> str | None:
        """When the dark colours hold, as a media query; None is never."""
        return {"light": None, "dark": "all"}.get(self.scheme or "", "(prefers-color-scheme: dark)")

    def _pairs(self) -> Iterator[tuple[str, str]]:
        if self.accent is not None:
            yield "accent", str(self.accent).removeprefix("#")
        if self.corner is not None:
            yield "corner", str(self.corner)
        if self.scheme is not None:
            yield "scheme", self.scheme
        if self.frame is not None:
            yield "frame", self.frame


def read_look(query: Mapping[str, str]) -> Look:
    """Read a look from an address; what makes no sense is passed over."""
    return Look(
        accent=read_colour(query.get("accent", "")),
        corner=_corner(query.get("corner", "")),
        scheme=_one_of(_SCHEMES, query.get("scheme")),
        frame=_one_of(_FRAMES, query.get("frame")),
    )


async def show_stylesheet(request: web.Request) -> web.Response:
    """GET /look.css?accent=…&corner=…: the few values in which a look differs from ours."""
    text = "\n".join(_rules(read_look(request.query)))
    return web.Response(text=text, content_type="text/css", headers={"Cache-Control": FOREVER})


def _rules(look: Look) -> Iterator[str]:
    if look.corner is not None:
        yield f":root {{ --round: {look.corner}px; }}"
    if look.accent is None:
        return
    if look.scheme != "dark":
        yield _accent_rule(look.accent, LIGHT)
    if look.dark_media is not None:
        yield f"@media {look.dark_media} {{ {_accent_rule(look.accent, DARK)} }}"


def _accent_rule(accent: Colour, scheme: Scheme) -> str:
    shown = legible(accent, on=(scheme.paper, scheme.tint), towards=scheme.legible_end)
    strong = shown.mixed(scheme.legible_end, 0.25)
    return f":root {{ --accent: {shown}; --accent-strong: {strong}; --on-accent: {scheme.paper}; }}"


def _corner(written: str) -> int | None:
    is_number = written.isascii() and written.isdigit() and len(written) <= 3
    return min(int(written), _CORNER_MAX) if is_number else None


def _one_of(words: tuple[str, ...], written: str | None) -> str | None:
    return written if written in words else None
