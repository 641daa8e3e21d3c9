"""The registrar's log for clerks: its newest lines, with handles and without people."""

from krid.web.journal.pages import journal_pages

__all__ = ["journal_pages"]
