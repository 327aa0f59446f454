"""The air of the radio lab: which radio is whose, what an access point is, and how loud it is heard at the PC.

All radios are ``mac80211_hwsim``'s. It delivers every frame at ``rx_rssi`` of its sender plus the sender's power, so
each access point has one signal wherever it is heard, and loss is never of the air: that is composed (``steps.py``).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from pathlib import Path

from tests.lab.spaces import Space

# A box's two radios, a repeater's, the neighbours', and one that makes a home of its own (a phone, a hotspot).
ROLES = ("pc", "box24", "box5", "relay", "near1", "near2", "near3", "other")
RADIOS = len(ROLES)
COUNTRY = "FR"
CONTROL = "/run/hostapd"
MACS = {
    "pc": "3c:52:82:00:00:09",
    # Next to the box's own address on the cable, as boxes have it.
    "box24": "7c:16:89:00:00:02", "box5": "7c:16:89:00:00:03",
    "relay": "50:c7:bf:00:00:10", "near1": "e4:9e:12:00:00:20", "near2": "68:a3:78:00:00:30",
    "near3": "a4:3e:51:00:00:40", "other": "d2:1a:c5:00:00:50",
}  # fmt: skip
CHANNELS = (1, 3, 6, 8, 11, 13, 36, 44, 52, 100)  # those of the scenarios
FREQUENCIES = tuple((2407 if number < 15 else 5000) + 5 * number for number in CHANNELS)
POWER_DBM = 20
LOWEST = -100  # of rx_rssi, in dBm
LANS = {"home": "br-lan", "guest": "br-guest", "relay": "br-relay", "other": "", "nowhere": ""}
SECURITY = {
    "open": (),
    "owe": ("wpa=2", "wpa_key_mgmt=OWE", "rsn_pairwise=CCMP", "ieee80211w=2"),
    "wpa2": ("wpa=2", "wpa_key_mgmt=WPA-PSK", "rsn_pairwise=CCMP"),
    "wpa2_wpa3": ("wpa=2", "wpa_key_mgmt=WPA-PSK SAE", "rsn_pairwise=CCMP", "ieee80211w=1"),
    "wpa3": ("wpa=2", "wpa_key_mgmt=SAE", "rsn_pairwise=CCMP", "ieee80211w=2"),
}
FOLDER = Path("/sys/kernel/debug/ieee80211")


@dataclass(frozen=True, slots=True)
class Cell:
    """One access point. ``radio``: one of ``ROLES``; ``signal``: dBm at the PC; ``width``: MHz; ``load``: 802.11's
    own words of it, stations and channel use from 0 to 1, announced by the access point itself.

    ``lan``: where it leads: the "home", its "guest" network, the "relay" of a repeater, an "other" home, "nowhere".
    ``copies``: as many more networks of other names on the same radio (a house full of them). ``old``: 802.11g or a.
    """

    radio: str
    ssid: str
    channel: int
    signal: int = -45
    security: str = "wpa2"
    key: str = "correct horse battery"
    width: int = 20
    lan: str = "home"
    old: bool = False
    hidden: bool = False
    load: tuple[int, float] | None = None
    copies: int = 0
    more: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.radio not in ROLES[1:] or self.security not in SECURITY or self.width not in (20, 40, 80):
            raise ValueError(f"cell {self!r}")
        if self.lan not in LANS or self.channel not in CHANNELS:
            raise ValueError(f"lan {self.lan}, channel {self.channel}")
        if not LOWEST <= self.signal <= -1:
            raise ValueError(f"signal {self.signal}")

    def with_key(self, key: str) -> Cell:
        return replace(self, key=key)

    @property
    def band(self) -> str:
        return "2.4" if self.channel <= 14 else "5"

    @property
    def mhz(self) -> int:
        return FREQUENCIES[CHANNELS.index(self.channel)]


def configuration(cell: Cell) -> str:
    """What hostapd is told."""
    bridge = LANS[cell.lan]
    lines = [
        f"interface={cell.radio}", "driver=nl80211", f"ctrl_interface={CONTROL}", f"country_code={COUNTRY}",
        f"hw_mode={'g' if cell.band == '2.4' else 'a'}", f"channel={cell.channel}", *_generation(cell),
        f"ssid={cell.ssid}", f"ignore_broadcast_ssid={int(cell.hidden)}", *_closed(cell), *cell.more,
    ]  # fmt: skip
    if bridge:
        lines.insert(1, f"bridge={bridge}")
    if cell.load:
        stations, use = cell.load
        lines += ["bss_load_update_period=50", f"bss_load_test={stations}:{round(use * 255)}:20000"]
    for number in range(1, cell.copies + 1):
        lines += [f"bss={cell.radio}_{number}", f"ssid={cell.ssid}-{number}", *_closed(cell)]
    return "\n".join(lines) + "\n"


def _closed(cell: Cell) -> list[str]:
    words = list(SECURITY[cell.security])
    if words and cell.security != "owe":
        words.append(f"wpa_passphrase={cell.key}")
    return words


def _generation(cell: Cell) -> list[str]:
    if cell.old:
        return []
    words = ["ieee80211n=1", "wmm_enabled=1"]
    above = _first(cell.channel, 40)
    if cell.width >= 40:
        words.append("ht_capab=[SHORT-GI-20][SHORT-GI-40]" + ("[HT40+]" if above else "[HT40-]"))
    if cell.band == "5":
        wide = cell.width == 80
        words += ["ieee80211ac=1", f"vht_oper_chwidth={int(wide)}"]
        words += [f"vht_oper_centr_freq_seg0_idx={_block(cell.channel)}"] if wide else []
    return words


def _first(channel: int, width: int) -> bool:
    """Whether the channel is the lower one of its pair."""
    return channel <= 7 if channel <= 14 else (channel - 36) // 4 % 2 == 0


def _block(channel: int) -> int:
    """Centre of the 80 MHz the channel lies in."""
    base = 36 if channel <= 64 else 100
    return base + (channel - base) // 16 * 16 + 6


def phy_of(radio: str) -> str:
    return f"phy{ROLES.index(radio)}"


def loudness(radio: str, device: str, signal: int, space: Space) -> None:
    """From now on its frames arrive at ``signal`` dBm. Below -80 its power has to go down too."""
    power = max(0, min(POWER_DBM, signal - LOWEST))
    space.run("iw", "dev", device, "set", "txpower", "fixed", str(100 * power))
    # Its number is read as one without a sign.
    (FOLDER / phy_of(radio) / "hwsim" / "rx_rssi").write_text(str((signal - power) % 2**64))


def power(radio: str, *, on: bool) -> None:
    """The switch of that radio alone. ``rfkill`` itself will not: it looks for a file that other networks do not see.

    Radios and their switches have the same numbers; the word is a ``struct rfkill_event`` (linux/rfkill.h).
    """
    any_kind, change = 0, 2
    word = struct.pack("=IBBBB", ROLES.index(radio), any_kind, change, not on, 0)
    with Path("/dev/rfkill").open("wb", buffering=0) as switches:
        switches.write(word)
