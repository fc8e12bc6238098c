"""A fake VK on loopback: the API of one community, its uploads, its callback servers and its long poll."""

import hashlib
import itertools
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from tests.loopback import serve
from tests.platforms.breakage import after, cut, due
from tests.platforms.courier import Courier
from tests.platforms.platform import Broken, Call, Deliveries, Fault, Resident
from tests.platforms.vk_keyboard import keyboard_of
from tests.platforms.vk_methods import VkMethods
from tests.platforms.vk_residents import VkResident
from tests.platforms.vk_rules import COMMON, METHODS, PERMISSIONS, Refused, check_published, parameters_of
from tests.platforms.vk_servers import VkServers
from tests.platforms.vk_store import VkStore

LARGEST_CALL = 60 << 20
OLDEST_VERSION = (5, 103)

# One row of numbers for all fakes of a process, since a gateway may meet several and knows repeats by them.
_NUMBERS = itertools.count(5001)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A callback button that spins until it is answered."""

    resident: VkResident
    at: float


class VkPlatform:
    """`async with VkPlatform() as platform` serves one community, `group_id`, and its only token.

    What a test may change: `permissions` of the token; `bot_features`, without which there are no keyboards;
    `crop_next`; `minute`, how long a pressed button waits, and `editable`, how long a message may be edited, in
    seconds; `servers.add_foreign()`, `servers.code_changes`; the `courier` with its `wait`, `tries` and `slowest`.
    Faults strike methods by VK's names, and besides `upload`, `file` (downloads) and `longpoll`.
    """

    name = "vk"

    def __init__(self) -> None:
        self.base = ""
        self.token = "vk1.a.Zs7-wKxU1bPq0Fake0Token0Of0A0Community_yE5"
        self.secret = "vkSecret17"
        self.group_id = 217_650_001
        self.admin_id = 12_345
        self.offences: list[str] = []
        self.calls: list[Call] = []
        self.answers: list[tuple[int, str]] = []
        self.broken: list[Broken] = []
        self.deliveries = Deliveries()
        self.courier = Courier(self.deliveries, self.answers, lambda status, body: status == 200 and _is_taken(body))
        self.permissions = set(PERMISSIONS)
        self.bot_features = True
        self.crop_next = False
        self.minute = 60.0
        self.editable = 86_400.0
        self.residents: dict[int, VkResident] = {}
        self.messages: dict[int, dict[str, Any]] = {}
        self.sent: dict[tuple[int, int], int] = {}
        self.presses: dict[str, Pressed] = {}
        self.numbers = _NUMBERS
        self.store = VkStore(self)
        self.servers = VkServers(self)
        self._methods = VkMethods(self)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST_CALL)
        app.router.add_routes([*self.store.routes(), *self.servers.routes()])
        app.router.add_route("*", "/method/{method}", self._call)
        await self.courier.open()
        self._stack.push_async_callback(self.courier.close)
        self.base = await self._stack.enter_async_context(serve(app))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def settings(self) -> dict[str, str]:
        return {
            "token": self.token,
            "group_id": str(self.group_id),
            "secret": self.secret,
            "confirmation": self.servers.code,
            "api_base": self.base,
        }

    def resident(self, id: int, name: str) -> VkResident:
        return self.residents.setdefault(id, VkResident(self, id, name))

    async def operator_says(self, resident: Resident, text: str) -> None:
        """An administrator of the page writes in the dialog; the bot hears of it by message_reply."""
        assert isinstance(resident, VkResident)
        about = {"text": text, "random_id": 0, "admin_author_id": self.admin_id}
        message = self.message(resident, -self.group_id, about)
        self.happen("message_reply", message, resident.id)

    async def idle(self) -> None:
        """Return when all that is on its way to the callback servers was answered; a long poll is not waited for."""
        await self.courier.idle()

    def happen(self, kind: str, about: Mapping[str, Any], lane: int, times: int = 1) -> None:
        """Let an event go to whoever wants it."""
        self.servers.happen(kind, about, lane, times)

    def message(self, resident: VkResident, author: int, content: Mapping[str, Any]) -> dict[str, Any]:
        """Put a new message into the dialog. Returns it in full, as messages.getById gives it."""
        id = next(self.numbers)
        message = {
            "date": int(time.time()),
            "from_id": author,
            "id": id,
            "version": 10_000_000 + id,
            "out": int(author < 0),
            "fwd_messages": [],
            "important": False,
            "is_hidden": False,
            "attachments": [],
            "conversation_message_id": resident.next_number(),
            "text": "",
            "peer_id": resident.id,
            "random_id": 0,
        }
        self.messages[id] = message | content
        return self.messages[id]

    def written_to_page(self, resident: VkResident, message: Mapping[str, Any], times: int) -> None:
        """Let a message of a resident come to the page, cropped if the next one is to be."""
        shown = dict(message)
        if self.crop_next:
            self.crop_next = False
            shown |= {"is_cropped": True, "attachments": [], "text": shown["text"][:100]}
        self.happen("message_new", {"message": shown, "client_info": resident.client}, resident.id, times)

    def press(self, resident: VkResident, message: Mapping[str, Any], payload: object) -> None:
        """Let a callback button spin, and the page hear of it; presses do not wait for each other."""
        id = hashlib.sha256(f"press{next(self.numbers)}".encode()).hexdigest()[:12]
        self.presses[id] = Pressed(resident, time.monotonic())
        about = {"user_id": resident.id, "peer_id": resident.id, "event_id": id, "payload": payload}
        number = {"conversation_message_id": message["conversation_message_id"]}
        self.happen("message_event", about | number, 0)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        raw = dict(request.query) | {name: str(value) for name, value in (await request.post()).items()}
        if request.headers.get("Authorization", "").startswith("Bearer "):
            raw.setdefault("access_token", request.headers["Authorization"].removeprefix("Bearer "))
        fault = due(self.broken, method) if raw.get("access_token") == self.token else None
        if fault is not None and fault.fault is Fault.DOWN:
            return cut(request)
        if fault is not None and fault.fault is Fault.SERVER_ERROR:
            self._note(method, raw)
            return web.Response(status=500, text="<html><h1>500 Internal Server Error</h1></html>")
        try:
            answer = {"response": self._answer(method, raw, fault)}
        except Refused as refused:
            answer = {"error": self._error(method, raw, refused)}
        return await after(fault, request, web.json_response(answer))

    def _answer(self, method: str, raw: Mapping[str, str], fault: Broken | None) -> Any:
        self._check_access(method, raw)
        self._note(method, raw)
        if fault is not None:
            _fail(fault)
        values = parameters_of(method, raw)
        self.calls[-1].parameters.update(values)
        if "keyboard" in values:
            keyboard_of(values["keyboard"])
        check_published(method, values)
        if values.get("group_id", self.group_id) not in (self.group_id, str(self.group_id)):
            raise Refused(15, "Access denied: group_id is not of this token")
        owner = self.servers if hasattr(self.servers, method.replace(".", "_")) else self._methods
        return getattr(owner, method.replace(".", "_"))(values)

    def _note(self, method: str, raw: Mapping[str, str]) -> None:
        parameters: dict[str, object] = {name: value for name, value in raw.items() if name not in COMMON}
        self.calls.append(Call(method=method, parameters=parameters))

    def _check_access(self, method: str, raw: Mapping[str, str]) -> None:
        if raw.get("access_token") != self.token:
            raise Refused(5, "User authorization failed: invalid access_token (4).")
        if method not in METHODS:
            raise Refused(3, "Unknown method passed", offence=True)
        version = raw.get("v", "")
        if not version:
            raise Refused(8, "Invalid request: v (version) is required", offence=True)
        if tuple(map(int, version.split("."))) < OLDEST_VERSION:
            raise Refused(8, f"Invalid request: version {version} is too old for a bot", offence=True)
        section = method.split(".", maxsplit=1)[0]
        needed = "manage" if "Callback" in method or "LongPoll" in method else section
        if needed in PERMISSIONS and needed not in self.permissions:
            raise Refused(7, "Permission to perform this action is denied")

    def _error(self, method: str, raw: Mapping[str, str], refused: Refused) -> dict[str, Any]:
        if refused.offence:
            self.offences.append(f"{method}: {refused.code} {refused.message}")
        asked = [{"key": "method", "value": method}, {"key": "oauth", "value": "1"}]
        asked += [{"key": name, "value": value} for name, value in raw.items() if name != "access_token"]
        return {"error_code": refused.code, "error_msg": refused.message, "request_params": asked}


def _is_taken(body: str) -> bool:
    return body in ("ok", "remove")


def _fail(fault: Broken) -> None:
    match fault.fault:
        case Fault.TOO_MANY:
            raise Refused(6, "Too many requests per second")
        case Fault.FLOOD:
            raise Refused(9, "Flood control")
        case Fault.NOT_READY:
            raise Refused(10, "Internal server error")
        case Fault.BLOCKED:
            raise Refused(901, "Can't send messages for users without permission")
