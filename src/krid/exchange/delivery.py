"""How an answer travels back, as far as wallets and verifiers must agree on it."""

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final, final

from krid.jose import Enc
from krid.keys import PublicKey


@unique
class ResponseMode(StrEnum):
    """The way of an answer by its name in `response_mode` (OpenID4VP 1.0, sections 5.6 and 8)."""

    DIRECT_POST = "direct_post"
    DIRECT_POST_JWT = "direct_post.jwt"
    FRAGMENT = "fragment"
    DC_API = "dc_api"
    DC_API_JWT = "dc_api.jwt"

    @property
    def is_sealed(self) -> bool:
        """Tell whether the answer is encrypted beyond TLS."""
        return self in {ResponseMode.DIRECT_POST_JWT, ResponseMode.DC_API_JWT}

    @property
    def is_posted(self) -> bool:
        """Tell whether the wallet itself sends the answer to the verifier."""
        return self in {ResponseMode.DIRECT_POST, ResponseMode.DIRECT_POST_JWT}

    @property
    def is_dc_api(self) -> bool:
        """Tell whether the answer goes back through the Digital Credentials API."""
        return self in {ResponseMode.DC_API, ResponseMode.DC_API_JWT}


@final
@dataclass(frozen=True, slots=True)
class ResponseKey:
    """The verifier's key to seal an answer with, its `kid`, and the encryptions that it takes."""

    key: PublicKey
    key_id: str
    encs: tuple[Enc, ...]


@final
@dataclass(frozen=True, slots=True)
class Delivery:
    """The way of an answer, and the key to seal it with where the mode says that it is sealed."""

    mode: ResponseMode
    key: ResponseKey | None = None


DIRECT_POST: Final = Delivery(ResponseMode.DIRECT_POST)
"""The answer is posted to the verifier over TLS and not sealed beyond that."""
