"""Whether two addresses are the same: without case, «ё», punctuation, the order of words, the kinds of streets."""

import re

from gateway.domain.labelled_reading import NamedPlace
from gateway.domain.reading import ReadPlace

_WORD = re.compile(r"\d+|[^\W\d_]+")
_HOUSE = re.compile(r"\d+|[^\W\d_]+|/")
_ORDINAL = re.compile(r"(?<=\d)-?(?:ая|ый|ой|ий|го|му|я|й|е)(?!\w)")
_KINDS = frozenset(
    re.findall(
        r"\w+",
        "улица ул проспект просп пр т переулок пер бульвар бул б р шоссе ш площадь пл набережная наб проезд тупик туп"
        " аллея линия микрорайон мкр мкрн квартал кв тракт территория тер дом владение вл"
        " город г поселок пос п пгт рп деревня дер д село с хутор х станица станция ст аул городского рабочий типа",
    )
)
_BLOCKS = {"корпус": "к", "корп": "к", "строение": "с", "стр": "с", "литера": "", "лит": "", "дом": "", "д": ""}


def is_same(named: NamedPlace, read: ReadPlace) -> bool:
    """Tell whether street and house that were read are those that are named; of an address on one line, all of it."""
    if not named.address:
        return is_same_name(named.street, read.street) and _house(named.house) == _house(read.house)
    wanted = _words(named.address)
    precise = _words(f"{read.street} {read.house}") or _words(read.settlement)
    return precise <= wanted <= _words(f"{read.settlement} {read.street} {read.house}")


def is_same_name(one: str, another: str) -> bool:
    """Tell whether two names of streets or settlements are the same."""
    return _name(one) == _name(another)


def _name(written: str) -> list[str]:
    words = _plain(written)
    return sorted(word for word in words if word not in _KINDS) or sorted(words)


def _words(address: str) -> set[str]:
    return {_BLOCKS.get(word, word) for word in _plain(address) if word not in _KINDS} - {""}


def _house(written: str) -> str:
    """Return a house with its blocks shortened; in «5е» the letter is no ending."""
    return "".join(_BLOCKS.get(word, word) for word in _HOUSE.findall(_folded(written)))


def _plain(written: str) -> list[str]:
    return _WORD.findall(_ORDINAL.sub("", _folded(written)))


def _folded(written: str) -> str:
    return written.lower().replace("ё", "е")
