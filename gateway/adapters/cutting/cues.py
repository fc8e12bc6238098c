"""Words by which residents turn to something else, or go on with the same.

They decide nothing by themselves: which of them to believe, and beside what, was learned (scripts/learn_cuts.py).
In these lists `*` stands for any ending, `_` for a blank.
"""

import re
from collections.abc import Sequence


def _pattern(words: str) -> str:
    return "|".join(re.escape(word).replace(r"\*", r"\w*").replace("_", " ") for word in words.split())


def _opening(words: str, *, after: str = "") -> re.Pattern[str]:
    """Return what finds one of these words at the beginning, perhaps after some of those."""
    before = f"(?:(?:{_pattern(after)}) )*" if after else ""
    return re.compile(rf"{before}(?:{_pattern(words)})\b")


def _inside(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_pattern(words)})\b")


_JOINING, _SMALL = "а и но да", "и а но на в за с к от до у по об про для без из_за после при"

_OPENINGS = {
    "adds": _opening(
        "еще также тоже заодно плюс вдобавок к_тому_же кстати ну_и вообще попутно раз_уж пользуясь кроме_того"
        " кроме_этого кроме_всего помимо насчет по_поводу что_касается относительно теперь во_вторых в_третьих"
        " во_первых хочу_еще хотел* вопрос есть_вопрос пс п_с p_s постскриптум по про втор* треть* друг* следующ*"
        " отдельн* последн*",
        after=_JOINING,
    ),
    "follows": _opening(
        "из_за поэтому по_этому в_результате в_итоге итог потому так_что отсюда следствие вследствие тем_самым"
        " тем_более то_есть т_е значит получается оказывается оказал* выходит при_этом причем притом хотя ведь а_то"
        " иначе вместо если когда пока чтобы что котор* где куда откуда как чем якобы мол дескать словно будто лишь"
        " даже особенно например соответственно",
        after=_JOINING,
    ),
    "points_back": _opening(
        "это этот эта эти этого этой этих этом этим этому он она оно они его ее их им ему ей них ней нем нее него там"
        " туда тут здесь сюда оттуда тот та те того той тех такая такое такой такие сам сама сами весь вся все везде"
        " потом затем тогда сейчас теперь опять снова",
        after=_SMALL,
    ),
    "asks": _opening(
        "прошу просим просьба требу* помогите примите разбер* сделайте почините уберите исправьте наведите решите"
        " обрат* накажите проверьте дайте верните подскажите скажите когда почему сколько доколе до_каких кто кому"
        " куда зачем неужели разве как_долго надеюсь надеемся жду ждем спасибо заранее с_уважением ответ*"
        " хотелось_бы хочется можно_ли пожалуйста пора надо нужно необходимо считаю предлагаю требуется позор"
        " безобразие кошмар ужас стыд бардак беспредел",
        after="очень убедительно большая вас я мы и а",
    ),
    "recalls": _opening(
        "звон* обращал* обратил* писал* пишу жалов* жалоб* заявк* заявлен* обещал* ответ* отписк* сказали говор*"
        " сообщил* приезжал* приходил* приехал* пришел пришл* диспетчер* мастер* ук жэк управляющ* администрац*"
        " чиновник* депутат* мэр* глав* прокурат* прошл* вчера сегодня год* месяц* недел* день дня дней лет январ*"
        " феврал* март* апрел* мая май июн* июл* август* сентябр* октябр* ноябр* декабр* зимой летом весной осенью"
        " утром вечером ночью раньше сначала до_этого после",
        after="и а но в на с",
    ),
    "is_of_people": _opening(
        "у_нас у_меня я мы мне нам меня нас мой моя наш наша дети ребен* сын* доч* бабушк* мам* мать отец муж* жена"
        " люди жители соседи пенсионер* инвалид* живу живем",
        after="а и но хоть хотя зато",
    ),
    "names_place": _opening(
        "на в во у возле около рядом напротив вдоль перед за под над между по", after="и а но еще также"
    ),
    "joins": _opening(_JOINING),
    "denies": _opening("не нет нету без никто ничего никак", after="и а но еще также"),
    "counts": _opening("0 00 первое второе третье во_первых во_вторых в_третьих"),
    "greets": _opening("здравствуй* здраст* добрый доброго доброе доброй уважаем* господа дорогие"),
}
_WITHIN = {
    "passes_by": _inside(
        "хоть хотя_бы хорош* исправно нормальн* претензий вопросов_нет спасибо благодар* слава_богу вместо лучше_бы"
        " зато чем а_вот не_то_что понима* платим плачу деньг* налог* бюджет* плат* одни_и_те как_будто дума* боюсь"
        " страшно опасно может могу можно пришлось приходится вынужден* невозможно"
    ),
    "complains": _inside(
        "не нет нету без ни никто никак сломан* плох* грязн* воня* разбит* течет потек* гор* холод* темно яма ямы"
        " мусор* обещ* треб*"
    ),
    "adds_within": _inside("еще также тоже заодно кроме втор* друг*"),
}

OPENING_WORDS = 7


def cues_of(before: Sequence[str], opening: Sequence[str], clause: Sequence[str]) -> list[bool]:
    """Return which cues there are: in the `opening` of what might be a new problem, its first `clause`, and `before`.

    All are words as they are compared: small letters, no ё, numbers as so many noughts.
    """
    first, here, last = " ".join(opening[:OPENING_WORDS]), " ".join(clause), " ".join(before)
    return [
        *(cue.match(first) is not None for cue in _OPENINGS.values()),
        *(cue.search(here) is not None for cue in _WITHIN.values()),
        *(cue.search(last) is not None for cue in _WITHIN.values()),
    ]
