"""What the pages of an authorization say."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

TEXTS: Final[Mapping[str, Text]] = {
    "login.title": Text("본인 확인", "Who are you?"),
    "login.lead": Text(
        "지갑이 발급을 요청했습니다. 먼저 본인임을 확인해 주십시오.",
        "A wallet asks for a card of yours. Show first who you are.",
    ),
    "login.agree.title": Text("이 지갑에 발급할까요?", "Issue this to the wallet?"),
    "login.asks": Text("요청한 지갑", "The wallet that asks"),
    "login.back_to": Text("응답을 받는 곳: {place}", "The answer goes to {place}"),
    "login.what": Text("발급할 카드", "What will be issued"),
    "login.you": Text("확인된 사람", "You are"),
    "login.again": Text("다른 사람으로 로그인", "Log in as somebody else"),
    "login.agree": Text("동의하고 발급받기", "Agree and go on"),
    "login.decline": Text("거절", "Decline"),
    "login.note": Text(
        "내 휴대전화나 컴퓨터의 지갑에서 직접 시작한 요청일 때만 동의하십시오.",
        "Agree only if you began this yourself, in your own wallet.",
    ),
    "login.elsewhere": Text(
        "로그인되어 있지 않습니다. 로그인한 뒤 이 페이지를 다시 여십시오.",
        "You are not logged in. Log in, then open this page again.",
    ),
    "login.oauth.client": Text(
        "등록되지 않은 지갑입니다. 아무것도 발급되지 않았습니다.",
        "This wallet is not known here. Nothing was issued.",
    ),
    "login.oauth.redirect": Text(
        "지갑의 등록된 주소가 아닌 곳으로 돌아가려는 요청입니다. 아무것도 발급되지 않았습니다.",
        "The request wants to go back to an address that is not the wallet's. Nothing was issued.",
    ),
    "login.oauth.grant": Text(
        "요청이 만료되었거나 이미 사용되었습니다. 지갑에서 다시 시작하십시오.",
        "The request has expired or was used before. Start again in your wallet.",
    ),
    "login.oauth.grant_client": Text(
        "다른 지갑의 요청입니다. 지갑에서 다시 시작하십시오.",
        "The request belongs to another wallet. Start again in your own.",
    ),
    "login.oauth.request": Text(
        "지갑의 요청을 읽을 수 없습니다. 지갑에서 다시 시작하십시오.",
        "The wallet's request can't be read. Start again in your wallet.",
    ),
    "online.title": Text("창구에 오지 않고 발급받기", "Get it without coming here"),
    "online.lead": Text(
        "지갑으로 스캔하거나 이 기기의 지갑을 여십시오. 본인 확인과 동의를 거쳐 발급됩니다.",
        "Scan with your wallet, or open the one on this device. You show who you are, and agree.",
    ),
    "nav.online": Text("온라인 발급", "Online"),
}
