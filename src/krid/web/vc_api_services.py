"""All services of the VC API: a prefix for each suite or form, and each type of key.

The issuers are did:keys, new at each start (extras `krid[ld]` and `krid[bbs]`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, TypeAlias, final

from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.bbs import LocalBbsKey
from krid.did import Resolver
from krid.keys import Alg, LocalKey
from krid.model import StatusSource
from krid.vcdi import Suites, bbs2023
from krid.vcdi.holder import did_of
from krid.vcjose import Form
from krid.web.vc_api import VcService
from krid.web.vc_api_bbs import PREFIX, BbsSigning
from krid.web.vc_api_jose import JoseSigning, SdJwtSigning
from krid.web.vc_api_status import Secure, StatusBook, StatusBooks
from krid.web.vc_api_suites import EcdsaSdSigning, PlainSigning
from krid.web.vc_api_verifying import Verifying

_KEY_NAMES: Final = {Alg.EDDSA: "ed25519", Alg.ES256: "p-256", Alg.ES384: "p-384"}


_Whole: TypeAlias = PlainSigning | JoseSigning
_InParts: TypeAlias = EcdsaSdSigning | BbsSigning | SdJwtSigning


class Served(NamedTuple):
    """A service, and the did:key that issues there."""

    did: str
    service: VcService


Services: TypeAlias = Mapping[str, Served]
"""Services by their prefixes."""


def vc_api_services(
    *, place: str, resolver: Resolver, clock: Clock, entropy: Entropy, elsewhere: StatusSource
) -> Services:
    """Make all services with new keys.

    `place` is the address of the server, below which status lists are published; `elsewhere`
    knows the lists of others.
    """
    making = _Making(place, resolver, clock, entropy, StatusBooks(elsewhere, clock))
    return dict(
        [*making.plain(), making.ecdsa_sd(), making.bbs(), *making.enveloped(), *making.sd_jwt()]
    )


@final
@dataclass(frozen=True, slots=True)
class _Making:
    place: str
    resolver: Resolver
    clock: Clock
    entropy: Entropy = field(repr=False)
    statuses: StatusBooks
    suites: Suites = field(default_factory=Suites)
    bbs_key: LocalBbsKey = field(default_factory=lambda: LocalBbsKey.generate(bbs2023.SUITE))

    def plain(self) -> Iterator[tuple[str, Served]]:
        for suite in self.suites.plain:
            for alg in sorted(suite.algs, key=lambda each: each.jose):
                signing = PlainSigning(suite, LocalKey.generate(alg), self.clock)
                yield self._whole(f"/{suite.name}/{_KEY_NAMES[alg]}", signing)

    def ecdsa_sd(self) -> tuple[str, Served]:
        """Make the service that shows statements; presentations and lists are signed whole."""
        signing = EcdsaSdSigning(
            self.suites, LocalKey.generate(Alg.ES256), self.clock, self.entropy
        )
        whole = PlainSigning(self.suites.for_key(Alg.ES256), signing.key, self.clock)
        did = did_of(signing.key.public_key)
        return self._in_parts("/ecdsa-sd-2023/p-256", did, signing, whole)

    def bbs(self) -> tuple[str, Served]:
        """Make the service of bbs-2023; its presentations and lists are by a key of Ed25519."""
        whole = PlainSigning(
            self.suites.for_key(Alg.EDDSA), LocalKey.generate(Alg.EDDSA), self.clock
        )
        signing = BbsSigning(replace(self.suites, entropy=self.entropy), self.bbs_key, self.clock)
        return self._in_parts(PREFIX, signing.did, signing, whole)

    def enveloped(self) -> Iterator[tuple[str, Served]]:
        for form in (Form.JWT, Form.COSE):
            for alg, name in _KEY_NAMES.items():
                signing = JoseSigning(form, LocalKey.generate(alg), self.clock)
                yield self._whole(f"/{form.value}/{name}", signing)

    def sd_jwt(self) -> Iterator[tuple[str, Served]]:
        """Make the services of SD-JWT; presentations and lists are JWTs by the same key."""
        for alg, name in _KEY_NAMES.items():
            signing = SdJwtSigning(LocalKey.generate(alg), self.clock, self.entropy)
            whole = JoseSigning(Form.JWT, signing.key, self.clock)
            did = did_of(signing.key.public_key)
            yield self._in_parts(f"/vc+sd-jwt/{name}", did, signing, whole)

    def _whole(self, prefix: str, signing: _Whole) -> tuple[str, Served]:
        """Make a service whose credentials are shown as they were signed."""
        did = did_of(signing.key.public_key)
        service = VcService(
            issuer=signing,
            verifier=self._verifying,
            presenter=signing,
            presentation_verifier=self._verifying,
            statuses=self._book(prefix, did, did, signing.secure),
        )
        return prefix, Served(did, service)

    def _in_parts(
        self, prefix: str, did: str, signing: _InParts, whole: _Whole
    ) -> tuple[str, Served]:
        """Make a service that shows parts; `whole` signs presentations and status lists."""
        service = VcService(
            issuer=signing,
            holder=signing,
            verifier=self._verifying,
            presenter=whole,
            presentation_verifier=self._verifying,
            statuses=self._book(prefix, did, did_of(whole.key.public_key), whole.secure),
        )
        return prefix, Served(did, service)

    @property
    def _verifying(self) -> Verifying:
        return Verifying(self.suites, self.resolver, self.clock, self.statuses)

    def _book(self, prefix: str, did: str, by: str, secure: Secure) -> StatusBook:
        book = StatusBook(self.place + prefix, did, by, secure, self.clock, self.entropy)
        self.statuses.books.append(book)
        return book
