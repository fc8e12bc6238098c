"""Where the fake VK's events go: callback servers of the page, each with its own set of events, and the long poll."""

import asyncio
import hashlib
import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.platforms.breakage import cut, due
from tests.platforms.courier import Parcel
from tests.platforms.platform import Fault
from tests.platforms.vk_rules import EVENTS, Refused, bad

if TYPE_CHECKING:
    from tests.platforms.vk import VkPlatform

MOST_SERVERS = 10
RETRIES = "X-Retry-Counter"
LATEST = "5.199"
WRAPPED_SINCE = (5, 103)
"""The version from which message_new comes with client_info around the message."""

Values = Mapping[str, Any]


@dataclass(slots=True)
class Server:
    """A callback server of the page; what is `foreign` was there before and belongs to another program."""

    id: int
    url: str
    title: str
    secret: str
    foreign: bool = False
    status: str = "unconfigured"
    api_version: str = LATEST
    events: set[str] = field(default_factory=set)

    def told(self) -> dict[str, Any]:
        """Return what groups.getCallbackServers says of it."""
        about = {"id": self.id, "title": self.title, "creator_id": 1, "url": self.url}
        return about | {"secret_key": self.secret, "status": self.status}


class VkServers:
    """The page's settings of where its events go, and the methods `groups.…` that change them."""

    def __init__(self, platform: "VkPlatform") -> None:
        self._platform = platform
        self._numbers = itertools.count(1)
        self.all: dict[int, Server] = {}
        self.code = "f00d" * 2
        self.code_changes = False
        """Whether each server that is added or edited makes another code, before it is asked for."""
        self.polled = False
        self.polled_version = LATEST
        self.polled_events: set[str] = set()
        self._key = "lp-key-1"
        self._happened: list[dict[str, Any]] = []
        self._stirred = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/wh{group}", self._poll)]

    def add_foreign(self, title: str = "Другой бот", url: str = "https://bots.example.org/vk") -> Server:
        """Let another program's server be on the page."""
        server = Server(next(self._numbers), url, title, "their-secret", foreign=True, status="ok")
        server.events = {"message_new", "message_reply"}
        self.all[server.id] = server
        return server

    def happen(self, kind: str, about: Mapping[str, Any], lane: int, times: int) -> None:
        """Let an event go to all who want it. `about` is in the newest shape."""
        for server in self.all.values():
            if kind in server.events and server.status == "ok" and not server.foreign:
                self._bring(server, self._event(kind, about, server.api_version), lane, times)
        if self.polled and kind in self.polled_events:
            self._happened += [self._event(kind, about, self.polled_version)] * times
            self._stirred.set()

    def groups_getCallbackConfirmationCode(self, values: Values) -> dict[str, Any]:  # noqa: N802
        return {"code": self.code}

    def groups_getCallbackServers(self, values: Values) -> dict[str, Any]:  # noqa: N802
        wanted = values.get("server_ids") or list(self.all)
        items = [self.all[id].told() for id in wanted if id in self.all]
        return {"count": len(items), "items": items}

    def groups_addCallbackServer(self, values: Values) -> dict[str, Any]:  # noqa: N802
        if len(self.all) >= MOST_SERVERS:
            raise Refused(2000, "Servers number limit is reached")
        server = Server(next(self._numbers), values["url"], values["title"], values.get("secret_key", ""))
        self.all[server.id] = server
        self._confirm(server)
        return {"server_id": server.id}

    def groups_editCallbackServer(self, values: Values) -> int:  # noqa: N802
        server = self._server(values, changes=True)
        server.url, server.title = values["url"], values["title"]
        server.secret = values.get("secret_key", "")
        self._confirm(server)
        return 1

    def groups_deleteCallbackServer(self, values: Values) -> int:  # noqa: N802
        del self.all[self._server(values, changes=True).id]
        return 1

    def groups_setCallbackSettings(self, values: Values) -> int:  # noqa: N802
        server = self._server(values, changes=True)
        server.api_version = values.get("api_version", server.api_version)
        _switch(server.events, values)
        return 1

    def groups_getCallbackSettings(self, values: Values) -> dict[str, Any]:  # noqa: N802
        server = self._server(values)
        return {"api_version": server.api_version, "events": {name: int(name in server.events) for name in EVENTS}}

    def groups_getLongPollServer(self, values: Values) -> dict[str, Any]:  # noqa: N802
        if not self.polled:
            raise Refused(100, "One of the parameters specified was missing or invalid: longpoll for this group is off")
        address = f"{self._platform.base}/wh{self._platform.group_id}"
        return {"key": self._key, "server": address, "ts": str(len(self._happened) + 1)}

    def groups_getLongPollSettings(self, values: Values) -> dict[str, Any]:  # noqa: N802
        events = {name: int(name in self.polled_events) for name in EVENTS}
        return {"is_enabled": self.polled, "api_version": self.polled_version, "events": events}

    def groups_setLongPollSettings(self, values: Values) -> int:  # noqa: N802
        self.polled = values.get("enabled", self.polled)
        self.polled_version = values.get("api_version", self.polled_version)
        _switch(self.polled_events, values)
        return 1

    def renew_key(self) -> None:
        """Let the long poll's key expire: the next poll is answered with `failed` 2."""
        self._key += "x"

    def _server(self, values: Values, *, changes: bool = False) -> Server:
        server = self.all.get(values["server_id"])
        if server is None:
            raise Refused(104, "Not found")
        if changes and server.foreign:
            raise bad(f"server {server.id} belongs to another program")
        return server

    def _confirm(self, server: Server) -> None:
        """Ask the server for the page's code; it gets no events before it has given it."""
        if self.code_changes:
            self.code = hashlib.sha256(self.code.encode()).hexdigest()[:8]
        server.status, code = "wait", self.code

        def done(taken: bool) -> None:
            server.status = "ok" if taken else "failed"

        event = self._event("confirmation", {}, server.api_version)
        del event["object"]
        parcel = Parcel(
            address=server.url,
            body=event | ({"secret": server.secret} if server.secret else {}),
            taken=lambda status, body: status == 200 and body == code,
            done=done,
            patient=False,
        )
        self._platform.courier.bring(parcel)

    def _event(self, kind: str, about: Mapping[str, Any], version: str) -> dict[str, Any]:
        body = dict(about)
        if kind == "message_new" and tuple(map(int, version.split("."))) < WRAPPED_SINCE:
            body = dict(body["message"])
        id = hashlib.sha256(f"{kind}{next(self._platform.numbers)}".encode()).hexdigest()[:40]
        group = self._platform.group_id
        return {"group_id": group, "type": kind, "event_id": id, "v": version, "object": body}

    def _bring(self, server: Server, event: dict[str, Any], lane: int, times: int) -> None:
        def answered(status: int, body: str) -> None:
            if status == 200 and body == "remove":
                self.all.pop(server.id, None)

        parcel = Parcel(
            address=server.url,
            body=event | ({"secret": server.secret} if server.secret else {}),
            lane=(server.id, lane) if lane else None,
            times=times,
            in_order=False,
            counter=RETRIES,
            answered=answered,
        )
        self._platform.courier.bring(parcel)

    async def _poll(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        if fault := due(self._platform.broken, "longpoll"):
            return cut(request) if fault.fault in (Fault.DOWN, Fault.LOST_ANSWER) else web.Response(status=502)
        if query.get("act") != "a_check" or not query.get("ts", "").isdigit():
            self._platform.offences.append(f"long poll: {dict(query)}")
            return web.json_response({"failed": 4})
        if query.get("key") != self._key:
            return web.json_response({"failed": 2})
        since = int(query["ts"]) - 1
        if since > len(self._happened):
            return web.json_response({"failed": 1, "ts": str(len(self._happened) + 1)})
        await self._wait_for_more(since, min(int(query.get("wait", 25)), 90))
        return web.json_response({"ts": str(len(self._happened) + 1), "updates": self._happened[since:]})

    async def _wait_for_more(self, since: int, seconds: int) -> None:
        deadline = time.monotonic() + seconds
        while len(self._happened) <= since and (left := deadline - time.monotonic()) > 0:
            self._stirred.clear()
            try:
                await asyncio.wait_for(self._stirred.wait(), left)
            except TimeoutError:
                return


def _switch(events: set[str], values: Values) -> None:
    for name in EVENTS:
        if name in values:
            (events.add if values[name] else events.discard)(name)
