"""`--type-metadata` and `--schema`: documents at hand, and the format that holds cards to them."""

from dataclasses import replace

import click

from krid.cli.content import Kind
from krid.cli.files import read_file
from krid.formats import named, standard_formats
from krid.model import CredentialFormat


def chosen_format(
    kind: Kind, type_names: tuple[str, ...], schema_names: tuple[str, ...]
) -> CredentialFormat:
    """Return the format of a kind; credentials must follow types or schemas, where there are any.

    The files hold the types that an SD-JWT VC may have and all that these extend, or the schemas
    that a W3C credential names: nothing is fetched.

    Raises:
        UsageError: for another format than these.
        KridError: as `resolve_type`, a type that is not given being `type.unavailable`; and as
            `JsonSchema.parse`.
    """
    if schema_names:
        return _with_schemas(kind, schema_names)
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


def _with_schemas(kind: Kind, names: tuple[str, ...]) -> CredentialFormat:
    from krid.model.w3c.schema import JsonSchema, Schemas
    from krid.sdjwt import W3cSdJwtFormat
    from krid.vcjose import VcJoseFormat

    chosen = named(standard_formats(), kind.value)
    if not isinstance(chosen, W3cSdJwtFormat | VcJoseFormat):
        raise click.UsageError("--schema is for a W3C credential")
    schemas = Schemas.of(*(JsonSchema.parse(read_file(name)) for name in names))
    return replace(chosen, schemas=schemas)
