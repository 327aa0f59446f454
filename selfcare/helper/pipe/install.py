"""The service in Windows' list of services, put there and taken away by the installer."""

from __future__ import annotations

import ctypes
import os
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selfcare.helper.errors import Refusal
from selfcare.helper.host import rights, winapi
from selfcare.helper.mechanisms.windows import calls, services
from selfcare.helper.pipe import NAME, RIGHTS

assert sys.platform == "win32"
SHOWN = "Selfcare"
MANAGE, EVERYTHING = 0x1 | 0x2, 0xF01FF
OWN_PROCESS, ON_DEMAND, NORMAL_ERROR = 0x10, 3, 1
MARKED = 1072


def install(own: Sequence[str]) -> int:
    """Makes the service, which is started when a program asks for it.

    Raises:
        Refusal: others could replace the program, and so become the system itself; or Windows says no.
    """
    check_place(Path(sys.executable))
    command = subprocess.list2cmdline([sys.executable, *own, "service"])
    with _manager() as (library, manager):
        made = library.CreateServiceW(
            manager, ctypes.c_wchar_p(NAME), ctypes.c_wchar_p(SHOWN), EVERYTHING, OWN_PROCESS, ON_DEMAND,
            NORMAL_ERROR, ctypes.c_wchar_p(command), None, None, None, None, None,
        )  # fmt: skip
        if not made:
            raise calls.failed("CreateService", winapi.last_error())
        service = ctypes.c_void_p(made)
        try:
            with rights.attributes(RIGHTS) as security:
                descriptor = ctypes.c_void_p(security.descriptor)
                if not library.SetServiceObjectSecurity(service, 0x4, descriptor):
                    raise calls.failed("SetServiceObjectSecurity", winapi.last_error())
        finally:
            library.CloseServiceHandle(service)
    return 0


def remove() -> int:
    """Stops it, and takes it off the list."""
    if services.state(NAME) is None:
        return 0
    services.stop(NAME)
    with services.opened(NAME, 0x10000) as (library, service):
        if not library.DeleteService(service) and winapi.last_error() != MARKED:
            raise calls.failed("DeleteService", winapi.last_error())
    return 0


def check_place(program: Path) -> None:
    """Raises ``Refusal`` where somebody who is no administrator could put another program in its place."""
    for each in (program, *list(program.parents)[:-1]):
        about = each.lstat()
        if about.st_file_attributes & stat.FILE_ATTRIBUTE_REPARSE_POINT:
            raise Refusal("protected", f"{each} is a link")
        why = rights.strangers(rights.of_path(os.fspath(each)), rights.TRUSTED)
        if why:
            raise Refusal("protected", f"{each}: {why}")


@contextmanager
def _manager() -> Iterator[tuple[Any, ctypes.c_void_p]]:
    library = winapi.library("advapi32")
    found = library.OpenSCManagerW(None, None, MANAGE)
    if not found:
        raise calls.failed("OpenSCManager", winapi.last_error())
    try:
        yield library, ctypes.c_void_p(found)
    finally:
        library.CloseServiceHandle(ctypes.c_void_p(found))
