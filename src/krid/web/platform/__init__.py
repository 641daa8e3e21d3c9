"""What every application with pages has: limits, logs, metrics, health, forms, languages, looks.

A `Platform` holds what an application needs from outside. Pages are functions from a `Visit` to
a `Page`; each group of pages is one module with its texts, and its templates beside the others.
"""

from krid.web.platform.app import make_app
from krid.web.platform.metrics import Metrics
from krid.web.platform.page import Fragment, Page, Redirect, Turn
from krid.web.platform.rates import Rate, Rates
from krid.web.platform.routes import Answering, Check, Endpoints, PageGroup, Route
from krid.web.platform.settings import CookieRule, Log, Platform
from krid.web.platform.texts import Language, Texts
from krid.web.platform.visit import Visit

__all__ = [
    "Answering",
    "Check",
    "CookieRule",
    "Endpoints",
    "Fragment",
    "Language",
    "Log",
    "Metrics",
    "Page",
    "PageGroup",
    "Platform",
    "Rate",
    "Rates",
    "Redirect",
    "Route",
    "Texts",
    "Turn",
    "Visit",
    "make_app",
]
