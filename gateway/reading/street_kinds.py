"""Kinds of streets and settlements: how they are written out, shortened and declined."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind as a text has it: its name in the nominative, its gender, in which cases the word may stand.

    `is_short` is an abbreviation, which stands for all cases; `needs_stop` one that is none without its full stop.
    """

    name: str
    gender: str
    cases: frozenset[str]
    is_short: bool = False
    needs_stop: bool = False
    is_numbered: bool = False


_ALL_CASES = frozenset({"nomn", "gent", "datv", "accs", "ablt", "loct"})
_FEMININE = ("nomn", "gent", "datv loct", "accs", "ablt")
_MASCULINE = ("nomn accs", "gent", "datv", "ablt", "loct")

_STREETS = (
    # name, gender, forms in the order of their cases, the cases
    ("улица", "femn", "улица улицы улице улицу улицей", _FEMININE),
    ("проспект", "masc", "проспект проспекта проспекту проспектом проспекте", _MASCULINE),
    ("переулок", "masc", "переулок переулка переулку переулком переулке", _MASCULINE),
    ("бульвар", "masc", "бульвар бульвара бульвару бульваром бульваре", _MASCULINE),
    ("шоссе", "neut", "шоссе", ("nomn gent datv accs ablt loct",)),
    ("площадь", "femn", "площадь площади площадью", ("nomn accs", "gent datv loct", "ablt")),
    ("проезд", "masc", "проезд проезда проезду проездом проезде", _MASCULINE),
    ("набережная", "femn", "набережная набережной набережную", ("nomn", "gent datv ablt loct", "accs")),
    ("микрорайон", "masc", "микрорайон микрорайона микрорайону микрорайоном микрорайоне", _MASCULINE),
    ("тупик", "masc", "тупик тупика тупику тупиком тупике", _MASCULINE),
    ("аллея", "femn", "аллея аллеи аллее аллею аллеей", _FEMININE),
    ("квартал", "masc", "квартал квартала кварталу кварталом квартале", _MASCULINE),
    ("тракт", "masc", "тракт тракта тракту трактом тракте", _MASCULINE),
    ("спуск", "masc", "спуск спуска спуску спуском спуске", _MASCULINE),
    ("линия", "femn", "линия линии линию линией", ("nomn", "gent datv loct", "accs", "ablt")),
)
_PLURALS = {"улицах": "улица", "улицам": "улица", "улиц": "улица", "улицами": "улица", "проспектов": "проспект"}
_SLIPS = {"улеца": "улица", "улици": "улица", "улице": "улица", "уллица": "улица", "проспек": "проспект"}
_SLIPS |= {"переулк": "переулок", "шосе": "шоссе", "микрайон": "микрорайон", "мкрорайон": "микрорайон"}
_SHORT_STREETS = {
    "улица": "ул",
    "проспект": "пр-т пр-кт просп пркт прт",
    "переулок": "пер пер-к переул",
    "бульвар": "б-р бул бульв бр",
    "проезд": "пр-д пр-зд",
    "набережная": "наб",
    "микрорайон": "мкр мкрн мкр-н мк-н мкр-он микр м-н микр-н м-не м-на мкр-не мкр-на мкр-ну",
    "тупик": "туп",
    "квартал": "кв-л",
    "шоссе": "шос",
}
_SHORT_WITH_STOP = {"пр": "проспект", "ш": "шоссе", "пл": "площадь", "ал": "аллея", "бр": "бульвар", "тр": "тракт"}
_NUMBERED = frozenset({"микрорайон", "квартал", "линия"})

_SETTLEMENTS = (
    ("город", "masc", "город города городу городом городе", _MASCULINE),
    ("деревня", "femn", "деревня деревни деревне деревню деревней", _FEMININE),
    ("село", "neut", "село села селу селом селе", _MASCULINE),
    ("посёлок", "masc", "поселок поселка поселку поселком поселке", _MASCULINE),
    ("станица", "femn", "станица станицы станице станицу станицей", _FEMININE),
    ("хутор", "masc", "хутор хутора хутору хутором хуторе", _MASCULINE),
    ("аул", "masc", "аул аула аулу аулом ауле", _MASCULINE),
)
_SHORT_SETTLEMENTS = {
    "деревня": "дер",
    "посёлок": "пос посел",
    "посёлок городского типа": "пгт",
    "рабочий посёлок": "рп",
    "станица": "ст-ца",
    "СНТ": "снт",
    "ДНТ": "днт",
    "ТСН": "тсн",
    "город": "гор",
}
_SETTLEMENTS_WITH_STOP = {"г": "город", "д": "деревня", "с": "село", "п": "посёлок", "х": "хутор", "ст": "станица"}


def _table(
    declined: tuple[tuple[str, str, str, tuple[str, ...]], ...],
    short: Mapping[str, str],
    with_stop: Mapping[str, str],
) -> dict[str, Kind]:
    genders = {name: gender for name, gender, _, _ in declined}
    table: dict[str, Kind] = {}
    for name, words in short.items():
        for word in words.split():
            gender = "masc" if name.endswith(("типа", "посёлок")) else genders.get(name, "")
            table[word] = Kind(name, gender, _ALL_CASES, is_short=True, is_numbered=name in _NUMBERED)
    for word, name in with_stop.items():
        table[word] = Kind(name, genders.get(name, ""), _ALL_CASES, is_short=True, needs_stop=True)
    for name, gender, words, cases in declined:
        for word, of_word in zip(words.split(), cases, strict=True):
            table[word] = Kind(name, gender, frozenset(of_word.split()), is_numbered=name in _NUMBERED)
    return table


def _streets() -> dict[str, Kind]:
    table = _table(_STREETS, _SHORT_STREETS, _SHORT_WITH_STOP)
    genders = {name: gender for name, gender, _, _ in _STREETS}
    for word, name in (_PLURALS | _SLIPS).items():
        table.setdefault(word, Kind(name, genders[name], _ALL_CASES, is_numbered=name in _NUMBERED))
    return table


STREETS: Mapping[str, Kind] = _streets()
"""Kinds of streets by the words for them, folded."""

SETTLEMENTS: Mapping[str, Kind] = _table(_SETTLEMENTS, _SHORT_SETTLEMENTS, _SETTLEMENTS_WITH_STOP)
"""Kinds of settlements by the words for them, folded."""
