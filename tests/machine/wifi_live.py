"""``python -m tests.machine.wifi_live SECONDS``: ``selfcare wifi`` on a real radio, inside the small machine.

A box with two access points of one name (5 and 2.4 GHz) in a namespace, this PC with wpa_supplicant alone. Prints one
JSON object: the reading, a stretch of ``--watch`` with what it cost, a walk through a pipe while the signal changes.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selfcare.app.wifi.ports import WifiDesk
from selfcare.i18n import Catalogue

NAME, KEY, BOX = "Chez-Dupont", "correct horse battery", "192.168.77.1"
AP = """interface={port}
driver=nl80211
ssid={name}
hw_mode={mode}
channel={channel}
country_code=FR
ieee80211n=1
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase={key}
ctrl_interface=/run/hostapd-{port}
bss_load_test=12:180:20000
"""
STATION = """ctrl_interface=/run/wpa
network={{
 ssid="{name}"
 psk="{key}"
 scan_freq=2437 5180
}}
"""


def sh(words: str, check: bool = True) -> str:
    done = subprocess.run(["sh", "-c", words], capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def start(folder: Path) -> None:
    """The box's radios are phy0 and phy1; this PC's is phy2."""
    sh("iw reg set FR; ip netns add box; ip -n box link set lo up; ip link set lo up")
    for at, (mode, channel) in enumerate((("a", 36), ("g", 6))):
        sh(f"iw phy phy{at} set netns name box")
        conf = folder / f"ap{at}.conf"
        conf.write_text(AP.format(port=f"wlan{at}", name=NAME, key=KEY, mode=mode, channel=channel))
        sh(f"ip netns exec box hostapd -B -P {folder}/ap{at}.pid {conf}")
    sh("ip -n box link add br0 type bridge; ip -n box addr add 192.168.77.1/24 dev br0; ip -n box link set br0 up")
    sh("ip -n box link set wlan0 master br0; ip -n box link set wlan1 master br0")
    signal(0, -68)
    signal(1, -90)
    (folder / "sta.conf").write_text(STATION.format(name=NAME, key=KEY))
    sh(f"ip link set wlan2 up; wpa_supplicant -B -i wlan2 -c {folder}/sta.conf")
    for _ in range(200):
        if "COMPLETED" in sh("wpa_cli -p /run/wpa -i wlan2 status", check=False):
            break
        time.sleep(0.1)
    sh("ip addr add 192.168.77.20/24 dev wlan2; ip route add default via 192.168.77.1 dev wlan2")


def signal(phy: int, dbm: int) -> None:
    """Of what that access point sends, before its power of 20 dBm."""
    Path(f"/sys/kernel/debug/ieee80211/phy{phy}/hwsim/rx_rssi").write_text(str(dbm % 2**64))


class Here:
    """What the command line gets, with the radio of this machine."""

    def __init__(self, language: str | None) -> None:
        self.catalogue = Catalogue(language or "fr")

    def wifi(self) -> WifiDesk:
        from probes.framework import current_platform
        from probes.knock import knock
        from probes.radio import radios
        from selfcare.app.wifi.desk import wifi_desk
        from selfcare.hostwifi.keys import keys
        from selfcare.isp import load_profile

        data = Path(os.environ["HERE"])
        return wifi_desk(
            data, lambda: radios(current_platform()), lambda: knock(lambda: load_profile(None)), lambda: keys()
        )


def command(words: list[str]) -> int:
    """``selfcare WORDS``."""
    from selfcare.cli.main import main

    build: Any = Here
    return main(words, build)


def begun(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.machine.wifi_live", "--", *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def once(*words: str) -> dict[str, Any]:
    child = begun(*words)
    told, errors = child.communicate(timeout=60)
    return {"code": child.returncode, "out": told, "err": errors[-2000:]}


def watched(seconds: float, meanwhile: Callable[[float], None]) -> dict[str, Any]:
    """Lines of ``--watch --json`` over this time, and the processor's time of that process from the third line on."""
    child = begun("wifi", "--watch", "--json")
    assert child.stdout is not None
    lines, begun_s, spent = [], 0.0, 0.0
    for line in child.stdout:
        lines.append(json.loads(line))
        if len(lines) == 3:
            begun_s, spent = time.monotonic(), _spent(child.pid)
        if begun_s:
            meanwhile(time.monotonic() - begun_s)
        if begun_s and time.monotonic() - begun_s >= seconds:
            break
    took, cost = time.monotonic() - begun_s, _spent(child.pid) - spent
    child.terminate()
    _, errors = child.communicate(timeout=10)
    return {"moments": lines, "cpu_pct": 100 * cost / took, "took_s": took, "err": errors[-2000:]}


def _spent(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def walked() -> dict[str, Any]:
    """Two rooms, the second of them far from the box; then an empty line, and where the box stands."""
    child = begun("wifi", "--walk", "--json")
    assert child.stdin is not None
    time.sleep(3)
    for name, dbm, stay_s in (("Salon", -68, 5.0), ("Chambre", -98, 5.0)):
        signal(0, dbm)
        child.stdin.write(f"{name}\n")
        child.stdin.flush()
        time.sleep(stay_s)
    child.stdin.write("\nSalon\n")
    told, errors = child.communicate(timeout=20)
    signal(0, -68)
    return {"code": child.returncode, "out": told, "err": errors[-2000:]}


def main(seconds: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["HERE"] = str(folder / "data")
        start(folder)
        found: dict[str, Any] = {"text": once("wifi"), "json": once("wifi", "--json")}
        found["scan"] = once("wifi", "--scan", "--json")
        found["watch"] = watched(seconds, lambda _s: None)
        marks: list[str] = []

        def trouble(at_s: float) -> None:
            for mark, words, when in (("far", "", 3.0), ("gone", "", 6.0), ("back", "", 12.0)):
                if at_s >= when and mark not in marks:
                    marks.append(mark)
                    if mark == "far":
                        signal(0, -95)
                    elif mark == "gone":
                        sh("wpa_cli -p /run/wpa -i wlan2 disconnect")
                    else:
                        signal(0, -68)
                        sh("wpa_cli -p /run/wpa -i wlan2 reconnect")
                    del words

        found["trouble"] = watched(20.0, trouble)
        found["walk"] = walked()
        found["walks"] = once("wifi", "walks", "--json")
        found["plan"] = once("wifi", "walks", "show")
        found["rss_mb"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        return found


if __name__ == "__main__":
    if sys.argv[1:2] == ["--"]:
        sys.exit(command(sys.argv[2:]))
    print(json.dumps(main(float(sys.argv[1]))))
