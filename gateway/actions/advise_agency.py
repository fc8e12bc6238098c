"""An agency is written the one thing to mend on its sites, and not twice in a week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from gateway.actions.say_findings import say_fix, say_how
from gateway.domain.agency import Agency
from gateway.domain.installation import Examination, by_importance
from gateway.domain.mail import Letter
from gateway.errors import OtklikError
from gateway.ports import AdviceLetters, Clock, Mailer
from gateway.texts import Say

NOT_AGAIN_WITHIN = timedelta(days=7)


class Outcome(StrEnum):
    """What became of a letter."""

    SENT = "sent"
    WOULD_SEND = "would_send"
    NO_ADDRESS = "no_address"
    SENT_LATELY = "sent_lately"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """What became of the letter to an agency, and what it says to mend."""

    agency: Agency
    outcome: Outcome
    what: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviseAgency:
    """Writes to the address of whoever keeps an agency's sites; without a `mailer` it only says what it would do."""

    letters: AdviceLetters
    mailer: Mailer | None
    clock: Clock
    say: Say

    async def __call__(self, agency: Agency, examinations: Sequence[Examination]) -> Advised | None:
        """Send the letter about the most important thing; None where there is nothing for the agency to mend."""
        first = most_important(examinations)
        what = None if first is None else say_fix(self.say, first)
        if first is None or what is None:
            return None
        if agency.email is None:
            return Advised(agency=agency, outcome=Outcome.NO_ADDRESS, what=what)
        if self.mailer is None:
            return Advised(agency=agency, outcome=Outcome.WOULD_SEND, what=what)
        return await self._send(self.mailer, agency, agency.email, first, what)

    async def _send(self, mailer: Mailer, agency: Agency, email: str, first: Examination, what: str) -> Advised:
        now = self.clock()
        # Noted before it goes: should this process die in between, a letter is missed, and none comes twice.
        if not await self.letters.claim(agency.key, _about(first), at=now, since=now - NOT_AGAIN_WITHIN):
            return Advised(agency=agency, outcome=Outcome.SENT_LATELY, what=what)
        try:
            await mailer.send(write_advice(self.say, agency, email, first))
        except OtklikError as error:
            await self.letters.release(agency.key, _about(first))
            return Advised(agency=agency, outcome=Outcome.FAILED, what=what, why=str(error))
        return Advised(agency=agency, outcome=Outcome.SENT, what=what)


def most_important(examinations: Sequence[Examination]) -> Examination | None:
    """Return the page with the thing to mend first: a certificate before all that is on a page."""
    for examination in examinations:
        if examination.unseen is not None and examination.unseen.obstacle.is_for_webmaster:
            return examination
    fixes = by_importance([examination.fix for examination in examinations if examination.fix is not None])
    return next((examination for examination in examinations if fixes and examination.fix == fixes[0]), None)


def write_advice(say: Say, agency: Agency, email: str, examination: Examination) -> Letter:
    """Return the letter: what is wrong on which page, and what to paste."""
    address = examination.page
    page = examination.asked if address is None else address.shown
    lines = [say("mail.advice.intro", page=page, agency=agency.name), "", say_fix(say, examination) or ""]
    if (fix := examination.fix) is not None and examination.unseen is None:
        if fix.line is not None:
            lines.append(say("mail.advice.line", line=fix.line))
        lines.append(say_how(say, fix))
        for paste in fix.paste:
            lines += ["", paste]
    lines += ["", say("mail.advice.outro")]
    return Letter(to=email, subject=say("mail.advice.subject", site=page), text="\n".join(lines))


def _about(examination: Examination) -> str:
    """Return what a letter is about: its words change with every nonce, its matter does not."""
    matter = examination.unseen.obstacle if examination.unseen else examination.fix and examination.fix.fault
    return f"{matter} {_site(examination)}"


def _site(examination: Examination) -> str:
    return examination.asked if examination.page is None else examination.page.site
