"""Parsers judged on files recorded elsewhere; the folder is named by SELFCARE_CORPUS and never copied here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from probes.hostnet import hostsfile, leases, resolvconf

pytestmark = pytest.mark.corpus


@pytest.fixture
def linux() -> Path:
    folder = os.environ.get("SELFCARE_CORPUS")
    if not folder:
        pytest.skip("SELFCARE_CORPUS is not set")
    return Path(folder) / "os" / "linux"


def test_resolv_conf(linux: Path) -> None:
    files = sorted(linux.glob("resolv.conf*"))
    assert len(files) >= 3
    for path in files:
        data = path.read_bytes()
        written = [line.split() for line in data.decode().splitlines()]
        assert set(resolvconf.parse(data)) == {words[1] for words in written if words[:1] == ["nameserver"]}


def test_text_leases(linux: Path) -> None:
    for path in sorted(linux.glob("*dhclient*lease*")):
        lease = leases.parse_dhclient(path.read_text("utf-8", "replace"))
        assert lease is not None, path.name
        assert lease.server, path.name
    for path in sorted([*linux.glob("*networkd*lease*"), linux / "facter-dhcp_lease.txt"]):
        lease = leases.parse_networkd(path.read_text("utf-8", "replace"), path.stat().st_mtime)
        assert lease is not None, path.name
        assert lease.server, path.name


def test_binary_leases(linux: Path) -> None:
    files = sorted(linux.glob("dhcpcd-binary*"))
    assert files
    for path in files:
        lease = leases.parse_packet(path.read_bytes(), path.stat().st_mtime)
        assert lease is not None, path.name
        assert lease.server, path.name
        assert lease.lease_s, path.name


def test_hosts(linux: Path) -> None:
    for path in sorted(linux.glob("hosts-*")):
        entries, total = hostsfile.parse(path.read_bytes(), set())
        assert total > 0, path.name
        assert entries == [], path.name


def test_no_parser_chokes_on_any_file(linux: Path) -> None:
    for path in sorted(linux.iterdir()):
        data = path.read_bytes()
        text = data.decode("utf-8", "replace")
        resolvconf.parse(data)
        hostsfile.parse(data, set())
        leases.parse_packet(data)
        leases.parse_networkd(text)
        leases.parse_dhclient(text)
