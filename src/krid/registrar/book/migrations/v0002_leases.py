"""Leases: who works on which people of a bulk run, and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_LEASE = "krid_registrar_lease"


def upgrade() -> None:
    """Make the table; it is no part of what the log covers."""
    op.create_table(
        _LEASE,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("first", sa.Text, nullable=False),
        sa.Column("last", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_index(f"{_LEASE}_type", _LEASE, ["type", "first"])
