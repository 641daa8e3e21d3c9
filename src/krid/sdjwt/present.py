"""Presenting an SD-JWT: choose what to show, and bind it (RFC 9901, sections 4.3 and 7.2)."""

from collections.abc import Sequence
from datetime import datetime

from krid._core import strict_json
from krid._core.times import to_numeric_date
from krid.errors import Code, ContentError, MisuseError
from krid.jose import jws
from krid.keys import Alg, Prepared
from krid.model import ClaimPath, TransactionData, select
from krid.model.binding import confirmation_key
from krid.sdjwt import names
from krid.sdjwt import transactions as authorised
from krid.sdjwt.parse import SdJwt
from krid.sdjwt.reveal import locate, reveal


def prepare(
    credential: SdJwt,
    *,
    disclose: Sequence[ClaimPath],
    audience: str,
    nonce: str,
    alg: Alg,
    now: datetime,
    transactions: Sequence[TransactionData] = (),
) -> Prepared[str]:
    """Make everything of an SD-JWT+KB but the holder's signature.

    A path discloses the claim there with all that it holds, and whatever must be shown for it
    to be found; what no path names stays hidden. Indexes count the elements that the whole
    credential shows. Does not verify the credential. `transactions` are authorised by it.

    Raises:
        ContentError: `sdjwt.no_claim` for a path that the credential does not have, or a code
            of `reveal`.
        UnsupportedError: `transaction.hash`.
        BindingError: `kb.no_key` when the credential names no holder key.
        MisuseError: `alg.key` when the holder's key is not for `alg`; `misuse.option` for an
            empty audience or nonce; `misuse.naive_time`.
    """
    if not audience or not nonce:
        raise MisuseError(Code.MISUSE_OPTION, "audience or nonce is empty")
    text = bearer(credential, disclose=disclose)
    if confirmation_key(credential.payload).curve is not alg.curve:
        raise MisuseError(Code.ALG_KEY)
    payload = strict_json.dumps(
        {
            "iat": to_numeric_date(now),
            "aud": audience,
            "nonce": nonce,
            "sd_hash": credential.hash_alg.digest(text),
            **authorised.bind(transactions),
        }
    )
    return jws.prepare({"typ": names.TYP_KB}, payload, alg=alg).then(lambda kb: text + kb)


def bearer(credential: SdJwt, *, disclose: Sequence[ClaimPath]) -> str:
    """Make an SD-JWT without key binding that shows the chosen claims, as `prepare` describes.

    Raises:
        ContentError: `sdjwt.no_claim`, or a code of `reveal`.
        MalformedError: a code of `reveal`.
    """
    wanted = _concrete(reveal(credential.payload, credential.disclosures), disclose)
    needed = {path[:end] for path in wanted for end in range(1, len(path) + 1)}
    shown = {
        disclosure.encoded
        for path, disclosure in locate(credential.payload, credential.disclosures).items()
        if path in needed or any(path[:end] in wanted for end in range(1, len(path)))
    }
    signed, *encoded = credential.text.split("~")
    return "~".join((signed, *(part for part in encoded if part in shown), ""))


def _concrete(claims: object, disclose: Sequence[ClaimPath]) -> set[ClaimPath]:
    found: set[ClaimPath] = set()
    for path in disclose:
        selected = select(claims, path) if path else ()
        if not selected:
            raise ContentError(Code.SDJWT_NO_CLAIM)
        found.update(selected)
    return found
