"""Keys that are typed in a guide: in the keyring while the run needs them, by a name that stands in the run."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from selfcare.boxes.secret import Secret
from selfcare.cases.guide_runs import GuideRuns
from selfcare.ground.errors import SelfcareError

if TYPE_CHECKING:
    from selfcare.app.box_memory import SecretStore


async def keep_key(store: SecretStore, runs: GuideRuns, run: str, step: str, key: str) -> str:
    """Puts it away; the name under which it is. Raises ``SelfcareError``: it cannot be kept."""
    name = f"guide {run} {step}"
    runs.key(run, name)
    await asyncio.to_thread(store.put, name, Secret(key))
    return name


async def key_of(store: SecretStore, name: str) -> Secret | None:
    """None: it is no longer there, and has to be asked for again."""
    return await asyncio.to_thread(store.get, name)


async def forget_keys(store: SecretStore, runs: GuideRuns, name: str) -> None:
    """Of a run that is over. Raises ``SelfcareError``: the keyring or the disk does not let us; the next start will."""
    stored = runs.find(name)
    if stored is None or not stored.keys:
        return
    for key in stored.keys:
        await asyncio.to_thread(store.delete, key)
    runs.swept(name)


async def sweep(store: SecretStore, runs: GuideRuns) -> None:
    """What a program left that died between its last word and this; and runs that need not be kept any more."""
    for stored in runs.runs():
        if stored.closed and stored.keys:
            with contextlib.suppress(SelfcareError):
                await forget_keys(store, runs, stored.name)
    for stored in runs.spent():
        fresh = runs.find(stored.name)
        if fresh is not None and not fresh.keys:  # a key whose run is gone would never be found again
            runs.remove(stored.name)
