"""The system configuration store (SCDynamicStore): who has the Internet, resolvers, leases, settings made by hand."""

from __future__ import annotations

import ctypes
import ipaddress
import plistlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from selfcare.model.payloads.address import Lease, Method

# Keys are patterns of the store's own language (POSIX regular expressions).
PATTERNS = (
    "State:/Network/Global/.*", "State:/Network/Service/.*", "Setup:/Network/Service/.*",
    "State:/Network/Interface/.*/AirPort",
)  # fmt: skip
_ROUTERS, _RESOLVERS, _DOMAIN, _LEASE_TIME, _SERVER = 3, 6, 15, 51, 54
_SANE_S = 400 * 86_400
_UTF8, _BINARY = 0x08000100, 200
_METHODS = {
    "DHCP": Method.DHCP, "BOOTP": Method.DHCP, "Manual": Method.MANUAL, "INFORM": Method.MANUAL,
    "LinkLocal": Method.LINK_LOCAL, "Off": Method.DISABLED,
}  # fmt: skip

Store = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Service:
    """One network service of an interface, as far as it is in use."""

    interface: str
    method4: Method
    resolvers: tuple[str, ...]
    manual_resolvers: tuple[str, ...]
    router4: str | None
    router6: str | None
    lease: Lease | None


def parse(data: bytes) -> dict[str, Any]:
    """A property list whose top is a dictionary; empty for anything else."""
    try:
        found = plistlib.loads(data)
    except Exception:
        # Damaged bytes: the module names most errors, but any escape means the same to us.
        return {}
    return {str(k): v for k, v in found.items()} if isinstance(found, dict) else {}


def _entry(store: Store, key: str) -> Mapping[str, Any]:
    value = store.get(key)
    return value if isinstance(value, dict) else {}


def primary(store: Store) -> str | None:
    """The interface that has the Internet."""
    for family in ("IPv4", "IPv6"):
        name = _entry(store, f"State:/Network/Global/{family}").get("PrimaryInterface")
        if isinstance(name, str) and name:
            return name
    return None


def wifi_interfaces(store: Store) -> dict[str, bool | None]:
    """Interfaces with a Wi-Fi entry, and whether their radio is switched off."""
    found: dict[str, bool | None] = {}
    for key, value in store.items():
        place = re.fullmatch(r"State:/Network/Interface/([^/]+)/AirPort", key)
        if place and isinstance(value, dict):
            status = value.get("Power Status")
            found[place[1]] = not status if isinstance(status, int) else None
    return found


def global_resolvers(store: Store) -> tuple[str, ...]:
    """The servers that names are asked of."""
    return _addresses(_entry(store, "State:/Network/Global/DNS").get("ServerAddresses"))


def services(store: Store, now: float | None = None) -> tuple[Service, ...]:
    """Services by interface, in the order of their ids."""
    ids = sorted({found[1] for key in store if (found := re.match(r"State:/Network/Service/([^/]+)/", key))})
    return tuple(service for number in ids if (service := _service(store, number, now)) is not None)


def _service(store: Store, number: str, now: float | None) -> Service | None:
    state = {part: _entry(store, f"State:/Network/Service/{number}/{part}") for part in ("IPv4", "IPv6", "DNS", "DHCP")}
    setup = {part: _entry(store, f"Setup:/Network/Service/{number}/{part}") for part in ("IPv4", "DNS", "Interface")}
    name = next(
        (str(v) for v in (
            state["IPv4"].get("InterfaceName"), state["IPv6"].get("InterfaceName"),
            setup["Interface"].get("DeviceName"), state["DNS"].get("InterfaceName"),
        ) if v),
        None,
    )  # fmt: skip
    if name is None:
        return None
    return Service(
        interface=name,
        method4=_METHODS.get(str(setup["IPv4"].get("ConfigMethod")), Method.UNKNOWN),
        resolvers=_addresses(state["DNS"].get("ServerAddresses")),
        manual_resolvers=_addresses(setup["DNS"].get("ServerAddresses")),
        router4=next(iter(_addresses([state["IPv4"].get("Router")])), None),
        router6=next(iter(_addresses([state["IPv6"].get("Router")])), None),
        lease=lease(state["DHCP"], now),
    )


def lease(values: Mapping[str, Any], now: float | None = None) -> Lease | None:
    """The lease in a service's DHCP entry, whose options keep their numbers."""
    if not values:
        return None
    length = _option(values, _LEASE_TIME)
    seconds = int.from_bytes(length, "big") if len(length) == 4 else None
    started = values.get("LeaseStartTime")
    left = None
    if isinstance(started, datetime) and seconds is not None:
        moment = datetime.now(UTC).timestamp() if now is None else now
        left = started.replace(tzinfo=UTC).timestamp() + seconds - moment
    server = _packed(_option(values, _SERVER))
    return Lease(
        server=server[0] if server else None,
        routers=_packed(_option(values, _ROUTERS)),
        resolvers=_packed(_option(values, _RESOLVERS)),
        domain=_option(values, _DOMAIN).decode("ascii", "replace").rstrip("\0") or None,
        lease_s=seconds,
        expires_in_s=left if left is not None and abs(left) < _SANE_S else None,
    )


def _option(values: Mapping[str, Any], number: int) -> bytes:
    value = values.get(f"Option_{number}")
    return value if isinstance(value, bytes) else b""


def _packed(raw: bytes) -> tuple[str, ...]:
    return tuple(str(ipaddress.IPv4Address(raw[i : i + 4])) for i in range(0, len(raw) - 3, 4))


def _addresses(value: object) -> tuple[str, ...]:
    found = []
    for item in value if isinstance(value, list) else ():
        try:
            ipaddress.ip_address(str(item).partition("%")[0])
        except ValueError:
            continue
        found.append(str(item))
    return tuple(dict.fromkeys(found))


def copy() -> dict[str, Any]:
    """The store's entries, by one call; empty where there is none. Blocking; macOS only. Raises OSError."""
    core = ctypes.CDLL("/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation")
    system = ctypes.CDLL("/System/Library/Frameworks/SystemConfiguration.framework/SystemConfiguration")
    _declare(core, system)
    made: list[int] = []

    def keep(reference: int | None) -> int:
        if not reference:
            raise OSError("the system configuration store gives nothing")
        made.append(reference)
        return reference

    try:
        store = keep(system.SCDynamicStoreCreate(None, keep(_string(core, "selfcare")), None, None))
        items = [keep(_string(core, pattern)) for pattern in PATTERNS]
        pointers = (ctypes.c_void_p * len(items))(*items)
        callbacks = ctypes.addressof(ctypes.c_char.in_dll(core, "kCFTypeArrayCallBacks"))
        patterns = keep(core.CFArrayCreate(None, pointers, len(items), callbacks))
        found = keep(system.SCDynamicStoreCopyMultiple(store, None, patterns))
        data = keep(core.CFPropertyListCreateData(None, found, _BINARY, 0, None))
        return parse(ctypes.string_at(core.CFDataGetBytePtr(data), core.CFDataGetLength(data)))
    finally:
        for reference in reversed(made):
            core.CFRelease(reference)


def _string(core: Any, text: str) -> int | None:
    reference: int | None = core.CFStringCreateWithCString(None, text.encode(), _UTF8)
    return reference


def _declare(core: Any, system: Any) -> None:
    """Pointers are wider than ctypes' default integer."""
    pointer, number = ctypes.c_void_p, ctypes.c_long
    for library, name, result, arguments in (
        (core, "CFStringCreateWithCString", pointer, (pointer, ctypes.c_char_p, ctypes.c_uint32)),
        (core, "CFArrayCreate", pointer, (pointer, pointer, number, pointer)),
        (core, "CFPropertyListCreateData", pointer, (pointer, pointer, number, ctypes.c_ulong, pointer)),
        (core, "CFDataGetBytePtr", pointer, (pointer,)),
        (core, "CFDataGetLength", number, (pointer,)),
        (core, "CFRelease", None, (pointer,)),
        (system, "SCDynamicStoreCreate", pointer, (pointer, pointer, pointer, pointer)),
        (system, "SCDynamicStoreCopyMultiple", pointer, (pointer, pointer, pointer)),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
