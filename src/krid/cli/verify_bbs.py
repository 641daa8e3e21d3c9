"""`krid verify` for credentials of bbs-2023, whose issuers' keys are of another kind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import click

from krid._core import strict_json
from krid.cli.extras import need
from krid.errors import KridError

_OTHERS: Final = (
    *("audience", "response_uri", "transcript", "status_files", "type_files", "schema_files"),
    *("types", "max_status_age", "context_files"),
)
"""Words of `krid verify` that say nothing about such a credential."""


def is_bbs(raw: bytes) -> bool:
    """Tell by a glance whether a credential has a proof of bbs-2023."""
    from krid.vcdi.bbs_seen import BBS_2023
    from krid.vcdi.parse import parse_credential

    if BBS_2023.encode() not in raw:
        return False
    try:
        return any(proof.cryptosuite == BBS_2023 for proof in parse_credential(raw).proofs)
    except KridError:
        return False


def verify_bbs(
    raw: bytes, words: Mapping[str, object], trust: tuple[str, ...], *, now: datetime
) -> None:
    """Verify, and show the outcome.

    Raises:
        UsageError: for words that don't fit, or a status whose lookup nobody opted out of.
        KridError: as `bbs2023.verify_credential`.
    """
    from krid.cli.bbs_command import show_verified, verify_part

    need("bbs")
    given = [name for name in _OTHERS if words.get(name)]
    if given:
        raise click.UsageError(f"not with bbs-2023: --{given[0].replace('_', '-')}")
    if len(trust) != 1 or bool(words["bearer"]) == (words["nonce"] is not None):
        raise click.UsageError("bbs-2023 takes one --trust, and either --nonce or --bearer")
    nonce = words["nonce"]
    verified = verify_part(
        raw,
        trust=trust[0],
        issuer=None,
        nonce=nonce if isinstance(nonce, str) else None,
        now=now,
    )
    if "credentialStatus" in strict_json.loads_object(raw) and not words["no_status"]:
        raise click.UsageError("the status is not looked up under bbs-2023: say --no-status")
    show_verified(verified, as_json=bool(words["as_json"]))
