"""Who is on the home network: our discovery of a /24 beside arp-scan, with twenty machines there and with none."""

from __future__ import annotations

import json
import shlex
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure
from tests.lab.lab import Lab
from tests.lab.scenario import Step

MACHINES = 20
_FIRST = 40
# What we promise: as fast with raw sockets, at most twice as slow without.
_PRIVILEGED, _ORDINARY = 1.0, 2.0


def discovery(runs: int) -> Iterator[Figure]:
    """Times of the probe itself; of the other program, from start to end."""
    with tempfile.TemporaryDirectory(prefix="selfcare-bench-") as folder, Lab("healthy") as lab:
        scan = _arp_scan(Path(folder))
        yield from _compare(lab, scan, runs, "nobody else there", 1)
        lab.apply(Step("lan_host", {"address": f"192.168.1.{_FIRST}/24"}))
        more = range(_FIRST + 1, _FIRST + MACHINES)
        lab.spaces.guest.ip(*(f"addr add 192.168.1.{number}/24 dev eth0" for number in more))
        yield from _compare(lab, scan, runs, f"{MACHINES} machines", MACHINES + 1)


def _compare(lab: Lab, scan: list[str] | None, runs: int, where: str, present: int) -> Iterator[Figure]:
    theirs = _theirs(lab, scan, runs) if scan else None
    for whose, user, limit in (("raw sockets", False, _PRIVILEGED), ("ordinary user", True, _ORDINARY)):
        ours = [_ours(lab, user) for _ in range(runs)]
        took, fewest = statistics.median(seconds for seconds, _ in ours), min(count for _, count in ours)
        yield Figure(f"discovery, {where}, {whose}, machines missed", present - fewest, "", 0, f"worst of {runs}")
        if theirs is None:
            yield Figure(f"discovery, {where}, {whose}", took, "s")
        else:
            note = f"ours {took:.2f} s and {fewest} found, theirs {theirs[0]:.2f} s and {theirs[1]} found"
            yield Figure(f"discovery / arp-scan, {where}, {whose}", took / theirs[0], "×", limit, note)


def _ours(lab: Lab, user: bool) -> tuple[float, int]:
    # As after a night: the kernel remembers nobody.
    lab.pc.run("ip", "neigh", "flush", "dev", "eth0", "nud", "all", check=False)
    done = lab.run([sys.executable, "-m", "probes", "lan.discovery"], user=user)
    payload = json.loads(done.stdout)["lan.discovery"]["payload"]
    return payload["duration_s"], len(payload["hosts"])


def _theirs(lab: Lab, scan: list[str], runs: int) -> tuple[float, int]:
    done = [lab.run([*scan, "--interface=eth0", "--localnet", "--plain"], user=False) for _ in range(runs)]
    failed = next((each for each in done if each.returncode != 0), None)
    if failed is not None:
        raise RuntimeError(f"arp-scan: exit {failed.returncode}: {failed.stderr[-200:]}")
    counts = [len({line.split()[0] for line in each.stdout.splitlines() if line.strip()}) for each in done]
    return statistics.median(each.wall_s for each in done), min(counts)


def _arp_scan(folder: Path) -> list[str] | None:
    """Debian's own, unpacked for the moment; it starts no service. None where there is no apt."""
    try:
        for command in (["apt-get", "download", "-q", "arp-scan", "libpcap0.8"], ["sh", "-c", "for d in *.deb; do "
                        "dpkg -x $d x; done"]):  # fmt: skip
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    except (OSError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"no arp-scan to compare with: {error}\n")
        return None
    # The laboratory's PC has a view of its own of some folders, never of temporary ones.
    program, libraries = folder / "x/usr/sbin/arp-scan", folder / "x/usr/lib"
    found = next(libraries.glob("*/libpcap.so.0.8"), None)
    path = shlex.quote(str(found.parent if found else libraries))
    return ["env", f"LD_LIBRARY_PATH={path}", str(program)]
