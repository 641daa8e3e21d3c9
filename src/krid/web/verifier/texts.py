"""What the bank says, and what any other verifier says in its place."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

TEXTS: Final[Mapping[str, Text]] = {
    "bank.brand": Text("견본은행", "Sample Bank"),
    "start.title": Text("신분증 한 번으로 계좌 개설", "Open an account with your ID"),
    "start.lead": Text(
        "모바일 주민등록증이나 모바일 운전면허증으로 본인을 확인합니다. "
        "서류도, 사진 촬영도 필요 없습니다.",
        "Show your mobile resident card or driving licence. No paper, no photographs.",
    ),
    "start.asked": Text("확인하는 정보", "We ask for"),
    "start.not": Text(
        "주소, 주민등록번호, 사진 등 나머지 정보는 요청하지 않습니다.",
        "We do not ask for your address, your number, your portrait or anything else.",
    ),
    "start.phone": Text("휴대전화로 확인", "Use my phone"),
    "start.here": Text("이 기기의 지갑으로 확인", "Use the wallet on this device"),
    "start.how": Text("어떻게 확인할까요?", "Where is your wallet?"),
    "start.login": Text("로그인", "Log in"),
    "start.audit": Text("심사 기록", "Decisions"),
    "start.beyond": Text("시험: 등록 범위를 넘는 요청", "To try: asking beyond the registration"),
    "start.beyond.more": Text(
        "은행은 주민등록번호를 요청하도록 등록되어 있지 않습니다. 지갑이 이를 알리고 거절합니다.",
        "The bank is not registered to ask for the number. The wallet says so, and refuses.",
    ),
    "start.beyond.go": Text("주민등록번호까지 요청하기", "Ask for the number too"),
    "visit.card": Text("고객 카드 받기", "Get your customer card"),
    "code.bank.too_young": Text(
        "만 19세 이상만 비대면으로 계좌를 열 수 있습니다. 영업점을 방문하십시오.",
        "Accounts open remotely from the age of 19. Please visit a branch.",
    ),
    "code.bank.liveness": Text(
        "본인이 직접 신청하는지 확인하지 못했습니다.",
        "We could not check that you are there in person.",
    ),
    "visit.phone": Text("휴대전화로 스캔하십시오", "Scan with your phone"),
    "visit.here": Text("지갑을 여십시오", "Open your wallet"),
    "visit.lead": Text(
        "지갑에 누가 무엇을 요청하는지 표시됩니다. 동의하기 전에는 아무것도 전송되지 않습니다.",
        "Your wallet shows who asks for what. Nothing is sent before you agree.",
    ),
    "visit.open": Text("{name} 열기", "Open {name}"),
    "visit.app": Text("지갑 앱 열기", "Open the wallet app"),
    "visit.state": Text("진행 상황", "Progress"),
    "visit.waiting": Text("응답을 기다리고 있습니다.", "Waiting for your answer."),
    "visit.verified": Text(
        "본인 확인이 끝났습니다. 계좌가 개설되었습니다.", "Verified. Your account is open."
    ),
    "visit.declined": Text("제공을 거절하셨습니다.", "You declined."),
    "visit.declined.more": Text("아무 정보도 전송되지 않았습니다.", "Nothing was sent."),
    "visit.refused": Text("확인하지 못했습니다.", "Not verified."),
    "visit.still": Text(
        "다른 사람이 보낸 것이라면 무시하십시오. 같은 코드로 아직 응답할 수 있습니다.",
        "If that was somebody else, never mind: the same code still takes your answer.",
    ),
    "visit.again": Text("처음부터 다시", "Start again"),
    "visit.proved": Text("확인된 정보", "What was proved"),
    "visit.by": Text("확인 근거", "How it was proved"),
    "visit.unasked": Text("요청하지 않은 정보", "What we did not ask for"),
    "visit.unasked.more": Text(
        "아래 항목은 은행에 전송되지 않았습니다.", "None of this reached the bank."
    ),
    "visit.issuer": Text("발급자", "Issuer"),
    "wallet.browser": Text("이 컴퓨터의 지갑", "the wallet on this computer"),
}


def said_by(name: Text, *, purpose: Text) -> Mapping[str, Text]:
    """Make what a verifier's pages say: its name, its purpose, and no word of the sample bank.

    >>> texts = said_by(Text("한빛도서관", "Hanbit Library"), purpose=Text("회원 가입", "Join"))
    >>> texts["start.title"].english
    'Join'
    """
    return _AS_ANYBODY | {
        "bank.brand": _as_it_is(name),
        "sample": _as_it_is(name),
        "start.title": _as_it_is(purpose),
    }


def _as_it_is(text: Text) -> Text:
    """Keep braces, which would be the places of values."""
    return Text(*(each.replace("{", "{{").replace("}", "}}") for each in text))


_AS_ANYBODY: Final[dict[str, Text]] = {
    "start.lead": Text(
        "지갑에 있는 신분증이나 증명서로 확인합니다. 동의하기 전에는 아무것도 전송되지 않습니다.",
        "Show a card from your wallet. Nothing is sent before you agree.",
    ),
    "start.not": Text("나머지 정보는 요청하지 않습니다.", "We ask for nothing else."),
    "visit.verified": Text("확인이 끝났습니다.", "Verified."),
    "visit.unasked.more": Text("아래 항목은 전송되지 않았습니다.", "None of this was sent."),
}
