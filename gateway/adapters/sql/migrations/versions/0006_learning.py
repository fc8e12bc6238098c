"""Learning from cases: whether an agency wants it, and the topic that an agency has found to be the right one.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("learns_from_cases", sa.Boolean(), nullable=False, server_default=sa.false()))

    for table in ("appeal_events", "case_events"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("topic_code", sa.String(), nullable=True))
