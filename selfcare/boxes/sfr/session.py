"""An SFR Box behind the ports it has. Waves of a whole status: who it is · everything else · the optical terminal."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Mapping
from typing import ClassVar
from xml.etree.ElementTree import Element

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret
from selfcare.boxes.sfr import parse, parse_home
from selfcare.boxes.sfr.client import Client
from selfcare.boxes.wire import Place
from selfcare.model.box import (
    Absent,
    AccessMedium,
    BoxFamily,
    DeviceInfo,
    DhcpServer,
    DslLine,
    GuestNetwork,
    HomeHost,
    Mode,
    OpticalInterface,
    Phone,
    Security,
    TvDecoder,
    WanStatus,
    Why,
    WifiRadio,
    WifiSettings,
    WifiSsid,
)

_GREET_S = 1.5
"""Seconds for somebody who may be another make of box."""
_SYNC_S = 2.0
"""Seconds. ``ont.sync`` asks the terminal anew; where it is slow, the figures of the last time are read."""


class SfrSession:
    """Reads without login what the box tells everybody (identity, line, machines); Wi-Fi, telephone and changes with.

    Implements: ReadsDevice, ReadsWan, ReadsDsl, ReadsOptical, ReadsHosts, ReadsDhcp, ReadsTv, ReadsPhone, ReadsWifi,
    ReadsGuest, WritesWifi, WritesGuest, Reboots.
    """

    family = BoxFamily.SFR
    unsettable: ClassVar[Mapping[str, str]] = {
        "wifi/radio/*/width": "width", "wifi/radio/wlan5/enable": "switch_5ghz",
        "wifi/radio/wlan/channel=auto": "auto_channel", "wifi/ssid/*/enable": "network_switch",
        "wifi/ssid/*/hidden": "hidden", "wifi/ssid/*/security=wep": "security",
        "wifi/ssid/*/security=*wpa3": "security",
        "guest/remaining": "guest_end", "guest/internet_only": "guest_isolation",
    }  # fmt: skip
    """See ``driver.unsettable``: refused below, but to be said before anybody agrees."""
    rights: frozenset[str] | None = None

    def __init__(self, place: Place) -> None:
        self.uid: str | None = None
        self._client = Client(place)
        self._known: tuple[DeviceInfo, AccessMedium | None] | None = None
        self._asking = asyncio.Lock()

    async def greet(self) -> DeviceInfo | None:
        """``system.getInfo`` needs no login. During an update the box says only that (error 120)."""
        try:
            found = parse.device(await self._client.get("system.getInfo", limit_s=_GREET_S))
        except BoxError as error:
            return DeviceInfo(BoxFamily.SFR, updating=True) if error.code is BoxErrorCode.UPDATING else None
        if found is None:
            return None
        self.uid, self._known = found[0].uid, found
        return found[0]

    async def log_in(self, credential: Secret) -> None:
        """Password: proved at once, and once. Button: its token is taken as it is; the first private call shows."""
        await self._client.log_in(credential)

    async def close(self) -> None:
        """Lets go; the box forgets the token by itself."""
        await self._client.close()

    async def device(self) -> DeviceInfo:
        """Raises ``UPDATING`` during an update, ``BOX_CHANGED`` where another box answers than before."""
        async with self._asking:
            self._known = await self._ask()
        return self._known[0]

    async def _ask(self) -> tuple[DeviceInfo, AccessMedium | None]:
        found = parse.device(await self._client.get("system.getInfo"))
        if found is None:
            raise BoxError(BoxErrorCode.NOT_THIS_BOX)
        if self.uid is not None and found[0].uid != self.uid:
            await self._client.close()
            raise BoxError(BoxErrorCode.BOX_CHANGED)
        self.uid = self._client.uid = found[0].uid
        return found

    async def _self(self) -> tuple[DeviceInfo, AccessMedium | None]:
        """Asked once for all who need to know what the line is; nobody who knows it waits for :meth:`device`."""
        if self._known is not None:
            return self._known
        async with self._asking:
            if self._known is None:
                self._known = await self._ask()
            return self._known

    async def wan(self) -> WanStatus | Absent:
        """The session, and the link below it where the line is fibre."""
        main, (_, line) = await asyncio.gather(self._client.get("wan.getInfo"), self._self())
        ftth = await self._maybe("ftth.getInfo") if line is AccessMedium.FIBRE else None
        return parse.wan(main, ftth)

    async def dsl(self) -> DslLine | Absent:
        """Not asked for on another line: its zeros would look like a fault."""
        _, line = await self._self()
        if line in (AccessMedium.FIBRE, AccessMedium.CABLE):
            return Absent(Why.OTHER_LINE)
        return parse.dsl(await self._client.get("dsl.getInfo"), line)

    async def optical(self) -> OpticalInterface | Absent:
        """Of SFR's separate terminal (I-010); a terminal inside the box (Box 8, 10) is not in this API."""
        _, line = await self._self()
        if line is not AccessMedium.FIBRE:
            return Absent(Why.OTHER_LINE if line is not None else Why.CANNOT)
        with contextlib.suppress(BoxError):  # before firmware 3.4 it is not public: then the figures of the last time
            await self._client.post("ont.sync", private=False, limit_s=_SYNC_S)
        return parse.optical(await self._client.get("ont.getInfo"))

    async def hosts(self) -> tuple[HomeHost, ...] | Absent:
        """In bridge mode the machines are another router's."""
        if await self._bridge():
            return Absent(Why.BRIDGE)
        return parse_home.hosts(await self._client.get("lan.getHostsList"))

    async def dhcp(self) -> DhcpServer | Absent:
        """Read only: the API has no setter and no reservations."""
        if await self._bridge():
            return Absent(Why.BRIDGE)
        return parse_home.dhcp(await self._client.get("lan.getInfo"))

    async def tv(self) -> tuple[TvDecoder, ...] | Absent:
        """The decoders among the machines."""
        found = await self.hosts()
        return found if isinstance(found, Absent) else parse_home.decoders(found)

    async def phone(self) -> tuple[Phone, ...] | Absent:
        """The telephone line of the box."""
        return parse_home.phone(await self._client.get("voip.getInfo", private=True))

    async def wifi(self) -> WifiSettings | Absent:
        """``enable`` only on a box with one radio: this API has no switch for both."""
        roots = await asyncio.gather(
            self._client.get("wlan.getInfo", private=True), self._maybe("wlan5.getInfo", private=True)
        )
        named = zip(parse_home.BAND, roots, strict=True)
        found = [parse_home.radio(root, name) for name, root in named if root is not None]
        known = [pair for pair in found if pair is not None]
        if not known:
            return Absent(Why.CANNOT)
        return WifiSettings(
            enable=known[0][0].enable if len(known) == 1 else None,
            radios=tuple(pair[0] for pair in known),
            ssids=tuple(pair[1] for pair in known),
        )

    async def guest(self) -> GuestNetwork | Absent:
        """From firmware 4.0.18."""
        return parse_home.guest(await self._client.get("guest.getInfo", private=True))

    async def set_wifi_enable(self, enable: bool) -> None:
        """Raises ``UNSUPPORTED`` on a box with 5 GHz: its API switches 2.4 GHz only."""
        if await self._maybe("wlan5.getInfo", private=True) is not None:
            raise _cannot("switch_5ghz")
        await self._client.post("wlan.enable" if enable else "wlan.disable")

    async def set_radio(self, radio: WifiRadio) -> None:
        """Channel, mode, on or off (2.4 GHz). Everything is looked at before anything is sent."""
        name = _network(radio.id)
        if radio.enable is not None and name == "wlan5":
            raise _cannot("switch_5ghz")
        if radio.width is not None or radio.auto_width is not None:
            raise _cannot("width")
        channel = _channel(name, radio)
        if radio.standards is not None and radio.standards not in parse_home.MODES[name]:
            raise BoxError(BoxErrorCode.INVALID, what="mode")
        if radio.standards is not None:
            await self._client.post(f"{name}.setWlanMode", mode=radio.standards)
        if channel is not None:
            await self._client.post(f"{name}.setChannel", channel=channel)
        if radio.enable is not None:
            await self._client.post("wlan.enable" if radio.enable else "wlan.disable")

    async def set_ssid(self, ssid: WifiSsid) -> None:
        """Name, protection, key: those that are told."""
        name = _network(ssid.id)
        if ssid.enable is not None or ssid.hidden is not None:
            raise _cannot("network_switch" if ssid.hidden is None else "hidden")
        words = {ours: theirs for theirs, ours in parse_home.SECURITY.items()}
        protection = words.get(ssid.security) if ssid.security is not None else None
        if ssid.security is not None and (protection is None or ssid.security is Security.WEP):
            raise _cannot("security")
        _fits(ssid.ssid, ssid.key)
        if protection is not None:
            await self._client.post(f"{name}.setWl0Enc", enc=protection)
        if ssid.key is not None:
            await self._client.post(f"{name}.setWl0Wpakey", wpakey=ssid.key)
        if ssid.ssid is not None:
            await self._client.post(f"{name}.setWl0Ssid", ssid=ssid.ssid)

    async def set_guest(self, guest: GuestNetwork) -> None:
        """Name and key before it is switched on, so that it never runs under the old ones."""
        if guest.remaining is not None or guest.internet_only is not None:
            raise _cannot("guest_end" if guest.internet_only is None else "guest_isolation")
        _fits(guest.ssid, guest.key)
        if guest.ssid is not None:
            await self._client.post("guest.setSsid", ssid=guest.ssid)
        if guest.key is not None:
            await self._client.post("guest.setWpakey", wpakey=guest.key)
        if guest.enable is not None:
            await self._client.post("guest.enable" if guest.enable else "guest.disable")

    async def reboot(self) -> None:
        """Firmware 3.0.7 and later."""
        await self._client.post("system.reboot")

    async def _bridge(self) -> bool:
        device, _ = await self._self()
        return device.mode is Mode.BRIDGE

    async def _maybe(self, method: str, *, private: bool = False) -> Element | None:
        """None where this box has no such method (error 112): the way to find out."""
        try:
            return await self._client.get(method, private=private)
        except BoxError as error:
            if error.code is BoxErrorCode.UNSUPPORTED:
                return None
            raise


def _cannot(what: str) -> BoxError:
    """``what`` of the wish: its sentence is ``box.error.unsupported.sfr.<what>``."""
    return BoxError(BoxErrorCode.UNSUPPORTED, right=what)


def _network(name: str) -> str:
    if name not in parse_home.BAND:
        raise BoxError(BoxErrorCode.NOT_FOUND)
    return name


def _channel(name: str, radio: WifiRadio) -> str | None:
    """What ``setChannel`` takes: automatic for 5 GHz only."""
    if radio.auto_channel:
        if name == "wlan":
            raise _cannot("auto_channel")
        return "auto"
    if radio.channel is None:
        return None
    if radio.channel not in parse_home.CHANNELS[name]:
        raise BoxError(BoxErrorCode.INVALID, what="channel")
    return str(radio.channel)


def _fits(ssid: str | None, key: str | None) -> None:
    """IEEE 802.11: a name has 1 to 32 bytes, a WPA passphrase 8 to 63 printable characters (or 64 hex digits)."""
    if ssid is not None and not 1 <= len(ssid.encode()) <= 32:
        raise BoxError(BoxErrorCode.INVALID, what="ssid")
    if key is not None and not re.fullmatch(r"[\x20-\x7e]{8,63}|[0-9A-Fa-f]{64}", key):
        raise BoxError(BoxErrorCode.INVALID, what="key")
