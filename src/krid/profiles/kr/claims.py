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

from krid.model import ClaimPath
from krid.profiles.kr.identifiers import NAMESPACE


@unique
class Kind(Enum):
    """What sort of value a claim has, for screens."""

    TEXT = "text"
    DATE = "date"
    BOOLEAN = "boolean"
    IMAGE = "image"
    NUMBER = "number"


@unique
class Release(Enum):
    """When a claim leaves the wallet.

    ALWAYS leaves with every SD-JWT presentation (an mdoc withholds it all the same); ON_REQUEST
    leaves when a verifier asks and the holder agrees; EXPLICIT in addition must be pointed out to
    the holder by itself.
    """

    ALWAYS = "always"
    ON_REQUEST = "on request"
    EXPLICIT = "explicit"


@unique
class Language(Enum):
    """A language of the labels, by its BCP 47 tag."""

    KOREAN = "ko"
    ENGLISH = "en"


@final
@dataclass(frozen=True, slots=True)
class Claim:
    """One line of the table.

    `path` is the place in an SD-JWT, `element` the element identifier in an mdoc.
    """

    path: ClaimPath
    element: str
    kind: Kind
    korean: str
    english: str
    release: Release = Release.ON_REQUEST

    @property
    def is_withholdable(self) -> bool:
        """Whether the holder may keep the claim back in an SD-JWT."""
        return self.release is not Release.ALWAYS

    @property
    def mdoc_path(self) -> ClaimPath:
        """The place in an mdoc: namespace and element identifier."""
        return (NAMESPACE, self.element)


AGES: Final = (12, 14, 15, 16, 17, 18, 19, 20, 60, 65)
"""The ages for which the card says yes or no.

12 and 15: film ratings; 14: consent to the use of one's data; 16: moped licence; 17: this card;
18: vote and driving; 19: majority; 20: the age of majority until 2013; 60 and 65: benefits for
the old.
"""

_TEXT, _DATE, _BOOLEAN, _NUMBER = Kind.TEXT, Kind.DATE, Kind.BOOLEAN, Kind.NUMBER
_RRN: Final = "resident_registration_number"

CLAIMS: Final = (
    Claim(("name",), "name", _TEXT, "성명", "Name"),
    Claim(("name_hanja",), "name_hanja", _TEXT, "성명(한자)", "Name in Hanja"),
    Claim(("name_latin",), "name_latin", _TEXT, "성명(로마자)", "Name in Latin letters"),
    Claim(("birthdate",), "birth_date", _DATE, "생년월일", "Date of birth"),
    Claim(("sex",), "sex", _NUMBER, "성별", "Sex"),
    Claim((_RRN,), _RRN, _TEXT, "주민등록번호", "Resident registration number", Release.EXPLICIT),
    Claim(("address", "formatted"), "resident_address", _TEXT, "주소", "Address"),
    Claim(("picture",), "portrait", Kind.IMAGE, "사진", "Portrait"),
    Claim(("date_of_issuance",), "issuance_date", _DATE, "발급일", "Date of issue"),
    Claim(("date_of_expiry",), "expiry_date", _DATE, "유효기간 만료일", "Date of expiry"),
    Claim(("issuing_authority",), "issuing_authority", _TEXT, "발급기관", "Issuing authority"),
    Claim(
        ("issuing_country",),
        "issuing_country",
        _TEXT,
        "발급국가",
        "Issuing country",
        Release.ALWAYS,
    ),
    *(
        Claim(
            ("age_equal_or_over", str(age)),
            f"age_over_{age}",
            _BOOLEAN,
            f"만 {age}세 이상",
            f"{age} or older",
        )
        for age in AGES
    ),
    Claim(
        ("age_in_years",),
        "age_in_years",
        _NUMBER,
        "만 나이(발급일 기준)",
        "Age on the day of issue",
    ),
    Claim(("age_birth_year",), "age_birth_year", _NUMBER, "출생 연도", "Year of birth"),
    Claim(
        ("adult_by_calendar_year",),
        "adult_by_calendar_year",
        _BOOLEAN,
        "청소년 보호법상 성인(연 나이 19세 이상)",
        "Adult under the Youth Protection Act (calendar year)",
    ),
)
"""Every claim of the card, in the order in which a screen shows them.

All ages hold on the day of issue. What is true stays true; what is false, and `age_in_years`, may
be out of date later, until a new card replaces this one.
"""

EXPLICIT_ONLY: Final = frozenset(
    path
    for claim in CLAIMS
    if claim.release is Release.EXPLICIT
    for path in (claim.path, claim.mdoc_path)
)
"""The paths, in SD-JWT and in mdoc, that a consent screen must point out by themselves."""

_GROUPS: Final = (
    Claim(("address",), "resident_address", _TEXT, "주소", "Address"),
    Claim(("age_equal_or_over",), "", _BOOLEAN, "나이 확인", "Age checks"),
)

_LABELS: Final = MappingProxyType(
    {claim.path: claim for claim in (*_GROUPS, *CLAIMS)}
    | {claim.mdoc_path: claim for claim in CLAIMS}
)


def label(path: ClaimPath, language: Language) -> str:
    """Return what a screen calls the claim at a path of an SD-JWT or an mdoc.

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
