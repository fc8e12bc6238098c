"""Odnoklassniki and MAX: what is said arrives once, whatever goes wrong on the way, and nobody's rule is broken."""

import pytest

from bots.doubting import settle
from gateway.domain.attachment import FileType
from gateway.domain.conversation import Refused, SendLater, Sent, Unreachable, Unsure
from gateway.domain.message import Button, ButtonKind, Message, Tone
from tests.channels.connected import JPEG, KINDS, PDF, connected
from tests.platforms.platform import Broken, Fault

each = pytest.mark.parametrize("name", KINDS)

QUESTION = Message(
    text="Отправляем?",
    rows=(
        (Button(label="Отправить", data="f:1", tone=Tone.GOOD), Button(label="Отмена", data="f:2", tone=Tone.BAD)),
        (Button(label="Где я", kind=ButtonKind.LOCATION),),
        (Button(label="Мой телефон", kind=ButtonKind.CONTACT),),
        (Button(label="Правила", kind=ButtonKind.LINK, url="https://uyezd.example/rules"),),
    ),
)
HELLO = Message(text="Здравствуйте!")


@each
async def test_a_question_arrives_with_its_buttons_and_the_pressed_one_comes_back(name, tmp_path):
    async with connected(name, tmp_path) as page:
        anna = page.platform.resident(7, "Анна Петрова")
        peer = await page.met(anna)
        (outcome,) = await page.say(peer, QUESTION)
        (shown,) = anna.chat
        assert outcome == Sent(shown.id)
        assert shown.text == "Отправляем?"
        assert [(button.label, button.kind) for button in shown.buttons] == [
            ("Отправить", "choice"),
            ("Отмена", "choice"),
            ("Где я", "location"),
            ("Мой телефон", "contact"),
            ("Правила", "link"),
        ]
        await anna.press("Отмена")
        await page.platform.idle()
        pressed = page.last()
        assert (pressed.peer, pressed.what.data, bool(pressed.press)) == (peer, "f:2", True)
        assert page.platform.unanswered == [pressed.press]
        await page.say(peer, Message(text="Отменено."), press=pressed.press, toast="Хорошо")
        assert page.platform.unanswered == []
        assert page.platform.offences == []
        said = [*anna.toasts, *(message.text for message in anna.chat[1:])]
        assert " ".join(" ".join(said).split()) == "Хорошо Отменено."


@each
async def test_pictures_and_documents_arrive(name, tmp_path):
    async with connected(name, tmp_path) as page:
        anna = page.platform.resident(7, "Анна Петрова")
        peer = await page.met(anna)
        photos = [await page.file(f"photo{number}", JPEG + bytes([number]), FileType.JPEG) for number in range(6)]
        answer = await page.file("answer", PDF, FileType.PDF)
        await page.say(peer, Message(text="Вот ответ.", files=(*photos, answer), rows=QUESTION.rows[:1]))
        assert [file for shown in anna.chat for file in shown.files] == [
            *(JPEG + bytes([number]) for number in range(6)),
            PDF,
        ]
        assert (anna.chat[-1].text, len(anna.chat[-1].buttons)) == ("Вот ответ.", 2)
        await page.say(peer, Message(text="Фото", files=(photos[0],), rows=QUESTION.rows[:1]))
        assert (anna.chat[-1].text, anna.chat[-1].files) == ("Фото", (JPEG + b"\0",))
        assert page.platform.offences == []


@each
async def test_a_file_that_is_not_in_the_store_is_refused(name, tmp_path):
    async with connected(name, tmp_path) as page:
        peer = await page.met(page.platform.resident(7, "Анна"))
        photo = await page.file("photo", JPEG, FileType.JPEG)
        await page.blobs.delete(["photo"])
        (outcome,) = await page.say(peer, Message(text="Фото", files=(photo,)))
        assert isinstance(outcome, Refused)


@each
async def test_a_file_that_is_not_ready_is_tried_again_without_another_upload(name, tmp_path):
    async with connected(name, tmp_path) as page:
        anna = page.platform.resident(7, "Анна")
        peer = await page.met(anna)
        part = page.drawn(Message(text="Фото", files=(await page.file("photo", JPEG, FileType.JPEG),)))
        page.platform.broken.append(Broken(Fault.NOT_READY, page.platform.sending, times=2))
        waits = [(await page.send(peer, part, key=5)).seconds for _ in range(2)]
        assert 1 <= waits[0] < waits[1] <= 3
        assert isinstance(await page.send(peer, part, key=5), Sent)
        assert anna.chat[-1].files == (JPEG,)
        assert [call.method for call in page.platform.calls].count("POST upload") == 1


@each
async def test_a_file_that_never_becomes_ready_does_not_hold_up_what_else_there_is_to_say(name, tmp_path):
    async with connected(name, tmp_path) as page:
        peer = await page.met(page.platform.resident(7, "Анна"))
        part = page.drawn(Message(text="Фото", files=(await page.file("photo", JPEG, FileType.JPEG),)))
        page.platform.broken.append(Broken(Fault.NOT_READY, page.platform.sending, times=None))
        outcomes = [await page.send(peer, part, key=5) for _ in range(31)]
        assert {type(outcome) for outcome in outcomes[:-1]} == {SendLater}
        assert isinstance(outcomes[-1], Refused)


@each
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.TOO_MANY, SendLater),
        (Fault.SERVER_ERROR, SendLater),
        (Fault.BLOCKED, Unreachable),
        (Fault.DOWN, SendLater),
    ],
)
@pytest.mark.parametrize("once", [False, True])
async def test_what_the_platform_did_not_do_is_known(name, tmp_path, fault, expected, once):
    async with connected(name, tmp_path) as page:
        anna = page.platform.resident(7, "Анна")
        peer = await page.met(anna)
        part = page.drawn(Message(text="Обращение 1-А отправлено.", once=once))
        await page.send(peer, part)  # the same words stand in the chat already
        page.platform.broken.append(Broken(fault, page.platform.sending))
        assert isinstance(await page.send(peer, part), expected)
        assert len(anna.chat) == 1
        assert isinstance(await page.send(peer, part), Sent)
        assert len(anna.chat) == 2


@each
@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.SLOW])
@pytest.mark.parametrize("once", [False, True])
async def test_a_message_whose_answer_was_lost_is_found_in_the_chat(name, tmp_path, fault, once):
    async with connected(name, tmp_path, timeout_seconds=0.5) as page:
        anna = page.platform.resident(7, "Анна")
        peer = await page.met(anna)
        message = Message(text="Обращение 1-А отправлено.", once=once)
        await page.say(peer, message)
        page.platform.broken.append(Broken(fault, page.platform.sending, seconds=1))
        outcome = await page.send(peer, page.drawn(message))
        assert outcome == Sent(anna.chat[1].id)
        assert len(anna.chat) == 2


@each
async def test_nobody_knows_what_came_of_a_message_while_the_chat_cannot_be_seen(name, tmp_path):
    async with connected(name, tmp_path) as page:
        peer = await page.met(page.platform.resident(7, "Анна"))
        await page.say(peer, HELLO)
        page.platform.broken.append(Broken(Fault.LOST_ANSWER, page.platform.sending))
        page.platform.broken.append(Broken(Fault.SERVER_ERROR, page.platform.sending.replace("POST", "GET")))
        assert isinstance(await page.send(peer, page.drawn(Message(text="Что дальше?"))), Unsure)


@each
async def test_what_must_not_come_twice_is_not_sent_while_the_chat_cannot_be_seen(name, tmp_path):
    async with connected(name, tmp_path) as page:
        anna = page.platform.resident(7, "Анна")
        peer = await page.met(anna)
        await page.say(peer, HELLO)
        part = page.drawn(Message(text="Обращение 1-А отправлено.", once=True))
        page.platform.broken.append(Broken(Fault.DOWN, times=2))
        assert isinstance(await page.send(peer, part), SendLater)
        page.platform.broken.clear()
        assert isinstance(await page.send(peer, part), Sent)
        assert len(anna.chat) == 2


@each
async def test_a_platform_that_is_away_is_waited_for(name, tmp_path):
    async with connected(name, tmp_path) as page:
        peer = await page.met(page.platform.resident(7, "Анна"))
        await page.platform.__aexit__()
        outcome = await page.send(peer, page.drawn(HELLO))
        assert isinstance(outcome, SendLater)


@each
async def test_a_store_of_files_that_is_away_is_waited_for(name, tmp_path):
    async with connected(name, tmp_path) as page:
        peer = await page.met(page.platform.resident(7, "Анна"))
        photo = await page.file("photo", JPEG, FileType.JPEG)
        part = page.drawn(Message(text="Фото", files=(photo,)))
        (tmp_path / "blobs").rename(tmp_path / "away")
        (tmp_path / "blobs").touch()
        outcome = await page.send(peer, part)
        assert isinstance(outcome, SendLater)


@each
async def test_a_wrong_token_makes_the_whole_page_wait(name, tmp_path):
    async with connected(name, tmp_path, connect=False, token="wrong-token-of-tests") as page:
        outcome = await page.send("chat:C3ecb7" if name == "ok" else "7", page.drawn(HELLO))
        assert isinstance(outcome, SendLater)
        assert outcome.whole_page


@each
async def test_a_button_that_the_platform_forgot_is_answered_by_writing(name, tmp_path):
    async with connected(name, tmp_path) as page:
        anna = page.platform.resident(7, "Анна")
        peer = await page.met(anna)
        outcomes = await page.say(peer, HELLO, press="long-gone")
        assert isinstance(outcomes[-1], Sent)
        assert [shown.text for shown in anna.chat] == ["Здравствуйте!"]


def test_a_message_that_may_still_be_under_way_is_not_sent_again_if_it_must_not_come_twice():
    assert isinstance(settle(None, was_late=True, once=True), Unsure)
    assert isinstance(settle(None, was_late=False, once=True), SendLater)
    assert isinstance(settle(None, was_late=True, once=False), SendLater)
