"""The key of the network this PC is in, where the system gives it to the user who asks: for a QR code only."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from selfcare.app.wifi.share import Kept, Keys, NoKeys
from selfcare.boxes.secret import Secret

if TYPE_CHECKING:
    from dbus_fast.aio import MessageBus

_log = logging.getLogger(__name__)


def keys(system: str = sys.platform) -> Keys:
    """Those of this system; nothing is asked of it yet."""
    if system == "linux":
        return NetworkManagerKeys()
    if system == "win32":
        from selfcare.hostwifi.windows_keys import WindowsKeys

        return WindowsKeys()
    return NoKeys()


class NetworkManagerKeys:
    """Its ``GetSecrets`` gives a profile's key to whoever may change that profile, and to nobody else.

    Asked without interaction: no window of polkit appears because somebody wants a QR code.
    """

    async def kept(self, interface: str, ssid: str) -> Kept:
        """Of the profile in use on this interface."""
        from selfcare.hostwifi import networkmanager as nm

        try:
            async with nm.connected() as bus:
                profile = await nm.profile_of(bus, interface, ssid)
                if profile is None:
                    return Kept(None)
                path, settings = profile
                hidden = bool(nm.value(settings.get(nm.RADIO, {}), "hidden"))
                return Kept(await _key(bus, path), hidden)
        except nm.BusError as error:
            _log.info("NetworkManager: %s", error.name)
            return Kept(None)


async def _key(bus: MessageBus, path: str) -> Secret | None:
    from selfcare.hostwifi import networkmanager as nm

    try:
        found = await nm.secrets(bus, path)
    except nm.BusError as error:  # a refusal: this user may not know it
        _log.info("NetworkManager keeps the key: %s", error.name)
        return None
    for name in ("psk", "wep-key0"):
        if key := nm.value(found, name):
            return Secret(str(key))
    return None
