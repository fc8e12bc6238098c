"""Agencies entered by hand and from sheets, into a real store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.actions.enter_agencies import COLUMNS, EnterAgencies, Entered
from gateway.adapters.sql.agencies import SqlAgencies
from gateway.adapters.sql.engine import Database
from gateway.adapters.sql.migrate import migrate
from gateway.domain.agency import AnswerWay, AppealWays, LegalBasis
from gateway.domain.fault import FaultKind
from gateway.domain.origin import read_origin
from gateway.form.check import is_text
from gateway.texts import load_texts
from tests.properties import any_text, many

TEXTS = load_texts()

Cells = dict[str, str]
SCHOOL: Cells = {"key": "school", "name": "Школа № 5"}
FULL: Cells = {
    "key": "School-5",
    "name": "Школа № 5",
    "legal_name": "МБОУ «Школа № 5»",
    "ogrn": "1027700132195",
    "oktmo": "45000000",
    "origins": "https://школа-5.рф, http://127.0.0.1:*",
    "public_body": "нет",
    "time_zone": "Asia/Omsk",
    "name_required": "no",
    "answer_way": "Email",
    "legal_basis": "duty",
    "consent": "Согласен.",
    "portal": "https://portal.example",
    "post": "000000, город N",
    "reception": "по четвергам",
    "refuses": "Obscene, personal",
}


@pytest.fixture
async def agencies(tmp_path: Path) -> AsyncIterator[SqlAgencies]:
    database = Database(f"sqlite:///{tmp_path}/otklik.db")
    await migrate(database)
    yield SqlAgencies(database)
    await database.close()


async def enter(agencies: SqlAgencies, *rows: Cells) -> Entered:
    return await EnterAgencies(agencies=agencies, texts=TEXTS)(list(enumerate(rows, start=2)))


def counts(entered: Entered) -> tuple[int, int, int, int]:
    return entered.added, entered.changed, entered.unchanged, len(entered.bad)


def faults(entered: Entered) -> list[tuple[int, str]]:
    return [(bad.row, fault) for bad in entered.bad for fault in bad.faults]


async def test_a_full_row_is_read_cell_by_cell(agencies: SqlAgencies) -> None:
    await enter(agencies, FULL)
    school = await agencies.find("school-5")
    assert (school.name, school.legal_name) == ("Школа № 5", "МБОУ «Школа № 5»")
    assert (school.ogrn, school.oktmo, school.time_zone) == ("1027700132195", "45000000", "Asia/Omsk")
    assert set(school.origins) == {read_origin("https://школа-5.рф"), read_origin("http://127.0.0.1:*")}
    assert (school.is_public_body, school.name_required) == (False, False)
    assert (school.answer_way, school.legal_basis) == (AnswerWay.EMAIL, LegalBasis.DUTY)
    assert school.refuses == {FaultKind.OBSCENE, FaultKind.PERSONAL}
    assert school.consent is not None
    assert (school.consent.version, school.consent.text) == ("1", "Согласен.")
    assert school.appeal_ways == AppealWays(
        portal="https://portal.example", post="000000, город N", reception="по четвергам"
    )


async def test_key_and_name_are_enough(agencies: SqlAgencies) -> None:
    assert counts(await enter(agencies, SCHOOL)) == (1, 0, 0, 0)
    school = await agencies.find("school")
    assert (school.legal_name, school.time_zone, school.answer_way) == ("Школа № 5", "Europe/Moscow", AnswerWay.ANY)
    assert school.is_public_body
    assert school.name_required
    assert school.consent is not None
    assert "Школа № 5" in school.consent.text


async def test_the_same_sheet_once_more_changes_nothing(agencies: SqlAgencies) -> None:
    sheet = [SCHOOL, FULL, {"key": "class", "name": "1А", "parent": "school"}]
    assert counts(await enter(agencies, *sheet)) == (3, 0, 0, 0)
    before = await agencies.all()
    assert counts(await enter(agencies, *sheet)) == (0, 0, 3, 0)
    assert await agencies.all() == before


async def test_the_report_counts_the_rows_of_the_sheet_and_not_all_that_is_stored(agencies: SqlAgencies) -> None:
    await enter(agencies, SCHOOL, FULL)
    assert counts(await enter(agencies, {"key": "clinic", "name": "Поликлиника"})) == (1, 0, 0, 0)


async def test_empty_cells_leave_what_is_known(agencies: SqlAgencies) -> None:
    await enter(agencies, FULL)
    before = await agencies.find("school-5")
    assert counts(await enter(agencies, {"key": "school-5", "name": "", "ogrn": " "})) == (0, 0, 1, 0)
    assert counts(await enter(agencies, {"key": "school-5", "oktmo": "69701000001"})) == (0, 1, 0, 0)
    after = await agencies.find("school-5")
    assert after.oktmo == "69701000001"
    assert (after.ogrn, after.origins, after.consent) == (before.ogrn, before.origins, before.consent)


async def test_every_fault_of_every_bad_row_is_told_and_good_rows_are_taken(agencies: SqlAgencies) -> None:
    entered = await enter(
        agencies,
        {"key": "Ш", "name": ""},
        SCHOOL,
        {
            "key": "clinic",
            "name": "Поликлиника",
            "ogrn": "1027700132194",
            "oktmo": "123",
            "origins": "clinic.example https://clinic.example;",
            "public_body": "может быть",
            "time_zone": "Europe",
            "answer_way": "pigeon",
            "legal_basis": "хочу",
            "portal": "javascript:alert(1)",
            "phone": "112",
        },
    )
    assert counts(entered) == (1, 0, 0, 2)
    assert [agency.key for agency in await agencies.all()] == ["school"]
    told = faults(entered)
    assert [(row, fault.split(":")[0]) for row, fault in told] == [
        (2, "key"),
        (2, "name"),
        (4, "phone"),
        (4, "ogrn"),
        (4, "oktmo"),
        (4, "origins"),
        (4, "origins"),
        (4, "public_body"),
        (4, "time_zone"),
        (4, "answer_way"),
        (4, "legal_basis"),
        (4, "portal"),
    ]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe", "../etc/passwd", "/etc/passwd", "МСК", "UTC+3"])
async def test_what_is_no_time_zone_is_a_bad_row(agencies: SqlAgencies, zone: str) -> None:
    assert [row for row, _ in faults(await enter(agencies, SCHOOL | {"time_zone": zone}))] == [2]


async def test_characters_that_no_store_takes_are_a_bad_row(agencies: SqlAgencies) -> None:
    entered = await enter(agencies, SCHOOL | {"name": "Школа\x00", "post": "\ud800"})
    assert faults(entered) == [
        (2, "name: some of its characters cannot be stored"),
        (2, "post: some of its characters cannot be stored"),
    ]


async def test_a_parent_may_come_later_in_the_sheet_and_in_other_letters(agencies: SqlAgencies) -> None:
    entered = await enter(agencies, {"key": "class", "name": "1А", "parent": "SCHOOL"}, SCHOOL)
    assert counts(entered) == (2, 0, 0, 0)
    assert (await agencies.find("class")).parent == "school"


async def test_what_hangs_on_nothing_falls_with_all_that_hangs_on_it(agencies: SqlAgencies) -> None:
    entered = await enter(
        agencies,
        {"key": "desk", "name": "Парта", "parent": "class"},
        SCHOOL,
        {"key": "class", "name": "1А", "parent": "nowhere"},
    )
    assert faults(entered) == [
        (2, "parent: there is no agency class"),
        (4, "parent: there is no agency nowhere"),
    ]
    assert [agency.key for agency in await agencies.all()] == ["school"]


@pytest.mark.parametrize("length", [1, 2, 3])
async def test_agencies_do_not_stand_on_one_another_in_a_circle(agencies: SqlAgencies, length: int) -> None:
    circle = [
        {"key": f"floor-{number}", "name": "Этаж", "parent": f"floor-{(number + 1) % length}"}
        for number in range(length)
    ]
    on_top = {"key": "roof", "name": "Крыша", "parent": "floor-0"}
    entered = await enter(agencies, SCHOOL, *circle, on_top)
    assert counts(entered) == (1, 0, 0, length + 1)
    assert [agency.key for agency in await agencies.all()] == ["school"]


async def test_a_stored_agency_is_not_bent_into_a_circle(agencies: SqlAgencies) -> None:
    await enter(agencies, SCHOOL, {"key": "class", "name": "1А", "parent": "school"})
    entered = await enter(agencies, SCHOOL | {"name": "Лицей", "parent": "class"})
    assert faults(entered) == [(2, "parent: an agency is not above itself")]
    school = await agencies.find("school")
    assert (school.name, school.parent) == ("Школа № 5", None)


async def test_the_last_of_two_rows_for_one_agency_counts(agencies: SqlAgencies) -> None:
    assert counts(await enter(agencies, SCHOOL, SCHOOL | {"name": "Лицей"})) == (1, 0, 0, 0)
    assert (await agencies.find("school")).name == "Лицей"


async def test_new_words_of_a_consent_get_a_new_version_and_old_ones_stay_readable(agencies: SqlAgencies) -> None:
    for words in ("Согласен.", "Согласен.", "Согласен на всё.", "Согласен."):
        await enter(agencies, SCHOOL | {"consent": words})
    school = await agencies.find("school")
    assert school.consent is not None
    assert school.consent.version == "3"
    kept = [await agencies.consent_text(school.key, version) for version in ("1", "2", "3", "4")]
    assert [text and text.text for text in kept] == ["Согласен.", "Согласен на всё.", "Согласен.", None]


async def test_an_agency_that_is_renamed_asks_consent_anew_in_the_same_words(agencies: SqlAgencies) -> None:
    await enter(agencies, SCHOOL | {"legal_name": "Школа", "consent": "Я даю Школа согласие. Школами не торгуют."})
    await enter(agencies, {"key": "school", "legal_name": "Лицей"})
    school = await agencies.find("school")
    assert school.consent is not None
    assert (school.consent.version, school.consent.text) == ("2", "Я даю Лицей согласие. Школами не торгуют.")


async def test_the_usual_consent_names_a_renamed_agency_by_its_new_name(agencies: SqlAgencies) -> None:
    await enter(agencies, SCHOOL | {"legal_name": "МБОУ «Школа № 5»"})
    await enter(agencies, {"key": "school", "legal_name": "МБОУ «Лицей \\1»"})
    school = await agencies.find("school")
    assert school.consent is not None
    assert school.consent.version == "2"
    assert school.consent.text == TEXTS.say("ru", "consent.default", legal_name="МБОУ «Лицей \\1»")


async def test_thousands_of_rows_are_entered_at_once(agencies: SqlAgencies) -> None:
    sheet = [{"key": f"school-{number}", "name": f"Школа № {number}", "parent": "city"} for number in range(3000)]
    assert counts(await enter(agencies, *sheet, {"key": "city", "name": "Город"})) == (3001, 0, 0, 0)


any_cells = st.dictionaries(st.sampled_from(COLUMNS), any_text | st.sampled_from(list(FULL.values())), max_size=8)


@settings(many, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(any_cells, max_size=4))
async def test_whatever_a_sheet_holds_rows_are_good_or_bad_and_nothing_breaks(
    agencies: SqlAgencies, rows: list[Cells]
) -> None:
    entered = await enter(agencies, *rows)
    assert all(bad.faults and 2 <= bad.row <= len(rows) + 1 for bad in entered.bad)
    assert all(agency.name and is_text(agency.name) for agency in await agencies.all())


async def test_refusals_stay_until_others_or_none_are_written(agencies: SqlAgencies) -> None:
    await enter(agencies, FULL)
    await enter(agencies, {"key": "school-5", "refuses": ""})
    assert (await agencies.find("school-5")).refuses == {FaultKind.OBSCENE, FaultKind.PERSONAL}
    await enter(agencies, {"key": "school-5", "refuses": "threat"})
    assert (await agencies.find("school-5")).refuses == {FaultKind.THREAT}
    bad = await enter(agencies, {"key": "school-5", "refuses": "threat rudeness"})
    assert [fault.partition(" is")[0] for _, fault in faults(bad)] == ["refuses: rudeness"]
    await enter(agencies, {"key": "school-5", "refuses": "нет"})
    assert (await agencies.find("school-5")).refuses == frozenset()
