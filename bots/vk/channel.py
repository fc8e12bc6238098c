"""VK as a channel: its settings, what it carries, and how its requests are known."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from typing import ClassVar, cast

from pydantic import Field, SecretStr

from bots.proving import is_same, made_secret
from bots.vk.draw import TEXT_CHARACTERS, draw, show
from bots.vk.receive import receive, stamp
from gateway.channels import (
    Admission,
    Answer,
    AskClient,
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
from gateway.lenient import obj, text, whole
from gateway.ports import Blobs, Clock

_SECRET_CHARACTERS = 50


class VkOptions(ChannelOptions):
    """VK's section of the settings."""

    of_page: ClassVar[frozenset[str]] = ChannelOptions.of_page | {"group_id", "confirmation"}

    token: SecretStr | None = Field(None, description="access key of the community; unset: VK is off")
    group_id: int | None = Field(None, gt=0, description="number of the community; unset: asked with the token")
    secret: SecretStr | None = Field(
        None,
        max_length=_SECRET_CHARACTERS,
        description="secret key that VK shows with every event; unset: made from the token",
    )
    confirmation: SecretStr | None = Field(
        None, description="what VK wants to be answered when it confirms the address; unset: asked with the token"
    )
    api_base: str = Field("https://api.vk.ru", description="address of VK's API, up to /method")
    api_version: str = Field("5.199", pattern=r"^5\.\d{2,4}$", description="version of VK's API")
    per_second: float = Field(20.0, gt=0, description="calls a second with one community's key (VK's limit)")
    intent: str | None = Field(
        None, description="intent of messages, where VK wants one to write after a day of silence (customer_support)"
    )

    @property
    def hook_secret(self) -> str:
        """What events must show. Made from the token where none was chosen: nobody else can make the same."""
        if self.secret is not None:
            return self.secret.get_secret_value()
        return made_secret(self.token, "vk")[:_SECRET_CHARACTERS]


class Vk:
    """The channel."""

    name = "vk"
    options: type[ChannelOptions] = VkOptions
    capabilities = Capabilities(text_characters=TEXT_CHARACTERS, takes_contact=False, repeats_safely=True)
    acknowledgement = "ok"

    def admit(self, connection: Connection, options: OwnOptions, hook: Hook) -> Admission:
        """Take what shows the secret and is for this community; to strangers even the confirmation is not told."""
        own, event = cast("VkOptions", options), obj(hook.payload)
        group = own.group_id or whole(connection.handle.removeprefix("club"))
        if own.token is None or group is None or whole(event.get("group_id")) != group:
            return Refuse(403)
        if event.get("type") == "confirmation":
            return AskClient() if own.confirmation is None else Answer(own.confirmation.get_secret_value())
        if not is_same(text(event.get("secret")), own.hook_secret):
            return Refuse(403)
        return Take(self.stamp(event))

    def stamp(self, payload: Json) -> Stamp:
        """Tell which event it is."""
        return stamp(payload)

    def receive(self, payload: Json) -> Incoming | None:
        """Understand an event."""
        return receive(payload)

    def draw(self, speech: Speech, *, now: datetime) -> Sequence[Part]:
        """Draw what is said."""
        return draw(speech, now=now)

    def show(self, part: Part) -> Bubble | None:
        """Return how a part looks."""
        return show(part)

    def link(self, connection: Connection, code: LinkCode | None) -> str | None:
        """Return the address of the dialog; what follows `ref` comes with the first message."""
        if not connection.handle:
            return None
        handle = f"club{connection.handle}" if connection.handle.isdecimal() else connection.handle
        return f"https://vk.me/{handle}" + (f"?ref={code}" if code else "")

    def dialog(self, connection: Connection, peer: str) -> str | None:
        """Return the address of the dialog among the community's messages, for its managers."""
        handle = connection.handle.removeprefix("club")
        group = handle if handle.isdecimal() else connection.options.get("group_id")
        return f"https://vk.com/gim{group}?sel={peer}" if group and peer.isdecimal() else None

    async def open(self, connection: Connection, options: OwnOptions, blobs: Blobs, clock: Clock) -> Client:
        """Return a client. Its libraries take half a second to import: a thread does it meanwhile."""
        if options.token is None:
            raise ChannelRefused("no token")
        module = await asyncio.to_thread(import_module, "bots.vk.client")
        return cast("Client", module.VkClient(options, blobs, clock))
