"""The session transcript that binds a device's signature to one session (section 9.1.5.1).

For OpenID4VP it is made from the request (OpenID4VP 1.0, appendix B.2.6); in proximity from the
engagement, the reader's session key and the handover. Engagement and sessions are not done here.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self, final

from krid._core import cbor, shape
from krid._core.arguments import typed
from krid._core.cbor import Embedded
from krid.errors import Code, KridError, MalformedError, MisuseError
from krid.keys import PublicKey, cose_key
from krid.mdoc.handover import Handover, handover_value
from krid.model import Challenge

_ORIGIN: Final = "origin:"
_THUMBPRINT_BYTES: Final = 32


@final
@dataclass(frozen=True, slots=True)
class SessionTranscript:
    """One encoded SessionTranscript; `raw` enters what the device signs byte for byte."""

    raw: bytes = field(repr=False)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Take a transcript from elsewhere: exactly one CBOR array of three members.

        Does not look into the members, which each way of engaging defines for itself.

        Raises:
            MalformedError: a `cbor.*` code or `mdoc.transcript`.
        """
        if len(shape.sequence(cbor.decode(raw), Code.MDOC_TRANSCRIPT)) != 3:
            raise MalformedError(Code.MDOC_TRANSCRIPT)
        return cls(raw)

    @classmethod
    def of_redirect(
        cls,
        *,
        client_id: str,
        nonce: str,
        encryption_thumbprint: bytes | None,
        response_uri: str,
    ) -> Self:
        """Make the transcript of OpenID4VP with redirects (appendix B.2.6.1).

        `encryption_thumbprint` is the SHA-256 JWK thumbprint of the key that the response is
        encrypted to, None when it is not encrypted. `response_uri` is the redirect URI where the
        response mode uses that.

        Raises:
            MisuseError: `misuse.option` when a text is empty or the thumbprint is not 32 bytes.
        """
        _check_present(client_id, nonce, response_uri)
        info = [client_id, nonce, _checked(encryption_thumbprint), response_uri]
        return cls._of_handover("OpenID4VPHandover", info)

    @classmethod
    def of_dc_api(cls, *, origin: str, nonce: str, encryption_thumbprint: bytes | None) -> Self:
        """Make the transcript of OpenID4VP over the DC API (appendix B.2.6.2).

        `origin` is the bare origin, without the `origin:` that an audience has in front.

        Raises:
            MisuseError: `misuse.option` when a text is empty, the origin has the prefix, or the
                thumbprint is not 32 bytes.
        """
        _check_present(origin, nonce)
        if origin.startswith(_ORIGIN):
            raise MisuseError(Code.MISUSE_OPTION, "origin")
        info = [origin, nonce, _checked(encryption_thumbprint)]
        return cls._of_handover("OpenID4VPDCAPIHandover", info)

    @classmethod
    def of_proximity(
        cls, *, device_engagement: bytes, reader_key: bytes, handover: Handover
    ) -> Self:
        """Make the transcript of a session in proximity (section 9.1.5.1).

        `device_engagement` is the encoded DeviceEngagement and `reader_key` the encoded COSE_Key
        of the reader's session key, both as they came and without the tag around them; the tag is
        added here, with the shortest length. Of the engagement, nothing but its being a map is
        checked.

        Raises:
            MalformedError: `mdoc.engagement`, or a `cbor.*` code.
        """
        if not isinstance(cbor.decode(device_engagement), Mapping):
            raise MalformedError(Code.MDOC_ENGAGEMENT)
        parse_reader_key(reader_key)
        members = [
            Embedded.wrap(device_engagement),
            Embedded.wrap(reader_key),
            handover_value(handover),
        ]
        return cls(cbor.encode(members))

    @classmethod
    def of_challenge(cls, challenge: Challenge) -> Self:
        """Make the transcript that a challenge stands for.

        A transcript in the challenge is taken as it is. An audience that begins with `origin:`
        is one of the DC API, for no other client identifier may begin so (OpenID4VP 1.0,
        section 5.9.3); every other audience is a client identifier and needs a response URI.

        Raises:
            MalformedError: as `parse`, for a transcript in the challenge.
            MisuseError: `misuse.option` when the members of the challenge do not fit together.
        """
        if challenge.transcript is not None:
            return cls.parse(challenge.transcript)
        if not challenge.audience.startswith(_ORIGIN):
            return cls.of_redirect(
                client_id=challenge.audience,
                nonce=challenge.nonce,
                encryption_thumbprint=challenge.encryption_thumbprint,
                response_uri=challenge.response_uri,
            )
        if challenge.response_uri:
            raise MisuseError(Code.MISUSE_OPTION, "response_uri")
        return cls.of_dc_api(
            origin=challenge.audience.removeprefix(_ORIGIN),
            nonce=challenge.nonce,
            encryption_thumbprint=challenge.encryption_thumbprint,
        )

    @classmethod
    def _of_handover(cls, name: str, info: Sequence[object]) -> Self:
        """Hash the handover info; there is neither device engagement nor reader key online."""
        digest = hashlib.sha256(cbor.encode(info)).digest()
        return cls(cbor.encode([None, None, [name, digest]]))

    def embedded(self) -> bytes:
        """Return SessionTranscriptBytes: the transcript as an embedded item (section 9.1.5.1)."""
        return Embedded.wrap(self.raw).raw


def parse_reader_key(raw: bytes) -> PublicKey:
    """Read the encoded COSE_Key of a reader's session key, with which a device makes its MAC.

    Raises:
        MalformedError: `mdoc.engagement`, or a `cbor.*` code.
    """
    value = cbor.decode(raw)
    try:
        return cose_key.parse(value)
    except KridError as cause:
        raise MalformedError(Code.MDOC_ENGAGEMENT, "reader key") from cause


def encode_reader_key(key: PublicKey) -> bytes:
    """Write a reader's session key as an encoded COSE_Key.

    Raises:
        MisuseError: `misuse.type`.
    """
    typed("key", key, PublicKey)
    return cbor.encode(cose_key.encode(key))


def _check_present(*texts: str) -> None:
    if not all(texts):
        raise MisuseError(Code.MISUSE_OPTION, "an empty text in the handover")


def _checked(thumbprint: bytes | None) -> bytes | None:
    if thumbprint is not None and len(thumbprint) != _THUMBPRINT_BYTES:
        raise MisuseError(Code.MISUSE_OPTION, "encryption_thumbprint")
    return thumbprint
