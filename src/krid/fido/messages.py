"""What a client sends back, read: JSON by krid's strict readers, authenticator data by `fido2`.

The JSON is that of `PublicKeyCredential.toJSON()` (section 5.1).
"""

import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self, final

from krid._core import base64url, cbor, limits, shape, strict_json
from krid.errors import Code, KridError, MalformedError, MisuseError
from krid.fido.user import PRF_SIZE, PrfOutput

if TYPE_CHECKING:
    from fido2.webauthn import AttestedCredentialData, AuthenticatorData

_CODE: Final = Code.FIDO_SYNTAX


@contextmanager
def reading() -> Iterator[None]:
    """Turn whatever a reader of outside bytes raises into `fido.syntax`.

    `fido2` raises a dozen built-in exceptions for bytes that are too short or of another type,
    so here everything that it may mean is caught.
    """
    try:
        yield
    except (
        KridError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
        RecursionError,
        struct.error,
    ) as cause:
        raise MalformedError(_CODE) from cause


def need_fido2() -> None:
    """Check that the library is there.

    Raises:
        MisuseError: `misuse.extra`.
    """
    try:
        import fido2.webauthn  # noqa: F401 - asked for, not used here
    except ImportError as cause:
        raise MisuseError(Code.MISUSE_EXTRA, "pip install 'krid[fido]'") from cause


@final
@dataclass(frozen=True, slots=True)
class ClientData:
    """What the client says it signed for (section 5.8.1), and its bytes."""

    raw: bytes = field(repr=False)
    type: str
    challenge: bytes = field(repr=False)
    origin: str
    cross_origin: bool

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read client data; an embedded page is one that names a top origin, too.

        Raises:
            MalformedError: `fido.syntax`.
        """
        with reading():
            members = strict_json.loads_object(raw, max_bytes=limits.MAX_FIDO_MESSAGE_BYTES)
            return cls(
                raw=raw,
                type=shape.text(members.get("type"), _CODE),
                challenge=base64url.decode(shape.text(members.get("challenge"), _CODE)),
                origin=shape.text(members.get("origin"), _CODE),
                cross_origin=shape.boolean(members.get("crossOrigin", False), _CODE)
                or "topOrigin" in members,
            )


@final
@dataclass(frozen=True, slots=True)
class Attestation:
    """The answer to a registration."""

    id: bytes = field(repr=False)
    client_data: ClientData
    data: "AuthenticatorData"
    attested: "AttestedCredentialData"
    prf_enabled: bool

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the answer; its attestation statement is not looked at.

        Raises:
            MalformedError: `fido.syntax`.
            MisuseError: `misuse.extra`.
        """
        need_fido2()
        from fido2.webauthn import AttestationObject

        with reading():
            members, response, credential_id = _credential(raw)
            packed = _octets(response, "attestationObject")
            cbor.decode(packed)  # strict where fido2 is not: lengths, duplicates, depth
            data = AttestationObject(packed).auth_data
            if data.credential_data is None:
                raise MalformedError(_CODE)
            return cls(
                id=credential_id,
                client_data=ClientData.parse(_octets(response, "clientDataJSON")),
                data=data,
                attested=data.credential_data,
                prf_enabled=_prf(members).get("enabled") is True,
            )


@final
@dataclass(frozen=True, slots=True)
class Assertion:
    """The answer of a credential that was asked for."""

    id: bytes = field(repr=False)
    client_data: ClientData
    data: "AuthenticatorData"
    signature: bytes = field(repr=False)
    user: bytes | None = field(repr=False)
    prf: PrfOutput | None = field(repr=False)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the answer.

        Raises:
            MalformedError: `fido.syntax`.
            MisuseError: `misuse.extra`.
        """
        need_fido2()
        from fido2.webauthn import AuthenticatorData

        with reading():
            members, response, credential_id = _credential(raw)
            handle = response.get("userHandle")
            return cls(
                id=credential_id,
                client_data=ClientData.parse(_octets(response, "clientDataJSON")),
                data=AuthenticatorData(_octets(response, "authenticatorData")),
                signature=_octets(response, "signature"),
                user=None if handle is None else _octets(response, "userHandle"),
                prf=_prf_output(members),
            )


def _credential(raw: bytes) -> tuple[Mapping[str, Any], Mapping[str, Any], bytes]:
    members = strict_json.loads_object(raw, max_bytes=limits.MAX_FIDO_MESSAGE_BYTES)
    credential_id = _octets(members, "rawId")
    if members.get("type") != "public-key" or members.get("id") != members["rawId"]:
        raise MalformedError(_CODE)
    return members, shape.mapping(members.get("response"), _CODE), credential_id


def _octets(members: Mapping[str, object], name: str) -> bytes:
    return base64url.decode(shape.text(members.get(name), _CODE))


def _prf(members: Mapping[str, Any]) -> Mapping[str, Any]:
    outputs = shape.mapping(members.get("clientExtensionResults", {}), _CODE)
    return shape.mapping(outputs.get("prf", {}), _CODE)


def _prf_output(members: Mapping[str, Any]) -> PrfOutput | None:
    results = _prf(members).get("results")
    if results is None:
        return None
    output = _octets(shape.mapping(results, _CODE), "first")
    if len(output) != PRF_SIZE:
        raise MalformedError(_CODE)
    return PrfOutput(output)
