"""What stands before every method of a fake platform: it notes the call and lets the faults of the test happen."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.platforms.breakage import after, cut, due
from tests.platforms.platform import Broken, Call, Fault

# All others refuse, and leave no trace: the platform did nothing before.
_DONE_ALL_THE_SAME = {Fault.LOST_ANSWER, Fault.SLOW}


class Refusal(Exception):
    """A call that the platform refuses. It is no `offence` where no rule is broken, as with a chat that was left."""

    def __init__(self, code: int | str, words: str, *, status: int = 400, offence: bool = True) -> None:
        super().__init__(words)
        self.code = code
        self.words = words
        self.status = status
        self.offence = offence


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came. `body` is what its JSON says, None if there is none; `path` are the parts of its path."""

    method: str
    path: Mapping[str, str]
    query: dict[str, str]
    body: Any
    request: web.Request


Handler = Callable[[Asked], Awaitable[web.Response]]


@dataclass(slots=True, kw_only=True)
class Gate:
    """`refuse` words a Refusal as that platform does, `fail` a fault; `admit` raises Refusal for who may not call."""

    admit: Callable[[Asked], None]
    refuse: Callable[[Refusal], web.Response]
    fail: Callable[[Broken], web.Response]
    broken: list[Broken] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    offences: list[str] = field(default_factory=list)

    def through(self, method: str, handler: Handler, *, is_open: bool = False) -> Callable[[web.Request], Any]:
        """Return what answers requests for `method`; an open one is for everybody who has its address."""

        async def answer(request: web.Request) -> web.StreamResponse:
            fault = due(self.broken, method)
            if fault is not None and fault.fault is Fault.DOWN:
                return cut(request)
            return await after(fault, request, await self._answer(request, method, handler, fault, is_open=is_open))

        return answer

    def note(self, method: str, words: str) -> None:
        """Remember a broken rule."""
        self.offences.append(f"{method}: {words}")

    async def _answer(
        self, request: web.Request, method: str, handler: Handler, fault: Broken | None, *, is_open: bool
    ) -> web.Response:
        try:
            asked = await self._read(request, method)
            if not is_open:
                self.admit(asked)
            if fault is not None and fault.fault not in _DONE_ALL_THE_SAME:
                return self.fail(fault)
            return await handler(asked)
        except Refusal as refusal:
            if refusal.offence:
                self.note(method, refusal.words)
            return self.refuse(refusal)

    async def _read(self, request: web.Request, method: str) -> Asked:
        query = {name: value for name, value in request.query.items() if name != "access_token"}
        body = await _json_of(request)
        known = body if isinstance(body, dict) else {}
        self.calls.append(Call(method=method, parameters={**request.match_info, **query, **known}))
        if len(request.query) != len(set(request.query)):
            self.note(method, "a parameter is there twice")
        return Asked(method=method, path=request.match_info, query=query, body=body, request=request)


NOT_JSON = object()


async def _json_of(request: web.Request) -> Any:
    if not request.can_read_body or request.content_type.startswith("multipart/"):
        return None
    try:
        return json.loads(await request.read())
    except ValueError:
        return NOT_JSON
