"""The certificates by which a trusted list identifies a service."""

from base64 import b64decode
from binascii import Error as BinasciiError
from collections.abc import Sequence

from krid._core import limits
from krid.errors import Code, KridError, MalformedError
from krid.x509 import Certificate


def read_certificates(
    texts: Sequence[str],
) -> tuple[tuple[Certificate, ...], tuple[Code, ...]]:
    """Read certificates in base64; for those that krid can't read, return why.

    Raises:
        MalformedError: `input.size` for too many; `list.syntax` for what is not base64.
    """
    if len(texts) > limits.MAX_LIST_CERTIFICATES:
        raise MalformedError(Code.INPUT_SIZE)
    found: list[Certificate] = []
    left_out: list[Code] = []
    for text in texts:
        try:
            found.append(Certificate.parse(decode(text)))
        except KridError as refusal:
            if refusal.code is Code.LIST_SYNTAX:
                raise
            left_out.append(refusal.code)
    return tuple(found), tuple(left_out)


def decode(text: str) -> bytes:
    """Read base64, in which XML and JSON lists break lines.

    Raises:
        MalformedError: `list.syntax`.
    """
    try:
        return b64decode("".join(text.split()), validate=True)
    except (BinasciiError, ValueError) as cause:
        raise MalformedError(Code.LIST_SYNTAX, "base64") from cause
