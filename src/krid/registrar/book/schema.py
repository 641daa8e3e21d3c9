"""The tables of the register, the same on SQLite and on PostgreSQL.

Days are texts (ISO 8601), moments whole microseconds since 1970 in UTC, structures canonical JSON.
Every row of a kept table has a salt of its own: the log holds digests of rows for good, and a
digest of a birth date without a salt would be a birth date. A change here needs a migration.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

METADATA: Final = MetaData()
PREFIX: Final = "krid_registrar_"


def _salt() -> Column[bytes]:
    return Column("salt", LargeBinary, nullable=False)


TYPE: Final = Table(
    f"{PREFIX}type",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("toml", Text, nullable=False),
    _salt(),
)

PORTRAIT: Final = Table(
    f"{PREFIX}portrait",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("jpeg", LargeBinary, nullable=False),
)

PERSON: Final = Table(
    f"{PREFIX}person",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("birth_date", Text, nullable=False),
    Column("sex", Integer),
    Column("facts", Text, nullable=False),
    Column("portrait", ForeignKey(PORTRAIT.c.digest)),
    Column("invented", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("ended_on", Text),
    _salt(),
)

HOUSEHOLD: Final = Table(
    f"{PREFIX}household",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("head", ForeignKey(PERSON.c.id), nullable=False),
    _salt(),
)

RESIDENCE: Final = Table(
    f"{PREFIX}residence",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("person_id", ForeignKey(PERSON.c.id), nullable=False),
    Column("household_id", ForeignKey(HOUSEHOLD.c.id), nullable=False),
    Column("relation", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("since", Text, nullable=False),
    Column("until", Text),
    _salt(),
    Index(f"{PREFIX}residence_person", "person_id", "since"),
    Index(f"{PREFIX}residence_household", "household_id"),
    Index(f"{PREFIX}residence_address", "address"),
    Index(
        f"{PREFIX}residence_now",
        "person_id",
        unique=True,
        sqlite_where=text("until IS NULL"),
        postgresql_where=text("until IS NULL"),
    ),
)

DOCUMENT: Final = Table(
    f"{PREFIX}document",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("person_id", ForeignKey(PERSON.c.id), nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("issued_on", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("chip_key", Text),
    Column("chip_counter", BigInteger, nullable=False),
    Column("chip_blocked", Boolean, nullable=False),
    _salt(),
    Index(
        f"{PREFIX}document_standing",
        "person_id",
        "kind",
        unique=True,
        sqlite_where=text("state != 'ended'"),
        postgresql_where=text("state != 'ended'"),
    ),
)

_HELD: Final = text("state IN ('issued', 'active', 'suspended')")
_ENROLLED: Final = text("state = 'enrolled'")

CARD: Final = Table(
    f"{PREFIX}card",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("person_id", ForeignKey(PERSON.c.id), nullable=False),
    Column("type", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("holds", Text, nullable=False),
    Column("via", Text),
    Column("replaces", Text),
    Column("applied_at", BigInteger, nullable=False),
    Column("issued_on", Text),
    Column("expires_on", Text),
    _salt(),
    Index(f"{PREFIX}card_person", "person_id", "type"),
    Index(f"{PREFIX}card_phone", "phone"),
    # What the state machine promises the database holds as well: one card in the world, and one
    # about to be issued, of each type for each person.
    Index(
        f"{PREFIX}card_held",
        "person_id",
        "type",
        unique=True,
        sqlite_where=_HELD,
        postgresql_where=_HELD,
    ),
    Index(
        f"{PREFIX}card_enrolled",
        "person_id",
        "type",
        unique=True,
        sqlite_where=_ENROLLED,
        postgresql_where=_ENROLLED,
    ),
)

CREDENTIAL: Final = Table(
    f"{PREFIX}credential",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("card_id", ForeignKey(CARD.c.id), nullable=False),
    Column("format", Text, nullable=False),
    Column("list_uri", Text, nullable=False),
    Column("list_index", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("digest", Text),
    _salt(),
    Index(f"{PREFIX}credential_card", "card_id"),
)

TICKET: Final = Table(
    f"{PREFIX}ticket",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("person_id", ForeignKey(PERSON.c.id), nullable=False),
    Column("type", Text, nullable=False),
    Column("replaces", Boolean, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    _salt(),
    Index(f"{PREFIX}ticket_person", "person_id"),
)

CHALLENGE: Final = Table(
    f"{PREFIX}challenge",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("card_id", ForeignKey(CARD.c.id), nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    _salt(),
)

DELIVERY: Final = Table(
    f"{PREFIX}delivery",
    METADATA,
    Column("credential_id", ForeignKey(CREDENTIAL.c.id), primary_key=True),
    Column("credential", LargeBinary, nullable=False),
)

PARTY: Final = Table(
    f"{PREFIX}party",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    _salt(),
)

USE: Final = Table(
    f"{PREFIX}use",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("party_id", ForeignKey(PARTY.c.id), nullable=False),
    Column("word", Text, nullable=False),
    Column("purposes", Text, nullable=False),
    Column("permissions", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
    _salt(),
    Index(f"{PREFIX}use_word", "party_id", "word", unique=True),
)

PARTY_NAME: Final = Table(
    f"{PREFIX}party_name",
    METADATA,
    # The client identifier itself: one stands for one purpose of one party, and for no other.
    Column("id", Text, primary_key=True),
    Column("use_id", ForeignKey(USE.c.id), nullable=False),
    _salt(),
    Index(f"{PREFIX}party_name_use", "use_id"),
)

FORMER_NAME: Final = Table(
    f"{PREFIX}former_name",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("use_id", ForeignKey(USE.c.id), nullable=False),
    Column("until", BigInteger, nullable=False),
    _salt(),
    Index(f"{PREFIX}former_name_name", "name", "until"),
    Index(f"{PREFIX}former_name_use", "use_id"),
)

REGISTRATION: Final = Table(
    f"{PREFIX}registration",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("party_id", ForeignKey(PARTY.c.id), nullable=False),
    Column("use_id", ForeignKey(USE.c.id), nullable=False),
    Column("list_uri", Text, nullable=False),
    Column("list_index", Integer, nullable=False),
    Column("until", BigInteger, nullable=False),
    _salt(),
    Index(f"{PREFIX}registration_party", "party_id"),
)

REPORT: Final = Table(
    f"{PREFIX}report",
    METADATA,
    # Sender and nonce of the request, digested: whoever reports it again finds it here.
    Column("id", Text, primary_key=True),
    Column("party_id", ForeignKey(PARTY.c.id), nullable=False),
    Column("use", Text, nullable=False),
    Column("types", Text, nullable=False),
    Column("claims", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    _salt(),
    Index(f"{PREFIX}report_party", "party_id"),
)

LEASE: Final = Table(
    f"{PREFIX}lease",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("first", Text, nullable=False),
    Column("last", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
    Index(f"{PREFIX}lease_type", "type", "first"),
)
"""Who works on which people of a bulk run (`krid.registrar.portions`); no part of the log."""

FAMILY_ENTRY: Final = Table(
    f"{PREFIX}family_entry",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("person_id", ForeignKey(PERSON.c.id), nullable=False, unique=True),
    Column("base", Text, nullable=False),
    Column("origin", Text),
    _salt(),
)

_BORN: Final = text("kind = 'birth' AND corrected = 0")
_DIED: Final = text("kind = 'death' AND corrected = 0")

FAMILY_EVENT: Final = Table(
    f"{PREFIX}family_event",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("person_id", ForeignKey(PERSON.c.id), nullable=False),
    Column("first", ForeignKey(PERSON.c.id)),
    Column("second", ForeignKey(PERSON.c.id)),
    Column("day", Text, nullable=False),
    Column("corrected", Integer, nullable=False),
    Column("corrects", Text),
    _salt(),
    Index(f"{PREFIX}family_event_person", "person_id", "day"),
    Index(f"{PREFIX}family_event_first", "first"),
    Index(f"{PREFIX}family_event_second", "second"),
    Index(
        f"{PREFIX}family_event_born",
        "person_id",
        unique=True,
        sqlite_where=_BORN,
        postgresql_where=_BORN,
    ),
    Index(
        f"{PREFIX}family_event_died",
        "person_id",
        unique=True,
        sqlite_where=_DIED,
        postgresql_where=_DIED,
    ),
)

KEPT: Final = (
    TYPE,
    PERSON,
    HOUSEHOLD,
    RESIDENCE,
    DOCUMENT,
    CARD,
    CREDENTIAL,
    TICKET,
    CHALLENGE,
    PARTY,
    USE,
    PARTY_NAME,
    FORMER_NAME,
    REGISTRATION,
    REPORT,
    FAMILY_ENTRY,
    FAMILY_EVENT,
)
"""The tables whose every row the log covers. A portrait is covered by its digest in a person's
row, a delivery by the digest in its credential's row."""

LINE: Final = Table(
    f"{PREFIX}line",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("refusal", Text),
    Column("digest", LargeBinary, nullable=False),
    Index(f"{PREFIX}line_subject", "subject", "seq"),
)

TOUCH: Final = Table(
    f"{PREFIX}touch",
    METADATA,
    Column("seq", ForeignKey(LINE.c.seq), primary_key=True, autoincrement=False),
    Column("place", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Index(f"{PREFIX}touch_place", "place", "key", "seq"),
)

HEAD: Final = Table(
    f"{PREFIX}head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
)
