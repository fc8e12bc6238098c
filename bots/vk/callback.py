"""Connecting a community of VK and looking after it: its callback server, the events it gets, the rights of the token.

https://dev.vk.com/ru/api/callback/getting-started. A page may have ten servers of as many programs; only the one with
our address is ever touched.
"""

import asyncio
from collections.abc import Awaitable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from gateway.channels import Finding, Json
from gateway.errors import ChannelRefused
from gateway.lenient import obj, objects, text, whole

if TYPE_CHECKING:
    from bots.vk.channel import VkOptions

WANTED = ("message_new", "message_event", "message_edit", "message_reply", "message_allow", "message_deny")
NEEDED_RIGHTS = ("messages", "manage", "photos", "docs")
OLDEST_VERSION = (5, 103)
_TITLE = "otklik"
_LOOKS = 20
_LOOK_SECONDS = 0.5


class Call(Protocol):
    """A call of VK's API; raises ChannelRefused, ChannelUnavailable."""

    def __call__(self, method: str, **values: object) -> Awaitable[Json]:
        """Return what the method answers."""
        ...


async def connect(call: Call, options: "VkOptions", group: int, hook: str) -> Sequence[Finding]:
    """Add our server or mend it, switch the needed events on, and wait until VK has confirmed the address."""
    rights = await about_rights(call)
    if lacks_manage(rights):
        return rights
    number = await _server(call, options, group, hook)
    if number is None:
        return [*rights, Finding(code="vk.too_many_servers", is_fault=True)]
    events: dict[str, object] = dict.fromkeys(WANTED, 1)
    await call(
        "groups.setCallbackSettings", group_id=group, server_id=number, api_version=options.api_version, **events
    )
    for _ in range(_LOOKS):
        status = text((await _ours(call, group, hook)).get("status"))
        if status in ("ok", "failed"):
            break
        await asyncio.sleep(_LOOK_SECONDS)
    return [*rights, *_about_status(status)]


async def examine(call: Call, group: int, hook: str) -> Sequence[Finding]:
    """Tell what is missing."""
    rights = await about_rights(call)
    if lacks_manage(rights):
        return rights
    server = await _ours(call, group, hook)
    if not server:
        return [*rights, Finding(code="vk.no_server", is_fault=True)]
    settings = obj(await call("groups.getCallbackSettings", group_id=group, server_id=server["id"]))
    return [*rights, *_about_status(text(server.get("status"))), *about_settings(settings)]


async def disconnect(call: Call, group: int, hook: str) -> None:
    """Remove our server."""
    server = await _ours(call, group, hook)
    if server:
        await call("groups.deleteCallbackServer", group_id=group, server_id=server["id"])


async def about_rights(call: Call) -> list[Finding]:
    """Tell which rights the token lacks."""
    given = objects(obj(await call("groups.getTokenPermissions")).get("permissions"))
    missing = set(NEEDED_RIGHTS) - {text(right.get("name")) for right in given}
    return [
        Finding(code="vk.right_missing", is_fault=True, values={"right": right})
        for right in NEEDED_RIGHTS
        if right in missing
    ]


def lacks_manage(findings: Sequence[Finding]) -> bool:
    """Tell whether nothing more can be looked at or changed."""
    return any(finding.values.get("right") == "manage" for finding in findings)


def about_settings(settings: dict[str, Json]) -> Iterator[Finding]:
    """Tell which events are off and whether their shape is too old for them."""
    events = obj(settings.get("events"))
    if off := [event for event in WANTED if not whole(events.get(event))]:
        yield Finding(code="vk.events_off", is_fault=True, values={"events": ", ".join(off)})
    version = text(settings.get("api_version"))
    if tuple(map(int, (part for part in version.split(".") if part.isdecimal()))) < OLDEST_VERSION:
        yield Finding(code="vk.version_old", is_fault=True, values={"version": version or "?"})


async def _server(call: Call, options: "VkOptions", group: int, hook: str) -> int | None:
    """Return the number of our server after it was added or mended; None where the page has as many as it may."""
    about: dict[str, Any] = {"url": hook, "title": _TITLE, "secret_key": options.hook_secret}
    known = whole((await _ours(call, group, hook)).get("id"))
    if known is not None:
        await call("groups.editCallbackServer", group_id=group, server_id=known, **about)
        return known
    try:
        return whole(obj(await call("groups.addCallbackServer", group_id=group, **about)).get("server_id"))
    except ChannelRefused as error:
        if str(error).startswith("2000 "):
            return None
        raise


async def _ours(call: Call, group: int, hook: str) -> dict[str, Any]:
    servers = objects(obj(await call("groups.getCallbackServers", group_id=group)).get("items"))
    return next((server for server in servers if server.get("url") == hook), {})


def _about_status(status: str) -> Iterator[Finding]:
    if status != "ok":
        yield Finding(code="vk.not_confirmed", is_fault=True, values={"status": status or "?"})
