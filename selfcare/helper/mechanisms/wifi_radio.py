"""The radio that a program or airplane mode switched off: the kernel's soft block, and NetworkManager's own switch."""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

from selfcare.helper import link, nm_wifi, point
from selfcare.helper.bus import BusError
from selfcare.helper.change import EXACT, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.ways import Files
from selfcare.helper.nm import talking

FOLDER, DEVICE = Path("/sys/class/rfkill"), Path("/dev/rfkill")
WLAN, CHANGE = 1, 2  # RFKILL_TYPE_WLAN, RFKILL_OP_CHANGE
EVENT = "<IBBBB"  # index, type, operation, soft, hard (linux/rfkill.h)
SWITCH = "networkmanager"


class Radio:
    """``networkmanager``: its switch, None without it; and for each radio ("phy0") whether it is not blocked."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        before = _read()
        if not before.keys() - {SWITCH}:
            raise Refusal("failed", "no Wi-Fi radio")
        if _hard():
            raise Refusal("failed", "the computer's own switch")
        wanted = {key: None if value is None else True for key, value in before.items()}
        return Plan({}, before, wanted)

    def apply(self, entry: Entry) -> None:
        self._to(entry, entry.wanted)

    def read(self, entry: Entry) -> State:
        now = _read()  # of a radio that was pulled out, nothing is left to compare
        return {key: now.get(key, value) if value is not None else None for key, value in entry.before.items()}

    def restore(self, entry: Entry, files: Files) -> None:
        self._to(entry, entry.before)

    def _to(self, entry: Entry, state: State) -> None:
        """NetworkManager first: its switch moves the radios too, and it follows when they are moved."""
        if state[SWITCH] is not None and _read()[SWITCH] is not state[SWITCH]:
            with talking() as nm:
                nm_wifi.switch_radio(nm, on=bool(state[SWITCH]))
            link.until(lambda: self.read(entry) == state, 2.0)
        for name, number in _radios().items():
            if name in state and _soft(number) is state[name]:
                _block(number, on=not state[name])
        link.until(lambda: self.read(entry) == state)


def _radios() -> dict[str, int]:
    """The number of each Wi-Fi radio's switch, by the radio's name; of two with one name, the number too."""
    found: dict[str, int] = {}
    for folder in sorted(FOLDER.glob("rfkill*")):
        with suppress(OSError):
            if _word(folder, "type") == "wlan":
                number, name = int(folder.name.removeprefix("rfkill")), _word(folder, "name")
                found[f"{name} {number}" if name in found else name] = number
    return found


def _word(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="ascii").strip()


def _soft(number: int) -> bool:
    return _word(FOLDER / f"rfkill{number}", "soft") == "1"


def _hard() -> bool:
    return all(_word(FOLDER / f"rfkill{number}", "hard") == "1" for number in _radios().values())


def _read() -> State:
    state: State = {SWITCH: None}
    with suppress(Refusal, BusError), talking() as nm:
        state[SWITCH] = nm_wifi.radio_on(nm)
    return state | {name: not _soft(number) for name, number in _radios().items()}


def _block(number: int, *, on: bool) -> None:
    point.reached("before rfkill")
    handle = os.open(DEVICE, os.O_WRONLY)
    try:
        os.write(handle, struct.pack(EVENT, number, WLAN, CHANGE, int(on), 0))
    finally:
        os.close(handle)
    point.reached("after rfkill")


MECHANISMS: dict[str, Mechanism] = {"wifi.radio": Radio()}
