"""`otklik talk` without a terminal, as a program would hold it: a whole dialog, and what the agency does meanwhile."""

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.pictures import camera_jpeg
from tests.server import SECONDS_TO_STOP

ROOT = Path(__file__).parents[2]
SECONDS = 30
TEXT = "Во дворе дома 5 глубокая яма у детской площадки."


@dataclass(slots=True)
class Talk:
    """A talk that is under way; what it printed is read from where the last `hear` ended."""

    process: subprocess.Popen[str]
    printed: str = ""
    heard: int = 0
    news: threading.Condition = field(default_factory=threading.Condition)
    reader: threading.Thread | None = None

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self.news:
                self.printed += line
                self.news.notify()

    def say(self, *lines: str) -> None:
        assert self.process.stdin is not None
        for line in lines:
            self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def hear(self, pattern: str) -> re.Match[str]:
        """Wait until that is printed; AssertionError with all that was if it is not in time."""
        deadline = time.monotonic() + SECONDS
        with self.news:
            while not (found := re.compile(pattern).search(self.printed, self.heard)):
                assert time.monotonic() < deadline, f"{pattern} is not in\n{self.printed}"
                self.news.wait(1)
            self.heard = found.end()
            return found

    def press(self, label: str) -> None:
        """Type the number of a button that the last bubble has."""
        self.say(self.hear(rf"\[(\d+)\] {label}")[1])

    def quit(self) -> None:
        self.say(":quit")
        assert self.process.wait(SECONDS_TO_STOP) == 0


def command(folder: Path, *arguments: str) -> dict[str, Any]:
    return {
        "args": [sys.executable, "-m", "gateway", *arguments],
        "cwd": folder,
        "env": {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        "encoding": "utf-8",
    }


def otklik(folder: Path, *arguments: str) -> str:
    done = subprocess.run(**command(folder, *arguments), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Terminal:
    """Begins talks in a folder, and ends those that a test leaves."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.begun = folder, []

    def talk(self, *arguments: str) -> Talk:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        talk = Talk(subprocess.Popen(**command(self.folder, "talk", *arguments), **pipes))
        talk.reader = threading.Thread(target=talk.read, daemon=True)
        talk.reader.start()
        self.begun.append(talk)
        return talk


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path)
    yield terminal
    for talk in terminal.begun:
        if talk.process.poll() is None:
            talk.process.kill()
            talk.process.wait()
        talk.reader.join()
        talk.process.stdin.close()
        talk.process.stdout.close()


def test_resident_talks_from_the_first_word_to_the_rating(terminal: Terminal) -> None:
    (terminal.folder / "яма.jpg").write_bytes(camera_jpeg())
    talk = terminal.talk("--channel", "max")
    talk.hear("Здравствуйте! Я бот")
    talk.say(f":photo яма.jpg {TEXT}")
    talk.press(r"\d\. Яма во дворе")
    talk.hear("Где это")
    talk.press("Я на этом месте")
    talk.hear("- :place LAT LON sends the place")
    talk.say(":place 55.75 37.62")
    talk.hear("Номер дома")
    talk.press("5")
    talk.hear("Как вас зовут")
    talk.say("Житель дома")
    talk.press("Согласен")
    talk.hear("Файлы: 1")
    talk.hear("Место: 55.75000, 37.62000")
    talk.press("Отправить")
    number = talk.hear(r"\d{3}-\d{3}-\d{4}")[0]

    cases = json.loads(otklik(terminal.folder, "case", "list", "--json"))
    assert [case["number"] for case in cases] == [number]
    otklik(terminal.folder, "case", "answer", number, "--text", "Яму засыпали щебнем.")
    talk.hear("Яму засыпали щебнем")
    talk.press("2")
    talk.hear("<")
    talk.quit()
    case = json.loads(otklik(terminal.folder, "case", "show", number, "--json"))
    assert [event["score"] for event in case["history"] if event["kind"] == "rated"] == [2]
    assert case["status"] == "review"
    assert len(case["files"]) == 1
    assert case["details"] == {"house": "5"}


def test_a_talk_goes_on_where_it_was_left(terminal: Terminal) -> None:
    first = terminal.talk("--channel", "telegram")
    first.say(TEXT)
    first.hear("Пришлите фото")
    first.quit()
    second = terminal.talk("--channel", "telegram")
    second.press("Без фото")
    second.hear("Какая тема подходит")
    second.quit()
    assert "Здравствуйте" not in second.printed
    other = terminal.talk("--channel", "ok", "--lang", "en")
    other.hear("automatic|bot")
    other.quit()
    assert "Здравствуйте" not in other.printed


def test_what_is_typed_wrongly_is_told_and_nothing_happens(terminal: Terminal) -> None:
    talk = terminal.talk()
    talk.hear("Здравствуйте")
    for typed, told in (
        (":photo нет-такого.jpg", "No such file"),
        (":place north", "wants latitude and longitude"),
        (":place 91 0", "latitude goes from -90"),
        (":dance", ":photo PATH"),
    ):
        talk.say(typed)
        talk.hear(f"- .*{told}")
    talk.quit()
    assert talk.printed.count("\n<") == 1


def test_talk_asks_whose_page_it_shall_be_where_there_are_several(terminal: Terminal) -> None:
    for key in ("school", "clinic"):
        otklik(terminal.folder, "agency", "add", key, "--name", key)
    talk = terminal.talk()
    talk.hear("otklik: 2 agencies are here: say with --agency")
    assert talk.process.wait(SECONDS_TO_STOP) == 1
    named = terminal.talk("--agency", "clinic")
    named.hear("для ведомства: clinic")
    named.quit()
