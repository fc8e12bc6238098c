"""What stands beside a name: the kind of its street, or a word that says it is no street's."""

from gateway.reading.name_reading import QUOTES
from gateway.reading.street_kinds import STREETS, Kind
from gateway.reading.tokens import Token, Tokens, at, stems_of, words_of

_SOMETHING_ELSE = stems_of(
    "врач доктор учител директор начальник мэр губернатор депутат глава сосед мастер диспетчер водител фельдшер "
    "медсестр терапевт педиатр специалист инспектор участков администратор воспитател заведующ тренер "
    "имени памятник бюст музе парк сквер кинотеатр театр магазин школ лице гимнази детсад завод фабрик больниц "
    "поликлиник остановк станци метро санатори стадион площадк библиотек рынок рынк кафе аптек гостиниц торгов "
    "управляющ управляйк компани фирм организаци бригад отряд фестивал праздник день дни орден медал район компани"
)
_SOMETHING_ELSE_WHOLE = words_of("ук тсж жск оао ооо зао ип ао мкд тц трц жк дк им г гр цгб гкб ммуп муп мбоу")


def read_kind(tokens: Tokens, place: int) -> tuple[Kind | None, int]:
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


def kind_ahead(tokens: Tokens, place: int) -> Kind | None:
    """Return the kind of street among the next few tokens, if there is one."""
    for token in tokens[place + 1 : place + 6]:
        if (kind := STREETS.get(token.low)) is not None:
            return kind
    return None


def is_something_else(before: Token) -> bool:
    """Tell whether the word before a name says that it is no street's: «врач Ленина», «УК Садовая», «парк Победы»."""
    return before.is_word and (before.low in _SOMETHING_ELSE_WHOLE or before.low.startswith(_SOMETHING_ELSE))


def begins_sentence(tokens: Tokens, place: int) -> bool:
    """Tell whether a sentence begins with a token, or a quotation."""
    before = at(tokens, place - 1)
    return place == 0 or at(tokens, place).is_on_new_line or before.ends_sentence or before.low in QUOTES
