"""Other people's packages at the same work: run in an environment of their own.

Speaks JSON over lines: reads one object with the material, writes the names of its operations,
then measures one round for each further line, and writes microseconds by name. A package that
is missing, or that fails at an operation, is named with the reason and left out.
"""

import base64
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import thread_time_ns
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

Run = Callable[[], object]
NOW = datetime.now(UTC).replace(microsecond=0)
NAMESPACE, DOCTYPE = "org.iso.18013.5.1", "org.iso.18013.5.1.mDL"
AUDIENCE, NONCE = "x509_san_dns:bank.example", "bm9uY2Utb2YtdGhpcy1zZXNzaW9u"
CLAIMS = {f"claim_{number:02}": f"value {number:02} of the card" for number in range(20)}
ELEMENTS: dict[str, Any] = {**dict(list(CLAIMS.items())[1:]), "portrait": os.urandom(20_000)}


def sd_jwt(_: dict[str, Any]) -> dict[str, Run]:
    from jwcrypto.jwk import JWK
    from sd_jwt.common import SDObj
    from sd_jwt.holder import SDJWTHolder
    from sd_jwt.issuer import SDJWTIssuer
    from sd_jwt.verifier import SDJWTVerifier

    key, holder = (JWK.generate(kty="EC", crv="P-256") for _ in range(2))

    def issue() -> str:
        claims = {"iss": "https://issuer.example", "iat": 1, "exp": 4_000_000_000}
        claims |= {SDObj(name): value for name, value in CLAIMS.items()}
        text: str = SDJWTIssuer(claims, key, holder).sd_jwt_issuance
        return text

    card = issue()

    def present() -> str:
        made = SDJWTHolder(card)
        made.create_presentation(dict.fromkeys(CLAIMS, True), NONCE, AUDIENCE, holder)
        text: str = made.sd_jwt_presentation
        return text

    shown = present()

    def verify() -> object:
        return SDJWTVerifier(shown, lambda *_: key, AUDIENCE, NONCE).get_verified_payload()[
            "claim_00"
        ]

    return {"SD-JWT issue": issue, "SD-JWT present + KB": present, "SD-JWT verify + KB": verify}


def openvc_core(material: dict[str, Any]) -> dict[str, Run]:
    from openvc.keys import P256SigningKey
    from openvc.mdoc import verify_device_response
    from openvc.proof.sd_jwt import SdJwtVcProofSuite

    key, holder = (
        P256SigningKey(ec.generate_private_key(ec.SECP256R1()), kid) for kid in ("issuer", "holder")
    )
    suite, issuer_jwk, holder_jwk = SdJwtVcProofSuite(), key.public_jwk(), holder.public_jwk()

    def issue() -> Any:
        return suite.issue(
            {"iss": "https://issuer.example", **CLAIMS},
            signing_key=key,
            disclosable=list(CLAIMS),
            holder_jwk=holder_jwk,
            vct="urn:example:card",
            expires_in_s=86_400,
        )

    card = issue()

    def present() -> Any:
        return suite.create_presentation(card, holder_key=holder, audience=AUDIENCE, nonce=NONCE)

    shown = present()

    def verify() -> object:
        return suite.verify(
            shown,
            public_key_jwk=issuer_jwk,
            audience=AUDIENCE,
            nonce=NONCE,
            require_key_binding=True,
            expected_vct="urn:example:card",
            now=NOW,
            kb_max_age_s=86_400,
        ).claims["claim_00"]

    response, transcript = (base64.b64decode(material[name]) for name in ("response", "transcript"))
    root = x509.load_pem_x509_certificate(material["root"].encode())
    moment = datetime.fromisoformat(material["now"])

    def verify_mdoc() -> object:
        return verify_device_response(
            response, trust_anchors=[root], session_transcript=transcript, now=moment
        )

    return {
        "SD-JWT issue": issue,
        "SD-JWT present + KB": present,
        "SD-JWT verify + KB": verify,
        "mdoc verify + chain": verify_mdoc,
    }


def isomdoc(material: dict[str, Any]) -> dict[str, Run]:
    import cbor2
    from isomdoc import create_mdoc, verify_device_response

    key: Any = load_pem_private_key(material["key"].encode(), None)
    certificate = x509.load_pem_x509_certificate(material["signer"].encode())
    device = ec.generate_private_key(ec.SECP256R1()).public_key()
    response = base64.b64decode(material["response"])
    transcript = cbor2.loads(base64.b64decode(material["transcript"]))

    def issue() -> object:
        made = create_mdoc(DOCTYPE, [certificate], key)
        for name, value in ELEMENTS.items():
            made.add_data_item(NAMESPACE, name, value)
        return made.generate_credential(device, NOW, NOW, NOW + timedelta(days=1))

    return {
        "mdoc issue": issue,
        "mdoc verify": lambda: verify_device_response(response, transcript),
    }


def pymdoccbor(_: dict[str, Any]) -> dict[str, Run]:
    from pymdoccbor.mdoc.issuer import MdocCborIssuer

    numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    size = 32
    jwk = {
        "KTY": "EC2",
        "CURVE": "P_256",
        "ALG": "ES256",
        "D": numbers.private_value.to_bytes(size, "big"),
        "KID": b"issuer",
    }
    info = {
        "country_name": "KR",
        "organization_name": "Invented",
        "common_name": "Invented Signer",
        "locality_name": "Nowhere",
        "state_or_province_name": "Nowhere",
        "not_valid_before": NOW,
        "not_valid_after": NOW + timedelta(days=30),
        "san_url": "https://issuer.example",
    }
    validity = {"issuance_date": "2026-01-01", "expiry_date": "2036-12-31"}

    def issue() -> object:
        issuer = MdocCborIssuer(private_key=dict(jwk), alg="ES256", cert_info=dict(info))
        issuer.new(
            data={NAMESPACE: dict(ELEMENTS)},
            doctype=DOCTYPE,
            devicekeyinfo=dict(jwk),
            validity=validity,
        )
        return issuer.dump()

    return {"mdoc issue": issue}


PEERS = {
    "sd-jwt": sd_jwt,
    "openvc-core": openvc_core,
    "isomdoc": isomdoc,
    "pymdoccbor": pymdoccbor,
}


def limits() -> dict[str, Run]:
    """Return the bare signatures, so many as each operation has."""
    key, hashed = ec.generate_private_key(ec.SECP256R1()), ec.ECDSA(SHA256())
    message = bytes(1500)
    public, signature = key.public_key(), key.sign(message, hashed)

    def verify(number: int) -> Run:
        return lambda: [public.verify(signature, message, hashed) for _ in range(number)]

    def sign() -> object:
        return key.sign(message, hashed)

    names = ("SD-JWT issue", "SD-JWT present + KB", "mdoc issue")
    return {
        **dict.fromkeys(names, sign),
        "SD-JWT verify + KB": verify(2),
        "mdoc verify": verify(2),
        "mdoc verify + chain": verify(3),
    }


def once(run: Run) -> float:
    """Return the microseconds of one run, over at least ten milliseconds."""
    start, count = thread_time_ns(), 0
    while (taken := thread_time_ns() - start) < 10_000_000:
        run()
        count += 1
    return taken / count / 1000


def gather(material: dict[str, Any]) -> tuple[dict[tuple[str, str], Run], dict[str, str]]:
    """Return what can be run, and why the rest can't."""
    found: dict[tuple[str, str], Run] = {}
    missing = {}
    for peer, make in PEERS.items():
        try:
            for name, run in make(material).items():
                run()
                found[name, peer] = run
        except Exception as reason:  # noqa: BLE001  whatever a peer fails with is only told
            missing[peer] = f"{type(reason).__name__}: {reason}"[:200]
    return found, missing


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr  # a peer that prints would break an answer
    runs, missing = gather(json.loads(sys.stdin.readline()))
    bare = limits()
    print(json.dumps({"found": list(runs), "missing": missing}), file=answers, flush=True)
    for _ in sys.stdin:
        times = [[name, peer, once(bare[name]), once(run)] for (name, peer), run in runs.items()]
        print(json.dumps(times), file=answers, flush=True)


if __name__ == "__main__":
    main()
