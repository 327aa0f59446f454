"""A FRITZ!Box as the ports, by TR-064."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.fritz import parse, parse_home
from selfcare.boxes.fritz.client import Link
from selfcare.boxes.igd import forwards
from selfcare.boxes.igd.forwards import Call
from selfcare.boxes.igd.parse import status
from selfcare.boxes.secret import Secret
from selfcare.boxes.ssdp import local_address
from selfcare.boxes.wire import Place
from selfcare.model.box import (
    Absent,
    BoxFamily,
    ConnectionStatus,
    DeviceInfo,
    DhcpServer,
    DslLine,
    GuestNetwork,
    HomeHost,
    ParentalControl,
    ParentalRule,
    ParentalSchedule,
    PortMapping,
    WanStatus,
    WanTraffic,
    Why,
    WifiRadio,
    WifiSettings,
    WifiSsid,
)

CONNECTIONS = ("WANPPPConnection1", "WANIPConnection1")
STATUS = (
    "LANConfigSecurity1", "DeviceInfo1", "WANCommonInterfaceConfig1", "WANDSLInterfaceConfig1", *CONNECTIONS,
)  # fmt: skip
"""Whose descriptions the login and a status need: read together, as they tell nothing but names."""
NETWORKS = (1, 2, 3, 4)
"""``WLANConfiguration1…4``: 2.4 GHz, 5 GHz, then a second 5 or 6 GHz on some, the guests' last."""
_OPTIONAL = (BoxErrorCode.UNSUPPORTED, BoxErrorCode.REFUSED, BoxErrorCode.NOT_FOUND, BoxErrorCode.UNREADABLE)


class FritzSession:
    """Without login: who it is. Everything else wants a user of the box and the password."""

    family = BoxFamily.FRITZ
    unsettable: ClassVar[Mapping[str, str]] = {
        "wifi/radio/*/width": "", "wifi/ssid/*/hidden": "", "guest/remaining": "",
        "parental/until": "", "parental/slot/*": "", "forward/range": "",
    }  # fmt: skip
    """See ``driver.unsettable``: refused below, but to be said before anybody agrees."""

    def __init__(self, place: Place) -> None:
        self._place, self._link = place, Link(place)
        self._connection: str | None = None
        self.rights: frozenset[str] | None = None

    async def greet(self) -> DeviceInfo | None:
        """The description, without login. The libraries for what comes next are imported while the box answers."""
        self._link.make_ready()
        try:
            return parse.described(await self._link.root())
        except BoxError:
            return None

    async def log_in(self, credential: Secret) -> None:
        """``user`` newline ``password``, or the password alone: then the user is whom the box names as the last one."""
        user, found, password = credential.reveal().partition("\n")
        if not found:
            password = credential.reveal()
        await self._link.root()
        # Before the login is there to be sent: several requests at once would be several attempts with it.
        ahead = asyncio.gather(*(self._link.describe(service) for service in STATUS), return_exceptions=True)
        try:
            user = user if found else await self._last_user()
        finally:
            await ahead
        self._link.use(user, Secret(password))
        self.rights = parse_home.rights(await self._link.call("LANConfigSecurity1", "X_AVM-DE_GetCurrentUser")) or None

    async def _last_user(self) -> str:
        listed = await self._optional("LANConfigSecurity1", "X_AVM-DE_GetUserList")
        return parse_home.last_user(listed) or "dslf-config"  # the name of every box before FRITZ!OS 7.24

    async def close(self) -> None:
        """There is nothing to log out of: each request carries its own proof."""
        await self._link.close()

    async def device(self) -> DeviceInfo:
        """From the description, read anew each time; with a login also the serial number and the time it is up."""
        found = parse.described(await self._link.root(anew=True))
        return parse.device(found, await self._link.call("DeviceInfo1", "GetInfo")) if self._link.logged_in else found

    # -- the line ------------------------------------------------------------------------------------

    async def wan(self) -> WanStatus | Absent:
        """Of the two kinds of session that it may have, the one that it uses."""
        (_, info), link = await asyncio.gather(self._active(), self._common("GetCommonLinkProperties"))
        return parse.wan(info, link) if info else Absent(Why.CANNOT)

    async def _active(self) -> tuple[str, dict[str, Any]]:
        names = (self._connection,) if self._connection is not None else CONNECTIONS
        found = await asyncio.gather(*(self._optional(name, "GetInfo") for name in names))
        told = [(name, info) for name, info in zip(names, found, strict=True) if info]
        if not told:
            return CONNECTIONS[0], {}
        used = [one for one in told if one[1].get("NewEnable") is not False]
        state = ConnectionStatus.CONNECTED
        best = next((one for one in used if status(one[1].get("NewConnectionStatus")) is state), None)
        if best is not None:
            self._connection = best[0]
        elif self._connection is not None:
            self._connection = None  # it is down: the next question looks at both again
        return best or (used or told)[0]

    async def wan_traffic(self) -> WanTraffic | Absent:
        """Counters, and the rates of the last five seconds."""
        received, sent, monitor = await asyncio.gather(
            self._common("GetTotalBytesReceived"),
            self._common("GetTotalBytesSent"),
            self._common("X_AVM-DE_GetOnlineMonitor", NewSyncGroupIndex=0),
        )
        found = parse.traffic(received, sent, monitor)
        return Absent(Why.CANNOT) if found.received is None and found.down_rate is None else found

    async def dsl(self) -> DslLine | Absent:
        """Figures and counters of the line."""
        info, total, link = await asyncio.gather(
            self._optional("WANDSLInterfaceConfig1", "GetInfo"),
            self._optional("WANDSLInterfaceConfig1", "GetStatisticsTotal"),
            self._common("GetCommonLinkProperties"),
        )
        return parse.dsl(info, total, link) if info else Absent(Why.OTHER_LINE)

    # -- the home ------------------------------------------------------------------------------------

    async def hosts(self) -> tuple[HomeHost, ...] | Absent:
        """The whole list in two requests."""
        return parse_home.hosts(await self._link.page(await self._host_list()))

    async def _host_list(self) -> str:
        values = await self._link.call("Hosts1", "X_AVM-DE_GetHostListPath")
        return str(values.get("NewX_AVM-DE_HostListPath", ""))

    async def dhcp(self) -> DhcpServer | Absent:
        """Its range; reservations are not in TR-064."""
        return parse_home.dhcp(await self._link.call("LANHostConfigManagement1", "GetInfo"))

    async def parental(self) -> ParentalControl | Absent:
        """Who is kept from the Internet now."""
        return parse_home.parental(await self._link.page(await self._host_list()))

    async def set_parental(self, schedule: ParentalSchedule) -> None:
        """Blocked or not: TR-064 has no timetable. It names machines by their address of now."""
        if schedule.slots or schedule.until is not None:
            raise BoxError(BoxErrorCode.UNSUPPORTED, kind="timetable")
        listed = await self._link.page(await self._host_list())
        known = {one.phys_address: one.ip_address for one in parse_home.hosts(listed)}
        addresses = [known.get(mac.lower()) for mac in schedule.phys_addresses]
        if None in addresses or not addresses:
            raise BoxError(BoxErrorCode.NOT_FOUND)
        for address in addresses:
            await self._link.call(
                "X_AVM-DE_HostFilter1",
                "DisallowWANAccessByIP",
                NewIPv4Address=str(address),
                NewDisallow=schedule.rule is ParentalRule.BLOCKED,
            )

    # -- port mappings -------------------------------------------------------------------------------

    async def forwards(self) -> tuple[PortMapping, ...] | Absent:
        """Entry by entry."""
        found = await forwards.by_index(await self._mappings())
        return tuple(replace(one, origin=None) for one in found)  # the user's and programs', not told apart

    async def put_forward(self, mapping: PortMapping) -> None:
        """Makes it, or sets the one on that external port."""
        await forwards.put(await self._mappings(), mapping, local_address(self._place.address))
        old = mapping.id.split(":") if mapping.id else []
        names = [one.lower() for one in forwards.both(mapping.protocol)]
        if len(old) >= 2 and (old[0] not in names or old[1] != str(mapping.external_port)):
            key = {"NewRemoteHost": "", "NewExternalPort": old[1], "NewProtocol": old[0].upper()}
            await (await self._mappings())("DeletePortMapping", key)

    async def delete_forward(self, mapping: PortMapping) -> None:
        """One entry per protocol."""
        await forwards.delete(await self._mappings(), mapping)

    async def _mappings(self) -> Call:
        service = self._connection or (await self._active())[0]

        async def call(action: str, values: Mapping[str, str]) -> dict[str, str]:
            return await self._link.call(service, action, **values)

        return call

    # -- Wi-Fi ---------------------------------------------------------------------------------------

    async def wifi(self) -> WifiSettings | Absent:
        """Every network with its key, which it shows to an administrator."""
        found = [one for one in await asyncio.gather(*map(self._network, NETWORKS)) if one is not None]
        if not found:
            return Absent(Why.CANNOT)
        return parse_home.wifi([radio for _, radio, _ in found], [ssid for ssid, _, _ in found])

    async def _network(self, number: int) -> tuple[WifiSsid, WifiRadio, dict[str, Any]] | None:
        name = f"WLANConfiguration{number}"
        info, extra, keys, channels = await asyncio.gather(
            self._optional(name, "GetInfo"),
            self._optional(name, "X_AVM-DE_GetWLANExtInfo"),
            self._optional(name, "GetSecurityKeys"),
            self._optional(name, "GetChannelInfo"),
        )
        if not info:
            return None
        return parse_home.ssid(number, info, extra, keys), parse_home.radio(number, info, channels), extra

    async def set_wifi_enable(self, enable: bool) -> None:
        """Every radio of the home; the guests' own follows theirs."""
        found = await self.wifi()
        for one in found.radios if isinstance(found, WifiSettings) else ():
            await self._set(one.id, "SetEnable", NewEnable=enable)

    async def set_radio(self, radio: WifiRadio) -> None:
        """Channel (0 is automatic) and on or off."""
        if radio.width is not None or radio.auto_width is not None:
            raise BoxError(BoxErrorCode.UNSUPPORTED, kind="width")
        if radio.auto_channel or radio.channel is not None:
            channel = 0 if radio.auto_channel else radio.channel
            await self._set(radio.id, "SetChannel", NewChannel=int(channel or 0))
        if radio.enable is not None:
            await self._set(radio.id, "SetEnable", NewEnable=radio.enable)

    async def set_ssid(self, ssid: WifiSsid) -> None:
        """Name, then key, then kind, then on or off: the last one may cut the line that this is sent by."""
        if ssid.hidden is not None:
            raise BoxError(BoxErrorCode.UNSUPPORTED, kind="hidden")
        if ssid.ssid is not None:
            await self._set(ssid.id, "SetSSID", NewSSID=ssid.ssid)
        if ssid.key is not None:
            name = ssid.ssid or str((await self._set(ssid.id, "GetInfo")).get("NewSSID", ""))
            await self._set(ssid.id, "SetSecurityKeys", **_keys(name, ssid.key))
        if ssid.security is not None:
            beacon = next((word for word, kind in parse_home.BEACON.items() if kind is ssid.security), None)
            await self._set(ssid.id, "SetBeaconType", NewBeaconType=str(beacon))
        if ssid.enable is not None:
            await self._set(ssid.id, "SetEnable", NewEnable=ssid.enable)

    async def _set(self, number: str, action: str, **values: str | int | bool) -> dict[str, Any]:
        if number not in map(str, NETWORKS):
            raise BoxError(BoxErrorCode.NOT_FOUND)
        return await self._link.call(f"WLANConfiguration{number}", action, **values)

    async def guest(self) -> GuestNetwork | Absent:
        """The network that the box itself calls the guests'."""
        found = await self._guests()
        return parse_home.guest(found[0], found[2]) if found is not None else Absent(Why.CANNOT)

    async def _guests(self) -> tuple[WifiSsid, WifiRadio, dict[str, Any]] | None:
        found = await asyncio.gather(*map(self._network, NETWORKS))
        return next((one for one in found if one is not None and one[0].guest), None)

    async def set_guest(self, guest: GuestNetwork) -> None:
        """No end can be set by TR-064: it is as the box's own page has it."""
        if guest.remaining is not None:
            raise BoxError(BoxErrorCode.UNSUPPORTED, kind="remaining")
        found = await self._guests()
        if found is None:
            raise BoxError(BoxErrorCode.UNSUPPORTED)
        await self.set_ssid(WifiSsid(found[0].id, ssid=guest.ssid, key=guest.key, enable=guest.enable))

    async def reboot(self) -> None:
        """Taken is not done: the box goes seconds later."""
        await self._link.call("DeviceConfig1", "Reboot")

    async def _common(self, action: str, **values: int) -> dict[str, Any]:
        return await self._optional("WANCommonInterfaceConfig1", action, **values)

    async def _optional(self, service: str, action: str, **values: int) -> dict[str, Any]:
        """Nothing where this box has no such service or action, or refuses to tell."""
        try:
            return await self._link.call(service, action, **values)
        except BoxError as error:
            if error.code not in _OPTIONAL:
                raise
            return {}


def _keys(name: str, key: str) -> dict[str, str]:
    """The pre-shared key is the passphrase's own (IEEE 802.11i annex H.4), so that both fit together."""
    derived = hashlib.pbkdf2_hmac("sha1", key.encode(), name.encode(), 4096, 32).hex().upper()
    old = {f"NewWEPKey{number}": "" for number in range(4)}
    return {**old, "NewPreSharedKey": derived, "NewKeyPassphrase": key}
