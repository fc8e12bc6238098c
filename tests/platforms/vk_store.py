"""Photos and documents on the fake VK: uploaded in two steps, kept, and fetched by signed addresses."""

import hashlib
import itertools
import json
import time
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from aiohttp import web
from PIL import Image

from tests.platforms.breakage import after, cut, due
from tests.platforms.platform import Fault
from tests.platforms.sizes import size_of, small_picture
from tests.platforms.vk_rules import bad

if TYPE_CHECKING:
    from tests.platforms.vk import VkPlatform

PHOTO_SUM, PHOTO_BYTES = 14_000, 50 << 20
"""Width and height together, and bytes, of what may be uploaded as a photo."""

FIELDS = {"photo": ("photo", "file0", "file"), "file": ("file", "file0")}
"""The names of the field that holds the file: the documented one, and those that are taken as well."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes behind an address that ends in `signature`."""

    data: bytes
    signature: str


class VkStore:
    """What was uploaded to the fake VK."""

    def __init__(self, platform: "VkPlatform") -> None:
        self._platform = platform
        self._kept: dict[str, Kept] = {}
        self._numbers = itertools.count(457_239_017)
        self._uploaded: dict[tuple[str, str], tuple[str, bytes]] = {}
        self.attachments: dict[str, tuple[dict[str, Any], bytes]] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/kept/{name}", self._fetch),
            web.post("/upload/photo", self._upload_photo),
            web.post("/upload/doc", self._upload_document),
        ]

    def keep(self, data: bytes, name: str) -> str:
        """Keep a file. Returns its address, which is signed."""
        number = next(self._numbers)
        signature = hashlib.sha256(f"{number}{name}".encode()).hexdigest()[:32]
        self._kept[f"{number}-{name}"] = Kept(data, signature)
        return f"{self._platform.base}/kept/{number}-{name}?size=807x605&sign={signature}&c_uniq_tag=x"

    def photo(self, data: bytes, owner: int) -> dict[str, Any]:
        """Keep a photo. Returns its object, of whose sizes the widest is the photo itself."""
        width, height = size_of(data)
        small, whole = self.keep(small_picture(), "s.jpg"), self.keep(data, "w.jpg")
        sizes = [
            {"type": "s", "width": min(75, width - 1), "height": min(50, height - 1), "url": small},
            {"type": "w", "width": width, "height": height, "url": whole},
            {"type": "m", "width": min(90, width - 1), "height": min(60, height - 1), "url": small},
        ]
        about = {"album_id": -3, "date": int(time.time()), "text": "", "has_tags": False, "sizes": sizes}
        return self._attach("photo", about, data, owner)

    def document(self, data: bytes, name: str, owner: int, kind: str = "") -> dict[str, Any]:
        """Keep a document. Returns its object; type 4 is a picture, 1 a text."""
        extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
        about = {"title": name, "size": len(data), "ext": extension, "date": int(time.time())}
        about["type"] = 4 if extension in ("jpg", "jpeg", "png") or kind.startswith("image/") else 1
        return self._attach("doc", about | {"url": self.keep(data, f"file.{extension or 'bin'}")}, data, owner)

    def named(self, text: str) -> tuple[list[dict[str, Any]], list[bytes]]:
        """Return the attachments of a message with their bytes. Raises Refused when there is no such thing."""
        names = [name.strip() for name in text.split(",") if name.strip()]
        if len(names) > 10:
            raise bad("attachment: at most 10")
        found = [self.attachments.get(name) for name in names]
        if None in found:
            raise bad(f"attachment {names[found.index(None)]} is not there")
        attached = [one for one in found if one]
        kinds = ["doc" if name.startswith("doc") else "photo" for name in names]
        return [{"type": kind, kind: about} for kind, (about, _) in zip(kinds, attached, strict=True)], [
            data for _, data in attached
        ]

    def upload_address(self, kind: str) -> str:
        return f"{self._platform.base}/upload/{kind}?act=do_add&mid=1&hash=f00d"

    def save_photo(self, photo: str, hash: str) -> list[dict[str, Any]]:
        _, data = self._taken(photo, hash)
        return [self.photo(data, -self._platform.group_id)]

    def save_document(self, file: str, title: str | None) -> dict[str, Any]:
        name, data = self._taken(file, "")
        return {"type": "doc", "doc": self.document(data, title or name, -self._platform.group_id)}

    def _attach(self, kind: str, about: dict[str, Any], data: bytes, owner: int) -> dict[str, Any]:
        number = next(self._numbers)
        key = hashlib.sha256(str(number).encode()).hexdigest()[:18]
        about = {"id": number, "owner_id": owner, "access_key": key} | about
        self.attachments[f"{kind}{owner}_{number}_{key}"] = (about, data)
        if owner == -self._platform.group_id:
            self.attachments[f"{kind}{owner}_{number}"] = (about, data)
        return about

    def _taken(self, what: str, hash: str) -> tuple[str, bytes]:
        """Return what was uploaded; it may be saved once."""
        if (what, hash) not in self._uploaded:
            raise bad("photo or file was not uploaded, or saved already")
        return self._uploaded.pop((what, hash))

    async def _upload_photo(self, request: web.Request) -> web.StreamResponse:
        return await self._upload(request, "photo")

    async def _upload_document(self, request: web.Request) -> web.StreamResponse:
        return await self._upload(request, "file")

    async def _upload(self, request: web.Request, field: str) -> web.StreamResponse:
        sent = await request.post()
        part = next((sent[name] for name in FIELDS[field] if name in sent), None)
        fault = due(self._platform.broken, "upload")
        if fault is not None and fault.fault is Fault.DOWN:
            return cut(request)
        if fault is not None and fault.fault not in (Fault.LOST_ANSWER, Fault.SLOW):
            return web.Response(status=500)
        if not isinstance(part, web.FileField):
            return self._upload_refused(f"no file in the field {field}")
        name, data = part.filename, part.file.read()
        if field == "photo" and not _is_photo(data):
            return self._upload_refused("not a photo")
        return await after(fault, request, web.json_response(self._receipt(field, name, data)))

    def _receipt(self, field: str, name: str, data: bytes) -> dict[str, Any]:
        number = next(self._numbers)
        if field == "file":
            token = f"{self._platform.group_id}|0|-1|{number}|f00dfeed|{name.rsplit('.', 1)[-1]}|{len(data)}"
            self._uploaded[token, ""] = (name, data)
            return {"file": token}
        photo = json.dumps([{"markers_restarted": True, "photo": f"{number:x}:w", "sizes": []}])
        hash = hashlib.sha256(photo.encode()).hexdigest()[:24]
        self._uploaded[photo, hash] = (name, data)
        return {"server": 204716, "photo": photo, "hash": hash}

    def _upload_refused(self, why: str) -> web.Response:
        self._platform.offences.append(f"upload: {why}")
        return web.json_response({"error": "ERR_UPLOAD_BAD_IMAGE_SIZE", "error_descr": why})

    async def _fetch(self, request: web.Request) -> web.StreamResponse:
        fault = due(self._platform.broken, "file")
        if fault is not None and fault.fault is Fault.DOWN:
            return cut(request)
        if fault is not None and fault.fault not in (Fault.LOST_ANSWER, Fault.SLOW):
            return web.Response(status=503)
        kept = self._kept.get(request.match_info["name"])
        if kept is None or request.query.get("sign") != kept.signature:
            return web.Response(status=404)
        return await after(fault, request, web.Response(body=kept.data, content_type="image/jpeg"))


def _is_photo(data: bytes) -> bool:
    try:
        with Image.open(BytesIO(data)) as image:
            return image.format in {"JPEG", "PNG", "GIF"} and sum(image.size) <= PHOTO_SUM and len(data) <= PHOTO_BYTES
    except OSError:
        return False
