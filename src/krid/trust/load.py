"""Trust files: certificates, keys or DIDs, told apart by their content.

- PEM: certificates of authorities, which become anchors; public keys, which are pinned; and
  revocation lists (`X509 CRL`), by which certificates of the CAs that issued them are checked.
- JSON: one JWK, or a JWK Set (RFC 7517). `kid` becomes the key's identifier.
- JSON: a Multikey (`publicKeyMultibase`), also one of BBS; its `controller` is its issuer.
- Anything else: DIDs and Multikeys, one a line; a line that begins with `#` is a comment.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from krid._core import limits, shape, strict_json
from krid._core.arguments import typed
from krid.errors import Code, KridError, MalformedError, MisuseError, UnsupportedError
from krid.keys import Curve, PublicKey, jwk, multikey, pem
from krid.model import IssuerKeys, VerificationKey
from krid.trust.certificates import CertificateTrust
from krid.trust.combine import AnyOf
from krid.trust.dids import DidResolver, DidTrust, is_did
from krid.trust.keys import KeyTrust, PinnedKey
from krid.trust.revocation import NO_REVOCATION, Crls, Revocation, WhereKnown
from krid.x509 import Certificate, RevocationList
from krid.x509.crl import X509_CRL
from krid.x509.pem import Block, parse_blocks

_Entry: TypeAlias = Certificate | PinnedKey | RevocationList | str
"""What one entry of a trust file is: an anchor, a pinned key, a revocation list, or a DID."""

_PEM_MARK: Final = b"-----BEGIN "
_JSON_MARKS: Final = (b"{", b"[")
_MULTIKEY: Final = "publicKeyMultibase"
_PRIVATE_MULTIKEY: Final = "secretKeyMultibase"
_ENDS: Final = frozenset({"expires", "revoked"})
_BBS_TEXT: Final = "zUC"
"""How the Multikey of a key of BBS begins."""
_PASSED_OVER: Final = frozenset({Code.KEY_TYPE, Code.KEY_USE, Code.ALG_KEY})


def load_trust(*files: bytes, resolver: DidResolver | None = None) -> IssuerKeys:
    """Read one or more trust files into one source of trust.

    All anchors act together, all keys do, and all DIDs do. Does not check dates: an expired
    anchor is refused when it is used. Certificates of a CA of which there is a revocation list
    must be in a current one; those of other CAs are not checked for revocation, and the path by
    which trust came says so.

    Raises:
        MalformedError: `trust.anchor`, with the reason as its detail, for a file that is empty,
            malformed, or holds something else, such as a private key or a leaf certificate.
        MisuseError: `misuse.option` for DIDs without a `resolver`; `misuse.type` for what is no
            content of a file, such as its name.
    """
    for raw in files:
        typed("files", raw, bytes)
    entries = [entry for raw in files for entry in _read(raw)]
    anchors = tuple(entry for entry in entries if isinstance(entry, Certificate))
    pins = tuple(entry for entry in entries if isinstance(entry, PinnedKey))
    dids = frozenset(entry for entry in entries if isinstance(entry, str))
    lists = tuple(entry for entry in entries if isinstance(entry, RevocationList))
    sources: list[IssuerKeys] = []
    if anchors:
        sources.append(CertificateTrust(anchors, revocation=_revocation(lists)))
    if pins:
        sources.append(KeyTrust(pins))
    if dids:
        sources.append(_did_trust(dids, resolver))
    return sources[0] if len(sources) == 1 else AnyOf(*sources)


def _revocation(lists: Sequence[RevocationList]) -> Revocation:
    return WhereKnown(Crls.known(*lists)) if lists else NO_REVOCATION


def _did_trust(dids: frozenset[str], resolver: DidResolver | None) -> DidTrust:
    if resolver is None:
        raise MisuseError(Code.MISUSE_OPTION, "DIDs need a resolver")
    return DidTrust(dids, resolver)


def _read(raw: bytes) -> Sequence[_Entry]:
    if len(raw) > limits.MAX_TRUST_FILE_BYTES:
        raise MalformedError(Code.TRUST_ANCHOR, Code.INPUT_SIZE.message)
    try:
        entries = tuple(_read_content(raw))
    except KridError as cause:
        raise MalformedError(Code.TRUST_ANCHOR, str(cause)) from cause
    if not 0 < len(entries) <= limits.MAX_TRUST_ENTRIES:
        raise MalformedError(Code.TRUST_ANCHOR, f"{len(entries)} entries")
    return entries


def _read_content(raw: bytes) -> Iterator[_Entry]:
    if raw.lstrip().startswith(_JSON_MARKS):
        return _read_json(raw)
    if _PEM_MARK in raw:
        return _read_pem(raw)
    return _read_lines(raw)


def _read_pem(raw: bytes) -> Iterator[_Entry]:
    for block in parse_blocks(raw):
        yield _read_block(block)


def _read_block(block: Block) -> _Entry:
    match block.label:
        case "CERTIFICATE":
            return _anchor(Certificate.parse(block.content))
        case "PUBLIC KEY":
            return _pin(PinnedKey(key=pem.parse_public(block.content)))
        case label if label == X509_CRL:
            return RevocationList.parse(block.content)
        case label if label.endswith("PRIVATE KEY"):
            raise MalformedError(Code.KEY_PRIVATE)
        case _:
            raise MalformedError(Code.X509_SYNTAX, "a PEM block is no certificate, list or key")


def _anchor(certificate: Certificate) -> Certificate:
    if not certificate.extensions.is_ca:
        raise MalformedError(Code.X509_NOT_CA)
    return certificate


def _pin(pin: PinnedKey) -> PinnedKey:
    if isinstance(pin.key, PublicKey) and pin.key.curve is Curve.X25519:
        raise UnsupportedError(Code.ALG_KEY)
    return pin


def _read_json(raw: bytes) -> Iterator[_Entry]:
    members = strict_json.loads_object(raw)
    if _MULTIKEY in members:
        yield _read_multikey(members)
        return
    if "keys" not in members:
        yield _read_jwk(members)
        return
    for key in shape.sequence(members["keys"], Code.KEY_SYNTAX):
        yield from _read_set_member(key)


def _read_set_member(members: object) -> Iterator[PinnedKey]:
    """Read one key of a set; keys of foreign types or for other uses are passed over.

    RFC 7517, section 5, asks to ignore keys that are not understood.
    """
    try:
        yield _read_jwk(members)
    except KridError as refusal:
        if refusal.code not in _PASSED_OVER:
            raise


def _read_jwk(value: object) -> PinnedKey:
    members = shape.mapping(value, Code.KEY_SYNTAX)
    key = jwk.parse_public(members)
    pin = _pin(PinnedKey(key=key, key_id=_key_id(members.get("kid"))))
    jwk.check_marks(members, alg=key.alg)
    return pin


def _read_multikey(members: Mapping[str, object]) -> PinnedKey:
    """Read a Multikey as a JSON object, also one of BBS (Controlled Identifiers 1.0, 2.2.2).

    Its `controller`, where it says so, is the issuer that it speaks for. One that ends, or has
    ended, is refused: a pinned key is believed for ever.
    """
    if _PRIVATE_MULTIKEY in members:
        raise MalformedError(Code.KEY_PRIVATE)
    if not _ENDS.isdisjoint(members):
        raise MalformedError(Code.KEY_SYNTAX, "a key that ends, which a pinned one does not")
    text = shape.text(members[_MULTIKEY], Code.KEY_SYNTAX)
    controller = members.get("controller")
    issuer = None if controller is None else shape.text(controller, Code.KEY_SYNTAX)
    return _pin(PinnedKey(key=parse_multikey(text), issuer=issuer))


def parse_multikey(text: str) -> VerificationKey:
    """Read a Multikey of any kind that verifies.

    Raises:
        MalformedError: `key.syntax`, `key.point`, `key.private`.
        UnsupportedError: `key.type`.
        MisuseError: `misuse.extra` for one of BBS without `krid[bbs]`.
    """
    if not text.startswith(_BBS_TEXT):
        return multikey.parse(text)
    from krid.bbs import BbsPublicKey

    return BbsPublicKey.parse_multikey(text)


def _key_id(value: object) -> str | None:
    return None if value is None else shape.text(value, Code.KEY_SYNTAX)


def _read_lines(raw: bytes) -> Iterator[_Entry]:
    try:
        lines = [line.strip() for line in raw.decode("ascii").splitlines()]
    except UnicodeDecodeError as cause:
        raise MalformedError(Code.INPUT_UNKNOWN) from cause
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        if line.startswith("z"):
            yield _pin(PinnedKey(key=parse_multikey(line)))
            continue
        if not is_did(line):
            raise MalformedError(Code.INPUT_UNKNOWN, f"line {number}")
        yield line
