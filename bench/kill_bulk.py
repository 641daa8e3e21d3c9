"""Bulk issue under fire: kills it at random moments, begins it again, and counts at the end.

Run: python bench/kill_bulk.py [--residents 100000] [--kills 14] [--seed kills] [--db URL]

Invents residents and issues their cards with the commands themselves, each in a process group of
its own that SIGKILL ends: while residents are invented, while a run sets up, in the middle of it,
with two runs at once, while status lists are published, and the feeding process alone. Between
kills some cards are revoked. Then everything is run to its end, and the register is counted with
statements that share nothing with the code that issued: everybody who may have a card has exactly
one, active, with one credential of each format that waits as it was signed; nobody else has any;
every place in the status lists belongs to a credential; the published lists say VALID of those in
force and INVALID of the rest; log, registry and folder are whole.

Takes about ten minutes for 100,000 on two cores. Exit status 1, with the reason, when anything is
not so.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
import zlib
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from krid.registrar.registrar import Registrar
from krid.status.jwt_form import parse

TYPE, DOCUMENT, AGE = "kr-resident", "resident-card", 17
FORMATS = ("dc+sd-jwt", "mso_mdoc")
VALID, INVALID = 0, 1
REVOKED = 10
KINDS = ("issuing", "publishing", "feeder", "set-up", "twins", "issuing", "set-up", "issuing")


class NotSoError(Exception):
    """Something is not as it has to be."""


def demand(holds: object, words: str) -> None:
    if not holds:
        raise NotSoError(words)


@dataclass
class Field:
    """Where it happens, and with what luck."""

    place: str
    folder: Path
    lease: str
    workers: str
    luck: random.Random
    span: float
    kills: Counter[str] = field(default_factory=Counter)
    missed: int = 0

    @property
    def authority(self) -> Path:
        return self.folder / "authority"

    @property
    def lists(self) -> Path:
        return self.folder / "lists"

    def engine(self) -> Engine:
        return create_engine(self.place if "://" in self.place else f"sqlite:///{self.place}")

    def command(self, *words: str) -> list[str]:
        at = ("--db", self.place, "--authority", str(self.authority))
        return [sys.executable, "-m", "krid", "registrar", *words, *at]

    def issue(self) -> list[str]:
        words = ("issue", "--all", "--workers", self.workers, "--lease", self.lease)
        return self.command(*words, "--type", TYPE)

    def publish(self) -> list[str]:
        return self.command("publish", "--out", str(self.lists), "--ttl", "2")


def start(command: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603  this interpreter
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def finish(command: list[str]) -> Any:
    process = start(command)
    out, errors = process.communicate()
    demand(process.returncode == 0, errors.decode())
    return json.loads(out)


def kill(where: Field, process: "subprocess.Popen[bytes]", kind: str) -> None:
    """Kill the whole group; one that had ended before does not count."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        where.missed += 1
    process.communicate()
    where.kills[kind if process.returncode == -signal.SIGKILL else "too late"] += 1
    print(f"  {kind}: {lines_of(where)} lines in the log", flush=True)


def lines_of(where: Field) -> int:
    return number_of(where, "SELECT seq FROM krid_registrar_head")


def tokens_of(where: Field) -> int:
    return number_of(where, "SELECT count(*) FROM krid_status_token")


def number_of(where: Field, query: str) -> int:
    engine = where.engine()
    try:
        with engine.connect() as connection:
            found = connection.execute(text(query)).scalar()
    except SQLAlchemyError:  # there is no table yet
        return 0
    finally:
        engine.dispose()
    return int(found or 0)


def await_progress(where: Field, process: "subprocess.Popen[bytes]") -> None:
    before = lines_of(where)
    while lines_of(where) == before and process.poll() is None:
        time.sleep(0.01)


def kill_in_set_up(where: Field) -> None:
    process = start(where.issue())
    time.sleep(where.luck.uniform(0, 2.5))
    kill(where, process, "set-up")


def kill_in_the_middle(where: Field) -> None:
    process = start(where.issue())
    await_progress(where, process)
    time.sleep(where.luck.uniform(0, where.span))
    kill(where, process, "issuing")


def kill_publishing(where: Field) -> None:
    """Kill it between its first list and its last, or soon after."""
    time.sleep(2)  # the lists of the last time are due again
    before = tokens_of(where)
    process = start(where.publish())
    while tokens_of(where) == before and process.poll() is None:
        time.sleep(0.01)
    time.sleep(where.luck.uniform(0, 0.2))
    kill(where, process, "publishing")


def kill_twins(where: Field) -> None:
    """Kill one of two runs, and the other a while later."""
    one, other = start(where.issue()), start(where.issue())
    await_progress(where, one)
    for process in (one, other):
        time.sleep(where.luck.uniform(0, where.span / 2))
        kill(where, process, "twins")


def kill_the_feeder(where: Field) -> None:
    """Kill the process that feeds the others, which have to end by themselves."""
    process = start(where.issue())
    await_progress(where, process)
    time.sleep(where.luck.uniform(0, where.span / 2))
    process.kill()
    process.communicate()
    where.kills["feeder" if process.returncode == -signal.SIGKILL else "too late"] += 1
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            print(f"  feeder: {lines_of(where)} lines in the log", flush=True)
            return
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    raise NotSoError("processes outlive the one that fed them")


ACTS: dict[str, Callable[[Field], None]] = {
    "set-up": kill_in_set_up,
    "issuing": kill_in_the_middle,
    "publishing": kill_publishing,
    "twins": kill_twins,
    "feeder": kill_the_feeder,
}


def generate(where: Field, residents: int) -> None:
    """Invent residents, killed once while the register is begun and once in the middle."""
    command = where.command("generate", "--residents", str(residents), "--faces", "1")
    for moment in (where.luck.uniform(0.3, 1.5), where.luck.uniform(1.5, 1.5 + where.span)):
        process = start(command)
        time.sleep(moment)
        kill(where, process, "generate")
    demand(finish(command)["residents"] == residents, "not so many residents")


@contextmanager
def opened(where: Field) -> Iterator[Registrar]:
    with Registrar.open(where.place, signers={}) as registrar:
        yield registrar


def revoke_some(where: Field) -> None:
    """Revoke a few cards, which the next run issues anew."""
    query = "SELECT id FROM krid_registrar_card WHERE state = 'active' ORDER BY id LIMIT 200"
    found = [row[0] for row in rows_of(where, query)]
    with opened(where) as registrar:
        for card in where.luck.sample(found, min(REVOKED, len(found))):
            registrar.cards.revoke(card, actor="killer", reason="test", now=datetime.now(UTC))


def rows_of(where: Field, query: str, **values: object) -> list[Any]:
    engine = where.engine()
    with engine.connect() as connection:
        found = list(connection.execute(text(query), values))
    engine.dispose()
    return found


def check_cards(where: Field) -> int:
    """Count people by hand, and hold the cards against them."""
    today = datetime.now(UTC) + timedelta(hours=9)
    born_by = f"{today.year - AGE}-{today:%m-%d}"
    may = """
        SELECT p.id FROM krid_registrar_person p JOIN krid_registrar_document d
        ON d.person_id = p.id AND d.kind = :kind AND d.state = 'in force'
        WHERE p.state = 'resident' AND p.birth_date <= :born_by"""
    eligible = {row[0] for row in rows_of(where, may, kind=DOCUMENT, born_by=born_by)}
    cards = rows_of(where, "SELECT person_id, type, state, id FROM krid_registrar_card")
    demand({card.type for card in cards} == {TYPE}, "cards of another type")
    states = Counter(card.state for card in cards)
    demand(set(states) <= {"active", "revoked"}, f"cards that are {states}")
    active = Counter(card.person_id for card in cards if card.state == "active")
    odd = f"{len(set(active) - eligible)} more and {len(eligible - set(active))} fewer"
    demand(set(active) == eligible, f"{odd} have an active card than may have one")
    demand(set(active.values()) == {1}, "somebody has two active cards")
    print(f"  {len(eligible)} people may have a card and have one; cards: {dict(states)}")
    return len(eligible)


def check_credentials(where: Field, count: int) -> None:
    query = """
        SELECT c.id, c.card_id, c.format, c.state, c.digest, k.state AS card, d.credential
        FROM krid_registrar_credential c JOIN krid_registrar_card k ON k.id = c.card_id
        LEFT JOIN krid_registrar_delivery d ON d.credential_id = c.id"""
    engine, found = where.engine(), Counter[tuple[str, str]]()
    with engine.connect().execution_options(stream_results=True, yield_per=1_000) as connection:
        for row in connection.execute(text(query)):
            in_force = row.card == "active" and row.state == "signed"
            demand(in_force or row.state == "ended", f"a credential that is {row.state}")
            demand(in_force == (row.credential is not None), "credentials that wait for nobody")
            if in_force:
                demand(sha256(row.credential).hexdigest() == row.digest, "another credential")
                found[row.card_id, row.format] += 1
    engine.dispose()
    demand(set(found.values()) == {1}, "two credentials of one format")
    demand(Counter(name for _, name in found) == dict.fromkeys(FORMATS, count), "formats")
    print(f"  {len(found)} credentials in force, one of each format for each card")


def check_places(where: Field) -> None:
    """Hold places in the lists, their marks, and the published lists against the credentials."""
    query = "SELECT list_uri, list_index, state FROM krid_registrar_credential"
    rows = rows_of(where, query)
    places = {(row.list_uri, row.list_index): row.state for row in rows}
    demand(len(places) == len(rows), "a place in a list was given out twice")
    with opened(where) as registrar:
        given = registrar.status.given()
        demand(given == len(rows), f"{given} places given out, {len(rows)} used")
        shards = registrar.status.shards()
        for shard in shards:
            registrar.status.audit(shard)
        tokens = {shard: registrar.status.published(shard).token for shard in shards}
        uris = {registrar.status.uri_of(shard): shard for shard in shards}
    said = {uri: statuses_of(tokens[shard]) for uri, shard in uris.items()}
    for (uri, index), state in places.items():
        status = said[uri][index // 4] >> (index % 4 * 2) & 3
        demand(status == (INVALID if state == "ended" else VALID), "a list says another status")
    marked = sum(sum(byte.bit_count() for byte in packed) for packed in said.values())
    ended = sum(state == "ended" for state in places.values())
    demand(marked == ended, "a list says something of a place that nobody has")
    files = {path.name: path.read_bytes() for path in where.lists.iterdir()}
    demand(files == {f"{shard}.jwt": token for shard, token in tokens.items()}, "the folder")
    print(f"  {given} places in {len(shards)} lists, {ended} of them INVALID, and no others")


def statuses_of(token: bytes) -> bytes:
    """Read a published list by hand: two bits for each place."""
    parse(token.decode("ascii"))
    payload = token.split(b".")[1]
    members = json.loads(urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))["status_list"]
    packed = members["lst"].encode()
    return zlib.decompress(urlsafe_b64decode(packed + b"=" * (-len(packed) % 4)))


def check_files(where: Field) -> None:
    left = [path.name for path in where.folder.iterdir() if path.name.startswith(".")]
    demand(not left, f"files that a kill left behind: {left}")
    found = {path.name for path in where.authority.iterdir()}
    names = {f"{name}.{end}" for name in ("root", "sdjwt", "mdoc") for end in ("jwk", "der")}
    demand(found == names, "the authority")


def check_audit(where: Field) -> None:
    with opened(where) as registrar:
        found = registrar.audit(expected=None)
    leases = rows_of(where, "SELECT count(*) FROM krid_registrar_lease")[0][0]
    demand(leases == 0, "a lease is left")
    print(f"  the log is whole: {found.lines} lines, {found.rows} rows")


def play(where: Field, residents: int, kills: int) -> None:
    began = time.monotonic()
    generate(where, residents)
    print(f"{residents} residents after {time.monotonic() - began:.0f} s", flush=True)
    with opened(where) as registrar:
        head = registrar.book.head()
    for number in range(kills):
        ACTS[KINDS[number % len(KINDS)]](where)
        if number % len(KINDS) == len(KINDS) // 2:
            revoke_some(where)
            with opened(where) as registrar:
                registrar.audit(expected=head)
    revoke_some(where)
    again = time.monotonic()
    done = finish(where.issue())
    print(f"the last run: {done} in {time.monotonic() - again:.0f} s", flush=True)
    time.sleep(2)
    finish(where.publish())
    print(f"killed: {dict(where.kills)}", flush=True)
    count = check_cards(where)
    check_credentials(where, count)
    check_places(where)
    check_files(where)
    check_audit(where)
    print(f"all is as it has to be, after {time.monotonic() - began:.0f} s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--residents", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=14)
    parser.add_argument("--seed", default="kills")
    parser.add_argument("--span", type=float, default=15, help="seconds until a kill, at most")
    parser.add_argument("--workers", default="2")
    parser.add_argument("--lease", default="5")
    parser.add_argument("--db", help="a database of PostgreSQL; else a file of SQLite")
    words = parser.parse_args()
    folder = mkdtemp(prefix="krid-kill-")
    where = Field(
        place=words.db or f"{folder}/register.db",
        folder=Path(folder),
        lease=words.lease,
        workers=words.workers,
        luck=random.Random(words.seed),  # noqa: S311  repeatable on purpose
        span=words.span,
    )
    try:
        play(where, words.residents, words.kills)
    except NotSoError as error:
        print(f"NOT SO: {error}; see {folder}", file=sys.stderr)
        return 1
    rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
