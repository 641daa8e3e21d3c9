"""JSON-LD contexts: those of the W3C come along, each pinned by the digest of its bytes.

None is ever fetched. A caller who needs another hands in its bytes, or a loader, with a pin or
by its own word without one.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias, final

from krid._core import limits, strict_json
from krid._core.strict_json import JsonObject
from krid.errors import Code, MalformedError, UnsupportedError
from krid.ld.aliases import check_aliases, names_in

ContextLoader: TypeAlias = Callable[[str], bytes]
"""Returns the bytes of the context at an address, from wherever the caller keeps them."""


_ADDRESS: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:[^\s?#@]+)([?#].*)?", re.DOTALL)


class Pin(NamedTuple):
    """A bundled context: its file, the SHA-256 of its bytes, and the repository it stands in."""

    file: str
    digest: str
    source: str


_W3C: Final = "https://www.w3.org/ns"
_ID: Final = "https://w3id.org"
_MODEL: Final = "w3c/vc-data-model"
_INTEGRITY: Final = "w3c/vc-data-integrity"
_CITIZENS: Final = "w3c-ccg/citizenship-vocab"
_LICENCES: Final = "w3c-ccg/vdl-vocab"

PINNED: Final[Mapping[str, Pin]] = MappingProxyType(
    {
        f"{_W3C}/credentials/v2": Pin(
            "credentials-v2.jsonld",
            "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
            _MODEL,
        ),
        "https://www.w3.org/2018/credentials/v1": Pin(
            "credentials-v1.jsonld",
            "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
            _MODEL,
        ),
        f"{_W3C}/credentials/examples/v2": Pin(
            "credentials-examples-v2.jsonld",
            "57393fbc69d6efb9b9b5dc9cb6b9880b0944360abfe2eaf459c9e58cf2279d7c",
            _MODEL,
        ),
        f"{_W3C}/credentials/undefined-terms/v2": Pin(
            "undefined-terms-v2.jsonld",
            "82dab514ba44eb18f5d1b0f638c5e140c6a556fbfb5089601bdc0fa5eb8b2581",
            _MODEL,
        ),
        f"{_W3C}/credentials/status/v1": Pin(
            "status-list-v1.jsonld",
            "fda5add353231e6a6884a46b12e6c75464281900cb348284d9c360f62381d9f7",
            "w3c/vc-bitstring-status-list",
        ),
        f"{_W3C}/did/v1": Pin(
            "did-v1.jsonld",
            "4f3eae5568c9c5f036a082088f9e192019ee06faa78973c87ff91d5421b88dad",
            "w3c/did",
        ),
        f"{_W3C}/cid/v1": Pin(
            "cid-v1.jsonld",
            "ea216ecc1cb02cd39b693dba2250141e270ba0bf95890be107dd9a9e8e43de85",
            "w3c/cid",
        ),
        f"{_ID}/security/data-integrity/v1": Pin(
            "data-integrity-v1.jsonld",
            "b5d829bd09aa7c42abc6efa0c8ed7635313b5487f37ccfce3ecd149ca9418554",
            _INTEGRITY,
        ),
        f"{_ID}/security/data-integrity/v2": Pin(
            "data-integrity-v2.jsonld",
            "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
            _INTEGRITY,
        ),
        f"{_ID}/security/multikey/v1": Pin(
            "multikey-v1.jsonld",
            "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
            _INTEGRITY,
        ),
        f"{_ID}/security/jwk/v1": Pin(
            "jwk-v1.jsonld",
            "0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece",
            _INTEGRITY,
        ),
        f"{_ID}/security/suites/ed25519-2020/v1": Pin(
            "ed25519-2020-v1.jsonld",
            "3db5c19efb0047a6edfd3b36e24346a8a3caad369d749e3c2d69e862696403e5",
            "w3c/vc-di-eddsa",
        ),
        f"{_ID}/security/suites/jws-2020/v1": Pin(
            "jws-2020-v1.jsonld",
            "d648e05ddc6577827ca2bfd5e931f53e9ebc6e52a57a8da81df4ec8c46ffcd1e",
            "w3c-ccg/lds-jws2020",
        ),
        f"{_ID}/citizenship/v1": Pin(
            "citizenship-v1.jsonld",
            "9ffdc9e92801959e8f7416744aca720d06e0a4702dd83043c02c74700c161d93",
            _CITIZENS,
        ),
        f"{_ID}/citizenship/v2": Pin(
            "citizenship-v2.jsonld",
            "4b50a8580f99ddb2df2ad94e93eee1725f6c185a34306e1c98f4d631b160a9fc",
            _CITIZENS,
        ),
        f"{_ID}/citizenship/v3": Pin(
            "citizenship-v3.jsonld",
            "b8fa8872d5af1686f13c1d17a663a78334a93becba1407c41548f10b515ad7fa",
            _CITIZENS,
        ),
        f"{_ID}/citizenship/v4rc1": Pin(
            "citizenship-v4rc1.jsonld",
            "5038c7383afd7ab2158f1b997913a8f60978a0abcf96e0b0d08e29f146d2db1e",
            _CITIZENS,
        ),
        f"{_ID}/vdl/v1": Pin(
            "vdl-v1.jsonld",
            "b069d7ad1fab36cdc811d6bfa46d8d897277635258b9b9ccb130e3ed76df28d6",
            _LICENCES,
        ),
        f"{_ID}/vdl/v2": Pin(
            "vdl-v2.jsonld",
            "4840b9b17608b05693abdd5f40bbacc2d39726129f62ccf18242b6838c9c9335",
            _LICENCES,
        ),
        f"{_ID}/vdl/aamva/v1": Pin(
            "vdl-aamva-v1.jsonld",
            "7a6060ae97a4b780d9b71af5a1bb2a5a3f9b7b189208544c375a89d7d28460eb",
            _LICENCES,
        ),
    }
)
"""By address. All stand under the W3C Software and Document licence."""


@final
@dataclass(frozen=True, slots=True)
class Contexts:
    """The contexts that documents may name: the bundled ones and those that the caller adds.

    `added` are bytes by address, `pins` the SHA-256 in hex that the context at an address must
    have, bundled ones included, and `loader` is asked for all other addresses. A context that
    `loader` brings must be pinned, unless `unpinned` names its address.

    >>> BUNDLED.load("https://www.w3.org/ns/credentials/v2")["@context"]["id"]
    '@id'
    """

    added: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    pins: Mapping[str, str] = field(default_factory=dict, repr=False)
    unpinned: frozenset[str] = frozenset()
    loader: ContextLoader | None = field(default=None, repr=False)

    def load(self, url: str) -> JsonObject:
        """Return a context document, fresh each time.

        Raises:
            UnsupportedError: `ld.context_unknown` with its address when nobody has it.
            MalformedError: `ld.context_digest` when its bytes are not those of its pin, a
                `json.*` code when they are no JSON object; `ld.alias` for one that the caller
                brings and that names again what credentials and proofs are read by.
        """
        document = _read(self.octets(url))
        if url not in PINNED or url in self.pins:
            check_aliases(document, known_names())
        return document

    def octets(self, url: str) -> bytes:
        """Return the bytes of a context, as those who digest it want them.

        Raises:
            UnsupportedError: `ld.context_unknown` with its address when nobody has it.
            MalformedError: `ld.context_digest` when its bytes are not those of its pin.
        """
        raw = self._find(url)
        pin = self.pins.get(url) or (PINNED[url].digest if url in PINNED else None)
        if pin is not None and hashlib.sha256(raw).hexdigest() != pin:
            raise MalformedError(Code.LD_CONTEXT_DIGEST)
        return raw

    def knows(self, url: str) -> bool:
        """Tell whether a context is at hand without asking the loader."""
        return url in self.added or url in PINNED

    def _find(self, url: str) -> bytes:
        if url in self.added:
            return self.added[url]
        if url in PINNED:
            return _bundled(PINNED[url])
        if self.loader is None or not (url in self.pins or url in self.unpinned):
            raise UnsupportedError(Code.LD_CONTEXT_UNKNOWN, _shown(url))
        return self.loader(url)


def _shown(url: str) -> str:
    """Name a context in one short line: a query or a name before the host may hold a secret."""
    found = _ADDRESS.fullmatch(url)
    if found is None or not found[1].isprintable():
        return "not an address"
    return found[1][: limits.MAX_LD_NAMED_CHARS]


def _read(raw: bytes) -> JsonObject:
    return strict_json.loads_object(raw, max_bytes=limits.MAX_LD_CONTEXT_BYTES)


def _bundled(pin: Pin) -> bytes:
    return (resources.files("krid.ld") / "documents" / pin.file).read_bytes()


@cache
def known_names() -> Mapping[str, frozenset[str]]:
    """The names of what credentials and proofs are read by, in the bundled contexts."""
    return names_in(_read(_bundled(pin)) for pin in PINNED.values())


BUNDLED: Final = Contexts()
"""The bundled contexts and no others."""
