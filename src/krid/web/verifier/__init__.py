"""A verifier's pages: a bank that opens accounts, with QR code, same-device link and live result.

`verifier_app` is a whole verifier: its pages and the endpoints of OpenID4VP. To add "show your
ID" to an application of your own, mount `presentation_app`, which has the endpoints alone.
"""

from krid.web.verifier.app import Counter, presentation_app, verifier_app

__all__ = ["Counter", "presentation_app", "verifier_app"]
