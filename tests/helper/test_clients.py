"""DHCP clients that stand alone: found by what they title themselves, their leases read, their settings left alone."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from selfcare.helper import dhclient, dhcpcd, owner
from selfcare.helper.errors import Refusal
from selfcare.helper.mechanisms import dns_auto

SERVERS = ["192.168.1.1", "192.168.1.2"]


def packet(*options: bytes) -> bytes:
    return bytes(236) + dhcpcd.MAGIC + b"".join(options) + b"\xff" + bytes(20)


@pytest.fixture
def leases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(dhcpcd, "LEASES", (tmp_path,))
    return tmp_path


@pytest.mark.parametrize(("data", "servers"), [
    (packet(b"\x35\x01\x05", b"\0\0", b"\x06\x08\xc0\xa8\x01\x01\xc0\xa8\x01\x02"), SERVERS),
    (packet(b"\x06\x04\xc0\xa8\x01\x01", b"\x06\x04\xc0\xa8\x01\x02"), SERVERS),  # in pieces
    (packet(b"\x06\x03\xc0\xa8\x01"), []),
    (packet(b"\x06\xff\xc0\xa8\x01\x01")[:244], []),
    (packet()[:100], []),
    (b"", []),
])  # fmt: skip
def test_resolvers_of_dhcpcds_lease(leases: Path, data: bytes, servers: list[str]) -> None:
    (leases / "eth0.lease").write_bytes(data)
    assert dhcpcd.leased("eth0") == servers


def test_the_newest_lease_of_a_radio_is_the_one_in_force(leases: Path) -> None:
    for age, (name, last) in enumerate([("wlan0-Home.lease", 2), ("wlan0-Cafe.lease", 9), ("wlan01-Other.lease", 7)]):
        (leases / name).write_bytes(packet(b"\x06\x04\xc0\xa8\x01" + bytes([last])))
        os.utime(leases / name, (1000 - age, 1000 - age))
    assert dhcpcd.leased("wlan0") == ["192.168.1.2"] and dhcpcd.leased("eth0") == []


@pytest.fixture
def titled() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that call themselves as asked."""
    made: list[subprocess.Popen[bytes]] = []
    yield made
    for process in made:
        process.kill()
        process.wait()


@pytest.mark.parametrize(("title", "serves"), [
    ("dhcpcd: [manager] [ip4] [ip6]", True), ("dhcpcd: [master] [ip4]", True), ("dhcpcd: lo [ip4]", True),
    ("dhcpcd: eth9 [ip4]", False), ("dhcpcd: [privileged proxy]", False), ("dhcpcd: [BPF ARP] lo 127.0.0.1", False),
    ("sleep: lo", False),
])  # fmt: skip
def test_who_serves_an_interface(
    titled: list[subprocess.Popen[bytes]], title: str, serves: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that helps another one serves nobody by itself, though it names no interface."""
    monkeypatch.setattr(dhcpcd, "RUN", tmp_path)
    titled.append(subprocess.Popen([title, "30"], executable="/bin/sleep"))
    while not Path(f"/proc/{titled[0].pid}/cmdline").read_bytes():  # a process is named a moment after it is started
        time.sleep(0.01)
    (tmp_path / "dhcpcd").mkdir()
    (tmp_path / "dhcpcd/pid").write_text(f"{titled[0].pid}\n")
    (tmp_path / "dhcpcd/eth3.pid").write_text("no number\n")
    assert dhcpcd.running("lo") == ([titled[0].pid] if serves else [])
    # "eth9" is no interface here, so that dhcpcd may well serve them all: better asked than overlooked.
    assert owner._runs_for("dhcpcd", "lo") == (serves or "eth9" in title)


def test_nobody_to_renew_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dhcpcd, "RUN", tmp_path)
    with pytest.raises(Refusal, match="just ended"):
        dhcpcd.renew("lo")


LEASE = """lease {{
  interface "{name}";
  fixed-address 192.168.1.50;
  option domain-name-servers {servers};
}}
"""


def test_resolvers_of_dhclients_last_lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "leases"
    rows = [("eth0", "10.0.0.1"), ("eth0", ",".join(SERVERS)), ("wlan0", "10.9.9.9")]
    path.write_text("".join(LEASE.format(name=name, servers=servers) for name, servers in rows))
    monkeypatch.setattr(dhclient, "running", lambda name: dhclient.Client(1, ["-lf", str(path), name]))
    assert dhclient.leased("eth0") == SERVERS and dhclient.leased("eth7") == []


@pytest.mark.parametrize(("client", "file", "line", "written"), [
    (owner.DHCPCD, "/etc/dhcpcd.conf", "static domain_name_servers=1.2.3.4", True),
    (owner.DHCPCD, "/etc/dhcpcd.conf", "# static domain_name_servers=1.2.3.4", False),
    (owner.DHCPCD, "/etc/resolv.conf.head", "nameserver 1.2.3.4", True),
    (owner.DHCLIENT, "/etc/dhcp/dhclient.conf", "  supersede domain-name-servers 1.2.3.4;", True),
    (owner.DHCLIENT, "/etc/dhcp/dhclient.conf", "#prepend domain-name-servers 127.0.0.1;", False),
    (owner.DHCLIENT, "/etc/dhcp/dhclient.conf", "request domain-name-servers;", False),
])  # fmt: skip
def test_what_a_person_wrote_for_the_client(client: str, file: str, line: str, written: bool) -> None:
    assert bool(dns_auto.WRITTEN[client][Path(file)].search(f"duid\n{line}\n")) is written
