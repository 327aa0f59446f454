"""Lease files of DHCP clients other than NetworkManager's, and DHCP options by name."""

from __future__ import annotations

import contextlib
import ipaddress
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from selfcare.model.payloads.address import Lease

_LIMIT = 256 * 1024
NETWORKD = Path("/run/systemd/netif/leases")
_DHCLIENT = (Path("/var/lib/dhcp"), Path("/var/lib/dhclient"))
_DHCPCD = (Path("/var/lib/dhcpcd"), Path("/var/lib/dhcpcd5"))
# A wall clock that was wrong at either end makes an absurd rest; then it is not told.
_SANE_S = 400 * 86_400


def addresses(text: str) -> tuple[str, ...]:
    """The IPv4 addresses in a list separated by blanks or commas."""
    found = []
    for word in re.split(r"[\s,]+", text):
        with contextlib.suppress(ValueError):
            found.append(str(ipaddress.IPv4Address(word)))
    return tuple(found)


def _number(text: str | None) -> int | None:
    # Not isdecimal alone: a number of thousands of digits makes int() refuse.
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 12 else None


def _url(text: str | None) -> str | None:
    """Option 114 as it came, bounded; what it is worth is for others to judge."""
    shown = (text or "").strip().rstrip("\0")
    return shown if 0 < len(shown) <= 512 and shown.isascii() and shown.isprintable() else None


def _rest(expiry: float | None) -> float | None:
    if expiry is None:
        return None
    left = expiry - time.time()
    return left if abs(left) < _SANE_S else None


def from_nm(options: Mapping[str, str]) -> Lease:
    """NetworkManager's ``Dhcp4Config.Options``."""
    server = addresses(options.get("dhcp_server_identifier", ""))
    return Lease(
        server=server[0] if server else None,
        routers=addresses(options.get("routers", "")),
        resolvers=addresses(options.get("domain_name_servers", "")),
        domain=options.get("domain_name") or None,
        lease_s=_number(options.get("dhcp_lease_time")),
        expires_in_s=_rest(_number(options.get("expiry"))),
        captive_portal=_url(options.get("v4_captive_portal") or options.get("default_url")),
    )


def parse_networkd(text: str, written: float | None = None) -> Lease | None:
    """Networkd's key=value file, which older NetworkManagers write too; ``written`` is its epoch time."""
    pairs = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    server = addresses(pairs.get("SERVER_ADDRESS", ""))
    if not server and not addresses(pairs.get("ADDRESS", "")):
        return None
    lifetime = _number(pairs.get("LIFETIME"))
    expiry = written + lifetime if written is not None and lifetime is not None else None
    return Lease(
        server=server[0] if server else None,
        routers=addresses(pairs.get("ROUTER", "")),
        resolvers=addresses(pairs.get("DNS", "")),
        domain=pairs.get("DOMAINNAME") or None,
        lease_s=lifetime,
        expires_in_s=_rest(expiry),
        captive_portal=_url(pairs.get("CAPTIVE_PORTAL")),
    )


# Both stay inside a line, so that a damaged file costs no more than a sound one.
_BLOCK = re.compile(r"^lease6?[ \t]*\{", re.MULTILINE)
_STATEMENT = re.compile(r"^[ \t]*(?:option[ \t]+)?([\w-]+)[ \t]+([^;\n]*);", re.MULTILINE)


def parse_dhclient(text: str, interface: str | None = None) -> Lease | None:
    """ISC dhclient's file: the last block of that interface is the one in force."""
    for block in reversed(_BLOCK.split(text)[1:]):
        inside = block.partition("\n}")[0]
        options = {key: value.strip().strip('"') for key, value in _STATEMENT.findall(inside)}
        if interface is not None and options.get("interface", interface) != interface:
            continue
        server = addresses(options.get("dhcp-server-identifier", ""))
        return Lease(
            server=server[0] if server else None,
            routers=addresses(options.get("routers", "")),
            resolvers=addresses(options.get("domain-name-servers", "")),
            domain=options.get("domain-name") or None,
            lease_s=_number(options.get("dhcp-lease-time")),
            expires_in_s=_rest(_dhclient_time(options.get("expire", ""))),
            captive_portal=_url(options.get("default-url") or options.get("v4-captive-portal")),
        )
    return None


def _dhclient_time(text: str) -> float | None:
    """``2 2026/11/24 18:00:00`` in UTC with the day of the week first, or ``epoch 1234567``."""
    words = text.split("#")[0].split()
    if len(words) >= 2 and words[0] == "epoch":
        return _number(words[1])
    with contextlib.suppress(ValueError, OverflowError):
        return datetime.strptime(" ".join(words[1:3]), "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC).timestamp()
    return None


_MAGIC = b"\x63\x82\x53\x63"
_OPTIONS_AT = 240
_PAD, _END = 0, 255
_ROUTERS, _RESOLVERS, _DOMAIN, _LEASE_TIME, _SERVER, _PORTAL = 3, 6, 15, 51, 54, 114


def parse_packet(data: bytes, written: float | None = None) -> Lease | None:
    """Dhcpcd's file: the DHCP answer as it came off the wire. None if it is none."""
    if len(data) < _OPTIONS_AT or data[_OPTIONS_AT - 4 : _OPTIONS_AT] != _MAGIC:
        return None
    options = options_of(data)
    server = packed(options.get(_SERVER, b""))
    raw_time = options.get(_LEASE_TIME, b"")
    lifetime = int.from_bytes(raw_time, "big") if len(raw_time) == 4 else None
    expiry = written + lifetime if written is not None and lifetime is not None else None
    return Lease(
        server=server[0] if server else None,
        routers=packed(options.get(_ROUTERS, b"")),
        resolvers=packed(options.get(_RESOLVERS, b"")),
        domain=options.get(_DOMAIN, b"").decode("ascii", "replace").rstrip("\0") or None,
        lease_s=lifetime,
        expires_in_s=_rest(expiry),
        captive_portal=_url(options.get(_PORTAL, b"").decode("ascii", "replace")),
    )


def options_of(data: bytes) -> dict[int, bytes]:
    """The options of a DHCP message by their numbers."""
    options: dict[int, bytes] = {}
    at = _OPTIONS_AT
    while at + 1 < len(data) and data[at] != _END:
        if data[at] == _PAD:
            at += 1
            continue
        code, length = data[at], data[at + 1]
        # An option may come in pieces (RFC 3396).
        options[code] = options.get(code, b"") + data[at + 2 : at + 2 + length]
        at += 2 + length
    return options


def packed(raw: bytes) -> tuple[str, ...]:
    """The IPv4 addresses of an option, four bytes each."""
    return tuple(str(ipaddress.IPv4Address(raw[i : i + 4])) for i in range(0, len(raw) - 3, 4))


def find(interface: str, index: int) -> Lease | None:
    """The lease of that interface from whichever client's file there is. Blocking."""
    if found := _read(NETWORKD / str(index)):
        return parse_networkd(found[0].decode("utf-8", "replace"), found[1])
    for folder in _DHCPCD:
        if (found := _read(folder / f"{interface}.lease")) and (lease := parse_packet(*found)):
            return lease
    for folder in _DHCLIENT:
        for name in (f"dhclient.{interface}.leases", f"dhclient-{interface}.leases", "dhclient.leases"):
            if (found := _read(folder / name)) and (
                lease := parse_dhclient(found[0].decode("utf-8", "replace"), interface)
            ):
                return lease
    return None


def _read(path: Path) -> tuple[bytes, float] | None:
    """The end of a file (leases are appended) and its time, None if unreadable."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _LIMIT))
            return file.read(_LIMIT), path.stat().st_mtime
    except (OSError, ValueError):
        return None
