"""Notices to residents: who wants no letters, and to whom a case was forwarded.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

import gateway.adapters.sql.tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("letters_stopped_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=True)
        )

    for table in ("appeal_events", "case_events"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("forwarded_to", sa.Text(), nullable=True))
