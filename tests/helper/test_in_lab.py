"""The helper on a real PC of the lab: every owner, an ordinary user with and without a seat, bad disks, and SIGKILL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.killing.table import CHANGES
from tests.lab.lab import Lab
from tests.lab.mounts import HOME
from tests.lab.rootfs import why_unavailable

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]
DNS = ["dns.set", {"interface": "eth0", "servers": ["9.9.9.9"]}]
UNDO = ["change.undo", {"entry": "last"}]
NAMES = ["$", "resolvectl dns eth0"]
BOX, QUAD9 = "Link 2 (eth0): 192.168.1.1\n", "Link 2 (eth0): 9.9.9.9\n"
# The lab has no seat, so polkit takes camille for somebody from afar; this is what a desktop's own defaults grant.
SEAT = """polkit.addRule(function(action, subject) {
  if (action.id == "org.freedesktop.NetworkManager.network-control" && subject.user == "camille")
    return polkit.Result.YES;
});
"""


@pytest.fixture(scope="module")
def pc() -> Iterator[Lab]:
    with Lab("healthy") as lab:
        yield lab


def talk(lab: Lab, *items: list[Any], user: bool = False) -> list[Any]:
    done = lab.python("-m", "tests.helper.talk", json.dumps(items), user=user, timeout=120)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def state(lab: Lab, user: bool = False) -> dict[str, Any]:
    done = lab.python("-c", "import json; from tests.helper import whole; print(json.dumps(whole.state()))", user=user)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def codes(answers: list[Any]) -> list[str]:
    return [a["error"]["code"] if "error" in a else a["ok"].get("entry", {}).get("state", "ok") for a in answers]


def test_networkmanager_other_resolvers_and_back(pc: Lab) -> None:
    before = state(pc)
    said = talk(pc, DNS, NAMES, UNDO, NAMES)
    assert said[1] == QUAD9 and said[3] == BOX
    assert state(pc) == before


def test_the_guard_puts_back_by_itself_what_nobody_keeps(pc: Lab) -> None:
    said = talk(
        pc, [DNS[0], {**DNS[1], "guard_s": 1}], NAMES, ["$", "sleep 1.6"], NAMES, ["change.keep", {"entry": "last"}]
    )
    assert said[1] == QUAD9 and said[3] == BOX and codes(said[4:]) == ["failed"]


def test_somebody_else_set_it_meanwhile(pc: Lab) -> None:
    theirs = ["$", "nmcli device modify eth0 ipv4.dns 1.1.1.1"]
    said = talk(pc, DNS, theirs, UNDO, NAMES, ["$", "nmcli connection up 'Connexion filaire 1'"])
    assert codes([said[2]]) == ["changed_since"] and said[3] != BOX
    assert talk(pc, NAMES) == [BOX]


@pytest.mark.parametrize("verb", ["ip.auto", "dns.auto"])
def test_profiles_are_the_same_to_the_last_word(pc: Lab, verb: str) -> None:
    """NetworkManager's own settings, its time stamp aside; what runs too."""
    manual = ["ipv4.method", "manual", "ipv4.addresses", "192.168.1.200/24", "ipv4.gateway", "192.168.1.1"]
    words = ["ipv4.dns", "192.168.1.66", *(manual if verb == "ip.auto" else ["ipv4.ignore-auto-dns", "yes"])]
    cable = "Connexion filaire 1"
    pc.pc.run("nmcli", "connection", "modify", cable, *words, "ipv4.routes", "10.9.0.0/16 192.168.1.1 50")
    pc.pc.run("nmcli", "connection", "up", cable)
    try:
        before = state(pc)
        made, names, address, undone = talk(
            pc, [verb, {"interface": "eth0"}], ["$", "sleep 1; resolvectl dns eth0"], ["$", "ip -4 -br addr show eth0"],
            UNDO,
        )  # fmt: skip
        assert codes([made, undone]) == ["applied", "undone"]
        assert names == BOX and "192.168.1.200" not in address
        assert state(pc) == before
    finally:
        automatic = ["ipv4.method", "auto", "ipv4.addresses", "", "ipv4.gateway", "", "ipv4.ignore-auto-dns", "no"]
        pc.pc.run("nmcli", "connection", "modify", cable, *automatic, "ipv4.dns", "", "ipv4.routes", "")
        pc.pc.run("nmcli", "connection", "up", cable)


def test_without_a_seat_the_user_is_told_and_nothing_changes(pc: Lab) -> None:
    before = state(pc)
    said = talk(
        pc,
        DNS,
        ["adapter.restart", {"interface": "eth0"}],
        ["mtu.set", {"interface": "eth0", "bytes": 1400}],
        user=True,
    )
    assert codes(said) == ["needs_privilege"] * 3
    assert codes(talk(pc, ["change.list", {}], user=True)) == ["ok"]
    assert state(pc) == before


def test_with_a_seat_the_user_needs_no_password(pc: Lab) -> None:
    before = state(pc)
    pc.pc.run("sh", "-ec", "cat > /etc/polkit-1/rules.d/10-seat.rules; sleep 1", text=SEAT)
    try:
        renew = ["dhcp.renew", {"interface": "eth0"}]
        said = talk(pc, DNS, NAMES, UNDO, ["adapter.restart", {"interface": "eth0"}], renew, user=True)
        assert codes([said[0], *said[2:]]) == ["applied", "undone", "kept", "kept"]
        assert said[1] == QUAD9
    finally:
        pc.pc.run("rm", "/etc/polkit-1/rules.d/10-seat.rules")
    assert state(pc) == before


def test_a_vpn_that_owns_the_way_out_owns_the_names(pc: Lab) -> None:
    made = "ip tuntap add tun7 mode tun && ip addr add 10.1.2.3/24 dev tun7 && ip link set tun7 up && " \
           "ip route add default dev tun7 metric 5"  # fmt: skip
    try:
        said = talk(
            pc, ["$", made], DNS, ["tunnel.stop", {"interface": "tun7"}], ["$", "ip route"], UNDO, ["$", "ip route"]
        )
        assert codes([said[1], said[2], said[4]]) == ["managed", "applied", "undone"]
        assert "tun7" not in said[3] and "default dev tun7" in said[5] and "10.1.2.0/24 dev tun7" in said[5]
    finally:
        pc.pc.run("ip", "link", "delete", "tun7")


def test_a_vpn_that_leads_by_rules_owns_the_names_too(pc: Lab) -> None:
    """As wg-quick does it: the main table goes on naming the box."""
    made = "ip tuntap add tun7 mode tun && ip addr add 10.1.2.3/24 dev tun7 && ip link set tun7 up && " \
           "ip route add default dev tun7 table 51820 && ip rule add not fwmark 51820 table 51820 && " \
           "ip rule add table main suppress_prefixlength 0"  # fmt: skip
    try:
        assert codes(talk(pc, ["$", made], DNS)[1:]) == ["managed"]
    finally:
        rules = "ip rule del table 51820; ip rule del table main suppress_prefixlength 0"
        pc.pc.run("sh", "-c", f"{rules}; ip link delete tun7")


def test_a_vpn_that_took_over_the_names_owns_them(pc: Lab) -> None:
    made = "ip tuntap add tun7 mode tun && ip addr add 10.1.2.3/24 dev tun7 && ip link set tun7 up && " \
           "resolvectl dns tun7 10.1.2.1 && resolvectl domain tun7 '~.'"  # fmt: skip
    try:
        said = talk(pc, ["$", made], DNS, ["$", "ip link set tun7 down"], DNS, UNDO)
        assert codes([said[1], said[3], said[4]]) == ["managed", "applied", "undone"]
    finally:
        pc.pc.run("ip", "link", "delete", "tun7")


def test_a_profile_that_does_not_exist_is_told_from_no_answer(pc: Lab) -> None:
    """By NetworkManager's own words: what was deleted is nobody's, what cannot be asked is tried again."""
    ask = "from selfcare.helper.nm import talking\nwith talking() as nm: print(nm.find_uuid('{}'))"
    done = pc.python("-c", ask.format("00000000-0000-4000-8000-000000000000"))
    assert (done.stdout, done.stderr) == ("None\n", "")


def test_bind_mounted_hosts_file_is_said(pc: Lab) -> None:
    """As containers have it: no rename replaces it."""
    pc.pc.run("sh", "-ec", "cp /etc/hosts /run/h; echo 1.2.3.4 a.example >> /run/h; mount --bind /run/h /etc/hosts")
    try:
        assert codes(talk(pc, ["hosts.disable", {"names": ["a.example"]}])) == ["protected"]
    finally:
        pc.pc.run("umount", "/etc/hosts")


@pytest.mark.parametrize("disk", ["size=4k", "size=64k,ro", "nr_inodes=2"])
def test_no_room_for_the_journal_no_change(pc: Lab, disk: str) -> None:
    before = state(pc)
    folder = "/var/lib/selfcare"
    pc.pc.run("sh", "-ec", f"mkdir -p {folder}; mount -t tmpfs -o mode=755,{disk} tmpfs {folder}")
    fill = f"dd if=/dev/zero of={folder}/fill bs=4096 count=8 2>/dev/null"
    try:
        said = talk(pc, ["$", fill], DNS, ["hosts.disable", {"names": ["a.example"]}], NAMES)
        assert codes([said[1]]) == ["cannot_record"] and said[3] == BOX
        assert state(pc) == before
    finally:
        pc.pc.run("umount", folder)


def test_read_only_home_no_change(pc: Lab) -> None:
    before = state(pc)
    pc.spaces.user.run("sh", "-ec", f"mount --bind {HOME} {HOME}; mount -o remount,ro,bind {HOME}")
    try:
        assert codes(talk(pc, DNS, ["dns.flush", {}], user=True)) == ["cannot_record"] * 2
    finally:
        pc.spaces.user.run("umount", HOME)
    assert state(pc) == before


def test_networkd_owns_the_link() -> None:
    network = "printf '[Match]\\nName=eth0\\n[Network]\\nDHCP=yes\\n' > /run/systemd/network/10-eth0.network"
    with Lab("healthy") as lab:
        if not lab.pc.holds("/lib/systemd/systemd-networkd"):
            pytest.skip("systemd-networkd is not installed")
        lab.pc.run("sh", "-ec", "nmcli device set eth0 managed no; mkdir -p /run/systemd/network /run/systemd/netif; "
                   f"{network}; chown -R systemd-network /run/systemd/netif; ip addr flush dev eth0")  # fmt: skip
        lab.services.stop("NetworkManager")
        lab.services.start("networkd", lab.pc, "/lib/systemd/systemd-networkd")
        lab.pc.run(
            "sh", "-c", "for i in $(seq 100); do ip -4 addr show eth0 | grep -q inet && break; sleep 0.1; done; sleep 1"
        )
        said = talk(lab, DNS, NAMES, UNDO, NAMES, ["dhcp.renew", {"interface": "eth0"}],
                    ["adapter.restart", {"interface": "eth0"}], ["ip.auto", {"interface": "eth0"}])  # fmt: skip
        assert said[1] == QUAD9 and said[3] == BOX
        assert codes([said[0], said[2], *said[4:]]) == ["applied", "undone", "kept", "kept", "unknown_owner"]


def test_nobody_owns_the_link() -> None:
    """No bus, a plain resolv.conf, an address set by hand."""
    with Lab("healthy", dbus=False) as lab:
        show = ["$", "cat /etc/resolv.conf"]
        restart = ["adapter.restart", {"interface": "eth0"}]
        said = talk(lab, DNS, show, UNDO, show, ["$", "ip -4 route"], restart, ["$", "ip -4 route"],
                    ["dhcp.renew", {"interface": "eth0"}], ["dns.flush", {}])  # fmt: skip
        assert said[1] == "nameserver 9.9.9.9\n" and said[3] == "nameserver 192.168.1.1\n"
        assert said[4] == said[6] and "default via 192.168.1.1" in said[6]
        assert codes([said[0], said[2], said[5], *said[7:]]) == ["applied", "undone", "kept", "unknown_owner", "failed"]


# -- SIGKILL: the programs as they are started; every moment of everything is in tests/killing ----


def test_sigkill_at_some_moments(capsys: pytest.CaptureFixture[str]) -> None:
    made, stride = CHANGES["hosts.disable"], 5  # every so-manyeth round
    words = [made.verb.value, json.dumps(made.arguments), str(stride)]
    with Lab("healthy") as lab:
        done = lab.run(["sh", "-ec", made.prepare])
        assert done.returncode == 0, done.stderr
        done = lab.python("-m", "tests.helper.killing", *words, timeout=300)
    with capsys.disabled():
        print(f"\n  {done.stdout.strip()}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["failures"] == [] and done.returncode == 0, done.stderr
    assert found["rounds"] >= 20 and found["killed"] >= 8
