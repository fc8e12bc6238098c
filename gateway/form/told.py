"""What a text tells already of what a topic asks: «подъезд 3», «автобус №5». A guess, to be offered and never taken."""

import re
from collections.abc import Mapping

_LONGEST = 4_000  # characters that are looked at
_NUMBER = r"(?:№|номер|no\.?|#)?"
_END = r"\w{0,6}"  # of a word, in whatever form; bounded, so that no text takes long
_ORDINAL = r"(?:\s?-?\s?(?:й|ый|ой|м|ом|ем|го|ого|му))?"
_TRANSPORT = r"(?:маршрут|маршрутк|автобус|троллейбус|трамва|bus|tram|route)"
_TIMES = r"(?!\w|[:.]\d|\s?(?:мин|час|раз|дн|ден|дней|челов|км|руб|min|hour|time|people))"
_DAYS = "понедельника|вторника|среды|четверга|пятницы|субботы|воскресенья"
_MONTHS = "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
_HOUR = r"\d{1,2}(?::\d\d)?(?: час\w{0,2})?"
_AGE = r"\d{1,2} ?(?:лет|год\w?|мес\w{0,5})"
_PLATE = "[авекмнорстухabekmhopctyx]"

_TOLD: Mapping[str, tuple[str, ...]] = {
    "house": (rf"\b(?:дом{_END}|д\.) ?{_NUMBER} ?(\d{{1,4}}(?:/\d{{1,3}})?[а-я]?){_TIMES}",),
    "entrance": (
        rf"(?:подъезд|entrance){_END} ?{_NUMBER} ?(\d{{1,2}})\b",
        rf"\b(\d{{1,2}}){_ORDINAL} подъезд",
    ),
    "floor": (rf"(?:этаж|floor){_END} ?{_NUMBER} ?(\d{{1,2}})\b", rf"\b(\d{{1,2}}){_ORDINAL} этаж"),
    "apartment": (rf"\b(?:кв\.?|квартир{_END}|flat|apartment) ?{_NUMBER} ?(\d{{1,4}})\b",),
    "account": (rf"(?:лицев{_END} сч[её]т{_END}|л/с|\bлс) ?(?:№|:)? ?(\d{{6,20}})\b",),
    "route": (
        rf"\b{_TRANSPORT}{_END} ?{_NUMBER} ?(\d{{1,4}}[а-яa-z]?){_TIMES}",
        rf"\b(\d{{1,4}}[а-я]?){_ORDINAL} (?:автобус|троллейбус|трамвай|маршрут)(?:ом|е|у)?\b",
    ),
    "vehicle": (
        rf"\b({_PLATE} ?\d{{3}} ?{_PLATE}{{2}} ?\d{{2,3}})\b",
        rf"\bборт{_END}(?: номер)? ?{_NUMBER} ?(\d{{2,6}})\b",
    ),
    "stop": (rf"остановк{_END} [«\"]([^»\"]{{2,60}})[»\"]",),
    "when": (rf"\b((?:сегодня|вчера|позавчера)(?: (?:утром|дн[её]м|вечером|ночью))?(?: в {_HOUR})?)\b",),
    "since": (
        rf"\b(со? (?:вчерашнего дня|прошлой недели|{_DAYS}|\d{{1,2}}(?:-го)? (?:{_MONTHS})|{_MONTHS}))\b",
        r"\b((?:второй|третий|четв[её]ртый|пятый|шестой|\d{1,3}-?й) (?:день|месяц|год)|(?:вторую|третью) неделю)\b",
    ),
    "clinic": (rf"\b((?:поликлиник|больниц|clinic|hospital){_END} ?{_NUMBER} ?\d{{1,4}})\b",),
    "school": (rf"\b((?:школ|гимнази|лице|детск{_END} сад|садик|school){_END} ?{_NUMBER} ?\d{{1,4}})\b",),
    "class": (
        r"\b(\d{1,2} ?-?[«\"]?[а-я][»\"]?)-? ?класс",
        rf"\b(\d{{1,2}}){_ORDINAL} класс",
    ),
    "child_age": (rf"\b(?:реб[её]н|сын|доч|малыш){_END}\W{{1,3}}(?:\w{{1,20}}\W{{1,3}}){{0,2}}?({_AGE})\b",),
    "post_office": (r"\b(?:почт\w{0,6}|отделени\w{0,2}|индекс\w?)\D{0,20}?(\d{6})\b",),
    "tracking": (r"\b(\d{14}|[a-z]{2}\d{9}[a-z]{2})\b",),
    "application": (rf"(?:заявлен|заявк|обращен){_END} ?(?:№|номер) ?([\w/-]{{0,20}}\d[\w/-]{{0,20}})",),
    "meter": (rf"сч[её]тчик{_END} ?(?:№|номер) ?(\d{{4,20}})\b",),
    "amount": (r"\b(\d{1,3}(?: ?\d{3}){0,3}(?:[.,]\d\d?)? ?(?:тыс\w{0,4}\.? ?)?(?:руб\w{0,4}|₽))",),
    "cadastre": (r"\b(\d\d:\d\d:\d{5,7}:\d{1,6})\b",),
    "pole": (rf"\b(?:опор|столб){_END} ?{_NUMBER} ?(\d{{1,5}}[а-я]?){_TIMES}",),
    "site": (r"((?:https?://)?(?:[\w-]{1,40}\.){1,4}(?:ru|рф|com|net|org|su)\b[^\s,;)»\"]{0,80})",),
}
_PATTERNS = {name: [re.compile(one, re.IGNORECASE) for one in patterns] for name, patterns in _TOLD.items()}


def told_in(text: str, question: str) -> str | None:
    """Return the answer to the question of that key that a text seems to hold; None where it holds none."""
    line = " ".join(text[:_LONGEST].split())
    found = (pattern.search(line) for pattern in _PATTERNS.get(question, ()))
    return next((match[1].strip() for match in found if match), None)
