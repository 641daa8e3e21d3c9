"""The first tables of the register, and what keeps the log from being changed."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_P = "krid_registrar_"
_LOG = (f"{_P}line", f"{_P}touch")


def upgrade() -> None:
    """Make everything."""
    _people()
    _homes()
    _papers()
    _cards()
    _credentials()
    _proofs()
    _log()


def _salt() -> sa.Column[bytes]:
    return sa.Column("salt", sa.LargeBinary, nullable=False)


def _to(table: str, column: str = "id") -> sa.ForeignKey:
    return sa.ForeignKey(f"{_P}{table}.{column}")


def _unique_where(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(
        f"{_P}{name}",
        f"{_P}{table}",
        columns,
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _people() -> None:
    op.create_table(
        f"{_P}type",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("toml", sa.Text, nullable=False),
        _salt(),
    )
    op.create_table(
        f"{_P}portrait",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("jpeg", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        f"{_P}person",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, nullable=False, unique=True),
        sa.Column("birth_date", sa.Text, nullable=False),
        sa.Column("sex", sa.Integer),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("portrait", sa.Text, _to("portrait", "digest")),
        sa.Column("invented", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("ended_on", sa.Text),
        _salt(),
    )


def _homes() -> None:
    op.create_table(
        f"{_P}household",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("head", sa.Text, _to("person"), nullable=False),
        _salt(),
    )
    op.create_table(
        f"{_P}residence",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, _to("person"), nullable=False),
        sa.Column("household_id", sa.Text, _to("household"), nullable=False),
        sa.Column("relation", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
        sa.Column("until", sa.Text),
        _salt(),
    )
    op.create_index(f"{_P}residence_person", f"{_P}residence", ["person_id", "since"])
    op.create_index(f"{_P}residence_household", f"{_P}residence", ["household_id"])
    op.create_index(f"{_P}residence_address", f"{_P}residence", ["address"])
    _unique_where("residence_now", "residence", ["person_id"], "until IS NULL")


def _papers() -> None:
    op.create_table(
        f"{_P}document",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, _to("person"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("issued_on", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("chip_key", sa.Text),
        sa.Column("chip_counter", sa.BigInteger, nullable=False),
        sa.Column("chip_blocked", sa.Boolean, nullable=False),
        _salt(),
    )
    _unique_where("document_standing", "document", ["person_id", "kind"], "state != 'ended'")


def _cards() -> None:
    op.create_table(
        f"{_P}card",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, _to("person"), nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("holds", sa.Text, nullable=False),
        sa.Column("via", sa.Text),
        sa.Column("replaces", sa.Text),
        sa.Column("applied_at", sa.BigInteger, nullable=False),
        sa.Column("issued_on", sa.Text),
        sa.Column("expires_on", sa.Text),
        _salt(),
    )
    op.create_index(f"{_P}card_person", f"{_P}card", ["person_id", "type"])
    op.create_index(f"{_P}card_phone", f"{_P}card", ["phone"])
    held = "state IN ('issued', 'active', 'suspended')"
    _unique_where("card_held", "card", ["person_id", "type"], held)
    _unique_where("card_enrolled", "card", ["person_id", "type"], "state = 'enrolled'")


def _credentials() -> None:
    op.create_table(
        f"{_P}credential",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("card_id", sa.Text, _to("card"), nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("list_uri", sa.Text, nullable=False),
        sa.Column("list_index", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.Text),
        _salt(),
    )
    op.create_index(f"{_P}credential_card", f"{_P}credential", ["card_id"])
    op.create_table(
        f"{_P}delivery",
        sa.Column("credential_id", sa.Text, _to("credential"), primary_key=True),
        sa.Column("credential", sa.LargeBinary, nullable=False),
    )


def _proofs() -> None:
    op.create_table(
        f"{_P}ticket",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, _to("person"), nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("replaces", sa.Boolean, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        _salt(),
    )
    op.create_index(f"{_P}ticket_person", f"{_P}ticket", ["person_id"])
    op.create_table(
        f"{_P}challenge",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("card_id", sa.Text, _to("card"), nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        _salt(),
    )


def _log() -> None:
    op.create_table(
        f"{_P}line",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("refusal", sa.Text),
        sa.Column("digest", sa.LargeBinary, nullable=False),
    )
    op.create_index(f"{_P}line_subject", f"{_P}line", ["subject", "seq"])
    op.create_table(
        f"{_P}touch",
        sa.Column("seq", sa.BigInteger, _to("line", "seq"), primary_key=True, autoincrement=False),
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
    )
    op.create_index(f"{_P}touch_place", f"{_P}touch", ["place", "key", "seq"])
    head = op.create_table(
        f"{_P}head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "digest": bytes(32)}])
    _guard()


def _guard() -> None:
    """Make the database itself refuse to change what the log says."""
    if op.get_bind().dialect.name == "sqlite":
        for table in _LOG:
            for act in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}_kept_from_{act} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is only appended to'); END"
                )
        return
    op.execute(
        f"CREATE FUNCTION {_P}kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"'BEGIN RAISE EXCEPTION ''the log is only appended to''; END'"
    )
    for table in _LOG:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE "
            f"ON {table} EXECUTE FUNCTION {_P}kept()"
        )
