"""All probes together in network namespaces of their own: nothing, a silent gateway, a living one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = [
    pytest.mark.lab,
    pytest.mark.alone,
    pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to make namespaces"),
]

# Every probe's own deadline is below this; the slowest is name resolution by the system.
ALL_SILENT_MS = 8000
HELD_UP_S = 3.0


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def told(stderr: str) -> list[str]:
    """What Python warned of. That something held up its loop is told from 0.1 s on, which a busy machine does too."""
    slow = re.compile(r"Executing .* took ([0-9.]+) seconds")
    late = {line: slow.fullmatch(line) for line in stderr.splitlines()}
    return [line for line, found in late.items() if found is None or float(found[1]) >= HELD_UP_S]


class Home:
    """A PC and a box in two namespaces joined by a cable."""

    def __init__(self, tag: str) -> None:
        self.pc, self.box = f"sfp-{tag}-pc", f"sfp-{tag}-box"

    def up(self, *, cable: bool) -> None:
        for name in (self.pc, self.box):
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        if cable:
            ip("link", "add", "eth0", "netns", self.pc, "type", "veth", "peer", "name", "lan0", "netns", self.box)
            ip("-n", self.pc, "addr", "add", "192.168.50.2/24", "dev", "eth0", "label", "eth0:1")
            ip("-n", self.pc, "link", "set", "eth0", "up")
            ip("-n", self.box, "link", "set", "lan0", "up")
            ip("-n", self.pc, "route", "add", "default", "via", "192.168.50.1")

    def down(self) -> None:
        for name in (self.pc, self.box):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)

    def probes(self, *ids: str) -> dict[str, Any]:
        """Runs them with every warning on; a task or socket left behind prints to stderr and fails."""
        done = subprocess.run(
            ["ip", "netns", "exec", self.pc, sys.executable, "-X", "dev", "-m", "probes", *ids],
            capture_output=True, text=True, check=True, timeout=30,
            env={**os.environ, "LC_ALL": "ja_JP.UTF-8", "PYTHONUTF8": "1"},
        )  # fmt: skip
        assert told(done.stderr) == []
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@pytest.fixture
def home() -> Iterator[Home]:
    made = Home(str(os.getpid()))
    try:
        yield made
    finally:
        made.down()


def test_no_interface_at_all(home: Home) -> None:
    home.up(cable=False)
    found = home.probes()
    assert found["link.interfaces"]["payload"]["primary"] is None
    assert {p for p, line in found.items() if isinstance(line, dict) and line.get("outcome") == "timed_out"} == set()
    assert found["gateway.reach"]["outcome"] == "no_gateway"
    assert found["total_ms"] < ALL_SILENT_MS


def test_a_silent_gateway(home: Home) -> None:
    home.up(cable=True)
    found = home.probes()
    gateway = found["gateway.reach"]["payload"]
    assert found["link.interfaces"]["payload"]["primary"] == "eth0"
    assert (gateway["gateway"], gateway["neighbour"], gateway["in_subnet"]) == ("192.168.50.1", False, True)
    assert found["gateway.reach"]["duration_ms"] < 1400
    assert not any(t["connected"] for t in found["web.address"]["payload"]["tries"])
    assert found["total_ms"] < ALL_SILENT_MS


def test_a_living_gateway_without_internet(home: Home) -> None:
    home.up(cable=True)
    ip("-n", home.box, "addr", "add", "192.168.50.1/24", "dev", "lan0")
    found = home.probes("gateway.reach", "path.hops", "dns.box")
    gateway = found["gateway.reach"]["payload"]
    assert gateway["neighbour"] is True
    assert {t["answer"] for t in gateway["tcp"]} == {"refused"}
    assert found["gateway.reach"]["duration_ms"] < 600
    assert {a["status"] for a in found["dns.box"]["payload"]["answers"]} == {"refused_port"}


@pytest.mark.parametrize("name", ["fifteen-chars-x", "éth-é", "eth9.100", "-x", "\u540d\u524d"])
def test_odd_names_of_interfaces(home: Home, name: str) -> None:
    home.up(cable=True)
    ip("-n", home.pc, "link", "add", "name", name, "type", "bridge")
    ip("-n", home.pc, "link", "set", "dev", name, "up")
    found = home.probes("link.interfaces", "addr.lease", "route.table", "ipv6.reach")
    kinds = {i["name"]: i["kind"] for i in found["link.interfaces"]["payload"]["interfaces"]}
    assert kinds[name] == "virtual"


def test_two_ways_out_are_compared(home: Home) -> None:
    home.up(cable=True)
    ip("link", "add", "eth1", "netns", home.pc, "type", "veth", "peer", "name", "lan1", "netns", home.box)
    for where, what in ((home.pc, "eth1"), (home.box, "lan1")):
        ip("-n", where, "link", "set", what, "up")
    ip("-n", home.pc, "addr", "add", "192.168.60.2/24", "dev", "eth1")
    ip("-n", home.pc, "route", "add", "default", "via", "192.168.60.1", "metric", "50")
    found = home.probes("route.bound")
    tries = found["route.bound"]["payload"]["tries"]
    assert {t["interface"]: t["answered"] for t in tries} == {"eth0": False, "eth1": False}
    assert all(t["bound"] for t in tries)


def test_the_gateway_under_a_second_address_is_no_other_box(home: Home) -> None:
    home.up(cable=True)
    ip("-n", home.box, "addr", "add", "192.168.50.1/24", "dev", "lan0")
    ip("-n", home.box, "addr", "add", "192.168.1.254/24", "dev", "lan0")
    found = home.probes("link.peers")["link.peers"]["payload"]
    assert (found["boxes"], len(found["gateway_macs"])) == ([], 1)
    assert "192.168.1.254" in found["same_mac"], "it was asked for, and answered"


def test_just_plugged_in_our_own_address_is_waited_for(home: Home) -> None:
    """While the kernel checks that it is unique nobody could answer us, and "no router" would be no answer."""
    home.up(cable=True)
    settings = (
        (home.box, "net.ipv6.conf.all.forwarding=1"),
        (home.box, "net.ipv6.conf.lan0.accept_dad=0"),  # the box has been there for long
        (home.pc, "net.ipv4.ping_group_range=0 2147483647"),
    )
    for where, setting in settings:
        subprocess.run(["ip", "netns", "exec", where, "sysctl", "-qw", setting], check=True)
    ip("-n", home.box, "link", "set", "lan0", "down")
    ip("-n", home.box, "link", "set", "lan0", "up")
    found = home.probes("link.routers", "link.peers")
    assert found["link.routers"]["outcome"] == "completed"
    assert found["link.routers"]["payload"]["answered"] is True
    assert found["link.peers"]["payload"]["asked"] is True
    assert found["link.peers"]["payload"]["routers"], "it was asked from an address that can be answered"


def test_a_cable_carries_the_way_out_until_a_tunnel_does(home: Home) -> None:
    asked = "from probes import way_out; from probes.framework import current_platform as p;"
    asked += "print(way_out.read(p(), ['192.0.2.1', '192.0.2.2', '2001:db8::1']))"

    def told() -> str:
        words = ["ip", "netns", "exec", home.pc, sys.executable, "-c", asked]
        return subprocess.run(words, capture_output=True, text=True, check=True, timeout=30).stdout.strip()

    home.up(cable=True)
    assert told() == "True"
    ip("-n", home.pc, "tuntap", "add", "dev", "tun0", "mode", "tun")
    ip("-n", home.pc, "link", "set", "tun0", "up")
    ip("-n", home.pc, "route", "add", "0.0.0.0/1", "dev", "tun0")
    ip("-n", home.pc, "route", "add", "128.0.0.0/1", "dev", "tun0")
    assert told() == "None"
    ip("-n", home.pc, "link", "del", "tun0")
    ip("-n", home.pc, "route", "del", "default")
    assert told() == "None"
