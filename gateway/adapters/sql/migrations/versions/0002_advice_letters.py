"""Advice to agencies about their sites: where it goes, and what went.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

import gateway.adapters.sql.tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(), nullable=True))

    op.create_table(
        "advice_letters",
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("sent_at", gateway.adapters.sql.tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency"], ["agencies.key"]),
        sa.PrimaryKeyConstraint("agency", "about"),
    )
