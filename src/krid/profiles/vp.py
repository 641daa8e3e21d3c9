"""Plain OpenID4VP 1.0, without a profile on top, as a value."""

from typing import Final

from krid.openid.vp.policy import STANDARD, PresentationPolicy

OPENID4VP: Final[PresentationPolicy] = STANDARD
"""What OpenID4VP 1.0 itself demands: every kind of name, every way of an answer."""
