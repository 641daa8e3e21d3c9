"""What pages of a request say."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

TEXTS: Final[Mapping[str, Text]] = {
    "ask.phone": Text("휴대전화로 스캔하십시오", "Scan with your phone"),
    "ask.here": Text("지갑을 여십시오", "Open your wallet"),
    "ask.lead": Text(
        "지갑에 누가 무엇을 요청하는지 표시됩니다. 동의하기 전에는 아무것도 전송되지 않습니다.",
        "Your wallet shows who asks for what. Nothing is sent before you agree.",
    ),
    "ask.open": Text("{name} 열기", "Open {name}"),
    "ask.app": Text("지갑 앱 열기", "Open the wallet app"),
    "ask.waiting": Text("응답을 기다리고 있습니다.", "Waiting for your answer."),
    "ask.verified": Text("확인되었습니다.", "Verified."),
    "ask.go": Text("계속", "Continue"),
    "ask.declined": Text("제공을 거절하셨습니다.", "You declined."),
    "ask.declined.more": Text("아무 정보도 전송되지 않았습니다.", "Nothing was sent."),
    "ask.refused": Text("확인하지 못했습니다.", "Not verified."),
    "ask.still": Text(
        "다른 사람이 보낸 것이라면 무시하십시오. 같은 코드로 아직 응답할 수 있습니다.",
        "If that was somebody else, never mind: the same code still takes your answer.",
    ),
    "ask.again": Text("처음부터 다시", "Start again"),
    "ask.use.phone": Text("휴대전화로 확인", "Use my phone"),
    "ask.use.here": Text("이 기기의 지갑으로 확인", "Use the wallet on this device"),
    "wallet.browser": Text("이 컴퓨터의 지갑", "the wallet on this computer"),
}
