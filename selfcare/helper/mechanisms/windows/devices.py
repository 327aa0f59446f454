"""A device switched on, off, or started anew, as the device manager does it."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from selfcare.helper import point
from selfcare.helper.errors import Refusal
from selfcare.helper.host import winapi
from selfcare.helper.mechanisms.windows import calls
from selfcare.helper.mechanisms.windows.structures import DeviceInfo, PropertyChange

ENABLE, DISABLE, RESTART = 1, 2, 3  # DICS_ENABLE, DICS_DISABLE, DICS_PROPCHANGE
_CHANGE_STATE = 0x12  # DIF_PROPERTYCHANGE
_STARTED = 0x8  # DN_STARTED
# For every hardware profile (1), for this one (2). Only the second starts a device that was enabled.
_SCOPES = {ENABLE: (1, 2), DISABLE: (1,), RESTART: (2,)}


def started(name: str) -> bool:
    """Whether its driver runs.

    Raises:
        Refusal: there is no such device any more.
    """
    library = winapi.library("cfgmgr32")
    device, status, problem = ctypes.c_uint32(), ctypes.c_uint32(), ctypes.c_uint32()
    code = library.CM_Locate_DevNodeW(ctypes.byref(device), ctypes.c_wchar_p(name), 0)
    code = code or library.CM_Get_DevNode_Status(ctypes.byref(status), ctypes.byref(problem), device, 0)
    if code:
        raise Refusal("failed", f"{name}: {code}")
    return bool(status.value & _STARTED)


def change(name: str, what: int) -> None:
    """One device by its plug-and-play name. A restart never writes "off" anywhere: after a power cut it is on.

    Raises:
        Refusal: not allowed, or the driver does not want to.
    """
    library = winapi.library("setupapi")
    with _opened(library, name) as (listed, device):
        for scope in _SCOPES[what]:
            told = PropertyChange(size=8, function=_CHANGE_STATE, change=what, scope=scope, profile=0)
            size = ctypes.sizeof(told)
            if not library.SetupDiSetClassInstallParamsW(listed, ctypes.byref(device), ctypes.byref(told), size):
                raise calls.failed("SetupDiSetClassInstallParams", winapi.last_error())
            point.reached("before SetupDiChangeState")
            done = library.SetupDiCallClassInstaller(_CHANGE_STATE, listed, ctypes.byref(device))
            point.reached("after SetupDiChangeState")
            if not done and scope == _SCOPES[what][-1]:
                raise calls.failed("SetupDiChangeState", winapi.last_error())


@contextmanager
def _opened(library: Any, name: str) -> Iterator[tuple[ctypes.c_void_p, DeviceInfo]]:
    made = library.SetupDiCreateDeviceInfoList(None, None)
    if made is None or made == winapi.INVALID:
        raise calls.failed("SetupDiCreateDeviceInfoList", winapi.last_error())
    listed = ctypes.c_void_p(made)
    try:
        device = DeviceInfo(size=ctypes.sizeof(DeviceInfo))
        if not library.SetupDiOpenDeviceInfoW(listed, ctypes.c_wchar_p(name), None, 0, ctypes.byref(device)):
            raise calls.failed("SetupDiOpenDeviceInfo", winapi.last_error())
        yield listed, device
    finally:
        library.SetupDiDestroyDeviceInfoList(listed)
