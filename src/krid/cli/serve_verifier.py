"""`krid serve verifier`: a verifier with its pages, behind a server that speaks TLS."""

import hashlib
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, final
from urllib.parse import urlsplit

import click

from krid._core.clock import SystemClock
from krid._core.entropy import system_entropy
from krid.cli.extras import need
from krid.cli.files import read_file, read_json
from krid.cli.listening import HOST, address_of, listening, port_option
from krid.cli.serve_demo import write_line
from krid.cli.serve_issuer import run

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from krid.openid.oauth import IssuanceStore
    from krid.openid.vp.server import VerifierSetup
    from krid.web import CookieKey
    from krid.web.platform.texts import Text

_KEY_BYTES = 32


@click.command(name="verifier")
@click.option("--url", required=True, help="The https address at which people find it.")
@click.option("--key", required=True, metavar="FILE", help="The key that signs requests.")
@click.option("--certificate", "certificates", required=True, multiple=True, metavar="FILE",
              help="Its certificate, and those above but the root; repeat for more.")  # fmt: skip
@click.option(
    "--trust",
    required=True,
    multiple=True,
    metavar="FILE",
    help="Whose cards count; repeat for more.",
)
@click.option("--ask", required=True, metavar="FILE", help="What is asked for, in DCQL.")
@click.option("--purpose", required=True, help="Why, in a sentence for the person.")
@click.option("--name", "names", multiple=True, metavar="TEXT",
              help="What its pages call it, without this the host of --url: one text, or "
              "ko=TEXT, and repeat for en=TEXT.")  # fmt: skip
@click.option("--db", "database", required=True, help="A file or postgresql+psycopg://...")
@click.option("--cookie-key", metavar="FILE",
              help="32 bytes or more that all processes share.")  # fmt: skip
@click.option("--proxy-headers", "is_proxied", is_flag=True,
              help="Believe X-Forwarded-For of a proxy on this machine.")  # fmt: skip
@HOST
@port_option(8_080)
def command(host: str, port: int, *, is_proxied: bool, **options: object) -> None:
    """Serve a verifier: pages with QR code and live result, and the endpoints of OpenID4VP.

    The pages, in Korean and English, say --name and --purpose.

    TLS is for a proxy in front of it, which is found at --url. Each answer is logged as one JSON
    line that names nobody; /metrics is for Prometheus, /health/ready for the load balancer.

    \b
    Example:
      krid serve verifier --url https://bank.example --key bank.jwk --certificate bank.pem \\
        --trust state.pem --ask ask.json --purpose 'Open an account' --db bank.db \\
        --name ko=한빛은행 --name en='Hanbit Bank'
    """  # noqa: D301
    app = make_app(VerifierWords(**options))  # type: ignore[arg-type]  # click has checked each
    with listening(host, port) as listener:
        click.echo(address_of(host, listener), err=True)
        run(app, listener, is_proxied=is_proxied)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierWords:
    """The options of `krid serve verifier` as they came."""

    url: str
    key: str
    certificates: tuple[str, ...]
    trust: tuple[str, ...]
    ask: str
    purpose: str
    names: tuple[str, ...]
    database: str
    cookie_key: str | None


def make_app(words: VerifierWords) -> "Starlette":
    """Make the application that the options describe.

    Raises:
        MisuseError: `misuse.extra` without the extras `web` and `sql`, `misuse.option`.
        UsageError: names that are neither one text nor one in each language.
        KridError: the code of what is wrong with a file.
    """
    need("web")
    need("sql")
    from krid.cli.stores import open_store, reachable
    from krid.openid.vp.server import PresentationVerifier
    from krid.query import parse_dcql
    from krid.web import CookieRule, Counter, Platform, verifier_app
    from krid.web.platform.texts import Text
    from krid.web.verifier.records import VisitRecords
    from krid.web.verifier.texts import said_by

    store, clock = open_store(words.database), SystemClock()
    verifier = PresentationVerifier(_setup(words, store))
    counter = Counter(
        verifier=verifier,
        query=parse_dcql(read_json(words.ask)),
        purpose=words.purpose,
        records=VisitRecords(store, clock, asker=verifier.client_id),
        texts=said_by(_name(words), purpose=Text(words.purpose, words.purpose)),
    )
    platform = Platform(
        name="verifier",
        key=cookie_key(words.cookie_key),
        cookies=CookieRule.TLS_ONLY,
        clock=clock,
        entropy=system_entropy,
        timer=perf_counter,
        log=write_line,
    )
    return verifier_app(counter, platform, checks=(reachable(store, clock),))


def _setup(words: VerifierWords, store: "IssuanceStore") -> "VerifierSetup":
    from krid.cli.key_command import private_key_at
    from krid.cli.trust_files import read_trust, status_source
    from krid.exchange import ResponseMode
    from krid.openid.vp.server import Identity, VerifierSetup
    from krid.profiles import HAIP, HAIP_PRESENTATION

    trusted, url = read_trust(words.trust, ()), words.url.rstrip("/")
    key = private_key_at(words.key)
    return VerifierSetup(
        url=f"{url}/vp",
        identity=Identity.by_certificate(key, _certificates(words.certificates)),
        policy=HAIP_PRESENTATION,
        mode=ResponseMode.DIRECT_POST_JWT,
        trust=trusted.issuers,
        status=status_source(trusted),
        profile=HAIP,
        store=store,
        page=f"{url}/done",
        clock=SystemClock(),
        entropy=system_entropy,
    )


def _name(words: VerifierWords) -> "Text":
    """Read what the verifier is called: in one language, it is so in both."""
    from krid.web.platform.texts import Language, Text

    said: dict[str, str] = {}
    for each in words.names or (urlsplit(words.url).hostname or words.url,):
        tag, mark, text = each.partition("=")
        tagged = bool(mark) and Language.named(tag) is not None
        found = {tag: text} if tagged else dict.fromkeys(map(str, Language), each)
        if found.keys() & said.keys() or not all(map(str.strip, found.values())):
            raise click.UsageError("--name is one text, or ko=TEXT and en=TEXT")
        said |= found
    one = next(iter(said.values()))
    return Text(said.get(Language.KOREAN, one), said.get(Language.ENGLISH, one))


def cookie_key(name: str | None) -> "CookieKey":
    """Read the key of cookies, or make one that this process alone has."""
    from krid.web import CookieKey

    if name is None:
        return CookieKey(system_entropy(_KEY_BYTES))
    raw = read_file(name)
    if len(raw) < _KEY_BYTES:
        raise click.UsageError(f"{name} holds less than {_KEY_BYTES} bytes")
    return CookieKey(hashlib.sha256(raw).digest())


def _certificates(names: tuple[str, ...]) -> tuple[bytes, ...]:
    from krid.x509.pem import parse_blocks

    found = [block for name in names for block in parse_blocks(read_file(name))]
    return tuple(block.content for block in found if block.label == "CERTIFICATE")
