"""Linting the certificates that travel with a credential, by the rules of `krid.x509`."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

from krid.errors import Code
from krid.model.findings import Findings

if TYPE_CHECKING:
    from krid.x509 import Certificate, Rule

_NEED_THE_ISSUER: Final = frozenset(
    {"issuer", "authority key identifier", "country", "state or province"}
)
"""Rules of a profile that compare with the issuer's certificate, which need not be there."""


def lint_chain(
    ders: Sequence[bytes], *, place: str, profile: "Sequence[Rule]", now: datetime, into: Findings
) -> "tuple[Certificate | None, ...]":
    """Check each certificate of a chain, and return them; None for one that can't be read.

    `profile` is what the first one is measured with. Trust is not checked: there is no anchor.
    """
    from krid.x509 import Certificate, rules

    parsed = tuple(
        into.check(f"{place}[{number}]", partial(Certificate.parse, der))
        for number, der in enumerate(ders)
    )
    for number, certificate in enumerate(parsed):
        if certificate is not None:
            _lint_one(certificate, f"{place}[{number}]", now, into)
    for number, (child, parent) in enumerate(pairwise(parsed)):
        if child is not None and parent is not None:
            _lint_link(child, parent, f"{place}[{number}]", into)
    if parsed and parsed[0] is not None:
        leaf = parsed[0]
        into.check(f"{place}[0]", lambda: rules.check_leaf_is_no_authority(leaf, ()))
        into.check(f"{place}[0]", lambda: rules.check_leaf_key_usage(leaf))
        _lint_profile(leaf, parsed[1:2], place, profile, into)
    return parsed


def _lint_one(certificate: "Certificate", place: str, now: datetime, into: Findings) -> None:
    from krid.x509 import rules

    into.check(place, lambda: rules.check_validity(certificate, now))
    into.check(place, lambda: rules.check_critical_extensions(certificate))
    into.check(place, lambda: rules.check_no_policy_constraints(certificate))


def _lint_link(child: "Certificate", parent: "Certificate", place: str, into: Findings) -> None:
    """Check what one certificate of the chain says of the next."""
    from krid.x509 import rules

    for rule in (
        rules.check_issuer_name,
        rules.check_key_identifier,
        rules.check_strength,
        rules.check_signature,
    ):
        into.check(place, partial(rule, child, parent))
    into.check(place, lambda: rules.check_may_issue(parent))


def _lint_profile(
    leaf: "Certificate",
    issuers: "Sequence[Certificate | None]",
    place: str,
    profile: "Sequence[Rule]",
    into: Findings,
) -> None:
    """Name each row of the profile's table that the leaf breaks."""
    from krid.x509 import deviations

    issuer = next((each for each in issuers if each is not None), None)
    measured = (
        into.check(f"{place}[0]", partial(deviations, leaf, issuer=issuer or leaf, profile=(rule,)))
        for rule in profile
        if issuer is not None or rule.name not in _NEED_THE_ISSUER
    )
    for rule in chain.from_iterable(broken or () for broken in measured):
        into.add(Code.X509_PROFILE, f"{place}[0]", f"{rule.clause}, {rule.name}: {rule.words}")
