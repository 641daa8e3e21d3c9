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

MAX_CBOR_ITEMS: Final = 40_000
"""In one encoded item, read within 50 ms: a list of 1,500 issuing authorities has 30,000."""

MAX_CBOR_UNWALKED_BYTES: Final = 16 * 1024
"""Above this the items are counted before they are decoded. Below, the worst that keys made to
collide can do is 25 ms."""

MAX_CBOR_UNWALKED_ITEMS: Final = 2_000
"""Nor are so few items walked over, however long: their keys collide a thousand times at most."""

MAX_DISCLOSURES: Final = 2_000
"""A card holds tens of claims; hashing 2,000 disclosures still ends within some milliseconds."""

MAX_SDJWT_BYTES: Final = 4 * 1024 * 1024
"""An SD-JWT as text: a card with a portrait takes 60 kB; freezing 4 MB of JSON takes under 1 s."""

MAX_JWT_VALUES: Final = 12_000
"""JSON values of a credential's payload, key binding or status list token, and as many in all
disclosures together: the most disclosures make 8,000, and 12,000 are read within 50 ms."""

MAX_JWS_SIGNATURES: Final = 8
"""Signatures over one SD-JWT in general JSON serialisation: one for each scheme of a transition."""

MAX_TYPE_METADATA_BYTES: Final = 512 * 1024
"""One type metadata document: sixty claims with labels in thirty languages take about 200 kB."""

MAX_TYPE_VALUES: Final = 20_000
"""JSON values of one type metadata document: sixty claims in thirty languages make 13,000."""

MAX_TYPE_CLAIMS: Final = 1_000
"""Claims described by a type and all that it extends: the largest published card has about 60."""

MAX_TYPE_EXTENDS: Final = 8
"""Types in a chain of `extends`: a country's type extends a union's, and a sector's perhaps."""

MAX_TYPE_VISITS: Final = 60_000
"""Claims and digests that all paths of a type may look at in one credential: some 30 ms of work,
enough for 200 claims where 150 are hidden."""

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

MAX_MDOC_ITEMS: Final = 25_000
"""CBOR items of a response or request, and as many inside all its embedded items together: the
most elements and their digests make 22,000. A limit on each alone would let thousands through."""

MAX_COSE_HEADER_ITEMS: Final = 256
"""CBOR items of a protected COSE header: it holds an algorithm, a key identifier, certificates."""

MAX_DEVICE_REQUEST_BYTES: Final = 64 * 1024
"""What a reader asks for, by radio: annex D's takes 700 bytes, 32 signed requests about 40 kB."""

MAX_ENGAGEMENT_BYTES: Final = 4 * 1024
"""A device engagement: annex D's takes 116 bytes, and a QR code holds 2,953 at most."""

MAX_RETRIEVAL_METHODS: Final = 16
"""Ways to connect in one engagement or handover: the standard has three, each perhaps twice."""

MAX_NDEF_BYTES: Final = 8 * 1024
"""One NDEF message of a handover: with an engagement and two carriers it takes about 250."""

MAX_NDEF_RECORDS: Final = 32
"""Records of one NDEF message: a handover, an engagement, and one for each way to connect."""

MAX_PROXIMITY_MESSAGE_BYTES: Final = 1024 * 1024
"""One encrypted message: 32 documents with a portrait of 30 kB each; by BLE it takes a minute."""

MAX_PROXIMITY_CHUNKS: Final = 65_536
"""Pieces of one message: the largest message in the smallest pieces of BLE, 19 bytes, takes
55,000."""

MAX_PROXIMITY_MESSAGES: Final = 64
"""Messages in one direction of one session: a reader asks once or a few times. Far below the
2^32 at which a counter would begin again."""

MAX_PROXIMITY_PURPOSE_CHARS: Final = 500
"""Why a reader asks, in one sentence for a person; a longer text is not shown for one."""

MAX_PROXIMITY_SECONDS: Final = 300
"""From engagement to the end: a person at a counter decides within minutes, as online."""

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

MAX_WEBVH_LOG_BYTES: Final = 16 * 1024 * 1024
"""A did:webvh log: 10,000 entries of 1.5 kB; the transport's own cap of 5 MB holds as well."""

MAX_WEBVH_ENTRIES: Final = 10_000
"""Entries of one log: one each day for 27 years, checked in some 3 s."""

MAX_WEBVH_ENTRY_BYTES: Final = 1024 * 1024
"""One line of a log: a document at its limit, with parameters and proofs."""

MAX_WEBVH_WITNESS_BYTES: Final = 2 * 1024 * 1024
"""The file of witness proofs: some 5,000 proofs, where one for each witness is enough."""

MAX_WEBVH_WITNESSES: Final = 64
"""Witnesses of one DID: published ones have fewer than ten."""

MAX_WEBVH_KEYS: Final = 64
"""Update keys, announced hashes or watchers in one entry: one for each person who may update."""

MAX_WEBVH_PROOFS: Final = 8
"""Proofs of one log entry: one is what the method asks for."""

WEBVH_SKEW_SECONDS: Final = 300
"""How far a log's clock may be ahead: did:webvh recommends no more than five minutes."""

MAX_WEBVH_TTL_SECONDS: Final = 2**31
"""The largest ttl of did:webvh; the resolver's own lifetime is an upper bound in any case."""

MAX_PROOF_VALUE_CHARS: Final = 1_024
"""A signature in base58: Ed25519 takes 89 characters, P-384 133."""

MAX_SD_PROOF_VALUE_CHARS: Final = 64 * 1024
"""A proof value of a suite that discloses selectively: 500 signatures take 45,000 characters."""

MAX_DI_PROOFS: Final = 16
"""Proofs of one document: an issuer signs with an old and a new suite, a few parties in a row."""

MAX_RESOLVER_BODY_BYTES: Final = 16 * 1024
"""Options of a question to a resolver service: four short members."""

MAX_PEER_ELEMENTS: Final = 64
"""Keys and services in one did:peer: DIDComm uses two keys and one service."""

MAX_OMN_KEYS: Final = 64
"""Keys or proofs in an OpenDID document: the system knows six kinds of key."""

MAX_OMN_BYTES: Final = 2 * 1024 * 1024
"""An OpenDID credential, or a presentation of some: with portraits they take some 300 kB."""

MAX_OMN_ENVELOPE_BYTES: Final = 64 * 1024
"""What surrounds the claims of an OpenDID credential, signed anew with each of them: 2 kB."""

MAX_OMN_CREDENTIALS: Final = 16
"""Credentials in one OpenDID presentation: a person shows one or two."""

MAX_OMN_META_BYTES: Final = 64 * 1024
"""The record of a credential's status on the ledger: one kilobyte."""

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

MAX_CACHED_ASKED_CHARS: Final = 16 * 1024
"""What a verifier asks of everybody, kept once it is read: with its registration it takes 6,000."""

ASKED_CACHE_ENTRIES: Final = 64
"""Such texts kept, 1 MB at most: a verifier asks for a handful of things."""

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

MAX_QUERY_CLAIM_SETS: Final = 64
"""Alternatives of claims in one credential query: published queries have three at most."""

MAX_QUERY_NAMES: Final = 4_096
"""Claims, and members of claim sets, in a whole query: each costs a few µs for each card held."""

MAX_QUERY_SETS: Final = 32
"""Credential sets in one query: as many as there may be credentials."""

MAX_QUERY_OPTIONS: Final = 64
"""Alternatives in one credential set: a person chooses from them."""

MAX_QUERY_TYPES: Final = 64
"""Types that will do in one credential query, and types of one alternative."""

MAX_QUERY_VALUES: Final = 256
"""Values that will do for one claim: there are 249 codes of countries."""

MAX_QUERY_AUTHORITIES: Final = 512
"""Authorities in one credential query: three countries' worth of certificate issuers, and room."""

MAX_QUERY_CANDIDATES: Final = 4_096
"""Ways to answer one credential query that are weighed: 64 cards with 64 alternatives each."""

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

MAX_FIDO_MESSAGE_BYTES: Final = 64 * 1024
"""One answer of an authenticator: with an attestation's certificates some 10 kB."""

MAX_FIDO_CREDENTIAL_ID_BYTES: Final = 1_023
"""What Web Authentication allows (section 4)."""

MAX_FIDO_CEREMONIES: Final = 64
"""Challenges that wait for an answer; a person answers one at a time."""

MAX_UNLOCK_METHODS: Final = 16
"""Ways to unlock a wallet, those that ended among them: fingers and keys of one person."""

MAX_UNLOCK_ATTACHED_BYTES: Final = 4 * 1024
"""What is attached to one of them: a credential id has at most 1,023 bytes, a key a hundred."""

MAX_UNLOCK_METHOD_BYTES: Final = 256 * 1024
"""All of them as JSON: sixteen with the most attached, of some 10 kB each."""

MAX_UNLOCK_LABEL_CHARS: Final = 100
"""The name that a person gives to a way to unlock: one line on a screen."""

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

MAX_REGISTRATION_BYTES: Final = 256 * 1024
"""A verifier's registration certificate: texts in thirty languages and a chain take about 60 kB."""

MAX_REGISTRATION_DAYS: Final = 366
"""Twelve months, the longest that ETSI TS 119 475 lets a registration certificate run."""

MAX_REGISTRATION_CREDENTIALS: Final = 64
"""Kinds of credentials that one intended use names: each is explained to a person."""

MAX_REGISTRATION_PURPOSES: Final = 64
"""Languages that a purpose is written in: the Union has 24, and some have two scripts."""

MAX_PARTY_NAMES: Final = 256
"""Client identifiers for one purpose: a certificate for each branch, each renewed once."""

MAX_PARTY_TEXT_CHARS: Final = 1_024
"""A name, number or purpose of a relying party, or a client identifier that it asks under."""

REPORT_DAYS: Final = 7
"""How long after its end a request may be reported: time to find a network, short of the time in
which an old key of a verifier may have been lost."""

MAX_VERIFIER_ATTESTATIONS: Final = 16
"""What a verifier sends along about itself in one request."""

MAX_WEB_HEADER_CHARS: Final = 4_096
"""Of one header that is read closely; browsers send some hundred characters of `Accept`."""

MAX_WEB_PROXY_HEADERS: Final = 16
"""Headers of a proxy that pages may read: who it is, by what proof, in which groups, and some."""

MAX_WEB_COMPRESSED: Final = 256
"""Gzipped lists kept by one process: of 20 kB each, 5 MB."""

MAX_WEB_BODY_BYTES: Final = 2_000_000
"""Of one request to an application: no endpoint of OpenID4VCI or OpenID4VP takes more."""

MAX_WEB_CLIENTS: Final = 10_000
"""Addresses whose rate one process remembers: some 2 MB; the one seen longest ago goes first."""

MAX_WEB_FORM_FIELDS: Final = 32
"""Of one form of a page: the largest has ten."""

MAX_WEB_PENDING: Final = 64
"""Offers and requests that wait for one person's decision; the oldest is dropped."""

MAX_WEB_APPLICATIONS: Final = 64
"""Applications that wait for a clerk of one office: two days' work; each look reads all places."""

MAX_FINDINGS: Final = 1_000
"""Findings of one linting: nobody reads more, and each disclosure of a hostile file makes some."""

MAX_STATUS_ALLOTMENT: Final = 10_000
"""Status indexes given out in one transaction: other processes wait for it, some 0.1 s."""

MAX_STATUS_CHANGES: Final = 10_000
"""Statuses changed in one transaction, for the same reason."""

MAX_ENTITY_STATEMENT_CHARS: Final = 256 * 1024
"""One statement of a federation: an anchor's with a hundred kinds of trust marks takes 60 kB."""

MAX_TRUST_CHAIN_STATEMENTS: Final = 10
"""Statements in a trust chain: federations of federations have four intermediates, so seven."""

MAX_AUTHORITY_HINTS: Final = 16
"""Superiors that one entity names: one for each federation that it belongs to."""

MAX_FEDERATION_FETCHES: Final = 32
"""Requests to resolve one entity: a chain of three takes five, its trust marks as many again."""

MAX_FEDERATION_KEYS: Final = 64
"""Keys in one key set of a federation: a few in force and a few to come."""

MAX_TRUST_MARKS: Final = 64
"""Trust marks of one entity: each says that it met one set of rules."""

MAX_TRUST_MARK_TYPES: Final = 1_000
"""Types of trust marks that an anchor lists."""

MAX_TRUST_MARK_ISSUERS: Final = 1_000
"""Issuers that an anchor lists for one type of trust mark."""

MAX_ENTITY_TYPES: Final = 64
"""Entity types in one metadata or policy: an entity plays a few roles."""

MAX_POLICY_PARAMETERS: Final = 1_000
"""Parameters that a metadata policy rules for one entity type: the largest has about 60."""

MAX_POLICY_VALUES: Final = 2_000
"""Values in one operator of a metadata policy."""

MAX_NAMING_CONSTRAINTS: Final = 1_000
"""Names that one naming constraint permits or excludes."""

MAX_HISTORICAL_KEYS: Final = 1_000
"""Former keys of an entity: one for each month of eighty years."""

MAX_FEDERATION_LEEWAY_SECONDS: Final = 60
"""How far the clocks of a federation's members may differ where the caller does not say."""

MAX_FEDERATION_ENTITIES: Final = 256
"""Resolved entities kept in memory: at their largest they fill 128 MB, as a rule 10 MB."""

FEDERATION_CACHE_SECONDS: Final = 3_600
"""How long an entity that its superior removed may still be believed, if nobody says otherwise."""

MIN_FEDERATION_SECONDS: Final = 30
"""Between two resolutions of one entity, so that unknown names and keys flood nobody."""

MAX_CRL_BYTES: Final = 16 * 1024 * 1024
"""One revocation list: 100,000 entries with reasons take 4 MB."""

MAX_CRL_ENTRIES: Final = 400_000
"""Entries of one revocation list: indexing this many takes half a second, once."""

MAX_CRLS: Final = 256
"""Revocation lists kept by one source: one for each of two hundred authorities, and room."""

MAX_CRL_NUMBERS: Final = 4_096
"""Issuers and parts of their certificates whose newest list is remembered; none is forgotten."""

MAX_CRL_ADDRESSES: Final = 4
"""Addresses of one certificate's revocation list that are tried: CAs name one or two."""

MIN_CRL_FETCH_SECONDS: Final = 30
"""Between two fetches of one revocation list, so that a broken one floods nobody."""

MAX_NAME_SUBTREES: Final = 256
"""Names that one CA permits or excludes: those of a public CA for a company stay below 50."""

MAX_LIST_BYTES: Final = 16 * 1024 * 1024
"""One VICAL or trusted list: the largest national list is an XML file of some 6 MB."""

MAX_LIST_ENTRIES: Final = 10_000
"""Authorities or services of one list, former states counted: the largest have some 3,000."""

MAX_LIST_CERTIFICATES: Final = 64
"""Certificates of one service of a list: a service with many keys has about ten."""

MAX_XML_MARKS: Final = 600_000
"""Opening brackets of one XML list, two for each element: a national list of 6 MB has 200,000."""

MAX_LINTED_CBOR_ITEMS: Final = 30_000
"""CBOR items whose heads a linting looks at: the largest mdoc has a third of it."""

MAX_STATEMENT_BYTES: Final = 8 * 1024
"""One statement of a ledger: an issuer with sixteen keys and a hundred types fits in."""

MAX_STATEMENT_NAME_CHARS: Final = 1_024
"""The name of an issuer, schema or list on a ledger: an address or a DID, never content."""

MAX_STATEMENT_KEYS: Final = 16
"""Keys of one issuer in force at once on a ledger; whoever has more names a DID."""

MAX_STATEMENT_TYPES: Final = 128
"""Types of credentials that one issuer may issue: a state issues some tens."""

MAX_LEDGER_SIZE: Final = 2**48
"""Entries of a ledger: 9,000 years at a thousand a second; a proof has at most 48 hashes."""

MAX_CHECKPOINT_BYTES: Final = 16 * 1024
"""A checkpoint takes 200 bytes and 200 for each witness; sixteen must be taken at the least."""

MAX_CHECKPOINT_SIGNATURES: Final = 32
"""Signatures below a checkpoint: the signed note format asks for at least sixteen."""

MAX_RECEIPT_BYTES: Final = 64 * 1024
"""A statement, a checkpoint, and at most 48 and 256 hashes."""

MAX_LEDGER_BATCH: Final = 10_000
"""Statements appended in one transaction, which other writers wait for: about a second."""

MAX_RPC_BYTES: Final = 256 * 1024
"""An answer of a chain's node: a block without its transactions takes 40 kB at most, as hashes."""

MAX_CONFIRMATIONS: Final = 64
"""Blocks that must follow: each is fetched, and two epochs of Ethereum are final."""

MAX_ETHR_CHANGES: Final = 256
"""Changes of one did:ethr, each of which costs a call: far above what an organisation makes."""

MAX_ETHR_VALUE_BYTES: Final = 4 * 1024
"""The value of one attribute of a did:ethr: an RSA key takes 550 bytes, an address 100."""

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

MAX_OFFER_REFUSALS: Final = 10
"""Refused uses of one offer that a register's log tells of: twice as many as it has tries."""

MAX_OFFER_REQUESTS: Final = 60
"""Requests for the cards of one offer within an hour, each a line of a register's log: two forms
of a card take four, and a wallet looks for new ones when it is opened."""

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

MAX_CARDTYPE_BYTES: Final = 256 * 1024
"""The file of a card type: a hundred claims in thirty languages take about 150 kB."""

MAX_CARDTYPE_CLAIMS: Final = 500
"""Claims of one card type, each age counted: the largest published card has about 60."""

MAX_CARDTYPE_LANGUAGES: Final = 64
"""Languages of one card type: the Union has 24."""

MAX_CARDTYPE_WORDS: Final = 1_000
"""Words in one set that invented people are made of: two sets make a million names."""

MAX_CSV_LINE_BYTES: Final = 64 * 1024
"""One line of a CSV file of residents: names, an address and two documents take about 1 kB."""

MAX_CSV_COLUMNS: Final = 200
"""Columns of such a file: a country keeps some tens of facts."""

MAX_CSV_ERRORS: Final = 100
"""Errors of one file that are listed: whoever has more has the wrong file."""

MAX_ISSUANCE_RECORD_BYTES: Final = 4 * 1024 * 1024
"""One record: a deferred batch of 256 keys takes about 50 kB, an answer with portraits 1 MB."""

MAX_VP_REQUEST_BYTES: Final = 256 * 1024
"""A request object: a query for thirty credentials, a chain and two attestations take 60 kB."""

MAX_VP_RESPONSE_BYTES: Final = 2 * 1024 * 1024
"""A presentation response: ten cards with portraits take about 1 MB."""

MAX_VP_ANSWERS: Final = 10
"""Answers to one request across devices within ten seconds: one person sends one or two."""

MAX_VP_NONCE_CHARS: Final = 512
"""A nonce or state of a presentation request: 256 random bits take 43 characters."""

MAX_VP_KEYS: Final = 32
"""Keys in one verifier's metadata: one for each curve and use."""

MAX_VP_ORIGINS: Final = 64
"""Origins that one signed request is for: the pages of one organisation."""

MAX_VP_SIGNATURES: Final = 16
"""Signatures over one request: one for each trust framework that a verifier is part of."""

MAX_TRANSACTIONS: Final = 16
"""Transactions to authorise at once: a person has to read each."""

MAX_TRANSACTION_CHARS: Final = 64 * 1024
"""Transaction data of one transaction in base64url: a contract's hash and terms, no document."""

MAX_VP_TEXT_CHARS: Final = 8_192
"""An address, client identifier or redirect in a request: trust chains travel elsewhere."""

MAX_VP_PRESENTATIONS: Final = 64
"""Presentations that answer one query with `multiple`: more than a person looks through."""

MAX_W3C_OBJECTS: Final = 256
"""Contexts, types, subjects, schemas and the like in one place of a W3C credential, and
credentials in one presentation: people fill in a few."""

MAX_SCHEMA_BYTES: Final = 256 * 1024
"""A JSON Schema, or the credential around it: those of whole card families take 20 kB."""

MAX_SCHEMA_VALUES: Final = 8_000
"""Values in a JSON Schema, each of which is held against the schema of schemas."""

MAX_SCHEMA_STEPS: Final = 200_000
"""Keywords looked at while checking by a JSON Schema, about one second; cards take hundreds."""

MAX_SCHEMA_PATTERN_CHARS: Final = 1_024
"""A pattern in a JSON Schema: those for dates, numbers and addresses take a hundred."""

MAX_SCHEMA_PATTERN_BYTES: Final = 1024 * 1024
"""Memory of one compiled pattern: repetitions multiply."""

MAX_SCHEMA_DEPTH: Final = 160
"""Keywords inside keywords while checking by a JSON Schema; each takes some frames of the stack."""
MAX_LD_QUADS: Final = 8_192
"""Statements of one document: a credential with a hundred claims has about 250."""

MAX_LD_CANON_STEPS: Final = 100_000
"""Neighbours looked at by RDFC-1.0, in all orders that are tried: the hardest of the W3C's good
tests takes 6,200. A dataset that reaches the limit does so in a quarter of a second."""

MAX_LD_CANON_DEPTH: Final = 128
"""Blank nodes alike that RDFC-1.0 walks along in a row: three calls each, of a thousand."""

MAX_LD_CONTEXT_BYTES: Final = 512 * 1024
"""One context: the largest in the field, schema.org's, has 180 kB."""

MAX_LD_VALUES: Final = 12_000
"""JSON values of a document to be expanded, counted as those of a credential's payload."""

MAX_LD_CONTEXTS: Final = 128
"""Contexts named in a document, in all places together: each costs a millisecond, for whoever sends
it unsigned, too, and a credential has three or four."""

MAX_LD_NAMED_CHARS: Final = 200
"""Of the address of a context in an error: two lines of a terminal; the longest bundled has 52."""

MAX_LD_POINTERS: Final = 1_000
"""JSON pointers of one selection: each claim of the largest credential, and room."""

MAX_BBS_MESSAGES: Final = 1_024
"""Messages under one BBS signature: a card makes some hundred; so many generators take 0.2 s, once,
and a proof that hides them all 30 ms. It takes 44,000 characters."""

MAX_VC_API_BODY_BYTES: Final = 2 * 1024 * 1024
"""A body of the VC API: a presentation of some credentials with portraits takes 300 kB."""
MAX_APPLICATIONS: Final = 8
"""Phones that may apply for one person's card at once; the oldest application gives way."""
