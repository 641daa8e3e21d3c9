"""Asking for a card on pages of any application: with a QR code, or on the same device."""

from krid.web.asking.answers import answers
from krid.web.asking.asking import Asking, lines

__all__ = ["Asking", "answers", "lines"]
