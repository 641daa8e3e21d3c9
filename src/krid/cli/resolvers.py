"""Resolvers as the command line asks for them: the standard methods, and others by address."""

import click

from krid._core.clock import Clock
from krid.did import DidMethod, DidOmn, RemoteMethod, Resolver, omn
from krid.net import HttpsTransport


def make_resolver(
    *, omn: str | None = None, remote: tuple[str, ...] = (), clock: Clock
) -> Resolver:
    """Make a resolver for the standard methods, did:omn at an address, and methods elsewhere."""
    methods: list[DidMethod] = list(Resolver.standard_methods(clock=clock))
    if omn is not None:
        methods.append(DidOmn(_omn_source(omn)))
    methods.extend(_remote(word) for word in remote)
    return Resolver(methods, clock=clock, transport=HttpsTransport())


def _omn_source(address: str) -> omn.OmnHttp:
    return omn.OmnHttp(address)


def _remote(word: str) -> RemoteMethod:
    method, _, endpoint = word.partition("=")
    if not method or not endpoint.startswith("https://"):
        raise click.UsageError("--remote METHOD=https://...")
    return RemoteMethod(method, endpoint)
