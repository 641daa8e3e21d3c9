"""Which names a CA may certify (RFC 5280, section 4.2.1.10).

Host names, addresses of web pages, e-mail addresses, distinguished names and IP addresses. A CA
that permits or excludes names of another kind is refused, and so is one whose constraints are
not what the section allows: krid does not guess what was meant.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Self, TypeAlias, final

from krid._core import limits
from krid.errors import Code, MalformedError, TrustError
from krid.x509 import der
from krid.x509.certificate import Certificate
from krid.x509.der import Element
from krid.x509.general_name import (
    ADDRESS,
    DIRECTORY,
    DNS,
    EMAIL,
    URI,
    GeneralName,
    one,
    rdns,
    subject_names,
    text,
)

_PERMITTED: Final = 0xA0
_EXCLUDED: Final = 0xA1

_HOST: Final = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}", re.ASCII)
_URI_HOST: Final = re.compile(
    r"[a-z][a-z0-9+.-]*://(?:[^@/?#\[\]]*@)?([a-z0-9_.-]+)(?::[0-9]*)?(?:[/?#].*)?",
    re.ASCII | re.IGNORECASE,
)
_DOTTED_NUMBERS: Final = re.compile(r"[0-9.]+", re.ASCII)


@final
@dataclass(frozen=True, slots=True)
class NameConstraints:
    """What one CA permits and excludes: bases of subtrees."""

    permitted: tuple[GeneralName, ...]
    excluded: tuple[GeneralName, ...]

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the value of the extension.

        Raises:
            MalformedError: `x509.syntax`; `input.size` for too many subtrees.
            TrustError: `x509.constraint` for subtrees that krid does not evaluate.
        """
        value = one(raw, der.SEQUENCE)
        subtrees: dict[int, tuple[GeneralName, ...]] = {}
        for member in der.members(value):
            if member.tag not in {_PERMITTED, _EXCLUDED} or member.tag in subtrees:
                raise MalformedError(Code.X509_SYNTAX, "name constraints")
            subtrees[member.tag] = tuple(_base(each) for each in der.elements(member.content))
        if sum(map(len, subtrees.values())) > limits.MAX_NAME_SUBTREES:
            raise MalformedError(Code.INPUT_SIZE)
        return cls(subtrees.get(_PERMITTED, ()), subtrees.get(_EXCLUDED, ()))

    def check(self, name: GeneralName) -> None:
        """Check one name against all bases of its kind.

        Raises:
            TrustError: `x509.name_constraint`.
        """
        matches = _MATCHES.get(name.kind)
        if matches is None:
            return  # a constraint on names of this kind would have been refused
        permitted = [base.content for base in self.permitted if base.kind == name.kind]
        excluded = [base.content for base in self.excluded if base.kind == name.kind]
        if permitted and not any(matches(name.content, base) for base in permitted):
            raise TrustError(Code.X509_NAME_CONSTRAINT)
        touches = _TOUCHES.get(name.kind, matches)
        if any(touches(name.content, base) for base in excluded):
            raise TrustError(Code.X509_NAME_CONSTRAINT)


def check_names(path: Sequence[Certificate]) -> None:
    """Check a path, leaf first, against the constraints of every CA in it (6.1.3, b and c).

    Certificates that a CA issued to itself are passed over, but for the leaf.

    Raises:
        TrustError: `x509.name_constraint`, `x509.constraint`.
        MalformedError: `x509.syntax`, `input.size`.
    """
    for index, authority in enumerate(path):
        if not authority.parts.name_constraints:
            continue
        constraints = NameConstraints.parse(authority.parts.name_constraints)
        for position, below in enumerate(path[:index]):
            if position == 0 or not below.is_self_issued:
                _check_certificate(below, constraints)


def _check_certificate(certificate: Certificate, constraints: NameConstraints) -> None:
    parts = certificate.parts
    for name in subject_names(parts.subject, parts.alternative_names):
        constraints.check(name)


def _base(subtree: Element) -> GeneralName:
    """Read a subtree: a base, without minimum and maximum (section 4.2.1.10)."""
    base, *others = der.members(subtree)
    if others or base.tag not in _MATCHES or not _BASES[base.tag](base.content):
        raise TrustError(Code.X509_CONSTRAINT, "name constraints")
    return GeneralName(base.tag, base.content)


def _is_host_base(content: bytes) -> bool:
    """A host name, which stands for all hosts below it too, or nothing, which is all hosts."""
    return not content or _HOST.fullmatch(text(content).lower()) is not None


def _is_suffix_base(content: bytes) -> bool:
    """A host, or all hosts below a domain by a point at the beginning."""
    return _HOST.fullmatch(text(content).lower().removeprefix(".")) is not None


def _is_email_base(content: bytes) -> bool:
    """A mailbox, all mailboxes of a host, or all of the hosts below a domain."""
    local, at, host = text(content).rpartition("@")
    return (bool(local) or not at) and _is_suffix_base(host.encode("ascii"))


def _is_address_base(content: bytes) -> bool:
    """An address and a mask, of IPv4 or IPv6; the mask is ones and then zeros."""
    size = len(content) // 2
    if len(content) not in {8, 32}:
        return False
    mask = int.from_bytes(content[size:], "big")
    inverse = mask ^ ((1 << 8 * size) - 1)
    return inverse & (inverse + 1) == 0


def _is_directory_base(content: bytes) -> bool:
    return rdns(content) is not None


def _has_host(content: bytes, base: bytes) -> bool:
    host, domain = text(content).lower(), text(base).lower()
    if _HOST.fullmatch(host.removeprefix("*.")) is None:
        return False
    return not domain or host == domain or host.endswith(f".{domain}")


def _may_have_host(content: bytes, base: bytes) -> bool:
    """Whether a host may be in an excluded subtree: a wildcard reaches into those below it."""
    host, domain = text(content).lower(), text(base).lower()
    if _HOST.fullmatch(host.removeprefix("*.")) is None:
        return True
    reaches = host.startswith("*.") and domain.endswith(host[1:])
    return reaches or _has_host(content, base)


def _is_below(host: str, base: str) -> bool:
    """A base with a point at the beginning is all hosts below; without, one host."""
    if base.startswith("."):
        return host.endswith(base) and host != base
    return host == base


def _has_uri(content: bytes, base: bytes) -> bool:
    """An address is in a subtree by its host, which must be a name and be there."""
    host = _host_of(content)
    return host is not None and _is_below(host, text(base).lower())


def _may_have_uri(content: bytes, base: bytes) -> bool:
    return _host_of(content) is None or _has_uri(content, base)


def _host_of(content: bytes) -> str | None:
    found = _URI_HOST.fullmatch(text(content))
    if found is None or _DOTTED_NUMBERS.fullmatch(found[1]) is not None:
        return None
    return found[1].lower()


def _has_email(content: bytes, base: bytes) -> bool:
    mailbox = _mailbox(content)
    if mailbox is None:
        return False
    local, host = mailbox
    base_local, _, base_host = text(base).rpartition("@")
    return base_local in {"", local} and _is_below(host, base_host.lower())


def _may_have_email(content: bytes, base: bytes) -> bool:
    return _mailbox(content) is None or _has_email(content, base)


def _mailbox(content: bytes) -> tuple[str, str] | None:
    """Return the two parts of an e-mail address; None for what is none, or has another @."""
    local, at, host = text(content).partition("@")
    if not at or not local or _HOST.fullmatch(host.lower()) is None:
        return None
    return local, host.lower()


def _has_address(content: bytes, base: bytes) -> bool:
    size = len(base) // 2
    if len(content) != size:
        return False
    pairs = zip(content, base[:size], base[size:], strict=True)
    return all(octet & mask == start & mask for octet, start, mask in pairs)


def _has_directory_name(content: bytes, base: bytes) -> bool:
    name, start = rdns(content), rdns(base)
    return name[: len(start)] == start


_Match: TypeAlias = Callable[[bytes, bytes], bool]

# By the kind of name: what a base must be, whether a name is in a subtree, and, where that is
# another question, whether it may be in one that is excluded.
_BASES: Final[dict[int, Callable[[bytes], bool]]] = {
    DNS: _is_host_base,
    URI: _is_suffix_base,
    EMAIL: _is_email_base,
    ADDRESS: _is_address_base,
    DIRECTORY: _is_directory_base,
}
_MATCHES: Final[dict[int, _Match]] = {
    DNS: _has_host,
    URI: _has_uri,
    EMAIL: _has_email,
    ADDRESS: _has_address,
    DIRECTORY: _has_directory_name,
}
_TOUCHES: Final[dict[int, _Match]] = {
    DNS: _may_have_host,
    URI: _may_have_uri,
    EMAIL: _may_have_email,
}
