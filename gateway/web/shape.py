"""Bodies brought into the shape of a model: what is of the wrong type is named and dropped, what is left goes on.

So a client learns of wrong types and of what the form's rules say in one answer. No value that was sent is repeated
in it, and no name that is not a plain one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gateway.domain.problem import Problem
from gateway.errors import Invalid
from gateway.web.contract import Incoming

_Model = TypeVar("_Model", bound=Incoming)
_Step = str | int
_Json: TypeAlias = Any  # what a body holds somewhere

MOST_PROBLEMS = 100  # in one answer
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}\Z")
_STRANGE_NAME = "?"

_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "string_unicode": "bad_characters",
    "string_too_long": "too_long",
    "literal_error": "unknown",
    "enum": "unknown",
    "string_pattern_mismatch": "unknown",
    "unknown": "unknown",
    "score": "score",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaped(Generic[_Model]):
    """What could be read of a body, and the `problems` of what could not; those parts are blank in it."""

    body: _Model
    problems: tuple[Problem, ...] = ()

    def has_problem(self, name: str) -> bool:
        """Tell whether this field could not be read."""
        return any(problem.field == name for problem in self.problems)


def shape(model: type[_Model], body: dict[str, Any]) -> Shaped[_Model]:
    """Return the body in the shape of the model, taking the dict apart if it does not fit.

    Raises Invalid if something cannot be read that the model has no blank for.
    """
    try:
        return Shaped(body=model.model_validate(body))
    except ValidationError as error:
        return _Mending(model=model, body=body).mend(error)


@dataclass(slots=True, kw_only=True)
class _Mending(Generic[_Model]):
    """Drops parts until the rest fits: no part is dropped twice, so it comes to an end."""

    model: type[_Model]
    body: dict[str, Any]
    problems: dict[str, Problem] = field(default_factory=dict)

    def mend(self, error: ValidationError) -> Shaped[_Model]:
        while self._drop_all(error.errors(include_url=False)):
            try:
                return Shaped(body=self.model.model_validate(self.body), problems=self._found)
            except ValidationError as next_error:
                error = next_error
        raise Invalid(self._found)

    @property
    def _found(self) -> tuple[Problem, ...]:
        return tuple(self.problems.values())[:MOST_PROBLEMS]

    def _drop_all(self, details: list[ErrorDetails]) -> bool:
        """Drop each part that does not fit; tell whether the rest is worth another look."""
        known = set(self.problems)
        dropped = [self._drop(detail, known) for detail in details]
        return all(dropped)

    def _drop(self, detail: ErrorDetails, known: set[str]) -> bool:
        loc = detail["loc"]
        if detail["type"] == "too_long":  # a list: how many are too many is for the form to say
            return self._cut(loc, detail["ctx"]["max_length"])
        if detail["type"] == "string_unicode" and isinstance(part := self._part(loc), dict):
            return self._drop_strange_names(loc, part)
        problem = _problem(detail)
        self.problems.setdefault(problem.field, problem)
        return problem.field not in known and self._blank(loc)

    def _cut(self, loc: tuple[_Step, ...], most: int) -> bool:
        del self._part(loc)[most:]
        return True

    def _drop_strange_names(self, loc: tuple[_Step, ...], part: dict[str, Any]) -> bool:
        for name in [name for name in part if not _is_unicode(name)]:
            del part[name]
        strange = dotted((*loc, _STRANGE_NAME))
        self.problems.setdefault(strange, Problem(field=strange, code="unknown_field"))
        return True

    def _blank(self, loc: tuple[_Step, ...]) -> bool:
        try:
            around = self._part(loc[:-1])
        except (LookupError, TypeError):  # the place is a branch of the model, not of the body
            return False
        last = loc[-1]
        if isinstance(around, list) and isinstance(last, int):
            around[last] = ""
        elif len(loc) == 1 and last in self.model.blanks:
            around[last] = self.model.blanks[str(last)]
        else:
            return around.pop(last, self) is not self
        return True

    def _part(self, loc: tuple[_Step, ...]) -> _Json:
        part: _Json = self.body
        for step in loc:
            part = part[step]
        return part


def _problem(detail: ErrorDetails) -> Problem:
    code = _CODES.get(detail["type"], "wrong_type")
    if detail["input"] is None:
        code = "required"
    elif code == "unknown" and not isinstance(detail["input"], str):
        code = "wrong_type"
    return Problem(field=dotted(detail["loc"]), code=code, values=_values(detail))


def _values(detail: ErrorDetails) -> Mapping[str, object]:
    if detail["type"] != "string_too_long":
        return {}
    return {"most": detail["ctx"]["max_length"], "length": len(detail["input"])}


def dotted(loc: tuple[_Step, ...]) -> str:
    """Return the name of a part as problems have it; a strange one, which the sender made up, is not repeated."""
    return ".".join(str(step) if _is_plain(step) else _STRANGE_NAME for step in loc)


def _is_plain(step: _Step) -> bool:
    return isinstance(step, int) or _PLAIN_NAME.match(step) is not None


def _is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
