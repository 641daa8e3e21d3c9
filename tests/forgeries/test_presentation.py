"""What a verifier of OpenID4VP refuses: each forgery breaks one rule, and nothing is left of it.

Every refusal has the code, the error on the wire, and no trace in the store but its reason.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import presentation as p
import pytest
from presentation import Bank, Wire, refused_for

from krid import query
from krid._core import limits, strict_json
from krid.errors import Code, KridError, MalformedError, StoreError
from krid.exchange import AuthenticatedRequest, PresentationResponse, ResponseKey, ResponseMode
from krid.jose import Enc, jwe
from krid.keys import Curve, LocalKey
from krid.net import Request, run
from krid.openid import vp
from krid.openid.oauth import Call, Kind, MemoryIssuanceStore, Reply
from krid.openid.oauth.http import FORM
from krid.openid.vp import response, wallet
from krid.openid.vp.server import Completed, Declined, Identity, Journey, Refused, Waiting, checking
from krid.openid.vp.server.records import decode_shortfall
from krid.wallet import Wallet

PLAIN = p.plain()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wallet]:
    with p.make_wallet(tmp_path_factory.mktemp("wallet")) as made:
        yield made


def open_bank(**changes: Any) -> Bank:
    """A bank that takes answers as they are, so that forgeries can be written."""
    return Bank(policy=PLAIN, mode=ResponseMode.DIRECT_POST, **changes)


def read(bank: Bank, begun: vp.server.Begun) -> AuthenticatedRequest:
    return run(wallet.read_request(p.phone(policy=PLAIN), begun.link), Wire(bank))


def post(bank: Bank, form: Mapping[str, str], **changes: Any) -> Reply:
    words: dict[str, Any] = {
        "method": "POST",
        "path": "/vp/response",
        "headers": (("Content-Type", FORM),),
        "body": urlencode(form).encode("ascii"),
    }
    return bank.verifier.answer(Call(**(words | changes)))


def check_refused(bank: Bank, reply: Any, code: Code, *, error: str = "invalid_request") -> None:
    """The answer is OAuth's, the reason is krid's, and nothing of the answer is kept."""
    assert reply.refusal is not None
    assert reply.refusal.code is code
    assert reply.status == 400
    assert strict_json.loads(reply.body)["error"] == error  # type: ignore[index,call-overload]
    for (kind, _), (record, _) in bank.store._records.items():  # type: ignore[attr-defined]
        assert p.NAME.encode() not in record, kind
        assert b"vp_token" not in record.replace(b'"response_type":"vp_token"', b"")


def kinds(bank: Bank) -> Mapping[Kind, int]:
    return bank.store.kinds(now=bank.clock.moment)  # type: ignore[attr-defined,no-any-return]


def form_of(kept: Wallet, asked: AuthenticatedRequest) -> dict[str, str]:
    return vp.encode_response(p.agree(kept, asked), asked.request)


def test_a_wrong_state(kept: Wallet) -> None:
    bank = open_bank()
    begun = bank.begin()
    form = form_of(kept, read(bank, begun))
    check_refused(bank, post(bank, form | {"state": "another"}), Code.SESSION_UNKNOWN)
    assert isinstance(bank.outcome(begun), Waiting)
    assert post(bank, form).status == 200


def test_no_state(kept: Wallet) -> None:
    bank = open_bank()
    form = form_of(kept, read(bank, bank.begin()))
    del form["state"]
    check_refused(bank, post(bank, form), Code.RESPONSE_STATE)


def test_an_answer_sent_twice(kept: Wallet) -> None:
    bank = open_bank()
    begun = bank.begin()
    form = form_of(kept, read(bank, begun))
    first = post(bank, form)
    again = post(bank, form)
    assert first.status == 200
    assert again.refusal is not None
    assert again.refusal.code is Code.SESSION_UNKNOWN
    assert kinds(bank)[Kind.OUTCOME] == 1


def test_an_answer_to_another_session(kept: Wallet) -> None:
    bank = open_bank()
    begun, other = bank.begin(), bank.begin()
    form = form_of(kept, read(bank, begun))
    form["state"] = read(bank, other).request.state
    check_refused(bank, post(bank, form), Code.KB_NONCE)
    assert refused_for(bank.outcome(other)) is Code.KB_NONCE
    assert isinstance(bank.outcome(begun), Waiting)


def test_an_answer_to_another_session_as_an_mdoc(kept: Wallet) -> None:
    bank = open_bank()
    begun, other = bank.begin(p.licence()), bank.begin(p.licence())
    form = form_of(kept, read(bank, begun))
    form["state"] = read(bank, other).request.state
    check_refused(bank, post(bank, form), Code.MDOC_DEVICE_SIGNATURE)


@pytest.mark.parametrize(
    ("change", "code", "mdoc_code"),
    [
        ({"nonce": "another"}, Code.KB_NONCE, Code.MDOC_DEVICE_SIGNATURE),
        ({"client_id": "x509_hash:other"}, Code.KB_AUDIENCE, Code.MDOC_DEVICE_SIGNATURE),
        ({"origin": p.BANK}, Code.KB_AUDIENCE, Code.MDOC_DEVICE_SIGNATURE),
    ],
    ids=["nonce", "another verifier", "a page"],
)
@pytest.mark.parametrize("is_mdoc", [False, True])
def test_a_proof_for_something_else(
    kept: Wallet, change: dict[str, Any], code: Code, mdoc_code: Code, *, is_mdoc: bool
) -> None:
    bank = open_bank()
    begun = bank.begin(p.licence() if is_mdoc else p.card())
    asked = read(bank, begun)
    forged = replace(asked, request=replace(asked.request, **change))
    form = vp.encode_response(p.agree(kept, forged), asked.request)
    check_refused(bank, post(bank, form), mdoc_code if is_mdoc else code)
    assert refused_for(bank.outcome(begun)) is (mdoc_code if is_mdoc else code)


def test_an_mdoc_for_another_address(kept: Wallet) -> None:
    bank = open_bank()
    asked = read(bank, bank.begin(p.licence()))
    forged = replace(asked, request=replace(asked.request, response_uri="https://evil.example/a"))
    form = vp.encode_response(p.agree(kept, forged), asked.request)
    check_refused(bank, post(bank, form), Code.MDOC_DEVICE_SIGNATURE)


def test_an_mdoc_sealed_for_another_key(kept: Wallet) -> None:
    """The thumbprint of the verifier's key is part of what the device signs (B.2.6.1)."""
    bank = Bank()
    asked = run(wallet.read_request(p.phone(), bank.begin(p.licence()).link), Wire(bank))
    key = asked.request.delivery.key
    assert key is not None
    mine = ResponseKey(LocalKey.generate_on(Curve.P256).public_key, key.key_id, key.encs)
    delivery = replace(asked.request.delivery, key=mine)
    answer = p.agree(kept, replace(asked, request=replace(asked.request, delivery=delivery)))
    check_refused(
        bank, post(bank, vp.encode_response(answer, asked.request)), Code.MDOC_DEVICE_SIGNATURE
    )


FORMS: list[tuple[str, Callable[[dict[str, str]], Mapping[str, str]], Code]] = [
    ("nothing", lambda _: {}, Code.RESPONSE_SYNTAX),
    ("no answer", lambda form: {"state": form["state"]}, Code.RESPONSE_SYNTAX),
    ("two kinds", lambda form: form | {"error": "access_denied"}, Code.RESPONSE_SYNTAX),
    ("no JSON", lambda form: form | {"vp_token": "{"}, Code.RESPONSE_SYNTAX),
    ("an array", lambda form: form | {"vp_token": "[]"}, Code.RESPONSE_SYNTAX),
    ("nobody", lambda form: form | {"vp_token": "{}"}, Code.RESPONSE_SYNTAX),
    ("no array", lambda form: form | {"vp_token": '{"card":"a.b"}'}, Code.RESPONSE_SYNTAX),
    ("a number", lambda form: form | {"vp_token": '{"card":[1]}'}, Code.RESPONSE_SYNTAX),
    ("an error of odd characters", lambda _: {"error": "\n"}, Code.OAUTH_RESPONSE),
    ("a long state", lambda form: form | {"state": "s" * 600}, Code.RESPONSE_SYNTAX),
    (
        "a long state of an error",
        lambda _: {"error": "e", "state": "s" * 600},
        Code.RESPONSE_SYNTAX,
    ),
]


@pytest.mark.parametrize(("_name", "change", "code"), FORMS, ids=[row[0] for row in FORMS])
def test_a_malformed_answer(
    kept: Wallet, _name: str, change: Callable[[dict[str, str]], Mapping[str, str]], code: Code
) -> None:
    bank = open_bank()
    begun = bank.begin()
    form = form_of(kept, read(bank, begun))
    check_refused(bank, post(bank, change(dict(form))), code)
    assert isinstance(bank.outcome(begun), Waiting), "the session is still open"


def test_an_answer_to_another_query(kept: Wallet) -> None:
    bank = open_bank()
    asked = read(bank, bank.begin())
    form = form_of(kept, asked)
    form["vp_token"] = form["vp_token"].replace('"card"', '"other"')
    reply = post(bank, form)
    assert reply.refusal is not None
    assert reply.refusal.code in {Code.QUERY_UNANSWERED, Code.QUERY_UNASKED}


def test_an_answer_that_is_too_large() -> None:
    bank = open_bank()
    reply = post(bank, {}, body=b"vp_token=" + b"x" * 3_000_000)
    check_refused(bank, reply, Code.OAUTH_FORM)


def test_an_answer_that_is_no_form() -> None:
    bank = open_bank()
    reply = post(bank, {}, headers=(("Content-Type", "application/json"),))
    check_refused(bank, reply, Code.OAUTH_REQUEST)


def test_an_open_answer_where_it_must_be_sealed(kept: Wallet) -> None:
    bank = Bank()
    begun = bank.begin()
    asked = run(wallet.read_request(p.phone(), begun.link), Wire(bank))
    members = response.response_members(p.agree(kept, asked), asked.request)
    form = {
        "vp_token": strict_json.dumps(members["vp_token"]).decode(),
        "state": asked.request.state,
    }
    check_refused(bank, post(bank, form), Code.RESPONSE_ENCRYPTION)


def sealed(
    bank: Bank, kept: Wallet, *, begun: vp.server.Begun
) -> tuple[AuthenticatedRequest, bytes]:
    asked = run(wallet.read_request(p.phone(), begun.link), Wire(bank))
    return asked, strict_json.dumps(response.response_members(p.agree(kept, asked), asked.request))


def reseal(asked: AuthenticatedRequest, content: bytes, **changes: Any) -> dict[str, str]:
    key = asked.request.delivery.key
    assert key is not None
    words: dict[str, Any] = {"to": key.key, "enc": Enc.A128GCM, "key_id": key.key_id}
    return {"response": jwe.encrypt(content, **(words | changes))}


SEALED: list[tuple[str, Callable[[AuthenticatedRequest, bytes], dict[str, str]], Code]] = [
    (
        "for another key",
        lambda asked, content: reseal(
            asked, content, to=LocalKey.generate_on(Curve.P256).public_key
        ),
        Code.JWE_DECRYPT,
    ),
    (
        "for another curve",
        lambda asked, content: reseal(
            asked, content, to=LocalKey.generate_on(Curve.X25519).public_key
        ),
        Code.ALG_KEY,
    ),
    (
        "for an unknown key",
        lambda asked, content: reseal(asked, content, key_id="other"),
        Code.SESSION_UNKNOWN,
    ),
    (
        "for a key without a name",
        lambda asked, content: reseal(asked, content, key_id=None),
        Code.RESPONSE_ENCRYPTION,
    ),
    ("no JSON", lambda asked, _: reseal(asked, b"no"), Code.RESPONSE_SYNTAX),
    (
        "with another state",
        lambda asked, content: reseal(
            asked, content.replace(asked.request.state.encode(), b"another")
        ),
        Code.RESPONSE_STATE,
    ),
    (
        "sealed twice",
        lambda asked, content: reseal(
            asked, strict_json.dumps({"response": reseal(asked, content)["response"]})
        ),
        Code.RESPONSE_STATE,
    ),
    ("no JWE", lambda _asked, _content: {"response": "a.b"}, Code.JWE_SYNTAX),
]


@pytest.mark.parametrize(("_name", "forge", "code"), SEALED, ids=[row[0] for row in SEALED])
def test_a_wrongly_sealed_answer(
    kept: Wallet,
    _name: str,
    forge: Callable[[AuthenticatedRequest, bytes], dict[str, str]],
    code: Code,
) -> None:
    bank = Bank()
    begun = bank.begin()
    asked, content = sealed(bank, kept, begun=begun)
    check_refused(bank, post(bank, forge(asked, content)), code)
    assert isinstance(bank.outcome(begun), Waiting), "the session is still open"
    assert post(bank, reseal(asked, content)).status == 200


def test_a_sealed_answer_where_none_was_asked_for(kept: Wallet) -> None:
    bank = Bank()
    asked, content = sealed(bank, kept, begun=bank.begin())
    other = open_bank(store=bank.store)
    begun = other.begin()
    state = read(other, begun).request.state
    from krid.openid.oauth.store import fingerprint

    form = reseal(asked, content, key_id=fingerprint(state))
    check_refused(other, post(other, form), Code.RESPONSE_ENCRYPTION)


def test_an_encryption_that_the_policy_does_not_take(kept: Wallet) -> None:
    bank = Bank(policy=replace(PLAIN, encs=(Enc.A256GCM,)))
    asked, content = sealed(bank, kept, begun=bank.begin())
    check_refused(bank, post(bank, reseal(asked, content)), Code.RESPONSE_ENCRYPTION)


def test_an_answer_that_comes_late(kept: Wallet) -> None:
    bank = open_bank()
    form = form_of(kept, read(bank, bank.begin()))
    bank.clock.moment += timedelta(minutes=6)
    check_refused(bank, post(bank, form), Code.SESSION_UNKNOWN)


def test_an_unknown_request_object() -> None:
    bank = Bank()
    reply = bank.verifier.answer(Call("GET", "/vp/request/none"))
    check_refused(bank, reply, Code.SESSION_UNKNOWN)


def test_a_request_object_after_the_answer(kept: Wallet) -> None:
    bank = Bank()
    begun = bank.begin()
    p.Visit(bank, kept).answer(begun)
    with pytest.raises(KridError) as error:
        run(wallet.read_request(p.phone(), begun.link), Wire(bank))
    assert error.value.code is Code.NET_STATUS


@pytest.mark.parametrize(
    ("form", "code", "error"),
    [
        ({"wallet_nonce": "a b"}, Code.OAUTH_REQUEST, "invalid_request"),
        ({"wallet_nonce": "n" * 600}, Code.OAUTH_REQUEST, "invalid_request"),
        ({"wallet_metadata": "[]"}, Code.OAUTH_REQUEST, "invalid_request"),
        (
            {"wallet_metadata": '{"request_object_signing_alg_values_supported":["RS256"]}'},
            Code.ALG_NOT_ALLOWED,
            "invalid_request",
        ),
        (
            {"wallet_metadata": '{"jwks":{"keys":[{"kid":"1","kty":"RSA"}]}}'},
            Code.REQUEST_ENCRYPTION,
            "invalid_request",
        ),
        ({"wallet_metadata": '{"jwks":{"keys":[]}}'}, Code.REQUEST_SYNTAX, "invalid_request"),
        (
            {"wallet_metadata": '{"vp_formats_supported":{"ldp_vc":{}}}'},
            Code.REQUEST_FORMATS,
            "vp_formats_not_supported",
        ),
    ],
)
def test_a_wallet_that_asks_oddly(form: dict[str, str], code: Code, error: str) -> None:
    bank = Bank()
    path = dict(parse_qsl(bank.begin().link.partition("?")[2]))["request_uri"]
    reply = post(bank, form, path=path.removeprefix(p.BANK))
    check_refused(bank, reply, code, error=error)


@pytest.mark.parametrize(
    ("call", "status"),
    [(Call("GET", "/vp/response"), 405), (Call("POST", "/vp/other"), 404)],
)
def test_other_endpoints(call: Call, status: int) -> None:
    reply = Bank().verifier.answer(call)
    assert reply.status == status
    assert reply.refusal is not None
    assert reply.refusal.code is Code.OAUTH_ENDPOINT


# Whoever passes his request on to somebody else must not get that person's answer.


def test_a_relayed_request_gives_the_attacker_nothing(kept: Wallet) -> None:
    """On one device: the victim's browser goes to the page, in a session that never began."""
    bank = Bank()
    attacker, victim = bank.begin(), bank.begin()
    sent = p.Visit(bank, kept).answer(attacker)
    assert sent.open is not None
    assert isinstance(bank.outcome(attacker), Waiting)
    assert isinstance(bank.outcome(victim, sent), Waiting)
    with pytest.raises(KridError) as error:
        bank.verifier.outcome(attacker.secret, response_code="guess")
    assert error.value.code is Code.RESPONSE_CODE


@pytest.mark.parametrize("secret", ["", "guess", "\ud800"])
def test_an_outcome_for_a_session_that_never_began(kept: Wallet, secret: str) -> None:
    bank = Bank(page=None)
    begun = bank.begin(journey=Journey.CROSS_DEVICE)
    p.Visit(bank, kept).answer(begun)
    with pytest.raises(KridError) as error:
        bank.verifier.outcome(secret, response_code=None)
    assert error.value.code is Code.SESSION_UNKNOWN
    with pytest.raises(KridError):
        bank.verifier.outcome(begun.link, response_code=None)


def test_of_two_verifiers_with_one_store_each_has_its_own_sessions(kept: Wallet) -> None:
    """Else an answer would be judged by whoever of them believes the most, and asks the least."""
    bank = open_bank()
    other = open_bank(url=f"{p.URL}/other", store=bank.store)
    stranger = open_bank(url=f"{p.URL}/other", store=bank.store, identity=p.BY_HOST)
    begun = across(bank)
    asked = read(bank, begun)
    check_refused(other, post(other, form_of(kept, asked), path="/vp/other/response"),
                  Code.SESSION_UNKNOWN)  # fmt: skip
    fetched = urlsplit(parse_qs(urlsplit(begun.link).query)["request_uri"][0]).path
    elsewhere = fetched.replace("/vp/", "/vp/other/")
    check_refused(stranger, stranger.verifier.answer(Call("GET", elsewhere)), Code.SESSION_UNKNOWN)
    assert post(bank, form_of(kept, asked)).status == 200
    with pytest.raises(KridError) as error:
        other.outcome(begun)
    assert error.value.code is Code.SESSION_UNKNOWN
    assert isinstance(bank.outcome(begun), Completed)


def across(bank: Bank) -> Any:
    return bank.begin(journey=Journey.CROSS_DEVICE)


def test_a_stranger_who_saw_the_code_says_no(kept: Wallet) -> None:
    """Whoever fetches the request has its state, and can say no: that ends nothing."""
    bank = open_bank()
    begun = across(bank)
    asked = read(bank, begun)
    state = asked.request.state
    assert post(bank, {"error": "access_denied", "state": state}).status == 200
    assert bank.outcome(begun) == Declined("access_denied", is_final=False)
    assert post(bank, form_of(kept, asked)).status == 200
    assert isinstance(bank.outcome(begun), Completed)
    late = post(bank, {"error": "access_denied", "state": state})
    assert late.refusal is not None
    assert late.refusal.code is Code.SESSION_UNKNOWN


def test_a_stranger_who_saw_the_code_sends_garbage(kept: Wallet) -> None:
    bank = open_bank()
    begun, other = across(bank), across(bank)
    form = form_of(kept, read(bank, other))
    form["state"] = read(bank, begun).request.state
    check_refused(bank, post(bank, form), Code.KB_NONCE)
    result = bank.outcome(begun)
    assert refused_for(result) is Code.KB_NONCE
    assert isinstance(result, Refused)
    assert not result.is_final
    assert [step.state.value for step in result.report.sections[0].steps].count("refused") == 1
    assert post(bank, form_of(kept, read(bank, begun))).status == 200
    assert isinstance(bank.outcome(begun), Completed)


def test_a_stranger_who_floods_a_request_delays_it_and_ends_nothing(kept: Wallet) -> None:
    """So many answers are looked at, and not one more; a spell later the person's own counts."""
    bank = open_bank()
    begun, other = across(bank), across(bank)
    form = form_of(kept, read(bank, begun))
    forged = form_of(kept, read(bank, other)) | {"state": form["state"]}
    for _ in range(limits.MAX_VP_ANSWERS):
        check_refused(bank, post(bank, forged), Code.KB_NONCE)
    late = post(bank, forged)
    assert (late.status, late.refusal and late.refusal.code) == (503, Code.RESPONSE_RATE)
    # Another request is not touched, nor is saying no to this one.
    assert post(bank, {"error": "access_denied", "state": form["state"]}).status == 200
    assert post(bank, form_of(kept, read(bank, other))).status == 200
    bank.clock.moment += timedelta(seconds=10)
    assert post(bank, form).status == 200
    assert isinstance(bank.outcome(begun), Completed)


def test_nothing_is_final_while_an_answer_is_written_down(
    kept: Wallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser asks when the request is gone already, and the outcome is not there yet."""
    bank = open_bank()
    begun = across(bank)
    asked = read(bank, begun)
    post(bank, {"error": "access_denied", "state": asked.request.state})
    seen, take = [], bank.store.take

    def slow(kind: Kind, key: str, *, now: datetime) -> bytes | None:
        found = take(kind, key, now=now)
        if kind is Kind.PRESENTATION:
            seen.append(bank.outcome(begun))
        return found

    with monkeypatch.context() as patched:
        patched.setattr(bank.store, "take", slow)
        assert post(bank, form_of(kept, asked)).status == 200
    assert seen == [Declined("access_denied", is_final=False)]
    assert isinstance(bank.outcome(begun), Completed)


def test_a_stranger_who_is_slower_than_the_person_leaves_no_trace(
    kept: Wallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was opened before the answer came is told to nobody after it was fetched."""
    bank = open_bank()
    begun = across(bank)
    asked = read(bank, begun)
    opened = checking.opened
    answered: list[object] = []

    def slow(*words: Any) -> Any:
        found = opened(*words)
        if not answered:
            answered.append(found)
            assert post(bank, form_of(kept, asked)).status == 200
            answered.append(bank.outcome(begun))
        return found

    monkeypatch.setattr(checking, "opened", slow)
    post(bank, {"error": "access_denied", "state": asked.request.state})
    assert isinstance(answered[1], Completed)
    with pytest.raises(KridError) as error:
        bank.outcome(begun)
    assert error.value.code is Code.SESSION_UNKNOWN


def test_what_nobody_answers_ends_as_it_was_declined() -> None:
    bank = open_bank()
    begun = across(bank)
    post(bank, {"error": "access_denied", "state": read(bank, begun).request.state})
    bank.clock.moment += timedelta(minutes=6)
    assert bank.outcome(begun) == Declined("access_denied", is_final=True)


def test_of_two_answers_across_devices_one_counts(kept: Wallet) -> None:
    bank = open_bank()
    begun = across(bank)
    form = form_of(kept, read(bank, begun))
    assert post(bank, form).status == 200
    check = post(bank, form)
    assert check.refusal is not None
    assert check.refusal.code is Code.SESSION_UNKNOWN


@pytest.mark.parametrize(
    "change",
    [
        {"refusal": "kb.nonce"},
        {"refusal": {"code": "no.such", "detail": "", "check": None, "proved": []}},
        {"refusal": {"code": "kb.nonce", "detail": "", "check": "magic", "proved": []}},
        {"refusal": {"code": "kb.nonce", "detail": "", "check": None, "proved": [["syntax"]]}},
        {"at": "yesterday"},
    ],
)
def test_a_refusal_that_something_else_wrote_down(change: dict[str, Any]) -> None:
    members: Any = {"error": None, "refusal": None, "at": "2026-06-01T00:00:00Z", "until": None}
    assert decode_shortfall(members).refusal is None
    with pytest.raises(MalformedError):
        decode_shortfall(members | change)


def test_an_answer_is_handed_out_once(kept: Wallet) -> None:
    bank = Bank()
    begun = bank.begin()
    sent = p.Visit(bank, kept).answer(begun)
    assert isinstance(bank.outcome(begun, sent), Completed)
    with pytest.raises(KridError) as error:
        bank.outcome(begun, sent)
    assert error.value.code is Code.SESSION_UNKNOWN
    assert Kind.OUTCOME not in kinds(bank)
    assert Kind.PRESENTATION not in kinds(bank)


def test_an_answer_that_was_changed_in_the_store(kept: Wallet) -> None:
    """Nothing is believed because it was stored."""
    bank = Bank()
    begun = bank.begin()
    sent = p.Visit(bank, kept).answer(begun)
    records = bank.store._records  # type: ignore[attr-defined]
    for place, (record, ends) in list(records.items()):
        if place[0] is Kind.OUTCOME:
            stored: Any = strict_json.loads_object(record)
            text = stored["answer"]["vp_token"]["card"][0]
            parts = text.split("~")
            forged = "~".join((*parts[:-2], parts[-1]))
            stored["answer"]["vp_token"]["card"] = [forged]
            records[place] = strict_json.dumps(stored), ends
    result = bank.outcome(begun, sent)
    assert isinstance(result, Refused)


# Transactions


def transaction(*ids: str) -> Any:
    return vp.encode_transaction(p.PAY, {"amount": "10"}, credential_ids=ids or ("card",))


def without_transactions(asked: AuthenticatedRequest) -> AuthenticatedRequest:
    return replace(asked, request=replace(asked.request, transactions=()))


def test_a_transaction_that_nobody_authorised(kept: Wallet) -> None:
    bank = open_bank()
    asked = read_with(bank, bank.begin(transactions=[transaction()]))
    form = vp.encode_response(p.agree(kept, without_transactions(asked)), asked.request)
    check_refused(bank, post(bank, form), Code.TRANSACTION_UNBOUND)


def test_a_transaction_that_was_not_asked_for(kept: Wallet) -> None:
    bank = open_bank()
    asked = read_with(bank, bank.begin())
    forged = replace(asked, request=replace(asked.request, transactions=(transaction(),)))
    form = vp.encode_response(p.agree(kept, forged), asked.request)
    check_refused(bank, post(bank, form), Code.KB_TRANSACTION)


def test_another_transaction_than_asked_for(kept: Wallet) -> None:
    bank = open_bank()
    asked = read_with(bank, bank.begin(transactions=[transaction()]))
    other = vp.encode_transaction(p.PAY, {"amount": "10000"}, credential_ids=["card"])
    forged = replace(asked, request=replace(asked.request, transactions=(other,)))
    form = vp.encode_response(p.agree(kept, forged), asked.request)
    check_refused(bank, post(bank, form), Code.KB_TRANSACTION)


def test_an_mdoc_that_authorises_something_else(kept: Wallet) -> None:
    bank = open_bank()
    wanted = vp.encode_transaction(p.SIGN, {}, credential_ids=["licence"])
    other = vp.encode_transaction(p.SIGN, {}, credential_ids=["licence"], hash_algs=["sha-256"])
    asked = read_with(bank, bank.begin(p.licence(), transactions=[wanted]))
    forged = replace(asked, request=replace(asked.request, transactions=(other,)))
    form = vp.encode_response(p.agree(kept, forged), asked.request)
    check_refused(bank, post(bank, form), Code.TRANSACTION_FOREIGN)


def read_with(bank: Bank, begun: vp.server.Begun) -> AuthenticatedRequest:
    return read(bank, begun)


# Pages


def begin_page(bank: Bank, **changes: Any) -> vp.server.BegunPage:
    words: dict[str, Any] = {
        "purpose": "Open an account",
        "origin": p.BANK,
        "mode": ResponseMode.DC_API,
        "protocols": [vp.PageProtocol.UNSIGNED],
    }
    return bank.verifier.begin_page(query.of(p.card()), **(words | changes))


def page_answer(kept: Wallet, begun: vp.server.BegunPage, *, origin: str) -> Any:
    digital: Any = begun.argument["digital"]
    data = digital["requests"][0]
    asked = wallet.read_page_request(
        p.phone(policy=PLAIN), protocol=data["protocol"], data=data["data"], origin=origin
    )
    return wallet.answer_page(asked, p.agree(kept, asked))


def page_refused(bank: Bank, secret: str, data: Any) -> Code:
    with pytest.raises(KridError) as error:
        bank.verifier.complete_page(secret, data)
    assert Kind.OUTCOME not in kinds(bank)
    return error.value.code


def test_an_answer_for_another_page(kept: Wallet) -> None:
    bank = Bank(policy=PLAIN)
    begun = begin_page(bank)
    data = page_answer(kept, begun, origin="https://evil.example")
    assert page_refused(bank, begun.secret, data) is Code.KB_AUDIENCE
    assert page_refused(bank, begun.secret, data) is Code.SESSION_UNKNOWN


def test_an_answer_of_another_page_session(kept: Wallet) -> None:
    bank = Bank(policy=PLAIN)
    begun, other = begin_page(bank), begin_page(bank)
    data = page_answer(kept, begun, origin=p.BANK)
    assert page_refused(bank, other.secret, data) is Code.KB_NONCE


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda _: {}, Code.RESPONSE_SYNTAX),
        (lambda _: {"response": "a.b"}, Code.RESPONSE_ENCRYPTION),
    ],
    ids=["nothing", "sealed"],
)
def test_an_odd_answer_of_a_page(
    kept: Wallet, change: Callable[[dict[str, Any]], dict[str, Any]], code: Code
) -> None:
    bank = Bank(policy=PLAIN)
    begun = begin_page(bank)
    data = page_answer(kept, begun, origin=p.BANK)
    assert page_refused(bank, begun.secret, change(data)) is code


def test_a_state_of_a_page_means_nothing(kept: Wallet) -> None:
    bank = Bank(policy=PLAIN)
    begun = begin_page(bank)
    data = page_answer(kept, begun, origin=p.BANK) | {"state": "s", "unknown": 1}
    assert isinstance(bank.verifier.complete_page(begun.secret, data), Completed)


def test_an_answer_of_a_page_that_is_sealed_twice(kept: Wallet) -> None:
    bank = Bank(policy=PLAIN)
    begun = begin_page(bank, mode=ResponseMode.DC_API_JWT)
    digital: Any = begun.argument["digital"]
    data = digital["requests"][0]
    asked = wallet.read_page_request(
        p.phone(policy=PLAIN), protocol=data["protocol"], data=data["data"], origin=p.BANK
    )
    once = wallet.answer_page(asked, p.agree(kept, asked))
    twice = reseal(asked, strict_json.dumps(once))
    assert page_refused(bank, begun.secret, twice) is Code.RESPONSE_ENCRYPTION


def test_an_answer_of_a_page_that_is_posted(kept: Wallet) -> None:
    bank = Bank(policy=PLAIN)
    begun = begin_page(bank)
    data = page_answer(kept, begun, origin=p.BANK)
    form = {"vp_token": strict_json.dumps(data["vp_token"]).decode(), "state": begun.secret}
    check_refused(bank, post(bank, form), Code.SESSION_UNKNOWN)


def fragment_bank() -> Bank:
    return Bank(identity=Identity.by_address(p.PAGE), policy=PLAIN, mode=ResponseMode.FRAGMENT)


def fragment_of(bank: Bank, kept: Wallet, begun: vp.server.Begun) -> str:
    asked = run(wallet.read_request(p.phone(policy=PLAIN), begun.link), Wire(bank))
    sent = run(wallet.send(asked, p.agree(kept, asked)), Wire(bank))
    return (sent.open or "").partition("#")[2]


def test_a_fragment_with_another_state(kept: Wallet) -> None:
    bank = fragment_bank()
    begun, other = bank.begin(), bank.begin()
    fragment = fragment_of(bank, kept, begun)
    with pytest.raises(KridError) as error:
        bank.verifier.complete_fragment(other.secret, fragment)
    assert error.value.code is Code.RESPONSE_STATE
    with pytest.raises(KridError) as error:
        bank.verifier.complete_fragment("guess", fragment)
    assert error.value.code is Code.SESSION_UNKNOWN


@pytest.mark.parametrize("fragment", ["", "vp_token", "a=1&a=2", "vp_token=%ff", "é=1"])
def test_a_malformed_fragment(fragment: str) -> None:
    bank = fragment_bank()
    with pytest.raises(KridError) as error:
        bank.verifier.complete_fragment(bank.begin().secret, fragment)
    assert error.value.code is Code.RESPONSE_SYNTAX


def test_requests_and_answers_show_no_secrets(kept: Wallet) -> None:
    bank = Bank()
    begun = bank.begin()
    asked = run(wallet.read_request(p.phone(), begun.link), Wire(bank))
    answer: PresentationResponse = p.agree(kept, asked)
    shown = repr((begun, asked, answer, bank.setup, bank.verifier, Request(p.ANSWERS)))
    for secret in (begun.secret, asked.request.nonce, asked.request.state, p.NAME):
        assert secret not in shown


class Racing:
    """A store in which somebody else takes a record just before whoever asks for it."""

    def __init__(self) -> None:
        self.inner = MemoryIssuanceStore()
        self.lost = frozenset[Kind]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def take(self, kind: Kind, key: str, *, now: datetime) -> bytes | None:
        found = self.inner.take(kind, key, now=now)
        return None if kind in self.lost else found


def test_two_answers_at_the_same_moment(kept: Wallet) -> None:
    store = Racing()
    bank = open_bank(store=store)
    form = form_of(kept, read(bank, bank.begin()))
    store.lost = frozenset({Kind.PRESENTATION})
    reply = post(bank, form)
    assert reply.refusal is not None
    assert reply.refusal.code is Code.SESSION_UNKNOWN
    assert Kind.OUTCOME not in kinds(bank)


def test_two_browsers_at_the_same_moment(kept: Wallet) -> None:
    store = Racing()
    bank = Bank(store=store)
    begun = bank.begin()
    sent = p.Visit(bank, kept).answer(begun)
    store.lost = frozenset({Kind.OUTCOME})
    with pytest.raises(KridError) as error:
        bank.outcome(begun, sent)
    assert error.value.code is Code.SESSION_UNKNOWN


def test_a_store_that_is_full(kept: Wallet) -> None:
    """A request holds three records: its object, itself, and that a browser waits."""
    bank = open_bank(store=MemoryIssuanceStore(capacity=3))
    begun = bank.begin()
    form = form_of(kept, read(bank, begun))
    with pytest.raises(KridError) as error:
        bank.begin()
    assert error.value.code is Code.OAUTH_BUSY
    assert post(bank, form).status == 200


class Failing(Racing):
    """A store that fails when an outcome is put into it."""

    def put(self, kind: Kind, key: str, record: bytes, **words: Any) -> None:
        if kind is Kind.OUTCOME:
            raise StoreError(Code.STORE_IO)
        self.inner.put(kind, key, record, **words)


def test_a_store_that_fails(kept: Wallet) -> None:
    bank = open_bank(store=Failing())
    form = form_of(kept, read(bank, bank.begin()))
    reply = post(bank, form)
    assert reply.status == 503
    assert strict_json.loads_object(reply.body)["error"] == "temporarily_unavailable"
