"""SD-JWT VC from issuer to verifier in each way to find the issuer's key, with its status.

Issuer, holder and verifier are the public roles, the answer travels as OpenID4VP sends it, and
the network is a script. All people are invented.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from krid import profiles, query
from krid._core import base64url
from krid._core.clock import FixedClock
from krid._core.entropy import system_entropy
from krid.cli.app import run
from krid.cli.exits import Exit
from krid.did import DidJwk, DidWeb, Resolver
from krid.errors import Code, KridError, MisuseError
from krid.exchange import IssuedCredential, MemorySessions, PresentationResponse
from krid.issuer import Issuer
from krid.keys import Alg, LocalKey, jwk
from krid.model import NO_STATUS, Challenge, IssuerKeys, NoStatus, StatusReference, StatusSource
from krid.net import NoNetwork, Response, ScriptedTransport
from krid.openid import vp
from krid.sdjwt import HashAlg, SdJwtVcFormat, Serialisation, sd
from krid.sdjwt.type_metadata import ResolvedType, TypeRules
from krid.status import Offline, StatusListIssuer, StatusLists
from krid.trust import (
    NO_REVOCATION,
    AnyOf,
    CertificateTrust,
    DidTrust,
    IssuerMetadataTrust,
    KeyTrust,
)
from krid.verifier import Verified, Verifier
from krid.x509 import DOCUMENT_SIGNER, self_signed_ca, sign_certificate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CLOCK = FixedClock(NOW)
MOIS = "https://mois.example"
VCT = "https://mois.example/types/card"
STATUS = "https://status.example/1"
OFFLINE = Offline(greatest_age=timedelta(days=1))
CLAIMS = {
    "family_name": sd("Kim"),
    "address": sd({"city": sd("Seoul"), "country": "KR"}),
    "nationalities": [sd("KR"), sd("XX")],
}


def document(url: str, members: Mapping[str, object]) -> ScriptedTransport:
    body = json.dumps(members).encode()
    return ScriptedTransport({url: Response(200, {"Content-Type": "application/json"}, body)})


@dataclass(frozen=True)
class Way:
    """One way to name an issuer and to find its key."""

    name: str
    issuer: Callable[[LocalKey], dict[str, Any]]
    trust: Callable[[LocalKey, dict[str, Any]], IssuerKeys]


ROOT_KEY = LocalKey.generate(Alg.ES256)
ROOT = self_signed_ca(
    ROOT_KEY,
    common_name="Example Root",
    country="KR",
    valid_from=NOW - timedelta(days=10),
    valid_until=NOW + timedelta(days=3000),
    issuer_uri="https://iaca.example",
    entropy=system_entropy,
)


def with_certificate(key: LocalKey) -> dict[str, Any]:
    leaf = sign_certificate(
        key.public_key,
        ca=ROOT,
        ca_key=ROOT_KEY,
        leaf=DOCUMENT_SIGNER,
        common_name="Example Card Signer",
        valid_from=NOW - timedelta(days=1),
        valid_until=NOW + timedelta(days=400),
        entropy=system_entropy,
        uris=(MOIS,),
    )
    return {"issuer": MOIS, "certificates": (leaf.der,)}


def with_did_jwk(key: LocalKey) -> dict[str, Any]:
    members = json.dumps(jwk.encode_public(key.public_key)).encode()
    did = f"did:jwk:{base64url.encode(members)}"
    return {"issuer": did, "key_id": f"{did}#0"}


def web_document(key: LocalKey) -> dict[str, object]:
    did = "did:web:mois.example"
    method = {
        "id": f"{did}#key-1",
        "type": "JsonWebKey2020",
        "controller": did,
        "publicKeyJwk": jwk.encode_public(key.public_key),
    }
    return {"id": did, "verificationMethod": [method], "assertionMethod": [f"{did}#key-1"]}


def resolving(key: LocalKey, issuer: dict[str, Any]) -> IssuerKeys:
    transport = document("https://mois.example/.well-known/did.json", web_document(key))
    resolver = Resolver((DidJwk(), DidWeb()), clock=CLOCK, transport=transport)
    return DidTrust(frozenset({issuer["issuer"]}), resolver)


def publishing(key: LocalKey, issuer: dict[str, Any]) -> IssuerKeys:
    keys = [{"kid": "key-1", **jwk.encode_public(key.public_key)}]
    members = {"issuer": MOIS, "jwks": {"keys": keys}}
    transport = document(f"{MOIS}/.well-known/jwt-vc-issuer", members)
    return IssuerMetadataTrust(frozenset({MOIS}), transport=transport)


WAYS = [
    Way(
        "x5c",
        with_certificate,
        lambda _key, _issuer: CertificateTrust((ROOT,), revocation=NO_REVOCATION),
    ),
    Way("did:jwk", with_did_jwk, resolving),
    Way("did:web", lambda _: {"issuer": "did:web:mois.example", "key_id": "#key-1"}, resolving),
    Way("issuer metadata", lambda _: {"issuer": MOIS, "key_id": "key-1"}, publishing),
    Way("pinned", lambda _: {"issuer": MOIS}, lambda key, _: KeyTrust.of(key.public_key)),
]


@dataclass(frozen=True)
class Scene:
    key: LocalKey
    holder: LocalKey
    issuer: Issuer
    trust: IssuerKeys
    plug: SdJwtVcFormat
    sessions: MemorySessions

    @classmethod
    def make(cls, way: Way, plug: SdJwtVcFormat | None = None) -> "Scene":
        key = LocalKey.generate(Alg.ES256)
        words = way.issuer(key)
        plug = plug or SdJwtVcFormat()
        issuer = Issuer(signer=key, profile=profiles.HAIP, formats=(plug,), clock=CLOCK, **words)
        trust = way.trust(key, words)
        return cls(key, LocalKey.generate(Alg.ES256), issuer, trust, plug, MemorySessions())

    def issue(
        self, status: StatusReference | NoStatus = NO_STATUS, **changes: Any
    ) -> IssuedCredential:
        words = {"claims": CLAIMS, "vct": VCT, **changes}
        return self.issuer.issue_sdjwt(
            **words, holder=self.holder.public_key, lifetime=timedelta(days=30), status=status
        )

    def verifier(self, status: StatusSource | NoStatus = NO_STATUS) -> Verifier:
        return Verifier(
            "x509_san_dns:bank.example",
            trust=self.trust,
            status=status,
            profile=profiles.HAIP,
            sessions=self.sessions,
            response_uri="https://bank.example/answer",
            formats=(self.plug,),
            clock=CLOCK,
        )

    def shown(
        self, issued: IssuedCredential, status: StatusSource | NoStatus = NO_STATUS, **asked: Any
    ) -> Verified:
        """Ask for the family name, show it, send it, and verify it."""
        verifier = self.verifier(status)
        words = {"vct": VCT, "claims": ["family_name"], **asked}
        request = verifier.request(query.sdjwt("card", **words), purpose="Open an account")
        raw = self.plug.prepare_presentation(
            issued.raw,
            disclose=(("family_name",),),
            challenge=Challenge(audience=request.client_id, nonce=request.nonce),
            alg=self.holder.alg,
            now=NOW,
        ).sign_with(self.holder)
        form = vp.encode_response(PresentationResponse(request.state, {"card": (raw,)}), request)
        return verifier.verify(vp.read_response(form))


@pytest.mark.parametrize("way", WAYS, ids=[way.name for way in WAYS])
def test_a_credential_goes_the_whole_way(way: Way) -> None:
    scene = Scene.make(way)
    issued = scene.issue()
    accepted = scene.plug.accept(issued.raw, issuers=scene.trust, now=NOW)
    assert accepted.holder == scene.holder.public_key
    verified = scene.shown(issued)["card"]
    assert verified.claims["family_name"] == "Kim"
    assert "address" not in verified.claims
    assert verified.claims["nationalities"] == ()
    assert verified.holder == scene.holder.public_key


@pytest.mark.parametrize("way", WAYS, ids=[way.name for way in WAYS])
def test_another_key_in_the_issuers_name_is_refused(way: Way) -> None:
    """The forger has a key of its own and says everything that the issuer says."""
    scene, forger = Scene.make(way), Scene.make(way)
    forged = Issuer(
        signer=forger.key,
        profile=profiles.HAIP,
        formats=(scene.plug,),
        clock=CLOCK,
        **way.issuer(scene.key),
    ).issue_sdjwt(
        vct=VCT,
        claims=CLAIMS,
        holder=scene.holder.public_key,
        lifetime=timedelta(days=30),
        status=NO_STATUS,
    )
    with pytest.raises(KridError) as error:
        scene.shown(forged)
    assert error.value.code is Code.JWS_SIGNATURE


@pytest.mark.parametrize("way", WAYS, ids=[way.name for way in WAYS])
def test_the_status_counts(way: Way) -> None:
    scene = Scene.make(way)
    cards = StatusListIssuer(STATUS, 1_000, entropy=system_entropy)
    reference = cards.allocate()
    issued = scene.issue(reference)

    def looked_up() -> StatusSource:
        token = cards.publish(scene.key, now=NOW, lifetime=timedelta(days=1), issuer=MOIS)
        trust = KeyTrust.of(scene.key.public_key, issuer=MOIS)
        return StatusLists(OFFLINE, issuers=trust, known={STATUS: token})

    assert scene.shown(issued, looked_up())["card"].evidence[-2].check == "status"
    cards.suspend(reference)
    with pytest.raises(KridError) as error:
        scene.shown(issued, looked_up())
    assert error.value.code is Code.STATUS_SUSPENDED
    cards.restore(reference)
    scene.shown(issued, looked_up())
    cards.revoke(reference)
    with pytest.raises(KridError) as error:
        scene.shown(issued, looked_up())
    assert error.value.code is Code.STATUS_REVOKED
    with pytest.raises(KridError) as error:
        scene.shown(issued, StatusLists(OFFLINE, issuers=scene.trust))
    assert error.value.code is Code.STATUS_UNAVAILABLE


@pytest.mark.parametrize("hash_alg", HashAlg)
def test_digests_and_decoys_are_settings(hash_alg: HashAlg) -> None:
    scene = Scene.make(WAYS[-1], SdJwtVcFormat(hash_alg=hash_alg, decoys=5))
    content: Any = scene.plug.inspect(scene.issue().raw).content
    assert content["payload"]["_sd_alg"] == hash_alg.value
    assert len(content["payload"]["_sd"]) == 2 + 5
    verified = scene.shown(scene.issue())["card"]
    assert any(hash_alg.value in each.detail for each in verified.evidence)


def test_sources_of_trust_side_by_side() -> None:
    """A certificate of an attacker does not change how a listed issuer is verified."""
    scene = Scene.make(WAYS[3])
    both = AnyOf(CertificateTrust((ROOT,), revocation=NO_REVOCATION), scene.trust)
    other = LocalKey.generate(Alg.ES256)
    forged = Issuer(
        signer=other,
        profile=profiles.HAIP,
        key_id="key-1",
        clock=CLOCK,
        **(with_certificate(other) | {"issuer": MOIS}),
    )
    genuine = scene.plug.accept(scene.issue().raw, issuers=both, now=NOW)
    assert genuine.issuer == MOIS
    raw = forged.issue_sdjwt(
        vct=VCT,
        claims=CLAIMS,
        holder=scene.holder.public_key,
        lifetime=timedelta(days=30),
        status=NO_STATUS,
    ).raw
    with pytest.raises(KridError) as error:
        scene.plug.accept(raw, issuers=scene.trust, now=NOW)
    assert error.value.code is Code.JWS_SIGNATURE


def test_types_are_processed() -> None:
    metadata = {
        "vct": VCT,
        "claims": [
            {"path": ["family_name"], "sd": "always", "mandatory": True},
            {"path": ["address", "city"], "sd": "always"},
            {"path": ["nationalities", None], "sd": "always"},
        ],
    }
    rules = TypeRules.of(ResolvedType.of(json.dumps(metadata).encode()))
    scene = Scene.make(WAYS[0], SdJwtVcFormat(types=rules))
    issued = scene.issue()
    scene.plug.accept(issued.raw, issuers=scene.trust, now=NOW)
    evidence = scene.shown(issued)["card"].evidence
    assert "type" in [each.check for each in evidence]
    bent = scene.issue(claims={"family_name": sd("Kim"), "nationalities": ["KR"]})
    with pytest.raises(KridError) as error:
        scene.shown(bent)
    assert error.value.code is Code.TYPE_SD


@pytest.mark.parametrize("serialisation", [Serialisation.FLATTENED, Serialisation.GENERAL])
def test_json_is_kept_and_shown_in_compact_form(serialisation: Serialisation) -> None:
    """An issuer may hand out JSON; what travels by OpenID4VP is compact."""
    scene = Scene.make(WAYS[0])
    json_issuer = Issuer(
        signer=scene.key,
        profile=profiles.HAIP,
        formats=(SdJwtVcFormat(serialisation=serialisation),),
        clock=CLOCK,
        **with_certificate(scene.key),
    )
    issued = json_issuer.issue_sdjwt(
        vct=VCT,
        claims=CLAIMS,
        holder=scene.holder.public_key,
        lifetime=timedelta(days=30),
        status=NO_STATUS,
    )
    assert issued.raw.startswith(b"{")
    assert scene.shown(issued)["card"].claims["family_name"] == "Kim"
    talkative = Scene.make(WAYS[0], SdJwtVcFormat(serialisation=serialisation))
    with pytest.raises(KridError) as error:
        talkative.shown(talkative.issue())
    assert error.value.code is Code.RESPONSE_SERIALISATION


def test_claims_that_may_not_be_hidden() -> None:
    scene = Scene.make(WAYS[0])
    for name, value in (("aud", sd("x")), ("vct#integrity", sd("x")), ("cnf", {}), ("_sd", 1)):
        with pytest.raises(MisuseError) as error:
            scene.issue(claims={name: value})
        assert error.value.code is Code.MISUSE_CLAIMS


def test_no_network_is_needed_for_strangers() -> None:
    trust = IssuerMetadataTrust(frozenset({"https://other.example"}), transport=NoNetwork())
    scene = Scene.make(WAYS[3])
    with pytest.raises(KridError) as error:
        scene.plug.accept(scene.issue().raw, issuers=trust, now=NOW)
    assert error.value.code is Code.TRUST_UNKNOWN_ISSUER


@pytest.mark.parametrize("serialisation", [Serialisation.FLATTENED, Serialisation.GENERAL])
def test_the_command_line_reads_json(
    serialisation: Serialisation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`krid inspect` and `krid verify` tell the form by themselves."""
    scene = Scene.make(WAYS[-1], SdJwtVcFormat(serialisation=serialisation))
    (tmp_path / "card").write_bytes(scene.issue().raw + b"\n")
    (tmp_path / "key").write_bytes(json.dumps(jwk.encode_public(scene.key.public_key)).encode())
    assert run(["inspect", str(tmp_path / "card"), "--json"]) == Exit.DONE
    shown = json.loads(capsys.readouterr().out)
    assert (shown["format"], shown["type"]) == ("dc+sd-jwt", VCT)
    assert shown["content"]["serialisation"] == serialisation.value
    words = ["verify", str(tmp_path / "card"), "--trust", str(tmp_path / "key"), "--bearer"]
    words += ["--no-status", "--now", "2026-06-02T00:00:00Z", "--json"]
    assert run(words) == Exit.DONE
    verified = json.loads(capsys.readouterr().out)
    assert (verified["verified"], verified["claims"]["family_name"]) == (True, "Kim")
    bent = json.loads((tmp_path / "card").read_bytes())
    (bent if "header" in bent else bent["signatures"][0])["header"]["crit"] = ["exp"]
    (tmp_path / "card").write_bytes(json.dumps(bent).encode())
    assert run(words) == Exit.REJECTED
    assert json.loads(capsys.readouterr().out)["code"] == "jws.crit"
