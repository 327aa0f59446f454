"""The Windows parts, run by a Windows Python under Wine: in an empty namespace, and on the lab's PC."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.platforms.wine import SCRIPT, on_the_lab, run

PROFILE = "tests/lab/profile.toml"

pytestmark = pytest.mark.full


def outcomes(document: dict[str, Any]) -> dict[str, str]:
    return {m["id"]: m["outcome"] for m in document["measurements"]}


def test_without_any_network_the_verdict_is_honest(home: Path) -> None:
    done = run(home, ["-m", "selfcare", "check", "--json"])
    document = json.loads(done.stdout)
    assert document["verdict"]["state"] == "cannot_test"
    assert document["verdict"]["code"] is None
    assert not {"crashed", "timed_out"} & set(outcomes(document).values()), outcomes(document)


def test_the_script_refuses_the_machines_own_network(home: Path) -> None:
    done = subprocess.run(
        [SCRIPT, "here", "-c", "pass"], env={**os.environ, "SELFCARE_WINPY": str(home)}, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 64


def test_a_healthy_home_is_found_healthy(home: Path) -> None:
    document = on_the_lab(home, "healthy", ["-m", "selfcare", "check", "--json", "--profile", PROFILE])
    assert document["verdict"]["state"] == "ok", document["verdict"]
    assert document["host"]["os"] == "windows"
    assert not {"crashed", "timed_out"} & set(outcomes(document).values()), outcomes(document)


# What gives no value on the lab's PC under Wine, and the reason each must name.
SILENT = {
    "unsupported_platform": {
        "pc.dhcp_client", "link.peers", "lan.arp_watch", "lan.conflict", "lan.dhcp_servers", "lan.discovery",
        "mtu.path", "names.order", "path.failing",
    },
    # Wine has neither the hint on connectivity nor echo requests over IPv6.
    "source_unavailable": {"os.indicator"},
    "permission_denied": {"link.routers"},
    "not_configured": {"proxy.use", "portal.api"},
    "no_ipv6": {"ipv6.cost"},
    "nothing_to_compare": {"route.bound"},
    "no_interface": {"wifi.link", "wifi.scan"},
}  # fmt: skip


def test_every_probe_gives_a_value_or_a_named_reason(home: Path) -> None:
    words = ["-m", "selfcare", "check", "--deep", "--yes", "--json", "--profile", PROFILE]
    for _ in range(3):  # on a busy machine Wine needs longer than some probe may take
        measured = {m["id"]: m for m in on_the_lab(home, "healthy", words, timeout=300)["measurements"]}
        silent: dict[str, set[str]] = {}
        for name, m in measured.items():
            if m["outcome"] != "completed":
                silent.setdefault(str(m.get("reason") or m["outcome"]), set()).add(name)
        if not silent.keys() & {"timed_out", "dependency_failed"}:
            break
    assert silent == SILENT
    rate = measured["speed.capacity"]["payload"]
    assert rate["down"]["median_mbps"] > 0
    assert rate["up"]["median_mbps"] > 0
    for name in ("latency.gateway", "latency.isp"):
        first = measured[name]["payload"]["series"][0]["summary"]
        assert first["sent"] - first["lost"] >= 40, (name, first)


def test_the_operators_resolvers_are_named_when_they_fail(home: Path) -> None:
    words = ["-m", "selfcare", "check", "--json", "--profile", PROFILE]
    silent = on_the_lab(home, "isp-dns-down", words)
    assert silent["verdict"]["code"] == "ISP-DNS-DOWN", silent["verdict"]
    untrue = on_the_lab(home, "isp-dns-lies", words)
    assert untrue["verdict"]["code"] == "ISP-DNS-LIES", untrue["verdict"]
    # "No such name" is heard as such, although Windows has one number for that and for "no address".
    (names,) = [m["payload"]["answers"] for m in untrue["measurements"] if m["id"] == "dns.os"]
    assert {a["status"] for a in names if a["kind"] == "random"} == {"nxdomain"}


def test_a_line_that_loses_packets_is_told_from_a_cable_that_does(home: Path) -> None:
    document = on_the_lab(home, "wan-loss-10", ["-m", "selfcare", "check", "--json", "--profile", PROFILE])
    assert document["verdict"]["code"] == "WAN-LOSS", document["verdict"]
    cable = on_the_lab(home, "lan-loss", ["-m", "selfcare", "check", "--json", "--profile", PROFILE])
    assert cable["verdict"]["code"] == "LAN-LOSS", cable["verdict"]


def test_a_dead_line_is_not_called_healthy(home: Path) -> None:
    document = on_the_lab(home, "wan-down", ["-m", "selfcare", "check", "--json", "--profile", PROFILE])
    # Wine hands no "time exceeded" to programs, so the last proof is missing: never the wrong culprit.
    assert document["verdict"]["state"] != "ok"
    assert document["verdict"]["code"] in (None, "WAN-DOWN")
    assert not {"crashed", "timed_out"} & set(outcomes(document).values()), outcomes(document)


def test_native_calls_read_the_labs_pc(home: Path) -> None:
    words = ["-m", "probes", "--profile", PROFILE, "link.interfaces", "addr.lease", "route.table", "gateway.reach"]
    lines = on_the_lab(home, "healthy", words)
    link, addressing = lines["link.interfaces"]["payload"], lines["addr.lease"]["payload"]
    assert link["primary"] == "eth0"
    assert addressing["manager"] == "windows"
    (config,) = [c for c in addressing["configs"] if c["interface"] == "eth0"]
    assert config["gateway4"] == "192.168.1.1"
    assert any(a["address"].startswith("192.168.1.") for a in config["addresses"])
    assert lines["route.table"]["payload"]["owner4"] == "eth0"
    gateway = lines["gateway.reach"]["payload"]
    assert (gateway["icmp_method"], gateway["neighbour"]) == ("api", True)
    assert gateway["rtts_ms"]
