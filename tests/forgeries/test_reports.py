"""One forgery for every rule of reports: nobody is blackened by what he did not sign."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import parties
import presentation as p
import pytest
from hypothesis import given
from hypothesis import strategies as st
from parties import report

from krid._core import base64url, strict_json
from krid._core.entropy import system_entropy
from krid.errors import Code, KridError, StoreError
from krid.jose import Jws, jws
from krid.keys import Alg, LocalKey
from krid.net import Request, Response, run
from krid.openid import vp
from krid.openid.oauth import Call
from krid.openid.oauth.loopback import EndpointTransport
from krid.openid.oauth.refusal import OauthError
from krid.registrar import PartyList
from krid.trust import NO_REVOCATION, CertificateTrust
from krid.web.parties import PATH, ReportsEndpoint

ASKED = parties.asked("name", "address")
TYPE = "application/oauth-authz-req+jwt"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture
def register() -> PartyList:
    made = PartyList(entropy=system_entropy)
    made.enter(parties.BANK)
    return made


def resigned(change: dict[str, Any], *, key: LocalKey = p.BANK_KEY) -> str:
    """Sign the bank's request anew, with some claims changed; None takes one away."""
    parsed = Jws.parse(ASKED.signed)
    claims = {
        name: value for name, value in (parsed.claims() | change).items() if value is not None
    }
    header = {name: each for name, each in parsed.header.items() if name != "alg"}
    header["x5c"] = list(header["x5c"])  # type: ignore[arg-type]
    return jws.sign(header, strict_json.dumps(claims), key)


def twin() -> str:
    """Turn the signature into the other one that verifies as well."""
    head, _, signature = ASKED.signed.rpartition(".")
    raw = base64url.decode(signature)
    other = ORDER - int.from_bytes(raw[32:], "big")
    return f"{head}.{base64url.encode(raw[:32] + other.to_bytes(32, 'big'))}"


def unsigned() -> str:
    head, payload, _ = ASKED.signed.split(".")
    header = strict_json.loads_object(base64url.decode(head)) | {"alg": "none"}
    return f"{base64url.encode(strict_json.dumps(header))}.{payload}."


def put_in() -> str:
    """Let the bank ask for more than it signed."""
    head, payload, signature = ASKED.signed.split(".")
    more = base64url.decode(payload).replace(b'"address"', b'"number"')
    return f"{head}.{base64url.encode(more)}.{signature}"


def post(register: Any, text: str, **changes: Any) -> Any:
    words: dict[str, Any] = {
        "method": "POST",
        "path": PATH,
        "headers": (("Content-Type", TYPE),),
        "body": text.encode(),
    }
    return ReportsEndpoint(register, parties.terms).answer(Call(**(words | changes)))


FORGED: list[tuple[str, Callable[[], str], Code]] = [
    ("no request", lambda: "hello", Code.JWS_SYNTAX),
    ("nobody signed it", unsigned, Code.ALG_UNKNOWN),
    ("another key", lambda: resigned({}, key=p.OTHER_KEY), Code.REQUEST_SIGNATURE),
    ("another name", lambda: resigned({"client_id": "x509_hash:x"}), Code.REQUEST_CLIENT),
    ("a claim put in", put_in, Code.REQUEST_SIGNATURE),
    (
        "too old",
        lambda: resigned({"exp": int((p.NOW - 7 * p.DAY).timestamp())}),
        Code.REPORT_STALE,
    ),
    ("of no known age", lambda: resigned({"exp": None, "iat": None}), Code.REPORT_STALE),
    ("a request that is none", lambda: resigned({"dcql_query": {}}), Code.QUERY_SYNTAX),
    ("within", lambda: parties.asked("name").signed, Code.REGISTRATION_WITHIN),
]


@pytest.mark.parametrize(("name", "forge", "code"), FORGED, ids=[row[0] for row in FORGED])
def test_a_report_that_blackens_nobody(
    register: PartyList, name: str, forge: Callable[[], str], code: Code
) -> None:
    reply = post(register, forge())
    assert reply.refusal.code is code, name
    assert reply.status in {400, 403}
    assert strict_json.loads_object(reply.body) == {"code": str(code)}
    assert register.confirmed(register.every()[0].id) == 0


def test_a_verifier_that_the_register_does_not_know() -> None:
    nobody = PartyList(entropy=system_entropy)
    assert post(nobody, ASKED.signed).refusal.code is Code.REGISTRATION_UNKNOWN


def test_a_verifier_that_nobody_trusts(register: PartyList) -> None:
    root = p.authority(p.OTHER_KEY, "Elsewhere")
    trust = CertificateTrust((root,), revocation=NO_REVOCATION)
    with pytest.raises(KridError) as error:
        report(register, ASKED, trust=trust)
    assert str(error.value.code).startswith(("x509.", "trust."))


@pytest.mark.parametrize("again", [lambda: ASKED.signed, twin, lambda: resigned({"iat": 1})])
def test_one_request_counts_once(register: PartyList, again: Callable[[], str]) -> None:
    """Not by its twin signature, and not as it was signed for another wallet."""
    assert post(register, ASKED.signed).status == 201
    reply = post(register, again())
    assert (reply.status, reply.refusal.code) == (200, Code.REPORT_REPEATED)
    assert strict_json.loads_object(reply.body) == {"counted": False}
    assert register.confirmed(register.every()[0].id) == 1


def test_a_request_that_has_just_ended_still_counts(register: PartyList) -> None:
    ended = int((p.NOW - p.DAY + timedelta(hours=1)).timestamp())
    assert post(register, resigned({"exp": ended})).status == 201
    for nonce, signed in (("another", int(p.NOW.timestamp())), ("third", 253_402_300_799)):
        fresh = {"exp": None, "iat": signed, "nonce": nonce}
        assert post(register, resigned(fresh)).status == 201


def test_a_purpose_that_ends_while_a_request_is_open_blackens_nobody() -> None:
    """Whoever waits until it has ended would make a report of what was asked in time."""
    late = p.NOW + timedelta(minutes=3)
    much_later = p.NOW + timedelta(hours=3)
    register = PartyList(entropy=system_entropy)
    ending = parties.use(until=p.NOW + timedelta(minutes=2))
    register.enter(replace(parties.BANK, uses=(ending,)))
    in_time = parties.asked("name").signed

    def told(text: str, now: datetime = late) -> int:
        endpoint = ReportsEndpoint(register, lambda: parties.terms(now=now))
        call = Call("POST", PATH, headers=(("Content-Type", TYPE),), body=text.encode())
        return endpoint.answer(call).status

    assert told(in_time) == 403
    assert register.confirmed(register.every()[0].id) == 0
    same = {"dcql_query": Jws.parse(in_time).claims()["dcql_query"]}
    assert told(resigned(same | {"nonce": "late", "iat": int(late.timestamp())})) == 201
    assert told(resigned(same | {"nonce": "undated", "iat": None})) == 201
    ends = int((much_later + p.DAY).timestamp())
    old = {"nonce": "old", "iat": int((p.NOW - p.DAY).timestamp()), "exp": ends}
    assert told(resigned(same | old), much_later) == 201


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"method": "GET"}, 405),
        ({"headers": (("Content-Type", "text/plain"),)}, 400),
        ({"headers": ()}, 400),
        ({"body": b"x" * (256 * 1024 + 1)}, 413),
        ({"body": b"\xff"}, 400),
    ],
)
def test_what_is_no_report(register: PartyList, changes: dict[str, Any], status: int) -> None:
    assert post(register, "", **changes).status == status


def test_a_request_that_is_too_long_is_not_read() -> None:
    with pytest.raises(KridError) as error:
        vp.read_reported("x" * (256 * 1024 + 1), parties.terms())
    assert error.value.code is Code.INPUT_SIZE


def test_a_database_that_fails_is_no_refusal() -> None:
    class Broken:
        def report(self, *_args: object, **_words: object) -> object:
            raise StoreError(Code.REGISTER_DATABASE)

    with pytest.raises(StoreError):
        post(Broken(), ASKED.signed)


# The wallet's side


def told(register: Any, request: Any = ASKED) -> Any:
    authority = EndpointTransport("mois.example", ReportsEndpoint(register, parties.terms))
    return run(vp.wallet.report(request, f"https://mois.example{PATH}"), authority)


class Answering:
    """An authority that answers in one way, and remembers what it was sent."""

    def __init__(self, status: int, body: bytes, media_type: str = "application/json") -> None:
        self.answer = status, body, media_type
        self.requests: list[Request] = []

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        status, body, media_type = self.answer
        return Response(status, {"content-type": media_type}, body)


def test_nothing_goes_along_with_a_report() -> None:
    authority = Answering(201, b"{}")
    assert run(vp.wallet.report(ASKED, "https://mois.example/r"), authority).counted
    (sent,) = authority.requests
    assert sent.body == ASKED.signed.encode("ascii")
    assert sent.headers == {"Content-Type": TYPE, "Accept": "application/json"}


def test_a_report_is_told_whether_it_counted(register: PartyList) -> None:
    assert told(register).counted
    assert not told(register).counted


@pytest.mark.parametrize(
    ("status", "body", "media_type", "code", "detail"),
    [
        (403, b'{"code":"registration.within"}', "application/json", Code.REPORT_REFUSED, "within"),
        (400, b'{"code":"<script>"}', "application/json", Code.REPORT_REFUSED, "other"),
        (400, b"{}", "application/json", Code.REPORT_REFUSED, "other"),
        (201, b"", "application/json", Code.OAUTH_RESPONSE, ""),
        (502, b"<html>", "text/html", Code.NET_STATUS, "502"),
    ],
)
def test_an_authority_that_does_not_take_it(
    status: int, body: bytes, media_type: str, code: Code, detail: str
) -> None:
    with pytest.raises(KridError) as error:
        run(vp.wallet.report(ASKED, "https://a.example/r"), Answering(status, body, media_type))
    assert error.value.code is code
    assert detail in error.value.detail


def test_a_request_that_nobody_signed_is_not_sent() -> None:
    with pytest.raises(KridError) as error:
        told(None, replace(ASKED, signed=""))
    assert error.value.code is Code.REPORT_UNSIGNED
    assert OauthError.ACCESS_DENIED.value == "access_denied"


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_a_report_or_refused(raw: bytes) -> None:
    key = LocalKey.generate(Alg.ES256)
    for text in (raw.decode("latin-1"), jws.sign({"typ": vp.REQUEST_TYP}, raw, key)):
        with pytest.raises(KridError):
            vp.read_reported(text, parties.terms())
