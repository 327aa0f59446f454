"""Joining a network through NetworkManager, as the ordinary user (its D-Bus API 1.20 and later).

The profile that is in use is changed in memory only, tried, and written to the disk once it works: whoever kills us in
between finds the saved profile as it was. Where the system does not let a user change it, a profile of the user's own
is made instead, and taken away again if it does not work.
"""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import logging
import time
from typing import TYPE_CHECKING, Any

from selfcare.app.own_wifi import JOIN_S, OwnLink
from selfcare.boxes.secret import Secret

if TYPE_CHECKING:
    from dbus_fast.aio import MessageBus

_NM, _ROOT = "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager"
_DEVICE, _WIRELESS = f"{_NM}.Device", f"{_NM}.Device.Wireless"
_PROFILE = f"{_NM}.Settings.Connection"
_ACTIVATED, _BUSY = 100, range(40, 100)
_TO_DISK, _IN_MEMORY = 0x1, 0x2
_ETHERNET = 1
_SECURITY, RADIO = "802-11-wireless-security", "802-11-wireless"
CALL_S = 5.0
"""Seconds for one call. Changing a profile may ask polkit, which answers an active user at once."""
LOOK_S = 0.5
AGAIN_S = 4.0
"""Between two tries: a box shows its new name some seconds after it was told."""
STUCK_S = 12.0
"""An attempt still under way after that: joining takes 2 to 8 s (scan, handshake, address), as measured in the lab."""

_log = logging.getLogger(__name__)
Settings = dict[str, dict[str, Any]]


class BusError(Exception):
    """A call was refused, or there is nobody to ask. ``name`` is the D-Bus error's."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class NetworkManagerWifi:
    """``can_join`` is known once ``current`` was asked: whether NetworkManager runs and has a Wi-Fi connection."""

    def __init__(self) -> None:
        self.can_join = False
        self._device = self._profile = ""

    async def current(self) -> OwnLink | None:
        """The network of the first connected Wi-Fi device."""
        try:
            async with connected() as bus:
                return self._found(await _objects(bus))
        except BusError:
            return None

    def _found(self, objects: dict[str, Any]) -> OwnLink | None:
        devices = {path: faces for path, faces in objects.items() if _DEVICE in faces}
        up = {path for path, faces in devices.items() if value(faces[_DEVICE], "State") == _ACTIVATED}
        wired = any(value(devices[path][_DEVICE], "DeviceType") == _ETHERNET for path in up)
        for path in up:
            point = objects.get(value(devices[path].get(_WIRELESS, {}), "ActiveAccessPoint") or "/", {})
            seen = point.get(f"{_NM}.AccessPoint")
            active = objects.get(value(devices[path][_DEVICE], "ActiveConnection") or "/", {})
            profile = value(active.get(f"{_NM}.Connection.Active", {}), "Connection")
            if seen is not None and profile:
                self._device, self._profile, self.can_join = path, str(profile), True
                name = bytes(value(seen, "Ssid") or b"").decode(errors="replace")
                return OwnLink(name, value(seen, "HwAddress") or None, alone=not wired)
        return None

    async def join(self, ssid: str, key: Secret | None, limit_s: float = JOIN_S) -> bool:
        """Changes the profile in use; what was saved stays saved until it works."""
        try:
            async with connected() as bus:
                if not self._profile and not await self._find(bus, ssid):
                    return False
                return await _Joining(bus, self._device, self._profile, ssid, key, limit_s).run()
        except BusError as error:
            _log.warning("NetworkManager: %s", error.name)
            return False

    async def _find(self, bus: MessageBus, ssid: str) -> bool:
        """Where no network is in use: the Wi-Fi device and the saved profile of this name."""
        objects = await _objects(bus)
        self._device = next((path for path, faces in objects.items() if _WIRELESS in faces), "")
        for path, faces in objects.items() if self._device else ():
            if _PROFILE in faces:
                (settings,) = await _call(bus, path, _PROFILE, "GetSettings")
                if bytes(value(settings.get(RADIO, {}), "ssid") or b"") == ssid.encode():
                    self._profile = path
                    return True
        return False


class _Joining:
    def __init__(
        self, bus: MessageBus, device: str, profile: str, ssid: str, key: Secret | None, limit_s: float
    ) -> None:
        self._bus, self._device, self._profile = bus, device, profile
        self._ssid, self._key, self._limit_s = ssid, key, limit_s
        self._first = ""

    async def run(self) -> bool:
        _, _, self._first, _ = await self._state()
        old = await self._whole(self._profile)
        new = _with(old, self._ssid, self._key)
        try:
            await self._update(new, _IN_MEMORY)
        except BusError as error:
            _log.info("the profile is not ours to change: %s", error.name)
            return await self._own_profile(new)
        joined = False
        try:
            joined = await self._until_in(self._profile, self._limit_s)
            if joined:
                await _call(self._bus, self._profile, _PROFILE, "Save")
        finally:
            if not joined:
                await asyncio.shield(self._back(old))
        return joined

    async def _back(self, old: Settings) -> None:
        """As it was; NetworkManager goes back to the old network by itself, if that is still there."""
        with contextlib.suppress(BusError):
            await self._update(old, _TO_DISK)
        self._ssid = bytes(old[RADIO]["ssid"].value).decode(errors="replace")
        await self._try(self._profile)

    async def _own_profile(self, new: Settings) -> bool:
        from dbus_fast import Variant

        new["connection"] = {
            "id": Variant("s", self._ssid),
            "type": Variant("s", RADIO),
            "permissions": Variant("as", [f"user:{getpass.getuser()}:"]),
            "autoconnect-priority": Variant("i", 1),
        }
        path, _active = await _call(
            self._bus, _ROOT, _NM, "AddAndActivateConnection", "a{sa{sv}}oo", [new, self._device, "/"]
        )
        joined = False
        try:
            joined = await self._until_in(str(path), self._limit_s)
        finally:
            if not joined:
                await asyncio.shield(self._take_away(str(path)))
        return joined

    async def _take_away(self, profile: str) -> None:
        with contextlib.suppress(BusError):
            await _call(self._bus, profile, _PROFILE, "Delete")
            await _call(self._bus, _ROOT, _NM, "ActivateConnection", "ooo", [self._profile, self._device, "/"])

    async def _whole(self, profile: str) -> Settings:
        """With its secrets, which the settings do not show."""
        (found,) = await _call(self._bus, profile, _PROFILE, "GetSettings")
        settings: Settings = {name: dict(part) for name, part in found.items()}
        with contextlib.suppress(BusError):
            (secrets,) = await _call(self._bus, profile, _PROFILE, "GetSecrets", "s", [_SECURITY])
            settings.setdefault(_SECURITY, {}).update(secrets.get(_SECURITY, {}))
        return settings

    async def _update(self, settings: Settings, how: int) -> None:
        await _call(self._bus, self._profile, _PROFILE, "Update2", "a{sa{sv}}ua{sv}", [settings, how, {}])

    async def _until_in(self, profile: str, limit_s: float) -> bool:
        """Tries until the device is in the network, or time is over."""
        end, tried = time.monotonic() + limit_s, time.monotonic() - STUCK_S
        while time.monotonic() < end:
            state, name, active, uses = await self._state()
            # Not the connection that was there before: with the old key it lives on until the box takes the new one.
            if state == _ACTIVATED and name == self._ssid and uses == profile and active != self._first:
                return True
            spent = time.monotonic() - tried
            # An attempt that is under way is left in peace: it looks for the network itself.
            if spent >= (STUCK_S if state in _BUSY else AGAIN_S):
                tried = time.monotonic()
                await self._try(profile)
            await asyncio.sleep(LOOK_S)
        return False

    async def _try(self, profile: str) -> None:
        from dbus_fast import Variant

        with contextlib.suppress(BusError):
            asked = {"ssids": Variant("aay", [self._ssid.encode()])}
            await _call(self._bus, self._device, _WIRELESS, "RequestScan", "a{sv}", [asked])
        with contextlib.suppress(BusError):
            await _call(self._bus, _ROOT, _NM, "ActivateConnection", "ooo", [profile, self._device, "/"])

    async def _state(self) -> tuple[int, str, str, str]:
        """Of the device: its state, the name of its network, the connection that is up, and the profile of that."""
        try:
            objects = await _objects(self._bus)
        except BusError:
            return 0, "", "", ""
        faces = objects.get(self._device, {})
        point = objects.get(value(faces.get(_WIRELESS, {}), "ActiveAccessPoint") or "/", {})
        name = bytes(value(point.get(f"{_NM}.AccessPoint", {}), "Ssid") or b"").decode(errors="replace")
        path = str(value(faces.get(_DEVICE, {}), "ActiveConnection") or "/")
        profile = value(objects.get(path, {}).get(f"{_NM}.Connection.Active", {}), "Connection")
        return int(value(faces.get(_DEVICE, {}), "State") or 0), name, path, str(profile or "")


def _with(old: Settings, ssid: str, key: Secret | None) -> Settings:
    """The same profile for another name or key; it may be another device of the box now."""
    from dbus_fast import Variant

    new = {name: dict(part) for name, part in old.items()}
    radio = new[RADIO]
    radio["ssid"] = Variant("ay", ssid.encode())
    for gone in ("bssid", "seen-bssids", "security"):
        radio.pop(gone, None)
    if key is None:
        new.pop(_SECURITY, None)
        return new
    kind = old.get(_SECURITY, {}).get("key-mgmt")
    same = kind is not None and kind.value in ("wpa-psk", "sae")
    new[_SECURITY] = {
        "key-mgmt": kind if same else Variant("s", "wpa-psk"),
        "psk": Variant("s", key.reveal()),
        "psk-flags": Variant("u", 0),
    }
    return new


async def profile_of(bus: MessageBus, interface: str, ssid: str) -> tuple[str, Settings] | None:
    """The profile in use on this interface ("": on any), without its secrets, if it is the one of this network."""
    objects = await _objects(bus)
    for faces in objects.values():
        device = faces.get(_DEVICE, {})
        if _WIRELESS not in faces or (interface and value(device, "Interface") != interface):
            continue
        active = objects.get(value(device, "ActiveConnection") or "/", {})
        path = value(active.get(f"{_NM}.Connection.Active", {}), "Connection")
        if path:
            (settings,) = await _call(bus, str(path), _PROFILE, "GetSettings")
            if bytes(value(settings.get(RADIO, {}), "ssid") or b"").decode(errors="replace") == ssid:
                return str(path), settings
    return None


async def secrets(bus: MessageBus, profile: str) -> dict[str, Any]:
    """Of the Wi-Fi's security. Whoever calls this keeps them nowhere."""
    (found,) = await _call(bus, profile, _PROFILE, "GetSecrets", "s", [_SECURITY])
    return dict(found.get(_SECURITY, {}))


def value(face: dict[str, Any], name: str) -> Any:
    """What a property or a setting holds, None where it is not there."""
    found = face.get(name)
    return None if found is None else found.value


@contextlib.asynccontextmanager
async def connected() -> Any:
    """A connection to the system's bus, for as long as the block lasts."""
    from dbus_fast import BusType
    from dbus_fast.aio import MessageBus as Bus

    bus: MessageBus | None = None
    try:
        bus = Bus(bus_type=BusType.SYSTEM)
        async with asyncio.timeout(CALL_S):
            await bus.connect()
    except Exception as error:  # no socket, no permission, no authentication: all the same here
        if bus is not None:
            with contextlib.suppress(Exception):
                bus.disconnect()
        raise BusError(type(error).__name__) from None
    try:
        yield bus
    finally:
        bus.disconnect()


async def _objects(bus: MessageBus) -> dict[str, Any]:
    (found,) = await _call(bus, "/org/freedesktop", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")
    return dict(found)


async def _call(
    bus: MessageBus, path: str, interface: str, member: str, signature: str = "", body: list[Any] | None = None
) -> list[Any]:
    """The answer's values. Nothing of what was sent is in an error: it may hold a key."""
    from dbus_fast import Message, MessageFlag, MessageType

    request = Message(
        destination=_NM, path=path, interface=interface, member=member, signature=signature, body=body or [],
        flags=MessageFlag.NO_AUTOSTART,
    )  # fmt: skip
    try:
        async with asyncio.timeout(CALL_S):
            reply = await bus.call(request)
    except Exception as error:  # the bus may go away in the middle of a call; dbus-fast raises many kinds then
        raise BusError(type(error).__name__) from None
    if reply.message_type is not MessageType.METHOD_RETURN:
        raise BusError(reply.error_name or "unknown")
    return list(reply.body)
