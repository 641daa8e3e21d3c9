"""Relying parties: what they are registered for, certificates of it, confirmed reports."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_P = "krid_registrar_"


def upgrade() -> None:
    """Make everything."""
    op.create_table(
        f"{_P}party",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        _salt(),
    )
    op.create_table(
        f"{_P}use",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("party_id", sa.Text, _to("party"), nullable=False),
        sa.Column("word", sa.Text, nullable=False),
        sa.Column("purposes", sa.Text, nullable=False),
        sa.Column("permissions", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger),
        _salt(),
    )
    op.create_index(f"{_P}use_word", f"{_P}use", ["party_id", "word"], unique=True)
    op.create_table(
        f"{_P}party_name",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("use_id", sa.Text, _to("use"), nullable=False),
        _salt(),
    )
    op.create_index(f"{_P}party_name_use", f"{_P}party_name", ["use_id"])
    _evidence()


def _evidence() -> None:
    op.create_table(
        f"{_P}registration",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("party_id", sa.Text, _to("party"), nullable=False),
        sa.Column("use_id", sa.Text, _to("use"), nullable=False),
        sa.Column("list_uri", sa.Text, nullable=False),
        sa.Column("list_index", sa.Integer, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        _salt(),
    )
    op.create_index(f"{_P}registration_party", f"{_P}registration", ["party_id"])
    op.create_table(
        f"{_P}report",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("party_id", sa.Text, _to("party"), nullable=False),
        sa.Column("use", sa.Text, nullable=False),
        sa.Column("types", sa.Text, nullable=False),
        sa.Column("claims", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        _salt(),
    )
    op.create_index(f"{_P}report_party", f"{_P}report", ["party_id"])


def _salt() -> sa.Column[bytes]:
    return sa.Column("salt", sa.LargeBinary, nullable=False)


def _to(table: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{_P}{table}.id")
