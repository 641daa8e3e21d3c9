"""A verifier that contradicts itself is refused when it is made, and asks only what it may."""

from dataclasses import replace
from typing import Any

import presentation as p
import pytest
from presentation import Bank

from krid import query
from krid.errors import Code, KridError, MisuseError
from krid.exchange import ResponseMode
from krid.keys import Alg, LocalKey
from krid.openid import vp
from krid.openid.oauth import Call
from krid.openid.vp.server import Identity, Journey
from krid.profiles import HAIP_PRESENTATION, OPENID4VP

ED_KEY = LocalKey.generate(Alg.EDDSA)


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "http://bank.example"},
        {"page": "http://bank.example/done"},
        {"page": "https://bank.example/done#here"},
        {"mode": ResponseMode.DIRECT_POST},
        {"mode": ResponseMode.DC_API_JWT},
        {"identity": p.BY_HOST},
        {"identity": Identity.by_certificate(p.BANK_KEY, [p.ROOT.der])},
        {"identity": replace(p.BY_HASH, certificates=())},
        {"identity": replace(p.BY_HASH, signer=LocalKey.generate(Alg.ES256))},
        {"identity": replace(p.BY_HASH, signer=None)},
        {"others": (p.BY_HOST,)},
        {"policy": OPENID4VP, "identity": replace(p.BY_ADDRESS, signer=p.BANK_KEY)},
        {"policy": OPENID4VP, "identity": Identity.by_address("https://a.example")},
        {
            "policy": replace(OPENID4VP, signed_required=True),
            "mode": ResponseMode.DIRECT_POST,
            "identity": p.BY_ADDRESS,
        },
        {
            "policy": replace(OPENID4VP, algs=frozenset({Alg.ES384})),
            "identity": Identity.registered("a", p.BANK_KEY),
        },
        {
            "policy": OPENID4VP,
            "identity": Identity.by_federation("https://a.example", p.BANK_KEY, key_id="1"),
        },
        {
            "policy": OPENID4VP,
            "identity": Identity.by_address(p.PAGE),
            "mode": ResponseMode.FRAGMENT,
            "page": None,
        },
    ],
)
def test_a_setup_that_contradicts_itself(changes: dict[str, Any]) -> None:
    with pytest.raises(MisuseError) as error:
        Bank(**changes)
    assert error.value.code is Code.MISUSE_OPTION


def test_arguments_of_another_type() -> None:
    bank = Bank()
    for wrong in (
        lambda: Identity.by_certificate(p.BANK_KEY, [p.LEAF]),  # type: ignore[list-item]
        lambda: bank.verifier.begin(p.card(), purpose="An account", journey="same"),  # type: ignore[arg-type]
        lambda: bank.verifier.outcome(None, response_code=None),  # type: ignore[arg-type]
        lambda: Call("POST", "/vp/response", headers={"a": "b"}),  # type: ignore[arg-type]
        lambda: Call("POST", "/vp/response", body="state=x"),  # type: ignore[arg-type]
        lambda: Bank(mode="direct_post.jwt"),
        lambda: Bank(trust=None),
    ):
        with pytest.raises(MisuseError) as error:
            wrong()
        assert error.value.code is Code.MISUSE_TYPE
    with pytest.raises(MisuseError) as error:
        Identity.by_certificate(p.BANK_KEY, [])
    assert error.value.code is Code.MISUSE_OPTION


def test_a_session_needs_a_page_to_come_back_to() -> None:
    with pytest.raises(MisuseError):
        Bank(page=None).begin(journey=Journey.SAME_DEVICE)
    fragments = Bank(
        policy=OPENID4VP, identity=Identity.by_address(p.PAGE), mode=ResponseMode.FRAGMENT
    )
    with pytest.raises(MisuseError):
        fragments.begin(journey=Journey.CROSS_DEVICE)


def test_what_a_verifier_may_not_ask() -> None:
    bank = Bank()
    with pytest.raises(MisuseError) as error:
        bank.verifier.begin(p.card(), purpose=" ", journey=Journey.SAME_DEVICE)
    assert error.value.code is Code.MISUSE_PURPOSE
    with pytest.raises(MisuseError) as error:
        bank.begin(replace(p.card(), format="ldp_vc"))
    assert error.value.code is Code.MISUSE_FORMAT
    unknown = vp.TransactionType(name="urn:other")
    with pytest.raises(MisuseError) as error:
        bank.begin(transactions=[vp.encode_transaction(unknown, {}, credential_ids=["card"])])
    assert error.value.code is Code.MISUSE_OPTION
    known = vp.encode_transaction(p.PAY, {"amount": "1"}, credential_ids=["other"])
    with pytest.raises(KridError) as refused:
        bank.begin(transactions=[known])
    assert refused.value.code is Code.TRANSACTION_CREDENTIAL


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": ResponseMode.DIRECT_POST_JWT},
        {"mode": ResponseMode.DC_API},
        {"protocols": []},
        {"protocols": [vp.PageProtocol.SIGNED] * 2},
    ],
)
def test_what_a_verifier_may_not_ask_through_a_page(changes: dict[str, Any]) -> None:
    words: dict[str, Any] = {
        "purpose": "Open an account",
        "origin": p.BANK,
        "mode": ResponseMode.DC_API_JWT,
        "protocols": [vp.PageProtocol.SIGNED],
    }
    with pytest.raises(MisuseError) as error:
        Bank().verifier.begin_page(query.of(p.card()), **(words | changes))
    assert error.value.code is Code.MISUSE_OPTION


def test_a_verifier_without_a_key_asks_pages_unsigned() -> None:
    bank = Bank(policy=OPENID4VP, identity=p.BY_ADDRESS)
    words: dict[str, Any] = {"purpose": "Name", "origin": p.BANK, "mode": ResponseMode.DC_API}
    asked = query.of(p.card())
    begun = bank.verifier.begin_page(asked, protocols=[vp.PageProtocol.UNSIGNED], **words)
    digital: Any = begun.argument["digital"]
    assert "client_id" not in digital["requests"][0]["data"]
    with pytest.raises(MisuseError):
        bank.verifier.begin_page(asked, protocols=[vp.PageProtocol.SIGNED], **words)


def test_profiles_say_what_haip_demands() -> None:
    assert HAIP_PRESENTATION.prefixes == {vp.Prefix.X509_HASH}
    assert HAIP_PRESENTATION.signed_required
    assert {enc.value for enc in HAIP_PRESENTATION.encs} == {"A128GCM", "A256GCM"}
    assert HAIP_PRESENTATION.alg_names == ("ES256", "ES384", "ES512")
    assert set(OPENID4VP.modes) == set(ResponseMode)


def test_identities_name_themselves() -> None:
    by_federation = Identity.by_federation(
        "https://a.example", ED_KEY, key_id="1", trust_chain=["x"]
    )
    assert by_federation.client_id == "openid_federation:https://a.example"
    assert by_federation.prefix is vp.Prefix.OPENID_FEDERATION
    assert Bank().verifier.paths == ("/vp/response", "/vp/request/")
    assert repr(Bank().verifier).startswith("PresentationVerifier('x509_hash:")
