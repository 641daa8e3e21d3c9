"""Trust through a federation, beside the bare signatures of the chain.

A chain of three entities has four statements, each with one ECDSA P-256 signature.
"""

from datetime import UTC, datetime, timedelta

from ratio import Line, show

from krid.jose.jws import Jws
from krid.keys import Alg, LocalKey, jwk
from krid.model import IssuerHint
from krid.net import NoNetwork
from krid.trust import federation as fed

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SKEW = timedelta(0)
VALIDITY = fed.Validity.lasting(timedelta(days=7), since=NOW)
IDS = ("https://mois.example", "https://ministry.example", "https://anchor.example")
KEYS = {name: LocalKey.generate(Alg.ES256) for name in IDS}
ANCHORS = (fed.Anchor.of(IDS[2], KEYS[IDS[2]].public_key),)


def configuration(entity_id: str, *superiors: str) -> str:
    key = KEYS[entity_id].public_key
    keys = {"keys": [{**jwk.encode_public(key), "kid": "1"}]}
    return fed.prepare_configuration(
        entity_id,
        keys=(key,),
        signed_by=key,
        validity=VALIDITY,
        metadata={"vc_issuer": {"jwks": keys, "algs": ["ES256", "EdDSA"]}},
        authority_hints=superiors,
    ).sign_with(KEYS[entity_id])


def subordinate(issuer: str, subject: str) -> str:
    policy = fed.MetadataPolicy.parse({"vc_issuer": {"algs": {"subset_of": ["ES256", "ES384"]}}})
    return fed.prepare_subordinate(
        subject,
        issuer=issuer,
        keys=(KEYS[subject].public_key,),
        signed_by=KEYS[issuer].public_key,
        validity=VALIDITY,
        policy=policy,
    ).sign_with(KEYS[issuer])


CHAIN = (
    configuration(IDS[0], IDS[1]),
    subordinate(IDS[1], IDS[0]),
    subordinate(IDS[2], IDS[1]),
    configuration(IDS[2]),
)
SIGNERS = (KEYS[IDS[0]], KEYS[IDS[1]], KEYS[IDS[2]], KEYS[IDS[2]])
SIGNED = [(Jws.parse(text), key.public_key) for text, key in zip(CHAIN, SIGNERS, strict=True)]
HINT = IssuerHint(format="dc+sd-jwt", type="card", alg=Alg.ES256, issuer=IDS[0], key_id="1")
TRUST = fed.FederationTrust(
    anchors=ANCHORS,
    transport=NoNetwork(),
    required_trust_marks=fed.NO_TRUST_MARKS,
    entity_types=fed.ISSUER_TYPES,
    chains=(CHAIN,),
)


def _bare() -> None:
    for jws, key in SIGNED:
        jws.verify(key)


def main() -> None:
    show(
        "A trust chain of three entities",
        [
            Line("four bare signatures", _bare),
            Line(
                "verify the chain",
                lambda: fed.verify_chain(CHAIN, anchors=ANCHORS, now=NOW, skew=SKEW),
            ),
            Line("find, known already", lambda: TRUST.find(HINT, now=NOW)),
        ],
    )


if __name__ == "__main__":
    main()
