"""Cryptosuites that sign a whole document with one signature.

eddsa-jcs-2022 and eddsa-rdfc-2022 (Data Integrity EdDSA 1.0, sections 3.2 and 3.3), ecdsa-jcs-2019
and ecdsa-rdfc-2019 (Data Integrity ECDSA 1.0, sections 3.2 and 3.3) hash the proof's options and
the document, each in a canonical form, and sign one hash after the other. They differ in that form
and in the key: for P-384, everything is hashed with SHA-384, otherwise with SHA-256.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import Final, Protocol, TypeAlias, final

from krid._core import jcs
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, MalformedError, MisuseError, UnsupportedError
from krid.keys import Alg, Prepared, PublicKey
from krid.proofs.model import Proof
from krid.proofs.options import ProofOptions

CONTEXT: Final = "@context"

Transform: TypeAlias = Callable[[Mapping[str, Json], str], bytes]
"""Brings an object into its canonical form, with the hash of this name where one is needed."""


class Suite(Protocol):
    """A cryptosuite whose proofs one public key verifies."""

    @property
    def name(self) -> str:
        """The name that proofs carry as `cryptosuite`."""
        ...

    @property
    def algs(self) -> frozenset[Alg]:
        """The algorithms of the keys that it signs with."""
        ...

    def verify(self, document: Mapping[str, Json], proof: Proof, *, key: PublicKey) -> None:
        """Check the value of a proof over a document, given without this proof.

        Raises:
            KridError: with the code of the rule that is broken.
        """
        ...


@unique
class ContextRule(Enum):
    """Where the context of the options comes from."""

    IN_PROOF = "the proof repeats that of the document, which may get longer"
    OF_DOCUMENT = "the document"


@final
@dataclass(frozen=True, slots=True)
class PlainSuite:
    """One of the suites: its name, its keys, its canonical form."""

    name: str
    algs: frozenset[Alg]
    transform: Transform = field(repr=False)
    context: ContextRule

    def prepare(
        self, document: Mapping[str, Json], options: ProofOptions, *, alg: Alg
    ) -> Prepared[JsonObject]:
        """Prepare a proof over a document; completion returns the proof object.

        Of the document's own proofs it must hold those alone that this one follows (see
        `krid.proofs.input_document`).

        Raises:
            MalformedError: the document has no canonical form.
            MisuseError: `alg.key` for a key of another suite, `misuse.naive_time`.
        """
        if alg not in self.algs:
            raise MisuseError(Code.ALG_KEY)
        members = options.members(self.name)
        if self.context is ContextRule.IN_PROOF and CONTEXT in document:
            members[CONTEXT] = document[CONTEXT]
        data = self._hash_data(document, members, alg)
        return Prepared(data, alg, lambda signature: _finish(members, signature))

    def verify(self, document: Mapping[str, Json], proof: Proof, *, key: PublicKey) -> None:
        """Check the signature of a proof over a document, given without this proof.

        Does not check whose the key is, nor what the proof says about time and purpose.

        Raises:
            UnsupportedError: `di.suite` for another cryptosuite, or a key of another.
            MalformedError: `di.proof_value` for a value in another base; `di.context` when the
                proof was made for another context; the document has no canonical form.
            SignatureError: `di.signature`.
        """
        if proof.cryptosuite != self.name:
            raise UnsupportedError(Code.DI_SUITE)
        if key.curve not in {alg.curve for alg in self.algs}:
            raise UnsupportedError(Code.DI_SUITE, "the key is of another suite")
        if proof.multibase != "z":
            raise MalformedError(Code.DI_PROOF_VALUE, "multibase")
        options = jcs.without(proof.members, "proofValue")
        in_context = self._in_context(document, options)
        data = self._hash_data(in_context, options, key.alg)
        key.verify(data, proof.value, alg=key.alg, refusal=Code.DI_SIGNATURE)

    def _hash_data(
        self, document: Mapping[str, Json], options: Mapping[str, Json], alg: Alg
    ) -> bytes:
        """Hash the options and the document, one after the other."""
        name = "sha384" if alg is Alg.ES384 else "sha256"
        if self.context is ContextRule.OF_DOCUMENT:
            options = in_context_of(document, options)
        parts = (self.transform(each, name) for each in (options, document))
        return b"".join(hashlib.new(name, part).digest() for part in parts)

    def _in_context(
        self, document: Mapping[str, Json], options: Mapping[str, Json]
    ) -> Mapping[str, Json]:
        """Take the context that the proof was made for, which the document's must begin with."""
        if self.context is ContextRule.OF_DOCUMENT or CONTEXT not in options:
            return document
        signed, present = _listed(options[CONTEXT]), _listed(document.get(CONTEXT))
        if present[: len(signed)] != signed:
            raise MalformedError(Code.DI_CONTEXT)
        return {**document, CONTEXT: options[CONTEXT]}


def in_context_of(document: Mapping[str, Json], options: Mapping[str, Json]) -> JsonObject:
    """Read options in the document's context, which is theirs if they name one.

    Raises:
        MalformedError: `di.context`.
    """
    context = document.get(CONTEXT)
    if CONTEXT in options and _listed(options[CONTEXT]) != _listed(context):
        raise MalformedError(Code.DI_CONTEXT)
    return {**options, CONTEXT: context}


def _finish(members: JsonObject, signature: bytes) -> JsonObject:
    import base58

    return members | {"proofValue": "z" + base58.b58encode(signature).decode("ascii")}


def _listed(context: Json) -> list[Json]:
    return list(context) if isinstance(context, list | tuple) else [context]
