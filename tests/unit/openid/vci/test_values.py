"""The values of OpenID4VCI: reading undoes writing, and any bytes are a value or a refusal."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import strict_json
from krid.errors import Code, KridError, MalformedError
from krid.jose import Enc
from krid.keys import Alg, Curve, LocalKey
from krid.openid.oauth import pkce
from krid.openid.vci import (
    AttestationDemand,
    AuthorizationDetail,
    AuthorizationRequest,
    ByConfiguration,
    ByIdentifier,
    ClaimDescription,
    ClaimRequest,
    CodeGrant,
    CodeOffer,
    CredentialConfiguration,
    CredentialMetadata,
    CredentialOffer,
    CredentialRequest,
    CredentialsLater,
    CredentialsReady,
    DeferredRequest,
    Display,
    EncryptionKey,
    Event,
    Image,
    InputMode,
    IssuerMetadata,
    KeyAttestation,
    KeyProof,
    NonceResponse,
    Notification,
    PreAuthorizedGrant,
    PreAuthorizedOffer,
    ProofDemand,
    Proofs,
    ProofType,
    PushedResponse,
    RefreshGrant,
    RequestEncryption,
    ResponseEncryption,
    ResponseEncryptionSupport,
    TokenRequest,
    TokenResponse,
    TxCode,
    encode_credential_response,
    parse_credential_response,
    read_offer_uri,
)
from krid.openid.vci.credential_response import from_wire, to_wire
from krid.openid.vci.paths import check_paths, parse_path
from krid.openid.vci.server.records import Asked, Grant, Noted, OfferContext, Transaction

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
NAMES = st.text("abcdefghijklmnop-_.", min_size=1, max_size=10)
URLS = st.from_regex(r"https://[a-z]{1,8}\.example(/[a-z]{1,8}){0,2}", fullmatch=True)
SECONDS = st.integers(1, 10**7).map(lambda number: timedelta(seconds=number))
SEAL = EncryptionKey.of_key(LocalKey.generate_on(Curve.P256).public_key)
OKP = EncryptionKey.of_key(LocalKey.generate_on(Curve.X25519).public_key)
HOLDER = LocalKey.generate(Alg.ES256).public_key


def tuples(items: st.SearchStrategy[Any], *, least: int = 0) -> st.SearchStrategy[Any]:
    return st.lists(items, min_size=least, max_size=3, unique=True).map(tuple)


PATHS = st.lists(NAMES, min_size=1, max_size=3).map(tuple)
CLAIMS = st.lists(NAMES, max_size=3, unique=True).map(
    lambda names: tuple(ClaimRequest((name, "x"), mandatory=len(name) > 3) for name in names)
)
DETAIL = st.builds(
    AuthorizationDetail,
    configuration=NAMES,
    claims=CLAIMS,
    locations=tuples(URLS),
    identifiers=tuples(NAMES),
)
DETAILS = st.lists(DETAIL, max_size=3, unique_by=lambda each: each.configuration).map(tuple)
GRANTED = st.builds(AuthorizationDetail, configuration=NAMES, identifiers=tuples(NAMES, least=1))
IMAGE = st.builds(Image, uri=URLS, alt_text=st.none() | TEXTS)
DISPLAY = st.builds(
    Display,
    name=TEXTS,
    locale=st.none(),
    logo=st.none() | IMAGE,
    description=st.none() | TEXTS,
    background_color=st.none() | TEXTS,
    background_image=st.none() | IMAGE,
    text_color=st.none() | TEXTS,
)
DISPLAYS = st.just(()) | DISPLAY.map(lambda each: (each,))
SHOWN = st.builds(
    CredentialMetadata,
    display=DISPLAYS,
    claims=tuples(NAMES).flatmap(
        lambda names: st.tuples(
            *(
                st.builds(
                    ClaimDescription,
                    path=st.just((name,)),
                    mandatory=st.booleans(),
                    display=DISPLAYS,
                )
                for name in names
            )
        )
    ),
)
DEMAND = st.builds(
    ProofDemand,
    algs=tuples(NAMES, least=1),
    attestation=st.none() | st.builds(AttestationDemand, tuples(NAMES), tuples(NAMES)),
)
CONFIGURATION = st.builds(
    CredentialConfiguration,
    format=st.just("dc+sd-jwt"),
    scope=st.none() | NAMES,
    signing_algs=tuples(NAMES | st.integers(-60, 0)),
    binding_methods=tuples(NAMES),
    proofs=st.dictionaries(NAMES, DEMAND, max_size=2),
    metadata=st.none() | SHOWN,
    particulars=st.just({"vct": "x"}) | st.just({"vct": "x", "other": {"a": [1]}}),
)
OFFERS = st.builds(
    CredentialOffer,
    issuer=URLS,
    configurations=tuples(NAMES, least=1),
    authorization_code=st.none() | st.builds(CodeOffer, st.none() | TEXTS, st.none() | URLS),
    pre_authorized=st.none()
    | st.builds(
        PreAuthorizedOffer,
        TEXTS,
        st.none()
        | st.builds(
            TxCode, st.sampled_from(InputMode), st.none() | st.integers(1, 64), st.none() | TEXTS
        ),
        st.none() | URLS,
    ),
)
ENCRYPTION = st.none() | st.sampled_from(
    [ResponseEncryption(SEAL, Enc.A128GCM), ResponseEncryption(OKP, Enc.A256GCM)]
)
ISSUERS = st.builds(
    IssuerMetadata,
    issuer=URLS,
    credential_endpoint=URLS,
    configurations=st.dictionaries(NAMES, CONFIGURATION, max_size=3),
    servers=tuples(URLS),
    nonce_endpoint=st.none() | URLS,
    deferred_endpoint=st.none() | URLS,
    notification_endpoint=st.none() | URLS,
    request_encryption=st.none()
    | st.builds(RequestEncryption, st.just((SEAL, OKP)), tuples(NAMES, least=1), st.booleans()),
    response_encryption=st.none()
    | st.builds(
        ResponseEncryptionSupport, tuples(NAMES, least=1), tuples(NAMES, least=1), st.booleans()
    ),
    batch_size=st.none() | st.integers(2, 1_000),
    display=DISPLAYS,
)
GRANTS = (
    st.builds(PreAuthorizedGrant, TEXTS, st.none() | TEXTS)
    | st.builds(CodeGrant, TEXTS, st.none() | TEXTS, st.none() | URLS)
    | st.builds(RefreshGrant, TEXTS)
)
REQUESTS = st.builds(
    AuthorizationRequest,
    client_id=TEXTS,
    redirect_uri=URLS,
    challenge=st.just(pkce.challenge_of("x" * 43)),
    state=st.none() | TEXTS,
    scope=st.none() | TEXTS,
    details=DETAILS,
    issuer_state=st.none() | TEXTS,
    dpop_key=st.none() | TEXTS,
)
RESPONSES = st.builds(
    CredentialsReady,
    st.lists(TEXTS, min_size=1, max_size=3).map(tuple),
    st.none() | TEXTS,
) | st.builds(CredentialsLater, TEXTS, SECONDS)


@given(OFFERS)
def test_offers(offer: CredentialOffer) -> None:
    assert CredentialOffer.parse(offer.encode()) == offer
    assert read_offer_uri(offer.to_uri()) == offer


@given(ISSUERS)
def test_issuer_metadata(metadata: IssuerMetadata) -> None:
    assert IssuerMetadata.parse(metadata.encode(), issuer=metadata.issuer) == metadata


@given(GRANTS, st.none() | TEXTS, DETAILS, st.none() | TEXTS, st.none() | NAMES)
def test_token_requests(
    grant: Any, client: str | None, details: Any, scope: str | None, resource: str | None
) -> None:
    request = TokenRequest(grant, client, details, scope, resource)
    assert TokenRequest.parse(request.encode()) == request


@given(
    st.builds(
        TokenResponse,
        NAMES,
        NAMES,
        st.none() | SECONDS,
        st.none() | NAMES,
        st.none() | TEXTS,
        st.lists(GRANTED, max_size=3, unique_by=lambda each: each.configuration).map(tuple),
    )
)
def test_token_responses(response: TokenResponse) -> None:
    assert TokenResponse.parse(response.encode()) == response


@given(REQUESTS)
def test_authorization_requests(request: AuthorizationRequest) -> None:
    assert AuthorizationRequest.of_members(request.to_members()) == request


@given(TEXTS, SECONDS)
def test_pushed_responses(uri: str, lifetime: timedelta) -> None:
    response = PushedResponse(uri, lifetime)
    assert PushedResponse.parse(strict_json.dumps(response.to_members())) == response


@given(
    st.builds(ByConfiguration, TEXTS) | st.builds(ByIdentifier, TEXTS),
    st.none()
    | st.builds(Proofs, st.just(ProofType.JWT), st.lists(TEXTS, min_size=1, max_size=3).map(tuple))
    | st.builds(Proofs, st.just(ProofType.ATTESTATION), st.tuples(TEXTS)),
    ENCRYPTION,
)
def test_credential_requests(name: Any, proofs: Any, encryption: Any) -> None:
    request = CredentialRequest(name, proofs, encryption)
    assert CredentialRequest.parse(request.encode()) == request


@given(TEXTS, ENCRYPTION)
def test_deferred_requests(name: str, encryption: Any) -> None:
    request = DeferredRequest(name, encryption)
    assert DeferredRequest.parse(request.encode()) == request


@given(RESPONSES)
def test_credential_responses(response: Any) -> None:
    assert parse_credential_response(encode_credential_response(response)) == response


@given(TEXTS, st.sampled_from(Event), st.none() | st.just("out of storage"))
def test_notifications(name: str, event: Event, description: str | None) -> None:
    told = Notification(name, event, description)
    assert Notification.parse(told.encode()) == told
    assert NonceResponse.parse(NonceResponse(name).encode()).nonce == name


def read_each(raw: bytes) -> None:
    text = raw.decode("latin-1")
    for read in (
        lambda: CredentialOffer.parse(raw),
        lambda: read_offer_uri(text),
        lambda: IssuerMetadata.parse(raw, issuer="x"),
        lambda: TokenRequest.parse(raw),
        lambda: TokenResponse.parse(raw),
        lambda: AuthorizationRequest.parse(raw),
        lambda: PushedResponse.parse(raw),
        lambda: CredentialRequest.parse(raw),
        lambda: DeferredRequest.parse(raw),
        lambda: parse_credential_response(raw),
        lambda: Notification.parse(raw),
        lambda: NonceResponse.parse(raw),
        lambda: KeyProof.parse(text),
        lambda: KeyAttestation.parse(text),
    ):
        with suppress(KridError):
            read()


@given(st.binary(max_size=100))
def test_any_bytes(raw: bytes) -> None:
    read_each(raw)


MEMBERS = st.sampled_from(
    [
        *("credential_issuer", "credential_configuration_ids", "grants", "proofs", "credentials"),
        *("credential_configuration_id", "credential", "transaction_id", "interval", "event"),
        *("access_token", "token_type", "authorization_details", "type", "notification_id"),
        *("credential_response_encryption", "jwk", "enc", "display", "claims", "path", "format"),
        *("credential_configurations_supported", "credential_endpoint", "proof_types_supported"),
    ]
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just("openid_credential") | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(MEMBERS, ANY_JSON, max_size=6))
def test_any_members(members: dict[str, Any]) -> None:
    read_each(strict_json.dumps({**members}))
    with suppress(KridError):
        IssuerMetadata.of_members({"credential_issuer": "x", **members}, issuer="x")
    with suppress(KridError):
        CredentialConfiguration.of_members({"format": "x", **members})


# Records of the issuer


@given(
    st.builds(
        Grant,
        family=TEXTS,
        subject=TEXTS,
        configurations=tuples(TEXTS),
        expires=st.just(NOW),
        details=DETAILS,
        scope=st.none() | TEXTS,
        client_id=st.none() | TEXTS,
        instance=st.none() | TEXTS,
        dpop_key=st.none() | TEXTS,
        tx_code=st.none() | TEXTS,
        tries=st.integers(0, 9),
        challenge=st.none() | TEXTS,
        redirect_uri=st.none() | URLS,
    )
)
def test_grants(grant: Grant) -> None:
    assert Grant.decode(grant.encode()) == grant


@given(REQUESTS, st.none() | TEXTS, tuples(TEXTS))
def test_other_records(request: AuthorizationRequest, text: str | None, names: Any) -> None:
    asked = Asked(request, text)
    assert Asked.decode(asked.encode()) == asked
    context = OfferContext(text, names)
    assert OfferContext.decode(context.encode()) == context
    noted = Noted("a", "b", "c")
    assert Noted.decode(noted.encode()) == noted
    transaction = Transaction("a", "b", "c", (HOLDER,))
    assert Transaction.decode(transaction.encode()) == transaction


@pytest.mark.parametrize("kind", [Grant, Asked, OfferContext, Noted, Transaction])
def test_a_record_that_something_else_wrote(kind: Any) -> None:
    for raw in (b"{}", b"[]", b"x"):
        with pytest.raises(MalformedError):
            kind.decode(raw)


# Claims paths (appendix B.3)


@pytest.mark.parametrize(
    "paths",
    [
        [("a",), ("a",)],
        [("a", None), ("a", 0)],
        [("a", None, "b"), ("a", 1, "c")],
        [("a", 0), ("a", "b")],
        [("a", None), ("a", "b")],
    ],
)
def test_paths_that_contradict_each_other(paths: list[Any]) -> None:
    with pytest.raises(MalformedError) as error:
        check_paths(paths, Code.ISSUANCE_METADATA)
    assert error.value.code is Code.ISSUANCE_METADATA


def test_paths_that_stand_beside_each_other() -> None:
    check_paths([("a",), ("a", 0), ("a", 1), ("b", "c"), ("b", "d")], Code.ISSUANCE_METADATA)


@pytest.mark.parametrize("path", [[], ["a"] * 17, [-1], [True], [1.5], [{}], "a", None])
def test_no_path(path: object) -> None:
    with pytest.raises(MalformedError):
        parse_path(path, Code.ISSUANCE_METADATA)


# Forms of credentials on the wire


def test_credentials_on_the_wire() -> None:
    issued = from_wire({"type": ["VerifiableCredential"]}, "ldp_vc")
    assert issued.raw == b'{"type":["VerifiableCredential"]}'
    mdoc = from_wire("AAEC", "mso_mdoc")
    assert mdoc.raw == bytes(range(3))
    assert to_wire([mdoc, from_wire("a~", "dc+sd-jwt")]) == ("AAEC", "a~")


def test_an_object_stays_as_it_came() -> None:
    raw = b'{"credentials":[{"credential":{"a":[1,{"b":null}]}}]}'
    response = parse_credential_response(raw)
    assert encode_credential_response(response) == raw


# Rules that no ceremony breaks


@pytest.mark.parametrize(
    "members",
    [
        {"credential_metadata": {"display": [{}]}},
        {"credential_metadata": {"display": []}},
        {"credential_metadata": {"display": [{"name": "a", "logo": {}}]}},
        {"credential_metadata": {"display": [{"name": "a", "logo": {"uri": ""}}]}},
        {"credential_metadata": {"claims": []}},
        {"credential_metadata": {"claims": [{"path": ["a"]}, {"path": ["a"]}]}},
        {"scope": "a b"},
        {"credential_signing_alg_values_supported": []},
        {"credential_signing_alg_values_supported": [True]},
        {"proof_types_supported": {}},
        {"proof_types_supported": {"jwt": {}}},
        {"proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["a", "a"]}}},
    ],
)
def test_a_malformed_configuration(members: dict[str, Any]) -> None:
    with pytest.raises(MalformedError) as error:
        CredentialConfiguration.of_members({"format": "x", **members})
    assert error.value.code is Code.ISSUANCE_METADATA


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"jwks": {"keys": []}},
        {"jwks": {"keys": [{"kty": "EC"}]}},
        {"jwks": {"keys": [{**SEAL.to_members(), "kid": None}]}},
        {"jwks": {"keys": [SEAL.to_members(), SEAL.to_members()]}},
        {"jwks": {"keys": [EncryptionKey(SEAL.key).to_members()]}},
        {"jwks": {"keys": [{**SEAL.to_members(), "x": "AA"}]}},
        {"encryption_required": "yes"},
        {"enc_values_supported": []},
    ],
)
def test_malformed_request_encryption(members: dict[str, Any]) -> None:
    whole = {
        "jwks": {"keys": [SEAL.to_members()]},
        "enc_values_supported": ["A256GCM"],
        "encryption_required": True,
    }
    RequestEncryption.of_members(whole)
    changed = {**whole, **members} if members else {}
    with pytest.raises(MalformedError) as error:
        RequestEncryption.of_members(changed)
    assert error.value.code is Code.ISSUANCE_METADATA


def test_a_private_key_in_request_encryption() -> None:
    entry = {**SEAL.to_members(), "d": "AA"}
    with pytest.raises(MalformedError) as error:
        RequestEncryption.of_members(
            {
                "jwks": {"keys": [entry]},
                "enc_values_supported": ["A256GCM"],
                "encryption_required": True,
            }
        )
    assert error.value.code is Code.KEY_PRIVATE


@pytest.mark.parametrize("name", ["jwt_vc_json", "jwt_vc_json-ld", "ldp_vc", "vc+jwt", "vc+cose"])
def test_the_types_of_w3c_credentials(name: str) -> None:
    definition = {"@context": ["https://www.w3.org/2018/credentials/v1"]}
    for types, narrowest in (
        (["VerifiableCredential", "A", "B"], "A"),
        (["VerifiableCredential"], "VerifiableCredential"),
    ):
        members = {"format": name, "credential_definition": {**definition, "type": types}}
        read = CredentialConfiguration.of_members(members)
        assert (read.type, read.types, read.is_typed) == (narrowest, tuple(types), True)
        assert read.to_members() == members


def test_the_types_of_other_credentials() -> None:
    card = CredentialConfiguration(format="dc+sd-jwt", particulars={"vct": "urn:a"})
    assert (card.type, card.types, card.is_typed) == ("urn:a", ("urn:a",), True)
    other = CredentialConfiguration(format="other")
    assert (other.type, other.types, other.is_typed) == (None, (), False)


@pytest.mark.parametrize(
    "definition",
    [None, {}, {"type": "A"}, {"type": []}, {"type": [1]}, {"type": ["A", 1]}, {"type": ["A", ""]}],
)
def test_a_malformed_credential_definition(definition: object) -> None:
    members = {"format": "jwt_vc_json", "credential_definition": definition}
    with pytest.raises(MalformedError):
        CredentialConfiguration.of_members(members)


def test_how_drafts_described_w3c_credentials() -> None:
    read = CredentialConfiguration.of_members({"format": "jwt_vc_json", "types": ["A"]})
    assert (read.type, read.types) == (None, ())


@pytest.mark.parametrize("context", [None, [], "https://www.w3.org/ns/credentials/v2"])
def test_linked_data_needs_a_context(context: object) -> None:
    members = {"format": "ldp_vc", "credential_definition": {"type": ["A"], "@context": context}}
    with pytest.raises(MalformedError):
        CredentialConfiguration.of_members(members)
