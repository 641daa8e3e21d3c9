"""Card types that countries declare in one file each, and the days and ages they count by.

>>> card_type = bundled("kr-resident")
>>> card_type.id, card_type.country, card_type.eligibility.minimum_age
('kr-resident', 'KR', 17)
"""

from krid.cardtypes.bundled import BUNDLED, bundled, bundled_text, new_country_text
from krid.cardtypes.claims import claims_in, mdoc_claims, sdjwt_claims
from krid.cardtypes.days import age_on, completed_years, end_of_day, last_day, local_day
from krid.cardtypes.fill import fill, fill_all
from krid.cardtypes.holder import Holder
from krid.cardtypes.read import parse_card_type
from krid.cardtypes.sex import Sex
from krid.cardtypes.values import (
    AgeOver,
    CardType,
    Claim,
    Constant,
    Eligibility,
    Fact,
    Kind,
    NumberRule,
    OfYear,
    Place,
    Printed,
    RegisterRules,
    Release,
    Validity,
)

__all__ = [
    "BUNDLED",
    "AgeOver",
    "CardType",
    "Claim",
    "Constant",
    "Eligibility",
    "Fact",
    "Holder",
    "Kind",
    "NumberRule",
    "OfYear",
    "Place",
    "Printed",
    "RegisterRules",
    "Release",
    "Sex",
    "Validity",
    "age_on",
    "bundled",
    "bundled_text",
    "claims_in",
    "completed_years",
    "end_of_day",
    "fill",
    "fill_all",
    "last_day",
    "local_day",
    "mdoc_claims",
    "new_country_text",
    "parse_card_type",
    "sdjwt_claims",
]
