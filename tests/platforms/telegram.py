"""A fake Telegram on loopback: its Bot API, its files, and the webhook or long poll that brings updates."""

import asyncio
import hashlib
import itertools
import json
import re
from collections.abc import Hashable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from tests.loopback import serve
from tests.platforms.breakage import after, cut, due
from tests.platforms.courier import Courier, Parcel
from tests.platforms.platform import Broken, Call, Deliveries, Fault, Resident
from tests.platforms.sizes import size_of, small_picture
from tests.platforms.telegram_limits import check
from tests.platforms.telegram_methods import Files, TelegramMethods
from tests.platforms.telegram_residents import TelegramResident
from tests.platforms.telegram_rules import METHODS, NOT_BY_DEFAULT, Refused, parameters_of

LARGEST_CALL = 60 << 20

# One row of numbers for all fakes of a process, since a gateway may meet several and knows repeats by them.
_NUMBERS, _UPDATES = itertools.count(1001), itertools.count(728_190_001)


@dataclass(slots=True)
class Stored:
    """A file on the platform; it can be fetched once a call of getFile has `offered` it."""

    name: str
    data: bytes
    path: str
    offered: bool = False


class TelegramPlatform:
    """`async with TelegramPlatform() as platform` serves one bot, whose webhook comes from its setWebhook.

    `courier` brings the updates: its `wait`, `tries` and `slowest` may be looked at and set. Faults strike methods by
    Telegram's names, and downloads as `file`.
    """

    name = "telegram"

    def __init__(self) -> None:
        self.base = ""
        self.token = "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcT"
        self.secret = "hook-secret_17"
        self.me = {"id": 4839574812, "is_bot": True, "first_name": "Отклик", "username": "otklik_demo_bot"}
        self.offences: list[str] = []
        self.calls: list[Call] = []
        self.answers: list[tuple[int, str]] = []
        self.broken: list[Broken] = []
        self.deliveries = Deliveries()
        self.courier = Courier(self.deliveries, self.answers, lambda status, body: 200 <= status < 300)
        self.residents: dict[int, TelegramResident] = {}
        self.files: dict[str, Stored] = {}
        self._paths: dict[str, Stored] = {}
        self._lanes: dict[int, Hashable] = {}
        self.about: dict[str, Any] = {}
        self.queries: dict[str, TelegramResident] = {}
        self.numbers = _NUMBERS
        self.updates = _UPDATES
        self.pending: list[dict[str, Any]] = []
        self.hook: dict[str, Any] = {}
        self.allowed: frozenset[str] = frozenset()
        self.stirred = asyncio.Event()
        self._methods = TelegramMethods(self)
        self._trouble = ""
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST_CALL)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        await self.courier.open()
        self._stack.push_async_callback(self.courier.close)
        self.base = await self._stack.enter_async_context(serve(app))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def settings(self) -> dict[str, str]:
        return {"token": self.token, "secret": self.secret, "api_base": self.base}

    def resident(self, id: int, name: str) -> TelegramResident:
        return self.residents.setdefault(id, TelegramResident(self, id, name))

    async def operator_says(self, resident: Resident, text: str) -> None:
        raise NotImplementedError("nobody but the bot writes in its chats")

    async def idle(self) -> None:
        """Return when all that is on its way to the webhook was answered; a long poll is not waited for."""
        await self.courier.idle()

    @staticmethod
    def is_start_payload(payload: str) -> bool:
        """Say whether a deep link can carry it."""
        return bool(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload))

    def happen(self, kind: str, about: Mapping[str, Any], lane: Hashable, times: int = 1) -> None:
        """Let an update come to the bot, if it wants that kind; those of one lane come in their order."""
        if not self._wants(kind):
            return
        update = {"update_id": next(self.updates), kind: dict(about)}
        if self.hook:
            self._bring(update, lane, times)
        else:
            self.pending += [update] * times
            self._lanes[update["update_id"]] = lane
            self.stirred.set()

    def query(self, resident: TelegramResident, message: Mapping[str, Any], data: str) -> None:
        """Let a callback query come, as it does when a button is pressed; presses do not wait for each other."""
        id = str(4_382_000_000_000_000 + next(self.numbers))
        self.queries[id] = resident
        query = {"id": id, "from": resident.user, "message": dict(message), "chat_instance": f"-{resident.id}7"}
        self.happen("callback_query", query | {"data": data}, None)

    def set_hook(self, values: Mapping[str, Any]) -> None:
        """Set or, with an empty address, remove the webhook; what waited goes there."""
        self.hook = dict(values) if values["url"] else {}
        self.courier.at_once = asyncio.Semaphore(values.get("max_connections", 40))
        self._trouble = ""
        if "allowed_updates" in values:
            self.allowed = frozenset(values["allowed_updates"])
        if values.get("drop_pending_updates"):
            self.pending.clear()
        waiting, self.pending = (self.pending, []) if self.hook else ([], self.pending)
        for update in waiting:
            self._bring(update, self._lanes.pop(update["update_id"], None), 1)

    def hook_info(self) -> dict[str, Any]:
        """Return a WebhookInfo."""
        count = len(self.pending) + self.courier.waiting
        info = {"url": self.hook.get("url", ""), "has_custom_certificate": False, "pending_update_count": count}
        if self.hook:
            info |= {"max_connections": self.hook.get("max_connections", 40), "ip_address": "127.0.0.1"}
        if self.allowed:
            info["allowed_updates"] = sorted(self.allowed)
        if self._trouble:
            info |= {"last_error_date": 1_790_000_000, "last_error_message": self._trouble}
        return info

    def forget_before(self, offset: int) -> None:
        """Drop the updates that a poll confirmed; a negative offset keeps that many of the newest."""
        if offset < 0:
            self.pending = self.pending[offset:]
        else:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]

    def keep(self, data: bytes, name: str) -> dict[str, Any]:
        """Store a file. Returns what a message says of it."""
        unique = hashlib.sha256(data).hexdigest()[:15]
        number = next(self.numbers)
        id = f"BQACAgIAAxkBAAI{number}{unique}"
        suffix = name.rsplit(".", 1)[-1] if "." in name else "bin"
        self.files[id] = stored = Stored(name, data, f"documents/file_{number}.{suffix}")
        self._paths[stored.path] = stored
        return self.named(id)

    def named(self, id: str) -> dict[str, Any]:
        """Return what is said of every file."""
        return {"file_id": id, "file_unique_id": f"AQAD{id[-15:]}", "file_size": len(self.files[id].data)}

    def sizes(self, data: bytes) -> list[dict[str, Any]]:
        """Store a photo. Returns its sizes, of which only the last, the biggest, is the photo itself."""
        width, height = size_of(data)
        small = self.keep(small_picture(), "thumb.jpg") | {"width": min(90, width - 1), "height": min(60, height - 1)}
        return [small, self.keep(data, "photo.jpg") | {"width": width, "height": height}]

    def _wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def _bring(self, update: dict[str, Any], lane: Hashable, times: int) -> None:
        secret = self.hook.get("secret_token")
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        parcel = Parcel(
            address=self.hook["url"], body=update, headers=headers, lane=lane, times=times, answered=self._answered
        )
        self.courier.bring(parcel)

    def _answered(self, status: int, body: str) -> None:
        if not 200 <= status < 300:
            self._trouble = f"Wrong response from the webhook: {status}" if status else body

    async def _call(self, request: web.Request) -> web.StreamResponse:
        raw, files = await _read(request)
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _refusal(Refused(401, "Unauthorized"))
        fault = due(self.broken, method)
        if fault is not None and fault.fault is Fault.DOWN:
            return cut(request)
        try:
            return await after(fault, request, await self._answer(method, raw, files, fault))
        except Refused as refused:
            if refused.offence:
                self.offences.append(f"{method}: {refused.description}")
            return _refusal(refused)

    async def _answer(self, method: str, raw: dict[str, str], files: Files, fault: Broken | None) -> web.Response:
        if method not in METHODS:
            raise Refused(404, "Not Found: method not found", offence=True)
        self.calls.append(Call(method=method, parameters=dict(raw)))
        if fault is not None:
            _fail(fault)
        values = parameters_of(method, raw)
        self.calls[-1].parameters.update(values)
        check(method, values)
        result = await getattr(self._methods, method)(values, files)
        return web.json_response({"ok": True, "result": result})

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _refusal(Refused(401, "Unauthorized"))
        fault = due(self.broken, "file")
        if fault is not None and fault.fault is Fault.DOWN:
            return cut(request)
        try:
            if fault is not None:
                _fail(fault)
        except Refused as refused:
            return _refusal(refused)
        path = request.match_info["path"]
        stored = self._paths.get(path)
        if stored is None or not stored.offered:
            return _refusal(Refused(404, "Not Found"))
        return await after(fault, request, web.Response(body=stored.data, content_type="application/octet-stream"))


def _fail(fault: Broken) -> None:
    match fault.fault:
        case Fault.TOO_MANY | Fault.FLOOD:
            seconds = max(1, round(fault.seconds))
            raise Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        case Fault.SERVER_ERROR | Fault.NOT_READY:
            raise Refused(500, "Internal Server Error")
        case Fault.BLOCKED:
            raise Refused(403, "Forbidden: bot was blocked by the user")


def _refusal(refused: Refused) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.retry_after is not None:
        body["parameters"] = {"retry_after": refused.retry_after}
    return web.json_response(body, status=refused.code)


async def _read(request: web.Request) -> tuple[dict[str, str], dict[str, tuple[str, bytes]]]:
    """Return the texts and the files of a call, whichever of the ways it came that Telegram takes."""
    raw: dict[str, str] = dict(request.query)
    files: dict[str, tuple[str, bytes]] = {}
    if request.content_type == "application/json":
        body = await request.json()
        return raw | {name: value if isinstance(value, str) else json.dumps(value) for name, value in body.items()}, {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = (value.filename, value.file.read())
        else:
            raw[name] = str(value)
    raw |= {name: f"attach://{name}" for name in files if name in ("photo", "document", "thumbnail", "certificate")}
    return raw, files
