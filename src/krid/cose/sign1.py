"""COSE_Sign1: one payload, one signature (RFC 9052, section 4.2; algorithms of RFC 9053)."""

from dataclasses import dataclass, field
from typing import Final, Self, final

from krid._core import cbor, shape
from krid._core.cbor import Cbor, Tagged
from krid.cose.headers import ALG, HeaderMap, Headers, message_members
from krid.cose.payload import Placement, Tagging, parse_payload, structure, the_payload
from krid.errors import Code
from krid.keys import Alg, Prepared, PublicKey

_TAG: Final = 18
_CONTEXT: Final = "Signature1"


@final
@dataclass(frozen=True, slots=True)
class Sign1:
    """A COSE_Sign1 as it came, parsed and not verified.

    `payload` is None when it is detached. `alg` is what the protected header says.

    >>> from krid.keys import LocalKey
    >>> key = LocalKey.generate(Alg.ES256)
    >>> prepared = prepare({}, {}, b"hello", alg=key.alg, placement=Placement.ATTACHED)
    >>> raw = prepared.sign_with(key).encode(Tagging.TAGGED)
    >>> Sign1.parse(raw).verify(key.public_key)
    """

    headers: Headers
    payload: bytes | None = field(repr=False)
    signature: bytes = field(repr=False)
    alg: Alg

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read an encoded COSE_Sign1, with or without tag 18; does not check the signature.

        Raises:
            MalformedError: a `cbor.*` code, `cose.syntax` or `cose.header`.
            UnsupportedError: `alg.unknown` or `cose.crit`.
        """
        return cls.from_value(cbor.decode(raw))

    @classmethod
    def from_value(cls, value: Cbor) -> Self:
        """Read a COSE_Sign1 that stands decoded inside another structure.

        Raises:
            MalformedError: `cose.syntax`, `cose.header`, or a `cbor.*` code of the header.
            UnsupportedError: `alg.unknown` or `cose.crit`.
        """
        protected, unprotected, payload, signature = message_members(value, tag=_TAG)
        headers = Headers.parse(protected, unprotected)
        return cls(
            headers,
            parse_payload(payload),
            shape.octets(signature, Code.COSE_SYNTAX),
            Alg.from_cose(headers.protected[ALG]),
        )

    def verify(
        self,
        key: PublicKey,
        *,
        payload: bytes | None = None,
        external_aad: bytes = b"",
        refusal: Code = Code.COSE_SIGNATURE,
    ) -> None:
        """Check the signature; `payload` is the detached one (RFC 9052, section 4.4).

        Raises:
            MalformedError: `cose.payload` when there is no payload, or one here and one there.
            UnsupportedError: `alg.key` when the key is not of the algorithm's curve.
            SignatureError: `refusal` when the signature does not match.
        """
        message = structure(
            _CONTEXT, self.headers.raw, external_aad, the_payload(self.payload, payload)
        )
        key.verify(message, self.signature, alg=self.alg, refusal=refusal)

    def x5chain(self) -> tuple[bytes, ...]:
        """Return the certificates as DER, the signer's first; see `Headers.x5chain`.

        Raises:
            MalformedError: `cose.header` or `x509.chain_length`.
        """
        return self.headers.x5chain()

    def to_value(self) -> list[Cbor]:
        """Return the array that stands for this message inside another structure, untagged."""
        return [self.headers.raw, self.headers.unprotected, self.payload, self.signature]

    def encode(self, tagging: Tagging) -> bytes:
        """Write the message; the protected header and the payload stay as they came."""
        value = self.to_value()
        return cbor.encode(Tagged(_TAG, value) if tagging is Tagging.TAGGED else value)


def prepare(
    protected: HeaderMap,
    unprotected: HeaderMap,
    payload: bytes,
    *,
    alg: Alg,
    placement: Placement,
    external_aad: bytes = b"",
) -> Prepared[Sign1]:
    """Make everything of a COSE_Sign1 but the signature; `alg` joins the protected header.

    Raises:
        MisuseError: `misuse.option` when `alg` or `crit` is among the headers, or a label is
            given twice.
        MalformedError: `cbor.value` when a header parameter has no CBOR form.
    """
    headers = Headers.of(protected, unprotected, alg=alg.cose)
    message = structure(_CONTEXT, headers.raw, external_aad, payload)
    carried = placement.carried(payload)
    return Prepared(message, alg, lambda signature: Sign1(headers, carried, signature, alg))
