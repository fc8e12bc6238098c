"""Files on their way into a message of Odnoklassniki or MAX: uploaded once, then named by their tokens.

Both want the same: ask for an address, bring the file there, send the message with the token; and for some seconds they
may say that the file is not ready. Then the same token has to be tried again, not another upload.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from bots.calls import Calls, NoAnswer, NotSent, Reply, read_blob
from bots.remembering import Remembered
from gateway.domain.conversation import Refused, SendLater
from gateway.domain.message import SentFile
from gateway.errors import ChannelUnavailable
from gateway.lenient import obj, text
from gateway.ports import Blobs

Offer = Callable[[SentFile], Awaitable[Reply]]

_REMEMBERED = 1_000
_FIRST_WAIT = 1.0
_WAIT_GROWS = 1.7
_LONGEST_WAIT = 20.0
_ANEW_AFTER = 6
_MOST_WAITS = 30  # some ten minutes; what else waits for that resident waits behind it


class Uploads:
    """Brings files of the store to the platform; `offer` asks it where to."""

    def __init__(self, calls: Calls, blobs: Blobs, offer: Offer) -> None:
        self._calls = calls
        self._blobs = blobs
        self._offer = offer
        self._tokens: Remembered[str, str] = Remembered(_REMEMBERED)
        self._tries: Remembered[int, int] = Remembered(_REMEMBERED)

    async def attachments(self, files: Iterable[SentFile], kind: Callable[[SentFile], str]) -> Sequence[dict[str, Any]]:
        """Return the files as a message names them; raises ChannelUnavailable, UnknownFile."""
        return [{"type": kind(file), "payload": {"token": await self._token(file)}} for file in files]

    def wait(self, files: Iterable[SentFile], *, key: int) -> SendLater | Refused:
        """Say when a message whose files are not ready is tried again: ever later, with new uploads, at last never."""
        tries = self._tries.get(key) or 0
        if tries >= _MOST_WAITS:
            return Refused("a file does not become ready")
        self._tries.keep(key, tries + 1)
        if (tries + 1) % _ANEW_AFTER == 0:
            for file in files:
                self._tokens.forget(file.key)
        return SendLater("a file is not ready yet", seconds=min(_FIRST_WAIT * _WAIT_GROWS**tries, _LONGEST_WAIT))

    async def _token(self, file: SentFile) -> str:
        token = self._tokens.get(file.key) or await self._upload(file)
        self._tokens.keep(file.key, token)
        return token

    async def _upload(self, file: SentFile) -> str:
        content = await read_blob(self._blobs.read(file.key))
        try:
            offered = await self._offer(file)
        except (NotSent, NoAnswer) as error:
            raise ChannelUnavailable(f"upload: {error}") from None
        reply = await self._calls.upload(
            text(offered.object.get("url")), name=file.name, type=file.type.value, content=content
        )
        token = _token_in(reply) or text(offered.object.get("token"))
        if reply.status != 200 or not token:
            raise ChannelUnavailable(f"upload: status {reply.status}")
        return token


def _token_in(reply: Reply) -> str:
    """The token: of a picture, in an object under a key that nobody knows beforehand; of a file, by itself."""
    photos = [text(obj(photo).get("token")) for photo in obj(reply.object.get("photos")).values()]
    return next(filter(None, photos), "") or text(reply.object.get("token"))
