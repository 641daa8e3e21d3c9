"""`--type-metadata`, `--schema`, `--context`: documents at hand, and the format that uses them."""

from dataclasses import replace

import click

from krid.cli.content import Kind
from krid.cli.files import read_file
from krid.formats import named, standard_formats
from krid.model import CredentialFormat


def chosen_format(
    kind: Kind,
    type_names: tuple[str, ...],
    schema_names: tuple[str, ...],
    context_names: tuple[str, ...] = (),
) -> CredentialFormat:
    """Return the format of a kind; credentials must follow types or schemas, where there are any.

    The files hold the types that an SD-JWT VC may have and all that these extend, the schemas
    that a W3C credential names, or the contexts of one with an embedded proof: nothing is fetched.

    Raises:
        UsageError: for another format than these.
        KridError: as `resolve_type`, a type that is not given being `type.unavailable`; and as
            `JsonSchema.parse`.
    """
    chosen = _with_contexts(kind, context_names)
    if schema_names:
        return _with_schemas(chosen, schema_names)
    if not type_names:
        return chosen
    if kind is not Kind.SDJWT:
        raise click.UsageError("--type-metadata is for an SD-JWT VC")
    from krid.net import NoNetwork, run
    from krid.sdjwt import SdJwtVcFormat
    from krid.sdjwt.type_metadata import TypeDocuments, TypeRules, resolve_type

    known = TypeDocuments.of(*(read_file(name) for name in type_names))
    flows = (resolve_type(vct, integrity=None, known=known) for vct in known.documents)
    return SdJwtVcFormat(types=TypeRules.of(*(run(flow, NoNetwork()) for flow in flows)))


def _with_contexts(kind: Kind, names: tuple[str, ...]) -> CredentialFormat:
    chosen = named(standard_formats(), kind.value)
    if not names:
        return chosen
    from krid.cli.context_files import suites_with
    from krid.vcdi.format import VcdiFormat

    if not isinstance(chosen, VcdiFormat):
        raise click.UsageError("--context is for a credential with an embedded proof")
    return replace(chosen, suites=suites_with(names))


def _with_schemas(chosen: CredentialFormat, names: tuple[str, ...]) -> CredentialFormat:
    from krid.model.w3c.schema import JsonSchema, Schemas
    from krid.sdjwt import W3cSdJwtFormat
    from krid.vcdi.format import VcdiFormat
    from krid.vcjose import VcJoseFormat

    if not isinstance(chosen, W3cSdJwtFormat | VcJoseFormat | VcdiFormat):
        raise click.UsageError("--schema is for a W3C credential")
    schemas = Schemas.of(*(JsonSchema.parse(read_file(name)) for name in names))
    return replace(chosen, schemas=schemas)
