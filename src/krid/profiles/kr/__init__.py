"""The mobile resident registration card of the Republic of Korea, in today's world standards.

The identifiers here are krid's own. No government has published a credential type, a document
type, a namespace or claim names for this card in SD-JWT VC or ISO mdoc; the claim codes of the
card in service are not public. Nothing made with this profile is a document of the Republic of
Korea, and a verifier of the real card will not take it.

Beside it stands the driving licence, whose claims and names begin with `LICENCE_`: the mDL of
ISO/IEC 18013-5 with a domestic namespace.

Content and rules follow what is publicly known of the real card: who may have it, what is printed
on the plastic one, three years of validity to the end of the day in Korean time.

>>> from datetime import date
>>> valid_until(date(2026, 6, 1)).isoformat()
'2029-06-01T23:59:59+09:00'
>>> label(("age_equal_or_over", "19"), Language.ENGLISH)
'19 or older'
"""

from krid.cardtypes import Kind, Release, Sex, age_on
from krid.profiles.kr.card import ResidentCard, mdoc_claims, sdjwt_claims
from krid.profiles.kr.claims import (
    AGES,
    CLAIMS,
    EXPLICIT_ONLY,
    LICENCE_CLAIMS,
    Claim,
    Language,
    label,
)
from krid.profiles.kr.days import (
    KOREAN_TIME,
    is_adult_by_calendar_year,
    korean_day,
    valid_until,
)
from krid.profiles.kr.guard import KEY_GUARD
from krid.profiles.kr.identifiers import (
    COUNTRY,
    DOCTYPE,
    LICENCE_DOCTYPE,
    LICENCE_DOMESTIC,
    LICENCE_NAMESPACE,
    LICENCE_VCT,
    NAMESPACE,
    VCT,
)
from krid.profiles.kr.profile import PROFILE

__all__ = [
    "AGES",
    "CLAIMS",
    "COUNTRY",
    "DOCTYPE",
    "EXPLICIT_ONLY",
    "KEY_GUARD",
    "KOREAN_TIME",
    "LICENCE_CLAIMS",
    "LICENCE_DOCTYPE",
    "LICENCE_DOMESTIC",
    "LICENCE_NAMESPACE",
    "LICENCE_VCT",
    "NAMESPACE",
    "PROFILE",
    "VCT",
    "Claim",
    "Kind",
    "Language",
    "Release",
    "ResidentCard",
    "Sex",
    "age_on",
    "is_adult_by_calendar_year",
    "korean_day",
    "label",
    "mdoc_claims",
    "sdjwt_claims",
    "valid_until",
]
