"""The words that all kinds of `krid issue` share, and what they stand for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, final

import click

from krid.cli.files import read_file
from krid.cli.key_command import public_key_at
from krid.keys import Alg, BbsAlg, LocalKey, PublicKey, multikey
from krid.model import BEARER, NO_STATUS, Bearer, BitstringEntry, NoStatus, StatusReference

if TYPE_CHECKING:
    from krid.bbs import LocalBbsKey
    from krid.issuer import Issuer
    from krid.model import CredentialFormat

_LONGEST = timedelta(days=36_525)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class IssueWords:
    """The common options as they came."""

    key_file: str
    claims_file: str
    issuer: str | None
    holder_file: str | None
    days: int
    chain_file: str | None
    status_uri: str | None
    status_index: int | None

    @property
    def lifetime(self) -> timedelta:
        """How long the credential holds."""
        return timedelta(days=self.days)

    def holder(self) -> PublicKey | Bearer:
        """Read the holder's key, or say that there is none."""
        return BEARER if self.holder_file is None else public_key_at(self.holder_file)

    def status(self) -> StatusReference | NoStatus:
        """Say where the status stands, or that there is none."""
        if self.status_uri is None and self.status_index is None:
            return NO_STATUS
        if self.status_uri is None or self.status_index is None:
            raise click.UsageError("--status-uri and --status-index go together")
        return StatusReference(self.status_uri, self.status_index)

    def bitstring_status(self, purpose: str) -> BitstringEntry | NoStatus:
        """Say where the status for a purpose stands in a bitstring list, or that there is none."""
        reference = self.status()
        if isinstance(reference, NoStatus):
            return NO_STATUS
        return BitstringEntry(uri=reference.uri, index=reference.index, purpose=purpose)

    def chain(self) -> tuple[bytes, ...]:
        """Read the certificates, as DER."""
        from krid.x509 import parse_pem_bundle

        if self.chain_file is None:
            return ()
        return tuple(each.der for each in parse_pem_bundle(read_file(self.chain_file)))

    def issuer_with(
        self,
        key: "LocalKey | LocalBbsKey",
        *,
        chain: Sequence[bytes],
        formats: "Sequence[CredentialFormat] | None" = None,
    ) -> "Issuer":
        """Make an issuer that may use every algorithm; without a chain it goes by its did:key.

        Without `formats` it issues in those that come with krid. An issuer that is named by
        another DID has its key there as `#key-1`.
        """
        from krid.issuer import Issuer
        from krid.profiles import HAIP, W3C

        public = key.public_key
        name = multikey.encode(public) if isinstance(public, PublicKey) else public.multikey
        profile = replace(
            HAIP,
            name="command line",
            algs=frozenset(Alg),
            bbs_algs=frozenset(BbsAlg),
            formats=HAIP.formats | W3C.formats,
            max_lifetime=_LONGEST,
        )
        did = f"did:key:{name}"
        issuer = self.issuer or did
        elsewhere = issuer.startswith("did:") and issuer != did
        return Issuer(
            issuer,
            signer=key,
            profile=profile,
            certificates=chain,
            key_id=None if chain else f"{issuer}#key-1" if elsewhere else f"{did}#{name}",
            formats=formats,
        )
