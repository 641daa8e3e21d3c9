"""Every text that a page asks for is there, in both languages, with the same values in it."""

import re
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import krid.registrar
import krid.web
from krid.registrar.lifecycle import Step
from krid.registrar.people import PersonState
from krid.web.applications.texts import TEXTS as APPLICATIONS
from krid.web.asking.texts import TEXTS as ASKING
from krid.web.branch.texts import TEXTS as BRANCH
from krid.web.chips.texts import TEXTS as CHIPS
from krid.web.issuer.texts import TEXTS as DESK
from krid.web.journal.texts import TEXTS as JOURNAL
from krid.web.login.texts import TEXTS as LOGIN
from krid.web.parties.texts import TEXTS as PARTIES
from krid.web.platform.shared_texts import SHARED
from krid.web.platform.texts import Language, Text, Texts
from krid.web.police.licence_texts import LICENCE_DESK
from krid.web.police.texts import TEXTS as POLICE
from krid.web.residents.texts import TEXTS as RESIDENTS
from krid.web.shop.texts import TEXTS as SHOP
from krid.web.verifier.texts import TEXTS as BANK
from krid.web.verifier.texts import said_by
from krid.web.wallet.report_texts import REPORT_TEXTS as REPORT
from krid.web.wallet.texts import TEXTS as PHONE
from krid.web.wallet.waiting_texts import WAITING_TEXTS as WAITING

WEB = Path(krid.web.__file__).parent
GROUPS = {
    "applications": APPLICATIONS,
    "asking": ASKING,
    "branch": BRANCH,
    "chips": {**CHIPS, **ASKING},
    "issuer": DESK,
    "journal": JOURNAL,
    "login": {**LOGIN, **ASKING},
    "platform": {},
    "parties": {**PARTIES, **JOURNAL},
    "police": POLICE,
    "residents": {**RESIDENTS, **ASKING},
    "shop": SHOP,
    "verifier": BANK,
    "wallet": {**PHONE, **REPORT, **WAITING},
}
ACTION = re.compile(r'(?:\.work|line_for)\(\s*"([a-z_]+)"')
USED = re.compile(r"""\bt\(\s*["']([a-z_.]+)["']\s*[,)]|say\(\s*["']([a-z_.]+)["']\s*[,)]""")


def names(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("table", [SHARED, LICENCE_DESK, *GROUPS.values()])
def test_both_languages_say_the_same_things(table: dict[str, tuple[str, str]]) -> None:
    for key, (korean, english) in table.items():
        assert korean.strip()
        assert english.strip()
        assert names(korean) == names(english), key


@pytest.mark.parametrize("group", GROUPS)
def test_every_key_is_in_the_tables(group: str) -> None:
    files = [*(WEB / group).rglob("*.html"), *(WEB / group).glob("*.py")]
    assert files
    used = {a or b for path in files for a, b in USED.findall(path.read_text(encoding="utf-8"))}
    assert used - {"hello"} <= SHARED.keys() | GROUPS[group].keys()  # of a doctest


def test_the_words_of_the_licence_office_stand_in_the_place_of_others() -> None:
    for key, text in LICENCE_DESK.items():
        before = {**SHARED, **DESK, "licence.brand": text}[key]
        assert names(before.english) == names(text.english)


def test_another_verifier_says_no_word_of_the_bank() -> None:
    said = said_by(Text("한빛도서관 {1}", "Hanbit Library {1}"), purpose=Text("가입", "Join {us}"))
    assert said.keys() <= {*BANK, *SHARED}
    for korean, english in said.values():
        assert korean.strip()
        assert english.strip()
    texts = Texts(SHARED, BANK, said)
    assert texts.say("bank.brand", Language.ENGLISH) == "Hanbit Library {1}"
    assert texts.say("start.title", Language.ENGLISH) == "Join {us}"
    of_the_bank_alone = re.compile(r"code\.bank\.|start\.(beyond|login|audit)|visit\.card")
    for key in {*BANK, "sample"}:
        if not of_the_bank_alone.match(key):
            spoken = texts.say(key, Language.KOREAN, name="") + texts.say(
                key, Language.ENGLISH, name=""
            )
            assert not re.search("은행|계좌|시연|[Bb]ank|account|[Dd]emo", spoken), key


def test_no_script_or_style_stands_in_a_page() -> None:
    for path in WEB.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|style=|\son[a-z]+=|<script(?! src=)", text), path
        assert "|safe" not in text.replace("{{ svg|safe }}", ""), path


@given(st.text())
def test_any_header_names_a_language(header: str) -> None:
    assert Language.accepted(header) in Language


def test_every_action_of_the_registrar_s_log_has_words() -> None:
    source = Path(krid.registrar.__file__).parent
    written = "\n".join(path.read_text(encoding="utf-8") for path in source.rglob("*.py"))
    actions = set(ACTION.findall(written)) | {each.value for each in (*Step, *PersonState)}
    assert len(actions) > 30
    silent = {PersonState.RESIDENT.value}
    assert {f"action.{each}" for each in actions - silent} <= JOURNAL.keys()
