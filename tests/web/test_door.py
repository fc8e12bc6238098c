"""The core door over plain HTTP: who gets in, what is understood, and what a stranger learns."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from gateway.domain.case import CaseFile
from gateway.wire.cases import CaseBody
from tests.application import ORIGIN, ServedGateway, served, settings_for
from tests.pictures import camera_jpeg
from tests.ports.core_worlds import StoppedClock
from tests.ports.sample_case import a_case

NORTH, SOUTH = "token-of-the-north", "жетон-юга"
PDF = b"%PDF-1.7\n% plan of the yard\n%%EOF\n"
DOOR = [
    ("POST", "/api/v1/cases"),
    ("POST", "/api/v1/cases/files"),
    ("GET", "/api/v1/cases/files/file-1"),
    ("POST", "/api/v1/cases/case-1/rating"),
    ("POST", "/api/v1/cases/case-1/comment"),
    ("POST", "/api/v1/cases/case-1/reply"),
    ("POST", "/api/v1/cases/case-1/withdrawal"),
    ("GET", "/api/v1/changes"),
]
AT = "2026-03-03T09:30:00Z"


@dataclass(slots=True)
class Store:
    """A core store with two gateways at its door."""

    served: ServedGateway
    clock: StoppedClock

    async def call(self, method: str, path: str, *, token: str = NORTH, **request: Any) -> httpx.Response:
        headers: Mapping[str, str | bytes] = {"Authorization": b"Bearer " + token.encode()} | request.pop("headers", {})
        return await self.served.http.request(method, path, headers=headers, **request)

    async def send(self, body: Any, **request: Any) -> httpx.Response:
        return await self.call("POST", "/api/v1/cases", json=body, **request)

    async def bring(self, content: bytes = PDF, *, name: str = "план.pdf", token: str = NORTH) -> httpx.Response:
        return await self.call("POST", "/api/v1/cases/files", token=token, files={"file": (name, content)})

    async def changes(self, since: str = "", *, token: str = NORTH) -> Any:
        return (await self.call("GET", "/api/v1/changes", params={"since": since}, token=token)).json()

    async def questioned(self) -> tuple[str, str]:
        """A case whose agency asks something; its id and the question's."""
        body = a_body()
        await self.send(body)
        assert self.served.app.work_on_case is not None
        await self.served.app.work_on_case.ask(body["number"], "С какой стороны вход?")
        return body["id"], (await self.changes())["changes"][-1]["event"]["id"]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    clock = StoppedClock()
    settings = settings_for(tmp_path, door={"tokens": {"north": NORTH, "south": SOUTH}})
    async with served(settings, clock=clock) as gateway:
        yield Store(gateway, clock)


@pytest.fixture(scope="module")
async def refusing_store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Store]:
    """One store for all requests that must change nothing."""
    settings = settings_for(tmp_path_factory.mktemp("store"), door={"tokens": {"north": NORTH}})
    async with served(settings) as gateway:
        store = Store(gateway, StoppedClock())
        yield store
        assert await store.changes() == {"changes": [], "cursor": ""}


def a_body(*files: CaseFile, **given: Any) -> dict[str, Any]:
    """A case as JSON; `given` fields differ."""
    body: dict[str, Any] = CaseBody.of(a_case(), files).model_dump(mode="json")
    return body | given


def problems(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 422, response.text
    assert response.json()["error"]["code"] == "invalid"
    return {field: problem["code"] for field, problem in response.json()["error"]["fields"].items()}


async def test_without_gateways_there_is_no_door(gateway: ServedGateway) -> None:
    for method, path in DOOR:
        response = await gateway.http.request(method, path, headers={"Authorization": f"Bearer {NORTH}"})
        nowhere = await gateway.http.request(method, "/api/v1/nowhere")
        assert response.status_code == 404
        assert response.json() == nowhere.json()


@pytest.mark.parametrize(
    "shown",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {NORTH[:-1]}"},
        {"Authorization": f"Bearer {NORTH}x"},
        {"Authorization": f"Basic {NORTH}"},
        {"Authorization": NORTH},
        {"Authorization": b"Bearer \xff\xfe"},
    ],
    ids=str,
)
async def test_nobody_gets_in_without_a_token(refusing_store: Store, shown: Mapping[str, str | bytes]) -> None:
    for method, path in DOOR:
        response = await refusing_store.served.http.request(method, path, headers=shown)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        error = response.json()["error"]
        assert error == {"code": "unauthorized", "message": "Нужен действующий токен.", "fields": {}}


@pytest.mark.parametrize("tokens", [{"north": ""}, {"north": " " * 20}, {"north": "short"}, {"local": NORTH}])
def test_settings_refuse_tokens_that_anybody_guesses_and_our_own_name(tmp_path: Path, tokens: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        settings_for(tmp_path, door={"tokens": tokens})
    assert NORTH not in str(refused.value)


async def test_blanks_around_a_token_in_the_settings_do_not_count(tmp_path: Path) -> None:
    async with served(settings_for(tmp_path, door={"tokens": {"north": f"{NORTH}\n"}})) as gateway:
        assert await Store(gateway, StoppedClock()).changes() == {"changes": [], "cursor": ""}


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_scheme_is_read_in_any_case(refusing_store: Store, scheme: str) -> None:
    response = await refusing_store.served.http.get("/api/v1/changes", headers={"Authorization": f"{scheme} {NORTH}"})
    assert response.json() == {"changes": [], "cursor": ""}


async def test_no_web_page_may_call_the_door(refusing_store: Store) -> None:
    response = await refusing_store.call("GET", "/api/v1/changes", headers={"Origin": ORIGIN})
    assert "Access-Control-Allow-Origin" not in response.headers
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    preflight = await refusing_store.served.http.options("/api/v1/cases", headers=asked)
    assert preflight.status_code == 405
    assert "Access-Control-Allow-Methods" not in preflight.headers


async def test_case_sent_again_is_answered_the_same_and_registered_once(store: Store) -> None:
    body = a_body()
    first, second = [await store.send(body, headers={"Idempotency-Key": body["id"]}) for _ in range(2)]
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json() == {"id": body["id"]}
    assert len((await store.changes())["changes"]) == 1


async def test_key_that_names_another_case_is_a_conflict(refusing_store: Store) -> None:
    response = await refusing_store.send(a_body(), headers={"Idempotency-Key": "another"})
    assert (response.status_code, response.json()["error"]["code"]) == (409, "idempotency_conflict")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"id": ""}, {"id": "unknown"}),
        ({"id": "a/b"}, {"id": "unknown"}),
        ({"number": "100-200-3000"}, {"number": "unknown"}),
        ({"agency": {"key": "A B", "name": "Школа"}}, {"agency.key": "unknown"}),
        ({"agency": {"key": "school"}}, {"agency.name": "required"}),
        ({"agency": "school"}, {"agency": "wrong_type"}),
        ({"kind": "wish"}, {"kind": "unknown"}),
        ({"channel": ""}, {"channel": "required"}),
        ({"text": None}, {"text": "wrong_type"}),
        ({"text": "яма\x00"}, {"text": "bad_characters"}),
        ({"gist": "я" * 1001}, {"gist": "too_long"}),
        ({"topic": {"code": "1", "path": "Дороги", "fast_track": True}}, {"topic.path": "wrong_type"}),
        ({"topic": {"code": "1", "path": ["Дороги"], "fast_track": 1}}, {"topic.fast_track": "wrong_type"}),
        ({"days": "10"}, {"days": "wrong_type"}),
        ({"days": 0}, {"days": "unknown"}),
        ({"days": 10**30}, {"days": "unknown"}),
        ({"time_zone": "Mars/Olympus"}, {"time_zone": "unknown"}),
        ({"time_zone": "Europe"}, {"time_zone": "unknown"}),
        ({"time_zone": "../../etc/passwd"}, {"time_zone": "unknown"}),
        ({"place": {"lat": 91, "lon": 0}}, {"place.lat": "unknown"}),
        ({"place": {"lat": "55", "lon": 0}}, {"place.lat": "wrong_type"}),
        ({"received_at": "2026-03-02"}, {"received_at": "wrong_type"}),
        ({"received_at": "2026-03-02T09:30:00"}, {"received_at": "wrong_type"}),
        ({"received_at": 1772443800}, {"received_at": "wrong_type"}),
        ({"answer_by": "9999-12-31T23:59:59Z"}, {"answer_by": "unknown"}),
        ({"files": [{"id": "f", "name": "x", "type": "text/html", "size": 1}]}, {"files.0.type": "unknown"}),
        ({"files": [{"id": "f", "name": "x", "type": "image/png", "size": -1}]}, {"files.0.size": "unknown"}),
        ({"mood": "bad"}, {"mood": "unknown_field"}),
        ({"<script>": 1}, {"?": "unknown_field"}),
        ({"id": 7, "days": None, "mood": 1}, {"id": "wrong_type", "days": "wrong_type", "mood": "unknown_field"}),
    ],
    ids=str,
)
async def test_each_problem_is_named_at_its_field(
    refusing_store: Store, given: dict[str, Any], expected: dict[str, str]
) -> None:
    assert problems(await refusing_store.send(a_body(**given))) == expected


async def test_missing_fields_are_all_named(refusing_store: Store) -> None:
    found = problems(await refusing_store.send({}))
    assert set(found.values()) == {"required"}
    assert {"id", "number", "agency", "text", "contact", "answer_by"} <= set(found)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b'{"id": "\\ud800"}', b"\xff", b"[" * 50_000, b'{"id": 1}{"id": 2}'],
)
async def test_what_is_no_json_object_is_not_understood(refusing_store: Store, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    response = await refusing_store.call("POST", "/api/v1/cases", content=body, headers=headers)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "not_understood")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
async def test_number_that_is_none_is_a_problem(refusing_store: Store, number: str) -> None:
    body = json.dumps(a_body(place={"lat": 0, "lon": 7})).replace("7}", number + "}")
    headers = {"Content-Type": "application/json"}
    response = await refusing_store.call("POST", "/api/v1/cases", content=body, headers=headers)
    assert problems(response) == {"place.lon": "unknown"}


async def test_another_content_type_is_not_understood(refusing_store: Store) -> None:
    response = await refusing_store.call("POST", "/api/v1/cases", content=b"{}", headers={"Content-Type": "text/plain"})
    assert response.status_code == 400


async def test_body_beyond_the_limit_is_too_large(refusing_store: Store) -> None:
    response = await refusing_store.send(a_body(text="я" * 200_000))
    assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")


async def test_refused_case_is_answered_without_what_was_in_it(
    refusing_store: Store, capfd: pytest.CaptureFixture[str]
) -> None:
    response = await refusing_store.send(
        a_body(kind="anna@example.org", contact={"email": "anna@example.org", "age": 40})
    )
    assert problems(response) == {"kind": "unknown", "contact.age": "unknown_field"}
    logged = capfd.readouterr()
    assert "anna" not in response.text + logged.out + logged.err
    assert NORTH not in logged.out + logged.err


async def test_file_is_cleaned_and_told_with_the_id_that_a_case_names(store: Store) -> None:
    response = await store.bring(camera_jpeg(), name="Яма у входа.JPG")
    assert response.status_code == 201
    told = response.json()
    assert (told["name"], told["type"]) == ("Яма у входа.jpg", "image/jpeg")
    body = a_body(files=[told])
    assert (await store.send(body)).status_code == 201
    content = await store.call("GET", f"/api/v1/cases/files/{told['id']}")
    assert content.status_code == 200
    assert len(content.content) == told["size"]
    assert content.headers["Content-Type"] == "application/octet-stream"
    assert content.headers["X-Content-Type-Options"] == "nosniff"


async def test_file_of_no_known_kind_is_unsupported(store: Store) -> None:
    response = await store.bring(b"MZ this is no document", name="план.pdf")
    assert (response.status_code, response.json()["error"]["code"]) == (415, "unsupported_file")


async def test_form_without_a_file_names_what_is_missing(refusing_store: Store) -> None:
    response = await refusing_store.call("POST", "/api/v1/cases/files", files={"photo": ("x.pdf", PDF)})
    assert problems(response) == {"file": "required"}


async def test_file_far_beyond_what_residents_may_send_is_too_large(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, door={"tokens": {"north": NORTH}}, form={"file_bytes": 10_000})
    async with served(settings) as gateway:
        store = Store(gateway, StoppedClock())
        grown = await store.bring(PDF + b"x" * 30_000)
        huge = await store.bring(PDF + b"x" * 50_000)
    assert grown.status_code == 201  # cleaning may have made it larger than it was
    assert huge.status_code == 413


async def test_files_that_were_not_brought_are_named(store: Store) -> None:
    known = (await store.bring()).json()
    foreign = (await store.bring(token=SOUTH)).json()
    unknown = known | {"id": "nothing"}
    response = await store.send(a_body(files=[known, foreign, unknown]))
    assert problems(response) == {"files.1": "unknown", "files.2": "unknown"}
    assert (await store.send(a_body(files=[known]))).status_code == 201
    assert problems(await store.send(a_body(files=[known]))) == {"files.0": "unknown"}


async def test_file_that_no_case_names_within_a_day_is_forgotten(store: Store) -> None:
    orphan, used = [(await store.bring()).json() for _ in range(2)]
    await store.send(a_body(files=[used]))
    store.clock.now += timedelta(hours=25)
    await store.served.app.worker.carrying.forget()
    assert problems(await store.send(a_body(files=[orphan]))) == {"files.0": "unknown"}
    assert (await store.call("GET", f"/api/v1/cases/files/{used['id']}")).content == PDF


@pytest.mark.parametrize("id", ["nothing", "..%2F..%2Fotklik.db", "%00", "я"])
async def test_file_that_is_not_the_gateways_is_unknown(store: Store, id: str) -> None:
    file = (await store.bring(token=SOUTH)).json()
    await store.send(a_body(files=[file]), token=SOUTH)
    for asked in (id, file["id"]):
        response = await store.call("GET", f"/api/v1/cases/files/{asked}")
        assert (response.status_code, response.json()["error"]["code"]) == (404, "unknown_file")
    assert (await store.call("GET", f"/api/v1/cases/files/{file['id']}", token=SOUTH)).content == PDF


async def test_gateways_see_only_their_own_changes(store: Store) -> None:
    north, south = a_body(), a_body()
    await store.send(north)
    await store.send(south, token=SOUTH)
    assert [change["case"] for change in (await store.changes())["changes"]] == [north["id"]]
    assert [change["case"] for change in (await store.changes(token=SOUTH))["changes"]] == [south["id"]]


async def test_changes_tell_all_of_an_event_and_where_to_go_on(store: Store) -> None:
    body = a_body()
    await store.send(body)
    page = await store.changes()
    (change,) = page["changes"]
    assert change["case"] == body["id"]
    assert change["event"] == {
        "id": change["event"]["id"],
        "at": "2026-03-02T09:31:00Z",
        "kind": "registered",
        "status": "moderation",
        "answer_by": "2026-03-12T20:59:59Z",
        "text": None,
        "files": [],
        "ground": None,
        "about": None,
        "score": None,
        "forwarded_to": None,
        "topic_code": None,
    }
    assert await store.changes(page["cursor"]) == {"changes": [], "cursor": page["cursor"]}


async def test_cursor_that_is_none_of_ours_is_no_crash(store: Store) -> None:
    await store.send(a_body())
    for since in ("soon", "-1", "1e9", "٣", "\x00", "9" * 18):
        response = await store.call("GET", "/api/v1/changes", params={"since": since})
        assert response.status_code == 200, since
    for since in ("9" * 19, "9" * 101):
        response = await store.call("GET", "/api/v1/changes", params={"since": since})
        assert problems(response) == {"since": "unknown"}


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("rating", {"answer": "e1", "score": 5, "at": AT}),
        ("comment", {"answer": "e1", "text": "Спасибо", "at": AT}),
        ("reply", {"id": "r1", "question": "q1", "text": "Со двора", "files": [], "at": AT}),
        ("withdrawal", {"at": AT}),
    ],
)
async def test_what_is_said_to_an_unknown_case_is_not_found(store: Store, verb: str, body: dict[str, Any]) -> None:
    theirs = a_body()
    await store.send(theirs, token=SOUTH)
    for id in ("nothing", theirs["id"]):
        response = await store.call("POST", f"/api/v1/cases/{id}/{verb}", json=body)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "unknown_appeal")


async def test_rating_before_an_answer_is_a_conflict(store: Store) -> None:
    body = a_body()
    await store.send(body)
    rating = {"answer": "e1", "score": 5, "comment": None, "at": AT}
    response = await store.call("POST", f"/api/v1/cases/{body['id']}/rating", json=rating)
    assert (response.status_code, response.json()["error"]["code"]) == (409, "not_answered")


@pytest.mark.parametrize("score", [0, 6, 2.5, "5", True])
async def test_rating_off_the_scale_is_a_problem(refusing_store: Store, score: object) -> None:
    rating = {"answer": "e1", "score": score, "at": AT}
    response = await refusing_store.call("POST", "/api/v1/cases/case-1/rating", json=rating)
    assert list(problems(response)) == ["score"]


async def test_reply_is_taken_once_and_answered_the_same(store: Store) -> None:
    case, question = await store.questioned()
    file = (await store.bring()).json()
    reply = {"id": "r1", "question": question, "text": "Со двора", "files": [file], "at": AT}
    first, second = [await store.call("POST", f"/api/v1/cases/{case}/reply", json=reply) for _ in range(2)]
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (200, {"id": case})
    events = [change["event"] for change in (await store.changes())["changes"]]
    assert [event["kind"] for event in events] == ["registered", "asked", "replied"]
    assert events[-1]["files"] == [file]


async def test_reply_with_a_file_that_was_not_brought_is_a_problem(store: Store) -> None:
    case, question = await store.questioned()
    file = (await store.bring(token=SOUTH)).json()
    reply = {"id": "r1", "question": question, "text": "Со двора", "files": [file], "at": AT}
    response = await store.call("POST", f"/api/v1/cases/{case}/reply", json=reply)
    assert problems(response) == {"files.0": "unknown"}
    other = await store.call("POST", f"/api/v1/cases/{case}/reply", json=reply | {"question": "q9", "files": []})
    assert (other.status_code, other.json()["error"]["code"]) == (409, "no_question")


async def test_core_door_is_described(refusing_store: Store) -> None:
    description = (await refusing_store.served.http.get("/api/v1/openapi.json")).json()
    for method, path in DOOR:
        shape = path.replace("case-1", "{id}").replace("file-1", "{id}")
        operation = description["paths"][shape][method.lower()]
        assert operation["security"] == [{"token": []}]
        assert "401" in operation["responses"]
