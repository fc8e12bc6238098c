import hashlib
import json
import time
from pathlib import Path

import numpy as np
import pytest

from gateway.adapters.learning import LearnedModel, evaluate, files, load_model, train

THINGS = {
    "0101": ("яма на дороге", "разбит асфальт", "машина пробила колесо", "дорога после зимы вся в ямах"),
    "0102": ("мусор не вывозят", "контейнеры переполнены", "свалка у бака", "отходы лежат неделю"),
    "0103": ("не горит фонарь", "темно вечером", "освещение отключено", "лампа на столбе мигает"),
    "0104": ("нет горячей воды", "холодные батареи", "отопление не включили", "из крана течет ржавая вода"),
}
PLACES = ("у дома 12", "на улице Садовой", "возле школы", "во дворе")
MANNERS = ("Здравствуйте, {0} {1}.", "{1} {0}, примите меры!", "Уже месяц {0} {1}")

ODD = {
    "empty": "",
    "spaces": " \n\t ",
    "emoji": "🔥🔥🔥 👍🏻",
    "one letter": "а",
    "one letter held down": "а" * 4_000,
    "letters apart": "а " * 2_000,
    "base64": "data:image/png;base64," + "iVBORw0KGgoAAAANSUhEUg" * 200,
    "latin": "There is a hole in the road, please repair it.",
    "half of a pair": "яма \ud83d на дороге",
    "nought": "яма\x00на дороге",
    "digits": "8 (800) 555-35-35 " * 200,
}


def rows(times: int = 1) -> list[tuple[str, str]]:
    return [
        (manner.format(thing, place), code)
        for code, things in THINGS.items()
        for thing in things
        for place in PLACES
        for manner in MANNERS
    ] * times


def quiet(share: float, what: str) -> None:
    pass


@pytest.fixture(scope="module")
def model() -> LearnedModel:
    return train(rows(), progress=quiet)


@pytest.fixture
def path(model: LearnedModel, tmp_path: Path) -> Path:
    model.save(tmp_path / "topics.model")
    return tmp_path / "topics.model"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Во дворе огромные ямы, асфальта почти нет", "0101"),
        ("Переполненный контейнер с мусором возле детского сада", "0102"),
        ("Вечером темно: фонари не горят", "0103"),
        ("Батареи холодные, воды горячей нет третий день", "0104"),
        ("ФОНАРЬ НЕ ГОРИТ", "0103"),
        ("гарячая вода отключина", "0104"),
    ],
)
def test_learns(model: LearnedModel, text: str, code: str) -> None:
    said = model.predict(text)
    assert next(iter(said)) == code
    assert said[code] > 0.5


def test_says_the_best_first_and_no_more_than_one_in_all(model: LearnedModel) -> None:
    shares = list(model.predict("яма у переполненного контейнера").values())
    assert shares == sorted(shares, reverse=True)
    assert all(0 < share <= 1 for share in shares)
    assert sum(shares) <= 1 + 1e-6


def test_knows_what_it_was_made_from(model: LearnedModel) -> None:
    assert list(model.classes) == ["0101", "0102", "0103", "0104"]
    assert model.rows == len(rows())
    assert model.seen("0101") == 48
    assert model.seen("none") == 0


def test_is_unsure_where_the_rows_disagree() -> None:
    said = train(
        [*rows(), *[("Прошу принять меры", "0101")] * 30, *[("Прошу принять меры", "0102")] * 10], progress=quiet
    ).predict("Прошу принять меры")
    assert list(said)[:2] == ["0101", "0102"]
    assert 0.5 < said["0101"] < 0.95
    assert said["0102"] > 0.05


def test_is_the_same_for_the_same_rows_and_seed(model: LearnedModel) -> None:
    again, other = train(rows(), progress=quiet), train(rows()[::4], progress=quiet, seed=1)
    assert again.predict("яма у фонаря") == model.predict("яма у фонаря")
    assert other.predict("яма у фонаря") != model.predict("яма у фонаря")


def test_stops_when_whoever_is_told_raises() -> None:
    def stop(share: float, what: str) -> None:
        if share > 0.15:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(rows(), progress=stop)


def test_says_how_far_it_is() -> None:
    said: list[tuple[float, str]] = []
    train(rows()[:60], progress=lambda share, what: said.append((share, what)))
    shares = [share for share, _ in said]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 0.1
    assert shares[-1] == 1
    assert all(what for _, what in said)


@pytest.mark.parametrize("name", ODD)
def test_takes_odd_texts(model: LearnedModel, name: str) -> None:
    started = time.perf_counter()
    said = model.predict(ODD[name])
    assert time.perf_counter() - started < 0.5
    assert sum(said.values()) <= 1 + 1e-6


@pytest.mark.parametrize("name", ["empty", "spaces", "emoji", "one letter held down"])
def test_says_nothing_of_a_text_that_says_nothing(model: LearnedModel, name: str) -> None:
    assert model.predict(ODD[name]) == {}


def test_is_unsure_of_another_language(model: LearnedModel) -> None:
    assert max(model.predict(ODD["latin"]).values(), default=0) < 0.6


def test_reads_no_further_than_4000_characters(model: LearnedModel) -> None:
    long = "яма на дороге " * 300
    assert model.predict(long) == model.predict(long[:4_000])


def test_learns_from_odd_texts() -> None:
    learned = train([*rows()[::3], *((text, "odd") for text in ODD.values())], progress=quiet)
    assert learned.seen("odd") == len(ODD)
    assert next(iter(learned.predict("мусор не вывозят во дворе"))) == "0102"


def test_learns_one_class() -> None:
    learned = train([("яма на дороге", "0101"), ("разбит асфальт", "0101")], progress=quiet)
    assert learned.predict("яма") == {"0101": 1.0}


def test_learns_one_row() -> None:
    assert train([("яма на дороге", "0101")], progress=quiet).predict("яма") == {"0101": 1.0}


def test_learns_from_rows_without_a_word() -> None:
    assert train([("", "0101"), ("🔥", "0102")], progress=quiet).predict("яма") == {}


def test_learns_classes_of_one_row_each() -> None:
    things = [
        (f"{thing} {PLACES[0]}", f"{code}-{at}") for code, all_ in THINGS.items() for at, thing in enumerate(all_)
    ]
    learned = train(things, progress=quiet)
    assert [next(iter(learned.predict(text))) for text, _ in things] == [code for _, code in things]


def test_refuses_to_learn_from_nothing() -> None:
    with pytest.raises(ValueError, match="no rows"):
        train([], progress=quiet)


def test_says_the_same_when_it_was_saved_and_loaded(model: LearnedModel, path: Path) -> None:
    loaded = load_model(path)
    assert [loaded.predict(text) for text, _ in rows()[::5]] == [model.predict(text) for text, _ in rows()[::5]]
    assert (loaded.rows, loaded.classes, loaded.made_at) == (model.rows, model.classes, model.made_at)
    assert loaded.seen("0102") == 48


def test_replaces_a_file_and_leaves_nothing_beside_it(model: LearnedModel, path: Path) -> None:
    model.save(path)
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_keeps_no_text_in_the_file(path: Path) -> None:
    content = path.read_bytes()
    assert not any(word.encode() in content for word in ("асфальт", "мусор", "Садов", "остановк"))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04\x95", "яма".encode(), b"otklik-topics\n"])
def test_refuses_what_is_no_model(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(ValueError, match=r"no model of topics|damaged"):
        load_model(tmp_path / "other")


@pytest.mark.parametrize("share", [0.001, 0.2, 0.6, 0.999])
def test_refuses_a_file_in_which_a_byte_is_wrong(path: Path, share: float) -> None:
    content = bytearray(path.read_bytes())
    content[20 + int((len(content) - 20) * share)] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        load_model(path)


def test_refuses_a_file_that_was_cut_off(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match="damaged"):
        load_model(path)


def test_refuses_another_version(model: LearnedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(files, "VERSION", 99)
        model.save(tmp_path / "newer")
    with pytest.raises(ValueError, match="has version 99"):
        load_model(tmp_path / "newer")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("numbers", [["words.hashes", "hashes", [10**12]]]),
        ("numbers", [["words.hashes", "objects", [1]]]),
        ("numbers", [["words.hashes", "hashes", [-1]]]),
        ("numbers", []),
        ("counts", [["0101", 1]]),
        ("networks", [10**9, 0, 0]),
        ("networks", []),
        ("doubt", 0),
        ("doubt", None),
        ("made_at", "yesterday"),
    ],
)
def test_refuses_a_head_that_does_not_fit(path: Path, key: str, value: object) -> None:
    content = path.read_bytes()[: -hashlib.sha256().digest_size]
    start = len(b"otklik-topics\n") + 8
    end = start + int.from_bytes(content[start - 8 : start], "little")
    head = json.dumps(json.loads(content[start:end]) | {key: value}).encode()
    forged = content[: start - 8] + len(head).to_bytes(8, "little") + head + content[end:]
    path.write_bytes(forged + hashlib.sha256(forged).digest())
    with pytest.raises(ValueError, match="damaged"):
        load_model(path)


def test_evaluates(model: LearnedModel) -> None:
    fair = [
        ("огромная яма на асфальте", "0101"),
        ("мусор не вывозят, бак полон", "0102"),
        ("горит ли фонарь", "0101"),
        ("", "0104"),
    ]
    found = evaluate(model, fair, progress=quiet)
    assert (found.count, found.first, found.among_five) == (4, 0.5, 0.75)
    assert sum(band.count for band in found.bands) == 4
    assert found.bands[0].least == 0
    assert found.bands[0].right == 0
    assert all(0 <= band.said <= 1 for band in found.bands)


def test_refuses_to_evaluate_with_nothing(model: LearnedModel) -> None:
    with pytest.raises(ValueError, match="no rows"):
        evaluate(model, [], progress=quiet)


def test_brings_its_confidence_to_what_was_right_of_texts_held_out() -> None:
    """A third of the rows say a code by chance, so that no text is sure."""
    chance = np.random.default_rng(5)
    codes = list(THINGS)
    noisy = [(f"{text} {chance.integers(10**9)}", code) for text, code in rows(2)]
    noisy = [(text, codes[chance.integers(4)] if chance.random() < 0.33 else code) for text, code in noisy]
    learned = train(noisy, progress=quiet)
    sure = [next(iter(learned.predict(text).values())) for text, _ in rows()[::5]]
    assert 0.6 < float(np.mean(sure)) < 0.9
