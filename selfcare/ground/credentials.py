"""What lets this program into a box, bound to that very box; and what is remembered of boxes it was let into.

The secret is in the :class:`SecretStore`; beside it lies a small file per box without anything secret: its address,
whether it refused the secret (then it is never sent again), until when it locked everybody out. Serial numbers and
hardware addresses are there as digests only.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from selfcare.boxes.secret import Secret
from selfcare.ground.atomic import write_atomic
from selfcare.ground.errors import folder_error
from selfcare.ground.secrets import Kept, SecretStore, Where

LOCK_OUT_S = 15 * 60.0
"""Seconds, where a box does not say how long it locks out. Source: a Bbox client's help, "wait 15+ minutes"."""
DOOR_S = 30.0
"""Seconds after which whoever tried a secret was killed in the middle of it."""
LONGEST_S = 24 * 3600.0
"""Seconds that a lock-out is believed at most, whatever a box says or a clock that was set back makes of it."""
_MAX_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class Identity:
    """Who stands at the gateway, as far as it can be told without login.

    ``uid`` is the box's own, ``mac`` the neighbour table's; ``address`` proves nothing.
    """

    family: str
    address: str
    uid: str | None = None
    mac: str | None = None

    @property
    def digests(self) -> tuple[str | None, str | None]:
        """Of uid and hardware address."""
        return _digest(self.family, self.uid), _digest(self.family, self.mac and self.mac.lower())

    @property
    def name(self) -> str | None:
        """A digest that names this very box in files; None where nothing tells it from another."""
        return next((digest for digest in self.digests if digest is not None), None)


@dataclass(frozen=True, slots=True)
class KnownBox:
    """``uid`` and ``mac`` are digests. ``refused``: the code of its refusal. ``locked_until``: UNIX time.

    ``since``: when this secret was given, so that a refusal of an older one is not taken for its own.
    """

    id: str
    family: str
    address: str
    uid: str | None
    mac: str | None
    where: str
    refused: str | None = None
    locked_until: float = 0.0
    since: float = 0.0

    @property
    def locked_s(self) -> float:
        """Seconds until it may be tried again; 0: now."""
        return _left(self.locked_until)

    def is_same(self, who: Identity) -> bool | None:
        """Whether this is that box; None where nothing tells (no uid without login, no hardware address)."""
        if self.family != who.family:
            return False
        for mine, theirs in zip((self.uid, self.mac), who.digests, strict=True):
            if mine is not None and theirs is not None:
                return mine == theirs
        return None


@dataclass(frozen=True, slots=True)
class Match:
    """``known``: the box at the gateway was let into before. ``changed``: another one is where that one was."""

    known: KnownBox | None = None
    changed: bool = False


class Credentials:
    """One per box. Blocking, as the store is."""

    def __init__(self, folder: Path, store: SecretStore | None = None) -> None:
        self._folder = folder / "boxes"
        self.store = store or SecretStore(folder)
        # Also in mind: a disk that is full must not make a refused secret one to be tried again.
        self._refused: dict[tuple[str, float], str] = {}
        self._shut: dict[str, float] = {}

    def known(self) -> tuple[KnownBox, ...]:
        """All boxes this program was let into; a file that cannot be read is passed over, and stays."""
        found = (self._read(path) for path in sorted(self._folder.glob("*.json")))
        return tuple(self._minded(box) for box in found if box is not None)

    def _minded(self, box: KnownBox) -> KnownBox:
        return box if box.refused is not None else replace(box, refused=self._refused.get((box.id, box.since)))

    def match(self, who: Identity) -> Match:
        """The known box that this is. Where nothing tells, the one last known at this address."""
        judged = [(box, box.is_same(who)) for box in self.known() if box.family == who.family]
        same = next((box for box, is_same in judged if is_same), None)
        here = [(box, is_same) for box, is_same in judged if box.address == who.address]
        if same is None:
            same = next((box for box, is_same in here if is_same is None), None)
        return Match(same, changed=same is None and bool(here))

    def keep(self, who: Identity, secret: Secret) -> Kept:
        """Stores a secret that was just accepted.

        The box formerly at this address stays known (a laptop has several homes), but no longer at this address.

        Raises:
            SelfcareError: it cannot be stored.
        """
        uid, mac = who.digests
        old = self.match(who).known
        name = old.id if old is not None else who.name or _digest(who.family, who.address) or ""
        kept = self.store.put(_name(who.family, name), secret)
        for other in self.known():
            if (other.family, other.address) == (who.family, who.address) and other.id != name:
                self._write(replace(other, address=""))
        self._write(KnownBox(name, who.family, who.address, uid, mac, kept.where.value, since=time.time()))
        return kept

    def secret(self, box: KnownBox) -> Secret | None:
        """The secret of this very box; None where it is gone. See :meth:`SecretStore.get`."""
        return self.store.get(_name(box.family, box.id))

    def warm(self, boxes: Iterable[KnownBox]) -> None:
        """While a box is still being asked who it is: reads nothing, see :meth:`SecretStore.warm`."""
        for where in {box.where for box in boxes}:
            self.store.warm(Where(where))

    def enter(self, box: KnownBox) -> bool:
        """Whether nobody else, in any program, is just trying this box's secret. To be left by :meth:`leave`."""
        door = self._folder / f"{box.id}.door"
        try:
            with contextlib.suppress(FileNotFoundError):
                if time.time() - door.stat().st_mtime > DOOR_S:
                    door.unlink(missing_ok=True)
            os.close(os.open(door, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            return False
        except OSError:  # a folder that takes no file: better to try than never to be let in
            return True
        return True

    def leave(self, box: KnownBox) -> None:
        """The try is over, and what came of it is written down."""
        with contextlib.suppress(OSError):
            (self._folder / f"{box.id}.door").unlink(missing_ok=True)

    def again(self, box: KnownBox) -> KnownBox:
        """What is known of it by now."""
        now = self._read(self._path(box.id))
        return self._minded(now) if now is not None else box

    def refuse(self, box: KnownBox, code: str) -> None:
        """Remembers that the box turned the secret down: only a new one is ever tried."""
        self._refused[box.id, box.since] = code
        now = self._read(self._path(box.id))
        if now is not None and now.since == box.since:  # else a new secret was given meanwhile: it was not refused
            self._note(box, refused=code)

    def lock(self, box: KnownBox, seconds: float | None) -> None:
        """Remembers until when the box lets nobody in."""
        self._note(box, locked_until=_until(seconds))

    def shut(self, who: Identity, seconds: float | None) -> None:
        """Likewise of a box that this program was never let into: nobody may try to pair before."""
        until = _until(seconds)
        self._shut[_door(who)] = until
        write_atomic(self._folder / f"{_door(who)}.shut", json.dumps(until).encode())

    def shut_s(self, who: Identity) -> float:
        """Seconds until a pairing may be tried again; 0: now."""
        try:
            with (self._folder / f"{_door(who)}.shut").open("rb") as handle:
                told = float(json.loads(handle.read(64)))
        except (OSError, ValueError, TypeError):
            told = 0.0
        return max(_left(told), _left(self._shut.get(_door(who), 0.0)))

    def seen(self, box: KnownBox, who: Identity) -> KnownBox:
        """What was learned about a box since: another address, its uid. The box as it is known now."""
        uid, mac = who.digests
        learned = {"address": who.address, "uid": uid or box.uid, "mac": mac or box.mac}
        self._note(box, **learned)
        return replace(box, **learned)  # type: ignore[arg-type]

    def forget(self, box: KnownBox) -> None:
        """Takes the secret and the memory of the box away.

        Raises:
            SelfcareError: they cannot be taken away; what is left can be forgotten later.
        """
        self.store.delete(_name(box.family, box.id))
        path = self._path(box.id)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise folder_error(error, path) from error

    def _note(self, box: KnownBox, **changed: Any) -> None:
        """On what is written now: another question, or another program, may have learned or forgotten meanwhile."""
        now = self._read(self._path(box.id))
        if now is not None and (new := replace(now, **changed)) != now:
            self._write(new)

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
                uid=_text(data.get("uid")),
                mac=_text(data.get("mac")),
                where=Where(data["where"]).value,
                refused=_text(data.get("refused")),
                locked_until=float(data.get("locked_until", 0.0)),
                since=float(data.get("since", 0.0)),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None


def _until(seconds: float | None) -> float:
    return time.time() + min(seconds or LOCK_OUT_S, LONGEST_S)


def _left(until: float) -> float:
    """A clock that was set back must not lock out for years."""
    left = until - time.time()
    return left if 0.0 < left <= LONGEST_S else 0.0


def _door(who: Identity) -> str:
    return who.name or _digest(who.family, who.address) or ""


def _digest(family: str, what: str | None) -> str | None:
    """Nobody can read a serial number out of a file of ours."""
    return hashlib.sha256(f"{family}\0{what}".encode()).hexdigest()[:24] if what else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _name(family: str, name: str) -> str:
    return f"box/{family}/{name}"
