"""Files that go out with a message of VK: asked where to, brought there, saved, named.

Nothing that is done twice is seen: an upload that no message names is shown to nobody.
https://dev.vk.com/ru/api/upload/photo-in-message, https://dev.vk.com/ru/api/upload/document-in-message.
"""

from collections.abc import Mapping

from bots.calls import Calls, NoAnswer, read_blob
from bots.vk.api import Api
from gateway.channels import Json
from gateway.domain.attachment import FileType
from gateway.errors import ChannelUnavailable, UnknownFile
from gateway.lenient import obj, objects, text, whole
from gateway.ports import Blobs

# WebP and HEIC are no photos to VK.
_PHOTOS = (FileType.JPEG.value, FileType.PNG.value)


class NotUploaded(Exception):
    """The store would refuse this file again."""


class Upload:
    """`await upload(peer, file)` brings a file of the store to VK and returns its name as an attachment."""

    def __init__(self, api: Api, calls: Calls, blobs: Blobs) -> None:
        self._api, self._calls, self._blobs = api, calls, blobs

    async def __call__(self, peer: int, file: dict[str, Json]) -> str:
        """Raises VkError, NoAnswer, NotUploaded, UnknownFile, ChannelUnavailable."""
        if not await self._blobs.exists(file["key"]):
            raise UnknownFile
        content = await read_blob(self._blobs.read(file["key"]))
        if file["type"] in _PHOTOS:
            try:
                return await self._photo(peer, file, content)
            except NotUploaded:
                pass  # larger than VK takes as a photo: as a document it takes it
        return await self._document(peer, file, content)

    async def _photo(self, peer: int, file: dict[str, Json], content: bytes) -> str:
        where = text(obj(await self._api.call("photos.getMessagesUploadServer", peer_id=peer)).get("upload_url"))
        brought = await self._bring(where, "photo", file, content)
        if not text(brought.get("photo")).strip("[]"):
            raise NotUploaded
        wanted = {name: brought[name] for name in ("photo", "server", "hash") if name in brought}
        saved = objects(await self._api.call("photos.saveMessagesPhoto", **wanted))
        return _named("photo", next(iter(saved), {}))

    async def _document(self, peer: int, file: dict[str, Json], content: bytes) -> str:
        asked = {"type": "doc", "peer_id": peer}
        where = text(obj(await self._api.call("docs.getMessagesUploadServer", **asked)).get("upload_url"))
        brought = await self._bring(where, "file", file, content)
        if not text(brought.get("file")):
            raise NotUploaded
        saved = obj(await self._api.call("docs.save", file=brought["file"], title=file["name"]))
        return _named("doc", obj(saved.get("doc")))

    async def _bring(self, where: str, field: str, file: dict[str, Json], content: bytes) -> Mapping[str, Json]:
        reply = await self._calls.upload(where, field=field, name=file["name"], type=file["type"], content=content)
        if reply.status >= 500 or reply.json is None:
            raise ChannelUnavailable(f"upload: status {reply.status}")
        if not reply.object or "error" in reply.object:
            raise NotUploaded
        return reply.object


def _named(kind: str, saved: dict[str, Json]) -> str:
    owner, number, key = whole(saved.get("owner_id")), whole(saved.get("id")), text(saved.get("access_key"))
    if owner is None or number is None:
        raise NoAnswer("a file was saved without a name")
    return f"{kind}{owner}_{number}" + (f"_{key}" if key else "")
