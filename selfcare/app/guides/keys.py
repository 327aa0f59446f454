"""Keys that are typed in a guide: in the keyring while the run needs them, by a name that stands in the run."""

from __future__ import annotations

import asyncio

from selfcare.app.box_memory import SecretStore
from selfcare.boxes.secret import Secret


async def keep_key(store: SecretStore, run: str, step: str, key: str) -> str:
    """Puts it away; the name under which it is. Raises ``SelfcareError``: it cannot be kept."""
    name = f"guide {run} {step}"
    await asyncio.to_thread(store.put, name, Secret(key))
    return name


async def key_of(store: SecretStore, name: str) -> Secret | None:
    """None: it is no longer there, and has to be asked for again."""
    return await asyncio.to_thread(store.get, name)


async def forget_keys(store: SecretStore, names: tuple[str, ...]) -> None:
    """At the end of a run."""
    for name in names:
        await asyncio.to_thread(store.delete, name)
