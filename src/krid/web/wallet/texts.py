"""What the wallet says."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text
from krid.web.wallet.security_texts import SECURITY_TEXTS

TEXTS: Final[Mapping[str, Text]] = {
    "wallet.brand": Text("내 지갑", "My wallet"),
    "nav.cards": Text("카드", "Cards"),
    "nav.add": Text("추가", "Add"),
    "nav.show": Text("보여 주기", "Show"),
    "show.title": Text("카드 보여 주기", "Show your card"),
    "show.lead": Text(
        "계산대에서 이 코드를 읽습니다. 코드는 10초마다 바뀌고, 화면 사진으로는 쓸 수 없습니다. "
        "무엇을 요청하는지는 다음 화면에서 확인합니다.",
        "A counter reads this code. It changes every ten seconds, so a picture of it is no use. "
        "You see what is asked on the next screen.",
    ),
    "show.arrived": Text("요청이 도착했습니다.", "A request has arrived."),
    "show.open": Text("요청 보기", "See the request"),
    "show.near": Text("가까이 대기", "Hold near a terminal"),
    "near.title": Text("단말기에 가까이 대십시오", "Hold near the terminal"),
    "near.lead": Text(
        "단말기가 이 코드를 읽고 연결합니다. 연결은 암호화되며, 누가 무엇을 요청하는지는 "
        "다음 화면에서 확인합니다. 코드는 한 번, 5분 동안만 쓸 수 있습니다.",
        "The terminal reads this code and connects. The connection is encrypted, and you see who "
        "asks for what on the next screen. The code works once and for five minutes.",
    ),
    "near.model": Text(
        "이 시연에는 무선이 없습니다. 같은 데이터가 이 컴퓨터 안에서 전달됩니다.",
        "There is no radio in this demonstration: the same bytes travel inside this computer.",
    ),
    "near.failed": Text(
        "단말기의 요청을 받아들이지 않았습니다. 아무 정보도 전송되지 않았습니다.",
        "The terminal's request was refused. Nothing was sent.",
    ),
    "near.ended": Text("이 코드는 끝났습니다.", "This code has ended."),
    "near.again": Text("새 코드", "A new code"),
    "nav.history": Text("이용 내역", "History"),
    "nav.lock": Text("잠그기", "Lock"),
    "card.resident": Text("모바일 주민등록증", "Mobile Resident Card"),
    "type.urn:krid:kr:driving-licence:1": Text("모바일 운전면허증", "Mobile Driving Licence"),
    "type.org.iso.18013.5.1.mDL": Text("모바일 운전면허증", "Mobile Driving Licence"),
    "type.urn:krid:kr:certificate:resident-copy:1": Text(
        "주민등록표 등본", "Resident register copy"
    ),
    "type.urn:krid:kr:certificate:resident-extract:1": Text(
        "주민등록표 초본", "Resident register extract"
    ),
    "type.urn:krid:kr:certificate:family-general:1": Text(
        "가족관계증명서(일반)", "Family relation certificate (general)"
    ),
    "type.urn:krid:kr:certificate:family-detailed:1": Text(
        "가족관계증명서(상세)", "Family relation certificate (detailed)"
    ),
    "type.urn:krid:kr:certificate:family-specific:1": Text(
        "가족관계증명서(특정)", "Family relation certificate (specific)"
    ),
    "type.urn:krid:kr:certificate:marriage-general:1": Text(
        "혼인관계증명서(일반)", "Marriage certificate (general)"
    ),
    "type.urn:krid:kr:certificate:marriage-detailed:1": Text(
        "혼인관계증명서(상세)", "Marriage certificate (detailed)"
    ),
    "type.urn:krid:sample-bank:customer:1": Text("견본은행 고객 카드", "Sample Bank customer card"),
    "face.birthdate": Text("생년월일", "Born"),
    "face.licence_class": Text("종별", "Class"),
    "face.conditions": Text("조건", "Conditions"),
    "face.date_of_issuance": Text("발급일", "Issued"),
    "face.date_of_expiry": Text("만료일", "Expires"),
    "door.new": Text("지갑 만들기", "Make your wallet"),
    "door.new.lead": Text(
        "지갑을 열 때 쓸 PIN을 정하십시오. PIN은 이 컴퓨터를 벗어나지 않습니다. "
        "잊을 때를 대비해 나중에 보안 페이지에서 복구 코드를 만드십시오.",
        "Choose a PIN that opens your wallet. It never leaves this computer. Make a recovery "
        "code on the Security page later, in case you forget it.",
    ),
    "door.open": Text("지갑 열기", "Open your wallet"),
    "door.open.lead": Text("PIN을 입력하십시오.", "Type your PIN."),
    "door.pin": Text("PIN", "PIN"),
    "door.pin.hint": Text("{least}자 이상", "{least} characters or more"),
    "door.again": Text("PIN 다시 입력", "The PIN once more"),
    "door.create": Text("만들기", "Make it"),
    "door.unlock": Text("열기", "Open"),
    "door.short": Text(
        "PIN은 {least}자 이상이어야 합니다.", "A PIN has {least} characters or more."
    ),
    "door.differ": Text("두 PIN이 서로 다릅니다.", "The two PINs differ."),
    "home.title": Text("내 카드", "My cards"),
    "home.add": Text("카드 추가", "Add a card"),
    "home.empty": Text("아직 카드가 없습니다.", "There is no card yet."),
    "home.empty.more": Text(
        "발급 창구의 QR 코드를 스캔하거나 링크를 붙여 넣어 첫 카드를 받으십시오.",
        "Scan the QR code at an issuing desk, or paste its link, to get your first card.",
    ),
    "home.details": Text("{title}, {name} · 자세히", "{title}, {name} · details"),
    "news.added": Text("카드가 지갑에 저장되었습니다.", "The card is in your wallet."),
    "home.doubted": Text("사용할 수 없는 카드", "Cards that can't be used"),
    "home.doubted.more": Text(
        "발급자를 더 이상 신뢰할 수 없거나 확인할 수 없습니다. 아무에게도 제시되지 않습니다.",
        "Their issuer is trusted no longer, or can't be asked. They are shown to nobody.",
    ),
    "home.renew": Text("새 카드 확인", "Look for new cards"),
    "news.renewed": Text("새 카드로 바뀌었습니다.", "Your card was replaced by a new one."),
    "news.same": Text("새 카드가 없습니다.", "There is no new card."),
    "news.deleted": Text("카드를 삭제했습니다.", "The card is deleted."),
    "card.says": Text("카드에 담긴 정보", "What this card says"),
    "card.says.hint": Text(
        "이 화면은 이 지갑에서만 볼 수 있습니다. 동의 없이는 아무것도 나가지 않습니다.",
        "Only this wallet shows this. Nothing leaves without your consent.",
    ),
    "card.about": Text("카드 정보", "About this card"),
    "card.issuer": Text("발급자", "Issuer"),
    "card.until": Text("유효 기간", "Valid until"),
    "card.format": Text("형식", "Format"),
    "card.delete": Text("카드 삭제", "Delete this card"),
    "card.delete.lead": Text(
        "카드와 그 열쇠가 지갑에서 지워집니다. 되돌릴 수 없으며, "
        "다시 쓰려면 새로 발급받아야 합니다.",
        "The card and its key are erased. This can't be undone; you would need a new card.",
    ),
    "card.delete.sure": Text("삭제합니다", "Yes, delete it"),
    "add.title": Text("카드 추가", "Add a card"),
    "add.lead": Text(
        "발급 창구의 QR 코드를 스캔하거나 링크를 붙여 넣으십시오.",
        "Scan the QR code of an issuing desk, or paste its link.",
    ),
    "add.link": Text("링크", "Link"),
    "add.link.hint": Text(
        "openid-credential-offer:// 또는 openid4vp:// 로 시작합니다.",
        "It begins with openid-credential-offer:// or openid4vp://.",
    ),
    "add.go": Text("계속", "Continue"),
    "add.scan": Text("카메라로 스캔", "Scan with the camera"),
    "take.title": Text("이 카드를 받으시겠습니까?", "Take this card?"),
    "take.from": Text("발급기관", "Offered by"),
    "take.what": Text("받을 카드", "What you get"),
    "take.code": Text("확인 번호", "Code"),
    "take.code.hint": Text(
        "창구 화면의 {length}자리 번호를 입력하십시오.",
        "Type the {length} digits that the desk tells you.",
    ),
    "take.go": Text("카드 받기", "Take the card"),
    "take.no": Text("받지 않기", "No, thank you"),
    "offer.code.missing": Text("확인 번호를 입력하십시오.", "Type the code."),
    "offer.code.wrong": Text(
        "발급기관이 받아들이지 않았습니다. 번호를 확인하십시오. "
        "다섯 번 틀리면 처음부터 다시 해야 합니다.",
        "The issuer refused. Check the code; after five wrong tries you must start again.",
    ),
    "consent.title": Text("정보를 제공하시겠습니까?", "Share this?"),
    "consent.who": Text("요청한 곳", "Who asks"),
    "consent.proof.certificate": Text("인증서로 신원이 확인됨", "Proved by a certificate"),
    "consent.proof.other": Text("신원이 확인됨", "Identity proved"),
    "consent.address": Text("응답을 받는 곳: {host}", "The answer goes to {host}"),
    "consent.registered": Text("등록된 기관입니다", "Registered to ask for this"),
    "consent.unregistered": Text("등록 여부를 알 수 없습니다", "Not known to be registered"),
    "consent.beyond": Text(
        "등록된 목적을 넘어서 요청한 항목: {names}",
        "Asked beyond its registration: {names}",
    ),
    "consent.purpose": Text("목적", "Why"),
    "consent.leaves": Text("제공되는 정보", "What leaves"),
    "consent.stays": Text("제공되지 않는 정보", "What stays with you"),
    "consent.always": Text("항상 함께 제공: {names}", "Always sent along: {names}"),
    "consent.technical": Text(
        "카드의 종류·발급자·유효 기간·상태와, 이 요청에만 쓰이는 서명이 함께 전송됩니다.",
        "Sent along: the card's type, issuer, dates and status, and a signature for this alone.",
    ),
    "consent.all": Text("카드의 나머지 항목은 없습니다.", "There is nothing else on the card."),
    "consent.refused": Text(
        "등록된 목적을 넘는 요청에는 이 지갑이 답하지 않습니다.",
        "This wallet does not answer who asks beyond a registration.",
    ),
    "consent.agree": Text("동의하고 제공", "Agree and share"),
    "consent.decline": Text("거절", "Decline"),
    "consent.authorise": Text("승인할 내용: {what}", "What you authorise: {what}"),
    "consent.authorised": Text("승인한 내용: {what}", "Authorised: {what}"),
    "consent.authorise.note": Text(
        "동의하면 위의 내용을 승인합니다.", "By agreeing you authorise what stands above."
    ),
    "consent.choice": Text("다른 카드 선택", "Choose another card"),
    "consent.choice.hint": Text(
        "선택하면 무엇이 제공되는지 다시 표시합니다. 아직 아무것도 전송되지 않습니다.",
        "You see again what would leave. Nothing is sent yet.",
    ),
    "consent.instead": Text("대신 사용: {cards}", "Use instead: {cards}"),
    "consent.also": Text("함께 제공: {cards}", "Share as well: {cards}"),
    "consent.without": Text("제공하지 않기: {cards}", "Leave out: {cards}"),
    "transaction.payment": Text("결제", "A payment"),
    "transaction.amount": Text("금액", "Amount"),
    "transaction.currency": Text("통화", "Currency"),
    "transaction.payee": Text("받는 곳", "Payee"),
    "transaction.account": Text("받는 계좌", "To the account"),
    "transaction.reference": Text("메모", "Reference"),
    "transaction.yes": Text("예", "Yes"),
    "transaction.no": Text("아니요", "No"),
    "consent.none": Text(
        "이 요청에 답할 수 있는 카드가 지갑에 없습니다.",
        "No card in this wallet answers this request.",
    ),
    "sent.agreed": Text("제공했습니다", "Shared"),
    "sent.agreed.lead": Text(
        "동의하신 정보를 {who}에 보냈습니다.", "{who} received what you agreed to."
    ),
    "sent.declined": Text("거절했습니다", "Declined"),
    "sent.declined.lead": Text("{who}에 아무 정보도 보내지 않았습니다.", "{who} received nothing."),
    "sent.refused": Text(
        "상대가 받아들이지 않았습니다. 이유는 상대의 화면에 표시됩니다.",
        "The other side did not accept your answer. Its own screen says why.",
    ),
    "sent.busy": Text(
        "상대가 지금은 답을 받지 못합니다. 잠시 뒤 다시 동의해 주세요.",
        "The other side can't take an answer now. Agree again in a moment.",
    ),
    "sent.back": Text("{who} 페이지로 돌아가기", "Back to {who}"),
    "sent.home": Text("내 카드", "My cards"),
    "history.title": Text("이용 내역", "History"),
    "history.lead": Text(
        "언제 누구에게 무엇을 제공했는지는 이 지갑에만 기록됩니다. 값은 기록하지 않습니다.",
        "When you shared what with whom is kept in this wallet alone, without the values.",
    ),
    "history.empty": Text("아직 제공한 정보가 없습니다.", "Nothing has left this wallet yet."),
    **SECURITY_TEXTS,
}
