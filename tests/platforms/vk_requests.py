"""Keyboards of VK as a bot writes them, right or wrong."""

import json
from typing import Any


def keyboard(*rows: list[Any], **about: object) -> str:
    return json.dumps({"buttons": list(rows)} | about, ensure_ascii=False)


def button(kind: str = "text", label: str = "Да", **about: object) -> dict[str, Any]:
    return {"action": {"type": kind, "label": label, "payload": '{"a":1}'} | about}
