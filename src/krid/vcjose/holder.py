"""Which key a credential is bound to: the one in `cnf`, or that of its one subject."""

from krid.errors import BindingError, Code
from krid.model import HolderKey, HolderKeys, binding
from krid.vcjose.model import SecuredCredential


def holder_of(secured: SecuredCredential, holders: HolderKeys) -> HolderKey | None:
    """Return the key that must sign presentations, None for a credential of anybody who has it.

    A key in `cnf` goes before one that the subject's identifier leads to, and has no URL: its
    `key_id` is empty.

    Raises:
        MalformedError: `sdjwt.cnf` for a `cnf` that does not hold one key.
        UnsupportedError: `key.type`.
        KridError: as `HolderKeys.find`.
    """
    if "cnf" in secured.claims:
        return HolderKey(binding.confirmation_key(secured.claims), "")
    subjects = secured.credential.subjects
    if len(subjects) != 1 or subjects[0].id is None:
        return None
    return holders.find(subjects[0].id)


def required_holder(secured: SecuredCredential, holders: HolderKeys) -> HolderKey:
    """Return the key that must sign presentations.

    Raises:
        BindingError: `kb.no_key` when the credential is bound to none.
        KridError: as `holder_of`.
    """
    holder = holder_of(secured, holders)
    if holder is None:
        raise BindingError(Code.KB_NO_KEY)
    return holder
