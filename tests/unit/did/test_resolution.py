from datetime import UTC, datetime

import pytest

from krid.did import Caching, ResolutionOptions
from krid.did.resolution import Problem
from krid.errors import Code, KridError, ResolutionError


def test_reads_options_by_their_names_in_the_standard() -> None:
    assert ResolutionOptions.parse({}) == ResolutionOptions()
    assert ResolutionOptions.parse(
        {"accept": "application/did", "versionId": "4", "noCache": "true"}
    ) == ResolutionOptions(version_id="4", caching=Caching.BYPASSED)
    found = ResolutionOptions.parse({"versionTime": "2021-05-10T17:00:00Z"})
    assert found.version_time == datetime(2021, 5, 10, 17, tzinfo=UTC)
    assert found.asks_for_version


@pytest.mark.parametrize(
    "accept",
    [
        "application/did",
        "Application/DID+json;q=0.5",
        "text/html, application/did+ld+json",
        "*/*",
    ],
)
def test_takes_the_media_types_of_a_did_document(accept: str) -> None:
    options = ResolutionOptions(accept=accept)
    options.check()
    assert options.accept == accept


def test_the_words_for_faults_of_a_key() -> None:
    words = {
        Code.DID_PUBLIC_KEY: "https://www.w3.org/ns/did#invalidPublicKey",
        Code.DID_PUBLIC_KEY_LENGTH: "https://www.w3.org/ns/did#invalidPublicKeyLength",
        Code.DID_KEY_TYPE: "https://www.w3.org/ns/did#unsupportedPublicKeyType",
        Code.DID_KEY_NOT_FOUND: "https://www.w3.org/ns/did#NOT_FOUND",
        Code.DID_DOCUMENT_ID: "https://www.w3.org/ns/did#INVALID_DID_DOCUMENT",
        Code.DID_KEY_PURPOSE: "https://w3id.org/security#INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD",
        Code.DID_KEY_CONTROLLER: "https://w3id.org/security#INVALID_VERIFICATION_METHOD",
        Code.DID_KEY_EXPIRED: "https://w3id.org/security#INVALID_VERIFICATION_METHOD",
    }
    assert {code: Problem.of(KridError(code)).type for code in words} == words


def test_every_did_code_has_a_word() -> None:
    internal = Problem.of(KridError(Code.NET_TIME)).type
    codes = [code for code in Code if code.value.startswith("did.")]
    without = [code for code in codes if Problem.of(ResolutionError(code)).type == internal]
    assert without == [Code.DID_DEACTIVATED]
