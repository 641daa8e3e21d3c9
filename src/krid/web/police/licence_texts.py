"""What the desk says where it issues driving licences, in the place of its own words."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

LICENCE_DESK: Final[Mapping[str, Text]] = {
    "licence.brand": Text("모바일 운전면허증 발급 창구", "Mobile Driving Licence · Licence office"),
    "desk.title": Text("누구의 면허증입니까?", "Whose licence is it?"),
    "desk.lead": Text(
        "창구에 온 사람의 얼굴과 실물 운전면허증을 확인한 뒤 이름을 선택하십시오. "
        "화면의 QR 코드를 휴대전화로 스캔하면 모바일 면허증이 발급됩니다.",
        "Look at the person and the plastic licence, then choose the name. The phone scans the QR "
        "code on this screen, and the mobile licence is issued to it.",
    ),
    "desk.replace.for": Text("{name} 새 휴대전화로 옮기기", "Move {name}'s licence to a new phone"),
    "offer.title": Text("{name} 님의 면허증 발급", "A licence for {name}"),
    "offer.kept.more": Text(
        "면허증이 휴대전화에 저장되었습니다. 이제 이 화면을 닫아도 됩니다.",
        "The licence is on the phone. You may close this screen.",
    ),
    "code.register.too_young": Text(
        "만 16세가 되지 않아 발급할 수 없습니다.",
        "Not issued: the person is not 16 yet.",
    ),
    "code.register.no_card": Text(
        "유효한 실물 운전면허증이 없어 발급할 수 없습니다.",
        "Not issued: there is no plastic driving licence in force.",
    ),
    "code.register.police": Text(
        "경찰이 면허를 정지했습니다. 해제되기 전에는 발급하거나 옮길 수 없습니다.",
        "Not issued: the police have suspended the licence, and only they restore it.",
    ),
}
