"""A service of the VC API that signs with a word."""

from krid._core.strict_json import JsonObject
from krid.errors import BindingError, Code, MalformedError, SignatureError, StatusError
from krid.web.vc_api import VcService

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
