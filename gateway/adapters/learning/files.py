"""A model on the disk: what it is in JSON, then its numbers, then a check sum. Reading one executes nothing."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gateway.adapters.learning.model import LearnedModel
from gateway.adapters.learning.network import Network
from gateway.adapters.learning.vocabulary import Vocabularies, Vocabulary

VERSION = 1
_START = b"otklik-topics\n"
_HEAD_LENGTH = 8  # bytes that say how long the head is
_SUM_LENGTH = hashlib.sha256().digest_size
_ALIGNED = 8
_MOST_BYTES = 500_000_000

_KINDS: dict[str, np.dtype[Any]] = {"bytes": np.dtype("<i1"), "hashes": np.dtype("<u4"), "floats": np.dtype("<f4")}
_NETWORK = {"rows": "bytes", "scales": "floats", "hidden": "floats", "out": "floats", "classes": "floats"}

Numbers = NDArray[Any]


def save_model(model: LearnedModel, path: Path) -> None:
    """Write a model; a file that is there stays whole until the new one is."""
    numbers = list(_numbers_of(model))
    head = json.dumps(
        {
            "version": VERSION,
            "made_at": model.made_at.isoformat(),
            "rows": model.rows,
            "counts": list(model.counts.items()),
            "doubt": model.doubt,
            "unknown": [model.vocabularies.words.unknown, model.vocabularies.letters.unknown],
            "networks": [network.first for network in model.networks],
            "numbers": [[name, kind, values.shape] for name, kind, values in numbers],
        },
        ensure_ascii=False,
    ).encode()
    body = [_START, len(head).to_bytes(_HEAD_LENGTH, "little"), head]
    for _, kind, values in numbers:
        raw = np.ascontiguousarray(values, _KINDS[kind]).tobytes()
        body += [raw, bytes(-len(raw) % _ALIGNED)]
    content = b"".join(body)
    beside = path.with_name(f"{path.name}.new")
    beside.write_bytes(content + hashlib.sha256(content).digest())
    beside.replace(path)


def load_model(path: Path) -> LearnedModel:
    """Return the model of a file; a ValueError says what is wrong with the file."""
    if path.stat().st_size > _MOST_BYTES:
        raise ValueError(f"{path} is no model of topics: it is too large")
    content = path.read_bytes()
    if not content.startswith(_START):
        raise ValueError(f"{path} is no model of topics")
    sealed, seal = content[:-_SUM_LENGTH], content[-_SUM_LENGTH:]
    if hashlib.sha256(sealed).digest() != seal:
        raise ValueError(f"the model {path} is damaged: its check sum is wrong; train it anew")
    del sealed
    start = len(_START) + _HEAD_LENGTH
    end = start + int.from_bytes(content[len(_START) : start], "little")
    try:
        head = json.loads(content[start:end])
        version = head["version"]
        if version == VERSION:
            return _model(head, _numbers(head, content, end))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError(f"the model {path} is damaged: {error}; train it anew") from error
    raise ValueError(f"the model {path} has version {version}, this program reads {VERSION}; train it anew")


def _numbers_of(model: LearnedModel) -> Iterator[tuple[str, str, Numbers]]:
    for name, vocabulary in (("words", model.vocabularies.words), ("letters", model.vocabularies.letters)):
        yield f"{name}.hashes", "hashes", vocabulary.hashes
        yield f"{name}.tells", "floats", vocabulary.tells
    for nth, network in enumerate(model.networks):
        for name, kind in _NETWORK.items():
            yield f"{nth}.{name}", kind, getattr(network, name)


def _numbers(head: Mapping[str, Any], content: bytes, at: int) -> dict[str, Numbers]:
    """Return the numbers that follow the head, where they are: they are not copied."""
    found: dict[str, Numbers] = {}
    for name, kind, shape in head["numbers"]:
        if any(not isinstance(length, int) or length < 0 for length in shape):
            raise ValueError("a size that cannot be")
        count = prod(shape)
        values = np.frombuffer(content, _KINDS[kind], count, at).reshape(shape)
        if kind == "floats" and not np.isfinite(values).all():
            raise ValueError("a number that is none")
        found[name] = values
        at += values.nbytes + -values.nbytes % _ALIGNED
    if at != len(content) - _SUM_LENGTH:
        raise ValueError("its length is wrong")
    return found


def _model(head: Mapping[str, Any], numbers: Mapping[str, Numbers]) -> LearnedModel:
    words, letters = (
        Vocabulary(numbers[f"{name}.hashes"], numbers[f"{name}.tells"], float(unknown))
        for name, unknown in zip(("words", "letters"), head["unknown"], strict=True)
    )
    model = LearnedModel(
        counts={str(code): int(count) for code, count in head["counts"]},
        rows=int(head["rows"]),
        made_at=datetime.fromisoformat(head["made_at"]),
        vocabularies=Vocabularies(words, letters),
        networks=[
            Network(int(first), **{name: numbers[f"{nth}.{name}"] for name in _NETWORK})
            for nth, first in enumerate(head["networks"])
        ],
        doubt=float(head["doubt"]),
    )
    _check(model)
    return model


def _check(model: LearnedModel) -> None:
    """Raise for numbers that do not belong together."""
    for vocabulary in (model.vocabularies.words, model.vocabularies.letters):
        if vocabulary.hashes.shape != vocabulary.tells.shape or vocabulary.hashes.ndim != 1:
            raise ValueError("features that do not fit each other")
    if not model.networks or not model.doubt > 0:
        raise ValueError("nothing that could answer")
    for network in model.networks:
        features, width = network.rows.shape
        fits = (
            network.scales.shape == (features,)
            and network.hidden.shape == (width,)
            and network.out.shape == (width, len(model.counts))
            and network.classes.shape == (len(model.counts),)
            and 0 <= network.first <= len(model.vocabularies) - features
        )
        if not fits:
            raise ValueError("a network that does not fit")
