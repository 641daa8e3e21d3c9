"""Trust in the issuers that a register lists, such as one on a ledger (`model.TrustedIssuers`)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, final

from krid._core.times import aware
from krid.errors import Code, TrustError
from krid.keys import PublicKey, jwk
from krid.model import (
    IssuerHint,
    IssuerKey,
    TrustedIssuer,
    TrustedIssuers,
    VerificationKey,
    fits,
)
from krid.trust.dids import DidResolver, assertion_key
from krid.x509 import Certificate

THUMBPRINT_URI: Final = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:"
"""The prefix of a JWK Thumbprint URI (RFC 9278, section 3)."""

_OWN_LISTS: Final = frozenset(
    {
        ("statuslist+jwt", "statuslist+jwt"),
        ("statuslist+cwt", "statuslist+cwt"),
        ("vc+jwt", "BitstringStatusListCredential"),
    }
)
"""What an issuer of whatever types signs, too, by format and type: status lists.

Whose cards a list counts for is checked by whoever looks it up.
"""


@final
@dataclass(frozen=True, slots=True)
class LedgerTrust:
    """Trust in issuers by what a register says of them: their keys, their types, and when.

    The register is asked for the issuer's name in the credential, else for the DID of its key
    identifier, else for the JWK Thumbprint URI of the certificate's key, as for an mdoc, which
    names no issuer. Of a certificate nothing is believed but that its key is the signer's.

    The types of the entry are those of credentials. Any listed issuer may sign status lists; that
    they count for its own credentials alone, the verifier's status source sees to.

    An entry that names a DID needs a `resolver`; the document must list the key for assertion.
    """

    register: TrustedIssuers
    resolver: DidResolver | None = field(default=None, kw_only=True)

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Return the key of the issuer that the register lists for this type at this moment.

        Raises:
            TrustError: `trust.unknown_issuer` when the hint names nobody or the register does not
                list it; `trust.ended` outside the entry's own dates; `trust.type`; `trust.key`
                when none of its keys is the one that signed; `trust.ambiguous` when several keys
                fit and the hint does not say which; `trust.issuer_name` when the register
                answers with another issuer, or the key identifier is of another DID.
            ResolutionError: the DID document can't be had or does not list the key.
            TransportError: the register can't be had.
            MisuseError: `misuse.naive_time`.
        """
        name = _name(hint)
        entry = self.register.find(name, now=aware(now))
        _check_entry(entry, name, hint, now)
        return IssuerKey(
            key=self._key(entry, hint),
            issuer=entry.id,
            path=f"register entry: {entry.evidence}",
            authorities=frozenset({entry.id} if entry.did is None else {entry.id, entry.did}),
            not_before=entry.valid_from,
            not_after=entry.valid_until,
        )

    def _key(self, entry: TrustedIssuer, hint: IssuerHint) -> VerificationKey:
        if entry.did is None:
            return _listed_key(entry.keys, hint)
        named, _, fragment = (hint.key_id or "").rpartition("#")
        if self.resolver is None or not fragment:
            raise TrustError(Code.TRUST_AMBIGUOUS)
        if named not in ("", entry.did):
            raise TrustError(Code.TRUST_ISSUER_NAME)
        return assertion_key(self.resolver.resolve(entry.did).document, f"#{fragment}", hint.alg)


def _name(hint: IssuerHint) -> str:
    if hint.issuer is not None:
        return hint.issuer
    did, _, fragment = (hint.key_id or "").rpartition("#")
    if did.startswith("did:") and fragment:
        return did
    if hint.certificates:
        key = Certificate.parse(hint.certificates[0]).public_key
        return f"{THUMBPRINT_URI}{jwk.key_id(key)}"
    raise TrustError(Code.TRUST_UNKNOWN_ISSUER)


def _check_entry(entry: TrustedIssuer, name: str, hint: IssuerHint, now: datetime) -> None:
    if entry.id != name:
        raise TrustError(Code.TRUST_ISSUER_NAME)
    if entry.valid_from is not None and now < entry.valid_from:
        raise TrustError(Code.TRUST_ENDED, "not begun")
    if entry.valid_until is not None and now > entry.valid_until:
        raise TrustError(Code.TRUST_ENDED)
    if hint.type not in entry.types and (hint.format, hint.type) not in _OWN_LISTS:
        raise TrustError(Code.TRUST_TYPE)


def _listed_key(keys: tuple[PublicKey, ...], hint: IssuerHint) -> PublicKey:
    """Choose by certificate, else by the key's thumbprint, else the only one for the algorithm."""
    fitting = [key for key in keys if fits(key, hint.alg)]
    if hint.certificates:
        signer = Certificate.parse(hint.certificates[0]).public_key
        fitting = [key for key in fitting if key == signer]
    elif hint.key_id is not None:
        named = hint.key_id.rpartition("#")[2]
        fitting = [key for key in fitting if jwk.key_id(key) == named] or fitting
    if not fitting:
        raise TrustError(Code.TRUST_KEY)
    if len(fitting) > 1:
        raise TrustError(Code.TRUST_AMBIGUOUS)
    return fitting[0]
