"""What the page of the log says."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

TEXTS: Final[Mapping[str, Text]] = {
    "nav.journal": Text("감사 기록", "Audit log"),
    "nav.desk": Text("발급 창구", "Desk"),
    "journal.title": Text("감사 기록", "Audit log"),
    "journal.lead": Text(
        "등록부의 모든 변경과 거절이 차례로 남습니다. 사람과 카드는 뜻 없는 식별자로만 적힙니다.",
        "Every change of the register and every refusal, newest first. People and cards are "
        "named by handles that say nothing of them.",
    ),
    "journal.denied": Text("창구 담당자만 볼 수 있습니다.", "The log is for clerks alone."),
    "journal.seq": Text("번호", "No."),
    "journal.at": Text("시각", "When"),
    "journal.what": Text("무엇", "What"),
    "journal.who": Text("누가", "Who"),
    "journal.subject": Text("대상", "Handle"),
    "journal.refused": Text("거절", "Refused"),
    "journal.done": Text("완료", "Done"),
    "action.type": Text("카드 종류 등록", "Card type"),
    "action.enter": Text("주민 등록", "Resident entered"),
    "action.ticket": Text("창구 QR 발급", "Office QR handed out"),
    "action.apply": Text("발급 신청", "Application"),
    "action.redeem": Text("창구 QR 사용", "Office QR used"),
    "action.enrol": Text("본인 확인", "Person proved"),
    "action.challenge": Text("IC 카드 확인 요청", "IC card asked"),
    "action.answer": Text("IC 카드 응답", "IC card answered"),
    "action.reserve": Text("발급 준비", "Prepared"),
    "action.issue": Text("발급", "Issued"),
    "action.fetch": Text("카드 전달", "Handed over"),
    "action.activate": Text("사용 시작", "Activated"),
    "action.lose": Text("분실 신고", "Loss reported"),
    "action.suspend": Text("정지", "Suspended"),
    "action.restore": Text("정지 해제", "Restored"),
    "action.renew": Text("재발급 신청", "New card enrolled"),
    "action.revoke": Text("폐기", "Revoked"),
    "action.withdraw": Text("신청 철회", "Withdrawn"),
    "action.move": Text("전입 신고", "Move"),
    "action.register": Text("이용 기관 등록", "Relying party registered"),
    "action.rename_use": Text("이용 기관 식별자 변경", "Names of a relying party changed"),
    "action.end_use": Text("이용 목적 종료", "A purpose ended"),
    "action.certify": Text("등록 증명 발급", "Registration certificate signed"),
    "action.party_suspend": Text("이용 기관 등록 정지", "Registration suspended"),
    "action.party_restore": Text("이용 기관 정지 해제", "Registration restored"),
    "action.party_withdraw": Text("이용 기관 등록 철회", "Registration withdrawn"),
    "action.audit": Text("감사", "Audit"),
    "action.overask": Text("등록 범위를 넘는 요청", "Asked beyond its registration"),
    "code.registration.beyond": Text(
        "이용 기관이 등록된 목적을 넘어서 요청했고, 지갑이 거절했습니다.",
        "A relying party asked for more than it is registered for; a wallet refused.",
    ),
    "journal.over": Text("범위를 넘은 항목", "Too much:"),
    "journal.digest": Text("요청의 SHA-256", "SHA-256 of the request"),
    "journal.verifiers": Text("이용 기관", "Relying parties"),
    "action.document": Text("실물 카드 등록", "Plastic card entered"),
}
