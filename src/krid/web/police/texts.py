"""What the police and the call centre say."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

TEXTS: Final[Mapping[str, Text]] = {
    "police.brand": Text("견본시 경찰청", "Sample City Police"),
    "police.title": Text("누가 휴대전화를 잃어버렸습니까?", "Whose phone is lost?"),
    "police.lead": Text(
        "신고를 접수하면 그 사람의 모바일 신분증이 모두 정지됩니다. "
        "정지와 해제는 {seconds}초 안에 모든 확인 기관에 알려집니다.",
        "A report suspends every mobile card of the person. Whoever verifies cards knows of it "
        "within {seconds} seconds, and of its end too.",
    ),
    "police.lose": Text("분실 신고 접수", "Report the phone lost"),
    "police.lose.for": Text("{name} 분실 신고 접수", "Report {name}'s phone lost"),
    "police.restore": Text("찾았음 · 정지 해제", "Found: restore"),
    "police.restore.for": Text("{name} 정지 해제", "Restore {name}'s cards"),
    "police.state.none": Text("모바일 카드 없음", "No mobile card"),
    "police.state.issued": Text("발급됨", "Issued"),
    "police.state.active": Text("사용 중", "In use"),
    "police.state.suspended": Text("정지됨", "Suspended"),
    "police.state.banned": Text("경찰이 정지함", "Suspended by the police"),
    "nav.lost": Text("분실 신고", "Lost phones"),
    "nav.driving": Text("운전면허 정지", "Driving bans"),
    "driving.title": Text("운전면허 정지와 해제", "Suspend a driving licence"),
    "driving.lead": Text(
        "모바일 운전면허증만 정지되며, 모바일 주민등록증은 그대로 쓸 수 있습니다. "
        "경찰이 정지한 면허는 경찰만 해제하고, 그동안 새 휴대전화로 옮길 수도 없습니다.",
        "This stops the mobile licence alone; the resident card stays good. What the police "
        "suspended the police alone restore, and meanwhile it can't move to a new phone.",
    ),
    "driving.none": Text("모바일 운전면허증 없음", "No mobile licence"),
    "driving.reason.for": Text("{name} 정지 사유", "Why {name} may not drive"),
    "driving.suspend": Text("면허 정지", "Suspend the licence"),
    "driving.suspend.for": Text("{name} 면허 정지", "Suspend {name}'s licence"),
    "driving.restore": Text("정지 해제", "Restore the licence"),
    "driving.restore.for": Text("{name} 면허 정지 해제", "Restore {name}'s licence"),
    "driving.suspended": Text(
        "면허를 정지했습니다. 상태 목록이 새로 발행되었습니다.",
        "The licence is suspended. A new status list is published.",
    ),
    "driving.restored": Text(
        "경찰의 정지를 해제했습니다. 상태 목록이 새로 발행되었습니다.",
        "The police's suspension has ended. A new status list is published.",
    ),
    "ban.drunk_driving": Text("음주 운전", "Drunk driving"),
    "ban.penalty_points": Text("벌점 초과", "Too many penalty points"),
    "ban.accident": Text("교통사고", "An accident"),
    "ban.no_aptitude_test": Text("적성검사 미필", "No aptitude test in time"),
    "police.denied": Text("담당자만 사용할 수 있습니다.", "This page is for officers alone."),
    "news.lost": Text(
        "정지했습니다. 상태 목록이 새로 발행되었습니다.",
        "Suspended. A new status list is published.",
    ),
    "news.found": Text(
        "정지를 해제했습니다. 상태 목록이 새로 발행되었습니다.",
        "Restored. A new status list is published.",
    ),
}
