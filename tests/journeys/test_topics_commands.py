"""`otklik topics`: a foreign catalogue and a sheet of labelled texts, as an agency types it."""

import csv
import http.client
import json
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from subprocess import CompletedProcess
from urllib.parse import quote

import pytest

from gateway.app import build
from gateway.config import Settings
from gateway.domain.number import AppealNumber
from tests.journeys.test_command_line import otklik
from tests.server import AGENCY, RunningGateway

NAMES = ["Яма, выбоина на дороге", "Не горит уличный фонарь", "Не вывозят мусор", "Не ходит автобус"]
SAID = {
    NAMES[0]: ("колесо пробил в яме", "асфальт провалился совсем", "выбоина у перехода"),
    NAMES[1]: ("темно вечером лампа не светит", "столб без света", "освещение пропало"),
    NAMES[2]: ("контейнер переполнен, воняет", "свалка у подъезда", "баки стоят неделю"),
}
WHERE = ("у школы", "на углу", "возле рынка", "за гаражами", "у вокзала", "в центре", "около парка", "рядом с домом")


class Office:
    """A folder with the data of a gateway and with sheets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *arguments: str, status: int = 0) -> str:
        told = self.told(*arguments)
        assert told.returncode == status, told.stdout + told.stderr
        return told.stdout + told.stderr

    def told(self, *arguments: str) -> CompletedProcess[str]:
        return otklik(self.folder, "topics", *arguments)

    def sheet(self, name: str, lines: Iterable[Sequence[str]], *, encoding: str = "utf-8", delimiter: str = ",") -> str:
        with (self.folder / name).open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows(lines)
        return name

    def topics(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(self("list", "--json"))
        return found

    def labelled(self, name: str = "texts.csv") -> str:
        rows = [(f"{said} {where}", topic) for topic, ways in SAID.items() for said in ways for where in WHERE]
        return self.sheet(name, [("text", "code"), *rows])


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def foreign(office: Office) -> Office:
    """An office whose catalogue is a list of names and nothing else, as an old Excel wrote it."""
    names = office.sheet("names.csv", [("Тема",), *((name,) for name in NAMES)], encoding="cp1251", delimiter=";")
    office("import", names)
    return office


def test_a_foreign_catalogue_and_labelled_texts_go_through_in_four_commands(office: Office) -> None:
    names = office.sheet("names.csv", [("Причина",), *((name,) for name in NAMES)])
    texts = office.labelled()
    assert "4 added, 0 changed, 0 unchanged" in office("import", names, "--lang", "en")
    before = json.loads(office("evaluate", texts, "--json"))
    assert set(before) == {"left_out", "unknown", "catalogue"}
    told = office("train", texts, "--lang", "en")
    assert "Learning from 72 texts of 3 topics." in told
    assert "What was learned is in use" in told
    after = json.loads(office("evaluate", texts, "--json"))
    assert after["model"]["top_1"] >= max(0.9, before["catalogue"]["top_1"])
    assert after["catalogue"]["top_1"] == before["catalogue"]["top_1"]
    assert {"top_3", "top_5", "macro_f1", "median_ms", "p99_ms", "calibration", "confused"} <= set(after["model"])


def test_the_same_sheet_twice_and_an_export_change_nothing(foreign: Office) -> None:
    written = (foreign.folder / "otklik-data/topics/all.csv").stat().st_mtime_ns
    assert "0 added, 0 changed, 4 unchanged, 0 gone" in foreign("import", "names.csv", "--lang", "en")
    assert (foreign.folder / "otklik-data/topics/all.csv").stat().st_mtime_ns == written
    for name in ("out.csv", "out.xlsx"):
        foreign("export", name)
        assert "0 added, 0 changed, 4 unchanged, 0 gone" in foreign("import", name, "--lang", "en")
    assert foreign("export").splitlines()[0].startswith("subject,subsubject,fact,code")


def test_a_bad_sheet_names_every_bad_row_and_writes_nothing(foreign: Office) -> None:
    bad = foreign.sheet("bad.csv", [("fact", "days"), ("Снег", "5"), ("Лёд", "0"), ("Град", "скоро")])
    told = foreign("import", bad, "--lang", "en", status=1)
    assert "row 3: days" in told
    assert "row 4: days" in told
    assert "Nothing was written: 2 to mend." in told
    assert len(foreign.topics()) == 4


def test_a_sheet_is_laid_over_compared_and_taken_away(foreign: Office) -> None:
    pit, lamp = (str(topic["code"]) for topic in foreign.topics()[:2])
    header = ("Код", "Тема", "Срок", "Скрыть")
    over = foreign.sheet("over.csv", [header, (pit, "", "3", ""), (lamp, "", "", "да"), ("n1", "Снег", "", "")])
    difference = json.loads(foreign("diff", over, "--over", "--json"))
    assert [topic["code"] for topic in difference["added"]] == ["n1"]
    assert [topic["code"] for topic in difference["gone"]] == [lamp]
    assert [changed["parts"] for changed in difference["changed"]] == [["days"]]
    assert "1 added, 1 changed, 2 unchanged, 1 gone" in foreign("import", over, "--over", "--lang", "en")
    assert "0 added, 0 changed, 4 unchanged" in foreign("import", over, "--over", "--lang", "en")
    assert {topic["code"] for topic in foreign.topics()} >= {pit, "n1"}
    foreign("import", "--remove", "--over")
    assert lamp in {topic["code"] for topic in foreign.topics()}
    assert "The catalogue of the product holds now." in foreign("import", "--remove", "--lang", "en")
    assert len(foreign.topics()) > 600


def test_a_difference_is_told_in_words(foreign: Office) -> None:
    other = foreign.sheet("other.csv", [("fact", "days"), (NAMES[0], "3"), ("Снег", "")])
    told = foreign("diff", other, "--lang", "en")
    assert "Added: 1" in told
    assert "Gone: 3" in told
    assert "days was 30, is 3" in told


def test_check_ends_with_1_only_where_something_is_to_mend(foreign: Office) -> None:
    assert "Nothing to mend." in foreign("check", "--lang", "en")
    doubled = foreign.sheet("doubled.csv", [("fact", "code", "words"), ("Яма", "a", "люк"), ("Снег", "A", "люк")])
    told = foreign("check", doubled, "--lang", "en", status=1)
    assert "the code differs from that of a Яма only in capital letters" in told
    assert {flaw["flaw"] for flaw in json.loads(foreign("check", doubled, "--json", status=1))["flaws"]} == {
        "same_code",
        "same_words",
    }


def test_too_little_teaches_nothing(foreign: Office) -> None:
    few = foreign.sheet("few.csv", [("text", "code"), ("яма у дома", NAMES[0]), ("нет воды в доме", "Вода")])
    told = foreign("train", few, "--lang", "en", status=1)
    assert "unknown topic: 1" in told
    assert "1 texts are too few to learn from" in told
    same = foreign.sheet("same.csv", [("text", "code"), *((f"яма номер слово{n} тут", NAMES[0]) for n in range(60))])
    assert "all texts are about the same topic" in foreign("train", same, status=1)
    assert "Traceback" not in foreign("train", status=2)


def test_what_was_learned_before_stays_beside_the_new_and_both_are_forgotten(foreign: Office) -> None:
    texts, models = foreign.labelled(), foreign.folder / "otklik-data/topics"
    foreign("train", texts)
    first = (models / "all.model").read_bytes()
    foreign("train", texts)
    assert (models / "all.model.last").read_bytes() == first
    foreign("train", "--remove")
    assert not list(models.glob("*.model*"))
    assert set(json.loads(foreign("evaluate", texts, "--json"))) == {"left_out", "unknown", "catalogue"}


def test_a_broken_file_ends_the_start_with_its_name_and_what_is_wrong(office: Office) -> None:
    folder = office.folder / "otklik-data/topics"
    folder.mkdir(parents=True)
    for name, content, said in (
        ("all.csv", "fact,days\nЯма,никогда\n", "row 2: days is a number"),
        ("all.model", "no model", "no model of topics"),
    ):
        (folder / name).write_text(content, encoding="utf-8")
        told = otklik(office.folder, "serve", OTKLIK_PORT="1")
        assert told.returncode == 1
        assert told.stderr.startswith("otklik: ")
        assert name in told.stderr
        assert said in told.stderr
        assert "Traceback" not in told.stderr
        (folder / name).unlink()


def test_a_gateway_that_runs_takes_a_catalogue_up_and_keeps_the_last_good_one(
    start_gateway: Callable[..., RunningGateway],
) -> None:
    gateway = start_gateway()
    (gateway.folder / "own.csv").write_text("fact\nСломан семафор\nЯма\nСнег\nЛёд\n", encoding="utf-8")
    assert "Сломан семафор" not in found(gateway, "семафор")
    gateway.run("topics", "import", "own.csv", "--agency", AGENCY)
    wait_until(lambda: "Сломан семафор" in found(gateway, "семафор"))
    own = gateway.folder / f"data/topics/{AGENCY}.csv"
    own.write_text("fact,days\nЯма,никогда\n", encoding="utf-8")
    wait_until(lambda: found(gateway, "семафор") and "the last good ones go on" in gateway.log)
    assert "row 2: days" in gateway.log
    assert "Сломан семафор" in found(gateway, "семафор")


async def test_closed_cases_teach_where_the_agency_wants_that(start_gateway: Callable[..., RunningGateway]) -> None:
    gateway = start_gateway()
    (gateway.folder / "own.csv").write_text("fact,code\nЯма,pit\nФонарь,lamp\n", encoding="utf-8")
    gateway.run("topics", "import", "own.csv", "--agency", AGENCY)
    texts = [f"{said} {where}" for ways in SAID.values() for said in ways for where in WHERE[:6]]
    wait_until(lambda: "Фонарь" in found(gateway, "фонарь"))
    numbers = [file_message(gateway, text, "lamp") for text in texts]
    wait_until(lambda: len(json.loads(gateway.run("case", "list", "--json"))) == len(texts))
    gateway.kill()
    await answer_all(gateway, numbers)
    assert "pit" in gateway.run("case", "topic", numbers[0], "pit", "--json")
    history = json.loads(gateway.run("case", "show", numbers[0], "--json"))["history"]
    assert [(event["kind"], event["topic"]) for event in history][-1] == ("topic_corrected", "pit")
    with pytest.raises(AssertionError, match="does not learn from its cases"):
        gateway.run("topics", "train", "--cases", "--agency", AGENCY)
    gateway.run("agency", "edit", AGENCY, "--learn-from-cases")
    told = gateway.run("topics", "train", "--cases", "--agency", AGENCY, "--anyway", "--lang", "en")
    assert f"Learning from {len(texts)} texts of 2 topics." in told


def file_message(gateway: RunningGateway, text: str, topic: str) -> str:
    message = {
        "agency": AGENCY,
        "text": text,
        "topic": topic,
        "place": {"address": "ул. Садовая, 12"},
        "contact": {"name": "Анна", "email": "anna@example.org"},
        "consent": True,
    }
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
    connection.request("POST", "/api/v1/appeals", json.dumps(message), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    assert answer.status == 201, told
    return str(told["number"])


async def answer_all(gateway: RunningGateway, numbers: Iterable[str]) -> None:
    """Answer cases by the clerk's own verb; a command for each would take a minute."""
    opened = await build(Settings(data_dir=gateway.folder / "data"), work=False)
    assert opened.work_on_case is not None
    for number in numbers:
        await opened.work_on_case.answer(AppealNumber(number), "Сделано.")
    await opened.close()


def found(gateway: RunningGateway, words: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
    connection.request("GET", f"/api/v1/topics?agency={AGENCY}&q={quote(words)}")
    told = connection.getresponse().read().decode()
    connection.close()
    return told


def wait_until(holds: Callable[[], object], *, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to be in time"
        time.sleep(0.2)
