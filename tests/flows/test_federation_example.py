"""The example of a federation, run as it stands."""

import federation


def test_a_card_is_believed_until_its_issuer_is_removed() -> None:
    assert federation.main() == [
        "https://cards.mois.example < https://ministry.example < https://anchor.example",
        "refused: federation.not_subordinate",
    ]
