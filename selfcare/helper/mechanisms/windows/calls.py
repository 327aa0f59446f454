"""The calls themselves, one each; what they refuse is a ``Refusal``. Windows only, so tests put their own in place."""

from __future__ import annotations

import ctypes
import socket
import uuid
from typing import Any

from selfcare.helper import host, point
from selfcare.helper.errors import Refusal
from selfcare.helper.host import rights, winapi
from selfcare.helper.mechanisms.windows.structures import (
    AdapterMap,
    DnsSettings,
    ForwardRow,
    Guid,
    Inet,
    InterfaceRow,
    IpInterfaceRow,
)

DENIED = (5, 740, 1314)  # access denied, elevation required, a privilege is not held
TIMED_OUT = (121, 1460)
NOT_FOUND, NO_DATA, OVERFLOW = 1168, 232, 122
RPC_UNAVAILABLE = 1722
AF_INET, AF_INET6 = 2, 23
DNS_IPV6, DNS_SERVERS, DNS_PROFILE = 0x1, 0x2, 0x200
NETMGMT = 3  # the only protocol a program may give a route


def failed(what: str, code: int) -> Refusal:
    """The refusal that this number stands for."""
    if code in DENIED:
        return Refusal("protected" if host.is_root() else "needs_privilege", f"{what}: {code}")
    return Refusal("timed_out" if code in TIMED_OUT else "failed", f"{what}: {code}")


def told(what: str, function: Any, *words: Any, fine: tuple[int, ...] = (0,)) -> int:
    """A call that changes something and gives its number back.

    Raises:
        Refusal: the number is none of ``fine``.
    """
    point.reached(f"before {what}")
    code = int(function(*words)) & 0xFFFFFFFF
    point.reached(f"after {what}")
    if code not in fine:
        raise failed(what, code)
    return code


def needs_root() -> None:
    """Said before anything is written down: an ordinary user cannot make this change."""
    if not host.is_root():
        raise Refusal("needs_privilege", "an administrator's rights")


def user() -> str:
    """Whose settings this process sees as the user's own."""
    return rights.user()


def check_user(known: str) -> None:
    """At boot the system itself recovers: a user's own settings wait until that user starts the program.

    Raises:
        Refusal: this process is another user's.
    """
    if user() != known:
        raise Refusal("failed", "it is of another user")


def _network() -> Any:
    return winapi.library("iphlpapi")


def needed(library: str, name: str) -> Any:
    """The function, or the refusal that this Windows is too old for it."""
    if not winapi.has(library, name):
        raise Refusal("unknown_owner", f"this Windows has no {name}")
    return getattr(winapi.library(library), name)


def guid_bytes(text: str) -> bytes:
    """``{…}`` as the system's structures hold it."""
    return uuid.UUID(text).bytes_le


# -- interfaces and routes -----------------------------------------------------------------------


def interfaces() -> list[InterfaceRow]:
    """GetIfTable2."""
    return _table("GetIfTable2", InterfaceRow)


def routes() -> list[ForwardRow]:
    """GetIpForwardTable2, both families."""
    return _table("GetIpForwardTable2", ForwardRow, 0)


def _table(name: str, row: type[Any], *words: int) -> list[Any]:
    pointer = ctypes.c_void_p()
    code = int(getattr(_network(), name)(*words, ctypes.byref(pointer)))
    if code or not pointer.value:
        raise failed(name, code)
    try:
        count = ctypes.c_uint32.from_address(pointer.value).value
        size = ctypes.sizeof(row)
        data = ctypes.string_at(pointer.value + 8, count * size)  # the number of rows, padded to their alignment
        return [row.from_buffer_copy(data, at * size) for at in range(count)]
    finally:
        _network().FreeMibTable(pointer)


def mtu(luid: int, family: int) -> int | None:
    """GetIpInterfaceEntry: the largest packet of one family, None where the interface does not speak it."""
    row = _ip_row(luid, family)
    return int(row.mtu) if row else None


def _ip_row(luid: int, family: int) -> IpInterfaceRow | None:
    row = IpInterfaceRow(family=family, luid=luid)
    code = needed("iphlpapi", "GetIpInterfaceEntry")(ctypes.byref(row))
    if code not in (0, NOT_FOUND, 2):
        raise failed("GetIpInterfaceEntry", code)
    return row if code == 0 else None


def set_mtu(luid: int, family: int, size: int) -> None:
    """SetIpInterfaceEntry."""
    row = _ip_row(luid, family)
    if row is None:
        raise Refusal("failed", "the interface is gone")
    row.mtu = size
    if family == AF_INET:
        row.site_prefix_length = 0  # the call refuses anything else for IPv4, even what it has just told
    told("SetIpInterfaceEntry", needed("iphlpapi", "SetIpInterfaceEntry"), ctypes.byref(row))


def delete_route(row: ForwardRow) -> None:
    """DeleteIpForwardEntry2; one that is gone already is fine."""
    function = needed("iphlpapi", "DeleteIpForwardEntry2")
    told("DeleteIpForwardEntry2", function, ctypes.byref(row), fine=(0, NOT_FOUND))


def create_route(row: ForwardRow) -> None:
    """CreateIpForwardEntry2; one that is there already (5010) is fine."""
    function = needed("iphlpapi", "CreateIpForwardEntry2")
    row.protocol = NETMGMT
    told("CreateIpForwardEntry2", function, ctypes.byref(row), fine=(0, 5010))


def inet_text(address: Inet) -> str:
    """The address in it, without its zone."""
    if address.family == AF_INET:
        return socket.inet_ntop(socket.AF_INET, bytes(address.rest)[:4])
    # After the port come four bytes of flow information.
    return socket.inet_ntop(socket.AF_INET6, bytes(address.rest)[4:20])


# -- names and leases ----------------------------------------------------------------------------


def can_set_resolvers() -> bool:
    """Windows 10 of 2020 and later."""
    return winapi.has("iphlpapi", "SetInterfaceDnsSettings")


def set_resolvers(guid: str, *, ipv6: bool, profile: bool, servers: str) -> bool:
    """SetInterfaceDnsSettings; "" is automatic. False while the service for it does not run."""
    text = ctypes.create_unicode_buffer(servers)
    at = ctypes.addressof(text)
    flags = (DNS_PROFILE if profile else DNS_SERVERS) | (DNS_IPV6 if ipv6 else 0)
    settings = DnsSettings(version=1, flags=flags)
    setattr(settings, "profile_servers" if profile else "servers", at)
    function = needed("iphlpapi", "SetInterfaceDnsSettings")
    function.argtypes = (Guid, ctypes.c_void_p)
    key = Guid.from_buffer_copy(guid_bytes(guid))
    fine = (0, RPC_UNAVAILABLE)
    return told("SetInterfaceDnsSettings", function, key, ctypes.byref(settings), fine=fine) == 0


def flush_names() -> None:
    """DnsFlushResolverCache: no arguments, true when it was done."""
    point.reached("before DnsFlushResolverCache")
    done = winapi.library("dnsapi").DnsFlushResolverCache()
    point.reached("after DnsFlushResolverCache")
    if not done:
        raise failed("DnsFlushResolverCache", winapi.last_error())


def adapter_map(index: int) -> AdapterMap:
    """The entry of GetInterfaceInfo that a renewal is asked by."""
    size = ctypes.c_uint32(0)
    buffer = ctypes.create_string_buffer(4)
    for _ in range(4):
        code = _network().GetInterfaceInfo(buffer, ctypes.byref(size))
        if code == OVERFLOW:
            buffer = ctypes.create_string_buffer(size.value)
            continue
        if code not in (0, NO_DATA):
            raise failed("GetInterfaceInfo", code)
        break
    count = int.from_bytes(buffer.raw[:4], "little") if code == 0 else 0
    for number in range(count):
        found = AdapterMap.from_buffer_copy(buffer.raw, 4 + number * ctypes.sizeof(AdapterMap))
        if found.index == index:
            return found
    raise Refusal("failed", "this adapter has no IPv4")


def renew(found: AdapterMap) -> None:
    """IpRenewAddress; nothing is given back first. Without a server it takes up to a minute."""
    told("IpRenewAddress", _network().IpRenewAddress, ctypes.byref(found))
