"""The notification endpoint (section 11) and the challenge endpoint of client attestation."""

from typing import Final

from krid.errors import Code, MalformedError
from krid.openid.oauth.http import JSON, Call, Reply
from krid.openid.oauth.refusal import OauthError, RefusalError, refusing
from krid.openid.oauth.store import Kind
from krid.openid.vci.messages import Notification
from krid.openid.vci.server.access import access
from krid.openid.vci.server.guard import fresh_challenge, fresh_dpop_nonce
from krid.openid.vci.server.ports import News
from krid.openid.vci.server.records import Noted
from krid.openid.vci.server.setup import IssuerSetup

NOTIFICATION: Final = "notification"


def notification(setup: IssuerSetup, call: Call) -> Reply:
    """Take note of what became of credentials; the same news again is success, and no news.

    Raises:
        RefusalError: `invalid_notification_request`, `invalid_notification_id`, and those of
            `access`.
    """
    grant = access(setup, call, NOTIFICATION)
    with refusing(OauthError.INVALID_NOTIFICATION_REQUEST):
        if call.media_type != JSON:
            raise MalformedError(Code.ISSUANCE_NOTIFICATION, "content-type")
        told = Notification.parse(call.body)
    place = setup.place(told.notification_id)
    record = setup.store.get(Kind.NOTIFICATION, place, now=setup.now)
    noted = None if record is None else Noted.decode(record)
    if noted is None or noted.family != grant.family:
        raise RefusalError(Code.ISSUANCE_NOTIFICATION_ID, error=OauthError.INVALID_NOTIFICATION_ID)
    expires = setup.now + setup.lifetimes.notification
    if setup.store.claim(
        Kind.NOTIFIED, f"{place} {told.event.value}", expires=expires, now=setup.now
    ):
        setup.source.told(
            News(
                subject=noted.subject,
                configuration=noted.configuration,
                notification_id=told.notification_id,
                event=told.event,
            )
        )
    return Reply(204, {"Cache-Control": "no-store", **fresh_dpop_nonce(setup)})


def challenge(setup: IssuerSetup, call: Call) -> Reply:  # noqa: ARG001  an endpoint
    """Hand out a challenge for proofs of client attestations, to anybody."""
    return Reply.of_json({"attestation_challenge": fresh_challenge(setup)})
