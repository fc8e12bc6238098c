"""Connecting a bot of Telegram and looking after it: its webhook, its menu of commands, its description.

Imported only when a client is opened: aiogram is large.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiogram.methods import DeleteWebhook, GetWebhookInfo, SetMyCommands, SetMyShortDescription, SetWebhook
from aiogram.methods.base import TelegramMethod
from aiogram.types import BotCommand

from gateway.channels import Finding, Json
from gateway.errors import ChannelRefused
from gateway.lenient import obj, text, whole
from gateway.texts import DEFAULT_LANGUAGE, LANGUAGES, load_texts

if TYPE_CHECKING:
    from bots.telegram.channel import TelegramOptions

WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
"""Updates that are asked for, each time anew: what is left out stays as it was for whoever had the bot before."""
COMMANDS = ("start", "my", "cancel", "help", "language", "person")

Call = Callable[[TelegramMethod[Any]], Awaitable[Json]]


async def connect(call: Call, options: "TelegramOptions", hook: str) -> Sequence[Finding]:
    """Set or remove the webhook, then describe the bot. What waits with Telegram is never dropped: it is appeals."""
    before = text(obj(await call(GetWebhookInfo())).get("url"))
    findings = [Finding(code="telegram.other_hook_before", is_fault=False, values={"host": _host(before)})]
    found = findings if before and before != hook else []
    if options.polling:
        await call(DeleteWebhook())
    else:
        refusal = await _set(call, options, hook)
        if refusal is not None:
            return [refusal]
    await _describe(call)
    return found


async def examine(call: Call, options: "TelegramOptions", hook: str) -> Sequence[Finding]:
    """Tell what Telegram says of the webhook: https://core.telegram.org/bots/api#webhookinfo."""
    info = obj(await call(GetWebhookInfo()))
    return [*_about_address(text(info.get("url")), options, hook), *_about_deliveries(info)]


async def _set(call: Call, options: "TelegramOptions", hook: str) -> Finding | None:
    try:
        await call(
            SetWebhook(
                url=hook,
                secret_token=options.hook_secret,
                allowed_updates=list(WANTED),
                max_connections=options.max_connections,
            )
        )
    except ChannelRefused as error:
        if urlsplit(hook).scheme != "https":
            return Finding(code="telegram.no_https", is_fault=True, values={"url": hook})
        return Finding(code="telegram.hook_refused", is_fault=True, values={"reason": str(error)})
    return None


async def _describe(call: Call) -> None:
    texts = load_texts()
    for lang in LANGUAGES:
        code = None if lang == DEFAULT_LANGUAGE else lang  # without a code: for everybody who has no words of their own
        commands = [
            BotCommand(command=word, description=texts.say(lang, f"telegram.command.{word}")) for word in COMMANDS
        ]
        await call(SetMyCommands(commands=commands, language_code=code))
        await call(SetMyShortDescription(short_description=texts.say(lang, "telegram.about"), language_code=code))


def _about_address(url: str, options: "TelegramOptions", hook: str) -> Iterator[Finding]:
    if options.polling:
        if url:
            yield Finding(code="telegram.hook_while_polling", is_fault=True, values={"host": _host(url)})
    elif not url:
        yield Finding(code="telegram.no_hook", is_fault=True)
    elif url != hook:
        yield Finding(code="telegram.other_hook", is_fault=True, values={"host": _host(url)})


def _about_deliveries(info: dict[str, Json]) -> Iterator[Finding]:
    waiting = whole(info.get("pending_update_count")) or 0
    if trouble := text(info.get("last_error_message")):
        yield Finding(code="telegram.last_error", is_fault=waiting > 0, values={"reason": trouble})
    if waiting:
        yield Finding(code="telegram.waiting", is_fault=False, values={"count": waiting})
    allowed = info.get("allowed_updates")
    missing = [kind for kind in WANTED if kind not in allowed] if isinstance(allowed, list) and allowed else []
    if missing:
        yield Finding(code="telegram.events_off", is_fault=True, values={"events": ", ".join(missing)})


def _host(url: str) -> str:
    """Return only the host: paths of webhooks often hold somebody's token."""
    return urlsplit(url).hostname or "?"
