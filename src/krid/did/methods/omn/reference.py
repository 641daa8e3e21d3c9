"""Which key made a proof: `did:omn:issuer?versionId=1#assert`."""

from dataclasses import dataclass
from typing import Final, Self, final

from krid.did.syntax import DidUrl
from krid.errors import Code, KridError, MalformedError

# Samples of the system write `version=1.0`, which is the version of a format and names no document.
_PARAMETERS: Final = frozenset({"versionId", "version"})


@final
@dataclass(frozen=True, slots=True)
class KeyReference:
    """A key by its DID, the version of the document, None for the present one, and its bare id."""

    did: str
    version_id: str | None
    key_id: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the `verificationMethod` of a proof.

        Raises:
            MalformedError: `omn.proof`.

        >>> KeyReference.parse("did:omn:issuer?versionId=1#assert")
        KeyReference(did='did:omn:issuer', version_id='1', key_id='assert')
        """
        try:
            url = DidUrl.parse(text)
            parameters = url.parameters
        except KridError as cause:
            raise MalformedError(Code.OMN_PROOF, "verificationMethod") from cause
        if url.path or not url.fragment or not parameters.keys() <= _PARAMETERS:
            raise MalformedError(Code.OMN_PROOF, "verificationMethod")
        return cls(str(url.did), parameters.get("versionId"), url.fragment)
