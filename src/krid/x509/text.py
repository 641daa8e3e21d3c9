"""Distinguished names as one line of text (RFC 4514)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509


def name_text(name: "x509.Name") -> str:
    """Write a distinguished name, most specific part first.

    Characters that do not print, line ends and direction marks among them, are written as
    hexadecimal pairs (section 2.4), so that the text stays one line and shows what it is.
    """
    return "".join(_printable(character) for character in name.rfc4514_string())


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    return "".join(f"\\{octet:02X}" for octet in character.encode("utf-8", "surrogatepass"))
