"""``wlanapi.dll``, called. Windows only. Every call gives Windows' error number and the bytes; none raises for it."""

from __future__ import annotations

import ctypes
import uuid
from typing import Any, Protocol

OK, DENIED, INVALID_HANDLE, BUSY, NO_SERVICE, NOT_FOUND = 0, 5, 6, 170, 1062, 1168
NO_LIBRARY = 1157
"""ERROR_DLL_NOT_FOUND: an edition of Windows without Wi-Fi."""

CONNECTION, CHANNEL, RADIO, QUALITY, STATISTICS, RSSI = 7, 8, 4, 19, 0x10000101, 0x10000102
"""WLAN_INTF_OPCODE."""
_MOST_BYTES = 4 << 20

Answer = tuple[int, bytes]


class Calls(Protocol):
    """What a reading asks of Windows; each answer is copied, and what Windows allocated for it is freed."""

    def open(self) -> int:
        """Opens the handle that the others use."""
        ...

    def close(self) -> None:
        """Gives it back; twice does no harm."""
        ...

    def interfaces(self) -> Answer:
        """WlanEnumInterfaces."""
        ...

    def query(self, guid: str, opcode: int) -> Answer:
        """WlanQueryInterface."""
        ...

    def capability(self, guid: str) -> Answer:
        """WlanGetInterfaceCapability."""
        ...

    def bss_list(self, guid: str) -> Answer:
        """WlanGetNetworkBssList, of all networks: what the system last heard."""
        ...

    def profiles(self, guid: str) -> Answer:
        """WlanGetProfileList."""
        ...

    def scan(self, guid: str) -> int:
        """WlanScan: begins a search, and returns at once."""
        ...


def key_of(guid: str) -> Any:
    """A GUID as Windows wants it."""
    return ctypes.create_string_buffer(uuid.UUID(guid).bytes_le, 16)


class WlanApi:
    """The real one. Not safe for two threads at once: its owner sees to that."""

    def __init__(self) -> None:
        self._library: Any = None
        self._handle: Any = None

    def open(self) -> int:
        """Opens the handle that the others use."""
        if self._handle is not None:
            return OK
        try:
            self._library = self._library or ctypes.WinDLL("wlanapi")  # type: ignore[attr-defined]
            handle, version = ctypes.c_void_p(), ctypes.c_uint32()
            code = int(self._library.WlanOpenHandle(2, None, ctypes.byref(version), ctypes.byref(handle)))
        except (OSError, AttributeError):
            return NO_LIBRARY
        if code == OK:
            self._handle = handle
        return code

    def close(self) -> None:
        """Gives it back; twice does no harm."""
        handle, self._handle = self._handle, None
        if handle is not None:
            self._library.WlanCloseHandle(handle, None)

    def interfaces(self) -> Answer:
        """WlanEnumInterfaces."""
        return self._listed("WlanEnumInterfaces", 532, 0, self._handle, None)

    def query(self, guid: str, opcode: int) -> Answer:
        """WlanQueryInterface."""
        size, data = ctypes.c_uint32(), ctypes.c_void_p()
        code = self._call(
            "WlanQueryInterface", self._handle, key_of(guid), opcode, None, ctypes.byref(size), ctypes.byref(data), None
        )
        return self._taken(code, data, size.value)

    def capability(self, guid: str) -> Answer:
        """WlanGetInterfaceCapability."""
        data = ctypes.c_void_p()
        code = self._call("WlanGetInterfaceCapability", self._handle, key_of(guid), None, ctypes.byref(data))
        return self._taken(code, data, 276)

    def bss_list(self, guid: str) -> Answer:
        """WlanGetNetworkBssList, of all networks: what the system last heard."""
        data = ctypes.c_void_p()
        any_type = 3
        code = self._call(
            "WlanGetNetworkBssList", self._handle, key_of(guid), None, any_type, 0, None, ctypes.byref(data)
        )
        size = ctypes.c_uint32.from_address(data.value).value if code == OK and data.value else 0
        return self._taken(code, data, size)

    def profiles(self, guid: str) -> Answer:
        """WlanGetProfileList."""
        return self._listed("WlanGetProfileList", 516, 0, self._handle, key_of(guid), None)

    def scan(self, guid: str) -> int:
        """WlanScan: begins a search, and returns at once."""
        return self._call("WlanScan", self._handle, key_of(guid), None, None, None)

    def _call(self, name: str, *words: Any) -> int:
        try:
            return int(getattr(self._library, name)(*words))
        except AttributeError:
            return 127  # ERROR_PROC_NOT_FOUND: this system's library has no such call

    def _listed(self, name: str, row: int, count_at: int, *words: Any) -> Answer:
        data = ctypes.c_void_p()
        code = self._call(name, *words, ctypes.byref(data))
        count = ctypes.c_uint32.from_address(data.value + count_at).value if code == OK and data.value else 0
        return self._taken(code, data, 8 + row * min(count, 512))

    def _taken(self, code: int, data: ctypes.c_void_p, size: int) -> Answer:
        if not data.value:
            return code, b""
        try:
            return code, ctypes.string_at(data.value, min(size, _MOST_BYTES)) if code == OK else b""
        finally:
            self._library.WlanFreeMemory(data)
