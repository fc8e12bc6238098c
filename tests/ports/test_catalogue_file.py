"""The catalogue that comes with the product is sound, and a broken one names its row."""

from pathlib import Path

import pytest
from gateway.adapters.catalogue_file import COLUMNS, load_catalogue, read_catalogue

from gateway.domain.appeal import Terms

HEADER = ",".join(COLUMNS) + "\n"


def test_the_catalogue_that_comes_with_the_product_has_31_subjects_and_308_topics() -> None:
    catalogue = load_catalogue(Terms())
    assert len(catalogue.topics) == 308
    assert len(list(catalogue.by_subject())) == 31
    assert all(len(topic.code) == 4 and topic.code.isdigit() for topic in catalogue.topics)


def test_other_comes_last_in_every_subject_and_last_of_all() -> None:
    subjects = list(load_catalogue(Terms()).by_subject())
    for _, topics in subjects:
        assert topics[-1].name == "Иное"
        assert topics[-1].code.endswith("00")
    assert subjects[-1][0] == "Иное"


def test_fast_track_is_answered_in_ten_days_and_the_rest_in_thirty() -> None:
    catalogue = load_catalogue(Terms())
    assert {(topic.fast_track, topic.days) for topic in catalogue.topics} == {(True, 10), (False, 30)}
    snow, hospital = catalogue.find("0115"), catalogue.find("0403")
    assert snow is not None
    assert (snow.name, snow.days) == ("Уборка снега", 10)
    assert hospital is not None
    assert hospital.days == 30


def test_usual_terms_are_settings_and_a_topic_may_have_its_own() -> None:
    text = HEADER + "Дороги,Снег,,1,yes,,\nДороги,Мосты,,2,no,,\nДороги,Люки,,3,yes,1,\n"
    topics = read_catalogue(text, Terms(fast_track_days=8, days=28)).topics
    assert [topic.days for topic in topics] == [8, 28, 1]


def test_words_and_levels_are_read_without_stray_blanks() -> None:
    text = HEADER + '"Дороги ", Снег  зимой,Обочины,1,yes,3,"  сугроб ;; снежный   вал;"\n'
    (topic,) = read_catalogue(text, Terms()).topics
    assert topic.path == ("Дороги", "Снег зимой", "Обочины")
    assert topic.words == ("сугроб", "снежный вал")


def test_order_of_the_file_is_kept() -> None:
    text = HEADER + "Я,Б,,2,no,,\nА,В,,1,no,,\n"
    assert [topic.code for topic in read_catalogue(text, Terms()).topics] == ["2", "1"]


def test_file_with_a_byte_order_mark_and_windows_line_ends_is_read(tmp_path: Path) -> None:
    file = tmp_path / "topics.csv"
    file.write_bytes(b"\xef\xbb\xbf" + (HEADER + "Дороги,Снег,,1,yes,,\n").replace("\n", "\r\n").encode())
    assert len(load_catalogue(Terms(), file).topics) == 1


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ("", "row 1: no topic follows"),
        ("А,Б,,1,no,,\nА,В,,1,no,,\n", "row 3: 1 А / В stands there twice"),
        ("А,Б,,1,no,,\nА,Б,,2,no,,\n", "row 3: 2 А / Б stands there twice"),
        ("А,Б,,1,no,,\nВ,Г,,2,no,,\nА,Д,,3,no,,\n", "row 4: А is not together with its other topics"),
        ("А,Б,,1,да,,\n", "row 2: fast_track is yes or no"),
        ("А,Б,,1,no,0,\n", "row 2: days is a number from 1 to 365"),
        ("А,Б,,1,no,скоро,\n", "row 2: days is a number from 1 to 365"),
        ("А,Б,,,no,,\n", "row 2: code is made of Latin letters and digits"),
        ("А,,Б,1,no,,\n", "row 2: subject, subsubject and fact are filled from the left"),
        ("А,Б,,1,no,\n", "row 2: needs 7 columns"),
        ("А,Б,,1,no,,яма,яма\n", "row 2: needs 7 columns"),
        ('"А,Б,,1,no,,\n', "row 2: unexpected end of data"),
    ],
)
def test_mistake_is_reported_with_its_row(rows: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=rf"\A{complaint}\Z"):
        read_catalogue(HEADER + rows, Terms())


def test_missing_column_is_reported() -> None:
    with pytest.raises(ValueError, match="row 1: no column code, words"):
        read_catalogue("subject,subsubject,fact,fast_track,days\n", Terms())
