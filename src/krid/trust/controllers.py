"""Trust in issuers that somebody listed, whose keys stand in controlled identifier documents.

W3C Controlled Identifiers 1.0, as VC-JOSE-COSE, section 4.2, uses them: the issuer is an https
address, and `kid` is the URL of a verification method in the document there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, final

from krid._core import limits, shape, strict_json, times
from krid._core.frozen import freeze_object
from krid._core.strict_json import JsonObject
from krid._core.times import aware
from krid.errors import Code, ContentError, MalformedError, TrustError, UnsupportedError
from krid.keys import jwk
from krid.model import IssuerHint, IssuerKey
from krid.net import Flow, Transport, fetch
from krid.sdjwt.issuer_metadata import IssuerKeySet, PublishedKey, lifetime, metadata_url
from krid.trust.kept_keys import LONGEST, KeptKeys

_MEDIA_TYPES: Final = frozenset({"application/cid", "application/json", "application/ld+json"})
_TYPE: Final = "JsonWebKey"
_SYNTAX: Final = Code.ISSUER_SYNTAX


@final
class ControllerTrust:
    """Trust in what the assertion keys of these controllers sign.

    An issuer is recognised by its name, which must be one of `controllers` to the letter; nothing
    is fetched for any other. The hint names the key by its whole URL, or by `#` and what follows.
    Only keys of type JsonWebKey count that stand in the controller's own document, under its own
    control, listed for assertionMethod, and neither expired nor revoked. Documents are kept as in
    `IssuerMetadataTrust`.
    """

    def __init__(
        self, controllers: frozenset[str], *, transport: Transport, keep_for: timedelta = LONGEST
    ) -> None:
        """Trust some controllers; `transport` fetches, as `krid.net.HttpsTransport` does.

        Raises:
            MalformedError: `issuer.address` for one that is no plain https address.
            MisuseError: `misuse.option` for a time to keep that is shorter than half a minute.
        """
        for controller in controllers:
            metadata_url(controller)
        self._controllers: Final = controllers
        self._keys: Final = KeptKeys(fetch_controller, transport=transport, keep_for=keep_for)

    def __repr__(self) -> str:
        """Say how many controllers are trusted."""
        return f"ControllerTrust({len(self._controllers)} controllers)"

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Return the key that the hint names, fetching what is not at hand.

        Raises:
            TrustError: `trust.unknown_issuer` for an issuer that is not listed, or none;
                `trust.issuer_name` for a key of another controller; `trust.key` when there is no
                such key; `trust.ambiguous` when the hint names none; `alg.key`.
            MalformedError: `issuer.syntax`, `key.use`, or a `json.*` code.
            ContentError: `issuer.foreign`.
            TransportError: the document could not be had.
            MisuseError: `misuse.naive_time`.
        """
        issuer = hint.issuer
        if issuer is None or issuer not in self._controllers:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        whole = replace(hint, key_id=_absolute(issuer, hint.key_id))
        found = self._keys.find(issuer, whole, now=aware(now))
        jwk.check_marks(found.members, alg=hint.message_alg)
        return IssuerKey(
            key=found.key,
            issuer=issuer,
            path=f"controlled identifier document of {issuer}",
            authorities=frozenset({issuer}),
        )


def fetch_controller(controller: str, now: datetime) -> Flow[IssuerKeySet]:
    """Fetch a controlled identifier document and its assertion keys as they are at a moment.

    Raises:
        MalformedError: `issuer.syntax`, or a `json.*` code.
        ContentError: `issuer.foreign`.
        TransportError: it could not be fetched.
    """
    accept = ", ".join(sorted(_MEDIA_TYPES))
    response = yield from fetch(
        controller, accept=accept, max_bytes=limits.MAX_ISSUER_METADATA_BYTES
    )
    if response.media_type not in _MEDIA_TYPES:
        raise MalformedError(_SYNTAX, "media type")
    document = strict_json.loads_object(response.body)
    if document.get("id") != controller:
        raise ContentError(Code.ISSUER_FOREIGN)
    methods = tuple(_assertion_methods(controller, document))
    ends = [end for each in methods for end in _ends(each)]
    usable = [each for each in methods if not any(end <= now for end in _ends(each))]
    keys = tuple(key for key in map(_key, usable) if key is not None)
    said = [end - now for end in ends if end > now]
    said += [each for each in (lifetime(response),) if each is not None]
    return IssuerKeySet(controller, keys, min(said, default=None))


def _assertion_methods(controller: str, document: JsonObject) -> Iterator[Mapping[str, Any]]:
    """Yield the keys of the controller itself that are listed for assertion (CID, section 3.3)."""
    methods: dict[str, Mapping[str, Any]] = {}
    for item in _items(document, "verificationMethod"):
        method = shape.mapping(item, _SYNTAX)
        methods[_whole(controller, shape.text(method.get("id"), _SYNTAX))] = method
    for item in _items(document, "assertionMethod"):
        if isinstance(item, str):
            found = methods.get(_whole(controller, item), {})
        else:
            found = shape.mapping(item, _SYNTAX)
        if found.get("type") == _TYPE and found.get("controller") == controller:
            yield {**found, "id": _whole(controller, shape.text(found.get("id"), _SYNTAX))}


def _key(method: Mapping[str, Any]) -> PublishedKey | None:
    """Read one key, None for a type that krid does not know: there may be others beside."""
    members = shape.mapping(method.get("publicKeyJwk"), _SYNTAX)
    try:
        key = jwk.parse_public(members)
    except UnsupportedError:
        return None
    except MalformedError as cause:
        raise MalformedError(_SYNTAX, str(cause.code)) from cause
    return PublishedKey(key, method["id"], freeze_object(members))


def _ends(method: Mapping[str, Any]) -> list[datetime]:
    """Return the moments from which on a key must not be used."""
    named = (method[name] for name in ("expires", "revoked") if name in method)
    return [times.from_rfc3339(shape.text(each, _SYNTAX)) for each in named]


def _items(document: JsonObject, name: str) -> list[Any]:
    items = shape.sequence(document.get(name, ()), _SYNTAX)
    if len(items) > limits.MAX_ISSUER_KEYS:
        raise MalformedError(_SYNTAX, "too many keys")
    return list(items)


def _absolute(controller: str, reference: str | None) -> str:
    """Return the URL of a key, which must be one of the controller's own document."""
    if reference is None:
        raise TrustError(Code.TRUST_AMBIGUOUS)
    url = _whole(controller, reference)
    if not url.startswith(f"{controller}#"):
        raise TrustError(Code.TRUST_ISSUER_NAME)
    return url


def _whole(controller: str, reference: str) -> str:
    return f"{controller}{reference}" if reference.startswith("#") else reference
