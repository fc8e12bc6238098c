"""Saved payloads of a messenger, and payloads as nobody has seen them yet."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

BOTS = Path(__file__).parents[2] / "bots"

anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


def fixtures(channel: str) -> dict[str, Any]:
    """Return the saved payloads of a channel, by name."""
    paths = sorted((BOTS / channel / "fixtures").glob("*.json"))
    assert paths, channel
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}


EXTREMES = (None, True, "", "ключ\ud800", "9" * 300, 2**70, -1, float("inf"), [], {})


def with_extremes(payload: Any) -> Iterator[Any]:
    """The payload again and again, each time with one value of it being one of the extremes."""
    for container, key in _places(payload):
        kept = container[key]
        for extreme in EXTREMES:
            container[key] = extreme
            yield payload
        container[key] = kept


def _places(part: Any) -> list[tuple[Any, Any]]:
    keys = list(part) if isinstance(part, dict) else list(range(len(part))) if isinstance(part, list) else []
    return [place for key in keys for place in ((part, key), *_places(part[key]))]


@st.composite
def damaged(draw: st.DrawFn, payloads: dict[str, Any]) -> Any:
    """A saved payload in which a few values are something else, or missing."""
    payload = json.loads(json.dumps(draw(st.sampled_from(list(payloads.values())))))
    for _ in range(draw(st.integers(1, 4))):
        _damage(draw, payload)
    return payload


def _damage(draw: st.DrawFn, part: Any) -> None:
    while True:
        keys = list(part) if isinstance(part, dict) else list(range(len(part)))
        if not keys:
            return
        key = draw(st.sampled_from(keys))
        if isinstance(part[key], dict | list) and part[key] and draw(st.booleans()):
            part = part[key]
            continue
        if draw(st.booleans()):
            part[key] = draw(anything)
        else:
            del part[key]
        return
