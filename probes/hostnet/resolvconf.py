"""resolv.conf: the servers glibc asks when nothing stands in between."""

from __future__ import annotations

import ipaddress
from pathlib import Path

RESOLV_CONF = Path("/etc/resolv.conf")
# systemd-resolved keeps the real servers here while resolv.conf names only its stub.
RESOLVED_UPSTREAM = Path("/run/systemd/resolve/resolv.conf")
_LIMIT = 64 * 1024
_STUBS = ("127.0.0.53", "127.0.0.54")


def parse(data: bytes) -> tuple[str, ...]:
    """The nameservers, in order, without what is no address. Scopes (``fe80::1%eth0``) stay."""
    found: list[str] = []
    for line in data[:_LIMIT].decode("utf-8", "replace").splitlines():
        words = line.split()
        if len(words) >= 2 and words[0] == "nameserver" and _is_address(words[1]):
            found.append(words[1])
    return tuple(dict.fromkeys(found))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def read() -> tuple[str, ...]:
    """Servers in use according to files alone: behind resolved's stub, its upstream ones."""
    servers = _servers(RESOLV_CONF)
    if servers and all(server in _STUBS for server in servers) and RESOLVED_UPSTREAM.exists():
        # Possibly none: a stub with nobody behind it is no server.
        return _servers(RESOLVED_UPSTREAM)
    return servers


def names_a_stub() -> bool:
    """Whether resolv.conf names only servers on this computer."""
    servers = _servers(RESOLV_CONF)
    return bool(servers) and all(ipaddress.ip_address(s.partition("%")[0]).is_loopback for s in servers)


def _servers(path: Path) -> tuple[str, ...]:
    try:
        with path.open("rb") as file:
            return parse(file.read(_LIMIT))
    except OSError:
        return ()


def named() -> tuple[str, ...]:
    """The servers of resolv.conf as they stand there, stubs on this computer included."""
    return _servers(RESOLV_CONF)
