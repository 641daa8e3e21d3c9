"""Where certificate credentials of OpenDID are had."""

import pytest
from omn_world import ISSUER

from krid.errors import Code, ResolutionError, TransportError
from krid.net import Response, ScriptedTransport
from krid.trust.opendid import KnownCertificates, PublishedCertificates

URL = "https://issuer.example/api/v1/certificate-vc"


def test_published_certificates() -> None:
    transport = ScriptedTransport({URL: Response(200, {}, b"{}")})
    assert PublishedCertificates({ISSUER: URL}, transport).fetch(ISSUER) == b"{}"
    with pytest.raises(ResolutionError) as error:
        PublishedCertificates({}, transport).fetch(ISSUER)
    assert error.value.code is Code.DID_NOT_FOUND
    gone = ScriptedTransport({URL: Response(404, {}, b"")})
    with pytest.raises(TransportError) as failed:
        PublishedCertificates({ISSUER: URL}, gone).fetch(ISSUER)
    assert failed.value.code is Code.NET_STATUS


def test_known_certificates() -> None:
    assert KnownCertificates({ISSUER: b"{}"}).fetch(ISSUER) == b"{}"
