"""docs/reference/http.md names every address, every error and every code of a problem that a client may meet."""

import re
from pathlib import Path

import pytest

from gateway.texts import load_texts
from gateway.web.routes import all_routes
from tests.web.test_errors import TREE

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "http.md").read_text(encoding="utf-8")
ROUTES = sorted({f"{route.method} {route.path}" for route in all_routes() if route.method != "OPTIONS"})


@pytest.mark.parametrize("route", ROUTES)
def test_address_is_documented(route: str) -> None:
    assert f"`{route}`" in PAGE


def test_no_address_is_documented_that_does_not_exist() -> None:
    documented = set(re.findall(r"^\| (`.*?`) \|", PAGE, re.MULTILINE))
    calls = {call for cell in documented for call in re.findall(r"`((?:GET|POST) /\S*)`", cell)}
    assert calls == set(ROUTES)


@pytest.mark.parametrize("error", TREE, ids=lambda error: error.__name__)
def test_error_is_documented_with_its_status(error: type) -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith(f"| {error.status} |")]
    assert any(f"`{error.code}`" in row for row in rows)


def test_codes_of_problems_are_documented() -> None:
    documented = set(re.findall(r"`(\w+)`", PAGE.partition("Codes of problems at fields:")[2].partition("\n")[0]))
    texts = load_texts()
    for code in documented:
        assert any(texts.has("ru", key) for key in texts.keys("ru") if re.fullmatch(rf"problem\.(.+\.)?{code}", key)), (
            code
        )
