"""What has happened in a rehearsed chat: a file for each in the data folder, so that every process there sees the same.

A line is a JSON object: what the page said, as its channel drew it, or what the resident did.
"""

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gateway.domain.connection import Address
from gateway.domain.conversation import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFile:
    """A file that the resident sent: `ref` is its name among the files of rehearsals, `name` the one it had."""

    ref: str
    name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What the resident did, all at once: `pressed` is the label of a button and `data` what it carries.

    `place` is latitude and longitude, `starts` that the dialog was opened, perhaps with the `code` of a link.
    """

    text: str = ""
    files: tuple[OwnFile, ...] = ()
    place: tuple[float, float] | None = None
    phone: str | None = None
    pressed: str | None = None
    data: str | None = None
    starts: bool = False
    code: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it for the store."""
        return asdict(self)


def deed_of(told: dict[str, Any]) -> Deed:
    """Return the deed that `as_json` wrote."""
    files = tuple(OwnFile(**file) for file in told["files"])
    place = None if told["place"] is None else (told["place"][0], told["place"][1])
    return Deed(**{**told, "files": files, "place": place})


Line = Deed | Part


@dataclass(frozen=True, slots=True)
class Feeds:
    """The chats of a data folder."""

    folder: Path

    def connections(self) -> Sequence[str]:
        """Return the pages that chats were begun with."""
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.is_dir() else ()

    def begin(self, connection: str) -> bool:
        """Make room for chats with a page; return whether there was none before."""
        room = self.folder / connection
        is_new = not room.is_dir()
        room.mkdir(parents=True, exist_ok=True)
        return is_new

    def lines(self, chat: Address) -> Sequence[Line]:
        """Return what has happened, oldest first; none where nothing has."""
        return tuple(self._read(chat))

    def add_deed(self, chat: Address, deed: Deed) -> None:
        """Write down what the resident did."""
        self._append(chat, {"deed": deed.as_json()})

    def add_part(self, chat: Address, part: Part, *, key: int) -> None:
        """Write down what the page said; a second part of the same key is passed over when they are read."""
        self._append(chat, {"part": part.body, "key": key})

    def keep(self, content: bytes, name: str) -> OwnFile:
        """Keep a file of the resident's for whoever fetches it."""
        ref = secrets.token_hex(16)
        self.folder.joinpath("files").mkdir(parents=True, exist_ok=True)
        self.path_of(ref).write_bytes(content)
        return OwnFile(ref=ref, name=name, size=len(content))

    def path_of(self, ref: str) -> Path:
        """Return where such a file lies, or would lie."""
        return self.folder / "files" / (ref if ref.isalnum() else "none")

    def _append(self, chat: Address, line: dict[str, Any]) -> None:
        path = self._path(chat)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:  # one write, at the end: lines of two processes do not mix
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")

    def _read(self, chat: Address) -> Iterator[Line]:
        path, seen = self._path(chat), set()
        if not path.exists():
            return
        for line in path.read_bytes().split(b"\n")[:-1]:
            told = json.loads(line)
            if "deed" in told:
                yield deed_of(told["deed"])
            elif told["key"] not in seen:
                seen.add(told["key"])
                yield Part(body=told["part"])

    def _path(self, chat: Address) -> Path:
        return self.folder / chat.connection / f"{chat.peer}.jsonl"
