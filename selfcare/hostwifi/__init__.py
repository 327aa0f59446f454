"""This PC's own Wi-Fi, where the system lets an ordinary user change it: NetworkManager.

On Windows and macOS the program cannot yet join by itself, and says so before anything is changed.
"""

from __future__ import annotations

import sys

from selfcare.app.own_wifi import NoWifi, OwnWifi


def own_wifi() -> OwnWifi:
    """That of this system; nothing is asked of it yet."""
    if sys.platform != "linux":
        return NoWifi()
    from selfcare.hostwifi.networkmanager import NetworkManagerWifi

    return NetworkManagerWifi()
