"""Appeals that join another one, how open ones near a place are found, and outages that agencies publish.

Appeals from before have no `address_key`: nobody is shown them by their address, only by their point.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("address_key", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("joins", sa.String(), nullable=True))
    _index("ix_appeals_point", ["agency", "lat", "lon"], kept="lat IS NOT NULL AND joins IS NULL")
    _index("ix_appeals_address", ["agency", "address_key"], kept="address_key IS NOT NULL AND joins IS NULL")
    _index("ix_appeals_joins", ["joins"], kept="joins IS NOT NULL")

    op.create_table(
        "outages",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("streets", sa.JSON(), nullable=False),
        sa.Column("since", _UTC, nullable=False),
        sa.Column("until", _UTC, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_outages_agency", "outages", ["agency"])


def _index(name: str, columns: list[str], *, kept: str) -> None:
    op.create_index(name, "appeals", columns, sqlite_where=sa.text(kept), postgresql_where=sa.text(kept))
