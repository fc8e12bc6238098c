"""The API's description: complete, valid, and true of what the server does."""

import json
from typing import Any

import pytest
import schemathesis
from aiohttp import web
from pydantic import TypeAdapter

from gateway.texts import LANGUAGES
from gateway.web import contract
from gateway.web.application import make_application
from gateway.web.openapi import make_description
from tests.application import ServedGateway

# What DESIGN's table of the HTTP contract names, and the core door's own calls.
CALLS = {
    ("get", "/api/v1/form"),
    ("get", "/api/v1/topics"),
    ("get", "/api/v1/places"),
    ("post", "/api/v1/readings"),
    ("get", "/api/v1/nearby"),
    ("post", "/api/v1/attachments"),
    ("post", "/api/v1/appeals"),
    ("get", "/api/v1/appeals/{number}"),
    ("post", "/api/v1/appeals/{number}/rating"),
    ("post", "/api/v1/appeals/{number}/reply"),
    ("post", "/api/v1/appeals/{number}/withdrawal"),
    ("post", "/api/v1/cases"),
    ("post", "/api/v1/cases/files"),
    ("get", "/api/v1/cases/files/{id}"),
    ("post", "/api/v1/cases/{id}/rating"),
    ("post", "/api/v1/cases/{id}/comment"),
    ("post", "/api/v1/cases/{id}/reply"),
    ("post", "/api/v1/cases/{id}/withdrawal"),
    ("post", "/api/v1/cases/{id}/join"),
    ("get", "/api/v1/changes"),
}


@pytest.fixture
async def description(standing_gateway: ServedGateway) -> dict[str, Any]:
    answer = await standing_gateway.http.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    again = await standing_gateway.http.get("/api/v1/openapi.json")
    assert again.content == answer.content
    return dict(answer.json())


async def test_every_call_of_the_api_is_described(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(description).validate()
    assert {(method, path) for path, methods in description["paths"].items() for method in methods} == CALLS


async def test_every_call_says_what_it_is_takes_gives_and_refuses(description: dict[str, Any]) -> None:
    operations = [operation for methods in description["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    for operation in operations:
        assert operation["summary"]
        assert operation["description"]
        assert "503" in operation["responses"]
        if "requestBody" in operation:
            assert {"400", "408", "413"} <= set(operation["responses"])
        for status, response in operation["responses"].items():
            assert response["description"]
            if int(status) >= 400:
                schema = response["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Refusal"}


async def test_core_door_asks_for_its_token(description: dict[str, Any]) -> None:
    for path, methods in description["paths"].items():
        for operation in methods.values():
            is_door = path.startswith(("/api/v1/cases", "/api/v1/changes"))
            assert ("security" in operation) == is_door
            assert ("401" in operation["responses"]) == is_door


async def test_route_without_a_description_is_noticed(standing_gateway: ServedGateway) -> None:
    async def undescribed(_: web.Request) -> web.Response:
        return web.Response()

    app = make_application(standing_gateway.app.edge)
    app.router.add_get("/api/v1/undescribed", undescribed)
    with pytest.raises(LookupError, match="GET /api/v1/undescribed"):
        make_description(app)


async def test_examples_are_accepted(description: dict[str, Any]) -> None:
    examined = 0
    for name, schema in description["components"]["schemas"].items():
        model = getattr(contract, name, None)
        for example in schema.get("examples", ()):
            assert model is not None
            TypeAdapter(model).validate_json(json.dumps(example))
            examined += 1
    assert examined >= 7


async def test_languages_of_the_description_are_those_of_the_texts(description: dict[str, Any]) -> None:
    lang = description["components"]["schemas"]["NewAppeal"]["properties"]["lang"]
    assert lang["anyOf"][0]["enum"] == list(LANGUAGES)
