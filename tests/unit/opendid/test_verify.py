"""OpenDID credentials and presentations that verify, and what is said about them."""

import pickle

import pytest
from omn_world import (
    AGENT,
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
    record,
    show,
)

from krid.did import Did
from krid.did.methods.omn import AuthType, KeyReference, OmnDocuments, OmnList, OmnSource
from krid.errors import Code, MisuseError, TrustError
from krid.keys import Alg
from krid.model import NO_STATUS, IssuerHint, State
from krid.net import Flow
from krid.opendid import Location, Unlocking, verify_credential, verify_presentation
from krid.status.records import RecordStatus, VcMetaList
from krid.trust import DidTrust, KeyTrust
from krid.trust.opendid import KnownCertificates, OpenDidAgents

WORLD = World()
TRUST = KeyTrust.of(WORLD.issuer.keys["assert"].public_key, issuer=ISSUER)


def agents(world: World = WORLD) -> OpenDidAgents:
    return OpenDidAgents(
        agents=frozenset({AGENT}),
        documents=world.documents,
        certificates=KnownCertificates(
            {ISSUER: world.certificate(), OTHER: world.certificate(OTHER)}
        ),
        status=NO_STATUS,
        skew=SKEW,
    )


def test_two_credentials_of_two_issuers_each_with_its_status() -> None:
    second = WORLD.credential(WORLD.other, id="second")
    shown = WORLD.presentation(show(WORLD.credential(), 1), second, keys=("pin", "bio"))
    records = {"credential": record(WORLD.credential()), "second": record(second)}
    found = verify_presentation(
        encode(shown),
        issuers=agents(),
        status=RecordStatus(VcMetaList(records)),
        **WORLD.terms(unlocking=Unlocking.PIN_AND_BIOMETRIC),
    )
    assert [each.signer.issuer for each in found.credentials] == [ISSUER, OTHER]
    assert [len(each.claims) for each in found.credentials] == [1, 3]
    assert found.unlocked == {AuthType.PIN, AuthType.BIOMETRIC}
    assert found.keys == tuple(WORLD.holder.keys[each].public_key for each in ("pin", "bio"))
    assert found.holder == HOLDER
    checks = [each.check.value for each in found.evidence]
    assert checks.count("status") == checks.count("issuer") == 2
    assert checks.count("holder") == 1
    assert found.credentials[0].signer.path == (
        f"key assert of {ISSUER}, version 1, certified as Issuer by {AGENT}"
    )


@pytest.mark.parametrize(
    ("unlocking", "key"),
    [
        (Unlocking.ANY, "assert"),
        (Unlocking.FREE, "assert"),
        (Unlocking.FREE, "pin"),
        (Unlocking.PIN, "pin"),
        (Unlocking.BIOMETRIC, "bio"),
        (Unlocking.PIN_OR_BIOMETRIC, "bio"),
    ],
)
def test_keys_that_are_unlocked_as_demanded(unlocking: Unlocking, key: str) -> None:
    found = verify_presentation(
        encode(WORLD.presentation(keys=(key,))),
        issuers=TRUST,
        status=NO_STATUS,
        **WORLD.terms(unlocking=unlocking),
    )
    assert found.credentials[0].evidence[-1].state is State.OPTED_OUT


def test_secp256k1_and_a_signature_of_all_claims_alone() -> None:
    world = World(issuer=Party(ISSUER, alg=Alg.ES256K), holder=Party(HOLDER, alg=Alg.ES256K))
    card = world.credential()
    del card["proof"]["proofValueList"]
    trust = KeyTrust.of(world.issuer.keys["assert"].public_key)
    found = verify_presentation(
        encode(world.presentation(card)), issuers=trust, status=NO_STATUS, **world.terms()
    )
    assert found.credentials[0].evidence[1].detail == "ES256K: all claims"


def test_a_claim_whose_original_is_elsewhere() -> None:
    digest = "sha384-" + "A" * 64
    claims = [claim("photo", "https://x.example", location="remote", digestSRI=digest)]
    found = verify_credential(
        encode(WORLD.credential(claims=claims)),
        issuers=TRUST,
        status=NO_STATUS,
        now=NOW,
        skew=SKEW,
    )
    assert found.claims["photo"] == {"location": "remote", "value": "https://x.example"}
    (read,) = found.credential.claims
    assert read.location is Location.REMOTE
    assert read.integrity is not None
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301  its own bytes


def test_nulls_are_as_good_as_nothing() -> None:
    card = WORLD.credential()
    card["credentialSubject"]["claims"][0]["digestSRI"] = None
    card["proof"]["proofValue"] = None
    found = verify_credential(encode(card), issuers=TRUST, status=NO_STATUS, now=NOW, skew=SKEW)
    assert len(found.claims) == 3


def test_no_personal_data_is_printed() -> None:
    found = verify_presentation(
        encode(WORLD.presentation()), issuers=TRUST, status=NO_STATUS, **WORLD.terms()
    )
    assert "Hong" not in repr(found)
    assert HOLDER not in repr(found)
    assert "credential'" not in repr(found.credentials[0].credential.status)


@pytest.mark.parametrize("nonce", ["x", "mAAAA", "!"])
def test_a_nonce_of_another_form_is_the_callers_mistake(nonce: str) -> None:
    with pytest.raises(MisuseError) as error:
        verify_presentation(
            encode(WORLD.presentation()),
            issuers=TRUST,
            status=NO_STATUS,
            **WORLD.terms(nonce=nonce),
        )
    assert error.value.code is Code.MISUSE_OPTION


class _Versions:
    """A ledger that keeps earlier documents."""

    def __init__(self, documents: dict[str | None, bytes]) -> None:
        self.documents = documents

    def fetch(self, did: Did, *, version_id: str | None) -> Flow[bytes]:
        return (
            yield from OmnList({str(did): self.documents[version_id]}).fetch(did, version_id=None)
        )


def test_the_key_of_an_earlier_document_of_the_issuer() -> None:
    old, new = WORLD.issuer, Party(ISSUER, version="2")
    source: OmnSource = _Versions({None: new.document(), "1": old.document()})
    documents = OmnDocuments(source)
    assert documents.find(ISSUER, version_id="1").version_id == "1"
    assert documents.find(ISSUER, version_id="2").version_id == "2"
    assert documents.find(ISSUER).version_id == "2"


def test_a_key_without_a_version() -> None:
    assert KeyReference.parse("did:omn:a?version=1.0#k") == KeyReference("did:omn:a", None, "k")


def test_dids_listed_by_name_know_the_key_with_its_version() -> None:
    class Resolving:
        def resolve(self, did: str) -> "Resolving":
            assert did == ISSUER
            return self

        @property
        def document(self) -> object:
            return WORLD.documents.find(ISSUER).to_standard()

    trust = DidTrust(frozenset({ISSUER}), Resolving())  # type: ignore[arg-type]  # what it needs
    found = verify_credential(
        encode(WORLD.credential()), issuers=trust, status=NO_STATUS, now=NOW, skew=SKEW
    )
    assert found.signer.issuer == ISSUER


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"issuer": None}, Code.TRUST_UNKNOWN_ISSUER),
        ({"key_id": None}, Code.TRUST_AMBIGUOUS),
        ({"key_id": f"{OTHER}#assert"}, Code.TRUST_ISSUER_NAME),
    ],
)
def test_hints_of_other_formats(changes: Json, code: Code) -> None:
    given = {"format": "x", "type": "y", "alg": Alg.ES256, "issuer": ISSUER, "key_id": "x"}
    with pytest.raises(TrustError) as error:
        agents().find(IssuerHint(**{**given, **changes}), now=NOW)
    assert error.value.code is code
