"""Which key a credential is bound to: that of its one subject, named by an identifier."""

from krid.errors import BindingError, Code
from krid.keys import PublicKey, multikey
from krid.model import HolderKey, HolderKeys
from krid.vcdi.model import SecuredCredential


def did_of(key: PublicKey) -> str:
    """Name a key by its did:key, for a subject that has no other identifier."""
    return f"did:key:{multikey.encode(key)}"


def method_of(key: PublicKey) -> str:
    """Return the verification method of a key's did:key."""
    return f"{did_of(key)}#{multikey.encode(key)}"


def holder_of(secured: SecuredCredential, holders: HolderKeys) -> HolderKey | None:
    """Return the key that must sign presentations, None for a credential of anybody who has it.

    Raises:
        KridError: as `HolderKeys.find`.
    """
    subjects = secured.credential.subjects
    if len(subjects) != 1 or subjects[0].id is None:
        return None
    return holders.find(subjects[0].id)


def required_holder(secured: SecuredCredential, holders: HolderKeys) -> HolderKey:
    """Return the key that must sign presentations.

    Raises:
        BindingError: `kb.no_key` when the credential is bound to none.
        KridError: as `HolderKeys.find`.
    """
    holder = holder_of(secured, holders)
    if holder is None:
        raise BindingError(Code.KB_NO_KEY)
    return holder
