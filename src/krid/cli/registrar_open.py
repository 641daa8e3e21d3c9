"""Opening the register that a command names, with the authority that signs its cards."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final, final

import click

from krid._core import strict_json
from krid._core.clock import SystemClock
from krid._core.entropy import system_entropy
from krid.cli.extras import need
from krid.cli.files import read_file
from krid.errors import Code, StoreError

if TYPE_CHECKING:
    from krid.model import Profile
    from krid.registrar.authority import Keyed, SampleAuthority
    from krid.registrar.registrar import Registrar

ISSUER: Final = "https://registrar.example"
_KEYS: Final = ("root", "sdjwt", "mdoc")
_MAX_LIFETIME: Final = timedelta(days=20 * 366)

DATABASE = click.option(
    "--db", "database", required=True, metavar="URL", help="A file, or postgresql+psycopg://..."
)
_WHO: Final = (
    DATABASE,
    click.option("--by", "actor", default="operator", show_default=True, help="Who, as one word."),
    click.option("--reason", default="cli", show_default=True, help="Why, as one word."),
)
COUNTRY = click.option(
    "--country",
    "files",
    multiple=True,
    metavar="FILE",
    help="Card types; else Korea's; repeat for more.",
)
AUTHORITY = click.option(
    "--authority", help="A folder with keys and certificates; made beside the file if not there."
)


def who(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every change has: where, who and why."""
    for option in reversed(_WHO):
        function = option(function)
    return function


def noted(words: dict[str, Any]) -> dict[str, Any]:
    """Return what every change is asked for, from the words of the command."""
    return {"actor": words["actor"], "reason": words["reason"], "now": SystemClock().now()}


@final
@dataclass(frozen=True, slots=True)
class OpenRegistrar:
    """Opens a register and its authority; other processes get it pickled."""

    database: str
    authority: str | None

    def __call__(self) -> "Registrar":
        """Open the register.

        Raises:
            StoreError: `store.not_found`, `register.*`.
            MisuseError: `misuse.extra`, `misuse.option`.
        """
        need("registrar")
        from krid.registrar.registrar import Registrar

        check_there(self.database)
        authority = read_authority(self.folder())
        return Registrar.open(
            self.database,
            signers=authority.signers(_profile()),
            chip_anchors=(authority.root.certificate,),
        )

    def folder(self) -> Path:
        """Say where the authority lies.

        Raises:
            UsageError: it is not named, and there is no file to lie beside.
        """
        if self.authority is not None:
            return Path(self.authority)
        if "://" in self.database:
            raise click.UsageError("name the folder of keys with --authority")
        return Path(f"{self.database}.authority")


def check_there(database: str) -> None:
    """Check that a file is there before it would be made.

    Raises:
        StoreError: `store.not_found`.
    """
    if "://" not in database and not Path(database).is_file():
        raise StoreError(Code.STORE_NOT_FOUND, database)


def _profile() -> "Profile":
    from krid.profiles import HAIP

    return replace(HAIP, name="registrar", max_lifetime=_MAX_LIFETIME, status_required=True)


def make_authority(folder: Path, country: str) -> None:
    """Make keys and certificates in a folder, if it is not there; files that only you can read.

    The folder gets its name when all of it is written: who is killed leaves none, or a whole one.

    Raises:
        StoreError: `store.io` where no folder can be made.
    """
    from krid.keys import jwk
    from krid.registrar.authority import SampleAuthority

    if folder.is_dir():
        return
    now = SystemClock().now()
    made = SampleAuthority.make(ISSUER, country=country, now=now, entropy=system_entropy)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as cause:
        raise StoreError(Code.STORE_IO, str(folder)) from cause
    for name in _KEYS:
        keyed: Keyed = getattr(made, name)
        _write(fresh / f"{name}.jwk", strict_json.dumps(jwk.encode_private(keyed.key)))
        _write(fresh / f"{name}.der", keyed.certificate.der)
    try:
        fresh.rename(folder)
    except OSError as cause:
        rmtree(fresh)
        if not folder.is_dir():  # else another process was faster, and its keys count
            raise StoreError(Code.STORE_IO, str(folder)) from cause


def _write(path: Path, raw: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)


def read_authority(folder: Path) -> "SampleAuthority":
    """Read what `make_authority` wrote.

    Raises:
        StoreError: `store.not_found`.
    """
    from krid.cli.key_command import private_key_at
    from krid.registrar.authority import Keyed, SampleAuthority
    from krid.x509 import Certificate

    keyed = {
        name: Keyed(
            private_key_at(str(folder / f"{name}.jwk")),
            Certificate.parse(read_file(str(folder / f"{name}.der"))),
        )
        for name in _KEYS
    }
    return SampleAuthority(ISSUER, **keyed)
