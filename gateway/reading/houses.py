"""Numbers of houses: «5», «д. 12а», «дом № 3, корпус 2», told from what counts things or tells the time."""

from dataclasses import dataclass

from gateway.reading.spoken_numbers import SpokenNumber, read_spoken_number
from gateway.reading.tokens import Token, Tokens, at, words_of
from gateway.reading.words import Form, forms, likeliest


@dataclass(frozen=True, slots=True)
class House:
    """A house as it is written out («12а», «5 корпус 2») and the token after it; `is_marked` by «дом», «д.», «№»."""

    number: str
    after: int
    is_marked: bool


_HOUSE_WORDS = words_of("дом дома дому доме домом домов домах домами дм здание здания здании зданию")
_LAND_WORDS = words_of("участок участка участке участку уч владение владения вл домовладение домовладения")
_NUMBER_WORDS = frozenset({"номер", "номером", "n", "ном"})
_BLOCK_WORDS = {"корпус": "корпус", "корпуса": "корпус", "корпусе": "корпус", "корп": "корпус", "кор": "корпус"}
_BLOCK_WORDS |= {"к": "корпус", "строение": "строение", "строения": "строение", "стр": "строение", "с": "строение"}
_BLOCK_WORDS |= {"литера": "литера", "литер": "литера", "лит": "литера", "блок": "корпус", "строении": "строение"}
_SHORT_BLOCKS = frozenset({"к", "с"})
_LETTERS = frozenset("абвгдежзиклмнabcd")
_APART_LETTERS = frozenset("абвгде")
_LETTERS_THAT_ARE_WORDS = frozenset("ав")
_INSIDE = words_of("кв квартира подъезд под этаж эт корпус корп стр строение")
_ORDINAL = words_of("й я е го ого го му ому м ый ой ий ая ом ем ое ти х ей")
_BEFORE_ORDINAL = words_of("у в во возле около напротив к за перед от рядом с против подле")
_OURS = words_of("нашем нашего нашему нашим нашей моем моего соседнем")
_QUOTES = frozenset("«»\"'“”„")
_MOST_DIGITS = 4
_MOST_UNMARKED = 3
_FEW = 20

_UNITS = words_of(
    "м км см кг г гр р руб рублей рубля рубль тыс тысяч тысячи млн ч час часа часов мин минут минуты минуту сек "
    "дн день "
    "дня дней нед неделя недели недель неделю мес месяц месяца месяцев год года лет сут сутки суток раз раза чел "
    "человек человека шт штук штуки штука процент процента процентов градус градуса градусов метр метра метров кв литр "
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря класс класса классов "
    "утра вечера "
    "ночи этаж этажа этажей этаже го числа смены метрах часам балла баллов мая маршрут маршрута маршрутов автобус "
    "маршрутка маршрутке автобуса троллейбус трамвай"
)
_UNITS_OF_ONE = words_of("час день месяц год рубль процент градус метр минута неделя")
_UNCOUNTED = words_of(
    "воды света тепла газа отопления электричества снега мусора интернета грязи жизни власти управы связи вони"
)
_AFTER_ADDRESS = words_of("кв квартира подъезд под корпус корп дом")


def read_house(tokens: Tokens, place: int) -> House | None:
    """Read a house that follows a street at `place`, with or without a comma and a word for it; None if none does."""
    here, is_marked = _skip_marks(tokens, place)
    found = _read_number(tokens, here, is_marked=is_marked) or _read_spoken(tokens, here, is_marked=is_marked)
    return found or _read_ordinal_after(tokens, place)


def read_marked_house(tokens: Tokens, place: int) -> House | None:
    """Read a house that is called one: «дом 5», «д. 5», «5-й дом»; None if there is none."""
    here, is_marked = _skip_house_word(tokens, place)
    if is_marked:
        return _read_number(tokens, here, is_marked=True) or _read_spoken(tokens, here, is_marked=True)
    return _read_ordinal(tokens, place)


def _read_spoken(tokens: Tokens, place: int, *, is_marked: bool) -> House | None:
    """Read «дом шесть», «Луначарского четырнадцать», «Строителей, пятнадцатый»; not «Ленина три дня»."""
    number = read_spoken_number(tokens, place)
    if number is None:
        return None
    after = at(tokens, number.after)
    is_followed = after.is_word and not after.is_on_new_line and not is_marked
    if is_followed and (number.is_ordinal or _is_counted_word(after.low, number.value)):
        return None
    if is_marked and number.is_ordinal and after.low in ("подъезд", "этаж"):
        return None
    return House(str(number.value), number.after, is_marked)


def _read_ordinal_after(tokens: Tokens, place: int) -> House | None:
    """Read «(на Садовой) у 15-го дома», «в нашем 12-м доме», «44 дом»."""
    here = place + (at(tokens, place).low == ",")
    for _ in range(2):
        if at(tokens, here).low in _BEFORE_ORDINAL or at(tokens, here).low in _OURS:
            here += 1
    return _read_ordinal(tokens, here, is_after_street=True)


def _skip_marks(tokens: Tokens, place: int) -> tuple[int, bool]:
    """Pass over what stands between a street and its number."""
    here = place
    if at(tokens, here).low in (",", ".", "-", "–", "—", ":"):
        here += 1
    if at(tokens, here).low in ("в", "у", "возле", "около", "напротив", "(") and here + 1 < len(tokens):
        marked, is_marked = _skip_house_word(tokens, here + 1)
        return (marked, True) if is_marked else (place, False)
    return _skip_house_word(tokens, here)


def _skip_house_word(tokens: Tokens, place: int) -> tuple[int, bool]:
    token = at(tokens, place)
    after = at(tokens, place + 1)
    here = place
    if (
        token.low in _HOUSE_WORDS
        or token.low in _LAND_WORDS
        or (token.low == "д" and (after.low == "." or after.is_number))
        or token.low in ("стр", "корп", "корпус", "строение")
    ):
        here += 1
    if here > place and at(tokens, here).low == "под" and at(tokens, here + 1).low in _NUMBER_WORDS:
        here += 1
    if here > place:
        here += at(tokens, here).low == "."
        if at(tokens, here).low in _HOUSE_WORDS and token.low in _LAND_WORDS:
            here += 1
    if at(tokens, here).low == "№" or at(tokens, here).low in _NUMBER_WORDS:
        here += 1
        if at(tokens, here).low == ".":
            here += 1
    return here, here > place


def _read_number(tokens: Tokens, place: int, *, is_marked: bool) -> House | None:
    number = at(tokens, place)
    if not _may_be_house(number, is_marked=is_marked) or _is_part_of_longer(tokens, place):
        return None
    written, here = _with_letter(tokens, place)
    if here is None:
        return None
    written, here = _with_fraction(tokens, written, here)
    if not is_marked and _is_count(tokens, place, here):
        return None
    return _with_blocks(tokens, House(written, here, is_marked))


def _read_ordinal(tokens: Tokens, place: int, *, is_after_street: bool = False) -> House | None:
    """Read «5 дома», «5-го дома», «шестого дома» after «у», «в нашем»; «3 дома» alone counts houses."""
    number = at(tokens, place)
    if number.is_number:
        written, here = _ordinal_in_digits(tokens, place)
    elif (spoken := _spoken_ordinal(tokens, place)) is not None:
        written, here = str(spoken.value), spoken.after
    else:
        return None
    word = at(tokens, here).low
    if word not in ("дома", "доме", "дому", "домом", "дом") or not written:
        return None
    before = at(tokens, place - 1).low
    is_asked = before in _BEFORE_ORDINAL or before in _OURS or (is_after_street and word == "дом")
    return House(written, here + 1, is_marked=True) if is_asked else None


def _spoken_ordinal(tokens: Tokens, place: int) -> SpokenNumber | None:
    number = read_spoken_number(tokens, place)
    return number if number is not None and number.is_ordinal else None


def _ordinal_in_digits(tokens: Tokens, place: int) -> tuple[str, int]:
    """Return the number of «15-го», «5а», «5» and the token after it; an empty one if it is no house's."""
    number, here = at(tokens, place), place + 1
    if not _may_be_house(number, is_marked=False):
        return "", here
    if at(tokens, here).low == "-" and at(tokens, here + 1).low in _ORDINAL:
        return number.text, here + 2
    if at(tokens, here).is_glued and at(tokens, here).low in _LETTERS:
        return number.text + at(tokens, here).low, here + 1
    return number.text, here


def _may_be_house(number: Token, *, is_marked: bool) -> bool:
    most = _MOST_DIGITS if is_marked else _MOST_UNMARKED
    return number.is_number and len(number.text) <= most and not number.text.startswith("0") and number.text.isascii()


def _is_part_of_longer(tokens: Tokens, place: int) -> bool:
    """Tell whether a number goes on: «15:00», «12.05», «2,5», «23-45-67», «50%»."""
    sign, then = at(tokens, place + 1), at(tokens, place + 2)
    if sign.is_glued and sign.low in ":." and then.is_number and then.is_glued:
        return True
    if sign.low in ("%", "+", "°", "₽"):
        return True
    further = at(tokens, place + 3)
    return sign.low == "-" and sign.is_glued and then.is_number and further.low == "-" and further.is_glued


def _with_letter(tokens: Tokens, place: int) -> tuple[str, int | None]:
    """Return a number with its letter and the place after it; no place for an ordinal («5-й»)."""
    written, sign = at(tokens, place).text, at(tokens, place + 1)
    then = at(tokens, place + 2)
    if sign.low == "-" and then.is_word and then.is_glued:
        if then.low in _ORDINAL and then.low not in ("а", "б", "в", "г"):
            return written, None
        return (written + then.low, place + 3) if then.low in _LETTERS else (written, place + 1)
    if sign.low in _QUOTES and then.low in _LETTERS and at(tokens, place + 3).low in _QUOTES:
        return written + then.low, place + 4
    is_letter = sign.is_word and sign.low in _LETTERS and not _begins_block(tokens, place + 1)
    if is_letter and (sign.is_glued or _is_letter_apart(tokens, place + 1)):
        return written + sign.low, place + 2
    return written, place + 1


def _begins_block(tokens: Tokens, place: int) -> bool:
    after = at(tokens, place + 1)
    return at(tokens, place).low in _BLOCK_WORDS and (after.is_number or (after.low == "."))


def _is_letter_apart(tokens: Tokens, place: int) -> bool:
    """Tell «5 а, подъезд 2» from «5 а у нас» and «5 в подъезде»."""
    letter, after = at(tokens, place), at(tokens, place + 1)
    if letter.low not in _APART_LETTERS or letter.is_on_new_line:
        return False
    if letter.low == "д" and (after.is_number or after.low == "."):
        return False
    if letter.low not in _LETTERS_THAT_ARE_WORDS:
        return True
    is_big = letter.text.isupper() and letter.is_capital
    if is_big or not after.is_word or after.is_on_new_line or after.low in _INSIDE:
        return True
    # «, а» takes a comma from who writes carefully; who does not, rather gives the letter: «23 а батареи холодные»
    return letter.low == "а" and likeliest(after.low) not in ("PREP", "NPRO", "CONJ", "PRCL", "ADVB", "PRED")


def _with_fraction(tokens: Tokens, written: str, place: int) -> tuple[str, int]:
    sign, number = at(tokens, place), at(tokens, place + 1)
    if sign.low in ("/", "\\") and number.is_number and len(number.text) <= _MOST_DIGITS:
        part, after = _with_letter(tokens, place + 1)
        return f"{written}/{part}", place + 2 if after is None else after
    if sign.low == "-" and sign.is_glued and number.is_number and number.is_glued:
        return written, place + 2  # a flat: «5-12»
    return written, place


def _with_blocks(tokens: Tokens, house: House) -> House:
    """Add «корпус 2», «к2», «строение 1» to a house."""
    written, here = house.number, house.after
    for _ in range(2):
        place = here + 1 if at(tokens, here).low == "," else here
        word = at(tokens, place)
        name = _BLOCK_WORDS.get(word.low)
        if name is None or word.is_on_new_line:
            break
        number = place + 2 if at(tokens, place + 1).low in (".", "№") else place + 1
        if not _is_block_number(tokens, word, number):
            break
        part, after = _with_letter(tokens, number) if at(tokens, number).is_number else (at(tokens, number).low, None)
        written, here = f"{written} {name} {part}", number + 1 if after is None else after
    return House(written, here, house.is_marked)


def _is_block_number(tokens: Tokens, word: Token, place: int) -> bool:
    number = at(tokens, place)
    if number.is_number:
        # «к 12 часам», «с 5 по 12» are no blocks
        is_short = word.low in _SHORT_BLOCKS and not number.is_glued and at(tokens, place - 1).low != "."
        return len(number.text) <= _MOST_UNMARKED and not (is_short and _is_count(tokens, place, place + 1, few=True))
    return word.low not in _SHORT_BLOCKS and number.low in _LETTERS and number.is_word


def _is_count(tokens: Tokens, place: int, after: int, *, few: bool = False) -> bool:
    """Tell whether an unmarked number counts what follows it: «5 дней», «2 ямы», «12 больших ям»."""
    number, word = at(tokens, place), at(tokens, after)
    if word.low in ("по", "до") and few:
        return True
    if not word.is_word or word.is_on_new_line or after != place + 1:
        return word.is_glued and word.low in ("м", "км", "ч")
    if word.low == "кв":
        return not (at(tokens, after + 1).is_number or at(tokens, after + 1).low == ".")
    return _is_counted_word(word.low, int(number.text))


def _is_counted_word(word: str, number: int) -> bool:
    if word in _UNITS_OF_ONE:
        return number % 10 == 1
    if word in _UNITS:
        return True
    if word in _AFTER_ADDRESS or word in _UNCOUNTED:
        return False
    return any(_is_counted(form, number) for form in forms(word)[:3])


def _is_counted(form: Form, number: int) -> bool:
    """Tell whether a word in that form goes with a number: «2 ямы», «5 ям», «5 больших»."""
    if form.part not in ("NOUN", "ADJF") or number == 1:
        return False
    is_few = number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)
    if is_few:  # more than a few things are seldom counted so exactly: «Ленина 23 батареи холодные»
        return number < _FEW and form.case == "gent" and (form.is_plural == (form.part == "ADJF"))
    return form.case == "gent" and form.is_plural
