"""QR codes (ISO/IEC 18004) with the address in words below, for the screen and for print."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files

import segno
from PIL import Image, ImageDraw, ImageFont

_MODULE = 6  # CSS pixels of a square
_QUIET_ZONE = 4  # squares around the code, without which telephones do not find it (ISO/IEC 18004, 5.3.8)
_CORRECTION = "q"  # a quarter of the code may be dirty, torn or covered

_LETTERS = 15
_LINE = 20
_FONTS = "PT Sans, Arial, Roboto, Noto Sans, DejaVu Sans, sans-serif"

_DENSITY = 4  # pixels of the PNG to a CSS pixel: sharp on paper, 7 cm wide, at 300 dots an inch


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCode:
    """A code twice; `width` and `height` are what it takes in a page, in CSS pixels."""

    svg: bytes
    png: bytes
    width: int
    height: int


@cache
def draw_code(address: str, caption: str) -> DrawnCode:
    """Draw the code of an address (ASCII), with the caption in lines below."""
    code = segno.make(address, error=_CORRECTION, micro=False)
    side = (int(code.symbol_size(border=0)[0]) + 2 * _QUIET_ZONE) * _MODULE
    lines = list(_wrap(caption, side - _QUIET_ZONE * _MODULE))
    height = side + _LINE * len(lines)
    return DrawnCode(
        svg=_svg(code, side, height, lines).encode(),
        png=_png(code, side, height, lines),
        width=side,
        height=height,
    )


def _svg(code: segno.QRCode, side: int, height: int, lines: Sequence[str]) -> str:
    drawn = code.svg_inline(scale=_MODULE, border=_QUIET_ZONE, light="#fff", svgclass=None, lineclass=None)
    texts = "".join(
        f'<text x="{side // 2}" y="{_baseline(side, number)}" textLength="{_width(line):.0f}">{escape(line)}</text>\n'
        for number, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{height}" viewBox="0 0 {side} {height}" '
        f'role="img" shape-rendering="crispEdges">\n<title>{escape("".join(lines))}</title>\n'
        f'<rect width="{side}" height="{height}" fill="#fff"/>\n{drawn}\n'
        f'<g font-family="{_FONTS}" font-size="{_LETTERS}" text-anchor="middle" lengthAdjust="spacingAndGlyphs">\n'
        f"{texts}</g>\n</svg>\n"
    )


def _png(code: segno.QRCode, side: int, height: int, lines: Sequence[str]) -> bytes:
    drawn = io.BytesIO()
    code.save(drawn, kind="png", scale=_MODULE * _DENSITY, border=_QUIET_ZONE)
    image = Image.new("L", (side * _DENSITY, height * _DENSITY), 255)
    image.paste(Image.open(drawn).convert("L"))
    draw, font = ImageDraw.Draw(image), _font(_LETTERS * _DENSITY)
    for number, line in enumerate(lines):
        where = (side * _DENSITY // 2, _baseline(side, number) * _DENSITY)
        draw.text(where, line, 0, font, anchor="ms")
    packed = io.BytesIO()
    image.quantize(8).save(packed, "PNG", optimize=True)
    return packed.getvalue()


def _baseline(side: int, number: int) -> int:
    return side + _LINE * number + _LETTERS - 5


def _wrap(words: str, width: int) -> Iterator[str]:
    """Break an address where it may be broken: after a slash, a dot or a dash; anywhere, if need be."""
    line = ""
    for part in _parts(words, width):
        if line and _width(line + part) > width:
            yield line
            line = ""
        line += part
    if line:
        yield line


def _parts(words: str, width: int) -> Iterator[str]:
    for part in re.split(r"(?<=[/.-])(?![/])", words):
        yield from [part] if _width(part) <= width else part


def _width(words: str) -> float:
    return float(_font(_LETTERS * _DENSITY).getlength(words)) / _DENSITY


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    letters = files("gateway.data.pictures").joinpath("letters.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(letters), size, layout_engine=ImageFont.Layout.BASIC)
