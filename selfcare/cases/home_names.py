"""What the box said the home's networks and machines are called: kept so that no report tells it. Blocking.

One file each box in ``<data>/home``, readable by this user only (600): names, roles, hardware addresses and when each
was last told; no key, no address of the network. Gone with ``box forget``, with the last case, or 12 months after.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from selfcare.cases.ageing import CONFIRMED, KEPT, MARKED
from selfcare.cases.stretch import believable, moment
from selfcare.ground.atomic import write_atomic
from selfcare.ground.credentials import Identity, KnownBox
from selfcare.ground.errors import FolderError, folder_error
from selfcare.model.box import GuestNetwork, HomeHost, WifiSettings
from selfcare.redaction.known import Known, role_of

FOLDER = "home"
VERSION = 1
SSID, HOST, MAC = "ssid", "host", "mac"
MOST = {SSID: 32, HOST: 256, MAC: 256}
"""Of each kind, those told last: a box lists every machine it ever saw (some 250 on the largest one recorded)."""
MOST_BYTES = 262_144
_TEXT = 200
_AGAIN = timedelta(days=1)
"""A name told again is dated anew so often: the window asks a box each minute."""
_NOBODY = "unknown"
_ONE = threading.Lock()
"""Machines and networks are told at once; what two programs take from each other is told again at the next reading."""
_log = logging.getLogger(__name__)
Told = tuple[str, str, str]
"""Kind, text, role (of a machine, else "")."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """``box``: digests of who told it. ``names``: with when each was last told. ``old``: see ``retain``."""

    box: tuple[str, ...] = ()
    names: Mapping[Told, str] = field(default_factory=dict)
    old: str | None = None


def told_by(value: object) -> Iterator[Told]:
    """Of one reading of the box (``HOSTS``, ``WIFI``, ``GUEST``); of any other, nothing."""
    if isinstance(value, WifiSettings):
        for one in value.ssids:
            yield from _named((SSID, one.ssid, ""), (MAC, one.bssid, ""))
    elif isinstance(value, GuestNetwork):
        yield from _named((SSID, value.ssid, ""))
    elif isinstance(value, tuple):
        for host in value:
            if isinstance(host, HomeHost):
                role = role_of(host.kind, host.host_name, host.vendor)
                yield from _named((HOST, host.host_name, role), (MAC, host.phys_address, ""))


def _named(*found: tuple[str, str | None, str]) -> Iterator[Told]:
    yield from ((kind, text[:_TEXT], role) for kind, text, role in found if text)


def _now() -> datetime:
    return datetime.now().astimezone()


class HomeNames:
    """``data``: this user's folder; ``now``: the time of day, with offset."""

    def __init__(self, data: Path, now: Callable[[], datetime] = _now) -> None:
        self._folder, self._now = data / FOLDER, now

    def keep(self, who: Identity, value: object) -> None:
        """What a box just told. Never raises: a full disk must not keep a box from being read."""
        told = tuple(told_by(value))
        if told:
            with _ONE:
                self._kept(who, told)

    def _kept(self, who: Identity, told: tuple[Told, ...]) -> None:
        path, now = self._folder / f"{who.name or _NOBODY}.json", self._now()
        kept = self._read(path)
        names, box = dict(kept.names), tuple(dict.fromkeys((*kept.box, *(one for one in who.digests if one))))
        fresh = {one for one in told if not _just_told(names.get(one), now)}
        if not fresh and box == kept.box:
            return
        names.update(dict.fromkeys(fresh, now.isoformat(timespec="seconds")))
        try:
            self._write(path, _Kept(box, _newest(names), kept.old))
        except FolderError as error:
            _log.warning("names of the home cannot be kept: %s", error.code)

    def known(self) -> Known:
        """Of every home this PC was in, those told last first."""
        every: dict[Told, str] = {}
        for path in self._paths():
            for one, at in self._read(path).names.items():
                every[one] = max(at, every.get(one, ""))
        names = _newest(every)
        return Known(
            hosts=tuple((text, role or "device") for kind, text, role in names if kind == HOST),
            ssids=tuple(text for kind, text, _ in names if kind == SSID),
            macs=tuple(text for kind, text, _ in names if kind == MAC),
        )

    def forget(self, who: Identity, known: Iterable[KnownBox] = ()) -> None:
        """Those of one box, also as it was ``known`` before; and those that nobody knows whose they are.

        Raises:
            FolderError: they are still there.
        """
        box = {*who.digests, *(digest for one in known for digest in (one.id, one.uid, one.mac))} - {None}
        for path in self._paths():
            if path.stem == _NOBODY or path.stem in box or box & set(self._read(path).box):
                _unlink(path)

    def forget_all(self) -> None:
        """Raises ``FolderError``: some are still there."""
        for path in self._paths():
            _unlink(path)

    def retain(self) -> None:
        """Lets names go that were not told for 12 months: marked first, gone when a week later they still look so.

        Nothing goes on the word of one moment (see ``ageing``). Never raises.
        """
        for path in self._paths():
            try:
                self._retained(path, self._read(path), self._now())
            except FolderError as error:
                _log.warning("old names of the home cannot be taken away: %s", error.code)

    def _retained(self, path: Path, kept: _Kept, now: datetime) -> None:
        if not any(_older(at, now, MARKED) for at in kept.names.values()):
            if kept.old is not None:
                self._write(path, replace(kept, old=None))
            return
        since = moment(kept.old)
        if since is None or not believable(since, now):
            self._write(path, replace(kept, old=now.isoformat(timespec="seconds")))
        elif now - since >= CONFIRMED:
            left = {one: at for one, at in kept.names.items() if not _older(at, now, KEPT)}
            if not left:
                _unlink(path)
            elif len(left) < len(kept.names):
                self._write(path, replace(kept, names=left))

    # -- the files --------------------------------------------------------------------------------

    def _paths(self) -> tuple[Path, ...]:
        return tuple(self._folder.glob("*.json"))

    def _write(self, path: Path, kept: _Kept) -> None:
        names = [[*one, at] for one, at in kept.names.items()]
        told = {"v": VERSION, "box": kept.box, "old": kept.old, "names": names}
        write_atomic(path, json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(errors="replace"))

    def _read(self, path: Path) -> _Kept:
        """What cannot be read is as nothing: the box tells it again."""
        try:
            with path.open("rb") as file:
                raw = file.read(MOST_BYTES + 1)
            told: Any = json.loads(raw) if len(raw) <= MOST_BYTES else {}
            names = {(str(kind), str(text)[:_TEXT], str(role)): str(at) for kind, text, role, at in told["names"]}
            if told["v"] == VERSION:
                return _Kept(tuple(str(one) for one in told["box"]), names, told["old"])
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            _log.warning("kept names of the home cannot be read: %s", type(error).__name__)
        return _Kept()


def _newest(names: Mapping[Told, str]) -> dict[Told, str]:
    """As many as may be kept of each kind, those told last first."""
    counted = dict.fromkeys(MOST, 0)
    found: dict[Told, str] = {}
    for one, at in sorted(names.items(), key=lambda item: item[1], reverse=True):
        if counted.get(one[0], MOST_BYTES) < MOST.get(one[0], 0):
            counted[one[0]] += 1
            found[one] = at
    return found


def _just_told(at: str | None, now: datetime) -> bool:
    then = moment(at)
    return then is not None and timedelta(0) <= now - then < _AGAIN


def _older(at: str, now: datetime, than: timedelta) -> bool:
    then = moment(at)
    return then is None or (believable(then, now) and now - then > than)


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise folder_error(error, path) from error
