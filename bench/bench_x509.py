"""Chains, revocation lists and lists of authorities against the bare signatures inside them."""

import secrets
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from ratio import Line, show

from krid.keys import Alg, LocalKey
from krid.model import IssuerHint
from krid.trust import FIRST_LIST, NO_REVOCATION, CertificateTrust, Crls, KeyTrust
from krid.trust.vical import (
    SignedVical,
    Vical,
    VicalEntry,
    VicalTrust,
    prepare_vical,
    verify_vical,
)
from krid.x509 import (
    MDOC_SIGNER,
    Certificate,
    Entry,
    RevocationList,
    RevocationReason,
    certificate,
    self_signed_ca,
    sign_certificate,
    sign_crl,
    signature,
    verify_chain,
    verify_crl,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
DOCTYPE = "org.iso.18013.5.1.mDL"
ENTRIES, ROOTS = 100_000, 60
ECDSA = ec.ECDSA(SHA256())
MESSAGE = bytes(600)


def _root(name: str) -> tuple[LocalKey, Certificate]:
    key = LocalKey.generate(Alg.ES256)
    made = self_signed_ca(
        key,
        common_name=name,
        country="KR",
        valid_from=NOW - DAY,
        valid_until=NOW + 1000 * DAY,
        issuer_uri="https://iaca.example",
        entropy=secrets.token_bytes,
    )
    return key, made


KEY, ROOT = _root("Sample root")
LEAF = sign_certificate(
    LocalKey.generate(Alg.ES256).public_key,
    ca=ROOT,
    ca_key=KEY,
    leaf=MDOC_SIGNER,
    common_name="Sample signer",
    valid_from=NOW - DAY,
    valid_until=NOW + 100 * DAY,
    entropy=secrets.token_bytes,
)
HINT = IssuerHint(format="mso_mdoc", type=DOCTYPE, alg=Alg.ES256, certificates=(LEAF.der,))


def _bare_verify(times: int) -> None:
    assert isinstance(KEY.native, ec.EllipticCurvePrivateKey)
    public = KEY.native.public_key()
    for _ in range(times):
        public.verify(BARE, MESSAGE, ECDSA)


def _forget() -> None:
    """Empty the caches, as in a process that has just begun."""
    for cached in (certificate._parse, certificate._native_key, certificate._public_key):  # noqa: SLF001
        cached.cache_clear()
    signature._verify.cache_clear()  # noqa: SLF001


def _chain(*, cold: bool) -> None:
    if cold:
        _forget()
    chain = [Certificate.parse(LEAF.der)]
    verify_chain(chain, anchors=[Certificate.parse(ROOT.der)], now=NOW, leaf=MDOC_SIGNER)


def _big_list() -> RevocationList:
    reasons = (RevocationReason.UNSPECIFIED, RevocationReason.KEY_COMPROMISE)
    revoked = {
        1 << 150 | secrets.randbits(140): Entry(NOW - timedelta(seconds=each), reasons[each % 2])
        for each in range(ENTRIES)
    }
    return sign_crl(
        revoked, ca=ROOT, ca_key=KEY, number=1, this_update=NOW - DAY, next_update=NOW + 30 * DAY
    )


def _vical() -> bytes:
    rows = (
        VicalEntry(certificate=_root(f"Root {each}")[1], doctypes=frozenset({DOCTYPE}))
        for each in range(ROOTS - 1)
    )
    listed = Vical.of(
        "Sample provider",
        NOW - DAY,
        *rows,
        VicalEntry(certificate=ROOT, doctypes=frozenset({DOCTYPE})),
    )
    return prepare_vical(listed, alg=Alg.ES256, certificates=[LEAF.der]).sign_with(KEY)


def main() -> None:
    show(
        "a chain of two certificates",
        [
            Line("bare: one signature", lambda: _bare_verify(1)),
            Line("cold: parse both, verify", lambda: _chain(cold=True)),
            Line("warm: both known", lambda: _chain(cold=False)),
        ],
    )
    big = _big_list()
    verified = verify_crl(big, issuer=ROOT)
    source = Crls.known(big)
    source.check(verify_chain([LEAF], anchors=[ROOT], now=NOW, leaf=MDOC_SIGNER), now=NOW)
    trust = CertificateTrust((ROOT,), revocation=source)
    without = CertificateTrust((ROOT,), revocation=NO_REVOCATION)
    native = ROOT.native_key
    assert isinstance(native, ec.EllipticCurvePublicKey)
    show(
        f"a revocation list of {ENTRIES:,} entries",
        [
            Line("bare: its signature", lambda: big.native.is_signature_valid(native)),
            Line("parse and index", lambda: RevocationList.parse(big.der)),
            Line("verify", lambda: verify_crl(big, issuer=ROOT)),
        ],
    )
    show(
        "a signer's certificate, asked again and again",
        [
            Line("bare: one signature", lambda: _bare_verify(1)),
            Line("one look-up in the list", lambda: verified.check(LEAF, now=NOW)),
            Line("trust, revocation checked", lambda: trust.find(HINT, now=NOW)),
            Line("trust, not checked", lambda: without.find(HINT, now=NOW)),
        ],
    )
    raw = _vical()
    providers = KeyTrust.of(KEY.public_key)

    def verify_list() -> VicalTrust:
        signed = SignedVical(
            parsed.sign1, parsed.vical, ()
        )  # the key is pinned, so no certificate is needed
        found = verify_vical(signed, providers=providers, now=NOW, max_age=DAY * 9, seen=FIRST_LIST)
        return VicalTrust(found, NO_REVOCATION)

    def cold() -> SignedVical:
        _forget()
        return SignedVical.parse(raw)

    parsed = SignedVical.parse(raw)
    listed = verify_list()
    show(
        f"a VICAL of {ROOTS} roots, {len(raw) // 1000} kB",
        [
            Line("bare: one signature", lambda: _bare_verify(1)),
            Line("parse, roots not known", cold),
            Line("parse, roots known", lambda: SignedVical.parse(raw)),
            Line("verify", verify_list),
            Line("trust in one signer", lambda: listed.find(HINT, now=NOW)),
        ],
    )


assert isinstance(KEY.native, ec.EllipticCurvePrivateKey)
BARE = KEY.native.sign(MESSAGE, ECDSA)

if __name__ == "__main__":
    main()
