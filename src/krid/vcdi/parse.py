"""Reading credentials and presentations that carry their proofs with them."""

import re
from collections.abc import Mapping
from typing import Final

from krid._core import limits, strict_json
from krid._core.strict_json import JsonObject
from krid.errors import Code, ContentError, MalformedError
from krid.model.w3c import Credential, Presentation
from krid.proofs import parse_proofs
from krid.vcdi.model import SecuredCredential, SecuredPresentation

_CREDENTIAL: Final = b'"VerifiableCredential"'
_PRESENTATION: Final = b'"VerifiablePresentation"'
_GLANCES: Final = (b'"@context"', b'"proof"', b'"DataIntegrityProof"')
_TYPE_OF_PRESENTATION: Final = "VerifiablePresentation"
_START: Final = re.compile(rb"[ \t\r\n]*\{")


def looks_like(raw: bytes) -> bool:
    """Tell by a glance whether bytes could be a document with a Data Integrity proof."""
    if _START.match(raw) is None or not all(each in raw for each in _GLANCES):
        return False
    return _CREDENTIAL in raw or _PRESENTATION in raw


def is_presentation(raw: bytes) -> bool:
    """Tell whether bytes are a presentation, believing nothing.

    Raises:
        MalformedError: a `json.*` code.
    """
    return says_presentation(read_document(raw))


def says_presentation(document: JsonObject) -> bool:
    """Tell whether a document says that it is a presentation."""
    kind = document.get("type")
    return kind == _TYPE_OF_PRESENTATION or (
        isinstance(kind, list) and _TYPE_OF_PRESENTATION in kind
    )


def parse_credential(raw: bytes) -> SecuredCredential:
    """Read a credential with its proofs.

    Raises:
        MalformedError: a `json.*` code, as `Credential.from_document`, and as `parse_proofs`.
        UnsupportedError: as `Credential.from_document`.
    """
    return credential_of(read_document(raw))


def credential_of(document: JsonObject) -> SecuredCredential:
    """Read a credential that is decoded already.

    Raises:
        KridError: as `parse_credential`.
    """
    credential = Credential.from_document(document)
    return SecuredCredential(
        document=document, credential=credential, proofs=parse_proofs(document)
    )


def parse_presentation(raw: bytes) -> SecuredPresentation:
    """Read a presentation with its one proof.

    Raises:
        MalformedError: a `json.*` code, as `Presentation.from_document`, and as `parse_proofs`;
            `di.syntax` for more than one proof.
        UnsupportedError: as `Presentation.from_document`.
    """
    document = read_document(raw)
    presentation = Presentation.from_document(document)
    proofs = parse_proofs(document)
    if len(proofs) != 1:
        raise MalformedError(Code.DI_SYNTAX, "more than one proof of a presentation")
    return SecuredPresentation(document=document, presentation=presentation, proof=proofs[0])


def the_credential(shown: SecuredPresentation) -> SecuredCredential:
    """Read the one credential of a presentation.

    Raises:
        ContentError: `w3c.several` for none or more than one, `w3c.unsecured` for an envelope or
            a credential without a proof.
        KridError: as `parse_credential`.
    """
    contents = shown.presentation.credentials
    if len(contents) != 1:
        raise ContentError(Code.W3C_SEVERAL)
    value = shown.document["verifiableCredential"]
    document = value[0] if isinstance(value, list) else value
    if not isinstance(contents[0], Credential) or not isinstance(document, Mapping):
        raise ContentError(Code.W3C_UNSECURED)
    if "proof" not in document:
        raise ContentError(Code.W3C_UNSECURED)
    return credential_of(dict(document))


def read_document(raw: bytes) -> JsonObject:
    """Read the JSON of a credential or presentation.

    Raises:
        MalformedError: a `json.*` code.
    """
    return strict_json.loads_object(raw, max_values=limits.MAX_JWT_VALUES)
