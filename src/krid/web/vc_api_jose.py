"""VC-JOSE-COSE behind the VC API: credentials and presentations in envelopes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, final

from krid._core import strict_json
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid._core.strict_json import JsonObject
from krid.cose import CONTENT_TYPE, CWT_CLAIMS, KID, TYP
from krid.did import Resolver
from krid.errors import Code, ContentError, MalformedError, UnsupportedError
from krid.jose import jws
from krid.keys import LocalKey
from krid.ld import parse_pointer
from krid.model import (
    BEARER,
    NO_STATUS,
    Challenge,
    CredentialFormat,
    IssueOrder,
    VerifiedCredential,
    binding,
)
from krid.model.w3c import (
    Credential,
    DataUrl,
    Enveloped,
    EnvelopedKind,
    Presentation,
    Version,
    claims,
)
from krid.sdjwt import HashAlg, sd
from krid.sdjwt import issue as sdjwt_issue
from krid.sdjwt.w3c import TYP as SD_JWT
from krid.sdjwt.w3c import W3cSdJwtFormat
from krid.vcdi.holder import did_of, method_of
from krid.vcjose import Form, VcJoseFormat
from krid.vcjose.headers import encode_cwt_claims
from krid.vcjose.issue import prepare_cose
from krid.vcjose.names import CREDENTIAL_TYPES, MEDIA_TYPES, PRESENTATION_TYPES
from krid.vcjose.parse import parse_presentation
from krid.vcjose.verify import check_signature
from krid.web.vc_api_issuers import SKEW, AnyDid, authentication_key, check_issuer

_SD_JWT_TYPE: Final = "application/vc+sd-jwt"
_SUBJECT: Final = "credentialSubject"
_OPEN: Final = ("@context", "id", "type")
_DAY: Final = timedelta(days=1)
_FORMATS: Final[Mapping[str, CredentialFormat]] = {
    MEDIA_TYPES[Form.JWT]: VcJoseFormat(Form.JWT),
    MEDIA_TYPES[Form.COSE]: VcJoseFormat(Form.COSE),
    _SD_JWT_TYPE: W3cSdJwtFormat(),
}
_PRESENTED: Final = {MEDIA_TYPES[form].replace("/vc", "/vp"): form for form in Form}


@final
@dataclass(frozen=True, slots=True)
class JoseSigning:
    """Issues and presents as `vc+jwt` or `vc+cose`, whole."""

    form: Form
    key: LocalKey
    clock: Clock

    def issue(self, credential: JsonObject, *, mandatory_pointers: tuple[str, ...]) -> JsonObject:
        """Put a credential into an envelope; mandatory pointers mean nothing here."""
        del mandatory_pointers
        media_type, raw = self.secure(credential)
        return Enveloped(EnvelopedKind.CREDENTIAL, DataUrl(media_type, raw)).to_json()

    def secure(self, credential: JsonObject) -> tuple[str, bytes]:
        """Sign a credential: the media type, and the bytes."""
        _check_credential(credential, did_of(self.key.public_key))
        raw = strict_json.dumps(credential)
        if self.form is Form.COSE:
            signed = self._cose(CREDENTIAL_TYPES[self.form][0], "application/vc", {}, raw)
        else:
            signed = self._jws(CREDENTIAL_TYPES[self.form][0], "vc", raw)
        return MEDIA_TYPES[self.form], signed

    def present(
        self, presentation: JsonObject, *, challenge: str | None, domain: str | None
    ) -> JsonObject:
        """Sign a presentation; `challenge` becomes the nonce, `domain` the audience."""
        Presentation.from_document(presentation)
        claims.check_reserved(presentation)
        asked: JsonObject = {} if challenge is None else {"nonce": challenge}
        asked |= {} if domain is None else {"aud": domain}
        typ = PRESENTATION_TYPES[self.form][0]
        if self.form is Form.COSE:
            raw = strict_json.dumps(presentation)
            signed = self._cose(typ, "application/vp", asked, raw)
        else:
            signed = self._jws(typ, "vp", strict_json.dumps({**presentation, **asked}))
        media_type = MEDIA_TYPES[self.form].replace("/vc", "/vp")
        return Enveloped(EnvelopedKind.PRESENTATION, DataUrl(media_type, signed)).to_json()

    def _jws(self, typ: str, content: str, payload: bytes) -> bytes:
        header: JsonObject = {"typ": typ, "cty": content, "kid": method_of(self.key.public_key)}
        return jws.sign(header, payload, self.key).encode()

    def _cose(self, typ: str, content: str, beside: JsonObject, payload: bytes) -> bytes:
        protected: dict[int | str, object] = {
            TYP: typ,
            CONTENT_TYPE: content,
            KID: method_of(self.key.public_key).encode(),
        }
        if beside:
            protected[CWT_CLAIMS] = encode_cwt_claims(beside)
        return prepare_cose(protected, payload, self.key.alg).sign_with(self.key)


@final
@dataclass(frozen=True, slots=True)
class SdJwtSigning:
    """Issues and derives `vc+sd-jwt`: members of the subject are shown one by one.

    Those that a mandatory pointer names are always shown, as are `id` and `type`.
    """

    key: LocalKey
    clock: Clock
    entropy: Entropy = field(repr=False)

    def issue(self, credential: JsonObject, *, mandatory_pointers: tuple[str, ...]) -> JsonObject:
        """Put a credential into an envelope, with all its disclosures."""
        did = did_of(self.key.public_key)
        _check_credential(credential, did)
        now = self.clock.now()
        order = IssueOrder(
            type="VerifiableCredential",
            claims={},
            holder=BEARER,
            issuer=did,
            alg=self.key.alg,
            key_id=method_of(self.key.public_key),
            certificates=(),
            signed_at=now,
            valid_from=now,
            valid_until=now + _DAY,
            status=NO_STATUS,
        )
        prepared = sdjwt_issue.prepare_claims(
            _marked(credential, mandatory_pointers),
            order,
            header={"typ": SD_JWT, "cty": "vc"},
            entropy=self.entropy,
            hash_alg=HashAlg.SHA256,
            decoys=0,
        )
        return _enveloped(prepared.sign_with(self.key).encode())

    def derive(self, credential: JsonObject, *, selective_pointers: tuple[str, ...]) -> JsonObject:
        """Show what the pointers select."""
        url = Enveloped.parse(credential).url
        if url.media_type != _SD_JWT_TYPE:
            raise UnsupportedError(Code.VCJOSE_MEDIA_TYPE)
        paths = [tuple(parse_pointer(each)) for each in selective_pointers]
        untied = Challenge(audience="", nonce="")
        shown = W3cSdJwtFormat().present_bearer(url.data, disclose=paths, challenge=untied)
        return _enveloped(shown)


@final
@dataclass(frozen=True, slots=True)
class Envelopes:
    """Verifies what is in envelopes."""

    resolver: Resolver
    clock: Clock

    def credential(self, enveloped: Enveloped) -> VerifiedCredential:
        """Verify the signature and the dates of a credential; its status is the caller's.

        Raises:
            UnsupportedError: `vcjose.media_type`.
            KridError: as the formats.
        """
        if enveloped.kind is not EnvelopedKind.CREDENTIAL:
            raise MalformedError(Code.W3C_ENVELOPE, "type")
        reading = _FORMATS.get(enveloped.url.media_type)
        if reading is None:
            raise UnsupportedError(Code.VCJOSE_MEDIA_TYPE)
        return reading.verify(
            enveloped.url.data,
            issuers=AnyDid(self.resolver),
            challenge=BEARER,
            now=self.clock.now(),
            skew=SKEW,
            max_age=_DAY,
        )

    def presentation(
        self, enveloped: Enveloped, *, challenge: str | None, domain: str | None
    ) -> Presentation:
        """Verify who signed a presentation, and what it answers; return it with what is in it.

        Raises:
            UnsupportedError: `vcjose.media_type`.
            BindingError: `kb.nonce`, `kb.audience`.
            KridError: as `parse_presentation`, `check_signature` and the resolver.
        """
        form = _PRESENTED.get(enveloped.url.media_type)
        if form is None:
            raise UnsupportedError(Code.VCJOSE_MEDIA_TYPE)
        shown = parse_presentation(strict_json.dumps(enveloped.to_json()), form)
        key = authentication_key(self.resolver, shown.header.key_id or "")
        check_signature(shown.envelope, key)
        binding.check_validity_period(shown.claims, now=self.clock.now(), skew=SKEW)
        if challenge is not None:
            binding.check_nonce(shown.claims, challenge)
        if domain is not None:
            binding.check_audience(shown.claims, domain)
        return shown.presentation


def _check_credential(credential: JsonObject, did: str) -> None:
    """Refuse what an envelope of VC-JOSE-COSE can't hold."""
    check_issuer(credential, did)
    if Credential.from_document(credential).version is not Version.V2_0:
        raise ContentError(Code.W3C_VERSION, "@context")
    claims.check_reserved(credential)


def _marked(credential: JsonObject, mandatory: tuple[str, ...]) -> Mapping[str, object]:
    subject = credential[_SUBJECT]
    if not isinstance(subject, Mapping):
        return credential
    named = {tuple(parse_pointer(each)[:2]) for each in mandatory}
    is_open = {name for name in subject if name in _OPEN or (_SUBJECT, name) in named}
    if (_SUBJECT,) in named:
        return credential
    marked = {name: each if name in is_open else sd(each) for name, each in subject.items()}
    return {**credential, _SUBJECT: marked}


def _enveloped(raw: bytes) -> JsonObject:
    return Enveloped(EnvelopedKind.CREDENTIAL, DataUrl(_SD_JWT_TYPE, raw)).to_json()
