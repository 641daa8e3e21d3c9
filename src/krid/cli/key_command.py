"""`krid key`: make, show and convert keys."""

import os
from enum import Enum, unique
from pathlib import Path

import click

from krid._core import cbor, strict_json
from krid.cli import bbs_keys
from krid.cli.files import about, read_file, write_bytes, write_json
from krid.cli.groups import Group
from krid.errors import Code, StoreError
from krid.keys import Alg, Curve, LocalKey, PublicKey, cose_key, jwk, multikey, pem

_CURVES = {alg.jose: alg.curve for alg in Alg} | {"X25519": Curve.X25519}


@unique
class _Form(Enum):
    JWK = "jwk"
    PEM = "pem"
    DER = "der"
    COSE = "cose"
    MULTIKEY = "multikey"


_BBS_FORM = "a key of BBS goes --to multikey"


@click.group(name="key", cls=Group)
def command() -> None:
    """Make, show and convert keys.

    \b
    Examples:
      krid key new > issuer.jwk
      krid key show issuer.jwk
      krid key convert issuer.jwk --to pem
    """  # noqa: D301


@command.command()
@click.option(
    "--alg",
    type=click.Choice(sorted({*_CURVES, bbs_keys.NAME})),
    default="ES256",
    show_default=True,
    help="What the key signs with.",
)
@click.option("--to", "form", type=click.Choice(["jwk", "pem"]), default="jwk", show_default=True,
              help="The form in which it is written.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False), help="Write a file that only you can read.")
def new(alg: str, form: str, out: str | None) -> None:
    """Make a key pair and print the private key.

    \b
    Example:
      krid key new --alg EdDSA --out issuer.jwk
    """  # noqa: D301
    if alg == bbs_keys.NAME:
        written = bbs_keys.new()  # a Multikey: there is no JWK of it that others read
    else:
        key = LocalKey.generate_on(_CURVES[alg])
        written = pem.encode_private(key) if form == "pem" else _private_jwk(key)
    if out is None:
        write_bytes(written)
    else:
        write_private(out, written)


@command.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(file: str, as_json: bool) -> None:  # noqa: FBT001  click passes flags so
    """Show the public half of a key, its DIDs and its thumbprint.

    \b
    Example:
      krid key show issuer.jwk
    """  # noqa: D301
    raw = read_file(file)
    with about(file):
        if bbs_keys.is_one(raw):
            facts = bbs_keys.facts(bbs_keys.read_public(raw))
        else:
            facts = _facts(read_public_key(raw))
    if as_json:
        write_json(facts)
        return
    for name, value in facts.items():
        click.echo(f"{name}: {value if isinstance(value, str) else _line(value)}")


@command.command()
@click.argument("file")
@click.option("--to", "form", type=click.Choice([form.value for form in _Form]), required=True,
              help="The form to write.")  # fmt: skip
@click.option("--private", is_flag=True, help="Write the private key too (jwk and pem).")
def convert(file: str, form: str, private: bool) -> None:  # noqa: FBT001
    """Write a key in another form; the public half unless --private is given.

    \b
    Example:
      krid key convert issuer.jwk --to multikey
    """  # noqa: D301
    raw = read_file(file)
    with about(file):
        write_bytes(_converted_private(raw, form) if private else _converted(raw, form))


def _converted(raw: bytes, form: str) -> bytes:
    if not bbs_keys.is_one(raw):
        return _encode_public(read_public_key(raw), _Form(form))
    if form != _Form.MULTIKEY.value:
        raise click.UsageError(_BBS_FORM)
    return bbs_keys.read_public(raw).multikey.encode("ascii") + b"\n"


def _converted_private(raw: bytes, form: str) -> bytes:
    if bbs_keys.is_one(raw):
        raise click.UsageError(_BBS_FORM)
    if form == "jwk":
        return _private_jwk(read_private_key(raw))
    if form == "pem":
        return pem.encode_private(read_private_key(raw))
    raise click.UsageError("--private goes with --to jwk or --to pem")


def private_key_at(name: str) -> LocalKey:
    """Read the private key in a file, which is named where it holds none."""
    with about(name):
        return read_private_key(read_file(name))


def public_key_at(name: str) -> PublicKey:
    """Read the key in a file and keep its public half; a file that holds none is named."""
    with about(name):
        return read_public_key(read_file(name))


def read_private_key(raw: bytes) -> LocalKey:
    """Read a private key: a JWK, or PEM or DER that is not encrypted."""
    if raw.lstrip().startswith(b"{"):
        return jwk.parse_private(strict_json.loads(raw))
    return pem.parse_private(raw)


def read_public_key(raw: bytes) -> PublicKey:
    """Read a key of any form and keep its public half."""
    text = raw.strip()
    if text.startswith(b"{"):
        members = strict_json.loads_object(text)
        if "d" in members:
            return jwk.parse_private(members).public_key
        return jwk.parse_public(members)
    if b"PRIVATE KEY-----" in text:
        return pem.parse_private(text).public_key
    if text.startswith(b"z") and text.isalnum():
        return multikey.parse(text.decode("ascii"))
    return pem.parse_public(raw)


def _encode_public(key: PublicKey, form: _Form) -> bytes:
    match form:
        case _Form.JWK:
            return strict_json.dumps(jwk.encode_public(key)) + b"\n"
        case _Form.PEM:
            return pem.encode_public(key)
        case _Form.DER:
            return pem.encode_public_der(key)
        case _Form.COSE:
            return cbor.encode(cose_key.encode(key))
        case _Form.MULTIKEY:
            return multikey.encode(key).encode("ascii") + b"\n"


def _private_jwk(key: LocalKey) -> bytes:
    return strict_json.dumps(jwk.encode_private(key)) + b"\n"


def _facts(key: PublicKey) -> dict[str, object]:
    from krid.did import DidJwk, DidKey

    return {
        "curve": key.curve.jose,
        "thumbprint": jwk.key_id(key),
        "multikey": multikey.encode(key),
        "did:key": str(DidKey.create(key)),
        "did:jwk": str(DidJwk.create(key)),
        "jwk": jwk.encode_public(key),
    }


def _line(value: object) -> str:
    import json

    return json.dumps(value)


def write_private(name: str, raw: bytes) -> None:
    """Write a new file that only its owner can read.

    Raises:
        StoreError: `store.exists`, `store.io`.
    """
    path = Path(name)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as cause:
        raise StoreError(Code.STORE_EXISTS, str(path)) from cause
    except OSError as cause:
        raise StoreError(Code.STORE_IO, str(path)) from cause
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
