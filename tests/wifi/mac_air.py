"""CoreWLAN's objects as pyobjc hands them out: methods without words, and one that gives two values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Told:
    """Answers each method with what it was made with; ``None`` for a method it does not have raises, as in pyobjc."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or name not in self._answers:
            raise AttributeError(name)
        value = self._answers[name]
        return value if callable(value) else lambda *words: value


def channel(number: int = 44, band: int = 2, width: int = 3) -> Told:
    return Told(channelNumber=number, channelBand=band, channelWidth=width)


def network(**changes: Any) -> Told:
    return Told(**({
        "ssid": "voisin", "bssid": "02:00:00:11:22:44", "rssiValue": -80, "wlanChannel": channel(11, 1, 1),
        "informationElementData": b"", "supportsSecurity_": lambda kind: kind == 4,
    } | changes))  # fmt: skip


def interface(**changes: Any) -> Told:
    """A Mac of 2023 in a network at 5 GHz, with leave."""
    return Told(**({
        "interfaceName": "en0", "powerOn": True, "ssid": "maison", "bssid": "02:00:00:11:22:33", "rssiValue": -60,
        "noiseMeasurement": -92, "transmitRate": 816.0, "activePHYMode": 6, "security": 4, "countryCode": "FR",
        "wlanChannel": channel(), "supportedWLANChannels": {channel(1, 1, 1), channel(36, 2, 4), channel(5, 3, 4)},
        "cachedScanResults": {network(), network(ssid="maison", bssid="02:00:00:11:22:33")},
        "configuration": Told(networkProfiles=Told(array=[Told(ssid="maison"), Told(ssid="gare")])),
        "scanForNetworksWithName_error_": lambda name, error: ({network()}, None),
    } | changes))  # fmt: skip


def client(**changes: Any) -> Callable[[], Told]:
    return lambda: Told(interface=interface(**changes))
