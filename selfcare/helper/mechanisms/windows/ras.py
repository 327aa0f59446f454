"""Connections that Windows itself dials: the VPN of its settings, and others of a phone book."""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass

from selfcare.helper import point
from selfcare.helper.host import winapi
from selfcare.helper.mechanisms.windows import calls
from selfcare.helper.mechanisms.windows.structures import RasConnection, RasDialParameters, text

BUFFER_TOO_SMALL = 603
GONE_S = 10.0


@dataclass(frozen=True, slots=True)
class Dialled:
    """One that is up. ``book``: the file that has its settings."""

    handle: int
    entry: str
    book: str


def connections() -> list[Dialled]:
    """RasEnumConnectionsW."""
    call = winapi.library("rasapi32").RasEnumConnectionsW
    room = 8
    while True:
        rows = (RasConnection * room)()
        for row in rows:
            row.size = ctypes.sizeof(RasConnection)
        size, count = ctypes.c_uint32(ctypes.sizeof(rows)), ctypes.c_uint32()
        code = call(rows, ctypes.byref(size), ctypes.byref(count))
        if code != BUFFER_TOO_SMALL or room > 256:
            break
        room *= 2
    if code:
        raise calls.failed("RasEnumConnections", code)
    return [Dialled(row.handle, text(row.entry), text(row.phonebook)) for row in rows[: count.value]]


def hang_up(found: Dialled) -> None:
    """RasHangUpW, and the wait that its documentation asks for: until then the line is not free."""
    library = winapi.library("rasapi32")
    calls.told("RasHangUp", library.RasHangUpW, ctypes.c_void_p(found.handle))
    end = time.monotonic() + GONE_S
    while time.monotonic() < end and any(each.handle == found.handle for each in connections()):
        time.sleep(0.05)


def parameters(book: str, entry: str) -> RasDialParameters | None:
    """What dialling again needs, None where its password was never saved."""
    made = RasDialParameters(size=ctypes.sizeof(RasDialParameters))
    units = entry.encode("utf-16-le")
    made.entry[: len(units) // 2] = [int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2)]
    known = ctypes.c_int32()
    call = winapi.library("rasapi32").RasGetEntryDialParamsW
    code = call(ctypes.c_wchar_p(book or None), ctypes.byref(made), ctypes.byref(known))
    return made if code == 0 and known.value else None


def dial(book: str, made: RasDialParameters) -> None:
    """RasDialW; it returns when the connection is up."""
    handle = ctypes.c_void_p()
    point.reached("before RasDial")
    code = winapi.library("rasapi32").RasDialW(
        None, ctypes.c_wchar_p(book or None), ctypes.byref(made), 0, None, ctypes.byref(handle)
    )
    point.reached("after RasDial")
    if code:
        if handle.value:  # as its documentation asks, or the line stays busy
            winapi.library("rasapi32").RasHangUpW(handle)
        raise calls.failed("RasDial", code)
