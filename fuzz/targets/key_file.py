"""Any file as `krid key show` reads it: a public key of one spelling in each form, or refused."""

import contextlib

from krid.cli.key_command import read_private_key, read_public_key
from krid.errors import KridError
from krid.keys import cose_key, jwk, multikey, pem


def target(data: bytes) -> None:
    with contextlib.suppress(KridError):
        read_private_key(data)
    try:
        key = read_public_key(data)
    except KridError:
        return
    again = (
        jwk.parse_public(jwk.encode_public(key)),
        cose_key.parse(cose_key.encode(key)),
        multikey.parse(multikey.encode(key)),
        pem.parse_public(pem.encode_public(key)),
    )
    if any(each != key for each in again):
        raise AssertionError("a key changed on its way")
