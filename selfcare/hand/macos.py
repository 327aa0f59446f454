"""How the helper is reached on macOS, and the question to the system to keep one running (SMAppService).

Nothing here has run on a Mac: docs/platforms.md.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

# In the bundle's Contents/Library/LaunchDaemons: root's helper, and what puts things back at boot.
PLISTS = ("org.selfcare.helper.plist", "org.selfcare.recover.plist")
NOT_REGISTERED, ENABLED, REQUIRES_APPROVAL, NOT_FOUND = range(4)  # SMAppService.Status
UTF8 = 0x08000100
SERVICE_MANAGEMENT = "/System/Library/Frameworks/ServiceManagement.framework/ServiceManagement"
CORE = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation"
P = ctypes.c_void_p


def in_bundle() -> list[str]:
    """The helper as a program of its own: of this very version, beside the program in its bundle."""
    beside = Path(sys.executable).with_name("selfcare-helper")
    return [str(beside), "serve"] if beside.is_file() else [sys.executable, "helper", "serve"]


def privileged_command(own: list[str]) -> list[str]:
    """The way to root's helper. The bundle asks once to keep one; until that is allowed, a password is asked for."""
    if getattr(sys, "frozen", False):
        with suppress(OSError):  # before macOS 13
            for daemon in map(Daemon, PLISTS):
                if daemon.status() == NOT_REGISTERED:
                    daemon.register()
    return [*own[:-1], "reach"]


class Daemon:
    """The helper as launchd's, by the Objective-C runtime. Raises OSError where there is no such thing."""

    def __init__(self, plist_name: str) -> None:
        self.runtime, self.core = _libraries()
        named = self.runtime.objc_getClass(b"SMAppService")
        if not named:
            raise OSError("no SMAppService")
        plist = self.core.CFStringCreateWithCString(None, plist_name.encode(), UTF8)  # an NSString is the same
        try:
            self.service = self._send(P, (P,), named, b"daemonServiceWithPlistName:", plist)
        finally:
            self.core.CFRelease(plist)
        if not self.service:
            raise OSError("no SMAppService")

    def status(self) -> int:
        """Not registered, enabled, waits for approval in the system's settings, or not found."""
        return int(self._send(ctypes.c_long, (), self.service, b"status"))

    def register(self) -> bool:
        """Asks the system; somebody has to approve of it in its settings. Whether it took it."""
        error = P()
        done = self._send(ctypes.c_bool, (P,), self.service, b"registerAndReturnError:", ctypes.addressof(error))
        return bool(done)

    def _send(self, result: Any, arguments: tuple[Any, ...], to: int, selector: bytes, *values: Any) -> Any:
        """One message. Its function must be called as the method it becomes: on ARM, another form is another call."""
        form = ctypes.CFUNCTYPE(result, P, P, *arguments)
        address = ctypes.cast(self.runtime.objc_msgSend, P).value
        assert address is not None
        return form(address)(to, self.runtime.sel_registerName(selector), *values)


def _libraries() -> tuple[Any, Any]:
    ctypes.CDLL(SERVICE_MANAGEMENT)  # brings the class along
    runtime, core = ctypes.CDLL("/usr/lib/libobjc.A.dylib"), ctypes.CDLL(CORE)
    for library, name, result, arguments in (
        (runtime, "objc_getClass", P, (ctypes.c_char_p,)),
        (runtime, "sel_registerName", P, (ctypes.c_char_p,)),
        (core, "CFStringCreateWithCString", P, (P, ctypes.c_char_p, ctypes.c_uint32)),
        (core, "CFRelease", None, (P,)),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return runtime, core
