"""A fake MAX on loopback: the bot API with webhooks, long polling and uploads, as strict as its published rules."""

from contextlib import AsyncExitStack
from typing import Any, Self

from aiohttp import web

from tests.loopback import serve
from tests.platforms.courier import Courier, Parcel
from tests.platforms.gate import Asked, Gate, Refusal
from tests.platforms.max_methods import MaxMethods
from tests.platforms.max_residents import MaxResident
from tests.platforms.max_world import MaxWorld
from tests.platforms.platform import Broken, Deliveries, Fault

TOKEN = "f9LHodD0cOLc9_token-of-tests"
SECRET = "secret-of_tests-0123456789"
GROWTH = 2.5  # each wait is so much longer than the one before
TRIES = 11  # MAX tries ten times more
JSON = {"Content-Type": "application/json;charset=utf-8"}
ANSWER_WITHIN = 30.0  # seconds; a test of slow hooks sets less
MESSAGES_A_SECOND = 2.0  # to one dialog

_FAULTS = {
    Fault.TOO_MANY: (429, "too.many.requests", "Too many requests"),
    Fault.SERVER_ERROR: (500, "internal.error", "Internal server error"),
    Fault.BLOCKED: (403, "chat.denied", "error.dialog.suspended"),
    Fault.NOT_READY: (400, "attachment.not.ready", ""),
}


class MaxPlatform:
    """MAX with one bot; `settings()` connect the gateway to it.

    `messages_a_second` goes to one dialog, None is without that limit; `hurried` counts what it refused, which is no
    offence. A hook that does not answer 200 within `answer_within` seconds is tried again after `retry_after`, then
    ever later, by `courier`, whose `wait`, `tries` and `slowest` may be looked at and set.
    """

    name = "max"
    sending = "POST /messages"
    """The method that brings a message to a resident, for `broken`."""

    def __init__(
        self,
        *,
        messages_a_second: float | None = MESSAGES_A_SECOND,
        answer_within: float = ANSWER_WITHIN,
        retry_after: float = 0.05,
    ) -> None:
        self.base = ""
        self.deliveries = Deliveries()
        self.world = MaxWorld(messages_a_second=messages_a_second)
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
    def hurried(self) -> int:
        return self.world.hurried

    @property
    def unanswered(self) -> list[str]:
        """Pressed buttons that nobody has answered: their spinners still turn."""
        return [callback.id for callback in self.world.callbacks.values() if not callback.answered]

    def settings(self) -> dict[str, str]:
        return {"token": TOKEN, "secret": SECRET, "api_base": self.base}

    def resident(self, id: int, name: str) -> MaxResident:
        world = self.world
        if id not in world.residents:
            world.residents[id] = MaxResident(
                id=id,
                name=name,
                token=TOKEN,
                tell=self._tell,
                clock=world.clock,
                files=world.files,
                callbacks=world.callbacks,
            )
        return world.residents[id]

    async def operator_says(self, resident: MaxResident, text: str) -> None:
        raise NotImplementedError("a bot of MAX has no people behind it who could write in its dialogs")

    async def idle(self) -> None:
        await self.courier.idle()
        await self.world.mailbox.idle()

    def lapse(self) -> None:
        """Take all subscriptions away, as MAX does after eight hours without one success."""
        self.world.subscriptions.clear()

    async def _tell(self, resident: MaxResident, *updates: dict[str, Any], times: int = 1) -> None:
        hooks = self._hooks(updates[0]["update_type"])
        if hooks:
            self.courier.bring(
                *(
                    Parcel(address=url, body=update, headers=headers, lane=resident.chat_id, times=times)
                    for url, headers in hooks
                    for update in updates
                )
            )
        elif not self.subscriptions and self.deliveries.hook is None:
            for update in updates:
                await self.world.mailbox.put(update)

    def _hooks(self, kind: str) -> list[tuple[str, dict[str, str]]]:
        """Where updates of that kind go, with which headers; the test's own hook takes the place of others."""
        subscriptions = self.subscriptions
        if self.deliveries.hook is not None:
            subscriptions = [{"secret": SECRET, **(subscriptions or [{}])[-1], "url": self.deliveries.hook}]
        return [
            (one["url"], JSON | ({"X-Max-Bot-Api-Secret": one["secret"]} if "secret" in one else {}))
            for one in subscriptions
            if kind in (one.get("update_types") or [kind])
        ]

    def _app(self) -> web.Application:
        app, methods, through = (
            web.Application(client_max_size=64 << 20),
            MaxMethods(world=self.world),
            self._gate.through,
        )
        for method, handler in methods.all().items():
            verb, path = method.split(" ")
            app.router.add_route(verb, path, through(method, handler))
        app.router.add_post("/upload/{key}", through("POST upload", methods.take_upload, is_open=True))
        app.router.add_get("/files/{name}", through("GET file", methods.show_file, is_open=True))
        app.router.add_route("*", "/{path:.*}", through("unknown", methods.refuse_path, is_open=True))
        return app


def _admit(asked: Asked) -> None:
    given = asked.request.headers.get("Authorization", "")
    if "access_token" in asked.request.query:
        raise Refusal("verify.token", "the token is in the address, where it is no longer taken", status=401)
    if not given or given.startswith("Bearer"):
        raise Refusal("verify.token", "the header Authorization has to be the token alone", status=401)
    if given != TOKEN:
        raise Refusal("verify.token", "Invalid access_token", status=401, offence=False)
    if asked.body is not None and asked.request.content_type != "application/json":
        raise Refusal("proto.payload", f"a body of the type {asked.request.content_type}", status=415)


def _refuse(refusal: Refusal) -> web.Response:
    return web.json_response({"code": refusal.code, "message": refusal.words}, status=refusal.status)


def _fail(broken: Broken) -> web.Response:
    status, code, words = _FAULTS.get(broken.fault, _FAULTS[Fault.TOO_MANY])
    return web.json_response({"code": code, "message": words}, status=status)
