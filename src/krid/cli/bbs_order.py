"""From the words of `krid issue vcdi` to a credential that bbs-2023 signs."""

from collections.abc import Mapping

from krid._core.clock import SystemClock
from krid._core.strict_json import JsonObject
from krid.cli import bbs_keys
from krid.cli.issue_words import IssueWords
from krid.keys import Alg
from krid.model import BEARER, BitstringEntry, IssueOrder, NoStatus
from krid.model.w3c import Version, compose


def document_of(
    words: IssueWords,
    key_raw: bytes,
    *,
    kind: str,
    claims: Mapping[str, object],
    status: BitstringEntry | NoStatus,
) -> JsonObject:
    """Compose the credential; without an issuer's name, the did:key of its key issues it.

    Raises:
        MisuseError: `misuse.claims`.
    """
    from krid.did.bbs_keys import did_key_of

    now = SystemClock().now().replace(microsecond=0)
    order = IssueOrder(
        type=kind,
        claims=claims,
        holder=BEARER,
        issuer=words.issuer or str(did_key_of(bbs_keys.read_private(key_raw).public_key)),
        alg=Alg.ES256,  # not written anywhere: no Alg is one of BBS
        key_id=None,
        certificates=(),
        signed_at=now,
        valid_from=now,
        valid_until=now + words.lifetime,
        status=status,
    )
    return compose(order, Version.V2_0)
