"""The commands, as another program calls them: words in, output and exit status out."""

import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from krid._core import base64url, cbor, strict_json
from krid.cli.app import run
from krid.keys import Alg, LocalKey, jwk, pem

CLAIMS = {"name": "Hong Gildong", "address": {"city": "Seoul"}, "age": 34}
ELEMENTS = {
    "org.example.1": {"family_name": "Hong", "birth_date": "1992-04-05", "age_over_19": True}
}
DID_KEY = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


class Shell:
    """Runs commands in a folder and keeps what they print."""

    def __init__(
        self,
        folder: Path,
        capsysbinary: pytest.CaptureFixture[bytes],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.folder = folder
        self._capture = capsysbinary
        self._monkeypatch = monkeypatch
        self.raw = b""
        self.out = ""
        self.err = ""
        monkeypatch.chdir(folder)

    def __call__(self, *words: str, stdin: bytes = b"") -> int:
        reader = io.TextIOWrapper(io.BytesIO(stdin))
        self._monkeypatch.setattr(sys, "stdin", reader)
        status = run(words)
        self.raw, errors = self._capture.readouterr()
        self.out, self.err = self.raw.decode("utf-8", "replace"), errors.decode()
        return status

    def json(self, *words: str, stdin: bytes = b"") -> dict[str, object]:
        self(*words, stdin=stdin)
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value

    def write(self, name: str, content: bytes | Mapping[str, object]) -> str:
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        (self.folder / name).write_bytes(raw)
        return name


@pytest.fixture
def shell(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    return Shell(tmp_path, capsysbinary, monkeypatch)


@pytest.fixture
def issued(shell: Shell) -> Shell:
    """A folder with a key, claims and a bearer card."""
    shell("key", "new", "--out", "issuer.jwk")
    shell("key", "convert", "issuer.jwk", "--to", "jwk")
    shell.write("issuer.pub", shell.raw)
    shell.write("claims.json", CLAIMS)
    assert (
        shell("issue", "sdjwt", "--key", "issuer.jwk", "--claims", "claims.json", "--vct", "urn:t")
        == 0
    )
    shell.write("card.sdjwt", shell.out.encode())
    return shell


VERIFY = ("verify", "card.sdjwt", "--trust", "issuer.pub", "--bearer")


class TestHelp:
    @pytest.mark.parametrize(
        "words",
        [
            (),
            *(("demo",), ("inspect",), ("resolve",), ("verify",)),
            *(("ledger",), ("ledger", "init"), ("ledger", "anchor"), ("ledger", "prove")),
            *(("ledger", "verify"), ("ledger", "monitor")),
            *(("issue",), ("issue", "sdjwt"), ("issue", "mdoc")),
            *(("bbs",), ("bbs", "issue"), ("bbs", "commit"), ("bbs", "derive"), ("bbs", "verify")),
            *(("key",), ("key", "new"), ("key", "show"), ("key", "convert")),
            *(("wallet",), ("wallet", "create"), ("wallet", "key"), ("wallet", "add")),
            *(("wallet", "list"), ("wallet", "present"), ("wallet", "history")),
            *(("wallet", "remove"), ("wallet", "pin"), ("wallet", "recover")),
            ("wallet", "unlock-methods"),
            *(("wallet", "unlock-methods", each) for each in ("list", "add-code", "remove")),
        ],
    )
    def test_each_command_has_an_example(self, shell: Shell, words: tuple[str, ...]) -> None:
        assert shell(*words, "--help") == 0
        assert "Example" in shell.out
        assert "krid " + " ".join(words) in shell.out

    def test_wrong_words_exit_2(self, shell: Shell) -> None:
        assert shell("nonsense") == 2
        assert shell("verify") == 2
        assert "Usage" in shell.err

    def test_the_version_is_told(self, shell: Shell) -> None:
        assert shell("--version") == 0
        assert "0.1.0" in shell.out


class TestPipeline:
    def test_key_issue_verify(self, shell: Shell) -> None:
        shell.write("claims.json", CLAIMS)
        shell("key", "new")
        key = shell.out.encode()
        shell.write("issuer.jwk", key)
        shell(
            "issue", "sdjwt", "--key", "-", "--claims", "claims.json", "--vct", "urn:t", stdin=key
        )
        assert (
            shell(
                "verify",
                "-",
                "--trust",
                "issuer.jwk",
                "--bearer",
                "--json",
                stdin=shell.out.encode(),
            )
            == 0
        )
        told = json.loads(shell.out)
        assert told["verified"] is True
        assert told["format"] == "dc+sd-jwt"
        assert told["claims"]["name"] == "Hong Gildong"
        assert {each["check"] for each in told["evidence"]} >= {"status"}
        assert "private key" in shell.err

    def test_a_terminal_gets_text_alone(
        self, shell: Shell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shell.write("claims.json", ELEMENTS)
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        assert shell("key", "new") == 0
        shell.write("ds.jwk", shell.raw)
        words = ("issue", "mdoc", "--key", "ds.jwk", "--claims", "claims.json", "--doctype", "x")
        assert shell(*words) == 2
        assert shell.raw == b""
        assert "add > FILE, or | krid inspect -" in shell.err

    def test_mdoc_likewise(self, shell: Shell) -> None:
        shell.write("claims.json", ELEMENTS)
        shell("key", "new", "--out", "ds.jwk")
        shell(
            "issue",
            "mdoc",
            "--key",
            "ds.jwk",
            "--claims",
            "claims.json",
            "--doctype",
            "org.example",
        )
        shell.write("card", shell.raw)
        told = shell.json("verify", "card", "--trust", "ds.jwk", "--bearer", "--json")
        assert told["verified"] is True
        claims = told["claims"]
        assert isinstance(claims, dict)
        assert claims["org.example.1"]["birth_date"] == "1992-04-05"

    @pytest.mark.parametrize(
        ("words", "text"),
        [
            (("--key", "-", "--claims", "-", "--vct", "x"), "can't both"),
            (("--key", "issuer.jwk", "--claims", "claims.json"), "--vct"),
            (
                (
                    "--key",
                    "issuer.jwk",
                    "--claims",
                    "claims.json",
                    "--vct",
                    "x",
                    "--status-uri",
                    "u",
                ),
                "--status-index",
            ),
        ],
    )
    def test_words_that_do_not_fit_exit_2(
        self, issued: Shell, words: tuple[str, ...], text: str
    ) -> None:
        assert issued("issue", "sdjwt", *words) == 2
        assert text in issued.err

    def test_a_holder_and_open_claims(self, issued: Shell) -> None:
        issued.write(
            "phone.jwk",
            strict_json.dumps(jwk.encode_public(LocalKey.generate(Alg.ES256).public_key)),
        )
        issued("issue", "sdjwt", "--key", "issuer.jwk", "--claims", "claims.json", "--vct", "urn:t",
               "--holder", "phone.jwk", "--open", "age", "--issuer", "https://issuer.example")  # fmt: skip
        told = issued.json("inspect", "-", stdin=issued.out.encode())
        assert '"age": 34' in json.dumps(told)
        assert "cnf" in json.dumps(told)


class TestVerify:
    def test_it_says_what_was_proved(self, issued: Shell) -> None:
        assert issued(*VERIFY) == 0
        assert issued.out.startswith("verified\ndc+sd-jwt urn:t by did:key:")

    def test_the_type_can_be_demanded(self, issued: Shell) -> None:
        assert issued(*VERIFY, "--type", "urn:t") == 0
        assert "policy" in issued.out
        assert issued(*VERIFY, "--type", "urn:other") == 1
        assert issued.err.startswith("policy.type:")
        assert "  refused      policy            policy.type: " in issued.out
        assert issued(*VERIFY, "--max-status-age", "60", "--no-status") == 2
        assert issued(*VERIFY, "--max-status-age", "60") == 0  # the card names no status

    def test_one_changed_byte_is_refused(self, issued: Shell) -> None:
        raw = bytearray((issued.folder / "card.sdjwt").read_bytes())
        position = raw.index(b".") + 10
        raw[position] ^= 1
        issued.write("card.sdjwt", bytes(raw))
        assert issued(*VERIFY, "--json") == 1
        told = json.loads(issued.out)
        assert told["verified"] is False
        assert told["code"] in {
            "jws.signature",
            "sdjwt.signature",
            "json.syntax",
            "base64url.syntax",
        }
        assert issued.err.startswith(told["code"])

    def test_another_issuer_is_refused(self, issued: Shell) -> None:
        issued("key", "new", "--out", "other.jwk")
        assert issued("verify", "card.sdjwt", "--trust", "other.jwk", "--bearer", "--json") == 1
        assert json.loads(issued.out)["verified"] is False

    def test_an_expired_card_is_refused(self, issued: Shell) -> None:
        assert issued(*VERIFY, "--now", "2099-01-01T00:00:00Z") == 1
        assert issued.err.startswith("sdjwt.expired")

    @pytest.mark.parametrize(
        "words",
        [
            (),
            ("--nonce", "n"),
            ("--audience", "a"),
            ("--bearer", "--nonce", "n", "--audience", "a"),
            ("--transcript", "xyz"),
            ("--bearer", "--now", "tomorrow"),
        ],
    )
    def test_words_that_do_not_fit_exit_2(self, issued: Shell, words: tuple[str, ...]) -> None:
        assert issued("verify", "card.sdjwt", "--trust", "issuer.jwk", *words) == 2

    def test_an_mdoc_needs_its_whole_session(self, issued: Shell) -> None:
        issued.write("elements.json", ELEMENTS)
        issued(
            "issue", "mdoc", "--key", "issuer.jwk", "--claims", "elements.json", "--doctype", "d"
        )
        issued.write("card.mdoc", issued.raw)
        words = ("verify", "card.mdoc", "--trust", "issuer.pub", "--nonce", "n", "--audience", "a")
        assert issued(*words) == 2
        assert "--response-uri" in issued.err
        assert issued(*words, "--response-uri", "https://a.example") == 1
        assert issued.err.startswith("mdoc.syntax")

    def test_a_missing_file_exits_3(self, issued: Shell) -> None:
        assert issued("verify", "missing", "--trust", "issuer.pub", "--bearer") == 3
        assert issued.err.startswith("store.not_found")

    def test_a_folder_exits_3(self, issued: Shell) -> None:
        assert issued("verify", ".", "--trust", "issuer.jwk", "--bearer") == 3

    def test_what_is_no_credential_exits_1(self, issued: Shell) -> None:
        assert issued("verify", "claims.json", "--trust", "issuer.pub", "--bearer") == 1
        assert issued.err.startswith("input.unknown")

    def test_a_status_that_can_not_be_had_exits_3(self, issued: Shell) -> None:
        issued("issue", "sdjwt", "--key", "issuer.jwk", "--claims", "claims.json", "--vct", "urn:t",
               "--status-uri", "https://127.0.0.1:9/list", "--status-index", "1")  # fmt: skip
        issued.write("card.sdjwt", issued.out.encode())
        assert issued(*VERIFY) == 3
        assert issued(*VERIFY, "--no-status") == 0


class TestInspect:
    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b'{"a": 1}', "json"),
            (cbor.encode({"a": b"x", "t": cbor.DateTime("2026-06-01T00:00:00Z")}), "cbor"),
            (cbor.encode([cbor.Embedded.of(1), cbor.Tagged(61, 1)]).hex().encode(), "cbor"),
            (base64url.encode(cbor.encode({"a": 1})).encode() + b"\n", "cbor"),
            (b"eyJhbGciOiJFUzI1NiJ9.e30.AAAA", "jws"),
        ],
    )
    def test_content_is_told_apart(self, shell: Shell, content: bytes, kind: str) -> None:
        shell.write("file", content)
        assert shell.json("inspect", "file", "--json")["format"] == kind

    def test_a_card_is_shown_without_belief(self, issued: Shell) -> None:
        assert issued("inspect", "card.sdjwt") == 0
        assert "not verified" in issued.err
        assert "Hong Gildong" in issued.out

    def test_a_certificate_is_shown(self, shell: Shell) -> None:
        from krid.cli.throwaway import certificate_for
        from krid.x509 import Certificate

        der = certificate_for(LocalKey.generate(Alg.ES256))[0]
        shell.write("ds.pem", Certificate.parse(der).to_pem())
        told = shell.json("inspect", "ds.pem", "--json")
        assert "Throwaway document signer" in json.dumps(told)

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"hello world", b"\x00", b"[1]"])
    def test_unknown_content_exits_1(self, shell: Shell, content: bytes) -> None:
        shell.write("file", content)
        assert shell("inspect", "file") == 1

    def test_a_forced_format_is_taken(self, shell: Shell) -> None:
        shell.write("file", cbor.encode({"a": 1}))
        assert shell("inspect", "file", "--format", "mso_mdoc") == 1
        assert shell("inspect", "file", "--format", "cbor") == 0


class TestKey:
    @pytest.mark.parametrize("alg", ["ES256", "ES384", "ES512", "ES256K", "EdDSA", "X25519"])
    def test_a_key_is_made_and_shown(self, shell: Shell, alg: str) -> None:
        shell("key", "new", "--alg", alg)
        shell.write("key.jwk", shell.out.encode())
        told = shell.json("key", "show", "key.jwk", "--json")
        assert str(told["did:key"]).endswith(str(told["multikey"]))
        assert "d" not in told["jwk"]  # type: ignore[operator]  # a dict
        assert shell("key", "show", "key.jwk") == 0
        assert "did:jwk:" in shell.out

    def test_a_file_is_for_its_owner_alone(self, shell: Shell) -> None:
        assert shell("key", "new", "--out", "key.pem", "--to", "pem") == 0
        assert (shell.folder / "key.pem").stat().st_mode & 0o777 == 0o600
        assert shell("key", "new", "--out", "key.pem") == 1
        assert shell.err.startswith("store.exists")
        assert shell("key", "new", "--out", "missing/key.pem") == 3

    @pytest.mark.parametrize("form", ["jwk", "pem", "multikey"])
    def test_forms_convert_into_each_other(self, shell: Shell, form: str) -> None:
        key = LocalKey.generate(Alg.ES256)
        for name, written in (
            ("key", strict_json.dumps(jwk.encode_private(key))),
            ("key", pem.encode_private(key)),
            ("key", pem.encode_public(key.public_key)),
        ):
            shell.write(name, written)
            assert shell("key", "convert", "key", "--to", form) == 0
            shell.write("again", shell.out.encode())
            shell("key", "convert", "again", "--to", "jwk")
            assert jwk.parse_public(strict_json.loads(shell.out.encode())) == key.public_key

    def test_private_keys_convert_when_told_to(self, shell: Shell) -> None:
        key = LocalKey.generate(Alg.ES256)
        shell.write("key", strict_json.dumps(jwk.encode_private(key)))
        assert shell("key", "convert", "key", "--to", "pem", "--private") == 0
        assert pem.parse_private(shell.out.encode()).public_key == key.public_key
        assert shell("key", "convert", "key", "--to", "jwk", "--private") == 0
        assert shell("key", "convert", "key", "--to", "cose", "--private") == 2


class TestResolve:
    def test_one_did(self, shell: Shell) -> None:
        told = shell.json("resolve", DID_KEY, "--json")
        assert told["didDocument"]["id"] == DID_KEY  # type: ignore[index]  # a dict

    def test_two_dids(self, shell: Shell) -> None:
        results = shell.json("resolve", DID_KEY, DID_KEY, "--json")["results"]
        assert len(results) == 2  # type: ignore[arg-type]  # a list

    @pytest.mark.parametrize(
        ("did", "status"),
        [("did:key:zzz", 1), ("nonsense", 1), ("did:unknown:x", 3), ("did:web:127.0.0.1", 1)],
    )
    def test_a_did_that_does_not_resolve(self, shell: Shell, did: str, status: int) -> None:
        assert shell("resolve", did, "--json") == status
        assert "error" in json.loads(shell.out)["didResolutionMetadata"]


class TestWhichFile:
    """A command that reads several files names the one that is malformed."""

    def test_a_json_file(self, issued: Shell) -> None:
        issued.write("claims.json", b"[]")
        words = ("issue", "sdjwt", "--key", "issuer.jwk", "--claims", "claims.json")
        assert issued(*words, "--vct", "urn:t") == 1
        assert issued.err == "json.not_object: the JSON text is not an object (claims.json)\n"

    def test_a_trust_file(self, issued: Shell) -> None:
        issued.write("roots.pem", b"-----BEGIN CERTIFICATE-----")
        words = ("verify", "card.sdjwt", "--bearer", "--trust", "issuer.pub")
        assert issued(*words, "--trust", "roots.pem") == 1
        assert issued.err.startswith("trust.anchor: a trust anchor is malformed (roots.pem: ")


class TestWallet:
    @pytest.fixture(autouse=True)
    def pin(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KRID_PIN", "246813")

    def test_a_card_is_kept_and_forgotten(self, issued: Shell) -> None:
        assert issued("wallet", "create", "wallet.db") == 0
        issued("wallet", "key", "wallet.db")
        issued.write("phone.jwk", issued.out.encode())
        issued("issue", "sdjwt", "--key", "issuer.jwk", "--claims", "claims.json", "--vct", "urn:t",
               "--holder", "phone.jwk")  # fmt: skip
        issued.write("bound.sdjwt", issued.out.encode())
        assert issued("wallet", "add", "wallet.db", "bound.sdjwt", "--trust", "issuer.jwk") == 0
        card_id = issued.out.strip()
        cards = issued.json("wallet", "list", "wallet.db", "--trust", "issuer.jwk", "--json")[
            "cards"
        ]
        assert [card["id"] for card in cards] == [card_id]  # type: ignore[attr-defined]
        assert issued("wallet", "list", "wallet.db", "--trust", "issuer.jwk") == 0
        assert card_id in issued.out
        assert issued("wallet", "history", "wallet.db") == 0
        assert issued("wallet", "remove", "wallet.db", card_id, "--trust", "issuer.jwk") == 0
        assert issued("wallet", "remove", "wallet.db", card_id, "--trust", "issuer.jwk") == 2

    def test_cards_are_read_with_trust_alone(self, issued: Shell) -> None:
        issued("wallet", "create", "wallet.db")
        issued("wallet", "add", "wallet.db", "card.sdjwt", "--trust", "issuer.pub")
        assert issued("wallet", "list", "wallet.db") == 2
        assert "--trust" in issued.err
        issued("key", "new", "--out", "other.jwk")
        told = ("wallet", "list", "wallet.db", "--trust", "other.jwk")
        assert issued(*told) == 0
        assert "not believed by --trust (jws.signature)" in issued.out
        found: Any = issued.json(*told, "--json")
        assert found["cards"] == []
        (refused,) = found["refused"]
        assert refused["code"] == "jws.signature"
        words = ("wallet", "remove", "wallet.db", refused["id"], "--trust", "other.jwk")
        assert issued(*words) == 0
        assert issued.json(*told, "--json") == {"cards": [], "refused": []}

    def test_refusing_beyond_needs_somebody_who_knows(self, issued: Shell) -> None:
        issued("wallet", "create", "wallet.db")
        issued.write("request.jwt", b"e30.e30.AA")
        words = ("wallet", "present", "wallet.db", "request.jwt")
        assert issued(*words, "--refuse-beyond") != 0

    def test_a_bearer_card_is_kept_and_other_content_is_not(self, issued: Shell) -> None:
        issued("wallet", "create", "wallet.db")
        assert issued("wallet", "add", "wallet.db", "card.sdjwt", "--trust", "issuer.pub") == 0
        assert issued("wallet", "add", "wallet.db", "claims.json", "--trust", "issuer.jwk") == 1

    def test_a_wrong_pin_is_told(self, issued: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        issued("wallet", "create", "wallet.db")
        monkeypatch.setenv("KRID_PIN", "000000")
        assert issued("wallet", "key", "wallet.db") == 1
        assert issued.err.startswith("store.pin:")

    def test_a_missing_wallet_exits_3(self, shell: Shell) -> None:
        assert shell("wallet", "history", "missing.db") == 3


FILES = Path(__file__).parents[3] / "tests" / "forgeries" / "files"


def genuine(shell: Shell, name: str) -> dict[str, str]:
    """Write a genuine file of the forgeries, and what a verifier of it knows."""
    content = json.loads((FILES / f"{name}.json").read_text("utf-8"))
    terms: dict[str, str] = content["verify"]
    shell.write("file", content["content"].encode())
    shell.write("trust", terms["trust"].encode())
    return terms


class TestReaderRequests:
    def test_who_asks_is_verified(self, shell: Shell) -> None:
        terms = genuine(shell, "mdoc-request/request__genuine")
        words = ("verify", "file", "--trust", "trust", "--now", terms["now"])
        shown = shell.json(*words, "--transcript", terms["transcript"], "--json")
        assert shown["verified"] is True
        assert shown["format"] == "mdoc-request"
        requests = shown["requests"]
        assert isinstance(requests, list)
        (request,) = requests
        assert request["type"] == "org.example.card"
        assert request["elements"] == {"ns": {"name": True, "age_over_18": False}}
        assert shell(*words, "--transcript", terms["transcript"]) == 0
        assert shell.out.startswith("verified: a request for org.example.card by ")

    def test_a_request_belongs_to_a_session(self, shell: Shell) -> None:
        terms = genuine(shell, "mdoc-request/request__genuine")
        words = ("verify", "file", "--trust", "trust", "--now", terms["now"])
        assert shell(*words, "--bearer") == 1
        assert shell.err.startswith("input.unknown: ")
        assert shell(*words, "--nonce", "n", "--audience", "a") == 1

    def test_a_request_is_inspected(self, shell: Shell) -> None:
        genuine(shell, "mdoc-request/request__genuine")
        shown = shell.json("inspect", "file")
        assert shown["format"] == "mdoc-request"
        assert shown["requests"] == [
            {
                "type": "org.example.card",
                "elements": {"ns": {"name": True, "age_over_18": False}},
                "info": {"purpose": "test"},
                "signed": True,
            }
        ]


class TestTypes:
    def test_a_credential_follows_its_type(self, shell: Shell) -> None:
        terms = genuine(shell, "type-metadata/type__genuine")
        shell.write("card", terms["credential"].encode())
        words = ("verify", "card", "--trust", "trust", "--bearer", "--no-status")
        shown = shell.json(*words, "--type-metadata", "file", "--json")
        assert {"check": "type", "detail": "vct, and the metadata of this type"} in (
            shown["evidence"]  # type: ignore[operator]  # a list
        )
        assert shell(*words, "--type-metadata", "missing") == 3
        shell.write("other", {"vct": "urn:example:other"})
        assert shell(*words, "--type-metadata", "other") == 1
        assert shell.err.startswith("type.unavailable: ")

    def test_an_mdoc_has_no_type_metadata(self, shell: Shell) -> None:
        terms = genuine(shell, "mso_mdoc/genuine")
        words = ("verify", "file", "--trust", "trust", "--transcript", terms["transcript"])
        assert shell(*words, "--type-metadata", "file") == 2

    def test_type_metadata_is_inspected(self, shell: Shell) -> None:
        genuine(shell, "type-metadata/type__genuine")
        shown = shell.json("inspect", "file")
        assert (shown["format"], shown["type"]) == ("type-metadata", "https://types.example/card")
        words = ("verify", "file", "--trust", "trust", "--bearer")
        assert shell(*words) == 1
        assert shell.err.startswith("input.unknown: ")
