"""The first tables.

Revision: 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

import gateway.adapters.sql.tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agencies",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("ogrn", sa.String(), nullable=True),
        sa.Column("oktmo", sa.String(), nullable=True),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("is_public_body", sa.Boolean(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("name_required", sa.Boolean(), nullable=False),
        sa.Column("answer_way", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("consent_version", sa.String(), nullable=True),
        sa.Column("portal", sa.Text(), nullable=True),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("reception", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "appeal_events",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("appeal_id", sa.String(), nullable=False),
        sa.Column("at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("answer_by", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("ground", sa.String(), nullable=True),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    with op.batch_alter_table("appeal_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_events_appeal_id"), ["appeal_id"], unique=False)

    op.create_table(
        "appeals",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("gist", sa.Text(), nullable=False),
        sa.Column("topic_code", sa.String(), nullable=True),
        sa.Column("topic_path", sa.JSON(), nullable=False),
        sa.Column("fast_track", sa.Boolean(), nullable=False),
        sa.Column("topic_days", sa.Integer(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("received_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answer_by", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("consent_version", sa.String(), nullable=True),
        sa.Column("consent_given_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("consent_channel", sa.String(), nullable=True),
        sa.Column("consent_withdrawn_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ticket_key", sa.String(), nullable=True),
        sa.Column("ticket_fingerprint", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeals_email"), ["email"], unique=False)
        batch_op.create_index(
            "ix_appeals_ticketed",
            ["received_at"],
            unique=False,
            sqlite_where=sa.text("ticket_key IS NOT NULL"),
            postgresql_where=sa.text("ticket_key IS NOT NULL"),
        )
        batch_op.create_index(
            "ux_appeals_ticket",
            ["ticket_key", "agency"],
            unique=True,
            sqlite_where=sa.text("ticket_key IS NOT NULL"),
            postgresql_where=sa.text("ticket_key IS NOT NULL"),
        )

    op.create_table(
        "attachments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("has_thumbnail", sa.Boolean(), nullable=False),
        sa.Column("created_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("used_by", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attachments_unused",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("used_by IS NULL"),
            postgresql_where=sa.text("used_by IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_attachments_used_by"), ["used_by"], unique=False)

    op.create_table(
        "case_events",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("appeal_id", sa.String(), nullable=False),
        sa.Column("at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("answer_by", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("ground", sa.String(), nullable=True),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    with op.batch_alter_table("case_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_events_appeal_id"), ["appeal_id"], unique=False)

    op.create_table(
        "case_files",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("appeal_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("has_thumbnail", sa.Boolean(), nullable=False),
        sa.Column("created_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("case_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_files_appeal_id"), ["appeal_id"], unique=False)

    op.create_table(
        "cases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("appeal_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("agency_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("gist", sa.Text(), nullable=False),
        sa.Column("topic_code", sa.String(), nullable=True),
        sa.Column("topic_path", sa.JSON(), nullable=False),
        sa.Column("fast_track", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("consent_version", sa.String(), nullable=True),
        sa.Column("consent_given_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("consent_channel", sa.String(), nullable=True),
        sa.Column("received_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("submitted_answer_by", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("answer_by", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_agency"), ["agency"], unique=False)
        batch_op.create_index("ix_cases_deadline", ["status", "answer_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_number"), ["number"], unique=False)
        batch_op.create_index("ux_cases_appeal", ["appeal_id", "gateway"], unique=True)

    op.create_table(
        "cursors",
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("stream"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("appeal_id", sa.String(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("parked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_appeal_id"), ["appeal_id"], unique=False)
        batch_op.create_index("ix_outbox_due", ["parked", "due_at"], unique=False)

    op.create_table(
        "ratings",
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("appeal_id", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("answer"),
    )
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ratings_appeal_id"), ["appeal_id"], unique=False)

    op.create_table(
        "replies",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("appeal_id", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("question"),
    )
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_replies_appeal_id"), ["appeal_id"], unique=False)

    op.create_table(
        "agency_origins",
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency"],
            ["agencies.key"],
        ),
        sa.PrimaryKeyConstraint("agency", "origin"),
    )
    with op.batch_alter_table("agency_origins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agency_origins_origin"), ["origin"], unique=False)

    op.create_table(
        "consent_texts",
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency"],
            ["agencies.key"],
        ),
        sa.PrimaryKeyConstraint("agency", "version"),
    )
