"""The letter with lost numbers is written and sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.agency import Agency
from gateway.domain.mail import Letter
from gateway.domain.outbox import Job
from gateway.domain.tracking import Tracked
from gateway.ports import Agencies, Appeals, Mailer
from gateway.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNumbers:
    """Writes to the address that a job names what was accepted from it; to others nothing at all."""

    agencies: Agencies
    appeals: Appeals
    mailer: Mailer
    texts: Texts
    public_url: str

    async def __call__(self, job: Job) -> None:
        """Send the letter, if there is anything to tell."""
        body = job.task.body
        agency = await self.agencies.find(body["agency"])
        found = await self.appeals.of_contact(agency.key, body["email"])
        if found:
            await self.mailer.send(self._letter(agency, found, to=body["email"], lang=body["lang"]))

    def _letter(self, agency: Agency, found: Sequence[Tracked], *, to: str, lang: str) -> Letter:
        say = self.texts.speaker(lang)
        lines = [say("mail.numbers.intro", agency=agency.name), ""]
        for tracked in found:
            url = f"{self.public_url}/track/{tracked.number}?key={tracked.key}"
            lines += [say("mail.numbers.line", number=tracked.number, gist=tracked.gist), url, ""]
        lines.append(say("mail.numbers.outro"))
        return Letter(to=to, subject=say("mail.numbers.subject"), text="\n".join(lines))
