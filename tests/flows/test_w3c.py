"""W3C credentials through the roles, with a status list, and over OpenID4VCI."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import presentation as p
import pytest
from issuance import Town, new_keys
from roles import Cast, MovableClock, authenticated
from w3c_cards import HOLDER, ISSUER, KEY, NOW, TRUST, TYPE, present

import krid
from krid import query as krid_query
from krid.errors import Code, KridError
from krid.exchange import PresentationResponse
from krid.formats import named, standard_formats
from krid.issuer import Issuer
from krid.model import (
    BEARER,
    NO_STATUS,
    BitstringEntry,
    CredentialQuery,
    HolderBinding,
    VerifiedCredential,
)
from krid.net import Response, ScriptedTransport
from krid.openid.vci import CredentialConfiguration, ProofDemand, wallet
from krid.openid.vci.credential_response import from_wire, to_wire
from krid.openid.vci.server import CredentialOrder, News, NoStatuses, Offering, Ready
from krid.openid.vp.server import Completed
from krid.openid.vp.wire import presentation_from_wire, presentation_to_wire
from krid.profiles import W3C
from krid.sdjwt import sd
from krid.status import Bitstring, StatusLists, prepare_bitstring
from krid.verifier import verify_presentation

W3C_FORMATS = ("vc+jwt", "vc+cose", "vc+sd-jwt", "jwt_vc_json")
LIST = "https://mois.example/status/1"
VC = "https://www.w3.org/2018/credentials#VerifiableCredential"
PIN = krid.Pin("482915")


def claims_for(name: str) -> dict[str, object]:
    hidden = sd if name == "vc+sd-jwt" else lambda value: value
    return {
        "credentialSubject": {"family_name": hidden("Kim"), "city": hidden("Seoul"), "level": 3}
    }


@pytest.fixture(params=W3C_FORMATS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def make_issuer(clock: MovableClock) -> Issuer:
    return Issuer(ISSUER, signer=KEY, profile=W3C, clock=clock)


def query(name: str) -> CredentialQuery:
    claims = [krid_query.claim("credentialSubject", "family_name", values=("Kim",))]
    return krid_query.w3c("card", format_name=name, types=[(VC, TYPE)], claims=claims)


def test_a_query_goes_over_the_wire(name: str) -> None:
    asked = krid_query.of(query(name))
    assert krid_query.parse_dcql(krid_query.encode_dcql(asked)) == asked


def test_issuer_wallet_verifier(name: str, tmp_path: Path) -> None:
    clock = MovableClock(NOW)
    cast = Cast()
    cast.clock.moment = NOW
    verifier = cast.make_verifier(trust=TRUST, profile=W3C, formats=None, clock=clock)
    with krid.Wallet.create(tmp_path / "w.db", unlock=PIN, trust=TRUST, clock=clock) as holder:
        key = holder.new_key()
        issued = make_issuer(clock).issue(
            name,
            type=TYPE,
            claims=claims_for(name),
            holder=key,
            lifetime=timedelta(days=365),
            status=NO_STATUS,
        )
        holder.add(issued)
        request = verifier.request(query(name), purpose="Open an account")
        match holder.match(authenticated(request)):
            case krid.Matched() as found:
                response = holder.present(found.consent(to=found.minimum))
            case _:
                raise AssertionError
    assert isinstance(response, PresentationResponse)
    verified = verifier.verify(response)["card"]
    subject = verified.claims["credentialSubject"]
    assert subject["family_name"] == "Kim"  # type: ignore[index]  # an object
    assert ("city" in subject) is (name != "vc+sd-jwt")  # type: ignore[operator]  # an object


def test_every_form_goes_over_the_wire(name: str) -> None:
    """In a `vp_token` and in a credential response, JWTs are text and COSE is base64url."""
    found = named(standard_formats(), name)
    card = make_issuer(MovableClock(NOW)).issue(
        name,
        type=TYPE,
        claims=claims_for(name),
        holder=HOLDER.public_key,
        lifetime=timedelta(days=1),
        status=NO_STATUS,
    )
    shown = present(found, card.raw, ("credentialSubject", "level"))
    assert presentation_from_wire(presentation_to_wire(shown, name)) == shown
    assert from_wire(to_wire([card])[0], name) == card


@pytest.mark.parametrize("holder", list(HolderBinding))
def test_a_presentation_over_openid4vp(name: str, holder: HolderBinding, tmp_path: Path) -> None:
    clock = MovableClock(NOW)
    bank = p.Bank(trust=TRUST, profile=W3C)
    asked = replace(query(name), holder_binding=holder)
    with krid.Wallet.create(tmp_path / "w.db", unlock=PIN, trust=TRUST, clock=clock) as kept:
        kept.add(
            make_issuer(clock).issue(
                name,
                type=TYPE,
                claims=claims_for(name),
                holder=kept.new_key(),
                lifetime=timedelta(days=1),
                status=NO_STATUS,
            )
        )
        begun = bank.begin(asked)
        phone = p.phone(formats=frozenset(W3C_FORMATS))
        sent = p.Visit(bank, kept, phone).answer(begun)
    result = bank.outcome(begun, sent)
    assert isinstance(result, Completed)
    verified = result.verified["card"]
    assert verified.format == name
    assert (verified.holder is None) is (holder is HolderBinding.NOT_REQUIRED)


def lists(purpose: str, *marked: int) -> StatusLists:
    """A network that holds one status list of the W3C."""
    bits = bytearray(16_384)
    for index in marked:
        bits[index // 8] |= 0x80 >> index % 8
    text = prepare_bitstring(
        Bitstring(bytes(bits)),
        uri=LIST,
        purposes=[purpose],
        issuer=ISSUER,
        alg=KEY.alg,
        now=NOW,
        lifetime=timedelta(days=1),
    ).sign_with(KEY)
    answer = Response(200, {"Content-Type": "application/vc+jwt"}, text.encode())
    return StatusLists(ScriptedTransport({LIST: answer}), issuers=TRUST)


@pytest.mark.parametrize(
    ("purpose", "marked", "refusal"),
    [
        ("revocation", (), None),
        ("revocation", (7,), Code.STATUS_REVOKED),
        ("revocation", (8,), None),
        ("suspension", (), Code.STATUS_PURPOSE),  # a list for another purpose than the entry
    ],
)
def test_a_card_is_revoked(
    name: str, purpose: str, marked: tuple[int, ...], refusal: Code | None
) -> None:
    entry = BitstringEntry(uri=LIST, index=7, purpose="revocation")
    issued = make_issuer(MovableClock(NOW)).issue(
        name,
        type=TYPE,
        claims=claims_for(name),
        holder=BEARER,
        lifetime=timedelta(days=365),
        status=entry,
    )

    def check() -> VerifiedCredential:
        return verify_presentation(
            issued.raw,
            credential_format=named(standard_formats(), name),
            trust=TRUST,
            status=lists(purpose, *marked),
            profile=W3C,
            challenge=BEARER,
            now=NOW,
        )

    if refusal is None:
        assert check().status == (entry,)
        return
    with pytest.raises(KridError) as error:
        check()
    assert error.value.code is refusal


class Register:
    """Knows one degree."""

    def datasets(self, subject: str, configuration: str) -> tuple[str, ...]:
        return (configuration,)

    def decide(self, order: CredentialOrder) -> Ready:
        return Ready(claims_for("jwt_vc_json"), timedelta(days=30))

    def told(self, news: News) -> None:
        raise AssertionError(news)


@pytest.mark.parametrize("types", [[TYPE], [TYPE, "ExampleCard"]])
def test_an_issuance(name: str, types: list[str]) -> None:
    described = CredentialConfiguration(
        format=name,
        scope="w3c",
        signing_algs=("ES256",),
        binding_methods=("jwk",),
        proofs={"jwt": ProofDemand(("ES256",))},
        particulars={"credential_definition": {"type": ["VerifiableCredential", *types]}},
    )
    assert CredentialConfiguration.of_members(described.to_members()) == described
    town = Town()
    offering = Offering(configuration=described, issuer=make_issuer(town.clock), type=TYPE)
    town.remade(offerings={"card": offering}, source=Register(), statuses=NoStatuses())
    flow = wallet.request_credentials(town.wallet, town.session("card"), "card", keys=new_keys(2))
    outcome = town.run(flow)
    assert isinstance(outcome, wallet.Received)
    assert [each.format for each in outcome.credentials] == [name, name]
    for each in outcome.credentials:
        accepted = named(standard_formats(), name).accept(each.raw, issuers=TRUST, now=NOW)
        assert accepted.claims["type"] == ("VerifiableCredential", *types)
        assert accepted.holder is not None
