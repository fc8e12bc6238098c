"""The channel of Odnoklassniki, as the gateway knows it."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import ClassVar, Literal

import structlog
from pydantic import Field, SecretStr, field_validator

from bots.ok import draw as drawn
from bots.ok import receive as received
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

_PUBLISHED = ("217.20.145.192/28", "217.20.151.160/28", "217.20.153.48/28")  # https://apiok.ru/dev/graph_api/bot_api

_log = structlog.get_logger()


class OkOptions(ChannelOptions):
    """Settings of Odnoklassniki."""

    of_page: ClassVar[frozenset[str]] = ChannelOptions.of_page | {"hook_key"}

    hook_key: SecretStr | None = Field(
        None,
        description="end of the hook's address, 22 or more letters, digits, - and _ that nobody guesses: the platform "
        "shows no other proof with what it delivers; unset: nothing is delivered here",
    )
    api_base: str = Field("https://api.ok.ru", description="address of the platform's API")
    networks: tuple[IPv4Network | IPv6Network, ...] = Field(
        tuple(map(IPv4Network, _PUBLISHED)), description="where the platform delivers from, as it publishes"
    )
    network_check: Literal["log", "refuse", "off"] = Field(
        "log", description="what becomes of deliveries from elsewhere: `log` takes and names them, `refuse`, `off`"
    )

    @field_validator("hook_key")
    @classmethod
    def _nobody_guesses_it(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not re.fullmatch(r"[A-Za-z0-9_-]{22,200}", key.get_secret_value()):
            raise ValueError("hook_key needs 22 or more letters, digits, - and _")
        return key


class OkChannel:
    """Odnoklassniki."""

    name = "ok"
    options: type[ChannelOptions] = OkOptions
    capabilities = Capabilities(text_characters=drawn.TEXT_CHARACTERS, tells_edits=False)
    acknowledgement = ""

    def admit(self, connection: Connection, options: OkOptions, hook: Hook) -> Admission:
        """Take what came to the page's own address; whoever calls the hook has known its key already."""
        if options.hook_key is None:
            return Refuse(403)  # an address that everybody knows is nobody's proof
        if options.network_check != "off" and not _is_platform(hook.caller, options):
            if options.network_check == "refuse":
                return Refuse(403)
            _log.warning("a delivery came from outside the platform's networks", channel=self.name)
        return Take(self.stamp(hook.payload))

    def stamp(self, payload: Json) -> Stamp:
        """Tell an update by its message or its callback."""
        return received.stamp(payload)

    def receive(self, payload: Json) -> Incoming | None:
        """Understand an update."""
        return received.receive(payload)

    def draw(self, speech: Speech, *, now: datetime) -> Sequence[Part]:
        """Draw messages."""
        return drawn.draw(speech, now=now)

    def show(self, part: Part) -> Bubble | None:
        """Read a drawn part back."""
        return drawn.show(part)

    def link(self, connection: Connection, code: LinkCode | None) -> str | None:
        """Return the address of the group's messages; the platform carries no code there."""
        return f"https://ok.ru/group/{connection.handle}/messages" if connection.handle else None

    async def open(self, connection: Connection, options: OkOptions, blobs: Blobs, clock: Clock) -> Client:
        """Return a client; what it needs takes a moment to import."""
        return await asyncio.to_thread(_open, options, blobs, clock)


def _is_platform(caller: IPv4Address | IPv6Address | None, options: OkOptions) -> bool:
    if isinstance(caller, IPv6Address):
        caller = caller.ipv4_mapped or caller
    return caller is not None and any(caller in network for network in options.networks)


def _open(options: OkOptions, blobs: Blobs, clock: Clock) -> Client:
    from bots.ok.client import OkClient

    return OkClient(options, blobs, clock)
