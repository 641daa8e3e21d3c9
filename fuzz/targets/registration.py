"""Any claims as a registration certificate, signed by the registrar; and any text as one."""

from datetime import UTC, datetime, timedelta

from krid.errors import KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey
from krid.model import (
    NO_STATUS,
    Asker,
    Attestation,
    ClaimQuery,
    CredentialQuery,
    IssuerHint,
    IssuerKey,
    VctValues,
)
from krid.trust import RegistrationCertificates
from krid.trust.registration_certificate import TYP

KEY = LocalKey.generate(Alg.EDDSA)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
ASKED = CredentialQuery("card", "dc+sd-jwt", VctValues(("urn:a",)), (ClaimQuery(("name",)),))


class _Registrar:
    """Trusts the one registrar of this target."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:  # noqa: ARG002  the port's words
        return IssuerKey(key=KEY.public_key, issuer="fuzz", path="fuzz")


SOURCE = RegistrationCertificates(
    registrars=_Registrar(), status=NO_STATUS, skew=timedelta(minutes=1)
)


def target(data: bytes) -> None:
    """A certificate that is found speaks for the verifier that asks, and judges any query."""
    for text in (jws.sign({"typ": TYP}, data, KEY), data.decode("latin-1")):
        asker = Asker(
            client_id="x509_san_dns:bank.example",
            names=frozenset({"VATKR-SAMPLE-0001"}),
            attestations=(Attestation("registration_cert", text),),
        )
        try:
            found = SOURCE.find(asker, now=NOW)
        except KridError:
            continue
        over = found.beyond(ASKED)
        assert over is None or over.query_id == "card"  # noqa: S101  a property
