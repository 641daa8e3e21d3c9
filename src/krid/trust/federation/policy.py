"""Metadata policies: read, merge along a chain, apply (OpenID Federation 1.0, section 6.1).

>>> superior = MetadataPolicy.parse({"vc_issuer": {"algs": {"subset_of": ["ES256", "ES384"]}}})
>>> subordinate = MetadataPolicy.parse({"vc_issuer": {"algs": {"add": ["ES256"]}}})
>>> merged = superior.merge(subordinate)
>>> merged.apply({"vc_issuer": {"algs": ["ES384", "RS256"]}})
mappingproxy({'vc_issuer': mappingproxy({'algs': ('ES384', 'ES256')})})
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import Final, Self, TypeAlias, TypeVar, final

from krid._core import limits, shape
from krid._core.frozen import freeze, thaw
from krid._core.strict_json import Json
from krid.errors import Code, KridError, MalformedError, UnsupportedError
from krid.trust.federation.combination import check_combination
from krid.trust.federation.operators import Operator, Parameter, apply, check_operand, merge
from krid.trust.federation.values import ABSENT, Absent, as_operand, from_metadata, to_metadata

Metadata: TypeAlias = Mapping[str, Mapping[str, Json]]
"""Metadata parameters by entity type, read-only."""

ParameterPolicy: TypeAlias = Mapping[Operator, Json]
TypePolicy: TypeAlias = Mapping[str, ParameterPolicy]

V = TypeVar("V")

_STANDARD: Final = {operator.value: operator for operator in Operator}


@final
@dataclass(frozen=True, slots=True)
class MetadataPolicy:
    """Operators by entity type and parameter; additional operators were passed over."""

    types: Mapping[str, TypePolicy]

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read `metadata_policy` and check what its operators say together (section 6.1.2).

        Operators that krid does not know are passed over, as section 6.1.3.2 asks; a statement
        that makes them critical is refused before.

        Raises:
            MalformedError: `federation.policy_syntax`, `federation.policy_operator`.
            TrustError: `federation.policy_combination`.
        """
        members = shape.mapping(value, Code.FEDERATION_POLICY_SYNTAX)
        if len(members) > limits.MAX_ENTITY_TYPES:
            raise MalformedError(Code.FEDERATION_POLICY_SYNTAX, "too many entity types")
        return cls(MappingProxyType({name: _type_policy(each) for name, each in members.items()}))

    def merge(self, subordinate: "MetadataPolicy") -> "MetadataPolicy":
        """Merge a subordinate's policy into this one, which becomes no less strict (6.1.4.1).

        Raises:
            TrustError: `federation.policy_merge`, `federation.policy_combination`.
        """
        return MetadataPolicy(_merged(self.types, subordinate.types, _merge_types))

    def apply(self, metadata: Metadata) -> Metadata:
        """Apply the policy to metadata, entity types that it lacks aside (section 6.1.4.2).

        Raises:
            TrustError: `federation.policy_type`, `federation.policy_value`,
                `federation.policy_essential`, with the parameter as detail.
        """
        applied = {
            name: _apply_type(self.types.get(name, {}), parameters)
            for name, parameters in metadata.items()
        }
        return MappingProxyType(applied)

    def encode(self) -> dict[str, Json]:
        """Write `metadata_policy`."""
        return {
            name: {parameter: _encode(policy) for parameter, policy in each.items()}
            for name, each in self.types.items()
        }


NO_POLICY: Final = MetadataPolicy(MappingProxyType({}))
"""The policy of a chain without policies."""


def merge_all(policies: Sequence[MetadataPolicy]) -> MetadataPolicy:
    """Merge the policies of a chain, that of the most superior first.

    Raises:
        TrustError: as `MetadataPolicy.merge`.
    """
    return reduce(MetadataPolicy.merge, policies, NO_POLICY)


def check_critical(value: object) -> None:
    """Refuse `metadata_policy_crit`: krid knows no operator beyond the standard ones.

    Raises:
        MalformedError: `federation.policy_syntax` when it is empty, repeats itself or names a
            standard operator.
        UnsupportedError: `federation.policy_crit`.
    """
    names = shape.texts(value, Code.FEDERATION_POLICY_SYNTAX)
    if not names or len(set(names)) != len(names) or not _STANDARD.keys().isdisjoint(names):
        raise MalformedError(Code.FEDERATION_POLICY_SYNTAX, "metadata_policy_crit")
    raise UnsupportedError(Code.FEDERATION_POLICY_CRIT)


def _type_policy(value: object) -> TypePolicy:
    members = shape.mapping(value, Code.FEDERATION_POLICY_SYNTAX)
    if len(members) > limits.MAX_POLICY_PARAMETERS:
        raise MalformedError(Code.FEDERATION_POLICY_SYNTAX, "too many parameters")
    return MappingProxyType({name: _parameter_policy(name, each) for name, each in members.items()})


def _parameter_policy(parameter: str, value: object) -> ParameterPolicy:
    members = shape.mapping(value, Code.FEDERATION_POLICY_SYNTAX)
    operators = {
        _STANDARD[name]: as_operand(parameter, _frozen(operand))
        for name, operand in members.items()
        if name in _STANDARD
    }
    for operator, operand in operators.items():
        check_operand(operator, operand)
    check_combination(operators)
    return MappingProxyType(operators)


def _merged(
    superior: Mapping[str, V], subordinate: Mapping[str, V], both: Callable[[V, V], V]
) -> Mapping[str, V]:
    """Copy what one of them has, and merge what both have."""
    merged = dict(superior)
    for name, value in subordinate.items():
        merged[name] = both(superior[name], value) if name in superior else value
    return MappingProxyType(merged)


def _merge_types(superior: TypePolicy, subordinate: TypePolicy) -> TypePolicy:
    return _merged(superior, subordinate, _merge_parameters)


def _merge_parameters(superior: ParameterPolicy, subordinate: ParameterPolicy) -> ParameterPolicy:
    merged = dict(superior)
    for operator, operand in subordinate.items():
        present = operator in superior
        merged[operator] = merge(operator, superior[operator], operand) if present else operand
    check_combination(merged)
    return MappingProxyType(merged)


def _apply_type(policy: TypePolicy, parameters: Mapping[str, Json]) -> Mapping[str, Json]:
    applied: dict[str, Json] = dict(parameters)
    for name, operators in policy.items():
        outcome = _apply_parameter(name, operators, applied.get(name, ABSENT))
        if isinstance(outcome, Absent):
            applied.pop(name, None)
        else:
            applied[name] = outcome
    return MappingProxyType(applied)


def _apply_parameter(name: str, operators: ParameterPolicy, value: Parameter) -> Parameter:
    try:
        outcome = value if isinstance(value, Absent) else from_metadata(name, _frozen(value))
        for operator in Operator:
            if operator in operators:
                outcome = apply(operator, operators[operator], outcome)
        return outcome if isinstance(outcome, Absent) else to_metadata(name, outcome)
    except KridError as refusal:
        raise type(refusal)(refusal.code, f"metadata parameter {name[:64]!r}") from refusal


def _encode(policy: ParameterPolicy) -> dict[str, Json]:
    return {operator.value: _thawed(operand) for operator, operand in policy.items()}


def _frozen(value: object) -> Json:
    frozen: Json = freeze(value)  # type: ignore[assignment]  # freezing JSON gives JSON
    return frozen


def _thawed(value: Json) -> Json:
    thawed: Json = thaw(value)  # type: ignore[assignment]  # thawing JSON gives JSON
    return thawed
