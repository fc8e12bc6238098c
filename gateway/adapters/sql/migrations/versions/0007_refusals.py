"""Refusals: which faults of a text an agency does not take a message with, as words parted by blanks.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("agencies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("refuses", sa.Text(), nullable=False, server_default=""))
