"""Every sentence that a person reads: one file a language, keyed `ask.place`, `problem.required`."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from typing import Any

LANGUAGES = ("ru", "en")
DEFAULT_LANGUAGE = "ru"

Say = Callable[..., str]
"""`say(key, **values)` gives the sentence of a key, its `{places}` filled."""


class Texts:
    """The sentences of all languages."""

    def __init__(self, sentences: Mapping[str, Mapping[str, str]]) -> None:
        self._sentences = sentences

    def keys(self, lang: str) -> frozenset[str]:
        """Return every key that a language has."""
        return frozenset(self._sentences[lang])

    def say(self, lang: str, key: str, **values: object) -> str:
        """Return a sentence; raises KeyError for a key that does not exist."""
        sentence = self._sentences[lang][key]
        return sentence.format_map(values) if values else sentence

    def has(self, lang: str, key: str) -> bool:
        """Tell whether there is a sentence of that key."""
        return key in self._sentences[lang]

    def speaker(self, lang: str) -> Say:
        """Return `say` of one language."""

        def say(key: str, **values: object) -> str:
            return self.say(lang, key, **values)

        return say


def load_texts() -> Texts:
    """Read the sentences of every language."""
    return Texts({lang: dict(_flatten(_read(lang))) for lang in LANGUAGES})


def choose_language(asked: str | None, accepted: str | None) -> str:
    """Return the language of an answer: the one asked for, else the first of Accept-Language we have, else Russian."""
    if asked in LANGUAGES:
        return asked
    for part in _by_preference(accepted or ""):
        if part in LANGUAGES:
            return part
    return DEFAULT_LANGUAGE


def _by_preference(accepted: str) -> Iterator[str]:
    weighted = []
    for index, part in enumerate(accepted.split(",")[:20]):
        tag, _, parameters = part.partition(";")
        weighted.append((-_quality(parameters), index, tag.strip().split("-")[0].lower()))
    return (tag for quality, _, tag in sorted(weighted) if quality < 0)


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return max(0.0, min(1.0, float(value)))
    except ValueError:
        return 0.0


def _read(lang: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(f"{lang}.toml").read_text(encoding="utf-8"))


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, str):
            yield prefix + name, value
        else:
            yield from _flatten(value, f"{prefix}{name}.")
