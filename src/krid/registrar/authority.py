"""An authority made on the spot, for demonstrations and tests: a root and signers below it.

A state has its keys in hardware and hands `CardSigner` values in; here they are in memory.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self, final

from krid._core.entropy import Entropy
from krid.cardtypes.values import MDOC, SDJWT
from krid.keys import Alg, LocalKey
from krid.model import Profile
from krid.registrar.ic_card import IcCard
from krid.registrar.signing import CardSigner
from krid.x509 import DOCUMENT_SIGNER, MDOC_SIGNER, Certificate, self_signed_ca, sign_certificate

_YEAR: Final = timedelta(days=365)
_HOUR: Final = timedelta(hours=1)
_ROOT_LIFE: Final = 20 * _YEAR
_SIGNER_LIFE: Final = 10 * _YEAR
_MDOC_SIGNER_LIFE: Final = timedelta(days=456)
"""ISO 18013-5, annex B, lets a document signer's certificate run for 457 days."""


@final
@dataclass(frozen=True, slots=True)
class Keyed:
    """A key with its certificate."""

    key: LocalKey = field(repr=False)
    certificate: Certificate


@final
@dataclass(frozen=True, slots=True)
class SampleAuthority:
    """A root, the two that sign cards, and the name that verifiers see."""

    issuer: str
    root: Keyed
    sdjwt: Keyed
    mdoc: Keyed

    @classmethod
    def make(cls, issuer: str, *, country: str, now: datetime, entropy: Entropy) -> Self:
        """Found an authority of a country under an https name.

        Raises:
            MisuseError: `misuse.option`, `misuse.naive_time`.
        """
        key = LocalKey.generate(Alg.ES256)
        ca = self_signed_ca(
            key,
            common_name="Sample Authority",
            country=country,
            valid_from=now - _HOUR,
            valid_until=now + _ROOT_LIFE,
            issuer_uri=issuer,
            entropy=entropy,
        )
        root = Keyed(key, ca)
        made = {}
        for name, leaf, life in (
            (SDJWT, DOCUMENT_SIGNER, _SIGNER_LIFE),
            (MDOC, MDOC_SIGNER, _MDOC_SIGNER_LIFE),
        ):
            own = LocalKey.generate(Alg.ES256)
            certificate = sign_certificate(
                own.public_key,
                ca=ca,
                ca_key=key,
                leaf=leaf,
                common_name="Sample Card Signer",
                valid_from=now - _HOUR,
                valid_until=now + life,
                entropy=entropy,
                uris=(issuer,),
            )
            made[name] = Keyed(own, certificate)
        return cls(issuer, root, made[SDJWT], made[MDOC])

    def signers(self, profile: Profile) -> dict[str, CardSigner]:
        """Return who signs each format, under a profile."""
        return {
            name: CardSigner(
                issuer=self.issuer,
                signer=keyed.key,
                profile=profile,
                certificates=(keyed.certificate.der,),
            )
            for name, keyed in ((SDJWT, self.sdjwt), (MDOC, self.mdoc))
        }

    def make_chip(self, serial: str, *, now: datetime, entropy: Entropy) -> IcCard:
        """Make an IC card below this root.

        Raises:
            MisuseError: `misuse.option`, `misuse.naive_time`.
        """
        return IcCard.make(
            ca=self.root.certificate,
            ca_key=self.root.key,
            serial=serial,
            valid_from=now - _HOUR,
            valid_until=now + _SIGNER_LIFE,
            entropy=entropy,
        )
