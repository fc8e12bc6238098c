"""A mail server on loopback that keeps the letters it is handed; it can be away for a while, or refuse an address."""

import asyncio
import email
import email.policy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.server import free_port

SECONDS_TO_ARRIVE = 20


@dataclass(slots=True)
class Mailbox:
    """`letters` in the order in which they came, each with its `To`; `refused` are addresses that nobody has."""

    port: int = field(default_factory=free_port)
    letters: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    controller: Controller | None = None

    @property
    def settings(self) -> dict[str, Any]:
        return {"host": "127.0.0.1", "port": self.port, "security": "none", "sender": "Отклик <no-reply@example.org>"}

    @property
    def environment(self) -> dict[str, str]:
        return {f"OTKLIK_SMTP__{name.upper()}": str(value) for name, value in self.settings.items()}

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=email.policy.SMTPUTF8)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        return "250 OK"

    @property
    def subjects(self) -> list[str]:
        return [str(letter["Subject"]) for letter in self.letters]

    async def when(self, count: int) -> EmailMessage:
        """The letter of that count, as soon as it is there; AssertionError if it does not come."""
        until = asyncio.get_running_loop().time() + SECONDS_TO_ARRIVE
        while len(self.letters) < count:
            assert asyncio.get_running_loop().time() < until, self.subjects
            await asyncio.sleep(0.02)
        return self.letters[count - 1]


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mail server that answers until the end of the block."""
    box = Mailbox()
    box.start()
    try:
        yield box
    finally:
        box.stop()


def plain(letter: EmailMessage) -> str:
    """The words of a letter."""
    return _body(letter, "plain")


def html(letter: EmailMessage) -> str:
    return _body(letter, "html")


def _body(letter: EmailMessage, kind: str) -> str:
    body = letter.get_body((kind,))
    assert body is not None, f"no {kind} in it"
    return str(body.get_content()).replace("\r\n", "\n")


def links(letter: EmailMessage, base: str) -> list[str]:
    """Addresses below `base` that a letter leads to; the same ones in plain text and HTML."""
    found = [href.replace("&amp;", "&") for href in re.findall(r'href="([^"]+)"', html(letter))]
    words = plain(letter)
    assert [href for href in found if href not in words] == []
    return [href for href in found if href.startswith(base)]


def stop_url(letter: EmailMessage) -> str:
    """Where one click stops such letters (RFC 2369, RFC 8058)."""
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return str(letter["List-Unsubscribe"]).strip("<>")
