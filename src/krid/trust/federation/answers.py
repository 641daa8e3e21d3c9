"""What the endpoints of a federation's member answer, as values for any web server.

OpenID Federation 1.0, draft 48, sections 8.1, 8.2, 8.9 and 9. Requests are read elsewhere.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from krid._core import strict_json
from krid.net import Response
from krid.trust.federation.visit import STATEMENT_TYPE

_JSON: Final = "application/json"


def configuration_answer(configuration: str) -> Response:
    """Answer at the well-known address with the entity's signed configuration (section 9.2)."""
    return _signed(configuration, STATEMENT_TYPE)


def fetch_answer(statements: Mapping[str, str], *, issuer: str, subject: str) -> Response:
    """Answer what the superior says about one entity (section 8.1.2).

    `statements` are signed, by the identifiers of their subjects.
    """
    if subject == issuer:
        return error_answer(400, "invalid_request", "the subject is the issuer")
    if subject not in statements:
        return error_answer(404, "not_found", "no such subordinate")
    return _signed(statements[subject], STATEMENT_TYPE)


def list_answer(subordinates: Iterable[str]) -> Response:
    """Answer which entities stand right below (section 8.2.2)."""
    body = strict_json.dumps(list(subordinates))
    return Response(200, {"Content-Type": _JSON}, body)


def error_answer(status: int, error: str, description: str) -> Response:
    """Answer why not (section 8.9)."""
    body = strict_json.dumps({"error": error, "error_description": description})
    return Response(status, {"Content-Type": _JSON}, body)


def _signed(text: str, media_type: str) -> Response:
    return Response(200, {"Content-Type": media_type}, text.encode("ascii"))
