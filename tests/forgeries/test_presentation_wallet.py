"""What a wallet refuses of verifiers: each forgery breaks one rule, and nothing is disclosed."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import presentation as p
import pytest
from presentation import Bank, Wire

from krid import query
from krid._core import base64url, limits, strict_json
from krid.errors import BindingError, Code, KridError, MisuseError
from krid.exchange import ResponseMode
from krid.jose import Enc, jwe, jws
from krid.keys import Alg, Curve, LocalKey, jwk
from krid.model import IssuerKey
from krid.net import HttpsTransport, Request, Response, run
from krid.openid import vp
from krid.openid.vp import PageProtocol, RequestRefusedError, TransactionType, wallet
from krid.openid.vp.known import ListedClients, VerifierDids
from krid.openid.vp.parameters import KnownClient
from krid.openid.vp.server import Identity
from krid.profiles import HAIP_PRESENTATION
from krid.trust import NOBODY, KeyTrust
from krid.wallet import Wallet
from krid.x509 import Certificate

PLAIN = p.plain()
MEDIA = "application/oauth-authz-req+jwt"
LINK = f"openid4vp://?client_id={quote(p.BY_HASH.client_id)}&request_uri="
HOST_LINK = f"openid4vp://?client_id=x509_san_dns%3A{p.HOST}&request_uri="


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wallet]:
    with p.make_wallet(tmp_path_factory.mktemp("wallet")) as made:
        yield made


class Answering:
    """A network in which every address gives one answer; it remembers what was asked."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer
        self.requests: list[Request] = []

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        return self.answer


def serving(text: str, *, status: int = 200, media: str = MEDIA) -> Answering:
    return Answering(Response(status, {"Content-Type": media}, text.encode()))


Headers = dict[str, Any]
Claims = dict[str, Any]


def signed(
    change: Callable[[Headers, Claims], object] = lambda _h, _c: None,
    *,
    identity: Identity = p.BY_HASH,
    key: LocalKey | None = None,
    mode: ResponseMode = ResponseMode.DIRECT_POST_JWT,
) -> str:
    """The bank's own request object, changed and signed again."""
    bank = Bank(policy=PLAIN, identity=identity, mode=mode)
    link = bank.begin().link.replace("&request_uri_method=post", "")
    wire = Wire(bank)
    with pytest.raises(KridError):
        run(wallet.read_request(p.phone(policy=PLAIN, trust=NOBODY), link), wire)
    parsed = jws.Jws.parse(wire.replies[0].body.decode())
    header = {name: value for name, value in parsed.header.items() if name != "alg"}
    claims = dict(parsed.claims())
    change(header, claims)
    signer = key or identity.signer
    assert isinstance(signer, LocalKey)
    return jws.sign(header, strict_json.dumps(claims), signer)


def claim(name: str, value: object) -> Callable[[Headers, Claims], object]:
    return lambda _, claims: claims.__setitem__(name, value)


def without(name: str) -> Callable[[Headers, Claims], object]:
    return lambda _, claims: claims.pop(name)


def refused(
    text: str,
    link: str = LINK + quote(f"{p.URL}/request/x"),
    **changes: Any,
) -> KridError:
    """Read a request, see it refused, and see that nothing was sent but the question for it."""
    network = serving(text)
    with pytest.raises(KridError) as error:
        run(wallet.read_request(p.phone(**changes), link), network)
    assert [each.method for each in network.requests] in ([], ["GET"], ["POST"])
    assert all(b"vp_token" not in each.body for each in network.requests)
    return error.value


def certificate(key: LocalKey, *names: str) -> str:
    return base64.b64encode(p.certified(key, *names, ca=p.ROOT, ca_key=p.ROOT_KEY).der).decode()


def enc_key(**changes: object) -> dict[str, object]:
    public = LocalKey.generate_on(Curve.P256).public_key
    return {**jwk.encode_public(public), "kid": "1", "use": "enc", "alg": "ECDH-ES", **changes}


def metadata(*keys: object, **changes: object) -> Callable[[Headers, Claims], object]:
    return claim("client_metadata", {"jwks": {"keys": list(keys)}, **changes})


def rogue_leaf() -> list[str]:
    key = LocalKey.generate(Alg.ES256)
    root = p.authority(key, "Rogue")
    leaf = p.certified(p.BANK_KEY, p.HOST, ca=root, ca_key=key)
    return [base64.b64encode(leaf.der).decode()]


def self_signed() -> str:
    return base64.b64encode(p.authority(p.BANK_KEY, "Bank").der).decode()


SIGNED: list[tuple[str, Callable[[Headers, Claims], object], Code]] = [
    ("typ", lambda header, _: header.__setitem__("typ", "JWT"), Code.REQUEST_SYNTAX),
    ("no typ", lambda header, _: header.pop("typ"), Code.REQUEST_SYNTAX),
    ("no certificates", lambda header, _: header.pop("x5c"), Code.REQUEST_CLIENT),
    (
        "self-signed",
        lambda header, _: header.__setitem__("x5c", [self_signed()]),
        Code.REQUEST_PROFILE,
    ),
    (
        "with the anchor",
        lambda header, _: header.__setitem__(
            "x5c", [*header["x5c"], base64.b64encode(p.ROOT.der).decode()]
        ),
        Code.REQUEST_PROFILE,
    ),
    (
        "another certificate",
        lambda header, _: header.__setitem__("x5c", [certificate(p.BANK_KEY, "a.example")]),
        Code.REQUEST_CLIENT,
    ),
    (
        "somebody else's certificate",
        lambda header, _: header.__setitem__("x5c", [certificate(p.OTHER_KEY, p.HOST)]),
        Code.REQUEST_SIGNATURE,
    ),
    ("another name", claim("client_id", "x509_hash:AAAA"), Code.REQUEST_MISMATCH),
    ("no name", without("client_id"), Code.REQUEST_SYNTAX),
    ("a name of no text", claim("client_id", 1), Code.REQUEST_SYNTAX),
    ("another wallet", claim("aud", "https://wallet.example"), Code.REQUEST_AUDIENCE),
    ("a request in a request", claim("request_uri", f"{p.URL}/x"), Code.REQUEST_SYNTAX),
    ("expired", claim("exp", int(p.NOW.timestamp()) - 1), Code.REQUEST_EXPIRED),
    ("not yet valid", claim("nbf", int(p.NOW.timestamp()) + 120), Code.REQUEST_NOT_YET_VALID),
    ("another response type", claim("response_type", "code"), Code.REQUEST_SYNTAX),
    ("an unknown response mode", claim("response_mode", "query"), Code.REQUEST_MODE),
    ("an answer that is not sealed", claim("response_mode", "direct_post"), Code.REQUEST_MODE),
    ("a page's response mode", claim("response_mode", "dc_api.jwt"), Code.REQUEST_MODE),
    ("two addresses", claim("redirect_uri", p.PAGE), Code.REQUEST_SYNTAX),
    ("no address", without("response_uri"), Code.REQUEST_SYNTAX),
    ("an address without TLS", claim("response_uri", "http://bank.example/a"), Code.REQUEST_SYNTAX),
    ("a file", claim("response_uri", "file:///etc/passwd"), Code.REQUEST_SYNTAX),
    ("an address with a fragment", claim("response_uri", f"{p.ANSWERS}#a"), Code.REQUEST_SYNTAX),
    ("an address with a user", claim("response_uri", "https://a@b.example/"), Code.REQUEST_SYNTAX),
    ("no nonce", without("nonce"), Code.REQUEST_SYNTAX),
    ("a nonce of odd characters", claim("nonce", "a b"), Code.REQUEST_SYNTAX),
    ("a long nonce", claim("nonce", "n" * 600), Code.REQUEST_SYNTAX),
    ("a scope", claim("scope", "card"), Code.REQUEST_SCOPE),
    ("no query", without("dcql_query"), Code.REQUEST_SYNTAX),
    ("no key", without("client_metadata"), Code.REQUEST_ENCRYPTION),
    ("no usable key", metadata(enc_key(use="sig")), Code.REQUEST_ENCRYPTION),
    ("a key for something else", metadata(enc_key(alg="RSA-OAEP")), Code.REQUEST_ENCRYPTION),
    ("a key of another kind", metadata(enc_key(kty="EC", crv="X")), Code.REQUEST_ENCRYPTION),
    ("a broken key", metadata(enc_key(x="AA")), Code.REQUEST_SYNTAX),
    ("a key without a name", metadata({"alg": "ECDH-ES"}), Code.REQUEST_SYNTAX),
    ("two keys of a name", metadata(enc_key(), enc_key()), Code.REQUEST_SYNTAX),
    ("no keys", metadata(), Code.REQUEST_SYNTAX),
    ("too many keys", metadata(*[{"kid": str(n)} for n in range(33)]), Code.REQUEST_SYNTAX),
    (
        "no common encryption",
        metadata(enc_key(), encrypted_response_enc_values_supported=["A128CBC-HS256"]),
        Code.REQUEST_ENCRYPTION,
    ),
    (
        "odd formats",
        metadata(enc_key(), vp_formats_supported={"dc+sd-jwt": 1}),
        Code.REQUEST_SYNTAX,
    ),
    (
        "formats of no use",
        metadata(enc_key(), vp_formats_supported={"ldp_vc": {}}),
        Code.REQUEST_FORMATS,
    ),
    ("attestations of nothing", claim("verifier_info", []), Code.REQUEST_SYNTAX),
    (
        "an attestation for no query",
        claim("verifier_info", [{"format": "a", "data": "b", "credential_ids": ["x"]}]),
        Code.REQUEST_SYNTAX,
    ),
]


@pytest.mark.parametrize(("_name", "change", "code"), SIGNED, ids=[row[0] for row in SIGNED])
def test_a_forged_request_is_refused(
    _name: str, change: Callable[[Headers, Claims], object], code: Code
) -> None:
    assert refused(signed(change)).code is code


def test_a_request_signed_by_another_key() -> None:
    assert refused(signed(key=p.OTHER_KEY)).code is Code.REQUEST_SIGNATURE


def test_a_verifier_that_nobody_trusts() -> None:
    identity = Identity.by_certificate(p.BANK_KEY, [base64.b64decode(rogue_leaf()[0])])
    link = f"openid4vp://?client_id={quote(identity.client_id)}&request_uri={quote(p.URL)}"
    error = refused(signed(identity=identity), link)
    assert error.code is Code.X509_ISSUER
    assert not isinstance(error, RequestRefusedError), "nobody is told"


def test_an_algorithm_that_is_not_taken() -> None:
    policy = replace(HAIP_PRESENTATION, algs=frozenset({Alg.ES384}))
    assert refused(signed(), policy=policy).code is Code.ALG_NOT_ALLOWED


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (claim("response_uri", "https://evil.example/a"), Code.REQUEST_ADDRESS),
        (claim("response_uri", "https://bank.example.evil.example/a"), Code.REQUEST_ADDRESS),
        (claim("client_id", "x509_san_dns:shop.example"), Code.REQUEST_MISMATCH),
        (
            lambda header, _: header.__setitem__("x5c", [certificate(p.BANK_KEY, "a.example")]),
            Code.REQUEST_CLIENT,
        ),
    ],
    ids=["another host", "a longer host", "another name", "another certificate"],
)
def test_a_host_that_is_not_the_senders(
    change: Callable[[Headers, Claims], object], code: Code
) -> None:
    text = signed(change, identity=p.BY_HOST)
    assert refused(text, HOST_LINK + quote(p.URL), policy=PLAIN).code is code


def test_a_request_that_lies_elsewhere_than_its_sender() -> None:
    link = HOST_LINK + quote("https://evil.example/r")
    assert refused(signed(identity=p.BY_HOST), link, policy=PLAIN).code is Code.REQUEST_ADDRESS


# Where requests lie, and what comes from there


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://bank.example/r", Code.REQUEST_SYNTAX),
        ("file:///etc/passwd", Code.REQUEST_SYNTAX),
        ("https://127.0.0.1/r", Code.NET_PRIVATE),
        ("https://10.0.0.7/r", Code.NET_PRIVATE),
        ("https://169.254.169.254/latest/meta-data", Code.NET_PRIVATE),
        ("https://localhost/r", Code.NET_PRIVATE),
        ("https://printer.local/r", Code.NET_PRIVATE),
        ("https://0x7f.1/r", Code.REQUEST_SYNTAX),
    ],
)
def test_a_request_uri_into_the_own_network(address: str, code: Code) -> None:
    link = LINK + quote(address, safe="")
    with pytest.raises(KridError) as error:
        run(wallet.read_request(p.phone(), link), HttpsTransport())
    assert error.value.code is code


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "localhost", "a.internal"])
def test_an_answer_into_the_own_network(kept: Wallet, host: str) -> None:
    text = signed(claim("response_uri", f"https://{host}/answer"))
    asked = run(wallet.read_request(p.phone(), LINK + quote(f"{p.URL}/request/x")), serving(text))
    with pytest.raises(KridError) as error:
        run(wallet.send(asked, p.agree(kept, asked)), HttpsTransport())
    assert error.value.code is Code.NET_PRIVATE


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (Response(200, {"Content-Type": MEDIA}, b"x" * 300_000), Code.NET_SIZE),
        (Response(302, {"Location": "https://evil.example"}), Code.NET_STATUS),
        (Response(404, {"Content-Type": MEDIA}, b""), Code.NET_STATUS),
        (Response(200, {"Content-Type": "text/html"}, b"<html>"), Code.REQUEST_SYNTAX),
        (Response(200, {"Content-Type": MEDIA}, b"\xff"), Code.JWS_SYNTAX),
        (Response(200, {"Content-Type": MEDIA}, b"{}"), Code.JWS_SYNTAX),
    ],
    ids=["oversized", "redirect", "not found", "a page", "bytes", "unsigned"],
)
def test_an_odd_answer_of_a_request_uri(response: Response, code: Code) -> None:
    network = Answering(response)
    with pytest.raises(KridError) as error:
        run(wallet.read_request(p.phone(), LINK + quote(p.URL)), network)
    assert error.value.code is code
    assert network.requests[0].max_bytes == limits.MAX_VP_REQUEST_BYTES
    assert network.requests[0].max_redirects == 0


def test_a_request_object_of_another_wallet() -> None:
    link = LINK + quote(p.URL) + "&request_uri_method=post"
    assert refused(signed(), link).code is Code.REQUEST_WALLET_NONCE
    assert refused(signed(claim("wallet_nonce", "mine")), link).code is Code.REQUEST_WALLET_NONCE


def test_an_open_request_where_it_must_be_sealed() -> None:
    link = LINK + quote(p.URL) + "&request_uri_method=post"
    assert refused(signed(), link, seals_requests=True).code is Code.REQUEST_ENCRYPTION


def test_a_request_that_is_sealed_for_somebody_else() -> None:
    link = LINK + quote(p.URL) + "&request_uri_method=post"
    other = LocalKey.generate_on(Curve.P256).public_key
    text = jwe.encrypt(signed().encode(), to=other, enc=Enc.A256GCM, content_type="JWT")
    assert refused(text, link, seals_requests=True).code is Code.JWE_DECRYPT
    assert refused(text, link).code is Code.JWS_SYNTAX


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("", Code.REQUEST_SYNTAX),
        ("openid4vp://", Code.REQUEST_SYNTAX),
        ("openid4vp://?a", Code.REQUEST_SYNTAX),
        ("openid4vp://?request_uri=https%3A%2F%2Fa.example", Code.REQUEST_SYNTAX),
        (f"{LINK}https%3A%2F%2Fa.example&request=a.b.c", Code.REQUEST_SYNTAX),
        (f"{LINK}https%3A%2F%2Fa.example&client_id=other", Code.REQUEST_SYNTAX),
        (f"{LINK}https%3A%2F%2Fa.example&request_uri_method=POST", Code.REQUEST_METHOD),
        (f"{LINK}https%3A%2F%2Fa.example#fragment", Code.REQUEST_SYNTAX),
        ("openid4vp://?client_id=a&request_uri_method=post", Code.REQUEST_SYNTAX),
        ("openid4vp://?client_id=a&request=a.b.c", Code.REQUEST_PROFILE),
        (
            "openid4vp://?client_id=origin%3Ahttps&request_uri=https%3A%2F%2Fa.a",
            Code.REQUEST_PREFIX,
        ),
        ("openid4vp://?client_id=x509_hash%3A&request_uri=https%3A%2F%2Fa.a", Code.REQUEST_SYNTAX),
        ("openid4vp://?client_id=bank&request_uri=https%3A%2F%2Fa.a", Code.REQUEST_PREFIX),
        ("openid4vp://?client_id=redirect_uri%3Ahttps%3A%2F%2Fa.a", Code.REQUEST_PREFIX),
        ("openid4vp://?client_id=x509_hash%3AAAAA", Code.REQUEST_UNSIGNED),
        ("openid4vp://?client_id=a&dcql_query={", Code.REQUEST_SYNTAX),
        ("openid4vp://?client_id=%00", Code.REQUEST_SYNTAX),
    ],
)
def test_an_odd_link(link: str, code: Code) -> None:
    assert refused("", link).code is code


# Unsigned requests


def unsigned(change: Callable[[dict[str, str]], object]) -> str:
    bank = Bank(policy=PLAIN, identity=p.BY_ADDRESS, mode=ResponseMode.DIRECT_POST)
    head, _, rest = bank.begin().link.partition("?")
    from urllib.parse import parse_qsl, urlencode

    members = dict(parse_qsl(rest))
    change(members)
    return f"{head}?{urlencode(members)}"


def test_what_only_signed_requests_say_is_ignored() -> None:
    link = unsigned(lambda members: members.update(exp="never", iat="x"))
    asked = run(wallet.read_request(p.phone(policy=PLAIN), link), serving(""))
    assert asked.request.expires == p.NOW + timedelta(minutes=5)


def test_an_unsigned_request_where_the_profile_demands_one() -> None:
    policy = replace(PLAIN, signed_required=True)
    assert refused("", unsigned(lambda _: None), policy=policy).code is Code.REQUEST_UNSIGNED
    assert refused("", unsigned(lambda _: None)).code is Code.REQUEST_PREFIX


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            lambda members: members.__setitem__("client_id", f"x509_hash:{'A' * 43}"),
            Code.REQUEST_UNSIGNED,
        ),
        (
            lambda members: members.__setitem__("response_uri", "https://evil.example/a"),
            Code.REQUEST_ADDRESS,
        ),
        (
            lambda members: members.__setitem__("client_id", "redirect_uri:https://a.example/a"),
            Code.REQUEST_ADDRESS,
        ),
        (lambda members: members.__setitem__("client_id", "the-bank"), Code.REQUEST_ADDRESS),
        (
            lambda members: members.__setitem__("client_id", f"openid_federation:{p.BANK}"),
            Code.REQUEST_UNSIGNED,
        ),
    ],
    ids=["a name that signs", "elsewhere", "another name", "unregistered", "a federation"],
)
def test_an_unsigned_request_of_somebody_else(
    change: Callable[[dict[str, str]], object], code: Code
) -> None:
    assert refused("", unsigned(change), policy=PLAIN).code is code


def test_a_signature_that_proves_nothing() -> None:
    """`redirect_uri` can't be signed: there is no key to trust (section 5.9.3)."""
    identity = Identity.registered("x", p.BANK_KEY)
    name = p.BY_ADDRESS.client_id
    text = signed(claim("client_id", name), identity=identity)
    link = f"openid4vp://?client_id={quote(name)}&request_uri={quote(p.URL)}"
    assert refused(text, link, policy=PLAIN).code is Code.REQUEST_PREFIX


# Other kinds of names


def registered(**changes: Any) -> KridError:
    text = changes.pop("text", None) or signed(identity=Identity.registered("the-bank", p.BANK_KEY))
    known = ListedClients({"the-bank": KnownClient(addresses=frozenset({p.ANSWERS}))})
    words: dict[str, Any] = {
        "policy": PLAIN,
        "trust": KeyTrust.of(p.BANK_KEY.public_key, issuer="the-bank"),
        "clients": known,
    }
    link = f"openid4vp://?client_id=the-bank&request_uri={quote(p.URL)}"
    return refused(text, link, **(words | changes))


def test_a_registered_verifier_that_is_somebody_else() -> None:
    identity = Identity.registered("the-bank", p.BANK_KEY)
    elsewhere = signed(claim("response_uri", "https://evil.example/a"), identity=identity)
    assert registered(clients=None).code is Code.REQUEST_ADDRESS
    assert registered(text=elsewhere).code is Code.REQUEST_ADDRESS
    assert registered(trust=NOBODY).code is Code.TRUST_UNKNOWN_ISSUER
    assert (
        registered(text=signed(identity=identity, key=p.OTHER_KEY)).code is Code.REQUEST_SIGNATURE
    )
    certified = signed(
        lambda header, _: header.__setitem__("x5c", [certificate(p.BANK_KEY, p.HOST)]),
        identity=identity,
    )
    assert registered(text=certified, trust=p.VERIFIERS).code is Code.TRUST_UNKNOWN_ISSUER


def test_metadata_of_a_verifier_that_is_known_with_them() -> None:
    known = KnownClient(
        addresses=frozenset({p.ANSWERS}), metadata=vp.ClientMetadata({"dc+sd-jwt": {}})
    )
    error = registered(clients=ListedClients({"the-bank": known}))
    assert error.code is Code.REQUEST_METADATA
    assert isinstance(error, RequestRefusedError)
    assert error.error.value == "invalid_client"


ATTESTER_KEY = LocalKey.generate(Alg.ES256)
ATTESTER = "https://attester.example"


def attested(**changes: Any) -> str:
    words: dict[str, Any] = {
        "issuer": ATTESTER,
        "subject": "bank",
        "key": p.BANK_KEY.public_key,
        "now": p.NOW,
        "lifetime": p.DAY,
        "addresses": (p.ANSWERS,),
    }
    return vp.prepare_attestation(ATTESTER_KEY, **(words | changes)).sign_with(ATTESTER_KEY)


def attest_again(change: Callable[[Headers, Claims], object]) -> str:
    parsed = jws.Jws.parse(attested())
    header = {name: value for name, value in parsed.header.items() if name != "alg"}
    claims = dict(parsed.claims())
    change(header, claims)
    return jws.sign(header, strict_json.dumps(claims), ATTESTER_KEY)


ATTESTED: list[tuple[str, Callable[[], object], Code]] = [
    ("missing", lambda: None, Code.REQUEST_CLIENT),
    ("no text", lambda: 1, Code.REQUEST_CLIENT),
    ("malformed", lambda: "a.b.c", Code.REQUEST_ATTESTATION),
    ("for somebody else", lambda: attested(subject="shop"), Code.REQUEST_ATTESTATION),
    ("for another key", lambda: attested(key=p.OTHER_KEY.public_key), Code.REQUEST_SIGNATURE),
    ("expired", lambda: attested(now=p.NOW - 2 * p.DAY), Code.REQUEST_ATTESTATION),
    (
        "not yet valid",
        lambda: attest_again(claim("nbf", int(p.NOW.timestamp()) + 600)),
        Code.REQUEST_ATTESTATION,
    ),
    ("by a stranger", lambda: attested(issuer="https://a.example"), Code.TRUST_UNKNOWN_ISSUER),
    ("for other addresses", lambda: attested(addresses=(p.PAGE,)), Code.REQUEST_ADDRESS),
    ("without a key", lambda: attest_again(without("cnf")), Code.REQUEST_ATTESTATION),
    ("with a broken key", lambda: attest_again(claim("cnf", {"jwk": {}})), Code.KEY_TYPE),
    (
        "with a broken point",
        lambda: attest_again(claim("cnf", {"jwk": enc_key(x="AA")})),
        Code.REQUEST_ATTESTATION,
    ),
    (
        "of another type",
        lambda: attest_again(lambda header, _: header.__setitem__("typ", "JWT")),
        Code.REQUEST_ATTESTATION,
    ),
]


@pytest.mark.parametrize(("_name", "make", "code"), ATTESTED, ids=[row[0] for row in ATTESTED])
def test_an_attestation_that_does_not_hold(
    _name: str, make: Callable[[], object], code: Code
) -> None:
    identity = Identity.by_attestation("bank", p.BANK_KEY, attested())
    text = signed(lambda header, _: header.__setitem__("jwt", make()), identity=identity)
    link = f"openid4vp://?client_id=verifier_attestation%3Abank&request_uri={quote(p.URL)}"
    trust = KeyTrust.of(ATTESTER_KEY.public_key, issuer=ATTESTER)
    assert refused(text, link, policy=PLAIN, trust=trust).code is code


def test_an_attestation_signed_by_another_key() -> None:
    identity = Identity.by_attestation("bank", p.BANK_KEY, attested())
    link = f"openid4vp://?client_id=verifier_attestation%3Abank&request_uri={quote(p.URL)}"
    trust = KeyTrust.of(p.OTHER_KEY.public_key, issuer=ATTESTER)
    error = refused(signed(identity=identity), link, policy=PLAIN, trust=trust)
    assert error.code is Code.REQUEST_SIGNATURE


DID = "did:web:bank.example"


class Resolving:
    """A resolver of one document with one key, listed for one purpose."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose

    def resolve(self, did: str, /) -> Any:
        return self

    @property
    def document(self) -> Any:
        return self

    def authentication_key(self, reference: str, /) -> Any:
        return self._key(reference, "authentication")

    def assertion_key(self, reference: str, /) -> Any:
        return self._key(reference, "assertionMethod")

    def _key(self, reference: str, purpose: str) -> Any:
        from krid.errors import ResolutionError

        if reference != "#key-1":
            raise ResolutionError(Code.DID_KEY_NOT_FOUND)
        if purpose != self.purpose:
            raise ResolutionError(Code.DID_KEY_PURPOSE)
        return p.BANK_KEY.public_key


@pytest.mark.parametrize(
    ("key_id", "dids", "purpose", "code"),
    [
        (f"{DID}#key-1", {DID}, "keyAgreement", Code.DID_KEY_PURPOSE),
        (f"{DID}#key-2", {DID}, "authentication", Code.DID_KEY_NOT_FOUND),
        (f"{DID}#key-1", set(), "authentication", Code.TRUST_UNKNOWN_ISSUER),
        (DID, {DID}, "authentication", Code.REQUEST_CLIENT),
        ("did:web:evil.example#key-1", {DID}, "authentication", Code.REQUEST_CLIENT),
        (None, {DID}, "authentication", Code.REQUEST_CLIENT),
    ],
)
def test_a_did_that_is_somebody_elses(
    key_id: str | None, dids: set[str], purpose: str, code: Code
) -> None:
    identity = Identity.by_did(DID, p.BANK_KEY, fragment="key-1")
    text = signed(
        lambda header, _: header.pop("kid") if key_id is None else header.update(kid=key_id),
        identity=identity,
    )
    link = f"openid4vp://?client_id={quote(identity.client_id)}&request_uri={quote(p.URL)}"
    trust = VerifierDids(frozenset(dids), Resolving(purpose))
    assert refused(text, link, policy=PLAIN, trust=trust).code is code


def test_a_did_is_no_issuer() -> None:
    trust = VerifierDids(frozenset({DID}), Resolving("authentication"))
    for identity in (Identity.by_attestation("bank", p.BANK_KEY, attested(issuer=DID)),):
        link = f"openid4vp://?client_id={quote(identity.client_id)}&request_uri={quote(p.URL)}"
        error = refused(signed(identity=identity), link, policy=PLAIN, trust=trust)
        assert error.code is Code.TRUST_UNKNOWN_ISSUER


# Transactions


def data(**members: object) -> str:
    whole = {"type": p.PAY.name, "credential_ids": ["card"], "amount": "1", **members}
    kept = {name: value for name, value in whole.items() if value is not None}
    return base64url.encode(strict_json.dumps(kept))  # type: ignore[arg-type]  # JSON


TRANSACTIONS: list[tuple[str, list[object], Code]] = [
    ("none", [], Code.TRANSACTION_SYNTAX),
    ("too many", [data(amount=str(n)) for n in range(17)], Code.TRANSACTION_SYNTAX),
    ("twice", [data(), data()], Code.TRANSACTION_SYNTAX),
    ("no text", [1], Code.TRANSACTION_SYNTAX),
    ("no base64url", ["="], Code.TRANSACTION_SYNTAX),
    ("no JSON", ["AAAA"], Code.TRANSACTION_SYNTAX),
    ("too long", ["A" * 70_000], Code.TRANSACTION_SYNTAX),
    ("no type", [data(type=None)], Code.TRANSACTION_SYNTAX),
    ("an unknown type", [data(type="urn:other")], Code.TRANSACTION_TYPE),
    ("one of two unknown", [data(), data(type="urn:other")], Code.TRANSACTION_TYPE),
    ("an unknown member", [data(iban="x")], Code.TRANSACTION_SYNTAX),
    ("a missing member", [data(amount=None)], Code.TRANSACTION_SYNTAX),
    ("a member of another type", [data(amount=1)], Code.TRANSACTION_SYNTAX),
    ("a truth for a text", [data(amount=True)], Code.TRANSACTION_SYNTAX),
    ("no credentials", [data(credential_ids=[])], Code.TRANSACTION_SYNTAX),
    ("a credential twice", [data(credential_ids=["card", "card"])], Code.TRANSACTION_SYNTAX),
    ("an unknown credential", [data(credential_ids=["x"])], Code.TRANSACTION_CREDENTIAL),
    ("no hashes", [data(transaction_data_hashes_alg=[])], Code.TRANSACTION_SYNTAX),
    ("unknown hashes", [data(transaction_data_hashes_alg=["md5"])], Code.TRANSACTION_HASH),
]


@pytest.mark.parametrize(("_name", "value", "code"), TRANSACTIONS, ids=[r[0] for r in TRANSACTIONS])
def test_transaction_data_that_are_not_understood(
    _name: str, value: list[object], code: Code
) -> None:
    error = refused(signed(claim("transaction_data", value)))
    assert error.code is code
    assert isinstance(error, RequestRefusedError)
    assert error.error.value == "invalid_transaction_data"


def test_an_mdoc_that_can_not_authorise() -> None:
    bank = Bank(transaction_types=(replace(p.PAY, element=(p.SPACE, "other")),))
    wanted = vp.encode_transaction(
        TransactionType(name=p.PAY.name, required={"amount": str}),
        {"amount": "1"},
        credential_ids=["licence"],
    )
    link = bank.begin(p.licence(), transactions=[wanted]).link
    with pytest.raises(RequestRefusedError) as error:
        run(wallet.read_request(p.phone(), link), Wire(bank))
    assert error.value.code is Code.TRANSACTION_CREDENTIAL


def test_an_element_that_the_issuer_does_not_allow(kept: Wallet) -> None:
    kind = replace(p.SIGN, element=(p.SPACE, "forbidden"))
    bank = Bank(transaction_types=(kind,))
    wanted = vp.encode_transaction(kind, {}, credential_ids=["licence"])
    begun, wire = bank.begin(p.licence(), transactions=[wanted]), Wire(bank)
    asked = run(wallet.read_request(p.phone(transaction_types=(kind,)), begun.link), wire)
    with pytest.raises(KridError) as error:
        p.agree(kept, asked)
    assert error.value.code is Code.MDOC_KEY_AUTHORIZATION
    assert [each.method for each in wire.requests] == ["POST"], "only the request was fetched"


def test_a_transaction_that_nothing_chosen_authorises(kept: Wallet) -> None:
    bank = Bank()
    asked = run(wallet.read_request(p.phone(), bank.begin().link), Wire(bank))
    wanted = vp.encode_transaction(p.PAY, {"amount": "1"}, credential_ids=["other"])
    with pytest.raises(BindingError) as error:
        p.agree(kept, replace(asked, request=replace(asked.request, transactions=(wanted,))))
    assert error.value.code is Code.TRANSACTION_UNBOUND


def test_two_transactions_without_a_common_hash(kept: Wallet) -> None:
    bank = Bank()
    wanted = [
        vp.encode_transaction(p.PAY, {"amount": "1"}, credential_ids=["card"], hash_algs=[name])
        for name in ("sha-384", "sha-512")
    ]
    asked = run(wallet.read_request(p.phone(), bank.begin(transactions=wanted).link), Wire(bank))
    with pytest.raises(KridError) as error:
        p.agree(kept, asked)
    assert error.value.code is Code.TRANSACTION_HASH


# Saying no, and what comes back


def test_a_known_sender_is_told_what_is_wrong() -> None:
    network = Answering(Response(200, {"Content-Type": "application/json"}, b"{}"))
    error = refused(signed(claim("transaction_data", [data(type="urn:other")])))
    assert isinstance(error, RequestRefusedError)
    assert run(wallet.refuse(error), network).open is None
    (sent,) = network.requests
    assert sent.url == p.ANSWERS
    assert b"error=invalid_transaction_data" in sent.body
    assert b"state=" in sent.body


@pytest.mark.parametrize(
    "change",
    [
        claim("response_uri", "http://evil.example"),
        without("response_uri"),
        claim("state", "a b"),
        claim("response_mode", "dc_api"),
        claim("response_mode", 1),
    ],
)
def test_nobody_is_told_at_an_address_that_is_not_the_senders(
    change: Callable[[Headers, Claims], object],
) -> None:
    error = refused(signed(change))
    assert isinstance(error, RequestRefusedError)
    network = Answering(Response(200))
    assert run(wallet.refuse(error), network).open is None
    assert not network.requests


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (Response(200, {"Content-Type": "text/html"}, b"{}"), Code.OAUTH_RESPONSE),
        (Response(200, {"Content-Type": "application/json"}, b"["), Code.OAUTH_RESPONSE),
        (Response(307, {"Location": "https://evil.example"}), Code.NET_STATUS),
        (Response(500), Code.NET_STATUS),
        (
            Response(400, {"Content-Type": "application/json"}, b'{"error":"invalid_request"}'),
            Code.OAUTH_REFUSED,
        ),
        (
            Response(400, {"Content-Type": "application/json"}, b'{"error":"<script>"}'),
            Code.OAUTH_REFUSED,
        ),
        *(
            (
                Response(
                    200,
                    {"Content-Type": "application/json"},
                    strict_json.dumps({"redirect_uri": address}),
                ),
                Code.RESPONSE_REDIRECT,
            )
            for address in (
                "javascript:alert(1)",
                "data:text/html,x",
                "http://bank.example",
                "file:///etc/passwd",
                "intent:x",
                "https://a@b.example",
                "https://bank.example/#\u00e9",
                "",
                1,
            )
        ),
    ],
)
def test_an_odd_answer_of_a_verifier(kept: Wallet, response: Response, code: Code) -> None:
    asked = run(wallet.read_request(p.phone(), LINK + quote(p.URL)), serving(signed()))
    network = Answering(response)
    with pytest.raises(KridError) as error:
        run(wallet.send(asked, p.agree(kept, asked)), network)
    assert error.value.code is code
    assert network.requests[0].max_redirects == 0
    assert "<script>" not in str(error.value)


@pytest.mark.parametrize("address", ["https://bank.example/done#code=1", "example.bank.app:/done"])
def test_where_a_browser_may_be_sent(kept: Wallet, address: str) -> None:
    asked = run(wallet.read_request(p.phone(), LINK + quote(p.URL)), serving(signed()))
    body = strict_json.dumps({"redirect_uri": address})
    network = Answering(Response(200, {"Content-Type": "application/json"}, body))
    assert run(wallet.send(asked, p.agree(kept, asked)), network).open == address


# Pages


def page_data(protocol: PageProtocol, **changes: Any) -> Mapping[str, Any]:
    words: dict[str, Any] = {
        "purpose": "Open an account",
        "origin": p.BANK,
        "mode": ResponseMode.DC_API,
        "protocols": [protocol],
    }
    bank = Bank(policy=PLAIN, others=(p.BY_HOST,))
    begun = bank.verifier.begin_page(query.of(p.card()), **(words | changes))
    digital: Any = begun.argument["digital"]
    found: Mapping[str, Any] = digital["requests"][0]["data"]
    return found


def page_refused(
    protocol: str, data: Mapping[str, Any], *, origin: str = p.BANK, **changes: Any
) -> Code:
    setup = p.phone(**({"policy": PLAIN} | changes))
    with pytest.raises(KridError) as error:
        wallet.read_page_request(setup, protocol=protocol, data=data, origin=origin)
    return error.value.code


@pytest.mark.parametrize("protocol", [PageProtocol.SIGNED, PageProtocol.MULTISIGNED])
@pytest.mark.parametrize("origin", ["https://evil.example", f"{p.BANK}/", "http://bank.example"])
def test_a_request_replayed_by_another_page(protocol: PageProtocol, origin: str) -> None:
    code = page_refused(protocol.value, page_data(protocol), origin=origin)
    assert code is Code.REQUEST_ORIGIN


@pytest.mark.parametrize("origin", ["", "http://bank.example", "javascript:x", "ws://a", "a b"])
def test_a_page_of_an_unsafe_kind(origin: str) -> None:
    data = page_data(PageProtocol.UNSIGNED)
    assert page_refused("openid4vp-v1-unsigned", data, origin=origin) is Code.REQUEST_ORIGIN


def test_an_unsigned_page_where_the_policy_demands_a_signature() -> None:
    policy = replace(PLAIN, dc_api_signed_required=True)
    data = page_data(PageProtocol.UNSIGNED)
    code = page_refused("openid4vp-v1-unsigned", data, policy=policy)
    assert code is Code.REQUEST_UNSIGNED


@pytest.mark.parametrize(
    ("protocol", "change", "code"),
    [
        ("openid4vp", {}, Code.REQUEST_METHOD),
        ("openid4vp-v1-unsigned", {"response_mode": "direct_post"}, Code.REQUEST_MODE),
        ("openid4vp-v1-signed", {}, Code.REQUEST_SYNTAX),
        ("openid4vp-v1-multisigned", {}, Code.REQUEST_SYNTAX),
    ],
)
def test_an_odd_page_request(protocol: str, change: dict[str, Any], code: Code) -> None:
    data = {**page_data(PageProtocol.UNSIGNED), **change}
    assert page_refused(protocol, data) is code


def test_a_page_request_without_origins() -> None:
    request = page_data(PageProtocol.SIGNED)["request"]
    parsed = jws.Jws.parse(request)
    header = {name: value for name, value in parsed.header.items() if name != "alg"}
    for value in (None, [], "x", [p.BANK, "http://a"], [f"https://a{n}" for n in range(65)]):
        claims = dict(parsed.claims()) | {"expected_origins": value}
        text = jws.sign(header, strict_json.dumps(claims), p.BANK_KEY)
        assert page_refused("openid4vp-v1-signed", {"request": text}) is Code.REQUEST_ORIGIN


def one_of_many(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    whole = {**page_data(PageProtocol.MULTISIGNED)["request"]}
    whole["signatures"] = [dict(each) for each in whole["signatures"]]
    change(whole)
    return {"request": whole}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda whole: whole.__setitem__("signatures", []), Code.REQUEST_SYNTAX),
        (
            lambda whole: whole.__setitem__("signatures", whole["signatures"] * 9),
            Code.REQUEST_SYNTAX,
        ),
        (lambda whole: whole.pop("payload"), Code.REQUEST_SYNTAX),
        (lambda whole: whole.__setitem__("payload", "A" * 300_000), Code.INPUT_SIZE),
        (lambda whole: whole.__setitem__("payload", "a.b"), Code.REQUEST_SYNTAX),
        (lambda whole: whole["signatures"][0].__setitem__("header", {}), Code.REQUEST_SYNTAX),
        (
            lambda whole: [each.__setitem__("signature", "AAAA") for each in whole["signatures"]],
            Code.REQUEST_SIGNATURE,
        ),
    ],
    ids=["none", "too many", "no payload", "large", "dots", "unprotected", "forged"],
)
def test_odd_signatures(change: Callable[[dict[str, Any]], object], code: Code) -> None:
    assert page_refused("openid4vp-v1-multisigned", one_of_many(change)) is code


def test_the_signature_that_is_trusted_counts() -> None:
    first_broken = one_of_many(lambda whole: whole["signatures"][0].update(signature="AAAA"))
    asked = wallet.read_page_request(
        p.phone(policy=PLAIN),
        protocol="openid4vp-v1-multisigned",
        data=first_broken["request"],
        origin=p.BANK,
    )
    assert asked.request.client_id == p.BY_HOST.client_id


def test_the_refusal_of_a_known_sender_counts() -> None:
    data = page_data(PageProtocol.MULTISIGNED)
    setup = p.phone(policy=replace(PLAIN, prefixes=frozenset({vp.Prefix.X509_SAN_DNS})))
    with pytest.raises(RequestRefusedError) as error:
        wallet.read_page_request(
            setup, protocol="openid4vp-v1-multisigned", data=data, origin="https://evil.example"
        )
    assert error.value.code is Code.REQUEST_ORIGIN
    with pytest.raises(KridError) as stranger:
        wallet.read_page_request(
            p.phone(policy=PLAIN, trust=NOBODY),
            protocol="openid4vp-v1-multisigned",
            data=data,
            origin=p.BANK,
        )
    assert stranger.value.code is Code.TRUST_UNKNOWN_ISSUER


class Misused:
    """A source of trust that was set up wrongly, which is nobody's bad request."""

    def find(self, hint: object, *, now: object) -> Any:
        raise MisuseError(Code.MISUSE_OPTION)


def test_a_fault_of_the_program_is_no_refusal() -> None:
    for protocol in (PageProtocol.SIGNED, PageProtocol.MULTISIGNED):
        with pytest.raises(MisuseError):
            wallet.read_page_request(
                p.phone(policy=PLAIN, trust=Misused()),
                protocol=protocol.value,
                data=page_data(protocol),
                origin=p.BANK,
            )


class Impostor:
    """A federation that finds another member than the one that is named."""

    def find(self, hint: object, *, now: object) -> IssuerKey:
        return IssuerKey(key=p.BANK_KEY.public_key, issuer="https://other.example", path="x")


def test_a_member_of_a_federation_that_is_another() -> None:
    identity = Identity.registered("x", p.BANK_KEY)
    name = f"openid_federation:{p.BANK}"
    text = signed(claim("client_id", name), identity=identity)
    link = f"openid4vp://?client_id={quote(name)}&request_uri={quote(p.URL)}"
    assert refused(text, link, policy=PLAIN, trust=Impostor()).code is Code.REQUEST_CLIENT


def test_a_host_that_is_none() -> None:
    link = HOST_LINK + quote("https://[::1]/r")
    assert refused("", link, policy=PLAIN).code is Code.REQUEST_SYNTAX


def test_a_sealed_request_of_a_verifier_without_metadata() -> None:
    error = refused(signed(without("client_metadata")))
    assert error.code is Code.REQUEST_ENCRYPTION


def test_a_name_in_the_payload_of_several_signatures() -> None:
    whole = page_data(PageProtocol.MULTISIGNED)["request"]
    claims = strict_json.loads_object(base64url.decode(whole["payload"]))
    claims["client_id"] = p.BY_HASH.client_id
    header = strict_json.loads_object(base64url.decode(whole["signatures"][0]["protected"]))
    header.pop("alg")
    text = jws.sign(header, strict_json.dumps(claims), p.BANK_KEY)
    protected, payload, signature = text.split(".")
    forged = {"payload": payload, "signatures": [{"protected": protected, "signature": signature}]}
    assert page_refused("openid4vp-v1-multisigned", {"request": forged}) is Code.REQUEST_SYNTAX


def test_the_hash_is_that_of_the_certificate() -> None:
    digest = hashlib.sha256(p.LEAF.der).digest()
    assert p.BY_HASH.client_id == f"x509_hash:{base64url.encode(digest)}"
    assert Certificate.parse(p.LEAF.der).dns_names == (p.HOST,)


def test_a_request_is_good_for_as_long_as_it_says(kept: Wallet) -> None:
    text = signed(without("exp"))
    asked = run(wallet.read_request(p.phone(), LINK + quote(p.URL)), serving(text))
    assert asked.request.expires == p.NOW + timedelta(minutes=5)
    assert p.agree(kept, asked).state == asked.request.state
