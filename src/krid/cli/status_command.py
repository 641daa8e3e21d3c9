"""`krid status`: an issuer's status lists in a database, and lists as files."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from krid._core import times
from krid._core.clock import SystemClock
from krid._core.strict_json import JsonObject
from krid.cli.exits import Exit
from krid.cli.extras import need
from krid.cli.files import read_file, write_json
from krid.cli.groups import Group
from krid.cli.list_options import BITS, KIND, LIFETIME, OPEN_SHARDS, REST, SHARD_SIZE, TTL
from krid.cli.status_bitstrings import (
    MESSAGES,
    PURPOSE,
    check_bitstring,
    forms_for,
    looks_like,
    tell,
)
from krid.model import StatusReference, encode_bitstring_entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from krid.status import BitstringForm, ListForm, StatusBits, StatusListToken

_URI = click.option("--uri", help="Which registry, when the database holds several.")
_CHANGE = (
    click.argument("database"),
    click.argument("list_uri", metavar="LIST"),
    click.argument("index", type=click.IntRange(0)),
    _URI,
    click.option("--by", required=True, help="Who decides, as one word such as officer-7."),
    click.option("--reason", required=True, help="Why, as one word such as phone_lost."),
)


@click.group(name="status", cls=Group)
def command() -> None:
    """Keep status lists, and look into them.

    DATABASE is a file, or postgresql+psycopg://... LIST is the address of one list.

    \b
    Examples:
      krid status new status.db https://mois.example/status/{shard}
      krid status allocate status.db
      krid status suspend status.db LIST 42 --by officer-7 --reason phone_lost
      krid status publish status.db --key issuer.jwk
      krid status show list.jwt
    """  # noqa: D301  \b is click's mark for a paragraph that stays as it is


@command.command()
@click.argument("database")
@click.argument("uri")
@BITS
@SHARD_SIZE
@OPEN_SHARDS
@KIND
def new(
    database: str, uri: str, *, bits: str, shard_size: int, open_shards: int, kind: str
) -> None:
    """Begin the lists of an address with {shard} in it.

    Whether cards still hold is a status; that there is a newer card (refresh, of one bit) or
    something to be said (message) has lists of its own.

    \b
    Example:
      krid status new status.db https://mois.example/status/{shard}
    """  # noqa: D301
    need("sql")
    from krid.status.registry.registry import (
        StatusRegistry,
    )
    from krid.status.registry.values import RegistryKind

    StatusRegistry.open(
        database,
        uri,
        bits=int(bits),
        shard_size=shard_size,
        open_shards=open_shards,
        kind=RegistryKind(kind),
    ).close()


@command.command()
@click.argument("database")
@_URI
@click.option("--count", type=click.IntRange(1), default=1, show_default=True,
              help="How many indexes.")  # fmt: skip
@click.option("--order", help="A word: the same order gets the same indexes again.")
@PURPOSE
@MESSAGES
def allocate(
    database: str,
    *,
    uri: str | None,
    count: int,
    order: str | None,
    purposes: tuple[str, ...],
    messages_file: str | None,
) -> None:
    """Give out indexes; prints one JSON object with the references.

    With --purpose each comes with its credentialStatus, for W3C credentials.

    \b
    Example:
      krid status allocate status.db --count 100 --order batch-7
      krid status allocate status.db --purpose revocation --purpose suspension
    """  # noqa: D301
    from krid.cli.status_registry import open_registry

    forms = forms_for(purposes, messages_file)
    with open_registry(database, uri) as registry:
        given = registry.allocate_many(count, order=order)
    write_json({"references": [_reference(each, forms) for each in given]})


def _reference(given: StatusReference, forms: "Sequence[BitstringForm]") -> JsonObject:
    written: JsonObject = {"uri": given.uri, "idx": given.index}
    if forms:
        entries = [form.entry(given) for form in forms]
        written["credentialStatus"] = encode_bitstring_entries(entries)
    return written


def _changing(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_CHANGE):
        function = option(function)
    return function


def _change(verb: str, words: dict[str, Any], *values: int) -> None:
    from krid.cli.status_registry import open_registry

    reference = StatusReference(words["list_uri"], words["index"])
    with open_registry(words["database"], words["uri"]) as registry:
        act = getattr(registry, verb)
        now = SystemClock().now()
        act(reference, *values, by=words["by"], reason=words["reason"], now=now)


@command.command()
@_changing
def revoke(**words: Any) -> None:  # noqa: ANN401  click's words, each checked
    """Take a credential back for good.

    \b
    Example:
      krid status revoke status.db LIST 42 --by officer-7 --reason forged
    """  # noqa: D301
    _change("revoke", words)


@command.command()
@_changing
def suspend(**words: Any) -> None:  # noqa: ANN401
    """Stop a credential for now.

    \b
    Example:
      krid status suspend status.db LIST 42 --by officer-7 --reason phone_lost
    """  # noqa: D301
    _change("suspend", words)


@command.command()
@_changing
def restore(**words: Any) -> None:  # noqa: ANN401
    """Let a suspended credential hold again.

    \b
    Example:
      krid status restore status.db LIST 42 --by officer-7 --reason phone_found
    """  # noqa: D301
    _change("restore", words)


@command.command(name="set")
@_changing
@click.option("--value", type=click.IntRange(0, 255), required=True, help="The status.")
def set_value(value: int, **words: Any) -> None:  # noqa: ANN401
    """Set any status that fits into the bits of the list.

    \b
    Example:
      krid status set status.db LIST 42 --value 3 --by officer-7 --reason renewal_due
    """  # noqa: D301
    _change("set", words, value)


@command.command()
@click.argument("database")
@_URI
@click.option(
    "--key", "key_file", metavar="FILE", required=True, help="The key that signs the lists, or -."
)
@click.option("--chain", "chain_file", metavar="FILE", help="PEM certificates, the signer's first.")
@click.option("--issuer", help="The issuer's name, for lists without certificates.")
@LIFETIME
@TTL
@click.option("--cwt", is_flag=True, help="Sign the CWT form too.")
@REST
@PURPOSE
@MESSAGES
def publish(database: str, *, uri: str | None, key_file: str, **options: Any) -> None:  # noqa: ANN401
    """Sign every list that is due; times are in seconds. Run it as often as you like.

    Each --purpose is one more list, of bitstrings; with --messages as they were allocated.

    \b
    Example:
      krid status publish status.db --key issuer.jwk --issuer https://mois.example
      krid status publish status.db --key issuer.jwk --issuer https://mois.example \\
        --purpose revocation --purpose suspension
    """  # noqa: D301
    need("sql")
    from krid.cli.key_command import private_key_at
    from krid.cli.status_registry import open_registry
    from krid.keys import jwk
    from krid.status.registry.publisher import (
        Publisher,
    )

    bitstrings = forms_for(options["purposes"], options["messages_file"])
    if bitstrings and options["issuer"] is None:
        raise click.UsageError("a list of --purpose needs an --issuer")
    key, chain = private_key_at(key_file), _chain(options["chain_file"])
    with open_registry(database, uri) as registry:
        publishers = [
            Publisher(
                registry=registry,
                signer=key,
                lifetime=timedelta(seconds=options["lifetime"]),
                ttl=timedelta(seconds=options["ttl"]),
                rest=timedelta(seconds=options["rest"]),
                issuer=options["issuer"],
                key_id=None if chain else jwk.key_id(key.public_key),
                certificates=chain,
                form=form,
            )
            for form in (*_token_forms(registry.kind, with_cwt=options["cwt"]), *bitstrings)
        ]
        done = [one for each in publishers for one in each.run(now=SystemClock().now())]
    write_json({"published": [{"uri": each.uri, "version": each.version} for each in done]})


def _token_forms(kind: str, *, with_cwt: bool) -> "tuple[ListForm, ...]":
    """Tokens are about whether cards still hold, and nothing else."""
    from krid.status import CWT_FORM, JWT_FORM

    if kind != "status":
        return ()
    return (JWT_FORM, CWT_FORM) if with_cwt else (JWT_FORM,)


def _chain(name: str | None) -> tuple[bytes, ...]:
    from krid.x509 import parse_pem_bundle

    return () if name is None else tuple(each.der for each in parse_pem_bundle(read_file(name)))


@command.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(file: str, *, as_json: bool) -> None:
    """Decode a status list without believing it, and count its statuses.

    \b
    Example:
      krid status show list.jwt
    """  # noqa: D301
    raw = read_file(file)
    told = tell(raw) if looks_like(raw) else _told(_token(raw))
    if as_json:
        write_json(told)
        return
    for name, value in told.items():
        click.echo(f"{name}: {value}")


@command.command()
@click.argument("file")
@click.argument("index", type=click.IntRange(0))
@click.option("--trust", "trust_files", multiple=True, required=True, metavar="FILE",
              help="Who may sign the list; repeat for more.")  # fmt: skip
@PURPOSE
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(
    file: str,
    index: int,
    *,
    trust_files: tuple[str, ...],
    purposes: tuple[str, ...],
    as_json: bool,
) -> int:
    """Verify a list, and tell whether the credential at an index still holds.

    A list of bitstrings is looked into for each --purpose, or for all that it serves.

    \b
    Example:
      krid status check list.jwt 42 --trust issuer.jwk
    """  # noqa: D301
    raw = read_file(file)
    if looks_like(raw):
        return _check_bitstring(raw, index, purposes, trust_files, as_json=as_json)
    if purposes:
        raise click.UsageError("a Status List Token has no --purpose")
    return _check_token(raw, index, trust_files, as_json=as_json)


def _check_bitstring(
    raw: bytes,
    index: int,
    purposes: "Sequence[str]",
    trust_files: tuple[str, ...],
    *,
    as_json: bool,
) -> int:
    checked = check_bitstring(raw, index, purposes, trust_files)
    if as_json:
        write_json({"uri": checked.uri, "index": index, "statuses": checked.statuses})
    checked.refuse()
    if not as_json:
        said = ", ".join(f"{purpose} {value}" for purpose, value in checked.statuses.items())
        click.echo(f"valid ({said}), by {checked.path}")
    return Exit.DONE


def _check_token(raw: bytes, index: int, trust_files: tuple[str, ...], *, as_json: bool) -> int:
    from krid.cli.trust_files import read_trust
    from krid.status import check_valid, verify

    token = _token(raw)
    found = verify(
        token,
        uri=token.claims.uri,
        issuers=read_trust(trust_files, ()).issuers,
        now=SystemClock().now(),
        skew=timedelta(0),
    )
    value = found.statuses.value_at(index)
    if as_json:
        write_json({"uri": token.claims.uri, "index": index, "status": value})
    check_valid(value)
    if not as_json:
        click.echo(f"valid, by {found.signer.path}")
    return Exit.DONE


def _token(raw: bytes) -> "StatusListToken":
    from krid.status import StatusListToken

    return StatusListToken.parse(raw if raw[:1] == b"\xd2" else raw.strip())


def _told(token: "StatusListToken") -> dict[str, object]:
    """Say what a list says, none of it believed."""
    from krid.status import StatusBits

    statuses = StatusBits.inflate(token.claims.bits, token.claims.compressed)
    entries = len(statuses.packed) * 8 // statuses.bits
    counts = _counts(statuses)
    return {
        "uri": token.claims.uri,
        "issuer": token.claims.issuer,
        "issued_at": times.to_rfc3339(token.claims.issued_at),
        "expires_at": None
        if token.claims.expires_at is None
        else times.to_rfc3339(token.claims.expires_at),
        "ttl_seconds": None if token.claims.ttl is None else token.claims.ttl.total_seconds(),
        "bits": token.claims.bits,
        "entries": entries,
        "statuses": {str(value): count for value, count in sorted(counts.items())},
    }


def _counts(statuses: "StatusBits") -> Counter[int]:
    """Count the statuses; each of the 256 possible bytes is taken apart once."""
    counts: Counter[int] = Counter()
    for octet, times_seen in Counter(statuses.packed).items():
        for shift in range(0, 8, statuses.bits):
            counts[octet >> shift & (1 << statuses.bits) - 1] += times_seen
    return counts
