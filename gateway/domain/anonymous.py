"""Texts without what tells who wrote them and where they live: what may be learned from."""

import re
from collections.abc import Callable

_NAME, _ADDRESS, _PHONE, _EMAIL, _LINK, _NUMBER = "[имя]", "[адрес]", "[телефон]", "[почта]", "[ссылка]", "[номер]"

_CAPITALISED = r"[А-ЯЁA-Z][\w’'-]+"
_PATRONYMIC = (
    r"(?!(?:(?:не)?виновн|плачевн|(?:за)?душевн|(?:без)?духовн|(?:без)?условн|греховн|верховн|любовн|хладнокровн"
    r"|(?:повсе|еже)?дневн|напевн|основн)\w*\b)"
    r"[А-ЯЁа-яё]{2,}(?:ович|евич|овн|евн|ОВИЧ|ЕВИЧ|ОВН|ЕВН|[иьИЬ](?:нич|ич|НИЧ|ИЧ)н|(?:[Ии]ль|[Кк]узьм|[Фф]ом|[Лл]ук|[Нн]икит|[Сс]авв)ич)"
    r"(?:а|у|ем|е|ы|ой|А|У|ЕМ|Е|Ы|ОЙ)?"
)
_FIRST_NAMES = (
    "Александр|Алексе|Алин|Алис|Алл|Альберт|Альбин|Анастаси|Анатоли|Андре|Анжел|Анн|Антон|Антонин|Аркади|Арсени|Артем|"
    "Артём|Артур|Борис|Вадим|Валенти|Валер|Валери|Варвар|Василис|Васили|Вер|Вероник|Виктор|Виктори|Виталий|Витали|"
    "Владимир|Владислав|Вячеслав|Галин|Геннади|Георги|Глеб|Григори|Данил|Данила|Дарь|Денис|Диан|Дмитри|Евгени|Егор|"
    "Екатерин|Елен|Елизавет|Жанн|Зинаид|Зо|Иван|Игор|Ильдар|Иль|Инн|Ирин|Карин|Кирилл|Константин|Кристин|Ксени|Ларис|"
    "Лев|Лиди|Лили|Любов|Людмил|Максим|Маргарит|Марин|Мари|Марь|Марат|Матве|Михаил|Надежд|Наталь|Натали|Никит|Никола|"
    "Нин|Оксан|Олег|Олес|Ольг|Павел|Павл|Петр|Пётр|Полин|Раис|Ренат|Роман|Руслан|Рустам|Светлан|Семен|Семён|Серге|"
    "Софи|Станислав|Степан|Тамар|Тать|Татьян|Тимофе|Тимур|Ульян|Фёдор|Федор|Эдуард|Эльвир|Юли|Юр|Юри|Яков|Яна|Ярослав"
)
_FIRST_NAME = rf"(?:{_FIRST_NAMES})(?:а|я|й|ь|и|ы|у|ю|е|ом|ем|ой|ей|ью|ия|ии|ию|ий|ием)?\b"
_ROLE = (
    r"(?:врач|доктор|терапевт|педиатр|фельдшер|медсестр|директор|начальник|водител|мастер|диспетчер|депутат|участков|"
    r"учител|воспитател|инспектор|председател|сосед|управляющ|специалист|сотрудни|контрол[её]р|кондуктор|почтальон)\w*"
)
_SURNAME_END = r"(?:ов|ев|ёв|ин|ын|ск(?:ий|ой)|енко|чук|юк|ук|ян|дзе|швили)(?:а|у|ым|ой|ая|ой|ую)?"

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
    _rule(rf"\b(?:{_CAPITALISED}\s+){{1,2}}{_PATRONYMIC}\b(?:\s+{_CAPITALISED})?", _NAME),
    _rule(rf"\b(?:[а-яё]+{_SURNAME_END}\s+)?[А-ЯЁа-яё]{{3,}}\s+{_PATRONYMIC}\b", _NAME),
    _rule(rf"\b{_CAPITALISED}\s+[А-ЯЁ]\.(?:\s?[А-ЯЁ]\.)?(?!\s?[А-ЯЁ])", _NAME),
    _rule(rf"\b[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.\s?)?{_CAPITALISED}", _NAME),
    _rule(
        rf"\b((?i:меня\s+зовут|зовут\s+меня|мо[её]\s+имя|фио|ф\.\s?и\.\s?о\.))[\s:,—-]+"
        rf"(?!\[)[\w-]+(?:\s+(?:{_CAPITALISED}|[а-яё]+{_SURNAME_END}\b|{_PATRONYMIC}))*",
        rf"\1 {_NAME}",
    ),
    _rule(rf"\b([Яя])\s*,\s*(?:{_CAPITALISED}\s*){{1,3}}(?=,|\.|$|\s)", rf"\1, {_NAME} "),
    _rule(rf"\b((?i:с\s+уважением|гр\.|граждан(?:ин|ка|ки|ина))[\s,]+)(?:{_CAPITALISED}\s*){{1,3}}", rf"\1{_NAME} "),
    _rule(rf"\b[А-ЯЁ][а-яё]+{_SURNAME_END}\s+{_FIRST_NAME}|\b{_FIRST_NAME}\s+[А-ЯЁ][а-яё]+{_SURNAME_END}\b", _NAME),
    _rule(rf"\b((?i:{_ROLE}))\s+[А-ЯЁ][а-яё]+{_SURNAME_END}\b", rf"\1 {_NAME}"),
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
