"""The form for one problem: text → gist → photos → topic → place → contact → consent → review → send."""

from dataclasses import dataclass

from gateway.domain.agency import Agency, AnswerWay, LegalBasis
from gateway.domain.appeal import SubmissionKind
from gateway.domain.attachment import FileType
from gateway.domain.consent import ConsentText
from gateway.domain.refusal import may_demand
from gateway.form.fields import Control, Field, FieldKind
from gateway.form.limits import FormLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealForm:
    """The form of one agency for one kind of submission.

    `in_chat` says that it is filled in in a messenger: the answer comes there, so no other way is needed unless the
    agency insists on one.
    """

    agency: Agency
    kind: SubmissionKind
    limits: FormLimits
    in_chat: bool = False

    @property
    def fields(self) -> tuple[Field, ...]:
        """The steps, in the order in which they are asked."""
        agency, limits = self.agency, self.limits
        gist = Control(name="gist", max_length=limits.gist_max)
        details = Control(name="details", max_length=limits.detail_max)
        return (
            _text(limits),
            Field(kind=FieldKind.GIST, required=False, controls=(gist,)),
            _files(limits),
            Field(kind=FieldKind.TOPIC, required=False, controls=(Control(name="topic"), details)),
            _place(limits, required=self.place_required),
            _contact(agency, limits),
            *_consent(agency),
            Field(kind=FieldKind.REVIEW, required=False, controls=()),
        )

    def field(self, kind: FieldKind) -> Field | None:
        """Return the step of that kind, or None where this form does not ask it."""
        return next((field for field in self.fields if field.kind is kind), None)

    @property
    def consent(self) -> ConsentText | None:
        """The text that consent is asked to; None where the law is the basis, not consent."""
        return self.agency.consent if self.agency.legal_basis is LegalBasis.CONSENT else None

    @property
    def place_required(self) -> bool:
        """Whether a place may be demanded: of a message, where its topic has one; never of an appeal (59-ФЗ art. 7)."""
        return may_demand(self.kind)


def _text(limits: FormLimits) -> Field:
    control = Control(name="text", required=True, min_length=limits.text_min, max_length=limits.text_max)
    return Field(kind=FieldKind.TEXT, required=True, controls=(control,))


def _files(limits: FormLimits) -> Field:
    types = tuple(file_type.value for file_type in FileType)
    control = Control(name="attachments", max_items=limits.files_max, max_bytes=limits.file_bytes, types=types)
    return Field(kind=FieldKind.FILES, required=False, controls=(control,))


def _place(limits: FormLimits, *, required: bool) -> Field:
    controls = (
        Control(name="place.address", max_length=limits.address_max),
        Control(name="place.lat"),
        Control(name="place.lon"),
    )
    return Field(kind=FieldKind.PLACE, required=required, controls=controls)


def _contact(agency: Agency, limits: FormLimits) -> Field:
    email = agency.answer_way in (AnswerWay.EMAIL, AnswerWay.BOTH)
    phone = agency.answer_way in (AnswerWay.PHONE, AnswerWay.BOTH)
    controls = (
        Control(name="contact.name", required=agency.name_required, max_length=limits.name_max),
        Control(name="contact.email", required=email, max_length=254),  # RFC 5321 4.5.3.1.3
        Control(name="contact.phone", required=phone, max_length=30),
    )
    return Field(kind=FieldKind.CONTACT, required=True, controls=controls)


def _consent(agency: Agency) -> tuple[Field, ...]:
    if agency.legal_basis is not LegalBasis.CONSENT:
        return ()
    return (Field(kind=FieldKind.CONSENT, required=True, controls=(Control(name="consent", required=True),)),)
