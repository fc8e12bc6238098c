"""The fake Telegram takes what aiogram sends, shows it to residents, and notices every broken rule."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)

from tests.pictures import encoded, noise, quarters
from tests.platforms.page import Page, listening, until
from tests.platforms.platform import Broken, Button, Fault
from tests.platforms.telegram import TelegramPlatform
from tests.platforms.telegram_residents import TelegramResident

PHOTOS = [encoded(quarters(width, 64), "JPEG") for width in (96, 128, 160, 192, 224)]
YES_NO = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text="Да", callback_data="yes"), InlineKeyboardButton(text="Нет", callback_data="no")],
        [InlineKeyboardButton(text="Карта", url="https://example.org/map")],
    ]
)


@pytest.fixture(scope="session")
async def session() -> AsyncIterator[AiohttpSession]:
    session = AiohttpSession()
    yield session
    await session.close()


@pytest.fixture
async def platform() -> AsyncIterator[TelegramPlatform]:
    async with TelegramPlatform() as platform:
        platform.courier.wait = 0.01
        yield platform


@pytest.fixture
def bot(platform: TelegramPlatform, session: AiohttpSession) -> Bot:
    session.api = TelegramAPIServer.from_base(platform.base)
    return Bot(platform.token, session=session)


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with listening() as page:
        yield page


@pytest.fixture
async def person(platform: TelegramPlatform) -> TelegramResident:
    person = platform.resident(100, "Житель")
    await person.start()
    return person


async def test_update_comes_to_the_webhook_with_the_secret_and_opens_in_aiogram(platform, bot, page):
    await bot.set_webhook(page.url, secret_token="s3cret", allowed_updates=["message"])
    person = platform.resident(100, "Житель")
    await person.start("agency_7")
    await platform.idle()
    assert page.headers[0]["x-telegram-bot-api-secret-token"] == "s3cret"
    message = Update.model_validate(page.updates[0]).message
    assert message.text == "/start agency_7"
    assert message.from_user.first_name == "Житель"
    assert platform.answers == [(200, "ok")]
    assert platform.courier.slowest > 0
    assert platform.offences == []


async def test_only_updates_that_are_asked_for_come(platform, bot, page, person):
    await bot.set_webhook(page.url, allowed_updates=["message"])
    first = await person.say("Яма")
    await person.edit(first, "Яма во дворе")
    await person.block()
    await bot.set_webhook(page.url, allowed_updates=["message", "edited_message", "my_chat_member"])
    second = await person.say("Лужа")
    await person.edit(second, "Лужа во дворе")
    await person.block()
    await platform.idle()
    kinds = [next(kind for kind in body if kind != "update_id") for body in page.updates]
    assert kinds == ["message", "message", "my_chat_member", "message", "edited_message", "my_chat_member"]


async def test_album_comes_in_parallel_with_one_caption_and_every_photo_can_be_fetched(platform, bot, page, person):
    await bot.set_webhook(page.url)
    await platform.idle()
    page.held = asyncio.Event()
    await person.say("Двор", photos=PHOTOS)
    await until(lambda: page.together == 5)
    page.held.set()
    await platform.idle()
    messages = [Update.model_validate(body).message for body in page.updates if "photo" in body["message"]]
    assert len({message.media_group_id for message in messages}) == 1
    assert sorted(message.caption or "" for message in messages) == ["", "", "", "", "Двор"]
    fetched = []
    for message in sorted(messages, key=lambda message: message.message_id):
        file = await bot.get_file(message.photo[-1].file_id)
        fetched.append((await bot.download_file(file.file_path)).read())
    assert fetched == PHOTOS


async def test_messages_of_one_chat_come_one_after_the_other(platform, bot, page, person):
    await bot.set_webhook(page.url)
    await platform.idle()
    page.statuses = [500, 500]
    for number in range(8):
        await person.say(f"{number}")
    await platform.idle()
    assert [body["message"]["text"] for body in page.updates] == ["/start", *"000", *"1234567"]
    assert page.most_together == 1


async def test_shuffled_batch_comes_complete_and_in_another_order(platform, bot, page, person):
    await bot.set_webhook(page.url)
    await platform.idle()
    platform.deliveries.shuffled, platform.deliveries.seed = True, 4
    for number in range(8):
        await person.say(f"{number}")
    await platform.idle()
    texts = [body["message"]["text"] for body in page.updates[1:]]
    assert texts != sorted(texts) == list("01234567")


@pytest.mark.parametrize("way", ["twice", "times"])
async def test_update_is_delivered_twice_at_once(way, platform, bot, page, person):
    await bot.set_webhook(page.url)
    await platform.idle()
    page.updates.clear()
    page.held = asyncio.Event()
    platform.deliveries.twice = way == "twice"
    await person.say("Яма", times=1 if way == "twice" else 2)
    await until(lambda: page.together == 2)
    page.held.set()
    await platform.idle()
    assert page.updates[0] == page.updates[1]


async def test_refused_update_is_given_up_after_its_tries_and_the_next_one_comes(platform, bot, page, person):
    await bot.set_webhook(page.url)
    await platform.idle()
    page.statuses = [500] * platform.courier.tries
    await person.say("Яма")
    await person.say("Лужа")
    await platform.idle()
    texts = [body["message"]["text"] for body in page.updates[1:]]
    assert texts == ["Яма"] * platform.courier.tries + ["Лужа"]
    assert (await bot.get_webhook_info()).last_error_message == "Wrong response from the webhook: 500"


async def test_update_waits_for_a_page_that_is_down(platform, bot, page, person):
    async with listening() as closed:
        gone = closed.url
    platform.courier.tries = 1
    await bot.set_webhook(gone)
    await until(lambda: len(platform.answers) > 3)
    assert {status for status, _ in platform.answers} == {0}
    platform.deliveries.hook = page.url
    await platform.idle()
    assert [body["message"]["text"] for body in page.updates] == ["/start"]


async def test_no_more_connections_than_the_webhook_allows(platform, bot, page, person):
    await bot.set_webhook(page.url, max_connections=2)
    await person.say(photos=PHOTOS)
    await platform.idle()
    assert len(page.updates) == 6
    assert page.most_together <= 2


async def test_what_came_before_the_webhook_waits_for_it(platform, bot, page, person):
    await person.say("Яма")
    assert (await bot.get_webhook_info()).pending_update_count == 2
    await bot.set_webhook(page.url)
    await platform.idle()
    assert [body["message"]["text"] for body in page.updates] == ["/start", "Яма"]
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == (page.url, 0)


async def test_unsecured_webhook_elsewhere_is_refused(platform, bot):
    with pytest.raises(TelegramBadRequest, match="HTTPS URL"):
        await bot.set_webhook("http://otklik.example.org/hook")
    with pytest.raises(TelegramBadRequest, match="secret token"):
        await bot.set_webhook("https://otklik.example.org/hook", secret_token="с кириллицей")
    assert len(platform.offences) == 2


async def test_long_poll_waits_for_news_and_excludes_a_webhook(platform, bot, page, person):
    (start,) = await bot.get_updates()
    poll = asyncio.create_task(bot.get_updates(offset=start.update_id + 1, timeout=20))
    await until(lambda: len(platform.calls) == 2)
    await person.say("Яма")
    (update,) = await poll
    assert update.message.text == "Яма"
    assert await bot.get_updates(offset=update.update_id + 1) == []
    await bot.set_webhook(page.url)
    with pytest.raises(TelegramConflictError):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == []


async def test_second_poll_ends_the_first(platform, bot, person):
    (start,) = await bot.get_updates()
    first = asyncio.create_task(bot.get_updates(offset=start.update_id + 1, timeout=20))
    await until(lambda: len(platform.calls) == 2)
    assert await bot.get_updates() == []
    with pytest.raises(TelegramConflictError, match="terminated by other"):
        await first


async def test_resident_sees_text_photos_files_and_buttons(platform, bot, person):
    await bot.send_message(100, "<b>Всё</b> &lt;верно&gt;?", parse_mode="HTML", reply_markup=YES_NO)
    await bot.send_photo(100, BufferedInputFile(PHOTOS[0], "a.jpg"), caption="Фото")
    await bot.send_document(100, BufferedInputFile(b"answer", "answer.txt"))
    await bot.send_media_group(100, [InputMediaPhoto(media=BufferedInputFile(one, "a.jpg")) for one in PHOTOS[:3]])
    first, photo, file, *album = person.chat
    assert first.text == "Всё <верно>?"
    assert first.buttons == (
        Button(label="Да", row=0),
        Button(label="Нет", row=0),
        Button(label="Карта", row=1, kind="link"),
    )
    assert (photo.text, photo.files) == ("Фото", (PHOTOS[0],))
    assert file.files == (b"answer",)
    assert [one.files for one in album] == [(one,) for one in PHOTOS[:3]]
    assert platform.calls[0].parameters["chat_id"] == 100
    assert platform.offences == []


async def test_keyboard_under_the_text_field_is_replaced_and_removed(platform, bot, page, person):
    keyboard = [[KeyboardButton(text="Я здесь", request_location=True)], [KeyboardButton(text="Назад")]]
    await bot.set_webhook(page.url)
    await bot.send_message(100, "Где?", reply_markup=ReplyKeyboardMarkup(keyboard=keyboard))
    assert [button.kind for button in person.chat[-1].buttons] == ["location", "choice"]
    await bot.send_message(100, "Покажите на карте")
    await person.press("Назад")
    await platform.idle()
    assert page.updates[-1]["message"]["text"] == "Назад"
    with pytest.raises(AssertionError, match="say"):
        await person.press("Я здесь")
    await bot.send_message(100, "Хорошо", reply_markup=ReplyKeyboardRemove())
    with pytest.raises(AssertionError, match="no button 'Назад'"):
        await person.press("Назад")


async def test_three_presses_come_at_once_and_each_is_answered_once(platform, bot, page, person):
    await bot.send_message(100, "Отправить?", reply_markup=YES_NO)
    await bot.set_webhook(page.url, allowed_updates=["callback_query"])
    page.held = asyncio.Event()
    await person.press("Да", times=3)
    await until(lambda: page.together >= 3)
    page.held.set()
    await platform.idle()
    queries = [
        Update.model_validate(body).callback_query for body in page.updates if body.get("callback_query") is not None
    ]
    assert [query.data for query in queries] == ["yes"] * 3
    assert len({query.id for query in queries}) == 3
    await bot.answer_callback_query(queries[0].id, text="Отправлено")
    assert person.toasts == ["Отправлено"]
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(queries[0].id)
    assert platform.offences == []


async def test_edits_show_and_an_edit_without_change_is_refused(platform, bot, person):
    sent = await bot.send_message(100, "Принято", reply_markup=YES_NO)
    await bot.edit_message_text("Передано", chat_id=100, message_id=sent.message_id)
    assert (person.chat[-1].text, person.chat[-1].buttons) == ("Передано", ())
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text("Передано", chat_id=100, message_id=sent.message_id)
    await bot.edit_message_reply_markup(chat_id=100, message_id=sent.message_id, reply_markup=YES_NO)
    assert len(person.chat[-1].buttons) == 3
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("Передано", chat_id=100, message_id=1)


async def test_resident_shares_places_contacts_files_and_odd_things(platform, bot, page, person):
    await bot.set_webhook(page.url)
    await person.say("Здесь", place=(55.75, 37.61))
    await person.share_contact("+79990000000")
    await person.share_contact("+79991111111", own=False)
    await person.send_file(PHOTOS[0], "photo.jpg", "image/jpeg", "Без сжатия")
    for kind in ("voice", "sticker", "video", "unknown"):
        await person.send_odd(kind)
    await platform.idle()
    messages = [Update.model_validate(body).message for body in page.updates]
    assert [message.content_type for message in messages] == [
        *("text", "text", "location", "contact", "contact", "document", "voice", "sticker", "video", "unknown")
    ]
    assert messages[2].location.latitude == 55.75
    assert (messages[3].contact.user_id, messages[4].contact.user_id == 100) == (100, False)
    assert messages[5].caption == "Без сжатия"


async def test_blocked_bot_cannot_write_until_it_is_started_again(platform, bot, page, person):
    await bot.set_webhook(page.url)
    await person.block()
    with pytest.raises(TelegramForbiddenError, match="blocked by the user"):
        await bot.send_message(100, "Ответ")
    await person.say("Яма")
    await bot.send_message(100, "Ответ")
    await platform.idle()
    changes = [body["my_chat_member"]["new_chat_member"]["status"] for body in page.updates if "my_chat_member" in body]
    assert changes == ["kicked", "member"]


async def test_nobody_is_written_to_first(platform, bot):
    platform.resident(100, "Житель")
    with pytest.raises(TelegramForbiddenError, match="initiate"):
        await bot.send_message(100, "Здравствуйте")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(101, "Здравствуйте")


async def test_big_file_is_not_given_and_names_of_files_are_not_guessed(platform, bot, page, person):
    await bot.set_webhook(page.url)
    await person.send_file(b"x" * (21 << 20), "big.bin", "application/octet-stream")
    await platform.idle()
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(page.updates[-1]["message"]["document"]["file_id"])
    path = next(iter(platform.files.values())).path
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{platform.base}/file/bot{platform.token}/{path}") as answer,
    ):
        assert answer.status == 404


@pytest.mark.parametrize(
    ("fault", "error", "done"),
    [
        (Fault.TOO_MANY, TelegramRetryAfter, False),
        (Fault.SERVER_ERROR, TelegramServerError, False),
        (Fault.BLOCKED, TelegramForbiddenError, False),
        (Fault.DOWN, TelegramNetworkError, False),
        (Fault.LOST_ANSWER, TelegramNetworkError, True),
    ],
)
async def test_fault_strikes_its_method_as_often_as_told(fault, error, done, platform, bot, person):
    platform.broken.append(Broken(fault, "sendMessage", times=2, seconds=3))
    await bot.get_me()
    for _ in range(2):
        with pytest.raises(error) as caught:
            await bot.send_message(100, "Ответ")
    if fault is Fault.TOO_MANY:
        assert caught.value.retry_after == 3
    assert len(person.chat) == (2 if done else 0)
    await bot.send_message(100, "Ответ")
    assert platform.broken == []
    assert platform.offences == []


async def test_slow_call_is_done_before_it_is_answered(platform, bot, person):
    platform.broken.append(Broken(Fault.SLOW, seconds=30))
    call = asyncio.create_task(bot.send_message(100, "Ответ"))
    await until(lambda: len(person.chat) == 1)
    assert not call.done()
    call.cancel()


async def test_wrong_token_is_refused(platform, bot):
    stranger = Bot("123456:wrong", session=bot.session)
    with pytest.raises(TelegramUnauthorizedError):
        await stranger.get_me()
    assert platform.calls == []


async def test_commands_and_descriptions_are_kept(platform, bot):
    await bot.set_my_commands([BotCommand(command="start", description="Начать")], language_code="ru")
    await bot.set_my_description("Принимает обращения", language_code="ru")
    assert (await bot.get_my_commands(language_code="ru"))[0].command == "start"
    assert platform.about["description ru"] == "Принимает обращения"


@pytest.mark.parametrize(
    ("photo", "told"),
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (encoded(quarters(6000, 4100), "PNG"), "PHOTO_INVALID_DIMENSIONS"),
        (encoded(quarters(2100, 100), "PNG"), "PHOTO_INVALID_DIMENSIONS"),
        (encoded(noise(2000, 1800), "PNG"), "too big for a photo"),
    ],
    ids=["no picture", "too large", "too narrow", "too heavy"],
)
async def test_what_is_no_photo_is_refused(photo, told, platform, bot, person):
    with pytest.raises(TelegramBadRequest, match=told):
        await bot.send_photo(100, BufferedInputFile(photo, "a.jpg"))
    with pytest.raises(TelegramBadRequest, match="caption is too long"):
        await bot.send_document(100, BufferedInputFile(photo, "a.jpg"), caption="я" * 1025)
    assert len(platform.offences) == 2


async def test_topic_of_the_resident_is_in_what_they_say(platform, bot, page, person):
    await bot.set_webhook(page.url)
    person.thread = 77
    await person.say("Яма")
    await platform.idle()
    assert page.updates[-1]["message"]["message_thread_id"] == 77


async def test_rewritten_update_comes_as_rewritten(platform, bot, page, person):
    platform.deliveries.rewrite = lambda update: update | {"message": "broken"}
    await bot.set_webhook(page.url)
    await platform.idle()
    assert page.updates[0]["message"] == "broken"
