"""The source of trust: which key it finds, what it keeps, and when it looks again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Lock
from typing import Any

import pytest
from federations import (
    ANCHOR,
    DAY,
    ISSUER,
    LEFT_OUT,
    MARK,
    MINISTRY,
    NOW,
    Entity,
    Federation,
    embedded,
)

from krid._core import limits, strict_json
from krid.errors import Code, KridError, MisuseError
from krid.keys import Alg
from krid.model import OPENID_FEDERATION, IssuerHint, TrustedAuthority
from krid.net import NoNetwork, Request, Response, ScriptedTransport
from krid.trust.federation import (
    CLIENT_PREFIX,
    VERIFIER_TYPES,
    configuration_url,
    fetch_answer,
    subject_url,
)

MINUTE = timedelta(minutes=1)
OTHER = Entity(ISSUER)
KEYS_URL = f"{ISSUER}/keys"


def hint(**changes: Any) -> IssuerHint:
    words: dict[str, Any] = {
        "format": "dc+sd-jwt",
        "type": "urn:example:card",
        "alg": Alg.EDDSA,
        "issuer": ISSUER,
        **changes,
    }
    return IssuerHint(**words)


def refusal(call: Any) -> Code:
    with pytest.raises(KridError) as error:
        call()
    return error.value.code


def test_the_key_and_the_path() -> None:
    federation = Federation.small()
    found = federation.trust().find(hint(key_id=federation[ISSUER].key_id), now=NOW)
    assert found.key == federation[ISSUER].key.public_key
    assert found.issuer == ISSUER
    assert found.path == f"federation chain {ISSUER} < {MINISTRY} < {ANCHOR}"
    assert found.stands_under == {
        TrustedAuthority(OPENID_FEDERATION, each) for each in (ISSUER, MINISTRY, ANCHOR)
    }


def test_it_does_not_print_what_it_knows() -> None:
    assert repr(Federation.small().trust()) == "FederationTrust(1 anchors)"


def test_what_is_proved_is_kept() -> None:
    federation = Federation.small()
    network = federation.network()
    trust = federation.trust(transport=network)
    trust.find(hint(), now=NOW)
    trust.find(hint(), now=NOW + MINUTE)
    assert len(network.requests) == 5
    member = trust.member(ISSUER, now=NOW)
    assert member.chain.anchor == ANCHOR
    assert len(network.requests) == 5


def test_a_clock_that_was_turned_back_looks_again() -> None:
    federation = Federation.small()
    network = federation.network()
    trust = federation.trust(transport=network)
    trust.find(hint(), now=NOW)
    trust.find(hint(), now=NOW - MINUTE)
    assert len(network.requests) == 10


@pytest.mark.parametrize(
    ("ends", "keep_for", "lasting"),
    [(10 * MINUTE, DAY, 10 * MINUTE), (DAY, 7 * MINUTE, 7 * MINUTE)],
)
def test_a_chain_is_kept_until_it_ends(
    ends: timedelta, keep_for: timedelta, lasting: timedelta
) -> None:
    federation = Federation.small()
    federation[MINISTRY].above = {ANCHOR: {"exp": int((NOW + ends).timestamp())}}
    network = federation.network()
    trust = federation.trust(transport=network, keep_for=keep_for)
    trust.find(hint(), now=NOW)
    trust.find(hint(), now=NOW + lasting - timedelta(seconds=1))
    assert len(network.requests) == 5
    try:
        trust.find(hint(), now=NOW + lasting)
    except KridError as refused:
        assert refused.code is Code.FEDERATION_EXPIRED
    assert len(network.requests) == 10


def test_a_refusal_is_kept_for_half_a_minute() -> None:
    federation = Federation.small()
    federation[MINISTRY].superiors = ()
    network = federation.network()
    trust = federation.trust(transport=network)
    for _ in range(2):
        assert refusal(lambda: trust.find(hint(), now=NOW)) is Code.FEDERATION_NO_PATH
    asked = len(network.requests)
    assert refusal(lambda: trust.find(hint(), now=NOW + MINUTE)) is Code.FEDERATION_NO_PATH
    assert len(network.requests) == 2 * asked


def test_an_unknown_key_leads_to_one_look_more() -> None:
    federation = Federation.small()
    network = federation.network()
    trust = federation.trust(transport=network)
    trust.find(hint(), now=NOW)
    assert refusal(lambda: trust.find(hint(key_id="new"), now=NOW)) is Code.TRUST_KEY
    assert len(network.requests) == 5
    assert refusal(lambda: trust.find(hint(key_id="new"), now=NOW + MINUTE)) is Code.TRUST_KEY
    assert len(network.requests) == 10


def test_a_new_key_is_found() -> None:
    federation = Federation.small()
    web = Changing(federation.network())
    trust = federation.trust(transport=web)
    trust.find(hint(), now=NOW)
    federation[ISSUER].metadata = {"vc_issuer": {"jwks": OTHER.jwks}}
    web.network = federation.network()
    found = trust.find(hint(key_id=OTHER.key_id), now=NOW + MINUTE)
    assert found.key == OTHER.key.public_key


class Changing:
    """A network whose answers change when a test says so."""

    def __init__(self, network: ScriptedTransport) -> None:
        self.network = network

    def send(self, request: Request) -> Response:
        return self.network.send(request)


def test_an_unknown_key_while_the_network_fails_makes_nothing_forgotten() -> None:
    federation = Federation.small()
    web = Changing(federation.network())
    trust = federation.trust(transport=web)
    trust.find(hint(), now=NOW)
    web.network = ScriptedTransport({})
    for _ in range(2):
        code = refusal(lambda: trust.find(hint(key_id="new"), now=NOW + MINUTE))
        assert code is Code.TRUST_KEY
    assert trust.find(hint(), now=NOW + MINUTE).issuer == ISSUER
    assert len(web.network.requests) == 1


def test_an_unknown_key_of_an_issuer_that_was_removed() -> None:
    federation = Federation.small()
    web = Changing(federation.network())
    trust = federation.trust(transport=web)
    trust.find(hint(), now=NOW)
    answers = federation.answers()
    gone = fetch_answer({}, issuer=MINISTRY, subject=ISSUER)
    answers[subject_url(federation[MINISTRY].fetch_endpoint, ISSUER)] = gone
    web.network = ScriptedTransport(answers)
    new = hint(key_id="new")
    assert refusal(lambda: trust.find(new, now=NOW + MINUTE)) is Code.FEDERATION_NOT_SUBORDINATE
    assert refusal(lambda: trust.find(hint(), now=NOW + MINUTE)) is Code.FEDERATION_NOT_SUBORDINATE


class Slow:
    """A network in which the first request waits until all threads have asked for trust."""

    def __init__(self, federation: Federation) -> None:
        self.network = federation.network()
        self.lock = Lock()

    def send(self, request: Request) -> Response:
        with self.lock:
            return self.network.send(request)


def test_one_thread_looks_up_while_the_others_wait() -> None:
    federation = Federation.small()
    slow = Slow(federation)
    trust = federation.trust(transport=slow)
    ready = Barrier(4)

    def find(_number: int) -> str:
        ready.wait()
        return trust.find(hint(), now=NOW).issuer

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(find, range(4))) == {ISSUER}
    assert len(slow.network.requests) == 5


def test_what_another_thread_found_meanwhile_is_taken() -> None:
    federation = Federation.small()
    network = federation.network()
    trust = federation.trust(transport=network)
    old = trust._known(ISSUER, NOW)
    trust._memory.keep(ISSUER, trust._looked_up(ISSUER, NOW))
    assert trust._renewed(ISSUER, NOW + MINUTE, old) is not old
    assert len(network.requests) == 10
    trust._renewed(ISSUER, NOW + 2 * DAY, old)
    assert len(network.requests) > 10


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FEDERATION_ENTITIES", 1)
    federation = Federation.small()
    network = federation.network()
    trust = federation.trust(transport=network)
    trust.member(ISSUER, now=NOW)
    assert refusal(lambda: trust.member(MINISTRY, now=NOW)) is Code.FEDERATION_ENTITY_TYPE
    asked = len(network.requests)
    trust.member(ISSUER, now=NOW)
    assert len(network.requests) == asked + 5


def test_keys_of_several_types_are_put_together() -> None:
    federation = Federation.small()
    federation[ISSUER].metadata = {
        "vc_issuer": {"jwks": federation[ISSUER].jwks},
        "openid_credential_issuer": {"jwks": federation[ISSUER].jwks},
    }
    assert len(federation.trust().member(ISSUER, now=NOW).keys) == 1


def test_keys_at_an_address() -> None:
    federation = Federation.small()
    federation[ISSUER].metadata = {"vc_issuer": {"jwks_uri": KEYS_URL}}
    body = strict_json.dumps(OTHER.jwks)
    answer = Response(200, {"Content-Type": "application/json"}, body)
    network = ScriptedTransport({**federation.answers(), KEYS_URL: answer})
    found = federation.trust(transport=network).find(hint(), now=NOW)
    assert found.key == OTHER.key.public_key


# Trust marks


def marked(**claims: Any) -> Federation:
    """A federation whose issuer marks itself, as its anchor lets anybody do."""
    federation = Federation.small()
    federation[ANCHOR].claims = {"trust_mark_issuers": {MARK: []}}
    own = federation[ISSUER].mark(ISSUER, **claims)
    federation[ISSUER].claims = {"trust_marks": embedded("not.a.mark", own)}
    return federation


def test_a_mark_that_anybody_may_issue() -> None:
    trust = marked().trust(required_trust_marks=frozenset({MARK}))
    assert trust.find(hint(), now=NOW).path.endswith(f"; trust marks {MARK} by {ISSUER}")
    assert trust.member(ISSUER, now=NOW).until == NOW + DAY


def test_a_mark_of_the_anchor_itself() -> None:
    federation = Federation.small()
    federation[ANCHOR].claims = {"trust_mark_issuers": {MARK: [ANCHOR]}}
    by_anchor = federation[ANCHOR].mark(ISSUER)
    federation[ISSUER].claims = {"trust_marks": embedded(by_anchor)}
    network = federation.network()
    trust = federation.trust(transport=network, required_trust_marks=frozenset({MARK}))
    assert trust.find(hint(), now=NOW).path.endswith(f"by {ANCHOR}")
    assert len(network.requests) == 5


def test_a_mark_that_does_not_end() -> None:
    federation = marked(exp=LEFT_OUT)
    trust = federation.trust(required_trust_marks=frozenset({MARK}))
    (mark,) = trust.member(ISSUER, now=NOW).marks
    assert (mark.type, mark.issuer, mark.owner, mark.expires) == (MARK, ISSUER, None, None)


def test_a_member_ends_with_its_mark() -> None:
    soon = NOW + MINUTE
    federation = marked(exp=int(soon.timestamp()))
    trust = federation.trust(required_trust_marks=frozenset({MARK}))
    assert trust.member(ISSUER, now=NOW).until == soon


# Without a network


def test_a_chain_at_hand_needs_no_network() -> None:
    federation = Federation.small()
    trust = federation.trust(transport=NoNetwork(), chains=[federation.chain()])
    assert trust.find(hint(), now=NOW).key == federation[ISSUER].key.public_key


def test_a_chain_at_hand_that_ended_is_looked_up() -> None:
    federation = Federation.small()
    ended = federation.chain()
    ended[0] = federation[ISSUER].configuration(exp=int((NOW - MINUTE).timestamp()))
    network = federation.network()
    trust = federation.trust(transport=network, chains=[ended])
    assert trust.find(hint(), now=NOW).issuer == ISSUER
    assert len(network.requests) == 5


def test_a_chain_at_hand_that_ended_is_refused_without_a_network() -> None:
    federation = Federation.small()
    ended = federation.chain()
    ended[0] = federation[ISSUER].configuration(exp=int((NOW - MINUTE).timestamp()))
    trust = federation.trust(transport=NoNetwork(), chains=[ended])
    assert refusal(lambda: trust.find(hint(), now=NOW)) is Code.FEDERATION_EXPIRED


def test_without_a_chain_the_network_is_missed() -> None:
    trust = Federation.small().trust(transport=NoNetwork())
    assert refusal(lambda: trust.find(hint(), now=NOW)) is Code.NET_OFFLINE


# Verifiers


def test_a_verifier_in_the_federation() -> None:
    federation = Federation.small()
    bank = Entity("https://bank.example", (MINISTRY,))
    bank.metadata = {"openid_credential_verifier": {"jwks": bank.jwks}}
    federation.entities[bank.entity_id] = bank
    trust = federation.trust(entity_types=VERIFIER_TYPES)
    asked = hint(format="oauth-authz-req+jwt", type=f"{CLIENT_PREFIX}{bank.entity_id}", issuer=None)
    found = trust.find(asked, now=NOW)
    assert (found.issuer, found.key) == (bank.entity_id, bank.key.public_key)
    issuer = hint(format="oauth-authz-req+jwt", type=f"{CLIENT_PREFIX}{ISSUER}", issuer=None)
    assert refusal(lambda: trust.find(issuer, now=NOW)) is Code.FEDERATION_ENTITY_TYPE


def test_another_kind_of_client_is_not_looked_up() -> None:
    trust = Federation.small().trust(transport=NoNetwork(), entity_types=VERIFIER_TYPES)
    asked = hint(format="oauth-authz-req+jwt", type="x509_san_dns:bank.example", issuer=None)
    assert refusal(lambda: trust.find(asked, now=NOW)) is Code.TRUST_UNKNOWN_ISSUER


# Misuse


@pytest.mark.parametrize(
    "options", [{"keep_for": timedelta(0)}, {"skew": -MINUTE}, {"skew": 6 * MINUTE}]
)
def test_times_that_make_no_sense(options: dict[str, Any]) -> None:
    with pytest.raises(MisuseError) as error:
        Federation.small().trust(**options)
    assert error.value.code is Code.MISUSE_OPTION


def test_a_time_without_a_zone() -> None:
    trust = Federation.small().trust()
    naive = NOW.replace(tzinfo=None)
    assert refusal(lambda: trust.find(hint(), now=naive)) is Code.MISUSE_NAIVE_TIME
    assert refusal(lambda: trust.member(ISSUER, now=naive)) is Code.MISUSE_NAIVE_TIME
    assert configuration_url(ISSUER).startswith(ISSUER)
