"""Fixed keys and certificates for `scripts/forge.py`, so that every run writes the same files."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from cryptography import x509 as native
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from krid import x509
from krid._core import cbor
from krid.keys import Alg, Curve, LocalKey
from krid.keys.public import EC_CURVES, ECDSA

ANCHOR_BEGINS = datetime(2025, 12, 1, tzinfo=UTC)
ANCHOR_ENDS = datetime(2030, 1, 1, tzinfo=UTC)
CERTIFICATE_BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
CERTIFICATE_ENDS = datetime(2026, 12, 31, tzinfo=UTC)


@contextlib.contextmanager
def fixed() -> Iterator[None]:
    """Let keys come in a fixed order and signatures be deterministic, for a while."""
    with (
        mock.patch.object(LocalKey, "generate", _fixed_keys()),
        mock.patch.object(LocalKey, "sign", _sign),
        mock.patch.object(native.CertificateBuilder, "sign", _sign_certificate),
    ):
        yield


_sign_native = native.CertificateBuilder.sign


def _sign_certificate(builder: Any, key: Any, algorithm: Any) -> Any:
    return _sign_native(builder, key, algorithm, ecdsa_deterministic=True)


def _fixed_keys() -> Callable[[Alg], LocalKey]:
    count = 0

    def generate(alg: Alg) -> LocalKey:
        nonlocal count
        count += 1
        return fixed_key(alg, count)

    return generate


def fixed_key(alg: Alg, number: int) -> LocalKey:
    """Make the same key for the same number; everybody knows it, so it is good for nothing else."""
    if alg.curve is Curve.ED25519:
        return LocalKey.from_native(
            ed25519.Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        )
    return LocalKey.from_native(ec.derive_private_key(0x5EED << 64 | number, EC_CURVES[alg.curve]))


def _sign(key: LocalKey, message: bytes) -> bytes:
    if isinstance(key.native, ec.EllipticCurvePrivateKey):
        digest = ECDSA[key.alg].algorithm
        scheme = ec.ECDSA(digest, deterministic_signing=True)
        r, s = decode_dss_signature(key.native.sign(message, scheme))
        size = key.public_key.curve.size
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    return key.native.sign(message)  # type: ignore[union-attr]  # X25519 keys are not asked


@dataclass(frozen=True)
class Signers:
    """An anchor in PEM, and certificates by the marks that the catalogue puts in their place."""

    anchor: str
    by_mark: Mapping[bytes, bytes]
    unknown: bytes
    authority: bytes
    stranger: bytes

    def put_in(self, raw: bytes, by_mark: Mapping[bytes, bytes]) -> bytes:
        """Replace the marks; x5chain is in no signed part, and CBOR counts items and not bytes."""
        for mark, der in by_mark.items():
            raw = raw.replace(cbor.encode(mark), cbor.encode(der))
        return raw


def signers(keys: Mapping[bytes, LocalKey], profile: x509.LeafProfile) -> Signers:
    ours, theirs = fixed_key(Alg.ES256, 101), fixed_key(Alg.ES256, 102)
    anchor, unknown = anchor_of(ours, "Invented"), anchor_of(theirs, "Rogue")

    def leaf(key: LocalKey, ca: x509.Certificate, ca_key: LocalKey) -> bytes:
        certificate = x509.sign_certificate(
            key.public_key,
            ca=ca,
            ca_key=ca_key,
            leaf=profile,
            common_name="Invented signer",
            valid_from=CERTIFICATE_BEGINS,
            valid_until=CERTIFICATE_ENDS,
            entropy=lambda size: bytes([0x5E]) * size,
        )
        return certificate.der

    signer = next(iter(keys.values()))
    by_mark = {mark: leaf(key, anchor, ours) for mark, key in keys.items()}
    return Signers(
        anchor.to_pem().decode(), by_mark, leaf(signer, unknown, theirs), anchor.der, unknown.der
    )


def anchor_of(key: LocalKey, name: str) -> x509.Certificate:
    return x509.self_signed_ca(
        key,
        common_name=name,
        country="KR",
        valid_from=ANCHOR_BEGINS,
        valid_until=ANCHOR_ENDS,
        issuer_uri="https://issuer.example",
        entropy=lambda size: bytes([0x5E]) * size,
    )
