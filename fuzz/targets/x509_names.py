"""Any name constraints over any names: what is permitted and excluded at once is refused."""

from krid.errors import Code, KridError
from krid.x509.general_name import GeneralName, subject_names
from krid.x509.name_constraints import NameConstraints


def target(data: bytes) -> None:
    cut = data[0] if data else 0
    first, second = data[1 : 1 + cut], data[1 + cut :]
    try:
        names = subject_names(b"\x30\x00", second)
    except KridError:
        names = (GeneralName(0x82, second), GeneralName(0x86, second), GeneralName(0x81, second))
    try:
        limits = NameConstraints.parse(first)
    except KridError:
        return
    both = NameConstraints(limits.permitted, limits.permitted)
    for name in names:
        allowed = _is_allowed(limits, name)
        bases = {base.kind for base in limits.permitted}
        if allowed and name.kind in bases and _is_allowed(both, name):
            raise AssertionError("a name is within and outside the same subtrees")


def _is_allowed(limits: NameConstraints, name: GeneralName) -> bool:
    try:
        limits.check(name)
    except KridError as refusal:
        if refusal.code not in {Code.X509_NAME_CONSTRAINT, Code.X509_SYNTAX}:
            raise AssertionError("another refusal") from refusal
        return False
    return True
