"""What operators type, and what it says when something is wrong."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from sqlalchemy import make_url

from tests.application import AGENCY as SCHOOL
from tests.application import served, settings_for
from tests.catalogues import BUS, PIT, SHARED, write_catalogue
from tests.server import AGENCY, RunningGateway
from tests.web.api import send


def otklik(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command in an empty folder with these settings alone."""
    return subprocess.run(
        [sys.executable, "-m", "gateway", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2])} | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_doctor_prints_the_settings_in_force_and_no_secret(tmp_path: Path, postgres_url: str) -> None:
    address = make_url(postgres_url).set(password="correct-horse").render_as_string(hide_password=False)
    told = otklik(
        tmp_path,
        "doctor",
        OTKLIK_DATABASE_URL=address,
        OTKLIK_SMTP__PASSWORD="battery-staple",
        OTKLIK_DOOR__TOKENS='{"north": "token-of-the-north"}',
    )
    assert told.returncode == 0, told.stderr
    assert "OTKLIK_DATABASE_URL=postgresql://postgres:********@" in told.stdout
    assert "OTKLIK_DOOR__TOKENS=north: ********" in told.stdout
    assert "database: answers" in told.stdout
    for secret in ("correct-horse", "battery-staple", "token-of-the-north"):
        assert secret not in told.stdout + told.stderr


def test_wrong_settings_are_named_without_their_values(tmp_path: Path) -> None:
    told = otklik(tmp_path, "doctor", OTKLIK_PORT="a-secret", OTKLIK_CORE__KIND="pigeon")
    assert told.returncode == 2
    assert "OTKLIK_PORT:" in told.stderr
    assert "OTKLIK_CORE__KIND:" in told.stderr
    assert "a-secret" not in told.stderr


def test_broken_settings_file_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "otklik.toml").write_text("port = \n")
    told = otklik(tmp_path, "doctor")
    assert told.returncode == 2
    assert told.stderr.startswith("otklik.toml: ")
    assert "line 1" in told.stderr
    assert "Traceback" not in told.stderr


def test_what_is_wrong_is_one_line_and_a_status(running_gateway: RunningGateway, tmp_path: Path) -> None:
    place = {"OTKLIK_DATA_DIR": str(running_gateway.folder / "data")}
    twice = otklik(tmp_path, "agency", "add", AGENCY, "--name", "Другая", **place)
    assert (twice.returncode, twice.stderr.count("\n")) == (1, 1)
    assert "otklik agency edit" in twice.stderr
    assert otklik(tmp_path, "case", "show", "123-456-7890", **place).returncode == 2  # a wrong digit
    assert otklik(tmp_path, "case", "show", "123-456-7894", **place).returncode == 1  # nobody's number


def test_checks_of_an_agency_refuse_or_warn_one_by_one(tmp_path: Path) -> None:
    place = {"OTKLIK_DATA_DIR": str(tmp_path / "data")}
    assert otklik(tmp_path, "agency", "add", "school", "--name", "Школа", "--refuse", "threat", **place).returncode == 0
    assert (
        otklik(tmp_path, "agency", "edit", "school", "--refuse", "obscene", "--warn", "threat", **place).returncode == 0
    )
    (school,) = json.loads(otklik(tmp_path, "agency", "list", "--json", **place).stdout)
    assert school["refuses"] == ["obscene"]
    both = otklik(tmp_path, "agency", "edit", "school", "--refuse", "links", "--warn", "links", **place)
    assert (both.returncode, "not both" in both.stderr) == (1, True)
    assert otklik(tmp_path, "agency", "edit", "school", "--refuse", "rudeness", **place).returncode == 2


async def test_case_shows_what_the_topic_asked_and_the_resident_answered(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "data")
    async with served(settings_for(tmp_path)) as gateway:
        receipt = await send(gateway, topic=BUS, details={"route": "12", "stop": "Вокзал"})
        await gateway.drain()
    place = {"OTKLIK_DATA_DIR": str(tmp_path / "data")}
    shown = await asyncio.to_thread(otklik, tmp_path, "case", "show", receipt["number"], **place)
    assert "\n  Номер маршрута: 12\n  Остановка: Вокзал\n" in shown.stdout
    shown = await asyncio.to_thread(otklik, tmp_path, "case", "show", receipt["number"], "--json", **place)
    assert json.loads(shown.stdout)["details"] == {"route": "12", "stop": "Вокзал"}


async def test_case_shows_how_many_wait_for_it(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "data", SHARED)
    async with served(settings_for(tmp_path)) as gateway:
        receipt = await send(gateway, topic=PIT)
        await send(gateway, joins=receipt["number"], contact={"name": "Сосед", "email": "neighbour@example.org"})
        await gateway.drain()
    place = {"OTKLIK_DATA_DIR": str(tmp_path / "data")}
    number = receipt["number"]
    told = await asyncio.to_thread(otklik, tmp_path, "case", "show", number, **place)
    assert "2 people wait for it" in told.stdout, told.stdout + told.stderr
    told = await asyncio.to_thread(otklik, tmp_path, "case", "list", "--json", **place)
    assert [case["people"] for case in json.loads(told.stdout)] == [2]


async def test_outage_is_published_listed_and_ended(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "data", SHARED)
    async with served(settings_for(tmp_path)):
        pass  # so that the agency is there
    place = {"OTKLIK_DATA_DIR": str(tmp_path / "data")}

    def outage(*words: str, status: int = 0) -> str:
        told = otklik(tmp_path, "outage", *words, **place)
        assert told.returncode == status, told.stdout + told.stderr
        return told.stdout + told.stderr

    about = ("publish", "--agency", SCHOOL, "--text", "Чиним дорогу", "--street", "ул. Ленина", "--json")
    (published,) = json.loads(outage(*about, "--topic", "дороги", "--topic", PIT, "--until", "2099-12-31"))
    assert published["topics"] == [PIT]  # each once, though it is named twice
    assert published["until"] == "2099-12-31T20:59:59+00:00"  # the end of that day in Moscow
    assert f"{published['id']}  " in outage("list", "--agency", SCHOOL)
    (ended,) = json.loads(outage("end", published["id"], "--json"))
    assert ended["until"] < published["until"]
