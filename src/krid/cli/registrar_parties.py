"""`krid registrar verifiers`: who may ask for cards, and an official's acts about them."""

from typing import Any

import click

from krid.cli.files import write_json
from krid.cli.groups import Group
from krid.cli.registrar_open import AUTHORITY, DATABASE, OpenRegistrar, noted, who


@click.group(cls=Group)
def verifiers() -> None:
    """See who may ask for cards, and suspend, restore or withdraw a registration.

    Parties are entered by programs (`registrar.parties.enter`). Reports of wallets are counted and
    suspend nobody: that is an official's act, with who and why.

    \b
    Examples:
      krid registrar verifiers list --db register.db
      krid registrar verifiers suspend PARTY --db register.db --by official-3 --reason overasking
    """  # noqa: D301


@verifiers.command(name="list")
@DATABASE
@AUTHORITY
def list_all(**words: Any) -> None:  # noqa: ANN401  click's words
    """List parties with their purposes, and how many reports about each were confirmed.

    \b
    Example:
      krid registrar verifiers list --db register.db
    """  # noqa: D301
    with _opened(words) as registrar:
        parties = registrar.parties
        found = [_party(each, parties.confirmed(each.id)) for each in parties.every()]
    write_json({"verifiers": found})


@verifiers.command()
@who
@AUTHORITY
@click.argument("party")
def suspend(party: str, **words: Any) -> None:  # noqa: ANN401
    """Suspend a registration: wallets do not answer this party any more.

    \b
    Example:
      krid registrar verifiers suspend PARTY --db register.db --by official-3 --reason overasking
    """  # noqa: D301
    _step(party, "suspend", words)


@verifiers.command()
@who
@AUTHORITY
@click.argument("party")
def restore(party: str, **words: Any) -> None:  # noqa: ANN401
    """End the suspension of a registration.

    \b
    Example:
      krid registrar verifiers restore PARTY --db register.db --by official-3 --reason settled
    """  # noqa: D301
    _step(party, "restore", words)


@verifiers.command()
@who
@AUTHORITY
@click.argument("party")
def withdraw(party: str, **words: Any) -> None:  # noqa: ANN401
    """Withdraw a registration for good.

    \b
    Example:
      krid registrar verifiers withdraw PARTY --db register.db --by official-3 --reason closed
    """  # noqa: D301
    _step(party, "withdraw", words)


def _step(party: str, step: str, words: dict[str, Any]) -> None:
    from krid.registrar import PartyStep

    with _opened(words) as registrar:
        registrar.parties.take_step(party, PartyStep(step), **noted(words))


def _party(party: Any, reports: int) -> dict[str, Any]:  # noqa: ANN401  imported late
    return {
        "id": party.id,
        "number": party.number,
        "name": dict(party.name),
        "state": party.state.value,
        "confirmed_reports": reports,
        "purposes": [
            {
                "id": use.id,
                "purpose": dict(use.purposes),
                "names": sorted(use.names),
                "types": sorted({kind for each in use.permissions for kind in each.types}),
                "since": use.since,
                "until": use.until,
            }
            for use in party.uses
        ],
    }


def _opened(words: dict[str, Any]) -> Any:  # noqa: ANN401  a registrar, which is imported late
    return OpenRegistrar(words["database"], words["authority"])()
