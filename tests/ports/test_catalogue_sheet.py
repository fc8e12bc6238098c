"""Catalogues as sheets: the one that comes with the product, foreign ones, and what a bad row is told."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.adapters.catalogue_files import ALL, BadSheet, CatalogueFiles
from gateway.adapters.catalogue_sheet import (
    COLUMNS,
    catalogue_of,
    columns_of,
    default_catalogue,
    made_code,
    rows_of,
)
from gateway.adapters.sheet_writing import write_sheet
from gateway.adapters.sheets import Row, read_sheet
from gateway.domain.appeal import Terms
from gateway.domain.topic import Catalogue, Level, TopicCode, TopicKind, TopicPlace

TERMS = Terms()
FEWER = settings(max_examples=60, derandomize=True, database=None, deadline=None)


def rows(*lines: str) -> list[Row]:
    header, *body = [line.split(",") for line in lines]
    return [(number, dict(zip(header, cells, strict=True))) for number, cells in enumerate(body, 2)]


def test_the_catalogue_that_comes_with_the_product_is_sound() -> None:
    catalogue = default_catalogue(TERMS)
    assert len(catalogue.topics) >= 700
    assert {topic.kind for topic in catalogue.topics} == {TopicKind.MESSAGE, TopicKind.APPEAL}
    assert not [topic.code for topic in catalogue.topics if topic.kind is TopicKind.APPEAL and topic.fast_track]
    assert not [topic.code for topic in catalogue.topics if topic.answerer is None or "en" not in topic.other]


def test_what_is_nobody_else_s_business_is_never_public() -> None:
    private = (
        "Медицин",
        "Образовани",
        "Социальн",
        "Выплаты",
        "Льготное",
        "Больничный",
        "Инвалидн",
        "Электронная запись",
    )
    private += ("Обращения военно", "Помощь участникам", "Ветераны", "Обжалование", "Трудовые", "Налоги", "Миграция")
    topics = default_catalogue(TERMS).topics
    subjects = {topic.subject for topic in topics if topic.subject.startswith(private)}
    assert len(subjects) == 16
    public = [topic for topic in topics if topic.place is TopicPlace.PUBLIC]
    assert {topic.code for topic in public} >= {"0116", "0107", "0603", "2501", "1307", "052301"}
    assert not [topic.code for topic in public if topic.subject in subjects or topic.kind is TopicKind.APPEAL]
    assert {topic.place for topic in topics if topic.subject == "Выплаты и пособия"} >= {TopicPlace.NONE}


def test_only_names_are_needed() -> None:
    (pit,) = catalogue_of(rows("fact", "Яма на дороге"), TERMS).topics
    assert (pit.path, pit.kind, pit.days, pit.fast_track) == (("Яма на дороге",), TopicKind.MESSAGE, 30, False)
    assert pit.code == made_code(["яма  на ДОРОГЕ"])


def test_all_columns_are_read() -> None:
    cells = {
        "subject": "Дороги",
        "subsubject": "Ямы",
        "fact": "Яма",
        "code": "01",
        "kind": "message",
        "fast_track": "да",
        "days": "3",
        "level": "municipal",
        "body": "дорожники",
        "words": " яма ;; выбоина ",
        "examples": "Яма! | Ещё яма",
        "confused": "02; 03",
        "tell": "Яма",
        "questions": "since",
        "photo": "place",
        "место": "Public",
        "fact_en": "Pit",
        "words_en": "pothole",
        "tell_en": "A pit",
    }
    (pit,) = catalogue_of([(2, cells)], TERMS).topics
    assert pit.path == ("Дороги", "Ямы", "Яма")
    assert (pit.fast_track, pit.days) == (True, 3)
    assert pit.answerer is not None
    assert (pit.answerer.level, pit.answerer.body) == (Level.MUNICIPAL, "дорожники")
    assert (pit.words, pit.examples) == (("яма", "выбоина"), ("Яма!", "Ещё яма"))
    assert (pit.confused, pit.questions, pit.photo) == (("02", "03"), ("since",), "place")
    assert pit.place is TopicPlace.PUBLIC
    assert pit.wording("en").words == ("pothole",)


def test_usual_terms_are_settings_and_a_topic_may_have_its_own() -> None:
    sheet = rows("fact,fast_track,days", "Снег,yes,", "Мост,no,", "Люк,yes,1")
    assert [topic.days for topic in catalogue_of(sheet, Terms(fast_track_days=8, days=28)).topics] == [8, 28, 1]


def test_topics_of_a_subject_come_together_in_the_order_of_the_sheet() -> None:
    sheet = rows("subject,fact", "Я,Б", "А,В", "Я,Г")
    assert [topic.name for topic in catalogue_of(sheet, TERMS).topics] == ["Б", "Г", "В"]


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["fact"], "row 1: no topic follows"),
        (["days,words", "1,2"], "row 1: no column fact; there are days, words"),
        (["fact,code", "А,1", "Б,1"], "row 3: code 1 stands in row 2 too"),
        (["fact,code", "А,1", "А,2"], "row 3: А stands in row 2 too"),
        (["fact,fast_track", "А,может"], "row 2: fast_track is yes or no"),
        (["fact,days", "А,0"], "row 2: days is a number from 1 to 365"),
        (["fact,days", "А,скоро"], "row 2: days is a number from 1 to 365"),
        (["fact,code", "А,код"], "row 2: code is made of Latin letters, digits, dots, dashes, 64 at most"),
        (["fact,kind", "А,жалоба"], "row 2: kind is message or appeal"),
        (["fact,level", "А,сельский"], "row 2: level is one of federal, regional, municipal, organisation"),
        (["fact,code", "-,1"], "row 2: has no name: fill in fact"),
        (["fact", "А\x00"], "row 2: fact has characters that cannot be stored"),
        (["fact,days", "А,0", "Б,5", "В,x"], "row 2: days is .*\nrow 4: days is a number from 1 to 365"),
    ],
)
def test_mistakes_are_told_with_their_rows(lines: list[str], complaint: str) -> None:
    with pytest.raises(ValueError, match=rf"\A{complaint}\Z"):
        catalogue_of(rows(*lines), TERMS)


def test_a_sheet_laid_over_changes_adds_and_hides() -> None:
    base = catalogue_of(rows("subject,fact,code,days", "Дороги,Яма,1,5", "Дороги,Снег,2,6", "Двор,Лавка,3,7"), TERMS)
    over = rows("code,fact,days,hide,subject", "1,,9,,", "2,Сугроб,,,", "3,,,yes,", ",Качели,,,Двор")
    topics = catalogue_of(over, TERMS, over=base).topics
    assert [(topic.name, topic.days) for topic in topics] == [("Яма", 9), ("Сугроб", 6), ("Качели", 30)]


def test_hiding_what_is_not_there_is_told() -> None:
    base = catalogue_of(rows("fact,code", "Яма,1"), TERMS)
    with pytest.raises(ValueError, match="row 2: hides 2, which is not there"):
        catalogue_of(rows("code,hide", "2,yes"), TERMS, over=base)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251"])
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Тема\nЯма, выбоина\nСнег\n", [("Яма, выбоина",), ("Снег",)]),
        ('Причины жалоб\n"Яма; выбоина"\n', [("Яма; выбоина",)]),
        ("Категория;Факт;Комментарий\nДороги;Яма, выбоина;см. выше\n", [("Дороги", "Яма, выбоина")]),
        ("Раздел;Подраздел;Наименование\nДороги;-;Яма\n", [("Дороги", "Яма")]),
        ("Категория;Подкатегория;Факт\nДороги;Ямы;Яма\n", [("Дороги", "Ямы", "Яма")]),
    ],
)
def test_a_foreign_sheet_is_read(tmp_path: Path, encoding: str, text: str, names: list[tuple[str, ...]]) -> None:
    file = tmp_path / "sheet.csv"
    file.write_bytes(text.encode(encoding))
    assert [topic.path for topic in catalogue_of(read_sheet(file), TERMS).topics] == names


def test_columns_that_mean_nothing_are_named() -> None:
    assert columns_of(rows("Комментарий,факт,код", "а,б,1")) == (("fact", "code"), ("Комментарий",))


def test_a_row_with_more_cells_than_columns_is_no_shorter_name(tmp_path: Path) -> None:
    file = tmp_path / "sheet.csv"
    file.write_text("code,fact\n1,Яма\n2,Яма, выбоина\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"more cells than columns .* in row 3"):
        read_sheet(file)


word = st.text("абвгдёяз АБЯ5-,.=\"'«»№+@", min_size=1, max_size=12).map(lambda text: " ".join(text.split()))
name = word.filter(lambda text: text not in {"", "-", "—"})
phrases = st.lists(word.filter(bool), max_size=3).map("; ".join)
one_row = st.fixed_dictionaries(
    {
        "subject": word,
        "subsubject": word,
        "fact": name,
        "code": st.from_regex(r"\A[A-Za-z0-9]([A-Za-z0-9_.-]{0,5}[A-Za-z0-9])?\Z"),
        "kind": st.sampled_from(TopicKind).map(str),
        "fast_track": st.sampled_from(["yes", "no", "да", ""]),
        "days": st.integers(1, 365).map(str) | st.just(""),
        "level": st.sampled_from(Level).map(str) | st.just(""),
        "body": word,
        "words": phrases,
        "examples": st.lists(word.filter(bool), max_size=2).map(" | ".join),
        "confused": st.lists(st.sampled_from(["01", "0x", "a.b"]), max_size=2).map("; ".join),
        "tell": word,
        "questions": phrases,
        "photo": st.sampled_from(["", "none", "place"]),
        "fact_en": st.sampled_from(["", "Pit"]),
        "words_en": phrases,
    }
)
sheets = st.lists(one_row, min_size=1, max_size=6, unique_by=(lambda row: row["code"], lambda row: row["fact"]))


@FEWER
@given(sheet=sheets, is_xlsx=st.booleans())
def test_import_of_an_export_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, sheet: list[dict[str, str]], is_xlsx: bool
) -> None:
    catalogue = catalogue_of(list(enumerate(sheet, 2)), TERMS)
    file = tmp_path_factory.getbasetemp() / f"catalogue.{'xlsx' if is_xlsx else 'csv'}"
    write_sheet(file, rows_of(catalogue), is_xlsx=is_xlsx)
    assert catalogue_of(read_sheet(file), TERMS).topics == catalogue.topics


def test_an_export_of_the_product_s_own_is_the_same_too(tmp_path: Path) -> None:
    catalogue = default_catalogue(TERMS)
    write_sheet(tmp_path / "a.csv", rows_of(catalogue), is_xlsx=False)
    assert catalogue_of(read_sheet(tmp_path / "a.csv"), TERMS).topics == catalogue.topics


@pytest.fixture
def files(tmp_path: Path) -> CatalogueFiles:
    return CatalogueFiles(tmp_path / "topics", TERMS)


def test_a_bad_sheet_leaves_everything_as_it_was(files: CatalogueFiles) -> None:
    files.lay(ALL, rows("fact,code", "Яма,1"), over=False)
    with pytest.raises(BadSheet) as bad:
        files.lay(ALL, rows("fact,days", "Снег,1", "Лёд,0", "Дождь,x"), over=False)
    assert [fault.row for fault in bad.value.faults] == [3, 4]
    assert [topic.code for topic in files.read(ALL).topics] == ["1"]
    assert [file.name for file in files.folder.iterdir()] == ["all.csv"]


def test_an_agency_s_sheet_lies_over_that_of_all_which_may_not_be_taken_from_under_it(files: CatalogueFiles) -> None:
    files.lay(ALL, rows("fact,code", "Яма,1", "Снег,2"), over=False)
    files.lay("city", rows("code,hide", "1,yes"), over=True)
    assert [topic.code for topic in files.read("city").topics] == ["2"]
    with pytest.raises(ValueError, match=r"city\.over\.csv: row 2: hides 1"):
        files.lay(ALL, rows("fact,code", "Снег,2"), over=False)
    with pytest.raises(ValueError, match=r"city\.over\.csv"):
        files.take_away(ALL, over_only=False)
    assert files.of(ALL).catalogue.exists()
    files.take_away("city", over_only=True)
    assert [topic.code for topic in files.read("city").topics] == ["1", "2"]


def test_what_is_laid_over_keeps_only_the_columns_that_were_given(files: CatalogueFiles) -> None:
    files.lay(ALL, rows("fact,code,days", "Яма,1,5"), over=False)
    files.lay(ALL, rows("код,срок,примечание", "1,9,так надо"), over=True)
    with files.of(ALL).over.open(encoding="utf-8", newline="") as laid:
        assert list(csv.reader(laid)) == [["code", "days"], ["1", "9"]]
    files.lay(ALL, rows("fact,code,days", "Яма на дороге,1,5"), over=False)
    assert [(topic.name, topic.days) for topic in files.read(ALL).topics] == [("Яма на дороге", 9)]


def test_a_sheet_mends_what_is_broken(files: CatalogueFiles) -> None:
    files.folder.mkdir()
    files.of(ALL).catalogue.write_text("fact,days\nЯма,никогда\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"all\.csv: row 2: days"):
        files.read(ALL)
    assert len(files.lay(ALL, rows("fact", "Снег"), over=False).change.added) == 1
    assert isinstance(files.read(ALL), Catalogue)
    assert set(COLUMNS) >= {"fact", "code"}
    assert files.read(ALL).find(TopicCode(made_code(["Снег"]))) is not None
