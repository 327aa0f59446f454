"""What a CWInterface says, in our words. Objects of CoreWLAN come from pyobjc; here they are only asked.

Numbers are those of CoreWLAN's headers (CoreWLANTypes.h, CWNetwork.h of the macOS 15 SDK).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probes.radio import elements
from probes.radio.texts import made, words
from probes.radio.texts.words import Missing
from selfcare.model.wifi import (
    Band,
    Bss,
    Channel,
    Link,
    Radio,
    RadioState,
    Security,
    Why,
    WifiAccess,
    WifiReading,
)

SOURCE = "corewlan"
_BANDS = {1: Band.GHZ_24, 2: Band.GHZ_5, 3: Band.GHZ_6}
"""CWChannelBand."""
_WIDTHS = {1: 20, 2: 40, 3: 80, 4: 160}
"""CWChannelWidth."""
_GENERATIONS = {4: 4, 5: 5, 6: 6, 7: 7}
"""CWPHYMode: 1 a, 2 b, 3 g, 4 n, 5 ac, 6 ax, 7 be."""
_SECURITY = {
    0: Security.OPEN, 1: Security.WEP, 2: Security.WPA, 3: Security.WPA2, 4: Security.WPA2, 5: Security.WPA2,
    6: Security.WEP, 7: Security.ENTERPRISE, 8: Security.ENTERPRISE, 9: Security.ENTERPRISE, 10: Security.ENTERPRISE,
    11: Security.WPA3, 12: Security.ENTERPRISE, 13: Security.TRANSITION, 14: Security.OWE, 15: Security.OWE,
}  # fmt: skip
"""CWSecurity; 3 is WPA and WPA2 together, of which this Mac takes the better, 5 is "personal"."""
_MOST = 512


def asked(thing: Any, name: str) -> Any:
    """The answer of a method without words; None where there is no such method, or it raises."""
    method: Callable[[], Any] | None = getattr(thing, name, None)
    if method is None:
        return None
    try:
        return method()
    except Exception:
        # Objective-C's exceptions come in classes of pyobjc's own; whatever it is, nothing was told.
        return None


def several(value: Any) -> list[Any]:
    """The members of a set or an array of Objective-C; none of anything else."""
    try:
        return list(value or ())[:_MOST]
    except Exception:
        return []  # as in ``asked``


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value == value else None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None or abs(number) > 1e9 else int(number)


def _text(value: Any) -> str | None:
    return None if value is None or not str(value) else str(value)


def channel(told: Any) -> Channel | None:
    """A CWChannel."""
    number, band = _whole(asked(told, "channelNumber")), _whole(asked(told, "channelBand"))
    return words.by_number(number, _BANDS.get(band or 0), _WIDTHS.get(_whole(asked(told, "channelWidth")) or 0))


def reading(interface: Any, neighbours: bool, known: Any = None) -> WifiReading:
    """One look at a CWInterface. ``known``: its saved configuration, asked only with the neighbours."""
    if interface is None:
        return made.refused(SOURCE, WifiAccess.NO_ADAPTER)
    power = asked(interface, "powerOn")
    state = RadioState.UNKNOWN if power is None else RadioState.ON if power else RadioState.SOFT_OFF
    radio = _radio(interface, state)
    link = _link(interface) if state is not RadioState.SOFT_OFF else None
    hidden = link is not None and link.ssid is None
    found = seen(asked(interface, "cachedScanResults"), link) if neighbours else ()
    names = saved(known) if neighbours else None
    missing = {"events": Why.NOT_OFFERED} | ({"neighbours": Why.NO_CONSENT} if hidden and not found else {})
    access = WifiAccess.NAMELESS if hidden else WifiAccess.TOLD
    return made.reading(
        SOURCE, radio, link, neighbours=found, access=access, known_names=names, missing=missing,
    )  # fmt: skip


def _radio(interface: Any, state: RadioState) -> Radio:
    able = [where for each in several(asked(interface, "supportedWLANChannels")) if (where := channel(each))]
    country = _text(asked(interface, "countryCode"))
    return Radio(
        _text(asked(interface, "interfaceName")) or "", state, frozenset(where.band for where in able),
        width_mhz=max((where.width_mhz or 0 for where in able), default=0) or None,
        country=country if country is not None and len(country) == 2 else None,
    )  # fmt: skip


def joined(interface: Any) -> bool:
    """In a network. Its name may be hidden, and the signal of none is 0: a channel and a signal together are the sign.

    ``serviceActive`` tells whether the service has an address, which is another matter.
    """
    rssi = _number(asked(interface, "rssiValue"))
    named = _text(asked(interface, "ssid")) or _text(asked(interface, "bssid"))
    return bool(named) or (bool(rssi) and asked(interface, "wlanChannel") is not None)


def _link(interface: Any) -> Link | None:
    if not joined(interface):
        return None
    missing = Missing()
    name = _text(asked(interface, "ssid"))
    unnamed = name is None or words.hidden(name)
    missing.none(Why.NO_CONSENT, "ssid", "bssid")
    missing.none(Why.UNREADABLE, "channel", "rssi_dbm", "noise_dbm", "tx")
    mbit = _number(asked(interface, "transmitRate"))
    where = channel(asked(interface, "wlanChannel"))
    generation = _GENERATIONS.get(_whole(asked(interface, "activePHYMode")) or 0)
    noise = _number(asked(interface, "noiseMeasurement"))
    return made.link(
        missing, ssid=None if unnamed else name, bssid=words.mac(_text(asked(interface, "bssid")) or ""), channel=where,
        rssi_dbm=missing.rssi(_number(asked(interface, "rssiValue")) or None), noise_dbm=missing.noise(noise or None),
        tx=missing.rate(
            None if not mbit else mbit * 1000, "tx", generation=generation, width_mhz=where.width_mhz if where else None
        ),
        generation=generation, security=_security(asked(interface, "security")),
    )  # fmt: skip


def _security(value: Any) -> Security | None:
    number = _whole(value)
    return None if number is None else _SECURITY.get(number)


def seen(networks: Any, link: Link | None = None) -> tuple[Bss, ...]:
    """A set of CWNetwork. Without consent they have neither name nor address; channel and signal are there."""
    return tuple(_bss(each, link) for each in several(networks))


def _bss(network: Any, link: Link | None) -> Bss:
    where = channel(asked(network, "wlanChannel"))
    try:
        raw = bytes(asked(network, "informationElementData") or b"")
    except (TypeError, ValueError):
        raw = b""
    said = elements.parse(raw, where.band if where else None)
    address, name = words.mac(_text(asked(network, "bssid")) or ""), _text(asked(network, "ssid"))
    return Bss(
        bssid=address or "", ssid=None if words.hidden(name) else name, channel=where,
        rssi_dbm=Missing().rssi(_number(asked(network, "rssiValue")) or None), generation=said.generation,
        security=said.security or _supported(network), load=said.load,
        joined=link is not None and address is not None and address == link.bssid,
    )  # fmt: skip


def _supported(network: Any) -> Security | None:
    """The strictest a network offers: it must be asked for each."""
    method = getattr(network, "supportsSecurity_", None)
    if method is None:
        return None
    for number in (13, 11, 4, 3, 2, 12, 10, 9, 7, 14, 1, 0):
        try:
            if method(number):
                return _SECURITY[number]
        except Exception:
            return None  # as in ``asked``
    return None


def saved(configuration: Any) -> tuple[str, ...] | None:
    """Names of the networks this Mac knows; None where they are not told."""
    profiles = asked(configuration, "networkProfiles")
    if profiles is None:
        return None
    found = several(asked(profiles, "array") or profiles)
    names = tuple(dict.fromkeys(name for each in found if (name := _text(asked(each, "ssid")))))
    return names or None
