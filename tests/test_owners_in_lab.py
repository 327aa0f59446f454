"""Whole repairs on PCs that NetworkManager does not look after: networkd, dhcpcd, dhclient, and nobody at all."""

from __future__ import annotations

import json
import time
from typing import Any

import jsonschema
import pytest

from selfcare.contract import load_repair_schema
from tests.lab.lab import Lab
from tests.lab.repairs import repair, run, settings, told
from tests.lab.rootfs import why_unavailable

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]
VALIDATOR = jsonschema.Draft202012Validator(load_repair_schema())
OWNERS = ("networkd", "dhcpcd", "dhclient", "file")
ASKING = ("networkd", "dhcpcd", "dhclient")  # those that ask for a lease
LIMIT_S = 15.0
DEAD = "192.168.1.66"
QUICK = {("networkd", "isp-dns-down")}

# What each owner keeps of its own while it runs; leases aside, which say when they were given.
RUNTIME = """
for file in $(find /run/systemd/netif /run/systemd/network /etc/systemd/network /etc/dhcpcd.conf /etc/dhcp \\
    /run/dhcpcd -type f 2>/dev/null | sort); do
  case $file in */leases/*|*.pid) ;; *) echo "== $file"; stat -c '%a %u %g' $file; cat $file ;; esac
done
stat -c '%a %u %g' /etc/resolv.conf
ip -4 -br addr show dev eth0
"""


def cases() -> list[Any]:
    made = [(owner, fault) for owner in OWNERS for fault in ("isp-dns-down", "box-dns")]
    return [pytest.param(*case, id="-".join(case), marks=() if case in QUICK else pytest.mark.full) for case in made]


def everything(lab: Lab) -> dict[str, str]:
    """All settings, as the system and the owner tell them."""
    return settings(lab) | {"owner": lab.pc.run("sh", "-c", RUNTIME)}


def same(lab: Lab, before: dict[str, str]) -> None:
    """All as it was, to the byte; a moment for what an owner writes a little later."""
    deadline = time.monotonic() + 5
    while (now := everything(lab)) != before and time.monotonic() < deadline:
        time.sleep(0.3)
    assert now == before


def verdict(lab: Lab) -> str:
    done = run(lab, "check", "--json")
    found: str = json.loads(done.stdout)["verdict"]["state"]
    return found


def undo_all(lab: Lab) -> None:
    for _ in range(4):
        done = run(lab, "undo", "--lang", "en")
        assert done.returncode == 0, done.stderr
        if "No change" in done.stderr:
            return
    raise AssertionError("there is always one more change to undo")


def break_it(lab: Lab) -> None:
    """The scenario's fault; box and PC have forgotten what the check before it looked up."""
    lab.services.restart_dnsmasq(dns="forward")
    lab.pc.run("resolvectl", "flush-caches", check=False)
    for step in lab.scenario.steps:
        lab.apply(step)


@pytest.mark.parametrize(("owner", "fault"), cases())
def test_healthy_then_names_fail_then_repaired_and_back(owner: str, fault: str) -> None:
    with Lab(fault, owner=owner, break_it=False) as lab:
        assert verdict(lab) == "ok"
        break_it(lab)
        before = everything(lab)
        document, done = repair(lab)
        VALIDATOR.validate(document)
        assert told(document) == [("dns.alternate", "kept")]
        assert (document["state"], done.returncode, document["after"]["verdict"]["state"]) == ("repaired", 0, "ok")
        assert document["timing"]["total_ms"] < LIMIT_S * 1000
        assert everything(lab) != before
        again, _ = repair(lab)
        assert (again["state"], again["steps"]) == ("healthy", [])
        undo_all(lab)
        same(lab, before)


def watched(lab: Lab, remedy: str) -> tuple[dict[str, Any], list[str]]:
    """One remedy by hand, and what the kernel told of the PC's IPv4 addresses meanwhile."""
    lab.services.start("monitor", lab.pc, "ip", "-o", "-4", "monitor", "address")
    time.sleep(0.3)
    document, done = repair(lab, "fix", "run", remedy, "--yes")
    assert (told(document), done.returncode) == ([(remedy, "kept")], 0), (document, done.stderr)
    lab.services.stop("monitor")
    return document, [line for line in lab.services.log("monitor").splitlines() if "eth0" in line]


@pytest.mark.full
@pytest.mark.parametrize("owner", ASKING)
def test_a_renewal_by_hand_never_drops_the_address(owner: str) -> None:
    with Lab("healthy", owner=owner) as lab:
        before = settings(lab)
        leased = lab.pc.run("stat", "-c", "%Y", "/run/lab/leases", check=False)
        time.sleep(1.1)
        document, seen = watched(lab, "lease.renew")
        assert not [line for line in seen if "Deleted" in line], seen
        assert 0 < document["steps"][0]["duration_s"] <= LIMIT_S, "said before it is done"
        assert document["steps"][0]["duration_ms"] < LIMIT_S * 1000
        assert document["steps"][0]["pause_s"] == 0
        assert lab.pc.run("stat", "-c", "%Y", "/run/lab/leases", check=False) != leased, "the box was really asked"
        assert verdict(lab) == "ok"
        assert settings(lab) == before


@pytest.mark.full
@pytest.mark.parametrize("owner", OWNERS)
def test_a_restart_by_hand_comes_back(owner: str) -> None:
    with Lab("healthy", owner=owner) as lab:
        before = settings(lab)
        document, _ = watched(lab, "adapter.restart")
        assert 0 < document["steps"][0]["duration_s"] <= LIMIT_S
        assert verdict(lab) == "ok"
        assert settings(lab) == before


def test_nobody_can_renew_what_nobody_gave() -> None:
    with Lab("healthy", owner="file") as lab:
        before = everything(lab)
        document, done = repair(lab, "fix", "run", "lease.renew", "--yes")
        assert (told(document), done.returncode) == ([("lease.renew", "failed")], 1)
        assert document["steps"][0]["error"] == "unknown_owner"
        assert everything(lab) == before


BY_HAND = {
    "networkd": ("resolvectl", "dns", "eth0", DEAD),
    "dhcpcd": ("sh", "-c", f"echo nameserver {DEAD} > /etc/resolv.conf"),
    "dhclient": ("sh", "-c", f"echo nameserver {DEAD} > /etc/resolv.conf"),
}


@pytest.mark.full
@pytest.mark.parametrize("owner", BY_HAND)
def test_a_dead_resolver_set_by_hand_is_automatic_again(owner: str) -> None:
    with Lab("healthy", owner=owner) as lab:
        lab.pc.run(*BY_HAND[owner])
        time.sleep(1)
        before = everything(lab)
        document, done = repair(lab)
        VALIDATOR.validate(document)
        assert told(document) == [("dns.automatic", "kept")]
        assert (document["state"], done.returncode) == ("repaired", 0)
        undo_all(lab)
        same(lab, before)


WRITTEN = {
    "dhcpcd": ("/etc/dhcpcd.conf", f"static domain_name_servers={DEAD}"),
    "dhclient": ("/etc/dhcp/dhclient.conf", f"supersede domain-name-servers {DEAD};"),
}


@pytest.mark.full
@pytest.mark.parametrize("owner", WRITTEN)
def test_what_a_person_wrote_for_the_owner_is_left_and_stood_in_for(owner: str) -> None:
    """Its next renewal would have them back: so they are not made automatic, but others serve for now."""
    path, line = WRITTEN[owner]
    with Lab("healthy", owner=owner) as lab:
        lab.pc.run("sh", "-ec", f"echo '{line}' >> {path}; echo nameserver {DEAD} > /etc/resolv.conf")
        before = everything(lab)
        document, done = repair(lab)
        assert told(document)[-1] == ("dns.alternate", "kept")
        assert ("dns.automatic", "kept") not in told(document)
        assert (document["state"], done.returncode) == ("repaired", 0)
        undo_all(lab)
        same(lab, before)


@pytest.mark.full
def test_where_nobody_gives_resolvers_a_dead_one_is_not_guessed_at() -> None:
    """Whose it is cannot be seen there: nothing is changed by itself, and by hand others serve."""
    with Lab("healthy", owner="file") as lab:
        lab.pc.run("sh", "-c", f"echo nameserver {DEAD} > /etc/resolv.conf")
        before = everything(lab)
        document, done = repair(lab)
        assert (document["state"], document["steps"], done.returncode) == ("cannot_tell", [], 3)
        assert everything(lab) == before
        document, done = repair(lab, "fix", "run", "dns.alternate", "--yes")
        assert (told(document), done.returncode) == ([("dns.alternate", "kept")], 0)
        assert verdict(lab) == "ok"
        undo_all(lab)
        same(lab, before)
