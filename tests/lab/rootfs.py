"""The programs of the lab, unpacked from Debian packages beside the host, never installed on it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab.errors import LabUnavailable

RECIPE = 4  # raise it when unpacking changes, so that old folders are left
PACKAGES = (
    "network-manager", "dbus", "dnsmasq-base", "nftables", "miniupnpd", "polkitd", "iproute2", "iputils-ping",
    "systemd", "systemd-resolved", "mtr-tiny", "nmap", "bind9-dnsutils",
    "dhcpcd-base", "isc-dhcp-client",  # the other DHCP clients a PC may have
    "pkexec",
)  # fmt: skip
NEEDED = (
    "sbin/NetworkManager", "bin/nmcli", "bin/dbus-daemon", "sbin/dnsmasq", "sbin/nft", "sbin/miniupnpd",
    "lib/systemd/systemd-resolved", "bin/resolvectl", "lib/polkit-1/polkitd", "bin/ping", "bin/mtr", "bin/nmap",
    "bin/dig", "lib/systemd/systemd-networkd", "sbin/dhcpcd", "sbin/dhclient", "sbin/dhclient-script", "bin/pkexec",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kit:
    """Packages whose programs lie in one folder. ``needed``: files below /usr without which it is not whole.

    ``extra``: packages unpacked even where the host has them, since what is needed of them is not used from there.
    """

    packages: tuple[str, ...]
    needed: tuple[str, ...]
    extra: tuple[str, ...] = ()


HOME = Kit(PACKAGES, NEEDED)
# For the small machine: the programs of radios, and those that look after them.
RADIO = Kit(
    (
        "hostapd", "wpasupplicant", "iw", "wireless-regdb", "rfkill", "network-manager", "dbus", "udev", "kmod",
        "dnsmasq-base", "iproute2", "nftables", "iputils-ping", "ethtool",
    ),
    (
        "sbin/hostapd", "sbin/wpa_supplicant", "sbin/iw", "lib/firmware/regulatory.db-upstream", "sbin/rfkill",
        "sbin/NetworkManager", "bin/nmcli", "bin/dbus-daemon", "bin/udevadm", "bin/kmod", "sbin/dnsmasq", "sbin/ip",
        "sbin/ethtool",
    ),
)  # fmt: skip
HOST_TOOLS = ("apt-get", "dpkg-deb", "ip", "mount", "nsenter", "setpriv", "sh")
LISTS = Path("/var/lib/apt/lists")
LISTS_MAX_AGE_S = 7 * 86400


@dataclass(frozen=True, slots=True)
class Root:
    """Folders laid over the host's /usr and /etc inside the lab; ``built_s`` is what making them took."""

    usr: Path
    etc: Path
    built_s: float


def cache_home() -> Path:
    return Path(os.environ.get("SELFCARE_LAB_CACHE") or Path.home() / ".cache" / "selfcare-lab").resolve()


def why_unavailable() -> str | None:
    """What this machine lacks for any lab at all, None when nothing."""
    if os.geteuid() != 0:
        return "the lab needs root (network namespaces)"
    if not Path("/dev/net/tun").exists():
        return "the lab needs /dev/net/tun"
    if not Path("/usr/bin").samefile("/bin"):
        return "the lab needs a system with merged /usr (Debian 12, Ubuntu 22.04 or later)"
    missing = [tool for tool in HOST_TOOLS if shutil.which(tool) is None]
    return f"the lab needs the programs {', '.join(missing)}" if missing else None


def ensure(kit: Kit = HOME) -> Root:
    """The unpacked programs, made now if they are not there yet.

    Raises:
        LabUnavailable: not root, no apt, or packages out of reach.
    """
    reason = why_unavailable()
    if reason:
        raise LabUnavailable(reason)
    home = cache_home()
    home.mkdir(parents=True, exist_ok=True)
    target = home / f"root-{_key(kit)}"
    with _locked(home / "lock"):
        started = time.monotonic()
        if not _whole(target, kit):
            _build(home, target, kit)
        return Root(target / "usr", target / "etc", time.monotonic() - started)


def _key(kit: Kit) -> str:
    """Same packages, same system, same recipe: same folder."""
    system = Path("/etc/os-release").read_text(encoding="utf-8")
    text = json.dumps([RECIPE, (*kit.packages, *kit.extra), system, os.uname().machine])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _whole(target: Path, kit: Kit) -> bool:
    """Complete, and still so together with what the host has now."""
    return (target / "manifest.json").exists() and not _missing(target, kit)


def _missing(target: Path, kit: Kit) -> list[str]:
    return [name for name in kit.needed if not (target / "usr" / name).exists() and not Path("/usr", name).exists()]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _build(home: Path, target: Path, kit: Kit) -> None:
    with tempfile.TemporaryDirectory(dir=home, prefix="making-") as name:
        work = Path(name)
        debs = _download(work / "debs", kit)
        tree = work / "tree"
        for part in ("usr", "etc", "usr/libexec/selfcare"):  # the last is where the lab's PC may have us installed
            (tree / part).mkdir(parents=True)
        for deb in debs:
            _unpack(deb, tree)
        _trim(tree)
        missing = _missing(tree, kit)
        if missing:
            raise LabUnavailable(f"the packages of the lab lack {', '.join(missing)}")
        manifest = {"recipe": RECIPE, "packages": [deb.name for deb in debs]}
        (tree / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        tree.rename(target)


def _download(folder: Path, kit: Kit) -> list[Path]:
    """The packages the host lacks, by apt's own reckoning; nothing is installed."""
    (folder / "partial").mkdir(parents=True)
    shutil.chown(folder / "partial", "_apt")
    for parent in (folder, folder.parent):
        parent.chmod(0o755)
    if not _lists_fresh():
        _apt("update")
    options = ("--download-only", "--yes", "--no-install-recommends", "-o", f"Dir::Cache::archives={folder}")
    try:
        _apt(*options, "install", *kit.packages)
    except LabUnavailable:
        _apt("update")  # lists may name versions that the archive no longer has
        _apt(*options, "install", *kit.packages)
    for name in kit.extra:
        _apt("download", name, folder=folder)
    return sorted(folder.glob("*.deb"))


def _lists_fresh() -> bool:
    newest = max((path.stat().st_mtime for path in LISTS.glob("*_Packages*")), default=0.0)
    return time.time() - newest < LISTS_MAX_AGE_S


def _apt(*arguments: str, folder: Path | None = None) -> None:
    command = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=60", "-o", "APT::Sandbox::User=root", *arguments]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, stdin=subprocess.DEVNULL,
        cwd=folder,
    )  # fmt: skip
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("E:")] or done.stderr.splitlines()[-3:]
        raise LabUnavailable(f"apt-get could not fetch the lab's programs: {' '.join(lines)}")


def _unpack(deb: Path, tree: Path) -> None:
    """Into a folder of its own first: a package may still carry /lib, which belongs in usr/ here."""
    with tempfile.TemporaryDirectory(dir=tree.parent) as name:
        stage = Path(name)
        done = subprocess.run(["dpkg-deb", "-x", str(deb), name], capture_output=True, text=True, check=False)
        if done.returncode:
            raise LabUnavailable(f"{deb.name}: {done.stderr.strip()}")
        for old in ("bin", "sbin", "lib", "lib64"):
            if (stage / old).is_dir():
                _merge(stage / old, tree / "usr" / old)
        for kept in ("usr", "etc", "boot"):
            if (stage / kept).is_dir():
                _merge(stage / kept, tree / kept)


def _merge(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", "--", f"{source}/.", str(_made(target))], check=True)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _trim(tree: Path) -> None:
    """Documentation is dead weight."""
    for part in ("doc", "man", "locale", "bug", "lintian"):
        shutil.rmtree(tree / "usr" / "share" / part, ignore_errors=True)
