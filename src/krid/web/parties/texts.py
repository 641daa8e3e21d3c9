"""What the page of relying parties says."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

TEXTS: Final[Mapping[str, Text]] = {
    "verifiers.desk": Text("발급 창구", "Desk"),
    "verifiers.journal": Text("감사 기록", "Audit log"),
    "verifiers.title": Text("이용 기관", "Relying parties"),
    "verifiers.lead": Text(
        "누가 어떤 목적으로 무엇을 요청할 수 있는지 등록합니다. 신고는 서명을 확인한 뒤에만 세며, "
        "신고만으로는 등록이 정지되지 않습니다. 정지는 담당 공무원이 결정합니다.",
        "Who may ask for what, and why. A report counts once the verifier's own signature proves "
        "it. Reports suspend nobody by themselves: an official decides.",
    ),
    "verifiers.denied": Text("창구 담당자만 볼 수 있습니다.", "This page is for clerks alone."),
    "verifiers.number": Text("등록 번호", "Number"),
    "verifiers.state": Text("상태", "State"),
    "verifiers.reports": Text("확인된 신고 {count}건", "Confirmed reports: {count}"),
    "verifiers.every": Text("모든 항목", "every claim"),
    "verifiers.since": Text("시작", "From"),
    "verifiers.until": Text("종료", "Until"),
    "verifiers.state.in_force": Text("유효", "in force"),
    "verifiers.state.suspended": Text("정지", "suspended"),
    "verifiers.state.withdrawn": Text("철회", "withdrawn"),
    "verifiers.step.suspend": Text("등록 정지", "Suspend"),
    "verifiers.step.restore": Text("정지 해제", "Restore"),
    "verifiers.step.withdraw": Text("등록 철회", "Withdraw for good"),
    "verifiers.step.for": Text("{name}: {step}", "{step}: {name}"),
}
