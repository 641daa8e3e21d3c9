"""did:ethr on a chain in this process: each event, versions, and ids that keep their meaning."""

from typing import Any

import pytest
from ethr import FOREVER, SIG_AUTH, VERI_KEY, Registry, did_of, registry
from hypothesis import given
from hypothesis import strategies as st
from ledgers import refused

from krid._core.times import to_rfc3339
from krid.did import Did
from krid.did.methods.ethr import DidEthr
from krid.did.methods.ethr import history as events
from krid.did.methods.ethr.document import build, document_of
from krid.did.methods.ethr.history import AttributeChanged, DelegateChanged, OwnerChanged
from krid.did.methods.ethr.identifier import EthrIdentifier, address_of, checksummed
from krid.did.resolution import ResolutionOptions
from krid.errors import Code
from krid.evm.values import write_data
from krid.keys import Alg, Curve, LocalKey, PublicKey, jwk, multikey

RECOVERY = "EcdsaSecp256k1RecoveryMethod2020"
ED_KEY = LocalKey.generate(Alg.EDDSA).public_key
X_KEY = LocalKey.generate_on(Curve.X25519).public_key
K_KEY = LocalKey.generate(Alg.ES256K).public_key


@pytest.fixture(scope="module")
def chain() -> Registry:
    return registry()


def test_an_identity_that_never_changed(chain: Registry) -> None:
    account = chain.account(101)
    did = did_of(account)
    resolved = chain.resolve(did)
    document = resolved.document.to_json()
    assert document["verificationMethod"] == [
        {
            "id": f"{did}#controller",
            "type": RECOVERY,
            "controller": did,
            "blockchainAccountId": f"eip155:{chain.chain.chain_id}:{checksummed(account.address)}",
        }
    ]
    assert document["authentication"] == document["assertionMethod"] == [f"{did}#controller"]
    assert resolved.metadata == {}
    assert chain.method.name == "ethr"


def test_a_did_that_holds_its_key(chain: Registry) -> None:
    did = f"did:ethr:{hex(chain.chain.chain_id)}:0x{K_KEY.compressed.hex()}"
    document = chain.resolve(did).document
    assert document.assertion_key("#controllerKey") == K_KEY
    identifier = EthrIdentifier.parse(Did.parse(did))
    assert identifier.address == address_of(K_KEY)


def test_keys_and_services_as_attributes(chain: Registry) -> None:
    account = chain.account(102)
    did = did_of(account)
    chain.attribute(account, "did/pub/Ed25519/veriKey/base64", ED_KEY.raw)
    chain.attribute(account, "did/pub/X25519/enc/base64", X_KEY.raw)
    chain.attribute(account, "did/pub/Secp256k1/sigAuth/hex", K_KEY.compressed)
    chain.attribute(account, "did/pub/Secp256k1/veriKey/hex", b"\x04" + K_KEY.raw)
    chain.attribute(account, "did/pub/Ed25519/veriKey/hex", b"no key")
    chain.attribute(account, "did/pub/RSA/veriKey/base58", b"\x01\x02")
    chain.attribute(account, "did/pub/RSA/veriKey/base64", b"\x01\x02")
    chain.attribute(account, "did/pub/P256/veriKey", b"\x01\x02")
    chain.attribute(account, "did/pub/Ed25519/unknown/hex", ED_KEY.raw)
    chain.attribute(account, "did/svc/HubService", b"https://hub.example")
    chain.attribute(account, "did/svc/Other", b'{"uri": "https://a.example"}')
    chain.attribute(account, "did/svc/Broken", b"{")
    chain.attribute(account, "did/svc/NoAddress", b"somewhere")
    block = chain.attribute(account, "something else", b"x")
    resolved = chain.resolve(did)
    document = resolved.document
    assert document.assertion_key("#delegate-1") == ED_KEY
    assert document.authentication_key("#delegate-3") == K_KEY
    refused(Code.DID_KEY_PURPOSE, lambda: document.assertion_key("#delegate-3"))
    assert document.assertion_key("#delegate-4") == K_KEY
    members = document.to_json()
    assert members["authentication"] == [f"{did}#controller", f"{did}#delegate-3"]
    assert members["keyAgreement"] == [f"{did}#delegate-2"]
    methods = members["verificationMethod"]
    assert isinstance(methods, list)
    assert [method["id"][-1] for method in methods[1:]] == ["1", "2", "3", "4", "6", "7", "8"]
    assert methods[1]["publicKeyMultibase"] == multikey.encode(ED_KEY)
    assert methods[2]["publicKeyMultibase"] == multikey.encode(X_KEY)
    assert methods[3]["publicKeyJwk"] == jwk.encode_public(K_KEY)
    assert (methods[5]["type"], methods[5]["publicKeyBase58"]) == ("RSA", "5T")
    assert (methods[6]["type"], methods[6]["publicKeyBase64"]) == ("RSA", "AQI=")
    assert (methods[7]["type"], methods[7]["publicKeyHex"]) == ("P256", "0102")
    assert members["service"] == [
        {
            "id": f"{did}#service-1",
            "type": "HubService",
            "serviceEndpoint": "https://hub.example",
        },
        {
            "id": f"{did}#service-2",
            "type": "Other",
            "serviceEndpoint": {"uri": "https://a.example"},
        },
    ]
    assert resolved.metadata["versionId"] == str(block)


def test_what_was_taken_back_keeps_its_number(chain: Registry) -> None:
    account = chain.account(103)
    me, did = write_data(account.address), did_of(account)
    chain.attribute(account, "did/pub/Ed25519/veriKey/hex", ED_KEY.raw)
    chain.attribute(account, "did/svc/Hub", b"https://hub.example")
    name = b"did/pub/Ed25519/veriKey/hex".ljust(32, b"\0")
    revoke = "revokeAttribute(address,bytes32,bytes)"
    chain.send(revoke, me, name, ED_KEY.raw, by=account)
    chain.send(revoke, me, b"did/svc/Hub".ljust(32, b"\0"), b"https://hub.example", by=account)
    chain.attribute(account, "did/pub/Secp256k1/veriKey/hex", K_KEY.compressed)
    chain.attribute(account, "did/svc/Hub", b"https://new.example")
    document = chain.resolve(did).document
    assert document.assertion_key("#delegate-3") == K_KEY
    refused(Code.DID_KEY_NOT_FOUND, lambda: document.assertion_key("#delegate-1"))
    services = document.to_json()["service"]
    assert isinstance(services, list)
    assert [service["id"] for service in services] == [f"{did}#service-3"]


def test_delegates_and_owners(chain: Registry) -> None:
    account, heir = chain.account(104), chain.account(105)
    me, did, other = write_data(account.address), did_of(account), write_data(heir.address)
    add = "addDelegate(address,bytes32,address,uint256)"
    chain.send(add, me, VERI_KEY, other, FOREVER, by=account)
    chain.send(add, me, SIG_AUTH, other, FOREVER, by=account)
    chain.send(add, me, b"enc".ljust(32, b"\0"), other, FOREVER, by=account)
    members = chain.resolve(did).document.to_json()
    assert members["assertionMethod"] == [f"{did}#{name}" for name in ("controller", "delegate-1")]
    assert members["authentication"] == [f"{did}#controller", f"{did}#delegate-2"]
    chain.send("revokeDelegate(address,bytes32,address)", me, VERI_KEY, other, by=account)
    chain.chain.transport.mine(3)  # type: ignore[attr-defined]
    members = chain.resolve(did).document.to_json()
    assert members["assertionMethod"] == [f"{did}#controller"]
    assert members["authentication"] == [f"{did}#controller", f"{did}#delegate-2"]
    chain.send("changeOwner(address,address)", me, other, by=account)
    methods = chain.resolve(did).document.to_json()["verificationMethod"]
    assert isinstance(methods, list)
    assert methods[0]["blockchainAccountId"].endswith(checksummed(heir.address))
    chain.send("changeOwner(address,address)", me, "0x" + "00" * 20, by=heir)
    refused(Code.DID_DEACTIVATED, lambda: chain.resolve(did))


def test_versions_by_block_and_by_time(chain: Registry) -> None:
    account = chain.account(106)
    did = did_of(account)
    first = chain.attribute(account, "did/pub/Ed25519/veriKey/hex", ED_KEY.raw)
    chain.chain.transport.mine(5)  # type: ignore[attr-defined]
    second = chain.attribute(account, "did/pub/Secp256k1/veriKey/hex", K_KEY.compressed)
    by_block = chain.resolve(did, options=ResolutionOptions(version_id=str(first)))
    assert by_block.metadata["versionId"] == str(first)
    assert by_block.metadata["nextVersionId"] == str(second)
    assert len(by_block.document.methods) == 2
    newest = chain.resolve(did)
    assert len(newest.document.methods) == 3
    assert "nextVersionId" not in newest.metadata
    at = chain.resolve(did, options=ResolutionOptions(version_id=str(second - 1)))
    assert len(at.document.methods) == 2
    now = chain.chain.now()
    assert newest.metadata["updated"] == to_rfc3339(now)
    by_time = chain.resolve(did, options=ResolutionOptions(version_time=now))
    assert len(by_time.document.methods) == 3
    before = chain.resolve(did, options=ResolutionOptions(version_id=str(first - 1)))
    assert len(before.document.methods) == 1
    assert "versionId" not in before.metadata
    long_ago = ResolutionOptions(version_time=now.replace(year=2020))
    assert len(chain.resolve(did, options=long_ago).document.methods) == 1


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 19, "\u0663"])
def test_versions_that_are_none(chain: Registry, version: str) -> None:
    options = ResolutionOptions(version_id=version)
    did = did_of(chain.account(107))
    refused(Code.DID_OPTION_VALUE, lambda: chain.resolve(did, options=options))


def test_versions_to_come(chain: Registry) -> None:
    did = did_of(chain.account(107))
    for options in (
        ResolutionOptions(version_id="99999999"),
        ResolutionOptions(version_time=chain.chain.now().replace(year=2999)),
    ):
        refused(Code.DID_NOT_FOUND, lambda: chain.resolve(did, options=options))  # noqa: B023


@pytest.mark.parametrize(
    ("did", "code"),
    [
        ("did:ethr:0x00", Code.DID_SYNTAX),
        ("did:ethr:test:" + "00" * 20, Code.DID_SYNTAX),
        ("did:ethr:a:b:0x" + "00" * 20, Code.DID_SYNTAX),
        ("did:ethr:test:0x" + "00" * 33, Code.DID_PUBLIC_KEY),
        ("did:ethr:0x" + "00" * 20, Code.DID_METHOD),
        ("did:ethr:0x1:0x" + "00" * 20, Code.DID_METHOD),
    ],
)
def test_dids_that_are_none_here(chain: Registry, did: str, code: Code) -> None:
    refused(code, lambda: chain.resolve(did))


def test_a_resolver_takes_the_method(chain: Registry) -> None:
    from krid.did import Resolver

    resolver = Resolver(methods=(chain.method,), clock=chain.chain, transport=chain.chain.transport)
    did = did_of(chain.account(108))
    assert str(resolver.resolve(did).document.did) == did
    assert isinstance(chain.method, DidEthr)


def test_constants_are_the_hashes_of_their_signatures() -> None:
    from eth_utils.crypto import keccak

    for topic, signature in (
        (events.OWNER_CHANGED, "DIDOwnerChanged(address,address,uint256)"),
        (
            events.DELEGATE_CHANGED,
            "DIDDelegateChanged(address,bytes32,address,uint256,uint256)",
        ),
        (
            events.ATTRIBUTE_CHANGED,
            "DIDAttributeChanged(address,bytes32,bytes,uint256,uint256)",
        ),
        (events._CHANGED[2:], "changed(address)"),
    ):
        assert keccak(signature.encode()).hex().startswith(topic)


octets32 = st.binary(max_size=32).map(lambda raw: raw.ljust(32, b"\0"))
names = octets32 | st.sampled_from(
    ["did/pub/Ed25519/veriKey/hex", "did/pub/Secp256k1/enc", "did/svc/A", "did/pub/RSA"]
).map(lambda name: name.encode().ljust(32, b"\0"))
moments = st.sampled_from([0, 10, 2**256 - 1])
anything = st.lists(
    st.builds(OwnerChanged, st.just(1), st.binary(min_size=20, max_size=20))
    | st.builds(
        DelegateChanged,
        st.just(1),
        st.sampled_from([VERI_KEY, SIG_AUTH]) | octets32,
        st.binary(min_size=20, max_size=20),
        moments,
    )
    | st.builds(
        AttributeChanged, st.just(1), names, st.binary(max_size=40) | st.just(ED_KEY.raw), moments
    ),
    max_size=8,
)


@given(anything)
def test_any_events_make_a_document_or_a_refusal(found: list[events.Event]) -> None:
    from krid.errors import KridError

    did = Did.parse("did:ethr:0x" + "11" * 20)
    try:
        members = build(did, EthrIdentifier.parse(did), found, chain_id=1, now=5)
        document_of(did, members)
    except KridError as error:
        assert error.code in {Code.DID_DEACTIVATED, Code.DID_DOCUMENT}


def test_an_attribute_beyond_the_limit() -> None:
    did = Did.parse("did:ethr:0x" + "11" * 20)
    name = b"did/svc/A".ljust(32, b"\0")
    event = AttributeChanged(1, name, b"a" * 4_097, 10)
    assert "service" not in build(did, EthrIdentifier.parse(did), [event], chain_id=1, now=5)


ADDRESS = "0xf3beac30c498d9e26865f34fcaa57dbb935b0d74"
POINT = "02b97c30de767f084ce3080168ee293053ba33b235d7116a3263d29f1450936b71"


def built(*attributes: tuple[str, bytes], did: str = f"did:ethr:{ADDRESS}") -> dict[str, Any]:
    """Make the document of attributes that hold."""
    found = [
        AttributeChanged(1, name.encode().ljust(32, b"\0"), value, 10) for name, value in attributes
    ]
    parsed = Did.parse(did)
    members = build(parsed, EthrIdentifier.parse(parsed), found, chain_id=1, now=5)
    assert document_of(parsed, members).to_json() == members
    return members


@pytest.mark.parametrize(
    ("name", "value", "kind", "member", "written"),
    [
        (
            "did/pub/Secp256k1/veriKey",
            POINT,
            "EcdsaSecp256k1VerificationKey2019",
            "publicKeyJwk",
            # The coordinates that the text shows are those of another point.
            jwk.encode_public(PublicKey.from_compressed(Curve.SECP256K1, bytes.fromhex(POINT))),
        ),
        (
            "did/pub/Ed25519/veriKey/base64",
            "c642b35757cc36906fa75fa0338bf33e5210c5bce4769324801fd64276d69d07",
            "Ed25519VerificationKey2020",
            "publicKeyMultibase",
            "z6MksoBm2hUcoKLLHsUQ77iA5YXxwNskXJ9fs7V7z8edniop",
        ),
        (
            "did/pub/X25519/enc",
            "118557777ffb078774371a52b00fed75561dcf975e61c47553e664a617661052",
            "X25519KeyAgreementKey2020",
            "publicKeyMultibase",
            "z6LScra2Lg8mSU6TkMX1AKJSn6ApwneQkfXgJZpj48hCp3N1",
        ),
        (
            "did/pub/Multikey/veriKey",
            f"e701{POINT}",
            "Multikey",
            "publicKeyMultibase",
            "zQ3shZtr1sUnrETvXPDa4gYSNE3gpJhdTkVmpYoWBuAiBsJ4G",
        ),
        ("did/pub/CustomKeyType/veriKey/hex", POINT, "CustomKeyType", "publicKeyHex", POINT),
        ("did/pub/CustomKeyType/veriKey/pem", POINT, "CustomKeyType", "publicKeyHex", POINT),
    ],
)
def test_the_examples_of_the_method(
    name: str, value: str, kind: str, member: str, written: object
) -> None:
    method = built((name, bytes.fromhex(value)))["verificationMethod"][1]
    assert (method["id"], method["type"]) == (f"did:ethr:{ADDRESS}#delegate-1", kind)
    assert method[member] == written


def test_each_type_brings_its_context() -> None:
    base = built()["@context"]
    assert base == [
        "https://www.w3.org/ns/did/v1",
        "https://w3id.org/security/suites/secp256k1recovery-2020/v2",
    ]
    ed25519 = ("did/pub/Ed25519/veriKey", ED_KEY.raw)
    x25519 = ("did/pub/X25519/enc", X_KEY.raw)
    multi = ("did/pub/Multikey/veriKey", bytes.fromhex(f"e701{POINT}"))
    assert built(ed25519, x25519, ed25519, multi)["@context"] == [
        *base,
        "https://w3id.org/security/suites/ed25519-2020/v1",
        "https://w3id.org/security/suites/x25519-2020/v1",
        "https://w3id.org/security/multikey/v1",
    ]
    as_json = {"publicKeyJwk": {"@id": "https://w3id.org/security#publicKeyJwk", "@type": "@json"}}
    security = "https://w3id.org/security/v2"
    assert built(did=f"did:ethr:0x{POINT}")["@context"] == [*base, security, as_json]
    foreign = ("did/pub/Custom/veriKey", b"x")
    as_hex = {"publicKeyHex": "https://w3id.org/security#publicKeyHex"}
    assert built(foreign)["@context"] == [*base, security, as_hex]


@pytest.mark.parametrize(
    "attribute",
    [
        ("did/pub/Multikey/veriKey", b""),
        ("did/pub/Multikey/veriKey", b"\x80\x00key"),
        ("did/pub/Multikey/veriKey", bytes.fromhex("ed01") + b"short"),
        ("did/pub/P256Key2021/veriKey", b"no point"),
    ],
)
def test_a_key_that_is_none_hides_no_other(attribute: tuple[str, bytes]) -> None:
    members = built(attribute, ("did/pub/Ed25519/veriKey", ED_KEY.raw))
    ids = [method["id"] for method in members["verificationMethod"]]
    assert ids == [f"did:ethr:{ADDRESS}#controller", f"did:ethr:{ADDRESS}#delegate-2"]


def test_a_multikey_of_a_kind_to_come_is_shown() -> None:
    key = bytes.fromhex("9024") + bytes(1312)
    method = built(("did/pub/Multikey/veriKey", key))["verificationMethod"][1]
    assert multikey.decode_multibase(method["publicKeyMultibase"]) == key


def test_events_are_counted_whatever_they_say() -> None:
    members = built(
        ("did/pub/Ed25519/veriKey/hex/more", ED_KEY.raw),
        ("did/svc/", b"https://hub.example"),
        ("did/pub/Ed25519/veriKey", ED_KEY.raw),
        ("did/svc/Hub", b"https://hub.example"),
    )
    assert members["verificationMethod"][1]["id"].endswith("#delegate-2")
    assert members["service"][0]["id"].endswith("#service-2")


@pytest.mark.parametrize(
    ("network", "number"),
    [
        ("mainnet:", 1),
        ("", 1),
        ("0x1:", 1),
        ("0x01:", 1),
        ("0xAA36A7:", 11_155_111),
        ("own:", None),
    ],
)
def test_networks_by_name_and_number(network: str, number: int | None) -> None:
    assert EthrIdentifier.parse(Did.parse(f"did:ethr:{network}{ADDRESS}")).chain_id == number


def test_a_deep_service_is_left_out() -> None:
    did = Did.parse("did:ethr:0x" + "11" * 20)
    event = AttributeChanged(1, b"did/svc/A".ljust(32, b"\0"), b"[" * 4_000, 10)
    members = build(did, EthrIdentifier.parse(did), [event], chain_id=1, now=5)
    assert "service" not in members
