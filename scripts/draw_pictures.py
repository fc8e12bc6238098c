"""Draws `gateway/data/pictures` anew: `python -m scripts.draw_pictures FOLDER`, with the folder of PT Sans' files.

Debian keeps them in the package fonts-paratype. Words become paths, so that a button looks alike on every machine.
"""

import io
import sys
from dataclasses import dataclass
from pathlib import Path

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from gateway.texts import LANGUAGES, load_texts

PICTURES = Path(__file__).parents[1] / "gateway" / "data" / "pictures"

REGULAR, BOLD = "PTS55F.ttf", "PTS75F.ttf"

HEIGHT = 48  # CSS pixels; a finger needs 44
PADDING = 18
LETTERS = 18
BASELINE = 30
ICON = 24
GAP = 10
ROUND = 8

GROUND = "#0b4ea2"  # the form's accent: 8:1 with white letters
INK = "#ffffff"
EDGE = "#ffffff"  # seen on dark pages only; there it parts the button from what is behind it

DENSITY = 2  # pixels of the PNG to a CSS pixel
OVERSAMPLING = 8

# What can stand in an address and its caption: ASCII, Russian letters, some signs.
CAPTION = [*range(0x20, 0x7F), *range(0x410, 0x450), 0x401, 0x451, *map(ord, "«»—–…№")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button's words and how wide they are."""

    words: str
    width: int
    paths: str


def main(fonts: Path) -> None:
    """Draw every picture."""
    bold = fonts / BOLD
    texts = load_texts()
    for lang in LANGUAGES:
        button = _measure(bold, texts.say(lang, "widget.link"))
        (PICTURES / f"button-{lang}.svg").write_text(_svg(button), encoding="utf-8")
        (PICTURES / f"button-{lang}.png").write_bytes(_png(button, bold))
    _cut_letters(fonts / REGULAR, PICTURES / "letters.ttf")


def _measure(path: Path, words: str) -> Button:
    font = TTFont(path)
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    scale = LETTERS / font["head"].unitsPerEm
    x = float(PADDING + ICON + GAP)
    pen = SVGPathPen(glyphs, ntos=lambda number: f"{number:.2f}".rstrip("0").rstrip("."))
    for letter in words:
        glyph = glyphs[names[ord(letter)]]
        glyph.draw(TransformPen(pen, (scale, 0, 0, -scale, x, BASELINE)))
        x += glyph.width * scale
    return Button(words=words, width=round(x + PADDING), paths=pen.getCommands())


def _svg(button: Button) -> str:
    width, inner = button.width, button.width - 1
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT}" viewBox="0 0 {width} {HEIGHT}" role="img">
<title>{button.words}</title>
<rect x=".5" y=".5" width="{inner}" height="{HEIGHT - 1}" rx="{ROUND}" fill="{GROUND}" stroke="{EDGE}"/>
<g fill="none" stroke="{INK}" stroke-width="2" stroke-linejoin="round" stroke-linecap="round">
<path d="M20 15h20a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H29l-6 5v-5h-3a2 2 0 0 1-2-2V17a2 2 0 0 1 2-2z"/>
<path d="M30 19v4.5M30 27v.01"/>
</g>
<path fill="{INK}" d="{button.paths}"/>
</svg>
"""


def _png(button: Button, font: Path) -> bytes:
    scale = DENSITY * OVERSAMPLING
    size = (button.width * scale, HEIGHT * scale)
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), ROUND * scale, GROUND, EDGE, scale)
    _draw_bubble(draw, scale)
    letters = ImageFont.truetype(font, LETTERS * scale, layout_engine=ImageFont.Layout.BASIC)
    draw.text(((PADDING + ICON + GAP) * scale, BASELINE * scale), button.words, INK, letters, anchor="ls")
    small = image.resize((button.width * DENSITY, HEIGHT * DENSITY), Image.Resampling.LANCZOS)
    return _packed(small.quantize(96, Image.Quantize.FASTOCTREE))


def _draw_bubble(draw: ImageDraw.ImageDraw, scale: int) -> None:
    def scaled(*numbers: float) -> list[float]:
        return [number * scale for number in numbers]

    stroke = 2 * scale
    draw.rounded_rectangle(scaled(17, 14, 43, 32), 3 * scale, None, INK, stroke)
    draw.line(scaled(29.4, 31, 23, 36.2, 23, 31), INK, stroke, joint="curve")
    draw.rectangle(scaled(24.1, 29.9, 27.6, 32.1), INK)
    draw.rounded_rectangle(scaled(29, 18, 31, 24.5), scale, INK)
    draw.ellipse(scaled(29, 26, 31, 28), INK)


def _packed(image: Image.Image) -> bytes:
    packed = io.BytesIO()
    image.save(packed, "PNG", optimize=True)
    return packed.getvalue()


def _cut_letters(font: Path, target: Path) -> None:
    """Keep the letters of captions; what is changed may not keep the name (ParaType Free Font License)."""
    cut = TTFont(font)
    options = Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = [0, 1, 2, 4, 6, 13]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=CAPTION)
    subsetter.subset(cut)
    for record in cut["name"].names:
        if record.nameID in (1, 4):
            record.string = "Otklik Caption"
        elif record.nameID == 6:
            record.string = "OtklikCaption"
    cut["head"].modified = cut["head"].created  # the same letters are the same bytes
    cut.recalcTimestamp = False
    cut.save(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
