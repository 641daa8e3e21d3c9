"""Path validation by krid beside that of the `cryptography` package."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import verification
from hypothesis import given
from hypothesis import strategies as st

from krid.errors import KridError
from krid.keys import LocalKey
from krid.x509 import MDOC_SIGNER, Certificate, verify_chain

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
KEYS = {
    name: ec.generate_private_key(ec.SECP256R1()) for name in ("root", "middle", "leaf", "rogue")
}
MDOC_USAGE = x509.ObjectIdentifier("1.0.18013.5.1.2")


class Authority(Protocol):
    key: LocalKey
    certificate: Certificate
    now: datetime


def usage(*granted: str) -> x509.KeyUsage:
    every = "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign encipher_only decipher_only"
    return x509.KeyUsage(**{each: each in granted for each in every.split()})


def build(
    subject: str, issuer: str, extensions: list[tuple[x509.ExtensionType, bool]], **changes: object
) -> Certificate:
    signer = KEYS[str(changes.get("signed_by", issuer))]
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
        .public_key(KEYS[subject].public_key())
        .serial_number(4711)
        .not_valid_before(NOW - 10 * DAY)
        .not_valid_after(NOW + (-1 if changes.get("expired") else 1) * DAY)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(KEYS[subject].public_key()), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(KEYS[issuer].public_key()),
            critical=False,
        )
    )
    for value, critical in extensions:
        builder = builder.add_extension(value, critical)
    return Certificate.parse(builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER))


def ca(subject: str, issuer: str, **changes: object) -> Certificate:
    length = changes.get("path_length")
    assert length is None or isinstance(length, int)
    granted = "crl_sign" if changes.get("no_cert_sign") else "key_cert_sign"
    constraints = x509.BasicConstraints(
        ca=not changes.get("no_ca"), path_length=None if changes.get("no_ca") else length
    )
    return build(subject, issuer, [(constraints, True), (usage(granted), True)], **changes)


def leaf(issuer: str, **changes: object) -> Certificate:
    extensions: list[tuple[x509.ExtensionType, bool]] = [(usage("digital_signature"), True)]
    if not changes.get("no_purpose"):
        extensions.append((x509.ExtendedKeyUsage([MDOC_USAGE]), True))
    if changes.get("unknown"):
        unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\x05\x00")
        extensions.append((unknown, True))
    names = x509.SubjectAlternativeName([x509.DNSName("mois.example")])
    return build("leaf", issuer, [*extensions, (names, False)], **changes)


ROOT = ca("root", "root")
MIDDLE = ca("middle", "root")

CHAINS = {
    "leaf below root": ([leaf("root")], ROOT, True),
    "one between": ([leaf("middle"), MIDDLE], ROOT, True),
    "root shown": ([leaf("middle"), MIDDLE, ROOT], ROOT, True),
    "expired leaf": ([leaf("root", expired=True)], ROOT, False),
    "expired between": ([leaf("middle"), ca("middle", "root", expired=True)], ROOT, False),
    "between missing": ([leaf("middle")], ROOT, False),
    "not a CA": ([leaf("middle"), ca("middle", "root", no_ca=True)], ROOT, False),
    "may not certify": ([leaf("middle"), ca("middle", "root", no_cert_sign=True)], ROOT, False),
    "too long": ([leaf("middle"), MIDDLE], ca("root", "root", path_length=0), False),
    "just long enough": ([leaf("middle"), MIDDLE], ca("root", "root", path_length=1), True),
    "rogue signature": ([leaf("root", signed_by="rogue")], ROOT, False),
    "rogue between": ([leaf("middle"), ca("middle", "root", signed_by="rogue")], ROOT, False),
    "other purpose": ([leaf("root", no_purpose=True)], ROOT, False),
    "unknown critical": ([leaf("root", unknown=True)], ROOT, False),
}


def krid_accepts(chain: list[Certificate], root: Certificate) -> bool:
    try:
        verify_chain(chain, anchors=[root], now=NOW, leaf=MDOC_SIGNER)
    except KridError:
        return False
    return True


def cryptography_accepts(chain: list[Certificate], root: Certificate) -> bool:
    def is_signer(
        _policy: verification.Policy, _leaf: x509.Certificate, usages: x509.ExtendedKeyUsage
    ) -> None:
        if MDOC_USAGE not in usages:
            raise ValueError

    leaves = verification.ExtensionPolicy.permit_all().require_present(
        x509.ExtendedKeyUsage, verification.Criticality.CRITICAL, is_signer
    )
    authorities = verification.ExtensionPolicy.webpki_defaults_ca()
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store([root.native]))
        .time(NOW)
        .extension_policies(ee_policy=leaves, ca_policy=authorities)
        .build_client_verifier()
    )
    try:
        verifier.verify(chain[0].native, [each.native for each in chain[1:]])
    except verification.VerificationError:
        return False
    return True


@pytest.mark.parametrize("name", CHAINS)
def test_both_agree(name: str) -> None:
    chain, root, expected = CHAINS[name]
    assert krid_accepts(chain, root) is expected
    assert cryptography_accepts(chain, root) is expected


def test_path_from_leaf_to_anchor() -> None:
    chain = [leaf("middle"), MIDDLE, ROOT]
    path = verify_chain(chain, anchors=[ROOT], now=NOW, leaf=MDOC_SIGNER)
    assert path.certificates == tuple(chain)
    assert (path.leaf, path.anchor) == (chain[0], ROOT)


def test_anchor_inside_the_chain_ends_it() -> None:
    low = leaf("middle")
    path = verify_chain([low, MIDDLE, ROOT], anchors=[MIDDLE], now=NOW, leaf=MDOC_SIGNER)
    assert path.certificates == (low, MIDDLE)


@given(st.data())
def test_any_changed_bit_is_refused(data: st.DataObject) -> None:
    honest, root, _ = CHAINS["leaf below root"]
    changed = bytearray(honest[0].der)
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(KridError):
        verify_chain([Certificate.parse(bytes(changed))], anchors=[root], now=NOW, leaf=MDOC_SIGNER)
