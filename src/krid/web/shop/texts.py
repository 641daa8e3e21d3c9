"""What the shop's terminal says."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

TEXTS: Final[Mapping[str, Text]] = {
    "shop.brand": Text("견본편의점", "Sample Store"),
    "shop.title": Text("19세 이상입니까?", "19 or older?"),
    "shop.lead": Text(
        "계산대는 예 또는 아니요만 알게 됩니다. 이름도, 생년월일도, 사진도 받지 않습니다.",
        "The till learns yes or no. It gets no name, no birth date, no picture.",
    ),
    "shop.scan": Text("손님이 스캔합니다", "The customer scans"),
    "shop.scan.more": Text(
        "이 화면에 QR 코드를 띄우고 손님이 지갑으로 스캔합니다.",
        "This screen shows a QR code, and the customer scans it with a wallet.",
    ),
    "shop.scan.go": Text("QR 코드 띄우기", "Show the QR code"),
    "shop.read": Text("손님이 보여 줍니다", "The customer shows"),
    "shop.read.more": Text(
        "손님 지갑의 '보여 주기'나 '가까이 대기' 화면에 있는 코드를 읽습니다. "
        "스캐너가 없으면 붙여 넣으십시오.",
        "Read the code on the wallet's screen 'Show' or 'Hold near'. Without a scanner, paste it.",
    ),
    "shop.code": Text("손님의 코드", "The customer's code"),
    "shop.read.go": Text("확인 요청 보내기", "Ask"),
    "shop.camera": Text("카메라로 스캔", "Scan with the camera"),
    "shop.near": Text("손님의 지갑과 연결되었습니다", "Connected to the customer's wallet"),
    "shop.near.more": Text(
        "손님이 지갑에서 동의하면 답이 도착합니다. 네트워크를 거치지 않습니다.",
        "The answer comes when the customer agrees. It does not go over the network.",
    ),
    "code.proximity": Text(
        "지갑에 연결하지 못했습니다. 손님의 화면에서 새 코드를 읽으십시오.",
        "The wallet can't be reached. Read a new code from the customer's screen.",
    ),
    "code.proximity.link": Text(
        "손님의 지갑과 연결이 끊어졌습니다.", "The connection to the customer's wallet was lost."
    ),
    "shop.yes": Text("19세 이상", "19 or older"),
    "shop.no": Text("19세 미만", "Under 19"),
    "shop.verdict.more": Text(
        "국가가 서명한 카드로 확인했습니다. 계산대에는 이 답만 남습니다.",
        "Proved by a card that the state signed. This answer is all that the till has.",
    ),
    "shop.next": Text("다음 손님", "Next customer"),
    "code.live.syntax": Text(
        "지갑의 코드가 아닙니다. 코드 전체를 읽었는지 확인하십시오.",
        "This is not a wallet's code. Check that all of it was read.",
    ),
    "code.live.stale": Text(
        "이 코드는 지났거나 이미 쓰였습니다. 화면 사진이라면 쓸 수 없습니다. "
        "손님의 화면에서 다시 읽으십시오.",
        "This code is old or was used. A picture of a screen does not work; read it again.",
    ),
}
