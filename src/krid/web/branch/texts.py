"""What the branch says."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

TEXTS: Final[Mapping[str, Text]] = {
    "customer.card": Text("고객 카드를 받으십시오", "Take your customer card"),
    "customer.card.lead": Text(
        "은행이 발급하는 카드입니다. 다음부터는 이 카드로 로그인합니다.",
        "A card from the bank itself. From now on you log in with it.",
    ),
    "login.title": Text("고객 카드로 로그인", "Log in with your customer card"),
    "login.lead": Text(
        "고객 번호만 요청합니다. 신분증은 필요 없습니다.",
        "We ask for your customer number alone. You need no ID.",
    ),
    "customer.title": Text("로그인되었습니다", "You are logged in"),
    "customer.leave": Text("로그아웃", "Log out"),
    "audit.title": Text("심사 기록", "Decisions"),
    "audit.lead": Text(
        "모든 결정은 근거와 함께 남습니다. 고객이 제공한 값은 들어 있지 않습니다.",
        "Every decision is kept with its evidence. What the person showed is not in it.",
    ),
    "audit.empty": Text("아직 결정이 없습니다.", "There are no decisions yet."),
    "audit.denied": Text("감사 담당자만 볼 수 있습니다.", "For auditors alone."),
    "audit.opened": Text("계좌 개설", "Account opened"),
    "audit.refused": Text("거절", "Refused"),
    "audit.declined": Text("고객이 거절함", "Declined by the customer"),
    "audit.policy": Text("적용한 규칙", "Rules"),
    "audit.liveness": Text("실제 본인 확인", "Person there, checked by"),
    "audit.customer": Text("고객 번호", "Customer number"),
    "audit.code": Text("사유", "Reason"),
    "audit.at": Text("시각", "When"),
    "audit.report": Text("검증 보고서", "Report of the verification"),
    "audit.none": Text("검증한 것이 없습니다.", "Nothing was verified."),
    "state.proved": Text("증명됨", "proved"),
}
