"""SD-JWT VC behind the port that all formats share."""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from krid._core.entropy import system_entropy
from krid.errors import BindingError, Code, ContentError, KridError, MalformedError, TrustError
from krid.jose import jws
from krid.keys import PublicKey
from krid.model import (
    BEARER,
    Challenge,
    CredentialFormat,
    IssuerHint,
    IssuerKey,
    StatusReference,
    value_at,
)
from krid.sdjwt import SdJwtVcFormat

FORMAT: CredentialFormat = SdJwtVcFormat()


@dataclass
class Trusted:
    """Believes one key, and remembers what it was asked."""

    key: PublicKey
    hints: list[IssuerHint] = field(default_factory=list)

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        self.hints.append(hint)
        if hint.issuer != "https://issuer.example":
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        return IssuerKey(key=self.key, issuer="Example Authority", path="pinned")


def issued(scene: Any) -> bytes:
    prepared = FORMAT.prepare_issue(scene.order, entropy=system_entropy)
    return prepared.sign_with(scene.issuer)


def presented(scene: Any, *paths: Any) -> bytes:
    prepared = FORMAT.prepare_presentation(
        issued(scene),
        disclose=paths,
        challenge=Challenge(audience=scene.audience, nonce=scene.nonce),
        alg=scene.holder.alg,
        now=scene.now,
    )
    return prepared.sign_with(scene.holder)


def test_the_whole_way(scene: Any) -> None:
    issuers = Trusted(scene.issuer.public_key)
    verified = FORMAT.verify(
        presented(scene, ("family_name",)),
        issuers=issuers,
        challenge=Challenge(audience=scene.audience, nonce=scene.nonce),
        now=scene.now,
        skew=scene.skew,
        max_age=scene.max_age,
    )
    assert (verified.format, verified.type) == ("dc+sd-jwt", "urn:example:card")
    assert verified.issuer == "Example Authority"
    assert verified.claims["family_name"] == "Kim"
    assert "address" not in verified.claims
    assert verified.holder == scene.holder.public_key
    assert verified.valid_until == scene.now + timedelta(days=365)
    assert verified.status == (StatusReference("https://status.example/1", 7),)
    assert verified.evidence[0].check == "issuer"
    assert verified.evidence[0].detail == "pinned"
    assert issuers.hints == [
        IssuerHint(
            format="dc+sd-jwt",
            type="urn:example:card",
            alg=scene.issuer.alg,
            issuer="https://issuer.example",
            key_id="key-1",
        )
    ]


def test_a_bearer(scene: Any) -> None:
    settings: dict[str, Any] = {
        "issuers": Trusted(scene.issuer.public_key),
        "now": scene.now,
        "skew": scene.skew,
        "max_age": scene.max_age,
    }
    verified = FORMAT.verify(issued(scene), challenge=BEARER, **settings)
    assert verified.holder is None
    with pytest.raises(BindingError) as error:
        FORMAT.verify(presented(scene), challenge=BEARER, **settings)
    assert error.value.code is Code.KB_UNEXPECTED


def test_accepting_a_credential(scene: Any) -> None:
    accepted = FORMAT.accept(issued(scene), issuers=Trusted(scene.issuer.public_key), now=scene.now)
    assert accepted.withholdable == (
        *(("nationalities", 0), ("nationalities", 2)),
        *(("work", "employer"),),
        *accepted.withholdable[3:],
    )
    assert set(accepted.withholdable[3:]) == {
        ("family_name",),
        ("address",),
        ("address", "locality"),
    }
    assert value_at(accepted.claims, ("address", "locality")) == "Seoul"
    assert accepted.issuer == "Example Authority"
    assert accepted.holder == scene.holder.public_key
    assert (accepted.valid_from, accepted.type) == (scene.now, "urn:example:card")
    assert accepted.valid_until == scene.now + timedelta(days=365)
    assert accepted.status == (StatusReference("https://status.example/1", 7),)


def test_accepting_a_credential_without_holder_key(scene: Any) -> None:
    raw = scene.issue(holder=BEARER).text.encode()
    issuers = Trusted(scene.issuer.public_key)
    assert FORMAT.accept(raw, issuers=issuers, now=scene.now).holder is None


def test_a_holder_accepts_no_presentation(scene: Any) -> None:
    with pytest.raises(BindingError) as error:
        FORMAT.accept(presented(scene), issuers=Trusted(scene.issuer.public_key), now=scene.now)
    assert error.value.code is Code.KB_UNEXPECTED


def test_an_issuer_that_nobody_trusts(scene: Any) -> None:
    raw = scene.issue(issuer="https://other.example").text.encode()
    with pytest.raises(TrustError) as error:
        FORMAT.accept(raw, issuers=Trusted(scene.issuer.public_key), now=scene.now)
    assert error.value.code is Code.TRUST_UNKNOWN_ISSUER


def test_the_hint_holds_the_certificates(scene: Any) -> None:
    issuers = Trusted(scene.issuer.public_key)
    raw = scene.issue(certificates=(b"leaf", b"upper")).text.encode()
    FORMAT.accept(raw, issuers=issuers, now=scene.now)
    assert issuers.hints[0].certificates == (b"leaf", b"upper")


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b'{"iss":1,"vct":"x"}', Code.SDJWT_CLAIM_TYPE),
        (b'{"iss":"x"}', Code.SDJWT_VCT),
        (b'{"iss":"x","vct":1}', Code.SDJWT_VCT),
    ],
)
def test_a_hint_of_wrong_types_is_not_given(scene: Any, payload: bytes, code: Code) -> None:
    raw = f"{jws.sign({'typ': 'dc+sd-jwt'}, payload, scene.issuer)}~".encode()
    issuers = Trusted(scene.issuer.public_key)
    with pytest.raises(KridError) as error:
        FORMAT.accept(raw, issuers=issuers, now=scene.now)
    assert error.value.code is code
    assert not issuers.hints


def test_a_certificate_without_issuer_names_it_elsewhere(scene: Any) -> None:
    chain = [b64encode(b"leaf").decode()]
    header = {"typ": "dc+sd-jwt", "x5c": chain}
    text = jws.sign(header, b'{"vct":"x"}', scene.issuer) + "~"
    issuers = Trusted(scene.issuer.public_key)
    with pytest.raises(TrustError):
        FORMAT.accept(text.encode(), issuers=issuers, now=scene.now)
    assert (issuers.hints[0].issuer, issuers.hints[0].key_id) == (None, None)
    assert issuers.hints[0].certificates == (b"leaf",)


def test_inspecting_believes_nothing(scene: Any) -> None:
    inspection = FORMAT.inspect(presented(scene, ("family_name",), ("nationalities", 0)))
    assert (inspection.format, inspection.type) == ("dc+sd-jwt", "urn:example:card")
    content: Any = inspection.content
    assert content["header"]["typ"] == "dc+sd-jwt"
    assert content["payload"]["iss"] == "https://issuer.example"
    listed = {d.get("name"): d["value"] for d in content["disclosures"]}
    assert listed == {"family_name": "Kim", None: "KR"}
    assert len(content["disclosures"]) == 2
    assert content["key_binding"]["payload"]["nonce"] == scene.nonce
    assert content["key_binding"]["header"]["typ"] == "kb+jwt"
    assert "Kim" not in repr(inspection)
    assert "key_binding" not in FORMAT.inspect(issued(scene)).content


def test_inspecting_what_has_no_type(scene: Any) -> None:
    raw = f"{jws.sign({}, b'{}', scene.issuer)}~".encode()
    assert FORMAT.inspect(raw).type is None


def test_recognising(scene: Any) -> None:
    assert FORMAT.recognises(issued(scene))
    assert FORMAT.recognises(presented(scene))
    for raw in (b"", b"{}", b"e30.e30.e30", b"\xa1\x61", b"~", b"a.b~", "é.b.c~".encode()):
        assert not FORMAT.recognises(raw)


def test_bytes_of_another_format() -> None:
    for raw, code in (
        (b"\xff", Code.SDJWT_SYNTAX),
        (b"", Code.SDJWT_SYNTAX),
        (b"{}", Code.SDJWT_JSON_SYNTAX),
    ):
        with pytest.raises(MalformedError) as error:
            FORMAT.inspect(raw)
        assert error.value.code is code


def test_decoys_are_a_setting_of_the_format(scene: Any) -> None:
    prepared = SdJwtVcFormat(decoys=4).prepare_issue(scene.order, entropy=system_entropy)
    content: Any = FORMAT.inspect(prepared.sign_with(scene.issuer)).content
    assert len(content["payload"]["_sd"]) == 2 + 4


def test_a_path_that_does_not_exist(scene: Any) -> None:
    with pytest.raises(ContentError) as error:
        presented(scene, ("given_name",))
    assert error.value.code is Code.SDJWT_NO_CLAIM
