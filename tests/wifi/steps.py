"""Ways to break the air. Registered with those of the home lab, which work here as well.

Radio-true: ``signal``, ``kick``, ``switch``, ``cell_gone``, ``radio_off``. Composed: ``air`` and ``relay_hop``, since a
simulated radio loses nothing: what the air does to packets is done by netem on both ends of it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from tests.lab.steps.registry import action
from tests.wifi import air as radios
from tests.wifi.scenario import PROFILE_NAME

if TYPE_CHECKING:
    from tests.lab.lab import Lab
    from tests.lab.spaces import Space
    from tests.wifi.home import WifiHome


def _home(lab: Lab) -> WifiHome:
    return cast("WifiHome", lab)


def netem(space: Space, device: str, words: list[str]) -> None:
    """None of them: a good way again."""
    space.run("tc", "qdisc", "del", "dev", device, "root", check=False)
    if words:
        space.run("tc", "qdisc", "add", "dev", device, "root", "netem", *words)


def spoilt(percent: float, delay_ms: float, jitter_ms: float, kbit: float) -> list[str]:
    words = ["loss", f"{percent}%"] if percent else []
    if delay_ms or jitter_ms:
        words += ["delay", f"{delay_ms}ms", f"{jitter_ms}ms"]
    if kbit:
        words += ["rate", f"{kbit:.0f}kbit"]
    return words


@action
def air(lab: Lab, *, percent: float = 0.0, delay_ms: float = 0.0, jitter_ms: float = 0.0, kbit: float = 0.0) -> None:
    """What is left of packets that were sent again and again: so many lost each way, and late. Without words: good."""
    home, words = _home(lab), spoilt(percent, delay_ms, jitter_ms, kbit)
    netem(home.pc, "wlan0", words)
    for cell in home.cells:
        if cell.lan in ("home", "guest") and (space := home.space_of(cell)) is not None:
            netem(space, cell.radio, words)


@action
def relay_hop(
    lab: Lab, *, percent: float = 0.0, delay_ms: float = 0.0, jitter_ms: float = 0.0, kbit: float = 0.0
) -> None:
    """The way between the repeater and the box."""
    for device in ("relay0", "relay1"):
        netem(lab.spaces.box, device, spoilt(percent, delay_ms, jitter_ms, kbit))


@action
def signal(lab: Lab, *, radio: str, dbm: int) -> None:
    """From now on that access point arrives so loud."""
    _home(lab).signal(radio, dbm)


@action
def kick(lab: Lab, *, radio: str, times: int = 1, pause_s: float = 2.5, reason: int = 0) -> None:
    """The access point throws the PC out; it comes back by itself. ``reason`` of 802.11, 0: hostapd's own."""
    home = _home(lab)
    home.nmcli("connection", "modify", PROFILE_NAME, "connection.autoconnect", "yes")
    more = [f"reason={reason}"] if reason else []
    for _ in range(times):
        words = ("hostapd_cli", "-p", radios.CONTROL, "-i", radio, "deauthenticate", radios.MACS["pc"], *more)
        lab.spaces.box.run(*words)
        time.sleep(pause_s)


@action
def switch(lab: Lab, *, radio: str, mhz: int, times: int = 1) -> None:
    """It moves to another channel and says so to its stations."""
    words = ("hostapd_cli", "-p", radios.CONTROL, "-i", radio, "chan_switch", "3", str(mhz), "ht")
    for _ in range(times):
        lab.spaces.box.run(*words)
        time.sleep(1)


@action
def cell_gone(lab: Lab, *, radio: str) -> None:
    """That access point is switched off."""
    _home(lab).stop_cell(radio)


@action
def radio_off(lab: Lab) -> None:
    """Somebody has switched off the PC's own radio; the other radios of this machine stay on."""
    radios.power("pc", on=False)
    time.sleep(0.5)


@action
def leave(lab: Lab, *, times: int = 1) -> None:
    """The subscriber leaves the network and joins it again."""
    home = _home(lab)
    for _ in range(times):
        home.nmcli("connection", "down", PROFILE_NAME)
        home.nmcli("--wait", "30", "connection", "up", PROFILE_NAME)
