"""The subscriber's leave to know the place, without which macOS 14 tells no network's name.

Only a signed application bundle with a usage text can be given it, and macOS asks by itself, once: whoever runs the
program by a plain Python is told ``UNKNOWN``, and finds the switch in the settings.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from probes.radio.macos.corewlan import asked

SETTINGS = "x-apple.systempreferences:com.apple.preference.security?Privacy_LocationServices"
"""Where the subscriber gives leave: opened by the front end, and only because somebody clicked."""

_BUNDLE = "/System/Library/Frameworks/CoreLocation.framework"


class Leave(StrEnum):
    """``RESTRICTED``: somebody else decides (parents, an employer), and the subscriber cannot give it."""

    NOT_ASKED = "not_asked"
    RESTRICTED = "restricted"
    REFUSED = "refused"
    GIVEN = "given"
    UNKNOWN = "unknown"


_STATES = {0: Leave.NOT_ASKED, 1: Leave.RESTRICTED, 2: Leave.REFUSED, 3: Leave.GIVEN, 4: Leave.GIVEN}
"""CLAuthorizationStatus."""


def location_manager() -> Any:
    """A CLLocationManager; None where there is no CoreLocation. It only asks: no place is ever read."""
    try:
        objc = importlib.import_module("objc")
        objc.loadBundle("CoreLocation", {}, bundle_path=_BUNDLE)
        return objc.lookUpClass("CLLocationManager").alloc().init()
    except Exception:
        return None  # whatever class pyobjc raises: there is none


class Asking:
    """Lives as long as the front end that asks: macOS withdraws its question when the manager goes."""

    def __init__(self, make: Callable[[], Any] = location_manager) -> None:
        self._make = make
        self._manager: Any = None

    def state(self) -> Leave:
        """How it stands. Call it in the thread of the window."""
        if self._manager is None:
            self._manager = self._make()
        return _STATES.get(asked(self._manager, "authorizationStatus"), Leave.UNKNOWN)

    def ask(self) -> bool:
        """Has macOS put its question, because somebody clicked. False: it was put before, or cannot be."""
        if self.state() is not Leave.NOT_ASKED:
            return False
        asked(self._manager, "requestWhenInUseAuthorization")
        return True
