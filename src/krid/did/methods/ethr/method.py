"""The did:ethr method: which network a DID is of, and its document now or as it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, final

from krid._core.clock import Clock
from krid._core.strict_json import JsonObject
from krid._core.times import to_numeric_date, to_rfc3339
from krid.did.methods.ethr.document import build, document_of
from krid.did.methods.ethr.history import Event, read_history
from krid.did.methods.ethr.identifier import EthrIdentifier
from krid.did.resolution import ResolutionOptions, Resolved
from krid.did.syntax import Did
from krid.errors import Code, ResolutionError
from krid.evm import Block, ChainTerms, Node, block_at, settled_block
from krid.net import Flow

_MOST_DIGITS: Final = 18


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class EthrNetwork:
    """A network by the name that its DIDs bear, and on which terms it is believed.

    `mainnet` is the name where a DID has none. A DID may name the chain by its number in hex,
    too. `terms.contract` is the registry's address.
    """

    name: str
    node: Node
    terms: ChainTerms


@final
@dataclass(frozen=True, slots=True)
class DidEthr:
    """did:ethr on the networks that are listed; versions are numbers of blocks.

    The owner's key, when a DID holds an address, is known by its address alone: krid shows it
    and does not verify by it. Keys that were set as attributes, and the key of a DID that holds
    it, are keys like any other.
    """

    networks: Sequence[EthrNetwork]
    clock: Clock

    @property
    def name(self) -> str:
        """`ethr`."""
        return "ethr"

    def resolve(self, did: Did, *, options: ResolutionOptions) -> Flow[Resolved]:
        """Read the identity's events from the chain and make its document.

        Raises:
            ResolutionError: `did.syntax`, `did.public_key`, `did.method` for a network that is
                not listed, `did.deactivated`, `did.option_value`, `did.not_found` for a version
                that the chain does not have yet.
            KridError: those of `krid.evm.settled_block` and of `read_history`.
        """
        identifier = EthrIdentifier.parse(did)
        network = self._network(identifier)
        now = self.clock.now()
        block = yield from settled_block(network.node, terms=network.terms, now=now)
        events = yield from read_history(
            network.node,
            identifier.address,
            registry=network.terms.contract,
            block_hash=block.hash,
            newest=block.number,
        )
        version = yield from _version(network.node, events, options, block, now)
        chain_id = network.terms.chain_id
        kept = [event for event in events if event.block <= version.last]
        members = build(
            did, identifier, kept, chain_id=chain_id, now=to_numeric_date(version.moment)
        )
        metadata = yield from _metadata(network.node, events, version.last)
        return Resolved(document_of(did, members), metadata)

    def _network(self, identifier: EthrIdentifier) -> EthrNetwork:
        for network in self.networks:
            if identifier.network == network.name or identifier.chain_id == network.terms.chain_id:
                return network
        raise ResolutionError(Code.DID_METHOD, "a network that is not listed")


@final
@dataclass(frozen=True, slots=True)
class _Version:
    """The last block whose events count, and the moment by which their ends are judged."""

    last: int
    moment: datetime


def _version(
    node: Node,
    events: Sequence[Event],
    options: ResolutionOptions,
    newest: Block,
    now: datetime,
) -> Flow[_Version]:
    if options.version_id is not None:
        number = _number(options.version_id)
        if number > newest.number:
            raise ResolutionError(Code.DID_NOT_FOUND, "a version to come")
        block = yield from block_at(node, number)
        return _Version(number, block.at)
    if options.version_time is None:
        return _Version(newest.number, now)
    if options.version_time > now:
        raise ResolutionError(Code.DID_NOT_FOUND, "a version to come")
    last = 0
    for number in sorted({event.block for event in events}):
        block = yield from block_at(node, number)
        if block.at > options.version_time:
            break
        last = number
    return _Version(last, options.version_time)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise ResolutionError(Code.DID_OPTION_VALUE, "versionId is the number of a block")
    return int(text)


def _metadata(node: Node, events: Sequence[Event], last: int) -> Flow[JsonObject]:
    """Say which version this is, and which comes next."""
    before = [event.block for event in events if event.block <= last]
    after = [event.block for event in events if event.block > last]
    metadata: JsonObject = {}
    if before:
        block = yield from block_at(node, max(before))
        metadata |= {"versionId": str(block.number), "updated": to_rfc3339(block.at)}
    if after:
        block = yield from block_at(node, min(after))
        metadata |= {"nextVersionId": str(block.number), "nextUpdate": to_rfc3339(block.at)}
    return metadata
