"""What lets this program into a box, bound to that very box; and what is remembered of boxes it was let into.

The secret is in the :class:`SecretStore`; beside it lies a small file per box without anything secret: its address,
whether it refused the secret (then it is never sent again), until when it locked everybody out. A box is named there
by a digest of family and uid.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from selfcare.boxes.secret import Secret
from selfcare.ground.atomic import write_atomic
from selfcare.ground.errors import folder_error
from selfcare.ground.secrets import Kept, SecretStore, Where

LOCK_OUT_S = 15 * 60.0
"""Seconds, where a box does not say how long it locks out. Source: a Bbox client's help, "wait 15+ minutes"."""
_MAX_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class KnownBox:
    """``id`` names this very box. ``refused``: its code, if it turned the secret down. ``locked_until``: UNIX time."""

    id: str
    family: str
    address: str
    where: str
    refused: str | None = None
    locked_until: float = 0.0

    @property
    def locked_s(self) -> float:
        """Seconds until it may be tried again; 0: now."""
        # A clock that was set back must not lock out for years.
        left = self.locked_until - time.time()
        return left if 0.0 < left <= 24 * 3600.0 else 0.0


def box_id(family: str, uid: str) -> str:
    """The name of a box in files: nobody can read its serial number out of it."""
    return hashlib.sha256(f"{family}\0{uid}".encode()).hexdigest()[:24]


class Credentials:
    """One per box. Blocking, as the store is."""

    def __init__(self, folder: Path, store: SecretStore | None = None) -> None:
        self._folder = folder / "boxes"
        self.store = store or SecretStore(folder)

    def known(self) -> tuple[KnownBox, ...]:
        """All boxes this program was let into; a file that cannot be read is passed over, and stays."""
        found = (self._read(path) for path in sorted(self._folder.glob("*.json")))
        return tuple(box for box in found if box is not None)

    def find(self, family: str, uid: str) -> KnownBox | None:
        """The one box, if it is known."""
        return self._read(self._path(box_id(family, uid)))

    def at(self, family: str, address: str) -> KnownBox | None:
        """The box of this family last known at this address."""
        return next((box for box in self.known() if (box.family, box.address) == (family, address)), None)

    def keep(self, family: str, uid: str, address: str, secret: Secret) -> Kept:
        """Stores a secret that was just accepted.

        The box formerly at this address stays known (a laptop has several homes), but no longer at this address.

        Raises:
            SelfcareError: it cannot be stored.
        """
        kept = self.store.put(_name(family, uid), secret)
        for old in self.known():
            if (old.family, old.address) == (family, address):
                self._write(replace(old, address=""))
        self._write(KnownBox(box_id(family, uid), family, address, kept.where.value))
        return kept

    def secret(self, family: str, uid: str) -> Secret | None:
        """The secret of this very box; None where there is none. See :meth:`SecretStore.get`."""
        return self.store.get(_name(family, uid))

    def refuse(self, family: str, uid: str, code: str) -> None:
        """Remembers that the box turned the secret down: only a new one is ever tried."""
        known = self.find(family, uid)
        if known is not None:
            self._write(replace(known, refused=code))

    def lock(self, family: str, uid: str, seconds: float | None) -> None:
        """Remembers until when the box lets nobody in."""
        known = self.find(family, uid)
        if known is not None:
            self._write(replace(known, locked_until=time.time() + (seconds or LOCK_OUT_S)))

    def moved(self, family: str, uid: str, address: str) -> None:
        """The same box at another address."""
        known = self.find(family, uid)
        if known is not None and known.address != address:
            self._write(replace(known, address=address))

    def forget(self, family: str, uid: str) -> bool:
        """Takes the secret and the memory of the box away; False where there was none."""
        path = self._path(box_id(family, uid))
        there = path.exists()
        self.store.delete(_name(family, uid))
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise folder_error(error, path) from error
        return there

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _write(self, box: KnownBox) -> None:
        write_atomic(self._path(box.id), json.dumps(asdict(box)).encode())

    def _read(self, path: Path) -> KnownBox | None:
        try:
            with path.open("rb") as handle:
                data = json.loads(handle.read(_MAX_BYTES))
            return KnownBox(
                id=path.stem,
                family=str(data["family"]),
                address=str(data["address"]),
                where=Where(data["where"]).value,
                refused=None if data.get("refused") is None else str(data["refused"]),
                locked_until=float(data.get("locked_until", 0.0)),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None


def _name(family: str, uid: str) -> str:
    return f"box/{family}/{box_id(family, uid)}"
