"""What the pages of applications say."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

TEXTS: Final[Mapping[str, Text]] = {
    "nav.applications": Text("신청", "Applications"),
    "applications.desk": Text("발급 창구", "Desk"),
    "applications.title": Text("온라인 신청 확인", "Applications to look at"),
    "applications.lead": Text(
        "온라인으로 본인을 확인하고 신청한 사람입니다. "
        "승인하면 그 사람의 지갑이 다음에 물을 때 발급됩니다.",
        "These people showed online who they are and asked for the card. Once approved, it is "
        "issued when their wallet asks the next time.",
    ),
    "applications.none": Text("기다리는 신청이 없습니다.", "Nobody waits."),
    "applications.since": Text("{at} 신청", "asked {at}"),
    "applications.approve": Text("승인", "Approve"),
    "applications.approve.for": Text("{name} 신청 승인", "Approve {name}'s application"),
    "applications.refuse": Text("거절", "Refuse"),
    "applications.refuse.for": Text("{name} 신청 거절", "Refuse {name}'s application"),
    "applications.approved": Text("승인했습니다.", "Approved."),
    "applications.refused": Text("거절했습니다.", "Refused."),
    "applications.denied": Text(
        "창구 담당자만 볼 수 있습니다.", "Applications are for clerks alone."
    ),
}
