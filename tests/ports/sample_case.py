"""A case to send to a core store, complete in every field."""

import dataclasses
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from gateway.adapters.blobs import ObjectBlobs
from gateway.domain.agency import AgencyKey
from gateway.domain.appeal import AppealId, SubmissionKind
from gateway.domain.attachment import Attachment, FileType, draw_attachment_id
from gateway.domain.consent import Consent
from gateway.domain.contact import Contact
from gateway.domain.number import draw_number
from gateway.domain.place import Place, Point
from gateway.domain.transfer import NewCase

RECEIVED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ANSWER_BY = datetime(2026, 3, 12, 20, 59, 59, tzinfo=UTC)


def a_case(**given: Any) -> NewCase:
    """A case that nobody has sent yet; `given` fields differ."""
    case = NewCase(
        appeal_id=AppealId(uuid4().hex),
        number=draw_number(),
        agency=AgencyKey("school"),
        agency_name="Школа № 5",
        kind=SubmissionKind.MESSAGE,
        channel="page",
        lang="ru",
        text="У входа в школу глубокая яма,\nдети спотыкаются.",
        gist="Яма у входа",
        topic_code="0116",
        topic_path=("Автомобильные дороги", "Ямы, выбоины"),
        fast_track=True,
        days=10,
        time_zone="Europe/Moscow",
        place=Place(address="ул. Школьная, 5", point=Point(lat=55.0302, lon=82.9204)),
        contact=Contact(name="Анна Ивановна", email="anna@example.org", phone="+79123456789"),
        consent=Consent(version="2026-01", given_at=RECEIVED, channel="page"),
        files=(),
        received_at=RECEIVED,
        answer_by=ANSWER_BY,
        details={"since": "с понедельника", "Номер договора": "17/2"},
    )
    return dataclasses.replace(case, **given)


async def stored_pdf(blobs: ObjectBlobs, folder: Path, *, name: str = "план.pdf", size: int = 1_000) -> Attachment:
    """A document that lies in the sending gateway's store."""
    content = b"%PDF-1.7\n" + b"x" * (size - 9)
    source = folder / uuid4().hex
    source.write_bytes(content)
    file = Attachment(
        id=draw_attachment_id(),
        name=name,
        type=FileType.PDF,
        size=size,
        digest=hashlib.sha256(content).hexdigest(),
        has_thumbnail=False,
        created_at=RECEIVED - timedelta(minutes=5),
    )
    await blobs.put(file.id, source)
    return file
