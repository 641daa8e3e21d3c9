"""Former names: until when a client identifier stood for a purpose that it stands for no more."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_P = "krid_registrar_"


def upgrade() -> None:
    """Make the table; what names stood for before it is not known."""
    op.create_table(
        f"{_P}former_name",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("use_id", sa.Text, sa.ForeignKey(f"{_P}use.id"), nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
    )
    op.create_index(f"{_P}former_name_name", f"{_P}former_name", ["name", "until"])
    op.create_index(f"{_P}former_name_use", f"{_P}former_name", ["use_id"])
