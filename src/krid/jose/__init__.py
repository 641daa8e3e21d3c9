"""JSON Web Signature and Encryption: strict, compact, and with krid's algorithms alone.

>>> from krid.jose import Jws, jws
>>> from krid.keys import Alg, LocalKey
>>> key = LocalKey.generate(Alg.EDDSA)
>>> text = jws.sign({"typ": "JWT"}, b"{}", key)
>>> Jws.parse(text).verify(key.public_key)
"""

from krid.jose.jwe import Enc, Jwe
from krid.jose.jws import Jws

__all__ = ["Enc", "Jwe", "Jws"]
