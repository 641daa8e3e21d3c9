"""What a caller hands in at the public face is refused in one line, and never repeated."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import krid
from krid import mdoc, query
from krid.errors import Code, MisuseError
from krid.ld import write_pointer
from krid.model import (
    IssuerKey,
    StatusReference,
    encode_bitstring_entries,
    encode_messages,
    encode_status,
)
from krid.net import FetchPolicy, NoNetwork
from krid.openid.vci.server import Client
from krid.openid.vp.known import VerifierDids
from krid.profiles import HAIP
from krid.proximity import encode_ndef
from krid.sdjwt import SdJwtVcFormat, sd
from krid.status import Bitstring, Offline, StatusBits, StatusLists, encode_aggregation
from krid.trust import (
    NO_REVOCATION,
    AllOf,
    AnyOf,
    CertificateTrust,
    DidTrust,
    ForFormats,
    ForTypes,
    KeyTrust,
    Until,
    load_trust,
)
from krid.vcjose.format import VcJoseFormat

STATE, PHONE = (krid.LocalKey.generate(krid.Alg.ES256) for _ in range(2))
NOW = datetime(2026, 6, 1, tzinfo=UTC)
ISSUER = krid.Issuer("https://mois.example", signer=STATE, profile=HAIP, clock=krid.FixedClock(NOW))
ORDER: dict[str, Any] = {
    "vct": "urn:t",
    "claims": {"name": sd("Hong Gildong")},
    "holder": PHONE.public_key,
    "lifetime": timedelta(days=1),
    "status": krid.NO_STATUS,
}
CARD = ISSUER.issue_sdjwt(**ORDER)
ASKED = query.sdjwt("card", vct="urn:t", claims=["name"])
CHALLENGE = krid.Challenge(audience="https://bank.example", nonce="n-0S6_WzA2Mj")
SHOWN = (
    SdJwtVcFormat()
    .prepare_presentation(
        CARD.raw, disclose=[("name",)], challenge=CHALLENGE, alg=PHONE.alg, now=NOW
    )
    .sign_with(PHONE)
)
TRUST = KeyTrust.of(STATE.public_key)
LISTS = StatusLists(NoNetwork(), issuers=TRUST)
FOUND = IssuerKey(key=STATE.public_key, issuer="https://mois.example", path="pinned")
ENTRY = StatusReference("https://mois.example/status/1", 7)


def issue(**changes: Any) -> object:
    return ISSUER.issue_sdjwt(**(ORDER | changes))


def verify(presentation: Any = SHOWN, **changes: Any) -> object:
    words: dict[str, Any] = {
        "credential_format": SdJwtVcFormat(),
        "trust": TRUST,
        "status": krid.NO_STATUS,
        "profile": HAIP,
        "challenge": CHALLENGE,
        "now": NOW,
    }
    return krid.verify_presentation(presentation, **(words | changes))


def show(card: Any = CARD.raw, **changes: Any) -> Any:
    words: dict[str, Any] = {
        "disclose": [("name",)],
        "challenge": CHALLENGE,
        "alg": PHONE.alg,
        "now": NOW,
    }
    return SdJwtVcFormat().prepare_presentation(card, **(words | changes))


def verifier(**changes: Any) -> krid.Verifier:
    words: dict[str, Any] = {
        "trust": TRUST,
        "status": krid.NO_STATUS,
        "profile": HAIP,
        "sessions": krid.MemorySessions(),
    }
    return krid.Verifier("x509_san_dns:bank.example", **(words | changes))


def wallet(folder: Path, **changes: Any) -> krid.Wallet:
    words: dict[str, Any] = {"unlock": krid.Pin("246813"), "trust": TRUST} | changes
    return krid.Wallet.create(folder / "wallet.db", **words)


WRONG: list[tuple[Callable[[], object], str]] = [
    (lambda: krid.LocalKey.generate("ES256"), "alg: Alg is needed, this is str"),  # type: ignore[arg-type]
    (lambda: KeyTrust.of(STATE), "keys: PublicKey is needed, this is LocalKey"),  # type: ignore[arg-type]
    (lambda: load_trust("state.pem"), "files: bytes is needed, this is str"),  # type: ignore[arg-type]
    (
        lambda: krid.Issuer("https://mois.example", signer={}, profile=HAIP),  # type: ignore[arg-type]
        "signer: something with sign() is needed, this is dict",
    ),
    (
        lambda: krid.Issuer("https://mois.example", signer=STATE, profile="haip"),  # type: ignore[arg-type]
        "profile: Profile is needed, this is str",
    ),
    (lambda: issue(vct=1), "type: str is needed, this is int"),
    (lambda: verify(profile=None), "profile: Profile is needed, this is None"),
    (lambda: verify(policy=None), "policy: Policy is needed, this is None"),
    (lambda: verify(now="2026-06-01"), "now: datetime is needed, this is str"),
    (
        lambda: verify(credential_format="dc+sd-jwt"),
        "credential_format: something with verify() is needed, this is str",
    ),
    (lambda: issue(holder=PHONE), "holder: PublicKey or Bearer is needed, this is LocalKey"),
    (lambda: issue(holder=None), "holder: PublicKey or Bearer is needed, this is None"),
    (lambda: issue(lifetime=30), "lifetime: timedelta is needed, this is int"),
    (lambda: issue(claims=["name"]), "claims: Mapping is needed, this is list"),
    (lambda: verify(SHOWN.decode()), "presentation: bytes is needed, this is str"),
    (lambda: verify(CARD), "presentation: bytes is needed, this is IssuedCredential"),
    (lambda: verify(trust=STATE.public_key), "trust: something with find() is needed"),
    (lambda: verify(status=None), "status: something with check() is needed, this is None"),
    (lambda: verify(challenge=None), "challenge: Challenge or Bearer is needed, this is None"),
    (
        lambda: verify(credential_format=SdJwtVcFormat),
        "credential_format: an object is needed, this is the class SdJwtVcFormat",
    ),
    (lambda: show(CARD), "credential: bytes is needed, this is IssuedCredential"),
    (lambda: show(disclose="name"), "disclose: list or tuple is needed, this is str"),
    (lambda: show(disclose=["name"]), "each path in disclose: tuple is needed, this is str"),
    (lambda: show(challenge="n-0S6_WzA2Mj"), "challenge: Challenge is needed, this is str"),
    (lambda: show(alg="ES256"), "alg: Alg is needed, this is str"),
    (
        lambda: show().sign_with(PHONE.public_key),
        "signer: something with sign() is needed, this is PublicKey",
    ),
    (lambda: verifier(profile="haip"), "profile: Profile is needed, this is str"),
    (lambda: verifier(trust=STATE.public_key), "trust: something with find() is needed"),
    (lambda: verifier(sessions={}), "sessions: something with take() is needed, this is dict"),
    (lambda: verifier().request(ASKED, purpose=None), "purpose: str is needed, this is None"),  # type: ignore[arg-type]
    (
        lambda: verifier().request(ASKED, purpose="x", lifetime=5),  # type: ignore[arg-type]
        "lifetime: timedelta is needed, this is int",
    ),
    (lambda: verifier().request({}, purpose="x"), "parts: CredentialQuery or CredentialChoice"),  # type: ignore[arg-type]
    (lambda: verifier().verify(SHOWN), "response: PresentationResponse is needed, this is bytes"),  # type: ignore[arg-type]
    (lambda: ForTypes(TRUST, "urn:t"), "types: a set or tuple is needed, this is str"),  # type: ignore[arg-type]
    (lambda: ForFormats(TRUST, "dc+sd-jwt"), "formats: a set or tuple is needed"),  # type: ignore[arg-type]
    (lambda: Until(TRUST, "2027-01-01"), "moment: datetime is needed, this is str"),  # type: ignore[arg-type]
    (lambda: AnyOf(TRUST, None), "sources: something with find() is needed, this is None"),  # type: ignore[arg-type]
    (lambda: AllOf([TRUST]), "sources: something with find() is needed, this is list"),  # type: ignore[arg-type]
    (lambda: replace(HAIP, formats="dc+sd-jwt"), "formats: a set or tuple is needed"),  # type: ignore[arg-type]
    (lambda: krid.Policy(issuers="https://a.example"), "issuers: a set or tuple is needed"),  # type: ignore[arg-type]
    (lambda: krid.Policy(types={"dc+sd-jwt": "urn:t"}), "types of dc+sd-jwt: a set"),  # type: ignore[dict-item]
    (lambda: VerifierDids("did:web:a", None), "dids: a set or tuple is needed"),  # type: ignore[arg-type]
    (lambda: DidTrust("did:web:a", None), "dids: a set or tuple is needed"),  # type: ignore[arg-type]
    (lambda: Client(id="x", redirect_uris="https://a.example"), "redirect_uris: a set or tuple"),  # type: ignore[arg-type]
    (lambda: FetchPolicy(allowed_private_hosts="localhost"), "allowed_private_hosts: a set"),  # type: ignore[arg-type]
    (lambda: CertificateTrust((b"x",), revocation=NO_REVOCATION), "each anchor: Certificate"),  # type: ignore[arg-type]
    (lambda: CertificateTrust((), revocation=None), "revocation: something with check()"),  # type: ignore[arg-type]
    (lambda: StatusLists(None, issuers=TRUST), "source: something with send() is needed"),  # type: ignore[arg-type]
    (lambda: LISTS.prefetch("https://a.example/1", now=NOW), "uris: a set or tuple is needed"),
    (lambda: LISTS.check(None, issuer=FOUND, now=NOW), "entry: StatusReference or BitstringEntry"),  # type: ignore[arg-type]
    (lambda: LISTS.check(ENTRY, issuer=None, now=NOW), "issuer: IssuerKey is needed"),  # type: ignore[arg-type]
    (lambda: LISTS.check(ENTRY, issuer=FOUND, now="2026-06-01"), "now: datetime is needed"),  # type: ignore[arg-type]
    (
        lambda: LISTS.check_at(ENTRY, issuer=FOUND, at="2026-06-01", now=NOW),  # type: ignore[arg-type]
        "at: datetime is needed, this is str",
    ),
    (lambda: Bitstring.zeros("1"), "count: int is needed, this is str"),  # type: ignore[arg-type]
    (lambda: Bitstring.zeros(1, size=None), "size: int is needed, this is None"),  # type: ignore[arg-type]
    (lambda: StatusBits.zeros("1", bits=1), "size: int is needed, this is str"),  # type: ignore[arg-type]
    (lambda: encode_bitstring_entries(None), "entries: list or tuple is needed, this is None"),  # type: ignore[arg-type]
    (lambda: encode_bitstring_entries(["x"]), "entry: BitstringEntry is needed, this is str"),  # type: ignore[list-item]
    (lambda: encode_messages(["x"]), "messages: Mapping is needed, this is list"),  # type: ignore[arg-type]
    (lambda: encode_messages({"1": "x"}), "each status: int is needed, this is str"),  # type: ignore[dict-item]
    (lambda: encode_status(None), "reference: StatusReference is needed, this is None"),  # type: ignore[arg-type]
    (lambda: encode_aggregation("https://a.example/1"), "uris: list or tuple is needed"),  # type: ignore[arg-type]
    (lambda: query.encode_dcql({}), "query: Query is needed, this is dict"),  # type: ignore[arg-type]
    (lambda: mdoc.encode_device_request(b""), "request: DeviceRequest is needed"),  # type: ignore[arg-type]
    (lambda: mdoc.encode_device_response(b""), "response: DeviceResponse is needed"),  # type: ignore[arg-type]
    (lambda: mdoc.encode_issuer_signed(CARD), "credential: IssuerSigned is needed"),  # type: ignore[arg-type]
    (lambda: mdoc.encode_reader_key(PHONE), "key: PublicKey is needed, this is LocalKey"),  # type: ignore[arg-type]
    (lambda: encode_ndef(b""), "records: list or tuple is needed, this is bytes"),  # type: ignore[arg-type]
    (lambda: encode_ndef([b""]), "each record: NdefRecord is needed, this is bytes"),  # type: ignore[list-item]
    (lambda: write_pointer("name"), "path: list or tuple is needed, this is str"),
    (lambda: write_pointer([None]), "each step: str or int is needed, this is None"),  # type: ignore[list-item]
    (lambda: Offline(greatest_age=8), "greatest_age: timedelta is needed, this is int"),  # type: ignore[arg-type]
    (lambda: VcJoseFormat("vc+jwt"), "form: Form is needed, this is str"),  # type: ignore[arg-type]
    (lambda: query.sdjwt("card", vct=None, claims=[]), "vct: str or tuple or list is needed"),  # type: ignore[arg-type]
    (lambda: query.sdjwt("card", vct="x", claims=None), "claims: Either or Iterable is needed"),  # type: ignore[arg-type]
    (lambda: query.sdjwt("card", vct="x", claims=[5]), "each claim: str or tuple or list"),  # type: ignore[list-item]
    (lambda: query.sdjwt(5, vct="x", claims=[]), "query_id: str is needed, this is int"),  # type: ignore[arg-type]
    (lambda: query.mdoc("card", doctype="x", claims=["a"]), "claims: Mapping is needed"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("call", "words"), WRONG, ids=[words for _, words in WRONG])
def test_an_argument_of_another_type(call: Callable[[], object], words: str) -> None:
    with pytest.raises(MisuseError) as error:
        call()
    assert error.value.code is Code.MISUSE_TYPE
    assert error.value.detail.startswith(words)


def test_a_wallets_arguments(tmp_path: Path) -> None:
    for changes in ({"unlock": "246813"}, {"trust": None}):
        with pytest.raises(MisuseError) as error:
            wallet(tmp_path, **changes)
        assert error.value.code is Code.MISUSE_TYPE
        assert "246813" not in str(error.value)
    with wallet(tmp_path) as made, pytest.raises(MisuseError) as error:
        made.add(CARD.raw)  # type: ignore[arg-type]
    assert error.value.detail == "issued: IssuedCredential is needed, this is bytes"
    with krid.Wallet.open(tmp_path / "wallet.db", unlock=krid.Pin("246813"), trust=TRUST) as opened:
        for call in (lambda: opened.match(ASKED), lambda: opened.remove("a card")):  # type: ignore[arg-type]
            with pytest.raises(MisuseError) as error:
                call()
            assert error.value.code is Code.MISUSE_TYPE
    for changes in ({"unlock": "246813"}, {"trust": None}):
        words = {"unlock": krid.Pin("246813"), "trust": TRUST} | changes
        with pytest.raises(MisuseError):
            krid.Wallet.open(tmp_path / "wallet.db", **words)  # type: ignore[arg-type]


def test_an_empty_nonce_is_none() -> None:
    with pytest.raises(MisuseError) as error:
        verify(challenge=krid.Challenge(audience="https://bank.example", nonce=""))
    assert error.value.code is Code.MISUSE_OPTION


def test_what_is_right_passes() -> None:
    assert verify()
    with pytest.raises(MisuseError) as error:
        krid.FixedClock(datetime(2026, 6, 1))  # noqa: DTZ001  what is refused
    assert error.value.code is Code.MISUSE_NAIVE_TIME
