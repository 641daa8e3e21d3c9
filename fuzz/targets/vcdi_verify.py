"""Any bytes as a credential or presentation with embedded proofs: read, shown, verified."""

from datetime import UTC, datetime, timedelta

from krid.errors import KridError
from krid.formats.holders import LocalDidHolders
from krid.keys import multikey
from krid.model import BEARER, Challenge
from krid.trust import KeyTrust
from krid.vcdi.format import VcdiFormat

# The public halves of the keys that signed the seeds; nobody has the others any more.
_KEYS = (
    "z6Mkgv3KJJaasuABX1M5Du7R6ShpXcfByMr2uQpEP6ywJykg",
    "zDnaeX5dPV2fp42Cbe8GQXvghx3VeA8gdqGRLtqSniKdRYGGN",
    "z82Lksz1viPY8fsMkfq2PVDvbFm9kFQwzxUdmVVJm3JAE6nu5zzfLdFpF9jD3b2XoZ4eydp",
)
_FORMAT = VcdiFormat(holders=LocalDidHolders())
_TRUST = KeyTrust.of(*map(multikey.parse, _KEYS))
_NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
_CHALLENGE = Challenge(audience="https://bank.example", nonce="n-0S6_WzA2Mj")


def target(data: bytes) -> None:
    """Read, accept and verify; nothing but KridError may come out."""
    _FORMAT.recognises(data)
    for attempt in (_inspect, _accept, _verify, _present):
        try:
            attempt(data)
        except KridError:
            continue


def _inspect(data: bytes) -> None:
    _FORMAT.inspect(data)


def _accept(data: bytes) -> None:
    _FORMAT.accept(data, issuers=_TRUST, now=_NOW)


def _verify(data: bytes) -> None:
    for challenge in (_CHALLENGE, BEARER):
        _FORMAT.verify(
            data,
            issuers=_TRUST,
            challenge=challenge,
            now=_NOW,
            skew=timedelta(0),
            max_age=timedelta(minutes=5),
        )


def _present(data: bytes) -> None:
    from krid.vcdi import Suites, derive, parse_credential

    derive(
        parse_credential(data),
        suites=Suites(),
        disclose=[("credentialSubject",)],
        audience="https://bank.example",
        nonce="n",
    )
