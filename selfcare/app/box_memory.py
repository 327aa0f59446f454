"""The journal of box changes with its keys in the keyring: states in, states out."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Protocol

from selfcare.app.box_kinds.kind import Scope, State, Value
from selfcare.boxes.secret import Secret
from selfcare.cases.box_journal import BoxEntry, BoxJournal
from selfcare.ground.errors import SelfcareError
from selfcare.model.box.change import ChangeState, Difference

_REFERENCE = "secret"
KEPT = 50
"""Changes of a box that can be looked at and undone; the keys of older ones need not lie in the keyring."""


class SecretStore(Protocol):
    """The keyring, or what stands in for it. Raises ``SelfcareError`` where it cannot be used."""

    def get(self, name: str) -> Secret | None:
        """What was put under this name."""

    def put(self, name: str, secret: Secret) -> object:
        """Keeps it."""

    def delete(self, name: str) -> None:
        """Forgets it; nothing there is no error."""


class Memory:
    """Notes changes. A keyring asks its own service: so it is spoken to in a thread."""

    def __init__(self, journal: BoxJournal, store: SecretStore) -> None:
        self.journal, self._store = journal, store

    async def begin(
        self, box: str, kind: str, scope: Scope, before: State, asked: State, shown: Iterable[Difference]
    ) -> BoxEntry:
        """On the disk and in the keyring, or an error: then nothing may be changed.

        The entry comes first: so that no key can be left in the keyring that no entry names.
        """
        kept: dict[str, Secret] = {}
        head = {
            "kind": kind,
            "scope": {"macs": list(scope.macs), "id": scope.id},
            "before": _as_json(before, kept),
            "asked": _as_json(asked, kept),
            "shown": [asdict(one) for one in shown],
        }
        name = self.journal.begin(box, head)
        for reference, secret in kept.items():
            await asyncio.to_thread(self._store.put, reference, secret)
        entry = self.journal.find(name)
        assert entry is not None
        return entry

    async def states(self, entry: BoxEntry) -> tuple[State, State] | None:
        """Before and asked; None where the keyring has lost a key."""
        before, asked = await self._told(entry.before), await self._told(entry.asked)
        return None if before is None or asked is None else (before, asked)

    async def _told(self, state: Mapping[str, Any]) -> State | None:
        found: dict[str, Value] = {}
        for part, value in state.items():
            if isinstance(value, dict) and _REFERENCE in value:
                secret = await asyncio.to_thread(self._store.get, str(value[_REFERENCE]))
                if secret is None:
                    return None
                found[part] = secret
            else:
                found[part] = value
        return found

    async def forget(self, entry: BoxEntry, state: ChangeState) -> None:
        """The keys of a change that is over for good, once the journal says so."""
        for name in entry.keys:
            await asyncio.to_thread(self._store.delete, name)
        if entry.keys:
            self.journal.add(entry, state, swept=True)

    async def sweep(self) -> None:
        """The keys that a program left which died between its last line and forgetting them; and very old changes."""
        seen: Counter[str] = Counter()
        for entry in self.journal.entries()[0]:
            seen[entry.box] += 1
            old = seen[entry.box] > KEPT and not entry.state.unfinished
            with contextlib.suppress(SelfcareError):
                if entry.keys and (old or not entry.state.needs_keys):
                    await self.forget(entry, entry.state)
                if old:
                    self.journal.remove(entry)


def scope_of(entry: BoxEntry) -> Scope:
    """As it was when the change was made."""
    identity = entry.scope.get("id")
    return Scope(tuple(str(mac) for mac in entry.scope.get("macs", ())), None if identity is None else str(identity))


def _as_json(state: State, kept: dict[str, Secret]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for part, value in state.items():
        if isinstance(value, Secret):
            reference = f"box-change-{secrets.token_hex(8)}"
            kept[reference] = value
            made[part] = {_REFERENCE: reference}
        else:
            made[part] = value
    return made
