import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import limits
from krid.bbs import LocalBbsKey, Suite
from krid.errors import Code, KridError, MalformedError, MisuseError
from krid.keys import Alg, BbsAlg, Curve, LocalKey, jwk, multikey, pem
from krid.model import IssuerHint, VerificationKey
from krid.trust import (
    NO_REVOCATION,
    AnyOf,
    CertificateTrust,
    DidTrust,
    KeyTrust,
    PinnedKey,
    load_trust,
)

FIRST, SECOND = (LocalKey.generate(Alg.ES256) for _ in range(2))
FIRST_PEM = pem.encode_public(FIRST.public_key)
MOIS = "did:web:mois.example"

Hint = Callable[..., IssuerHint]


@dataclass(frozen=True)
class Resolver:
    def resolve(self, did: str) -> Any:
        raise NotImplementedError


def dump(value: object) -> bytes:
    return json.dumps(value).encode()


def keys(trust: object) -> list[VerificationKey]:
    assert isinstance(trust, KeyTrust)
    return [pin.key for pin in trust.pins]


def refused(*files: bytes) -> str:
    with pytest.raises(MalformedError) as error:
        load_trust(*files)
    assert error.value.code is Code.TRUST_ANCHOR
    return error.value.detail


def test_certificates(authority: Any, other_authority: Any) -> None:
    both = authority.certificate.to_pem() + other_authority.certificate.to_pem()
    expected = (authority.certificate, other_authority.certificate)
    assert load_trust(both) == CertificateTrust(expected, revocation=NO_REVOCATION)
    assert load_trust(b"\n# two roots\n" + both) == CertificateTrust(
        expected, revocation=NO_REVOCATION
    )


def test_public_key_in_pem() -> None:
    assert keys(load_trust(FIRST_PEM)) == [FIRST.public_key]


def test_one_jwk() -> None:
    members = jwk.encode_public(FIRST.public_key)
    trust = load_trust(b" \n" + dump(members))
    assert isinstance(trust, KeyTrust)
    assert trust.pins[0].key_id is None
    named = load_trust(dump({**members, "kid": "1", "use": "sig", "alg": "ES256"}))
    assert isinstance(named, KeyTrust)
    assert named.pins[0].key_id == "1"


def test_jwk_set_passes_over_foreign_keys() -> None:
    good = jwk.encode_public(FIRST.public_key)
    others = [
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {**jwk.encode_public(SECOND.public_key), "use": "enc"},
        jwk.encode_public(LocalKey.generate_on(Curve.X25519).public_key),
    ]
    assert keys(load_trust(dump({"keys": [*others, good]}))) == [FIRST.public_key]
    assert refused(dump({"keys": others})) == "0 entries"


def test_dids() -> None:
    raw = f"# offices\n\n  {MOIS}\r\ndid:key:z6Mk\n".encode()
    trust = load_trust(raw, resolver=Resolver())
    assert trust == DidTrust(frozenset({MOIS, "did:key:z6Mk"}), Resolver())


def test_dids_without_a_resolver() -> None:
    with pytest.raises(MisuseError) as error:
        load_trust(MOIS.encode())
    assert error.value.code is Code.MISUSE_OPTION


def test_several_files_act_together(authority: Any, hint: Hint, now: datetime) -> None:
    trust = load_trust(
        authority.certificate.to_pem(),
        FIRST_PEM,
        pem.encode_public(SECOND.public_key),
        MOIS.encode(),
        resolver=Resolver(),
    )
    assert isinstance(trust, AnyOf)
    assert [type(source) for source in trust.sources] == [CertificateTrust, KeyTrust, DidTrust]
    leaf = authority.leaf()
    assert trust.find(hint(certificates=(leaf.der,)), now=now).key == leaf.public_key
    with pytest.raises(KridError) as error:
        trust.find(hint(), now=now)
    assert error.value.code is Code.TRUST_AMBIGUOUS


def test_no_file_trusts_nobody(hint: Hint, now: datetime) -> None:
    with pytest.raises(KridError) as error:
        load_trust().find(hint(), now=now)
    assert error.value.code is Code.TRUST_UNKNOWN_ISSUER


def test_private_keys() -> None:
    detail = Code.KEY_PRIVATE.message
    assert refused(pem.encode_private(FIRST)) == detail
    assert refused(FIRST_PEM + pem.encode_private(SECOND)) == detail
    assert refused(dump(jwk.encode_private(FIRST))) == detail
    assert refused(dump({"keys": [jwk.encode_private(FIRST)]})) == detail


def test_leaf_certificate(authority: Any) -> None:
    assert refused(authority.leaf().to_pem()) == Code.X509_NOT_CA.message


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"# nothing\n",
        b"hello",
        MOIS.encode() + b"\nhello",
        b"did:web:\xea\xb0\x80",
        b"\xff\x00",
        b"{}",
        b"[]",
        b'{"keys": []}',
        b'{"keys": {}}',
        b'{"keys": [1]}',
        b'{"kty": "EC", "kty": "EC"}',
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        b"-----BEGIN X-----\nAAAA\n-----END X-----\n",
        b"-----BEGIN CERTIFICATE-----\n",
    ],
)
def test_malformed(raw: bytes) -> None:
    refused(raw)
    refused(FIRST_PEM, raw)


def test_jwk_for_encryption_or_with_an_odd_name() -> None:
    members = jwk.encode_public(FIRST.public_key)
    assert refused(dump({**members, "use": "enc"})) == Code.KEY_USE.message
    assert refused(dump({**members, "kid": 1})) == Code.KEY_SYNTAX.message
    assert refused(dump({"keys": [{**members, "kid": 1}]})) == Code.KEY_SYNTAX.message
    exchange = LocalKey.generate_on(Curve.X25519).public_key
    assert refused(pem.encode_public(exchange)) == Code.ALG_KEY.message


def test_too_large() -> None:
    assert refused(b"#" * (limits.MAX_TRUST_FILE_BYTES + 1)) == Code.INPUT_SIZE.message
    many = b"".join(b"did:web:a%d\n" % each for each in range(limits.MAX_TRUST_ENTRIES + 1))
    assert refused(many) == f"{limits.MAX_TRUST_ENTRIES + 1} entries"
    load_trust(many.partition(b"\n")[2], resolver=Resolver())
    load_trust(b"did:web:a\n".ljust(limits.MAX_TRUST_FILE_BYTES, b"#"), resolver=Resolver())


@given(
    st.binary(max_size=100), st.sampled_from([b"", b"{", b"-----BEGIN ", b"did:web:a\n", FIRST_PEM])
)
def test_any_bytes(raw: bytes, prefix: bytes) -> None:
    try:
        load_trust(prefix + raw, resolver=Resolver())
    except KridError:
        return
    assert prefix


BBS_KEY = LocalBbsKey.generate(Suite.SHA256)
OTHER_BBS = LocalBbsKey.generate(Suite.SHA256).public_key
MULTIKEY = BBS_KEY.public_key.multikey
NAMED = "did:web:mois.example"


def test_a_multikey_of_any_kind() -> None:
    text = BBS_KEY.public_key.multikey
    p256 = LocalKey.generate(Alg.ES256).public_key
    assert keys(load_trust(dump({"publicKeyMultibase": text}))) == [BBS_KEY.public_key]
    lines = f"# two keys\n{text}\n{multikey.encode(p256)}\n".encode()
    assert keys(load_trust(lines)) == [BBS_KEY.public_key, p256]
    trust = load_trust(dump({"publicKeyMultibase": text, "controller": NAMED}))
    assert isinstance(trust, KeyTrust)
    assert trust.pins[0].issuer == NAMED


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (dump({"publicKeyMultibase": 5}), Code.KEY_SYNTAX),
        (dump({"publicKeyMultibase": "zUC7"}), Code.KEY_TYPE),
        (dump({"publicKeyMultibase": "z6Mk", "controller": 5}), Code.KEY_SYNTAX),
        (dump({"publicKeyMultibase": "z6Mk", "secretKeyMultibase": "z"}), Code.KEY_PRIVATE),
        (
            dump({"publicKeyMultibase": MULTIKEY, "revoked": "2020-01-01T00:00:00Z"}),
            Code.KEY_SYNTAX,
        ),
        (
            dump({"publicKeyMultibase": MULTIKEY, "expires": "2020-01-01T00:00:00Z"}),
            Code.KEY_SYNTAX,
        ),
        (BBS_KEY.encode_secret().encode(), Code.KEY_TYPE),
    ],
)
def test_a_multikey_that_is_none(raw: bytes, code: Code) -> None:
    with pytest.raises(MalformedError) as error:
        load_trust(raw)
    assert error.value.code is Code.TRUST_ANCHOR
    assert isinstance(error.value.__cause__, KridError)
    assert error.value.__cause__.code is code


def test_a_pinned_key_of_bbs_answers_to_its_name(now: datetime) -> None:
    key = BBS_KEY.public_key
    trust = KeyTrust((PinnedKey(key=key, key_id="key-1"), PinnedKey(key=OTHER_BBS)))
    for name in ("key-1", key.multikey):
        asked = IssuerHint(format="ldp_vc", type="Card", alg=BbsAlg.SHA256, key_id=name)
        found = trust.find(asked, now=now)
        assert found.bbs_key == key
        assert found.authorities == {f"did:key:{key.multikey}"}
