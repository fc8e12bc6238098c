"""Colours that can be read: contrast as WCAG 2.2 reckons it, and an agency's colour brought to it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_HEX = re.compile(r"#?([0-9a-fA-F]{6})\Z")
_STEPS = 64
_LINEAR_BELOW = 0.04045

LEAST_FOR_TEXT = 4.5
"""Contrast of text with what is behind it: WCAG 2.2, 1.4.3 (level AA), GOST R 52872-2019."""


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour of the screen (sRGB), each part 0 to 255."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """How light it is, 0 to 1 (WCAG 2.2, relative luminance)."""
        return 0.2126 * _linear(self.red) + 0.7152 * _linear(self.green) + 0.0722 * _linear(self.blue)

    def mixed(self, other: "Colour", share: float) -> "Colour":
        """Return it with `share` (0 to 1) of another colour in it."""

        def mix(part: int, of_other: int) -> int:
            return round(part + (of_other - part) * share)

        return Colour(mix(self.red, other.red), mix(self.green, other.green), mix(self.blue, other.blue))


BLACK = Colour(0, 0, 0)
WHITE = Colour(255, 255, 255)


def read_colour(written: str) -> Colour | None:
    """Read six hexadecimal digits, `#` before them or not; None for anything else."""
    found = _HEX.match(written)
    return None if found is None else Colour(*bytes.fromhex(found[1]))


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, contrast ratio)."""
    darker, lighter = sorted((one.luminance, other.luminance))
    return (lighter + 0.05) / (darker + 0.05)


def legible(colour: Colour, *, on: Iterable[Colour], towards: Colour, least: float = LEAST_FOR_TEXT) -> Colour:
    """Return the colour nearest to this one, on the way `towards` another, that can be read on all of these."""
    backgrounds = tuple(on)
    for step in range(_STEPS):
        mixed = colour.mixed(towards, step / _STEPS)
        if all(contrast(mixed, background) >= least for background in backgrounds):
            return mixed
    return towards


def _linear(part: int) -> float:
    share = part / 255
    return share / 12.92 if share <= _LINEAR_BELOW else float(((share + 0.055) / 1.055) ** 2.4)
