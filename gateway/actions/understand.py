"""What a resident wrote is made ready for the dialog: files are stored, the text is read, the rest is looked up."""

from dataclasses import dataclass, replace

from gateway.actions.connected_pages import ConnectedPage
from gateway.actions.locate import Locate
from gateway.actions.read_text import ReadText
from gateway.actions.take_files import TakeFiles
from gateway.channels import Incoming, Started, Wrote
from gateway.dialog.draft import Draft
from gateway.dialog.events import Edited, Event, Opened, Pressed, Said
from gateway.dialog.words import read_command
from gateway.domain.agency import Agency
from gateway.domain.connection import Address
from gateway.domain.fact import Fact
from gateway.domain.number import AppealNumber
from gateway.domain.page_link import PageLink
from gateway.domain.reading import Reading
from gateway.form.check import tidy, without_strange_signs
from gateway.form.limits import FormLimits
from gateway.ports import Appeals, FactFinder, PageLinks

_RECENT_APPEALS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Understand:
    """Gathers what the dialog needs to know about an event; all input and output is here, none in the dialog."""

    take_files: TakeFiles
    appeals: Appeals
    read_text: ReadText
    locate: Locate
    facts: FactFinder
    links: PageLinks
    limits: FormLimits

    async def __call__(
        self, page: ConnectedPage, agency: Agency, address: Address, incoming: Incoming, draft: Draft, *, patient: bool
    ) -> Event | None:
        """Return the event, or None for one that the dialog need not hear of; raises Unavailable.

        Files that the platform does not give just now are worth another try while `patient`.
        """
        match incoming.what:
            case Wrote(data=str(data)):
                return Pressed(data=data)
            case Wrote() as wrote:
                return await self._said(
                    page, agency, address, wrote, draft, name=incoming.profile_name, patient=patient
                )
            case Pressed() as pressed:
                return pressed
            case Edited() as edited:
                return await self._edited(agency, edited)
            case Started(code=code):
                return Opened(link=await self._link(agency, code))
        return None

    async def heard_aside(self, agency: Agency, incoming: Incoming) -> Said | Edited | None:
        """Return what was said while a person of the agency speaks, as far as danger has to be met all the same."""
        match incoming.what:
            case Wrote(data=None, text=text):
                text = _cleaned(text)
                return Said(text=text, reading=await self._read(agency, text)) if text else None
            case Edited() as edited:
                return await self._edited(agency, edited)
        return None

    async def _edited(self, agency: Agency, edited: Edited) -> Edited:
        text = _cleaned(edited.text)
        return Edited(message=edited.message, text=text, reading=await self._read(agency, text))

    async def _read(self, agency: Agency, text: str) -> Reading | None:
        return await self.locate.problems(agency, await self.read_text(agency, text)) if text else None

    async def _said(
        self,
        page: ConnectedPage,
        agency: Agency,
        address: Address,
        wrote: Wrote,
        draft: Draft,
        *,
        name: str | None,
        patient: bool,
    ) -> Said:
        room = max(0, self.limits.files_max - len(draft.files))
        files, refused = await self.take_files(page, agency.key, wrote.files, room=room, patient=patient)
        said = Said(
            text=_cleaned(wrote.text),
            files=files,
            refused=refused,
            place=wrote.place,
            contact=wrote.contact,
            odd=wrote.odd,
            message=wrote.message,
            profile_name=name,
        )
        if not (files or said.place or said.contact) and read_command(said.text) is not None:
            return said  # of a command nothing else is asked
        return replace(
            said,
            address_point=await self.locate(agency, said.text) if draft.is_open else None,
            reading=await self._read(agency, said.text),
            fact=await self._fact(agency, said.text),
            question=None if draft.is_open else await self._question(address),
        )

    async def _fact(self, agency: Agency, text: str) -> Fact | None:
        return await self.facts.find(agency.key, text) if text else None

    async def _question(self, address: Address) -> AppealNumber | None:
        recent = await self.appeals.of_chat(address, most=_RECENT_APPEALS)
        return next((tracked.number for tracked in recent if tracked.question is not None), None)

    async def _link(self, agency: Agency, code: str | None) -> PageLink | None:
        return await self.links.find(agency.key, code) if code else None


def _cleaned(text: str) -> str:
    """Return a text as the dialog keeps it, so that what is found in it stands where it is said to stand."""
    return tidy(without_strange_signs(text))
