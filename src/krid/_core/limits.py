"""Caps on everything that comes from outside: each number says why it is this one."""

from typing import Final

MAX_INPUT_BYTES: Final = 16 * 1024 * 1024
"""One credential, presentation or document: a 10 MB bomb is still told apart from an absurd one."""

MAX_JSON_DEPTH: Final = 64
"""Real credentials nest below 12; recursion in readers stays far from the interpreter's limit."""

MAX_JSON_NUMBER_CHARS: Final = 64
"""Longer than any date, amount or counter; parsing a decimal integer is quadratic in its length."""

MAX_JSON_VALUES: Final = 250_000
"""Counted by commas and brackets: a trust list of 10,000 issuers has 100,000, read in 0.1 s."""

MAX_CBOR_DEPTH: Final = 32
"""An ISO mdoc nests 9 deep, embedded items not counted, for each is decoded alone."""

MAX_CBOR_WRITTEN_DEPTH: Final = 64
"""Twice what is read; compiled code has no recursion limit of its own to stop at."""

MAX_CBOR_ITEMS: Final = 250_000
"""As for JSON: ten million empty arrays fit into 10 MB and take seconds and a gigabyte."""

MAX_CBOR_UNWALKED_BYTES: Final = 32 * 1024
"""Above this the items are counted before they are decoded. Below, the worst that keys made to
collide can do is 0.1 s, and an mdoc with its portrait is not walked twice."""

MAX_DISCLOSURES: Final = 2_000
"""A card holds tens of claims; hashing 2,000 disclosures still ends within some milliseconds."""

MAX_SDJWT_BYTES: Final = 4 * 1024 * 1024
"""An SD-JWT as text: a card with a portrait takes 60 kB; freezing 4 MB of JSON takes under 1 s."""

MAX_JWS_SIGNATURES: Final = 8
"""Signatures over one SD-JWT in general JSON serialisation: one for each scheme of a transition."""

MAX_TYPE_METADATA_BYTES: Final = 512 * 1024
"""One type metadata document: sixty claims with labels in thirty languages take about 200 kB."""

MAX_TYPE_CLAIMS: Final = 1_000
"""Claims described by a type and all that it extends: the largest published card has about 60."""

MAX_TYPE_EXTENDS: Final = 8
"""Types in a chain of `extends`: a country's type extends a union's, and a sector's perhaps."""

MAX_TYPE_VISITS: Final = 300_000
"""Claims and digests that all paths of a type may look at in one credential: some 0.2 s of work."""

MAX_INTEGRITY_CHARS: Final = 2_048
"""One integrity metadata text: sixteen digests with SHA-512 fit in."""

MAX_ISSUER_METADATA_BYTES: Final = 512 * 1024
"""Issuer metadata or a JWK Set: a hundred keys with their certificates take about 300 kB."""

MAX_ISSUER_KEYS: Final = 256
"""Keys that an issuer publishes: one for each month of twenty years."""

ISSUER_METADATA_SECONDS: Final = 3_600
"""How long a key that its issuer took back may still be believed, if nobody says otherwise."""

MIN_ISSUER_METADATA_SECONDS: Final = 30
"""Between two fetches of one issuer's metadata, so that unknown key identifiers flood nobody."""

MAX_DOCUMENTS: Final = 32
"""Documents in one DeviceResponse: a wallet answers with one or a few."""

MAX_DEVICE_REQUEST_BYTES: Final = 64 * 1024
"""What a reader asks for, by radio: annex D's takes 700 bytes, 32 signed requests about 40 kB."""

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

MAX_URL_CHARS: Final = 8_192
"""Web servers refuse longer ones; a request URI with a request inside goes by reference."""

MAX_HEADER_BYTES: Final = 64 * 1024
"""Status line and header fields of an answer: honest ones stay below 8 kB."""

MAX_ADDRESSES: Final = 16
"""Addresses of one host: large sites answer with eight; each one is checked."""

FETCH_SECONDS: Final = 10.0
"""From the DNS question to the last byte: a person at a counter waits no longer."""

MAX_DID_KEY_CHARS: Final = 256
"""A P-521 key in base58 takes 95 characters, and no key that krid implements is longer."""

DID_CACHE_ENTRIES: Final = 256
"""Documents kept by a resolver: at their largest they fill 128 MB, as a rule 1 MB."""

DID_CACHE_SECONDS: Final = 300
"""How long a key that its owner took out of a document may still be believed."""

DID_NEGATIVE_CACHE_SECONDS: Final = 10
"""Keeps a flood of questions off a broken host, and forgets soon that it was broken."""

MAX_STATUS_LIST_BYTES: Final = 16 * 1024 * 1024
"""A status list after inflation: 128 million one-bit entries."""

MAX_JWT_HEADER_BYTES: Final = 64 * 1024
"""A protected header with a chain of certificates."""

MAX_WORKERS: Final = 64
"""Threads for bulk work: beyond the number of cores they only wait for each other."""

MAX_CACHED_HEADER_CHARS: Final = 8_192
"""A protected header that is kept once it is read: one with two certificates takes 3,000."""

HEADER_CACHE_ENTRIES: Final = 128
"""Protected headers kept, 2 MB at most: an issuer has one or a few, and wallets have a dozen."""

EDWARDS_CACHE_ENTRIES: Final = 1_024
"""Ed25519 keys known to be points or not, about 100 kB."""

MAX_KEY_BYTES: Final = 16 * 1024
"""A key file: PEM, DER, JWK or COSE_Key."""

MAX_PIN_CHARS: Final = 1_024
"""A PIN is hashed by Argon2id whatever its length; nobody types more."""

MAX_CLOCK_SKEW_SECONDS: Final = 300
"""How far a caller may let two clocks differ; more would hide an expired credential."""

MAX_QUERY_CREDENTIALS: Final = 32
"""Credentials in one query: a person reads the consent screen."""

MAX_QUERY_CLAIMS: Final = 256
"""Claims asked of one credential: the largest published card has about 60."""

MAX_QUERY_PATH: Final = 16
"""Steps in one claims path pointer; credentials nest below 12."""

MAX_REQUEST_LIFETIME_SECONDS: Final = 600
"""How long a presentation request stays open: long enough to fetch a phone."""

MAX_SESSIONS: Final = 100_000
"""Open verifier sessions in memory, about 100 MB: far above what one process answers."""

MAX_PORTRAIT_BYTES: Final = 64 * 1024
"""A portrait on a card: 240 by 320 pixels take 20 kB as JPEG; it travels by radio, too."""

MAX_TRUST_FILE_BYTES: Final = 4 * 1024 * 1024
"""One trust file: a list of three hundred roots takes about 300 kB."""

MAX_TRUST_ENTRIES: Final = 2_000
"""Certificates, keys or DIDs in one trust file: every country with several roots, and room."""

MAX_RSA_BITS: Final = 8_192
"""An RSA key in a chain: 4,096 bits are usual, and a check with 16,384 takes milliseconds."""

MAX_RECORD_BYTES: Final = 32 * 1024 * 1024
"""One wallet record: the largest credential krid reads, with as much again written about it."""

MAX_RECORD_NAME_BYTES: Final = 1_024
"""A record's kind or name in UTF-8: names are identifiers and digests, not content."""

MAX_PIN_MEMORY_KIB: Final = 256 * 1024
"""Memory to hash a PIN: four times the standard cost, and still there on a small phone."""

MAX_PIN_ITERATIONS: Final = 16
"""Passes to hash a PIN: with the most memory, some five seconds and not a hang."""

MAX_PIN_LANES: Final = 8
"""Lanes to hash a PIN: no phone has more fast cores."""

MAX_STATUS_TTL_SECONDS: Final = 10 * 365 * 86_400
"""How long a status list may ask to be cached: longer than any card lives."""

MAX_CACHED_STATUS_LISTS: Final = 64
"""Status lists kept in memory: a country's cards fill some tens of lists."""

MIN_STATUS_FETCH_SECONDS: Final = 30
"""Between two fetches of one list, so that a small or elapsed ttl floods nobody."""

MAX_STATUS_CACHE_BYTES: Final = 256 * 1024 * 1024
"""Lists kept, as they came and inflated: a country's list of 50 million takes 14 MB."""

MAX_STATUS_WATERMARKS: Final = 65_536
"""Lists whose newest date is remembered, about 20 MB: far more than one verifier ever meets."""

MAX_STATUS_REFUSALS: Final = 1_024
"""Lists that lately could not be had; each is remembered for half a minute."""

MAX_STATUS_ARCHIVE_BYTES: Final = 128 * 1024 * 1024
"""A file of signed lists for use offline: sixty lists of 2 MB."""

MAX_STATUS_ENTRIES: Final = 16
"""Status entries of one credential: revocation, suspension, refresh, and some messages."""

MAX_STATUS_SIZE: Final = 8
"""Bits of one status in a bitstring: 256 messages, twice the bits of the largest published."""

MAX_AGGREGATED_STATUS_LISTS: Final = 1_024
"""Lists named by one aggregation: a billion cards in lists of a million."""

MAX_AGGREGATION_BYTES: Final = 512 * 1024
"""One status list aggregation: a thousand addresses of two hundred characters, and room."""

MIN_BITSTRING_ENTRIES: Final = 131_072
"""Bitstring Status List 1.0, section 3.2: a shorter list hides nobody in a crowd."""

OFFLINE_STATUS_DAYS: Final = 366
"""The greatest age that may be stated for lists used offline: beyond it nothing is checked."""

MAX_FINDINGS: Final = 1_000
"""Findings of one linting: nobody reads more, and each disclosure of a hostile file makes some."""

MAX_LINTED_CBOR_ITEMS: Final = 50_000
"""CBOR items whose heads a linting looks at: the largest mdoc has a fifth of it."""

MAX_OAUTH_BYTES: Final = 64 * 1024
"""A form, token response or error: authorization details of thirty credentials take 10 kB."""

MAX_OAUTH_PARAMETERS: Final = 64
"""Parameters of one form: OAuth and its extensions define about thirty."""

MAX_OAUTH_TEXT_CHARS: Final = 8_192
"""One code, token, state or identifier: tokens that are JWTs stay below 4,000."""

MAX_OAUTH_VALUES: Final = 256
"""Members of one list in metadata: scopes, algorithms, grant types."""

MAX_OAUTH_HEADERS: Final = 128
"""Header fields of one request that krid looks through: browsers send about thirty."""

MAX_SERVER_METADATA_BYTES: Final = 256 * 1024
"""Metadata of an authorization server: the largest in the field take about 10 kB."""

MAX_PROOF_CHARS: Final = 64 * 1024
"""A DPoP proof, key proof, attestation: one with a chain and fifty keys takes about 20 kB."""

MAX_JTI_CHARS: Final = 256
"""The identifier of a proof: 128 random bits take 22 characters, a UUID 36."""

MAX_OFFER_BYTES: Final = 64 * 1024
"""A credential offer: one in a QR code stays below 3 kB."""

MAX_OFFERED: Final = 64
"""Credential configurations in one offer or request: a person reads what is offered."""

MAX_TX_CODE_CHARS: Final = 64
"""A transaction code: a person types it."""

MAX_TX_CODE_TRIES: Final = 5
"""Wrong transaction codes before an offer is void: of four digits, one in 2,000 is guessed."""

MAX_TX_CODE_DESCRIPTION: Final = 300
"""OpenID4VCI 1.0, section 4.1.1, sets it."""

MAX_ISSUANCE_METADATA_BYTES: Final = 2 * 1024 * 1024
"""Credential issuer metadata: fifty credentials in thirty languages take about 1 MB."""

MAX_CONFIGURATIONS: Final = 512
"""Credential configurations of one issuer: a country's offices together issue a few hundred."""

MAX_DISPLAYS: Final = 256
"""Display objects in one list: one for each language."""

MAX_BATCH: Final = 256
"""Keys in one credential request: wallets ask for ten to fifty single-use credentials."""

MAX_CREDENTIAL_REQUEST_BYTES: Final = 2 * 1024 * 1024
"""A credential request with 256 key proofs, each with the same attestation of some kilobytes."""

MAX_CREDENTIAL_RESPONSE_BYTES: Final = 16 * 1024 * 1024
"""A credential response: a batch of 100 cards with portraits takes about 8 MB."""

MAX_DEFERRAL_SECONDS: Final = 366 * 86_400
"""How long an issuer may ask a wallet to wait before it asks again."""

MAX_ISSUANCE_RECORDS: Final = 1_000_000
"""Codes, tokens and spent proofs in memory, about 1 GB: far above what one process serves."""

MAX_ISSUANCE_RECORD_BYTES: Final = 256 * 1024
"""One record of an issuance: a deferred batch of 256 keys takes about 50 kB."""
