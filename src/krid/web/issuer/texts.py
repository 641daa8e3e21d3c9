"""What the desk says."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

TEXTS: Final[Mapping[str, Text]] = {
    "issuer.brand": Text("모바일 주민등록증 발급 창구", "Mobile Resident Card · Issuing desk"),
    "desk.title": Text("누구에게 발급합니까?", "Whose card is it?"),
    "desk.lead": Text(
        "창구에 온 주민의 얼굴과 실물 주민등록증을 확인한 뒤 이름을 선택하십시오. "
        "화면의 QR 코드를 휴대전화로 스캔하면 카드가 발급됩니다.",
        "Look at the person and the plastic card, then choose the name. The phone scans the QR "
        "code on this screen, and the card is issued to it.",
    ),
    "desk.born": Text("{day}생", "born {day}"),
    "desk.offer": Text("발급 시작", "Begin"),
    "desk.offer.for": Text("{name} 발급 시작", "Begin for {name}"),
    "desk.replace": Text("새 휴대전화로 옮기기", "Move to a new phone"),
    "desk.replace.for": Text("{name} 새 휴대전화로 옮기기", "Move {name}'s card to a new phone"),
    "desk.denied": Text("창구 담당자만 사용할 수 있습니다.", "This desk is for clerks alone."),
    "offer.title": Text("{name} 님의 카드 발급", "A card for {name}"),
    "offer.step.scan": Text(
        "휴대전화의 지갑으로 QR 코드를 스캔합니다.",
        "Scan the QR code with the wallet on the phone.",
    ),
    "offer.step.code": Text(
        "아래의 확인 번호를 지갑에 입력합니다. 번호는 본인에게만 알려 주십시오.",
        "Type the code below into the wallet. Tell it to this person alone.",
    ),
    "offer.step.done": Text(
        "카드가 도착하면 이 화면에 바로 표시됩니다.",
        "As soon as the card has arrived, this screen says so.",
    ),
    "offer.code": Text("확인 번호", "Code to type"),
    "offer.code.hint": Text(
        "10분 동안 유효하며, 다섯 번 틀리면 무효가 됩니다.",
        "Good for ten minutes; void after five wrong tries.",
    ),
    "offer.wallet": Text("{name}에서 열기", "Open in {name}"),
    "offer.qr": Text("지갑으로 스캔하십시오", "Scan with a wallet"),
    "offer.state": Text("진행 상황", "Progress"),
    "offer.offered": Text("휴대전화를 기다리고 있습니다.", "Waiting for the phone."),
    "offer.fetched": Text("휴대전화가 카드를 받고 있습니다.", "The phone is taking the card."),
    "offer.kept": Text("발급되었습니다.", "Issued."),
    "offer.kept.more": Text(
        "카드가 휴대전화에 저장되었습니다. 이제 이 화면을 닫아도 됩니다.",
        "The card is on the phone. You may close this screen.",
    ),
    "offer.failed": Text(
        "휴대전화가 카드를 저장하지 못했습니다.", "The phone did not keep the card."
    ),
    "offer.next": Text("다음 사람", "Next person"),
    "wallet.browser": Text("이 컴퓨터의 지갑", "the wallet on this computer"),
}
