"""Every error of the tree has its answer: the one shape for programs, a page for people."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from gateway import errors
from gateway.domain.problem import Problem
from gateway.web.application import make_application
from gateway.web.reading import TooSlow
from tests.application import ServedGateway
from tests.loopback import serve
from tests.web.api import error_of

EXAMPLES: dict[type[errors.OtklikError], errors.OtklikError] = {
    errors.Invalid: errors.Invalid([Problem(field="text", code="required"), Problem(field="text", code="wrong_type")]),
    errors.TooMany: errors.TooMany(retry_after=7),
    errors.PartlyAccepted: errors.PartlyAccepted({}, retry_after=7),
}


def tree(root: type[errors.OtklikError] = errors.OtklikError) -> Iterator[type[errors.OtklikError]]:
    yield root
    for branch in root.__subclasses__():
        yield from tree(branch)


TREE = [kind for kind in dict.fromkeys(tree()) if kind.__module__.startswith(("gateway.errors", "gateway.web."))]


def example(kind: type[errors.OtklikError]) -> errors.OtklikError:
    return EXAMPLES.get(kind) or kind()


async def fail(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    kinds: dict[str, type[Exception]] = {kind.__name__: kind for kind in TREE}
    kind = kinds.get(name, RuntimeError)
    raise example(kind) if issubclass(kind, errors.OtklikError) else kind("secret 4711")


async def begin_and_fail(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b"x")
    raise RuntimeError("secret 4711")


async def pour(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(10_000):
        await response.write(b"x" * 10_000)
    return response


@pytest.fixture(scope="module")
async def failing(standing_gateway: ServedGateway) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the same gateway's application with some addresses more, whose handlers fail."""
    app = make_application(standing_gateway.app.edge)
    app.router.add_get("/api/v1/fail/{name}", fail)
    app.router.add_get("/track/fail/{name}", fail)
    app.router.add_get("/api/v1/begin", begin_and_fail)
    app.router.add_get("/api/v1/pour", pour)
    app.router.add_post("/api/v1/read", read_whole)
    async with serve(app) as url, httpx.AsyncClient(base_url=url) as client:
        yield client


async def read_whole(request: web.Request) -> web.Response:
    return web.Response(body=await request.read())


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
async def test_each_error_has_the_one_shape(failing: httpx.AsyncClient, kind: Any, lang: str) -> None:
    answer = await failing.get(f"/api/v1/fail/{kind.__name__}", params={"lang": lang})
    error = error_of(answer, kind.status)
    assert error["code"] == kind.code
    assert error["message"] != f"error.{kind.code}"
    retry_after = example(kind).retry_after
    assert answer.headers.get("Retry-After") == (None if retry_after is None else str(retry_after))
    assert ("WWW-Authenticate" in answer.headers) == (kind.status == 401)


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
async def test_each_error_has_a_page(failing: httpx.AsyncClient, kind: Any) -> None:
    answer = await failing.get(f"/track/fail/{kind.__name__}")
    assert answer.status_code == kind.status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<h1" in answer.text


async def test_first_problem_of_a_field_is_the_one_that_is_told(failing: httpx.AsyncClient) -> None:
    fields = error_of(await failing.get("/api/v1/fail/Invalid"), 422)["fields"]
    assert {name: field["code"] for name, field in fields.items()} == {"text": "required"}


async def test_refused_file_is_told_at_its_field(failing: httpx.AsyncClient) -> None:
    fields = error_of(await failing.get("/api/v1/fail/UnsupportedFile"), 415)["fields"]
    assert fields["file"]["code"] == "unsupported_file"


async def test_what_nobody_foresaw_is_told_without_its_reason(failing: httpx.AsyncClient) -> None:
    answer = await failing.get("/api/v1/fail/anything")
    assert error_of(answer, 500)["code"] == "internal"
    assert "4711" not in answer.text
    page = await failing.get("/track/fail/anything")
    assert page.status_code == 500
    assert "4711" not in page.text


async def test_answer_that_breaks_off_ends_the_connection(failing: httpx.AsyncClient) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await failing.get("/api/v1/begin")


async def test_client_that_goes_in_the_middle_is_no_failure_of_ours(failing: httpx.AsyncClient) -> None:
    with capture_logs() as failures:
        async with failing.stream("GET", "/api/v1/pour") as answer:
            assert await anext(answer.aiter_bytes())
        for _ in range(500):
            if 'status="499"' in (counted := (await failing.get("/metrics")).text):
                break
            await asyncio.sleep(0.01)
    assert 'otklik_http_requests_total{method="GET",route="/api/v1/pour",status="499"} 1.0' in counted
    assert failures == []


async def test_body_that_the_framework_finds_too_large_is_told_the_same_way(failing: httpx.AsyncClient) -> None:
    answer = await failing.post("/api/v1/read", content=b"x" * 300_000)
    assert error_of(answer, 413)["code"] == "too_large"


@pytest.mark.parametrize(
    ("path", "accept", "is_page"),
    [
        ("/nowhere", "text/html,*/*", True),
        ("/nowhere", "*/*", False),
        ("/nowhere", "application/json", False),
        ("/api/v1/nowhere", "text/html", False),
        ("/f/no-such", "*/*", True),
        ("/track/000-000-0000", "*/*", True),
        ("/assets/none.css", "text/html", True),
        ("/widget/none.js", "text/html", False),
    ],
)
async def test_people_get_pages_and_programs_json(
    standing_gateway: ServedGateway, path: str, accept: str, is_page: bool
) -> None:
    answer = await standing_gateway.http.get(path, headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html" if is_page else "application/json")


async def test_every_answer_is_guarded(standing_gateway: ServedGateway) -> None:
    paths = (
        "/api/v1/form?agency=school",
        "/api/v1/nowhere",
        "/health",
        "/widget.js",
        "/metrics",
        "/nowhere",
        "/f/school",
    )
    answers = await asyncio.gather(*(standing_gateway.http.get(path) for path in paths))
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        is_form = answer.request.url.path.startswith("/f/")
        for sensor in ("camera", "geolocation"):
            assert f"{sensor}={'(self)' if is_form else '()'}" in answer.headers["Permissions-Policy"]
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Server"] == "otklik"
        assert "Cross-Origin-Resource-Policy" in answer.headers
        assert "Set-Cookie" not in answer.headers
    ids = {answer.headers["X-Request-ID"] for answer in answers if answer.url.path != "/widget.js"}  # caches keep it
    assert len(ids) == len(paths) - 1


def test_error_that_only_the_edge_knows_is_in_the_tree() -> None:
    assert TooSlow in TREE
