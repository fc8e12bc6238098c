"""What a resident wrote is made ready for the dialog: files are stored, the text is read, the rest is looked up."""

from dataclasses import dataclass

from gateway.actions.connected_pages import ConnectedPage
from gateway.actions.read_text import ReadText
from gateway.actions.take_files import TakeFiles
from gateway.channels import Incoming, Started, Wrote
from gateway.dialog.draft import Draft
from gateway.dialog.events import Edited, Event, Opened, Pressed, Said
from gateway.domain.agency import Agency
from gateway.domain.connection import Address
from gateway.domain.fact import Fact
from gateway.domain.number import AppealNumber
from gateway.domain.page_link import PageLink
from gateway.domain.topic import TopicMatch
from gateway.form.limits import FormLimits
from gateway.ports import Appeals, FactFinder, PageLinks, Topics

_SUGGESTED = 5
_AT_ONCE = 3
_RECENT_APPEALS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Understand:
    """Gathers what the dialog needs to know about an event; all input and output is here, none in the dialog."""

    take_files: TakeFiles
    appeals: Appeals
    read_text: ReadText
    topics: Topics
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
                reading = await self.read_text(agency, edited.text) if edited.text else None
                return Edited(message=edited.message, text=edited.text, reading=reading)
            case Started(code=code):
                return Opened(link=await self._link(agency, code))
        return None

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
        text = wrote.text
        return Said(
            text=text,
            files=files,
            refused=refused,
            place=wrote.place,
            contact=wrote.contact,
            odd=wrote.odd,
            message=wrote.message,
            reading=await self.read_text(agency, text) if text.strip() else None,
            matches=await self._matches(agency, text),
            fact=await self._fact(agency, text),
            question=None if draft.is_open else await self._question(address),
            profile_name=name,
        )

    async def _matches(self, agency: Agency, text: str) -> tuple[TopicMatch, ...]:
        return tuple(await self.topics.of(agency.key).suggest(text, most=_SUGGESTED)) if text.strip() else ()

    async def _fact(self, agency: Agency, text: str) -> Fact | None:
        return await self.facts.find(agency.key, text) if text.strip() else None

    async def _question(self, address: Address) -> AppealNumber | None:
        recent = await self.appeals.of_chat(address, most=_RECENT_APPEALS)
        return next((tracked.number for tracked in recent if tracked.question is not None), None)

    async def _link(self, agency: Agency, code: str | None) -> PageLink | None:
        return await self.links.find(agency.key, code) if code else None
