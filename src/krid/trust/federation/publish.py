"""Making the signed objects of a federation: prepare, sign, complete (see ADR 0003).

OpenID Federation 1.0, draft 48, sections 3 and 7. What would not be read again is not made.

>>> from datetime import UTC, datetime, timedelta
>>> from krid.keys import Alg, LocalKey
>>> from krid.trust.federation import EntityConfiguration, Validity, prepare_configuration
>>> key = LocalKey.generate(Alg.ES256)
>>> validity = Validity.lasting(timedelta(days=1), since=datetime(2026, 6, 1, tzinfo=UTC))
>>> prepared = prepare_configuration(
...     "https://anchor.example", keys=(key.public_key,), signed_by=key.public_key,
...     validity=validity, metadata={"federation_entity": {"organization_name": "Anchor"}},
... )
>>> EntityConfiguration.parse(prepared.sign_with(key)).entity_id
'https://anchor.example'
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self, final

from krid._core import strict_json
from krid._core.strict_json import Json
from krid._core.times import to_numeric_date
from krid.errors import Code, KridError, MisuseError
from krid.jose import jws
from krid.keys import Prepared, PublicKey, jwk
from krid.trust.federation.constraints import UNCONSTRAINED, Constraints
from krid.trust.federation.keys import encode_keys
from krid.trust.federation.marks import DELEGATION_TYP, MARK_TYP, Delegation, TrustMark
from krid.trust.federation.policy import NO_POLICY, MetadataPolicy
from krid.trust.federation.statement import TYP, EntityConfiguration, SubordinateStatement

_NOTHING: Final[Mapping[str, Mapping[str, Json]]] = {}
_NO_ISSUERS: Final[Mapping[str, Sequence[str]]] = {}
_NO_OWNERS: Final[Mapping[str, tuple[str, Sequence[PublicKey]]]] = {}


@final
@dataclass(frozen=True, slots=True)
class Validity:
    """From when until when a signed object holds, in whole seconds on the wire."""

    issued_at: datetime
    expires: datetime

    def __post_init__(self) -> None:
        if to_numeric_date(self.expires) <= to_numeric_date(self.issued_at):
            raise MisuseError(Code.MISUSE_LIFETIME)

    @classmethod
    def lasting(cls, lifetime: timedelta, *, since: datetime) -> Self:
        """Make a validity that begins at a moment.

        Raises:
            MisuseError: `misuse.lifetime`, `misuse.naive_time`.
        """
        return cls(since, since + lifetime)

    def claims(self) -> dict[str, Json]:
        """Write `iat` and `exp`."""
        return {"iat": to_numeric_date(self.issued_at), "exp": to_numeric_date(self.expires)}


def prepare_configuration(
    entity_id: str,
    *,
    keys: Sequence[PublicKey],
    signed_by: PublicKey,
    validity: Validity,
    metadata: Mapping[str, Mapping[str, Json]],
    authority_hints: Sequence[str] = (),
    trust_marks: Sequence[str] = (),
    trust_mark_issuers: Mapping[str, Sequence[str]] = _NO_ISSUERS,
    trust_mark_owners: Mapping[str, tuple[str, Sequence[PublicKey]]] = _NO_OWNERS,
) -> Prepared[str]:
    """Make everything of an entity's configuration but the signature (section 3.1.2).

    `keys` are those of the federation, `signed_by` is one of them; every key is named by its JWK
    thumbprint. `trust_marks` are whole marks. An anchor says which entities issue which types of
    marks, none meaning every member, and who owns a type: an identifier and its keys.

    Raises:
        MisuseError: `misuse.option` for what could not be read again, with the reason as detail.
        KridError: a trust mark can't be read.
    """
    marks = [
        {"trust_mark_type": TrustMark.parse(each).type, "trust_mark": each} for each in trust_marks
    ]
    optional: dict[str, Json] = {
        "authority_hints": list(authority_hints),
        "trust_marks": marks,
        "trust_mark_issuers": {name: list(each) for name, each in trust_mark_issuers.items()},
        "trust_mark_owners": {
            name: {"sub": owner, "jwks": encode_keys(each)}
            for name, (owner, each) in trust_mark_owners.items()
        },
    }
    claims = _claims(entity_id, entity_id, validity) | {"jwks": encode_keys(keys)}
    claims |= {"metadata": metadata} | _present(optional)
    if signed_by not in keys:
        raise MisuseError(Code.MISUSE_OPTION, "signed_by")
    return _prepare(TYP, claims, signed_by, EntityConfiguration.parse)


def prepare_subordinate(
    subject: str,
    *,
    issuer: str,
    keys: Sequence[PublicKey],
    signed_by: PublicKey,
    validity: Validity,
    metadata: Mapping[str, Mapping[str, Json]] = _NOTHING,
    policy: MetadataPolicy = NO_POLICY,
    constraints: Constraints = UNCONSTRAINED,
    source_endpoint: str | None = None,
) -> Prepared[str]:
    """Make everything but the signature of what a superior says about an entity (section 3.1.3).

    `keys` are the subject's, `signed_by` is the superior's.

    Raises:
        MisuseError: `misuse.option` for what could not be read again, with the reason as detail.
    """
    optional: dict[str, Json] = {
        "metadata": metadata,
        "metadata_policy": policy.encode(),
        "constraints": constraints.encode(),
        "source_endpoint": source_endpoint,
    }
    claims = _claims(issuer, subject, validity) | {"jwks": encode_keys(keys)} | _present(optional)
    return _prepare(TYP, claims, signed_by, SubordinateStatement.parse)


def prepare_trust_mark(
    type_: str,
    *,
    subject: str,
    issuer: str,
    signed_by: PublicKey,
    validity: Validity,
    delegation: str | None = None,
) -> Prepared[str]:
    """Make everything of a trust mark but the signature (section 7.1).

    `delegation` is the owner's, where the issuer does not own the type. krid makes no marks
    without an end.

    Raises:
        MisuseError: `misuse.option` for what could not be read again, with the reason as detail.
    """
    claims = _claims(issuer, subject, validity) | {"trust_mark_type": type_}
    claims |= _present({"delegation": delegation})
    return _prepare(MARK_TYP, claims, signed_by, TrustMark.parse)


def prepare_delegation(
    type_: str, *, issuer: str, owner: str, signed_by: PublicKey, validity: Validity
) -> Prepared[str]:
    """Make everything but the signature of an owner's word that `issuer` may issue its marks.

    Section 7.2.1.

    Raises:
        MisuseError: `misuse.option` for what could not be read again, with the reason as detail.
    """
    claims = _claims(owner, issuer, validity) | {"trust_mark_type": type_}
    return _prepare(DELEGATION_TYP, claims, signed_by, Delegation.parse)


def _claims(issuer: str, subject: str, validity: Validity) -> dict[str, Json]:
    return {"iss": issuer, "sub": subject, **validity.claims()}


def _present(optional: Mapping[str, Json]) -> dict[str, Json]:
    """Leave out what is empty: the text forbids some empty arrays, and the rest says nothing."""
    return {name: value for name, value in optional.items() if value}


def _prepare(
    typ: str, claims: Mapping[str, Json], signed_by: PublicKey, read: Callable[[str], object]
) -> Prepared[str]:
    header: dict[str, Json] = {"typ": typ, "kid": jwk.key_id(signed_by)}
    try:
        prepared = jws.prepare(header, strict_json.dumps(claims), alg=signed_by.alg)
        read(prepared.complete(bytes(prepared.alg.signature_size)))
    except KridError as cause:
        raise MisuseError(Code.MISUSE_OPTION, str(cause)) from cause
    return prepared
