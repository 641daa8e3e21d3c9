"""What the bank keeps of its customers: name and date of birth, and nothing else of their cards."""

import json
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from bank.cards import ProvenPerson


@dataclass(frozen=True)
class Customer:
    """A customer; `id` is a handle that says nothing of the person.

    `salt` keeps the digest in the audit trail from being guessed from a name and a birthday.
    """

    id: str
    name: str = field(repr=False)
    birth_date: date = field(repr=False)
    salt: str = field(repr=False)

    def digest(self) -> str:
        """Return the digest of this file, by which an auditor finds it unchanged."""
        members = [self.id, self.name, self.birth_date.isoformat(), self.salt]
        return sha256(json.dumps(members).encode()).hexdigest()


class Customers:
    """The customers' files. A bank has them in its database; these last as long as the process."""

    def __init__(self) -> None:
        self._files: dict[str, Customer] = {}

    def enter(self, person: ProvenPerson, *, handle: str, salt: str) -> Customer:
        """Open a file for a person; the portrait does not go into it."""
        customer = Customer(f"customer-{handle}", person.name, person.birth_date, salt)
        self._files[customer.id] = customer
        return customer

    def find(self, customer_id: str) -> Customer | None:
        """Find a file."""
        return self._files.get(customer_id)

    def close(self, customer_id: str) -> None:
        """End a file: its cards log nobody in from now on, whatever their status says."""
        self._files.pop(customer_id, None)
