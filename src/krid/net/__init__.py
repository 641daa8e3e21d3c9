"""Requests and responses as values, flows that need them, and the one careful way to send them.

Protocol code never opens a connection: it is a flow that yields a `Request` and receives a
`Response`. `run` drives a flow with a transport, `run_async` with an asynchronous one.
"""

from krid.net.fetch import fetch
from krid.net.flow import AsyncTransport, Flow, Transport, run, run_async
from krid.net.https import HttpsTransport
from krid.net.loopback import PlainLoopback
from krid.net.message import Request, Response
from krid.net.policy import FetchPolicy
from krid.net.scripted import NoNetwork, ScriptedTransport
from krid.net.url import HttpsUrl

__all__ = [
    "AsyncTransport",
    "FetchPolicy",
    "Flow",
    "HttpsTransport",
    "HttpsUrl",
    "NoNetwork",
    "PlainLoopback",
    "Request",
    "Response",
    "ScriptedTransport",
    "Transport",
    "fetch",
    "run",
    "run_async",
]
