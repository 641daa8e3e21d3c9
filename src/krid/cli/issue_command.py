"""`krid issue`: credentials from a key and a file of claims, for pipelines and experiments."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from krid._core import strict_json
from krid.cli import bbs_keys, context_files
from krid.cli.context_files import suites_with
from krid.cli.files import about, read_file, read_json, write_bytes
from krid.cli.groups import Group
from krid.cli.issue_words import IssueWords
from krid.cli.key_command import read_private_key
from krid.keys import LocalKey
from krid.model import BEARER

_COMMON = (
    click.option(
        "--key", "key_file", metavar="FILE", required=True, help="The issuer's private key, or -."
    ),
    click.option(
        "--claims", "claims_file", metavar="FILE", required=True, help="A JSON object, or -."
    ),
    click.option("--issuer", help="The issuer's name; without it, the did:key of its key."),
    click.option("--holder", "holder_file", metavar="FILE", help="The holder's public key."),
    click.option(
        "--days",
        type=click.IntRange(1, 36_525),
        default=365,
        show_default=True,
        help="How long it holds.",
    ),
    click.option(
        "--chain", "chain_file", metavar="FILE", help="PEM certificates, the signer's first."
    ),
    click.option("--status-uri", help="The status list of the credential."),
    click.option("--status-index", type=click.IntRange(0), help="Its index in the list."),
)


@click.group(name="issue", cls=Group)
def command() -> None:
    """Issue a credential.

    \b
    Examples:
      krid key new | krid issue sdjwt --key - --claims claims.json --vct urn:example:card
      krid issue mdoc --key ds.jwk --claims claims.json --doctype org.iso.18013.5.1.mDL \\
        --holder phone.jwk > licence.cbor
    """  # noqa: D301  \b is click's mark for a paragraph that stays as it is


def _with_common(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_COMMON):
        function = option(function)
    return function


@command.command()
@_with_common
@click.option("--vct", help="The credential's type; without it, the member vct of the claims.")
@click.option(
    "--open",
    "open_claims",
    multiple=True,
    help="A claim that is always disclosed; repeat for more.",
)
def sdjwt(vct: str | None, open_claims: tuple[str, ...], **options: object) -> None:
    """Issue an SD-JWT VC; every claim may be withheld, but for those named by --open.

    Without --holder it is a bearer credential.

    \b
    Example:
      krid key new | krid issue sdjwt --key - --claims claims.json --vct urn:example:card
    """  # noqa: D301
    from krid.sdjwt import sd

    words = IssueWords(**options)  # type: ignore[arg-type]  # click has checked each of them
    key, claims = _read_inputs(words)
    kind = claims.pop("vct", None) if vct is None else vct
    if not isinstance(kind, str):
        raise click.UsageError("--vct is missing")
    marked = {name: value if name in open_claims else sd(value) for name, value in claims.items()}
    issued = words.issuer_with(key, chain=words.chain()).issue_sdjwt(
        vct=kind,
        claims=marked,
        holder=words.holder(),
        lifetime=words.lifetime,
        status=words.status(),
    )
    click.echo(issued.text)


@command.command()
@_with_common
@click.option("--doctype", required=True, help="The document's type.")
def mdoc(doctype: str, **options: object) -> None:
    """Issue an ISO 18013-5 mdoc and print the CBOR of IssuerSigned.

    The claims are a JSON object of namespaces, each an object of elements. Texts like 2026-06-01
    become full-date in elements whose name ends in _date; JPEG data URLs become bytes. Without
    --chain a signer's certificate is made on the spot, from a root that is thrown away: only who
    pins the key will believe it. Without --holder the document is bound to a key that nobody has.

    \b
    Example:
      krid issue mdoc --key ds.jwk --claims claims.json --doctype org.iso.18013.5.1.mDL \\
        --holder phone.jwk > licence.cbor
    """  # noqa: D301
    from krid.cli.elements import elements
    from krid.cli.throwaway import certificate_for

    words = IssueWords(**options)  # type: ignore[arg-type]  # click has checked each of them
    key, claims = _read_inputs(words)
    holder = words.holder()
    issued = words.issuer_with(key, chain=words.chain() or certificate_for(key)).issue_mdoc(
        doctype=doctype,
        claims=elements(claims),
        holder=LocalKey.generate(key.alg).public_key if holder is BEARER else holder,
        lifetime=words.lifetime,
        status=words.status(),
    )
    write_bytes(issued.raw)


@command.command()
@_with_common
@click.option("--type", "kind", required=True, help="The credential's type.")
@click.option(
    "--form",
    type=click.Choice(["vc+jwt", "vc+cose", "vc+sd-jwt", "jwt_vc_json"]),
    default="vc+jwt",
    show_default=True,
    help="How it is secured.",
)
@click.option(
    "--open",
    "open_claims",
    multiple=True,
    help="A claim that is always disclosed; repeat for more.",
)
@click.option(
    "--status-purpose", default="revocation", show_default=True, help="The purpose of the list."
)
def vcjose(
    kind: str, form: str, open_claims: tuple[str, ...], status_purpose: str, **options: object
) -> None:
    """Issue a W3C credential secured with JOSE, COSE or SD-JWT.

    The claims are the members of the credential, or those of its subject when there is no
    credentialSubject among them. As SD-JWT, each claim about the one subject may be withheld, but
    for its id, its type, and those named by --open; one of these must be there.

    \b
    Examples:
      krid key new | krid issue vcjose --key - --claims claims.json --type ExampleCard
      krid issue vcjose --key issuer.jwk --claims claims.json --type ExampleCard \\
        --form vc+cose --holder phone.jwk > card.cose
    """  # noqa: D301
    words = IssueWords(**options)  # type: ignore[arg-type]  # click has checked each of them
    key, given = _read_inputs(words)
    claims = given if "credentialSubject" in given else {"credentialSubject": given}
    issued = words.issuer_with(key, chain=words.chain()).issue(
        form,
        type=kind,
        claims=_withholdable(claims, open_claims) if form == "vc+sd-jwt" else claims,
        holder=words.holder(),
        lifetime=words.lifetime,
        status=words.bitstring_status(status_purpose),
    )
    if form == "vc+cose":
        write_bytes(issued.raw)
    else:
        click.echo(issued.text)


@command.command()
@_with_common
@click.option("--type", "kind", required=True, help="The credential's type.")
@click.option(
    "--suite",
    type=click.Choice(
        [
            "eddsa-rdfc-2022",
            "eddsa-jcs-2022",
            "ecdsa-rdfc-2019",
            "ecdsa-jcs-2019",
            "ecdsa-sd-2023",
            "bbs-2023",
        ]
    ),
    help="The cryptosuite; without it, the one over RDF that the key signs with.",
)
@click.option(
    "--mandatory",
    multiple=True,
    help="A JSON pointer to what a holder can't withhold; repeat for more.",
)
@context_files.option
@click.option(
    "--status-purpose", default="revocation", show_default=True, help="The purpose of the list."
)
def vcdi(
    kind: str,
    suite: str | None,
    mandatory: tuple[str, ...],
    context_files: tuple[str, ...],
    status_purpose: str,
    **options: object,
) -> None:
    """Issue a W3C credential with the proof in it (Data Integrity).

    The claims are the members of the credential, or those of its subject when there is no
    credentialSubject among them. Their @context names the contexts that define their terms; over
    RDF, the default, a term that none defines is refused. To try things out, the context
    https://www.w3.org/ns/credentials/undefined-terms/v2 defines them all. Under ecdsa-sd-2023 and
    bbs-2023 the holder chooses what to show, with krid derive or from a wallet; a key of BBS signs
    with bbs-2023.

    \b
    Examples, with claims.json such as
    {"@context": "https://www.w3.org/ns/credentials/undefined-terms/v2", "name": "Hong Gildong"}:
      krid key new --alg EdDSA | krid issue vcdi --key - --claims claims.json --type ExampleCard
      krid issue vcdi --key issuer.jwk --claims claims.json --type ExampleCard \\
        --suite ecdsa-sd-2023 --mandatory /credentialSubject/expiry > base.json
      krid key new --alg BBS | krid issue vcdi --key - --claims claims.json --type ExampleCard \\
        --suite bbs-2023 | krid inspect -
    """  # noqa: D301
    from krid.vcdi.format import VcdiFormat

    words = IssueWords(**options)  # type: ignore[arg-type]  # click has checked each of them
    key, given = _read_raw(words)
    form = VcdiFormat(suite=suite, mandatory=mandatory, suites=suites_with(context_files))
    with about(words.key_file):
        signer = bbs_keys.read_private(key) if bbs_keys.is_one(key) else read_private_key(key)
    issued = words.issuer_with(signer, chain=words.chain(), formats=(form,)).issue(
        form.name,
        type=kind,
        claims=_about_subject(given),
        holder=words.holder(),
        lifetime=words.lifetime,
        status=words.bitstring_status(status_purpose),
    )
    click.echo(issued.text)


def _about_subject(given: Mapping[str, object]) -> Mapping[str, object]:
    """Take claims for those of the subject, unless they name it; contexts are the credential's."""
    if "credentialSubject" in given:
        return given
    subject = {name: value for name, value in given.items() if name != "@context"}
    contexts = {name: value for name, value in given.items() if name == "@context"}
    return {**contexts, "credentialSubject": subject}


def _withholdable(claims: Mapping[str, object], open_claims: tuple[str, ...]) -> dict[str, object]:
    """Mark each claim about the one subject, but for its id, its type and those that are open."""
    from krid.sdjwt import sd

    subject = claims["credentialSubject"]
    if not isinstance(subject, dict):
        return dict(claims)
    marked = {
        name: value if name in {"id", "type", *open_claims} else sd(value)
        for name, value in subject.items()
    }
    return {**claims, "credentialSubject": marked}


def _read_inputs(words: IssueWords) -> tuple[LocalKey, strict_json.JsonObject]:
    key, claims = _read_raw(words)
    with about(words.key_file):
        return read_private_key(key), claims


def _read_raw(words: IssueWords) -> tuple[bytes, strict_json.JsonObject]:
    if words.key_file == words.claims_file == "-":
        raise click.UsageError("--key and --claims can't both be standard input")
    return read_file(words.key_file), read_json(words.claims_file)
