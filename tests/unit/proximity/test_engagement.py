"""Engagements: what is written is read, whatever bytes come are an engagement or refused."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krid.errors import Code, KridError, MisuseError
from krid.keys import Alg, Curve, LocalKey
from krid.proximity import (
    SESSION_CURVES,
    BleOptions,
    Capability,
    DeviceEngagement,
    NfcOptions,
    OriginInfo,
    OtherMethod,
    WifiAwareOptions,
)

KEYS = {curve: LocalKey.generate_on(curve).public_key for curve in SESSION_CURVES}
UUIDS = st.uuids()
SMALL = st.integers(0, 2**32)
BLE = st.one_of(
    st.builds(BleOptions, server_uuid=UUIDS, address=st.none() | st.binary(min_size=6, max_size=6)),
    st.builds(BleOptions, client_uuid=UUIDS, psm=st.none() | SMALL),
    st.builds(BleOptions, server_uuid=UUIDS, client_uuid=UUIDS),
)
NFC = st.builds(NfcOptions, st.integers(255, 65_535), st.integers(256, 65_536))
WIFI = st.builds(
    WifiAwareOptions,
    passphrase=st.none() | st.text(max_size=60),
    operating_class=st.none() | SMALL,
    channel=st.none() | SMALL,
    bands=st.none() | st.binary(max_size=8),
)
METHODS = st.lists(BLE | NFC | WIFI, max_size=6)
ORIGINS = st.lists(
    st.builds(OriginInfo, SMALL, SMALL, st.none() | st.text(max_size=30)), max_size=3
)
CAPABILITIES = st.dictionaries(st.integers(-9, 99), st.booleans() | SMALL, max_size=4)


@settings(max_examples=30)
@given(
    curve=st.sampled_from(sorted(KEYS, key=str)),
    methods=METHODS,
    origins=ORIGINS,
    more=CAPABILITIES,
)
def test_what_is_written_is_read(
    curve: Curve,
    methods: list[BleOptions | NfcOptions | WifiAwareOptions],
    origins: list[OriginInfo],
    more: dict[int, object],
) -> None:
    made = DeviceEngagement.of(KEYS[curve], methods=methods, origins=origins, capabilities=more)
    assert made.key == KEYS[curve]
    assert made.methods == tuple(methods)
    assert made.origins == tuple(origins)
    assert made.capabilities == more
    assert made.version == ("1.1" if origins or more else "1.0")
    assert DeviceEngagement.from_uri(made.to_uri()) == made


@given(st.binary(max_size=200))
def test_any_bytes_are_an_engagement_or_refused(raw: bytes) -> None:
    try:
        found = DeviceEngagement.parse(raw)
    except KridError:
        return
    assert found.raw == raw


def test_the_scheme_is_read_in_any_case() -> None:
    made = DeviceEngagement.of(KEYS[Curve.P256], methods=[])
    assert DeviceEngagement.from_uri(made.to_uri().replace("mdoc", "MDOC")) == made


def test_capabilities_have_numbers() -> None:
    made = DeviceEngagement.of(
        KEYS[Curve.P256], methods=[], capabilities={Capability.READER_AUTH_ALL: True}
    )
    assert made.capabilities[Capability.READER_AUTH_ALL] is True


@pytest.mark.parametrize("alg", [Alg.EDDSA, Alg.ES256K])
def test_keys_that_the_suite_does_not_have(alg: Alg) -> None:
    with pytest.raises(MisuseError) as caught:
        DeviceEngagement.of(LocalKey.generate(alg).public_key, methods=[])
    assert caught.value.code is Code.MISUSE_OPTION


def test_options_that_make_no_sense() -> None:
    uuid = UUID(int=1)
    for call in (
        BleOptions,
        lambda: BleOptions(server_uuid=uuid, address=b"short"),
        lambda: NfcOptions(1, 256),
        lambda: NfcOptions(255, 1),
        lambda: DeviceEngagement.of(KEYS[Curve.P256], methods=[OtherMethod(9, 1)]),
        lambda: DeviceEngagement.of(KEYS[Curve.P256], methods=[NfcOptions(255, 256)] * 17),
    ):
        with pytest.raises(MisuseError) as caught:
            call()
        assert caught.value.code is Code.MISUSE_OPTION


def test_secrets_of_an_engagement_are_not_printed() -> None:
    wifi = WifiAwareOptions(passphrase="open sesame")
    assert "sesame" not in repr(DeviceEngagement.of(KEYS[Curve.P256], methods=[wifi]))
