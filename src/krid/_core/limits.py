"""Caps on everything that comes from outside: each number says why it is this one."""

from typing import Final

MAX_INPUT_BYTES: Final = 16 * 1024 * 1024
"""One credential, presentation or document: a 10 MB bomb is still told apart from an absurd one."""

MAX_JSON_DEPTH: Final = 64
"""Real credentials nest below 12; recursion in readers stays far from the interpreter's limit."""

MAX_JSON_NUMBER_CHARS: Final = 64
"""Longer than any date, amount or counter; parsing a decimal integer is quadratic in its length."""

MAX_CBOR_DEPTH: Final = 32
"""An ISO mdoc nests 9 deep, embedded items not counted, for each is decoded alone."""

MAX_DISCLOSURES: Final = 2_000
"""A card holds tens of claims; hashing 2,000 disclosures still ends within some milliseconds."""

MAX_DOCUMENTS: Final = 32
"""Documents in one DeviceResponse: a wallet answers with one or a few."""

MAX_ELEMENTS: Final = 2_000
"""Data elements in one mdoc document, for the same reason as disclosures."""

MAX_CHAIN_LENGTH: Final = 6
"""Certificates between a leaf and its anchor: ISO 18013-5 uses one, web chains two or three."""

MAX_CERTIFICATE_BYTES: Final = 16 * 1024
"""Document signers take about 600 bytes; certificates with many names stay below 8 kB."""

MAX_BASE58_CHARS: Final = 8_192
"""Decoding base58 is quadratic: this many characters take about 30 ms, a key takes 48."""

MAX_DID_CHARS: Final = 16_384
"""did:jwk with a large key stays below 4,000; did:peer with services below 8,000."""

MAX_DID_DOCUMENT_BYTES: Final = 512 * 1024
"""A document with a hundred keys and services takes about 60 kB."""

MAX_RESPONSE_BYTES: Final = 5 * 1024 * 1024
"""An answer over the network: the largest honest one is a status list of about 1 MB."""

MAX_REDIRECTS: Final = 3
"""Redirects stay on one host; more than a few are a loop or a trap."""

MAX_STATUS_LIST_BYTES: Final = 16 * 1024 * 1024
"""A status list after inflation: 128 million one-bit entries."""

MAX_JWT_HEADER_BYTES: Final = 64 * 1024
"""A protected header with a chain of certificates."""

MAX_KEY_BYTES: Final = 16 * 1024
"""A key file: PEM, DER, JWK or COSE_Key."""

MAX_PIN_CHARS: Final = 1_024
"""A PIN is hashed by Argon2id whatever its length; nobody types more."""

MAX_CLOCK_SKEW_SECONDS: Final = 300
"""How far a caller may let two clocks differ; more would hide an expired credential."""
