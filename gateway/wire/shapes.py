"""Kinds of value that bodies are made of, and how a body is read: whole, or with all its problems named."""

import re
from datetime import datetime
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from gateway.domain.agency import is_agency_key
from gateway.domain.number import read_number
from gateway.domain.problem import Problem
from gateway.errors import Invalid, NotUnderstood
from gateway.form.check import is_text

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")
_STRANGE_NAME = "?"
_MOST_PROBLEMS = 100
_NO_BODY = {"json_invalid", "model_type"}
_CODES = {
    "missing": "required",
    "string_too_short": "required",
    "extra_forbidden": "unknown_field",
    "bad_characters": "bad_characters",
    "string_too_long": "too_long",
    "enum": "unknown",
    "string_pattern_mismatch": "unknown",
    "greater_than_equal": "unknown",
    "less_than_equal": "unknown",
    "unknown": "unknown",
}


class Asked(BaseModel):
    """What a gateway sends."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Told(BaseModel):
    """What a core store answers."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True, hide_input_in_errors=True)


_Body = TypeVar("_Body", bound=BaseModel)


def read(model: type[_Body], body: bytes) -> _Body:
    """Return the JSON text as a model; raises NotUnderstood if it is no JSON object, Invalid naming every problem."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
    if any(detail["type"] in _NO_BODY and not detail["loc"] for detail in details):
        raise NotUnderstood
    raise Invalid([_problem(detail) for detail in details[:_MOST_PROBLEMS]])


def write(body: BaseModel) -> bytes:
    """Return the model as JSON in UTF-8."""
    return body.model_dump_json().encode()


def _problem(detail: ErrorDetails) -> Problem:
    code = _CODES.get(detail["type"], "wrong_type")
    field = ".".join(_step(step) for step in detail["loc"])
    if code == "too_long":
        values = {"most": detail["ctx"]["max_length"], "length": len(detail["input"])}
        return Problem(field=field, code=code, values=values)
    return Problem(field=field, code=code)


def _step(step: int | str) -> str:
    # The name of an unknown field is the sender's; a strange one is not repeated.
    return str(step) if isinstance(step, int) or _PLAIN_NAME.match(step) else _STRANGE_NAME


def _unknown() -> PydanticCustomError:
    return PydanticCustomError("unknown", "no such value")


def _text(written: str) -> str:
    if not is_text(written):
        raise PydanticCustomError("bad_characters", "characters that no store takes")
    return written


def _agency_key(written: str) -> str:
    if not is_agency_key(written):
        raise _unknown()
    return written


def _number(written: str) -> str:
    number = read_number(written)
    if number is None:
        raise _unknown()
    return number


def _time_zone(written: str) -> str:
    try:
        ZoneInfo(written)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones
        raise _unknown() from None
    return written


def _likely(moment: datetime) -> datetime:
    # Years at the ends of the calendar cannot be reckoned with: a day added to them is no date.
    if not 2000 <= moment.year < 2200:
        raise _unknown()
    return moment


Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Word = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_text)]
Line = Annotated[str, Field(max_length=1_000), AfterValidator(_text)]
Text = Annotated[str, Field(max_length=100_000), AfterValidator(_text)]
AgencyName = Annotated[str, AfterValidator(_agency_key)]
Number = Annotated[str, AfterValidator(_number)]
Zone = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_time_zone)]
Moment = Annotated[AwareDatetime, AfterValidator(_likely)]
