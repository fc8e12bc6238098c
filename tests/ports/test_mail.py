"""Letters leave through a real mail server on loopback, protected as the settings say."""

import datetime as dt
import email
import email.policy
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.adapters.mail import Security, SmtpMailer
from gateway.domain.attachment import FileType
from gateway.domain.mail import Enclosure, Letter
from gateway.errors import Refused, Unavailable

LETTER = Letter(
    to="ivan@example.org",
    subject="Номера ваших сообщений",
    text="Вы писали в администрацию города.\n\n.\n100-200-3007, «Яма на дороге»\n" + "д" * 1_500,
)
USER, PASSWORD = "gateway", "пароль-1"


class Box:
    """A mailbox that keeps what it is handed, and refuses what the test tells it to."""

    def __init__(self) -> None:
        self.received: list[tuple[Envelope, EmailMessage, bool]] = []
        self.answer_to_recipient = "250 OK"
        self.answer_to_data = "250 OK"

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = email.message_from_bytes(envelope.content, policy=email.policy.SMTPUTF8)
        self.received.append((envelope, message, session.ssl is not None))
        return self.answer_to_data


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes this machine trust the certificate, the way an operator does."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.fixture
def serve(box: Box) -> Iterator[Callable[..., int]]:
    """`serve(**settings of aiosmtpd)` starts a mail server with that box and returns its port."""
    started: list[Controller] = []

    def start(**settings: object) -> int:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        controller = Controller(box, hostname="127.0.0.1", port=port, **settings)
        controller.start()
        started.append(controller)
        return port

    yield start
    for controller in started:
        controller.stop()


def mailer(
    port: int, *, security: Security = "none", user: str | None = None, password: str | None = None
) -> SmtpMailer:
    return SmtpMailer(
        host="127.0.0.1",
        port=port,
        security=security,
        user=user,
        password=password,
        sender="Отклик, служба писем <no-reply@город.рф>",
    )


def login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword) -> AuthResult:
    is_right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


async def test_letter_arrives_in_cyrillic_and_says_that_a_program_wrote_it(box: Box, serve: Callable[..., int]) -> None:
    await mailer(serve()).send(LETTER)
    ((envelope, message, _),) = box.received
    assert envelope.rcpt_tos == ["ivan@example.org"]
    assert message["Subject"] == LETTER.subject
    assert envelope.mail_from == "no-reply@xn--c1ac3aaj.xn--p1ai"
    assert message["From"].addresses[0].display_name == "Отклик, служба писем"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.tzinfo is not None
    assert message["Message-ID"].endswith("@" + message["From"].addresses[0].domain + ">")
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n").strip() == LETTER.text.strip()


async def test_letter_in_two_forms_carries_its_files_and_one_click_to_stop_it(
    box: Box, serve: Callable[..., int]
) -> None:
    stop = "https://отклик-города.рф/track/311-829-4014/notices?key=Jx0mDq4oW7kqzqk1m2n3pQ&lang=ru&and=" + "long" * 30
    act = Enclosure(name="акт осмотра.pdf", type=FileType.PDF, content=b"%PDF-1.7\n\x00\xff")
    letter = replace(LETTER, html="<p>Вы писали</p>", enclosures=[act], id="01a20487", stop_url=stop)
    await mailer(serve()).send(letter)
    ((envelope, message, _),) = box.received
    parts = [part.get_content_type() for part in message.walk()]
    assert parts == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"]
    (file,) = message.iter_attachments()
    assert (file.get_filename(), file.get_content()) == (act.name, act.content)
    assert message["Message-ID"].startswith("<01a20487@")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    punycode = stop.replace("отклик-города.рф", "xn----8sbierlbgzgaxs.xn--p1ai")
    assert f"\r\nList-Unsubscribe: <{punycode}>\r\n".encode() in envelope.content  # whole, in one line


def test_nothing_of_a_letter_to_a_resident_shows_in_its_repr() -> None:
    letter = replace(LETTER, html="<p>Вы писали</p>", stop_url="https://otklik.example/track/1?key=secret")
    for secret in ("ivan", "писали", "secret"):
        assert secret not in repr(letter)


async def test_each_letter_has_an_id_of_its_own(box: Box, serve: Callable[..., int]) -> None:
    sender = mailer(serve())
    await sender.send(LETTER)
    await sender.send(LETTER)
    first, second = (message["Message-ID"] for _, message, _ in box.received)
    assert first != second


async def test_international_addresses_are_reached(box: Box, serve: Callable[..., int]) -> None:
    sender = mailer(serve(enable_SMTPUTF8=True))
    for to in ("ivan@почта.рф", "иван@почта.рф"):
        await sender.send(Letter(to=to, subject="Номера", text="Здравствуйте"))
    assert [envelope.rcpt_tos for envelope, _, _ in box.received] == [
        ["ivan@xn--80a1acny.xn--p1ai"],
        ["иван@xn--80a1acny.xn--p1ai"],
    ]


async def test_server_without_smtputf8_takes_a_foreign_domain_and_refuses_a_foreign_name(
    box: Box, serve: Callable[..., int]
) -> None:
    sender = mailer(serve(enable_SMTPUTF8=False))
    await sender.send(Letter(to="ivan@почта.рф", subject="Номера", text="Здравствуйте"))
    assert len(box.received) == 1
    with pytest.raises(Refused):
        await sender.send(Letter(to="иван@почта.рф", subject="Номера", text="Здравствуйте"))


async def test_line_ends_in_a_subject_make_no_new_headers(box: Box, serve: Callable[..., int]) -> None:
    await mailer(serve()).send(Letter(to="ivan@example.org", subject="Номера\r\nBcc: eve@example.org", text="-"))
    ((envelope, message, _),) = box.received
    assert message["Bcc"] is None
    assert envelope.rcpt_tos == ["ivan@example.org"]


@pytest.mark.usefixtures("trusted")
async def test_starttls_protects_the_letter_and_the_password(
    box: Box, serve: Callable[..., int], server_tls: ssl.SSLContext
) -> None:
    port = serve(tls_context=server_tls, require_starttls=True, auth_required=True, authenticator=login)
    await mailer(port, security="starttls", user=USER, password=PASSWORD).send(LETTER)
    assert [is_protected for _, _, is_protected in box.received] == [True]


@pytest.mark.usefixtures("trusted")
async def test_tls_from_the_first_byte_is_spoken(
    box: Box, serve: Callable[..., int], server_tls: ssl.SSLContext
) -> None:
    await mailer(serve(ssl_context=server_tls), security="tls").send(LETTER)
    assert len(box.received) == 1


async def test_nothing_is_sent_in_the_clear_to_a_server_without_starttls(box: Box, serve: Callable[..., int]) -> None:
    with pytest.raises(Unavailable):
        await mailer(serve(), security="starttls").send(LETTER)
    assert box.received == []


async def test_certificate_that_nobody_vouches_for_is_not_believed(
    box: Box, serve: Callable[..., int], server_tls: ssl.SSLContext
) -> None:
    with pytest.raises(Unavailable):
        await mailer(serve(tls_context=server_tls), security="starttls").send(LETTER)
    assert box.received == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("550 5.1.1 No such mailbox ivan@example.org", Refused),
        ("450 4.2.0 Come again later", Unavailable),
    ],
)
async def test_refused_recipient_is_final_and_a_busy_one_is_not(
    box: Box, serve: Callable[..., int], answer: str, expected: type[Exception]
) -> None:
    box.answer_to_recipient = answer
    with pytest.raises(expected) as raised:
        await mailer(serve()).send(LETTER)
    assert type(raised.value) is expected
    assert answer[:3] in str(raised.value)
    assert "ivan" not in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "expected"), [("554 5.7.1 Looks like spam", Refused), ("451 4.3.0 Disk is full", Unavailable)]
)
async def test_refused_content_is_final_and_a_full_disk_is_not(
    box: Box, serve: Callable[..., int], answer: str, expected: type[Exception]
) -> None:
    box.answer_to_data = answer
    with pytest.raises(expected) as raised:
        await mailer(serve()).send(LETTER)
    assert type(raised.value) is expected


@pytest.mark.usefixtures("trusted")
async def test_wrong_password_waits_for_the_operator(
    box: Box, serve: Callable[..., int], server_tls: ssl.SSLContext
) -> None:
    port = serve(tls_context=server_tls, require_starttls=True, auth_required=True, authenticator=login)
    with pytest.raises(Unavailable) as raised:
        await mailer(port, security="starttls", user=USER, password="wrong").send(LETTER)
    assert "wrong" not in str(raised.value)
    assert box.received == []


async def test_server_that_is_away_is_tried_again_later() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(Unavailable):
        await mailer(port).send(LETTER)


async def test_without_a_server_letters_wait() -> None:
    nowhere = SmtpMailer(host=None, port=25, security="none", user=None, password=None, sender="a@example.org")
    with pytest.raises(Unavailable):
        await nowhere.send(LETTER)


def test_password_is_not_shown() -> None:
    assert "secret-1" not in repr(mailer(25, user="gateway", password="secret-1"))
