"""Which content coding an answer goes out in, by what the client accepts (RFC 9110, 12.5.3)."""

from collections.abc import Container, Iterator
from functools import lru_cache

CODINGS = ("br", "gzip")
"""What we offer, best first."""

_HEADERS_REMEMBERED = 64  # browsers send a handful; whoever sends others is read anew


@lru_cache(maxsize=_HEADERS_REMEMBERED)
def preferred_codings(accepted: str) -> tuple[str, ...]:
    """Return the codings of ours that an Accept-Encoding header takes, best first; what is not there is `identity`.

    The weight decides, and between equals our own order; whoever names `identity` gets it in its place.
    """
    weights = dict(_read(accepted))
    others = weights.get("*", 0.0)
    offered = [(weights.get(coding, others), coding) for coding in CODINGS]
    plain = weights.get("identity", 0.0)
    taken = [(weight, coding) for weight, coding in offered if weight > 0 and weight >= plain]
    return tuple(coding for _, coding in sorted(taken, key=lambda pair: -pair[0]))


def choose_coding(accepted: str, available: Container[str | None]) -> str | None:
    """Return the best coding that the client takes and that there is; None for the content as it is."""
    return next((coding for coding in preferred_codings(accepted) if coding in available), None)


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
