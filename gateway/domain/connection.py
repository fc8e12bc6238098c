"""An official page that residents can write to: which channel, whose, and what opens it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NewType

from gateway.domain.agency import AgencyKey

ConnectionId = NewType("ConnectionId", str)
"""Name of a connected page in addresses of hooks: the channel's name for the one that the environment names,
22 random characters for the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A resident's chat with a page. `peer` is the channel's own word for it, opaque to everybody else."""

    connection: ConnectionId
    peer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A page of an agency in a messenger.

    `name` is what the platform calls the page; `handle` is what addresses of the platform call it (the bot's user
    name, the group's number). `options` are the channel's own settings for this page, tokens among them, so they
    never show in a log.
    """

    id: ConnectionId
    channel: str
    agency: AgencyKey
    name: str = ""
    handle: str = ""
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
