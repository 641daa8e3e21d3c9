"""What the wallet says of issuers' own pages, and of cards in waiting."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

WAITING_TEXTS: Final[Mapping[str, Text]] = {
    "take.browse": Text("{issuer}에서 계속", "Continue at {issuer}"),
    "take.browse.hint": Text(
        "발급기관의 페이지에서 본인을 확인하고 동의한 뒤 이 지갑으로 돌아옵니다.",
        "You show who you are on the issuer's page, agree, and come back to this wallet.",
    ),
    "away.refused": Text(
        "발급기관이 받아들이지 않았습니다. 시간이 지났을 수 있으니 처음부터 다시 시작하십시오.",
        "The issuer refused. Perhaps it took too long: start again.",
    ),
    "code.oauth.denied": Text(
        "발급기관의 페이지에서 거절했거나 발급 조건에 맞지 않습니다. 카드가 발급되지 않았습니다.",
        "It was declined at the issuer's page, or the card can't be had. No card came.",
    ),
    "code.oauth.state": Text(
        "이 지갑이 기다리는 응답이 아닙니다. 이미 사용되었거나 시간이 지났을 수 있습니다.",
        "This wallet waits for no such answer. It may have been used, or have come too late.",
    ),
    "code.oauth.iss": Text(
        "다른 발급기관이 보낸 응답이어서 받아들이지 않았습니다. 카드가 발급되지 않았습니다.",
        "The answer came from another issuer and was not taken. No card came.",
    ),
    "code.offer.grant": Text(
        "이 지갑이 받을 수 없는 방식의 제안입니다.",
        "This wallet can't take an offer of this kind.",
    ),
    "news.awaited": Text(
        "발급기관이 확인하고 있습니다. 카드가 준비되면 이 지갑으로 받습니다.",
        "The issuer looks at it. The card comes to this wallet when it is ready.",
    ),
    "news.awaited-still": Text("아직 준비되지 않았습니다.", "It is not ready yet."),
    "news.awaited-early": Text(
        "발급기관이 정한 시간이 되기 전에는 다시 묻지 않습니다.",
        "The issuer is not asked again before the time that it set.",
    ),
    "awaited.title": Text("기다리는 카드", "Cards in waiting"),
    "awaited.chip": Text("발급 대기", "Waiting"),
    "awaited.over": Text("발급되지 않음", "Will not come"),
    "awaited.since": Text("신청", "Asked for"),
    "awaited.asked": Text("마지막 확인", "Last look"),
    "awaited.due": Text("다음 확인", "Not before"),
    "awaited.look": Text("준비되었는지 확인", "See whether it is ready"),
    "awaited.forget": Text("더 기다리지 않기", "Wait no more"),
    "awaited.forget.lead": Text(
        "이 신청을 잊으면 카드를 받을 수 없으며, 다시 신청해야 합니다.",
        "Forgotten here, it won't come any more; you would have to ask for it again.",
    ),
    "awaited.remove": Text("지우기", "Remove"),
    "awaited.denied": Text(
        "발급기관이 발급하지 않기로 했습니다.", "The issuer has decided not to issue it."
    ),
    "awaited.ended": Text(
        "신청이 끝났거나 너무 오래되었습니다. 처음부터 다시 신청하십시오.",
        "The request has ended, or is too old. Ask for the card again.",
    ),
    "awaited.bad": Text(
        "도착한 카드를 확인할 수 없어 저장하지 않았습니다.",
        "What came could not be verified, and was not kept.",
    ),
}
