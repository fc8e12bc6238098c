"""What the page about the core door shows is what both sides of it understand."""

import json
import re
from pathlib import Path

from pydantic import BaseModel

from gateway.domain.attachment import FileType
from gateway.domain.case import EventKind, Status
from gateway.wire.cases import CaseBody, CommentBody, JoinBody, RatingBody, ReplyBody, WithdrawalBody
from gateway.wire.changes import ChangesTold, FileTold
from gateway.wire.shapes import read

PAGE = (Path(__file__).parents[2] / "docs/reference/core-door.md").read_text(encoding="utf-8")
SHOWN: list[type[BaseModel]] = [
    FileTold,
    CaseBody,
    RatingBody,
    CommentBody,
    ReplyBody,
    WithdrawalBody,
    JoinBody,
    ChangesTold,
]


def examples() -> list[str]:
    return re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


def test_every_example_is_understood_and_shows_every_field() -> None:
    assert len(examples()) == len(SHOWN)
    for example, model in zip(examples(), SHOWN, strict=True):
        understood = read(model, example.encode())
        assert understood.model_dump(mode="json") == json.loads(example)


def test_every_status_kind_and_type_is_named() -> None:
    for word in (*Status, *EventKind, *FileType):
        assert f"`{word.value}`" in PAGE
