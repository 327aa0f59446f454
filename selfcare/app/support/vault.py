"""The keyring for a loop: each call in a thread, as it may wait for somebody to unlock it."""

from __future__ import annotations

import asyncio

from selfcare.boxes.secret import Secret
from selfcare.ground.secrets import SecretStore


class KeyringVault:
    """What desks keep of their tokens. May raise ``SelfcareError``."""

    def __init__(self, store: SecretStore) -> None:
        self._store = store

    async def get(self, name: str) -> str | None:
        """None: there is none."""
        found = await asyncio.to_thread(self._store.get, name)
        return None if found is None else found.reveal()

    async def put(self, name: str, text: str) -> None:
        """What was there is replaced."""
        await asyncio.to_thread(self._store.put, name, Secret(text))

    async def delete(self, name: str) -> None:
        """Nothing there is no error."""
        await asyncio.to_thread(self._store.delete, name)
