"""Messages of OpenID4VP: what is written is read, and any bytes are a value or refused."""

import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import presentation as p
import pytest
from hypothesis import given
from hypothesis import strategies as st
from presentation import Bank, Wire

from krid import query
from krid._core import limits
from krid.errors import Code, KridError, MisuseError
from krid.exchange import (
    Delivery,
    PresentationRequest,
    PresentationResponse,
    ResponseKey,
    ResponseMode,
)
from krid.jose import Enc
from krid.keys import Curve, LocalKey
from krid.model import Attestation
from krid.net import run
from krid.openid import vp
from krid.openid.oauth.refusal import OauthError
from krid.openid.vp import ClientId, RequestRefusedError, WayBack, parameters, wallet
from krid.openid.vp.addresses import check_origin, host_of
from krid.openid.vp.dc_api import page_answer
from krid.openid.vp.link import link_of, link_to, read_fragment, read_link
from krid.openid.vp.parameters import Reading
from krid.openid.vp.refusal import answerable
from krid.openid.vp.response import read_form, read_incoming, response_members, seal
from krid.openid.vp.wire import presentation_from_wire, presentation_to_wire
from krid.profiles import HAIP, OPENID4VP

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SEAL_KEY = LocalKey.generate_on(Curve.P256)
TEXT = st.text(alphabet="abcXYZ019-._~", min_size=1, max_size=40)
URLS = st.sampled_from(["https://bank.example/a", "https://bank.example/a?b=c", p.ANSWERS])


@st.composite
def requests(draw: st.DrawFn) -> PresentationRequest:
    mode = draw(st.sampled_from(list(ResponseMode)))
    key = ResponseKey(SEAL_KEY.public_key, "1", (Enc.A256GCM, Enc.A128GCM))
    origin = p.BANK if mode.is_dc_api else None
    transactions = (
        (vp.encode_transaction(p.PAY, {"amount": draw(TEXT)}, credential_ids=["card"]),)
        if draw(st.booleans())
        else ()
    )
    return PresentationRequest(
        client_id=f"x509_san_dns:{draw(TEXT)}",
        nonce=draw(TEXT),
        state="" if origin is not None else draw(TEXT | st.just("")),
        response_uri="" if origin is not None else draw(URLS),
        query=query.of(p.card(), p.licence()),
        purpose=draw(st.text(max_size=20)),
        expires=NOW + timedelta(seconds=draw(st.integers(1, 600))),
        attestations=(Attestation("a", "b"),) if draw(st.booleans()) else (),
        delivery=Delivery(mode, key if mode.is_sealed else None),
        transactions=transactions,
        origin=origin,
    )


@given(requests())
def test_a_request_comes_back_as_it_was(request: PresentationRequest) -> None:
    members = parameters.encode(request, algs=HAIP.algs)
    members["exp"] = int(request.expires.timestamp())
    reading = Reading(
        policy=OPENID4VP,
        formats=None,
        transaction_types=(p.PAY,),
        now=NOW,
        origin=request.origin,
    )
    assert parameters.parse(members, ClientId.parse(request.client_id), reading) == request


@given(st.binary() | st.text().map(str.encode))
def test_any_text_is_a_link_or_refused(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for start in ("", "openid4vp://?client_id=a&"):
        try:
            read_link(start + text)
        except KridError as error:
            assert error.code in {Code.REQUEST_SYNTAX, Code.REQUEST_METHOD}


@given(st.text())
def test_any_fragment_is_an_answer_or_refused(text: str) -> None:
    try:
        read_form(read_fragment(text))
    except KridError:
        return


@given(st.text())
def test_any_text_is_a_client_or_refused(text: str) -> None:
    try:
        client = ClientId.parse(text)
    except KridError:
        return
    assert client.text == text
    assert text.endswith(client.name)


@given(st.binary(min_size=1, max_size=60))
def test_bytes_travel_and_come_back(raw: bytes) -> None:
    assert presentation_from_wire(presentation_to_wire(raw, "mso_mdoc")) == raw


@pytest.mark.parametrize(
    ("raw", "wire"),
    [
        (b"a.b.c", "a.b.c"),
        (b"a.b.c~", "a.b.c~"),
        (b'{"type":"VerifiablePresentation"}', {"type": "VerifiablePresentation"}),
        (b"\xa1\x01", "oQE"),
        (b"abc", "YWJj"),
    ],
)
def test_the_bytes_say_how_a_presentation_travels(raw: bytes, wire: object) -> None:
    assert presentation_to_wire(raw, "format-of-somebody") == wire
    assert presentation_from_wire(wire) == raw


def test_a_large_presentation_is_refused() -> None:
    with pytest.raises(KridError) as error:
        presentation_from_wire("A" * (limits.MAX_INPUT_BYTES + 1))
    assert error.value.code is Code.RESPONSE_SYNTAX


def test_unsigned_links_hold_objects_as_json() -> None:
    link = link_of("openid4vp://", {"client_id": "a", "dcql_query": {"credentials": []}})
    read: Any = read_link(link)
    assert read.members == {"client_id": "a", "dcql_query": {"credentials": []}}


def plain_request(mode: ResponseMode = ResponseMode.DIRECT_POST) -> PresentationRequest:
    return PresentationRequest(
        client_id="a",
        nonce="n",
        state="",
        response_uri=p.ANSWERS,
        query=query.of(p.card()),
        purpose="",
        expires=NOW,
        delivery=Delivery(mode),
    )


def test_an_answer_without_state_has_none() -> None:
    answer = PresentationResponse("", {"card": (b"a.b~", b"c.d~")})
    members = response_members(answer, plain_request())
    assert members == {"vp_token": {"card": ["a.b~", "c.d~"]}}
    assert read_incoming(members) == answer


def test_nothing_is_sealed_without_a_key() -> None:
    with pytest.raises(KridError) as error:
        seal({}, plain_request(ResponseMode.DIRECT_POST_JWT))
    assert error.value.code is Code.REQUEST_ENCRYPTION
    assert plain_request(ResponseMode.DIRECT_POST_JWT).encryption_thumbprint is None


def test_answers_go_the_way_that_the_request_came() -> None:
    answer = PresentationResponse("", {"card": (b"a.b~",)})
    with pytest.raises(MisuseError):
        page_answer(plain_request(), answer)
    bank = Bank(policy=OPENID4VP)
    begun = bank.verifier.begin_page(
        query.of(p.card()),
        purpose="Name",
        origin=p.BANK,
        mode=ResponseMode.DC_API,
        protocols=[vp.PageProtocol.UNSIGNED],
    )
    digital: Any = begun.argument["digital"]
    asked = wallet.read_page_request(
        p.phone(policy=OPENID4VP),
        protocol="openid4vp-v1-unsigned",
        data=digital["requests"][0]["data"],
        origin=p.BANK,
    )
    with pytest.raises(MisuseError):
        run(wallet.refuse(asked), Wire(bank))


def test_a_refusal_travels_between_processes() -> None:
    back = WayBack(ResponseMode.DIRECT_POST, p.ANSWERS, "state")
    error = RequestRefusedError(
        Code.REQUEST_SYNTAX, "nonce", error=OauthError.INVALID_REQUEST, back=back
    )
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  made here
    assert (again.code, again.detail, again.error, again.back) == (
        error.code,
        error.detail,
        error.error,
        back,
    )
    assert "'state'" not in repr(back)


@pytest.mark.parametrize("origin", ["https://bank.example", "android:apk-key-hash:abc"])
def test_origins_that_may_ask(origin: str) -> None:
    assert check_origin(origin) == origin


def test_a_type_has_members_of_its_own() -> None:
    kind = vp.TransactionType(
        name="urn:t", required={"a": int}, optional={"b": bool, "c": list, "d": dict}
    )
    made = vp.encode_transaction(
        kind, {"a": 1, "b": True, "c": [1], "d": {}}, credential_ids=["card"]
    )
    assert made.details == {"a": 1, "b": True, "c": (1,), "d": {}}
    wrongs: list[dict[str, Any]] = [{"a": True}, {"a": 1, "b": 1}, {"a": 1, "c": {}}, {}]
    for wrong in wrongs:
        with pytest.raises(KridError) as error:
            vp.encode_transaction(kind, wrong, credential_ids=["card"])
        assert error.value.code is Code.TRANSACTION_SYNTAX


@pytest.mark.parametrize("method", list(vp.RequestMethod))
def test_a_link_to_a_request_comes_back_as_it_was(method: vp.RequestMethod) -> None:
    reference = vp.RequestReference("x509_hash:abc", "https://bank.example/r?a=b", method)
    assert read_link(link_to("haip-vp://", reference)) == reference


def test_what_a_page_hands_over_is_json() -> None:
    assert vp.read_page_data(b'{"error":"access_denied"}') == {"error": "access_denied"}
    with pytest.raises(KridError):
        vp.read_page_data(b"[]")


@pytest.mark.parametrize("value", ["", 1, None])
def test_a_sealed_answer_is_text(value: Any) -> None:
    with pytest.raises(KridError) as error:
        read_incoming({"response": value})
    assert error.value.code is Code.RESPONSE_SYNTAX


def test_a_host_that_can_not_be_read() -> None:
    with pytest.raises(KridError) as error:
        host_of("https://[::1]/")
    assert error.value.code is Code.REQUEST_SYNTAX


def test_a_fault_of_the_program_is_no_refusal() -> None:
    with pytest.raises(MisuseError), answerable(None):
        raise MisuseError(Code.MISUSE_OPTION)
