"""Any body at every endpoint of an issuer, with a good access token and with none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from krid._core.clock import FixedClock
from krid._core.entropy import system_entropy
from krid.issuer import Issuer
from krid.keys import Alg, LocalKey
from krid.openid.oauth import Call, MemoryIssuanceStore, NonceKey, Reply
from krid.openid.oauth.http import FORM, encode_form
from krid.openid.vci import CredentialConfiguration, ProofDemand, TokenResponse
from krid.openid.vci.server import (
    NO_TX_CODE,
    Client,
    CredentialIssuer,
    CredentialOrder,
    Denied,
    Interaction,
    IssuerSetup,
    News,
    NoStatuses,
    Offering,
    Ready,
)
from krid.profiles import HAIP, OPENID4VCI
from krid.trust.combine import NOBODY

_NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
_PATHS: Final = ("par", "token", "nonce", "credential", "deferred", "notification", "challenge")


class _Source:
    def datasets(self, subject: str, configuration: str) -> Sequence[str]:  # noqa: ARG002  the port's words
        return ("one",)

    def decide(self, order: CredentialOrder) -> Ready | Denied:
        return Denied() if order.claims else Ready({"a": 1}, timedelta(days=1))

    def told(self, news: News) -> None:
        """Take no note."""


class _People:
    def ask(self, interaction: Interaction, call: Call) -> Reply:  # noqa: ARG002  the port's words
        return Reply(200)


_SETUP: Final = IssuerSetup(
    identifier="https://i.example",
    offerings={
        "c": Offering(
            configuration=CredentialConfiguration(
                format="dc+sd-jwt",
                scope="c",
                proofs={"jwt": ProofDemand(("ES256",))},
                particulars={"vct": "v"},
            ),
            issuer=Issuer(
                "https://i.example",
                signer=LocalKey.generate(Alg.ES256),
                profile=HAIP,
                clock=FixedClock(_NOW),
            ),
            type="v",
        )
    },
    policy=OPENID4VCI,
    source=_Source(),
    statuses=NoStatuses(),
    store=MemoryIssuanceStore(),
    nonce_key=NonceKey(bytes(32)),
    trust=NOBODY,
    clock=FixedClock(_NOW),
    entropy=system_entropy,
    people=_People(),
    clients=(Client(id="w", redirect_uris=("https://w.example/cb",)),),
    anonymous_grant=True,
)


def target(data: bytes) -> None:
    """Post bytes everywhere; an issuer answers, and never fails."""
    issuer = CredentialIssuer(replace(_SETUP, store=MemoryIssuanceStore()))
    token = _token(issuer)
    for path in _PATHS:
        for kind in (FORM, "application/json", "application/jwt"):
            fields = (("Content-Type", kind), ("Authorization", f"Bearer {token}"))
            _answered(issuer.answer(Call("POST", f"/{path}", headers=fields, body=data)))
    text = data.decode("latin-1")
    _answered(issuer.answer(Call("GET", "/authorize", query=text)))
    for name in ("DPoP", "Authorization", "OAuth-Client-Attestation"):
        fields = (("Content-Type", FORM), (name, text))
        _answered(issuer.answer(Call("POST", "/token", headers=fields)))
        _answered(issuer.answer(Call("POST", "/credential", headers=fields)))


def _token(issuer: CredentialIssuer) -> str:
    offer = issuer.offer_pre_authorized(subject="s", configurations=["c"], tx_code=NO_TX_CODE)
    grant = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
    code = "" if offer.pre_authorized is None else offer.pre_authorized.code
    body = encode_form({"grant_type": grant, "pre-authorized_code": code})
    reply = issuer.answer(Call("POST", "/token", headers=(("Content-Type", FORM),), body=body))
    return TokenResponse.parse(reply.body).access_token


def _answered(reply: Reply) -> None:
    if reply.status not in {200, 201, 202, 204, 303, 400, 401, 403}:
        raise AssertionError(f"status {reply.status}")
