"""`krid wallet unlock-methods` and `krid wallet recover`: other ways to open a wallet."""

import click

from krid._core import times
from krid.cli.files import naming, printable, write_json
from krid.cli.groups import Group
from krid.cli.pins import ask_new_pin, ask_pin
from krid.store import RecoveryCode, UnlockMethod, Vault
from krid.trust import NOBODY
from krid.wallet import Wallet


@click.group(name="unlock-methods", cls=Group)
def unlock_methods() -> None:
    """List, add and remove the ways to open a wallet beside its PIN.

    Authenticators are added by an app or a page: see the documentation, User verification.

    \b
    Examples:
      krid wallet unlock-methods list wallet.db
      krid wallet unlock-methods add-code wallet.db
    """  # noqa: D301


@unlock_methods.command(name="list")
@click.argument("wallet")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_methods(wallet: str, *, as_json: bool) -> None:
    """List the ways to open a wallet, the used and removed ones among them; asks for no PIN.

    What it prints is not vouched for before the wallet is opened.

    \b
    Example:
      krid wallet unlock-methods list wallet.db
    """  # noqa: D301
    with naming(wallet):
        methods = Vault.methods_of(wallet)
    if as_json:
        write_json({"methods": [_described(each) for each in methods]})
        return
    for each in methods:
        click.echo("  ".join(printable(text) for text in _described(each).values()))


@unlock_methods.command(name="add-code")
@click.argument("wallet")
@click.option("--label", default="", help="Where you keep it; readable without the PIN.")
def add_code(wallet: str, label: str) -> None:
    """Make a recovery code and print it once: it opens the wallet once, without the PIN.

    \b
    Example:
      krid wallet unlock-methods add-code wallet.db --label "in the safe"
    """  # noqa: D301
    pin = ask_pin()
    with naming(wallet), Wallet.open(wallet, unlock=pin, trust=NOBODY) as opened:
        click.echo(opened.unlocking.add_recovery_code(label=label, pin=pin).show())


@unlock_methods.command()
@click.argument("wallet")
@click.argument("method_id")
def remove(wallet: str, method_id: str) -> None:
    """Let a wallet open to a method no longer; takes the id that `list` prints.

    \b
    Example:
      krid wallet unlock-methods remove wallet.db 5f2c0a91e37b4d60
    """  # noqa: D301
    pin = ask_pin()
    with naming(wallet), Wallet.open(wallet, unlock=pin, trust=NOBODY) as opened:
        opened.unlocking.revoke(method_id, pin=pin)


@click.command()
@click.argument("wallet")
def recover(wallet: str) -> None:
    """Open a wallet with a recovery code, which is used up, and set another PIN.

    \b
    Example:
      krid wallet recover wallet.db
    """  # noqa: D301
    code = RecoveryCode.parse(click.prompt("Recovery code", hide_input=True, err=True))
    pin = ask_new_pin()
    with naming(wallet):
        Wallet.recover(wallet, code=code, new_pin=pin, trust=NOBODY).close()


def _described(method: UnlockMethod) -> dict[str, str]:
    return {
        "id": method.id,
        "kind": method.kind.value,
        "state": method.state.value,
        "created": times.to_rfc3339(method.created),
        "label": method.label,
    }
