"""An issuer with a key of BBS, and what stands around it: cards, trust, a wallet's answer."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from vcdi_cards import CHALLENGE, CLAIMS, DAY, HOLDER, NOW, TYPE

from krid import bbs
from krid._core.entropy import system_entropy
from krid.formats.holders import LocalDidHolders
from krid.keys import LocalKey
from krid.model import (
    BEARER,
    NO_STATUS,
    BbsOrder,
    Challenge,
    ClaimPath,
    HolderBinding,
    IssuerKeys,
    VerifiedCredential,
)
from krid.trust import KeyTrust
from krid.vcdi.format import VcdiFormat

KEY = bbs.LocalBbsKey.derive(bytes(range(32)), suite=bbs.Suite.SHA256)
OTHER_KEY = bbs.LocalBbsKey.derive(bytes(32), suite=bbs.Suite.SHA256)
DID = f"did:key:{KEY.public_key.multikey}"
METHOD = f"{DID}#{KEY.public_key.multikey}"
SUITE = "bbs-2023"
FORM = VcdiFormat(
    suite=SUITE, mandatory=("/credentialSubject/birthCountry",), holders=LocalDidHolders()
)
NAME: ClaimPath = ("credentialSubject", "givenName")
UNHELD = replace(CHALLENGE, binding=HolderBinding.NOT_REQUIRED)
TRUST = KeyTrust.of(KEY.public_key)


def order(**changes: Any) -> BbsOrder:
    """An order of a card that is bound to HOLDER."""
    whole: dict[str, Any] = {
        "type": TYPE,
        "claims": CLAIMS,
        "holder": HOLDER.public_key,
        "issuer": DID,
        "public_key": KEY.public_key,
        "key_id": METHOD,
        "signed_at": NOW,
        "valid_from": NOW,
        "valid_until": NOW + 365 * DAY,
        "status": NO_STATUS,
    }
    return BbsOrder(**(whole | changes))


def issue(form: VcdiFormat = FORM, **changes: Any) -> bytes:
    made = order(**changes)
    signer = next(key for key in (KEY, OTHER_KEY) if key.public_key == made.public_key)
    return form.prepare_bbs(made, entropy=system_entropy).sign_with(signer)


def present(
    card: bytes,
    *paths: ClaimPath,
    challenge: Challenge = CHALLENGE,
    signer: LocalKey = HOLDER,
) -> bytes:
    """A presentation that the holder signs."""
    return FORM.prepare_presentation(
        card, disclose=paths, challenge=challenge, alg=signer.alg, now=NOW
    ).sign_with(signer)


def show(card: bytes, *paths: ClaimPath, challenge: Challenge = CHALLENGE) -> bytes:
    """What is derived for a challenge, and nobody signs."""
    return FORM.present_bearer(card, disclose=paths, challenge=challenge)


def verify(
    shown: bytes | dict[str, Any],
    *,
    issuers: IssuerKeys = TRUST,
    form: VcdiFormat = FORM,
    **changes: Any,
) -> VerifiedCredential:
    raw = shown if isinstance(shown, bytes) else json.dumps(shown).encode()
    words: dict[str, Any] = {
        "challenge": CHALLENGE,
        "now": NOW,
        "skew": timedelta(0),
        "max_age": timedelta(minutes=5),
    }
    return form.verify(raw, issuers=issuers, **(words | changes))


__all__ = ["BEARER", "CHALLENGE", "HOLDER", "NOW"]
