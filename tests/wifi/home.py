"""A home whose PC is in its Wi-Fi: the home-network lab with the PC's cable taken out and real radios put in.

Made once in the small machine; each scenario then has its access points, its PC and its faults, and is cleared away.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import Any

from tests.lab import mounts, plan, topology
from tests.lab.errors import LabError
from tests.lab.lab import Lab
from tests.lab.plan import PROFILE
from tests.lab.scenario import Step
from tests.lab.services import wait_for
from tests.lab.spaces import Space
from tests.wifi import air
from tests.wifi.air import ROLES, Cell
from tests.wifi.scenario import PROFILE_NAME, Pc, WifiScenario

WLAN = "wlan0"
OVERLAY = f"{mounts.SHARED}/overlay.json"
# A phone's own, and what a mobile network gives it.
OTHER, OTHER_WAN, OTHER_FAR = "192.168.43.1", "92.184.100.10", "92.184.100.9"
OTHER_NAT = """
table ip home {
  chain out { type nat hook postrouting priority 100; oifname up0 masquerade; }
}
"""
GUEST = "192.168.2.1"
JOIN_S = 30
GONE_S = 60
SPACE_OF = {"pc": "pc", "box24": "box", "box5": "box", "relay": "box", "other": "guest"}


class WifiHome(Lab):
    """``home = WifiHome().__enter__()``; never left: without namespaces of processes it ends with its machine."""

    cells: tuple[Cell, ...] = ()

    def _bring_up(self) -> None:
        super()._bring_up()
        self.pc.run("nmcli", "connection", "down", "Connexion filaire 1")
        self.pc.ip("link delete eth0")
        subprocess.run(["iw", "reg", "set", air.COUNTRY], check=True)
        for role, name in SPACE_OF.items():
            self._give(role, name)
        for role in ROLES:
            if role not in SPACE_OF:
                self._dress(role, role)
        self._relay()
        self._other_home()
        self._guests()
        self.services.start("wpa_supplicant", self.pc, "wpa_supplicant", "-u", "-s")
        wait_for("the PC's radio is known", self._few_channels, 20, pause=0.2)
        # One processor does all of this: what carries packets comes before who counts them.
        os.sched_setscheduler(self.services.running["link"].pid, os.SCHED_RR, os.sched_param(5))
        os.setpriority(os.PRIO_PROCESS, self.services.running["world"].pid, -10)

    def _few_channels(self) -> bool:
        """A look at all of them takes the supplicant four seconds, and most are empty here."""
        listed = " ".join(str(number) for number in air.FREQUENCIES)
        return "yes" in self.pc.run("sh", "-c", f"""
for i in $(busctl --list tree fi.w1.wpa_supplicant1 | grep -E '/Interfaces/[0-9]+$'); do
  busctl set-property fi.w1.wpa_supplicant1 $i fi.w1.wpa_supplicant1.Interface FreqList s "{listed}" && echo yes
done""", check=False)  # fmt: skip

    def _dress(self, role: str, device: str) -> None:
        was = f"wlan{ROLES.index(role)}"
        renamed = f"ip link set {was} name {device}; " if device != was else ""
        words = f"ip link set {was} down; {renamed}ip link set {device} address {air.MACS[role]}"
        subprocess.run(["sh", "-ec", words], check=True)

    def _give(self, role: str, name: str) -> None:
        """A radio goes to another network with all its devices; ``iw`` knows networks by files of one folder only."""
        self._dress(role, WLAN if role == "pc" else role)
        mark = Path("/run/netns", name)
        mark.parent.mkdir(exist_ok=True)
        if not mark.exists():
            mark.touch()
            inside = f"/proc/{self.spaces.pid}/fd/{self.spaces.held[f'net.{name}']}"
            subprocess.run(["mount", "--bind", inside, str(mark)], check=True)
        subprocess.run(["iw", "phy", air.phy_of(role), "set", "netns", "name", name], check=True)

    def _relay(self) -> None:
        """What lies between a repeater and the box: a second bridge at the end of a cable that can be spoiled."""
        self.spaces.box.ip(
            "link add br-relay type bridge stp_state 0 forward_delay 0", "link add relay0 type veth peer relay1",
            "link set relay0 master br-relay", "link set relay1 master br-lan",
            *(f"link set {device} up" for device in ("br-relay", "relay0", "relay1")),
        )  # fmt: skip
        # Linux answers for its addresses on every interface: who may look at ARP would see a second box.
        self.spaces.box.sysctl({"net.ipv4.conf.br-relay.arp_ignore": 1})

    def _other_home(self) -> None:
        """A router of its own, with its own way to the Internet."""
        guest = self.spaces.guest
        topology.cable(self.spaces, ("guest", "up0"), ("core", "mobile0"))
        guest.sysctl({"net.ipv4.ip_forward": 1})
        guest.ip(
            "link set lo up", f"addr add {OTHER_WAN}/30 dev up0", "link set up0 up",
            f"route add default via {OTHER_FAR}",
        )  # fmt: skip
        self.spaces.core.ip(f"addr add {OTHER_FAR}/30 dev mobile0", "link set mobile0 up")
        self.spaces.net.ip(f"route add 92.184.0.0/16 via {plan.CORE_UP4}")
        guest.nft(OTHER_NAT)

    def _guests(self) -> None:
        """The box's network for guests: its own addresses, and nobody of the home."""
        self.spaces.box.ip(
            "link add br-guest type bridge stp_state 0 forward_delay 0", f"addr add {GUEST}/24 dev br-guest",
            "link set br-guest up",
        )  # fmt: skip

    def space_of(self, cell: Cell) -> Space | None:
        """None: the neighbours' radios are the machine's own."""
        name = SPACE_OF.get(cell.radio)
        return None if name is None else self.spaces.space(name)

    # -- one scenario ----------------------------------------------------------------------------

    def arrange(self, wanted: WifiScenario) -> None:
        """The access points, the PC in the Wi-Fi, then what is broken."""
        self.scenario = wanted.base
        self.cells = wanted.cells
        self.variables = {}
        if wanted.contract:
            self.variables["SELFCARE_PROFILE"] = str(PROFILE.with_name("profile-contract.toml"))
        late = [cell for cell in wanted.cells if cell.radio in wanted.pc.late]
        self.on_air([cell for cell in wanted.cells if cell not in late])
        self._leads()
        if wanted.pc.journal:
            self._journal()
        self.join(wanted.pc)
        self.on_air(late)
        if wanted.pc.cable:
            self._cable()
        for step in wanted.base.steps:
            self.apply(step)
        if wanted.pc.scan and wanted.cells:
            self.look()
        if wanted.pc.journal:
            self.pc.run("chmod", "-R", "o+rX", "/run/log/journal")
        time.sleep(wanted.base.settle_s)

    def on_air(self, cells: list[Cell] | tuple[Cell, ...]) -> None:
        for cell in cells:
            self.start_cell(cell)
        for cell in cells:
            wait_for(f"{cell.radio} is on air", partial(self._on, cell), 10)
            self.signal(cell.radio, cell.signal)

    def _on(self, cell: Cell) -> bool:
        text = self.services.log(f"hostapd-{cell.radio}")
        if "AP-DISABLED" in text.rpartition("AP-ENABLED")[2] or "Unable" in text:
            raise OSError(f"{text[:400]} … {text[-200:]}")
        return "AP-ENABLED" in text

    def start_cell(self, cell: Cell) -> None:
        self.spaces.path(f"{cell.radio}.conf").write_text(air.configuration(cell), encoding="utf-8")
        name = f"hostapd-{cell.radio}"
        self.spaces.path(f"{name}.log").unlink(missing_ok=True)
        # Whoever hears a neighbour needs nothing of it but its beacons.
        space = self.space_of(cell) or self.machine
        folder = mounts.SHARED if self.space_of(cell) else str(self.spaces.path(""))
        self.services.start(name, space, "hostapd", f"{folder}/{cell.radio}.conf")

    @property
    def machine(self) -> Space:
        """The small machine itself, outside the home."""
        return Space(())

    def stop_cell(self, radio: str) -> None:
        self.services.stop(f"hostapd-{radio}")

    def signal(self, radio: str, dbm: int) -> None:
        """How loud that access point arrives at the PC from now on."""
        cell = next(cell for cell in self.cells if cell.radio == radio)
        air.loudness(radio, radio, dbm, self.space_of(cell) or self.machine)

    def _leads(self) -> None:
        """Addresses for those who are not in the home itself."""
        for cell in self.cells:
            if cell.lan == "guest":
                self._addresses("dnsmasq-guest", self.spaces.box, "br-guest", GUEST)
            elif cell.lan == "other":
                self.spaces.guest.ip(f"addr replace {OTHER}/24 dev {cell.radio}")
                self._addresses("dnsmasq-other", self.spaces.guest, cell.radio, OTHER)

    def _addresses(self, name: str, space: Space, device: str, own: str) -> None:
        first, last = (own.rpartition(".")[0] + end for end in (".50", ".99"))
        self.spaces.path(f"{name}.log").unlink(missing_ok=True)
        self.services.start(
            name, space, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--no-resolv",
            "--no-hosts", "--no-ping", f"--interface={device}", "--except-interface=lo",
            "--bind-interfaces", "--log-facility=-", "--pid-file=",
            f"--dhcp-leasefile=/run/lab/{name}.leases", f"--dhcp-range={first},{last},1h", "--server=9.9.9.9",
        )  # fmt: skip

    # -- the PC ----------------------------------------------------------------------------------

    def join(self, pc: Pc) -> None:
        """As somebody who chooses a network and types its password; without a name nothing is saved."""
        self._search("flush ")
        for ssid in pc.known:
            self.save(ssid, pc.key, named=ssid)
        if not pc.join:
            return
        self.save(pc.join, pc.wrong_first or pc.key, by=pc.by)
        if pc.wrong_first:
            self.nmcli("--wait", "15", "connection", "up", PROFILE_NAME, check=False)
            self.nmcli("connection", "modify", PROFILE_NAME, "wifi-sec.psk", pc.key)
        if not pc.joined:
            return
        right = pc.key == next((cell.key for cell in self.cells if cell.ssid == pc.join), None)
        if self._up(tries=3 if right else 1):
            self._online()
        elif right:
            raise LabError(f"the PC could not join {pc.join}: {self.nmcli('device', check=False)}")

    def _up(self, tries: int) -> bool:
        """NetworkManager may not have heard yet of what the kernel has just found."""
        for _ in range(tries):
            if "successfully" in self.nmcli("--wait", str(JOIN_S), "connection", "up", PROFILE_NAME, check=False):
                return True
            self.look()
            time.sleep(0.5)
        return False

    def save(self, ssid: str, key: str, by: str = "", named: str = PROFILE_NAME) -> None:
        cell = next((c for c in self.cells if c.ssid == ssid and (not by or c.radio == by)), None)
        words = ["type", "wifi", "con-name", named, "ssid", ssid, "connection.autoconnect", "no"]
        if cell is None or cell.security not in ("open", "owe"):
            how = "sae" if cell and cell.security == "wpa3" else "wpa-psk"
            words += ["wifi-sec.key-mgmt", how, "wifi-sec.psk", key]
        elif cell.security == "owe":
            words += ["wifi-sec.key-mgmt", "owe"]
        if by:
            words += ["wifi.bssid", air.MACS[by]]
        self.nmcli("connection", "add", *words)

    def nmcli(self, *words: str, check: bool = True) -> str:
        return self.pc.run("nmcli", *words, check=check, timeout=JOIN_S + 10)

    def _online(self) -> None:
        """NetworkManager's own look at the Internet is over, and names resolve."""
        self.pc.run("sh", "-c", """
for i in $(seq 60); do
  getent ahostsv4 deb.debian.org >/dev/null && [ "$(nmcli networking connectivity check)" = full ] && exit 0
  sleep 0.1
done""", check=False)  # fmt: skip

    def _journal(self) -> None:
        """A log that goes a day back, and a subscriber who may read it (as in Ubuntu, where the first user is "adm").

        Without the kernel's own lines: those of earlier scenarios are still in its memory.
        """
        self.pc.run("sh", "-ec", JOURNAL)
        self.services.start("journald", self.pc, "/lib/systemd/systemd-journald")
        opened = "for f in /run/log/journal/*/system.journal; do test -s $f && echo yes; done"
        wait_for("the log is open", lambda: "yes" in self.pc.run("sh", "-c", opened, check=False), 10, pause=0.1)

    def _cable(self) -> None:
        """A cable beside it; its routes are better, as always."""
        topology.cable(self.spaces, ("pc", f"eth0 address {topology.PC_MACS[0]}"), ("box", "lan9"))
        self.spaces.box.ip("link set lan9 master br-lan", "link set lan9 up")
        wait_for("the cable is known", lambda: "eth0" in self.nmcli("-g", "DEVICE", "device"), 10)
        self.nmcli("--wait", "20", "connection", "up", "Connexion filaire 1")

    def look(self) -> None:
        """The system looks around, as it does every few minutes."""
        self._search()

    def _search(self, how: str = "") -> None:
        """Another search may be under way, which hears those of before; and ``iw`` may miss the end of its own."""
        words = f"timeout 10 iw dev {WLAN} scan {how}freq {' '.join(self._frequencies())}"
        self.pc.run(
            "sh", "-c", f"for i in $(seq 8); do {words} >/dev/null && break; sleep 0.5; done", check=False, timeout=90
        )

    def _frequencies(self) -> list[str]:
        return sorted({str(cell.mhz) for cell in self.cells}) or ["2412"]

    # -- and away --------------------------------------------------------------------------------

    def clear(self, wanted: WifiScenario) -> None:
        """Nothing of a scenario is left for the next."""
        for step in wanted.after:
            self.apply(step)
        self.apply(Step("air", {}))
        air.power("pc", on=True)
        saved = self.nmcli("-g", "UUID,TYPE", "connection").split()
        for uuid in (line.partition(":")[0] for line in saved if line.endswith(":802-11-wireless")):
            self.nmcli("connection", "delete", uuid)
        self.pc.run("ip", "link", "delete", "eth0", check=False)
        for cell in self.cells:
            self.stop_cell(cell.radio)
        for name in ("dnsmasq-guest", "dnsmasq-other", "journald"):
            self.services.stop(name)
        self._unhear()
        # Also the log: what happened to one scenario is no past of the next.
        self.pc.run("sh", "-c", "resolvectl flush-caches; rm -rf /run/log/journal /var/log/journal", check=False)
        # What the box and the PC know by heart would hide that nobody answers any more.
        os.kill(self.services.running["dnsmasq"].pid, signal.SIGHUP)
        self.cells = ()

    def _unhear(self) -> None:
        """Until neither kernel nor supplicant lists an access point: nobody is on air now.

        NetworkManager searches as well, so that ours is refused, or given up halfway, which ``iw`` calls a success:
        only the list itself tells. What no search of ours takes out the kernel forgets after 30 s.
        """
        left = self.pc.run("sh", "-c", UNHEAR, check=False, timeout=GONE_S).strip()
        if left:
            raise LabError(f"access points that are gone are still listed: {left}")

    def close(self) -> None:
        """Nothing: it ends with its machine."""

    def environment(self) -> dict[str, str]:
        made: dict[str, Any] = super().environment()
        return {**made, "SELFCARE_LAB_OVERLAY": OVERLAY, "PYTHONPATH": os.environ.get("PYTHONPATH", "")}


JOURNAL = """
mountpoint -q /sys/fs/cgroup || mount -t cgroup2 cgroup2 /sys/fs/cgroup
rm -rf /run/log/journal /run/systemd/journal
mkdir -p /run/log/journal /run/systemd/journal /etc/systemd
ln -sfn /run/systemd/journal/dev-log /dev/log
[ -s /etc/machine-id ] || echo 5b1e9d1c7f4c4d0e9b580c1c5a0e0001 > /etc/machine-id
printf '[Journal]\nStorage=volatile\nReadKMsg=no\nRateLimitIntervalSec=0\n' > /etc/systemd/journald.conf
"""

# The supplicant's own list comes after the kernel's, from which it is filled.
UNHEAR = """
end=$(($(date +%s) + 45))
while seen=$(iw dev wlan0 scan dump | grep ^BSS) && [ "$(date +%s)" -lt $end ]; do
  timeout 10 iw dev wlan0 scan flush freq 2484 2412 >/dev/null 2>&1 || sleep 0.5
done
for i in $(busctl --list tree fi.w1.wpa_supplicant1 | grep -E '/Interfaces/[0-9]+$'); do
  busctl call fi.w1.wpa_supplicant1 $i fi.w1.wpa_supplicant1.Interface FlushBSS u 0 >/dev/null
done
echo "$seen"
"""
