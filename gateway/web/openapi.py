"""The API's description in OpenAPI 3.1, made from the handlers that are routed and the models that they use.

A handler is described where it stands:

    @describe(summary="…", tag="appeals", request=NewAppeal, responses={201: AppealReceipt}, errors=(Invalid, TooMany))
    async def send_appeal(request): …

Errors are classes of `gateway.errors`; the module adds those that any request may meet.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from gateway import __version__
from gateway.errors import NotUnderstood, OtklikError, TooLarge, TooMany, TooSlow, Unauthorized, Unavailable
from gateway.web.contract import Refusal

_HandlerT = TypeVar("_HandlerT", bound=Callable[..., Any])
_Json: TypeAlias = dict[str, Any]

_OPERATION = "__operation__"
_PREFIX = "/api/v1/"
_PLACEHOLDER = re.compile(r"{(\w+)}")
_REFERENCE = "#/components/schemas/{model}"
_BODY_ERRORS = (NotUnderstood, TooLarge, TooSlow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A value in the query or a header; `schema` is JSON Schema."""

    name: str
    description: str
    required: bool = False
    schema: _Json = field(default_factory=lambda: {"type": "string"})
    example: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBody:
    """A body that is a file: `multipart` with a part of the name `control`, or the bytes themselves."""

    media_type: str
    control: str | None = None


Body: TypeAlias = type[BaseModel] | FileBody | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What a handler takes, gives and refuses."""

    summary: str
    description: str
    tag: str
    request: Body
    responses: Mapping[int, Body]
    errors: Sequence[type[OtklikError]]
    query: Sequence[Parameter]
    headers: Sequence[Parameter]
    response_headers: Mapping[str, str]
    token: bool


def describe(
    *,
    summary: str,
    tag: str,
    responses: Mapping[int, Body],
    request: Body = None,
    errors: Iterable[type[OtklikError]] = (),
    query: Sequence[Parameter] = (),
    headers: Sequence[Parameter] = (),
    response_headers: Mapping[str, str] | None = None,
    token: bool = False,
) -> Callable[[_HandlerT], _HandlerT]:
    """Describe the handler below; its docstring is the description. `token` tells that a Bearer token is needed."""

    def mark(handler: _HandlerT) -> _HandlerT:
        operation = Operation(
            summary=summary,
            description=" ".join((handler.__doc__ or "").split()),
            tag=tag,
            request=request,
            responses=responses,
            errors=tuple(errors),
            query=query,
            headers=headers,
            response_headers=response_headers or {},
            token=token,
        )
        setattr(handler, _OPERATION, operation)
        return handler

    return mark


def make_description(app: web.Application) -> _Json:
    """Describe every route of the API; raises LookupError for one whose handler is not described."""
    operations = list(_operations(app))
    schemas, definitions = models_json_schema(
        sorted(_models(operation for _, _, _, operation in operations), key=lambda pair: pair[0].__name__),
        ref_template=_REFERENCE,
    )
    paths: dict[str, _Json] = {}
    for path, method, name, operation in operations:
        paths.setdefault(path, {})[method] = _Writer(schemas).write(path, name, operation)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Otklik",
            "version": __version__,
            "description": "The front door of a public feedback platform.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


async def show_description(request: web.Request) -> web.Response:
    """Give the description, made when it is first asked for."""
    cache = request.app[_DESCRIPTION]
    if not cache:
        cache.append(json.dumps(make_description(request.app), ensure_ascii=False).encode())
    return web.Response(body=cache[0], content_type="application/json")


def prepare_description(app: web.Application) -> None:
    """Give the application a place where its description is kept."""
    app[_DESCRIPTION] = []


_DESCRIPTION = web.AppKey("description", list[bytes])
_Mode: TypeAlias = tuple[type[BaseModel], JsonSchemaMode]
_Schemas: TypeAlias = Mapping[Any, _Json]


def _operations(app: web.Application) -> Iterator[tuple[str, str, str, Operation]]:
    for route in app.router.routes():
        path = "" if route.resource is None else route.resource.canonical
        if not path.startswith(_PREFIX) or route.method in ("HEAD", "OPTIONS") or route.handler is show_description:
            continue
        operation = getattr(route.handler, _OPERATION, None)
        if operation is None:
            raise LookupError(f"{route.method} {path} is not described")
        yield path, route.method.lower(), _id(route.handler), operation


def _id(handler: Callable[..., Any]) -> str:
    return f"{handler.__module__.rpartition('.')[2]}_{handler.__name__}"


def _models(operations: Iterable[Operation]) -> set[_Mode]:
    used: set[_Mode] = {(Refusal, "serialization")}
    for operation in operations:
        used |= {(body, "serialization") for body in operation.responses.values() if isinstance(body, type)}
        if isinstance(operation.request, type):
            used.add((operation.request, "validation"))
    return used


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes operations that refer to these schemas."""

    schemas: _Schemas

    def write(self, path: str, name: str, operation: Operation) -> _Json:
        written: _Json = {
            "operationId": name,
            "summary": operation.summary,
            "description": operation.description,
            "tags": [operation.tag],
            "responses": dict(self._responses(operation)),
        }
        if parameters := list(_parameters(path, operation)):
            written["parameters"] = parameters
        if operation.request is not None:
            written["requestBody"] = {"required": True, "content": self._content(operation.request, "validation")}
        if operation.token:
            written["security"] = [{"token": []}]
        return written

    def _responses(self, operation: Operation) -> Iterator[tuple[str, _Json]]:
        for status, body in operation.responses.items():
            response: _Json = {"description": _first_line(body)}
            if body is not None:
                response["content"] = self._content(body)
            if operation.response_headers:
                response["headers"] = {
                    name: {"description": said, "schema": {"type": "string"}}
                    for name, said in operation.response_headers.items()
                }
            yield str(status), response
        for status, errors in _by_status(operation).items():
            yield str(status), self._refusal(errors)

    def _refusal(self, errors: Sequence[type[OtklikError]]) -> _Json:
        said = " ".join(f"`{error.code}`: {_first_line(error)}" for error in errors)
        response: _Json = {"description": said, "content": self._content(Refusal)}
        if any(issubclass(error, Unavailable | TooMany) for error in errors):
            schema = {"type": "integer", "minimum": 1}
            response["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": schema}}
        return response

    def _content(self, body: type[BaseModel] | FileBody, mode: JsonSchemaMode = "serialization") -> _Json:
        if not isinstance(body, FileBody):
            return {"application/json": {"schema": self.schemas[body, mode]}}
        if body.control is None:
            return {body.media_type: {"schema": {"type": "string", "format": "binary"}}}
        part = {body.control: {"type": "string", "format": "binary"}}
        return {body.media_type: {"schema": {"type": "object", "properties": part, "required": [body.control]}}}


def _parameters(path: str, operation: Operation) -> Iterator[_Json]:
    for name in _PLACEHOLDER.findall(path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    for place, parameters in (("query", operation.query), ("header", operation.headers)):
        for parameter in parameters:
            written = {
                "name": parameter.name,
                "in": place,
                "description": parameter.description,
                "required": parameter.required,
                "schema": parameter.schema,
            }
            yield written if parameter.example is None else {**written, "example": parameter.example}


def _by_status(operation: Operation) -> Mapping[int, list[type[OtklikError]]]:
    errors: list[type[OtklikError]] = [*operation.errors, Unavailable]
    if operation.request is not None:
        errors += _BODY_ERRORS
    if operation.token:
        errors.append(Unauthorized)
    by_status: dict[int, list[type[OtklikError]]] = {}
    for error in sorted(set(errors), key=lambda error: (error.status, error.code)):
        by_status.setdefault(error.status, []).append(error)
    return by_status


def _first_line(what: object) -> str:
    if isinstance(what, FileBody):
        return "The file."
    return str(getattr(what, "__doc__", None) or "Done.").strip().splitlines()[0]
