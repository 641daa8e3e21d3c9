"""What the pages for IC cards say."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

TEXTS: Final[Mapping[str, Text]] = {
    "nav.chips": Text("IC 카드로 발급", "With an IC card"),
    "chips.title": Text("IC 카드로 발급받기", "Get the card with your IC card"),
    "chips.lead": Text(
        "IC 주민등록증을 휴대전화에 대면 창구에 가지 않고 발급받습니다. "
        "새 휴대전화로 옮길 때도 같습니다. 여기서는 카드의 칩을 소프트웨어로 대신합니다.",
        "Whoever taps their IC resident card gets the mobile card without a visit, on a new phone, "
        "too. Here the chips of the cards are software.",
    ),
    "chips.pin": Text("IC 카드의 PIN", "PIN of the IC card"),
    "chips.hint": Text("견본 카드의 PIN은 {pin}입니다.", "The PIN of the sample cards is {pin}."),
    "chips.tap": Text("카드 대기", "Tap the card"),
    "chips.tap.for": Text("{name}의 카드 대기", "Tap {name}'s card"),
    "chips.copy": Text("복제된 카드 대기", "Tap a copy of it"),
    "chips.copy.for": Text("{name}의 복제된 카드 대기", "Tap a copy of {name}'s card"),
    "chips.copy.what": Text(
        "복제된 카드는 칩의 인증서만 베낀 것으로, 열쇠가 없습니다.",
        "A copy has the certificate of the chip, and not its key.",
    ),
    "chips.none": Text(
        "IC 카드가 없습니다. 신분증을 가지고 창구로 가십시오.",
        "No IC card: go to an office with your plastic card.",
    ),
    "chips.phone": Text("휴대전화에 발급되어 있습니다", "a phone holds the card"),
    "chips.no_phone": Text("발급받지 않았습니다", "no mobile card yet"),
    "chips.denied": Text(
        "이 컴퓨터에서만 사용할 수 있습니다.", "For people at this machine alone."
    ),
    "tap.title": Text("{name} 님의 IC 카드를 읽었습니다", "{name}'s IC card lies on the reader"),
    "tap.lead": Text(
        "2분 안에 지갑으로 스캔하십시오. 지갑의 신청에 칩이 직접 답합니다.",
        "Scan with your wallet within two minutes. The chip itself answers its application.",
    ),
    "tap.replaces": Text(
        "다른 휴대전화의 카드는 새 카드가 발급될 때 폐기됩니다.",
        "The card on the other phone ends when the new one is issued.",
    ),
    "tap.offered": Text("지갑을 기다리고 있습니다.", "Waiting for the wallet."),
    "tap.fetched": Text(
        "칩이 답했습니다. 카드를 보냈습니다.", "The chip answered; the card is sent."
    ),
    "tap.kept": Text("발급되었습니다.", "Issued."),
    "tap.failed": Text("발급하지 않았습니다.", "Not issued."),
    "tap.back": Text("처음으로", "Back to all cards"),
    "code.register.ic_pin": Text(
        "IC 카드의 PIN이 아닙니다. {left}번 더 시도할 수 있습니다.",
        "That is not the PIN of the IC card. Tries left: {left}.",
    ),
    "code.register.ic_pin_blocked": Text(
        "PIN을 여러 번 틀려 칩이 잠겼습니다. 창구로 가십시오. ({left})",
        "The chip is blocked after wrong PINs. Go to an office. ({left} tries left)",
    ),
    "code.register.ic_absent": Text(
        "IC 카드가 더 이상 읽히지 않습니다. 다시 대십시오.",
        "The IC card is no longer on the reader. Tap it again.",
    ),
    "code.register.ic_challenge": Text(
        "확인 시간이 지났습니다. 다시 시도하십시오.", "The challenge has expired. Try again."
    ),
    "code.register.ic_answer": Text(
        "IC 카드의 응답을 읽을 수 없습니다.", "The answer of the IC card can't be read."
    ),
    "code.register.ic_key": Text(
        "등록된 IC 카드가 아닙니다. 복제된 카드일 수 있습니다.",
        "Not the IC card that the register knows: it may be a copy.",
    ),
    "code.register.ic_clone": Text(
        "이 카드는 다른 곳에서 먼저 읽혔습니다. 칩을 잠갔으니 창구로 가십시오.",
        "This card was read elsewhere since: the chip is blocked. Go to an office.",
    ),
    "code.register.ic_blocked": Text(
        "칩이 잠겨 있습니다. 창구로 가십시오.", "The chip is blocked. Go to an office."
    ),
}
