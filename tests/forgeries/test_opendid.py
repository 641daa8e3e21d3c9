"""OpenDID credentials and presentations that break one rule each, signed by the keys they need."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from omn_world import (
    AGENT,
    CLAIMS,
    HOLDER,
    ISSUER,
    NOW,
    OTHER,
    SKEW,
    Json,
    Party,
    World,
    claim,
    encode,
    multibase,
    record,
    show,
    sign_presentation,
)

from krid.errors import Code, KridError
from krid.keys import Alg
from krid.model import NO_STATUS, IssuerKeys, StatusSource
from krid.opendid import Unlocking, verify_credential, verify_presentation
from krid.status.records import RecordStatus, VcMetaList
from krid.trust.opendid import KnownCertificates, OpenDidAgents, OpenDidRole

WORLD = World()
CERTIFICATES = {ISSUER: WORLD.certificate(), OTHER: WORLD.certificate(OTHER)}
RECORDS = RecordStatus(VcMetaList({"credential": record(WORLD.credential())}))


def trust(world: World = WORLD, **changes: Any) -> OpenDidAgents:
    given = {
        "agents": frozenset({AGENT}),
        "documents": world.documents,
        "certificates": KnownCertificates(CERTIFICATES),
        "status": NO_STATUS,
        "skew": SKEW,
    }
    return OpenDidAgents(**{**given, **changes})


def refused(
    shown: Json,
    *,
    world: World = WORLD,
    issuers: IssuerKeys | None = None,
    status: StatusSource = RECORDS,
    **changes: Any,
) -> Code:
    with pytest.raises(KridError) as error:
        verify_presentation(
            encode(shown), issuers=issuers or trust(world), status=status, **world.terms(**changes)
        )
    return error.value.code


def refused_card(card: Json, *, issuers: IssuerKeys | None = None) -> Code:
    with pytest.raises(KridError) as error:
        verify_credential(
            encode(card), issuers=issuers or trust(), status=RECORDS, now=NOW, skew=SKEW
        )
    return error.value.code


def test_the_genuine_passes() -> None:
    found = verify_presentation(
        encode(WORLD.presentation(show(WORLD.credential(), 0, 2))),
        issuers=trust(),
        status=RECORDS,
        **WORLD.terms(),
    )
    assert dict(found.credentials[0].claims) == {"name": "Hong Gildong", "sex": "M"}


def test_a_certificate_that_is_of_another_organisation() -> None:
    swapped = {ISSUER: CERTIFICATES[OTHER]}
    issuers = trust(certificates=KnownCertificates(swapped))
    assert refused(WORLD.presentation(), issuers=issuers) is Code.OMN_CERTIFICATE


# What the system's own software lets through.


def test_the_holder_is_not_the_subject() -> None:
    stolen = WORLD.credential(subject="did:omn:victim")
    status = RecordStatus(VcMetaList({"credential": record(stolen)}))
    assert refused(WORLD.presentation(stolen), status=status) is Code.OMN_HOLDER
    second = WORLD.presentation(WORLD.credential(), stolen)
    assert refused(second, status=status) is Code.OMN_HOLDER


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("DEACTIVATED", Code.DID_DEACTIVATED),
        ("REVOKED", Code.OMN_STATE),
        ("TERMINATED", Code.OMN_STATE),
    ],
)
@pytest.mark.parametrize("who", ["holder", "issuer", "agent"])
def test_a_did_that_does_not_hold(who: str, status: str, code: Code) -> None:
    party: Party = getattr(WORLD, who)
    ended = Party(party.did, keys=party.keys, changes={"status": status})
    world = World(**{**vars(WORLD), who: ended})
    found = refused(WORLD.presentation(), world=world)
    wrapped = who == "agent" and code is Code.OMN_STATE
    assert found is (Code.OMN_CERTIFICATE if wrapped else code)


def test_the_status_of_each_credential() -> None:
    """The second of two is revoked, suspended, or not known."""
    second = WORLD.credential(WORLD.other, id="second")
    shown = WORLD.presentation(WORLD.credential(), second)
    for status, code in (
        ("REVOKED", Code.STATUS_REVOKED),
        ("INACTIVE", Code.STATUS_SUSPENDED),
        ("LOST", Code.STATUS_UNKNOWN_VALUE),
    ):
        records = {"credential": record(WORLD.credential()), "second": record(second, status)}
        assert refused(shown, status=RecordStatus(VcMetaList(records))) is code
    assert refused(shown) is Code.STATUS_UNAVAILABLE


def test_each_credential_by_its_own_issuer() -> None:
    """The second names another issuer, and is signed by the first one's key."""
    second = WORLD.credential(WORLD.other, id="second", signed_by=WORLD.issuer)
    assert refused(WORLD.presentation(WORLD.credential(), second)) is Code.OMN_SIGNATURE
    named = WORLD.credential(
        WORLD.other,
        id="second",
        signed_by=WORLD.issuer,
        proof={"verificationMethod": WORLD.issuer.url("assert")},
    )
    assert refused(WORLD.presentation(WORLD.credential(), named)) is Code.OMN_ISSUER


def unsigned_claim() -> Json:
    card = show(WORLD.credential(), 0, 1)
    card["credentialSubject"]["claims"].append(claim("class", "1"))
    return card


def a_signature_more() -> Json:
    card = show(WORLD.credential(), 0, 1)
    card["proof"]["proofValueList"].append(card["proof"]["proofValueList"][0])
    return card


@pytest.mark.parametrize("make", [unsigned_claim, a_signature_more])
def test_claims_and_signatures_in_unequal_numbers(make: Callable[[], Json]) -> None:
    assert refused(WORLD.presentation(make())) is Code.OMN_PROOF


# The other rules of a presentation.


def test_changed_after_signing() -> None:
    for member, value in (("id", "x"), ("validUntil", "2026-06-02T00:00:00Z")):
        shown = {**WORLD.presentation(), member: value}
        assert refused(shown) is Code.OMN_SIGNATURE
    more = WORLD.presentation(show(WORLD.credential(), 0))
    more["verifiableCredential"] = [show(WORLD.credential(), 0, 1)]
    assert refused(more) is Code.OMN_SIGNATURE


def test_another_nonce() -> None:
    other = multibase(bytes(15) + b"1")
    assert refused(WORLD.presentation(), nonce=other) is Code.KB_NONCE
    assert refused({**WORLD.presentation(), "verifierNonce": other}) is Code.OMN_SIGNATURE


def test_times() -> None:
    assert refused(WORLD.presentation(proof={"created": "2026-05-31T23:00:00Z"})) is Code.KB_IAT
    assert refused(WORLD.presentation(proof={"created": "2026-06-01T00:02:00Z"})) is Code.KB_IAT
    ended = WORLD.presentation(validUntil="2026-05-31T23:59:00Z")
    assert refused(ended) is Code.KB_VALIDITY
    assert refused(WORLD.presentation(validFrom="2026-06-01T00:02:00Z")) is Code.KB_VALIDITY


@pytest.mark.parametrize(
    ("keys", "unlocking"),
    [
        (("assert",), Unlocking.PIN),
        (("assert",), Unlocking.PIN_OR_BIOMETRIC),
        (("bio",), Unlocking.PIN),
        (("pin",), Unlocking.BIOMETRIC),
        (("pin",), Unlocking.PIN_AND_BIOMETRIC),
        (("pin", "pin"), Unlocking.PIN_AND_BIOMETRIC),
        (("bio", "assert"), Unlocking.PIN_AND_BIOMETRIC),
    ],
)
def test_keys_that_were_not_unlocked(keys: tuple[str, ...], unlocking: Unlocking) -> None:
    assert refused(WORLD.presentation(keys=keys), unlocking=unlocking) is Code.OMN_AUTH


def test_the_second_proof_is_checked() -> None:
    shown = WORLD.presentation(keys=("pin", "bio"))
    shown["proofs"][1]["proofValue"] = shown["proofs"][0]["proofValue"]
    assert refused(shown, unlocking=Unlocking.PIN_AND_BIOMETRIC) is Code.OMN_SIGNATURE


def test_keys_of_others() -> None:
    """Of another DID, of an earlier document, not for assertions, not there, another curve's."""
    by_other = WORLD.presentation(proof={"verificationMethod": WORLD.other.url("pin")})
    assert refused(by_other) is Code.OMN_HOLDER_KEY
    renewed = World(**{**vars(WORLD), "holder": Party(HOLDER, version="2")})
    assert refused(WORLD.presentation(), world=renewed) is Code.OMN_HOLDER_KEY
    unlisted = Party(HOLDER, keys=WORLD.holder.keys, listed=("assert", "bio"))
    world = World(**{**vars(WORLD), "holder": unlisted})
    assert refused(WORLD.presentation(), world=world) is Code.OMN_KEY
    absent = WORLD.presentation(proof={"verificationMethod": WORLD.holder.url("x")})
    assert refused(absent) is Code.OMN_KEY
    stranger = Party(HOLDER)
    assert refused(WORLD.presentation(), world=World(**{**vars(WORLD), "holder": stranger})) is (
        Code.OMN_SIGNATURE
    )
    curved = WORLD.presentation(proof={"type": "Secp256k1Signature2018"})
    assert refused(curved) is Code.OMN_PROOF


def changed(make: Callable[[], Json], change: Callable[[Json], object]) -> Json:
    made = deepcopy(make())
    change(made)
    return made


MANY = [claim(str(number), "x") for number in range(129)]
BROKEN_PRESENTATIONS: dict[str, tuple[Callable[[Json], object], Code]] = {
    "no context": (lambda v: v.pop("@context"), Code.OMN_PRESENTATION),
    "another context": (lambda v: v["@context"].append("https://x.example"), Code.OMN_PRESENTATION),
    "another type": (lambda v: v.update(type=["x"]), Code.OMN_PRESENTATION),
    "too many types": (
        lambda v: v.update(type=["VerifiablePresentation"] * 257),
        Code.OMN_PRESENTATION,
    ),
    "no id": (lambda v: v.update(id=None), Code.OMN_PRESENTATION),
    "a holder that is no DID": (lambda v: v.update(holder="me"), Code.OMN_PRESENTATION),
    "no nonce": (lambda v: v.pop("verifierNonce"), Code.OMN_PRESENTATION),
    "a short nonce": (lambda v: v.update(verifierNonce="mAAAA"), Code.OMN_PRESENTATION),
    "a date of another form": (lambda v: v.update(validFrom="today"), Code.OMN_PRESENTATION),
    "no credentials": (lambda v: v.update(verifiableCredential=[]), Code.OMN_PRESENTATION),
    "too many credentials": (
        lambda v: v.update(verifiableCredential=v["verifiableCredential"] * 17),
        Code.OMN_PRESENTATION,
    ),
    "too many claims": (
        lambda v: v.update(
            verifiableCredential=[show(WORLD.credential(claims=MANY), *range(129))] * 2
        ),
        Code.OMN_PRESENTATION,
    ),
    "a credential that is text": (
        lambda v: v.update(verifiableCredential=["x"]),
        Code.OMN_PRESENTATION,
    ),
    "no proof": (lambda v: v.pop("proof"), Code.OMN_PROOF),
    "a proof and proofs": (lambda v: v.update(proofs=[v["proof"]] * 2), Code.OMN_PROOF),
    "one of proofs": (lambda v: v.update(proofs=[v.pop("proof")]), Code.OMN_PROOF),
    "too many proofs": (lambda v: v.update(proofs=[v.pop("proof")] * 65), Code.OMN_PROOF),
    "another purpose": (
        lambda v: v["proof"].update(proofPurpose="authentication"),
        Code.OMN_PROOF,
    ),
    "a list of values": (lambda v: v["proof"].update(proofValueList=[]), Code.OMN_PROOF),
    "a proof without a date": (lambda v: v["proof"].pop("created"), Code.OMN_PROOF),
    "no key": (lambda v: v["proof"].update(verificationMethod=HOLDER), Code.OMN_PROOF),
    "a key with a path": (
        lambda v: v["proof"].update(verificationMethod=f"{HOLDER}/x#pin"),
        Code.OMN_PROOF,
    ),
    "a key by another parameter": (
        lambda v: v["proof"].update(verificationMethod=f"{HOLDER}?x=1#pin"),
        Code.OMN_PROOF,
    ),
    "a key that is no DID": (
        lambda v: v["proof"].update(verificationMethod="pin"),
        Code.OMN_PROOF,
    ),
}


@pytest.mark.parametrize("name", BROKEN_PRESENTATIONS)
def test_a_malformed_presentation(name: str) -> None:
    change, code = BROKEN_PRESENTATIONS[name]
    assert refused(changed(WORLD.presentation, change)) is code


# The rules of a credential.


def first(card: Json) -> Json:
    found: Json = card["credentialSubject"]["claims"][0]
    return found


BROKEN_CARDS: dict[str, tuple[Callable[[Json], object], Code]] = {
    "another context": (lambda c: c.update({"@context": []}), Code.OMN_CREDENTIAL),
    "no type": (lambda c: c.update(type=["CertificateVC"]), Code.OMN_CREDENTIAL),
    "an empty id": (lambda c: c.update(id=""), Code.OMN_CREDENTIAL),
    "an issuer that is text": (lambda c: c.update(issuer=ISSUER), Code.OMN_CREDENTIAL),
    "several subjects": (
        lambda c: c.update(credentialSubject=[c["credentialSubject"]]),
        Code.OMN_CREDENTIAL,
    ),
    "no subject's DID": (lambda c: c["credentialSubject"].pop("id"), Code.OMN_CREDENTIAL),
    "no claims": (lambda c: c["credentialSubject"].update(claims=[]), Code.OMN_CREDENTIAL),
    "too many claims": (
        lambda c: c["credentialSubject"].update(claims=CLAIMS * 86),
        Code.OMN_CREDENTIAL,
    ),
    "two claims of one code": (lambda c: first(c).update(code="birth"), Code.OMN_CREDENTIAL),
    "a value that is a number": (lambda c: first(c).update(value=1), Code.OMN_CREDENTIAL),
    "an unknown location": (lambda c: first(c).update(location="moon"), Code.OMN_CREDENTIAL),
    "a remote value without a digest": (
        lambda c: first(c).update(location="remote"),
        Code.OMN_CREDENTIAL,
    ),
    "a digest of another form": (lambda c: first(c).update(digestSRI="x"), Code.OMN_CREDENTIAL),
    "a hideValue that is text": (lambda c: first(c).update(hideValue="no"), Code.OMN_CREDENTIAL),
    "languages in a list": (lambda c: first(c).update(i18n=[]), Code.OMN_CREDENTIAL),
    "another encoding": (lambda c: c.update(encoding="EUC-KR"), Code.OMN_CREDENTIAL),
    "no language": (lambda c: c.pop("language"), Code.OMN_CREDENTIAL),
    "no evidence": (lambda c: c.pop("evidence"), Code.OMN_CREDENTIAL),
    "too much evidence": (
        lambda c: c.update(evidence=c["evidence"] * 257),
        Code.OMN_CREDENTIAL,
    ),
    "evidence by nobody": (lambda c: c["evidence"][0].pop("verifier"), Code.OMN_CREDENTIAL),
    "another kind of schema": (
        lambda c: c["credentialSchema"].update(type="JsonSchema"),
        Code.OMN_CREDENTIAL,
    ),
    "too much around the claims": (lambda c: c.update(x="x" * 70_000), Code.OMN_CREDENTIAL),
    "no proof": (lambda c: c.pop("proof"), Code.OMN_PROOF),
    "an unknown proof": (lambda c: c["proof"].update(type="x"), Code.OMN_PROOF),
    "no signature": (
        lambda c: (c["proof"].pop("proofValue"), c["proof"].pop("proofValueList")),
        Code.OMN_PROOF,
    ),
    "another purpose": (
        lambda c: c["proof"].update(proofPurpose="authentication"),
        Code.OMN_PROOF,
    ),
    "a proof without a date": (lambda c: c["proof"].pop("created"), Code.OMN_PROOF),
    "another signature of all": (
        lambda c: c["proof"].update(proofValue=c["proof"]["proofValueList"][0]),
        Code.OMN_SIGNATURE,
    ),
    "another signature of one": (
        lambda c: c["proof"]["proofValueList"].reverse(),
        Code.OMN_SIGNATURE,
    ),
    "another id": (lambda c: c.update(id="x"), Code.OMN_SIGNATURE),
    "another version's key": (
        lambda c: c["proof"].update(verificationMethod=f"{ISSUER}?versionId=2#assert"),
        Code.DID_NOT_FOUND,
    ),
    "a key that is not there": (
        lambda c: c["proof"].update(verificationMethod=f"{ISSUER}#x"),
        Code.OMN_KEY,
    ),
}


@pytest.mark.parametrize("name", BROKEN_CARDS)
def test_a_broken_credential(name: str) -> None:
    change, code = BROKEN_CARDS[name]
    assert refused_card(changed(WORLD.credential, change)) is code


def test_the_dates_of_a_credential() -> None:
    early = WORLD.credential(validFrom="2026-06-01T00:02:00Z")
    assert refused_card(early) is Code.W3C_NOT_YET_VALID
    late = WORLD.credential(validUntil="2026-05-31T23:59:00Z")
    assert refused_card(late) is Code.W3C_EXPIRED


def test_a_stranger_who_names_the_issuer() -> None:
    assert refused_card(WORLD.credential(Party(ISSUER))) is Code.OMN_SIGNATURE


# Trust through certificates.


def certified(raw: bytes, **changes: Any) -> Code:
    issuers = trust(certificates=KnownCertificates({ISSUER: raw}), **changes)
    return refused_card(WORLD.credential(), issuers=issuers)


def test_certificates() -> None:
    make = WORLD.certificate
    assert certified(make(role="Verifier")) is Code.OMN_ROLE
    assert certified(make(role="issuer")) is Code.OMN_ROLE
    assert certified(make(type=["VerifiableCredential"])) is Code.OMN_CERTIFICATE
    assert certified(make(claims=CLAIMS)) is Code.OMN_CERTIFICATE
    assert certified(make(issuer=WORLD.issuer)) is Code.TRUST_UNKNOWN_ISSUER
    assert certified(make(issuer=Party(AGENT))) is Code.OMN_CERTIFICATE
    assert certified(make(validUntil="2026-05-01T00:00:00Z")) is Code.OMN_CERTIFICATE
    assert certified(b"{}") is Code.OMN_CERTIFICATE
    assert certified(make(), agents=frozenset({OTHER})) is Code.TRUST_UNKNOWN_ISSUER
    revoked = record(json_of(make()), "REVOKED")
    records = RecordStatus(VcMetaList({f"cert {ISSUER}": revoked}))
    assert certified(make(), status=records) is Code.OMN_CERTIFICATE
    nobody = trust(certificates=KnownCertificates({}))
    assert refused_card(WORLD.credential(), issuers=nobody) is Code.DID_NOT_FOUND


def json_of(raw: bytes) -> Json:
    found: Json = json.loads(raw)
    return found


def test_an_organisation_in_another_role() -> None:
    with pytest.raises(KridError) as error:
        trust().certified(ISSUER, role=OpenDidRole.VERIFIER, now=NOW)
    assert error.value.code is Code.OMN_ROLE


# Records of statuses.


@pytest.mark.parametrize(
    "change",
    [
        {"id": "other"},
        {"issuer": {"did": OTHER}},
        {"subject": "did:omn:other"},
        {"credentialSchema": {"id": "https://other.example"}},
    ],
)
def test_the_record_of_another_credential(change: Json) -> None:
    records = VcMetaList({"credential": record(WORLD.credential(), **change)})
    assert refused(WORLD.presentation(), status=RecordStatus(records)) is Code.OMN_OTHER_META


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"vcMeta": "m!"}',
        b'{"vcMeta": "mAAAA"}',
        b'{"vcMeta": "{"}',
        b'{"vcMeta": []}',
        record(WORLD.credential(), id=None),
        record(WORLD.credential(), issuer=ISSUER),
        record(WORLD.credential(), credentialSchema={}),
        record(WORLD.credential(), subject=1),
        record(WORLD.credential(), status=None),
    ],
)
def test_a_malformed_record(raw: bytes) -> None:
    records = RecordStatus(VcMetaList({"credential": raw}))
    assert refused(WORLD.presentation(), status=records) is Code.OMN_META


def test_another_curve() -> None:
    """A wallet may have keys of secp256k1: they verify, and under no other curve's name."""
    holder = Party(HOLDER, alg=Alg.ES256K)
    world = World(**{**vars(WORLD), "holder": holder})
    made = dict(world.presentation())
    made.pop("proof")
    shown = sign_presentation(made, holder, ("pin",), {"type": "Secp256r1Signature2018"})
    assert refused(shown, world=world) is Code.OMN_PROOF
