"""Presenting a credential: deriving what is shown, and a proof that ties it to one exchange."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from krid._core import jcs, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, ContentError, KridError, MisuseError, UnsupportedError
from krid.keys import Alg, Prepared
from krid.ld import select, write_pointer
from krid.model import ClaimPath, HolderKeys
from krid.model import select as select_paths
from krid.model.w3c import BASE_2_0, Credential
from krid.proofs import ProofOptions, with_proof
from krid.proofs.chain import PROOF
from krid.vcdi.bbs_seen import BBS_2023
from krid.vcdi.ecdsa_sd import BaseValue
from krid.vcdi.ecdsa_sd.values import BASE_HEADER
from krid.vcdi.holder import required_holder
from krid.vcdi.model import SecuredCredential
from krid.vcdi.parse import credential_of, parse_credential
from krid.vcdi.suites import ECDSA_SD, Suites

PURPOSE: Final = "authentication"

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

    Under ecdsa-sd-2023 the claims disclosed and the mandatory ones leave, otherwise all. The
    holder signs over JSON where the issuer did. Does not verify the credential.

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
    shown = derive(secured, suites=suites, disclose=disclose)
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
    secured: SecuredCredential, *, suites: Suites, disclose: Sequence[ClaimPath]
) -> JsonObject:
    """Return what is shown of a credential: all of it, or what a base proof can be cut down to.

    Raises:
        ContentError: `w3c.no_claim`.
        UnsupportedError: `di.suite` for bbs-2023, whose base proof must not leave whole.
        KridError: as `EcdsaSd.derive`.
    """
    concrete = [path for each in disclose for path in _concrete(secured, each)]
    if any(proof.cryptosuite == BBS_2023 for proof in secured.proofs):
        raise UnsupportedError(Code.DI_SUITE, "its proofs are derived by krid.vcdi.bbs2023")
    if not is_base(secured):
        return dict(secured.document)
    bare = jcs.without(secured.document, PROOF)
    base = next(proof for proof in secured.proofs if proof.cryptosuite == ECDSA_SD)
    pointers = list(dict.fromkeys(map(write_pointer, concrete)))
    shown = suites.selective.derive(bare, base, selective=pointers)
    try:
        credential_of(shown)
    except KridError as cause:
        raise ContentError(Code.W3C_NO_CLAIM, "too little to be a credential") from cause
    return shown


def is_base(secured: SecuredCredential) -> bool:
    """Tell whether a credential has a base proof, from which others are derived."""
    return any(
        proof.cryptosuite == ECDSA_SD and proof.value.startswith(BASE_HEADER)
        for proof in secured.proofs
    )


def withholdable(secured: SecuredCredential) -> tuple[ClaimPath, ...]:
    """List the concrete paths of all values that a derived proof may leave out.

    Identifiers and types leave with whatever stands beside them.

    Raises:
        MalformedError: as `BaseValue.parse`, and `ld.pointer`.
    """
    if not is_base(secured):
        return ()
    base = next(proof for proof in secured.proofs if proof.cryptosuite == ECDSA_SD)
    bare = jcs.without(secured.document, PROOF)
    mandatory = BaseValue.parse(base).pointers
    bound = [tuple(pointer.split("/")[1:]) for pointer in mandatory]
    select(bare, mandatory)
    return tuple(path for path in _leaves(bare, ()) if not _is_bound(path, bound))


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
