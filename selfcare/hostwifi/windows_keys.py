"""Windows: a profile with its key readable is given to those who may change it (the user's own, or administrators)."""

from __future__ import annotations

import asyncio
import logging
import xml.etree.ElementTree as ET

from selfcare.app.wifi.share import Kept
from selfcare.boxes.secret import Secret
from selfcare.helper.errors import Refusal
from selfcare.helper.mechanisms.windows import wlan

NAMES = "{http://www.microsoft.com/networking/WLAN/profile/v1}"
LARGEST = 65536
_log = logging.getLogger(__name__)


class WindowsKeys:
    """Through ``WlanGetProfile``; where Windows gives the key enciphered, there is none."""

    async def kept(self, _interface: str, ssid: str) -> Kept:
        """Of the first Wi-Fi adapter that is in this network."""
        return await asyncio.to_thread(_kept, ssid)


def _kept(ssid: str) -> Kept:
    try:
        for guid in wlan.interfaces():
            name = wlan.joined(guid)
            if name and (found := told(wlan.profile(guid, name, plain=True).xml, ssid)) is not None:
                return found
    except (Refusal, OSError) as error:
        _log.info("wlanapi: %s", type(error).__name__)
    return Kept(None)


def told(xml: str, ssid: str) -> Kept | None:
    """What a profile says, None where it is of another network, or not readable."""
    if len(xml) > LARGEST or "<!" in xml:  # Windows writes no entities: whoever does is not Windows
        return None
    try:
        tree = ET.fromstring(xml)
    except ET.ParseError:
        return None
    names = {each.text for each in tree.iter(f"{NAMES}name")}
    if ssid not in names:
        return None
    hidden = tree.findtext(f".//{NAMES}nonBroadcast", "false") == "true"
    shared = tree.find(f".//{NAMES}sharedKey")
    if shared is None or shared.findtext(f"{NAMES}protected") != "false":
        return Kept(None, hidden)
    key = shared.findtext(f"{NAMES}keyMaterial")
    return Kept(Secret(key) if key else None, hidden)
