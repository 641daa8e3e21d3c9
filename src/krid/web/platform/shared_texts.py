"""Texts of every page: the frame, the errors, and the reasons that people meet."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

SHARED: Final[Mapping[str, Text]] = {
    "skip": Text("본문으로 건너뛰기", "Skip to the content"),
    "switch": Text("English", "한국어"),
    "switch.hint": Text("영어로 보기", "Show this page in Korean"),
    "sample": Text(
        "시연용입니다. 여기 나오는 사람은 모두 가상의 인물입니다.",
        "A demonstration. Everybody shown here is invented.",
    ),
    "home": Text("처음으로", "Home"),
    "back": Text("돌아가기", "Back"),
    "copy": Text("링크 복사", "Copy the link"),
    "copied": Text("복사했습니다", "Copied"),
    "yes": Text("예", "Yes"),
    "no": Text("아니요", "No"),
    "none": Text("없음", "none"),
    "qr.alt": Text("지갑으로 스캔할 QR 코드", "QR code to scan with a wallet"),
    "portrait": Text("사진", "Portrait"),
    "noscript": Text(
        "결과를 보려면 이 페이지를 새로 고치십시오.",
        "Reload this page to see the result.",
    ),
    "leave.title": Text("{who}(으)로 이동합니다", "On to {who}"),
    "leave.lead": Text(
        "자동으로 이동하지 않으면 버튼을 누르십시오.",
        "Press the button if your browser does not go there by itself.",
    ),
    "leave.go": Text("계속", "Continue"),
    "error.title": Text("처리하지 못했습니다", "That did not work"),
    "error.code": Text("사유 코드", "Reason"),
    "error.missing": Text("찾으시는 페이지가 없습니다.", "There is no such page."),
    "error.method": Text("이 페이지에서는 할 수 없는 요청입니다.", "This page can't be asked so."),
    "error.rate": Text(
        "요청이 너무 잦습니다. 잠시 후 다시 시도하십시오.",
        "Too many requests. Please wait a moment and try again.",
    ),
    "error.size": Text("보내신 내용이 너무 깁니다.", "What you sent is too long."),
    "error.form": Text(
        "이 양식은 더 이상 유효하지 않습니다. 페이지를 다시 열고 시도하십시오.",
        "This form is no longer valid. Open the page again and try once more.",
    ),
    "code.register.too_young": Text(
        "만 17세가 되지 않아 발급할 수 없습니다.",
        "Not issued: the person is not 17 yet.",
    ),
    "code.register.no_card": Text(
        "유효한 실물 주민등록증이 없어 발급할 수 없습니다.",
        "Not issued: there is no plastic card in force.",
    ),
    "code.register.active_phone": Text(
        "이미 다른 휴대전화에 발급되어 있습니다.",
        "Not issued: another phone holds the card already.",
    ),
    "code.register.ended": Text(
        "사망하였거나 국외로 이주한 사람입니다.",
        "Not issued: the person has died or left the country.",
    ),
    "code.register.police": Text(
        "경찰이 정지한 카드입니다. 경찰만 해제할 수 있습니다.",
        "The police have suspended this card, and the police alone restore it.",
    ),
    "code.register.unknown": Text(
        "등록부에 없는 사람입니다.", "Nobody by this handle is registered."
    ),
    "code.register.unknown_card": Text(
        "등록부에 없는 카드입니다.", "No card by this handle is registered."
    ),
    "code.register.unknown_party": Text(
        "등록되지 않은 검증자이거나 목적입니다.",
        "No verifier by this handle is registered, or no such purpose of it.",
    ),
    "code.register.ticket": Text(
        "창구 QR이 이미 사용되었거나, 만료되었거나, 다른 사람의 것입니다.",
        "This office QR was used already, has expired, or belongs to somebody else.",
    ),
    "code.register.other_key": Text(
        "카드를 신청한 휴대전화가 아닙니다.",
        "This is not the phone that the card belongs to.",
    ),
    "code.register.stage": Text(
        "카드의 지금 상태에서는 할 수 없습니다.",
        "The card's state does not allow this now.",
    ),
    "code.status.suspended": Text(
        "이 카드는 지금 정지되어 있습니다. 분실 신고가 접수되었을 수 있습니다.",
        "This card is suspended now, for example because its phone was reported lost.",
    ),
    "code.status.revoked": Text(
        "이 카드는 폐기되었습니다. 새 카드로 다시 시도하십시오.",
        "This card has been revoked. Please use the new one.",
    ),
    "code.session.unknown": Text(
        "이 요청은 끝났거나 알 수 없습니다. 처음부터 다시 시작하십시오.",
        "This request has ended or is unknown. Please start again.",
    ),
    "code.response.code": Text(
        "다른 곳에서 시작된 요청입니다. 처음부터 다시 시작하십시오.",
        "This request was begun elsewhere. Please start again.",
    ),
    "code.offer.syntax": Text(
        "발급 제안 링크가 아닙니다. 링크 전체를 붙여 넣었는지 확인하십시오.",
        "This is not an offer link. Check that you pasted the whole link.",
    ),
    "code.request.syntax": Text(
        "신원 확인 요청 링크가 아닙니다.",
        "This is not a link of a request.",
    ),
    "code.request.expired": Text(
        "요청의 유효 시간이 지났습니다.",
        "The request has expired.",
    ),
    "code.store.pin": Text("PIN이 맞지 않습니다.", "That is not the PIN."),
    "code.store.pin_delay": Text(
        "PIN을 여러 번 틀렸습니다. 잠시 후 다시 시도하십시오.",
        "The PIN was wrong several times. Please wait and try again.",
    ),
    "code.net.unreachable": Text(
        "상대 서버에 연결하지 못했습니다.",
        "The other side can't be reached.",
    ),
    "code.oauth.refused": Text(
        "발급기관이 받아들이지 않았습니다. 코드가 맞는지, 제안이 만료되지 않았는지 확인하십시오.",
        "The other side refused. Check the code, and whether the offer has expired.",
    ),
}
