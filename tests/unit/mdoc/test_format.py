"""ISO mdoc as a plug: bytes in, bytes out."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from krid import mdoc
from krid._core.entropy import system_entropy
from krid.errors import (
    Code,
    ContentError,
    KridError,
    MalformedError,
    MisuseError,
    UnsupportedError,
)
from krid.keys import Alg
from krid.model import (
    BEARER,
    NO_STATUS,
    Bearer,
    Challenge,
    CredentialFormat,
    IssueOrder,
    StatusReference,
    VerifiedCredential,
)

FORMAT = mdoc.MdocFormat()
NAMESPACE = "org.iso.18013.5.1"


def order(world: Any, **changes: Any) -> IssueOrder:
    validity = world.credential.mso.validity
    members: dict[str, Any] = {
        "type": "org.example.card",
        "claims": {NAMESPACE: {"family_name": "Invented", "portrait": b"\xff\xd8"}},
        "holder": world.device.public_key,
        "issuer": "https://ignored.example",
        "alg": Alg.ES256,
        "key_id": None,
        "certificates": (b"certificate",),
        "signed_at": validity.signed,
        "valid_from": validity.valid_from,
        "valid_until": validity.valid_until,
        "status": NO_STATUS,
    }
    return IssueOrder(**members | changes)


def issue(world: Any, **changes: Any) -> bytes:
    prepared = FORMAT.prepare_issue(order(world, **changes), entropy=system_entropy)
    return prepared.sign_with(world.signer)


def present(world: Any, credential: bytes, challenge: Challenge, now: datetime) -> bytes:
    prepared = FORMAT.prepare_presentation(
        credential,
        disclose=[(NAMESPACE, "family_name")],
        challenge=challenge,
        alg=Alg.ES256,
        now=now,
    )
    return prepared.sign_with(world.device)


def verify(
    world: Any, presentation: bytes, challenge: Challenge | Bearer, now: datetime
) -> VerifiedCredential:
    return FORMAT.verify(
        presentation,
        issuers=world.issuers,
        challenge=challenge,
        now=now,
        skew=timedelta(0),
        max_age=timedelta(0),
    )


def test_it_is_a_credential_format() -> None:
    plug: CredentialFormat = FORMAT
    assert plug.name == "mso_mdoc"


def test_the_whole_way(world: Any, now: datetime) -> None:
    status = StatusReference("https://status.example/1", 7)
    credential = issue(world, status=status)
    accepted = FORMAT.accept(credential, issuers=world.issuers, now=now)
    assert accepted.status == (status,)
    presentation = present(world, credential, world.challenge, now)
    verified = verify(world, presentation, world.challenge, now)
    assert verified.claims == {NAMESPACE: {"family_name": "Invented"}}
    assert verified.type == "org.example.card"
    assert verified.status == (status,)
    assert FORMAT.recognises(credential)
    assert FORMAT.recognises(presentation)


def test_a_transcript_in_the_challenge_binds_too(world: Any, now: datetime) -> None:
    first, second = (
        Challenge(audience="", nonce="", transcript=b"\x83\xf6\xf6" + last)
        for last in (b"\x01", b"\x02")
    )
    presentation = present(world, issue(world), first, now)
    assert verify(world, presentation, first, now).claims
    with pytest.raises(KridError) as error:
        verify(world, presentation, second, now)
    assert error.value.code is Code.MDOC_DEVICE_SIGNATURE


def test_a_holder_accepts_although_its_clock_lags_behind(world: Any) -> None:
    start = world.credential.mso.validity.valid_from
    credential = issue(world)
    FORMAT.accept(credential, issuers=world.issuers, now=start - timedelta(seconds=60))
    with pytest.raises(KridError) as error:
        FORMAT.accept(credential, issuers=world.issuers, now=start - timedelta(seconds=61))
    assert error.value.code is Code.MDOC_NOT_YET_VALID


@pytest.mark.parametrize(
    "raw", [b"", b"\xa0", b"eyJ", b"\xa1\x61a\x00", b"\x81\x6aissuerAuth", b"\xb8\x67version"]
)
def test_other_bytes_are_not_recognised(raw: bytes) -> None:
    assert not FORMAT.recognises(raw)


def test_a_response_without_documents_is_recognised() -> None:
    raw = mdoc.encode_device_response(mdoc.DeviceResponse("1.0", (), (), 10))
    assert FORMAT.recognises(raw)


def test_issuing_to_nobody_is_a_misuse(world: Any) -> None:
    with pytest.raises(MisuseError) as error:
        issue(world, holder=BEARER)
    assert error.value.code is Code.MISUSE_OPTION


def test_an_issued_document_is_verified_without_a_device(world: Any, now: datetime) -> None:
    verified = verify(world, issue(world), BEARER, now)
    assert verified.holder is None
    assert [each.check for each in verified.evidence] == [
        "issuer",
        "issuer_signature",
        "integrity",
        "validity",
    ]


def test_a_response_is_never_taken_without_its_device_authentication(
    world: Any, now: datetime
) -> None:
    raw = mdoc.encode_device_response(world.respond("family_name"))
    with pytest.raises(MalformedError) as error:
        verify(world, raw, BEARER, now)
    assert error.value.code is Code.MDOC_SYNTAX


@pytest.mark.parametrize("claims", [{"family_name": "Invented"}, {"ns": ["x"]}, {"ns": {1: "x"}}])
def test_claims_outside_a_namespace_are_a_misuse(world: Any, claims: dict[str, object]) -> None:
    with pytest.raises(MisuseError) as error:
        issue(world, claims=claims)
    assert error.value.code is Code.MISUSE_CLAIMS


def test_several_documents_are_refused(world: Any, now: datetime) -> None:
    response = world.respond("family_name")
    several = mdoc.DeviceResponse("1.0", response.documents * 2, (), 0)
    with pytest.raises(UnsupportedError) as error:
        verify(world, mdoc.encode_device_response(several), world.challenge, now)
    assert error.value.code is Code.MDOC_SEVERAL_DOCUMENTS


def test_an_unknown_element_can_not_be_presented(world: Any, now: datetime) -> None:
    with pytest.raises(ContentError) as error:
        FORMAT.prepare_presentation(
            issue(world),
            disclose=[(NAMESPACE, "unknown")],
            challenge=world.challenge,
            alg=Alg.ES256,
            now=now,
        )
    assert error.value.code is Code.MDOC_NO_ELEMENT


def test_a_credential_is_not_a_presentation(world: Any, now: datetime) -> None:
    with pytest.raises(KridError) as error:
        verify(world, issue(world), world.challenge, now)
    assert error.value.code is Code.MDOC_SYNTAX


def test_a_credential_and_a_presentation_are_inspected(world: Any, now: datetime) -> None:
    credential = issue(world)
    presentation = present(world, credential, world.challenge, now)
    for raw, member in ((credential, "mso"), (presentation, "documents")):
        seen = FORMAT.inspect(raw)
        assert seen.type == "org.example.card"
        assert member in seen.content


def test_digest_algorithm_update_and_authorizations_are_the_formats(world: Any) -> None:
    own = mdoc.KeyAuthorizations(frozenset({"own"}))
    credential_format = mdoc.MdocFormat(
        digest_alg=mdoc.DigestAlg.SHA512, update_after=timedelta(days=3), authorizations=own
    )
    asked = order(world)
    raw = credential_format.prepare_issue(asked, entropy=system_entropy).sign_with(world.signer)
    mso = mdoc.parse_issuer_signed(raw).mso
    assert mso.digest_alg is mdoc.DigestAlg.SHA512
    assert mso.validity.expected_update == asked.signed_at + timedelta(days=3)
    assert mso.device_key_info.authorizations == own
    shown: Any = credential_format.inspect(raw).content["mso"]
    assert shown["validity"]["expected_update"] is not None
    assert shown["digest_alg"] == "SHA-512"
    accepted = credential_format.accept(raw, issuers=world.issuers, now=asked.valid_from)
    assert accepted.type == "org.example.card"


def test_a_format_is_a_value() -> None:
    own = mdoc.KeyAuthorizations(elements={"ns": frozenset({"a"})})
    given = mdoc.MdocFormat(authorizations=own, device_elements={"ns": {"a": 1}})
    assert given == mdoc.MdocFormat(authorizations=own, device_elements={"ns": {"a": 1}})
    assert given != FORMAT
    assert hash(given) == hash(mdoc.MdocFormat(authorizations=own))
    assert "device_elements" not in repr(given)


def test_without_them_there_is_no_update_and_nothing_is_authorised(world: Any) -> None:
    mso = mdoc.parse_issuer_signed(issue(world)).mso
    assert mso.validity.expected_update is None
    assert mso.device_key_info.authorizations == mdoc.KeyAuthorizations()
    assert mso.digest_alg is mdoc.DigestAlg.SHA256


def _present_own(world: Any, authorizations: mdoc.KeyAuthorizations, now: datetime) -> bytes:
    issuing = mdoc.MdocFormat(authorizations=authorizations)
    raw = issuing.prepare_issue(order(world), entropy=system_entropy).sign_with(world.signer)
    holding = mdoc.MdocFormat(
        device_elements={"own": {"note": "hello", "other": 1}, NAMESPACE: {"family_name": "Own"}}
    )
    prepared = holding.prepare_presentation(
        raw,
        disclose=[(NAMESPACE, "family_name"), ("own", "note")],
        challenge=world.challenge,
        alg=Alg.ES256,
        now=now,
    )
    return prepared.sign_with(world.device)


def test_what_the_device_asserts_is_disclosed_where_it_is_asked_for(
    world: Any, now: datetime
) -> None:
    """The issuer's element wins over the device's, and nothing goes that nobody asked for."""
    presentation = _present_own(world, mdoc.KeyAuthorizations(frozenset({"own"})), now)
    verified = verify(world, presentation, world.challenge, now)
    assert verified.claims == {NAMESPACE: {"family_name": "Invented"}}
    (document,) = mdoc.parse_device_response(presentation).documents
    assert document.device_signed.elements == {"own": {"note": "hello"}}


def test_the_device_asserts_only_what_the_issuer_authorised(world: Any, now: datetime) -> None:
    with pytest.raises(ContentError) as error:
        _present_own(world, mdoc.KeyAuthorizations(elements={"own": frozenset({"other"})}), now)
    assert error.value.code is Code.MDOC_KEY_AUTHORIZATION
