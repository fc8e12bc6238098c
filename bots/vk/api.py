"""vk_api's calls, made by one thread for one community, in bounded time, and with errors that hold no token.

Imported only when a client is opened. The library has no timeouts, holds a lock during each call, knows one address
of the API only, and repeats calls by itself; all that is mended here from outside
(docs/decisions/telegram-and-vk-clients.md).
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import requests
import vk_api
from jconfig import MemoryConfig
from requests.adapters import HTTPAdapter
from vk_api.exceptions import ApiError, ApiHttpError, VkApiError

from bots.calls import NoAnswer
from gateway.channels import Json
from gateway.lenient import text, whole

_LIBRARY_BASE = "https://api.vk.ru"
_CONNECT_SECONDS = 5.0
_UNKNOWN_ERROR = 1
"""https://dev.vk.com/ru/reference/errors"""


class VkError(Exception):
    """VK refused a call: `code` of its list of errors, and its words."""

    def __init__(self, code: int, told: str) -> None:
        super().__init__(f"{code} {told}")
        self.code, self.told = code, told


class Api:
    """One community's calls; `seconds` is the patience for an answer."""

    def __init__(self, base: str, token: str, *, version: str, per_second: float, seconds: float) -> None:
        self._session = requests.Session()
        self._session.trust_env = False  # what residents write goes through nobody's proxy
        self._session.mount("https://", _Way(base.rstrip("/"), seconds))
        # The library would look for a file of its own in the working directory otherwise.
        self._vk = vk_api.VkApi(token=token, session=self._session, api_version=version, config=MemoryConfig)
        self._vk.RPS_DELAY = 1 / per_second
        self._vk.error_handlers.clear()  # they sleep and repeat without end; our queue knows better
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vk")

    async def call(self, method: str, **values: object) -> Json:
        """Return what a method answers; raises VkError, NoAnswer."""
        loop = asyncio.get_running_loop()
        try:
            called = loop.run_in_executor(self._thread, self._call, method, values)
        except RuntimeError:
            raise NoAnswer("closed") from None  # the page was connected anew meanwhile, or the gateway ends
        return await called

    def _call(self, method: str, values: Mapping[str, object]) -> Json:
        try:
            return self._vk.method(method, dict(values))
        except ApiError as error:
            code, told = whole(error.error.get("error_code")), text(error.error.get("error_msg"))
        except ApiHttpError as error:
            raise NoAnswer(f"status {error.response.status_code}") from None
        except (VkApiError, requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise NoAnswer(type(error).__name__) from None
        raise VkError(_UNKNOWN_ERROR if code is None else code, told)

    def close(self) -> None:
        """Let go of the thread and its connections as soon as the calls under way have ended by their own patience."""
        with suppress(RuntimeError):  # closed before
            self._thread.submit(self._session.close)
        self._thread.shutdown(wait=False)


class _Way(HTTPAdapter):
    """The way to VK: to `base` instead of the address that the library knows, with a time that each answer has."""

    def __init__(self, base: str, seconds: float) -> None:
        super().__init__()
        self._base, self._timeout = base, (min(_CONNECT_SECONDS, seconds), seconds)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:  # noqa: ANN401
        if request.url is not None:
            request.url = request.url.replace(_LIBRARY_BASE, self._base, 1)
        return super().send(request, *args, **options | {"timeout": self._timeout})
