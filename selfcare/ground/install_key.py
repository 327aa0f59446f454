"""This install's own Ed25519 key: made at the first use, kept as a secret, never sent; it signs."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from selfcare.boxes.secret import Secret
from selfcare.ground.secrets import SecretStore

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NAME = "install-key"


class InstallKey:
    """Blocking where the keyring is: made in a thread."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def of(cls, store: SecretStore) -> InstallKey:
        """The one there is, else a new one.

        Raises:
            SelfcareError: it can be neither read nor stored: then nothing is signed by a key nobody keeps.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        stored = store.get(NAME)
        if stored is not None:
            return cls(Ed25519PrivateKey.from_private_bytes(base64.b64decode(stored.reveal())))
        key = Ed25519PrivateKey.generate()
        store.put(NAME, Secret(base64.b64encode(key.private_bytes_raw()).decode()))
        return cls(key)

    def sign(self, data: bytes) -> bytes:
        """64 bytes."""
        return self._key.sign(data)

    @property
    def public(self) -> bytes:
        """32 bytes."""
        return self._key.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        """Short enough to be read out: 16 hex digits of the public key's SHA-256, four by four."""
        return fingerprint(self.public)


def fingerprint(public: bytes) -> str:
    """Of a public key."""
    digest = hashlib.sha256(public).hexdigest()[:16]
    return " ".join(digest[at : at + 4] for at in range(0, 16, 4))


def verifies(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether this key signed exactly this."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
