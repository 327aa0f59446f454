"""``python -m tests.machine.wifi_repair PART``: the helper's Wi-Fi verbs, inside the small machine; prints JSON.

Two access points of one network (2.4 GHz near, 5 GHz or another 2.4 GHz farther or nearer), a real 802.11 stack,
NetworkManager and wpa_supplicant. ``verbs`` does each and undoes it; ``kills`` ends the helper at each of its moments.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selfcare.helper import mechanisms, point
from selfcare.helper.change import Changes
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Journal
from tests.machine.wifi_home import NM_CONF, sh

NAME, KEY = "HomeNet-5421", "correct horse battery"
SAVED = Path("/etc/NetworkManager/system-connections")
NEAR, WEAKER = -40, -74  # so that wpa_supplicant takes 2.4 GHz by itself


def signal_of(radio: int, dbm: int) -> None:
    """What others receive of this radio; hwsim adds its 20 dBm."""
    phy = Path(f"/sys/class/net/wlan{radio}/phy80211").resolve().name
    Path(f"/sys/kernel/debug/ieee80211/{phy}/hwsim/rx_rssi").write_text(str((dbm - 20) % 2**64))


def access_point(folder: Path, radio: int, mode: str, channel: int) -> str:
    """An access point on this radio, in a namespace of its own so that the PC's NetworkManager leaves it alone."""
    path = folder / f"ap{radio}.conf"
    wide = "ieee80211n=1\nwmm_enabled=1\n"
    path.write_text(
        f"interface=wlan{radio}\nssid={NAME}\ncountry_code=FR\nhw_mode={mode}\nchannel={channel}\n{wide}wpa=2\n"
        f"wpa_key_mgmt=WPA-PSK\nrsn_pairwise=CCMP\nwpa_passphrase={KEY}\nbridge=home\nctrl_interface=/run/ap{radio}\n"
    )
    bssid = Path(f"/sys/class/net/wlan{radio}/address").read_text().strip()
    phy = Path(f"/sys/class/net/wlan{radio}/phy80211").resolve().name
    sh(f"iw phy {phy} set netns name router")
    sh(f"ip netns exec router hostapd -B -P {folder}/ap{radio}.pid -f {folder}/ap{radio}.log {path}")
    return bssid


def start(folder: Path) -> tuple[str, str]:
    """wlan0 is the PC's; wlan1 (2.4 GHz, channel 6) and wlan2 (5 GHz, channel 36) are the box's."""
    if shutil.which("hostapd") is None:
        sh(f"cp -a {Path(os.environ['WIFI_LAB'], 'extra')}/. /")
    sh("mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null", check=False)
    sh("iw reg set FR; ip netns add router; ip -n router link set lo up; mkdir -p /run/dbus")
    sh("ip -n router link add home type bridge; ip -n router addr add 192.168.77.1/24 dev home; "
       "ip -n router link set home up")  # fmt: skip
    signal_of(0, NEAR)
    signal_of(1, NEAR)
    signal_of(2, WEAKER)
    points = access_point(folder, 1, "g", 6), access_point(folder, 2, "a", 36)
    subprocess.Popen([
        "ip", "netns", "exec", "router", "dnsmasq", "-k", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
        "--interface=home", "--bind-dynamic", "--dhcp-range=192.168.77.50,192.168.77.99,1h",
        f"--pid-file={folder}/dnsmasq", f"--dhcp-leasefile={folder}/leases",
    ])  # fmt: skip
    Path("/etc/NetworkManager").mkdir(exist_ok=True)
    Path("/etc/NetworkManager/NetworkManager.conf").write_text(NM_CONF)
    sh("/lib/systemd/systemd-udevd --daemon; udevadm trigger --subsystem-match=net; udevadm settle -t 20", check=False)
    sh("dbus-daemon --system --fork --nopidfile; wpa_supplicant -u -B; NetworkManager", check=False)
    for _ in range(20):
        if "activated" in sh(f"nmcli -w 30 device wifi connect {NAME} password '{KEY}' ifname wlan0", check=False):
            return points
        time.sleep(1)
    raise AssertionError(sh("nmcli device; nmcli device wifi; cat " + str(folder) + "/*.log", check=False))


def box_again(folder: Path) -> None:
    """A radio's switch is of the whole machine: the box's radios went off with the PC's, and hostapd stays silent."""
    for radio in (1, 2):
        here = f"{folder}/ap{radio}"
        sh(f"kill $(cat {here}.pid); sleep 0.5", check=False)
        sh(f"ip netns exec router hostapd -B -P {here}.pid -f {here}.log {here}.conf")


def saved() -> list[str]:
    """The PC's profiles as they lie on the disk, without what NetworkManager notes by itself."""
    moving = ("timestamp=", "seen-bssids=")
    texts = ["\n".join(line for line in path.read_text().splitlines() if not line.startswith(moving))
             for path in sorted(SAVED.glob("*"))]  # fmt: skip
    return sorted(texts)


def joined() -> str:
    """The access point in use, "" when none."""
    found = [line.split()[2] for line in sh("iw dev wlan0 link", check=False).splitlines() if "Connected to" in line]
    return found[0] if found else ""


def until(so: Callable[[], bool], limit_s: float = 25.0) -> bool:
    end = time.monotonic() + limit_s
    while not so() and time.monotonic() < end:
        time.sleep(0.2)
    return so()


def scan() -> None:
    sh("nmcli device wifi list --rescan yes ifname wlan0 >/dev/null", check=False)


class Pc:
    """The helper's own steps, without its process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.changes = Changes(Journal(folder / "journal"), mechanisms.find)
        (folder / "journal").mkdir(exist_ok=True)

    def there_and_back(self, verb: str, args: dict[str, Any], look: Callable[[], Any]) -> dict[str, Any]:
        """Made, kept, undone."""
        before, was, began = saved(), look(), time.monotonic()
        try:
            entry = self.changes.apply(verb, args, 60)
        except Refusal as error:
            return {"refused": [error.code, error.detail]}
        took, now = time.monotonic() - began, look()
        changed = saved() != before
        lies = [p for p in self.changes.journal.folder.rglob("*") if p.is_file() and KEY.encode() in p.read_bytes()]
        if entry.state == "applied":
            self.changes.keep(entry.name)
            self.changes.undo(entry.name)
        until(lambda: look() == was)
        return {
            "key_lies_in": [p.name for p in lies],
            "was": was, "now": now, "then": look(), "seconds": round(took, 1), "changed": changed,
            "as_before": saved() == before, "files": [p.name for p in self.changes.journal.folder.glob("*.files")],
        }  # fmt: skip


def verbs(folder: Path) -> dict[str, Any]:
    slow, fast = start(folder)
    until(lambda: bool(joined()))
    here = {"interface": "wlan0"}
    pc = Pc(folder)
    found: dict[str, Any] = {"slow": slow, "fast": fast, "first": joined()}
    found["reconnect"] = pc.there_and_back("wifi.reconnect", here, joined)
    found["prefer"] = pc.there_and_back("wifi.prefer", {**here, "band": "5"}, joined)
    found["prefer 6"] = pc.there_and_back("wifi.prefer", {**here, "band": "6"}, joined)
    found["stick"] = pc.there_and_back("wifi.stick", {**here, "bssid": fast}, joined)
    found["stick elsewhere"] = pc.there_and_back("wifi.stick", {**here, "bssid": "02:00:00:00:77:00"}, joined)
    found["rejoin"] = pc.there_and_back("wifi.rejoin", here, lambda: bool(joined()))
    return found


def radio(folder: Path) -> dict[str, Any]:
    """Off by airplane mode and by rfkill, on by the verb, joined, off again by undoing."""
    start(folder)
    pc = Pc(folder)
    found: dict[str, Any] = {}
    for what, off in (("airplane", "nmcli radio wifi off"), ("rfkill", "rfkill block wlan")):
        until(lambda: bool(joined()))
        sh(off)
        until(lambda: not joined())
        time.sleep(2)
        entry = pc.changes.apply("wifi.radio", {"on": True}, 60)
        pc.changes.keep(entry.name)
        box_again(folder)
        made: dict[str, Any] = {"on": sh("nmcli radio wifi").strip(), "by_itself": until(lambda: bool(joined()), 15)}
        if not made["by_itself"]:  # nobody waits for NetworkManager's next search: the verb that joins does that
            try:
                made["joining"] = pc.changes.apply("wifi.reconnect", {"interface": "wlan0"}, 60).state
            except Refusal as error:
                made["joining"] = [error.code, error.detail, sh("nmcli device; nmcli device wifi; rfkill", check=False)]
        made["joined"] = bool(joined())
        pc.changes.undo(entry.name)
        made["undone"] = sh("nmcli radio wifi").strip()
        found[what] = made
        time.sleep(2)
        sh("nmcli radio wifi on")
    return found


def killed(folder: Path, verb: str, args: dict[str, Any], at: int) -> str:
    """A child makes the change and dies at its moment number ``at``; the moment's name, "" when it came to its end."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        count = 0

        def reached(name: str) -> None:
            nonlocal count
            count += 1
            if count == at:
                os.write(write, name.encode())
                os.kill(os.getpid(), signal.SIGKILL)

        point.reached = reached
        try:
            Pc(folder).changes.apply(verb, args, 60)
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read, "rb") as file:
        return file.read().decode()


def kills(folder: Path, verb: str, args: dict[str, Any]) -> dict[str, Any]:
    start(folder)
    until(lambda: bool(joined()))
    scan()
    before, moments, wrong = saved(), [], []
    for at in range(1, 60):
        name = killed(folder, verb, args, at)
        Pc(folder).changes.recover()
        good = until(lambda: saved() == before and bool(joined()), 30.0)
        left = sorted(p.name for p in (folder / "journal").glob("*.files"))
        if not good:
            wrong.append([at, name, saved()])
            break
        moments.append(name)
        if not name:
            break
    Pc(folder).changes.apply("wifi.reconnect", {"interface": "wlan0"}, 60)  # sweeps
    left = sorted(p.name for p in (folder / "journal").glob("*.files"))
    return {"moments": moments, "wrong": wrong, "left": left}


def main(words: list[str]) -> None:
    import tempfile

    folder = Path(tempfile.mkdtemp())
    if words[0] in ("verbs", "radio"):
        print(json.dumps({"verbs": verbs, "radio": radio}[words[0]](folder)))
    else:
        print(json.dumps(kills(folder, words[1], {"interface": "wlan0", **json.loads(words[2])})))


if __name__ == "__main__":
    main(sys.argv[1:])
