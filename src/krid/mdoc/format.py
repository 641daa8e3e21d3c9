"""ISO mdoc as a `krid.model.CredentialFormat`: credentials are IssuerSigned, answers are responses.

Both are raw CBOR here; OpenID4VCI and OpenID4VP carry them in base64url.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, final

from krid._core import shape
from krid._core.arguments import typed
from krid._core.entropy import Entropy
from krid.errors import Code, MalformedError, MisuseError, UnsupportedError
from krid.keys import Alg, Prepared
from krid.mdoc import transactions as authorised
from krid.mdoc.device_auth import NO_READER_KEY, ReaderKey
from krid.mdoc.encode import encode_device_response, encode_issuer_signed
from krid.mdoc.inspect import inspect
from krid.mdoc.issue import NO_AUTHORIZATIONS, prepare
from krid.mdoc.lint import lint
from krid.mdoc.model import (
    FORMAT,
    DeviceResponse,
    DigestAlg,
    Elements,
    IssuerSigned,
    KeyAuthorizations,
    ValidityInfo,
)
from krid.mdoc.parse import parse_any, parse_device_response, parse_issuer_signed
from krid.mdoc.present import NO_ELEMENTS, prepare_response
from krid.mdoc.transcript import SessionTranscript
from krid.mdoc.verify import accept, verify, verify_issued
from krid.model import (
    AcceptedCredential,
    Bearer,
    Challenge,
    ClaimPath,
    Finding,
    Inspection,
    IssueOrder,
    IssuerKeys,
    VerifiedCredential,
    binding,
)

_MAPS: Final = range(0xA1, 0xB8)
"""First bytes of CBOR maps with 1 to 23 members."""

_MARKS: Final = (b"\x6aissuerAuth", b"\x67version")
"""Map keys, one of which each credential and each response has."""


@final
@dataclass(frozen=True, slots=True)
class MdocFormat:
    """ISO/IEC 18013-5 mdoc under the name that OpenID4VP gives it.

    `reader_key` is needed to verify a device MAC, in proximity; under OpenID4VP there is none.
    For issuers: `digest_alg` digests the elements; `update_after` says how long after signing the
    issuer expects to sign anew; `authorizations` is what the device may assert itself. For
    devices: `device_elements` is what this device asserts wherever it is to be disclosed and the
    credential has no such element itself.
    """

    reader_key: ReaderKey = NO_READER_KEY
    digest_alg: DigestAlg = DigestAlg.SHA256
    update_after: timedelta | None = None
    authorizations: KeyAuthorizations = field(default=NO_AUTHORIZATIONS, hash=False)
    device_elements: Elements = field(default_factory=lambda: NO_ELEMENTS, repr=False, hash=False)

    @property
    def name(self) -> str:
        """The format identifier of OpenID4VP 1.0, appendix B.2."""
        return FORMAT

    def recognises(self, raw: bytes) -> bool:
        """Tell whether bytes begin as a CBOR map and hold a member name of an mdoc."""
        return raw[:1] != b"" and raw[0] in _MAPS and any(mark in raw for mark in _MARKS)

    def prepare_issue(self, order: IssueOrder, *, entropy: Entropy) -> Prepared[bytes]:
        """Make everything of an mdoc but the issuer's signature.

        The issuer's name and key identifier of the order are not used: an mdoc names its issuer
        by the certificates alone.

        Raises:
            MisuseError: as `krid.mdoc.prepare`.
        """
        prepared = prepare(
            doctype=order.type,
            claims=_elements(order.claims),
            holder=order.holder,
            alg=order.alg,
            certificates=order.certificates,
            validity=self._validity(order),
            status=order.status,
            entropy=entropy,
            digest_alg=self.digest_alg,
            authorizations=self.authorizations,
        )
        return prepared.then(encode_issuer_signed)

    def inspect(self, raw: bytes) -> Inspection:
        """Decode a credential or a response for people; bytes are shown in base64url.

        Raises:
            MalformedError: as `parse_device_response`.
            UnsupportedError: as `parse_device_response`.
        """
        return inspect(parse_any(raw))

    def lint(self, raw: bytes, *, now: datetime) -> tuple[Finding, ...]:
        """Return every deviation of a credential or response from ISO/IEC 18013-5.

        Raises:
            MisuseError: `misuse.naive_time`.
        """
        return lint(raw, now=now)

    def accept(
        self, credential: bytes, *, issuers: IssuerKeys, now: datetime
    ) -> AcceptedCredential:
        """Verify an issued credential as its holder; clocks may differ by `binding.HOLDER_SKEW`.

        Raises:
            KridError: as `parse_issuer_signed` and `krid.mdoc.accept`.
        """
        parsed = parse_issuer_signed(credential)
        return accept(parsed, issuers=issuers, now=now, skew=binding.HOLDER_SKEW)

    def prepare_presentation(
        self,
        credential: bytes,
        *,
        disclose: Sequence[ClaimPath],
        challenge: Challenge,
        alg: Alg,
        now: datetime,  # noqa: ARG002  the port has it; what a device signs holds no time
    ) -> Prepared[bytes]:
        """Make everything of a device response but the device's signature.

        Raises:
            ContentError: `mdoc.no_element`, or `mdoc.key_authorization` for one of the device's,
                those that authorise transactions among them.
            UnsupportedError: `transaction.format`, `transaction.hash`.
            MisuseError: `alg.key`, or `misuse.option` for a challenge that does not fit together.
        """
        binding.check_shown(credential, disclose, challenge)
        typed("alg", alg, Alg)
        parsed = parse_issuer_signed(credential)
        own = self._device_elements(parsed, disclose)
        prepared = prepare_response(
            parsed,
            disclose=[path for path in disclose if not _holds(own, path)],
            transcript=SessionTranscript.of_challenge(challenge),
            alg=alg,
            device_elements=_joined(own, authorised.bind(challenge.transactions)),
        )
        return prepared.then(encode_device_response)

    def verify(
        self,
        presentation: bytes,
        *,
        issuers: IssuerKeys,
        challenge: Challenge | Bearer,
        now: datetime,
        skew: timedelta,
        max_age: timedelta,  # noqa: ARG002  the port has it; what a device signs holds no time
    ) -> VerifiedCredential:
        """Verify a device response that holds one document, or with BEARER an IssuerSigned.

        Elements that the device itself asserts are checked and then left out. A device response
        is never taken for BEARER: its device authentication must not go unchecked.

        Raises:
            KridError: as `parse_device_response` and `krid.mdoc.verify`.
            UnsupportedError: `mdoc.several_documents`.
        """
        if isinstance(challenge, Bearer):
            credential = parse_issuer_signed(presentation)
            return verify_issued(credential, issuers=issuers, now=now, skew=skew)
        verified = verify(
            _one_document(presentation),
            issuers=issuers,
            transcript=SessionTranscript.of_challenge(challenge),
            reader_key=self.reader_key,
            now=now,
            skew=skew,
        )
        allowed = authorised.check(verified[0].device_elements, challenge.transactions)
        return replace(verified[0].credential, transactions=allowed)

    def _validity(self, order: IssueOrder) -> ValidityInfo:
        """The issuer may say when it expects to sign anew (section 9.1.2.4)."""
        update = None if self.update_after is None else order.signed_at + self.update_after
        return ValidityInfo(order.signed_at, order.valid_from, order.valid_until, update)

    def _device_elements(self, credential: IssuerSigned, disclose: Sequence[ClaimPath]) -> Elements:
        """Choose the device's own elements that are to be disclosed and the issuer did not sign."""
        issued = {(namespace, item.identifier) for namespace, item in credential.items()}
        wanted = set(disclose) - issued
        chosen = {
            namespace: {
                name: value for name, value in members.items() if (namespace, name) in wanted
            }
            for namespace, members in self.device_elements.items()
        }
        return {namespace: members for namespace, members in chosen.items() if members}


def _joined(first: Elements, second: Elements) -> Elements:
    return {
        namespace: {**first.get(namespace, {}), **second.get(namespace, {})}
        for namespace in (*first, *second)
    }


def _one_document(presentation: bytes) -> DeviceResponse:
    response = parse_device_response(presentation)
    if len(response.documents) > 1:
        number = len(response.documents)
        raise UnsupportedError(
            Code.MDOC_SEVERAL_DOCUMENTS, f"{number}; krid.mdoc.verify takes them all"
        )
    return response


def _holds(elements: Elements, path: ClaimPath) -> bool:
    return any((namespace, name) == path for namespace in elements for name in elements[namespace])


def _elements(claims: Mapping[str, object]) -> Elements:
    try:
        return {
            namespace: shape.mapping(elements, Code.MISUSE_CLAIMS)
            for namespace, elements in claims.items()
        }
    except MalformedError as cause:
        raise MisuseError(Code.MISUSE_CLAIMS, "elements stand in namespaces") from cause
