"""The issuer's role: claims in, signed credentials out, in any format."""

from krid.issuer.issuer import Issuer

__all__ = ["Issuer"]
