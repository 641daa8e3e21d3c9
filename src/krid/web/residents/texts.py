"""What the residents' pages say."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

TEXTS: Final[Mapping[str, Text]] = {
    "residents.brand": Text("주민 서비스", "Residents' service"),
    "residents.title": Text("모바일 주민등록증으로 로그인", "Log in with your resident card"),
    "residents.lead": Text(
        "내 등록 내용을 보고, 전입을 신고하고, 증명서를 지갑으로 받습니다.",
        "See your entry in the register, report a move, and get certificates into your wallet.",
    ),
    "residents.asks": Text(
        "본인을 찾기 위해 주민등록번호만 요청합니다.",
        "We ask for your resident registration number alone, to find your entry.",
    ),
    "entry.title": Text("{name} 님의 등록 내용", "Your entry, {name}"),
    "entry.leave": Text("로그아웃", "Log out"),
    "entry.what": Text("등록 사항", "What the register says"),
    "entry.name": Text("성명", "Name"),
    "entry.birth": Text("생년월일", "Date of birth"),
    "entry.number": Text("주민등록번호", "Resident registration number"),
    "entry.address": Text("주소", "Address"),
    "entry.homes": Text("주소 이력", "Where you have lived"),
    "entry.household": Text("세대", "Household"),
    "entry.cards": Text("모바일 카드", "Mobile cards"),
    "entry.take": Text("새 카드 받기", "Take the new card"),
    "relation.head": Text("세대주", "Head"),
    "relation.spouse": Text("배우자", "Spouse"),
    "relation.child": Text("자녀", "Child"),
    "relation.parent": Text("부모", "Parent"),
    "relation.other": Text("동거인", "Other"),
    "relation.father": Text("부", "Father"),
    "relation.mother": Text("모", "Mother"),
    "family.title": Text("가족관계등록부", "Family register"),
    "family.base": Text("등록기준지", "Registered base"),
    "family.nobody": Text(
        "가족관계등록부에 기록이 없습니다.", "The family register has no entry of yours."
    ),
    "family.order": Text("가족관계 증명서 발급", "Certificates of the family register"),
    "family.hint": Text(
        "가족관계등록부는 주민등록과 다른 등록부입니다. 함께 사는 사람이 아니라 부모, 배우자, "
        "자녀를 증명합니다. 다른 사람의 주민등록번호는 선택해야만 들어갑니다.",
        "The family register is not the resident register: it certifies parents, spouse and "
        "children, not who lives together. Numbers of others are in it only if you tick them.",
    ),
    "stage.applied": Text("신청됨", "Applied for"),
    "stage.enrolled": Text("발급 대기", "Waiting for your phone"),
    "stage.issued": Text("발급됨", "Issued"),
    "stage.active": Text("사용 중", "In use"),
    "stage.suspended": Text("정지됨", "Suspended"),
    "stage.revoked": Text("폐기됨", "Revoked"),
    "stage.expired": Text("만료됨", "Expired"),
    "stage.withdrawn": Text("철회됨", "Withdrawn"),
    "move.title": Text("전입 신고", "Report a move"),
    "move.address": Text("새 주소", "New address"),
    "move.household": Text("세대 전체가 이사합니다", "The whole household moves"),
    "move.go": Text("신고하기", "Report the move"),
    "move.hint": Text(
        "신고하면 주소가 바뀌고, 새 주소가 담긴 카드가 같은 지갑으로 다시 발급됩니다.",
        "Your address changes, and a card with the new one is issued to the same wallet.",
    ),
    "move.register.person": Text("주소를 한 줄로 입력하십시오.", "Type an address in one line."),
    "move.register.day": Text(
        "오늘 이미 이사를 신고하셨습니다.", "You have reported a move today already."
    ),
    "moved.title": Text("전입 신고가 끝났습니다", "Your move is registered"),
    "moved.lead": Text(
        "지갑을 다음에 열 때 새 카드로 자동으로 바뀌고, 그 순간 옛 카드는 폐기됩니다. "
        "지금 받으려면 같은 지갑으로 아래 코드를 읽으십시오.",
        "Your wallet replaces the card by itself when it is opened next; in that moment the old "
        "one is revoked. To have the new card now, scan this with the same wallet.",
    ),
    "order.choose": Text("증명서 발급", "Certificates"),
    "order.hint": Text(
        "선택한 항목만 증명서에 들어갑니다. krid 자체 형식의 견본 증명서입니다.",
        "Only the lines that you tick are in it. These are samples in a form of krid's own.",
    ),
    "order.go": Text("지갑으로 받기", "Get it into my wallet"),
    "order.go.for": Text("{name} 지갑으로 받기", "Get the {name} into my wallet"),
    "order.title": Text("증명서가 준비되었습니다", "Your certificate is ready"),
    "order.lead": Text(
        "지갑으로 스캔하거나 여십시오. 선택한 항목만 담겨 있습니다.",
        "Scan it or open it in your wallet. It has the lines that you ticked and no others.",
    ),
    "kind.resident-copy": Text("주민등록표 등본", "Resident register copy"),
    "kind.resident-extract": Text("주민등록표 초본", "Resident register extract"),
    "kind.family-general": Text("가족관계증명서(일반)", "Family relation certificate (general)"),
    "kind.family-detailed": Text("가족관계증명서(상세)", "Family relation certificate (detailed)"),
    "kind.family-specific": Text("가족관계증명서(특정)", "Family relation certificate (specific)"),
    "kind.marriage-general": Text("혼인관계증명서(일반)", "Marriage certificate (general)"),
    "kind.marriage-detailed": Text("혼인관계증명서(상세)", "Marriage certificate (detailed)"),
    "line.members": Text("세대원", "Members of the household"),
    "line.birth": Text("생년월일", "Date of birth"),
    "line.history": Text("주소 이력", "Earlier addresses"),
    "line.number": Text("주민등록번호", "Resident registration number"),
    "line.parents": Text("부모", "Parents"),
    "line.spouse": Text("배우자", "Spouse"),
    "line.children": Text("자녀", "Children"),
    "line.base": Text("등록기준지", "Registered base"),
    "line.numbers": Text("주민등록번호(뒤 6자리 비공개)", "Numbers without the last six digits"),
    "line.own_number": Text("본인 주민등록번호 전부 공개", "Your own number in full"),
    "line.full_numbers": Text(
        "모든 사람의 주민등록번호 전부 공개", "The numbers of all who are named in full"
    ),
}
