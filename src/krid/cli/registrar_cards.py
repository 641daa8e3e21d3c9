"""`krid registrar apply, ticket, enrol, suspend, ...`: the life of one card."""

from typing import Any

import click

from krid.cli.files import read_file, write_json
from krid.cli.registrar_open import AUTHORITY, OpenRegistrar, noted, who

_TYPE = click.option("--type", "type_id", default="kr-resident", show_default=True,
                     help="The card type, by its id.")  # fmt: skip
_REPLACE = click.option("--replace", "replaces", is_flag=True, help="End the other phone's card.")
_HOLD = click.option(
    "--hold",
    type=click.Choice(["phone_lost", "document_lost", "police"]),
    default="phone_lost",
    show_default=True,
    help="The reason for which it is suspended.",
)
_ROLE = click.option(
    "--role",
    type=click.Choice(["holder", "office", "police"]),
    default="office",
    show_default=True,
    help="In what role this is asked for.",
)


@click.command()
@who
@AUTHORITY
@click.argument("person")
@click.option(
    "--key", "key_file", metavar="FILE", required=True, help="The phone's public key, or -."
)
@_TYPE
@_REPLACE
def apply(person: str, *, key_file: str, type_id: str, replaces: bool, **words: Any) -> None:  # noqa: ANN401  click's words
    """Apply for a card on a phone; prints the card's handle.

    \b
    Example:
      krid registrar apply PERSON --key phone.jwk --db register.db
    """  # noqa: D301
    from krid.cli.key_command import public_key_at

    key = public_key_at(key_file)
    with _opened(words) as registrar:
        card = registrar.cards.apply(person, type_id, key, replaces=replaces, **noted(words))
    write_json({"card": card})


@click.command()
@who
@AUTHORITY
@click.argument("person")
@_TYPE
@_REPLACE
def ticket(person: str, *, type_id: str, replaces: bool, **words: Any) -> None:  # noqa: ANN401
    """Hand an office QR to a person who was just recognised; prints its text.

    Whoever has the text gets the card: print it and forget it.

    \b
    Example:
      krid registrar ticket PERSON --db register.db --by clerk-3 --reason at_the_counter
    """  # noqa: D301
    with _opened(words) as registrar:
        made = registrar.desk.hand_out(person, type_id, replaces=replaces, **noted(words))
    write_json({"qr": made.qr_text, "expires": made.expires})


@click.command()
@who
@AUTHORITY
@click.argument("card")
@click.option(
    "--ticket",
    "qr_file",
    metavar="FILE",
    required=True,
    help="A file with the text of the QR, or -.",
)
def enrol(card: str, *, qr_file: str, **words: Any) -> None:  # noqa: ANN401
    """Prove the person by an office's ticket, which is then used up.

    \b
    Example:
      krid registrar enrol CARD --ticket qr.txt --db register.db
    """  # noqa: D301
    text = read_file(qr_file).decode("utf-8", "replace").strip()
    with _opened(words) as registrar:
        registrar.cards.enrol_by_ticket(card, text, **noted(words))


@click.command()
@who
@AUTHORITY
@click.argument("card")
def activate(card: str, **words: Any) -> None:  # noqa: ANN401
    """Note that a phone has its card.

    \b
    Example:
      krid registrar activate CARD --db register.db
    """  # noqa: D301
    with _opened(words) as registrar:
        registrar.cards.activate(card, **noted(words))


@click.command()
@who
@AUTHORITY
@click.argument("card")
@_HOLD
@_ROLE
def suspend(card: str, *, hold: str, role: str, **words: Any) -> None:  # noqa: ANN401
    """Suspend a card for a reason.

    \b
    Example:
      krid registrar suspend CARD --hold police --role police --db register.db
    """  # noqa: D301
    from krid.registrar.lifecycle import Hold, Role

    with _opened(words) as registrar:
        registrar.cards.suspend(card, Hold(hold), role=Role(role), **noted(words))


@click.command()
@who
@AUTHORITY
@click.argument("card")
@_HOLD
@_ROLE
def restore(card: str, *, hold: str, role: str, **words: Any) -> None:  # noqa: ANN401
    """End the suspension for one reason; the card holds again when no other is left.

    \b
    Example:
      krid registrar restore CARD --db register.db
    """  # noqa: D301
    from krid.registrar.lifecycle import Hold, Role

    with _opened(words) as registrar:
        registrar.cards.restore(card, Hold(hold), role=Role(role), **noted(words))


@click.command()
@who
@AUTHORITY
@click.argument("person")
@click.option("--document", help="The kind of document that is lost; else it is the phone.")
@_ROLE
def lost(person: str, *, document: str | None, role: str, **words: Any) -> None:  # noqa: ANN401
    """Report a phone or a document as lost: cards are suspended, applications withdrawn.

    \b
    Example:
      krid registrar lost PERSON --db register.db --by call-centre --reason phone_lost
    """  # noqa: D301
    from krid.registrar.lifecycle import Role

    with _opened(words) as registrar:
        if document is None:
            registrar.cards.lose_phone(person, role=Role(role), **noted(words))
        else:
            registrar.residents.lose_document(person, document, role=Role(role), **noted(words))


@click.command()
@who
@AUTHORITY
@click.argument("card")
def renew(card: str, **words: Any) -> None:  # noqa: ANN401
    """Enrol a new card on the same phone before the old one ends; prints its handle.

    \b
    Example:
      krid registrar renew CARD --db register.db
    """  # noqa: D301
    with _opened(words) as registrar:
        made = registrar.cards.renew(card, **noted(words))
    write_json({"card": made})


@click.command()
@who
@AUTHORITY
@click.argument("card")
def revoke(card: str, **words: Any) -> None:  # noqa: ANN401
    """End a card for good.

    \b
    Example:
      krid registrar revoke CARD --db register.db --by officer-7 --reason forged
    """  # noqa: D301
    with _opened(words) as registrar:
        registrar.cards.revoke(card, **noted(words))


def _opened(words: dict[str, Any]) -> Any:  # noqa: ANN401  a registrar, which is imported late
    return OpenRegistrar(words["database"], words["authority"])()
