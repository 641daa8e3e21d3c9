"""Writes tests/forgeries/files: for each rule one file that breaks only it; `--check` compares.

The catalogue is that of tests/forgeries, built with fixed keys, a fixed clock and deterministic
ECDSA (RFC 6979), so that the same files come out of every run.
"""

import argparse
import contextlib
import importlib.util
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from krid import x509
from krid._core import base64url, cbor
from krid.errors import Code
from krid.keys import Alg, Curve, LocalKey, jwk
from krid.keys.public import EC_CURVES, ECDSA
from krid.mdoc.lint_rules import RULES as MDOC_RULES
from krid.model import Findings
from krid.sdjwt.lint_rules import RULES as SDJWT_RULES

REPOSITORY = Path(__file__).parents[1]
CATALOGUE = REPOSITORY / "tests" / "forgeries"
FILES = CATALOGUE / "files"
SDJWT, MDOC = "dc+sd-jwt", "mso_mdoc"
MAX_CONTENT = 8 * 1024
_SPELT = {".": "dot", "#": "hash"}
ANCHOR_BEGINS = datetime(2025, 12, 1, tzinfo=UTC)
ANCHOR_ENDS = datetime(2030, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Forgery:
    """One file: what is broken, how to verify it, and what must come of it.

    `expected` is the code of `krid verify`, or None for a genuine one. `lint` tells whether the
    bytes alone show the broken rule. `peers_accept` are packages that let it pass.
    """

    rule: str
    format: str
    clause: str
    expected: str | None
    lint: bool
    verify: Mapping[str, str]
    content: str
    peers_accept: tuple[str, ...] = field(default=())

    @property
    def path(self) -> Path:
        """Where the file stands."""
        name = "".join(_SPELT.get(each, "_") if not each.isalnum() else each for each in self.rule)
        return Path(self.format) / f"{name}.json"

    def text(self) -> str:
        """Return what the file holds."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


# Fixed keys, and signatures that depend on nothing but key and message


@contextlib.contextmanager
def fixed() -> Iterator[None]:
    """Let keys come in a fixed order and signatures be deterministic, for a while."""
    with (
        mock.patch.object(LocalKey, "generate", _fixed_keys()),
        mock.patch.object(LocalKey, "sign", _sign),
    ):
        yield


def _fixed_keys() -> Callable[[Alg], LocalKey]:
    count = 0

    def generate(alg: Alg) -> LocalKey:
        nonlocal count
        count += 1
        return fixed_key(alg, count)

    return generate


def fixed_key(alg: Alg, number: int) -> LocalKey:
    """Make the same key for the same number; everybody knows it, so it is good for nothing else."""
    if alg.curve is Curve.ED25519:
        return LocalKey.from_native(
            ed25519.Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        )
    return LocalKey.from_native(ec.derive_private_key(0x5EED << 64 | number, EC_CURVES[alg.curve]))


def _sign(key: LocalKey, message: bytes) -> bytes:
    if isinstance(key.native, ec.EllipticCurvePrivateKey):
        digest = ECDSA[key.alg].algorithm
        scheme = ec.ECDSA(digest, deterministic_signing=True)
        r, s = decode_dss_signature(key.native.sign(message, scheme))
        size = key.public_key.curve.size
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    return key.native.sign(message)  # type: ignore[union-attr]  # X25519 keys are not asked


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
}
"""Codes that need the verifier's trust, nonce, name or session."""

NEED_THE_VERIFIER = {"KB: a second too old", "KB: ten years old"}
"""Rules of another code that need how old a presentation may be."""

SD_JWT_ACCEPTS = {
    *("unused disclosure", "expired", "nbf to come", "digest twice in an array"),
    *("KB: ten years old", "disclosed claim _sd", "disclosed claim ..."),
}

SDJWT_LEFT_OUT = {"white space": "the command line strips it from the ends of a file"}

CLI_READS = {"not ASCII": Code.SDJWT_SYNTAX}
"""Where the command line, which reads bytes, says another thing than the parser of text."""


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
    rules = Findings(SDJWT_RULES)
    for rule, text, code, terms in _sdjwt_rows(catalogue, bound, bearer):
        if len(text) > MAX_CONTENT or rule in SDJWT_LEFT_OUT:
            continue
        expected = CLI_READS.get(rule, code)
        yield Forgery(
            rule=rule,
            format=SDJWT,
            clause=clause(rules, expected),
            expected=None if expected is None else str(expected),
            lint=expected not in OF_THE_VERIFIER and rule not in NEED_THE_VERIFIER,
            verify=terms,
            content=text,
            peers_accept=("sd-jwt 0.10.4",) if rule in SD_JWT_ACCEPTS else (),
        )


Row = tuple[str, str, Code | None, Mapping[str, str]]


def _sdjwt_rows(
    catalogue: Any, bound: Mapping[str, str], bearer: Mapping[str, str]
) -> Iterator[Row]:
    name, digest = catalogue.NAME, catalogue.digest
    good = catalogue.credential(name, _sd=[digest(name)])
    yield "genuine", catalogue.bound(good).text, None, bound
    yield "genuine bearer", good, None, bearer
    yield "genuine nested", catalogue.bound(catalogue.TEXT).text, None, bound
    for rule, text, code, _ in catalogue.PARSED:
        yield rule, text, code, bearer
    for rule, text, code, _ in catalogue.REVEALED:
        yield rule, catalogue.bound(text).text, code, bound
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
    signers = _signers(catalogue)
    terms = {
        "trust": signers.anchor,
        "transcript": catalogue.TRANSCRIPT.hex(),
        "now": "2026-06-01T00:00:00Z",
    }
    rules = Findings(MDOC_RULES)
    for rule, raw, code in _mdoc_rows(catalogue, signers):
        if len(raw) > MAX_CONTENT or rule in MDOC_LEFT_OUT:
            continue
        accepted = [("pymdoccbor 1.4.0", PYMDOCCBOR_ACCEPTS), ("isomdoc 0.0.5", ISOMDOC_ACCEPTS)]
        yield Forgery(
            rule=rule,
            format=MDOC,
            clause=clause(rules, code),
            expected=None if code is None else str(code),
            lint=code not in OF_THE_VERIFIER,
            verify={**terms, "now": MDOC_NOW.get(rule, terms["now"])},
            content=base64url.encode(raw),
            peers_accept=tuple(name for name, rows in accepted if rule in rows),
        )


@dataclass(frozen=True)
class Signers:
    """An anchor in PEM, and certificates by the marks that the catalogue puts in their place."""

    anchor: str
    by_mark: Mapping[bytes, bytes]
    unknown: bytes

    def put_in(self, raw: bytes, by_mark: Mapping[bytes, bytes]) -> bytes:
        """Replace the marks; x5chain is in no signed part, and CBOR counts items and not bytes."""
        for mark, der in by_mark.items():
            raw = raw.replace(cbor.encode(mark), cbor.encode(der))
        return raw


def _signers(catalogue: Any) -> Signers:
    ours, theirs = fixed_key(Alg.ES256, 101), fixed_key(Alg.ES256, 102)
    anchor, unknown = (_anchor(key, name) for key, name in ((ours, "Invented"), (theirs, "Rogue")))

    def leaf(key: LocalKey, ca: x509.Certificate, ca_key: LocalKey) -> bytes:
        certificate = x509.sign_certificate(
            key.public_key,
            ca=ca,
            ca_key=ca_key,
            leaf=x509.MDOC_SIGNER,
            common_name="Invented signer",
            valid_from=catalogue.CERTIFICATE_BEGINS,
            valid_until=catalogue.CERTIFICATE_ENDS,
            entropy=lambda size: bytes([0x5E]) * size,
        )
        return certificate.der

    by_mark = {
        b"ds": leaf(catalogue.SIGNER, anchor, ours),
        b"k1": leaf(catalogue.ES256K, anchor, ours),
    }
    return Signers(anchor.to_pem().decode(), by_mark, leaf(catalogue.SIGNER, unknown, theirs))


def _anchor(key: LocalKey, name: str) -> x509.Certificate:
    return x509.self_signed_ca(
        key,
        common_name=name,
        country="KR",
        valid_from=ANCHOR_BEGINS,
        valid_until=ANCHOR_ENDS,
        issuer_uri="https://issuer.example",
        entropy=lambda size: bytes([0x5E]) * size,
    )


def _mdoc_rows(catalogue: Any, signers: Signers) -> Iterator[tuple[str, bytes, Code | None]]:
    good = catalogue.forge()
    yield "genuine", signers.put_in(good, signers.by_mark), None
    own = cbor.Embedded.of({"own": {"any": 1}, "ns": {"note": "hi"}})
    with_own = catalogue.forge(own=catalogue.always(own))
    yield "genuine with the device's own elements", signers.put_in(with_own, signers.by_mark), None
    unknown = signers.put_in(good, {b"ds": signers.unknown})
    yield "x5chain: of an unknown authority", unknown, Code.X509_ISSUER
    protected = catalogue.resign({1: -7, 33: signers.by_mark[b"ds"]}, {})
    yield (
        "x5chain: in the protected header",
        catalogue.forge(issuer_auth=protected),
        Code.MDOC_X5CHAIN,
    )
    for rule, (changes, _, code) in catalogue.FORGERIES.items():
        yield rule, signers.put_in(catalogue.forge(**changes), signers.by_mark), code


def forgeries() -> list[Forgery]:
    """Return all of them, always the same."""
    from cryptography import x509 as native

    sign = native.CertificateBuilder.sign

    def deterministic(builder: Any, key: Any, algorithm: Any) -> Any:
        return sign(builder, key, algorithm, ecdsa_deterministic=True)

    with fixed(), mock.patch.object(native.CertificateBuilder, "sign", deterministic):
        made = [*sdjwt_forgeries(), *mdoc_forgeries()]
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
