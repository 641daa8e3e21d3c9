"""What the wallet says of reports, and of those whom an authority has stopped."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

REPORT_TEXTS: Final[Mapping[str, Text]] = {
    "report.offer": Text(
        "등록 기관에 신고할 수 있습니다. 이 요청의 서명된 원문만 전송되며, 이름이나 카드 등 "
        "본인에 관한 정보는 전송되지 않습니다. 누르기 전에는 아무것도 전송되지 않습니다.",
        "You may report this. The signed request goes to the registration authority as it came, "
        "and nothing about you or your cards. Nothing is sent before you press.",
    ),
    "report.go": Text("신고", "Report"),
    "report.counted": Text(
        "신고되었습니다. 등록 기관이 서명을 확인하고 기록했습니다.",
        "Reported. The authority has checked the signature and written it down.",
    ),
    "report.known": Text(
        "이 요청은 이미 신고되어 있습니다.", "This request had been reported before."
    ),
    "report.refused": Text(
        "등록 기관이 이 신고를 받지 않았습니다.", "The authority did not take the report."
    ),
    "report.unsent": Text("신고를 보내지 못했습니다.", "The report could not be sent."),
    "code.registration.suspended": Text(
        "이 기관의 등록이 정지되어 있습니다. 이 지갑은 답하지 않습니다.",
        "The registration of whoever asks is suspended. This wallet does not answer.",
    ),
    "code.registration.withdrawn": Text(
        "이 기관의 등록이 철회되었습니다. 이 지갑은 답하지 않습니다.",
        "The registration of whoever asks was withdrawn. This wallet does not answer.",
    ),
}
