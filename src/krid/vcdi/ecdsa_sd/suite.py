"""ecdsa-sd-2023: one signature over what must be shown, and one for each other statement.

Data Integrity ECDSA 1.0, section 3.6. The issuer signs the options, the mandatory statements and
a key made for this one proof; that key signs every other statement by itself. A holder shows the
statements that a verifier may see, with their signatures.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, final

from krid._core import jcs
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, ContentError, MalformedError, MisuseError, UnsupportedError
from krid.keys import Alg, Curve, Prepared, PublicKey, Signer
from krid.ld import (
    Grouped,
    Processor,
    canonicalize,
    canonicalize_and_group,
    hmac_labels,
    mapped_labels,
    relabelled,
    select,
)
from krid.proofs import Proof, ProofOptions, in_context_of
from krid.proofs.chain import PROOF
from krid.vcdi.ecdsa_sd.values import BaseValue, DerivedValue, decode_key, encode_key
from krid.vcdi.mandatory import check_mandatory

NAME: Final = "ecdsa-sd-2023"

_VALUE: Final = "proofValue"
_MANDATORY: Final = "mandatory"
_SELECTIVE: Final = "selective"
_COMBINED: Final = "combined"


class ProofSecrets(NamedTuple):
    """What an issuer makes anew for each proof: a P-256 key, and 32 bytes for an HMAC.

    The private key is of no use after that; the holder gets the bytes.
    """

    signer: Signer
    hmac_key: bytes


@final
@dataclass(frozen=True, slots=True)
class EcdsaSd:
    """The suite, over the contexts of a processor."""

    processor: Processor = field(repr=False)

    @property
    def name(self) -> str:
        """The name that proofs carry as `cryptosuite`."""
        return NAME

    @property
    def algs(self) -> frozenset[Alg]:
        """P-256 alone."""
        return frozenset({Alg.ES256})

    def prepare_base(
        self,
        document: Mapping[str, Json],
        options: ProofOptions,
        *,
        mandatory: Sequence[str],
        secrets: ProofSecrets,
    ) -> Prepared[JsonObject]:
        """Prepare a base proof over a document without proofs (section 3.6.1).

        `mandatory` are JSON pointers to what a holder can't withhold.

        Raises:
            MisuseError: `misuse.option` for a pointer that stands there twice, is none or leads
                nowhere, and for secrets of another size; `misuse.naive_time`.
            MalformedError: as `Processor.quads`, and `ld.poison`.
        """
        check_mandatory(document, mandatory)
        if secrets.signer.alg is not Alg.ES256 or len(secrets.hmac_key) != 32:
            raise MisuseError(Code.MISUSE_OPTION, "secrets")
        members = options.members(NAME)
        grouped = self._grouped(document, secrets.hmac_key, {_MANDATORY: mandatory})
        group = grouped.groups[_MANDATORY]
        key = encode_key(secrets.signer.public_key)
        signatures = tuple(secrets.signer.sign(line.encode()) for line in group.other.values())
        data = self._proof_hash(document, members) + key + _hash(group.matching.values())

        def finish(signature: bytes) -> JsonObject:
            value = BaseValue(signature, key, secrets.hmac_key, signatures, tuple(mandatory))
            return {**members, _VALUE: value.encode()}

        return Prepared(data, Alg.ES256, finish)

    def derive(
        self, document: Mapping[str, Json], proof: Proof, *, selective: Sequence[str]
    ) -> JsonObject:
        """Make what a holder shows of a document: what is selected, and what is mandatory.

        `document` has no proof; the result has the derived one (section 3.6.6). Does not verify
        the base proof.

        Raises:
            UnsupportedError: `di.suite`.
            ContentError: `w3c.no_claim` for a pointer that leads nowhere.
            MalformedError: as `BaseValue.parse`, `di.count` when the base proof does not have a
                signature for each statement, and as `Processor.quads`.
        """
        base = self._base(proof)
        combined = [*base.pointers, *selective]
        shown = _selected(document, combined)
        groups = {_MANDATORY: base.pointers, _SELECTIVE: selective, _COMBINED: combined}
        grouped = self._grouped(document, base.hmac_key, groups)
        value = DerivedValue(
            base.signature,
            base.public_key,
            _kept_signatures(grouped, base),
            _verifier_labels(grouped),
            _mandatory_places(grouped),
        )
        return {**shown, PROOF: {**proof.members, _VALUE: value.encode()}}

    def verify(self, document: Mapping[str, Json], proof: Proof, *, key: PublicKey) -> None:
        """Verify a derived proof over a document, given without it (section 3.6.7).

        Raises:
            UnsupportedError: `di.suite` for another suite, or a key of another.
            MalformedError: as `DerivedValue.parse`; `di.label_map`, `di.index`, `di.count`,
                `di.context`; as `Processor.quads`.
            SignatureError: `di.signature`.
        """
        _check_suite(proof, key)
        value = DerivedValue.parse(proof)
        lines = self._lines(document, value)
        mandatory = [lines[place] for place in value.mandatory if place < len(lines)]
        if len(mandatory) != len(value.mandatory):
            raise MalformedError(Code.DI_INDEX)
        hidden = set(value.mandatory)
        others = [line for place, line in enumerate(lines) if place not in hidden]
        if len(others) != len(value.signatures):
            raise MalformedError(Code.DI_COUNT)
        data = self._proof_hash(document, proof.members) + value.public_key + _hash(mandatory)
        key.verify(data, value.signature, alg=Alg.ES256, refusal=Code.DI_SIGNATURE)
        own = decode_key(value.public_key)
        for line, signature in zip(others, value.signatures, strict=True):
            own.verify(line.encode(), signature, alg=Alg.ES256, refusal=Code.DI_SIGNATURE)

    def verify_base(self, document: Mapping[str, Json], proof: Proof, *, key: PublicKey) -> None:
        """Verify a base proof as the holder who receives it, statement by statement.

        The specification has no such step: it is that of a derived proof which shows everything.

        Raises:
            KridError: as `derive` and `verify`.
        """
        _check_suite(proof, key)
        shown = self.derive(document, proof, selective=[""])
        derived = Proof.parse(shown[PROOF])
        self.verify(jcs.without(shown, PROOF), derived, key=key)

    def _base(self, proof: Proof) -> BaseValue:
        if proof.cryptosuite != NAME:
            raise UnsupportedError(Code.DI_SUITE)
        return BaseValue.parse(proof)

    def _grouped(
        self, document: Mapping[str, Json], hmac_key: bytes, groups: Mapping[str, Sequence[str]]
    ) -> Grouped:
        labels = hmac_labels(hmac_key)
        return canonicalize_and_group(self.processor, document, labels=labels, groups=groups)

    def _lines(self, document: Mapping[str, Json], value: DerivedValue) -> tuple[str, ...]:
        """Write the statements shown, with blank nodes under the names that were signed."""
        lines, labels = relabelled(self.processor.quads(document), mapped_labels(value.names))
        if len(labels) != len(value.labels):
            raise MalformedError(Code.DI_LABEL_MAP)
        return lines

    def _proof_hash(self, document: Mapping[str, Json], members: Mapping[str, Json]) -> bytes:
        options = in_context_of(document, jcs.without(members, _VALUE))
        return hashlib.sha256(self.processor.canonicalize(options).text.encode()).digest()


def _check_suite(proof: Proof, key: PublicKey) -> None:
    if proof.cryptosuite != NAME:
        raise UnsupportedError(Code.DI_SUITE)
    if key.curve is not Curve.P256:
        raise UnsupportedError(Code.DI_SUITE, "the key is of another suite")


def _selected(document: Mapping[str, Json], pointers: Sequence[str]) -> JsonObject:
    try:
        shown = select(document, pointers)
    except MalformedError as cause:
        raise ContentError(Code.W3C_NO_CLAIM) from cause
    if shown is None:
        raise ContentError(Code.W3C_NO_CLAIM, "nothing is shown")
    return shown


def _kept_signatures(grouped: Grouped, base: BaseValue) -> tuple[bytes, ...]:
    """Keep the signatures of the statements that are shown (section 3.5.4)."""
    others = grouped.groups[_MANDATORY].other
    if len(others) != len(base.signatures):
        raise MalformedError(Code.DI_COUNT)
    chosen = grouped.groups[_SELECTIVE].matching
    pairs = zip(others, base.signatures, strict=True)
    return tuple(signature for place, signature in pairs if place in chosen)


def _mandatory_places(grouped: Grouped) -> tuple[int, ...]:
    """Count the mandatory statements among those that are shown."""
    mandatory = grouped.groups[_MANDATORY].matching
    shown = grouped.groups[_COMBINED].matching
    return tuple(place for place, index in enumerate(shown) if index in mandatory)


def _verifier_labels(grouped: Grouped) -> dict[int, bytes]:
    """Map the names that a verifier will find to those that were signed."""
    from krid._core import base64url

    canonical = canonicalize(grouped.groups[_COMBINED].quads).labels
    return {
        int(name.removeprefix("_:c14n")): base64url.decode(grouped.labels[node][3:])
        for node, name in canonical.items()
    }


def _hash(lines: Iterable[str]) -> bytes:
    return hashlib.sha256("".join(lines).encode()).digest()
