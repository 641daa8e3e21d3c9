"""A card with bbs-2023, and what is derived of it, for each feature."""

import copy
from typing import Any, NamedTuple

from krid import bbs
from krid._core.entropy import system_entropy
from krid.bbs import blind, pseudonym
from krid.ld import BUNDLED_PROCESSOR
from krid.vcdi import bbs2023

KEY = bbs.LocalBbsKey.derive(bytes(32), suite=bbs2023.SUITE)
PUBLIC = KEY.public_key
MOMENT = b"a nonce"
DOMAIN = "https://bank.example"
OPTIONS: dict[str, Any] = {
    "type": "DataIntegrityProof",
    "cryptosuite": "bbs-2023",
    "created": "2026-01-01T00:00:00Z",
    "verificationMethod": "did:example:issuer#1",
    "proofPurpose": "assertionMethod",
}
CARD: dict[str, Any] = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/examples/v2",
    ],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:issuer",
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {
        "name": "Hong Gildong",
        "home": {"city": "Seoul", "street": "Sejong-daero"},
        "visits": [{"town": "Busan"}, {"town": "Jeju"}],
    },
}
MANDATORY = ["/issuer", "/validFrom"]
SELECTED = ["/credentialSubject/home/city", "/credentialSubject/visits/1"]
SECRET = bbs2023.HolderSecret(b"a secret of 32 bytes, or longer.")
NYM = pseudonym.generate_prover_nym(system_entropy)


class Held(NamedTuple):
    """A credential with its base proof, and what its holder needs to show it."""

    card: Any
    secrets: bbs2023.Secrets


def issue(
    binding: bbs2023.IssuerBinding = bbs2023.UNBOUND,
    *,
    card: Any = CARD,
    options: Any = OPTIONS,
    mandatory: list[str] = MANDATORY,
) -> Any:
    """Issue a card."""
    return bbs2023.prepare(
        card,
        options=options,
        mandatory_pointers=mandatory,
        public_key=PUBLIC,
        binding=binding,
        processor=BUNDLED_PROCESSOR,
        entropy=system_entropy,
    ).sign_with(KEY)


def hold(feature: bbs2023.Feature) -> Held:
    """Issue a card with a feature."""
    half = pseudonym.generate_signer_nym_entropy(system_entropy)
    own = [SECRET.reveal()]
    if feature is bbs2023.Feature.BASELINE:
        return Held(issue(), bbs2023.NO_SECRETS)
    if feature is bbs2023.Feature.HOLDER_BINDING:
        made = blind.commit(own, suite=bbs2023.SUITE, entropy=system_entropy)
        return Held(
            issue(bbs2023.BoundToHolder(made.octets)), bbs2023.HolderSecrets(SECRET, made.blind)
        )
    with_secret = feature is bbs2023.Feature.HOLDER_BINDING_PSEUDONYM
    made = pseudonym.commit(
        own if with_secret else [], prover_nym=NYM, suite=bbs2023.SUITE, entropy=system_entropy
    )
    if with_secret:
        return Held(
            issue(bbs2023.BoundToHolderAndPseudonym(made.octets, half)),
            bbs2023.HolderPseudonymSecrets(SECRET, NYM, made.blind, DOMAIN),
        )
    return Held(
        issue(bbs2023.BoundToPseudonym(made.octets, half)),
        bbs2023.PseudonymSecrets(NYM, made.blind, DOMAIN),
    )


def derive(held: Held, *, selected: list[str] = SELECTED, key: bbs.BbsPublicKey = PUBLIC) -> Any:
    """Derive what is selected."""
    return bbs2023.derive(
        held.card,
        selective_pointers=selected,
        presentation_header=MOMENT,
        issuer_key=key,
        secrets=held.secrets,
        processor=BUNDLED_PROCESSOR,
        entropy=system_entropy,
    )


def verify(
    card: Any,
    *,
    key: bbs.BbsPublicKey = PUBLIC,
    moment: Any = MOMENT,
    domain: str | None = None,
) -> bbs2023.VerifiedDerived:
    """Verify what was derived."""
    return bbs2023.verify(
        card,
        issuer_key=key,
        presentation_header=moment,
        nym_domain=domain,
        processor=BUNDLED_PROCESSOR,
    )


def accept(held: Held, *, key: bbs.BbsPublicKey = PUBLIC) -> None:
    """Check as the holder."""
    bbs2023.accept(
        held.card,
        issuer_key=key,
        secrets=held.secrets,
        processor=BUNDLED_PROCESSOR,
        entropy=system_entropy,
    )


def changed(card: Any, **members: Any) -> Any:
    """Copy a card with other members of its proof; None takes one away."""
    copied = copy.deepcopy(card)
    for name, value in members.items():
        if value is None:
            del copied["proof"][name]
        else:
            copied["proof"][name] = value
    return copied
