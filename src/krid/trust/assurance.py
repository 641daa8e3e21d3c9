"""Saying at which level of assurance a trusted issuer issues."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import final

from krid.model import Assurance, IssuerHint, IssuerKey, IssuerKeys


@final
@dataclass(frozen=True, slots=True)
class WithAssurance:
    """Trust in a source, whose issuers were found to issue at this level, and no higher.

    A level that the source attaches itself counts where it is lower.
    """

    source: IssuerKeys
    level: Assurance

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Return the key that the source finds, with the level and the path saying so.

        Raises:
            KridError: what the source refuses.
        """
        found = self.source.find(hint, now=now)
        level = self.level if found.assurance is None else min(self.level, found.assurance)
        return replace(found, assurance=level, path=f"{found.path}, assurance {level.word}")
