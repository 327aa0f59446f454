"""The lab and the machine it runs on: nothing changes there, nothing stays, and labs do not meet."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.lab import ask, leftovers, rootfs
from tests.lab.errors import LabError, LabUnavailable
from tests.lab.lab import Lab
from tests.lab.mounts import REPO
from tests.lab.rootfs import why_unavailable
from tests.lab.scenario import Step

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]
FILES = ("/etc/resolv.conf", "/etc/hosts", "/etc/hostname", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf",
         "/etc/ld.so.cache", "/var/lib/dpkg/status", "/proc/sys/net/ipv4/ping_group_range",
         "/proc/sys/net/ipv4/ip_forward")  # fmt: skip
FOLDERS = ("/etc/network", "/etc/NetworkManager", "/etc/systemd", "/etc/dbus-1", "/etc/polkit-1", "/run/NetworkManager",
           "/run/systemd/resolve", "/run/dbus", "/var/lib/NetworkManager", "/usr/sbin", "/usr/lib/systemd")  # fmt: skip
DAEMONS = ("NetworkManager", "systemd-resolve", "polkitd", "dnsmasq", "miniupnpd", "dbus-daemon", "nm-dispatcher")


def _listing(folder):
    """Names, sizes and times of everything below, or that it is not there."""
    if not Path(folder).exists():
        return "absent"
    rows = []
    for path in sorted(Path(folder).rglob("*")):
        seen = path.lstat()
        rows.append((str(path), seen.st_mode, seen.st_size, seen.st_mtime_ns, seen.st_ino))
    return rows


def _output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _daemons(own_namespace):
    """Daemons of the kinds the lab uses that run in our own process namespace."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            name = (entry / "comm").read_text().strip()
            here = (entry / "ns/pid").readlink() == own_namespace
        except OSError:
            continue
        if here and any(name.startswith(daemon[:15]) for daemon in DAEMONS):
            found.append((int(entry.name), name))
    return sorted(found)


def host_state():
    """What must be the same before, during and after."""
    links = _output("ip", "-o", "link")
    return {
        "files": {name: hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in FILES if Path(name).exists()},
        "folders": {name: _listing(name) for name in FOLDERS},
        "links": [" ".join(line.split()[:3]) for line in links.splitlines()],
        "addresses": sorted(line.split()[3] for line in _output("ip", "-o", "addr").splitlines()),
        "routes": [_output("ip", "route", "show", "table", "all"), _output("ip", "rule")],
        "filters": Path("/proc/net/ip_tables_names").read_text() if Path("/proc/net/ip_tables_names").exists() else "",
        "ruleset": _ruleset(),
        "mounts": sorted(line.split(" ", 3)[3].split(" - ")[0] for line in _mounts()),
        "hostname": os.uname().nodename,
        "daemons": _daemons(Path("/proc/self/ns/pid").readlink()),
        "namespaces": _output("ip", "netns"),
    }


def _ruleset():
    """The host's own filters, listed by the lab's copy of nft where the host has none."""
    nft = rootfs.ensure().usr
    return subprocess.run(
        [str(nft / "sbin/nft") if (nft / "sbin/nft").exists() else "nft", "list", "ruleset"],
        capture_output=True, text=True, check=True,
        env={"LD_LIBRARY_PATH": str(nft / "lib" / "x86_64-linux-gnu"), "PATH": os.environ["PATH"]},
    ).stdout  # fmt: skip


def _mounts():
    return Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()


def _same(before, after):
    """Compared part by part, so that a failure names the part."""
    for key, value in before.items():
        assert after[key] == value, key


@pytest.mark.alone
def test_host_is_untouched_by_a_lab():
    before = host_state()
    with Lab("pc-dns-static", user=True) as lab:
        lab.apply(Step("pc_hosts", {"lines": ["192.168.1.77 www.wikipedia.org"]}))
        lab.apply(Step("pc_networking", {"on": False}))
        during = host_state()
        assert lab.run(["hostname"]).stdout == "pc-camille\n"
    _same(before, during)
    _same(before, host_state())


# Daemons whose installation would make users, units and rules; the whole of it was made for the first lab of all.
SOME = rootfs.Kit(("dnsmasq-base", "nftables", "polkitd"), ("sbin/dnsmasq", "sbin/nft", "lib/polkit-1/polkitd"))


@pytest.mark.alone
@pytest.mark.parametrize("kit", [SOME, pytest.param(rootfs.HOME, marks=pytest.mark.full)], ids=["some", "whole"])
def test_host_is_untouched_by_making_the_root(kit, tmp_path, monkeypatch):
    """From nothing: downloads and unpacks, installs nothing, and is used again the second time."""
    before = host_state()
    monkeypatch.setenv("SELFCARE_LAB_CACHE", str(tmp_path / "cache"))
    first = rootfs.ensure(kit)
    again = rootfs.ensure(kit)
    assert first.usr == again.usr and again.built_s < 0.5
    assert all((first.usr / name).exists() or Path("/usr", name).exists() for name in kit.needed)
    assert not list((tmp_path / "cache").glob("making-*"))
    monkeypatch.undo()
    _same(before, host_state())


@pytest.mark.full
def test_a_damaged_root_is_made_again(tmp_path, monkeypatch):
    monkeypatch.setenv("SELFCARE_LAB_CACHE", str(tmp_path))
    root = rootfs.ensure()
    unpacked = [name for name in rootfs.NEEDED if (root.usr / name).is_file() and not Path("/usr", name).exists()]
    if not unpacked:
        pytest.skip("this host has all programs of the lab installed: nothing is unpacked")
    (root.usr / unpacked[0]).unlink()
    rootfs.ensure()
    assert (root.usr / unpacked[0]).is_file()


def test_what_is_lacking_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(LabUnavailable, match="root"):
        rootfs.ensure()
    monkeypatch.undo()
    monkeypatch.setenv("SELFCARE_LAB_CACHE", str(tmp_path))
    with pytest.raises(LabUnavailable, match="no-such-package-anywhere"):
        rootfs.ensure(rootfs.Kit(("no-such-package-anywhere",), ()))
    assert not list(tmp_path.glob("making-*"))


def test_two_labs_side_by_side():
    with Lab("healthy") as one, Lab("wan-down") as two:
        assert ask.online(one) and not ask.pings(two, "9.9.9.9")
        one.apply(Step("line", {"up": False}))
        two.apply(Step("line", {"up": True}))
        assert ask.online(two) and not ask.pings(one, "9.9.9.9")


def _processes_of(pid):
    """All processes in the lab's process namespace."""
    wanted = Path(f"/proc/{pid}/ns/pid").readlink()
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "ns/pid").readlink() == wanted:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def _gone(pids, seconds=5.0):
    end = time.monotonic() + seconds
    while alive := [pid for pid in pids if Path(f"/proc/{pid}").exists()]:
        if time.monotonic() > end:
            return alive
        time.sleep(0.05)
    return []


def test_nothing_stays_after_the_end():
    with Lab("healthy") as lab:
        inside = _processes_of(lab.spaces.pid)
        assert len(inside) >= 8
    assert _gone(inside) == []
    assert lab.spaces.process.returncode == 0


@pytest.mark.alone
def test_nothing_stays_after_a_failed_bring_up(monkeypatch):
    before = leftovers.first_processes()
    monkeypatch.setattr("tests.lab.services.Services.wait_link", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Lab("healthy").__enter__()
    assert set(leftovers.first_processes()) <= set(before)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_stays_when_the_maker_is_killed(how, tmp_path):
    command = [sys.executable, "-m", "tests.lab", "shell", "--", "sh", "-c", f"echo up > {tmp_path}/up; sleep 60"]
    maker = subprocess.Popen(command, cwd=REPO, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        end = time.monotonic() + 30
        while not (tmp_path / "up").exists():
            assert time.monotonic() < end and maker.poll() is None
            time.sleep(0.1)
        first = [pid for pid, parent in leftovers.first_processes().items() if parent == maker.pid]
        (inner,) = [pid for pid, parent in leftovers.first_processes().items() if parent in first]
        inside = _processes_of(inner)
        if how is signal.SIGINT:
            os.killpg(maker.pid, how)  # as Ctrl-C at a terminal: to the command too
        else:
            maker.send_signal(how)
        maker.wait(20)
        assert _gone([*first, *inside]) == []
    finally:
        if maker.poll() is None:
            maker.kill()
            maker.wait()


def test_shell_passes_streams_code_and_folder(tmp_path):
    command = [sys.executable, "-m", "tests.lab", "shell", "--user", "--fault", "isp-dns-down", "--", "sh", "-c"]
    script = (
        'cat; pwd; id -un; echo "$SELFCARE_PROFILE" >&2; dig +tries=1 +time=1 @80.10.246.2 a.fr >/dev/null; exit $?'
    )
    done = subprocess.run([*command, script], cwd=REPO, input="hello\n", capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["hello", str(REPO), "camille"]
    assert done.stderr.splitlines()[-1] == str(REPO / "tests/lab/profile.toml")
    assert done.returncode == 9, "dig's code for no answer"


@pytest.mark.alone
def test_a_program_that_overstays_is_ended():
    with Lab("healthy") as lab:
        started = time.monotonic()
        done = lab.run(["sleep", "30"], timeout=0.5)
        assert done.returncode != 0 and time.monotonic() - started < 5
        done = lab.run(["sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"])
        assert done.returncode == 0 and done.cpu_s > 0.02 and done.max_rss_mb > 0.5


@pytest.mark.alone
def test_idle_lab_uses_next_to_no_processor():
    with Lab("healthy") as lab:
        time.sleep(1)
        before = _ticks(lab.spaces.pid)
        time.sleep(3)
        used = (_ticks(lab.spaces.pid) - before) / os.sysconf("SC_CLK_TCK")
    assert used / 3 < 0.03


def _ticks(pid):
    total = 0
    for each in _processes_of(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total


def test_a_step_that_fails_says_which(monkeypatch):
    with Lab("healthy", break_it=False) as lab, pytest.raises(LabError, match="nonsense"):
        lab.pc.run("nmcli", "connection", "up", "nonsense")
