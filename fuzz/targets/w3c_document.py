"""Any JSON as a credential or presentation of the W3C data model, and as an envelope."""

from krid._core import strict_json
from krid._core.frozen import thaw
from krid.errors import KridError
from krid.model import Findings, Severity
from krid.model.w3c import Credential, Enveloped, Presentation, lint

MAX_BYTES = 8_192


def target(data: bytes) -> None:
    """Read it; what was read is the same read again, and what was refused the linter names."""
    try:
        document = strict_json.loads_object(data)
    except KridError:
        return
    _check(Credential, document)
    _check(Presentation, document)
    try:
        enveloped = Enveloped.parse(document)
    except KridError:
        return
    if Enveloped.parse(enveloped.to_json()) != enveloped:
        raise AssertionError("an envelope changed")


def _check(kind: type[Credential | Presentation], document: strict_json.JsonObject) -> None:
    found = Findings(lint.RULES)
    linted = lint.lint_credential if kind is Credential else lint.lint_presentation
    try:
        read = kind.from_document(document)
    except KridError:
        linted(document, found)
        if not any(each.severity is Severity.ERROR for each in found.ordered()):
            raise AssertionError("the linter is silent") from None
        return
    again: strict_json.Json = thaw(read.document)  # type: ignore[assignment]  # it was JSON
    if again != document or kind.from_document(read.document) != read:
        raise AssertionError("a document changed")
