"""Events by long poll, for those without a public address: https://dev.vk.com/ru/api/bots-long-poll/getting-started."""

import json
from collections.abc import Sequence

from bots.calls import Calls
from bots.vk.callback import WANTED, Call, about_rights, about_settings, lacks_manage
from gateway.channels import Finding, Json, Polled
from gateway.errors import ChannelUnavailable
from gateway.lenient import obj, objects, text, whole

_WAIT_SECONDS = 25
# https://dev.vk.com/ru/api/bots-long-poll/getting-started: what an answer says instead of events.
_HISTORY_IS_OLD, _KEY_IS_OLD, _ALL_IS_LOST = 1, 2, 3


class LongPoll:
    """`await long_poll(group, since)` waits for events; `since` is the server, the key and the place, as JSON."""

    def __init__(self, call: Call, calls: Calls) -> None:
        self._call, self._calls = call, calls

    async def connect(self, group: int, version: str) -> Sequence[Finding]:
        """Switch the long poll and the needed events on."""
        rights = await about_rights(self._call)
        if not lacks_manage(rights):
            events: dict[str, object] = dict.fromkeys(WANTED, 1)
            await self._call("groups.setLongPollSettings", group_id=group, enabled=1, api_version=version, **events)
        return rights

    async def examine(self, group: int) -> Sequence[Finding]:
        """Tell what is missing."""
        rights = await about_rights(self._call)
        if lacks_manage(rights):
            return rights
        settings = obj(await self._call("groups.getLongPollSettings", group_id=group))
        if not whole(settings.get("is_enabled")) and settings.get("is_enabled") is not True:
            return [*rights, Finding(code="vk.polling_off", is_fault=True)]
        return [*rights, *about_settings(settings)]

    async def __call__(self, group: int, since: str) -> Polled:
        """Raises ChannelRefused, ChannelUnavailable."""
        place = _place(since) or await self._begin(group)
        query = {"act": "a_check", "key": place["key"], "ts": place["ts"], "wait": str(_WAIT_SECONDS)}
        reply = await self._calls.wait(place["server"], query=query, seconds=_WAIT_SECONDS)
        if reply.status != 200 or reply.json is None:
            raise ChannelUnavailable(f"status {reply.status}")
        answer = obj(reply.json)
        failed = whole(answer.get("failed"))
        if failed is None:
            return Polled(payloads=tuple(objects(answer.get("updates"))), next=_next(place, answer))
        if failed == _HISTORY_IS_OLD:
            return Polled(payloads=(), next=_next(place, answer))
        begun = await self._begin(group)
        # An old key says nothing against the place; after the loss of all, only the new beginning is left.
        return Polled(payloads=(), next=json.dumps(begun | ({"ts": place["ts"]} if failed == _KEY_IS_OLD else {})))

    async def _begin(self, group: int) -> dict[str, str]:
        told = obj(await self._call("groups.getLongPollServer", group_id=group))
        begun = {"server": text(told.get("server")), "key": text(told.get("key")), "ts": _number(told.get("ts"))}
        if not all(begun.values()):
            raise ChannelUnavailable("VK named no server to ask")
        return begun


def _place(since: str) -> dict[str, str] | None:
    try:
        place = obj(json.loads(since))
    except ValueError:
        return None
    names = ("server", "key", "ts")
    return {name: place[name] for name in names} if all(isinstance(place.get(name), str) for name in names) else None


def _next(place: dict[str, str], answer: dict[str, Json]) -> str:
    return json.dumps(place | {"ts": _number(answer.get("ts")) or place["ts"]})


def _number(value: Json) -> str:
    number = whole(value)
    return "" if number is None else str(number)
