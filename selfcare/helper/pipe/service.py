"""The service: waits at the pipe, and gives each program that may ask a helper of its own."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from selfcare.helper.errors import Refusal
from selfcare.helper.host import winapi
from selfcare.helper.journal import Journal
from selfcare.helper.mechanisms.windows.structures import ServiceStatus
from selfcare.helper.pipe import NAME, PIPE, ends
from selfcare.helper.protocol import refusal

assert sys.platform == "win32"
IDLE_S = 120.0  # started when it is needed, and gone when nobody needs it any more
AT_ONCE = 4
OWN_PROCESS, STOPPED, STOP_PENDING, RUNNING = 0x10, 1, 3, 4
ACCEPT_STOP, CONTROL_STOP, CONTROL_SHUTDOWN, NOT_IMPLEMENTED = 0x1 | 0x4, 1, 5, 120


class Waiting:
    """Helpers for whoever opens the pipe, until ``stop``, or until nobody did for a while."""

    def __init__(self, own: Sequence[str], journal: Journal, idle_s: float = IDLE_S) -> None:
        """``own``: the words by which this very program is started."""
        self.own, self.journal, self.idle_s = list(own), journal, idle_s
        self.helpers: list[subprocess.Popen[bytes]] = []
        self.stop = threading.Event()

    def run(self) -> None:
        """There is always an end of the pipe, so that nobody else can make the first one."""
        waiting = ends.create(PIPE, first=True)
        since = time.monotonic()

        def going_on() -> bool:
            self.helpers = [helper for helper in self.helpers if helper.poll() is None]
            idle = not self.helpers and time.monotonic() - since > self.idle_s
            return not idle and not self.stop.is_set()

        while ends.wait_client(waiting, going_on):
            taken, waiting = waiting, ends.create(PIPE, first=False)
            self._serve(taken)
            since = time.monotonic()
        winapi.close(waiting)

    def _serve(self, handle: int) -> None:
        """A helper whose input and output are this end; it lives as long as the other one is open."""
        opened = ends.as_file(handle)
        try:
            if len(self.helpers) >= AT_ONCE:
                raise Refusal("busy", "too many programs at once")
            user = ends.check_sits_here(ends.client(handle))
            self.journal.log({"asked by": user})
            self.helpers.append(subprocess.Popen(
                [sys.executable, *self.own, "serve"], stdin=opened, stdout=opened, stderr=subprocess.DEVNULL,
                creationflags=subprocess.CREATE_NO_WINDOW,
            ))  # fmt: skip
        except (Refusal, OSError) as error:
            self.journal.log({"not served": str(error)})
            if isinstance(error, Refusal):  # whoever asks begins with its first question
                os.write(opened, refusal(1, error))
        finally:
            os.close(opened)


class Service:
    """What Windows' service manager sees of it."""

    def __init__(self, waiting: Waiting) -> None:
        self.waiting = waiting
        self.status = ctypes.c_void_p()
        # The system keeps their addresses: they must live as long as this does.
        self._control = ctypes.WINFUNCTYPE(
            ctypes.c_uint32, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_void_p
        )(self._controlled)
        self._main = ctypes.WINFUNCTYPE(None, ctypes.c_uint32, ctypes.c_void_p)(self._run)

    def dispatch(self) -> int:
        """Runs until the service ends.

        Raises:
            Refusal: it was not the service manager that started us.
        """
        table = (ctypes.c_void_p * 4)()
        name = ctypes.create_unicode_buffer(NAME)
        table[0], table[1] = ctypes.addressof(name), ctypes.cast(self._main, ctypes.c_void_p).value
        if not winapi.library("advapi32").StartServiceCtrlDispatcherW(table):
            raise Refusal("failed", f"not started as a service: {winapi.last_error()}")
        return 0

    def _run(self, count: int, words: Any) -> None:
        self.status = ctypes.c_void_p(
            winapi.library("advapi32").RegisterServiceCtrlHandlerExW(ctypes.c_wchar_p(NAME), self._control, None)
        )
        self._tell(RUNNING)
        try:
            self.waiting.run()
        except Refusal as error:
            self.waiting.journal.log({"service": str(error)})
        self._tell(STOPPED)

    def _controlled(self, control: int, kind: int, data: Any, context: Any) -> int:
        if control in (CONTROL_STOP, CONTROL_SHUTDOWN):
            self._tell(STOP_PENDING)
            self.waiting.stop.set()
            return 0
        return 0 if control == RUNNING else NOT_IMPLEMENTED  # 4 is also "tell me how you are"

    def _tell(self, state: int) -> None:
        accepted = ACCEPT_STOP if state == RUNNING else 0
        told = ServiceStatus(kind=OWN_PROCESS, state=state, accepted=accepted, wait_ms=5000)
        winapi.library("advapi32").SetServiceStatus(self.status, ctypes.byref(told))


def run(own: Sequence[str], journal: Journal) -> int:
    """As the service manager starts it."""
    return Service(Waiting(own, journal)).dispatch()
