"""Issuing a credential with a proof in it: prepare, sign, complete.

>>> from datetime import UTC, datetime
>>> from krid.keys import Alg, LocalKey
>>> from krid.model import BEARER, NO_STATUS, IssueOrder
>>> from krid._core.entropy import system_entropy
>>> from krid.vcdi.holder import did_of, method_of
>>> from krid.vcdi.issue import prepare
>>> from krid.vcdi.suites import Suites
>>> key = LocalKey.generate(Alg.EDDSA)
>>> order = IssueOrder(
...     type="PermanentResidentCardCredential",
...     claims={
...         "@context": "https://w3id.org/citizenship/v4rc1",
...         "credentialSubject": {"type": "PermanentResident", "gender": "Female"},
...     },
...     holder=BEARER,
...     issuer=did_of(key.public_key),
...     alg=key.alg,
...     key_id=method_of(key.public_key),
...     certificates=(),
...     signed_at=datetime(2026, 6, 1, tzinfo=UTC),
...     valid_from=datetime(2026, 6, 1, tzinfo=UTC),
...     valid_until=datetime(2027, 6, 1, tzinfo=UTC),
...     status=NO_STATUS,
... )
>>> issued = prepare(
...     order, suites=Suites(), suite="eddsa-jcs-2022", mandatory=(), entropy=system_entropy
... ).sign_with(key)
>>> b'"cryptosuite":"eddsa-jcs-2022"' in issued
True
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec

from krid._core import limits, strict_json
from krid._core.entropy import Entropy, below
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, KridError, MisuseError
from krid.keys import LocalKey, Prepared
from krid.ld import write_pointer
from krid.model import BbsOrder, Bearer, IssueOrder, Order
from krid.model.w3c import Version, compose
from krid.proofs import ProofOptions, with_proof
from krid.vcdi.bbs_seen import BBS_2023
from krid.vcdi.ecdsa_sd import ProofSecrets
from krid.vcdi.holder import did_of
from krid.vcdi.suites import ECDSA_SD, Suites

if TYPE_CHECKING:
    from krid.bbs import PreparedBbs

PURPOSE: Final = "assertionMethod"

_SUBJECT: Final = "credentialSubject"
_ALWAYS: Final = (
    *("issuer", "validFrom", "validUntil", "issuanceDate", "expirationDate"),
    *("credentialStatus", "credentialSchema", "termsOfUse"),
)
_WHOLE_DAYS: Final = timedelta(days=2)
"""How long a credential must last for its dates to lose their time of day."""
_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def prepare(
    order: IssueOrder,
    *,
    suites: Suites,
    suite: str | None,
    mandatory: Sequence[str],
    entropy: Entropy,
) -> Prepared[bytes]:
    """Make everything of a credential but the issuer's signature.

    What the claims of the order may be, `krid.model.w3c.compose` says. A holder's key becomes the
    did:key of the subject, unless the subject has an identifier. No `suite`: the one over RDF
    that signs with the issuer's key. `mandatory` are JSON pointers to what a holder can't
    withhold under ecdsa-sd-2023, beside what is needed to check the credential at all.

    Raises:
        MisuseError: as `compose`; `misuse.option` for a suite that krid does not know,
            certificates, an issuer's key without identifier, or a mandatory pointer that leads
            nowhere; `misuse.claims` for claims that can't be signed or are too large, with the
            code of the reason; `alg.key` for a key of another suite.
    """
    document = _document(order)
    options = ProofOptions(
        verification_method=_method(order), purpose=PURPOSE, created=order.signed_at
    )
    if suite == BBS_2023:
        raise MisuseError(Code.ALG_KEY)
    try:
        if suite == ECDSA_SD:
            prepared = _base(
                document,
                options,
                order=order,
                suites=suites,
                mandatory=mandatory,
                entropy=entropy,
            )
        else:
            plain = suites.for_key(order.alg) if suite is None else suites.plain_named(suite)
            prepared = plain.prepare(document, options, alg=order.alg)
    except MisuseError:
        raise
    except KridError as cause:
        raise _unsignable(cause) from cause
    return prepared.then(lambda proof: _dumps(with_proof(document, proof)))


def prepare_bbs(
    order: BbsOrder,
    *,
    suites: Suites,
    suite: str | None,
    mandatory: Sequence[str],
    entropy: Entropy,
) -> "PreparedBbs[bytes]":
    """Make everything of a credential with bbs-2023 but the issuer's signature.

    What is shown of it must not tell whose it is: the proof does not say when it was made, and
    the dates of a credential that lasts two days or more are moved to the beginning of their day.

    Raises:
        MisuseError: as `prepare`.
    """
    if suite not in {None, BBS_2023}:
        raise MisuseError(Code.ALG_KEY)
    document = _document(_in_whole_days(order))
    options = ProofOptions(verification_method=_method(order), purpose=PURPOSE, created=None)
    try:
        prepared = suites.anonymous.prepare_base(
            document,
            options,
            mandatory=_all_shown(document, mandatory),
            public_key=order.public_key,
            entropy=entropy,
        )
    except MisuseError:
        raise
    except KridError as cause:
        raise _unsignable(cause) from cause
    return prepared.then(_dumps)


def _unsignable(cause: KridError) -> MisuseError:
    words = f"{cause.code}: {cause.detail}" if cause.detail else str(cause.code)
    return MisuseError(Code.MISUSE_CLAIMS, words)


def _in_whole_days(order: BbsOrder) -> BbsOrder:
    if order.valid_until - order.valid_from < _WHOLE_DAYS:
        return order
    begins, ends = _midnight(order.valid_from), _midnight(order.valid_until)
    return replace(order, valid_from=begins, valid_until=ends)


def _midnight(moment: datetime) -> datetime:
    """Begin the day of a moment; an end counted from the moment of signing would tell that one."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _all_shown(document: JsonObject, mandatory: Sequence[str]) -> list[str]:
    pointers = always_shown(document)
    return [*pointers, *(pointer for pointer in mandatory if pointer not in pointers)]


def always_shown(document: Mapping[str, Json]) -> tuple[str, ...]:
    """List pointers to what a verifier needs to check a credential, and whom it is about."""
    found = [write_pointer([name]) for name in _ALWAYS if name in document]
    subject = document.get(_SUBJECT)
    if isinstance(subject, Mapping) and "id" in subject:
        found.append(write_pointer([_SUBJECT, "id"]))
    return tuple(found)


def _base(
    document: JsonObject,
    options: ProofOptions,
    *,
    order: IssueOrder,
    suites: Suites,
    mandatory: Sequence[str],
    entropy: Entropy,
) -> Prepared[JsonObject]:
    selective = suites.selective
    if order.alg not in selective.algs:
        raise MisuseError(Code.ALG_KEY)
    return selective.prepare_base(
        document, options, mandatory=_all_shown(document, mandatory), secrets=_secrets(entropy)
    )


def _secrets(entropy: Entropy) -> ProofSecrets:
    """Make the key of one proof, and of its HMAC."""
    scalar = 1 + below(entropy, _P256_ORDER - 1)
    native = ec.derive_private_key(scalar, ec.SECP256R1())
    return ProofSecrets(LocalKey.from_native(native), entropy(32))


def _document(order: Order) -> JsonObject:
    if isinstance(order, IssueOrder) and order.certificates:
        raise MisuseError(Code.MISUSE_OPTION, "certificates")
    document = compose(order, Version.V2_0)
    if isinstance(order.holder, Bearer):
        return document
    subject = document[_SUBJECT]
    if not isinstance(subject, Mapping):
        raise MisuseError(Code.MISUSE_CLAIMS, "a holder for several subjects")
    return {**document, _SUBJECT: {"id": did_of(order.holder), **subject}}


def _method(order: Order) -> str:
    """Name the key that signs by a URL; a fragment alone belongs to the issuer."""
    if not order.key_id:
        raise MisuseError(Code.MISUSE_OPTION, "key_id")
    if ":" in order.key_id:
        return order.key_id
    return f"{order.issuer}#{order.key_id.removeprefix('#')}"


def _dumps(document: JsonObject) -> bytes:
    raw = strict_json.dumps(document)
    try:
        strict_json.check_crowd([raw], max_values=limits.MAX_JWT_VALUES)
    except KridError as cause:
        raise MisuseError(Code.MISUSE_CLAIMS, "larger than the limit") from cause
    return raw
