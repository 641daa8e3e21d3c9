"""Presenting a credential: deriving what is shown, and a proof that ties it to one exchange."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from krid._core import jcs, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, ContentError, KridError, MisuseError
from krid.keys import Alg, Prepared
from krid.ld import parse_pointer, select, write_pointer
from krid.model import ClaimPath, HolderKeys
from krid.model import select as select_paths
from krid.model.w3c import BASE_2_0, Credential
from krid.proofs import Proof, ProofOptions, with_proof
from krid.proofs.chain import PROOF
from krid.proofs.plain import CONTEXT
from krid.vcdi.bbs_seen import is_bbs_base
from krid.vcdi.ecdsa_sd import BaseValue
from krid.vcdi.ecdsa_sd.values import BASE_HEADER
from krid.vcdi.holder import required_holder
from krid.vcdi.model import SecuredCredential
from krid.vcdi.parse import credential_of, parse_credential
from krid.vcdi.suites import ECDSA_SD, Suites
from krid.vcdi.tied import tying_header

PURPOSE: Final = "authentication"

_SUBJECT: Final = "credentialSubject"
_KEPT: Final = frozenset({"@context", "id", "type", "@id", "@type", PROOF})


def prepare(
    credential: bytes,
    *,
    suites: Suites,
    disclose: Sequence[ClaimPath],
    audience: str,
    nonce: str,
    holders: HolderKeys,
    alg: Alg,
    now: datetime,
) -> Prepared[bytes]:
    """Make everything of a presentation of one credential but the holder's signature.

    Of a base proof the claims disclosed and the mandatory ones leave, otherwise all. The holder
    signs over JSON where the issuer did. Does not verify the credential.

    Raises:
        ContentError: `w3c.no_claim` for a path that is not there, or for too little to be a
            credential.
        BindingError: `kb.no_key` when the credential names no holder.
        MisuseError: `alg.key` when the holder's key is not for `alg`, or no suite signs with it;
            `misuse.option` for an empty audience or nonce; `misuse.naive_time`.
        KridError: as `parse_credential` and `derive`.
    """
    if not audience or not nonce:
        raise MisuseError(Code.MISUSE_OPTION, "audience or nonce is empty")
    secured = parse_credential(credential)
    holder = required_holder(secured, holders)
    if holder.key.curve is not alg.curve:
        raise MisuseError(Code.ALG_KEY)
    shown = derive(secured, suites=suites, disclose=disclose, audience=audience, nonce=nonce)
    document: JsonObject = {
        "@context": [BASE_2_0],
        "type": ["VerifiablePresentation"],
        "holder": secured.credential.subjects[0].id,
        "verifiableCredential": [shown],
    }
    options = ProofOptions(
        verification_method=holder.key_id,
        purpose=PURPOSE,
        created=now,
        domains=(audience,),
        challenge=nonce,
    )
    suite = suites.for_key(alg, suites.rule_of(secured.proofs))
    prepared = suite.prepare(document, options, alg=alg)
    return prepared.then(lambda proof: strict_json.dumps(with_proof(document, proof)))


def derive(
    secured: SecuredCredential,
    *,
    suites: Suites,
    disclose: Sequence[ClaimPath],
    audience: str,
    nonce: str,
) -> JsonObject:
    """Return what is shown of a credential: all of it, or what a base proof can be cut down to.

    A proof that is derived with bbs-2023 is tied to audience and nonce, or to nothing where both
    are empty. Contexts are always shown. Where nothing of the subject would be, its type is,
    or its id; one that has neither must be asked for something (`needs_one`).

    Raises:
        ContentError: `w3c.no_claim`.
        UnsupportedError: `di.suite` for bbs-2023 with secrets of the holder's.
        KridError: as `EcdsaSd.derive` and `Bbs2023.derive`.
    """
    concrete = [path for each in disclose for path in _concrete(secured, each)]
    base = _base(secured)
    if base is None:
        return dict(secured.document)
    bare = jcs.without(secured.document, PROOF)
    asked = dict.fromkeys(write_pointer(path) for path in concrete if path[0] != CONTEXT)
    pointers = [*asked, *_of_subject(bare, [*_mandatory_pointers(base), *asked])]
    if base.cryptosuite == ECDSA_SD:
        shown = suites.selective.derive(bare, base, selective=pointers)
    else:
        header = tying_header(audience=audience, nonce=nonce)
        shown = suites.anonymous.derive(bare, base, selective=pointers, presentation_header=header)
    try:
        credential_of(shown)
    except KridError as cause:
        raise ContentError(Code.W3C_NO_CLAIM, "too little to be a credential") from cause
    return shown


def _of_subject(bare: Mapping[str, Json], shown: Sequence[str]) -> tuple[str, ...]:
    """Point to a subject's type, or its id, where nothing of one is shown: there must be one."""
    if any(parse_pointer(each)[:1] in {(), (_SUBJECT,)} for each in shown):
        return ()
    for place, subject in _subjects(bare.get(_SUBJECT)):
        for name in ("type", "id"):
            if name in subject:
                return (write_pointer([*place, name]),)
    return ()


def _subjects(value: Any) -> list[tuple[tuple[str | int, ...], Mapping[str, Json]]]:  # noqa: ANN401
    """List where each subject stands, and its members: all are objects, as the parser saw."""
    if isinstance(value, list | tuple):
        return [((_SUBJECT, index), each) for index, each in enumerate(value)]
    return [((_SUBJECT,), value)]


def is_base(secured: SecuredCredential) -> bool:
    """Tell whether a credential has a base proof, from which others are derived."""
    return _base(secured) is not None


def _base(secured: SecuredCredential) -> Proof | None:
    return next(filter(_is_base_proof, secured.proofs), None)


def _is_base_proof(proof: Proof) -> bool:
    if proof.cryptosuite == ECDSA_SD:
        return proof.value.startswith(BASE_HEADER)
    return is_bbs_base(proof)


def withholdable(secured: SecuredCredential) -> tuple[ClaimPath, ...]:
    """List the concrete paths of all values that a derived proof may leave out.

    Identifiers and types leave with whatever stands beside them.

    Raises:
        MalformedError: as `BaseValue.parse` and `BaseProofValue.parse`, and `ld.pointer`.
    """
    base = _base(secured)
    if base is None:
        return ()
    bare = jcs.without(secured.document, PROOF)
    mandatory = _mandatory_pointers(base)
    bound = [tuple(pointer.split("/")[1:]) for pointer in mandatory]
    select(bare, mandatory)
    return tuple(path for path in _leaves(bare, ()) if not _is_bound(path, bound))


def needs_one(secured: SecuredCredential) -> tuple[ClaimPath, ...]:
    """Say of what something must be disclosed: of a subject that has nothing else to be shown.

    Raises:
        MalformedError: as `withholdable`.
    """
    base = _base(secured)
    if base is None:
        return ()
    shown = _mandatory_pointers(base)
    is_there = any(parse_pointer(each)[:1] in {(), (_SUBJECT,)} for each in shown)
    return () if is_there or _of_subject(secured.document, shown) else ((_SUBJECT,),)


def _mandatory_pointers(base: Proof) -> tuple[str, ...]:
    if base.cryptosuite == ECDSA_SD:
        return BaseValue.parse(base).pointers
    from krid.vcdi.bbs2023 import BaseProofValue

    return BaseProofValue.parse(str(base.members["proofValue"])).mandatory_pointers


def path_of(secured: SecuredCredential, steps: Sequence[str]) -> ClaimPath:
    """Make a claim's path of the steps of a JSON pointer, where arrays have indexes.

    Raises:
        ContentError: `w3c.no_claim` when they lead nowhere.
    """
    value: Json = secured.document
    path: list[str | int] = []
    for step in steps:
        index = int(step) if isinstance(value, list) and step.isascii() and step.isdigit() else step
        found = select_paths({"_": value}, ("_", index))
        if not found:
            raise ContentError(Code.W3C_NO_CLAIM)
        value = value[index]  # type: ignore[index]  # it is there
        path.append(index)
    return tuple(path)


def _is_bound(path: ClaimPath, bound: Sequence[tuple[str, ...]]) -> bool:
    steps = tuple(write_pointer([step])[1:] for step in path if step is not None)
    return any(steps[: len(each)] == each for each in bound)


def _leaves(value: Json, path: ClaimPath) -> Iterator[ClaimPath]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            if name not in _KEPT:
                yield from _leaves(member, (*path, name))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _leaves(member, (*path, index))
    else:
        yield path


def _concrete(secured: SecuredCredential, path: ClaimPath) -> list[list[str | int]]:
    credential: Credential = secured.credential
    found = select_paths(credential.document, path) if path else ()
    if not found:
        raise ContentError(Code.W3C_NO_CLAIM)
    return [[step for step in each if step is not None] for each in found]
