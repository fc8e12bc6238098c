"""The channel of MAX, as the gateway knows it."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime

from pydantic import Field, SecretStr, field_validator

from bots.max import draw as drawn
from bots.max import receive as received
from bots.proving import is_same
from gateway.channels import (
    Admission,
    Bubble,
    Capabilities,
    ChannelOptions,
    Client,
    Hook,
    Incoming,
    Json,
    Refuse,
    Speech,
    Take,
)
from gateway.domain.connection import Connection
from gateway.domain.conversation import Part, Stamp
from gateway.domain.page_link import LinkCode
from gateway.ports import Blobs, Clock


class MaxOptions(ChannelOptions):
    """Settings of MAX."""

    secret: SecretStr | None = Field(
        None,
        description="what MAX shows with every delivery, 5 to 256 letters, digits, - and _; unset: none is taken",
    )
    api_base: str = Field("https://platform-api2.max.ru", description="address of the platform's API")
    ca_file: str | None = Field(
        None, description="file with the national root certificate (PEM), which the platform's API needs"
    )
    per_second: float = Field(30.0, gt=0, description="calls a second to the platform for one page")
    per_peer_seconds: float = Field(0.5, ge=0, description="shortest time between two messages to one resident")

    @field_validator("secret")
    @classmethod
    def _platform_takes_it(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{5,256}", secret.get_secret_value()):
            raise ValueError("the secret has 5 to 256 letters, digits, - and _")
        return secret


class MaxChannel:
    """MAX."""

    name = "max"
    options: type[ChannelOptions] = MaxOptions
    capabilities = Capabilities(text_characters=drawn.TEXT_CHARACTERS)
    acknowledgement = ""

    def admit(self, connection: Connection, options: MaxOptions, hook: Hook) -> Admission:
        """Take what shows the secret that the subscription was made with."""
        expected = "" if options.secret is None else options.secret.get_secret_value()
        shown = hook.headers.get("x-max-bot-api-secret", "")
        return Take(self.stamp(hook.payload)) if expected and is_same(shown, expected) else Refuse(401)

    def stamp(self, payload: Json) -> Stamp:
        """Tell an update by its message or its callback."""
        return received.stamp(payload)

    def receive(self, payload: Json) -> Incoming | None:
        """Understand an update."""
        return received.receive(payload)

    def draw(self, speech: Speech, *, now: datetime) -> Sequence[Part]:
        """Draw messages and answers to buttons."""
        return drawn.draw(speech, now=now)

    def show(self, part: Part) -> Bubble | None:
        """Read a drawn part back."""
        return drawn.show(part)

    def link(self, connection: Connection, code: LinkCode | None) -> str | None:
        """Return the bot's address; it carries a code as `start`."""
        if not connection.handle:
            return None
        return f"https://max.ru/{connection.handle}" + (f"?start={code}" if code else "")

    async def open(self, connection: Connection, options: MaxOptions, blobs: Blobs, clock: Clock) -> Client:
        """Return a client; what it needs takes a moment to import."""
        return await asyncio.to_thread(_open, options, blobs, clock)


def _open(options: MaxOptions, blobs: Blobs, clock: Clock) -> Client:
    from bots.max.client import MaxClient

    return MaxClient(options, blobs, clock)
