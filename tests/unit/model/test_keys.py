"""The two kinds of an issuer's key, told apart."""

import pickle

import pytest

from krid.bbs import LocalBbsKey, Suite
from krid.errors import Code, TrustError
from krid.keys import Alg, BbsAlg, LocalKey
from krid.model import IssuerHint, IssuerKey, Profile, fits, name_of_alg, name_of_key
from krid.profiles import HAIP, W3C

KEY = LocalKey.generate(Alg.ES256).public_key
BBS_KEY = LocalBbsKey.generate(Suite.SHA256).public_key
PLAIN = IssuerKey(key=KEY, issuer="a", path="b")
OF_BBS = IssuerKey(key=BBS_KEY, issuer="a", path="b")


def test_each_is_of_one_kind() -> None:
    assert (PLAIN.public_key, OF_BBS.bbs_key) == (KEY, BBS_KEY)
    for ask in (lambda: PLAIN.bbs_key, lambda: OF_BBS.public_key):
        with pytest.raises(TrustError) as error:
            ask()
        assert error.value.code is Code.ALG_KEY


def test_which_algorithm_a_key_fits() -> None:
    assert fits(BBS_KEY, BbsAlg.SHA256)
    assert not fits(BBS_KEY, Alg.ES256)
    assert not fits(KEY, BbsAlg.SHA256)


def test_names() -> None:
    assert name_of_key(BBS_KEY) == BBS_KEY.multikey
    assert (name_of_alg(Alg.ES256), name_of_alg(BbsAlg.SHA256)) == ("ES256", "BLS12-381-SHA-256")
    assert [suite.alg for suite in Suite] == [BbsAlg.SHA256, BbsAlg.SHAKE256]


def test_the_algorithm_of_one_message() -> None:
    assert IssuerHint(format="a", type="b", alg=Alg.ES256).message_alg is Alg.ES256


@pytest.mark.parametrize(("profile", "taken"), [(W3C, True), (HAIP, False)])
def test_a_profile_says_what_issuers_sign_with(profile: Profile, taken: bool) -> None:
    assert profile.allows(BbsAlg.SHA256) is taken
    assert not profile.allows(BbsAlg.SHAKE256)
    assert profile.allows(Alg.ES256)


def test_they_travel_between_processes() -> None:
    assert pickle.loads(pickle.dumps(OF_BBS)) == OF_BBS  # noqa: S301  its own bytes
