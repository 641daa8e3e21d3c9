"""Any text as a did:ethr, and any bytes as the events of one: a document or a refusal."""

from krid.did import Did
from krid.did.methods.ethr import history
from krid.did.methods.ethr.document import build, document_of
from krid.did.methods.ethr.identifier import EthrIdentifier
from krid.errors import KridError

TOPICS = (history.OWNER_CHANGED, history.DELEGATE_CHANGED, history.ATTRIBUTE_CHANGED)
DID = Did.parse("did:ethr:0xb9c5714089478a327f09197987f16f9e5d936e8a")
IDENTIFIER = EthrIdentifier.parse(DID)


def target(data: bytes) -> None:
    _identifier(data.decode("latin-1"))
    found = []
    for topic in TOPICS:
        try:
            event, _ = history._read_event(topic, data, 7)  # noqa: SLF001  what a node sends
        except KridError:
            continue
        found += [event, event]
    try:
        document = document_of(DID, build(DID, IDENTIFIER, found, chain_id=1, now=5))
    except KridError:
        return
    if any(not method.id.startswith(f"{DID}#") for method in document.methods):
        raise AssertionError("a key under another DID")


def _identifier(text: str) -> None:
    try:
        EthrIdentifier.parse(Did.parse(text))
    except KridError:
        return
