"""krid and @digitalbazaar/bbs-2023-cryptosuite 2.0 issue, derive and verify for each other."""

import copy
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import pytest

from krid import bbs
from krid._core.entropy import system_entropy
from krid.did.bbs_keys import did_key_of
from krid.errors import Code, KridError
from krid.ld import BUNDLED, BUNDLED_PROCESSOR, PINNED
from krid.vcdi import InlineContexts, bbs2023

Peer: TypeAlias = Callable[..., Any]

KEY = bbs.LocalBbsKey.generate(bbs2023.SUITE)
DID = str(did_key_of(KEY.public_key))
METHOD = f"{DID}#{KEY.public_key.multikey}"
CONTEXTS = {url: BUNDLED.load(url) for url in PINNED}
HEADER = "a nonce"
MANDATORY = ["/issuer", "/validFrom"]
SELECTED = ["/credentialSubject/home/city", "/credentialSubject/visits/1"]
SHOWN = {"home": {"city": "Seoul"}, "visits": [{"town": "Jeju"}]}
CARD: dict[str, Any] = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/examples/v2",
    ],
    "type": ["VerifiableCredential"],
    "issuer": DID,
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {
        "name": "Hong Gildong",
        "home": {"city": "Seoul", "street": "Sejong-daero"},
        "visits": [{"town": "Busan"}, {"town": "Jeju"}],
    },
}


def _krid_issues() -> Any:
    options: dict[str, Any] = {
        "type": "DataIntegrityProof",
        "cryptosuite": "bbs-2023",
        "created": "2026-01-01T00:00:00Z",
        "verificationMethod": METHOD,
        "proofPurpose": "assertionMethod",
    }
    return bbs2023.prepare(
        CARD,
        options=options,
        mandatory_pointers=MANDATORY,
        public_key=KEY.public_key,
        binding=bbs2023.UNBOUND,
        processor=BUNDLED_PROCESSOR,
        entropy=system_entropy,
    ).sign_with(KEY)


def _peer_issues(peer: Peer) -> Any:
    key = {
        "id": METHOD,
        "controller": DID,
        "publicKeyMultibase": KEY.public_key.multikey,
        "secretKeyMultibase": KEY.encode_secret(),
    }
    return peer("issue", credential=CARD, key=key, mandatory=MANDATORY, contexts=CONTEXTS)


def _krid_derives(secured: Any) -> Any:
    return bbs2023.derive(
        secured,
        selective_pointers=SELECTED,
        presentation_header=HEADER.encode(),
        issuer_key=KEY.public_key,
        secrets=bbs2023.NO_SECRETS,
        processor=BUNDLED_PROCESSOR,
        entropy=system_entropy,
    )


def _peer_derives(peer: Peer, secured: Any) -> Any:
    return peer("derive", secured=secured, selective=SELECTED, header=HEADER, contexts=CONTEXTS)


def _krid_verifies(secured: Any, now: datetime) -> Any:
    return bbs2023.verify_credential(
        json.dumps(secured).encode(),
        issuer=DID,
        issuer_key=KEY.public_key,
        presentation_header=HEADER.encode(),
        nym_domain=None,
        now=now,
        skew=timedelta(minutes=1),
        processor=BUNDLED_PROCESSOR,
        inline=InlineContexts.REFUSED,
    )


@pytest.fixture(params=["krid issues", "the peer issues"])
def issued(request: pytest.FixtureRequest, bbs_peer: Peer) -> Any:
    return _krid_issues() if request.param == "krid issues" else _peer_issues(bbs_peer)


def test_krid_derives_and_both_verify(issued: Any, bbs_peer: Peer, now: datetime) -> None:
    shown = _krid_derives(issued)
    assert _krid_verifies(shown, now).shown.document["credentialSubject"] == SHOWN
    assert bbs_peer("verify", secured=shown, header=HEADER, contexts=CONTEXTS)


def test_the_peer_derives_and_both_verify(issued: Any, bbs_peer: Peer, now: datetime) -> None:
    shown = _peer_derives(bbs_peer, issued)
    assert _krid_verifies(shown, now).shown.document["credentialSubject"] == SHOWN
    assert bbs_peer("verify", secured=shown, header=HEADER, contexts=CONTEXTS)


def test_both_refuse_what_was_changed(
    issued: Any, bbs_peer: Peer, refused: type[Exception], now: datetime
) -> None:
    forged = copy.deepcopy(_krid_derives(issued))
    forged["credentialSubject"]["home"]["city"] = "Busan"
    with pytest.raises(KridError) as error:
        _krid_verifies(forged, now)
    assert error.value.code is Code.DI_SIGNATURE
    with pytest.raises(refused):
        bbs_peer("verify", secured=forged, header=HEADER, contexts=CONTEXTS)
    honest = _krid_derives(issued)
    with pytest.raises(refused):
        bbs_peer("verify", secured=honest, header="another", contexts=CONTEXTS)
