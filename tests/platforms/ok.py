"""A fake Odnoklassniki on loopback: the bot API of a group with webhooks, long polling and uploads, held strictly."""

import re
from contextlib import AsyncExitStack
from typing import Any, Self

from aiohttp import web

from tests.loopback import serve
from tests.platforms import ok_rules
from tests.platforms.courier import Courier, Parcel
from tests.platforms.gate import Asked, Gate, Refusal
from tests.platforms.ok_methods import OkMethods
from tests.platforms.ok_residents import OkResident
from tests.platforms.ok_world import OkWorld
from tests.platforms.platform import Broken, Deliveries, Fault

TOKEN = "tkn18OfTests:CQABTESTTESTTESTTEST"
HOOK_KEY = "4f0a1c9b7e52d83666d21b94c07fa5e8"
GROWTH, TRIES = 2.5, 11  # nobody tells; as MAX does
JSON = {"Content-Type": "application/json;charset=utf-8"}
ANSWER_WITHIN = 5.0  # seconds; a test of slow hooks sets less

_FAULTS = {
    Fault.TOO_MANY: (ok_rules.TOO_MANY, "too many requests"),
    Fault.BLOCKED: (ok_rules.DENIED, "PERMISSION_DENIED : user does not accept messages"),
    Fault.NOT_READY: (ok_rules.NOT_PROCESSED, "SERVICE : attachment is not processed yet"),
}


class OkPlatform:
    """Odnoklassniki with one group; `settings()` connect the gateway to it.

    A hook that does not answer 200 within `answer_within` seconds is tried again after `retry_after`, then ever later,
    by `courier`, whose `wait`, `tries` and `slowest` may be looked at and set.
    """

    name = "ok"
    sending = "POST me/messages"
    """The method that brings a message to a resident, for `broken`."""

    def __init__(
        self,
        *,
        text_limit: int = ok_rules.TEXT,
        answer_within: float = ANSWER_WITHIN,
        retry_after: float = 0.05,
    ) -> None:
        self.base = ""
        self.old_shape = False
        self.deliveries = Deliveries()
        self.world = OkWorld(text_limit=text_limit)
        self.answers: list[tuple[int, str]] = []
        self.courier = Courier(
            self.deliveries,
            self.answers,
            lambda status, _: status == 200,
            wait=retry_after,
            growth=GROWTH,
            tries=TRIES,
            within=answer_within,
        )
        self._gate = Gate(admit=_admit, refuse=_refuse, fail=_fail)
        self.offences, self.calls, self.broken = self._gate.offences, self._gate.calls, self._gate.broken
        self.subscriptions = self.world.subscriptions
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self.courier.open()
        self._stack.push_async_callback(self.courier.close)
        self.base = self.world.files.base = await self._stack.enter_async_context(serve(self._app()))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    @property
    def unanswered(self) -> list[str]:
        """Pressed buttons that nobody has answered: their spinners still turn."""
        return [callback.id for callback in self.world.callbacks.values() if not callback.answered]

    def settings(self) -> dict[str, str]:
        return {"token": TOKEN, "hook_key": HOOK_KEY, "api_base": self.base}

    def resident(self, id: int, name: str) -> OkResident:
        world = self.world
        if id not in world.residents:
            world.residents[id] = OkResident(
                id=id,
                name=name,
                tell=self._tell,
                old_shape=lambda: self.old_shape,
                clock=world.clock,
                files=world.files,
                callbacks=world.callbacks,
            )
        return world.residents[id]

    async def operator_says(self, resident: OkResident, text: str) -> None:
        """Write as the group: the chat's history alone shows it, no hook is told."""
        resident.take(resident.new_message("operator", text))

    async def idle(self) -> None:
        await self.courier.idle()
        await self.world.mailbox.idle()

    def lapse(self) -> None:
        """Take all subscriptions away, as the platform does after eight hours without one success."""
        self.world.subscriptions.clear()

    async def _tell(self, resident: OkResident, *updates: dict[str, Any], times: int = 1) -> None:
        urls = [self.deliveries.hook] if self.deliveries.hook else [one["url"] for one in self.subscriptions]
        if urls:
            self.courier.bring(
                *(
                    Parcel(address=url, body=update, headers=JSON, lane=resident.chat_id, times=times)
                    for url in urls
                    for update in updates
                )
            )
        elif self.world.polled_types is not None:
            for update in updates:
                await self.world.mailbox.put(update)

    def _app(self) -> web.Application:
        app, methods, through = (
            web.Application(client_max_size=64 << 20),
            OkMethods(world=self.world),
            self._gate.through,
        )
        for method, path, handler in methods.all():
            app.router.add_route(method.split(" ")[0], f"/graph/{path}", through(method, handler))
        app.router.add_post("/upload/{key}", through("POST upload", methods.take_upload, is_open=True))
        app.router.add_get("/files/{name}", through("GET file", methods.show_file, is_open=True))
        app.router.add_route("*", "/{path:.*}", through("unknown", methods.refuse_path, is_open=True))
        return app


def _admit(asked: Asked) -> None:
    request = asked.request
    given = request.query.get("access_token")
    if given is None or "Authorization" in request.headers:
        raise Refusal(ok_rules.TOKEN_EXPIRED, "PARAM_SESSION_EXPIRED : the token belongs in the address")
    if given != TOKEN:
        raise Refusal(ok_rules.TOKEN_EXPIRED, "PARAM_SESSION_EXPIRED : Session expired", offence=False)
    content_type = re.sub(r"\s", "", request.headers.get("Content-Type", "")).lower()
    if request.method == "POST" and content_type != "application/json;charset=utf-8":
        raise ok_rules.refused(f"a POST has to be application/json;charset=utf-8, not {content_type}")


def _refuse(refusal: Refusal) -> web.Response:
    """An error comes with status 200; a header repeats its code."""
    return web.json_response(
        {"error_code": refusal.code, "error_msg": refusal.words, "error_data": None},
        headers={"Invocation-Error": str(refusal.code)},
    )


def _fail(broken: Broken) -> web.Response:
    if broken.fault is Fault.SERVER_ERROR:
        return web.Response(status=500, text="<html><body>500</body></html>", content_type="text/html")
    return _refuse(Refusal(*_FAULTS.get(broken.fault, _FAULTS[Fault.TOO_MANY])))
