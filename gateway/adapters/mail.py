"""Letters to residents, handed to a mail server over SMTP."""

import asyncio
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from typing import Literal

import idna

from gateway.domain.mail import Letter
from gateway.domain.web_address import read_address
from gateway.errors import Refused, Unavailable

_SECONDS = 30.0
LONGEST_HAND_OVER = 60.0
"""Seconds that handing one letter over may take in all."""
_PERMANENT = range(500, 600)  # RFC 5321, 4.2.1: the same command would be refused again

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMailer:
    """Fulfils `ports.Mailer`: one connection a letter. Without a `host`, letters wait for one.

    `sender` is an address, or a name with an address: `Отклик <no-reply@example.org>`.
    """

    host: str | None
    port: int
    security: Security
    user: str | None
    password: str | None = field(repr=False)
    sender: str

    async def send(self, letter: Letter) -> None:
        """Hand a letter to the server.

        Raises Refused where the server will never take it for this address, Unavailable where it may take it later.
        What is raised names no address: it gets into logs.
        """
        if self.host is None:
            raise Unavailable("no mail server is set")
        import aiosmtplib

        try:
            async with asyncio.timeout(LONGEST_HAND_OVER):
                await self._hand_over(write(letter, sender=self.sender), self.host)
        except aiosmtplib.SMTPNotSupported:  # the address has letters that this server cannot carry (RFC 6531)
            raise Refused("the mail server takes no international addresses") from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal(error.recipients[0].code) from None
        except aiosmtplib.SMTPDataError as error:
            raise _refusal(error.code) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unavailable(f"mail server: {type(error).__name__}") from None

    async def _hand_over(self, message: EmailMessage, host: str) -> None:
        import aiosmtplib

        await aiosmtplib.send(
            message,
            hostname=host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            local_hostname=_address(self.sender).domain,  # else the machine's own name is looked up in the DNS
            timeout=_SECONDS,
        )


def write(letter: Letter, *, sender: str) -> EmailMessage:
    """Make a message of a letter: in UTF-8, marked as written by a program (RFC 3834).

    One that is sent twice because the first answer was lost has the same Message-ID, by which mail systems know it.
    """
    origin = _address(sender)
    message = EmailMessage()
    message["From"] = origin
    message["To"] = _address(letter.to)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = localtime()
    message["Message-ID"] = f"<{letter.id}@{origin.domain}>" if letter.id else make_msgid(domain=origin.domain)
    message["Auto-Submitted"] = "auto-generated"
    if letter.stop_url is not None:
        message["List-Unsubscribe"] = _Unfolded.of("List-Unsubscribe", f"<{_in_ascii(letter.stop_url)}>")
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, charset="utf-8")
    if letter.html is not None:
        message.add_alternative(letter.html, subtype="html", charset="utf-8")
    for file in letter.enclosures:
        kind, _, subtype = file.type.value.partition("/")
        message.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)
    return message


class _Unfolded(str):
    """A header that is one long word: folding would make an encoded word of it, which is no address any more."""

    __slots__ = ("name",)
    name: str

    @classmethod
    def of(cls, name: str, value: str) -> "_Unfolded":
        header = cls(value)
        header.name = name
        return header

    def fold(self, **_: object) -> str:
        """Return the header as it is sent; what EmailPolicy asks of a header object."""
        return f"{self.name}: {self}\r\n"


def _in_ascii(url: str) -> str:
    read = read_address(url)
    return url if read is None else str(read)


def _address(written: str) -> Address:
    """Return an address with its domain in punycode, so that only the part before the @ may need SMTPUTF8."""
    name, _, bare = written.strip().removesuffix(">").rpartition("<")
    user, _, domain = bare.rpartition("@")
    if not domain.isascii():
        domain = idna.encode(domain, uts46=True).decode("ascii")
    return Address(display_name=name.strip(' "'), username=user, domain=domain)


def _refusal(code: int) -> Refused | Unavailable:
    told = f"mail server: {code}"
    return Refused(told) if code in _PERMANENT else Unavailable(told)
