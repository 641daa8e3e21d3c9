"""Every reason for which krid refuses or fails: one stable code and one line of words each.

Programs compare the code (`error.code is Code.KB_NONCE`, or its value in JSON); people read the
message. Codes are never renamed or given another meaning; new ones are added.
"""

from enum import Enum, unique
from typing import Self


@unique
class Code(Enum):
    """A stable reason."""

    message: str

    def __new__(cls, value: str, message: str) -> Self:
        """Make a member whose value is the code and whose message is for people."""
        member = object.__new__(cls)
        member._value_ = value
        member.message = message
        return member

    def __str__(self) -> str:
        """Return the code as programs see it."""
        return str(self.value)

    # Encodings
    BASE64URL_SYNTAX = "base64url.syntax", "not base64url without padding and stray bits"
    JSON_SYNTAX = "json.syntax", "not one JSON text in UTF-8"
    JSON_SIZE = "json.size", "the JSON text is larger than the limit"
    JSON_DEPTH = "json.depth", "the JSON text is nested deeper than the limit"
    JSON_DUPLICATE_NAME = "json.duplicate_name", "a JSON object has the same member twice"
    JSON_NUMBER = "json.number", "a JSON number is not finite or too long"
    JSON_NOT_OBJECT = "json.not_object", "the JSON text is not an object"
    CBOR_SYNTAX = "cbor.syntax", "not one well-formed CBOR item"
    CBOR_SIZE = "cbor.size", "the CBOR item is larger than the limit"
    CBOR_DEPTH = "cbor.depth", "the CBOR item is nested deeper than the limit"
    CBOR_DUPLICATE_KEY = "cbor.duplicate_key", "a CBOR map has the same key twice"
    CBOR_INDEFINITE = "cbor.indefinite", "a CBOR item has an indefinite length"
    CBOR_TAG = "cbor.tag", "a CBOR tag that is not allowed here"
    CBOR_NAN = "cbor.nan", "a CBOR number is not a number"
    CBOR_TRAILING = "cbor.trailing", "bytes follow the CBOR item"
    CBOR_KEY = "cbor.key", "a CBOR map key is neither an integer nor text nor bytes"
    CBOR_SIMPLE = "cbor.simple", "a CBOR simple value other than true, false and null"
    CBOR_LONGER = "cbor.longer", "a CBOR number or length is longer than it need be"
    CBOR_UNSORTED = "cbor.unsorted", "the keys of a CBOR map are not in deterministic order"
    CBOR_VALUE = "cbor.value", "the value has no CBOR form"
    TIME_NUMERIC_DATE = "time.numeric_date", "not seconds since 1970 as a number"
    TIME_RFC3339 = "time.rfc3339", "not an RFC 3339 date-time"
    INPUT_SIZE = "input.size", "the input is larger than the limit"
    LINT_LIMIT = "lint.limit", "there is more to say: further findings were left out"
    INPUT_UNKNOWN = "input.unknown", "the content is none of the kinds that krid reads"

    # Keys and algorithms
    ALG_UNKNOWN = "alg.unknown", "the algorithm is not one that krid implements"
    ALG_KEY = "alg.key", "the key is of another type than the algorithm needs"
    ALG_NOT_ALLOWED = "alg.not_allowed", "the algorithm is not allowed here"
    KEY_SYNTAX = "key.syntax", "not a key in any form that krid reads"
    KEY_TYPE = "key.type", "a type of key that krid does not implement"
    KEY_POINT = "key.point", "the public key is not a point of its curve"
    KEY_PRIVATE = "key.private", "a private key where a public one belongs"
    KEY_NOT_PRIVATE = "key.not_private", "a public key where a private one belongs"
    KEY_USE = "key.use", "the key is marked for another use"
    SIGNATURE_LENGTH = "signature.length", "the signature has the wrong length for its algorithm"

    # JOSE
    JWS_SYNTAX = "jws.syntax", "not a JWS in the serialisation expected"
    JWS_HEADER = "jws.header", "the JWS header breaks a rule"
    JWS_TYP = "jws.typ", "the JWS is of another type than expected"
    JWS_CRIT = "jws.crit", "the JWS demands an extension that krid does not know"
    JWS_PAYLOAD = "jws.payload", "the JWS payload is not a JSON object"
    JWS_SIGNATURE = "jws.signature", "the JWS signature does not verify"
    JWE_SYNTAX = "jwe.syntax", "not a JWE in compact serialisation"
    JWE_HEADER = "jwe.header", "the JWE header breaks a rule"
    JWE_CRIT = "jwe.crit", "the JWE demands an extension that krid does not know"
    JWE_ALG = "jwe.alg", "the JWE uses an algorithm that is not allowed"
    JWE_ZIP = "jwe.zip", "the JWE is compressed"
    JWE_DECRYPT = "jwe.decrypt", "the JWE does not decrypt with this key"

    # COSE
    COSE_SYNTAX = "cose.syntax", "not a COSE message of the kind expected"
    COSE_HEADER = "cose.header", "the COSE header breaks a rule"
    COSE_CRIT = "cose.crit", "the COSE message demands an extension that krid does not know"
    COSE_PAYLOAD = "cose.payload", "the COSE payload is missing or given twice"
    COSE_SIGNATURE = "cose.signature", "the COSE signature does not verify"
    COSE_MAC = "cose.mac", "the COSE MAC does not verify"
    COSE_TYP = "cose.typ", "the COSE message is of another type than expected"

    # X.509
    X509_SYNTAX = "x509.syntax", "not an X.509 certificate"
    X509_CHAIN_LENGTH = "x509.chain_length", "the certificate chain is empty or too long"
    X509_ISSUER = "x509.issuer", "no certificate of the chain or of the anchors issued this one"
    X509_SIGNATURE = "x509.signature", "a certificate's signature does not verify"
    X509_EXPIRED = "x509.expired", "a certificate has expired"
    X509_NOT_YET_VALID = "x509.not_yet_valid", "a certificate is not valid yet"
    X509_NOT_CA = "x509.not_ca", "a certificate in the chain may not issue certificates"
    X509_PATH_LENGTH = "x509.path_length", "more certificates follow a CA than it allows"
    X509_KEY_USAGE = "x509.key_usage", "a certificate's key usage does not allow this"
    X509_EXTENDED_KEY_USAGE = "x509.extended_key_usage", "the leaf certificate is for other uses"
    X509_CRITICAL = "x509.critical", "a critical extension that krid does not know"
    X509_LEAF = "x509.leaf", "the leaf certificate is a CA or the anchor itself"
    X509_WEAK = "x509.weak", "a certificate uses a weak algorithm or key"
    X509_ALGORITHM = "x509.algorithm", "a certificate uses an algorithm that krid does not take"
    X509_KEY_IDENTIFIER = "x509.key_identifier", "a certificate names another key of its issuer"
    X509_CONSTRAINT = "x509.constraint", "a CA sets a constraint that krid does not evaluate"
    X509_LOOP = "x509.loop", "a certificate stands in the chain twice"
    X509_PROFILE = "x509.profile", "a certificate breaks a rule of its profile"
    X509_NAME_CONSTRAINT = "x509.name_constraint", "a CA above may not certify a name in this one"
    X509_PLACE = "x509.place", "a signer's country or state is not that of its authority"

    # Revocation of certificates
    X509_REVOKED = "x509.revoked", "a certificate is revoked"
    X509_ON_HOLD = "x509.on_hold", "a certificate is on hold"
    X509_CRL_SYNTAX = "x509.crl_syntax", "not a revocation list as RFC 5280 has it"
    X509_CRL_ISSUER = "x509.crl_issuer", "the revocation list is not by the certificate's issuer"
    X509_CRL_SIGNATURE = "x509.crl_signature", "the revocation list's signature does not verify"
    X509_CRL_EXPIRED = "x509.crl_expired", "the revocation list is out of date"
    X509_CRL_NOT_YET_VALID = "x509.crl_not_yet_valid", "the revocation list is of a later moment"
    X509_CRL_MISSING = "x509.crl_missing", "no revocation list of the certificate's issuer is there"
    X509_CRL_SCOPE = "x509.crl_scope", "the revocation list is not for this certificate"
    X509_CRL_DELTA = "x509.crl_delta", "a list of changes alone is no revocation list"
    X509_CRL_CRITICAL = "x509.crl_critical", "the revocation list has an unknown critical extension"

    # Network
    NET_SCHEME = "net.scheme", "the address is not an https address"
    NET_ADDRESS = "net.address", "the address is not one that may be fetched"
    NET_PRIVATE = "net.private", "the host is in a private, loopback or link-local network"
    NET_REDIRECT = "net.redirect", "a redirect leads elsewhere, or there are too many"
    NET_SIZE = "net.size", "the answer is larger than the limit"
    NET_TIME = "net.time", "the answer did not come in time"
    NET_UNREACHABLE = "net.unreachable", "the host could not be reached"
    NET_STATUS = "net.status", "the host answered with an error"
    NET_TLS = "net.tls", "no secure connection: the certificate, the name or TLS does not hold"
    NET_ANSWER = "net.answer", "the answer is not whole or not HTTP as it must be"
    NET_REQUEST = "net.request", "the request has a header, method or body that may not be sent"
    NET_OFFLINE = "net.offline", "the network was needed where it is not to be used"

    # DID
    DID_SYNTAX = "did.syntax", "not a DID or DID URL"
    DID_URL_SYNTAX = "did.url_syntax", "not a DID URL, or one with a parameter twice"
    DID_METHOD = "did.method", "a DID method that this resolver does not support"
    DID_NOT_FOUND = "did.not_found", "the DID does not exist"
    DID_DOCUMENT = "did.document", "the DID document breaks a rule"
    DID_DOCUMENT_ID = "did.document_id", "the DID document is about another DID"
    DID_DEACTIVATED = "did.deactivated", "the DID is deactivated"
    DID_KEY_NOT_FOUND = "did.key_not_found", "the DID document has no such key"
    DID_KEY_PURPOSE = "did.key_purpose", "the DID document does not list the key for this purpose"
    DID_KEY_CONTROLLER = "did.key_controller", "the key is under the control of another DID"
    DID_KEY_EXPIRED = "did.key_expired", "the key in the DID document has expired or is revoked"
    DID_PUBLIC_KEY = "did.public_key", "the public key in the DID does not decode"
    DID_PUBLIC_KEY_LENGTH = "did.public_key_length", "the public key in the DID is cut or too long"
    DID_KEY_TYPE = "did.key_type", "the DID holds a type of key that krid does not implement"
    DID_OPTION = "did.option", "a resolution option that this method does not support"
    DID_OPTION_VALUE = "did.option_value", "a resolution option has no meaning as it stands"
    DID_REPRESENTATION = "did.representation", "DID documents are had as application/did alone"

    # DID methods with a history, with a document inside, or with proofs of their own
    DID_HASH = "did.hash", "the document in the DID is not the one that the DID's hash names"
    RESOLVER_ANSWER = "resolver.answer", "the resolver that was asked does not answer as one"
    WEBVH_SYNTAX = "webvh.syntax", "a line of the DID log is not a log entry"
    WEBVH_LIMIT = "webvh.limit", "the DID log has more entries or proofs than the limit"
    WEBVH_VERSION_ID = "webvh.version_id", "the version of a log entry does not follow the last"
    WEBVH_VERSION_TIME = "webvh.version_time", "the time of a log entry is not after the last"
    WEBVH_FUTURE = "webvh.future", "the time of a log entry lies in the future"
    WEBVH_METHOD = "webvh.method", "the DID log is of another did:webvh version"
    WEBVH_PARAMETERS = "webvh.parameters", "the parameters of a log entry break a rule"
    WEBVH_SCID = "webvh.scid", "the DID is not the hash of the first log entry"
    WEBVH_ENTRY_HASH = "webvh.entry_hash", "a log entry is not the one that its hash names"
    WEBVH_PROOF = "webvh.proof", "the proof of a log entry is missing or breaks a rule"
    WEBVH_UNAUTHORIZED = "webvh.unauthorized", "a log entry is signed by a key that may not update"
    WEBVH_SIGNATURE = "webvh.signature", "the signature of a log entry does not verify"
    WEBVH_PRE_ROTATION = "webvh.pre_rotation", "an update key was not announced by its hash before"
    WEBVH_PORTABILITY = "webvh.portability", "the DID moved although its log does not allow it"
    WEBVH_DEACTIVATED = "webvh.deactivated", "a log entry follows the one that deactivates the DID"
    WEBVH_WITNESS = "webvh.witness", "too few witnesses have approved a log entry"
    WEBVH_WITNESS_FILE = "webvh.witness_file", "the file of witness proofs is malformed"
    OMN_SYNTAX = "omn.syntax", "not a DID document of OpenDID"
    OMN_PROOF = (
        "omn.proof",
        "the OpenDID document has no proof by the key it names, or a broken one",
    )
    OMN_SIGNATURE = "omn.signature", "a signature of the OpenDID document does not verify"
    OMN_STATE = "omn.state", "the DID is revoked or terminated"
    OMN_KEY = "omn.key", "the OpenDID document lists no such key for this purpose"
    OMN_CREDENTIAL = "omn.credential", "not a credential of OpenDID"
    OMN_PRESENTATION = "omn.presentation", "not a presentation of OpenDID"
    OMN_SEVERAL = (
        "omn.several",
        "the OpenDID presentation does not hold the one credential expected",
    )
    OMN_ISSUER = "omn.issuer", "the credential is signed by the key of another DID than its issuer"
    OMN_HOLDER = "omn.holder", "the holder is not the subject of every credential presented"
    OMN_HOLDER_KEY = (
        "omn.holder_key",
        "the presentation is not signed by current keys of its holder",
    )
    OMN_AUTH = "omn.auth", "the holder did not unlock the keys as the verifier demands"
    OMN_META = "omn.meta", "the record of the credential's status is malformed"
    OMN_OTHER_META = "omn.other_meta", "the record of the status is of another credential"
    OMN_CERTIFICATE = "omn.certificate", "not a certificate credential of this organisation"
    OMN_ROLE = "omn.role", "the organisation is certified for another role"
    OMN_READ_ONLY = "omn.read_only", "krid reads OpenDID credentials and makes none"

    # BBS signatures
    BBS_LENGTH = "bbs.length", "the octets are too few or too many"
    BBS_POINT = "bbs.point", "not a point of the group in its one spelling, or the identity"
    BBS_SCALAR = "bbs.scalar", "a scalar that is zero or not below the group's order"
    BBS_MESSAGES = "bbs.messages", "more messages than the limit"
    BBS_INDEX = "bbs.index", "a disclosed message is none of those that were signed"
    BBS_SIGNATURE = "bbs.signature", "the BBS signature does not verify"
    BBS_PROOF = "bbs.proof", "the BBS proof does not verify"
    BBS_COMMITMENT = "bbs.commitment", "the prover does not know what it committed to"
    BBS_KEY_MATERIAL = "bbs.key_material", "key material that is too short, or its label too long"

    # Data Integrity proofs
    DI_SYNTAX = "di.syntax", "not a Data Integrity proof"
    DI_SUITE = "di.suite", "the proof is of another cryptosuite than is allowed here"
    DI_EXTRA = "di.extra", "the proof can't be checked here: krid's optional part is not installed"
    DI_PURPOSE = "di.purpose", "the proof is for another purpose"
    DI_CONTEXT = "di.context", "the proof was made for another context"
    DI_SIGNATURE = "di.signature", "the signature of the proof does not verify"
    DI_PROOF_VALUE = "di.proof_value", "the value of the proof is malformed"
    DI_PROOF_HEADER = "di.proof_header", "the value of the proof is of another suite or kind"
    DI_POINTER_TWICE = "di.pointer_twice", "a JSON pointer stands twice in the proof"
    DI_INDEX = "di.index", "statements of the proof are out of order, repeated or not there"
    DI_NO_PROOF = "di.no_proof", "the document has no proof"
    DI_CREATED = "di.created", "the proof was made in the future, or too long ago"
    DI_EXPIRED = "di.expired", "the proof has expired"
    DI_DOMAIN = "di.domain", "the proof is for another domain"
    DI_CHALLENGE = "di.challenge", "the proof answers another challenge"
    DI_PREVIOUS = "di.previous", "a proof follows one that is not there, or itself"
    DI_METHOD = "di.method", "the verification method is not one of the signer's"
    DI_LABEL_MAP = "di.label_map", "the label map does not name the blank nodes of the document"
    DI_PRESENTATION_HEADER = (
        "di.presentation_header",
        "the proof was derived for another presentation",
    )
    DI_PSEUDONYM = "di.pseudonym", "no pseudonym for this domain, or one where none is asked for"
    DI_COUNT = "di.count", "not as many signatures as statements that may be withheld"

    # JSON-LD and RDF
    LD_SYNTAX = "ld.syntax", "the document breaks a rule of JSON-LD"
    LD_CONTEXT_UNKNOWN = "ld.context_unknown", "a context that is not at hand"
    LD_CONTEXT_DIGEST = "ld.context_digest", "the bytes of a context differ from its pin"
    LD_ALIAS = "ld.alias", "a context gives a second name to what credentials are read by"
    LD_INLINE = "ld.inline", "a context stands in the document, where no signature covers it"
    LD_HIDDEN = "ld.hidden", "a statement is written where no reader of the JSON would find it"
    LD_PROTECTED = "ld.protected", "a protected term gets another meaning"
    LD_UNDEFINED = "ld.undefined", "a term or type that no context defines"
    LD_RELATIVE = "ld.relative", "a relative IRI, which means nothing without an address"
    LD_LOST = "ld.lost", "something that would not be signed, such as null or an empty list"
    LD_IRI = "ld.iri", "not an IRI or a blank node identifier"
    LD_LANGUAGE = "ld.language", "not a language tag"
    LD_NQUADS = "ld.nquads", "not N-Quads"
    LD_SIZE = "ld.size", "more statements than the limit"
    LD_POISON = "ld.poison", "bringing the dataset into canonical form takes too much work"
    LD_POINTER = "ld.pointer", "not a JSON pointer, or one that leads nowhere in the document"

    # SD-JWT and SD-JWT VC
    SDJWT_SYNTAX = "sdjwt.syntax", "not an SD-JWT in compact serialisation"
    SDJWT_TYP = "sdjwt.typ", "the SD-JWT has the wrong typ"
    SDJWT_DISCLOSURE_SYNTAX = "sdjwt.disclosure_syntax", "a disclosure is malformed"
    SDJWT_DISCLOSURE_LIMIT = "sdjwt.disclosure_limit", "more disclosures than the limit"
    SDJWT_DISCLOSURE_KIND = "sdjwt.disclosure_kind", "a disclosure stands where its kind may not"
    SDJWT_DISCLOSURE_UNUSED = "sdjwt.disclosure_unused", "a disclosure belongs to no digest"
    SDJWT_DISCLOSURE_REPEATED = "sdjwt.disclosure_repeated", "a disclosure is given twice"
    SDJWT_DIGEST_REPEATED = "sdjwt.digest_repeated", "a digest stands in two places"
    SDJWT_DIGEST_SYNTAX = "sdjwt.digest_syntax", "_sd or ... does not hold digests as it must"
    SDJWT_CLAIM_NAME = "sdjwt.claim_name", "a disclosure uses a reserved claim name"
    SDJWT_CLAIM_COLLISION = "sdjwt.claim_collision", "a disclosed claim exists already"
    SDJWT_HASH_ALG = "sdjwt.hash_alg", "the digest algorithm is not one that krid accepts"
    SDJWT_VCT = "sdjwt.vct", "vct is missing or not a string"
    SDJWT_CLAIM_TYPE = "sdjwt.claim_type", "a registered claim has the wrong type"
    SDJWT_NOT_DISCLOSABLE = "sdjwt.not_disclosable", "a claim that must not be hidden was hidden"
    SDJWT_CNF = "sdjwt.cnf", "cnf does not hold one public key"
    SDJWT_EXPIRED = "sdjwt.expired", "the credential has expired"
    SDJWT_NOT_YET_VALID = "sdjwt.not_yet_valid", "the credential is not valid yet"
    SDJWT_AUDIENCE = "sdjwt.audience", "the credential is not meant for this verifier"
    SDJWT_NO_CLAIM = "sdjwt.no_claim", "the credential has no such claim to disclose"
    SDJWT_JSON_SYNTAX = "sdjwt.json_syntax", "not an SD-JWT in a JWS JSON serialisation"
    SDJWT_JSON_HEADER = "sdjwt.json_header", "an unprotected header of the SD-JWT breaks a rule"
    TYPE_SYNTAX = "type.syntax", "the type metadata is malformed"
    TYPE_VCT = "type.vct", "the type metadata is about another type"
    TYPE_INTEGRITY_SYNTAX = "type.integrity_syntax", "not integrity metadata as W3C SRI writes it"
    TYPE_INTEGRITY_ALG = "type.integrity_alg", "integrity metadata without a digest that krid knows"
    TYPE_INTEGRITY = "type.integrity", "the document is not the one that its digest names"
    TYPE_UNAVAILABLE = "type.unavailable", "the type metadata could not be had"
    TYPE_LOOP = "type.loop", "a type extends itself, at once or through others"
    TYPE_DEPTH = "type.depth", "a type extends more types than the limit"
    TYPE_OVERRIDE = "type.override", "a type loosens a rule of the type that it extends"
    TYPE_PATH = "type.path", "a path of the type metadata does not fit the credential"
    TYPE_MANDATORY = "type.mandatory", "a claim that its type makes mandatory is missing"
    TYPE_SD = "type.sd", "a claim can or can't be withheld, against the rule of its type"
    ISSUER_ADDRESS = "issuer.address", "the issuer has no address for its metadata"
    ISSUER_SYNTAX = "issuer.syntax", "the issuer's metadata or keys are malformed"
    ISSUER_FOREIGN = "issuer.foreign", "the metadata is that of another issuer"
    SDJWT_SALT = "sdjwt.salt", "a salt is shorter than the 128 bits recommended"
    SDJWT_NO_EXPIRY = "sdjwt.no_expiry", "the credential never expires"
    KB_MISSING = "kb.missing", "the presentation is not bound to a holder key"
    KB_UNEXPECTED = "kb.unexpected", "a key binding JWT where none was asked for"
    KB_TYP = "kb.typ", "the key binding JWT has the wrong typ"
    KB_SYNTAX = "kb.syntax", "the key binding JWT is malformed or lacks a claim"
    KB_NO_KEY = "kb.no_key", "the credential names no holder key"
    KB_SIGNATURE = "kb.signature", "the presentation was not signed by the holder's key"
    KB_NONCE = "kb.nonce", "the presentation answers another nonce"
    KB_AUDIENCE = "kb.audience", "the presentation is for another verifier"
    KB_SD_HASH = "kb.sd_hash", "the presentation was changed after the holder signed it"
    KB_VALIDITY = "kb.validity", "the key binding JWT is outside its own period of validity"
    KB_TRANSACTION = "kb.transaction", "the presentation authorises what was not asked for"
    KB_IAT = "kb.iat", "the presentation was signed too long ago, or in the future"

    # W3C credentials
    W3C_CONTEXT = "w3c.context", "the @context does not begin with the base context, and it alone"
    W3C_CONTEXT_ENTRY = "w3c.context_entry", "an entry of the @context is no URL and no object"
    W3C_CONTEXT_TERM = "w3c.context_term", "a context gives a protected term another meaning"
    W3C_VERSION = "w3c.version", "a property of another version of the data model"
    W3C_ID = "w3c.id", "an id is not one URL"
    W3C_TYPE = "w3c.type", "a type is missing, is no text, or lacks the one it must have"
    W3C_TEXT = "w3c.text", "a name or description is no text and no language value object"
    W3C_ISSUER = "w3c.issuer", "the issuer is missing, is no URL and no object with one"
    W3C_SUBJECT = "w3c.subject", "credentialSubject is missing, or an object without claims"
    W3C_DATE = "w3c.date", "a date of the credential is missing or no dateTimeStamp"
    W3C_DATE_ORDER = "w3c.date_order", "the credential ends before it begins"
    W3C_STATUS = "w3c.status", "credentialStatus does not hold objects with a type"
    W3C_SCHEMA = "w3c.schema", "credentialSchema does not hold objects with an id and a type"
    W3C_EVIDENCE = "w3c.evidence", "evidence does not hold objects with a type"
    W3C_TERMS = "w3c.terms", "termsOfUse does not hold objects with a type"
    W3C_REFRESH = "w3c.refresh", "refreshService does not hold objects with a type"
    W3C_RELATED = "w3c.related", "relatedResource does not hold objects with an id and a digest"
    W3C_RELATED_TWICE = "w3c.related_twice", "a related resource stands there twice"
    W3C_DIGEST_SYNTAX = "w3c.digest_syntax", "a digest of a related resource is malformed"
    W3C_DIGEST_ALG = "w3c.digest_alg", "a digest with an algorithm that krid does not know"
    W3C_DIGEST = "w3c.digest", "a related resource is not the one that its digest names"
    W3C_PROOF = "w3c.proof", "proof does not hold objects with a type"
    W3C_HOLDER = "w3c.holder", "the holder is no URL and no object with one"
    W3C_CONTENTS = "w3c.contents", "verifiableCredential does not hold credentials"
    W3C_ENVELOPE = "w3c.envelope", "not an enveloped credential: its type, context or data URL"
    W3C_SCHEMA_SYNTAX = "w3c.schema_syntax", "not a JSON Schema with an identifier"
    W3C_SCHEMA_DIALECT = (
        "w3c.schema_dialect",
        "a schema of another version than JSON Schema 2020-12",
    )
    W3C_SCHEMA_KEYWORD = "w3c.schema_keyword", "a keyword of the schema whose work has no bound"
    W3C_SCHEMA_PATTERN = "w3c.schema_pattern", "a pattern of the schema that may take too long"
    W3C_SCHEMA_REFERENCE = "w3c.schema_reference", "the schema refers to something outside it"
    W3C_SCHEMA_LIMIT = "w3c.schema_limit", "checking by the schema takes more work than the limit"
    W3C_SCHEMA_CREDENTIAL = "w3c.schema_credential", "not a credential that holds one schema"
    W3C_SCHEMA_MISSING = "w3c.schema_missing", "a schema that the credential names is not at hand"
    W3C_SCHEMA_MISMATCH = "w3c.schema_mismatch", "the credential does not follow its schema"
    W3C_CLAIM = "w3c.claim", "a claim beside the credential must not be there, or has a wrong type"
    W3C_CLAIM_CONFLICT = "w3c.claim_conflict", "a claim contradicts the credential that it secures"
    W3C_KEY_ID = "w3c.key_id", "the issuer is a DID, and nothing says which of its keys signed"
    W3C_EXPIRED = "w3c.expired", "the credential or its signature has expired"
    W3C_NOT_YET_VALID = "w3c.not_yet_valid", "the credential or its signature is not valid yet"
    W3C_NO_EXPIRY = "w3c.no_expiry", "the W3C credential has no end"
    W3C_UNSECURED = "w3c.unsecured", "a credential in the presentation is not secured by itself"
    W3C_SEVERAL = "w3c.several", "the presentation does not hold the one credential expected"
    W3C_NO_CLAIM = "w3c.no_claim", "the credential has no such claim to show"

    # VC-JOSE-COSE
    VCJOSE_SYNTAX = "vcjose.syntax", "not a credential or presentation secured with JOSE or COSE"
    VCJOSE_TYP = "vcjose.typ", "the signed object is of another type than expected"
    VCJOSE_NO_TYP = "vcjose.no_typ", "the signed object does not say its type"
    VCJOSE_MEDIA_TYPE = "vcjose.media_type", "an enveloped credential of another media type"
    VCJOSE_CWT = "vcjose.cwt", "the CWT claims in the COSE header break a rule"

    # ISO mdoc
    MDOC_SYNTAX = "mdoc.syntax", "not an mdoc structure of ISO 18013-5"
    MDOC_VERSION = "mdoc.version", "an mdoc version that krid does not know"
    MDOC_MSO_SYNTAX = "mdoc.mso_syntax", "the mobile security object is malformed"
    MDOC_STATUS = "mdoc.status", "the device response says that it failed"
    MDOC_NO_DOCUMENT = "mdoc.no_document", "the device response holds no document"
    MDOC_SEVERAL_DOCUMENTS = (
        "mdoc.several_documents",
        "the device response holds more than the one document that was expected",
    )
    MDOC_LIMIT = "mdoc.limit", "more documents or elements than the limit"
    MDOC_DOCTYPE = "mdoc.doctype", "the document is of another type than the signed one"
    MDOC_DIGEST_ALG = "mdoc.digest_alg", "the digest algorithm is not one of ISO 18013-5"
    MDOC_DIGEST_MISSING = "mdoc.digest_missing", "an element has no digest in the signed object"
    MDOC_DIGEST = "mdoc.digest", "an element was changed after it was issued"
    MDOC_ELEMENT_REPEATED = "mdoc.element_repeated", "an element is given twice"
    MDOC_RANDOM = "mdoc.random", "an element's random is shorter than 16 bytes"
    MDOC_SHORT_RANDOM = "mdoc.short_random", "an element's random is shorter than 32 bytes"
    MDOC_PREDICTABLE = "mdoc.predictable", "the digest identifiers follow the order of elements"
    MDOC_TDATE = "mdoc.tdate", "a tdate with a fraction of a second or a time zone"
    MDOC_OUTLIVES = "mdoc.outlives", "the document is valid longer than its signer's certificate"
    MDOC_ELEMENT_TYPE = "mdoc.element_type", "an element has another type than ISO 18013-5 says"
    MDOC_MANDATORY = "mdoc.mandatory", "a mandatory element of the driving licence is missing"
    MDOC_ISSUER_SIGNATURE = "mdoc.issuer_signature", "the issuer's signature does not verify"
    MDOC_X5CHAIN = "mdoc.x5chain", "the document signer's certificate is missing or misplaced"
    MDOC_SIGNED_OUTSIDE = "mdoc.signed_outside", "signed while the signer's certificate was invalid"
    MDOC_VALIDITY_ORDER = "mdoc.validity_order", "the dates of the document contradict each other"
    MDOC_EXPIRED = "mdoc.expired", "the document has expired"
    MDOC_NOT_YET_VALID = "mdoc.not_yet_valid", "the document is not valid yet"
    MDOC_DEVICE_AUTH = "mdoc.device_auth", "the device neither signed nor MACed the response"
    MDOC_DEVICE_SIGNATURE = (
        "mdoc.device_signature",
        "not signed by the device's key for this session",
    )
    MDOC_DEVICE_MAC = "mdoc.device_mac", "not MACed by the device's key for this session"
    MDOC_DEVICE_KEY = "mdoc.device_key", "the device key is not a public key that krid implements"
    MDOC_KEY_AUTHORIZATION = "mdoc.key_authorization", "the device signed elements it may not sign"
    MDOC_TRANSCRIPT = "mdoc.transcript", "not a session transcript of ISO 18013-5"
    MDOC_NO_ELEMENT = "mdoc.no_element", "the document has no such element to disclose"
    MDOC_REQUEST = "mdoc.request", "not a device request of ISO 18013-5"
    MDOC_READER_AUTH = "mdoc.reader_auth", "the reader does not authenticate itself as it must"
    MDOC_READER_SIGNATURE = (
        "mdoc.reader_signature",
        "not signed by the reader's key for this session",
    )
    MDOC_AGE_REQUESTS = "mdoc.age_requests", "a request for more than two age attestations"
    MDOC_ENGAGEMENT = "mdoc.engagement", "not a device engagement or reader key of ISO 18013-5"

    # ISO 18013-5 in proximity
    PROXIMITY_ENGAGEMENT = "proximity.engagement", "not a device engagement of ISO 18013-5"
    PROXIMITY_VERSION = "proximity.version", "a device engagement of a version that krid can't read"
    PROXIMITY_CIPHER_SUITE = "proximity.cipher_suite", "a cipher suite that krid does not know"
    PROXIMITY_CURVE = "proximity.curve", "the session keys are on curves that do not fit"
    PROXIMITY_KEY = "proximity.key", "the other side's session key is no key to agree with"
    PROXIMITY_NDEF = "proximity.ndef", "not an NDEF message, or more than the limit"
    PROXIMITY_HANDOVER = "proximity.handover", "not a connection handover of ISO 18013-5"
    PROXIMITY_CARRIER = "proximity.carrier", "no way to connect that both sides have"
    PROXIMITY_CHUNK = "proximity.chunk", "not a piece of a message as it goes over the air"
    PROXIMITY_SIZE = "proximity.size", "a message, or the number of its pieces, is over the limit"
    PROXIMITY_MESSAGE = "proximity.message", "not a session message of ISO 18013-5"
    PROXIMITY_DECRYPTION = (
        "proximity.decryption",
        "not encrypted by the other side of this session, or not as its next message",
    )
    PROXIMITY_ORDER = "proximity.order", "nothing that may come at this point of the session"
    PROXIMITY_ENDED = "proximity.ended", "the session has ended"
    PROXIMITY_EXPIRED = "proximity.expired", "the session took longer than it may"
    PROXIMITY_MESSAGES = "proximity.messages", "more messages in one session than the limit"
    PROXIMITY_READERS = "proximity.readers", "the documents are asked for by more than one reader"
    PROXIMITY_QUERY = "proximity.query", "the query has no form in a device request"
    PROXIMITY_LINK = "proximity.link", "the other device can't be reached, or has gone"

    # Trust
    TRUST_UNKNOWN_ISSUER = "trust.unknown_issuer", "nobody trusted issued this"
    TRUST_ISSUER_NAME = "trust.issuer_name", "the issuer's name is not the one its key stands for"
    TRUST_TYPE = "trust.type", "the issuer is not trusted for this type of credential"
    TRUST_ANCHOR = "trust.anchor", "a trust anchor is malformed"
    TRUST_FORMAT = "trust.format", "the issuer is not trusted for this format of credential"
    TRUST_ENDED = "trust.ended", "the trust in this issuer has ended"
    TRUST_AMBIGUOUS = "trust.ambiguous", "several trusted keys fit, and nothing says which"
    TRUST_DISAGREEMENT = "trust.disagreement", "the sources of trust do not name the same key"
    TRUST_KEY = "trust.key", "the trusted issuer publishes no such key"

    # OpenID Federation
    FEDERATION_IDENTIFIER = (
        "federation.identifier",
        "not an entity identifier: an https address, no query",
    )
    FEDERATION_SYNTAX = "federation.syntax", "a statement of the federation is malformed"
    FEDERATION_TYP = "federation.typ", "a signed object of the federation is of another type"
    FEDERATION_HEADER = (
        "federation.header",
        "an entity statement has a header that it must not have",
    )
    FEDERATION_KID = "federation.kid", "a signed object of the federation names no key"
    FEDERATION_KEYS = "federation.keys", "a key set of the federation breaks a rule"
    FEDERATION_CLAIM = (
        "federation.claim",
        "an entity statement has a claim that belongs to another kind",
    )
    FEDERATION_CRIT = (
        "federation.crit",
        "an entity statement demands a claim that krid does not know",
    )
    FEDERATION_SIZE = (
        "federation.size",
        "a signed object of the federation is larger than the limit",
    )
    FEDERATION_SELF = (
        "federation.self",
        "an entity configuration is about another entity than its issuer",
    )
    FEDERATION_KEY = "federation.key", "signed by a key that is not among those of its issuer"
    FEDERATION_SIGNATURE = "federation.signature", "a signature of the federation does not verify"
    FEDERATION_EXPIRED = "federation.expired", "a signed object of the federation has expired"
    FEDERATION_NOT_YET_VALID = "federation.not_yet_valid", "issued in the future"
    FEDERATION_CHAIN_LENGTH = "federation.chain_length", "the trust chain is too short or too long"
    FEDERATION_LINK = (
        "federation.link",
        "a statement of the trust chain is not about the issuer before it",
    )
    FEDERATION_SUBJECT = (
        "federation.subject",
        "the answer is about another entity than was asked for",
    )
    FEDERATION_NOT_SUBORDINATE = (
        "federation.not_subordinate",
        "the superior says that no such entity stands below it",
    )
    FEDERATION_HINT = "federation.hint", "the superior is not one that the entity names"
    FEDERATION_ANCHOR = "federation.anchor", "the trust chain does not end at a trusted anchor"
    FEDERATION_ANCHOR_KEY = (
        "federation.anchor_key",
        "signed by a key that is not pinned for the anchor",
    )
    FEDERATION_LOOP = "federation.loop", "an entity is its own superior, at once or through others"
    FEDERATION_HINTS = "federation.hints", "an entity names more superiors than the limit"
    FEDERATION_FETCHES = "federation.fetches", "resolving the entity asks for more than the limit"
    FEDERATION_DEPTH = "federation.depth", "the superiors of an entity go higher than the limit"
    FEDERATION_NO_PATH = "federation.no_path", "no superior of the entity leads to a trusted anchor"
    FEDERATION_ENDPOINT = (
        "federation.endpoint",
        "an entity has no such endpoint, or not at an https address",
    )
    FEDERATION_MEDIA_TYPE = (
        "federation.media_type",
        "the answer is of another media type than asked for",
    )
    FEDERATION_CONSTRAINT = "federation.constraint", "a constraint is malformed"
    FEDERATION_PATH_LENGTH = (
        "federation.path_length",
        "more intermediates follow than a superior allows",
    )
    FEDERATION_NAMING = (
        "federation.naming",
        "the entity lies outside the names that a superior allows",
    )
    FEDERATION_ENTITY_TYPE = (
        "federation.entity_type",
        "the entity is not of the type that is needed",
    )
    FEDERATION_POLICY_SYNTAX = "federation.policy_syntax", "a metadata policy is malformed"
    FEDERATION_POLICY_CRIT = (
        "federation.policy_crit",
        "a metadata policy demands an unknown operator",
    )
    FEDERATION_POLICY_OPERATOR = (
        "federation.policy_operator",
        "an operator has a value that it can't take",
    )
    FEDERATION_POLICY_COMBINATION = (
        "federation.policy_combination",
        "operators that contradict each other",
    )
    FEDERATION_POLICY_MERGE = "federation.policy_merge", "superiors' policies contradict each other"
    FEDERATION_POLICY_TYPE = (
        "federation.policy_type",
        "an operator can't act on metadata of this type",
    )
    FEDERATION_POLICY_VALUE = (
        "federation.policy_value",
        "the metadata has a value that the policy forbids",
    )
    FEDERATION_POLICY_ESSENTIAL = (
        "federation.policy_essential",
        "metadata that the policy demands is missing",
    )
    FEDERATION_METADATA = "federation.metadata", "the resolved metadata can't be used"
    FEDERATION_MARK_SYNTAX = "federation.mark_syntax", "a trust mark or its delegation is malformed"
    FEDERATION_MARK_TYPE = (
        "federation.mark_type",
        "a trust mark is of another type than it is said to be",
    )
    FEDERATION_MARK_SUBJECT = "federation.mark_subject", "a trust mark was issued to another entity"
    FEDERATION_MARK_ISSUER = (
        "federation.mark_issuer",
        "the anchor does not let this entity issue the mark",
    )
    FEDERATION_MARK_MISSING = (
        "federation.mark_missing",
        "the entity has no trust mark of the type needed",
    )
    FEDERATION_MARK_DELEGATION = (
        "federation.mark_delegation",
        "a trust mark lacks its owner's delegation",
    )
    FEDERATION_MARK_OWNER = (
        "federation.mark_owner",
        "a delegation is not by the owner, or not to the issuer",
    )
    FEDERATION_MARK_STATUS = (
        "federation.mark_status",
        "the issuer of a trust mark says it is not active",
    )
    FEDERATION_RESOLVED = (
        "federation.resolved",
        "a resolver's answer is not what its trust chain says",
    )
    FEDERATION_KEY_ENDED = (
        "federation.key_ended",
        "a former key was expired or revoked at that moment",
    )
    # Lists of whom to trust: VICAL and trusted lists
    LIST_SYNTAX = "list.syntax", "not a list of trusted authorities or services"
    LIST_VERSION = "list.version", "a version of the list that krid does not know"
    LIST_ENTRY = "list.entry", "an entry of the list contradicts its certificate"
    LIST_SIGNER = "list.signer", "nobody trusted signed the list"
    LIST_SIGNATURE = "list.signature", "the list's signature does not verify"
    LIST_COVERAGE = "list.coverage", "the signature does not cover the whole list"
    LIST_ALGORITHM = "list.algorithm", "the list is signed by an algorithm that krid does not take"
    LIST_NOT_YET_VALID = "list.not_yet_valid", "the list is of a later moment"
    LIST_EXPIRED = "list.expired", "the list is out of date"
    LIST_ROLLBACK = "list.rollback", "the list is older than one that was seen before"
    LIST_SERVICE = "list.service", "the list names this for other services"
    LIST_STATUS = "list.status", "the list says that this service is no longer to be trusted"
    # Policy of a verifier
    POLICY_TYPE = "policy.type", "the verifier does not take this type of credential"
    POLICY_ISSUER = "policy.issuer", "the verifier does not take credentials of this issuer"
    POLICY_ASSURANCE = (
        "policy.assurance",
        "the issuer is not trusted at the level of assurance that the verifier needs",
    )
    POLICY_HOLDER = "policy.holder", "nobody proved to hold the credential, as the verifier demands"
    POLICY_STATUS_AGE = (
        "policy.status_age",
        "the status is older than the verifier takes, or of unknown age",
    )
    POLICY_OFFLINE = (
        "policy.offline",
        "the status is past its time, and the verifier does not take it offline",
    )

    # Registration of verifiers
    REGISTRATION_UNKNOWN = "registration.unknown", "nobody says what this verifier may ask for"
    REGISTRATION_SYNTAX = "registration.syntax", "the registration certificate is malformed"
    REGISTRATION_SIGNATURE = (
        "registration.signature",
        "the registration certificate's signature does not verify",
    )
    REGISTRATION_SUBJECT = "registration.subject", "the registration is another verifier's"
    REGISTRATION_EXPIRED = "registration.expired", "the verifier's registration has expired"
    REGISTRATION_NOT_YET_VALID = (
        "registration.not_yet_valid",
        "the verifier's registration was issued in the future",
    )
    REGISTRATION_LIFETIME = (
        "registration.lifetime",
        "the verifier's registration runs for longer than it may",
    )
    REGISTRATION_BEYOND = (
        "registration.beyond",
        "the verifier asks for more than it is registered for",
    )
    REGISTRATION_WITHIN = (
        "registration.within",
        "the request asks for nothing beyond the registration",
    )
    REGISTRATION_SUSPENDED = "registration.suspended", "the verifier's registration is suspended"
    REGISTRATION_WITHDRAWN = "registration.withdrawn", "the verifier's registration is withdrawn"
    REGISTRATION_STATE = (
        "registration.state",
        "the registration is not in a state in which this can be done",
    )
    REGISTRATION_REPEATED = (
        "registration.repeated",
        "another registration goes by this name or number",
    )
    REGISTRATION_PARTY = "registration.party", "what is to be registered is not of its form"
    REPORT_STALE = (
        "report.stale",
        "the request ended too long ago to be reported, or never says when",
    )
    REPORT_REPEATED = "report.repeated", "the request was reported before"
    REPORT_UNSIGNED = "report.unsigned", "nobody signed the request: it proves nothing"
    REPORT_REFUSED = "report.refused", "the authority did not take the report"

    # Status
    STATUS_REVOKED = "status.revoked", "the credential is revoked"
    STATUS_SUSPENDED = "status.suspended", "the credential is suspended"
    STATUS_UNKNOWN_VALUE = "status.unknown_value", "the status has no meaning that krid knows"
    STATUS_UNAVAILABLE = "status.unavailable", "the status list could not be had"
    STATUS_MISSING = "status.missing", "the credential names no status where one is demanded"
    STATUS_SYNTAX = "status.syntax", "the status reference or status list is malformed"
    STATUS_MECHANISM = "status.mechanism", "the credential's status is of a kind krid can't look up"
    STATUS_SUBJECT = "status.subject", "the status list is another one than asked for"
    STATUS_EXPIRED = "status.expired", "the status list has expired"
    STATUS_INDEX = "status.index", "the status index lies outside the list"
    STATUS_INFLATED_SIZE = "status.inflated_size", "the status list inflates beyond the limit"
    STATUS_FULL = "status.full", "no free index is left in the status list"
    STATUS_ISSUER = "status.issuer", "the status list is not signed by a key trusted for it"
    STATUS_SIGNATURE = "status.signature", "the status list's signature does not verify"
    STATUS_NOT_YET_VALID = "status.not_yet_valid", "the status list was issued in the future"
    STATUS_OTHER_ISSUER = (
        "status.other_issuer",
        "the status list is signed by somebody who does not speak for the credential's issuer",
    )
    STATUS_ROLLBACK = "status.rollback", "the status list is older than one seen before"
    STATUS_STALE = "status.stale", "the status list is older than the greatest age allowed"
    STATUS_HISTORICAL = "status.historical", "the status list did not hold at the moment asked for"
    STATUS_MEDIA_TYPE = "status.media_type", "the answer has no media type of a status list"
    STATUS_PURPOSE = "status.purpose", "the status list is for other purposes than the entry"
    STATUS_LENGTH = "status.length", "the status list is too short to hide a credential in it"
    STATUS_CREDENTIAL = "status.credential", "the status list is in no credential for status lists"
    STATUS_AGGREGATION = "status.aggregation", "the status list aggregation is malformed"

    # Status registries
    STATUS_CONFLICT = "status.conflict", "somebody else changed the status in the meantime"
    STATUS_OUTDATED = "status.outdated", "a newer version of the status list is published already"
    STATUS_REGISTRY = "status.registry", "the status registry is not the one that was expected"
    STATUS_DATABASE = "status.database", "the database of the status lists failed"

    # Ledger
    LEDGER_STATEMENT = "ledger.statement", "not a statement that may stand in a ledger"
    LEDGER_CHECKPOINT = "ledger.checkpoint", "not a signed checkpoint of a ledger"
    LEDGER_RECEIPT = "ledger.receipt", "not a receipt of a ledger"
    LEDGER_ORIGIN = "ledger.origin", "the checkpoint is of another ledger"
    LEDGER_SIGNER = "ledger.signer", "the checkpoint is not signed by the ledger's key"
    LEDGER_SIGNATURE = "ledger.signature", "a signature of the checkpoint does not verify"
    LEDGER_WITNESSES = "ledger.witnesses", "fewer witnesses than demanded signed the checkpoint"
    LEDGER_INDEX = "ledger.index", "the index lies outside the ledger"
    LEDGER_INCLUSION = "ledger.inclusion", "the proof does not show that the entry is in the ledger"
    LEDGER_CONSISTENCY = (
        "ledger.consistency",
        "the proof does not show that the newer ledger begins with the older one",
    )
    LEDGER_STATE = "ledger.state", "the proof does not show what holds for the subject"
    LEDGER_SEAL = "ledger.seal", "the checkpoint does not end with a seal of the ledger's state"
    LEDGER_SUBJECT = "ledger.subject", "the receipt is about another subject"
    LEDGER_STALE = "ledger.stale", "the ledger was sealed longer ago than allowed"
    LEDGER_FUTURE = "ledger.future", "the ledger was sealed in the future"
    LEDGER_ROLLED_BACK = "ledger.rolled_back", "the checkpoint is older than one seen before"
    LEDGER_SPLIT_VIEW = "ledger.split_view", "two checkpoints of one size contradict each other"
    LEDGER_REWRITTEN = "ledger.rewritten", "the ledger's entries are not those that it signed"
    LEDGER_TRUNCATED = "ledger.truncated", "the ledger holds fewer entries than it signed"
    LEDGER_UNSEALED = "ledger.unsealed", "the ledger has no checkpoint yet"
    LEDGER_UNKNOWN = "ledger.unknown", "the database holds no such ledger"
    LEDGER_ALTERED = "ledger.altered", "the ledger's database was changed by something else"
    EVM_ANSWER = "evm.answer", "the chain's node does not answer as JSON-RPC must"
    EVM_REFUSED = "evm.refused", "the chain's node answered with an error"
    EVM_CHAIN_ID = "evm.chain_id", "the node is one of another chain"
    EVM_BLOCK_ORDER = "evm.block_order", "the node's blocks do not follow each other"
    EVM_BLOCK_TIME = "evm.block_time", "the times of the node's blocks run backwards"
    EVM_STALE = "evm.stale", "the chain's newest block is older than allowed"
    EVM_FUTURE = "evm.future", "the chain's newest block is of the future"
    EVM_ROLLED_BACK = "evm.rolled_back", "the chain ends before a block that was seen"
    EVM_REORGANISED = "evm.reorganised", "the chain has another block where one was seen"
    EVM_UNCONFIRMED = "evm.unconfirmed", "fewer blocks than demanded follow"
    EVM_CONTRACT = "evm.contract", "no contract of the kind expected at the address"
    EVM_RECORD = "evm.record", "what the contract says does not fit the statement beside it"
    EVM_REVERTED = "evm.reverted", "the contract refused the transaction"

    # Requests and answers
    QUERY_SYNTAX = "query.syntax", "the query is malformed"
    QUERY_EMPTY = "query.empty", "the query asks for nothing"
    QUERY_UNANSWERED = "query.unanswered", "the response lacks a credential that was asked for"
    QUERY_UNASKED = "query.unasked", "the response holds a credential that nobody asked for"
    QUERY_MULTIPLE = "query.multiple", "several presentations where one was asked for"
    QUERY_AUTHORITY = (
        "query.authority",
        "none of the authorities asked for stands behind the issuer",
    )
    QUERY_HOLDER = "query.holder", "nobody proved to hold a credential, as was asked for"
    QUERY_FORMAT = "query.format", "a credential is of another format than asked for"
    QUERY_TYPE = "query.type", "a credential is of another type than asked for"
    QUERY_CLAIM_MISSING = "query.claim_missing", "a claim that was asked for is missing"
    QUERY_VALUE = "query.value", "a claim has another value than asked for"
    REQUEST_SYNTAX = "request.syntax", "the presentation request is malformed"
    REQUEST_SIGNATURE = "request.signature", "the presentation request's signature does not verify"
    REQUEST_CLIENT = "request.client", "the verifier's name does not fit the key it signed with"
    REQUEST_EXPIRED = "request.expired", "the presentation request has expired"
    REQUEST_NOT_YET_VALID = "request.not_yet_valid", "the presentation request is not valid yet"
    REQUEST_PREFIX = "request.prefix", "verifiers of this kind of name are not taken here"
    REQUEST_UNSIGNED = "request.unsigned", "the request is not signed, as it must be"
    REQUEST_ADDRESS = (
        "request.address",
        "the answer would go to an address that is not the sender's",
    )
    REQUEST_AUDIENCE = "request.audience", "the presentation request is for another wallet"
    REQUEST_WALLET_NONCE = (
        "request.wallet_nonce",
        "the request object was made for another wallet's nonce",
    )
    REQUEST_MISMATCH = "request.mismatch", "the link names another verifier than the request"
    REQUEST_ORIGIN = "request.origin", "the request comes from a page that its sender did not name"
    REQUEST_METHOD = "request.method", "the request object can be had neither by get nor by post"
    REQUEST_MODE = "request.mode", "the answer is wanted in a way that is not taken here"
    REQUEST_SCOPE = "request.scope", "the request names a scope where a query must stand"
    REQUEST_ENCRYPTION = "request.encryption", "no key or algorithm to seal the answer with"
    REQUEST_FORMATS = "request.formats", "none of the formats asked for is held here"
    REQUEST_METADATA = "request.metadata", "metadata of a verifier that were known beforehand"
    REQUEST_PROFILE = "request.profile", "the request does not keep to the profile"
    REQUEST_ATTESTATION = (
        "request.attestation",
        "the verifier's attestation is malformed, expired or somebody else's",
    )
    TRANSACTION_SYNTAX = "transaction.syntax", "the transaction data are malformed"
    TRANSACTION_TYPE = "transaction.type", "transaction data of a type that is not known here"
    TRANSACTION_CREDENTIAL = (
        "transaction.credential",
        "the transaction data name a credential that can't authorise them",
    )
    TRANSACTION_FORMAT = (
        "transaction.format",
        "a credential of this format can't authorise the transaction",
    )
    TRANSACTION_HASH = "transaction.hash", "no hash that both sides have for the transaction data"
    TRANSACTION_FOREIGN = "transaction.foreign", "a device authorises what was not asked for"
    TRANSACTION_UNBOUND = "transaction.unbound", "a transaction was not authorised, or twice"
    RESPONSE_SYNTAX = "response.syntax", "the presentation response is malformed"
    RESPONSE_SERIALISATION = (
        "response.serialisation",
        "a presentation in JSON serialisation where only the compact one may travel",
    )
    RESPONSE_ENCRYPTION = (
        "response.encryption",
        "the response is not sealed as asked for, or for another key",
    )
    RESPONSE_STATE = "response.state", "the state of the response is missing or another's"
    RESPONSE_CODE = "response.code", "the response code is missing or another's"
    RESPONSE_RATE = "response.rate", "too many answers to one request at a time: send it again"
    RESPONSE_REDIRECT = (
        "response.redirect",
        "the verifier sends the browser nowhere that is allowed",
    )
    PRESENTATION_RECORD = (
        "presentation.record",
        "a stored request or answer is not as krid writes it",
    )
    SESSION_UNKNOWN = (
        "session.unknown",
        "no open session for this response: answered, old or foreign",
    )
    CONSENT_FOREIGN = "consent.foreign", "the consent was not given in this wallet for this request"
    CONSENT_BEYOND = "consent.beyond", "the consent discloses more than was asked for"
    PROOF_SYNTAX = "proof.syntax", "the key proof is malformed"
    PROOF_SIGNATURE = "proof.signature", "the key proof is not signed by the key it shows"
    PROOF_NONCE = "proof.nonce", "the key proof answers another nonce"
    PROOF_AUDIENCE = "proof.audience", "the key proof is for another issuer"
    PROOF_CLIENT = "proof.client", "the key proof names another client than the access token"
    PROOF_IAT = "proof.iat", "the key proof was made too long ago, or in the future"

    # Live codes that a wallet shows at a counter
    LIVE_SYNTAX = "live.syntax", "the text is no live code of a wallet"
    LIVE_STALE = "live.stale", "the live code is over, was used, or is not this wallet's"

    # OAuth, as issuance uses it
    OAUTH_FORM = "oauth.form", "not a form in which each parameter stands once"
    OAUTH_REQUEST = "oauth.request", "a parameter of the request is missing or malformed"
    OAUTH_ENDPOINT = "oauth.endpoint", "no endpoint at this path, or not for this method"
    OAUTH_RESPONSE = "oauth.response", "the answer of the server is malformed"
    OAUTH_REFUSED = "oauth.refused", "the server refused the request"
    OAUTH_DENIED = "oauth.denied", "the person did not agree"
    OAUTH_STATE = "oauth.state", "the authorization response is for another request"
    OAUTH_ISS = "oauth.iss", "the authorization response comes from another server"
    OAUTH_CLIENT = "oauth.client", "the client does not show who it is, as it must"
    OAUTH_GRANT = "oauth.grant", "the code or token is unknown, used or expired"
    OAUTH_GRANT_TYPE = "oauth.grant_type", "the grant is none of those that are taken here"
    OAUTH_GRANT_CLIENT = "oauth.grant_client", "the code or token was given to another client"
    OAUTH_REDIRECT = "oauth.redirect", "the redirect address is not one of the client's"
    OAUTH_RESPONSE_TYPE = "oauth.response_type", "the response type is not code"
    OAUTH_PUSH = "oauth.push", "the authorization request was not pushed, as it must be"
    OAUTH_SCOPE = "oauth.scope", "nothing that is issued here is asked for, or more than allowed"
    OAUTH_TARGET = "oauth.target", "the token is asked for with another issuer in mind than this"
    OAUTH_TOKEN = "oauth.token", "the access token is missing, unknown or expired"
    OAUTH_METADATA = "oauth.metadata", "the metadata of the authorization server is malformed"
    OAUTH_FOREIGN = "oauth.foreign", "the metadata is that of another authorization server"
    OAUTH_BUSY = "oauth.busy", "too much is under way: try again later"
    PKCE_SYNTAX = "pkce.syntax", "the code challenge or verifier is missing or malformed"
    PKCE_METHOD = "pkce.method", "the code challenge method is not S256"
    PKCE_VERIFIER = "pkce.verifier", "the code verifier is not the one of the challenge"
    DPOP_MISSING = "dpop.missing", "no DPoP proof where one is demanded"
    DPOP_SYNTAX = "dpop.syntax", "the DPoP proof is malformed or lacks a claim"
    DPOP_SIGNATURE = "dpop.signature", "the DPoP proof is not signed by the key it shows"
    DPOP_METHOD = "dpop.method", "the DPoP proof is for another HTTP method"
    DPOP_ADDRESS = "dpop.address", "the DPoP proof is for another address"
    DPOP_IAT = "dpop.iat", "the DPoP proof was made too long ago, or in the future"
    DPOP_NONCE = "dpop.nonce", "the DPoP proof lacks a nonce of this server"
    DPOP_TOKEN = "dpop.token", "the DPoP proof is for another access token"
    DPOP_KEY = "dpop.key", "the DPoP proof is by another key than the token is bound to"
    DPOP_REPLAY = "dpop.replay", "the DPoP proof was used before"
    CLIENT_ATTESTATION_MISSING = (
        "client.attestation_missing",
        "no client attestation where one is demanded",
    )
    CLIENT_ATTESTATION_SYNTAX = (
        "client.attestation_syntax",
        "the client attestation or its proof is malformed or lacks a claim",
    )
    CLIENT_ATTESTATION_SIGNATURE = (
        "client.attestation_signature",
        "the client attestation's signature does not verify",
    )
    CLIENT_ATTESTATION_EXPIRED = "client.attestation_expired", "the client attestation has expired"
    CLIENT_ATTESTATION_CERTIFICATE = (
        "client.attestation_certificate",
        "the client attestation lacks the certificates that are demanded",
    )
    CLIENT_ATTESTATION_POP = (
        "client.attestation_pop",
        "the client attestation is not used by the key that it is for",
    )
    CLIENT_ATTESTATION_AUDIENCE = (
        "client.attestation_audience",
        "the proof of the client attestation is for another server",
    )
    CLIENT_ATTESTATION_IAT = (
        "client.attestation_iat",
        "the proof of the client attestation was made too long ago, or in the future",
    )
    CLIENT_ATTESTATION_CHALLENGE = (
        "client.attestation_challenge",
        "the proof of the client attestation lacks a challenge of this server",
    )
    CLIENT_ATTESTATION_REPLAY = (
        "client.attestation_replay",
        "the proof of the client attestation was used before",
    )

    # Issuance by OpenID4VCI
    KEY_ATTESTATION_MISSING = "key.attestation_missing", "no key attestation where one is demanded"
    KEY_ATTESTATION_SYNTAX = "key.attestation_syntax", "the key attestation is malformed"
    KEY_ATTESTATION_SIGNATURE = (
        "key.attestation_signature",
        "the key attestation's signature does not verify",
    )
    KEY_ATTESTATION_CERTIFICATE = (
        "key.attestation_certificate",
        "the key attestation lacks the certificates that are demanded",
    )
    KEY_ATTESTATION_EXPIRED = "key.attestation_expired", "the key attestation has expired"
    KEY_ATTESTATION_IAT = "key.attestation_iat", "the key attestation is from the future, or old"
    KEY_ATTESTATION_NONCE = "key.attestation_nonce", "the key attestation answers another nonce"
    KEY_ATTESTATION_KEY = "key.attestation_key", "the key proof is by a key that is not attested"
    KEY_ATTESTATION_LEVEL = (
        "key.attestation_level",
        "the keys are not kept as safely as the issuer demands",
    )
    OFFER_SYNTAX = "offer.syntax", "the credential offer is malformed"
    OFFER_GRANT = "offer.grant", "the offer has no grant that this wallet can use"
    OFFER_SERVER = (
        "offer.server",
        "the offer names an authorization server that is not the issuer's",
    )
    OFFER_TX_CODE = "offer.tx_code", "a transaction code is missing, wrong, or not asked for"
    OFFER_CONFIGURATION = "offer.configuration", "the offer is for what the issuer does not issue"
    ISSUANCE_METADATA = "issuance.metadata", "the metadata of the credential issuer is malformed"
    ISSUANCE_FOREIGN = "issuance.foreign", "the metadata is that of another credential issuer"
    ISSUANCE_UNSIGNED = "issuance.unsigned", "the metadata is not signed, where it must be"
    ISSUANCE_SIGNATURE = "issuance.signature", "the signed metadata's signature does not verify"
    ISSUANCE_VALIDITY = "issuance.validity", "the signed metadata is not valid now"
    ISSUANCE_PROFILE = "issuance.profile", "the other side does not offer what the policy demands"
    ISSUANCE_REQUEST = "issuance.request", "the credential request is malformed"
    ISSUANCE_CONFIGURATION = "issuance.configuration", "no such credential is issued here"
    ISSUANCE_IDENTIFIER = "issuance.identifier", "no such credential dataset for this token"
    ISSUANCE_SCOPE = "issuance.scope", "the access token is not for this credential"
    ISSUANCE_PROOF = (
        "issuance.proof",
        "the credential request lacks the key proofs that it must have",
    )
    ISSUANCE_PROOF_TYPE = "issuance.proof_type", "key proofs of this type are not taken here"
    ISSUANCE_BATCH = "issuance.batch", "more keys than one request may have, or one key twice"
    ISSUANCE_ENCRYPTION = (
        "issuance.encryption",
        "the request or its answer is not encrypted as it must be",
    )
    ISSUANCE_DENIED = "issuance.denied", "the issuer does not issue this credential"
    ISSUANCE_TRANSACTION = "issuance.transaction", "no such deferred issuance for this token"
    ISSUANCE_RESPONSE = "issuance.response", "the credential response is malformed"
    ISSUANCE_RECORD = (
        "issuance.record",
        "a record of the issuer is not in the form that krid writes",
    )
    ISSUANCE_NOTIFICATION = "issuance.notification", "the notification is malformed"
    ISSUANCE_NOTIFICATION_ID = (
        "issuance.notification_id",
        "no such notification for this token",
    )

    # Stores
    STORE_NOT_FOUND = "store.not_found", "there is no such file"
    STORE_EXISTS = "store.exists", "the file exists already"
    STORE_IO = "store.io", "the file could not be read or written"
    STORE_NOT_WALLET = "store.not_wallet", "the file is not a krid wallet"
    STORE_VERSION = "store.version", "the wallet was written by a newer krid"
    STORE_TRUNCATED = "store.truncated", "the wallet file is cut off"
    STORE_ALTERED = "store.altered", "the wallet file was changed by something other than krid"
    STORE_PIN = "store.pin", "wrong PIN"
    STORE_PIN_DELAY = "store.pin_delay", "too many wrong PINs: wait before the next try"
    STORE_PIN_LOCKED = (
        "store.pin_locked",
        "too many wrong PINs: the wallet opens in another way alone, which may set a new PIN",
    )
    STORE_RECOVERY_CODE = "store.recovery_code", "the recovery code has a slip in it"
    STORE_METHOD = "store.method", "the wallet does not open to this authenticator or code"
    STORE_METHOD_USED = "store.method_used", "the recovery code was used already"
    STORE_METHOD_REVOKED = "store.method_revoked", "this way to unlock the wallet was revoked"
    STORE_NO_METHOD = "store.no_method", "the wallet has no such way to unlock it"
    STORE_CLOSED = "store.closed", "the wallet is closed"
    STORE_BUSY = "store.busy", "another program is writing to the wallet"
    STORE_NO_RECORD = "store.no_record", "the wallet holds no such record"

    WALLET_FOREIGN_KEY = "wallet.foreign_key", "the credential is bound to a key of another wallet"
    WALLET_RECORD = "wallet.record", "a record of the wallet is not in the form that krid writes"

    # WebAuthn
    FIDO_SYNTAX = "fido.syntax", "the authenticator's answer is malformed"
    FIDO_TYPE = "fido.type", "the answer belongs to another kind of ceremony"
    FIDO_CHALLENGE = "fido.challenge", "nobody waits for this answer, or it came already"
    FIDO_ABOUT = "fido.about", "the person was asked about something else"
    FIDO_EXPIRED = "fido.expired", "the answer came too late"
    FIDO_ORIGIN = "fido.origin", "the answer was made for another page or app"
    FIDO_CROSS_ORIGIN = "fido.cross_origin", "the answer was made inside another page"
    FIDO_RP_ID = "fido.rp_id", "the authenticator answered another relying party"
    FIDO_PRESENCE = "fido.presence", "nobody was present at the authenticator"
    FIDO_VERIFICATION = "fido.verification", "the authenticator did not verify the person"
    FIDO_BACKUP = "fido.backup", "the credential's backup flags contradict each other or changed"
    FIDO_SYNCED = "fido.synced", "the credential may be copied to other devices"
    FIDO_CREDENTIAL = "fido.credential", "not one of the credentials that were asked for"
    FIDO_CREDENTIAL_RECORD = (
        "fido.credential_record",
        "a credential record is not in the form that krid writes",
    )
    FIDO_ALG = "fido.alg", "the credential's algorithm was not asked for"
    FIDO_SIGNATURE = "fido.signature", "the authenticator's signature does not match"
    FIDO_COUNTER = "fido.counter", "the counter did not grow: the authenticator may be cloned"
    FIDO_PRF = "fido.prf", "the authenticator has no pseudo-random function, or gave no output"

    # Guards of the wallet's keys
    GUARD_NEEDED = "guard.needed", "the key is not used before the person was verified"
    GUARD_STALE = "guard.stale", "the person was verified too long ago, or for another use"

    # The VC API
    VC_API_BODY = "vc.api_body", "the body of the request lacks a member, or has another type"
    VC_API_CREDENTIAL = "vc.api_credential", "no credential of this name was issued with the status"
    VC_API_STATUS = "vc.api_status", "the credential can't be given such a status"
    # Card types of countries
    CARDTYPE_SIZE = "cardtype.size", "the file of a card type is larger than the limit"
    CARDTYPE_TOML = "cardtype.toml", "not TOML in UTF-8"
    CARDTYPE_KEY = "cardtype.key", "a key of a card type is missing or unknown"
    CARDTYPE_VALUE = "cardtype.value", "a value of a card type is not of its form"
    CARDTYPE_SOURCE = "cardtype.source", "a claim or pattern takes something the register lacks"
    CARDTYPE_LABEL = "cardtype.label", "a label is missing in a language of the card type"
    CARDTYPE_TWICE = "cardtype.twice", "two claims of a card type stand in one place"
    CARDTYPE_FORMAT = "cardtype.format", "a card type and its formats do not fit together"

    # Register and card life cycle
    REGISTER_UNKNOWN = "register.unknown", "the register knows no such person"
    REGISTER_UNKNOWN_CARD = "register.unknown_card", "the register knows no such card"
    REGISTER_UNKNOWN_PARTY = (
        "register.unknown_party",
        "the register knows no such verifier, or no such purpose of it",
    )
    REGISTER_TOO_YOUNG = "register.too_young", "the applicant is too young for this card"
    REGISTER_NO_CARD = "register.no_card", "the applicant has no physical card in force"
    REGISTER_ACTIVE_PHONE = "register.active_phone", "another phone holds the card already"
    REGISTER_TICKET = "register.ticket", "the office QR is unknown, used or expired"
    REGISTER_NUMBER = "register.number", "not a resident registration number"
    REGISTER_REPEATED = "register.repeated", "the register holds the same person twice"
    REGISTER_DATABASE = "register.database", "the database of the register failed"
    REGISTER_VERSION = "register.version", "the tables of the register are those of another krid"
    REGISTER_CHAIN = "register.chain", "the register's log was changed by something other than krid"
    REGISTER_ROW = "register.row", "a row of the register was changed behind the log's back"
    REGISTER_ROLLBACK = "register.rollback", "the register's log does not go on from the known end"
    REGISTER_HEAD = "register.head", "not the end of a register's log"
    REGISTER_PERSON = (
        "register.person",
        "what is to be entered of a person is not complete or valid",
    )
    REGISTER_BIRTH_DATE = "register.birth_date", "birth date or sex is not what the number says"
    REGISTER_PORTRAIT = "register.portrait", "the portrait is no JPEG image or too large"
    REGISTER_ENDED = "register.ended", "the person has died or emigrated"
    REGISTER_DAY = "register.day", "the day lies before what the register holds already"
    REGISTER_HOUSEHOLD = "register.household", "the person is not of that household"
    REGISTER_DOCUMENT = (
        "register.document",
        "the document is not in a state in which this can be done",
    )
    REGISTER_TYPE = "register.type", "the register issues no such card"
    REGISTER_STAGE = "register.stage", "the card is not in a state in which this can be done"
    REGISTER_CHANGED = "register.changed", "the register changed while the card was signed"
    REGISTER_RIGHT = "register.right", "whoever asks has no right to do this"
    REGISTER_SUSPENDED = "register.suspended", "the card is suspended for this reason already"
    REGISTER_HOLD = "register.hold", "the card is not suspended for this reason"
    REGISTER_POLICE = "register.police", "the police have suspended the card: nothing replaces it"
    REGISTER_RENEWAL = "register.renewal", "it is too early to renew the card"
    REGISTER_EXPIRED = "register.expired", "the card has expired: a new one must be applied for"
    REGISTER_OTHER_KEY = "register.other_key", "the key is not that of the phone that applied"
    REGISTER_IC_CHALLENGE = "register.ic_challenge", "the challenge is unknown, answered or expired"
    REGISTER_IC_ANSWER = "register.ic_answer", "the answer of the IC card is not of its form"
    REGISTER_IC_KEY = "register.ic_key", "the IC card is not the one that the register knows"
    REGISTER_IC_CLONE = "register.ic_clone", "the IC card was read before with a later counter"
    REGISTER_IC_ABSENT = "register.ic_absent", "no IC card lies on the reader for this offer"
    REGISTER_IC_PIN = "register.ic_pin", "not the PIN of the IC card"
    REGISTER_IC_PIN_BLOCKED = (
        "register.ic_pin_blocked",
        "the IC card answers no more after wrong PINs",
    )
    REGISTER_IC_BLOCKED = "register.ic_blocked", "the chip of the IC card is blocked"
    FAMILY_ENTRY = (
        "family.entry",
        "no entry in the family register, or one already",
    )
    FAMILY_UNKNOWN = "family.unknown", "the family register holds no such event to be taken back"
    FAMILY_EVENT = "family.event", "the event does not name whom its kind has to name"
    FAMILY_SELF = "family.self", "nobody is their own parent or spouse, or a parent twice"
    FAMILY_AGE = "family.age", "a parent is not older than the child, or somebody is too young"
    FAMILY_DAY = "family.day", "the event lies outside somebody's life, or out of order"
    FAMILY_REPEATED = "family.repeated", "the family register holds such an event already"
    FAMILY_MARRIED = "family.married", "one of the two is married on that day or later"
    FAMILY_NOT_MARRIED = "family.not_married", "the two are not married to each other"
    FAMILY_KIN = "family.kin", "the two are too nearly related to marry"
    FAMILY_ADOPTION = "family.adoption", "there is no adoption to end"
    FAMILY_ORDER = "family.order", "another event rests on the one that is to be taken back"
    REGISTER_LEASE = "register.lease", "another process has taken these people over"
    REGISTER_WORKER = "register.worker", "a process of a bulk run died"
    REGISTER_CSV = "register.csv", "a line of the CSV file is not of its form"

    # Programs that call krid
    MISUSE_TYPE = "misuse.type", "an argument of another type than it has to be"
    MISUSE_NAIVE_TIME = "misuse.naive_time", "a time without a time zone"
    MISUSE_TIME_RANGE = "misuse.time_range", "a time outside the years 1 to 9999 in UTC"
    MISUSE_SECRET = "misuse.secret", "a secret can't be hashed, printed or pickled"
    MISUSE_PIN = "misuse.pin", "a PIN that is empty, too long or not text"
    MISUSE_PIN_COST = "misuse.pin_cost", "a cost of hashing PINs that is too low or too high"
    MISUSE_UNLOCK_KEY = "misuse.unlock_key", "a key to unlock a wallet that has not 256 bits"
    MISUSE_UNLOCK_METHODS = (
        "misuse.unlock_methods",
        "too many ways to unlock a wallet, or too much written about one",
    )
    MISUSE_FIDO_PARTY = "misuse.fido_party", "an origin that does not belong to the relying party"
    MISUSE_GUARD = "misuse.guard", "a guard made of fewer than two, or of a free one"
    MISUSE_FRESHNESS = "misuse.freshness", "a verification that counts for no time or for too long"
    MISUSE_RECORD = "misuse.record", "a record whose kind, name or size breaks a limit"
    MISUSE_TRANSACTION = "misuse.transaction", "this can't be done inside a transaction"
    MISUSE_CLAIMS = "misuse.claims", "the claims can't be issued in this format"
    MISUSE_LIFETIME = "misuse.lifetime", "the lifetime is empty, negative or too long"
    MISUSE_STATUS = "misuse.status", "a status that this format can't carry"
    MISUSE_REVOKED = "misuse.revoked", "a revoked credential stays revoked"
    MISUSE_FORMAT = "misuse.format", "no such credential format here"
    MISUSE_PURPOSE = "misuse.purpose", "a request without a purpose that a person can read"
    MISUSE_EXTRA = "misuse.extra", "this needs an optional part of krid that is not installed"
    MISUSE_QUERY_ID = "misuse.query_id", "no credential was verified under this query id"
    MISUSE_OPTION = "misuse.option", "an option that does not fit the others"
    MISUSE_CLOCK = "misuse.clock", "a clock that is behind what was signed already"
