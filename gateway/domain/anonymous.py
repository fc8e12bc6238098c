"""Texts without what tells who wrote them and where they live: what may be learned from."""

import re
from collections.abc import Callable

from gateway.domain.personal_data import CAPITALISED, FIRST_NAME, PATRONYMIC, ROLE, SURNAME_END

_NAME, _ADDRESS, _PHONE, _EMAIL, _LINK, _NUMBER = "[имя]", "[адрес]", "[телефон]", "[почта]", "[ссылка]", "[номер]"

_HOUSE_NUMBER = r"\d{1,4}(?:\s?[а-яА-Я](?![а-яА-ЯёЁ]))?(?:\s?[/-]\s?\d{1,4}[а-я]?\b)?"
_NO_MEASURE = (
    r"(?![\d-]*\s?-?\s?(?:х|й|го|ти|дн|день|недел|час|месяц|мес\b|год|лет|этаж|эт\b|человек|чел\b|раз|сут|минут|подъезд|"
    r"квартир|метр|м\b|тыс|руб|процент|%))"
)
_OF_HOUSES = r"(?:д(?:ом(?:а|у|е|ом)?)?|корп(?:ус(?:а|е)?)?|кв(?:артир[аеуы])?)"
_AFTER_HOUSES = r"(?:к|стр(?:оени[ея])?|ком(?:ната|н)?|оф(?:ис)?|вл(?:адение)?|уч(?:асток|астка)?)"


def _house(parts: str) -> str:
    return rf"\b{parts}\.?\s*(?:№\s*)?(?:{_HOUSE_NUMBER}){_NO_MEASURE}(?!\d)"


_HOUSE = _house(_OF_HOUSES)
_REST_OF_ADDRESS = rf"(?:[,\s]+(?:{_HOUSE}|{_house(_AFTER_HOUSES)}|(?:№\s*)?{_HOUSE_NUMBER}{_NO_MEASURE}(?!\w)))*"
_STREET_SHORT = r"(?:ул|пр-к?т|просп|пр|пер|пл|наб|б-р|бул|мкр|мкрн|ш|туп|пр-д)"
_STREET_WORD = (
    r"(?:улиц(?:а|е|у|ы|ей)|проспект(?:а|е|у|ом)?|переул(?:ок|ка|ке|ку|ком)|шоссе|бульвар(?:а|е|у|ом)?|площад(?:ь|и|ью)|"
    r"проезд(?:а|е|у|ом)?|набережн(?:ая|ой|ую)|микрорайон(?:а|е|у|ом)?|тупик(?:а|е|у)?|алле(?:я|е|и|ю))"
)
_PLACE = r"(?:с/т|снт|днт|тсн|дер|деревн[яеию]|сел[оае]|пос[её]л(?:ок|ка|ке)|пос|пгт|станиц[аеуы]|хутор(?:а|е)?)"
_STREET_NAME = r"(?:\d+(?:-?[а-я]{1,2})?\s+)?(?:[А-ЯЁа-яё]\.\s?){0,2}[\w-]+(?:\s+[А-ЯЁ][\w-]+){0,2}"
_CAPITAL_NAME = r"(?:\d+(?:-?[а-я]{1,2})?\s+)?(?:[А-ЯЁ]\.\s?){0,2}[А-ЯЁ][\w-]+(?:\s+[А-ЯЁ][\w-]+){0,2}"


def _rule(pattern: str, instead: str, flags: int = 0) -> Callable[[str], str]:
    found = re.compile(pattern, flags)
    return lambda text: found.sub(instead, text)


_ANY_CASE = re.IGNORECASE
_RULES = (
    # Links and mail first: what they are made of looks like names and numbers.
    _rule(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+", _EMAIL),
    _rule(
        r"\b(?:https?://|www\.)\S+|\b(?:vk|ok|t|max)\.(?:com|ru|me)/\S+|\b[\w-]+\.(?:ru|рф|com|org|net)(?:/\S*)?", _LINK
    ),
    _rule(r"(?<!\w)@\w{3,}", _LINK),
    # Numbers that lead to a person.
    _rule(
        r"\b(паспорт\w*)(?:[\s:,]+(?:серия|серии|номер|№|гражданина|рф))*[\s:№]*\d{2}\s?\d{2}(?:[\s,]*(?:№|номер|н)?)*\s*\d{6}",
        rf"\1 {_NUMBER}",
        _ANY_CASE,
    ),
    _rule(r"\b\d{3}[-\s]\d{3}[-\s]\d{3}[-\s]\d{2}\b", _NUMBER),  # СНИЛС
    _rule(r"\b\d{4}([\s-])\d{4}\1\d{4}\1\d{4}\b", _NUMBER),  # a bank card
    _rule(r"(?<![\w+])(?:\+?7|8)[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?!\d)", _PHONE),
    _rule(r"(?<![\w-])\(?\d{3,5}\)?[\s-]+\d{1,3}-\d{2}-\d{2}(?!\d)", _PHONE),
    _rule(r"(?<![\w-])\d{1,3}-\d{2}-\d{2}(?![\d-])", _PHONE),
    _rule(
        r"\b((?:лицев\w+\s+)?сч[её]т(?:а|у|ом|е)?|л/сч?|лс|снилс|инн|полис\w*|договор\w*|кадастров\w+(?:\s+номер\w*)?)"
        r"[\s:]*(?:№|номер)?\s*\d[\d\s:/-]{3,}\d",
        rf"\1 {_NUMBER}",
        _ANY_CASE,
    ),
    _rule(r"\b[авекмнорстухАВЕКМНОРСТУХ]\s?\d{3}\s?[авекмнорстухАВЕКМНОРСТУХ]{2}\s?\d{0,3}\b", _NUMBER),  # a car
    _rule(r"(?<!\w)\d{6,}(?!\w)", _NUMBER),
    # Where somebody lives.
    _rule(rf"\b{_STREET_SHORT}\.\s*{_STREET_NAME}{_REST_OF_ADDRESS}", _ADDRESS, _ANY_CASE),
    _rule(rf"\b(?:ул|мкр|пр-к?т|пер|б-р)\s+{_STREET_NAME}{_REST_OF_ADDRESS}", _ADDRESS, _ANY_CASE),
    _rule(rf"\b(?i:{_STREET_WORD})\s+{_CAPITAL_NAME}(?i:{_REST_OF_ADDRESS})", _ADDRESS),
    _rule(rf"\b{_CAPITAL_NAME}\s+(?i:{_STREET_WORD})\b(?i:{_REST_OF_ADDRESS})", _ADDRESS),
    _rule(
        rf"\b{_STREET_WORD}\s+[а-яё-]{{4,}}(?:[,\s]+(?:{_HOUSE}|{_HOUSE_NUMBER}{_NO_MEASURE}(?!\w)))+",
        _ADDRESS,
        _ANY_CASE,
    ),
    _rule(rf"\b(?i:{_PLACE})\.?\s+{_CAPITAL_NAME}(?i:{_REST_OF_ADDRESS})", _ADDRESS),
    _rule(rf"(?<![\w.])[дсп]\.\s*{_CAPITAL_NAME}(?i:{_REST_OF_ADDRESS})", _ADDRESS),
    _rule(rf"{_HOUSE}(?i:{_REST_OF_ADDRESS})", _ADDRESS, _ANY_CASE),
    # Who it is.
    _rule(rf"\b(?:{CAPITALISED}\s+){{1,2}}{PATRONYMIC}\b(?:\s+{CAPITALISED})?", _NAME),
    _rule(rf"\b(?:[а-яё]+{SURNAME_END}\s+)?[А-ЯЁа-яё]{{3,}}\s+{PATRONYMIC}\b", _NAME),
    _rule(rf"\b{CAPITALISED}\s+[А-ЯЁ]\.(?:\s?[А-ЯЁ]\.)?(?!\s?[А-ЯЁ])", _NAME),
    _rule(rf"\b[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.\s?)?{CAPITALISED}", _NAME),
    _rule(
        rf"\b((?i:меня\s+зовут|зовут\s+меня|мо[её]\s+имя|фио|ф\.\s?и\.\s?о\.))[\s:,—-]+"
        rf"(?!\[)[\w-]+(?:\s+(?:{CAPITALISED}|[а-яё]+{SURNAME_END}\b|{PATRONYMIC}))*",
        rf"\1 {_NAME}",
    ),
    _rule(rf"\b([Яя])\s*,\s*(?:{CAPITALISED}\s*){{1,3}}(?=,|\.|$|\s)", rf"\1, {_NAME} "),
    _rule(rf"\b((?i:с\s+уважением|гр\.|граждан(?:ин|ка|ки|ина))[\s,]+)(?:{CAPITALISED}\s*){{1,3}}", rf"\1{_NAME} "),
    _rule(rf"\b[А-ЯЁ][а-яё]+{SURNAME_END}\s+{FIRST_NAME}|\b{FIRST_NAME}\s+[А-ЯЁ][а-яё]+{SURNAME_END}\b", _NAME),
    _rule(rf"\b((?i:{ROLE}))\s+[А-ЯЁ][а-яё]+{SURNAME_END}\b", rf"\1 {_NAME}"),
)
_REPEATED = re.compile(r"(\[(?:имя|адрес|номер|телефон)\])(?:[\s,.]*\1)+")
_PLACEHOLDER = re.compile(r"\[(?:имя|адрес|телефон|почта|ссылка|номер)\]")
_BLANKS = re.compile(r"[^\S\n]+")
_BEFORE_SIGN = re.compile(r"\s+([,.;:!?])")


def strip_personal(text: str) -> str:
    """Return a text with names, telephones, addresses and numbers replaced by what they are: «[имя]», «[адрес]».

    What says which thing it is about stays: «маршрут 12», «школа 5», «подъезд 3». Rather too much goes than too little.
    """
    for rule in _RULES:
        text = rule(text)
    text = _REPEATED.sub(r"\1", text)
    return _BEFORE_SIGN.sub(r"\1", _BLANKS.sub(" ", text)).strip()


def without_placeholders(text: str) -> str:
    """Return a text without what `strip_personal` put in: a text that is not stripped has nothing like it."""
    return _BLANKS.sub(" ", _PLACEHOLDER.sub(" ", text)).strip()
