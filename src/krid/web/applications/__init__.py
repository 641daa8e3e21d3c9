"""Applications for a card by people who logged in, and the clerk who may look at them first.

`OfficeGranting` opens an application for whoever agreed on the pages of `krid.web.login`.
`ApplicationSource` stands in front of an office's `CredentialSource`: an application that waits
for a clerk is deferred (OpenID4VCI 1.0, section 9), and one that was approved becomes an office
ticket in the moment in which the wallet asks. `application_pages` are the clerk's.
"""

from krid.web.applications.book import Application, ApplicationBook, Stand
from krid.web.applications.granting import OfficeGranting
from krid.web.applications.pages import ApplicationDesk, application_pages
from krid.web.applications.source import APPLICATION, ApplicationSource

__all__ = [
    "APPLICATION",
    "Application",
    "ApplicationBook",
    "ApplicationDesk",
    "ApplicationSource",
    "OfficeGranting",
    "Stand",
    "application_pages",
]
