"""Checking a filled form: every problem at once, each at its field, or a submission; never an exception."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.agency import Agency, AgencyKey, AnswerWay, LegalBasis
from gateway.domain.appeal import Submission, SubmissionKind
from gateway.domain.consent import ConsentText
from gateway.domain.contact import Contact
from gateway.domain.fault import FaultKind
from gateway.domain.origin import read_origin
from gateway.domain.place import Place, Point
from gateway.domain.problem import Problem
from gateway.domain.topic import Catalogue, Topic, TopicCode
from gateway.form.answers import Answers
from gateway.form.appeal_form import AppealForm
from gateway.form.check import check, check_remark, is_text, tidy
from gateway.form.limits import FormLimits
from tests.properties import any_text, many, typed_text

PIT = Topic(code=TopicCode("0116"), path=("Дороги", "Ямы"), fast_track=True, days=10)
CATALOGUE = Catalogue([PIT])
LIMITS = FormLimits()
SCHOOL = Agency(
    key=AgencyKey("school"),
    name="Школа",
    legal_name="МБОУ «Школа»",
    consent=ConsentText(version="2", text="Согласие"),
)
GOOD = Answers(
    text="На дороге у дома 12 большая яма.",
    address="ул. Садовая, 12",
    name="Анна",
    email="anna@example.org",
    consent=True,
)


def outcome(
    answers: Answers,
    agency: Agency = SCHOOL,
    kind: SubmissionKind = SubmissionKind.MESSAGE,
    settled: frozenset[str] = frozenset(),
    limits: FormLimits = LIMITS,
) -> Submission | tuple[Problem, ...]:
    form = AppealForm(agency=agency, kind=kind, limits=limits)
    return check(form, answers, catalogue=CATALOGUE, channel="page", lang="ru", settled=settled)


def submission(answers: Answers, agency: Agency = SCHOOL) -> Submission:
    found = outcome(answers, agency)
    assert isinstance(found, Submission), found
    return found


def problems(answers: Answers, agency: Agency = SCHOOL, **given: frozenset[str]) -> list[tuple[str, str]]:
    found = outcome(answers, agency, **given)
    assert isinstance(found, tuple), "there is no problem"
    return [(problem.field, problem.code) for problem in found]


def test_good_answers_make_a_submission() -> None:
    assert submission(replace(GOOD, topic="0116", phone="8 912 345-67-89", attachments=("a", "b"))) == Submission(
        agency=SCHOOL,
        kind=SubmissionKind.MESSAGE,
        channel="page",
        lang="ru",
        text="На дороге у дома 12 большая яма.",
        gist="На дороге у дома 12 большая яма",
        topic=PIT,
        place=Place(address="ул. Садовая, 12"),
        attachments=("a", "b"),
        contact=Contact(name="Анна", email="anna@example.org", phone="+79123456789"),
        consent_version="2",
    )


def test_an_empty_form_is_told_all_that_it_lacks_at_once_and_in_its_order() -> None:
    assert problems(Answers()) == [
        ("text", "required"),
        ("place.address", "required"),
        ("contact.name", "required"),
        ("contact.email", "no_way_to_answer"),
        ("consent", "required"),
    ]


def test_every_wrong_answer_is_told_at_once() -> None:
    wrong = Answers(
        text="Яма",
        gist="г" * 121,
        topic="9999",
        address="у" * 301,
        lat=91,
        lon=-181,
        attachments=("a", "a"),
        name="и" * 151,
        email="anna",
        phone="112",
        consent=True,
        consent_version="1",
    )
    assert sorted(problems(wrong)) == [
        ("attachments.1", "twice"),
        ("consent_version", "outdated"),
        ("contact.email", "not_email"),
        ("contact.name", "too_long"),
        ("contact.phone", "not_phone"),
        ("gist", "too_long"),
        ("place.address", "too_long"),
        ("place.lat", "out_of_range"),
        ("place.lon", "out_of_range"),
        ("text", "too_short"),
        ("topic", "unknown"),
    ]


@pytest.mark.parametrize(
    ("field", "name", "most"),
    [
        ("text", "text", LIMITS.text_max),
        ("gist", "gist", LIMITS.gist_max),
        ("address", "place.address", LIMITS.address_max),
        ("name", "contact.name", LIMITS.name_max),
    ],
)
def test_a_text_may_be_as_long_as_its_limit_and_no_longer(field: str, name: str, most: int) -> None:
    assert isinstance(outcome(replace(GOOD, **{field: "я" * most})), Submission)
    found = outcome(replace(GOOD, **{field: "я" * (most + 1)}))
    assert found == (Problem(field=name, code="too_long", values={"most": most, "length": most + 1}),)


def test_a_text_may_be_as_short_as_its_limit_and_no_shorter() -> None:
    assert submission(replace(GOOD, text="я" * 10)).text == "я" * 10
    assert outcome(replace(GOOD, text="я" * 9)) == (
        Problem(field="text", code="too_short", values={"least": 10, "length": 9}),
    )


def test_blanks_around_a_text_and_foreign_line_ends_are_not_counted() -> None:
    typed = "  " + "я\r\n" * 5 + "\u2028" + "я" * (LIMITS.text_max - 11) + " \n"
    assert len(submission(replace(GOOD, text=typed)).text) == LIMITS.text_max
    assert problems(replace(GOOD, text=" я " + "\n" * 50)) == [("text", "too_short")]


def test_an_emoji_counts_as_the_characters_it_is_made_of() -> None:
    assert isinstance(outcome(replace(GOOD, text="👍" * 10)), Submission)


def test_as_many_files_are_taken_as_the_limit_says() -> None:
    files = tuple(str(number) for number in range(11))
    assert len(submission(replace(GOOD, attachments=files[:10])).attachments) == 10
    assert outcome(replace(GOOD, attachments=files)) == (
        Problem(field="attachments", code="too_many", values={"most": 10, "count": 11}),
    )


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x1b", "\x7f", "\ud800", "\ufffe", "\uffff"])
@pytest.mark.parametrize(
    ("field", "name", "code"),
    [
        ("text", "text", "bad_characters"),
        ("gist", "gist", "bad_characters"),
        ("address", "place.address", "bad_characters"),
        ("name", "contact.name", "bad_characters"),
        ("email", "contact.email", "not_email"),
        ("phone", "contact.phone", "not_phone"),
        ("topic", "topic", "unknown"),
    ],
)
def test_characters_that_no_store_takes_are_refused_at_their_field(field: str, name: str, code: str, bad: str) -> None:
    assert problems(replace(GOOD, **{field: f"а{bad}"})) == [(name, code)]


@pytest.mark.parametrize("kept", ["\t", "\n", "👍🏽", "é", "ё", "«»", "\u200d", "e\u0301"])
def test_characters_that_people_type_stay(kept: str) -> None:
    assert kept in submission(replace(GOOD, text=f"Яма на{kept}дороге")).text


def test_the_gist_is_the_residents_own_or_else_the_first_sentence() -> None:
    assert submission(replace(GOOD, gist=" Яма  у\nдома ")).gist == "Яма у дома"
    assert submission(replace(GOOD, gist="  ")).gist == "На дороге у дома 12 большая яма"


@pytest.mark.parametrize(
    ("address", "lat", "lon", "place"),
    [
        ("ул. Садовая", None, None, Place(address="ул. Садовая")),
        (" ул.  Садовая,\n12 ", None, None, Place(address="ул. Садовая, 12")),
        (None, 55.75, 37.6, Place(point=Point(lat=55.75, lon=37.6))),
        ("", -90, 180, Place(point=Point(lat=-90, lon=180))),
        ("", 90, -180, Place(point=Point(lat=90, lon=-180))),
        ("ул. Садовая", 0, 0, Place(address="ул. Садовая", point=Point(lat=0, lon=0))),
    ],
)
def test_a_place_is_an_address_a_point_or_both(
    address: str | None, lat: float | None, lon: float | None, place: Place
) -> None:
    assert submission(replace(GOOD, address=address, lat=lat, lon=lon)).place == place


@pytest.mark.parametrize(
    ("lat", "lon", "found"),
    [
        (55.75, None, [("place.lon", "pair")]),
        (None, 37.6, [("place.lat", "pair")]),
        (91, 37.6, [("place.lat", "out_of_range")]),
        (55.75, -181, [("place.lon", "out_of_range")]),
        (math.nan, math.nan, [("place.lat", "out_of_range"), ("place.lon", "out_of_range")]),
        (math.inf, None, [("place.lat", "out_of_range"), ("place.lon", "pair")]),
        (10**400, 0, [("place.lat", "out_of_range")]),
    ],
)
def test_a_point_needs_both_coordinates_and_lies_on_the_earth(
    lat: float | None, lon: float | None, found: list[tuple[str, str]]
) -> None:
    assert problems(replace(GOOD, address=None, lat=lat, lon=lon)) == found
    assert problems(replace(GOOD, lat=lat, lon=lon)) == found


@pytest.mark.parametrize(
    ("way", "email", "phone", "found"),
    [
        (AnswerWay.ANY, "", "", [("contact.email", "no_way_to_answer")]),
        (AnswerWay.ANY, "a@example.org", "", []),
        (AnswerWay.ANY, "", "89123456789", []),
        (AnswerWay.EMAIL, "", "89123456789", [("contact.email", "required")]),
        (AnswerWay.EMAIL, "a@example.org", "", []),
        (AnswerWay.PHONE, "a@example.org", "", [("contact.phone", "required")]),
        (AnswerWay.PHONE, "", "89123456789", []),
        (AnswerWay.BOTH, "", "", [("contact.email", "required"), ("contact.phone", "required")]),
        (AnswerWay.BOTH, "a@example.org", "", [("contact.phone", "required")]),
        (AnswerWay.BOTH, "", "89123456789", [("contact.email", "required")]),
        (AnswerWay.BOTH, "a@example.org", "89123456789", []),
        (AnswerWay.ANY, "нет", "", [("contact.email", "not_email")]),
        (AnswerWay.ANY, "нет", "89123456789", [("contact.email", "not_email")]),
        (AnswerWay.PHONE, "нет", "нет", [("contact.email", "not_email"), ("contact.phone", "not_phone")]),
    ],
)
def test_a_resident_gives_the_ways_to_answer_that_the_agency_demands(
    way: AnswerWay, email: str, phone: str, found: list[tuple[str, str]]
) -> None:
    result = outcome(replace(GOOD, email=email, phone=phone), replace(SCHOOL, answer_way=way))
    assert ([] if isinstance(result, Submission) else [(one.field, one.code) for one in result]) == found


def test_a_name_may_be_left_out_where_the_agency_does_not_demand_it() -> None:
    nameless = replace(GOOD, name=" ")
    assert problems(nameless) == [("contact.name", "required")]
    assert submission(nameless, replace(SCHOOL, name_required=False)).contact.name is None


def test_consent_is_to_the_version_in_force() -> None:
    assert submission(GOOD).consent_version == "2"
    assert submission(replace(GOOD, consent_version="2")).consent_version == "2"
    assert problems(replace(GOOD, consent_version="1")) == [("consent_version", "outdated")]
    assert problems(replace(GOOD, consent=False)) == [("consent", "required")]
    assert problems(replace(GOOD, consent=False, consent_version="1")) == [
        ("consent", "required"),
        ("consent_version", "outdated"),
    ]


def test_where_the_law_is_the_basis_no_consent_is_asked_or_kept() -> None:
    on_duty = replace(SCHOOL, legal_basis=LegalBasis.DUTY)
    for consent in (True, False):
        assert submission(replace(GOOD, consent=consent, consent_version="1"), on_duty).consent_version is None


def test_an_appeal_is_refused_as_such_and_neither_place_nor_topic_is_demanded_of_it() -> None:
    assert outcome(replace(GOOD, address=None, topic=None), kind=SubmissionKind.APPEAL) == (
        Problem(field="kind", code="appeals_off"),
    )


def test_what_was_found_before_is_not_found_again() -> None:
    blank = Answers(consent=True, name="Анна", email="a@example.org")
    assert problems(blank) == [("text", "required"), ("place.address", "required")]
    assert problems(blank, settled=frozenset({"text"})) == [("place.address", "required")]
    assert problems(blank, settled=frozenset({"place.lat"})) == [("text", "required")]
    assert problems(blank, settled=frozenset({"place"})) == [("text", "required")]


def test_limits_are_settings() -> None:
    narrow = FormLimits(text_min=3, text_max=5, files_max=0)
    assert isinstance(outcome(replace(GOOD, text="Яма"), limits=narrow), Submission)
    found = outcome(replace(GOOD, text="Яма на", attachments=("a",)), limits=narrow)
    assert isinstance(found, tuple)
    assert [(one.field, one.code) for one in found] == [("text", "too_long"), ("attachments", "too_many")]


maybe_text = (
    st.none() | any_text | typed_text | st.sampled_from(["0116", "2", "a@example.org", "89123456789", "\ud800"])
)
any_number = st.none() | st.floats() | st.integers()
any_answers = st.builds(
    Answers,
    text=any_text | typed_text,
    gist=maybe_text,
    topic=maybe_text,
    address=maybe_text,
    lat=any_number,
    lon=any_number,
    attachments=st.lists(any_text, max_size=12).map(tuple),
    name=maybe_text,
    email=maybe_text,
    phone=maybe_text,
    consent=st.booleans(),
    consent_version=maybe_text,
)
any_agency = st.builds(
    replace,
    st.just(SCHOOL),
    name_required=st.booleans(),
    answer_way=st.sampled_from(AnswerWay),
    legal_basis=st.sampled_from(LegalBasis),
)


@many
@given(any_answers, any_agency, st.sampled_from(SubmissionKind))
def test_any_answers_make_a_submission_or_problems_with_a_field_each(
    answers: Answers, agency: Agency, kind: SubmissionKind
) -> None:
    found = outcome(answers, agency, kind)
    if isinstance(found, Submission):
        assert_sound(found)
    else:
        fields = [problem.field for problem in found]
        assert fields
        assert len(fields) == len(set(fields)), "two sentences at one field"


@many
@given(any_answers, any_agency)
def test_mending_what_was_told_is_enough(answers: Answers, agency: Agency) -> None:
    found = outcome(answers, agency)
    if isinstance(found, tuple):
        assert isinstance(outcome(mended(answers, found), agency), Submission)


@many
@given(any_answers, any_agency, st.sets(st.sampled_from(["text", "gist", "place.address", "contact.email", "consent"])))
def test_settled_fields_are_left_out_and_nothing_else(answers: Answers, agency: Agency, settled: set[str]) -> None:
    everything, rest = outcome(answers, agency), outcome(answers, agency, settled=frozenset(settled))
    told = [] if isinstance(everything, Submission) else [problem.field for problem in everything]
    left = [] if isinstance(rest, Submission) else [problem.field for problem in rest]
    assert left == [field for field in told if field not in settled]


def assert_sound(sent: Submission) -> None:
    assert LIMITS.text_min <= len(sent.text) <= LIMITS.text_max
    assert 1 <= len(sent.gist) <= LIMITS.gist_max
    assert sent.place is not None
    assert sent.place.address or sent.place.point
    assert sent.contact.email or sent.contact.phone
    for text in (sent.text, sent.gist, sent.place.address, sent.contact.name, sent.contact.email, sent.contact.phone):
        assert text is None or is_text(text)


GOOD_VALUES = {
    "text": {"text": GOOD.text},
    "gist": {"gist": "Яма"},
    "attachments": {"attachments": ()},
    "topic": {"topic": None},
    "place.address": {"address": "ул. Садовая, 12"},
    "place.lat": {"lat": 55.75, "lon": 37.6},
    "place.lon": {"lat": 55.75, "lon": 37.6},
    "contact.name": {"name": "Анна"},
    "contact.email": {"email": "anna@example.org"},
    "contact.phone": {"phone": "89123456789"},
    "consent": {"consent": True},
    "consent_version": {"consent_version": None},
}


def mended(answers: Answers, found: tuple[Problem, ...]) -> Answers:
    for problem in found:
        field = "attachments" if problem.field.startswith("attachments.") else problem.field
        answers = replace(answers, **GOOD_VALUES[field])
    return answers


@many
@given(any_text)
def test_tidying_twice_changes_nothing(typed: str) -> None:
    assert tidy(tidy(typed)) == tidy(typed)
    assert "\r" not in tidy(typed)


def test_a_remark_is_tidied_and_checked_like_a_text() -> None:
    def remark(typed: str | None, *, required: bool = False) -> str | list[str]:
        found = check_remark(typed, name="comment", most=10, required=required)
        return found if isinstance(found, str) else [f"{problem.field} {problem.code}" for problem in found]

    assert remark(" Спасибо\r\n") == "Спасибо"
    assert remark(None) == remark("  ") == ""
    assert remark(None, required=True) == ["comment required"]
    assert remark("я" * 10) == "я" * 10
    assert remark("я" * 11, required=True) == ["comment too_long"]
    assert remark("\x00", required=True) == ["comment bad_characters"]


RUDE = replace(GOOD, text="На дороге у дома 12 яма, вы совсем охуели, смотрите https://vk.com/x")
STRICT = replace(SCHOOL, refuses=frozenset({FaultKind.OBSCENE, FaultKind.LINKS, FaultKind.PERSONAL}))


def test_what_the_agency_refuses_in_a_message_is_a_problem_of_its_text_each_once() -> None:
    assert problems(RUDE, STRICT) == [("text", "obscene"), ("text", "links")]


def test_an_agency_that_refuses_nothing_takes_what_it_would_warn_of() -> None:
    assert submission(RUDE).text == RUDE.text


def test_no_fault_ever_blocks_an_appeal_under_the_law() -> None:
    everything = replace(SCHOOL, refuses=frozenset(FaultKind))
    found = outcome(RUDE, everything, SubmissionKind.APPEAL)
    assert isinstance(found, tuple)
    assert [problem.code for problem in found] == ["appeals_off"]


def test_links_to_the_agencys_own_site_are_refused_by_none() -> None:
    site = read_origin("https://school.example")
    assert site is not None
    own = replace(GOOD, text="На странице https://www.school.example/news старое расписание")
    assert submission(own, replace(STRICT, origins=(site,)))
    assert problems(own, STRICT) == [("text", "links")]
