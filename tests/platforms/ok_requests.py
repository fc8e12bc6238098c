"""What groups send to Odnoklassniki, for the tests of the fake one."""

import json
from typing import Any

import httpx

JSON = {"Content-Type": "application/json;charset=utf-8"}


async def post(api: httpx.AsyncClient, path: str, body: Any, **options: Any) -> Any:
    answer = await api.post(path, content=json.dumps(body), headers=JSON, **options)
    return answer.json()


async def send(api: httpx.AsyncClient, chat: str, **message: Any) -> Any:
    return await post(api, f"/me/messages/{chat}", {"recipient": {"chat_id": chat}, "message": message})


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "INLINE_KEYBOARD", "payload": {"keyboard": {"buttons": list(rows)}}}


def callback(text: str = "Да", payload: str = "f:1", **more: Any) -> dict[str, Any]:
    return {"type": "CALLBACK", "text": text, "payload": payload, **more}


def image(**payload: str) -> dict[str, Any]:
    return {"type": "IMAGE", "payload": payload}
