"""What a Livebox tells: each reading is one round of parallel calls, an object that this model lacks is no error."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.livebox.client import Sysbus
from selfcare.boxes.livebox.parse import home, line, rules, wifi
from selfcare.boxes.wire import TOTAL_S
from selfcare.model.box import (
    Absent,
    AccessMedium,
    DeviceInfo,
    DhcpServer,
    DslLine,
    EthernetPort,
    GuestNetwork,
    HomeHost,
    OpticalInterface,
    ParentalControl,
    Phone,
    PortMapping,
    Restart,
    TvDecoder,
    WanStatus,
    WanTraffic,
    Why,
    WifiSettings,
)

MIBS_S, WIFI_S, HOSTS_S = 25.0, 15.0, 10.0
"""Seconds. Calls that are slow on a real box (client code: LiveboxMonitor waits as long)."""
HOSTS = {"expression": "physical and !self and !voice"}
WLAN = {"mibs": "base wlanradio wlanvap"}
_SAID_NO = frozenset({BoxErrorCode.UNSUPPORTED, BoxErrorCode.REFUSED, BoxErrorCode.MISSING_RIGHT})


class Reads:
    """The reading ports."""

    def __init__(self, bus: Sysbus) -> None:
        self.bus = bus
        self._wan_asked: asyncio.Task[Any] | None = None
        self.names_guests = True  # until the box said otherwise

    async def device(self) -> DeviceInfo:
        """Told to anybody on most models."""
        found = home.device(await self.bus.call("DeviceInfo", "get"))
        self.bus.uid = self.bus.uid or found.uid
        return found

    async def wan(self) -> WanStatus | Absent:
        """Told to anybody on most models."""
        return line.wan(await self._wan())

    async def wan_traffic(self) -> WanTraffic | Absent:
        """Only of the built-in fibre: the names of other interfaces are not known well enough to count on them."""
        told, kind = await asyncio.gather(self._maybe("NeMo.Intf.veip0", "getNetDevStats"), self._medium())
        found = line.traffic(told)
        if found is None or kind not in (None, AccessMedium.FIBRE):
            return Absent(Why.CANNOT)
        return found

    async def dsl(self) -> DslLine | Absent:
        """The line below the Internet interface, and the counters of the modem."""
        mibs, stats = await asyncio.gather(
            self._maybe("NeMo.Intf.data", "getMIBs", {"mibs": "dsl"}, MIBS_S),
            self._aside("NeMo.Intf.dsl0", "getDSLStats"),
        )
        return line.dsl(mibs, stats)

    async def optical(self) -> OpticalInterface | Absent:
        """Built in, or pluggable (Livebox 4). Behind another device's terminal the box's own optics say nothing."""
        mibs, plug, kind = await asyncio.gather(
            self._maybe("NeMo.Intf.veip0", "getMIBs", {"mibs": "gpon"}, MIBS_S),
            self._aside("SFP", "get"),
            self._medium(),
        )
        if kind is AccessMedium.DSL:
            return Absent(Why.OTHER_LINE)
        found = line.optical(mibs) or line.sfp(plug)
        if found is None or kind is AccessMedium.ETHERNET:
            return Absent(Why.CANNOT)
        return found

    async def restarts(self) -> tuple[Restart, ...] | Absent:
        """The box's own history."""
        told = await self._maybe("NMC.Reboot.Reboot", "get")
        return Absent(Why.CANNOT) if told is None else home.restarts(told)

    async def ports(self) -> tuple[EthernetPort, ...] | Absent:
        """The sockets below the home's bridge."""
        found = home.ports(await self._maybe("NeMo.Intf.lan", "getMIBs", {"mibs": "base eth"}, MIBS_S))
        return found or Absent(Why.CANNOT)

    async def hosts(self) -> tuple[HomeHost, ...] | Absent:
        """Up to 170 kB on a Livebox 7. Who is blocked stands with the timetables; not every model repeats it here."""
        told, barred = await asyncio.gather(
            self.bus.call("Devices", "get", HOSTS, limit_s=HOSTS_S),
            self._aside("Scheduler", "getCompleteSchedules", {"type": "ToD"}),
        )
        return home.blocked(home.hosts(told), None if barred is None else rules.parental(barred))

    async def tv(self) -> tuple[TvDecoder, ...] | Absent:
        """The service, and the decoders the box knows by their tag."""
        status, decoders = await asyncio.gather(
            self._maybe("NMC.OrangeTV", "getIPTVStatus"),
            self._aside("Devices", "get", {"expression": "stb"}, HOSTS_S),
        )
        return Absent(Why.CANNOT) if status is None and decoders is None else home.tv(status, decoders)

    async def phone(self) -> tuple[Phone, ...] | Absent:
        """The trunks. Some firmware closes this object even to the administrator."""
        told = await self._maybe("VoiceService.VoiceApplication", "listTrunks")
        return Absent(Why.CANNOT) if told is None else home.phones(told)

    async def wifi(self) -> WifiSettings | Absent:
        """Networks and radios, the switch, the power profile that overrides it, the timetable."""
        mibs, nmc, profiles, timetable = await asyncio.gather(
            self.bus.call("NeMo.Intf.lan", "getMIBs", WLAN, limit_s=MIBS_S),
            self._maybe("NMC.Wifi", "get", None, WIFI_S),
            self._aside("PowerManagement", "getProfiles", {"profiles": ["WiFi"]}),
            self._aside("Scheduler", "getCompleteSchedules", {"type": "WLAN"}),
        )
        return wifi.settings(mibs, nmc, profiles, timetable)

    async def guest(self) -> GuestNetwork | Absent:
        """A Livebox 3 tells the switch only."""
        told, mibs, timer = await asyncio.gather(
            self._maybe("NMC.Guest", "get", None, WIFI_S),
            self._aside("NeMo.Intf.guest", "getMIBs", WLAN, MIBS_S),
            self._aside("NMC.WlanTimer", "getActivationTimer", {"InterfaceName": "guest"}),
        )
        self.names_guests = bool(wifi.ssids(mibs, guest=True))
        return Absent(Why.CANNOT) if told is None else wifi.guest(told, mibs, timer)

    async def parental(self) -> ParentalControl | Absent:
        """All devices at once; old firmware knows only the shorter list."""
        told = await self._maybe("Scheduler", "getCompleteSchedules", {"type": "ToD"})
        if told is None:
            told = await self._maybe("Scheduler", "getSchedules", {"type": "ToD"})
        return Absent(Why.CANNOT) if told is None else rules.parental(told)

    async def forwards(self) -> tuple[PortMapping, ...] | Absent:
        """The subscriber's and those made by UPnP."""
        return rules.forwards(await self.bus.call("Firewall", "getPortForwarding"))

    async def dhcp(self) -> DhcpServer | Absent:
        """The server of the home (guests have their own)."""
        lan, static, pools = await asyncio.gather(
            self.bus.call("NMC", "getLANIP"),
            self._aside("DHCPv4.Server.Pool.default", "getStaticLeases"),
            self._aside("DHCPv4.Server", "getDHCPServerPool"),
        )
        return home.dhcp(lan, static, pools)

    async def _wan(self) -> Any:
        """Three readings of a status need it: those that ask at the same time share one request."""
        if self._wan_asked is None:
            self._wan_asked = asyncio.ensure_future(self.bus.call("NMC", "getWANStatus"))
            self._wan_asked.add_done_callback(self._wan_told)
        return await asyncio.shield(self._wan_asked)

    def _wan_told(self, task: asyncio.Task[Any]) -> None:
        self._wan_asked = None
        if not task.cancelled():
            task.exception()  # taken by whoever waits; nobody may

    async def _medium(self) -> AccessMedium | None:
        """What the line is made of; not knowing is no reason to tell nothing of the rest."""
        try:
            found = await self.wan()
        except BoxError:
            return None
        return found.medium if isinstance(found, WanStatus) else None

    async def _maybe(
        self, service: str, method: str, parameters: Mapping[str, Any] | None = None, limit_s: float = TOTAL_S
    ) -> Any:
        """The value, or None where this model has no such object."""
        try:
            return await self.bus.call(service, method, parameters, limit_s=limit_s)
        except BoxError as error:
            if error.code is BoxErrorCode.UNSUPPORTED:
                return None
            raise

    async def _aside(
        self, service: str, method: str, parameters: Mapping[str, Any] | None = None, limit_s: float = TOTAL_S
    ) -> Any:
        """Of what only completes a reading: whatever reason the box has to say no, the rest is told all the same."""
        try:
            return await self.bus.call(service, method, parameters, limit_s=limit_s)
        except BoxError as error:
            if error.code in _SAID_NO:
                return None
            raise
