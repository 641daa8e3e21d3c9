"""Answering a device request: which document, which elements, and nothing that nobody asked for.

What comes out is what the holder could disclose. The holder looks at it and consents, or holds
elements back with `limited_to`; then each document is signed or MACed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias, final

from krid.errors import Code, ContentError
from krid.mdoc.age import (
    MAX_AGE_REQUESTS,
    attested_age,
    count_age_requests,
    nearest_attestation,
)
from krid.mdoc.model import IssuerSigned
from krid.mdoc.request import DeviceRequest, ItemsRequest
from krid.mdoc.status import DATA_NOT_RETURNED, Errors
from krid.model import ClaimPath

ElementPath: TypeAlias = tuple[str, str]
"""A namespace and an element identifier: the claim path of an mdoc."""


@final
@dataclass(frozen=True, slots=True)
class Answer:
    """What one credential has for one request.

    `answers` gives for each element that was asked for the one that answers it: itself, or the
    nearest age attestation. `missing` are those that nothing answers or the holder holds back.
    """

    request: ItemsRequest
    credential: IssuerSigned
    answers: Mapping[ElementPath, ElementPath] = field(repr=False)
    missing: frozenset[ElementPath] = field(repr=False)

    @property
    def disclose(self) -> frozenset[ElementPath]:
        """The elements to disclose."""
        return frozenset(self.answers.values())

    @property
    def errors(self) -> Errors:
        """The error codes of the document: `DATA_NOT_RETURNED` for each missing element."""
        codes: dict[str, dict[str, int]] = {}
        for namespace, identifier in sorted(self.missing):
            codes.setdefault(namespace, {})[identifier] = DATA_NOT_RETURNED
        return MappingProxyType({name: MappingProxyType(each) for name, each in codes.items()})

    @property
    def retained(self) -> frozenset[ElementPath]:
        """The elements to disclose that the reader intends to retain."""
        return frozenset(
            answer
            for (namespace, identifier), answer in self.answers.items()
            if self.request.elements[namespace][identifier]
        )

    def limited_to(self, consented: Collection[ClaimPath]) -> "Answer":
        """Hold back every element that the holder did not consent to disclose.

        Raises:
            ContentError: `consent.beyond` for an element that the answer would not disclose.
        """
        if not self.disclose.issuperset(consented):
            raise ContentError(Code.CONSENT_BEYOND)
        kept = {asked: answer for asked, answer in self.answers.items() if answer in consented}
        held_back = self.answers.keys() - kept.keys()
        return Answer(
            self.request, self.credential, MappingProxyType(kept), self.missing | held_back
        )


@final
@dataclass(frozen=True, slots=True)
class Answers:
    """What a holder has for a whole request.

    `documents` has one answer for each request that some credential answers, in the reader's
    order; `document_errors` names the doctypes of the others, as the response will.
    """

    documents: tuple[Answer, ...]
    document_errors: tuple[Mapping[str, int], ...]


def answer_request(request: DeviceRequest, credentials: Sequence[IssuerSigned]) -> Answers:
    """Find what a holder's credentials have for a request.

    For each document the credential of its type that answers the most elements is taken, the
    first of several. A credential that answers nothing is left out, for showing it would tell
    the reader that the holder has it. Who asks, whether the holder wants to answer, and whether a
    credential still holds, is not looked at.

    Raises:
        ContentError: `mdoc.age_requests` when the reader asks for more than two age attestations
            of one document (section 7.2.5).
    """
    documents: list[Answer] = []
    document_errors: list[Mapping[str, int]] = []
    for each in request.doc_requests:
        _check_age_requests(each.items)
        found = _best_answer(each.items, credentials)
        if found is None:
            document_errors.append(MappingProxyType({each.items.doctype: DATA_NOT_RETURNED}))
        else:
            documents.append(found)
    return Answers(tuple(documents), tuple(document_errors))


def _check_age_requests(items: ItemsRequest) -> None:
    identifiers = [name for members in items.elements.values() for name in members]
    if count_age_requests(identifiers) > MAX_AGE_REQUESTS:
        raise ContentError(Code.MDOC_AGE_REQUESTS)


def _best_answer(items: ItemsRequest, credentials: Sequence[IssuerSigned]) -> Answer | None:
    answers = [
        _answer(items, credential)
        for credential in credentials
        if credential.mso.doctype == items.doctype
    ]
    best = max(answers, key=lambda answer: len(answer.answers), default=None)
    return best if best is not None and best.answers else None


def _answer(items: ItemsRequest, credential: IssuerSigned) -> Answer:
    answers: dict[ElementPath, ElementPath] = {}
    missing: set[ElementPath] = set()
    for namespace, asked in items.elements.items():
        values = {item.identifier: item.value for item in credential.namespaces.get(namespace, ())}
        for identifier in asked:
            found = _find(identifier, values)
            if found is None:
                missing.add((namespace, identifier))
            else:
                answers[namespace, identifier] = (namespace, found)
    return Answer(items, credential, MappingProxyType(answers), frozenset(missing))


def _find(identifier: str, values: Mapping[str, object]) -> str | None:
    """Find the element that answers; an age attestation may stand for another one (7.2.5)."""
    age = attested_age(identifier)
    if age is not None:
        return nearest_attestation(age, values)
    return identifier if identifier in values else None
