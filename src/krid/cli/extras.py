"""Saying which extra of krid is missing, the same for every command."""

from importlib.util import find_spec
from typing import Final

from krid.errors import Code, MisuseError

_PACKAGES: Final = {
    "fido": ("fido2",),
    "bbs": ("py_arkworks_bls12381",),
    "ld": ("pyld",),
    "sql": ("sqlalchemy",),
    "web": ("starlette", "uvicorn", "jinja2"),
    "registrar": ("sqlalchemy", "alembic", "PIL"),
}


def need(extra: str) -> None:
    """Check that the packages of an extra are installed.

    Raises:
        MisuseError: `misuse.extra`, with what to install.
    """
    if any(find_spec(package) is None for package in _PACKAGES[extra]):
        raise MisuseError(Code.MISUSE_EXTRA, f"pip install 'krid[{extra}]'")
