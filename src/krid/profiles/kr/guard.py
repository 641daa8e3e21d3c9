"""What a wallet asks for before the card is used."""

from typing import Final

from krid.wallet import Guard, KeyGuard

KEY_GUARD: Final[KeyGuard] = Guard.PIN
"""The wallet's PIN at each use: every phone has it, and a person may choose more.

The app in service asks for a PIN or for biometrics whenever the card is shown.
"""
