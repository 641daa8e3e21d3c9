"""Session transcripts of OpenID4VP, and those from elsewhere."""

from dataclasses import replace

import pytest

from krid._core import cbor
from krid._core.cbor import Embedded
from krid.errors import Code, MalformedError, MisuseError
from krid.mdoc import SessionTranscript
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
