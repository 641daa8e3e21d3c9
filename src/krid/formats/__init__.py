"""Which credential formats a role works with.

The standard ones come with krid. Others are passed to a role in a tuple, or found among the
installed packages by the one explicit call to `installed_formats`.
"""

from functools import cache

from krid.errors import Code, MalformedError, MisuseError
from krid.model import CredentialFormat


@cache
def standard_formats() -> tuple[CredentialFormat, ...]:
    """Return the formats that krid implements: SD-JWT VC, ISO mdoc, and W3C credentials.

    W3C credentials are secured with JOSE, COSE, SD-JWT and embedded proofs. Holders who are named
    by a did:key or a did:jwk are known by their keys. They are frozen values, the same each time.
    """
    from krid.formats.holders import LocalDidHolders
    from krid.mdoc.format import MdocFormat
    from krid.sdjwt.format import SdJwtVcFormat
    from krid.sdjwt.w3c import W3cSdJwtFormat
    from krid.vcdi.format import VcdiFormat
    from krid.vcjose.format import VcJoseFormat
    from krid.vcjose.names import Form

    holders = LocalDidHolders()
    jose_and_cose = (VcJoseFormat(form, holders) for form in Form)
    embedded = VcdiFormat(holders=holders)
    return SdJwtVcFormat(), MdocFormat(), W3cSdJwtFormat(), *jose_and_cose, embedded


def installed_formats() -> tuple[CredentialFormat, ...]:
    """Return the formats that installed packages offer by the entry point `krid.formats`.

    An entry point names a class that is made without arguments. What it loads is code that runs
    with all rights of the program: call this only where that is wanted.
    """
    from importlib.metadata import entry_points

    return tuple(point.load()() for point in entry_points(group="krid.formats"))


def named(formats: tuple[CredentialFormat, ...], name: str) -> CredentialFormat:
    """Find a format by its identifier.

    Raises:
        MisuseError: `misuse.format`.
    """
    for candidate in formats:
        if candidate.name == name:
            return candidate
    there = ", ".join(candidate.name for candidate in formats)
    raise MisuseError(Code.MISUSE_FORMAT, f"{name}; there are: {there}")


def recognised(formats: tuple[CredentialFormat, ...], raw: bytes) -> CredentialFormat:
    """Find the format of bytes by a glance at them.

    Raises:
        MalformedError: `input.unknown` when they look like none.
    """
    for candidate in formats:
        if candidate.recognises(raw):
            return candidate
    raise MalformedError(Code.INPUT_UNKNOWN)


__all__ = ["installed_formats", "named", "recognised", "standard_formats"]
