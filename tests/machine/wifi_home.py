"""``python -m tests.machine.wifi_home``: a PC in a box's Wi-Fi, inside the small machine, changes that Wi-Fi.

A real 802.11 stack (mac80211_hwsim), hostapd as the box's radio, NetworkManager and wpa_supplicant as the PC's.
Prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from selfcare.app.box_change import BoxChanges
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.cases.box_journal import BoxJournal
from selfcare.hostwifi.networkmanager import NetworkManagerWifi
from selfcare.model.box import WifiRadio, WifiSsid, WifiWish
from tests.app.box_bench import yes
from tests.boxes.home import Home
from tests.boxes.plain_session import contact
from tests.killing.box_life import FileStore, Moments
from tests.machine.wifi_box import FIRST, FORGOTTEN

AIR, CABLE, PORT = Place("192.168.77.1", 8080), Place("192.168.78.1", 8080), 8080
JOIN_S = 20.0
NM_CONF = """[main]
plugins=keyfile
dns=none
[device]
wifi.scan-rand-mac-address=no
[keyfile]
unmanaged-devices=interface-name:cable
"""


def sh(words: str, check: bool = True) -> str:
    done = subprocess.run(["sh", "-c", words], capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, (words, done.stderr)
    return done.stdout


def start(folder: Path) -> None:
    sh("iw reg set US; ip netns add router; ip -n router link set lo up; mkdir -p /run/dbus")
    sh("iw phy $(cat /sys/class/net/wlan0/phy80211/name) set netns name router")
    sh("ip link add cable type veth peer name socket netns router; ip -n router addr add 192.168.78.1/24 dev socket")
    inside = ["ip", "netns", "exec", "router"]
    subprocess.Popen([*inside, sys.executable, "-m", "tests.machine.wifi_box", str(folder), str(PORT)])
    for _ in range(100):
        if (folder / "radio.conf").exists():
            break
        time.sleep(0.1)
    sh("ip -n router addr add 192.168.77.1/24 dev wlan0")
    subprocess.Popen([
        *inside, "dnsmasq", "-k", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--interface=wlan0",
        "--bind-dynamic", "--dhcp-range=192.168.77.50,192.168.77.99,1h", f"--pid-file={folder}/dnsmasq",
    ])  # fmt: skip
    Path("/etc/NetworkManager").mkdir(exist_ok=True)
    Path("/etc/NetworkManager/NetworkManager.conf").write_text(
        NM_CONF + "[keyfile]\nunmanaged-devices=interface-name:cable\n"
    )
    sh("/lib/systemd/systemd-udevd --daemon; udevadm trigger --subsystem-match=net; udevadm settle -t 20", check=False)
    sh("dbus-daemon --system --fork --nopidfile; wpa_supplicant -u -B; NetworkManager", check=False)
    for _ in range(20):
        if "activated" in sh(f"nmcli -w 30 device wifi connect {FIRST[0]} password '{FIRST[1]}'", check=False):
            return
        time.sleep(1)
    raise AssertionError(sh("nmcli device; nmcli device wifi", check=False))


class Quick(NetworkManagerWifi):
    """As patient as this test."""

    async def join(self, ssid: str, key: Secret | None, limit_s: float = JOIN_S) -> bool:
        return await super().join(ssid, key, min(limit_s, JOIN_S))


def saved() -> str:
    """The PC's profiles as they lie on the disk."""
    return "".join(p.read_text() for p in Path("/etc/NetworkManager/system-connections").glob("*"))


async def change(folder: Path, place: Place, name: str, key: str) -> dict[str, Any]:
    own = Quick()
    changes = BoxChanges(
        lambda: contact(place, Home().password), BoxJournal(folder / "journal"),
        FileStore(folder / "keys", Moments(None)), own,
    )  # fmt: skip
    began = time.monotonic()
    wish = WifiWish(
        radios=(WifiRadio("2.4", channel=11, auto_channel=False),), ssids=(WifiSsid("2.4", ssid=name, key=key),)
    )
    proposal = await changes.propose(wish)
    done = await changes.carry_out(proposal, yes)
    for _ in range(80):  # back into the old one, by NetworkManager itself
        if (link := await own.current()) is not None or done.outcome.value == "unproved":
            break
        await asyncio.sleep(0.5)
    async with contact(CABLE, Home().password) as session:
        (ssid,) = (await session.wifi()).ssids
    return {
        "cautions": [c.code for c in proposal.cautions],
        "outcome": done.outcome.value,
        "error": done.error,
        "rejoined": done.rejoined,
        "entry": done.entry,
        "pc_in": link.ssid if link else None,
        "box_has": [ssid.ssid, ssid.key],
        "saved_name": f"ssid={name}" in saved(),
        "saved_key": f"psk={key}" in saved(),
        "states": [c.state.value for c in changes.changes()[0]],
        "seconds": round(time.monotonic() - began, 1),
    }


async def main() -> None:
    folder = Path(tempfile.mkdtemp())
    start(folder)
    sh("ip link set cable up; ip -n router link set socket up; ip addr add 192.168.78.2/24 dev cable")
    found = {"new": await change(folder, AIR, "Chez-Dupont", "une autre cle bien longue")}
    found["by cable"] = await change(folder, CABLE, "Encore-Autre", FORGOTTEN)
    found["cut off"] = await change(folder / "alone", AIR, "Toujours-Autre", FORGOTTEN)
    found["later"] = await later(folder / "alone")
    print(json.dumps(found))


async def later(folder: Path) -> dict[str, Any]:
    """Somebody has put a cable in, and starts the program again."""
    own = Quick()
    journal, keys = BoxJournal(folder / "journal"), FileStore(folder / "keys", Moments(None))
    changes = BoxChanges(lambda: contact(CABLE, Home().password), journal, keys, own)
    settled = await changes.settle()
    for _ in range(60):
        if (link := await own.current()) is not None:
            break
        await asyncio.sleep(0.5)
    async with contact(CABLE, Home().password) as session:
        (ssid,) = (await session.wifi()).ssids
    return {"put_back": len(settled.put_back), "pc_in": link.ssid if link else None, "box_has": [ssid.ssid, ssid.key]}


if __name__ == "__main__":
    asyncio.run(main())
