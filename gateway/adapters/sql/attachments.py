"""`ports.Attachments` in the database."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, update

from gateway.adapters.sql.engine import Clash, Database
from gateway.adapters.sql.rows import file_columns, point_columns, to_attachment
from gateway.adapters.sql.tables import attachments, case_files
from gateway.domain.agency import AgencyKey
from gateway.domain.attachment import Attachment, AttachmentId

_FORGET_AT_ONCE = 500


class SqlAttachments:
    """What is known of uploaded files."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, agency: AgencyKey, attachment: Attachment) -> None:
        """Store an upload that no appeal uses yet; one that is there already stays as it is."""
        columns = {**file_columns(attachment), **point_columns(attachment.suggested_place), "agency": agency}
        with suppress(Clash):
            await self._database.write(lambda c: c.execute(insert(attachments), [columns]))

    async def unused(self, agency: AgencyKey, ids: Sequence[str]) -> Mapping[str, Attachment]:
        """Return those of the ids that are the agency's and free to use."""
        query = select(attachments).where(_named(agency, ids), attachments.c.used_by.is_(None))
        return await self._database.read(lambda c: {row.id: to_attachment(row) for row in c.execute(query)})

    async def find(self, agency: AgencyKey, ids: Sequence[str]) -> Mapping[str, Attachment]:
        """Return those of the ids that are the agency's, used or not."""
        query = select(attachments).where(_named(agency, ids))
        return await self._database.read(lambda c: {row.id: to_attachment(row) for row in c.execute(query)})

    async def digests(self, agency: AgencyKey, ids: Sequence[str]) -> Mapping[str, str]:
        """Return the digest of each of the ids that are the agency's, used or not."""
        query = select(attachments.c.id, attachments.c.digest).where(_named(agency, ids))
        return await self._database.read(lambda c: {row.id: row.digest for row in c.execute(query)})

    async def keep(self, ids: Sequence[AttachmentId], *, until: datetime) -> None:
        """Spare uploads that a draft holds until then, also where another has spared them for less."""
        kept = attachments.c.kept_until
        named = attachments.c.id.in_(list(ids)) & (kept.is_(None) | (kept < until))
        await self._database.write(lambda c: c.execute(update(attachments).where(named).values(kept_until=until)))

    async def forget_unused(self, *, before: datetime) -> Sequence[AttachmentId]:
        """Drop uploads older than that which nothing uses, of residents and of other gateways; return their ids."""
        return await self._database.write(lambda c: _forget(c, before))


def _named(agency: AgencyKey, ids: Sequence[str]) -> ColumnElement[bool]:
    readable = [id for id in ids if id.isascii() and id.isprintable()]
    return and_(attachments.c.id.in_(readable), attachments.c.agency == agency)


def _forget(connection: Connection, before: datetime) -> list[AttachmentId]:
    forgotten: list[AttachmentId] = []
    kept = attachments.c.kept_until
    unused_upload = attachments.c.used_by.is_(None) & (kept.is_(None) | (kept < before))
    for table, is_unused in ((attachments, unused_upload), (case_files, case_files.c.appeal_id.is_(None))):
        old = select(table.c.id).where(is_unused, table.c.created_at < before).limit(_FORGET_AT_ONCE)
        ids = list(connection.execute(old.with_for_update(skip_locked=True)).scalars())
        connection.execute(delete(table).where(table.c.id.in_(ids)))
        forgotten += ids
    return forgotten
