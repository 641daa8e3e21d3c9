"""A second pair of eyes on documents from outside: the `pydid` package."""

from krid._core.frozen import thaw
from krid.did.parts import Members
from krid.did.verification_method import Purpose
from krid.errors import Code, MalformedError


def check(members: Members) -> None:
    """Check that an independent reader takes a document for one, too.

    krid's own reading is the stricter one and comes first; what two readers disagree about is
    nothing to rely on. Services are left out, since pydid refuses ids that DID 1.1 allows.
    Methods without a controller, where krid takes them, get one in the copy.
    pydid works on a copy, for it adds members to what it reads, and nothing of its result is
    kept.

    Raises:
        MalformedError: `did.document`.
    """
    from pydid import DIDDocument

    copy: dict[str, object] = {
        name: thaw(value) for name, value in members.items() if name != "service"
    }
    _fill_controllers(copy)
    try:
        DIDDocument.deserialize(copy)
    except (ValueError, TypeError, AttributeError, LookupError) as cause:
        raise MalformedError(Code.DID_DOCUMENT, "pydid") from cause


def _fill_controllers(copy: dict[str, object]) -> None:
    for name in ("verificationMethod", *(purpose.value for purpose in Purpose)):
        items = copy.get(name)
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict):
                item.setdefault("controller", copy["id"])
