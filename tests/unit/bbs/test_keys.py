import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid import bbs
from krid.errors import Code, KridError, MisuseError

KEY = bbs.LocalBbsKey.generate(bbs.Suite.SHA256)


def test_a_public_key_is_read_as_it_was_written() -> None:
    assert bbs.BbsPublicKey.parse(KEY.public_key.octets) == KEY.public_key
    assert bbs.BbsPublicKey.parse_multikey(KEY.public_key.multikey) == KEY.public_key
    assert KEY.public_key.multikey.startswith("zUC")
    assert pickle.loads(pickle.dumps(KEY.public_key)) == KEY.public_key  # noqa: S301 - our own


def test_a_secret_key_is_read_as_it_was_written() -> None:
    again = bbs.LocalBbsKey.parse_multikey(KEY.encode_secret(), suite=bbs.Suite.SHA256)
    assert again == KEY
    assert again.secret.reveal() == KEY.secret.reveal()


def test_secrets_do_not_print() -> None:
    secret = KEY.secret.reveal().hex()
    assert secret not in repr(KEY) + repr(KEY.secret)
    assert KEY.encode_secret() not in repr(KEY)
    with pytest.raises(MisuseError):
        pickle.dumps(KEY)


@pytest.mark.parametrize("suite", bbs.Suite)
def test_keys_are_derived_by_material_label_and_tag(suite: bbs.Suite) -> None:
    def key(material: bytes, info: bytes = b"", dst: bytes | None = None) -> bytes:
        derived = bbs.LocalBbsKey.derive(material, suite=suite, key_info=info, key_dst=dst)
        return derived.public_key.octets

    one = key(bytes(32))
    assert one == key(bytes(32), b"", suite.value + b"KEYGEN_DST_")
    assert len({one, key(bytes(33)), key(bytes(32), b"a"), key(bytes(32), b"", b"a")}) == 4


@given(st.binary(min_size=90, max_size=100))
def test_any_bytes_are_a_key_or_refused(octets: bytes) -> None:
    with pytest.raises(KridError) as error:
        bbs.BbsPublicKey.parse(octets)
    assert error.value.code is Code.KEY_POINT


def test_a_statement_is_signed_by_its_key_and_suite_alone() -> None:
    statement = bbs.prepare(KEY.public_key, header=b"", messages=[], suite=bbs.Suite.SHAKE256)
    other = bbs.LocalBbsKey.generate(bbs.Suite.SHAKE256)
    for signer in (KEY, other):
        with pytest.raises(MisuseError) as error:
            signer.sign(statement)
        assert error.value.code is Code.ALG_KEY
