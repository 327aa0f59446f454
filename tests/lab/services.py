"""The daemons of the lab: how each is configured, started, stopped, and known to be ready."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from tests.lab import plan, topology
from tests.lab.errors import LabError
from tests.lab.mounts import REPO, SHARED
from tests.lab.owners import OWNERS, ready
from tests.lab.plan import Lan
from tests.lab.scenario import Variant
from tests.lab.spaces import PATIENCE, Space, Spaces, child_of, tool_environment

BROKEN_UPSTREAM = 5399  # on the box itself: a forwarder's upstream that only says SERVFAIL
PORTAL_PORT = 8081
BLOCKED_PORT = 8083
UPNP_PORT = 5431
LISTENS = "DHCP, sockets bound"  # dnsmasq, once all its sockets are


def wait_for(what: str, ready: Callable[[], bool], seconds: float, pause: float = 0.02) -> None:
    """Polls until it is so.

    Raises:
        LabError: it was not so in time.
    """
    end = time.monotonic() + PATIENCE * seconds
    while not ready():
        if time.monotonic() > end:
            raise LabError(f"not so after {seconds:g} s: {what}")
        time.sleep(pause)


class Services:
    """Starts programs by name; each writes to its own log in the lab's folder."""

    def __init__(self, spaces: Spaces, variant: Variant) -> None:
        self.spaces = spaces
        self.variant = variant
        self.lan = Lan.of(variant.subnet, variant.box_number)
        self.running: dict[str, subprocess.Popen[Any]] = {}

    def start(self, name: str, space: Space, *command: str, first_line: str | None = None, **env: str) -> None:
        with self.spaces.path(f"{name}.log").open("ab") as log:
            process = space.popen(
                command, stdin=subprocess.PIPE if first_line else subprocess.DEVNULL, stdout=log, stderr=log,
                env={**tool_environment(), **env}, start_new_session=True,
            )  # fmt: skip
        if first_line:
            assert process.stdin
            process.stdin.write(f"{first_line}\n".encode())
            process.stdin.close()
        self.running[name] = process

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        process = self.running.pop(name, None)
        if process is None:
            return
        inner = child_of(process.pid)
        with suppress(ProcessLookupError):
            if inner is not None:
                os.kill(inner, how)
        process.wait(10)

    def log(self, name: str) -> str:
        return self.spaces.path(f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def control(self, program: str, values: dict[str, Any]) -> None:
        """Tells the link emulator or the outside world something, and waits until it is so."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as channel:
            channel.settimeout(5)
            channel.connect(str(self.spaces.path(f"{program}.sock")))
            channel.send(json.dumps(values).encode())
            channel.recv(16)

    # -- outside ---------------------------------------------------------------------------------

    def start_outside(self) -> None:
        """The Internet's and the ISP's servers, and the access line."""
        path = os.pathsep.join(filter(None, [str(REPO), os.environ.get("PYTHONPATH")]))
        spaces = self.spaces
        spec = {
            "folder": SHARED,
            "networks": {name: spaces.inside(name) for name in ("net", "isp", "box")},
            "listeners": self._listeners(),
        }
        python = (sys.executable, "-m")
        self.start("world", spaces.net, *python, "tests.lab.world", first_line=json.dumps(spec), PYTHONPATH=path)
        ends = (f"acc0={spaces.inside('isp')}", f"wan0={spaces.inside('box')}")
        self.start("link", spaces.net, *python, "tests.lab.linkemu", f"{SHARED}/link.sock", *ends, PYTHONPATH=path)

    def _listeners(self) -> list[dict[str, Any]]:
        resolvers = [("isp", address) for address in plan.ISP_RESOLVERS]
        resolvers += [("net", address) for address in (*plan.PUBLIC_RESOLVERS, *plan.PUBLIC_RESOLVERS6)]
        made: list[dict[str, Any]] = [{"service": "dns", "network": n, "address": a} for n, a in resolvers]
        broken = {"service": "dns", "network": "box", "address": "127.0.0.1", "port": BROKEN_UPSTREAM}
        made.append({**broken, "mode": "servfail"})
        made += [{"service": "dot", "network": "net", "address": a} for a in plan.ENCRYPTED_RESOLVERS]
        for address in ("0.0.0.0", "::"):
            for service, port in (("http", 80), ("https", 443)):
                made.append(
                    {"service": service, "site": "internet", "network": "net", "address": address, "port": port}
                )
        for target in plan.profile().ports:
            if target.talk == "tcp" and target.port not in (80, 443):
                made.append(
                    {"service": "http", "site": "internet", "network": "net", "address": plan.address4(target.host),
                     "port": target.port}
                )  # fmt: skip
            elif target.talk != "tcp":
                address = plan.address4(target.host)
                made.append(
                    {"service": f"udp-{target.talk}", "network": "net", "address": address, "port": target.port}
                )
        made += [{"service": "ntp", "network": "net", "address": address} for address in plan.time_servers()]
        for site, port in (("proxy", plan.PROXY_PORT), ("closed_proxy", plan.CLOSED_PROXY_PORT)):
            made.append({"service": "http", "site": site, "network": "net", "address": plan.PROXY, "port": port})
        made.append({"service": "speed", "network": "net", "address": plan.SPEED_SERVER, "port": plan.SPEED_PORT})
        home = {"network": "box", "address": self.lan.box}
        for site, port in (
            ("box", 80),
            ("portal", PORTAL_PORT),
            ("blocked", BLOCKED_PORT),
            ("walled", plan.WALLED_PORT),
            ("hotel", plan.HOTEL_PORT),
            ("mute", plan.MUTE_PORT),
        ):
            made.append({"service": "http", "site": site, "port": port, **home})
        for site, port, authority in (
            ("portal", plan.PORTAL_API_PORT, ""), ("internet", plan.PC_FILTER_PORT, "filter"),
            ("walled", plan.WALLED_TLS_PORT, "box"),
        ):  # fmt: skip
            made.append({"service": "https", "site": site, "port": port, "authority": authority, **home})
        return made

    def wait_link(self) -> None:
        wait_for("the access line is made", self.spaces.path("link.sock").exists, 10)
        variant = self.variant
        self.control("link", {
            "delay_ms": variant.delay_ms, "jitter_ms": variant.jitter_ms, "loss": variant.loss, "mtu": variant.mtu,
            "down": {"rate_kbit": variant.down_kbit}, "up": {"rate_kbit": variant.up_kbit},
        })  # fmt: skip

    def wait_world(self) -> None:
        wait_for("the Internet's servers listen", self.spaces.path("world.sock").exists, 10)

    # -- box -------------------------------------------------------------------------------------

    def start_box(self) -> None:
        self.start_dnsmasq()
        if self.variant.upnp:
            self._start_upnp()

    def wait_box(self, earlier: int = 0) -> None:
        """Until it listens, for names too. ``earlier``: how often it has said so before."""
        wait_for("the box gives addresses", lambda: self.log("dnsmasq").count(LISTENS) > earlier, 10)

    def start_dnsmasq(self, *, dns: str = "forward", more: Sequence[str] = ()) -> None:
        """``dns``: "forward" to the ISP, "off" (port closed) or "broken" (upstream fails); ``more`` options."""
        upstream = [f"127.0.0.1#{BROKEN_UPSTREAM}"] if dns == "broken" else list(plan.ISP_RESOLVERS)
        options = [
            "--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--no-resolv", "--no-hosts", "--no-ping",
            f"--interface={topology.BR}", "--bind-interfaces", "--log-facility=-", "--pid-file=",
            "--dhcp-authoritative", "--dhcp-leasefile=/run/lab/leases", "--domain=home", "--local=/home/",
            f"--dhcp-range={self.lan.host(10)},{self.lan.host(150)},12h",
            f"--address=/livebox.home/{plan.PORTAL_NAME}/{self.lan.box}",
            *(f"--server={address}" for address in upstream), *more,
        ]  # fmt: skip
        if dns == "off":
            options += ["--port=0", f"--dhcp-option=option:dns-server,{self.lan.box}"]
        if self.variant.ipv6:
            options += [
                f"--dhcp-range=::,constructor:{topology.BR},ra-stateless,64,12h", "--enable-ra",
                "--dhcp-option=option6:dns-server,[fe80::]", "--ra-param=br-lan,30,1800",
            ]  # fmt: skip
        self.start("dnsmasq", self.spaces.box, "dnsmasq", *options, *more)

    def restart_dnsmasq(self, *, dns: str, more: Sequence[str] = ()) -> None:
        self.stop("dnsmasq")
        earlier = self.log("dnsmasq").count(LISTENS)
        self.start_dnsmasq(dns=dns, more=more)
        self.wait_box(earlier)

    def _start_upnp(self) -> None:
        """No catch-all ``deny``: this version then loops for ever on a refused request."""
        config = f"""
ext_ifname=wan0
listening_ip={topology.BR}
http_port={UPNP_PORT}
enable_upnp=yes
enable_natpmp=yes
secure_mode=yes
min_lifetime=120
max_lifetime=86400
lease_file=/run/lab/upnp.leases
uuid=8d5f9f3e-1b1f-4a53-9a7e-7c1689000001
friendly_name=Box
upnp_table_name=miniupnpd_f
upnp_nat_table_name=miniupnpd_f
upnp_forward_chain=miniupnpd
upnp_nat_chain=prerouting_miniupnpd
upnp_nat_postrouting_chain=postrouting_miniupnpd
allow 0-65535 {self.lan.network} 0-65535
"""
        self.spaces.path("upnp.conf").write_text(config, encoding="utf-8")
        command = ("miniupnpd", "-d", "-f", f"{SHARED}/upnp.conf", "-P", f"{SHARED}/upnp.pid")
        self.start("miniupnpd", self.spaces.box, *command)

    # -- PC --------------------------------------------------------------------------------------

    def start_pc(self) -> None:
        pc = self.spaces.pc
        pc.sysctl({"net.ipv4.ping_group_range": "0 2147483647"})
        pc.ip("link set lo up")
        self.start("dbus", pc, "dbus-daemon", "--system", "--nofork", "--nopidfile")
        wait_for("the system bus is there", lambda: pc.holds("/run/dbus/system_bus_socket"), 5)
        self.start("polkitd", pc, "/usr/lib/polkit-1/polkitd", "--no-debug")
        OWNERS[self.variant.owner].start(self)

    def wait_pc(self) -> None:
        """Connected, with the box's resolver, and names resolve."""
        if self.variant.owner != "networkmanager":
            self.spaces.pc.run("sh", "-c", ready(), timeout=60)
            return
        script = f"""
for i in $(seq 400); do
  nmcli -t -g GENERAL.STATE device show eth0 2>/dev/null | grep -q '^100' && break
  sleep 0.05
done
for i in $(seq 200); do
  resolvectl dns eth0 2>/dev/null | grep -q ' {self.lan.box}' && break
  sleep 0.05
done
for i in $(seq 100); do
  getent ahostsv4 deb.debian.org >/dev/null && break
  sleep 0.1
done
{self._settled()}
getent ahostsv4 deb.debian.org >/dev/null && exit 0
nmcli device show eth0; resolvectl; exit 1
"""
        self.spaces.pc.run("sh", "-c", script, timeout=60)

    def _settled(self) -> str:
        """NetworkManager's own look at the Internet is over too: until then its routes are the worse by 20000."""
        if not self.variant.connectivity_check:
            return ""
        # An IPv6 address is of no use until the check for duplicates ends, about a second.
        address = "ip -6 addr show dev eth0 scope global -tentative | grep -q inet6" if self.variant.ipv6 else "true"
        return f"""
for i in $(seq 60); do
  {address} && [ "$(nmcli networking connectivity check)" = full ] &&
    ! {{ ip route; ip -6 route; }} | grep -q '^default.* metric 20' && break
  sleep 0.1
done"""

    def stop_desktop(self) -> None:
        """As on a machine without D-Bus: plain resolver file, addresses stay as they are."""
        script = f"rm -f /etc/resolv.conf; echo 'nameserver {self.lan.box}' > /etc/resolv.conf"
        for name in ("NetworkManager", "resolved", "polkitd", "dbus"):
            self.stop(name, signal.SIGKILL)
        self.spaces.pc.run("sh", "-ec", f"{script}; rm -rf /run/dbus /run/systemd/resolve /run/NetworkManager")
