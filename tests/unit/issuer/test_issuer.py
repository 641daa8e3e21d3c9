"""What an issuer signs, and what it refuses to."""

from datetime import timedelta

import pytest
from roles import DAY, FORMAT, ISSUER, PROFILE, TYPE, Cast

from krid.errors import Code, KridError, MisuseError
from krid.jose.jws import Jws
from krid.keys import Alg, LocalKey
from krid.model import NO_STATUS


def refused(cast: Cast, *, format_name: str = FORMAT, lifetime: timedelta = DAY) -> Code:
    with pytest.raises(KridError) as error:
        cast.issuer.issue(
            format_name,
            type=TYPE,
            claims={},
            holder=LocalKey.generate(Alg.ES256).public_key,
            lifetime=lifetime,
            status=NO_STATUS,
        )
    assert isinstance(error.value, MisuseError)
    return error.value.code


def test_it_signs_in_its_own_name_and_for_the_time_asked() -> None:
    cast = Cast()
    holder = LocalKey.generate(Alg.ES256)
    issued = cast.issue(holder.public_key, lifetime=2 * DAY)
    claims = Jws.parse(issued.text).claims()
    assert issued.format == FORMAT
    assert claims["iss"] == ISSUER
    assert claims["exp"] - claims["nbf"] == 2 * 86_400  # type: ignore[operator]  # both are numbers


def test_anything_may_make_the_signature() -> None:
    cast = Cast()
    prepared = cast.issuer.prepare(
        FORMAT,
        type=TYPE,
        claims={},
        holder=LocalKey.generate(Alg.ES256).public_key,
        lifetime=DAY,
        status=NO_STATUS,
    )
    issued = prepared.complete(cast.issuer_key.sign(prepared.to_be_signed))
    Jws.parse(issued.text).verify(cast.issuer_key.public_key)


@pytest.mark.parametrize("lifetime", [timedelta(0), -DAY, PROFILE.max_lifetime + DAY])
def test_a_lifetime_outside_the_profile_is_refused(lifetime: timedelta) -> None:
    assert refused(Cast(), lifetime=lifetime) is Code.MISUSE_LIFETIME


@pytest.mark.parametrize("name", ["dc+sd-jwt", "unknown"])
def test_a_format_outside_the_profile_is_refused(name: str) -> None:
    assert refused(Cast(), format_name=name) is Code.MISUSE_FORMAT


def test_a_key_outside_the_profile_is_refused() -> None:
    with pytest.raises(MisuseError) as error:
        Cast().make_issuer(signer=LocalKey.generate(Alg.EDDSA))
    assert error.value.code is Code.ALG_NOT_ALLOWED


def test_its_repr_shows_no_key() -> None:
    assert repr(Cast().issuer) == "Issuer('https://issuer.example', profile='test')"
