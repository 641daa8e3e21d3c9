"""The issuer's side of OpenID4VCI: every endpoint as a function from a `Call` to a `Reply`."""
