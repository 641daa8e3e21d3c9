"""The reader proves who asks: made by krid, and verified by krid."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from krid import mdoc
from krid._core import cbor, limits
from krid._core.cbor import Embedded
from krid.errors import Code, MisuseError, TrustError
from krid.keys import Alg, LocalKey
from krid.mdoc.reader_auth import reader_authentication
from krid.model import IssuerHint, IssuerKey

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TRANSCRIPT = mdoc.SessionTranscript.parse(b"\x83\xf6\xf6\x00")
ITEMS = mdoc.ItemsRequest.of("org.example.card", {"ns": {"name": True}})


@dataclass
class Readers:
    """Trusts one reader by its certificate, and remembers what it was asked."""

    key: LocalKey
    asked: list[IssuerHint] = field(default_factory=list)

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        self.asked.append(hint)
        if hint.certificates != (b"reader", b"ca"):
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        return IssuerKey(key=self.key.public_key, issuer="CN=Reader", path="a fake")


@pytest.mark.parametrize("alg", [Alg.ES256, Alg.ES384, Alg.ES512, Alg.EDDSA])
def test_a_reader_signs_and_is_known(alg: Alg) -> None:
    key = LocalKey.generate(alg)
    prepared = mdoc.prepare_doc_request(
        ITEMS, transcript=TRANSCRIPT, alg=alg, certificates=[b"reader", b"ca"]
    )
    assert prepared.to_be_signed.endswith(reader_authentication(TRANSCRIPT, ITEMS))
    signed = prepared.sign_with(key)
    request = mdoc.DeviceRequest((signed, signed))
    again = mdoc.parse_device_request(mdoc.encode_device_request(request))
    assert again == request
    readers = Readers(key)
    verified = mdoc.verify_request(again, readers=readers, transcript=TRANSCRIPT, now=NOW)
    assert (
        verified
        == (
            mdoc.VerifiedDocRequest(
                ITEMS, "CN=Reader", "a fake", key.public_key, (b"reader", b"ca")
            ),
        )
        * 2
    )
    assert readers.asked[0] == IssuerHint(
        format=mdoc.READER_FORMAT,
        type="org.example.card",
        alg=alg,
        certificates=(b"reader", b"ca"),
    )


def test_what_is_signed_is_the_text_of_the_standard() -> None:
    embedded = cbor.decode(reader_authentication(TRANSCRIPT, ITEMS))
    assert isinstance(embedded, Embedded)
    value: Any = cbor.decode(embedded.content)
    assert value == ["ReaderAuthentication", [None, None, 0], ITEMS.embedded]


def test_one_certificate_stands_alone() -> None:
    prepared = mdoc.prepare_doc_request(
        ITEMS, transcript=TRANSCRIPT, alg=Alg.ES256, certificates=[b"reader"]
    )
    signed = prepared.complete(bytes(64))
    assert signed.reader_auth is not None
    assert signed.reader_auth.headers.unprotected == {33: b"reader"}
    assert signed.reader_auth.payload is None


@pytest.mark.parametrize(
    ("alg", "certificates", "code"),
    [
        (Alg.ES256K, [b"reader"], Code.ALG_NOT_ALLOWED),
        (Alg.ES256, [], Code.MDOC_READER_AUTH),
        (Alg.ES256, [b"c"] * (limits.MAX_CHAIN_LENGTH + 1), Code.MDOC_READER_AUTH),
    ],
)
def test_what_no_wallet_would_take_is_a_misuse(
    alg: Alg, certificates: list[bytes], code: Code
) -> None:
    with pytest.raises(MisuseError) as error:
        mdoc.prepare_doc_request(ITEMS, transcript=TRANSCRIPT, alg=alg, certificates=certificates)
    assert error.value.code is code


def test_now_has_a_time_zone() -> None:
    with pytest.raises(MisuseError) as error:
        mdoc.verify_request(
            mdoc.DeviceRequest(()),
            readers=Readers(LocalKey.generate(Alg.ES256)),
            transcript=TRANSCRIPT,
            now=NOW.replace(tzinfo=None),
        )
    assert error.value.code is Code.MISUSE_NAIVE_TIME
