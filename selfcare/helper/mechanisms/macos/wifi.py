"""Wi-Fi on macOS: its radio off and on, which leaves and joins; and on.

Which band and which access point is macOS' own business. Forgetting a network is for a hand: its key lies in the
keychain, which this program cannot read, so it could not be put back.
"""

from __future__ import annotations

from typing import Any

from selfcare.helper import host, tools
from selfcare.helper.change import EXACT, MEANWHILE, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.macos import links, services
from selfcare.helper.mechanisms.macos.adapter import RADIO, Radio, power
from selfcare.helper.mechanisms.ways import ByOwner, Files, NotOffered


class On:
    """The radios of all Wi-Fi interfaces."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        before = {name: power(name) for name in services.wifi_interfaces()}
        if not before:
            raise Refusal("failed", "no Wi-Fi radio")
        return Plan({}, before, dict.fromkeys(before, True))

    def apply(self, entry: Entry) -> None:
        self._to(entry.wanted)
        if self.read(entry) != entry.wanted:  # it says no only in words
            raise Refusal("failed" if host.is_root() else "needs_privilege", "the radio stays off")

    def read(self, entry: Entry) -> State:
        return {name: power(name) for name in entry.before}

    def restore(self, entry: Entry, files: Files) -> None:
        self._to(entry.before)

    def _to(self, state: State) -> None:
        for name, on in state.items():
            if power(name) is not on:
                tools.tell("networksetup", "-setairportpower", name, "on" if on else "off")
                links.until(lambda name=name, on=on: power(name) is on, 5.0)  # type: ignore[misc]


def _radio(args: dict[str, Any]) -> str:
    if not services.of_interface(args["interface"]).wifi:
        raise Refusal("bad_argument", f"{args['interface']} is no Wi-Fi")
    return RADIO


MECHANISMS: dict[str, Mechanism] = {
    "wifi.reconnect": ByOwner(_radio, {RADIO: Radio()}, undo=MEANWHILE),
    "wifi.radio": On(),
    "wifi.prefer": NotOffered("macOS chooses the band itself"),
    "wifi.stick": NotOffered("macOS chooses the access point itself"),
    "wifi.rejoin": NotOffered("the key lies in the keychain: it could not be put back"),
}
