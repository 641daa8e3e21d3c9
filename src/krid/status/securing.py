"""How the credential around a bitstring is secured: a port, and VC-JWT behind it.

Data Integrity plugs in here: something that reads its media types and finds its proof.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final, Protocol, final

from krid._core import shape
from krid._core.strict_json import JsonObject
from krid.errors import Code, ContentError, MalformedError
from krid.jose import Jws
from krid.keys import PublicKey
from krid.model import IssuerHint

VC_JWT_MEDIA_TYPE: Final = "application/vc+jwt"
TYP: Final = "vc+jwt"

TYPE: Final = "BitstringStatusListCredential"
"""The type that a list's credential has, and by which trust is asked for it."""


class SecuredCredential(Protocol):
    """A credential as it came: read, not verified."""

    @property
    def credential(self) -> JsonObject:
        """The members of the credential itself."""
        ...

    @property
    def hint(self) -> IssuerHint:
        """What it says about who signed it."""
        ...

    @property
    def begins(self) -> datetime | None:
        """From when its proof holds, where it says so by itself."""
        ...

    @property
    def ends(self) -> datetime | None:
        """Until when its proof holds, where it says so by itself."""
        ...

    def verify(self, key: PublicKey) -> None:
        """Check that this key secured the credential, whenever that is.

        Raises:
            SignatureError: `status.signature`.
        """
        ...


class ListSecuring(Protocol):
    """One way to secure the credential of a status list."""

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media types under which such credentials are served."""
        ...

    def parse(self, raw: bytes) -> SecuredCredential:
        """Read a credential; checks neither proof nor dates.

        Raises:
            MalformedError, ContentError, UnsupportedError: it is not secured in this way.
        """
        ...


@final
@dataclass(frozen=True, slots=True)
class VcJwt:
    """Credentials that are the claims of a JWT (VC-JOSE-COSE 1.0, section 3.1.1)."""

    @property
    def media_types(self) -> tuple[str, ...]:
        """`application/vc+jwt` alone."""
        return (VC_JWT_MEDIA_TYPE,)

    def parse(self, raw: bytes) -> "VcJwtCredential":
        """Read the compact serialisation.

        Raises:
            ContentError: `jws.typ`; `status.credential` when it wraps a credential as VCDM 1.1
                did, or names another issuer than the credential.
            MalformedError: `jws.syntax`, `status.syntax`, and those of `Jws.parse` and
                `Jws.claims`.
            UnsupportedError: those of `Jws.parse`.
        """
        try:
            jws = Jws.parse(raw.decode("ascii"))
        except UnicodeDecodeError as cause:
            raise MalformedError(Code.JWS_SYNTAX) from cause
        jws.check_typ(TYP)
        claims = jws.claims()
        issuer = issuer_of(claims)
        if "vc" in claims or claims.get("iss", issuer) != issuer:
            raise ContentError(Code.STATUS_CREDENTIAL, "iss")
        return VcJwtCredential(claims, _hint(jws, issuer), jws)


@final
@dataclass(frozen=True, slots=True)
class VcJwtCredential:
    """A VC-JWT as it came."""

    credential: JsonObject = field(repr=False)
    hint: IssuerHint
    jws: Jws = field(repr=False)

    begins: ClassVar[datetime | None] = None
    ends: ClassVar[datetime | None] = None

    def verify(self, key: PublicKey) -> None:
        """Check the signature.

        Raises:
            SignatureError: `status.signature`.
            UnsupportedError: `alg.key`.
        """
        self.jws.verify(key, refusal=Code.STATUS_SIGNATURE)


def issuer_of(credential: JsonObject) -> str:
    """Return the issuer: a URL, or an object with one as its `id` (VCDM 2.0, section 4.7).

    Raises:
        MalformedError: `status.syntax`.
    """
    issuer = credential.get("issuer")
    if isinstance(issuer, str):
        return issuer
    return shape.text(shape.mapping(issuer, Code.STATUS_SYNTAX).get("id"), Code.STATUS_SYNTAX)


def _hint(jws: Jws, issuer: str) -> IssuerHint:
    kid = jws.header.get("kid")
    return IssuerHint(
        format=TYP,
        type=TYPE,
        alg=jws.alg,
        issuer=issuer,
        key_id=kid if isinstance(kid, str) else None,
        certificates=jws.certificates(),
    )
