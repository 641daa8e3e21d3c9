"""What a verifier asks and believes, over the example format."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from own_format import SignedJson
from roles import FORMAT, ISSUER, NOW, PROFILE, TYPE, Cast

from krid import query
from krid.errors import (
    BindingError,
    Code,
    ContentError,
    KridError,
    MisuseError,
    StatusError,
    UnsupportedError,
)
from krid.exchange import MemorySessions, PresentationRequest, PresentationResponse
from krid.keys import Alg, LocalKey
from krid.model import (
    Check,
    Evidence,
    IssuerKey,
    StatusEntry,
    StatusReference,
    VerifiedCredential,
)

HOLDER = LocalKey.generate(Alg.ES256)


def present(
    cast: Cast, request: PresentationRequest, *, holder: LocalKey = HOLDER, **changes: str
) -> PresentationResponse:
    card = cast.issue(holder.public_key)
    challenge = replace(request.challenge, **changes)  # type: ignore[arg-type]  # texts only
    raw = (
        SignedJson()
        .prepare_presentation(
            card.raw, disclose=[("name",)], challenge=challenge, alg=holder.alg, now=NOW
        )
        .sign_with(holder)
    )
    return PresentationResponse(request.state, {"card": (raw,)})


def refused(cast: Cast, response: PresentationResponse) -> Code:
    with pytest.raises(KridError) as error:
        cast.verifier.verify(response)
    return error.value.code


def test_an_answer_is_verified_and_says_by_what() -> None:
    cast = Cast()
    verified = cast.verifier.verify(present(cast, cast.ask("name")))
    assert dict(verified["card"].claims) == {"name": "Kim", "city": "Seoul"}
    assert list(verified) == ["card"]
    assert len(verified) == 1
    report = str(verified.report())
    assert f"card: {FORMAT} {TYPE} by {ISSUER}" in report
    assert "NO_STATUS" in report
    assert "Kim" not in report


def test_an_answer_counts_once() -> None:
    cast = Cast()
    response = present(cast, cast.ask("name"))
    cast.verifier.verify(response)
    assert refused(cast, response) is Code.SESSION_UNKNOWN


def test_a_refused_answer_burns_its_session_too() -> None:
    cast = Cast()
    request = cast.ask("name")
    assert refused(cast, present(cast, request, nonce="another")) is Code.KB_NONCE
    assert refused(cast, present(cast, request)) is Code.SESSION_UNKNOWN


def test_an_answer_for_somebody_else_is_refused() -> None:
    cast = Cast()
    response = present(cast, cast.ask("name"), audience="x509_san_dns:shop.example")
    assert refused(cast, response) is Code.KB_AUDIENCE


def test_an_answer_that_comes_late_is_refused() -> None:
    cast = Cast()
    response = present(cast, cast.ask("name"))
    cast.clock.moment = NOW + timedelta(minutes=5)
    assert refused(cast, response) is Code.SESSION_UNKNOWN


def test_every_request_has_its_own_nonce_and_state() -> None:
    cast = Cast()
    first, second = cast.ask("name"), cast.ask("name")
    assert len({first.nonce, second.nonce, first.state, second.state}) == 4
    assert all(len(each) >= 22 for each in (first.nonce, first.state))


@pytest.mark.parametrize(
    ("presentations", "code"),
    [
        ({}, Code.QUERY_UNANSWERED),
        ({"card": (b"",), "other": (b"",)}, Code.QUERY_UNASKED),
        ({"other": (b"",)}, Code.QUERY_UNANSWERED),
        ({"card": ()}, Code.QUERY_UNANSWERED),
        ({"card": (b"", b"")}, Code.QUERY_MULTIPLE),
    ],
)
def test_an_answer_to_other_queries_is_refused(
    presentations: dict[str, tuple[bytes, ...]], code: Code
) -> None:
    cast = Cast()
    request = cast.ask("name")
    with pytest.raises(ContentError) as error:
        cast.verifier.verify(PresentationResponse(request.state, presentations))
    assert error.value.code is code


def test_a_claim_that_is_missing_is_refused() -> None:
    cast = Cast()
    assert refused(cast, present(cast, cast.ask("birthdate"))) is Code.QUERY_CLAIM_MISSING


def test_a_holder_key_outside_the_profile_is_refused() -> None:
    cast = Cast()
    response = present(cast, cast.ask("name"), holder=LocalKey.generate(Alg.ES384))
    with pytest.raises(UnsupportedError) as error:
        cast.verifier.verify(response)
    assert error.value.code is Code.ALG_NOT_ALLOWED


def test_an_issuer_key_outside_the_profile_is_refused() -> None:
    cast = Cast()
    narrow = replace(PROFILE, algs=frozenset({Alg.EDDSA}))
    cast.verifier = cast.make_verifier(profile=narrow)
    assert refused(cast, present(cast, cast.ask("name"))) is Code.ALG_NOT_ALLOWED


@pytest.mark.parametrize("purpose", ["", "  "])
def test_a_request_needs_a_purpose(purpose: str) -> None:
    asked = replace(query.sdjwt("card", vct=TYPE, claims=[]), format=FORMAT)
    with pytest.raises(MisuseError) as error:
        Cast().verifier.request(asked, purpose=purpose)
    assert error.value.code is Code.MISUSE_PURPOSE


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(minutes=10, seconds=1)])
def test_a_request_lives_some_minutes(lifetime: timedelta) -> None:
    asked = replace(query.sdjwt("card", vct=TYPE, claims=[]), format=FORMAT)
    with pytest.raises(MisuseError) as error:
        Cast().verifier.request(asked, purpose="x", lifetime=lifetime)
    assert error.value.code is Code.MISUSE_LIFETIME


def test_a_format_outside_the_profile_can_not_be_asked_for() -> None:
    with pytest.raises(MisuseError) as error:
        Cast().verifier.request(query.mdoc("m", doctype="d", claims={}), purpose="x")
    assert error.value.code is Code.MISUSE_FORMAT


def test_its_repr_is_its_name() -> None:
    assert repr(Cast().verifier) == "Verifier('x509_san_dns:bank.example', profile='test')"


REFERENCE = StatusReference("https://issuer.example/status/1", 7)


class WithStatus(SignedJson):  # type: ignore[misc]  # the example is final; a test may look inside
    """The example format with a status in every credential."""

    def verify(self, *words: object, **named: object) -> VerifiedCredential:
        return replace(super().verify(*words, **named), status=(REFERENCE,))  # type: ignore[arg-type]


@dataclass
class Statuses:
    """A status source that suspends what it is told to."""

    suspended: bool

    def check(self, entry: StatusEntry, *, issuer: IssuerKey, now: datetime) -> Evidence:
        assert entry == REFERENCE
        assert issuer.issuer == ISSUER
        assert now == NOW
        if self.suspended:
            raise StatusError(Code.STATUS_SUSPENDED)
        return Evidence(Check.STATUS, "valid")


def test_a_status_is_looked_up() -> None:
    cast = Cast()
    cast.verifier = cast.make_verifier(formats=(WithStatus(),), status=Statuses(suspended=False))
    verified = cast.verifier.verify(present(cast, cast.ask("name")))
    assert verified["card"].evidence[-2] == Evidence(Check.STATUS, "valid")


def test_a_suspended_card_is_refused() -> None:
    cast = Cast()
    cast.verifier = cast.make_verifier(formats=(WithStatus(),), status=Statuses(suspended=True))
    assert refused(cast, present(cast, cast.ask("name"))) is Code.STATUS_SUSPENDED


def test_a_card_without_a_status_is_refused_where_one_is_demanded() -> None:
    cast = Cast()
    strict = replace(PROFILE, status_required=True)
    cast.verifier = cast.make_verifier(profile=strict, status=Statuses(suspended=False))
    assert refused(cast, present(cast, cast.ask("name"))) is Code.STATUS_MISSING


def test_a_card_without_a_status_holds_where_none_is_demanded() -> None:
    cast = Cast()
    cast.verifier = cast.make_verifier(status=Statuses(suspended=False))
    verified = cast.verifier.verify(present(cast, cast.ask("name")))
    assert "until it expires" in verified["card"].evidence[-2].detail


def test_sessions_of_another_verifier_are_unknown() -> None:
    cast = Cast()
    response = present(cast, cast.ask("name"))
    cast.verifier = cast.make_verifier(sessions=MemorySessions())
    with pytest.raises(BindingError) as error:
        cast.verifier.verify(response)
    assert error.value.code is Code.SESSION_UNKNOWN


def test_a_format_may_be_lent_for_one_session() -> None:
    class Deaf(SignedJson):  # type: ignore[misc]  # a fake of a final class
        def verify(self, *_arguments: object, **_words: object) -> VerifiedCredential:
            raise UnsupportedError(Code.ALG_KEY)

    cast = Cast()
    response = present(cast, cast.ask("name"))
    with pytest.raises(UnsupportedError) as error:
        cast.verifier.with_format(Deaf()).verify(response)
    assert error.value.code is Code.ALG_KEY
    # The sessions are the same: the request is used up for both.
    assert refused(cast, response) is Code.SESSION_UNKNOWN
    assert cast.verifier.verify(present(cast, cast.ask("name")))["card"].claims


def test_a_request_may_be_bound_to_a_session_as_a_whole() -> None:
    cast = Cast()
    made = replace(cast.ask("name"), transcript=b"transcript")
    assert made.challenge.transcript == b"transcript"
    assert made.challenge_for("card").transcript == b"transcript"
    assert "transcript" not in repr(made)
    assert cast.ask("name").challenge.transcript is None


def test_a_query_that_was_not_answered() -> None:
    cast = Cast()
    verified = cast.verifier.verify(present(cast, cast.ask("name")))
    assert "other" not in verified
    assert verified.get("other") is None
    assert verified.every("other") == ()
    with pytest.raises(MisuseError) as error:
        verified["other"]
    assert isinstance(error.value, KeyError)
    assert error.value.code is Code.MISUSE_QUERY_ID
    assert str(error.value) == ("no credential was verified under this query id (there are: card)")
