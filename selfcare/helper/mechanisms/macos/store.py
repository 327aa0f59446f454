"""What configd has in force (the dynamic store), and its settings (SCPreferences): read, written, hinted at."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from selfcare.helper import host, point
from selfcare.helper.mechanisms.macos.framework import Calls, calling

PREFERENCES = Path("/Library/Preferences/SystemConfiguration/preferences.plist")
LOCK_S = 5.0  # somebody else writes the settings at this moment


def in_force(key: str) -> dict[str, Any] | None:
    """An entry of the dynamic store, None where there is none. Raises OSError."""
    with calling() as calls:
        found = calls.system.SCDynamicStoreCopyValue(None, calls.string(key))
        told = calls.plain(calls.keep(found)) if found else None
    return told if isinstance(told, dict) else None


def refresh(interface: str) -> None:
    """Has the DHCP client ask at once: what SCNetworkInterfaceForceConfigurationRefresh does. Raises OSError."""
    point.reached("before refresh")
    with calling() as calls:
        key = calls.string(f"State:/Network/Interface/{interface}/RefreshConfiguration")
        calls.check(calls.system.SCDynamicStoreNotifyValue(None, key))
    point.reached("after refresh")


def write(values: Mapping[str, dict[str, Any] | None]) -> None:
    """Settings by their path (None: removed), all or none, and in force. Raises OSError: then none was written."""
    with calling() as calls:
        settings = calls.keep(calls.system.SCPreferencesCreate(None, calls.string("selfcare"), None))
        _lock(calls, settings)
        try:
            for path, value in values.items():
                _put(calls, settings, calls.string(path), value)
            point.reached("before commit")
            calls.check(calls.system.SCPreferencesCommitChanges(settings))
            point.reached("after commit")
            calls.system.SCPreferencesApplyChanges(settings)  # whether it did is seen in the store
            point.reached("after apply")
        finally:
            calls.system.SCPreferencesUnlock(settings)
    synced()


def synced() -> None:
    """The settings are on the disk when this returns: configd's library does not wait for it, and our journal does."""
    handle = os.open(PREFERENCES, os.O_RDONLY)
    try:
        host.sync_file(handle)
    finally:
        os.close(handle)
    host.sync_folder(PREFERENCES.parent)


def _lock(calls: Calls, settings: int) -> None:
    end = time.monotonic() + LOCK_S
    while not calls.system.SCPreferencesLock(settings, 0):
        if time.monotonic() > end:
            raise calls.failed()
        time.sleep(0.1)


def _put(calls: Calls, settings: int, path: int, value: dict[str, Any] | None) -> None:
    if value is None:
        calls.system.SCPreferencesPathRemoveValue(settings, path)  # says no where there is none
    else:
        calls.check(calls.system.SCPreferencesPathSetValue(settings, path, calls.value(value)))
