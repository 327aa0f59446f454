"""One service of Windows: whether it runs, stopped, started."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from selfcare.helper import point
from selfcare.helper.errors import Refusal
from selfcare.helper.host import winapi
from selfcare.helper.mechanisms.windows import calls
from selfcare.helper.mechanisms.windows.structures import ServiceStatus

QUERY, START, STOP = 0x4, 0x10, 0x20
STOPPED, RUNNING = 1, 4
MISSING, ALREADY, NOT_ACTIVE = 1060, 1056, 1062
WAIT_S = 15.0


def state(name: str) -> int | None:
    """What it does now, by the system's number; None when there is no such service."""
    try:
        with opened(name, QUERY) as (library, service):
            return _state(library, service)
    except Refusal as error:
        if error.detail.endswith(f": {MISSING}"):
            return None
        raise


def stop(name: str) -> None:
    """Asks it to stop, and waits for it."""
    with opened(name, STOP | QUERY) as (library, service):
        point.reached("before ControlService")
        done = library.ControlService(service, 1, ctypes.byref(ServiceStatus()))
        point.reached("after ControlService")
        if not done and winapi.last_error() != NOT_ACTIVE:
            raise calls.failed("ControlService", winapi.last_error())
        _until(library, service, STOPPED)


def start(name: str, access: int = START | QUERY) -> None:
    """Starts it, and waits until it runs."""
    with opened(name, access) as (library, service):
        point.reached("before StartService")
        done = library.StartServiceW(service, 0, None)
        point.reached("after StartService")
        if not done and winapi.last_error() != ALREADY:
            raise calls.failed("StartService", winapi.last_error())
        _until(library, service, RUNNING)


@contextmanager
def opened(name: str, access: int) -> Iterator[tuple[Any, ctypes.c_void_p]]:
    """The service by its name, which is no user's word. Raises ``Refusal``."""
    library = winapi.library("advapi32")
    manager = library.OpenSCManagerW(None, None, 0x1)
    if not manager:
        raise calls.failed("OpenSCManager", winapi.last_error())
    try:
        service = library.OpenServiceW(ctypes.c_void_p(manager), ctypes.c_wchar_p(name), access)
        if not service:
            raise calls.failed(f"OpenService {name}", winapi.last_error())
        try:
            yield library, ctypes.c_void_p(service)
        finally:
            library.CloseServiceHandle(ctypes.c_void_p(service))
    finally:
        library.CloseServiceHandle(ctypes.c_void_p(manager))


def _state(library: Any, service: ctypes.c_void_p) -> int:
    found = ServiceStatus()
    if not library.QueryServiceStatus(service, ctypes.byref(found)):
        raise calls.failed("QueryServiceStatus", winapi.last_error())
    return int(found.state)


def _until(library: Any, service: ctypes.c_void_p, wanted: int) -> None:
    end = time.monotonic() + WAIT_S
    while _state(library, service) != wanted:
        if time.monotonic() > end:
            raise Refusal("timed_out", "the service takes its time")
        time.sleep(0.05)
