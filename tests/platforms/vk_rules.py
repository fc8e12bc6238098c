"""What VK's API takes: names and types of the calls that a community's bot needs. https://dev.vk.com/ru/method.

A call is checked against this table, and against the published schema 5.199 too where it is at hand. VK itself lets
unknown parameters pass; here they are refused, for they are mistakes.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.platforms.specifications import specification

_EVENT_NAMES = (
    "message_new message_reply message_allow message_edit message_deny message_typing_state message_read photo_new"
    " audio_new video_new wall_reply_new wall_reply_edit wall_reply_delete wall_reply_restore wall_post_new wall_repost"
    " board_post_new board_post_edit board_post_restore board_post_delete photo_comment_new photo_comment_edit"
    " photo_comment_delete photo_comment_restore video_comment_new video_comment_edit video_comment_delete"
    " video_comment_restore market_comment_new market_comment_edit market_comment_delete market_comment_restore"
    " poll_vote_new group_join group_leave group_change_settings group_change_photo group_officers_edit user_block"
    " user_unblock like_add like_remove message_event message_reaction_event"
)
EVENTS = tuple(_EVENT_NAMES.split())
_EVENTS = " ".join(f"{event}:bool" for event in EVENTS)
_CONTENT = (
    "message:str lat:num long:num attachment:str dont_parse_links:bool disable_mentions:bool keyboard:str template:str"
)

# name:type, ! is required.
METHODS = {
    "groups.getById": "group_ids:strs group_id:str fields:strs",
    "groups.getCallbackConfirmationCode": "group_id!:int",
    "groups.getCallbackServers": "group_id!:int server_ids:ints",
    "groups.addCallbackServer": "group_id!:int url!:str title!:str secret_key:str",
    "groups.editCallbackServer": "group_id!:int server_id!:int url!:str title!:str secret_key:str",
    "groups.deleteCallbackServer": "group_id!:int server_id!:int",
    "groups.setCallbackSettings": f"group_id!:int server_id!:int api_version:str {_EVENTS}",
    "groups.getCallbackSettings": "group_id!:int server_id!:int",
    "groups.getTokenPermissions": "",
    "groups.getLongPollServer": "group_id!:int",
    "groups.getLongPollSettings": "group_id!:int",
    "groups.setLongPollSettings": f"group_id!:int enabled:bool api_version:str {_EVENTS}",
    "messages.send": f"user_id:int random_id!:int peer_id:int peer_ids:ints {_CONTENT} reply_to:int forward:str"
    " payload:str intent:str subscribe_id:int group_id:int",
    "messages.edit": f"peer_id!:int message_id:int cmid:int {_CONTENT} keep_forward_messages:bool keep_snippets:bool"
    " group_id:int",
    "messages.sendMessageEventAnswer": "event_id!:str user_id!:int peer_id!:int event_data:str",
    "messages.getById": "message_ids:ints cmids:ints peer_id:int preview_length:int extended:bool group_id:int",
    "messages.getByConversationMessageId": "peer_id!:int conversation_message_ids!:ints extended:bool group_id:int",
    "messages.isMessagesFromGroupAllowed": "group_id!:int user_id!:int",
    "messages.setActivity": "user_id:int type:str peer_id:int group_id:int",
    "messages.markAsRead": "peer_id:int start_message_id:int group_id:int mark_conversation_as_read:bool",
    "photos.getMessagesUploadServer": "peer_id:int",
    "photos.saveMessagesPhoto": "photo!:str server:int hash:str",
    "docs.getMessagesUploadServer": "type:str peer_id:int",
    "docs.save": "file!:str title:str tags:str return_tags:bool",
    "users.get": "user_ids:strs fields:strs name_case:str",
}

LONGEST = {"title": 14, "secret_key": 50, "payload": 1000, "event_data": 1000}
"""In characters; a message has its own error."""

INTENTS = ("default", "confirmed_notification", "customer_support", "non_promo_newsletter", "promo_newsletter")

COMMON = frozenset({"access_token", "v", "lang", "test_mode", "captcha_sid", "captcha_key", "success_token"})

PERMISSIONS = {"messages": 4096, "photos": 4, "docs": 131072, "manage": 262144}
"""Rights of a community's token and their bits. https://dev.vk.com/ru/reference/access-rights."""


class Refused(Exception):
    """VK says no, with an error of its list. `offence` tells a broken rule from what may happen to anybody."""

    def __init__(self, code: int, message: str, *, offence: bool = False) -> None:
        super().__init__(message)
        self.code, self.message, self.offence = code, message, offence


def bad(message: str, code: int = 100) -> Refused:
    """A rule was broken."""
    told = f"One of the parameters specified was missing or invalid: {message}" if code == 100 else message
    return Refused(code, told, offence=True)


@dataclass(frozen=True, slots=True)
class Parameter:
    type: str
    required: bool


def _compact(text: str) -> dict[str, Parameter]:
    parts = (part.split(":", 1) for part in text.split())
    return {name.rstrip("!"): Parameter(type, name.endswith("!")) for name, type in parts}


_TABLE = {name: _compact(text) for name, text in METHODS.items()}


def parameters_of(method: str, raw: Mapping[str, str]) -> dict[str, Any]:
    """Return the parameters of a call as values. Raises Refused where they break the table."""
    table = _TABLE[method]
    given = {name: text for name, text in raw.items() if name not in COMMON}
    if unknown := sorted(given.keys() - table.keys()):
        raise bad(f"{method} has no parameter {', '.join(unknown)}")
    for name, parameter in table.items():
        if parameter.required and name not in given:
            raise bad(f"{name} is undefined")
    values = {name: _value(name, table[name].type, text) for name, text in given.items()}
    for name, value in values.items():
        if isinstance(value, str) and len(value) > LONGEST.get(name, 1 << 20):
            raise bad(f"{name} is longer than {LONGEST[name]}")
    if values.get("intent", "default") not in INTENTS:
        raise bad("intent is unknown")
    return values


def check_published(method: str, values: Mapping[str, Any]) -> None:
    """Raise Refused for what breaks the published schema, where that is at hand."""
    if (schema := published()) and (amiss := schema.call_amiss(method, values)):
        raise bad(amiss)


def _value(name: str, type: str, text: str) -> Any:
    if type == "str":
        return text
    if type in ("ints", "strs"):
        return [_value(name, type[:-1], part.strip()) for part in text.split(",") if part.strip()]
    if type == "int" and re.fullmatch(r"-?\d{1,19}", text):
        return int(text)
    if type == "num" and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    if type == "bool" and text in ("0", "1", "true", "false", "True", "False"):
        return text in ("1", "true", "True")
    raise bad(f"{name} is not {type}")


class Published:
    """VK's API schema, with the mistakes mended that keep a validator from reading it (commit 0efe478)."""

    def __init__(self, folder: Path) -> None:
        self._definitions: dict[str, Any] = {}
        self._methods: dict[str, Any] = {}
        for path in sorted(folder.glob("*/*.json")):
            read = json.loads(path.read_text(encoding="utf-8"))
            self._definitions |= read.get("definitions", {})
            self._methods |= {method["name"]: method for method in read.get("methods", ())}
        _mend_facts(self._definitions)
        self._definitions = {name: self._mended(one) for name, one in self._definitions.items()}

    def call_amiss(self, method: str, values: Mapping[str, Any]) -> str | None:
        """Say what is wrong with the parameters of a call, or None."""
        known = {one["name"]: one for one in self._methods[method].get("parameters", ())}
        for name, value in values.items():
            if name not in known:
                return f"{method} has no parameter {name}"
            refers = "$ref" in known[name] and isinstance(value, str)
            rules = {"$ref": known[name]["$ref"]} if refers else known[name]
            if amiss := self._amiss(rules, _json(value) if refers else value):
                return f"{name}: {amiss}"
        missing = [name for name, one in known.items() if one.get("required") and name not in values]
        return f"lacks {', '.join(missing)}" if missing else None

    def answer_amiss(self, method: str, body: Mapping[str, Any]) -> str | None:
        """Say what is wrong with the body of an answer, or None if it is one of those that the method may give."""
        answers = self._methods[method]["responses"].values()
        found = [self._amiss({"$ref": answer["$ref"]}, body) for answer in answers]
        return None if None in found else "; ".join(map(str, found))

    def object_amiss(self, name: str, value: Any) -> str | None:
        """Say what keeps the value from being what the schema calls by that name, or None."""
        return self._amiss({"$ref": f"x#/definitions/{name}"}, value)

    def _amiss(self, rules: Mapping[str, Any], value: Any) -> str | None:
        from jsonschema import Draft7Validator

        schema = {"definitions": self._definitions, "allOf": [self._mended(dict(rules, required=False))]}
        error = next(iter(Draft7Validator(schema).iter_errors(value)), None)
        return error and f"{'.'.join(map(str, error.absolute_path))} {error.message[-200:]}".strip()

    def _mended(self, part: Any) -> Any:
        """Mend one part: `required` belongs to the object, `$ref` stands alone, what is not here may be anything."""
        if isinstance(part, list):
            return [self._mended(one) for one in part]
        if not isinstance(part, dict):
            return part
        if isinstance(part.get("$ref"), str):
            name = part["$ref"].rsplit("/", 1)[-1]
            return {"$ref": f"#/definitions/{name}"} if name in self._definitions else {}
        mended = {name: self._mended(one) for name, one in part.items() if name not in ("required", "oneOf")}
        if "oneOf" in part:
            mended["anyOf"] = self._mended(part["oneOf"])
        if isinstance(part.get("properties"), dict):
            needed = [name for name, one in part["properties"].items() if one.get("required") is True]
            mended |= {"required": needed} if needed else {}
        return mended


def _mend_facts(definitions: dict[str, Any]) -> None:
    """Mend what the schema has wrong about the platform itself."""
    definitions["callback_type"]["enum"] += ["message_event", "like_add", "like_remove"]
    definitions["callback_message_event"]["properties"]["payload"] = {}
    definitions["messages_keyboard"]["properties"]["one_time"].pop("required")
    definitions["messages_keyboard_button"]["properties"]["color"]["enum"].append("secondary")


def _json(text: str) -> Any:
    """Read JSON; a field that is null counts as absent, as it does for VK."""
    try:
        return json.loads(text, object_hook=lambda read: {name: one for name, one in read.items() if one is not None})
    except ValueError:
        return text


@cache
def published() -> Published | None:
    """Return VK's published schema, or None where it is not at hand."""
    folder = specification("vk")
    return Published(folder) if folder else None
