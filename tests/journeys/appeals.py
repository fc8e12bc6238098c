"""The whole way of an appeal, as moves: the same for every messenger."""

from collections.abc import Sequence
from pathlib import Path

from gateway.domain.case import Case, EventKind, Status
from tests.journeys.chats import Chat, Clerk, Move, Noted, Press, Say, Told
from tests.pictures import encoded, noise

PHOTO = encoded(noise(64, 48), "JPEG")
PHOTOS = [encoded(noise(64, 40 + number), "JPEG") for number in range(5)]
TEXT = "На Садовой во дворе большая яма, машины объезжают её по тротуару"


def form(photos: Sequence[bytes] = (PHOTO,), *, sends: int = 1) -> list[Move]:
    """A resident reports a pothole; «Отправить» is pressed `sends` times at once."""
    return [
        Say(TEXT, photos=photos),
        Told("Какая тема подходит"),
        Press("chat.topic.unknown"),
        Told("Где это?"),
        Say("Садовая, 12"),
        Told("Как вас зовут?"),
        Say("Анна Иванова"),
        Told("согласны ли вы"),
        Press("chat.consent.accept"),
        Told("Проверьте и отправьте", "Садовая, 12", "Анна Иванова"),
        Press("chat.review.send", times=sends),
        Told("Отправлено! Номер"),
    ]


def afterwards(answer: Path) -> list[Move]:
    """What comes of it: status, a question and its reply, an answer with a file, a low rating with a comment."""
    return [
        Say("мои сообщения"),
        Told("Ваши сообщения", "{number}"),
        Say("статус {number}"),
        Told("Сообщение {number}", "Состояние"),
        Clerk("ask", "У какого подъезда яма?"),
        Told("вам вопрос", "У какого подъезда яма?"),
        Press("chat.case.reply"),
        Told("Напишите ответ на вопрос по сообщению {number}"),
        Say("У второго подъезда", photos=[PHOTOS[1]]),
        Told("Ответ по сообщению {number}", "У второго подъезда"),
        Press("chat.reply.send"),
        Told("Ответ по сообщению {number} отправлен"),
        Noted(EventKind.REPLIED),
        Clerk("answer", "Яму засыпали щебнем", files=[answer]),
        Told("пришёл ответ", "Яму засыпали щебнем"),
        Press("2"),
        Told("возвращается на повторное рассмотрение"),
        Told("рассматривают снова"),
        Say("Щебень размыло за один дождь"),
        Told("комментарий передан"),
    ]


NOTICES = ("Отправлено! Номер", "») приняли", "вам вопрос", "пришёл ответ", "рассматривают снова")
"""What is told of such an appeal, each once."""


async def check_whole_way(chat: Chat) -> None:
    """The case holds all that was said, and no notice came twice."""
    case = await chat.case_when(lambda case: case.events[-1].kind is EventKind.COMMENTED)
    check_case(case)
    await chat.settle()
    assert {words: chat.count(words) for words in NOTICES} == dict.fromkeys(NOTICES, 1), chat.transcript()
    assert sum(len(shown.files) for shown in chat.resident.chat) == 1  # the answer's


def check_case(case: Case) -> None:
    """The case's history is the whole way, each step once."""
    assert case.status is not Status.ANSWERED
    by_kind = {event.kind: event for event in case.events}
    assert len(by_kind) == len(case.events), [event.kind for event in case.events]
    replied = by_kind[EventKind.REPLIED]
    assert (replied.text, len(replied.files)) == ("У второго подъезда", 1)
    assert by_kind[EventKind.RATED].score == 2
    assert by_kind[EventKind.COMMENTED].text == "Щебень размыло за один дождь"
    assert EventKind.SENT_BACK in by_kind
