"""A service of the VC API that signs with a word."""

from krid._core.clock import Clock
from krid._core.entropy import system_entropy
from krid._core.strict_json import JsonObject
from krid.did import DidKey, Resolver
from krid.errors import BindingError, Code, MalformedError, SignatureError, StatusError
from krid.net import NoNetwork
from krid.status import StatusLists
from krid.web.vc_api import VcService
from krid.web.vc_api_issuers import AnyDid
from krid.web.vc_api_services import Services, vc_api_services

PROOF = {"proofValue": "a word"}


class Signing:
    """All roles at once; what it is given is what it remembers."""

    def __init__(self) -> None:
        self.pointers: tuple[str, ...] = ()
        self.statuses: dict[tuple[str, str], bool] = {}

    def issue(self, credential: JsonObject, *, mandatory_pointers: tuple[str, ...]) -> JsonObject:
        self.pointers = mandatory_pointers
        if "proof" in credential:
            raise MalformedError(Code.DI_SYNTAX)
        return {**credential, "proof": PROOF}

    def derive(self, credential: JsonObject, *, selective_pointers: tuple[str, ...]) -> JsonObject:
        self.pointers = selective_pointers
        return credential

    def verify(self, credential: JsonObject) -> None:
        if credential.get("proof") != PROOF:
            raise SignatureError(Code.DI_SIGNATURE)

    def present(
        self, presentation: JsonObject, *, challenge: str | None, domain: str | None
    ) -> JsonObject:
        return {**presentation, "proof": {"challenge": challenge, "domain": domain}}

    def verify_presentation(
        self, presentation: JsonObject, *, challenge: str | None, domain: str | None
    ) -> None:
        if presentation.get("proof") != {"challenge": challenge, "domain": domain}:
            raise BindingError(Code.DI_PURPOSE)

    def enter(
        self, credential: JsonObject, *, credential_id: str, purposes: tuple[str, ...]
    ) -> JsonObject:
        return {**credential, "credentialStatus": {"of": credential_id, "for": list(purposes)}}

    def published(self, purpose: str) -> tuple[str, bytes] | None:
        return ("application/vc", b"{}") if purpose == "revocation" else None

    def set_status(self, credential_id: str, *, purpose: str, value: bool) -> None:
        if purpose != "revocation":
            raise StatusError(Code.STATUS_REVOKED)
        self.statuses[credential_id, purpose] = value


def whole(signing: Signing) -> VcService:
    """Return a service with every operation."""
    return VcService(
        issuer=signing,
        holder=signing,
        verifier=signing,
        presenter=signing,
        presentation_verifier=signing,
        statuses=signing,
    )


def all_services(clock: Clock) -> Services:
    """Make the services of `krid serve vc-api`, without a network."""
    resolver = Resolver((DidKey(),), clock=clock)
    return vc_api_services(
        place="https://krid.example",
        resolver=resolver,
        clock=clock,
        entropy=system_entropy,
        elsewhere=StatusLists(NoNetwork(), issuers=AnyDid(resolver)),
    )
