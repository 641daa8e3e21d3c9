"""Writes tests/forgeries/files: for each rule one file that breaks only it; `--check` compares.

The catalogue is that of tests/forgeries, built with fixed keys, a fixed clock and deterministic
ECDSA (RFC 6979), so that the same files come out of every run.
"""

import argparse
import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import forge_keys
import forge_kinds

from krid import x509
from krid._core import base64url, cbor
from krid.errors import Code
from krid.keys import Alg, jwk
from krid.mdoc.lint_rules import REQUEST_RULES
from krid.mdoc.lint_rules import RULES as MDOC_RULES
from krid.model import Findings
from krid.sdjwt import HashAlg
from krid.sdjwt.lint_rules import RULES as SDJWT_RULES
from krid.sdjwt.type_metadata.lint import RULES as TYPE_RULES

REPOSITORY = Path(__file__).parents[1]
CATALOGUE = REPOSITORY / "tests" / "forgeries"
FILES = CATALOGUE / "files"
SDJWT, MDOC, REQUEST, TYPE = "dc+sd-jwt", "mso_mdoc", "mdoc-request", "type-metadata"
MAX_CONTENT = 8 * 1024
_SPELT = {".": "dot", "#": "hash"}


@dataclass(frozen=True, kw_only=True)
class Forgery:
    """One file: what is broken, how to verify it, and what must come of it.

    `expected` is the code of `krid verify`, or None for a genuine one. `lint` tells whether the
    bytes alone show the broken rule. `peers_accept` are packages that let it pass, `peers_refuse`
    those that refuse a genuine one.
    """

    rule: str
    format: str
    clause: str
    expected: str | None
    lint: bool
    verify: Mapping[str, Any]
    content: str
    peers_accept: tuple[str, ...] = field(default=())
    peers_refuse: tuple[str, ...] = field(default=())

    @property
    def path(self) -> Path:
        """Where the file stands."""
        name = "".join(_SPELT.get(each, "_") if not each.isalnum() else each for each in self.rule)
        return Path(self.format) / f"{name}.json"

    def text(self) -> str:
        """Return what the file holds."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


def load(name: str) -> Any:
    """Load a catalogue; to be called inside `fixed`."""
    spec = importlib.util.spec_from_file_location(f"forge_{name}", CATALOGUE / f"{name}.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(name)
    module = importlib.util.module_from_spec(spec)
    with mock.patch.dict(sys.modules, {spec.name: module}):  # dataclasses look themselves up
        spec.loader.exec_module(module)
    return module


def clause(rules: Findings, code: Code | None) -> str:
    """Return the clause that a code stands for."""
    return "" if code is None else rules.rule(code).clause


# SD-JWT VC

OF_THE_VERIFIER = {
    *(Code.KB_NONCE, Code.KB_AUDIENCE, Code.KB_MISSING, Code.KB_UNEXPECTED),
    *(Code.SDJWT_AUDIENCE, Code.JWS_SIGNATURE, Code.MDOC_DEVICE_SIGNATURE),
    *(Code.TRUST_UNKNOWN_ISSUER, Code.MDOC_DEVICE_MAC, Code.X509_ISSUER),
    Code.MDOC_READER_SIGNATURE,
}
"""Codes that need the verifier's trust, nonce, name or session."""

NEED_MORE = {
    *("KB: a second too old", "KB: ten years old", "reader: no signature"),
    *("type: it loosens sd", "type: it loosens mandatory", "type: it extends another document"),
    "x5chain: the signer twice",
    *("type: it extends itself", "type: what it extends can't be had"),
}
"""Rules of other codes that need the verifier's own terms, or a further document."""

SD_JWT_ACCEPTS = {
    *("unused disclosure", "expired", "nbf to come", "digest twice in an array"),
    *("KB: ten years old", "disclosed claim _sd", "disclosed claim ..."),
}

SD_JWT_REFUSES = {"genuine with sha-512", "genuine with an EdDSA holder"}

SDJWT_LEFT_OUT = {"white space": "the command line strips it from the ends of a file"}

CLI_READS = {
    "not ASCII": Code.SDJWT_SYNTAX,
    "attack: alg of another curve": Code.TRUST_UNKNOWN_ISSUER,
    "attack: alg of Edwards curves": Code.TRUST_UNKNOWN_ISSUER,
}
"""Where the command line, which reads bytes and looks for a key, says another thing."""


def sdjwt_forgeries() -> Iterator[Forgery]:
    """Go through the rules of SD-JWT and SD-JWT VC."""
    catalogue = load("test_sdjwt")
    trust = json.dumps(jwk.encode_public(catalogue.ISSUER.public_key))
    bound = {
        "trust": trust,
        "nonce": catalogue.NONCE,
        "audience": catalogue.AUDIENCE,
        "now": "2026-06-01T12:00:00Z",
        "max_age": "300",
    }
    bearer = {name: bound[name] for name in ("trust", "now")}
    yield from _sdjwt(_sdjwt_rows(catalogue, bound, bearer))


def more_sdjwt_forgeries() -> Iterator[Forgery]:
    """Go through the rules of the JSON serialisations, and of credentials that have a type."""
    yield from _sdjwt(forge_kinds.json_rows(load("test_sdjwt_json")))
    yield from _sdjwt(forge_kinds.typed_rows(types()))


def _sdjwt(rows: "Iterable[forge_kinds.Row]") -> Iterator[Forgery]:
    rules = Findings({**SDJWT_RULES, **TYPE_RULES})
    for rule, text, code, terms in rows:
        if len(text) > MAX_CONTENT or rule in SDJWT_LEFT_OUT:
            continue
        expected = CLI_READS.get(rule, code)
        yield Forgery(
            rule=rule,
            format=SDJWT,
            clause=clause(rules, expected),
            expected=None if expected is None else str(expected),
            lint=is_linted(rule, expected) and not rule.startswith("type rule: "),
            verify=terms,
            content=text,
            peers_accept=("sd-jwt 0.10.4",) if rule in SD_JWT_ACCEPTS else (),
            peers_refuse=("sd-jwt 0.10.4",) if rule in SD_JWT_REFUSES else (),
        )


def is_linted(rule: str, code: Code | None) -> bool:
    """Tell whether the bytes alone show what is broken."""
    return code not in OF_THE_VERIFIER and rule not in NEED_MORE


def types() -> Any:
    """Load the catalogue of type metadata, without its randomness."""
    catalogue = load("test_type_metadata")
    catalogue.system_entropy = forge_kinds.entropy()
    return catalogue


def type_forgeries() -> Iterator[Forgery]:
    """Go through the rules of type metadata documents."""
    rules = Findings(TYPE_RULES)
    for rule, text, code, terms in forge_kinds.type_rows(types()):
        if len(text) > MAX_CONTENT:
            continue
        yield Forgery(
            rule=rule,
            format=TYPE,
            clause=clause(rules, code),
            expected=None if code is None else str(code),
            lint=is_linted(rule, code),
            verify=terms,
            content=text,
        )


Row = tuple[str, str, Code | None, Mapping[str, Any]]


def _sdjwt_rows(
    catalogue: Any, bound: Mapping[str, str], bearer: Mapping[str, str]
) -> Iterator[Row]:
    name, digest = catalogue.NAME, catalogue.digest
    good = catalogue.credential(name, _sd=[digest(name)])
    yield "genuine", catalogue.bound(good).text, None, bound
    yield "genuine bearer", good, None, bearer
    yield "genuine nested", catalogue.bound(catalogue.TEXT).text, None, bound
    nameless = catalogue.credential(iss=None)
    yield "genuine without iss and sub", catalogue.bound(nameless).text, None, bound
    long = credential_by(catalogue, HashAlg.SHA512)
    covered = HashAlg.SHA512.digest(long)
    yield "genuine with sha-512", catalogue.bound(long, sd_hash=covered).text, None, bound
    edwards = forge_keys.fixed_key(Alg.EDDSA, 103)
    held = catalogue.credential(cnf={"jwk": jwk.encode_public(edwards.public_key)})
    yield "genuine with an EdDSA holder", catalogue.bound(held, key=edwards).text, None, bound
    for rule, text, code, _ in catalogue.PARSED:
        yield rule, text, code, bearer
    for rule, text, code, _ in catalogue.REVEALED:
        yield rule, catalogue.bound(text).text, code, bound
    for rule, text, code in catalogue.ATTACKS:
        yield f"attack: {rule}", text, code, bearer
    for rule, make, code, _ in catalogue.BOUND:
        yield f"KB: {rule.removeprefix('KB ')}", make().text, code, bound
    yield from _sdjwt_hidden(catalogue, bound)
    yield (
        "another issuer key",
        catalogue.signed(catalogue.CLAIMS, key=catalogue.OTHER) + "~",
        Code.JWS_SIGNATURE,
        bearer,
    )
    yield "KB where none was asked for", catalogue.bound(good).text, Code.KB_UNEXPECTED, bearer
    yield (
        "digests by another hash",
        catalogue.credential(name, _sd=[digest(name)], _sd_alg="sha-384"),
        Code.SDJWT_DISCLOSURE_UNUSED,
        bearer,
    )


def credential_by(catalogue: Any, hash_alg: HashAlg) -> str:
    """Make a credential with digests of another algorithm than usual."""
    shown = [hash_alg.digest(catalogue.NAME)]
    text: str = catalogue.credential(catalogue.NAME, _sd=shown, _sd_alg=hash_alg.value)
    return text


def _sdjwt_hidden(catalogue: Any, bound: Mapping[str, str]) -> Iterator[Row]:
    encoded, digest, credential = catalogue.encoded, catalogue.digest, catalogue.credential
    for name in ("_sd", "...", "_sd_alg"):
        hidden = encoded(["salt-0123456789", name, "sha-512"])
        text = catalogue.bound(credential(hidden, _sd=[digest(hidden)])).text
        yield f"disclosed claim {name}", text, Code.SDJWT_CLAIM_NAME, bound
    for name in ("iat", "sub"):
        hidden = encoded(["salt-0123456789", name, catalogue.AT if name == "iat" else "x"])
        text = catalogue.bound(credential(hidden, _sd=[digest(hidden)], sub="y")).text
        yield f"disclosed {name} exists already", text, Code.SDJWT_CLAIM_COLLISION, bound
    for name, value in catalogue.HIDDEN.items():
        if name in {"vct", "iss"}:  # trust looks for these before anything is revealed
            continue
        hidden = encoded(["salt-0123456789", name, value])
        text = credential(hidden, **{name: None, "_sd": [digest(hidden)]})
        yield f"{name} hidden", catalogue.bound(text).text, Code.SDJWT_NOT_DISCLOSABLE, bound


# mdoc

PYMDOCCBOR_ACCEPTS = {
    *("validity: expired", "doctype: of the document", "device: signature changed"),
    *("device: another session",),
}
ISOMDOC_ACCEPTS = {"validity: expired", "x5chain: of an unknown authority"}
PYEUDIW_ACCEPTS = {"device: another session"}
ACAPY_ACCEPTS = {
    *("device: another session", "device: another key", "device: signature changed"),
}
PEERS = (
    ("pymdoccbor 1.4.0", PYMDOCCBOR_ACCEPTS),
    ("isomdoc 0.0.5", ISOMDOC_ACCEPTS),
    ("pyeudiw 2.2 (read)", PYEUDIW_ACCEPTS),
    ("acapy-vc-plugin (read)", ACAPY_ACCEPTS),
)

MDOC_LEFT_OUT = {
    "x5chain: protected": "its certificate is signed; there is a row with a real one",
    "x5chain: unknown": "its certificate is no certificate; there is a row with a real one",
    "issuer: not trusted for this type": "a trust file of certificates trusts them for all types",
}

MDOC_NOW = {
    "validity: expired": "2026-06-01T00:01:30Z",
    "validity: not yet": "2026-05-31T23:58:30Z",
}
"""The command line lets clocks differ by a minute."""


def mdoc_forgeries() -> Iterator[Forgery]:
    """Go through the rules of ISO/IEC 18013-5."""
    catalogue = load("test_mdoc")
    signers = forge_keys.signers(
        {b"ds": catalogue.SIGNER, b"k1": catalogue.ES256K}, x509.MDOC_SIGNER
    )
    terms = {
        "trust": signers.anchor,
        "transcript": catalogue.TRANSCRIPT.hex(),
        "now": "2026-06-01T00:00:00Z",
    }
    rules = Findings(MDOC_RULES)
    for rule, raw, code in _mdoc_rows(catalogue, signers):
        if len(raw) > MAX_CONTENT or rule in MDOC_LEFT_OUT:
            continue
        yield Forgery(
            rule=rule,
            format=MDOC,
            clause=clause(rules, code),
            expected=None if code is None else str(code),
            lint=is_linted(rule, code),
            verify={**terms, "now": MDOC_NOW.get(rule, terms["now"])},
            content=base64url.encode(raw),
            peers_accept=tuple(name for name, rows in PEERS if rule in rows),
        )


def _mdoc_rows(
    catalogue: Any, signers: forge_keys.Signers
) -> Iterator[tuple[str, bytes, Code | None]]:
    good = catalogue.forge()
    yield "genuine", signers.put_in(good, signers.by_mark), None
    own = cbor.Embedded.of({"own": {"any": 1}, "ns": {"note": "hi"}})
    with_own = catalogue.forge(own=catalogue.always(own))
    yield "genuine with the device's own elements", signers.put_in(with_own, signers.by_mark), None
    unknown = signers.put_in(good, {b"ds": signers.unknown})
    yield "x5chain: of an unknown authority", unknown, Code.X509_ISSUER
    signer = signers.by_mark[b"ds"]
    for rule, chain, code in (
        ("the authority first", [signers.authority, signer], Code.X509_LEAF),
        ("a stranger in it", [signer, signers.stranger], Code.X509_ISSUER),
        ("the signer twice", [signer, signer], Code.X509_LOOP),
    ):
        auth = catalogue.resign({1: -7}, {33: chain})
        yield f"x5chain: {rule}", catalogue.forge(issuer_auth=auth), code
    protected = catalogue.resign({1: -7, 33: signers.by_mark[b"ds"]}, {})
    yield (
        "x5chain: in the protected header",
        catalogue.forge(issuer_auth=protected),
        Code.MDOC_X5CHAIN,
    )
    for rule, (changes, _, code) in catalogue.FORGERIES.items():
        yield rule, signers.put_in(catalogue.forge(**changes), signers.by_mark), code


def request_forgeries() -> Iterator[Forgery]:
    """Go through the rules for a reader's request."""
    catalogue = load("test_mdoc_request")
    signers = forge_keys.signers({b"reader": catalogue.READER}, x509.MDOC_READER)
    terms = {
        "trust": signers.anchor,
        "transcript": catalogue.TRANSCRIPT.hex(),
        "now": "2026-06-01T00:00:00Z",
    }
    unknown = signers.put_in(catalogue.forge(), {b"reader": signers.unknown})
    rows = [
        (rule, signers.put_in(raw, signers.by_mark), code)
        for rule, raw, code in forge_kinds.request_rows(catalogue)
    ]
    rules = Findings(REQUEST_RULES)
    for rule, raw, code in (*rows, ("reader: of an unknown authority", unknown, Code.X509_ISSUER)):
        if len(raw) > MAX_CONTENT:
            continue
        yield Forgery(
            rule=rule,
            format=REQUEST,
            clause=clause(rules, code),
            expected=None if code is None else str(code),
            lint=is_linted(rule, code),
            verify=terms,
            content=base64url.encode(raw),
        )


def forgeries() -> list[Forgery]:
    """Return all of them, always the same."""
    with forge_keys.fixed():
        made = [*sdjwt_forgeries(), *mdoc_forgeries()]
        made += [*more_sdjwt_forgeries(), *request_forgeries(), *type_forgeries()]
    paths = {each.path for each in made}
    if len(paths) != len(made):
        raise SystemExit("two rules have the same file")
    return made


def main() -> None:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare")
    made = {FILES / each.path: each.text() for each in forgeries()}
    there = {path: path.read_text(encoding="utf-8") for path in FILES.glob("*/*.json")}
    if parser.parse_args().check:
        if made != there:
            raise SystemExit("tests/forgeries/files is not what scripts/forge.py writes")
        return
    for path in there.keys() - made.keys():
        path.unlink()
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"{len(made)} files")


if __name__ == "__main__":
    main()
