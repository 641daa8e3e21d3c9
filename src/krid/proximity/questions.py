"""From a reader's device request to what a wallet answers, and back to a device response.

The wallet's own way stays the only one: it matches, a person consents, its keys sign, its history
remembers. Here the request is only put into the words that it knows.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeGuard, final

from krid import mdoc
from krid._core import base64url, limits
from krid.errors import BindingError, Code, TrustError
from krid.exchange import (
    AuthenticatedRequest,
    PresentationRequest,
    PresentationResponse,
    Standing,
)
from krid.mdoc import Answer, VerifiedDocRequest
from krid.model import ClaimQuery, CredentialQuery, DoctypeValue, Query
from krid.query import of as checked_query
from krid.wallet import Card
from krid.x509 import Certificate
from krid.x509.organisation import proved_names, proved_title

FORMAT: Final = mdoc.MdocFormat().name
PURPOSE: Final = "purpose"
"""The member of `requestInfo` in which krid's readers say why they ask. It is krid's own: the
first edition of the standard has no member for it."""


@final
@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks for, and who it proved to be: one certificate for all documents.

    `client_id` is the hash of the reader's certificate, as OpenID4VP has it (`x509_hash`), so that
    one register of verifiers serves both; `names` are its hosts in the same form, and the numbers
    of its organisation.
    """

    items: tuple[VerifiedDocRequest, ...]
    transcript: bytes = field(repr=False)
    number: int

    @classmethod
    def of(
        cls, verified: tuple[VerifiedDocRequest, ...], *, transcript: bytes, number: int
    ) -> "Asked":
        """Check that all documents are asked for by one reader, and as a query can have it.

        Raises:
            TrustError: `proximity.readers`; `mdoc.reader_auth` when the certificate that the
                reader shows is not of the key that was trusted.
            ContentError: `mdoc.age_requests`.
            MalformedError: a `query.*` code, `x509.syntax`.
        """
        first = verified[0]
        if any(each.certificates[0] != first.certificates[0] for each in verified):
            raise TrustError(Code.PROXIMITY_READERS)
        if Certificate.parse(first.certificates[0]).public_key != first.key:
            raise TrustError(Code.MDOC_READER_AUTH, "key")
        asked = cls(verified, transcript, number)
        mdoc.answer_request(asked.device_request(), ())
        _query([_wanted(place, each.items) for place, each in enumerate(verified)])
        return asked

    @property
    def reader(self) -> str:
        """The name that the reader proved."""
        return self.items[0].reader

    @property
    def doctypes(self) -> tuple[str, ...]:
        """The type of each document that is asked for."""
        return tuple(each.items.doctype for each in self.items)

    @property
    def purpose(self) -> str:
        """Why the reader asks, in its own words; it signed them. No text where it says nothing.

        What is no sentence that can be shown is passed over, for the member is krid's own.
        """
        given = (each.items.info.get(PURPOSE) for each in self.items)
        return " · ".join(dict.fromkeys(each for each in given if is_sentence(each)))

    @property
    def client_id(self) -> str:
        """Whom a register of verifiers knows the reader as."""
        leaf = self.items[0].certificates[0]
        return f"x509_hash:{base64url.encode(hashlib.sha256(leaf).digest())}"

    @property
    def names(self) -> frozenset[str]:
        """The hosts that its certificate proves, and the numbers of its organisation."""
        leaf = self.items[0].certificates[0]
        hosts = (f"x509_san_dns:{each}" for each in Certificate.parse(leaf).dns_names)
        return proved_names(leaf) | frozenset(hosts)

    @property
    def title(self) -> str:
        """What its certificate calls it, for people; no text where that can't be shown."""
        return proved_title(self.items[0].certificates[0])

    def device_request(self) -> mdoc.DeviceRequest:
        """Return what was asked as a device request again, without signatures."""
        return mdoc.DeviceRequest(tuple(mdoc.DocRequest(each.items) for each in self.items))


@final
@dataclass(frozen=True, slots=True)
class Question:
    """What a wallet is asked, and what each part of its answer is an answer to.

    `answers` gives by query id what the wallet's cards have; a document that no card has anything
    for is not in it.
    """

    asked: Asked
    request: AuthenticatedRequest
    answers: Mapping[str, Answer] = field(repr=False)

    def response(self, response: PresentationResponse) -> bytes:
        """Put a wallet's answer into one encoded DeviceResponse.

        Elements that were asked for and are not there, and documents, are named with the one error
        code that gives no reason.

        Raises:
            BindingError: `session.unknown` for the answer to another request.
        """
        if response.state != self.request.request.state:
            raise BindingError(Code.SESSION_UNKNOWN)
        documents: list[mdoc.Document] = []
        missing: list[Mapping[str, int]] = []
        for place, doctype in enumerate(self.asked.doctypes):
            raws = response.presentations.get(_name(place), ())
            if not raws:
                missing.append({doctype: mdoc.DATA_NOT_RETURNED})
            for raw in raws:
                shown = mdoc.parse_device_response(raw).documents
                errors = self.answers[_name(place)].errors
                documents += (replace(each, errors=errors) for each in shown)
        return mdoc.encode_device_response(mdoc.respond(documents, document_errors=missing))


def is_sentence(words: object) -> TypeGuard[str]:
    """Tell whether a purpose can be shown to a person."""
    return (
        isinstance(words, str)
        and 0 < len(words) <= limits.MAX_PROXIMITY_PURPOSE_CHARS
        and words.isprintable()
    )


def nothing(asked: Asked) -> bytes:
    """Return the encoded DeviceResponse that returns no document and gives no reason."""
    errors = [{doctype: mdoc.DATA_NOT_RETURNED} for doctype in asked.doctypes]
    return mdoc.encode_device_response(mdoc.respond((), document_errors=errors))


def question(asked: Asked, cards: Sequence[Card], *, expires: datetime) -> Question:
    """Put a request into a wallet's words, narrowed to what its cards have.

    An age attestation that no card has is answered by the nearest that tells as much
    (section 7.2.5). Where no card has anything at all, all of it is asked, so that the wallet says
    that it has no such card.

    Raises:
        KridError: a card is no mdoc that can be read.
    """
    held = [mdoc.parse_issuer_signed(each.raw) for each in cards if _is_mdoc(each)]
    answers: dict[str, Answer] = {}
    for place, each in enumerate(asked.items):
        one = mdoc.DeviceRequest((mdoc.DocRequest(each.items),))
        for answer in mdoc.answer_request(one, held).documents:
            answers[_name(place)] = answer
    wanted = [_answered(name, answer) for name, answer in answers.items()] or [
        _wanted(place, each.items) for place, each in enumerate(asked.items)
    ]
    return Question(asked, _request(asked, _query(wanted), expires), MappingProxyType(answers))


def _request(asked: Asked, wanted: Query, expires: datetime) -> AuthenticatedRequest:
    """The transcript binds the answer; the nonce and the state only name the question."""
    nonce = base64url.encode(hashlib.sha256(asked.transcript).digest())
    return AuthenticatedRequest(
        request=PresentationRequest(
            client_id=asked.client_id,
            nonce=nonce,
            state=f"{nonce}.{asked.number}",
            response_uri="",
            query=wanted,
            purpose=asked.purpose,
            expires=expires,
            transcript=asked.transcript,
        ),
        verifier=asked.reader,
        path=asked.items[0].path,
        names=asked.names,
        title=asked.title,
        standing=Standing.CERTIFICATE,
    )


def _query(wanted: Sequence[CredentialQuery]) -> Query:
    return checked_query(*wanted)


def _wanted(place: int, items: mdoc.ItemsRequest) -> CredentialQuery:
    claims = tuple(
        ClaimQuery((namespace, name), intent_to_retain=retain)
        for namespace, elements in items.elements.items()
        for name, retain in elements.items()
    )
    return CredentialQuery(_name(place), FORMAT, DoctypeValue(items.doctype), claims)


def _answered(name: str, answer: Answer) -> CredentialQuery:
    retained = answer.retained
    # In the reader's order, each once: two ages may be answered by one element.
    paths = dict.fromkeys(answer.answers.values())
    claims = tuple(ClaimQuery(path, intent_to_retain=path in retained) for path in paths)
    return CredentialQuery(name, FORMAT, DoctypeValue(answer.request.doctype), claims)


def _is_mdoc(card: Card) -> bool:
    return card.credential.format == FORMAT


def _name(place: int) -> str:
    return f"document-{place}"
