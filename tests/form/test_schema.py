"""The form as data: what a client that draws it itself gets."""

from dataclasses import replace

import pytest

from gateway.domain.agency import Agency, AgencyKey, AnswerWay, AppealWays, LegalBasis
from gateway.domain.appeal import SubmissionKind
from gateway.domain.consent import ConsentText
from gateway.form.appeal_form import AppealForm
from gateway.form.fields import FieldKind
from gateway.form.limits import FormLimits
from gateway.form.schema import describe
from gateway.texts import LANGUAGES, load_texts
from gateway.web.contract import FormOut

SCHOOL = Agency(
    key=AgencyKey("school"),
    name="Школа",
    legal_name="МБОУ «Школа»",
    consent=ConsentText(version="2", text="Согласие на обработку"),
    appeal_ways=AppealWays(portal="https://portal.example", post="000000, город N"),
)
TEXTS = load_texts()


def form(agency: Agency = SCHOOL, kind: SubmissionKind = SubmissionKind.MESSAGE, **limits: int) -> AppealForm:
    return AppealForm(agency=agency, kind=kind, limits=FormLimits(**limits))


def described(shown: AppealForm, lang: str = "ru") -> FormOut:
    """The form as clients get it, checked against what OpenAPI promises them."""
    return FormOut.model_validate(describe(shown, TEXTS.speaker(lang)))


def test_the_form_goes_from_the_text_to_the_review() -> None:
    asked = [field.kind for field in described(form()).fields]
    assert asked == ["text", "gist", "files", "topic", "place", "contact", "consent", "review"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", SubmissionKind)
def test_every_step_and_control_has_words_in_every_language(lang: str, kind: SubmissionKind) -> None:
    data = described(form(kind=kind), lang)
    words = [data.title, data.notice]
    for field in data.fields:
        words += [field.label, *(control.label for control in field.controls)]
    assert all(word.strip() for word in words)
    assert not any("{" in word for word in words)


def test_limits_are_told_as_they_are_set() -> None:
    controls = {c.name: c for field in described(form(text_max=500, files_max=3)).fields for c in field.controls}
    assert (controls["text"].min_length, controls["text"].max_length) == (10, 500)
    assert (controls["attachments"].max_items, controls["attachments"].max_bytes) == (3, 10 * 1024 * 1024)
    assert controls["attachments"].types == ["image/jpeg", "image/png", "image/webp", "image/heic", "application/pdf"]
    assert controls["place.lat"].model_dump(exclude_none=True).keys() == {"name", "required", "label"}


@pytest.mark.parametrize(
    ("way", "email", "phone"),
    [
        (AnswerWay.ANY, False, False),
        (AnswerWay.EMAIL, True, False),
        (AnswerWay.PHONE, False, True),
        (AnswerWay.BOTH, True, True),
    ],
)
def test_what_the_agency_demands_is_told(way: AnswerWay, email: bool, phone: bool) -> None:
    contact = form(replace(SCHOOL, answer_way=way, name_required=False)).field(FieldKind.CONTACT)
    assert contact is not None
    assert not contact.control("contact.name").required
    assert contact.control("contact.email").required is email
    assert contact.control("contact.phone").required is phone
    with pytest.raises(KeyError):
        contact.control("contact.fax")


def test_a_message_needs_a_place_and_an_appeal_does_not() -> None:
    for kind, needed in ((SubmissionKind.MESSAGE, True), (SubmissionKind.APPEAL, False)):
        place = form(kind=kind).field(FieldKind.PLACE)
        assert place is not None
        assert place.required is form(kind=kind).place_required is needed


def test_consent_is_shown_with_its_version() -> None:
    consent = described(form()).consent
    assert consent is not None
    assert (consent.version, consent.text) == ("2", "Согласие на обработку")


def test_where_the_law_is_the_basis_no_consent_is_asked() -> None:
    on_duty = form(replace(SCHOOL, legal_basis=LegalBasis.DUTY))
    assert described(on_duty).consent is None
    assert on_duty.field(FieldKind.CONSENT) is None


def test_the_other_ways_to_file_an_appeal_are_named() -> None:
    ways = described(form()).appeal_ways
    assert (ways.portal, ways.post, ways.reception) == ("https://portal.example", "000000, город N", None)


def test_message_and_appeal_are_told_apart_in_words() -> None:
    message, appeal = described(form()), described(form(kind=SubmissionKind.APPEAL))
    assert message.title != appeal.title
    assert message.notice != appeal.notice
