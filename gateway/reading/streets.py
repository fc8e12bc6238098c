"""Streets in a text: «на улице Садовой», «Ленинский проспект», «5 мкр», and, where much speaks for it, «на ленина 5»."""

from dataclasses import dataclass, replace

from gateway.reading.houses import read_house
from gateway.reading.street_kinds import SETTLEMENTS, STREETS, Kind
from gateway.reading.street_names import (
    ADJECTIVES,
    GENERIC,
    PEOPLE,
    SECOND_WORDS,
    SEVERAL_WORDS,
    THINGS,
    TITLES,
    WEAK,
)
from gateway.reading.tokens import Token, Tokens, at, folded, stems_of, words_of
from gateway.reading.words import forms, has, in_nominative, is_in_dictionary, is_surname_of, likeliest


@dataclass(frozen=True, slots=True)
class Street:
    """A street, in the nominative and with its kind if that is said, in the tokens from `first` up to `after`."""

    name: str
    first: int
    after: int
    has_kind: bool


@dataclass(frozen=True, slots=True)
class _Name:
    """The words of a name up to the token `after`; `is_known` if many towns have such a street."""

    words: tuple[Token, ...]
    after: int
    lead: str = ""
    is_known: bool = False
    is_sure: bool = False


_MONTHS = words_of("января февраля марта апреля мая июня июля августа сентября октября ноября декабря")
_ENDINGS = ("ого", "его", "ому", "ему", "ыми", "ими", "ая", "яя", "ий", "ый", "ой", "ей", "ое", "ее", "ую", "юю")
_ENDINGS_MORE = ("ом", "ем", "ым", "им")
_QUOTES = frozenset("«»\"“”„'")
_ON = frozenset({"на", "по"})
_OF = frozenset({"с", "со", "от", "до", "у", "около", "возле", "вдоль", "из", "напротив", "против", "улицам"})
_BEFORE = _ON | _OF | words_of("к за между перед адрес адресу адресом районе доме дому дома дом пересечении")
_CROSSING = ("пересечени", "перекрест", "углу", "угол", "между")
_COMPLAINING = ("жалоб", "жалу", "пожал", "обижен", "наде", "управ", "заявлени", "похож", "иск", "посмотр", "смотр")
_SOMETHING_ELSE = stems_of(
    "врач доктор учител директор начальник мэр губернатор депутат глава сосед мастер диспетчер водител фельдшер "
    "медсестр терапевт педиатр специалист инспектор участков администратор воспитател заведующ тренер "
    "имени памятник бюст музе парк сквер кинотеатр театр магазин школ лице гимнази детсад завод фабрик больниц "
    "поликлиник остановк станци метро санатори стадион площадк библиотек рынок рынк кафе аптек гостиниц торгов "
    "управляющ компани фирм организаци бригад отряд фестивал праздник день дни орден медал район компани"
)
_SOMETHING_ELSE_WHOLE = words_of("ук тсж жск оао ооо зао ип ао мкд тц трц жк дк им г гр цгб гкб ммуп муп мбоу")
_NO_NAMES = words_of(
    "нет да не ни и а но или что как где когда это все всю весь вот там тут здесь уже еще очень просто опять снова "
    "рядом около возле у в на по с к от до из за под над для без при про через между после перед возле напротив "
    "города город района дома домов двор двора дворы поселка деревни села области прошу просим почему яма ямы мусор "
    "снег свет вода воды грязь лед темно холодно номер дом корпус подъезд квартира кв д г стр корп дети люди машины "
    "лет год года дней ижс снт сто ступенек спасибо здравствуйте добрый уважаемые помогите ук жкх тсж мы я вы он она они кто какой"
)
_MOST_WORDS = 4
_YEARS = frozenset({"1905"})
"""«на 1905 года» is a street without more being said."""
_COMMON = frozenset({"проезд", "площадь", "спуск", "тупик", "квартал", "линия", "аллея", "набережная"})
"""Kinds that are everyday words too: «спуск ступенек»; small letters after them name nothing that is not known."""
_KINDS_AS_NAMES = frozenset({"набережная", "набережной", "набережную"})
"""«улица Набережная», «Набережная, 48»."""


def read_street(tokens: Tokens, place: int, *, follows: bool = False) -> Street | None:
    """Read the street that begins at a token, None if none does; `follows` another street («Ленина и Мира»)."""
    token = at(tokens, place)
    if token.low in _QUOTES or not (token.is_word or token.is_number):
        return None
    found = _kind_first(tokens, place) or _name_first(tokens, place)
    return found or _bare(tokens, place, follows=follows)


def _kind_first(tokens: Tokens, place: int) -> Street | None:
    kind, after = _read_kind(tokens, place)
    if kind is None:
        return None
    name = _read_name(tokens, after, kind)
    if name is None or not _is_believed(tokens, name, kind):
        return None
    return Street(f"{kind.name} {_nominative(name, kind)}", place, name.after, has_kind=True)


def _name_first(tokens: Tokens, place: int) -> Street | None:
    """Read «Ленинский проспект», «1-й Садовой улице», «Ленина ул.», «5 микрорайон»."""
    if _kind_ahead(tokens, place) is None:
        return None
    for name in _leading_names(tokens, place):
        kind, after = _read_kind(tokens, name.after)
        if kind is None or at(tokens, name.after).is_on_new_line:
            continue
        if not name.words:
            if kind.is_numbered and _is_numbered(tokens, place, after, kind):
                lead = f"{name.lead}-й" if name.lead.isdigit() and kind.gender == "masc" else name.lead
                return Street(f"{lead} {kind.name}", place, after, has_kind=True)
            continue
        if _is_believed_before(tokens, place, name, kind, after):
            return Street(f"{_nominative(name, kind)} {kind.name}", place, after, has_kind=True)
    return None


def _bare(tokens: Tokens, place: int, *, follows: bool) -> Street | None:
    """Read a name without its kind, where it is known or where it stands as only names do."""
    before = at(tokens, place - 1)
    name = _bare_name(tokens, place)
    if name is None or _is_something_else(before):
        return None
    house = read_house(tokens, name.after)
    if before.low in _QUOTES and (house is None or _is_something_else(at(tokens, place - 2))):
        return None
    if house is not None:
        is_street = name.is_known or _stands_as_name(tokens, name, place, house.is_marked)
    else:
        is_street = _is_named_alone(tokens, name, place, follows=follows)
    if not is_street:
        return None
    return Street(_bare_nominative(name), place, name.after, has_kind=False)


def _read_kind(tokens: Tokens, place: int) -> tuple[Kind | None, int]:
    """Return the kind of street that stands at a token, and the token after it."""
    token = at(tokens, place)
    if token.low in ("м", "у") and at(tokens, place + 1).low in ("/", "\\") and at(tokens, place + 2).low in ("н", "р"):
        return (STREETS["мкр"], place + 3) if token.low == "м" else (None, place)
    kind = STREETS.get(token.low)
    has_stop = at(tokens, place + 1).low == "."
    if kind is None:
        return None, place
    if kind.needs_stop and not (has_stop or (token.low == "пр" and at(tokens, place + 1).is_capital)):
        return None, place
    return kind, place + 2 if kind.is_short and has_stop else place + 1


def _read_name(tokens: Tokens, place: int, kind: Kind) -> _Name | None:
    """Read the name that follows a kind."""
    here = place
    if at(tokens, here).low in ("имени", "им"):
        here += 2 if at(tokens, here + 1).low == "." else 1
    is_quoted = at(tokens, here).low in _QUOTES
    here += is_quoted
    name = _numbered_name(tokens, here, kind) or _worded_name(tokens, here, lead="")
    if name is None or at(tokens, here).is_on_new_line:
        return None
    if is_quoted and at(tokens, name.after).low in _QUOTES:
        return _Name(name.words, name.after + 1, name.lead, name.is_known, is_sure=True)
    return name


def _numbered_name(tokens: Tokens, place: int, kind: Kind) -> _Name | None:
    """Read «8 Марта», «40 лет Победы», «1905 года», «1-я Садовая», and for microdistricts a number alone."""
    start = place + 1 if at(tokens, place).low == "№" else place
    number, word = at(tokens, start), at(tokens, start + 1)
    if not number.is_number:
        return None
    if word.low in _MONTHS:
        return _Name((word,), start + 2, number.text, is_known=True, is_sure=True)
    if word.low == "-" and at(tokens, start + 2).low.endswith("летия"):
        word, start = at(tokens, start + 2), start + 1
    if word.low in ("лет", "летия", "летие", "года") and not kind.is_numbered:
        return _anniversary(tokens, start, number, word)
    lead, after = _ordinal(tokens, start, kind)
    worded = _worded_name(tokens, after, lead=lead)
    if worded is not None and lead != number.text and not is_adjective_like(worded.words[0].low):
        worded = _worded_name(tokens, after, lead="".join(token.text for token in tokens[start:after]))
    if kind.is_numbered and (worded is None or not worded.words[0].is_capital):
        return _Name((), after, lead) if _is_numbered(tokens, place, after, kind) else None
    return worded if lead != number.text or (worded and worded.words[0].is_capital) else None


def _anniversary(tokens: Tokens, place: int, number: Token, word: Token) -> _Name | None:
    after = place + 2
    rest: list[Token] = []
    while len(rest) < 2 and _may_continue(tokens, after) and at(tokens, after).low not in _NO_NAMES:
        token = at(tokens, after)
        if not (token.is_capital or (not rest and has(token.low, "NOUN", case="gent")) or token.low == "влксм"):
            break
        rest.append(token)
        after += 1
    if not rest and word.low != "года":
        return None
    lead = f"{number.text}-{word.low}" if word.low in ("летия", "летие") else f"{number.text} {word.low}"
    return _Name(tuple(rest), after, lead, is_known=True, is_sure=True)


def _ordinal(tokens: Tokens, place: int, kind: Kind | None) -> tuple[str, int]:
    """Return an ordinal as it is written in the nominative («1-я», «5») and the token after it."""
    number, sign, ending = at(tokens, place), at(tokens, place + 1), at(tokens, place + 2)
    if sign.low == "-" and ending.is_word and ending.is_glued and len(ending.low) <= 3:
        gender = kind.gender if kind else "femn"
        return f"{number.text}-{'я' if gender == 'femn' else 'й' if gender == 'masc' else 'е'}", place + 3
    if sign.is_glued and sign.is_word and len(sign.low) == 1 and sign.low in "абвгдя":
        return number.text + sign.low, place + 2
    return number.text, place + 1


def _is_numbered(tokens: Tokens, place: int, after: int, kind: Kind) -> bool:
    """Tell whether a number names a microdistrict; «3 квартал» is mostly a part of a year."""
    if kind.name == "квартал" and not kind.is_short:
        return read_house(tokens, after) is not None
    if kind.name == "линия":
        return at(tokens, place + 1).low == "-" or at(tokens, place + 2).low == "-"
    return True


def _worded_name(tokens: Tokens, place: int, *, lead: str) -> _Name | None:
    """Read the words of a name, as far as they belong together."""
    first = at(tokens, place)
    if not first.is_word or (first.low in STREETS and first.low not in _KINDS_AS_NAMES) or first.is_on_new_line:
        return None
    several = _known_words(tokens, place)
    if several:
        return _Name(tuple(tokens[place : place + several]), place + several, lead, is_known=True, is_sure=True)
    if first.low == "реки" and at(tokens, place + 1).is_word:
        return _Name(tuple(tokens[place : place + 2]), place + 2, lead, is_sure=True)
    if _is_initial(tokens, place):
        return _with_initials(tokens, place, lead)
    if first.low in _NO_NAMES or len(first.low) < 3:
        return None
    words = [first]
    while len(words) < _MOST_WORDS and _goes_on(tokens, words, place + len(words)):
        words.append(at(tokens, place + len(words)))
    return _Name(tuple(words), place + len(words), lead, is_known=len(words) == 1 and is_known_name(first.low))


def _is_initial(tokens: Tokens, place: int) -> bool:
    letter = at(tokens, place)
    return letter.is_word and len(letter.low) == 1 and at(tokens, place + 1).low == "."


def _with_initials(tokens: Tokens, place: int, lead: str) -> _Name | None:
    """Read «К. Маркса», «А.С. Пушкина» with the initials as written."""
    here = place
    while here < place + 4 and _is_initial(tokens, here):
        here += 2
    surname = at(tokens, here)
    if not surname.is_word or len(surname.low) < 3 or surname.low in _NO_NAMES:
        return None
    words = (*(token for token in tokens[place:here] if token.is_word), surname)
    return _Name(words, here + 1, lead, is_sure=surname.is_capital or is_known_name(surname.low))


def _goes_on(tokens: Tokens, words: list[Token], place: int) -> bool:
    """Tell whether the word at `place` belongs to a name that has these words."""
    if not _may_continue(tokens, place):
        return False
    last, word = words[-1].low, at(tokens, place)
    if word.low in _NO_NAMES or word.low in STREETS or likeliest(word.low) in ("VERB", "INFN", "ADVB", "PRCL", "NPRO"):
        return False
    is_genitive = has(word.low, "NOUN", case="gent") or is_surname_of(word.low)
    if last in TITLES or _is_first_name(last) or (words[0].low in TITLES and word.is_capital):
        return is_genitive or (word.is_capital and len(words) < _MOST_WORDS)
    if word.low in SECOND_WORDS and is_adjective(last):
        return True
    if not word.is_capital or not is_adjective(last):
        return False
    return (has(word.low, "NOUN") or is_adjective(word.low)) and not _is_settlement_kind(word.low)


def _may_continue(tokens: Tokens, place: int) -> bool:
    token = at(tokens, place)
    return token.is_word and not token.is_on_new_line


def _is_settlement_kind(word: str) -> bool:
    return word in SETTLEMENTS


def _is_first_name(word: str) -> bool:
    return any(form.is_first_name and form.case == "gent" for form in forms(word))


def _known_words(tokens: Tokens, place: int) -> int:
    """Return how many words from here are a known name of several words."""
    if at(tokens, place).low not in _FIRST_OF_SEVERAL:
        return 0
    for count in (3, 2):
        words = tuple(token.low for token in tokens[place : place + count])
        if len(words) == count and words in SEVERAL_WORDS:
            return count
    return 0


def is_known_name(word: str) -> bool:
    """Tell whether a folded word is a name that streets all over the country have, in any form of an adjective."""
    return word in PEOPLE or word in THINGS or (is_adjective_like(word) and stem_of(word) in _KNOWN_STEMS)


def meant_name(word: str) -> str | None:
    """Return the known name of a person that an unknown word is one slip away from: «гогарина» means «гагарина»."""
    if not _SHORTEST_SLIP <= len(word) <= _LONGEST_SLIP or is_in_dictionary(word):
        return None
    for place in range(len(word)):
        if (meant := _WITHOUT_A_LETTER.get(word[:place] + word[place + 1 :])) is not None:
            return meant
    return _WITHOUT_A_LETTER.get(word)


def is_adjective_like(word: str) -> bool:
    """Tell whether a word ends as adjectives do."""
    return word.endswith(_ENDINGS + _ENDINGS_MORE) and "-" not in word[-3:]


def is_adjective(word: str) -> bool:
    """Tell whether a word may be a full adjective."""
    return is_adjective_like(word) and has(word.rpartition("-")[2], "ADJF")


def stem_of(word: str) -> str:
    """Return an adjective without its ending."""
    for ending in _ENDINGS + _ENDINGS_MORE:
        if word.endswith(ending):
            return word[: -len(ending)]
    return word


_SHORTEST_SLIP, _LONGEST_SLIP = 6, 20
_WITHOUT_A_LETTER = {
    name[:place] + name[place + 1 :]: name
    for name in sorted(PEOPLE)
    if len(name) >= _SHORTEST_SLIP
    for place in range(len(name))
} | {name: name for name in PEOPLE}

_KNOWN_STEMS = frozenset(stem_of(word) for word in ADJECTIVES)
_FIRST_OF_SEVERAL = frozenset(name[0] for name in SEVERAL_WORDS if name)
_SIZES = frozenset(map(stem_of, ("большая", "малая", "старая", "новая", "верхняя", "нижняя", "средняя")))
_GENERIC_STEMS = frozenset(stem_of(word) for word in GENERIC)


def _is_generic(word: str) -> bool:
    return word in GENERIC or stem_of(word) in _GENERIC_STEMS


def _is_believed(tokens: Tokens, name: _Name, kind: Kind) -> bool:
    """Tell whether what follows a kind is its name: «на улице Садовой», not «на улице холодно»."""
    if not name.words or name.is_sure:
        return True
    first = name.words[0]
    if kind.name == "линия":
        return bool(name.lead)
    part = likeliest(first.low)
    if part in ("VERB", "INFN", "PREP", "CONJ", "NPRO", "GRND", "PRCL") and not is_known_name(first.low):
        return first.is_capital and is_surname_of(first.low)
    if first.is_capital and (part not in ("ADVB", "PRED") or kind.is_short):
        return not (kind.name == "площадь" and _is_generic(first.low))
    if kind.name in _COMMON and not (name.is_known and not _is_generic(first.low)):
        return kind.is_short and kind.name != "квартал"
    if kind.is_short:
        return part not in ("ADVB", "PRED", "NUMR")
    if name.is_known and not _is_generic(first.low):
        return first.low not in WEAK or kind.name in ("улица", "проспект", "площадь", "бульвар", "переулок")
    if read_house(tokens, name.after) is None:
        return len(name.words) == 1 and is_surname_of(first.low) and part == "NOUN" and _is_only_surname(first.low)
    return has(first.low, "NOUN", case="gent") or is_surname_of(first.low) or is_adjective(first.low)


def _is_only_surname(word: str) -> bool:
    return all(form.is_surname or form.is_settlement for form in forms(word)[:2])


def _leading_names(tokens: Tokens, place: int) -> list[_Name]:
    """Return the names that may stand before a kind, the longest first."""
    token = at(tokens, place)
    names: list[_Name] = []
    lead, after = ("", place)
    if token.is_number:
        word = at(tokens, place + 1)
        if word.low in _MONTHS:
            return [_Name((word,), place + 2, token.text, is_known=True, is_sure=True)]
        if len(token.text) > 2 and at(tokens, place + 1).low != "-":
            return []
        lead, after = _ordinal(tokens, place, _kind_ahead(tokens, place))
        names.append(_Name((), after, lead))
    several = _known_words(tokens, after)
    if several:
        names.insert(0, _Name(tuple(tokens[after : after + several]), after + several, lead, is_sure=True))
    for count in (2, 1):
        words = tuple(tokens[after : after + count])
        if len(words) == count and all(word.is_word and word.low not in STREETS for word in words):
            names.insert(len(names) - bool(lead), _Name(words, after + count, lead))
    return names


def _kind_ahead(tokens: Tokens, place: int) -> Kind | None:
    for token in tokens[place + 1 : place + 6]:
        if (kind := STREETS.get(token.low)) is not None:
            return kind
    return None


def _is_believed_before(tokens: Tokens, place: int, name: _Name, kind: Kind, after: int) -> bool:
    """Tell whether what stands before a kind is its name: «Садовая улица», not «соседняя улица»."""
    first, last = name.words[0], name.words[-1]
    if kind.name == "линия" and not name.lead:
        return False
    if _is_something_else(at(tokens, place - 1)):
        return False
    if kind.is_short and kind.needs_stop and at(tokens, after - 1).low != ".":
        return False
    ahead = _kind_first(tokens, name.after)
    if ahead is not None and not (is_adjective(last.low) and first.is_capital and not _is_generic(last.low)):
        return False
    if name.is_sure:
        return True
    if len(name.words) > 1 and not _is_pair(name.words):
        return False
    has_house = read_house(tokens, after) is not None
    if is_adjective_like(last.low):
        return _is_named_adjective(tokens, place, name, kind, has_house=has_house)
    if first.is_capital and has_house and is_surname_of(last.low) and len(name.words) == 1:
        return True
    return last.low in PEOPLE | THINGS and (first.is_capital or has_house) and kind.name != "микрорайон"


def _is_pair(words: tuple[Token, ...]) -> bool:
    """Tell whether two words may be one name: «Большая Садовая», «Карла Маркса»."""
    first, second = words[0].low, words[1].low
    return words[0].is_capital and words[1].is_capital and is_adjective(first) and is_adjective(second)


def _is_named_adjective(tokens: Tokens, place: int, name: _Name, kind: Kind, *, has_house: bool) -> bool:
    first, last = name.words[0], name.words[-1]
    if not any(has(last.low, "ADJF", case=case, gender=kind.gender) for case in kind.cases):
        return False
    is_name = first.is_capital and not _begins_sentence(tokens, place)
    if _is_generic(last.low):
        return is_name and (has_house or kind.name == "улица") and last.low[:3] not in ("наш", "ваш", "эта", "это")
    return is_name or has_house or bool(name.lead) or stem_of(last.low) in _KNOWN_STEMS


def _begins_sentence(tokens: Tokens, place: int) -> bool:
    before = at(tokens, place - 1)
    return place == 0 or at(tokens, place).is_on_new_line or before.ends_sentence or before.low in _QUOTES


def _is_something_else(before: Token) -> bool:
    """Tell whether the word before a name says that it is no street's: «врач Ленина», «УК Садовая», «парк Победы»."""
    return before.is_word and (before.low in _SOMETHING_ELSE_WHOLE or before.low.startswith(_SOMETHING_ELSE))


def _bare_name(tokens: Tokens, place: int) -> _Name | None:
    token = at(tokens, place)
    if token.is_number:
        name = _numbered_name(tokens, place, STREETS["улица"])
        if name is None or not name.is_known:
            return None
        is_alone_known = token.text in _YEARS and at(tokens, place - 1).low in _ON
        return name if name.words or is_alone_known else None
    if several := _known_words(tokens, place):
        return _Name(tuple(tokens[place : place + several]), place + several, is_known=True, is_sure=True)
    if _is_initial(tokens, place):
        return _bare_initials(tokens, place)
    if token.low in _KINDS_AS_NAMES:
        return _Name((token,), place + 1, is_known=True) if read_house(tokens, place + 1) is not None else None
    if token.low in _NO_NAMES or token.low in STREETS or token.low in SETTLEMENTS or len(token.low) < 3:
        return None
    if _is_bare_pair(tokens, place):
        return _Name(tuple(tokens[place : place + 2]), place + 2, is_known=is_known_name(at(tokens, place + 1).low))
    known = is_known_name(token.low)
    if not known and (meant := meant_name(token.low)) is not None:
        token, known = replace(token, text=meant, low=meant), True
    if known or token.is_capital or at(tokens, place - 1).low in _BEFORE:
        return _Name((token,), place + 1, is_known=known)
    return None


def _is_bare_pair(tokens: Tokens, place: int) -> bool:
    """Tell whether two adjectives are one name: «на Большой Садовой», «Малая Московская, 4»."""
    first, second = at(tokens, place), at(tokens, place + 1)
    if stem_of(first.low) not in _SIZES or not second.is_word or not is_adjective_like(second.low):
        return False
    return (first.is_capital and second.is_capital) or stem_of(second.low) in _KNOWN_STEMS


def _bare_initials(tokens: Tokens, place: int) -> _Name | None:
    name = _with_initials(tokens, place, "")
    if name is None or name.words[-1].low not in PEOPLE:
        return None
    return _Name(name.words, name.after, is_known=True)


def _stands_as_name(tokens: Tokens, name: _Name, place: int, is_marked: bool) -> bool:
    """Tell whether an unknown word before a house number stands as a street's name does."""
    word, before = name.words[0], at(tokens, place - 1)
    is_asked = before.low in _BEFORE
    if not (is_asked or (is_marked and (word.is_capital or _begins_sentence(tokens, place)))):
        return word.is_capital and _is_listed(tokens, place) and _is_name_form(word.low)
    if is_adjective(word.low) and _agrees_with_street(word.low, before):
        return not _is_generic(word.low) and (word.is_capital or (before.low in _ON and not _is_ordinal(word.low)))
    if is_surname_of(word.low):
        return word.is_capital or (before.low in _ON and _is_only_surname(word.low))
    return word.is_capital and has(word.low, "NOUN", case="gent") and not _takes_preposition(word.low, before)


def _is_listed(tokens: Tokens, place: int) -> bool:
    """Tell whether a word stands where an address is given: at the start, or after a sign."""
    before = at(tokens, place - 1)
    return place == 0 or before.low in (",", ":", ".", "(", ";", "!")


def _is_name_form(word: str) -> bool:
    return (is_surname_of(word) and _is_only_surname(word)) or (word.endswith(("ая", "яя")) and is_adjective(word))


def _is_ordinal(word: str) -> bool:
    return any(form.is_ordinal for form in forms(word))


def _agrees_with_street(word: str, before: Token) -> bool:
    """Tell whether an adjective stands as «улица» would: «на Садовой», «по Садовой», «с Садовой»."""
    if before.low in _ON or before.low in _OF:
        return word.endswith(("ой", "ей", "ая", "яя"))
    return word.endswith(("ая", "яя", "ой", "ей"))


def _takes_preposition(word: str, before: Token) -> bool:
    """Tell whether a noun stands in the case that the preposition asks for, as no name of a street does."""
    if before.low == "на":
        return has(word, "NOUN", case="loct")
    if before.low == "по":
        return has(word, "NOUN", case="datv")
    return before.low in _OF


def _is_named_alone(tokens: Tokens, name: _Name, place: int, *, follows: bool) -> bool:
    """Tell whether a name without kind and house is a street: «на Ленина яма», «угол Мира и Гагарина»."""
    if not name.words:
        return True
    word, before = name.words[0], at(tokens, place - 1)
    earlier = at(tokens, place - 2).low
    is_capital = word.is_capital or at(tokens, place).is_capital
    if (follows or _is_crossing(before.low) or _is_crossing(earlier)) and before.low not in ("в", "у"):
        return name.is_known and (is_capital or name.is_sure or word.low not in WEAK)
    if before.low not in _ON or earlier.startswith(_COMPLAINING):
        return False
    after = at(tokens, name.after)
    if is_adjective_like(word.low) and word.low not in PEOPLE:
        if _is_generic(word.low) or not word.low.endswith(("ой", "ей")) or _is_qualified(after):
            return False
        return (is_capital or name.is_known) and is_adjective(word.low) and not _is_ordinal(word.low)
    if name.is_known:
        return is_capital or name.is_sure or word.low not in WEAK | THINGS
    return False


def _is_qualified(after: Token) -> bool:
    """Tell whether an adjective belongs to what comes after it: «на детской площадке»."""
    if not after.is_word or after.is_on_new_line:
        return False
    if is_adjective(after.low):
        return True
    return any(has(after.low, "NOUN", case=case, gender="femn") for case in ("loct", "datv"))


def _is_crossing(word: str) -> bool:
    return word.startswith(_CROSSING)


def _bare_nominative(name: _Name) -> str:
    word = name.words[-1].low if name.words else ""
    if is_adjective(word) and word not in PEOPLE and not name.is_sure:
        return _nominative(name, STREETS["ул"])
    return _joined(name, [token.text for token in name.words])


def _nominative(name: _Name, kind: Kind) -> str:
    """Return a name in the nominative; what stands in the genitive («Ленина», «Красной Армии») stays as it is."""
    words = [token.text for token in name.words]
    if words and _is_all_adjectives(name, kind):
        words = [_adjective(token, kind) for token in name.words]
    return _joined(name, words)


def _is_all_adjectives(name: _Name, kind: Kind) -> bool:
    if name.is_sure and len(name.words) > 1:
        return False
    for token in name.words:
        word = token.low
        if word in PEOPLE or not is_adjective_like(word) or not has(word, "ADJF"):
            return False
        if not any(has(word, "ADJF", case=case, gender=kind.gender) for case in kind.cases):
            return False
        if _is_womans_surname(word):
            return False
    return True


def _is_womans_surname(word: str) -> bool:
    return is_surname_of(word) and not has(word, "ADJF", case="nomn") and stem_of(word) not in _KNOWN_STEMS


def _adjective(token: Token, kind: Kind) -> str:
    is_nominative = has(token.low, "ADJF", case="nomn", gender=kind.gender) and not token.low.endswith("ой")
    if not kind.gender or is_nominative:
        return token.text
    found = in_nominative(token.text.lower(), part="ADJF", cases=kind.cases, gender=kind.gender)
    return token.text if found is None else found


def _joined(name: _Name, words: list[str]) -> str:
    written = [_titled(word, is_first=not place) for place, word in enumerate(words)]
    for place, token in enumerate(name.words):
        if len(token.low) == 1 and place + 1 < len(name.words) and token.low != "и":
            written[place] += "."
    return " ".join(part for part in (name.lead, *written) if part)


def _titled(word: str, *, is_first: bool) -> str:
    if word.lower() == "и" and not is_first:
        return "и"
    if word.isupper() and len(word) <= 5 and folded(word) in ("влксм", "ссср"):
        return word
    return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))
