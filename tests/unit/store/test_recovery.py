from hypothesis import given
from hypothesis import strategies as st

from krid._core.entropy import system_entropy
from krid.errors import Code, MalformedError
from krid.store import RecoveryCode


def refusal(text: str) -> Code | None:
    try:
        RecoveryCode.parse(text)
    except MalformedError as error:
        return error.code
    return None


@given(secret=st.binary(min_size=16, max_size=16))
def test_reads_what_it_shows(secret: bytes) -> None:
    code = RecoveryCode(secret)
    shown = code.show()
    assert [len(group) for group in shown.split("-")] == [5] * 6
    assert RecoveryCode.parse(shown) == code
    assert RecoveryCode.parse(f" {shown.lower().replace('-', ' ')} ") == code
    assert RecoveryCode.parse(shown.replace("0", "o").replace("1", "L")) == code


@given(text=st.text(max_size=200))
def test_any_text_is_a_code_or_refused(text: str) -> None:
    assert refusal(text) in {None, Code.STORE_RECOVERY_CODE}


def test_a_slip_is_noticed() -> None:
    shown = RecoveryCode(bytes(range(16))).show()
    plain = shown.replace("-", "")
    slips = [plain[:at] + ("7" if plain[at] != "7" else "8") + plain[at + 1 :] for at in range(30)]
    slips += [plain[1:], plain + "0", "U" + plain[1:], "", "é" * 30]
    assert {refusal(each) for each in slips} == {Code.STORE_RECOVERY_CODE}


def test_new_ones_differ_and_do_not_print() -> None:
    one, other = RecoveryCode.generate(system_entropy), RecoveryCode.generate(system_entropy)
    assert one != other
    assert one.show() not in f"{one!r} {one}"
