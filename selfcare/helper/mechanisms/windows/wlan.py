"""Wi-Fi by ``wlanapi``: the network in use, saved profiles as Windows writes them, radios. Structures: wlanapi.h."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from selfcare.helper.errors import Refusal
from selfcare.helper.host import winapi
from selfcare.helper.mechanisms.windows import calls
from selfcare.helper.mechanisms.windows.structures import Guid, text

CLIENT = 2  # the version of the interface since Windows Vista
RADIO_STATE, CONNECTION = 4, 7  # opcodes of WlanQueryInterface
CONNECTED, NOT_CONNECTED = 1, 4
ON, OFF = 1, 2
GROUP_POLICY, USER, PLAIN_KEY = 1, 2, 4  # flags of a profile, and of the question for it
MOST_RADIOS = 64
NOT_STARTED = 1062
NAME = ctypes.c_uint16 * 256


class Attributes(ctypes.Structure):
    """WLAN_CONNECTION_ATTRIBUTES, as far as it is read: state, mode, name of the profile."""

    _fields_ = (("state", ctypes.c_uint32), ("mode", ctypes.c_uint32), ("profile", NAME))


class Interface(ctypes.Structure):
    """WLAN_INTERFACE_INFO."""

    _fields_ = (("guid", ctypes.c_uint8 * 16), ("description", NAME), ("state", ctypes.c_uint32))


class Parameters(ctypes.Structure):
    """WLAN_CONNECTION_PARAMETERS; ``mode`` 0 is by a saved profile, ``kind`` 3 any network."""

    _fields_ = (
        ("mode", ctypes.c_uint32), ("profile", ctypes.c_wchar_p), ("ssid", ctypes.c_void_p),
        ("bssids", ctypes.c_void_p), ("kind", ctypes.c_uint32), ("flags", ctypes.c_uint32),
    )  # fmt: skip


class Radio(ctypes.Structure):
    """WLAN_PHY_RADIO_STATE: ``soft`` by programs, ``hard`` by the computer's switch."""

    _fields_ = (("index", ctypes.c_uint32), ("soft", ctypes.c_uint32), ("hard", ctypes.c_uint32))


class Radios(ctypes.Structure):
    """WLAN_RADIO_STATE."""

    _fields_ = (("count", ctypes.c_uint32), ("every", Radio * MOST_RADIOS))


@dataclass(frozen=True, slots=True)
class Profile:
    """A saved network, word for word. Its key is enciphered for this very PC, unless it was asked for in plain."""

    xml: str = field(repr=False)
    flags: int


@contextmanager
def _talking() -> Iterator[tuple[Any, ctypes.c_void_p]]:
    try:
        library = winapi.library("wlanapi")
    except OSError as error:
        raise Refusal("unknown_owner", "this Windows has no Wi-Fi") from error
    handle, version = ctypes.c_void_p(), ctypes.c_uint32()
    code = int(library.WlanOpenHandle(CLIENT, None, ctypes.byref(version), ctypes.byref(handle)))
    if code:
        said = "the Wi-Fi service does not run" if code == NOT_STARTED else "WlanOpenHandle"
        raise calls.failed(said, code)
    try:
        yield library, handle
    finally:
        library.WlanCloseHandle(handle, None)


def _guid(text_: str) -> Any:
    return ctypes.byref(Guid.from_buffer_copy(calls.guid_bytes(text_)))


def interfaces() -> list[str]:
    """The GUIDs of all Wi-Fi adapters, as the registry spells them."""
    import uuid

    with _talking() as (library, handle):
        pointer = ctypes.c_void_p()
        code = int(library.WlanEnumInterfaces(handle, None, ctypes.byref(pointer)))
        if code or not pointer.value:
            raise calls.failed("WlanEnumInterfaces", code)
        try:
            count = ctypes.c_uint32.from_address(pointer.value).value
            rows = (Interface * count).from_address(pointer.value + 8)
            return ["{" + str(uuid.UUID(bytes_le=bytes(row.guid))).upper() + "}" for row in rows]
        finally:
            library.WlanFreeMemory(pointer)


def _query(guid: str, opcode: int, kind: type[Any]) -> tuple[Any, int]:
    with _talking() as (library, handle):
        size, data = ctypes.c_uint32(), ctypes.c_void_p()
        code = int(library.WlanQueryInterface(handle, _guid(guid), opcode, None, ctypes.byref(size),
                                              ctypes.byref(data), None))  # fmt: skip
        if code or not data.value:
            return None, code
        try:
            wanted = ctypes.sizeof(kind)
            return kind.from_buffer_copy(ctypes.string_at(data.value, min(size.value, wanted)).ljust(wanted, b"\0")), 0
        finally:
            library.WlanFreeMemory(data)


def joined(guid: str) -> str:
    """The profile in use, "" when none.

    Raises:
        Refusal: ``needs_privilege``: Windows 11 24H2 wants leave to know the place first.
    """
    found, code = _query(guid, CONNECTION, Attributes)
    if found is None:
        if code in calls.DENIED:
            raise calls.failed("WlanQueryInterface", code)
        return ""
    return text(found.profile) if found.state == CONNECTED else ""


def profile(guid: str, name: str, *, plain: bool = False) -> Profile:
    """WlanGetProfile. ``plain``: with the key readable, where Windows lets this user."""
    with _talking() as (library, handle):
        xml, flags = ctypes.c_wchar_p(), ctypes.c_uint32(PLAIN_KEY if plain else 0)
        code = int(library.WlanGetProfile(handle, _guid(guid), ctypes.c_wchar_p(name), None, ctypes.byref(xml),
                                          ctypes.byref(flags), None))  # fmt: skip
        if code:
            raise calls.failed("WlanGetProfile", code)
        try:
            return Profile(str(xml.value), int(flags.value))
        finally:
            library.WlanFreeMemory(xml)


def has_profile(guid: str, name: str) -> bool:
    """Whether it is saved; ``Refusal`` where that is not told."""
    try:
        profile(guid, name)
    except Refusal as error:
        if error.detail.endswith(f": {calls.NOT_FOUND}"):
            return False
        raise
    return True


def delete_profile(guid: str, name: str) -> None:
    """WlanDeleteProfile; one that is gone already is fine."""
    with _talking() as (library, handle):
        words = (handle, _guid(guid), ctypes.c_wchar_p(name), None)
        calls.told("WlanDeleteProfile", library.WlanDeleteProfile, *words, fine=(0, calls.NOT_FOUND))


def set_profile(guid: str, found: Profile) -> None:
    """WlanSetProfile, over one of the same name."""
    with _talking() as (library, handle):
        why = ctypes.c_uint32()
        words = (handle, _guid(guid), found.flags & USER, ctypes.c_wchar_p(found.xml), None, 1, None)
        calls.told("WlanSetProfile", library.WlanSetProfile, *words, ctypes.byref(why))


def leave(guid: str) -> None:
    """WlanDisconnect; Windows joins none by itself then."""
    with _talking() as (library, handle):
        calls.told("WlanDisconnect", library.WlanDisconnect, handle, _guid(guid), None)


def join(guid: str, name: str) -> None:
    """WlanConnect by a saved profile; it returns at once."""
    made = Parameters(0, name, None, None, 3, 0)
    with _talking() as (library, handle):
        calls.told("WlanConnect", library.WlanConnect, handle, _guid(guid), ctypes.byref(made), None)


def radios(guid: str) -> list[tuple[int, bool, bool]]:
    """Number, whether programs left it on, whether the computer's switch did."""
    found, code = _query(guid, RADIO_STATE, Radios)
    if found is None:
        raise calls.failed("WlanQueryInterface", code)
    return [(r.index, r.soft != OFF, r.hard != OFF) for r in found.every[: min(found.count, MOST_RADIOS)]]


def switch(guid: str, index: int, *, on: bool) -> None:
    """WlanSetInterface: programs' own switch of one radio."""
    made = Radio(index, ON if on else OFF, 0)
    with _talking() as (library, handle):
        words = (handle, _guid(guid), RADIO_STATE, ctypes.sizeof(made), ctypes.byref(made), None)
        calls.told("WlanSetInterface", library.WlanSetInterface, *words)
