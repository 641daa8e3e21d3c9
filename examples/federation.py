"""A small federation in memory: an anchor, a ministry below it, and an issuer of cards below that.

A verifier knows the anchor's key and nothing else. It believes the issuer's card because a chain
of signed statements leads up to the anchor. When the ministry removes the issuer, it does no more.
"""

from datetime import UTC, datetime, timedelta

import krid
from krid import profiles
from krid.keys import jwk
from krid.net import Request, Response, ScriptedTransport
from krid.sdjwt import SdJwtVcFormat
from krid.trust import federation as fed

ANCHOR = "https://anchor.example"
MINISTRY = "https://ministry.example"
ISSUER = "https://cards.mois.example"
AUDITED = "https://marks.example/audited"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
WEEK = fed.Validity.lasting(timedelta(days=7), since=NOW)
HOUR = timedelta(hours=1)

# Each has a key of the federation; the issuer signs cards with another one.
KEYS = {name: krid.LocalKey.generate(krid.Alg.ES256) for name in (ANCHOR, MINISTRY, ISSUER)}
CARD_KEY = krid.LocalKey.generate(krid.Alg.ES256)


def main() -> list[str]:
    """Play it and return what the verifier said: the entities it trusted, then why no more."""
    web = Web()
    trust = fed.FederationTrust(
        anchors=(fed.Anchor.of(ANCHOR, KEYS[ANCHOR].public_key),),
        transport=web,
        required_trust_marks=frozenset({AUDITED}),
        entity_types=fed.ISSUER_TYPES,
    )
    card = issue_card()
    first = check_card(card, trust, NOW + HOUR)

    # The ministry removes the issuer. What was proved is kept for an hour, and then it is over.
    web.subordinates.clear()
    return [first, check_card(card, trust, NOW + 3 * HOUR)]


def check_card(card: bytes, trust: fed.FederationTrust, now: datetime) -> str:
    """Verify the card as its holder would, and say through whom the trust came, or why not."""
    try:
        accepted = SdJwtVcFormat().accept(card, issuers=trust, now=now)
        member = trust.member(accepted.issuer, now=now)
    except krid.KridError as refusal:
        return f"refused: {refusal.code}"
    return " < ".join(member.chain.entity_ids)


def issue_card() -> bytes:
    """Issue a card to somebody invented, as any issuer does: it knows of no federation."""
    clock = krid.FixedClock(NOW)
    issuer = krid.Issuer(ISSUER, signer=CARD_KEY, profile=profiles.HAIP, clock=clock)
    issued = issuer.issue_sdjwt(
        vct="urn:example:resident-card",
        claims={"name": "Hong Gildong"},
        holder=krid.BEARER,
        lifetime=timedelta(days=365),
        status=krid.NO_STATUS,
    )
    return issued.raw


class Web:
    """What the addresses of the federation answer; the ministry's list may change."""

    def __init__(self) -> None:
        self.subordinates = {ISSUER: about_issuer()}

    def send(self, request: Request) -> Response:
        """Answer as the three web servers would."""
        answers = {
            fed.configuration_url(ANCHOR): fed.configuration_answer(anchor()),
            fed.configuration_url(MINISTRY): fed.configuration_answer(ministry()),
            fed.configuration_url(ISSUER): fed.configuration_answer(issuer()),
            fed.subject_url(f"{ANCHOR}/fetch", MINISTRY): fed.fetch_answer(
                {MINISTRY: about_ministry()}, issuer=ANCHOR, subject=MINISTRY
            ),
            fed.subject_url(f"{MINISTRY}/fetch", ISSUER): fed.fetch_answer(
                self.subordinates, issuer=MINISTRY, subject=ISSUER
            ),
        }
        return ScriptedTransport(answers).send(request)


def anchor() -> str:
    """The anchor says who may issue the mark of an audit: itself."""
    key = KEYS[ANCHOR]
    return fed.prepare_configuration(
        ANCHOR,
        keys=(key.public_key,),
        signed_by=key.public_key,
        validity=WEEK,
        metadata={"federation_entity": {"federation_fetch_endpoint": f"{ANCHOR}/fetch"}},
        trust_mark_issuers={AUDITED: (ANCHOR,)},
    ).sign_with(key)


def about_ministry() -> str:
    """The anchor lets the ministry admit issuers in its own domain, and nobody further down."""
    key, naming = (
        KEYS[ANCHOR],
        fed.NamingConstraints(permitted=("ministry.example", ".mois.example")),
    )
    return fed.prepare_subordinate(
        MINISTRY,
        issuer=ANCHOR,
        keys=(KEYS[MINISTRY].public_key,),
        signed_by=key.public_key,
        validity=WEEK,
        policy=fed.MetadataPolicy.parse({"vc_issuer": {"jwks": {"essential": True}}}),
        constraints=fed.Constraints(max_path_length=1, naming=naming),
    ).sign_with(key)


def ministry() -> str:
    """The ministry says that it stands below the anchor."""
    key = KEYS[MINISTRY]
    return fed.prepare_configuration(
        MINISTRY,
        keys=(key.public_key,),
        signed_by=key.public_key,
        validity=WEEK,
        metadata={"federation_entity": {"federation_fetch_endpoint": f"{MINISTRY}/fetch"}},
        authority_hints=(ANCHOR,),
    ).sign_with(key)


def about_issuer() -> str:
    """The ministry says which key of the federation the issuer has."""
    key = KEYS[MINISTRY]
    return fed.prepare_subordinate(
        ISSUER,
        issuer=MINISTRY,
        keys=(KEYS[ISSUER].public_key,),
        signed_by=key.public_key,
        validity=WEEK,
    ).sign_with(key)


def issuer() -> str:
    """The issuer says with which key it signs cards, and shows the mark of its audit."""
    key, auditor = KEYS[ISSUER], KEYS[ANCHOR]
    mark = fed.prepare_trust_mark(
        AUDITED, subject=ISSUER, issuer=ANCHOR, signed_by=auditor.public_key, validity=WEEK
    ).sign_with(auditor)
    card_key = {**jwk.encode_public(CARD_KEY.public_key), "kid": "cards-2026", "use": "sig"}
    return fed.prepare_configuration(
        ISSUER,
        keys=(key.public_key,),
        signed_by=key.public_key,
        validity=WEEK,
        metadata={"vc_issuer": {"jwks": {"keys": [card_key]}}},
        authority_hints=(MINISTRY,),
        trust_marks=(mark,),
    ).sign_with(key)


if __name__ == "__main__":
    print("\n".join(main()))
