"""Leaving every artefact of the story as a file that `krid inspect` and `krid verify` read."""

import json
import re
import shlex
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from krid._core import strict_json, times
from krid.cli.demo.attacks import Attempt, Shown
from krid.cli.demo.screen import Refusal
from krid.cli.demo.story import PIN, Exchange, Stage
from krid.errors import Code, StoreError
from krid.exchange import PresentationRequest
from krid.openid import vp

TRUST: Final = "trust.pem"
REFUSED: Final = "refused"
_NOT_WORD: Final = re.compile(r"[^a-z0-9]+")
_CARD_FILES: Final = {"dc+sd-jwt": "card.sdjwt", "mso_mdoc": "card.mdoc"}
_SUFFIXES: Final = {"dc+sd-jwt": "sdjwt", "mso_mdoc": "mdoc"}


def make_folder(folder: Path) -> None:
    """Make the folder, or take it if it is empty.

    Raises:
        StoreError: `store.exists` when something is in it, `store.io`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        occupied = any(folder.iterdir())
    except OSError as cause:
        raise StoreError(Code.STORE_IO, str(folder)) from cause
    if occupied:
        raise StoreError(Code.STORE_EXISTS, str(folder))


def keep(stage: Stage, refused: list[tuple[Attempt, Refusal]], folder: Path) -> list[str]:
    """Write all files and return the commands that verify the presentations."""
    _keep_trust(stage, folder)
    for card in stage.cards:
        (folder / _CARD_FILES[card.credential.format]).write_bytes(card.raw)
    for exchange in stage.exchanges:
        _keep_exchange(exchange, folder)
    _keep_refused(stage, refused, folder)
    commands = [_command(folder, each.name, TRUST, each.request) for each in stage.exchanges]
    (folder / "README.txt").write_text(_readme(folder, commands), encoding="utf-8")
    return commands


def _keep_trust(stage: Stage, folder: Path) -> None:
    status_list = stage.statuses[stage.references[0].uri]
    _write_trust(stage, folder / TRUST, status_list)
    (folder / "status-list.jwt").write_text(status_list, encoding="ascii")
    (folder / "verifiers.pem").write_bytes(stage.verifiers_root.certificate.to_pem())


def _write_trust(stage: Stage, path: Path, status_list: str) -> None:
    """Write the root and its revocation list, and the status list to be used with them."""
    path.write_bytes(stage.authority.root.to_pem() + status_list.encode("ascii") + b"\n")


def _keep_exchange(exchange: Exchange, folder: Path) -> None:
    (folder / exchange.name).write_bytes(exchange.response.presentations["card"][0])
    stem = exchange.party.host.partition(".")[0]
    (folder / f"{stem}-request.jwt").write_text(exchange.request_object, encoding="ascii")
    form = vp.encode_response(exchange.response, exchange.request)
    (folder / f"{stem}-response.json").write_bytes(strict_json.dumps(dict(form)))
    (folder / f"{stem}-report.txt").write_text(f"{exchange.verified.report()}\n", encoding="utf-8")


def _keep_refused(stage: Stage, refused: list[tuple[Attempt, Refusal]], folder: Path) -> None:
    (folder / REFUSED).mkdir()
    rows: list[strict_json.Json] = []
    for attempt, refusal in refused:
        row: strict_json.JsonObject = {
            "attempt": refusal.attempt,
            "format": refusal.format,
            "code": refusal.code,
        }
        if attempt.shown is not None:
            row["command"] = _keep_shown(stage, attempt, attempt.shown, folder)
        rows.append(row)
    text = json.dumps({"refused": rows}, ensure_ascii=False, indent=2)
    (folder / REFUSED / "refused.json").write_text(text + "\n", encoding="utf-8")


def _keep_shown(stage: Stage, attempt: Attempt, shown: Shown, folder: Path) -> str:
    """Write a refused presentation, with the trust of its moment, and how to have it refused."""
    stem = _NOT_WORD.sub("-", attempt.words.lower()).strip("-")
    name = f"{REFUSED}/{stem}.{_SUFFIXES[attempt.format]}"
    (folder / name).write_bytes(shown.presentation)
    trust = TRUST
    if shown.status_list not in stage.statuses.values():
        trust = f"{REFUSED}/trust-after-the-loss.pem"
        _write_trust(stage, folder / trust, shown.status_list)
    later = shown.now > stage.clock.now() + timedelta(days=1)
    return _command(folder, name, trust, shown.request, now=shown.now if later else None)


def _command(
    folder: Path,
    name: str,
    trust: str,
    request: PresentationRequest,
    *,
    now: datetime | None = None,
) -> str:
    words = [
        *("krid", "verify", str(folder / name), "--trust", str(folder / trust)),
        *("--nonce", request.nonce, "--audience", request.client_id),
    ]
    if name.endswith(".mdoc"):
        words += ["--response-uri", request.response_uri]
    if now is not None:
        words += ["--now", times.to_rfc3339(now)]
    return shlex.join([*words, "--json"])


def _readme(folder: Path, commands: list[str]) -> str:
    lines = [
        "What krid demo left here. All people, numbers and hosts are invented.",
        "",
        "card.sdjwt, card.mdoc            the card as issued, in two formats",
        "presentation.sdjwt, .mdoc        what the phone answered to the bank and the shop",
        "bank-request.jwt, -response.json what went over the wire, and the bank's report",
        "trust.pem                        the root to trust, with revocation and status list",
        "verifiers.pem                    the root that vouches for those who ask",
        "status-list.jwt                  the status list alone",
        f"wallet.db                        the phone's encrypted wallet; its PIN is {PIN}",
        "refused/                         what was refused; refused.json has codes and commands",
        "",
        "Verify the presentations:",
        *(f"  {command}" for command in commands),
        "",
        "Look inside anything:",
        f"  {shlex.join(['krid', 'inspect', str(folder / 'card.sdjwt')])}",
        "",
    ]
    return "\n".join(lines)
