"""What a verifier and a wallet demand of each other, as a value: see `krid.profiles`."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, final

from krid.exchange import ResponseMode
from krid.jose import Enc
from krid.keys import Alg
from krid.openid.vp.client_id import Prefix


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationPolicy:
    """What must hold in a presentation; code never asks for a policy's name, only for its values.

    Both sides keep it: a verifier can't be set up against it, and a wallet refuses what breaks it.

    - `prefixes`: the kinds of verifiers' names.
    - `modes`: the ways of an answer.
    - `algs`: for signatures of requests and of verifiers' attestations.
    - `encs`: content encryption of answers, the best first; a verifier names them all.
    - `signed_required`: requests are signed, but through the DC API.
    - `dc_api_signed_required`: those through the DC API are, too.
    - `reference_required`: signed requests come by `request_uri`.
    - `certificates_required`: with a signed request come certificates, none of them self-signed:
      the anchor is for the wallet to have.
    - `lifetime`: how long a request is good that does not say so.
    - `skew`: how far clocks may differ.
    """

    name: str
    prefixes: frozenset[Prefix]
    modes: frozenset[ResponseMode]
    algs: frozenset[Alg]
    encs: tuple[Enc, ...]
    signed_required: bool
    dc_api_signed_required: bool
    reference_required: bool
    certificates_required: bool
    lifetime: timedelta
    skew: timedelta

    @property
    def alg_names(self) -> tuple[str, ...]:
        """The algorithms by their names in JOSE, sorted."""
        return tuple(sorted(alg.jose for alg in self.algs))


STANDARD: Final = PresentationPolicy(
    name="openid4vp",
    prefixes=frozenset(Prefix),
    modes=frozenset(ResponseMode),
    algs=frozenset({Alg.ES256, Alg.ES384, Alg.ES512, Alg.EDDSA}),
    encs=(Enc.A256GCM, Enc.A128GCM),
    signed_required=False,
    dc_api_signed_required=False,
    reference_required=False,
    certificates_required=False,
    lifetime=timedelta(minutes=5),
    skew=timedelta(minutes=1),
)
"""What OpenID4VP 1.0 itself demands: it leaves nearly all to profiles.

Which unsigned requests there may be follows from the kind of the sender's name; same-device flows
of krid's verifier end in the browser that began them in any case.
"""
