"""Reading FILE or `-`, and writing results."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import click

from krid._core import base64url, limits, strict_json
from krid._core.frozen import thaw
from krid.errors import Code, MalformedError, StoreError

STDIN = "-"
_WHOLE_FILE = frozenset({Code.STORE_EXISTS, Code.STORE_NOT_FOUND, Code.STORE_NOT_WALLET})
_PART = ".part"
_PART_SECONDS = 60
"""After so long a file is not being written any more: it takes milliseconds."""


def read_file(name: str) -> bytes:
    """Read a whole file, or standard input for `-`, up to the cap.

    Raises:
        StoreError: `store.not_found` or `store.io`.
        MalformedError: `input.size`.
    """
    try:
        raw = _read_capped(name)
    except FileNotFoundError as cause:
        raise StoreError(Code.STORE_NOT_FOUND, name) from cause
    except (OSError, ValueError) as cause:
        raise StoreError(Code.STORE_IO, name) from cause
    if len(raw) > limits.MAX_INPUT_BYTES:
        raise MalformedError(Code.INPUT_SIZE)
    return raw


def _read_capped(name: str) -> bytes:
    if name == STDIN:
        return sys.stdin.buffer.read(limits.MAX_INPUT_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(limits.MAX_INPUT_BYTES + 1)


def open_lines(name: str) -> BinaryIO:
    """Open a file that is read line by line.

    Raises:
        StoreError: `store.not_found` or `store.io`.
    """
    try:
        return Path(name).open("rb")
    except FileNotFoundError as cause:
        raise StoreError(Code.STORE_NOT_FOUND, name) from cause
    except OSError as cause:
        raise StoreError(Code.STORE_IO, name) from cause


def read_json(name: str) -> strict_json.JsonObject:
    """Read a file that holds one JSON object."""
    with about(name):
        return strict_json.loads_object(read_file(name))


@contextmanager
def about(name: str) -> Iterator[None]:
    """Name the file in what is found malformed in it: a command may read several."""
    try:
        yield
    except MalformedError as cause:
        place = f"{printable(name)}: {cause.detail}" if cause.detail else printable(name)
        raise MalformedError(cause.code, place) from cause


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Name the wallet's file where it is not there, there already, or no wallet.

    Raises:
        StoreError: the same, with the name.
    """
    try:
        yield
    except StoreError as cause:
        if cause.code in _WHOLE_FILE and not cause.detail:
            raise StoreError(cause.code, printable(name)) from cause
        raise


def write_whole(path: Path, raw: bytes) -> None:
    """Write a file so that others see all of it or what was there before, whatever happens.

    Raises:
        StoreError: `store.io`.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}{_PART}")
    try:
        _forget_parts(path)
        with fresh.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as cause:
        raise StoreError(Code.STORE_IO, str(path)) from cause


def _forget_parts(path: Path) -> None:
    """Take away what a writer left behind that was killed before it could put its file in place."""
    for part in path.parent.glob(f".{path.name}.*{_PART}"):
        with suppress(FileNotFoundError):
            if time.time() - part.stat().st_mtime > _PART_SECONDS:
                part.unlink()


def write_json(value: object) -> None:
    """Print one JSON object, indented; bytes become base64url, dates their ISO form."""
    import json

    click.echo(json.dumps(thaw(value), ensure_ascii=False, indent=2, default=_plain))


def printable(text: str) -> str:
    """Keep names out of the terminal that would move its cursor or change its colours."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def write_bytes(raw: bytes) -> None:
    """Write bytes to standard output as they are, but to a terminal only where they are text.

    Raises:
        UsageError: a terminal would take bytes for orders to it.
    """
    if sys.stdout.isatty() and not _is_text(raw):
        raise click.UsageError(
            "this is binary, and standard output is a terminal: add > FILE, or | krid inspect -"
        )
    sys.stdout.buffer.write(raw)
    sys.stdout.buffer.flush()


def _is_text(raw: bytes) -> bool:
    try:
        return all(each.isprintable() or each in "\n\t" for each in raw.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _plain(value: object) -> object:
    from datetime import date

    if isinstance(value, bytes):
        return base64url.encode(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
