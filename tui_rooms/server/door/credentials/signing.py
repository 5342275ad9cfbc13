"""JSON Web Tokens with HS256, by secrets that are looked at once each.

PyJWT asks of a secret whenever it is used whether it is rather a certificate, or a key of another
kind, which takes longer than the signature. For the secret of a server the answer stays the same.
"""

from functools import lru_cache
from typing import Final

import jwt
from jwt.algorithms import HMACAlgorithm

ALGORITHM: Final = "HS256"
_SECRETS: Final = 16
"""So many are remembered; a server has one."""


class _Hs256(HMACAlgorithm):
    def __init__(self) -> None:
        super().__init__(HMACAlgorithm.SHA256)
        self._prepared = lru_cache(maxsize=_SECRETS)(super().prepare_key)

    def prepare_key(self, key: str | bytes) -> bytes:
        """As PyJWT does.

        Raises:
            jwt.InvalidKeyError: it is no secret.
        """
        return self._prepared(key)


class _Tokens(jwt.PyJWT):
    def __init__(self) -> None:
        super().__init__()
        self._jws = jwt.PyJWS(algorithms=[])
        self._jws.register_algorithm(ALGORITHM, _Hs256())


_TOKENS: Final = _Tokens()
encode: Final = _TOKENS.encode
"""As `jwt.encode`."""
decode: Final = _TOKENS.decode
"""As `jwt.decode`."""
