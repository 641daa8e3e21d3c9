"""W3C credentials in memory: a university issues, a student holds, an employer asks and verifies.

The same ceremony in all four forms: `vc+jwt`, `vc+cose`, `vc+sd-jwt`, and `jwt_vc_json`.
"""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import krid
from krid import profiles, query
from krid.exchange import AuthenticatedRequest
from krid.model import value_at
from krid.sdjwt import sd
from krid.trust import KeyTrust

UNIVERSITY = "https://university.example"
DEGREE = "ExampleDegree"
FORMS = ("vc+jwt", "vc+cose", "vc+sd-jwt", "jwt_vc_json")


def show_a_degree(form: str, folder: Path) -> str:
    """Play the ceremony in one form and return the degree that the employer learnt."""
    key = krid.LocalKey.generate(krid.Alg.ES256)
    trust = KeyTrust.of(key.public_key, issuer=UNIVERSITY)
    issuer = krid.Issuer(UNIVERSITY, signer=key, profile=profiles.W3C)
    employer = krid.Verifier(
        "https://employer.example", trust=trust, status=krid.NO_STATUS, profile=profiles.W3C,
        sessions=krid.MemorySessions(),
    )  # fmt: skip
    with krid.Wallet.create(folder / "wallet.db", unlock=krid.Pin("246813"), trust=trust) as wallet:
        # Only an SD-JWT can withhold something; the other forms show all that they say.
        hidden = sd("2001-04-13") if form == "vc+sd-jwt" else "2001-04-13"
        wallet.add(
            issuer.issue(
                form,
                type=DEGREE,
                claims={
                    "name": {"@value": "Degree", "@language": "en"},
                    "credentialSubject": {"degree": "Bachelor of Science", "birthdate": hidden},
                },
                holder=wallet.new_key(),
                lifetime=timedelta(days=365),
                status=krid.NO_STATUS,
            )
        )

        # The employer asks for the degree, and the student agrees to the least that answers.
        path = ("credentialSubject", "degree")
        asked = query.w3c("degree", format_name=form, types=[(DEGREE,)], claims=[path])
        request = employer.request(asked, purpose="Apply for a job")
        known = AuthenticatedRequest(request=request, verifier="employer.example", path="a meeting")
        found = wallet.match(known)
        if not isinstance(found, krid.Matched):
            raise TypeError("the wallet has no degree")
        response = wallet.present(found.consent(to=found.minimum))

    claims = employer.verify(response)["degree"].claims
    return str(value_at(claims, path))


def main() -> list[str]:
    """Play it in every form."""
    degrees = []
    for form in FORMS:
        with TemporaryDirectory() as folder:
            degrees.append(show_a_degree(form, Path(folder)))
    return degrees


if __name__ == "__main__":
    print("\n".join(main()))
