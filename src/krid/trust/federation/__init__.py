"""OpenID Federation 1.0 (draft 48): trust that comes down from an anchor through superiors.

`FederationTrust` is the source of trust; the rest is for those who run a federation or look into
one. An entity says who it is in a configuration, superiors say what is below them, and a chain of
such statements that ends at a pinned anchor is believed.

>>> from krid.keys import Alg, LocalKey
>>> from krid.net import NoNetwork
>>> from krid.trust import federation
>>> key = LocalKey.generate(Alg.ES256).public_key
>>> federation.FederationTrust(
...     anchors=(federation.Anchor.of("https://anchor.example", key),),
...     transport=NoNetwork(),
...     required_trust_marks=federation.NO_TRUST_MARKS,
...     entity_types=federation.ISSUER_TYPES,
... )
FederationTrust(1 anchors)
"""

from krid.trust.federation.answers import (
    configuration_answer,
    error_answer,
    fetch_answer,
    list_answer,
)
from krid.trust.federation.chain import (
    Anchor,
    StatementChain,
    TrustChain,
    chain_in_header,
    verify_chain,
)
from krid.trust.federation.constraints import Constraints, NamingConstraints
from krid.trust.federation.identifier import check_entity_id, configuration_url, subject_url
from krid.trust.federation.key_sets import FormerKey, FormerKeys
from krid.trust.federation.keys import KeySet
from krid.trust.federation.mark_status import check_mark_status
from krid.trust.federation.marks import Delegation, TrustMark, VerifiedMark, verify_mark
from krid.trust.federation.member import Member
from krid.trust.federation.policy import MetadataPolicy, merge_all
from krid.trust.federation.publish import (
    Validity,
    prepare_configuration,
    prepare_delegation,
    prepare_subordinate,
    prepare_trust_mark,
)
from krid.trust.federation.resolve import resolve_chain
from krid.trust.federation.resolver_answer import verify_resolved
from krid.trust.federation.statement import EntityConfiguration, SubordinateStatement
from krid.trust.federation.trust import (
    CLIENT_PREFIX,
    ISSUER_TYPES,
    NO_TRUST_MARKS,
    VERIFIER_TYPES,
    FederationTrust,
)

__all__ = [
    "CLIENT_PREFIX",
    "ISSUER_TYPES",
    "NO_TRUST_MARKS",
    "VERIFIER_TYPES",
    "Anchor",
    "Constraints",
    "Delegation",
    "EntityConfiguration",
    "FederationTrust",
    "FormerKey",
    "FormerKeys",
    "KeySet",
    "Member",
    "MetadataPolicy",
    "NamingConstraints",
    "StatementChain",
    "SubordinateStatement",
    "TrustChain",
    "TrustMark",
    "Validity",
    "VerifiedMark",
    "chain_in_header",
    "check_entity_id",
    "check_mark_status",
    "configuration_answer",
    "configuration_url",
    "error_answer",
    "fetch_answer",
    "list_answer",
    "merge_all",
    "prepare_configuration",
    "prepare_delegation",
    "prepare_subordinate",
    "prepare_trust_mark",
    "resolve_chain",
    "subject_url",
    "verify_chain",
    "verify_mark",
    "verify_resolved",
]
