"""The form of an agency as a dialog on one of its pages asks it."""

from dataclasses import dataclass

from gateway.actions.connected_pages import ConnectedPage
from gateway.dialog.scene import DialogForm
from gateway.domain.agency import Agency
from gateway.domain.appeal import SubmissionKind
from gateway.form.appeal_form import AppealForm
from gateway.form.limits import FormLimits
from gateway.ports import Topics
from gateway.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogForms:
    """Puts forms for dialogs together."""

    topics: Topics
    limits: FormLimits
    texts: Texts

    def __call__(self, page: ConnectedPage, agency: Agency) -> DialogForm:
        """Return the form, with what that page's channel can do."""
        capabilities = page.channel.capabilities
        return DialogForm(
            appeal=AppealForm(agency=agency, kind=SubmissionKind.MESSAGE, limits=self.limits, in_chat=True),
            catalogue=self.topics.of(agency.key).catalogue,
            texts=self.texts,
            takes_location=capabilities.takes_location,
            takes_contact=capabilities.takes_contact,
            looks_around=True,
        )
