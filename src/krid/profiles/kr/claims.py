"""The claim table: what the card says, how each claim is called, and who gets to see it.

Names follow the EU's PID rulebook and OpenID Connect where the meaning is the same (`birthdate`,
`picture`, `address.formatted`, `date_of_expiry`, `age_equal_or_over`). They differ where a Korean
card differs:

- A Korean name is one: `name`, not `family_name` and `given_name`. The register keeps no border
  between them, and two-syllable family names make a guess wrong. Hanja and Latin letters are
  further spellings of the same name, each withheld on its own.
- `resident_registration_number` does not hide behind `personal_administrative_number`: the law
  restricts its use, so nobody shall receive it by asking for something general.
- `issuing_authority` may be withheld although a PID shows it: a Korean card is issued by the head
  of the district where its holder lives.
"""

from dataclasses import dataclass
from enum import Enum, unique
from types import MappingProxyType
from typing import Final, assert_never, final

from krid import cardtypes
from krid.cardtypes import AgeOver, Kind, Release
from krid.model import ClaimPath
from krid.profiles.kr.identifiers import NAMESPACE


@unique
class Language(Enum):
    """A language of the labels, by its BCP 47 tag."""

    KOREAN = "ko"
    ENGLISH = "en"


@final
@dataclass(frozen=True, slots=True)
class Claim:
    """One line of the table.

    `path` is the place in an SD-JWT, `element` the element identifier in an mdoc, in `namespace`.
    """

    path: ClaimPath
    element: str
    kind: Kind
    korean: str
    english: str
    release: Release = Release.ON_REQUEST
    namespace: str = NAMESPACE

    @property
    def is_withholdable(self) -> bool:
        """Whether the holder may keep the claim back in an SD-JWT."""
        return self.release is not Release.ALWAYS

    @property
    def mdoc_path(self) -> ClaimPath:
        """The place in an mdoc: namespace and element identifier."""
        return (self.namespace, self.element)


RESIDENT_CARD: Final = cardtypes.bundled("kr-resident")
"""The card as its file declares it, which is where claims, labels and ages stand."""

AGES: Final = tuple(
    claim.source.age for claim in RESIDENT_CARD.claims if isinstance(claim.source, AgeOver)
)
"""The ages for which the card says yes or no."""


def _claim(declared: cardtypes.Claim) -> Claim:
    return Claim(
        declared.path or (),
        declared.element or "",
        declared.kind,
        declared.labels[Language.KOREAN.value],
        declared.labels[Language.ENGLISH.value],
        declared.release,
        declared.namespace,
    )


CLAIMS: Final = tuple(_claim(declared) for declared in RESIDENT_CARD.claims)
"""Every claim of the card, in the order in which a screen shows them.

All ages hold on the day of issue. What is true stays true; what is false, and `age_in_years`, may
be out of date later, until a new card replaces this one.
"""

DRIVING_LICENCE: Final = cardtypes.bundled("kr-licence")
"""The other card of this country, as its file declares it."""

LICENCE_CLAIMS: Final = tuple(_claim(declared) for declared in DRIVING_LICENCE.claims)
"""Every claim of the driving licence; its mdoc has them in two namespaces."""

EXPLICIT_ONLY: Final = frozenset(
    path
    for claim in (*CLAIMS, *LICENCE_CLAIMS)
    if claim.release is Release.EXPLICIT
    for path in (claim.path, claim.mdoc_path)
)
"""The paths, in SD-JWT and in mdoc, that a consent screen must point out by themselves."""

_GROUPS: Final = tuple(
    Claim(path, "", Kind.TEXT, labels["ko"], labels["en"])
    for path, labels in RESIDENT_CARD.groups.items()
)

_LABELS: Final = MappingProxyType(
    {claim.path: claim for claim in (*LICENCE_CLAIMS, *_GROUPS, *CLAIMS)}
    | {claim.mdoc_path: claim for claim in (*LICENCE_CLAIMS, *CLAIMS)}
)


def label(path: ClaimPath, language: Language) -> str:
    """Return what a screen calls the claim at a path of an SD-JWT or an mdoc of either card.

    A path that the table does not know comes back as it is, its steps joined by dots and None
    written as `*`: it was made by whoever asks and must be shown as such.

    >>> label(("resident_registration_number",), Language.KOREAN)
    '주민등록번호'
    >>> label(("favourite", None, "colour"), Language.ENGLISH)
    'favourite.*.colour'
    """
    claim = _LABELS.get(path)
    if claim is None:
        return ".".join("*" if step is None else str(step) for step in path)
    match language:
        case Language.KOREAN:
            return claim.korean
        case Language.ENGLISH:
            return claim.english
        case _ as never:
            assert_never(never)
