"""Files of witness proofs: nothing but the witnesses' own proofs gets a log through."""

from datetime import UTC, datetime, timedelta

from krid.did import DidKey, webvh
from krid.errors import KridError
from krid.keys import Alg, LocalKey

_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_KEY = LocalKey.generate(Alg.EDDSA)
_WITNESSES = [LocalKey.generate(Alg.EDDSA) for _ in range(2)]
_LOG = webvh.prepare_creation(
    {"@context": ["https://www.w3.org/ns/did/v1"], "id": webvh.draft("a.example")},
    key=_KEY.public_key,
    changes=webvh.Changes(
        witness=webvh.WitnessRule(
            2, tuple(str(DidKey.create(witness.public_key)) for witness in _WITNESSES)
        )
    ),
    now=_NOW - timedelta(days=1),
).sign_with(_KEY)
_VERSION = _LOG.latest.version_id.encode()
_ENCODED = [str(DidKey.create(key.public_key)).removeprefix("did:key:") for key in _WITNESSES]


def target(data: bytes) -> None:
    """Let `VERSION` and `KEY0` stand for what this run made; one proof can't be guessed."""
    raw = data.replace(b"VERSION", _VERSION)
    for index, encoded in enumerate(_ENCODED):
        raw = raw.replace(f"KEY{index}".encode(), encoded.encode())
    try:
        webvh.check_witnesses(_LOG, raw)
    except KridError:
        return
    raise AssertionError("a log was taken without its witnesses")
