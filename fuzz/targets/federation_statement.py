"""Any text as an entity statement, and any claims as a signed one of either kind."""

from contextlib import suppress

from krid.errors import KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey
from krid.trust.federation import EntityConfiguration, StatementChain, SubordinateStatement

_KEY = LocalKey.generate(Alg.EDDSA)
_HEADER = {"typ": "entity-statement+jwt", "kid": "1"}


def target(data: bytes) -> None:
    """Read; nothing but KridError may come out."""
    signed = jws.sign(_HEADER, data, _KEY)
    for text in (data.decode("latin-1"), signed):
        with suppress(KridError):
            _check(EntityConfiguration.parse(text))
        with suppress(KridError):
            SubordinateStatement.parse(text)
        with suppress(KridError):
            StatementChain.parse([text, text])


def _check(configuration: EntityConfiguration) -> None:
    again = EntityConfiguration.parse(configuration.signed.text)
    if again != configuration:
        raise AssertionError("a statement reads in two ways")
