"""`--type-metadata FILE`: documents at hand, and the format that holds credentials to them."""

import click

from krid.cli.content import Kind
from krid.cli.files import read_file
from krid.formats import named, standard_formats
from krid.model import CredentialFormat


def format_with_types(kind: Kind, type_names: tuple[str, ...]) -> CredentialFormat:
    """Return the format of a kind; an SD-JWT VC must follow the types, where there are any.

    The files hold the types that a credential may have and all that these extend: nothing is
    fetched.

    Raises:
        UsageError: for another format than SD-JWT VC.
        KridError: as `resolve_type`; a type that is not given is `type.unavailable`.
    """
    if not type_names:
        return named(standard_formats(), kind.value)
    if kind is not Kind.SDJWT:
        raise click.UsageError("--type-metadata is for an SD-JWT VC")
    from krid.net import NoNetwork, run
    from krid.sdjwt import SdJwtVcFormat
    from krid.sdjwt.type_metadata import TypeDocuments, TypeRules, resolve_type

    known = TypeDocuments.of(*(read_file(name) for name in type_names))
    flows = (resolve_type(vct, integrity=None, known=known) for vct in known.documents)
    return SdJwtVcFormat(types=TypeRules.of(*(run(flow, NoNetwork()) for flow in flows)))
