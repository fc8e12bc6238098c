"""What the Telegram Bot API takes: names and types of the calls that bots of a page need, and its limits.

https://core.telegram.org/bots/api. A value is checked against this table, and against the published specification
too where it is at hand. Telegram itself lets unknown parameters pass; here they are refused, for they are mistakes.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.platforms.specifications import specification

_WHERE = "chat_id!:Integer|String message_thread_id:Integer"
_HOW = "disable_notification:Boolean protect_content:Boolean reply_parameters:ReplyParameters"
_MARKUP = "reply_markup:InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply"
_CAPTION = "caption:String parse_mode:String caption_entities:[MessageEntity"
_WHICH = "chat_id:Integer|String message_id:Integer reply_markup:InlineKeyboardMarkup"
_FORMAT = "parse_mode:String entities:[MessageEntity link_preview_options:LinkPreviewOptions"

# name:type, ! is required, | is or, [ is an array of.
METHODS = {
    "getMe": "",
    "setWebhook": "url!:String certificate:InputFile ip_address:String max_connections:Integer"
    " allowed_updates:[String drop_pending_updates:Boolean secret_token:String",
    "deleteWebhook": "drop_pending_updates:Boolean",
    "getWebhookInfo": "",
    "getUpdates": "offset:Integer limit:Integer timeout:Integer allowed_updates:[String",
    "sendMessage": f"{_WHERE} text!:String {_FORMAT} {_HOW} {_MARKUP}",
    "sendPhoto": f"{_WHERE} photo!:InputFile|String {_CAPTION} {_HOW} {_MARKUP}",
    "sendDocument": f"{_WHERE} document!:InputFile|String thumbnail:InputFile|String {_CAPTION}"
    f" disable_content_type_detection:Boolean {_HOW} {_MARKUP}",
    "sendMediaGroup": f"{_WHERE} media!:[InputMediaPhoto|[InputMediaDocument {_HOW}",
    "sendLocation": f"{_WHERE} latitude!:Float longitude!:Float {_HOW} {_MARKUP}",
    "sendChatAction": f"{_WHERE} action!:String",
    "editMessageText": f"{_WHICH} text!:String {_FORMAT}",
    "editMessageCaption": f"{_WHICH} {_CAPTION}",
    "editMessageReplyMarkup": _WHICH,
    "deleteMessage": "chat_id!:Integer|String message_id!:Integer",
    "answerCallbackQuery": "callback_query_id!:String text:String show_alert:Boolean url:String cache_time:Integer",
    "getFile": "file_id!:String",
    "setMyCommands": "commands!:[BotCommand scope:BotCommandScope language_code:String",
    "getMyCommands": "scope:BotCommandScope language_code:String",
    "deleteMyCommands": "scope:BotCommandScope language_code:String",
    "setMyDescription": "description:String language_code:String",
    "setMyShortDescription": "short_description:String language_code:String",
    "setMyName": "name:String language_code:String",
}

TYPES = {
    "InlineKeyboardMarkup": "inline_keyboard!:[[InlineKeyboardButton",
    "InlineKeyboardButton": "text!:String style:String url:String callback_data:String web_app:WebAppInfo"
    " copy_text:CopyTextButton",
    "WebAppInfo": "url!:String",
    "CopyTextButton": "text!:String",
    "ReplyKeyboardMarkup": "keyboard!:[[KeyboardButton is_persistent:Boolean resize_keyboard:Boolean"
    " one_time_keyboard:Boolean input_field_placeholder:String selective:Boolean",
    "KeyboardButton": "text!:String style:String request_contact:Boolean request_location:Boolean web_app:WebAppInfo",
    "ReplyKeyboardRemove": "remove_keyboard!:Boolean selective:Boolean",
    "ForceReply": "force_reply!:Boolean input_field_placeholder:String selective:Boolean",
    "ReplyParameters": "message_id!:Integer chat_id:Integer|String allow_sending_without_reply:Boolean quote:String",
    "LinkPreviewOptions": "is_disabled:Boolean url:String prefer_small_media:Boolean prefer_large_media:Boolean"
    " show_above_text:Boolean",
    "MessageEntity": "type!:String offset!:Integer length!:Integer url:String language:String",
    "InputMediaPhoto": "type!:String media!:String caption:String parse_mode:String caption_entities:[MessageEntity",
    "InputMediaDocument": "type!:String media!:String thumbnail:String caption:String parse_mode:String"
    " caption_entities:[MessageEntity disable_content_type_detection:Boolean",
    "BotCommand": "command!:String description!:String",
    "BotCommandScope": "type!:String chat_id:Integer|String user_id:Integer",
}


def words(text: str) -> frozenset[str]:
    """Return the names in a text."""
    return frozenset(text.split())


UPDATES = words(
    "message edited_message channel_post edited_channel_post business_connection business_message"
    " edited_business_message deleted_business_messages guest_message message_reaction message_reaction_count"
    " inline_query chosen_inline_result callback_query shipping_query pre_checkout_query purchased_paid_media poll"
    " poll_answer my_chat_member chat_member chat_join_request chat_boost removed_chat_boost managed_bot"
)
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Refused(Exception):
    """The platform says no. `offence` tells a broken rule from what may happen to anybody."""

    def __init__(self, code: int, description: str, *, offence: bool = False, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.offence, self.retry_after = code, description, offence, retry_after


def bad(description: str) -> Refused:
    """A rule was broken."""
    return Refused(400, f"Bad Request: {description}", offence=True)


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    types: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Schema:
    """Fields of methods and types; `kinds` are the types of which a value may be any. `[` says an array."""

    methods: Mapping[str, tuple[Field, ...]]
    types: Mapping[str, tuple[Field, ...]]
    kinds: Mapping[str, tuple[str, ...]]

    def fields_amiss(self, fields: tuple[Field, ...], value: Mapping[str, Any], where: str) -> str | None:
        """Say what is wrong with the fields of an object, or None."""
        known = {field.name: field for field in fields}
        if unknown := sorted(value.keys() - known.keys()):
            return f"{where} has no field {', '.join(unknown)}"
        for field in fields:
            if field.name not in value:
                if field.required:
                    return f"{where} lacks {field.name}"
            elif amiss := self.amiss(field.types, value[field.name], f"{where}.{field.name}"):
                return amiss
        return None

    def amiss(self, types: tuple[str, ...], value: Any, where: str) -> str | None:
        """Say what keeps the value from being of each of the types, or None if it is of one."""
        found = [self._amiss(name, value, where) for name in types]
        return None if None in found else found[-1] if len(found) == 1 else f"{where}: {'; '.join(map(str, found))}"

    def _amiss(self, name: str, value: Any, where: str) -> str | None:
        if name.startswith("["):
            if not isinstance(value, list):
                return f"{where} is not an array"
            items = (self._amiss(name[1:], item, f"{where}[{at}]") for at, item in enumerate(value))
            return next((item for item in items if item), None)
        if name in _PLAIN:
            right = isinstance(value, _PLAIN[name]) and (name == "Boolean" or not isinstance(value, bool))
            return None if right else f"{where} is not of type {name}"
        if name in self.kinds:
            return self.amiss(self.kinds[name], value, where)
        if not isinstance(value, Mapping):
            return f"{where} is not a {name}"
        return self.fields_amiss(self.types[name], value, where)


_PLAIN: dict[str, Any] = {
    "Integer": int,
    "Float": (int, float),
    "String": str,
    "Boolean": bool,
    "InputFile": str,
}


def _compact(text: str) -> tuple[Field, ...]:
    parts = (part.split(":", 1) for part in text.split())
    return tuple(Field(name.rstrip("!"), tuple(types.split("|")), name.endswith("!")) for name, types in parts)


OURS = Schema(
    {name: _compact(text) for name, text in METHODS.items()},
    {name: _compact(text) for name, text in TYPES.items()},
    {},
)


@cache
def published() -> Schema | None:
    """Return the published specification of Bot API 10.1, or None where it is not at hand."""
    path = specification("telegram-bot-api-10.1.json")
    if path is None:
        return None
    read = json.loads(path.read_text(encoding="utf-8"))

    def fields(owner: Mapping[str, Any]) -> tuple[Field, ...]:
        return tuple(
            Field(one["name"], tuple(kind.replace("Array of ", "[") for kind in one["types"]), one["required"])
            for one in owner.get("fields", ())
        )

    return Schema(
        {name: fields(method) for name, method in read["methods"].items()},
        {name: fields(type) for name, type in read["types"].items()},
        {name: tuple(type["subtypes"]) for name, type in read["types"].items() if type.get("subtypes")},
    )


def parameters_of(method: str, raw: Mapping[str, str]) -> dict[str, Any]:
    """Return the parameters of a call as values. Raises Refused where they break the table or the specification."""
    fields = {field.name: field for field in OURS.methods[method]}
    values = {name: _value(fields[name], text) if name in fields else text for name, text in raw.items()}
    for schema in (OURS, published()):
        if schema and (amiss := schema.fields_amiss(schema.methods[method], values, method)):
            raise bad(amiss)
    return values


def _value(field: Field, text: str) -> Any:
    """Read a form's text as one of the field's types; what cannot be read stays text, to be refused as such."""
    if "Integer" in field.types and re.fullmatch(r"-?\d{1,19}", text):
        return int(text)
    if "String" in field.types or "InputFile" in field.types:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
