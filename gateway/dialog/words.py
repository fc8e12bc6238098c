"""What residents type instead of pressing a button, in whatever spelling: «Отмена!», "/START", «еще раз назад»."""

import re
from enum import StrEnum

from gateway.domain.number import AppealNumber, read_number

_SIGNS = re.compile(r"[^\w\s]+|_")
_STATUS = re.compile(
    r"\s*/?(?:status|статус|номер|number|сообщение|message)?\s*([№\d\s\u2010-\u2015\u2212-]+)[.!?\s]*\Z", re.IGNORECASE
)


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


class Command(StrEnum):
    """What can be asked for in every state."""

    START = "start"
    NEW = "new"
    BACK = "back"
    SKIP = "skip"
    EDIT = "edit"
    CANCEL = "cancel"
    CASES = "cases"
    HELP = "help"
    LANGUAGE = "language"
    PERSON = "person"


class SmallTalk(StrEnum):
    """What begins no form and answers no question."""

    GREETING = "greeting"
    THANKS = "thanks"
    ASSENT = "assent"


_TYPED: dict[Command, str] = {
    Command.START: "start|старт|начать|начало|меню|menu|главная|в начало",
    Command.NEW: "new|новое|новое сообщение|новая проблема|сообщить о проблеме|new message|report|report a problem",
    Command.BACK: "back|назад|вернуться|go back",
    Command.SKIP: "skip|пропустить|пропуск|дальше|next|далее",
    Command.EDIT: "edit|изменить|исправить|поправить|change",
    Command.CANCEL: "cancel|отмена|отменить|стоп|stop|выход",
    Command.CASES: "my|cases|status|статус|мои сообщения|мои обращения|мои заявки|my messages|my appeals|обращения",
    Command.HELP: "help|помощь|справка|помоги|помогите|что ты умеешь",
    Command.LANGUAGE: "language|lang|язык|english|английский|русский|russian|по русски|in english|en|ru",
    Command.PERSON: "person|operator|human|оператор|человек|позовите человека|живой человек|сотрудник|позвать человека",
}
_COMMANDS = {words: command for command, typed in _TYPED.items() for words in typed.split("|")}

_GREETINGS = _words(
    "здравствуйте здравствуй здрасьте привет приветствую добрый доброе доброго доброй день дня утро утра вечер вечера",
    "ночи сутки суток всем hello hi hey good morning afternoon evening day",
)
_THANKS = _words(
    "спасибо благодарю благодарим спс большое огромное вам тебе за ответ помощь внимание пожалуйста до свидания",
    "всего доброго хорошего thanks thank you very much bye goodbye",
)
_BESIDE_THANKS = _words("за вам тебе you до доброго")
_ASSENT = _words("да нет ок окей ага угу ладно хорошо понятно понял поняла принято ясно yes no ok okay fine")

YES = frozenset({"да", "yes", "ок", "ok", "окей", "okay", "ага", "давай", "конечно", "верно"})
NO = frozenset({"нет", "no", "не", "неа"})
SEND = YES | {"отправить", "отправляй", "отправьте", "send", "все верно", "готово"}
AGREE = YES | {"согласен", "согласна", "даю согласие", "принимаю", "agree", "i agree", "accept"}
DISAGREE = NO | {"не согласен", "не согласна", "отказываюсь", "disagree", "decline"}
NO_MORE = NO | {"готово", "все", "нет фото", "без фото", "не нужно", "done", "no photo", "нету"}
UNKNOWN = NO | {"не знаю", "незнаю", "не помню", "i do not know", "don t know"}


def plain(typed: str) -> str:
    """Return the words alone: lower case, «е» for «ё», without marks, emoji and slashes."""
    return " ".join(_SIGNS.sub(" ", typed.casefold().replace("ё", "е")).split())


def read_command(typed: str) -> Command | None:
    """Return the command that a text is, as a whole; «/start@page_bot» and «/start code» are one too."""
    if typed.strip() in ("?", "??"):
        return Command.HELP
    if typed.startswith("/"):
        return _COMMANDS.get(plain(re.split(r"[@\s]", typed[1:].lstrip(), maxsplit=1)[0]))
    return _COMMANDS.get(plain(typed)) if len(typed) < 60 else None


def read_status(typed: str) -> AppealNumber | None:
    """Return the number whose status is asked for: «статус 123-456-7890» or the number alone."""
    asked = _STATUS.match(typed) if len(typed) < 60 else None
    return None if asked is None else read_number(asked[1])


def is_wrong_number(typed: str) -> bool:
    """Tell whether a text is ten digits that cannot be an appeal's number: a slip in one."""
    asked = _STATUS.match(typed) if len(typed) < 60 else None
    return asked is not None and sum(map(str.isdigit, asked[1])) == 10 and read_number(asked[1]) is None


def read_small_talk(typed: str) -> SmallTalk | None:
    """Tell whether a text is nothing but a greeting, thanks or assent."""
    words = plain(typed).split()
    if not words or len(words) > 8:
        return None
    said = set(words)
    if not said <= _GREETINGS | _THANKS | _ASSENT:
        return None
    if said & (_THANKS - _BESIDE_THANKS):
        return SmallTalk.THANKS
    return SmallTalk.GREETING if said & _GREETINGS else SmallTalk.ASSENT


def has_words(typed: str) -> bool:
    """Tell whether a text has a letter or digit at all: emoji and marks alone say nothing."""
    return any(map(str.isalnum, typed))
