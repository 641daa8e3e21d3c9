"""The two forms in which a registry publishes its lists."""

from typing import Final

from krid.status.registry.values import TokenForm
from krid.status.token import prepare, prepare_cwt

JWT_FORM: Final = TokenForm("jwt", "application/statuslist+jwt", prepare)
"""Status List Tokens as JWT (section 5.1)."""

CWT_FORM: Final = TokenForm("cwt", "application/statuslist+cwt", prepare_cwt)
"""Status List Tokens as CWT (section 5.2)."""
