"""IssuerSigned: any bytes are a credential or refused, shown to people, and written again."""

from krid import mdoc
from krid.errors import KridError


def target(data: bytes) -> None:
    try:
        credential = mdoc.parse_issuer_signed(data)
        mdoc.MdocFormat().inspect(data)
        again = mdoc.parse_issuer_signed(mdoc.encode_issuer_signed(credential))
    except KridError:
        return
    if list(again.items()) != sorted_as(again, credential):
        raise AssertionError


def sorted_as(
    order: mdoc.IssuerSigned, credential: mdoc.IssuerSigned
) -> list[tuple[str, mdoc.IssuerSignedItem]]:
    """Go through a credential's elements in the order of another one's namespaces."""
    return [
        (namespace, item)
        for namespace in order.namespaces
        for item in credential.namespaces[namespace]
    ]
