"""`krid registrar`: the whole of it by its commands."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from krid.cli.app import run
from krid.cli.files import write_whole
from krid.cli.registrar_command import _COMMANDS, command
from krid.cli.registrar_open import make_authority, read_authority
from krid.errors import Code, StoreError
from krid.keys import Alg, LocalKey, jwk

Krid = Callable[..., tuple[int, Any]]


@pytest.fixture
def krid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Krid:
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()

    def call(*words: str) -> tuple[int, Any]:
        status = run(("registrar", *words))
        out = capsys.readouterr().out
        try:
            return status, json.loads(out)
        except ValueError:
            return status, out

    return call


@pytest.fixture
def people(krid: Krid) -> list[str]:
    """Invent a register and return the handles of who is in it."""
    assert krid("generate", "--residents", "30", "--faces", "1", "--db", "r.db")[0] == 0
    _, found = krid("log", "--db", "r.db")
    return [line["subject"] for line in found["lines"] if line["action"] == "enter"]


def grown_up(krid: Krid, people: list[str]) -> str:
    """Find somebody with a resident card in force who was born long ago."""
    for person in people:
        _, found = krid("show", person, "--db", "r.db")
        kinds = {each["kind"] for each in found["documents"] if each["state"] == "in force"}
        if "resident-card" in kinds:
            return person
    raise AssertionError("nobody")


def carded(krid: Krid, person: str) -> str:
    Path("phone.jwk").write_text(
        json.dumps(jwk.encode_public(LocalKey.generate(Alg.ES256).public_key))
    )
    _, applied = krid("apply", person, "--key", "phone.jwk", "--db", "r.db")
    _, ticket = krid("ticket", person, "--db", "r.db", "--by", "clerk-3")
    Path("qr.txt").write_text(ticket["qr"] + "\n")
    card: str = applied["card"]
    assert krid("enrol", card, "--ticket", "qr.txt", "--db", "r.db")[0] == 0
    status, issued = krid("issue", card, "--out", "cards", "--db", "r.db")
    assert (status, set(issued["issued"])) == (0, {"dc+sd-jwt", "mso_mdoc"})
    assert krid("activate", card, "--db", "r.db")[0] == 0
    return card


def test_a_card_from_the_counter_to_the_end(krid: Krid, people: list[str]) -> None:
    person = grown_up(krid, people)
    card = carded(krid, person)
    assert {path.name for path in Path("cards").iterdir()} == {f"{card}.sdjwt", f"{card}.cbor"}
    assert krid("enrol", card, "--ticket", "qr.txt", "--db", "r.db")[0] == 1
    assert krid("lost", person, "--db", "r.db")[0] == 0
    assert krid("show", card, "--db", "r.db")[1]["holds"] == ["phone_lost"]
    assert krid("restore", card, "--role", "holder", "--db", "r.db")[0] == 1
    assert krid("restore", card, "--db", "r.db")[0] == 0
    assert krid("suspend", card, "--db", "r.db")[0] == 0
    assert krid("restore", card, "--db", "r.db")[0] == 0
    assert krid("renew", card, "--db", "r.db")[0] == 1
    assert krid("revoke", card, "--db", "r.db")[0] == 0
    assert krid("show", card, "--db", "r.db")[1]["stage"] == "revoked"
    status, published = krid("publish", "--out", "lists", "--db", "r.db")
    assert status == 0
    assert len(list(Path("lists").iterdir())) == len(published["published"])
    _, log = krid("log", card, "--db", "r.db")
    assert "register.right" in {line["refused"] for line in log["lines"]}


def test_moves_deaths_and_losses(krid: Krid, people: list[str]) -> None:
    person = grown_up(krid, people)
    carded(krid, person)
    today = (datetime.now(UTC) + timedelta(hours=9)).date().isoformat()
    words = ("--to", "견본로 99", "--since", today, "--db", "r.db")
    status, moved = krid("move", person, *words)
    assert (status, len(moved["cards"])) == (0, 1)
    assert krid("move", person, *words, "--household")[0] == 1
    assert (
        krid("lost", person, "--document", "resident-card", "--role", "holder", "--db", "r.db")[0]
        == 0
    )
    assert krid("leave", person, "--db", "r.db")[0] == 2
    assert krid("leave", person, "--died", today, "--db", "r.db")[0] == 0
    assert krid("show", person, "--db", "r.db")[1]["state"] == "dead"


def test_everybodys_card_and_the_audit(krid: Krid, people: list[str]) -> None:
    status, done = krid("issue", "--all", "--workers", "1", "--db", "r.db")
    assert status == 0
    assert done["issued"] + done["refused"] == 30
    _, shown = krid("show", "--db", "r.db")
    assert shown == {"residents": 30, "cards": {"kr-resident": {"active": done["issued"]}}}
    status, first = krid("audit", "--db", "r.db")
    assert krid("generate", "--residents", "31", "--faces", "0", "--db", "r.db")[1] == {
        "residents": 31
    }
    assert krid("audit", "--head", first["head"], "--db", "r.db")[0] == 0
    assert krid("audit", "--head", "1:" + "A" * 43, "--db", "r.db")[0] == 1
    assert krid("audit", "--head", "x", "--db", "r.db")[0] == 1
    assert krid("upgrade", "--db", "r.db")[0] == 0
    assert krid("issue", "--db", "r.db")[0] == 2
    assert krid("issue", "--all", "--type", "nothing", "--workers", "1", "--db", "r.db")[0] == 1


def test_residents_from_a_csv_file(krid: Krid, people: list[str], capsys: Any) -> None:
    header = "number,birth_date,sex,address,since,invented,fact.name,fact.family_name_latin,fact.given_name_latin"
    good = "901399-1900001,1990-05-05,1,견본로 13,2020-01-01,yes,견본누람,Gyeon,Nuram"
    Path("good.csv").write_text(f"{header}\n{good}\n", encoding="utf-8")
    Path("bad.csv").write_text(
        f"{header}\n{good}\n{good.replace(',1,', ',2,')}\nx\n", encoding="utf-8"
    )
    status = run(("registrar", "load", "bad.csv", "--db", "r.db"))
    errors = capsys.readouterr().err.splitlines()
    assert status == 1
    assert [line.partition(":")[0] for line in errors] == ["register.birth_date", "register.csv"]
    assert "line 3" in errors[0]
    assert "line 4" in errors[1]
    assert krid("load", "good.csv", "--check", "--db", "r.db")[0] == 0
    assert krid("load", "good.csv", "--db", "r.db") == (0, {"entered": 1})
    assert krid("load", "good.csv", "--db", "r.db")[0] == 1
    assert krid("load", "nothing.csv", "--db", "r.db")[0] == 3
    assert krid("load", ".", "--db", "r.db")[0] in {2, 3}


def test_the_family_register(krid: Krid, people: list[str]) -> None:
    first, *others = people
    _, found = krid("family", first, "--db", "r.db")
    assert found["events"][0]["kind"] == "birth"
    words = ("--certificate", "family-specific", "--line", "base", "--db", "r.db")
    _, said = krid("family", first, *words)
    assert (said["registered_base"], said["relations"]) == (found["base"], [])
    assert krid("family", first, "--certificate", "tree", "--db", "r.db")[0] == 2
    event = found["events"][0]["id"]
    grown = next(each for each in others if _born(krid, each) < _born(krid, first))
    status, correction = krid("family-correct", event, "--db", "r.db")
    assert status == 0
    day = _born(krid, first)
    told = ("family-event", "birth", first, grown, "--day", day, "--db", "r.db")
    assert krid(*told)[0] == 0
    assert krid(*told)[0] == 1
    _, again = krid("family", first, "--db", "r.db")
    kinds = {each["id"]: (each["is_corrected"], each["corrects"]) for each in again["events"]}
    assert kinds[event] == (True, None)
    assert kinds[correction["event"]] == (False, event)


def _born(krid: Krid, person: str) -> str:
    return str(krid("show", person, "--db", "r.db")[1]["birth_date"])


def test_families_from_a_csv_file(krid: Krid, people: list[str], capsys: Any) -> None:
    header = "number,birth_date,sex,address,since,invented,fact.name,fact.family_name_latin,fact.given_name_latin"
    rows = [
        f"{number},{born},{sex},견본로 13,2020-01-01,yes,견본누람,Gyeon,Nuram"
        for number, born, sex in (
            ("701399-1900001", "1970-05-05", 1),
            ("001399-3900002", "2000-05-05", 1),
        )
    ]
    Path("people.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    assert krid("load", "people.csv", "--db", "r.db")[0] == 0
    lines = [
        "what,person,day,with,also,base,origin",
        "entry,701399-1900001,,,,견본로 13,견본",
        "entry,001399-3900002,,,,견본로 13,",
        "birth,001399-3900002,2000-05-05,701399-1900001,,,",
    ]
    Path("good.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert krid("family-load", "good.csv", "--db", "r.db") == (0, {"entered": 3})
    bad = [*lines[:1], "death,701399-1900001,2010-01-01,,,,", lines[3]]
    Path("bad.csv").write_text("\n".join([*bad, ""]), encoding="utf-8")
    assert run(("registrar", "family-load", "bad.csv", "--db", "r.db")) == 1
    error = capsys.readouterr().err
    assert "family.event" in error
    assert "line 2" in error
    assert krid("family-load", "nothing.csv", "--db", "r.db")[0] == 3


def test_a_new_country(krid: Krid) -> None:
    assert krid("new-country", "xs.toml")[0] == 0
    assert krid("new-country", "xs.toml")[0] == 1
    assert krid("new-country", "nowhere/xs.toml")[0] == 3
    status, told = krid("check", "xs.toml")
    assert (status, told["id"], told["claims"]) == (0, "xs-card", 12)
    Path("bad.toml").write_text(Path("xs.toml").read_text().replace("years = 5", "years = 99"))
    assert krid("check", "bad.toml")[0] == 1
    assert krid("new", "--db", "xs.db", "--country", "xs.toml")[0] == 0
    assert krid("generate", "--residents", "5", "--faces", "0", "--db", "xs.db")[0] == 0
    assert krid("issue", "--all", "--workers", "1", "--db", "xs.db")[0] == 0
    assert krid("new", "--db", "eu.db", "--country", "xs.toml", "--country", "bad.toml")[0] == 1


EXAMPLE = Path(__file__).parents[3] / "examples" / "specimenia.toml"


@pytest.mark.parametrize("file", [None, str(EXAMPLE)])
def test_a_countrys_story_from_its_file_alone(krid: Krid, file: str | None) -> None:
    status, told = krid("demo", *(() if file is None else ("--country", file)))
    assert status == 0
    for words in ("status.suspended", "status.revoked", "emigrated", "lines cover"):
        assert words in told


def test_the_story_of_the_file_that_new_country_writes(krid: Krid) -> None:
    krid("new-country", "xs.toml")
    assert krid("demo", "--country", "xs.toml", "--residents", "10")[0] == 0


def test_a_register_that_is_not_there(krid: Krid) -> None:
    for words in (("show",), ("audit",), ("log",), ("upgrade",), ("issue", "--all")):
        assert krid(*words, "--db", "nothing.db")[0] == 3
        assert not Path("nothing.db").exists()
    assert krid("show", "--db", "postgresql://nowhere.invalid/x")[0] == 2


def test_every_command_is_listed_and_says_what_it_does(capsys: Any) -> None:
    assert run(("registrar", "--help")) == 0
    out = capsys.readouterr().out
    assert all(f"  {name} " in out for name in _COMMANDS)
    for name in _COMMANDS:
        found = command.get_command(None, name)  # type: ignore[arg-type]
        assert found is not None
        assert "Example" in (found.help or "")
    assert command.get_command(None, "nothing") is None  # type: ignore[arg-type]


def test_relying_parties_by_commands(krid: Krid) -> None:
    import parties

    from krid.registrar.registrar import Registrar

    assert krid("new", "--db", "r.db")[0] == 0
    with Registrar.open("r.db", signers={}) as registrar:
        party = registrar.parties.enter(parties.BANK, **parties.NOTE)
    _, found = krid("verifiers", "list", "--db", "r.db")
    (one,) = found["verifiers"]
    assert (one["id"], one["state"], one["confirmed_reports"]) == (party, "in_force", 0)
    for step, state in (
        ("suspend", "suspended"),
        ("restore", "in_force"),
        ("withdraw", "withdrawn"),
    ):
        words = ("--db", "r.db", "--by", "official-3", "--reason", "overasking")
        assert krid("verifiers", step, party, *words)[0] == 0
        assert krid("verifiers", "list", "--db", "r.db")[1]["verifiers"][0]["state"] == state
    assert krid("verifiers", "restore", party, "--db", "r.db")[0] == 1


def test_lists_that_a_killed_run_had_signed_are_written_by_the_next(
    krid: Krid, people: list[str]
) -> None:
    assert krid("issue", "--all", "--workers", "1", "--db", "r.db")[0] == 0
    _, signed = krid("publish", "--db", "r.db")  # and dies before it writes a file
    assert len(signed["published"]) == 4
    assert krid("publish", "--out", "lists", "--db", "r.db")[1] == {"published": []}
    names = {each["uri"].rpartition("/")[2] + ".jwt" for each in signed["published"]}
    assert {path.name for path in Path("lists").iterdir()} == names


def test_files_come_into_place_whole(tmp_path: Path) -> None:
    target = tmp_path / "list.jwt"
    old, fresh = (tmp_path / f".list.jwt.{number}.part" for number in (1, 2))
    for part in (old, fresh):
        part.write_bytes(b"half of")
    os.utime(old, (0, 0))
    for text in (b"one", b"two"):
        write_whole(target, text)
        assert target.read_bytes() == text
    assert sorted(path.name for path in tmp_path.iterdir()) == [fresh.name, "list.jwt"]
    with pytest.raises(StoreError) as error:
        write_whole(tmp_path / "nowhere" / "list.jwt", b"")
    assert error.value.code is Code.STORE_IO


def test_keys_come_into_place_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "deep" / "keys"
    make_authority(folder, "KR")
    before = read_authority(folder)
    is_dir, seen = Path.is_dir, list[Path]()

    def late(path: Path) -> bool:
        """See the folder of another process only when one's own is written."""
        seen.append(path)
        return len(seen) > 1 and is_dir(path)

    monkeypatch.setattr(Path, "is_dir", late)
    make_authority(folder, "KR")
    assert read_authority(folder).root.certificate == before.root.certificate
    assert [path.name for path in folder.parent.iterdir()] == ["keys"]
    monkeypatch.undo()
    file = tmp_path / "file"
    file.write_text("no folder")
    with pytest.raises(StoreError) as error:
        make_authority(file, "KR")
    assert error.value.code is Code.STORE_IO
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deep", "file"]
