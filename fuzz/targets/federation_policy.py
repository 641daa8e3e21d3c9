"""Two metadata policies and metadata, one a line: what a merged policy gives, both leave alone."""

from krid._core import strict_json
from krid.errors import KridError
from krid.trust.federation import MetadataPolicy
from krid.trust.federation.policy import Metadata
from krid.trust.federation.statement import parse_metadata
from krid.trust.federation.values import Key


def target(data: bytes) -> None:
    """Merge and apply; nothing but KridError may come out, and no policy may be loosened."""
    try:
        superior, subordinate, metadata = (strict_json.loads(line) for line in data.split(b"\n", 2))
        policies = (MetadataPolicy.parse(superior), MetadataPolicy.parse(subordinate))
        merged = policies[0].merge(policies[1])
        result = merged.apply(parse_metadata(metadata))
    except (KridError, ValueError):
        return
    for policy in (*policies, merged):
        _check(policy, result)


def _check(policy: MetadataPolicy, result: Metadata) -> None:
    if Key.of(policy.apply(result)) != Key.of(result):
        raise AssertionError("a merged policy is looser than its parts")
    if MetadataPolicy.parse(policy.encode()) != policy:
        raise AssertionError("a policy changed on its way")
