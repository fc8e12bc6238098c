"""Telegram as a channel: its settings, what it carries, and how its requests are known."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from typing import Annotated, cast

from pydantic import AfterValidator, Field, SecretStr

from bots.proving import is_same, made_secret
from bots.telegram.draw import TEXT_CHARACTERS, draw, show
from bots.telegram.receive import receive, stamp
from gateway.channels import (
    Admission,
    Bubble,
    Capabilities,
    ChannelOptions,
    Client,
    Hook,
    Incoming,
    Json,
    OwnOptions,
    Refuse,
    Speech,
    Take,
)
from gateway.domain.connection import Connection
from gateway.domain.conversation import Part, Stamp
from gateway.domain.page_link import LinkCode
from gateway.errors import ChannelRefused
from gateway.ports import Blobs, Clock

_HEADER = "x-telegram-bot-api-secret-token"


def _as_telegram_takes_it(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
        raise ValueError("a secret has 1 to 256 letters of the alphabet, digits, _ and -")
    return secret


class TelegramOptions(ChannelOptions):
    """Telegram's section of the settings."""

    token: SecretStr | None = Field(None, description="token that @BotFather gave for the bot; unset: Telegram is off")
    secret: Annotated[SecretStr, AfterValidator(_as_telegram_takes_it)] | None = Field(
        None,
        description="secret that Telegram shows with every request; unset: made from the token",
    )
    api_base: str = Field(
        "https://api.telegram.org",
        description="address of the Bot API, up to /bot; may be a Bot API server of your own",
    )
    proxy: SecretStr | None = Field(
        None, description="HTTP proxy to reach Telegram through, http://user:password@host:port"
    )
    per_second: float = Field(30.0, gt=0, description="messages a second from one bot (Telegram's advice)")
    per_peer_seconds: float = Field(1.0, ge=0, description="shortest time between two messages to one resident")
    max_connections: int = Field(4, ge=1, le=100, description="requests that Telegram may send at once")

    @property
    def hook_secret(self) -> str:
        """What requests must show. Made from the token where none was chosen: nobody else can make the same."""
        if self.secret is not None:
            return self.secret.get_secret_value()
        return made_secret(self.token, "telegram")


class Telegram:
    """The channel."""

    name = "telegram"
    options: type[ChannelOptions] = TelegramOptions
    capabilities = Capabilities(text_characters=TEXT_CHARACTERS, is_foreign=True)
    acknowledgement = ""

    def admit(self, connection: Connection, options: OwnOptions, hook: Hook) -> Admission:
        """Take what shows the secret: https://core.telegram.org/bots/api#setwebhook."""
        shown = hook.headers.get(_HEADER, "")
        expected = cast("TelegramOptions", options).hook_secret
        if options.token is None or not is_same(shown, expected):
            return Refuse(401)
        return Take(self.stamp(hook.payload))

    def stamp(self, payload: Json) -> Stamp:
        """Tell which update it is."""
        return stamp(payload)

    def receive(self, payload: Json) -> Incoming | None:
        """Understand an update."""
        return receive(payload)

    def draw(self, speech: Speech, *, now: datetime) -> Sequence[Part]:
        """Draw what is said."""
        return draw(speech, now=now)

    def show(self, part: Part) -> Bubble | None:
        """Return how a part looks."""
        return show(part)

    def link(self, connection: Connection, code: LinkCode | None) -> str | None:
        """Return the bot's address: https://core.telegram.org/api/links#bot-links."""
        if not connection.handle:
            return None
        return f"https://t.me/{connection.handle}" + (f"?start={code}" if code else "")

    async def open(self, connection: Connection, options: OwnOptions, blobs: Blobs, clock: Clock) -> Client:
        """Return a client. aiogram's import takes a second or more: a thread does it meanwhile."""
        if options.token is None:
            raise ChannelRefused("no token")
        module = await asyncio.to_thread(import_module, "bots.telegram.client")
        return cast("Client", module.TelegramClient(options, blobs, clock))
