"""Verifiers of federations: who they are, where answers may go, and how to seal them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import federations
import presentation as p
import pytest
from federations import ANCHOR, MINISTRY, Entity, Federation

from krid.errors import Code, KridError
from krid.exchange import ResponseMode, Standing
from krid.jose import Enc
from krid.keys import Curve, LocalKey, jwk
from krid.model import IssuerHint
from krid.net import run
from krid.openid.vp import FederationClients, VerifierDids, prepare_request, wallet
from krid.openid.vp.metadata import ClientMetadata
from krid.openid.vp.request_object import Terms, open_request
from krid.openid.vp.server import Identity
from krid.profiles import OPENID4VP
from krid.trust.federation import VERIFIER_TYPES, FederationTrust

NAME = f"openid_federation:{p.BANK}"


def federation(**metadata: Any) -> FederationTrust:
    bank = Entity(p.BANK, (MINISTRY,))
    keys = {"keys": [{**jwk.encode_public(p.BANK_KEY.public_key), "kid": "bank-1"}]}
    bank.metadata = {"openid_credential_verifier": {"jwks": keys, **metadata}}
    found = Federation(Entity(ANCHOR), Entity(MINISTRY, (ANCHOR,)), bank)
    return found.trust(entity_types=VERIFIER_TYPES, skew=timedelta(minutes=1))


def terms(trust: FederationTrust) -> Terms:
    return Terms(
        trust=trust, policy=OPENID4VP, now=federations.NOW, clients=FederationClients(trust)
    )


def test_a_member_of_a_federation_asks() -> None:
    trust = federation(response_uris=[p.ANSWERS], redirect_uris=[p.PAGE])
    identity = Identity.by_federation(p.BANK, p.BANK_KEY, key_id="bank-1", trust_chain=["a.b.c"])
    bank = p.Bank(identity=identity, policy=OPENID4VP, mode=ResponseMode.DIRECT_POST)
    bank.clock.moment = federations.NOW
    setup = p.phone(
        policy=OPENID4VP, trust=trust, clients=FederationClients(trust), clock=bank.clock
    )
    asked = run(wallet.read_request(setup, bank.begin().link), p.Wire(bank))
    assert (asked.verifier, asked.standing) == (p.BANK, Standing.FEDERATION)


@pytest.mark.parametrize(
    ("metadata", "mode", "code"),
    [
        ({"response_uris": [p.PAGE]}, ResponseMode.DIRECT_POST, Code.REQUEST_ADDRESS),
        ({"response_uris": "x"}, ResponseMode.DIRECT_POST, Code.REQUEST_METADATA),
        ({}, ResponseMode.DIRECT_POST_JWT, Code.REQUEST_ENCRYPTION),
        (None, ResponseMode.DIRECT_POST, Code.REQUEST_ADDRESS),
    ],
)
def test_what_a_federation_says_counts(
    metadata: dict[str, Any] | None, mode: ResponseMode, code: Code
) -> None:
    """Keys in `client_metadata` are ignored, so that there is none to seal with."""
    request = run(
        wallet.read_request(p.phone(), (bank := p.Bank()).begin().link), p.Wire(bank)
    ).request
    delivery = replace(request.delivery, mode=mode)
    text = prepare_request(
        replace(
            request,
            client_id=NAME,
            delivery=delivery,
            expires=federations.NOW + timedelta(minutes=1),
        ),
        signer=p.BANK_KEY,
        now=federations.NOW,
        key_id="bank-1",
    ).sign_with(p.BANK_KEY)
    whole = terms(federation(**(metadata or {})))
    with pytest.raises(KridError) as error:
        open_request(text, whole if metadata is not None else replace(whole, clients=None))
    assert error.value.code is code


def test_a_federation_may_publish_the_key_to_seal_with() -> None:
    sealing = LocalKey.generate_on(Curve.P256).public_key
    keys = {
        "keys": [
            {**jwk.encode_public(p.BANK_KEY.public_key), "kid": "bank-1", "use": "sig"},
            {**jwk.encode_public(sealing), "kid": "enc-1", "use": "enc", "alg": "ECDH-ES"},
        ]
    }
    trust = federation(jwks=keys, encrypted_response_enc_values_supported=["A256GCM"])
    known = FederationClients(trust).find(NAME, now=federations.NOW)
    assert known is not None
    assert known.addresses is None
    assert known.metadata is not None
    key = known.metadata.response_key((Enc.A256GCM, Enc.A128GCM))
    assert (key.key, key.key_id, key.encs) == (sealing, "enc-1", (Enc.A256GCM,))


def test_other_names_are_no_members() -> None:
    trust = federation()
    assert FederationClients(trust).find("x509_hash:abc", now=federations.NOW) is None
    assert ClientMetadata(None).to_members() == {}


def test_a_did_that_names_no_key() -> None:
    trust = VerifierDids(frozenset({"did:web:a"}), resolver=None)  # type: ignore[arg-type]  # not asked
    hint = IssuerHint(format="oauth-authz-req+jwt", type="", alg=p.BANK_KEY.alg, issuer="did:web:a")
    with pytest.raises(KridError) as error:
        trust.find(hint, now=p.NOW)
    assert error.value.code is Code.TRUST_AMBIGUOUS
