"""A Django view that opens an account by ID card, and the endpoints that wallets call.

    urlpatterns = bank_urls(verifier)

The verifier's `url` ends in `/vp`, its `page` is `/account` (`docs/first-verifier.md` makes one).
The secret of a request is kept in Django's session, so the session must live on the server. A
page of yours begins: a form that posts to `account`, with its `{% csrf_token %}`.
"""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from krid import KridError, query
from krid.openid.oauth import Call
from krid.openid.vp.server import Completed, Journey, PresentationVerifier, Waiting

CARD = query.sdjwt("id", vct="urn:example:resident-card", claims=["name"])
View = Callable[..., HttpResponse]


def endpoints(verifier: PresentationVerifier) -> View:
    """Answer wallets: the request is handed over as it came, and the reply sent as it is."""

    def answer(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001  the route's part
        headers = tuple(request.headers.items())
        query_string = request.META.get("QUERY_STRING", "")
        call = Call(request.method or "", request.path, query_string, headers, request.body)
        reply = verifier.answer(call)
        return HttpResponse(reply.body, status=reply.status, headers=dict(reply.headers))

    # Wallets are no browsers, and bring their own state and nonce.
    return cast("View", csrf_exempt(answer))


def account(verifier: PresentationVerifier) -> View:
    """Ask for the card by POST; show what became of it by GET."""

    def view(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            begun = verifier.begin(CARD, purpose="Open an account", journey=Journey.SAME_DEVICE)
            request.session["asked"] = begun.secret
            return HttpResponse(status=303, headers={"Location": begun.link})
        secret = request.session.get("asked", "")
        try:
            outcome = verifier.outcome(secret, response_code=request.GET.get("response_code"))
        except KridError:  # handed out already, too late, or begun in another browser
            return HttpResponse("Please begin again", "text/plain", status=403)
        match outcome:
            case Completed(verified):
                return HttpResponse(f"Welcome, {verified['id'].claims['name']}", "text/plain")
            case Waiting():
                return HttpResponse("Waiting for your wallet", "text/plain")
            case _:
                return HttpResponse("Not verified", "text/plain", status=403)

    return cast("View", require_http_methods(["GET", "POST"])(view))


def bank_urls(verifier: PresentationVerifier) -> list[URLPattern]:
    """Route both."""
    return [
        path("vp/<path:rest>", endpoints(verifier)),
        path("account", account(verifier)),
    ]
