"""Session transcripts of OpenID4VP, and those from elsewhere."""

from dataclasses import replace

import pytest

from krid._core import cbor
from krid._core.cbor import Embedded
from krid.errors import Code, MalformedError, MisuseError
from krid.keys import Alg, Curve, LocalKey
from krid.mdoc import (
    QR_HANDOVER,
    NfcHandover,
    SessionTranscript,
    encode_reader_key,
    parse_reader_key,
)
from krid.model import Challenge

CHALLENGE = Challenge(audience="client", nonce="n", response_uri="https://a.example/r")
ORIGIN = Challenge(audience="origin:https://a.example", nonce="n")


def test_an_audience_that_is_an_origin_is_one_of_the_dc_api() -> None:
    expected = SessionTranscript.of_dc_api(
        origin="https://a.example", nonce="n", encryption_thumbprint=None
    )
    assert SessionTranscript.of_challenge(ORIGIN) == expected
    assert b"OpenID4VPDCAPIHandover" in expected.raw


def test_another_audience_is_a_client_identifier() -> None:
    expected = SessionTranscript.of_redirect(
        client_id="client",
        nonce="n",
        encryption_thumbprint=None,
        response_uri="https://a.example/r",
    )
    assert SessionTranscript.of_challenge(CHALLENGE) == expected
    assert b"OpenID4VPHandover" in expected.raw


def test_every_part_of_a_challenge_changes_the_transcript() -> None:
    changed = [
        replace(CHALLENGE, audience="other"),
        replace(CHALLENGE, nonce="other"),
        replace(CHALLENGE, response_uri="https://b.example/r"),
        replace(CHALLENGE, encryption_thumbprint=bytes(32)),
        ORIGIN,
        replace(ORIGIN, nonce="other"),
        replace(ORIGIN, audience="origin:https://b.example"),
        replace(ORIGIN, encryption_thumbprint=bytes(32)),
    ]
    transcripts = {SessionTranscript.of_challenge(each).raw for each in [CHALLENGE, *changed]}
    assert len(transcripts) == len(changed) + 1


def test_a_transcript_in_the_challenge_is_taken_as_it_is() -> None:
    raw = bytes.fromhex("83f6f61800")  # a zero that is longer than need be
    assert SessionTranscript.of_challenge(replace(CHALLENGE, transcript=raw)).raw == raw


def test_the_transcript_is_embedded_as_it_is() -> None:
    raw = cbor.encode([None, None, 0])
    assert SessionTranscript.parse(raw).embedded() == Embedded.wrap(raw).raw


@pytest.mark.parametrize(
    "challenge",
    [
        replace(CHALLENGE, audience=""),
        replace(CHALLENGE, nonce=""),
        replace(CHALLENGE, response_uri=""),
        replace(CHALLENGE, encryption_thumbprint=bytes(31)),
        replace(ORIGIN, nonce=""),
        replace(ORIGIN, audience="origin:"),
        replace(ORIGIN, audience="origin:origin:https://a.example"),
        replace(ORIGIN, encryption_thumbprint=b""),
        replace(ORIGIN, response_uri="https://a.example/r"),
    ],
)
def test_a_challenge_that_does_not_fit_together_is_a_misuse(challenge: Challenge) -> None:
    with pytest.raises(MisuseError) as error:
        SessionTranscript.of_challenge(challenge)
    assert error.value.code is Code.MISUSE_OPTION


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", Code.CBOR_SYNTAX),
        (cbor.encode([None, None, None]) + b"\x00", Code.CBOR_TRAILING),
        (cbor.encode([None, None]), Code.MDOC_TRANSCRIPT),
        (cbor.encode([None] * 4), Code.MDOC_TRANSCRIPT),
        (cbor.encode("text"), Code.MDOC_TRANSCRIPT),
        (Embedded.of([None, None, None]).raw, Code.MDOC_TRANSCRIPT),
    ],
)
def test_what_is_no_transcript_is_refused(raw: bytes, code: Code) -> None:
    with pytest.raises(MalformedError) as error:
        SessionTranscript.parse(raw)
    assert error.value.code is code


READER_KEY = encode_reader_key(LocalKey.generate(Alg.ES256).public_key)
ENGAGEMENT = bytes.fromhex("a10063312e30")


def test_a_session_in_proximity_begins_with_a_qr_code() -> None:
    made = SessionTranscript.of_proximity(
        device_engagement=ENGAGEMENT, reader_key=READER_KEY, handover=QR_HANDOVER
    )
    assert cbor.decode(made.raw) == [Embedded.wrap(ENGAGEMENT), Embedded.wrap(READER_KEY), None]
    assert SessionTranscript.parse(made.raw) == made


@pytest.mark.parametrize("request_message", [None, b"Hr"])
def test_or_with_nfc(request_message: bytes | None) -> None:
    made = SessionTranscript.of_proximity(
        device_engagement=ENGAGEMENT,
        reader_key=READER_KEY,
        handover=NfcHandover(b"Hs", request_message),
    )
    expected = [Embedded.wrap(ENGAGEMENT), Embedded.wrap(READER_KEY), [b"Hs", request_message]]
    assert cbor.decode(made.raw) == expected


@pytest.mark.parametrize(
    ("engagement", "reader_key", "code"),
    [
        (b"\x80", READER_KEY, Code.MDOC_ENGAGEMENT),
        (b"", READER_KEY, Code.CBOR_SYNTAX),
        (ENGAGEMENT + b"\0", READER_KEY, Code.CBOR_TRAILING),
        (ENGAGEMENT, b"\xa0", Code.MDOC_ENGAGEMENT),
        (ENGAGEMENT, b"\x80", Code.MDOC_ENGAGEMENT),
        (ENGAGEMENT, READER_KEY + b"\0", Code.CBOR_TRAILING),
        (ENGAGEMENT, READER_KEY[:-1] + bytes((READER_KEY[-1] ^ 1,)), Code.MDOC_ENGAGEMENT),
    ],
)
def test_an_engagement_and_a_reader_key_are_what_they_are(
    engagement: bytes, reader_key: bytes, code: Code
) -> None:
    with pytest.raises(MalformedError) as error:
        SessionTranscript.of_proximity(
            device_engagement=engagement, reader_key=reader_key, handover=QR_HANDOVER
        )
    assert error.value.code is code


@pytest.mark.parametrize("curve", list(Curve))
def test_a_reader_key_is_read_as_it_is_written(curve: Curve) -> None:
    key = LocalKey.generate_on(curve).public_key
    assert parse_reader_key(encode_reader_key(key)) == key
