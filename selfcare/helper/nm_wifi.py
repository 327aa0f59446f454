"""What NetworkManager has besides for Wi-Fi: access points in sight, keys of profiles, its switch of the radio."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from selfcare.helper.bus import PROPERTIES, BusError, refused
from selfcare.helper.errors import Refusal
from selfcare.helper.nm import DEVICE, PROFILE, ROOT, SERVICE, Nm, Settings, sent

WIFI = 2  # NM_DEVICE_TYPE_WIFI
RADIO, SECURITY = "802-11-wireless", "802-11-wireless-security"
POINT = f"{SERVICE}.AccessPoint"
BANDS = {"2.4": "bg", "5": "a"}  # 6 GHz has no word in its profiles (before 1.54)
SEARCH_S = 15.0  # of all channels, those of radars too, where one only listens
OF_THE_PLACE = ("band", "bssid", "channel")
PSK, SAE = 0x100, 0x400  # what an access point's flags say of keys
UNSAVED = 0x1 | 0x2 | 0x4  # flags of a profile: not on the disk, made by itself, of the moment


def device(nm: Nm, interface: str) -> str:
    """The device of this Wi-Fi.

    Raises:
        Refusal: ``unknown_owner``: NetworkManager leaves it alone; ``bad_argument``: it is no Wi-Fi.
    """
    path = nm.device(interface)
    if path is None:
        raise Refusal("unknown_owner", f"NetworkManager does not manage {interface}")
    if _get(nm, path, DEVICE, "DeviceType") != WIFI:
        raise Refusal("bad_argument", f"{interface} is no Wi-Fi")
    return path


def points(nm: Nm, device_path: str) -> Iterator[tuple[str, bytes]]:
    """Address (capital letters) and name of each access point that was last heard."""
    kind = f"{DEVICE}.Wireless"
    for path in nm.bus.call(SERVICE, device_path, kind, "GetAllAccessPoints")[0]:
        try:
            yield str(_get(nm, path, POINT, "HwAddress")).upper(), bytes(_get(nm, path, POINT, "Ssid"))
        except BusError:  # out of sight meanwhile
            continue


def search(nm: Nm, device_path: str, limit_s: float = SEARCH_S) -> None:
    """Until a known network is in sight, or time is over: a radio that was just switched on has heard nothing yet."""
    end = time.monotonic() + limit_s
    while not _get(nm, device_path, DEVICE, "AvailableConnections") and time.monotonic() < end:
        with suppress(BusError):  # it searches already, or did a moment ago
            nm.bus.call(SERVICE, device_path, f"{DEVICE}.Wireless", "RequestScan", "a{sv}", {})
        time.sleep(0.5)


def known_in_sight(nm: Nm, device_path: str) -> str:
    """The saved network that it would join: of those in sight the one that was used last."""
    found = [str(path) for path in _get(nm, device_path, DEVICE, "AvailableConnections")]
    if not found:
        raise Refusal("failed", "no known network is in sight")
    return max(found, key=lambda path: int(nm.settings(path)["connection"].get("timestamp", ["t", 0])[1]))


def name(settings: Settings) -> bytes:
    """The network's name in this profile."""
    return bytes(settings.get(RADIO, {}).get("ssid", ["ay", []])[1])


def placed(settings: Settings) -> str:
    """What this profile says of band, access point and channel, as a text that compares."""
    told = settings.get(RADIO, {})
    found = {key: told[key][1] for key in OF_THE_PLACE if key in told and told[key][1] not in ("", [], 0)}
    return repr(sorted(found.items()))


def key_kind(nm: Nm, device_path: str, settings: Settings) -> str:
    """How this network wants its key now: WPA2 where it still does (NetworkManager then uses WPA3 where both are)."""
    kind = f"{DEVICE}.Wireless"
    offered = 0
    for path in nm.bus.call(SERVICE, device_path, kind, "GetAllAccessPoints")[0]:
        with suppress(BusError):
            if bytes(_get(nm, path, POINT, "Ssid")) == name(settings):
                offered |= int(_get(nm, path, POINT, "RsnFlags")) | int(_get(nm, path, POINT, "WpaFlags"))
    if offered & PSK:
        return "wpa-psk"
    return "sae" if offered & SAE else str(settings[SECURITY]["key-mgmt"][1])


def with_place(settings: Settings, **wanted: Any) -> Settings:
    """The same profile, told to use this band or access point and nothing else of the kind."""
    made = copy.deepcopy(settings)
    made[RADIO] = {key: value for key, value in made[RADIO].items() if key not in OF_THE_PLACE} | wanted
    return made


def flags(nm: Nm, profile: str) -> int:
    """Whether it is saved, or of the moment."""
    return int(_get(nm, profile, PROFILE, "Flags"))


def with_secrets(nm: Nm, profile: str, settings: Settings) -> Settings:
    """The whole profile, its key included.

    Raises:
        Refusal: ``failed`` where the key is not with NetworkManager, ``needs_privilege`` where it is not for us.
    """
    made = copy.deepcopy(settings)
    if SECURITY not in made:
        return made
    try:
        found = nm.bus.call(SERVICE, profile, PROFILE, "GetSecrets", "s", SECURITY)[0]
    except BusError as error:
        raise refused(error) from error
    made[SECURITY] |= found.get(SECURITY, {})
    if not any(made[SECURITY].get(key, ["s", ""])[1] for key in ("psk", "wep-key0")) and _keyed(made):
        raise Refusal("failed", "its key is kept elsewhere")
    return made


def _keyed(settings: Settings) -> bool:
    return bool(settings[SECURITY].get("key-mgmt", ["s", ""])[1] != "owe")


def add(nm: Nm, settings: Settings) -> str:
    """A new profile, on the disk."""
    return str(nm.bus.change(SERVICE, f"{ROOT}/Settings", f"{SERVICE}.Settings", "AddConnection", "a{sa{sv}}",
                             sent(settings))[0])  # fmt: skip


def delete(nm: Nm, profile: str) -> None:
    """Forgets a profile; whoever is on it is thrown out."""
    nm.bus.change(SERVICE, profile, PROFILE, "Delete")


def radio_on(nm: Nm) -> bool:
    """The desktop's switch for Wi-Fi, as of airplane mode."""
    return bool(_get(nm, ROOT, SERVICE, "WirelessEnabled"))


def switch_radio(nm: Nm, *, on: bool) -> None:
    """That switch."""
    nm.bus.change(SERVICE, ROOT, PROPERTIES, "Set", "ssv", SERVICE, "WirelessEnabled", ["b", on])


def _get(nm: Nm, path: str, interface: str, what: str) -> Any:
    return nm.bus.get(SERVICE, path, interface, what)
