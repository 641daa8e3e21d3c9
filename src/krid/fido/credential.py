"""What is kept of an authenticator's credential between ceremonies (section 4)."""

from dataclasses import dataclass, field
from typing import Self, final

from krid._core import base64url, shape, strict_json
from krid._core.arguments import typed
from krid.errors import Code, KridError, MalformedError

_CODE = Code.FIDO_CREDENTIAL_RECORD


@final
@dataclass(frozen=True, slots=True)
class Credential:
    """A credential record: nothing in it is secret.

    `public_key` is a COSE_Key, `user` the random user handle, `sign_count` the counter of its last
    use, `salt` the input of the PRF. Keep the newest: an older counter hides a clone.
    """

    id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    user: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    sign_count: int
    backup_eligible: bool

    def encode(self) -> bytes:
        """Write the record as JSON."""
        return strict_json.dumps(
            {
                "id": base64url.encode(self.id),
                "public_key": base64url.encode(self.public_key),
                "user": base64url.encode(self.user),
                "salt": base64url.encode(self.salt),
                "sign_count": self.sign_count,
                "backup_eligible": self.backup_eligible,
            }
        )

    @classmethod
    def decode(cls, record: bytes) -> Self:
        """Read a record back.

        Raises:
            MalformedError: `fido.credential_record`.
        """
        typed("record", record, bytes)
        try:
            members = strict_json.loads_object(record)
            return cls(
                id=base64url.decode(shape.text(members.get("id"), _CODE)),
                public_key=base64url.decode(shape.text(members.get("public_key"), _CODE)),
                user=base64url.decode(shape.text(members.get("user"), _CODE)),
                salt=base64url.decode(shape.text(members.get("salt"), _CODE)),
                sign_count=shape.integer(members.get("sign_count"), _CODE),
                backup_eligible=shape.boolean(members.get("backup_eligible"), _CODE),
            )
        except KridError as cause:
            raise MalformedError(_CODE) from cause
