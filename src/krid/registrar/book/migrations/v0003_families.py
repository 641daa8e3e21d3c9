"""The family register: entries of people, and the events between them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_P = "krid_registrar_"
_ENTRY, _EVENT = f"{_P}family_entry", f"{_P}family_event"


def upgrade() -> None:
    """Make both tables, which the log covers like all others of people."""
    op.create_table(
        _ENTRY,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, _person(), nullable=False, unique=True),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("origin", sa.Text),
        sa.Column("salt", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        _EVENT,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, _person(), nullable=False),
        sa.Column("first", sa.Text, _person()),
        sa.Column("second", sa.Text, _person()),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("corrected", sa.Integer, nullable=False),
        sa.Column("corrects", sa.Text),
        sa.Column("salt", sa.LargeBinary, nullable=False),
    )
    op.create_index(f"{_EVENT}_person", _EVENT, ["person_id", "day"])
    op.create_index(f"{_EVENT}_first", _EVENT, ["first"])
    op.create_index(f"{_EVENT}_second", _EVENT, ["second"])
    _once("born", "birth")
    _once("died", "death")


def _person() -> sa.ForeignKey:
    return sa.ForeignKey(f"{_P}person.id")


def _once(name: str, kind: str) -> None:
    where = sa.text(f"kind = '{kind}' AND corrected = 0")
    op.create_index(
        f"{_EVENT}_{name}",
        _EVENT,
        ["person_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
