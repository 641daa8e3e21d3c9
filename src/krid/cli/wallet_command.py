"""`krid wallet`: keys and cards in one encrypted file."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import click

from krid._core import strict_json
from krid.cli.content import CREDENTIALS, recognise
from krid.cli.files import naming, printable, read_file, write_json
from krid.cli.groups import Group
from krid.cli.pins import ask_first_pin, ask_new_pin, ask_pin
from krid.cli.trust_files import read_trust, status_source
from krid.cli.unlock_commands import recover, unlock_methods
from krid.errors import Code, MalformedError
from krid.exchange import IssuedCredential
from krid.keys import Alg, jwk
from krid.model import IssuerKeys
from krid.trust import NOBODY
from krid.wallet import (
    NO_REGISTRATIONS,
    Asking,
    Card,
    Matched,
    RefuseBeyond,
    RefusedCard,
    Registered,
    RegistrationRule,
    ShowBeyond,
    Unregistered,
    Wallet,
)

_TRUST = click.option("--trust", "trust_files", required=True, multiple=True, metavar="FILE",
                      help="Whose cards, or whose requests, to believe: cards are verified "
                      "whenever they are read; repeat for more.")  # fmt: skip


@click.group(name="wallet", cls=Group)
def command() -> None:
    """Keep keys and cards in one encrypted file.

    The PIN is asked for, or taken from the environment variable KRID_PIN.

    \b
    Examples:
      krid wallet create wallet.db
      krid wallet key wallet.db > phone.jwk
      krid wallet add wallet.db card.sdjwt --trust issuer.jwk
      krid wallet present wallet.db request.jwt --trust trust.pem --trust verifiers.pem
    """  # noqa: D301


@command.command()
@click.argument("wallet")
def create(wallet: str) -> None:
    """Make a new wallet file.

    \b
    Example:
      krid wallet create wallet.db
    """  # noqa: D301
    with naming(wallet):
        Wallet.create(wallet, unlock=ask_first_pin(), trust=NOBODY).close()


@command.command()
@click.argument("wallet")
@click.option("--alg", type=click.Choice([alg.jose for alg in Alg]), default="ES256",
              show_default=True, help="What the key signs with.")  # fmt: skip
def key(wallet: str, alg: str) -> None:
    """Make a key in the wallet and print its public JWK, for an issuer to bind a card to.

    \b
    Example:
      krid wallet key wallet.db > phone.jwk
    """  # noqa: D301
    with _open(wallet, NOBODY) as opened:
        public = opened.new_key(Alg.from_jose(alg))
    click.echo(strict_json.dumps(jwk.encode_public(public)))


@command.command()
@click.argument("wallet")
@click.argument("file")
@_TRUST
def add(wallet: str, file: str, trust_files: tuple[str, ...]) -> None:
    """Verify a card and keep it.

    \b
    Example:
      krid wallet add wallet.db card.sdjwt --trust issuer.jwk
    """  # noqa: D301
    content = recognise(read_file(file))
    if content.kind not in CREDENTIALS:
        raise MalformedError(Code.INPUT_UNKNOWN, f"{content.kind.value} is not a credential")
    with _open(wallet, _trust(trust_files)) as opened:
        card = opened.add(IssuedCredential(content.kind.value, content.raw))
    click.echo(card.id)


@command.command(name="list")
@click.argument("wallet")
@_TRUST
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_cards(wallet: str, trust_files: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001
    """List the cards, by type and issuer.

    \b
    Example:
      krid wallet list wallet.db --trust issuer.jwk
    """  # noqa: D301
    with _open(wallet, _trust(trust_files)) as opened:
        cards, refused = opened.cards(), opened.refused_cards()
    if as_json:
        told = [{"id": each.id, "format": each.format, "code": str(each.code)} for each in refused]
        write_json({"cards": [_summary(card) for card in cards], "refused": told})
        return
    for card in cards:
        click.echo("  ".join(_summary(card).values()))
    for each in refused:
        click.echo(f"{each.id}  {each.format}  not believed by --trust ({each.code})")


@command.command()
@click.argument("wallet")
@click.argument("request")
@_TRUST
@click.option(
    "--registrar",
    "registrars",
    multiple=True,
    metavar="FILE",
    help="Who may sign registration certificates of verifiers; repeat for more.",
)
@click.option(
    "--refuse-beyond", is_flag=True, help="No answer to who asks beyond its registration."
)
@click.option("--yes", is_flag=True, help="Agree without being asked.")
def present(
    *,
    wallet: str,
    request: str,
    trust_files: tuple[str, ...],
    registrars: tuple[str, ...],
    refuse_beyond: bool,
    yes: bool,
) -> int:
    """Answer a signed presentation request with the least that it asks for.

    Prints the form of the answer (`vp_token` and `state`) as JSON.

    \b
    Example:
      krid wallet present wallet.db request.jwt --trust trust.pem --trust verifiers.pem
    """  # noqa: D301
    from krid._core.clock import SystemClock
    from krid.openid import vp

    trust = _trust(trust_files)
    text = read_file(request).strip().decode("ascii", "replace")
    authenticated = vp.read_request(text, trust=trust, now=SystemClock().now())
    with _open(wallet, trust, _registrations(registrars, refuse=refuse_beyond)) as opened:
        match opened.match(authenticated):
            case Matched() as found:
                _confirm(found, agreed=yes)
                answer = opened.present(found.consent(to=found.minimum))
            case missing:
                click.echo(f"no card answers: {', '.join(missing.missing)}", err=True)
                return 1
    write_json(vp.encode_response(answer, authenticated.request))
    return 0


@command.command()
@click.argument("wallet")
def history(wallet: str) -> None:
    """Show what left the wallet, when and to whom; values are not kept.

    \b
    Example:
      krid wallet history wallet.db
    """  # noqa: D301
    with _open(wallet, NOBODY) as opened:
        for entry in opened.history():
            paths = ", ".join("/".join(map(str, path)) for _, path in entry.disclosed)
            when = entry.at.astimezone(UTC).isoformat()
            click.echo(f"{when}  {entry.verifier}  {entry.purpose}  {paths}")


@command.command()
@click.argument("wallet")
@click.argument("card_id")
@_TRUST
def remove(wallet: str, card_id: str, trust_files: tuple[str, ...]) -> None:
    """Forget a card and its key.

    \b
    Example:
      krid wallet remove wallet.db 5f2c0a91e37b --trust issuer.jwk
    """  # noqa: D301
    with _open(wallet, _trust(trust_files)) as opened:
        held: tuple[Card | RefusedCard, ...] = (*opened.cards(), *opened.refused_cards())
        for card in held:
            if card.id == card_id:
                opened.remove(card)
                return
    raise click.UsageError("the wallet holds no such card")


@command.command()
@click.argument("wallet")
def pin(wallet: str) -> None:
    """Change the PIN.

    \b
    Example:
      krid wallet pin wallet.db
    """  # noqa: D301
    old = ask_pin()
    with naming(wallet), Wallet.open(wallet, unlock=old, trust=NOBODY) as opened:
        opened.change_pin(old, ask_new_pin())


command.add_command(unlock_methods)
command.add_command(recover)


def _open(
    path: str, trust: IssuerKeys, registrations: RegistrationRule = NO_REGISTRATIONS
) -> Wallet:
    pin = ask_pin()
    with naming(path):
        return Wallet.open(Path(path), unlock=pin, trust=trust, registrations=registrations)


def _registrations(names: tuple[str, ...], *, refuse: bool) -> RegistrationRule:
    """Read who may sign registrations, and say what is done with who asks beyond them."""
    from krid.trust import RegistrationCertificates

    if not names:
        if refuse:
            raise click.UsageError("--refuse-beyond needs --registrar")
        return NO_REGISTRATIONS
    trusted = read_trust(names, ())
    source = RegistrationCertificates(registrars=trusted.issuers, status=status_source(trusted))
    return RefuseBeyond(source) if refuse else ShowBeyond(source)


def _trust(names: tuple[str, ...]) -> IssuerKeys:
    return read_trust(names, ()).issuers


def _summary(card: Card) -> dict[str, str]:
    credential = card.credential
    until = "" if credential.valid_until is None else credential.valid_until.isoformat()
    return {
        "id": card.id,
        "format": credential.format,
        "type": credential.type,
        "issuer": credential.issuer,
        "valid_until": until,
    }


def _confirm(found: Matched, *, agreed: bool) -> None:
    """Show who asks, why and what would leave; going on needs a yes."""
    request = found.request
    asked = f"{request.verifier} asks, for: {request.request.purpose}"
    click.echo(printable(asked), err=True)
    for line in _asking(found.asking):
        click.echo(f"  {line}", err=True)
    for choice in found.minimum.leaving:
        for path in choice.disclose:
            kept = ", to be kept" if path in choice.retained else ""
            click.echo(printable(f"  leaves: {'/'.join(map(str, path))}{kept}"), err=True)
        for path in choice.along:
            click.echo(printable(f"  leaves with it: {'/'.join(map(str, path))}"), err=True)
    if not agreed:
        click.confirm("Agree?", abort=True, err=True)


def _asking(asking: Asking) -> Iterator[str]:
    """Say whether the verifier is registered, and each thing that it asks for beyond that."""
    match asking:
        case Unregistered(reason):
            yield f"not known to be registered ({reason})"
        case Registered(registration, beyond):
            purposes = "; ".join(registration.purposes.values())
            yield f"registered as {printable(registration.name)}, for: {printable(purposes)}"
            for each in beyond:
                yield from (f"BEYOND ITS REGISTRATION: {kind}" for kind in each.types)
                paths = ("/".join(map(str, path)) for path in each.claims)
                yield from (f"BEYOND ITS REGISTRATION: {printable(path)}" for path in paths)
