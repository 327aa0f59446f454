"""The calls themselves. Windows only; each returns the bytes that the readers beside this file understand."""

from __future__ import annotations

import ctypes
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from probes.hostnet.windows.structures import ForwardRow, InterfaceRow, Memory, NeighbourRow, ProxyConfig
from probes.hostnet.windows.tables import table_size

_OVERFLOW, _NO_DATA = 111, 232
_FIRST_TRY, _TRIES = 15_000, 4
# Gateways too, but neither anycast nor multicast addresses.
_FLAGS = 0x80 | 0x02 | 0x04
_RADIO_STATE = 4
_AF_INET, _AF_INET6 = 2, 23


def _library(name: str) -> Any:
    return ctypes.WinDLL(name, use_last_error=True)  # type: ignore[attr-defined]


def adapters() -> Memory:
    """GetAdaptersAddresses with a buffer that grows: adapters may appear between two calls. Raises OSError."""
    call = _library("iphlpapi").GetAdaptersAddresses
    size = ctypes.c_uint32(_FIRST_TRY)
    for _ in range(_TRIES):
        buffer = ctypes.create_string_buffer(size.value)
        result = call(0, _FLAGS, None, buffer, ctypes.byref(size))
        if result == _NO_DATA:
            return Memory(0, b"")
        if result == 0:
            return Memory(ctypes.addressof(buffer), buffer.raw)
        if result != _OVERFLOW:
            raise _error(result, "GetAdaptersAddresses")
    raise _error(_OVERFLOW, "GetAdaptersAddresses")


def _error(code: int, name: str) -> OSError:
    """The system's error number as one, not as an errno, which counts differently."""
    return OSError(0, name, None, code)


def _table(name: str, row: type[ctypes.Structure], family: int = 0) -> bytes:
    library = _library("iphlpapi")
    pointer = ctypes.c_void_p()
    result = getattr(library, name)(family, ctypes.byref(pointer))
    if result or not pointer.value:
        raise _error(result, name)
    try:
        count = ctypes.c_uint32.from_address(pointer.value).value
        return ctypes.string_at(pointer.value, table_size(count, row))
    finally:
        library.FreeMibTable(pointer)


def routes() -> bytes:
    """GetIpForwardTable2, both families. Raises OSError."""
    return _table("GetIpForwardTable2", ForwardRow)


def neighbours() -> tuple[bytes, ...]:
    """GetIpNetTable2 of each family that has one; some systems refuse both at once."""
    found = []
    for family in (_AF_INET, _AF_INET6):
        with suppress(OSError):
            found.append(_table("GetIpNetTable2", NeighbourRow, family))
    return tuple(found)


def interface(index: int) -> bytes:
    """GetIfEntry2 of one interface; empty where it refuses."""
    row = InterfaceRow(index=index)
    result = _library("iphlpapi").GetIfEntry2(ctypes.byref(row))
    return b"" if result else bytes(row)


def best_interface(address: str) -> int | None:
    """GetBestInterfaceEx: the index of the interface that packets to an address leave by."""
    family = _AF_INET6 if ":" in address else _AF_INET
    packed = socket.inet_pton(socket.AF_INET6 if family == _AF_INET6 else socket.AF_INET, address)
    head = family.to_bytes(2, "little") + b"\0\0"
    sockaddr = head + (b"\0" * 4 + packed + b"\0" * 4 if family == _AF_INET6 else packed + b"\0" * 8)
    index = ctypes.c_uint32()
    result = _library("iphlpapi").GetBestInterfaceEx(ctypes.create_string_buffer(sockaddr, 28), ctypes.byref(index))
    return index.value if result == 0 and index.value else None


def wlan_radios() -> tuple[bytes, dict[str, bytes]]:
    """WlanEnumInterfaces, and WLAN_RADIO_STATE by GUID. Raises OSError where there is no Wi-Fi service."""
    from probes.hostnet.windows.tables import wlan_interfaces

    library = _library("wlanapi")
    with _wlan_handle(library) as handle:
        listed = ctypes.c_void_p()
        result = library.WlanEnumInterfaces(handle, None, ctypes.byref(listed))
        if result or not listed.value:
            raise _error(result, "WlanEnumInterfaces")
        count = ctypes.c_uint32.from_address(listed.value).value
        data = ctypes.string_at(listed.value, 8 + 532 * min(count, 64))
        library.WlanFreeMemory(listed)
        return data, {guid: _radio_state(library, handle, guid) for guid in wlan_interfaces(data)}


@contextmanager
def _wlan_handle(library: Any) -> Iterator[ctypes.c_void_p]:
    handle, version = ctypes.c_void_p(), ctypes.c_uint32()
    result = library.WlanOpenHandle(2, None, ctypes.byref(version), ctypes.byref(handle))
    if result:
        raise _error(result, "WlanOpenHandle")
    try:
        yield handle
    finally:
        library.WlanCloseHandle(handle, None)


def _radio_state(library: Any, handle: ctypes.c_void_p, guid: str) -> bytes:
    size, data = ctypes.c_uint32(), ctypes.c_void_p()
    key = ctypes.create_string_buffer(uuid.UUID(guid).bytes_le, 16)
    result = library.WlanQueryInterface(
        handle, key, _RADIO_STATE, None, ctypes.byref(size), ctypes.byref(data), None
    )  # fmt: skip
    if result or not data.value:
        return b""
    try:
        return ctypes.string_at(data.value, size.value)
    finally:
        library.WlanFreeMemory(data)


def interface_index(alias: str) -> int:
    """The index of the interface that the user sees under a name. Raises OSError."""
    library = _library("iphlpapi")
    luid, index = ctypes.c_uint64(), ctypes.c_uint32()
    if library.ConvertInterfaceAliasToLuid(ctypes.c_wchar_p(alias), ctypes.byref(luid)) == 0:
        result = library.ConvertInterfaceLuidToIndex(ctypes.byref(luid), ctypes.byref(index))
        if result == 0 and index.value:
            return index.value
    return socket.if_nametoindex(alias)


def user_proxy() -> tuple[bool, str, str]:
    """WinHttpGetIEProxyConfigForCurrentUser: automatic detection, script, proxies. Raises OSError."""
    config = ProxyConfig()
    if not _library("winhttp").WinHttpGetIEProxyConfigForCurrentUser(ctypes.byref(config)):
        raise _error(ctypes.get_last_error(), "WinHttpGetIEProxyConfigForCurrentUser")  # type: ignore[attr-defined]
    free = ctypes.WinDLL("kernel32").GlobalFree  # type: ignore[attr-defined]
    texts = []
    for pointer in (config.pac_url, config.proxy, config.bypass):
        texts.append(ctypes.wstring_at(pointer) if pointer else "")
        if pointer:
            free(ctypes.c_void_p(pointer))
    return bool(config.auto_detect), texts[0], texts[1]
