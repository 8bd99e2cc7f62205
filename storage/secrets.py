"""Seals what must not be read on disk, and keys the chains; knows no table.

One secret (TIEXIN_SECRET_KEY) yields separate keys by HKDF-SHA256: one seals (AES-256-GCM), one makes
fingerprints for look-ups (HMAC-SHA256), one links the hash chains (HMAC-SHA256).
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_MIN_CHARACTERS = 16
NONCE_BYTES = 12
KEY_ID_BYTES = 4


class WrongKey(Exception):
    """Something was sealed with another key, or was altered since."""


class Vault:
    """Seals and opens texts, fingerprints and chains them, all under one secret."""

    def __init__(self, secret: str) -> None:
        """Derive the keys. `secret`: at least 16 characters, else ValueError."""
        if len(secret) < SECRET_MIN_CHARACTERS:
            raise ValueError(f"the secret key needs at least {SECRET_MIN_CHARACTERS} characters")
        self._sealing = AESGCM(_derive(secret, b"seal"))
        self._fingerprinting = _derive(secret, b"fingerprint")
        self._chaining = _derive(secret, b"chain")
        self.key_id = hashlib.sha256(_derive(secret, b"id")).digest()[:KEY_ID_BYTES]

    def seal(self, text: str, purpose: str) -> bytes:
        """Return key id + nonce + ciphertext; `purpose` (table.column) must be given again to open it."""
        nonce = os.urandom(NONCE_BYTES)
        return self.key_id + nonce + self._sealing.encrypt(nonce, text.encode(), purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> str:
        """Return the text. Raises WrongKey when sealed under another key or purpose, or altered."""
        if sealed[:KEY_ID_BYTES] != self.key_id:
            raise WrongKey("sealed under another key")
        nonce = sealed[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES]
        try:
            plain = self._sealing.decrypt(nonce, sealed[KEY_ID_BYTES + NONCE_BYTES :], purpose.encode())
        except InvalidTag:
            raise WrongKey("altered, or sealed for another purpose") from None
        return plain.decode()

    def fingerprint(self, text: str) -> bytes:
        """Return 32 bytes that are equal for equal texts and tell nothing else."""
        return hmac.digest(self._fingerprinting, text.encode(), "sha256")

    def link(self, previous: bytes, content: bytes) -> bytes:
        """Return the chain's next 32-byte head over the `previous` head and this row's `content`."""
        return hmac.digest(self._chaining, previous + content, "sha256")


def _derive(secret: str, purpose: bytes) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=b"tiexin", info=purpose)
    return kdf.derive(secret.encode())
