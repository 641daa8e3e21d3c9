"""Records of single credentials: where they are had, and what is made of them."""

from base64 import b64encode
from datetime import timedelta

import pytest
from omn_world import NOW, World, encode, record

from krid.errors import Code, StatusError, UnsupportedError
from krid.keys import Alg, LocalKey
from krid.model import Evidence, IssuerKey, RecordEntry, StatusEntry, StatusReference
from krid.net import Response, ScriptedTransport
from krid.status import Offline, StatusLists
from krid.status.records import RecordedStatus, RecordStatus, VcMeta, VcMetaHttp, VcMetaList
from krid.trust import KeyTrust

CARD = World().credential()
RECORD = record(CARD)
ENTRY = RecordEntry(
    id="credential",
    issuer=CARD["issuer"]["id"],
    subject=CARD["credentialSubject"]["id"],
    schema=CARD["credentialSchema"]["id"],
)
KEY = LocalKey.generate(Alg.ES256).public_key
SIGNER = IssuerKey(key=KEY, issuer="x", path="pinned")
URL = "https://ledger.example/api/v1/vc-meta"


@pytest.mark.parametrize(
    "raw",
    [
        RECORD,
        encode({"vcId": "credential", "vcMeta": RECORD.decode()}),
        encode({"vcMeta": "m" + b64encode(RECORD).decode()}),
        b'{"vcMeta": ' + RECORD + b"}",
    ],
)
def test_forms_of_a_record(raw: bytes) -> None:
    assert VcMeta.parse(raw) == VcMeta(entry=ENTRY, status=RecordedStatus.ACTIVE)


def test_the_service_is_asked_for_one_credential() -> None:
    answers = {
        f"{URL}?vcId=credential": Response(200, {}, RECORD),
        f"{URL}?vcId=a%2Fb": Response(404, {}, b""),
    }
    source = VcMetaHttp(URL, ScriptedTransport(answers))
    assert source.fetch("credential") == RECORD
    with pytest.raises(StatusError) as error:
        source.fetch("a/b")
    assert error.value.code is Code.STATUS_UNAVAILABLE


class _Lists:
    def check(self, entry: StatusEntry, *, issuer: IssuerKey, now: object) -> Evidence:
        raise StatusError(Code.STATUS_STALE, f"{entry} {issuer.issuer} {now}")


def test_statuses_in_lists_are_for_others() -> None:
    reference = StatusReference("https://x.example/1", 7)
    with pytest.raises(UnsupportedError) as error:
        RecordStatus(VcMetaList({})).check(reference, issuer=SIGNER, now=NOW)
    assert error.value.code is Code.STATUS_MECHANISM
    with pytest.raises(StatusError) as asked:
        RecordStatus(VcMetaList({}), _Lists()).check(reference, issuer=SIGNER, now=NOW)
    assert asked.value.code is Code.STATUS_STALE


def test_lists_do_not_know_records() -> None:
    lists = StatusLists(Offline(greatest_age=timedelta(days=1)), issuers=KeyTrust.of(KEY))
    with pytest.raises(UnsupportedError) as error:
        lists.check(ENTRY, issuer=SIGNER, now=NOW)
    assert error.value.code is Code.STATUS_MECHANISM
