"""`krid bbs`: W3C credentials with bbs-2023, from issuing to verifying."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import click

from krid._core import base64url, shape, strict_json, times
from krid._core.clock import SystemClock
from krid._core.entropy import system_entropy
from krid._core.strict_json import Json, JsonObject
from krid.cli import bbs_keys
from krid.cli.extras import need
from krid.cli.files import read_file, read_json, write_json
from krid.cli.groups import Group
from krid.cli.key_command import write_private
from krid.errors import Code

if TYPE_CHECKING:
    from krid.bbs import BbsPublicKey
    from krid.vcdi import bbs2023

_SKEW: Final = timedelta(seconds=60)
_SECRET_BYTES: Final = 32


@click.group(name="bbs", cls=Group)
def command() -> None:
    """Issue, show a part of, and verify credentials with bbs-2023.

    \b
    Examples:
      krid key new --alg BBS --out issuer.json
      krid bbs issue --key issuer.json --credential card.json > issued.json
      krid bbs derive issued.json --select /credentialSubject/name --nonce n-0S6 > shown.json
      krid bbs verify shown.json --trust issuer.json --nonce n-0S6
    """  # noqa: D301  \b is click's mark for a paragraph that stays as it is


def _need_all() -> None:
    need("bbs")
    need("ld")


@command.command()
@click.option("--key", "key_file", metavar="FILE", required=True, help="The issuer's secret key.")
@click.option(
    "--credential", "credential_file", metavar="FILE", required=True, help="A credential, or -."
)
@click.option(
    "--mandatory", multiple=True, metavar="POINTER", help="What is always shown; repeat for more."
)
@click.option("--commitment", help="What a holder sent, to bind the credential to it.")
def issue(
    key_file: str, credential_file: str, mandatory: tuple[str, ...], commitment: str | None
) -> None:
    """Issue a credential; without an issuer in it, the did:key of the key issues it.

    What a verifier needs, such as the issuer and the dates, is always shown.

    \b
    Example:
      krid bbs issue --key issuer.json --credential card.json --mandatory /name
    """  # noqa: D301
    _need_all()
    key_raw, document = read_file(key_file), read_json(credential_file)
    write_json(issue_card(key_raw, document, mandatory=mandatory, commitment=commitment))


def issue_card(
    key_raw: bytes, document: JsonObject, *, mandatory: tuple[str, ...], commitment: str | None
) -> JsonObject:
    """Issue a credential with a key file.

    Raises:
        KridError: as `bbs2023.prepare`, and as `Credential.from_document`.
    """
    from krid.did.bbs_keys import did_key_of
    from krid.ld import BUNDLED_PROCESSOR
    from krid.model.w3c import Credential
    from krid.vcdi import bbs2023
    from krid.vcdi.issue import PURPOSE, always_shown

    key = bbs_keys.read_private(key_raw)
    did = str(did_key_of(key.public_key))
    whole: JsonObject = document if "issuer" in document else {**document, "issuer": did}
    issuer = Credential.from_document(whole).issuer.id
    fragment = key.public_key.multikey if issuer == did else "key-1"
    pointers = [*always_shown(whole)]
    pointers += [each for each in mandatory if each not in pointers]
    options: JsonObject = {
        "type": "DataIntegrityProof",
        "cryptosuite": bbs2023.CRYPTOSUITE,
        "created": times.to_rfc3339(SystemClock().now()),
        "verificationMethod": f"{issuer}#{fragment}",
        "proofPurpose": PURPOSE,
    }
    binding: bbs2023.IssuerBinding = bbs2023.UNBOUND
    if commitment is not None:
        binding = bbs2023.BoundToHolder(base64url.decode(commitment))
    prepared = bbs2023.prepare(
        whole,
        options=options,
        mandatory_pointers=pointers,
        public_key=key.public_key,
        binding=binding,
        processor=BUNDLED_PROCESSOR,
        entropy=system_entropy,
    )
    return prepared.sign_with(key)


@command.command()
@click.option("--out", required=True, help="Write the secrets to a file that only you can read.")
def commit(out: str) -> None:
    """Commit to a new secret, and print the commitment, to be sent to an issuer.

    \b
    Example:
      krid bbs commit --out secrets.json
    """  # noqa: D301
    _need_all()
    from krid.bbs import blind
    from krid.vcdi.bbs2023 import SUITE

    secret = system_entropy(_SECRET_BYTES)
    made = blind.commit([secret], suite=SUITE, entropy=system_entropy)
    secrets: JsonObject = {
        "holderSecret": base64url.encode(secret),
        "proverBlind": base64url.encode(made.blind.reveal()),
    }
    write_private(out, strict_json.dumps(secrets) + b"\n")
    click.echo(base64url.encode(made.octets))


@command.command()
@click.argument("file")
@click.option(
    "--select", "selected", multiple=True, metavar="POINTER", help="What is shown; repeat for more."
)
@click.option("--nonce", required=True, help="What the verifier sent, as presentation header.")
@click.option("--trust", help="The issuer's key; without it, that of its did:key.")
@click.option("--secrets", "secrets_file", metavar="FILE", help="What `krid bbs commit` wrote.")
def derive(
    file: str,
    selected: tuple[str, ...],
    nonce: str,
    trust: str | None,
    secrets_file: str | None,
) -> None:
    """Show a part of a credential; its base proof is checked first.

    \b
    Example:
      krid bbs derive issued.json --select /credentialSubject/name --nonce n-0S6
    """  # noqa: D301
    _need_all()
    secured = read_json(file)
    write_json(show_part(secured, selected, nonce=nonce, trust=trust, secrets_file=secrets_file))


def show_part(
    secured: JsonObject,
    selected: tuple[str, ...],
    *,
    nonce: str,
    trust: str | None,
    secrets_file: str | None,
) -> JsonObject:
    """Derive a credential that shows what pointers select; the base proof is checked first.

    Raises:
        KridError: as `bbs2023.derive`, and for what shows too little to be a credential.
    """
    from krid.ld import BUNDLED_PROCESSOR
    from krid.vcdi import bbs2023
    from krid.vcdi.parse import credential_of

    derived = bbs2023.derive(
        secured,
        selective_pointers=selected,
        presentation_header=nonce.encode(),
        issuer_key=_issuer_key(secured, trust)[1],
        secrets=_secrets(secrets_file),
        processor=BUNDLED_PROCESSOR,
        entropy=system_entropy,
    )
    credential_of(derived)  # what shows too little to be a credential verifies nowhere
    return derived


@command.command()
@click.argument("file")
@click.option("--trust", required=True, help="The issuer's key: its file, Multikey or did:key.")
@click.option("--issuer", help="The issuer's name; without it, the did:key of its key.")
@click.option("--nonce", help="What the proof must be for; without it, any.")
@click.option("--now", metavar="RFC3339", help="The moment to judge by; without it, now.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(
    *,
    file: str,
    trust: str,
    issuer: str | None,
    nonce: str | None,
    now: str | None,
    as_json: bool,
) -> None:
    """Verify a credential with a derived proof; its status is not looked up.

    \b
    Example:
      krid bbs verify shown.json --trust issuer.json --nonce n-0S6
    """  # noqa: D301
    _need_all()
    raw = read_file(file)
    verified = verify_part(raw, trust=trust, issuer=issuer, nonce=nonce, now=_moment(now))
    show_verified(verified, as_json=as_json)


def verify_part(
    raw: bytes, *, trust: str, issuer: str | None, nonce: str | None, now: datetime
) -> "bbs2023.VerifiedBbsCredential":
    """Verify a derived proof by the key of a file, a Multikey or a did:key.

    Raises:
        KridError: as `bbs2023.verify_credential`.
    """
    from krid.ld import BUNDLED_PROCESSOR
    from krid.vcdi import InlineContexts, bbs2023

    did, key = _issuer_key({}, trust)
    return bbs2023.verify_credential(
        raw,
        issuer=did if issuer is None else issuer,
        issuer_key=key,
        presentation_header=bbs2023.ANY_PRESENTATION_HEADER if nonce is None else nonce.encode(),
        nym_domain=None,
        now=now,
        skew=_SKEW,
        processor=BUNDLED_PROCESSOR,
        inline=InlineContexts.REFUSED,
    )


def show_verified(verified: "bbs2023.VerifiedBbsCredential", *, as_json: bool) -> None:
    """Say that a credential was verified, and by whom it is."""
    feature = verified.shown.feature.option
    if as_json:
        write_json(
            {
                "verified": True,
                "format": "ldp_vc",
                "issuer": verified.credential.issuer.id,
                "claims": verified.shown.document,
                "feature": feature,
            }
        )
    else:
        click.echo(f"verified: {verified.credential.issuer.id} ({feature})")


def _moment(now: str | None) -> datetime:
    return SystemClock().now() if now is None else times.from_rfc3339(now)


def _issuer_key(secured: JsonObject, trust: str | None) -> tuple[str, "BbsPublicKey"]:
    """Return the did:key and the key: of a file, a text, or the proof's own did:key."""
    from krid.bbs import BbsPublicKey
    from krid.did.bbs_keys import did_key_of

    text = trust if trust is not None else _method_of(secured)
    bare = text.removeprefix("did:key:").partition("#")[0]
    if bare.startswith("zUC"):
        key = BbsPublicKey.parse_multikey(bare)
    elif trust is None:
        raise click.UsageError("--trust is missing: the issuer is no did:key of BBS")
    else:
        key = bbs_keys.read_public(read_file(trust))
    return str(did_key_of(key)), key


def _method_of(secured: JsonObject) -> str:
    from krid.vcdi.bbs2023.base import split

    _, proof = split(secured)
    return shape.text(proof.get("verificationMethod"), Code.DI_SYNTAX)


def _secrets(file: str | None) -> "bbs2023.Secrets":
    from krid.bbs import ProverBlind
    from krid.vcdi import bbs2023

    if file is None:
        return bbs2023.NO_SECRETS
    members = read_json(file)
    secret = bbs2023.HolderSecret(_octets(members.get("holderSecret")))
    return bbs2023.HolderSecrets(secret, ProverBlind(_octets(members.get("proverBlind"))))


def _octets(value: Json) -> bytes:
    return base64url.decode(shape.text(value, Code.KEY_SYNTAX))
