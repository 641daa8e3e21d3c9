"""Any PEM file as a chain whose last certificate is the anchor."""

from datetime import UTC, datetime

from krid.errors import KridError
from krid.x509 import DOCUMENT_SIGNER, MDOC_SIGNER, parse_pem_bundle, verify_chain

_NOW = datetime(2026, 6, 1, tzinfo=UTC)


def target(data: bytes) -> None:
    for profile in (MDOC_SIGNER, DOCUMENT_SIGNER):
        try:
            *chain, anchor = parse_pem_bundle(data)
            verify_chain(chain, anchors=[anchor], now=_NOW, leaf=profile)
        except KridError:
            continue
