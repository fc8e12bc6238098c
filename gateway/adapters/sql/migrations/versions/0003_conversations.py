"""Conversations in messengers: pages, what comes, where they stand, what is said; links, facts.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

import gateway.adapters.sql.tables

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "connections",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("peer", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("silent_until", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("wants_person_since", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("unreachable_since", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("draft_touched_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("held_until", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_conversations_draft",
            ["draft_touched_at"],
            unique=False,
            sqlite_where=sa.text("draft_touched_at IS NOT NULL"),
            postgresql_where=sa.text("draft_touched_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_conversations_person",
            ["wants_person_since"],
            unique=False,
            sqlite_where=sa.text("wants_person_since IS NOT NULL"),
            postgresql_where=sa.text("wants_person_since IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_conversations_silent",
            ["silent_until"],
            unique=False,
            sqlite_where=sa.text("silent_until IS NOT NULL"),
            postgresql_where=sa.text("silent_until IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_conversations_unreachable",
            ["connection"],
            unique=False,
            sqlite_where=sa.text("unreachable_since IS NOT NULL"),
            postgresql_where=sa.text("unreachable_since IS NOT NULL"),
        )
        batch_op.create_index("ux_conversations_peer", ["connection", "peer"], unique=True)

    op.create_table(
        "facts",
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "name"),
    )
    op.create_table(
        "incoming_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("peer", sa.String(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("together", sa.String(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("received_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("read_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("parked_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("incoming_events", schema=None) as batch_op:
        batch_op.create_index(
            "ix_incoming_events_due",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL AND parked_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL AND parked_at IS NULL"),
        )
        batch_op.create_index(
            "ix_incoming_events_parked",
            ["parked_at"],
            unique=False,
            sqlite_where=sa.text("parked_at IS NOT NULL"),
            postgresql_where=sa.text("parked_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_incoming_events_read",
            ["read_at"],
            unique=False,
            sqlite_where=sa.text("read_at IS NOT NULL"),
            postgresql_where=sa.text("read_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_incoming_events_waiting",
            ["connection", "peer", "position", "id"],
            unique=False,
            sqlite_where=sa.text("read_at IS NULL AND parked_at IS NULL"),
            postgresql_where=sa.text("read_at IS NULL AND parked_at IS NULL"),
        )
        batch_op.create_index("ux_incoming_events_key", ["connection", "key"], unique=True)

    op.create_table(
        "outgoing_keys",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("put_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("outgoing_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outgoing_keys_put_at"), ["put_at"], unique=False)

    op.create_table(
        "outgoing_parts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("connection", sa.String(), nullable=False),
        sa.Column("peer", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.Column("expires_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("due_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("ended", sa.String(), nullable=True),
        sa.Column("ended_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outgoing_parts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outgoing_parts_due",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("ended IS NULL"),
            postgresql_where=sa.text("ended IS NULL"),
        )
        batch_op.create_index(
            "ix_outgoing_parts_ended",
            ["ended_at"],
            unique=False,
            sqlite_where=sa.text("ended IS NOT NULL"),
            postgresql_where=sa.text("ended IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_outgoing_parts_waiting",
            ["connection", "peer", "id"],
            unique=False,
            sqlite_where=sa.text("ended IS NULL"),
            postgresql_where=sa.text("ended IS NULL"),
        )

    op.create_table(
        "page_links",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("code"),
    )
    with op.batch_alter_table("page_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_page_links_agency"), ["agency"], unique=False)

    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("connection", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("peer", sa.String(), nullable=True))
        batch_op.create_index(
            "ix_appeals_chat",
            ["connection", "peer", "received_at"],
            unique=False,
            sqlite_where=sa.text("connection IS NOT NULL"),
            postgresql_where=sa.text("connection IS NOT NULL"),
        )

    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kept_until", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True)
        )
