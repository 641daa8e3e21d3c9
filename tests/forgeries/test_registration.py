"""One forgery for each rule about who may ask what: it breaks that rule alone and meets its code."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import strict_json
from krid._core.strict_json import JsonObject
from krid.errors import (
    Code,
    KridError,
    MisuseError,
    StatusError,
    TransportError,
    TrustError,
)
from krid.jose import Jws, jws
from krid.keys import Alg, LocalKey
from krid.model import (
    ANY_TYPE,
    NO_STATUS,
    Asker,
    Attestation,
    Check,
    ClaimPath,
    ClaimQuery,
    CredentialQuery,
    DoctypeValue,
    Evidence,
    IssuerHint,
    IssuerKey,
    NoStatus,
    OverAsked,
    Permission,
    Registration,
    StatusEntry,
    StatusReference,
    StatusSource,
    TypeValues,
    VctValues,
    WantedType,
)
from krid.trust import (
    NO_REVOCATION,
    AnyRegistration,
    CertificateTrust,
    KeyTrust,
    RegisteredVerifiers,
    RegistrationCertificate,
    RegistrationCertificates,
)
from krid.trust.registration_certificate import TYP, prepare
from krid.x509 import DOCUMENT_SIGNER, self_signed_ca, sign_certificate

NOW = datetime(2026, 6, 1, tzinfo=UTC)
AT = int(NOW.timestamp())
DAY = timedelta(days=1)
BANK = "VATKR-SAMPLE-0001"
CARD, LICENCE = "urn:example:card", "org.iso.18013.5.1.mDL"
KEY, STRANGER = (LocalKey.generate(Alg.ES256) for _ in range(2))
STATUS = StatusReference("https://registrar.example/status/1", 3)
REGISTRATION = Registration(
    id=BANK,
    name="Sample Bank",
    purposes={"en": "Open an account", "ko": "계좌 개설"},
    permissions=(
        Permission("dc+sd-jwt", frozenset({CARD}), frozenset({("family_name",), ("phones", None)})),
        Permission("mso_mdoc", frozenset({LICENCE}), None),
    ),
    valid_until=NOW + DAY,
    evidence="registration certificate, pinned key",
)


def certificate(**changes: Any) -> str:
    """Sign a certificate as `prepare` writes it, with some claims changed; None takes one away."""
    words: dict[str, Any] = {
        "country": "KR",
        "registry_uri": "https://registrar.example/wrp",
        "entitlements": ["https://uri.etsi.org/19475/Entitlement/Service_Provider"],
        "alg": KEY.alg,
        "certificates": (),
        "now": NOW,
        "lifetime": DAY,
        "status": STATUS,
    }
    genuine = Jws.parse(prepare(REGISTRATION, **words).sign_with(KEY)).claims()
    return signed({name: each for name, each in (genuine | changes).items() if each is not None})


def signed(claims: JsonObject, *, key: LocalKey = KEY, typ: str = TYP) -> str:
    return jws.sign({"typ": typ}, strict_json.dumps(claims), key)


@dataclass(frozen=True)
class Registrar:
    """Trust in the one registrar."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        assert hint.format == TYP
        return IssuerKey(key=KEY.public_key, issuer="registrar", path="pinned key")


@dataclass(frozen=True)
class Revoked:
    def check(self, entry: StatusEntry, *, issuer: IssuerKey, now: datetime) -> Evidence:
        assert entry == STATUS
        raise StatusError(Code.STATUS_REVOKED)


class Holds:
    def check(self, entry: StatusEntry, *, issuer: IssuerKey, now: datetime) -> Evidence:
        return Evidence(Check.STATUS, "valid")


def asker(text: str, *, names: frozenset[str] = frozenset({BANK})) -> Asker:
    return Asker(client_id="x", names=names, attestations=(Attestation("registration_cert", text),))


def find(
    who: Asker,
    *,
    now: datetime = NOW,
    status: StatusSource | NoStatus = NO_STATUS,
    skew: timedelta = timedelta(0),
) -> Registration:
    source = RegistrationCertificates(registrars=Registrar(), status=status, skew=skew)
    return source.find(who, now=now)


def refused(code: Code, action: Callable[[], object]) -> None:
    with pytest.raises(KridError) as error:
        action()
    assert error.value.code is code


def test_the_genuine_certificate_passes() -> None:
    assert find(asker(certificate()), status=Holds()) == REGISTRATION
    assert find(asker(certificate(status=None)), status=Revoked()).id == BANK
    assert find(asker(certificate(exp=None))).valid_until == NOW + 366 * DAY
    both = certificate(intermediary={"sub": "VATKR-MIDDLE"}, act={"sub": "VATKR-MIDDLE"})
    assert find(asker(both, names=frozenset({"VATKR-MIDDLE"}))).id == BANK


def test_both_spellings_of_a_member_are_read() -> None:
    spelt = {
        "purpose": [{"lang": "en", "content": "Open an account"}],
        "credentials": [
            {
                "format": "dc+sd-jwt",
                "meta": {"vct_values": [CARD]},
                "claims": [{"path": ["a", 0, None]}],
            }
        ],
    }
    found = find(asker(certificate(**spelt)))
    assert found.purposes == {"en": "Open an account"}
    assert found.permissions[0].claims == frozenset({("a", 0, None)})


def test_nobody_is_registered_for_nothing() -> None:
    found = find(asker(certificate(credentials=None, purpose=None)))
    assert (found.permissions, dict(found.purposes)) == ((), {})


@pytest.mark.parametrize(
    "attestations",
    [
        (),
        (Attestation("other", certificate()),),
        (Attestation("registration_cert", certificate()),) * 2,
        (Attestation("registration_cert", certificate(), frozenset({"card"})),),
    ],
)
def test_no_certificate_or_several(attestations: tuple[Attestation, ...]) -> None:
    who = replace(asker(""), attestations=attestations)
    refused(Code.REGISTRATION_UNKNOWN, lambda: find(who))


def test_a_registrar_that_nobody_trusts() -> None:
    source = RegistrationCertificates(
        registrars=KeyTrust.of(STRANGER.public_key, issuer="other"), status=NO_STATUS
    )
    root = self_signed_ca(
        KEY,
        common_name="Sample registrar",
        country="KR",
        valid_from=NOW - DAY,
        valid_until=NOW + DAY,
        issuer_uri="https://registrar.example",
        entropy=bytes,
    )
    nobody = RegistrationCertificates(
        registrars=CertificateTrust((root,), revocation=NO_REVOCATION), status=NO_STATUS
    )
    refused(Code.TRUST_UNKNOWN_ISSUER, lambda: nobody.find(asker(certificate()), now=NOW))
    with pytest.raises(KridError):
        source.find(asker(certificate()), now=NOW)


def test_a_registrar_by_its_certificate() -> None:
    root = self_signed_ca(
        STRANGER,
        common_name="Sample registrar root",
        country="KR",
        valid_from=NOW - DAY,
        valid_until=NOW + 1000 * DAY,
        issuer_uri="https://registrar.example",
        entropy=bytes,
    )
    leaf = sign_certificate(
        KEY.public_key,
        ca=root,
        ca_key=STRANGER,
        leaf=DOCUMENT_SIGNER,
        common_name="Sample registrar",
        valid_from=NOW - DAY,
        valid_until=NOW + 10 * DAY,
        entropy=bytes,
    )
    text = prepare(
        REGISTRATION,
        country="KR",
        registry_uri="https://registrar.example/wrp",
        entitlements=["https://uri.etsi.org/19475/Entitlement/Service_Provider"],
        alg=KEY.alg,
        certificates=(leaf.der,),
        now=NOW,
        lifetime=DAY,
        status=None,
    ).sign_with(KEY)
    source = RegistrationCertificates(
        registrars=CertificateTrust((root,), revocation=NO_REVOCATION), status=NO_STATUS
    )
    assert source.find(asker(text), now=NOW).name == "Sample Bank"


def test_another_signature() -> None:
    text = signed(Jws.parse(certificate()).claims(), key=STRANGER)
    refused(Code.REGISTRATION_SIGNATURE, lambda: find(asker(text)))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (certificate(), frozenset({"VATKR-OTHER"})),
        (certificate(), frozenset()),
        (certificate(intermediary={"sub": "VATKR-MIDDLE"}), frozenset({BANK})),
    ],
)
def test_another_verifiers_certificate(text: str, names: frozenset[str]) -> None:
    refused(Code.REGISTRATION_SUBJECT, lambda: find(asker(text, names=names)))


def test_dates() -> None:
    early, late = NOW - timedelta(seconds=31), NOW + DAY
    minute = timedelta(minutes=1)
    refused(Code.REGISTRATION_NOT_YET_VALID, lambda: find(asker(certificate()), now=early))
    refused(Code.REGISTRATION_EXPIRED, lambda: find(asker(certificate()), now=late))
    find(asker(certificate()), now=early, skew=minute)
    find(asker(certificate()), now=late, skew=minute)
    long = certificate(exp=AT + 367 * 86_400)
    refused(Code.REGISTRATION_LIFETIME, lambda: find(asker(long)))


def test_a_revoked_registration() -> None:
    refused(Code.STATUS_REVOKED, lambda: find(asker(certificate()), status=Revoked()))


@pytest.mark.parametrize("skew", [timedelta(-1), timedelta(days=1)])
def test_impossible_skews(skew: timedelta) -> None:
    with pytest.raises(MisuseError):
        find(asker(certificate()), skew=skew)


ONE = {"format": "dc+sd-jwt", "meta": {"vct_values": [CARD]}}


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": None},
        {"sub": ""},
        {"sub": {"id": BANK}},
        {"name": None},
        {"intermediary": {"sname": "x"}},
        {"intermediary": {"sub": "a"}, "act": {"sub": "b"}},
        {"purpose": "text"},
        {"purpose": [{"lang": "en", "value": "a", "content": "b"}]},
        {"purpose": [{"lang": "en", "value": "a"}] * 2},
        {"purpose": [{"lang": "en"}]},
        {"purpose": [{"lang": str(each), "value": "a"} for each in range(65)]},
        {"credentials": {}},
        {"credentials": [ONE] * 65},
        {"credentials": [{"format": "dc+sd-jwt"}]},
        {"credentials": [{"format": "", "meta": {"vct_values": [CARD]}}]},
        {"credentials": [{"format": "dc+sd-jwt", "meta": {}}]},
        {"credentials": [{"format": "mso_mdoc", "meta": {"doctype_value": 1}}]},
        {"credentials": [ONE | {"claim": [], "claims": []}]},
        {"credentials": [ONE | {"claim": "family_name"}]},
        {"credentials": [ONE | {"claim": [{"path": []}]}]},
        {"credentials": [ONE | {"claim": [{"path": [True]}]}]},
        {"credentials": [ONE | {"claim": [{"path": [-1]}]}]},
        {"credentials": [ONE | {"claim": [{"path": ["a"] * 100}]}]},
        {"credentials": [ONE | {"claim": [{"path": ["a"]}] * 2000}]},
        {"exp": None, "iat": 253_402_300_799},
    ],
)
def test_malformed_certificates(changes: dict[str, Any]) -> None:
    refused(Code.REGISTRATION_SYNTAX, lambda: RegistrationCertificate.parse(certificate(**changes)))


def test_another_kind_of_token_and_too_long_a_one() -> None:
    claims = Jws.parse(certificate()).claims()
    refused(Code.REGISTRATION_SYNTAX, lambda: find(asker(signed(claims, typ="rc-rp+jwt"))))
    refused(Code.INPUT_SIZE, lambda: find(asker("x" * (256 * 1024 + 1))))


# What a query asks for beyond a registration


def asked(*paths: ClaimPath, kinds: tuple[str, ...] = (CARD,), form: str = "dc+sd-jwt") -> Any:
    query = CredentialQuery(
        "card", form, VctValues(kinds), tuple(ClaimQuery(path) for path in paths)
    )
    return REGISTRATION.beyond(query)


@pytest.mark.parametrize(
    "paths",
    [(), (("family_name",),), (("family_name", "first"),), (("phones", 1),), (("phones", None),)],
)
def test_what_is_within(paths: tuple[ClaimPath, ...]) -> None:
    assert asked(*paths) is None
    assert asked(("ns", "portrait"), kinds=(LICENCE,), form="mso_mdoc") is None


@pytest.mark.parametrize("path", [("birthdate",), ("phones",), ("phones", "home")])
def test_claims_that_are_beyond(path: ClaimPath) -> None:
    assert asked(("family_name",), path) == OverAsked("card", (), (path,))


def test_types_that_are_beyond() -> None:
    assert asked(kinds=("urn:other",)) == OverAsked("card", ("urn:other",), ())
    assert asked(("family_name",), kinds=(CARD, "urn:other")) == OverAsked(
        "card", ("urn:other",), ()
    )
    nothing = asked(("family_name",), kinds=("urn:other",))
    assert nothing == OverAsked("card", ("urn:other",), (("family_name",),))
    assert asked(kinds=(CARD,), form="mso_mdoc") == OverAsked("card", (CARD,), ())


def test_types_by_their_kinds() -> None:
    def over(wanted: WantedType) -> OverAsked | None:
        return REGISTRATION.beyond(CredentialQuery("card", "dc+sd-jwt", wanted, ()))

    assert over(TypeValues(((CARD, "urn:other"),))) is None
    assert over(TypeValues(((CARD,), ("urn:other",)))) == OverAsked("card", ("urn:other",), ())
    assert over(DoctypeValue(LICENCE)) == OverAsked("card", (LICENCE,), ())
    assert over(ANY_TYPE) == OverAsked("card", ("*",), ())


# Lists, and several sources


def test_a_list_knows_verifiers_by_their_names() -> None:
    listed = RegisteredVerifiers({BANK: REGISTRATION})
    assert listed.find(asker(""), now=NOW) is REGISTRATION
    by_client = RegisteredVerifiers({"x": REGISTRATION})
    assert by_client.find(asker("", names=frozenset()), now=NOW) is REGISTRATION
    open_ended = RegisteredVerifiers({"x": replace(REGISTRATION, valid_until=None)})
    assert open_ended.find(asker(""), now=NOW + 9 * DAY).id == BANK
    refused(Code.REGISTRATION_UNKNOWN, lambda: RegisteredVerifiers({}).find(asker(""), now=NOW))
    refused(Code.REGISTRATION_EXPIRED, lambda: listed.find(asker(""), now=NOW + DAY))


@dataclass(frozen=True)
class Failing:
    error: KridError

    def find(self, asker: Asker, *, now: datetime) -> Registration:
        raise self.error


def test_several_sources() -> None:
    nobody = RegisteredVerifiers({})
    listed = RegisteredVerifiers({BANK: REGISTRATION})
    lost = Failing(TransportError(Code.NET_SCHEME))
    assert AnyRegistration(nobody, lost, listed).find(asker(""), now=NOW) is REGISTRATION
    refused(Code.REGISTRATION_UNKNOWN, lambda: AnyRegistration().find(asker(""), now=NOW))
    refused(Code.NET_SCHEME, lambda: AnyRegistration(nobody, lost).find(asker(""), now=NOW))
    misused = Failing(MisuseError(Code.MISUSE_OPTION))
    refused(Code.MISUSE_OPTION, lambda: AnyRegistration(misused, listed).find(asker(""), now=NOW))
    with pytest.raises(TrustError):
        AnyRegistration(nobody).find(asker(""), now=NOW)


# Reading undoes writing

_TEXT = st.text(min_size=1, max_size=5)
_PATHS = st.frozensets(st.tuples(_TEXT, st.none() | st.integers(0, 9) | _TEXT), max_size=4)
_PERMISSIONS = st.builds(
    Permission, st.just("dc+sd-jwt"), st.frozensets(_TEXT, max_size=3), st.none() | _PATHS
) | st.builds(Permission, st.just("mso_mdoc"), st.frozensets(_TEXT, min_size=1, max_size=1), _PATHS)


@given(
    st.builds(
        Registration,
        id=_TEXT,
        name=_TEXT,
        purposes=st.dictionaries(_TEXT, st.text(max_size=9), max_size=3),
        permissions=st.lists(_PERMISSIONS, max_size=3).map(tuple),
        valid_until=st.just(NOW + DAY),
        evidence=st.just("e"),
    )
)
def test_reading_undoes_writing(registration: Registration) -> None:
    text = prepare(
        registration,
        country="KR",
        registry_uri="https://registrar.example/wrp",
        entitlements=["e"],
        alg=KEY.alg,
        certificates=(),
        now=NOW,
        lifetime=DAY,
        status=None,
    ).sign_with(KEY)
    parsed = RegistrationCertificate.parse(text)
    assert parsed.registration(evidence="e") == registration


@given(st.binary(max_size=200))
def test_any_payload_is_read_or_refused(payload: bytes) -> None:
    text = jws.sign({"typ": TYP}, payload, KEY)
    try:
        RegistrationCertificate.parse(text)
    except KridError as error:
        assert str(error.code)
