"""Signatures and keys of krid against the bare operations of the `cryptography` package."""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from ratio import Line, show

from krid.keys import Alg, LocalKey, PublicKey, cose_key, jwk, multikey, pem

MESSAGE = bytes(1024)
ECDSA = ec.ECDSA(SHA256())
KEY = LocalKey.generate(Alg.ES256)
PUBLIC = KEY.public_key
SIGNATURE = KEY.sign(MESSAGE)
DER = encode_dss_signature(
    int.from_bytes(SIGNATURE[:32], "big"), int.from_bytes(SIGNATURE[32:], "big")
)
ED25519 = LocalKey.generate(Alg.EDDSA)
ED25519_SIGNATURE = ED25519.sign(MESSAGE)


def _bare_sign() -> bytes:
    assert isinstance(KEY.native, ec.EllipticCurvePrivateKey)
    return KEY.native.sign(MESSAGE, ECDSA)


def _bare_verify() -> None:
    assert isinstance(PUBLIC.native, ec.EllipticCurvePublicKey)
    PUBLIC.native.verify(DER, MESSAGE, ECDSA)


def _bare_point() -> object:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + PUBLIC.raw)


def main() -> None:
    show("P-256, sign 1 kB", [Line("bare", _bare_sign), Line("krid", lambda: KEY.sign(MESSAGE))])
    show(
        "P-256, verify 1 kB",
        [
            Line("bare", _bare_verify),
            Line("krid", lambda: PUBLIC.verify(MESSAGE, SIGNATURE, alg=Alg.ES256)),
        ],
    )
    public_jwk, cose, text = (
        jwk.encode_public(PUBLIC),
        cose_key.encode(PUBLIC),
        multikey.encode(PUBLIC),
    )
    spki = pem.encode_public_der(PUBLIC)
    show(
        "P-256, a public key from",
        [
            Line("bare point", _bare_point),
            Line("raw", lambda: PublicKey.from_raw(PUBLIC.curve, PUBLIC.raw)),
            Line("JWK", lambda: jwk.parse_public(public_jwk)),
            Line("COSE_Key", lambda: cose_key.parse(cose)),
            Line("Multikey", lambda: multikey.parse(text)),
            Line("DER", lambda: pem.parse_public(spki)),
        ],
    )
    show(
        "Ed25519",
        [
            Line(
                "verify 1 kB",
                lambda: ED25519.public_key.verify(MESSAGE, ED25519_SIGNATURE, alg=Alg.EDDSA),
            ),
            Line("sign 1 kB", lambda: ED25519.sign(MESSAGE)),
            Line(
                "key from raw",
                lambda: PublicKey.from_raw(ED25519.public_key.curve, ED25519.public_key.raw),
            ),
        ],
    )


if __name__ == "__main__":
    main()
