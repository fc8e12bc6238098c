"""Settlements in a text: «деревня Петровка», «в селе Ивановском», «г. Калуга», «СНТ «Ромашка»»."""

from dataclasses import dataclass

from gateway.reading.street_kinds import SETTLEMENTS, STREETS, Kind
from gateway.reading.streets import read_street
from gateway.reading.tokens import Token, Tokens, at, words_of
from gateway.reading.words import forms, has, in_nominative, is_surname_of, likeliest


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settlement in the nominative, in the tokens from `first` up to `after`; `has_kind` if that is said."""

    name: str
    first: int
    after: int
    has_kind: bool


_QUOTES = frozenset("«»\"“”„'")
_SOCIETIES = frozenset({"СНТ", "ДНТ", "ТСН"})
_CASE_AFTER = {"в": "loct", "во": "loct", "из": "gent", "по": "datv", "г": "nomn"}
_OF_TOWN = ("администраци", "жител", "мэри", "мэр", "горожан", "глав", "власт", "прокуратур")
_NO_NAMES = words_of("россии россия рф мы вы наш наша ваш нет ул улица дом прошу здравствуйте спасибо")
_COUNTRIES = words_of("россия украина беларусь белоруссия казахстан волга москва-река ока сибирь урал крым")
_LARGE = frozenset(("область", "области", "край", "крае", "республика", "республики", "район", "района", "районе"))


def read_settlement(tokens: Tokens, place: int) -> Settlement | None:
    """Read the settlement whose kind stands at a token, None if none does."""
    kind, after = _read_kind(tokens, place)
    if kind is None:
        return None
    here = after + (at(tokens, after).low in _QUOTES)
    words = _words(tokens, here, kind)
    if not words:
        return None
    after = here + len(words)
    after += here > 0 and at(tokens, here - 1).low in _QUOTES and at(tokens, after).low in _QUOTES
    name = " ".join(_titled(word) for word in _nominative(words, kind))
    return Settlement(f"{kind.name} {name}", place, after, has_kind=True)


def read_town(tokens: Tokens, place: int) -> Settlement | None:
    """Read a town that is called by its name alone: «в Калуге», «Калуга,»; of use only beside a street."""
    token, case = at(tokens, place), _case_of_town(at(tokens, place - 1).low)
    if (
        not (token.is_capital or place == 0 or at(tokens, place + 1).low in STREETS)
        or token.low in _NO_NAMES
        or token.low in STREETS
        or at(tokens, place + 1).low in _LARGE
    ):
        return None
    case = _case_of_town(at(tokens, place - 1).low)
    if at(tokens, place + 1).is_capital and has(token.low, "ADJF", case=case):
        return _town_of_two_words(tokens, place, case)
    if not any(form.is_settlement and form.case == case and not form.is_plural for form in forms(token.low)):
        return None
    nominative = in_nominative(token.text.lower(), part="NOUN", cases=frozenset({case}))
    if nominative is None or nominative in _COUNTRIES:
        return None
    if case == "nomn" and not _is_said_alone(tokens, place):
        return None
    return Settlement(_titled(nominative), place, place + 1, has_kind=False)


def _is_said_alone(tokens: Tokens, place: int) -> bool:
    """Tell whether a town in the nominative is part of an address, not the subject of a sentence."""
    after = at(tokens, place + 1)
    return not after.is_word or after.is_on_new_line or read_street(tokens, place + 1) is not None


def _case_of_town(before: str) -> str:
    """Return the case in which a town stands after a word: «в Калуге», «жительница Костромы», else the nominative."""
    return "gent" if before.startswith(_OF_TOWN) else _CASE_AFTER.get(before, "nomn")


def _town_of_two_words(tokens: Tokens, place: int, case: str) -> Settlement | None:
    """Read «в Нижнем Новгороде»."""
    first, second = at(tokens, place).text.lower(), at(tokens, place + 1)
    cases = frozenset({case})
    for form in forms(second.low):
        if form.part == "NOUN" and form.is_settlement and form.case == case and not form.is_plural:
            adjective = in_nominative(first, part="ADJF", cases=cases, gender=form.gender)
            noun = in_nominative(second.text.lower(), part="NOUN", cases=cases)
            if adjective is not None and noun is not None:
                return Settlement(f"{_titled(adjective)} {_titled(noun)}", place, place + 2, has_kind=False)
    return None


def _read_kind(tokens: Tokens, place: int) -> tuple[Kind | None, int]:
    token = at(tokens, place)
    if token.low == "с" and at(tokens, place + 1).low == "/" and at(tokens, place + 2).low == "т":
        return SETTLEMENTS["снт"], place + 3
    if token.low == "р" and at(tokens, place + 1).low == "." and at(tokens, place + 2).low == "п":
        return SETTLEMENTS["рп"], place + 3 + (at(tokens, place + 3).low == ".")
    kind = SETTLEMENTS.get(token.low)
    if kind is None:
        return None, place
    has_stop = at(tokens, place + 1).low == "."
    is_year = token.low == "г" and at(tokens, place - 1).is_number
    is_word = token.low == "рп" and not at(tokens, place + 1).is_capital
    if not has_stop and ((kind.needs_stop and token.low != "г") or is_year or is_word):
        return None, place
    return kind, place + 2 if kind.is_short and has_stop else place + 1


def _words(tokens: Tokens, place: int, kind: Kind) -> tuple[Token, ...]:
    first, second = at(tokens, place), at(tokens, place + 1)
    if not first.is_word or first.is_on_new_line or first.low in _NO_NAMES or len(first.low) < 2:
        return ()
    if second.is_capital and second.low in SETTLEMENTS and _agree(first.low, second.low):  # «деревня Старое Село»
        return (first, second)
    if first.low in STREETS or first.low in SETTLEMENTS or at(tokens, place + 1).low in _LARGE:
        return ()
    if not _is_name(first, kind):
        return ()
    goes_on = second.is_word and second.is_capital and not second.is_on_new_line and second.low not in STREETS
    if goes_on and second.low not in SETTLEMENTS and _agree(first.low, second.low):
        return (first, second)
    return (first,)


def _agree(adjective: str, noun: str) -> bool:
    """Tell whether an adjective stands as a noun does: «Нижний Новгород»."""
    of_noun = {(form.case, form.is_plural or form.gender) for form in forms(noun) if form.part == "NOUN"}
    return any(
        (form.case, form.is_plural or form.gender) in of_noun for form in forms(adjective) if form.part == "ADJF"
    )


def _is_name(word: Token, kind: Kind) -> bool:
    """Tell whether a word is a settlement's name: in small letters only a known one is."""
    if kind.name in _SOCIETIES:
        return word.is_capital or likeliest(word.low) == "NOUN"
    is_known = any(form.is_settlement and form.case in kind.cases for form in forms(word.low))
    if not word.is_capital:
        return is_known and not has(word.low, "ADJS")
    return is_known or not any(
        form.part in ("VERB", "PREP", "CONJ", "NPRO", "ADVB", "PRCL") for form in forms(word.low)
    )


def _nominative(words: tuple[Token, ...], kind: Kind) -> list[str]:
    written = [word.text for word in words]
    if kind.name in _SOCIETIES:
        return written
    if kind.is_short and _is_nominative(words):
        return written
    if _is_named_after_somebody(words[-1].low, kind):
        return written
    cases = kind.cases - {"nomn"} if kind.is_short else kind.cases
    for plural in (False, True):
        if (found := _inflected(words, kind, cases, plural=plural)) is not None:
            return found
    return written


def _is_named_after_somebody(word: str, kind: Kind) -> bool:
    """Tell «хутор Ленина» from «в селе Ивановском»."""
    return is_surname_of(word) and not any(form.is_settlement and form.case in kind.cases for form in forms(word))


def _is_nominative(words: tuple[Token, ...]) -> bool:
    return all(has(word.low, "NOUN", case="nomn") or has(word.low, "ADJF", case="nomn") for word in words)


def _inflected(words: tuple[Token, ...], kind: Kind, cases: frozenset[str], *, plural: bool) -> list[str] | None:
    """Return the words in the nominative if all of them stand in one of the cases."""
    last = words[-1].text.lower()
    noun = in_nominative(last, part="NOUN", cases=cases, plural=plural)
    if noun is not None and not _is_adjective_of(last, kind):
        gender = next((form.gender for form in forms(noun) if form.part == "NOUN"), kind.gender)
    else:
        gender = kind.gender
        noun = in_nominative(last, part="ADJF", cases=cases, gender=gender, plural=plural)
    if noun is None:
        return None
    before = [
        in_nominative(word.text.lower(), part="ADJF", cases=cases, gender=gender, plural=plural) for word in words[:-1]
    ]
    return None if None in before else [word for word in (*before, noun) if word is not None]


def _is_adjective_of(word: str, kind: Kind) -> bool:
    """Tell whether a name is an adjective that goes with its kind: «в селе Ивановском», «в посёлке Солнечном»."""
    return word.endswith(("ом", "ого", "ому", "ой")) and has(word, "ADJF", gender=kind.gender)


def _titled(word: str) -> str:
    small = {"на", "над", "под", "у"}
    return "-".join(part if part.lower() in small else part[:1].upper() + part[1:].lower() for part in word.split("-"))
