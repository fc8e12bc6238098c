"""The words of a street's name, as far as they belong together: «Карла Маркса», «40 лет Победы», «1-я Садовая»."""

from gateway.reading.houses import read_house
from gateway.reading.known_names import is_adjective, is_adjective_like, is_first_name, is_known_name, known_words
from gateway.reading.street_kinds import SETTLEMENTS, STREETS, Kind
from gateway.reading.street_names import SECOND_WORDS, TITLES
from gateway.reading.tokens import Token, Tokens, at, words_of
from gateway.reading.words import has, is_surname_of, likeliest
from gateway.reading.written_names import Name

MONTHS = words_of("января февраля марта апреля мая июня июля августа сентября октября ноября декабря")
QUOTES = frozenset("«»\"“”„'")
NO_NAMES = words_of(
    "нет да не ни и а но или что как где когда это все всю весь вот там тут здесь уже еще очень просто опять снова "
    "рядом около возле у в на по с к от до из за под над для без при про через между после перед возле напротив "
    "города город района дома домов двор двора дворы поселка деревни села области прошу просим почему яма ямы мусор "
    "снег свет вода воды грязь лед темно холодно номер дом корпус подъезд квартира кв д г стр корп дети люди машины "
    "лет год года дней ижс снт сто ступенек спасибо здравствуйте добрый уважаемые помогите ук жкх тсж мы я вы "
    "он она они кто какой"
)
_MOST_WORDS = 4
KINDS_AS_NAMES = frozenset({"набережная", "набережной", "набережную"})
"""«улица Набережная», «Набережная, 48»."""


def read_name(tokens: Tokens, place: int, kind: Kind) -> Name | None:
    """Read the name that follows a kind."""
    here = place
    if at(tokens, here).low in ("имени", "им"):
        here += 2 if at(tokens, here + 1).low == "." else 1
    is_quoted = at(tokens, here).low in QUOTES
    here += is_quoted
    name = numbered_name(tokens, here, kind) or _worded_name(tokens, here, lead="")
    if name is None or at(tokens, here).is_on_new_line:
        return None
    if is_quoted and at(tokens, name.after).low in QUOTES:
        return Name(name.words, name.after + 1, name.lead, name.is_known, is_sure=True)
    return name


def numbered_name(tokens: Tokens, place: int, kind: Kind) -> Name | None:
    """Read «8 Марта», «40 лет Победы», «1905 года», «1-я Садовая», and for microdistricts a number alone."""
    start = place + 1 if at(tokens, place).low == "№" else place
    number, word = at(tokens, start), at(tokens, start + 1)
    if not number.is_number:
        return None
    if word.low in MONTHS:
        return Name((word,), start + 2, number.text, is_known=True, is_sure=True)
    if word.low == "-" and at(tokens, start + 2).low.endswith("летия"):
        word, start = at(tokens, start + 2), start + 1
    if word.low in ("лет", "летия", "летие", "года") and not kind.is_numbered:
        return _anniversary(tokens, start, number, word)
    lead, after = read_ordinal(tokens, start, kind)
    worded = _worded_name(tokens, after, lead=lead)
    if worded is not None and lead != number.text and not is_adjective_like(worded.words[0].low):
        worded = _worded_name(tokens, after, lead="".join(token.text for token in tokens[start:after]))
    if kind.is_numbered and (worded is None or not worded.words[0].is_capital):
        return Name((), after, lead) if is_numbered(tokens, place, after, kind) else None
    return worded if lead != number.text or (worded and worded.words[0].is_capital) else None


def _anniversary(tokens: Tokens, place: int, number: Token, word: Token) -> Name | None:
    after = place + 2
    rest: list[Token] = []
    while len(rest) < 2 and _may_continue(tokens, after) and at(tokens, after).low not in NO_NAMES:
        token = at(tokens, after)
        if not (token.is_capital or (not rest and has(token.low, "NOUN", case="gent")) or token.low == "влксм"):
            break
        rest.append(token)
        after += 1
    if not rest and word.low != "года":
        return None
    lead = f"{number.text}-{word.low}" if word.low in ("летия", "летие") else f"{number.text} {word.low}"
    return Name(tuple(rest), after, lead, is_known=True, is_sure=True)


def read_ordinal(tokens: Tokens, place: int, kind: Kind | None) -> tuple[str, int]:
    """Return an ordinal as it is written in the nominative («1-я», «5») and the token after it."""
    number, sign, ending = at(tokens, place), at(tokens, place + 1), at(tokens, place + 2)
    if sign.low == "-" and ending.is_word and ending.is_glued and len(ending.low) <= 3:
        gender = kind.gender if kind else "femn"
        return f"{number.text}-{'я' if gender == 'femn' else 'й' if gender == 'masc' else 'е'}", place + 3
    if sign.is_glued and sign.is_word and len(sign.low) == 1 and sign.low in "абвгдя":
        return number.text + sign.low, place + 2
    return number.text, place + 1


def is_numbered(tokens: Tokens, place: int, after: int, kind: Kind) -> bool:
    """Tell whether a number names a microdistrict; «3 квартал» is mostly a part of a year."""
    if kind.name == "квартал" and not kind.is_short:
        return read_house(tokens, after) is not None
    if kind.name == "линия":
        return at(tokens, place + 1).low == "-" or at(tokens, place + 2).low == "-"
    return True


def _worded_name(tokens: Tokens, place: int, *, lead: str) -> Name | None:
    """Read the words of a name, as far as they belong together."""
    first = at(tokens, place)
    if not first.is_word or (first.low in STREETS and first.low not in KINDS_AS_NAMES) or first.is_on_new_line:
        return None
    several = known_words(tokens, place)
    if several:
        return Name(tuple(tokens[place : place + several]), place + several, lead, is_known=True, is_sure=True)
    if first.low == "реки" and at(tokens, place + 1).is_word:
        return Name(tuple(tokens[place : place + 2]), place + 2, lead, is_sure=True)
    if is_initial(tokens, place):
        return with_initials(tokens, place, lead)
    if first.low in NO_NAMES or len(first.low) < 3:
        return None
    words = [first]
    while len(words) < _MOST_WORDS and _goes_on(tokens, words, place + len(words)):
        words.append(at(tokens, place + len(words)))
    return Name(tuple(words), place + len(words), lead, is_known=len(words) == 1 and is_known_name(first.low))


def is_initial(tokens: Tokens, place: int) -> bool:
    """Tell whether an initial stands at a token: «К.»."""
    letter = at(tokens, place)
    return letter.is_word and len(letter.low) == 1 and at(tokens, place + 1).low == "."


def with_initials(tokens: Tokens, place: int, lead: str) -> Name | None:
    """Read «К. Маркса», «А.С. Пушкина» with the initials as written."""
    here = place
    while here < place + 4 and is_initial(tokens, here):
        here += 2
    surname = at(tokens, here)
    if not surname.is_word or len(surname.low) < 3 or surname.low in NO_NAMES:
        return None
    words = (*(token for token in tokens[place:here] if token.is_word), surname)
    return Name(words, here + 1, lead, is_sure=surname.is_capital or is_known_name(surname.low))


def _goes_on(tokens: Tokens, words: list[Token], place: int) -> bool:
    """Tell whether the word at `place` belongs to a name that has these words."""
    if not _may_continue(tokens, place):
        return False
    last, word = words[-1].low, at(tokens, place)
    if word.low in NO_NAMES or word.low in STREETS or likeliest(word.low) in ("VERB", "INFN", "ADVB", "PRCL", "NPRO"):
        return False
    is_genitive = has(word.low, "NOUN", case="gent") or is_surname_of(word.low)
    if last in TITLES or is_first_name(last) or (words[0].low in TITLES and word.is_capital):
        return is_genitive or (word.is_capital and len(words) < _MOST_WORDS)
    if word.low in SECOND_WORDS and is_adjective(last):
        return True
    if not word.is_capital or not is_adjective(last):
        return False
    return (has(word.low, "NOUN") or is_adjective(word.low)) and word.low not in SETTLEMENTS


def _may_continue(tokens: Tokens, place: int) -> bool:
    token = at(tokens, place)
    return token.is_word and not token.is_on_new_line
