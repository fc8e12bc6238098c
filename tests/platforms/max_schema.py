"""The published OpenAPI description of MAX as a checker of what is sent, where the file is at hand."""

import functools
from typing import Any

import jsonschema
import yaml

from tests.platforms.specifications import NAME, specification

FILE = specification("max-bot-api-0.0.30.yaml")
FIXTURES = specification("max-fixtures")

ABSENT = f"MAX's published description or its examples are not here; {NAME} names the folder that has them"


def problem_with(value: Any, schema: str) -> str | None:
    """What the schema of that name has against `value`; None if nothing, or if there is no file."""
    if FILE is None:
        return None
    errors = _validator(schema, lenient=False).iter_errors(value)
    return next((f"{error.json_path}: {error.message[:200]}" for error in errors), None)


def wrong_types(value: Any, schema: str) -> list[str]:
    """What in `value` is of another type than the schema says; what is missing is no matter.

    MAX leaves out fields that its own schema calls required, in its own published examples too.
    """
    return [
        f"{error.json_path}: {error.message[:200]}" for error in _validator(schema, lenient=True).iter_errors(value)
    ]


@functools.cache
def _validator(schema: str, *, lenient: bool) -> jsonschema.Draft202012Validator:
    assert FILE is not None, ABSENT
    schemas = yaml.safe_load(FILE.read_text(encoding="utf-8"))["components"]["schemas"]
    unions = {name for name, one in schemas.items() if "discriminator" in one}
    definitions = {}
    for name, one in schemas.items():
        if name in unions:
            definitions[name] = _choice(name, one)
        # An heir names its union among its parents: there only what all heirs share is meant, or it never ends.
        definitions[f"{name}.own" if name in unions else name] = _translate(one, unions, lenient=lenient)
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{schema}", "$defs": definitions})


def _choice(name: str, union: dict[str, Any]) -> dict[str, Any]:
    """Whatever the discriminator of a value says, with an unknown one refused."""
    tag, mapping = union["discriminator"]["propertyName"], union["discriminator"]["mapping"]
    heirs = [
        {
            "if": {"properties": {tag: {"const": value}}, "required": [tag]},
            "then": {"$ref": f"#/$defs/{reference.rsplit('/', 1)[1]}"},
        }
        for value, reference in mapping.items()
    ]
    known = {"properties": {tag: {"enum": list(mapping)}}, "required": [tag]}
    return {"allOf": [{"$ref": f"#/$defs/{name}.own"}, known, *heirs]}


def _translate(schema: Any, unions: set[str], *, lenient: bool) -> Any:
    """From OpenAPI 3.0 to JSON Schema: references, `nullable`, and whose heirs are whose."""
    if isinstance(schema, list):
        return [_translate(one, unions, lenient=lenient) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{schema['$ref'].rsplit('/', 1)[1]}"}
    done = {
        key: _translate(value, unions, lenient=lenient)
        for key, value in schema.items()
        if key
        not in (
            "nullable",
            "readOnly",
            "example",
            "description",
            "deprecated",
            "default",
            "allOf",
            "required",
            "oneOf",
            "discriminator",
        )
    }
    if "properties" in schema:
        done["properties"] = {
            name: _translate(one, unions, lenient=lenient) for name, one in schema["properties"].items()
        }
    if "required" in schema and not lenient:
        done["required"] = schema["required"]
    if "allOf" in schema:
        done["allOf"] = [_parent(one, unions, lenient=lenient) for one in schema["allOf"]]
    return {"anyOf": [{"type": "null"}, done]} if schema.get("nullable") else done


def _parent(schema: Any, unions: set[str], *, lenient: bool) -> Any:
    done = _translate(schema, unions, lenient=lenient)
    name = str(done.get("$ref", "")).rsplit("/", 1)[-1]
    return {"$ref": f"{done['$ref']}.own"} if name in unions else done
