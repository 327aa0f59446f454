"""``python -m tests.wifi.reader_home``: the reader of Linux against a real 802.11 stack, inside the small machine.

Two access points of one name on two bands (hostapd on ``wlan0`` and ``wlan1``), the PC on ``wlan2`` (wpa_supplicant).
What ``iw`` prints of the same moment is printed beside what was read. Prints one JSON object.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from probes.radio import radios
from selfcare.model.probe import Platform
from selfcare.model.wifi import WifiEvent, WifiReading
from selfcare.model.wifi.radios import Radios

NAME, KEY, WRONG = "Chez-Dupont", "une cle assez longue", "une autre cle bien longue"
STATION, FIVE, TWO = "wlan2", "wlan0", "wlan1"
AS_USER = ("setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups", "--no-new-privs")
COMMON = f"""driver=nl80211
ssid={NAME}
country_code=FR
ieee80211n=1
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase={KEY}
ctrl_interface=/run/hostapd
"""
NM_CONF = f"""[main]
plugins=keyfile
dns=none
[device]
wifi.scan-rand-mac-address=no
[keyfile]
unmanaged-devices=interface-name:{FIVE};interface-name:{TWO}
"""
ON_5 = """hw_mode=a
channel=36
ieee80211ac=1
ht_capab=[HT40+]
vht_oper_chwidth=1
vht_oper_centr_freq_seg0_idx=42
"""
TO_40 = "5 5200 sec_channel_offset=-1 center_freq1=5210 bandwidth=80 ht vht"
ON_24 = """hw_mode=g
channel=6
bss_load_test=12:180:20000
"""


def sh(words: str, check: bool = True) -> str:
    done = subprocess.run(["sh", "-c", words], capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def start(folder: Path) -> None:
    sh("iw reg set FR; sleep 0.3")
    for interface, more, dbm in ((FIVE, ON_5, -70), (TWO, ON_24, -92)):
        conf = folder / f"{interface}.conf"
        conf.write_text(f"interface={interface}\n{COMMON}{more}")
        sh(f"hostapd -B -P {folder}/{interface}.pid -f {folder}/{interface}.log {conf}")
        level(interface, dbm)
    sh(f"ip link set {STATION} up")
    supplicant(folder, KEY)


def level(interface: str, dbm: int) -> None:
    """Its strength at everybody, less the 20 dBm it sends with."""
    phy = Path(f"/sys/class/net/{interface}/phy80211/name").read_text().strip()
    Path(f"/sys/kernel/debug/ieee80211/{phy}/hwsim/rx_rssi").write_text(str(dbm % 2**64))


def address(interface: str) -> str:
    return Path(f"/sys/class/net/{interface}/address").read_text().strip()


def radio_off(off: bool) -> None:
    phy = Path(f"/sys/class/net/{STATION}/phy80211/name").read_text().strip()
    next(Path(f"/sys/class/ieee80211/{phy}").glob("rfkill*/soft")).write_text("01"[off])


def supplicant(folder: Path, key: str) -> None:
    (folder / "pc.conf").write_text(
        f'ctrl_interface=/run/wpa\nnetwork={{\n ssid="{NAME}"\n psk="{key}"\n scan_freq=5180 2437\n}}\n'
    )
    sh(f"wpa_supplicant -B -P {folder}/pc.pid -f {folder}/pc.log -i {STATION} -c {folder}/pc.conf")


def stop(folder: Path) -> None:
    sh(f"kill $(cat {folder}/pc.pid); sleep 0.3", check=False)


def told(value: Any) -> Any:
    """As plain data; the moment of an event as it is."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: told(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {k: told(v) for k, v in value.items()}
    return (
        sorted(value)
        if isinstance(value, frozenset)
        else [told(v) for v in value]
        if isinstance(value, tuple)
        else value
    )


async def until(reader: Radios, wanted: Callable[[WifiReading], bool], limit_s: float = 12.0) -> WifiReading:
    end = time.monotonic() + limit_s
    while True:
        reading = await reader.read()
        if wanted(reading) or time.monotonic() > end:
            return reading
        await asyncio.sleep(0.1)


def since(reading: WifiReading, before: int) -> list[dict[str, Any]]:
    found: tuple[WifiEvent, ...] = reading.events[before:]
    return [told(e) for e in found]


def iw() -> dict[str, Any]:
    """The same moment in the words of ``iw``."""
    link, station = sh(f"iw dev {STATION} link"), sh(f"iw dev {STATION} station dump")
    info = sh(f"iw dev {STATION} info")
    return {
        "bssid": re.findall(r"Connected to (\S+)", link),
        "ssid": re.findall(r"SSID: (.*)", link),
        "mhz": re.findall(r"freq: (\d+)", link),
        "signal": re.findall(r"signal: (-?\d+)", link),
        "width": re.findall(r"width: (\d+) MHz, center1: (\d+)", info),
        "tx": re.findall(r"tx bitrate:\s+([\d.]+) MBit/s(?:.*VHT-MCS (\d+))?(?:.*VHT-NSS (\d+))?", station),
        "packets": re.findall(r"tx packets:\s+(\d+)", station),
        "save": sh(f"iw dev {STATION} get power_save").strip(),
    }


async def joined(folder: Path) -> dict[str, Any]:
    reader = radios(Platform.LINUX)
    sh("ip addr add 192.168.77.2/24 dev wlan2; ip netns add box 2>/dev/null; true")
    reading = await until(reader, lambda r: r.link is not None and r.link.bssid is not None)
    near = address(FIVE)
    for _ in range(10):  # on a slow machine the far one may be heard first
        if reading.link is not None and reading.link.bssid == near:
            break
        sh(f"wpa_cli -p /run/wpa -i {STATION} scan; sleep 2; wpa_cli -p /run/wpa -i {STATION} roam {near}", check=False)
        reading = await until(reader, lambda r: r.link is not None and r.link.bssid == near, 3)
    sh(
        'python3 -c "import socket; s=socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(1, 6, 1);\n'
        "[s.sendto(b'x' * 1000, ('192.168.77.255', 9)) for _ in range(300)]\""
    )
    await asyncio.sleep(0.6)
    for _ in range(8):  # the driver may try another rate in between
        reading, words = await reader.read(), iw()
        after = (await reader.read()).link
        if reading.link is not None and after is not None and reading.link.tx == after.tx:
            break
    found = {"read": told(reading), "iw": words, "user": as_user()}
    found["times_ms"] = await times(reader)
    await reader.close()
    return found


async def times(reader: Radios) -> dict[str, float]:
    found = {}
    for name, neighbours in (("whole", True), ("link", False)):
        took = []
        cpu = time.process_time()
        for _ in range(40):
            begun = time.perf_counter()
            await reader.read(neighbours)
            took.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(0.02)
        found[name] = round(sorted(took)[20], 2)
        found[f"{name}_p95"] = round(sorted(took)[37], 2)
        found[f"{name}_cpu"] = round((time.process_time() - cpu) * 1000 / 40, 2)
    return found


def as_user() -> dict[str, Any]:
    done = subprocess.run(
        [*AS_USER, sys.executable, "-B", "-m", "tests.wifi.reader_home", "user"],
        capture_output=True, text=True, check=False, timeout=60, env={**os.environ, "HOME": "/tmp"},
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else {"error": done.stderr[-2000:]}


async def user() -> dict[str, Any]:
    reader = radios(Platform.LINUX)
    reading = await reader.read()
    scan = await reader.scan()
    await reader.close()
    return {"read": told(reading), "scan": scan.outcome.value, "uid": os.getuid()}


async def happenings(folder: Path) -> dict[str, Any]:
    reader = radios(Platform.LINUX)
    found: dict[str, Any] = {}
    reading = await until(reader, lambda r: r.link is not None)
    assert reading.link is not None
    own, mark = address(STATION), len(reading.events)

    # The better access point loses its strength; the PC is told to go to the other.
    other = address(TWO)
    sh(f"wpa_cli -p /run/wpa -i {STATION} scan_results; wpa_cli -p /run/wpa -i {STATION} roam {other}")
    reading = await until(reader, lambda r: r.link is not None and r.link.bssid == other)
    found["roam"], mark = {"events": since(reading, mark), "link": told(reading.link)}, len(reading.events)

    sh(f"hostapd_cli -p /run/hostapd -i {TWO} deauthenticate {own} reason=5")
    reading = await until(reader, lambda r: len(r.events) > mark)
    reading = await until(reader, lambda r: r.link is not None)
    found["deauth"], mark = since(reading, mark), len(reading.events)

    at = FIVE if reading.link is not None and reading.link.bssid != other else TWO
    if at == FIVE:
        sh(f"hostapd_cli -p /run/hostapd -i {FIVE} chan_switch {TO_40}")
    else:
        sh(f"hostapd_cli -p /run/hostapd -i {TWO} chan_switch 5 2462 ht")
    reading = await until(reader, lambda r: len(r.events) > mark)
    await asyncio.sleep(0.5)
    reading = await reader.read()
    found["switch"], mark = {"events": since(reading, mark), "link": told(reading.link), "at": at}, len(reading.events)

    sh(f"wpa_cli -p /run/wpa -i {STATION} disconnect")
    reading = await until(reader, lambda r: r.link is None)
    found["left"], mark = {"events": since(reading, mark), "link": told(reading.link)}, len(reading.events)
    sh(f"wpa_cli -p /run/wpa -i {STATION} reconnect")
    reading = await until(reader, lambda r: r.link is not None)
    mark = len(reading.events)

    radio_off(True)
    off = await until(reader, lambda r: r.radio is not None and r.radio.state.value != "on")
    scan = await reader.scan()
    radio_off(False)
    on = await until(reader, lambda r: r.radio is not None and r.radio.state.value == "on" and r.link is not None)
    found["rfkill"] = {
        "off": told(off.radio), "link": told(off.link), "scan": scan.outcome.value, "joining": off.joining,
        "on": told(on.radio), "back": on.link is not None, "events": since(on, mark),
    }  # fmt: skip
    begun = time.monotonic()
    scan = await reader.scan()
    found["scan"] = {"outcome": scan.outcome.value, "found": told(scan.found), "took_s": time.monotonic() - begun}
    await reader.close()
    return found


async def refused(folder: Path) -> dict[str, Any]:
    stop(folder)
    reader = radios(Platform.LINUX)
    out = await reader.read()
    supplicant(folder, WRONG)
    seen_joining = False
    end = time.monotonic() + 15
    reading = out
    while time.monotonic() < end and not any(e.kind.value == "refused" for e in reading.events):
        reading = await reader.read()
        seen_joining |= reading.joining
        await asyncio.sleep(0.1)
    await reader.close()
    stop(folder)
    return {"out": told(out.link), "joining": seen_joining, "link": told(reading.link), "events": since(reading, 0)}


def manage() -> None:
    conf = Path("/etc/NetworkManager")
    conf.mkdir(exist_ok=True)
    (conf / "NetworkManager.conf").write_text(NM_CONF)
    sh("mkdir -p /run/dbus; /lib/systemd/systemd-udevd --daemon; udevadm trigger --subsystem-match=net", False)
    sh("udevadm settle -t 20; dbus-daemon --system --fork --nopidfile; wpa_supplicant -u -B; NetworkManager", False)
    sh(f"for i in $(seq 40); do nmcli -t device | grep -q '{STATION}:wifi:disconnected' && break; sleep 0.5; done")
    sh("nmcli -t device wifi list --rescan yes")
    for name, key in (("good", KEY), ("bad", WRONG)):
        sh(
            f"nmcli connection add type wifi ifname {STATION} con-name {name} autoconnect no ssid {NAME} "
            f"wifi-sec.key-mgmt wpa-psk wifi-sec.psk '{key}' ipv4.method link-local ipv6.method disabled"
        )


async def managed() -> dict[str, Any]:
    """The same with NetworkManager in charge, asked over the bus."""
    await asyncio.to_thread(manage)
    reader = radios(Platform.LINUX)
    await asyncio.to_thread(sh, "nmcli -w 30 connection up good", False)
    reading = await until(reader, lambda r: r.link is not None, 20)
    found: dict[str, Any] = {"read": told(reading), "user": as_user()}
    found["times_ms"] = await times(reader)
    begun = time.monotonic()
    scan = await reader.scan()
    found["scan"] = {"outcome": scan.outcome.value, "found": len(scan.found), "took_s": time.monotonic() - begun}
    bad = asyncio.create_task(asyncio.to_thread(sh, "nmcli -w 60 connection up bad", False))
    seen = False
    while not bad.done():
        seen |= (await reader.read()).joining
        await asyncio.sleep(0.1)
    fresh = radios(Platform.LINUX)  # one that saw nothing of it
    found["refused"] = {"seen": told(await reader.read()), "told": told(await fresh.read()), "joining": seen}
    await reader.close()
    await fresh.close()
    return found


async def main() -> None:
    import tempfile

    if sys.argv[1:] == ["user"]:
        print(json.dumps(await user()))
        return
    folder = Path(tempfile.mkdtemp())
    start(folder)
    found = {"joined": await joined(folder), "happenings": await happenings(folder), "refused": await refused(folder)}
    found["managed"] = await managed()
    found["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main())
