"""A resident has lost a number: it is sent again to the address that was given with the appeal."""

from dataclasses import dataclass

from gateway.domain.agency import Agency
from gateway.domain.contact import read_email
from gateway.domain.outbox import Task, TaskKind
from gateway.domain.problem import Problem
from gateway.errors import Invalid
from gateway.ports import Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNumbersAgain:
    """Promises a letter whether or not there is anything to send: nobody learns who has written to an agency."""

    outbox: Outbox

    async def __call__(self, agency: Agency, *, email: str | None, lang: str) -> None:
        """Queue the letter; raises Invalid if this is not an address."""
        address = read_email((email or "").strip())
        if address is None:
            raise Invalid([Problem(field="email", code="not_email")])
        body = {"agency": agency.key, "email": address, "lang": lang}
        await self.outbox.add(Task(kind=TaskKind.SEND_NUMBERS, appeal=None, body=body))
