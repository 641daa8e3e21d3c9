"""Files with keys of BBS: a Multikey as JSON, or the public one as text."""

from typing import TYPE_CHECKING, Final

from krid._core import shape, strict_json
from krid.cli.extras import need
from krid.errors import Code

if TYPE_CHECKING:
    from krid.bbs import BbsPublicKey, LocalBbsKey

NAME: Final = "BBS"
_PUBLIC: Final = "publicKeyMultibase"
_PRIVATE: Final = "secretKeyMultibase"
_TEXT: Final = b"zUC"  # mostly zUC7, and zUC6 for one key in two hundred


def new() -> bytes:
    """Make a key and return its file, with the ciphersuite that bbs-2023 uses."""
    need("bbs")
    from krid.bbs import LocalBbsKey, Suite

    key = LocalBbsKey.generate(Suite.SHA256)
    members = {
        "type": "Multikey",
        _PUBLIC: key.public_key.multikey,
        _PRIVATE: key.encode_secret(),
    }
    return strict_json.dumps(dict(members)) + b"\n"


def is_one(raw: bytes) -> bool:
    """Tell whether a file looks like a key of BBS."""
    text = raw.strip()
    return text.startswith(_TEXT) or (text.startswith(b"{") and b'"' + _PUBLIC.encode() in text)


def read_private(raw: bytes) -> "LocalBbsKey":
    """Read a secret key.

    Raises:
        MalformedError: `key.syntax`, `key.not_private`, `bbs.scalar`, or a code of JSON.
        MisuseError: `misuse.extra`.
    """
    need("bbs")
    from krid.bbs import LocalBbsKey, Suite

    members = strict_json.loads_object(raw)
    text = shape.text(members.get(_PRIVATE), Code.KEY_NOT_PRIVATE)
    return LocalBbsKey.parse_multikey(text, suite=Suite.SHA256)


def read_public(raw: bytes) -> "BbsPublicKey":
    """Read a key and keep its public half.

    Raises:
        MalformedError: `key.syntax`, `key.point`, `key.private`, or a code of JSON.
        UnsupportedError: `key.type`.
        MisuseError: `misuse.extra`.
    """
    need("bbs")
    from krid.bbs import BbsPublicKey

    text = raw.strip()
    if text.startswith(b"{"):
        members = strict_json.loads_object(text)
        return BbsPublicKey.parse_multikey(shape.text(members.get(_PUBLIC), Code.KEY_SYNTAX))
    return BbsPublicKey.parse_multikey(text.decode("latin-1"))


def facts(key: "BbsPublicKey") -> dict[str, object]:
    """Return what there is to know of a public key."""
    from krid.did.bbs_keys import did_key_of

    return {
        "curve": "BLS12-381 in G2",
        "multikey": key.multikey,
        "did:key": str(did_key_of(key)),
    }
