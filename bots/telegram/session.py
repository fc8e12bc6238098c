"""aiogram's way to the Bot API, made lenient, and exact about what became of a call.

Imported only when a client is opened: aiogram is large.

Three things differ from aiogram's own session. Answers are plain JSON: a field that a newer Telegram leaves out must
not turn a message that was sent into an error. A call that never left is told from one whose answer is missing. And
an HTTP proxy is used by aiohttp itself, without a further library. No error has an address in it: the token is there.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Final

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.methods import Response, TelegramMethod

from bots.trusting import trusted
from gateway.lenient import obj, whole

_JSON: Final = {"Content-Type": "application/json"}
_CONNECT_SECONDS = 5.0
# Files take longer than words: so many times the patience for an answer.
_PATIENCE: Final = 10


class NotSent(TelegramNetworkError):
    """The call did not leave: there was no connection."""


class NoAnswer(TelegramNetworkError):
    """The call left, and nobody knows what became of it."""


class Session(AiohttpSession):
    """The session of one bot; `seconds` is the patience for an answer."""

    def __init__(self, api_base: str, *, proxy: str | None, seconds: float) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api_base), timeout=seconds)
        self._http_proxy = proxy
        self._connector_init["ssl"] = trusted()

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ANN401, ASYNC109
        """Return the plain JSON of the result; raises NotSent, NoAnswer and aiogram's errors of the Bot API."""
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        body = self._body(bot, method)
        has_files = not isinstance(body, bytes)
        patience = self._patience(timeout, has_files=has_files)
        try:
            async with session.post(
                url,
                data=body,
                headers=None if has_files else _JSON,
                timeout=patience,
                proxy=self._http_proxy,
                allow_redirects=False,
            ) as response:
                content = (await response.read()).decode(errors="replace")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError) as error:
            raise NotSent(method=method, message=type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NoAnswer(method=method, message=type(error).__name__) from None
        return self.check_response(bot=bot, method=method, status_code=response.status, content=content).result

    def _body(self, bot: Bot, method: TelegramMethod[Any]) -> bytes | aiohttp.FormData:
        """Return a call as JSON, as a form where it has files: a form costs ten times as much."""
        files: dict[str, Any] = {}
        given = {
            name: self.prepare_value(getattr(method, name), bot=bot, files=files, _dumps_json=False)
            for name in method.model_fields_set
        }
        if files:
            return self.build_form_data(bot=bot, method=method)
        return json.dumps({name: value for name, value in given.items() if value is not None}).encode()

    def check_response(self, bot: Bot, method: TelegramMethod[Any], status_code: int, content: str) -> Response[Any]:
        """Return the answer unchecked where it says that all is well; aiogram has an error for each that does not."""
        try:
            answer = json.loads(content)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise _unreadable(method, status_code)
        if status_code == HTTPStatus.TOO_MANY_REQUESTS:
            seconds = whole(obj(answer.get("parameters")).get("retry_after")) or 1  # aiogram takes 0 for nothing
            raise TelegramRetryAfter(method=method, message="", retry_after=seconds)
        if 200 <= status_code < 300 and answer.get("ok") is True:
            return Response.model_construct(ok=True, result=answer.get("result"))
        told = json.dumps({"description": "", **answer, "ok": False})
        return super().check_response(bot=bot, method=method, status_code=status_code, content=told)

    async def close(self) -> None:
        """Let go of connections; aiogram waits a quarter of a second for what aiohttp now waits for by itself."""
        if self._session is not None and not self._session.closed:
            await self._session.close()

    @asynccontextmanager
    async def download(self, bot: Bot, path: str) -> AsyncIterator[tuple[int, AsyncIterator[bytes]]]:
        """Give the status of a file's download and its bytes."""
        session = await self.create_session()
        url = self.api.file_url(bot.token, path)
        patience = self._patience(None, has_files=True)
        async with session.get(url, timeout=patience, proxy=self._http_proxy, allow_redirects=False) as response:
            yield response.status, response.content.iter_chunked(1 << 16)

    def _patience(self, asked: float | None, *, has_files: bool) -> aiohttp.ClientTimeout:
        seconds = self.timeout if asked is None else asked
        connect = min(_CONNECT_SECONDS, seconds)
        return aiohttp.ClientTimeout(
            total=seconds * _PATIENCE if has_files else seconds, sock_connect=connect, sock_read=seconds
        )


def _unreadable(method: TelegramMethod[Any], status: int) -> Exception:
    """An answer of something before Telegram. 4xx and 5xx say that it did not take the call."""
    if status >= 400:
        return TelegramServerError(method=method, message=f"status {status}")
    return ClientDecodeError("no JSON", ValueError(), "")
