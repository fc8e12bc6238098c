"""Which content coding an answer goes out in, by what the client accepts (RFC 9110, 12.5.3)."""

from collections.abc import Iterator
from functools import lru_cache

CODINGS = ("br", "gzip")
"""What we offer, best first."""

_HEADERS_REMEMBERED = 64  # browsers send a handful; whoever sends others is read anew


@lru_cache(maxsize=_HEADERS_REMEMBERED)
def choose_coding(accepted: str, available: tuple[str, ...]) -> str | None:
    """Return the coding of `available` that an Accept-Encoding header likes best; None for the content as it is.

    The weight decides, and between equals our own order; whoever names `identity` gets it in its place.
    """
    weights = dict(_read(accepted))
    others = weights.get("*", 0.0)
    least = weights.get("identity", 0.0)
    offered = [(weights.get(coding, others), coding) for coding in CODINGS if coding in available]
    best, coding = max(offered, key=lambda pair: pair[0], default=(0.0, None))
    return coding if best > 0 and best >= least else None


def _read(accepted: str) -> Iterator[tuple[str, float]]:
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        if name := name.strip():
            yield "gzip" if name == "x-gzip" else name, _weight(parameter)


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
