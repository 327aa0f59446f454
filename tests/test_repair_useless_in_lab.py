"""Each remedy that changes something, where a second cause makes it useless: put back to the byte, and said so."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread

import jsonschema
import pytest

from selfcare.contract import load_repair_schema
from selfcare.remedies import REMEDIES
from tests.lab import plan
from tests.lab.ask import resolves
from tests.lab.lab import Lab
from tests.lab.mounts import HOME
from tests.lab.repairs import different, repair, settled, told, undoable
from tests.lab.rootfs import why_unavailable
from tests.lab.scenario import Step

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]
VALIDATOR = jsonschema.Draft202012Validator(load_repair_schema())

# -- second causes ---------------------------------------------------------------------------------

DEAF = """table inet deaf {
 chain out { type filter hook output priority 0; ip daddr 127.0.0.53 meta l4proto { tcp, udp } th dport 53 drop; }
}
"""
CUT = 'table inet cut { chain out { type filter hook output priority 0; policy drop; oifname "lo" accept; }; }'
STALE_PORT = 5398


def deaf(lab: Lab) -> None:
    """Programs do not reach the system's own resolver, whoever that one asks."""
    lab.pc.nft(DEAF)


def switched_off_again(lab: Lab) -> None:
    """Another program insists that the adapter is off, and NetworkManager has noticed."""
    meddle(lab, "ip link set eth0 down")
    time.sleep(8)


def meddle(lab: Lab, script: str) -> None:
    """Another program of this PC that does the same again and again, sooner than anybody can look."""
    lab.services.start("meddler", lab.pc, "sh", "-c", f"while :; do {script}; sleep 0.02; done")


INSISTS = """
import os, sys, time
path, about = sys.argv[1], os.stat(sys.argv[1])
with open(path, "rb") as file:
    theirs = file.read()
while True:
    with open(path, "rb") as file:
        same = file.read() == theirs
    if not same:
        with open(path + ".theirs", "wb") as file:
            file.write(theirs)
        os.chown(path + ".theirs", about.st_uid, about.st_gid)
        os.chmod(path + ".theirs", about.st_mode)
        os.replace(path + ".theirs", path)
    time.sleep(0.001)
"""


def written_back(path: str) -> Callable[[Lab], None]:
    """Another program insists on this file, and is quicker than the first look after the change."""

    def second(lab: Lab) -> None:
        lab.services.start("meddler", lab.pc, sys.executable, "-c", INSISTS, path)

    return second


def cut_unless(condition: str) -> Callable[[Lab], None]:
    """A security program that lets nothing out any more once something is changed (a VPN's guard is one)."""

    def second(lab: Lab) -> None:
        cut = f"nft list table inet cut >/dev/null 2>&1 || nft '{CUT}'"
        meddle(lab, f"if {condition}; then nft delete table inet cut 2>/dev/null; else {cut}; fi")

    return second


def no_leases(lab: Lab) -> None:
    """Nobody gives addresses any more."""
    lab.apply(Step("box_dhcp", {"answer": False}))


def leases_that_lead_nowhere(lab: Lab) -> None:
    """The box gives no addresses; another machine does, and its router does not exist."""
    no_leases(lab)
    lab.apply(Step("lan_host", {"address": "192.168.5.1/24"}))
    nobody = {"router": "192.168.5.77", "dns": "192.168.5.77"}
    lab.apply(Step("lan_dhcp", {"first": "192.168.5.100", "last": "192.168.5.150", **nobody}))


def leases_without_router(lab: Lab) -> None:
    """The next lease names no router."""
    lab.services.restart_dnsmasq(dns="forward", more=["--dhcp-option=option:router"])


def stale_elsewhere(lab: Lab) -> None:
    """What the system's resolver asks is answered by something old on the way, whatever it forgets."""
    (name,) = (step.arguments["name"] for step in lab.scenario.steps if step.do == "pc_remembers")
    lab.services.start(
        "stale", lab.pc, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--no-resolv",
        "--no-hosts", f"--port={STALE_PORT}", "--listen-address=127.0.0.1", "--bind-interfaces", "--log-facility=-",
        "--pid-file=", f"--address=/{name}/151.101.0.255", "--server=192.168.1.1",
    )  # fmt: skip
    rule = f'meta skuid "systemd-resolve" meta l4proto {{ tcp, udp }} th dport 53 redirect to :{STALE_PORT}'
    lab.pc.nft(f"table ip stale {{\n chain out {{ type nat hook output priority -100; {rule}; }}\n}}\n")


def disconnected_without_leases(lab: Lab) -> None:
    """Somebody pressed "disconnect", and nobody gives addresses."""
    lab.pc.run("nmcli", "device", "disconnect", "eth0")
    no_leases(lab)


def full_segments_lost(lab: Lab) -> None:
    """Whatever the packet size is, connections that carry much stall beyond the line."""
    lab.apply(Step("isp_blocks", {"rules": ["meta l4proto tcp meta length > 1300 drop"]}))


# -- the remedies ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Useless:
    """``by_hand``: asked for without a finding. ``ends``: what becomes of the step; ``failed``: not even applied."""

    remedy: str
    fault: str
    second: Callable[[Lab], None]
    user: bool = False
    by_hand: bool = False
    ends: tuple[str, ...] = ("undone",)


GIVEN_UP, NOTHING_TO_PUT_BACK = ("undone", "failed"), ("not_helped",)
CASES = (
    Useless("dns.alternate", "isp-dns-down", deaf),
    Useless("dns.trial", "isp-dns-down", deaf, by_hand=True),
    Useless("dns.automatic", "pc-dns-static", deaf),
    Useless("dns.flush", "pc-dns-cache", stale_elsewhere, ends=NOTHING_TO_PUT_BACK),
    Useless("hosts.disable", "pc-hosts", written_back("/etc/hosts"), ends=GIVEN_UP),
    Useless("proxy.off", "pc-proxy", written_back(f"{HOME}/.config/kioslaverc"), True, ends=GIVEN_UP),
    Useless("ipv4.prefer", "isp-ipv6", lambda lab: meddle(lab, "rm -f /etc/gai.conf"), ends=GIVEN_UP),
    Useless("mtu.set", "isp-pmtu", full_segments_lost),
    Useless("vpn.stop", "pc-vpn", cut_unless("ip -br link show dev tun0 up | grep -q tun0")),
    Useless("route.remove", "pc-routes", cut_unless("ip route show default dev eth1 | grep -q .")),
    Useless("lease.renew", "pc-routes-missing", leases_without_router, ends=NOTHING_TO_PUT_BACK),
    Useless("ip.automatic", "pc-ip-static", leases_that_lead_nowhere),
    # Nobody answers: the change itself is given up.
    Useless("address.duplicate", "lan-ip-conflict", no_leases, ends=GIVEN_UP),
    Useless("connection.reconnect", "healthy", disconnected_without_leases, by_hand=True, ends=GIVEN_UP),
    Useless("adapter.enable", "pc-nic-off", switched_off_again, ends=GIVEN_UP),
    # By hand only, and harmless: it stays done, and nothing is other than before.
    Useless("adapter.restart", "isp-dns-down", deaf, by_hand=True, ends=("kept",)),
)  # fmt: skip
# In every ./test; the others in --all. Who insists on a file must be quicker than the first look after the change.
QUICK = {"dns.alternate": (), "hosts.disable": (pytest.mark.alone,)}
# Time has no namespace: its change would be this machine's (docs/design/lab.md). Radios have a machine of their own.
NOT_HERE = {"clock.set", *(r.id for r in REMEDIES if r.id.startswith("wifi.") and not r.person)}


def test_every_remedy_that_changes_something_has_its_case() -> None:
    assert {case.remedy for case in CASES} | NOT_HERE == {r.id for r in REMEDIES if not r.person}


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=c.remedy, marks=QUICK.get(c.remedy, (pytest.mark.full,))) for c in CASES]
)
def test_what_does_not_help_is_put_back_to_the_byte(case: Useless) -> None:
    with Lab(case.fault) as lab:
        case.second(lab)
        before = settled(lab)
        words = ("fix", "run", case.remedy, "--yes") if case.by_hand else ("repair", "--yes")
        document, done = repair(lab, *words, user=case.user)
        VALIDATOR.validate(document)
        outcomes = dict(told(document))
        assert outcomes.get(case.remedy) in case.ends, (told(document), document["before"]["verdict"])
        if "kept" not in case.ends:
            assert "kept" not in outcomes.values()
            assert (document["state"], done.returncode) == ("not_helped", 1)
        assert different(lab, before) == {}
        # Nothing stays behind that could still be undone.
        assert undoable(lab, user=case.user) == []


# -- none worse than before --------------------------------------------------------------------------


def as_soon_as(lab: Lab, so: Callable[[], bool], then: Callable[[], None], limit_s: float = 60.0) -> Thread:
    """Something goes wrong at the very moment of the change."""

    def wait() -> None:
        end = time.monotonic() + limit_s
        while not so() and time.monotonic() < end:
            time.sleep(0.02)
        then()

    thread = Thread(target=wait, daemon=True)
    thread.start()
    return thread


@pytest.mark.full
def test_a_stand_in_that_falls_silent_before_the_proof_is_taken_away() -> None:
    """Names were slow; with the stand-in there are none at all."""
    with Lab("isp-dns-slow") as lab:
        before = settled(lab)
        public = {"mode": "dead", "addresses": list(plan.PUBLIC_RESOLVERS)}
        thread = as_soon_as(
            lab,
            lambda: any(a in lab.pc.run("resolvectl", "dns", "eth0") for a in plan.PUBLIC_RESOLVERS),
            lambda: lab.apply(Step("public_dns", public)),
        )
        document, _ = repair(lab)
        thread.join(1)
        assert told(document)[0] == ("dns.alternate", "undone")
        assert not thread.is_alive()
        lost = {e["fact"]: (e["before"], e["after"]) for e in document["steps"][0]["effect"]}
        # Whether the first look still found an answer is a matter of moments; that it was taken away is not.
        assert lost["names_resolve"] in (("yes", "no"), ("yes", "yes"))
        assert resolves(lab)
        assert different(lab, before) == {}


@pytest.mark.full
def test_a_route_whose_removal_cuts_everything_comes_back() -> None:
    """The other way was seen to reach out, and does not any more when all depends on it."""
    with Lab("two-interfaces") as lab:
        before = settled(lab)
        address = lab.pc.run("sh", "-c", "ip -br -4 addr show eth1 | awk '{print $3}'").partition("/")[0]
        thread = as_soon_as(
            lab,
            lambda: not lab.pc.run("ip", "route", "show", "default", "dev", "eth0"),
            lambda: lab.apply(Step("box_blocks", {"rules": [f"ip saddr {address} drop"]})),
        )
        document, done = repair(lab, "fix", "run", "route.remove", "--yes")
        thread.join(1)
        assert told(document) == [("route.remove", "undone")]
        assert not thread.is_alive() and (document["state"], done.returncode) == ("not_helped", 1)
        assert resolves(lab)
        assert different(lab, before) == {}


@pytest.mark.full
@pytest.mark.parametrize("remedy", ["lease.renew", "adapter.restart"])
def test_an_address_nobody_would_give_again_stays_in_use(remedy: str) -> None:
    """By hand on a PC that works, while the box has stopped giving addresses: it must work on."""
    with Lab("healthy") as lab:
        no_leases(lab)
        before = settled(lab)
        document, done = repair(lab, "fix", "run", remedy, "--yes")
        assert told(document) == [(remedy, "failed")]
        assert (document["after"]["verdict"]["state"], done.returncode) == ("ok", 1)
        assert resolves(lab)
        assert set(different(lab, before)) <= {"routes -4"}  # the same ones, set by another than DHCP
