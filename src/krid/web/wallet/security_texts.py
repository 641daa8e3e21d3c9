"""What the wallet says of its ways in, and of what its cards ask for."""

from collections.abc import Mapping
from typing import Final

from krid.web.platform.texts import Text

SECURITY_TEXTS: Final[Mapping[str, Text]] = {
    "nav.security": Text("보안", "Security"),
    "door.passkey": Text(
        "지문·얼굴 등 기기 인증으로 열기", "Open with fingerprint, face or device PIN"
    ),
    "door.recover": Text(
        "PIN을 잊으셨습니까? 복구 코드로 열기", "Forgot the PIN? Open with a recovery code"
    ),
    "pin.left": Text(
        "앞으로 {count}번 더 틀리면 기다려야 합니다.",
        "After {count} more wrong ones you must wait.",
    ),
    "pin.lock": Text(
        "앞으로 {count}번 더 틀리면 PIN이 잠깁니다.", "{count} more wrong ones lock the PIN."
    ),
    "pin.longer": Text(
        "틀릴 때마다 기다리는 시간이 두 배로 늘어납니다.", "Each wrong one doubles the wait."
    ),
    "pin.wait": Text(
        "PIN을 {wrong}번 틀렸습니다. {at} 이후에 다시 시도하십시오.",
        "The PIN was wrong {wrong} times. Try again after {at} (Korean time).",
    ),
    "pin.locked": Text(
        "PIN이 잠겼습니다. 기기 인증이나 복구 코드로 여십시오.",
        "The PIN is locked. Open with a passkey or a recovery code.",
    ),
    "code.store.recovery_code": Text(
        "복구 코드에 잘못 적은 글자가 있습니다.", "There is a slip in the recovery code."
    ),
    "code.store.method": Text("이 지갑의 것이 아닙니다.", "This does not belong to this wallet."),
    "code.store.method_used": Text(
        "이미 사용한 복구 코드입니다.", "This recovery code was used already."
    ),
    "code.store.method_revoked": Text(
        "이 지갑에서 삭제된 방법입니다.", "This way to open the wallet was removed."
    ),
    "code.store.no_method": Text("그런 방법이 없습니다.", "There is no such way."),
    "code.misuse.unlock_methods": Text(
        "더 등록할 수 없거나 이름이 너무 깁니다.", "There are too many, or the name is too long."
    ),
    "code.fido": Text(
        "기기 인증을 확인하지 못했습니다. 다시 시도하십시오.",
        "The device's answer was not accepted. Please try again.",
    ),
    "code.fido.expired": Text(
        "기기 인증이 늦었습니다. 다시 시도하십시오.", "The device answered too late. Try again."
    ),
    "code.fido.about": Text(
        "다른 요청에 대한 인증입니다. 다시 시도하십시오.",
        "The device approved of something else. Please try again.",
    ),
    "code.fido.counter": Text(
        "복제되었을 수 있는 기기이므로 받아들이지 않았습니다.",
        "Refused: the device may have been cloned.",
    ),
    "code.fido.prf": Text(
        "이 기기는 지갑의 열쇠를 만들 수 없습니다(PRF 없음).",
        "This device can't make a key for the wallet (it has no PRF).",
    ),
    "code.fido.credential": Text(
        "이 지갑에 등록된 기기가 없습니다. 보안 페이지에서 등록하십시오.",
        "No such device is registered in this wallet. Add one on the Security page.",
    ),
    "passkey.failed": Text(
        "기기 인증을 하지 못했습니다. 취소되었거나, 이 주소에 등록된 기기가 아닙니다.",
        "The device did not answer: it was cancelled, or is not registered at this address.",
    ),
    "passkey.title": Text("기기 등록 마치기", "Finish adding the device"),
    "passkey.lead": Text(
        "“{label}”에 한 번 더 인증하고 PIN을 입력하면 이 기기로 지갑을 열 수 있습니다.",
        "Touch “{label}” once more and type your PIN: then it opens this wallet.",
    ),
    "passkey.finish": Text("기기 인증하고 등록", "Touch the device and add it"),
    "recover.title": Text("복구 코드로 열기", "Open with a recovery code"),
    "recover.lead": Text(
        "코드는 한 번만 쓸 수 있습니다. 새 PIN을 정하십시오.",
        "The code works once. Choose a new PIN with it.",
    ),
    "code.lead": Text(
        "지금 종이에 적어 두십시오. 다시 보여 드리지 않습니다. 지갑을 한 번 열 수 있습니다.",
        "Write it on paper now. It is never shown again, and opens the wallet once.",
    ),
    "code.done": Text("적어 두었습니다", "I wrote it down"),
    "security.title": Text("보안", "Security"),
    "security.lead": Text(
        "무엇으로 이 지갑을 여는지 정합니다.", "What opens this wallet is decided here."
    ),
    "security.ways": Text("지갑을 여는 방법", "What opens the wallet"),
    "security.pin.fine": Text("항상 있습니다", "always there"),
    "security.kind.authenticator": Text("기기 인증", "Passkey"),
    "security.kind.recovery_code": Text("복구 코드, 한 번", "Recovery code, once"),
    "security.remove": Text("삭제", "Remove"),
    "security.remove.for": Text("{name} 삭제", "Remove {name}"),
    "security.confirm": Text("PIN으로 확인", "Confirm with the PIN"),
    "security.pin.change": Text("PIN 변경", "Change the PIN"),
    "security.pin.old": Text("지금 PIN", "The present PIN"),
    "security.pin.new": Text("새 PIN", "New PIN"),
    "security.pin.set": Text("PIN 변경", "Set the PIN"),
    "security.pin.forgotten": Text("지금 PIN을 모릅니다", "I don't know the present PIN"),
    "security.pin.by_passkey": Text("기기 인증으로 PIN 변경", "Set the PIN with the device"),
    "security.add": Text("기기 인증 등록", "Add a passkey"),
    "security.add.lead": Text(
        "지문·얼굴·화면 잠금으로 지갑을 엽니다. 생체 정보는 기기를 벗어나지 않습니다.",
        "Fingerprint, face or screen lock open the wallet. None of these leave the device.",
    ),
    "security.label": Text("이름", "Name"),
    "security.device": Text("이 기기", "This device"),
    "security.code": Text("복구 코드", "Recovery code"),
    "security.code.lead": Text(
        "PIN을 잊었을 때 지갑을 한 번 여는 코드입니다. 종이에 적어 안전한 곳에 두십시오.",
        "It opens the wallet once if you forget the PIN. Keep it on paper, in a safe place.",
    ),
    "security.code.make": Text("복구 코드 만들기", "Make a recovery code"),
    "security.news.passkey": Text("기기를 등록했습니다.", "The device was added."),
    "security.news.removed": Text("삭제했습니다.", "It was removed."),
    "security.news.pin": Text("PIN을 변경했습니다.", "The PIN was changed."),
    "news.recovered": Text(
        "지갑을 열었습니다. 복구 코드는 사용되었으니 새로 만드십시오.",
        "The wallet is open. The recovery code is used up: make a new one.",
    ),
    "news.guard": Text("카드의 보호 방법을 변경했습니다.", "The card's protection was changed."),
    "guard.title": Text("사용할 때 확인하는 것", "What this card asks for when it is used"),
    "guard.lead": Text(
        "같은 발급기관이 준 카드는 열쇠가 같으므로 함께 바뀝니다.",
        "Cards of one issuer share a key, so this changes for all of them.",
    ),
    "guard.free": Text("확인하지 않음", "Nothing"),
    "guard.pin": Text("PIN", "The PIN"),
    "guard.user": Text("기기 인증(지문·얼굴)", "The device (fingerprint, face)"),
    "guard.both": Text("PIN과 기기 인증 모두", "Both the PIN and the device"),
    "guard.change": Text("변경", "Change"),
    "guard.none": Text(
        "기기 인증을 쓰려면 먼저 기기를 등록하십시오:", "To use a device, add it first:"
    ),
    "guard.pin.hint": Text(
        "이 카드를 쓰려면 PIN이 필요합니다.", "This card's key asks for your PIN."
    ),
    "guard.device": Text(
        "누르면 기기가 지문·얼굴·화면 잠금으로 확인합니다. 이 요청에만 유효합니다.",
        "The device will check fingerprint, face or screen lock, for this request alone.",
    ),
    "guard.no_device": Text(
        "이 카드는 기기 인증이 필요하지만 등록된 기기가 없습니다. 보안 페이지에서 등록하십시오.",
        "This card asks for a device, and none is registered. Add one on the Security page.",
    ),
    "security.remove.cards": Text(
        "기기 인증이 필요한 카드는 다른 기기를 등록할 때까지 쓸 수 없습니다.",
        "Cards that ask for a device can't be used until another is added.",
    ),
    "guard.noscript": Text(
        "기기 인증에는 자바스크립트가 필요합니다.", "A device can only be asked with JavaScript."
    ),
    "history.met": Text("확인한 것: {names}", "Confirmed with: {names}"),
    "renew.title": Text("새 카드 확인", "Look for new cards"),
    "renew.lead": Text(
        "발급기관에 물어보려면 카드의 열쇠를 써야 하므로, 카드가 요구하는 것을 확인합니다.",
        "Asking the issuers uses the keys of your cards, so it takes what these ask for.",
    ),
    "renew.go": Text("확인하기", "Ask the issuers"),
    "guard.weaker": Text("보호 방법 낮추기", "Weaken the protection"),
    "guard.weaker.lead": Text(
        "지금은 “{before}”입니다. “{after}”(으)로 바꾸려면 먼저 확인해야 합니다.",
        "It asks for: {before}. To change that to: {after}, prove it once more.",
    ),
}
