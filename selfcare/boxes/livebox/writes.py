"""What can be changed on a Livebox. One writer at a time; only what is wanted is sent; a refusal is looked into."""

from __future__ import annotations

import asyncio
import ipaddress
import math
from collections.abc import Mapping
from typing import Any

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.livebox import forwarding
from selfcare.boxes.livebox.client import Sysbus
from selfcare.boxes.livebox.parse import rules, wifi
from selfcare.boxes.livebox.parse.week import spans
from selfcare.boxes.livebox.reads import MIBS_S, WLAN, Reads
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import TOTAL_S
from selfcare.model.box import (
    DhcpServer,
    GuestNetwork,
    ParentalRule,
    ParentalSchedule,
    PortMapping,
    Reservation,
    Security,
    WifiRadio,
    WifiSsid,
)

SET_WLAN_S = 35.0
"""Seconds: the radios start anew before the box answers."""
OVERRIDES = {ParentalRule.PLANNED: "", ParentalRule.BLOCKED: "Disable", ParentalRule.ALLOWED: "Enable"}
POOL = "DHCPv4.Server.Pool.default"


class Writes(Reads):
    """The writing ports."""

    guest_step_s = 3600.0
    """The end of the guest network is set in whole hours: what is asked is rounded up to them."""

    def __init__(self, bus: Sysbus) -> None:
        super().__init__(bus)
        self._pen = asyncio.Lock()

    async def set_wifi_enable(self, enable: bool) -> None:
        """The power profile first, where there is one: it overrides the switch."""
        async with self._pen:
            power = {"profiles": [{"profile": "WiFi", "enable": enable}]}
            await self._set("PowerManagement", "setProfiles", power, SET_WLAN_S, may_lack=True)
            await self._set("NMC.Wifi", "set", {"Enable": enable, "Status": enable}, SET_WLAN_S)

    async def set_radio(self, radio: WifiRadio) -> None:
        """Channel, width, on or off. A channel of one's own ends the automatic one."""
        wanted: dict[str, Any] = {}
        if radio.auto_channel is not None:
            wanted["AutoChannelEnable"] = radio.auto_channel
        if radio.channel is not None and not radio.auto_channel:
            wanted |= {"AutoChannelEnable": False, "Channel": radio.channel}
        if radio.auto_width or radio.width is not None:
            wanted["OperatingChannelBandwidth"] = "Auto" if radio.auto_width else f"{radio.width}MHz"
        if radio.standards is not None:
            wanted["OperatingStandards"] = radio.standards
        await self._set_wlan({"wlanradio": {radio.id: wanted}}, radio.id, radio.enable)

    async def set_ssid(self, ssid: WifiSsid) -> None:
        """Name, key, security, shown or not, on or off."""
        await self._set_wlan({"wlanvap": {ssid.id: network(ssid)}}, ssid.id, ssid.enable, ssid.key)

    async def set_guest(self, guest: GuestNetwork) -> None:
        """Name and key on every guest network, then the switch, then the timer: whole **hours**, 0 for no end."""
        if guest.ssid is not None or guest.key is not None:
            told = await self._maybe("NeMo.Intf.guest", "getMIBs", WLAN, MIBS_S)
            found = wifi.ssids(told, guest=True)
            if not found:
                raise BoxError(BoxErrorCode.UNSUPPORTED, field="ssid")
            wanted = {item.id: network(WifiSsid(item.id, ssid=guest.ssid, key=guest.key)) for item in found}
            await self._set_wlan({"wlanvap": wanted}, "", None, guest.key)
        if guest.enable is None:
            return
        async with self._pen:
            await self._set("NMC.Guest", "set", {"Enable": guest.enable}, SET_WLAN_S)
            if guest.enable:
                hours = 0 if guest.remaining is None else max(1, math.ceil(guest.remaining / self.guest_step_s))
                timer = {"InterfaceName": "guest", "Timeout": hours}
                await self._set("NMC.WlanTimer", "setActivationTimer", timer, may_lack=not hours)

    async def set_parental(self, schedule: ParentalSchedule) -> None:
        """One timetable per hardware address; the box knows no end of a word by hand."""
        if schedule.until is not None:
            raise BoxError(BoxErrorCode.UNSUPPORTED, field="until")
        async with self._pen:
            for phys_address in schedule.phys_addresses:
                await self._set_plan(phys_address.upper(), schedule)

    async def put_forward(self, mapping: PortMapping) -> None:
        """Makes the rule or sets the one of this ``id``; then the firewall is told to take it over."""
        async with self._pen:
            there = rules.forwards(await self.bus.call("Firewall", "getPortForwarding"))
            key = mapping.id or forwarding.new_key(mapping, there)
            try:
                await self._set("Firewall", "setPortForwarding", forwarding.rule(mapping, key))
            except BoxError as error:
                clash = error.code is BoxErrorCode.REFUSED and forwarding.clashes(mapping, key, there)
                raise BoxError(BoxErrorCode.CONFLICT, error.box_says) if clash else error from None
            await self._set("Firewall", "commit", {})

    async def delete_forward(self, mapping: PortMapping) -> None:
        """By the box's own name; without one it is looked for by its ports."""
        async with self._pen:
            there = rules.forwards(await self.bus.call("Firewall", "getPortForwarding"))
            found = forwarding.find(mapping, there)
            if found is None:
                raise BoxError(BoxErrorCode.NOT_FOUND)
            await self._set("Firewall", "deletePortForwarding", forwarding.gone(found))
            await self._set("Firewall", "commit", {})

    async def put_reservation(self, reservation: Reservation) -> None:
        """One that this machine has is changed; else a new one is made."""
        mac = reservation.phys_address.upper()
        async with self._pen:
            try:
                before = await self.dhcp()
                had = isinstance(before, DhcpServer) and any(
                    item.phys_address == mac.lower() for item in before.reservations or ()
                )
                verb = "setStaticLease" if had else "addStaticLease"
                await self._set(POOL, verb, {"MACAddress": mac, "IPAddress": reservation.ip_address})
            except BoxError as error:
                raise await self._why_no_reservation(reservation, error) from None

    async def delete_reservation(self, phys_address: str) -> None:
        """Of this machine."""
        async with self._pen:
            try:
                await self._set(POOL, "deleteStaticLease", {"MACAddress": phys_address.upper()})
            except BoxError as error:
                if error.code is BoxErrorCode.UNSUPPORTED:
                    raise BoxError(BoxErrorCode.NOT_FOUND, error.box_says) from None
                raise

    async def reboot(self) -> None:
        """The restart that the box's own page asks for."""
        async with self._pen:
            await self._set("NMC", "reboot", {"reason": "GUI_Reboot"})

    async def _set(
        self,
        service: str,
        method: str,
        parameters: Mapping[str, Any],
        limit_s: float = TOTAL_S,
        *,
        may_lack: bool = False,
    ) -> None:
        """Setters answer true, null or what was set; a plain false is a refusal without a word."""
        try:
            if await self.bus.call(service, method, parameters, limit_s=limit_s) is False:
                raise BoxError(BoxErrorCode.REFUSED)
        except BoxError as error:
            if not (may_lack and error.code is BoxErrorCode.UNSUPPORTED):
                raise

    async def _set_wlan(
        self, mibs: dict[str, dict[str, Any]], name: str, enable: bool | None, key: str | None = None
    ) -> None:
        """Only what changes, but ``penable`` always. The key is masked in whatever the box may say about it."""
        masked = Secret(key or "")
        wanted: dict[str, Any] = {kind: items for kind, items in mibs.items() if any(items.values())}
        state = {} if enable is None else {name: {"Enable": enable, "PersistentEnable": enable, "Status": enable}}
        if wanted or state:
            async with self._pen:
                sent = {"mibs": {"penable": state, **wanted}}
                await self._set("NeMo.Intf.lan", "setWLANConfig", sent, SET_WLAN_S)
        del masked

    async def _set_plan(self, name: str, schedule: ParentalSchedule) -> None:
        if schedule.rule is ParentalRule.PLANNED and not schedule.slots:
            await self._set("Scheduler", "removeSchedules", {"type": "ToD", "ID": [name]}, may_lack=True)
            return
        info = {
            "ID": name,
            "base": "Weekly",
            "def": "Enable",
            "enable": True,
            "override": OVERRIDES[schedule.rule],
            "schedule": [{"begin": begin, "end": end, "state": "Disable"} for begin, end in spans(schedule.slots)],
        }
        await self._set("Scheduler", "addSchedule", {"type": "ToD", "info": info})

    async def _why_no_reservation(self, wanted: Reservation, error: BoxError) -> BoxError:
        """Another machine's address, or one that is not of this home."""
        if error.code is not BoxErrorCode.REFUSED:
            return error
        try:
            server = await self.dhcp()
        except BoxError:
            return error
        if not isinstance(server, DhcpServer):
            return error
        mine = wanted.phys_address.lower()
        if any(r.ip_address == wanted.ip_address and r.phys_address != mine for r in server.reservations or ()):
            return BoxError(BoxErrorCode.CONFLICT, error.box_says)
        return BoxError(BoxErrorCode.INVALID, error.box_says) if _outside(server, wanted.ip_address) else error


def network(ssid: WifiSsid) -> dict[str, Any]:
    """A ``wlanvap`` with what is wanted and nothing else."""
    sent: dict[str, Any] = {}
    if ssid.ssid is not None:
        sent["SSID"] = ssid.ssid
    if ssid.hidden is not None:
        sent["SSIDAdvertisementEnabled"] = not ssid.hidden
    lock: dict[str, Any] = {}
    if ssid.security is not None:
        lock["ModeEnabled"] = _mode(ssid.security)
    if ssid.key is not None:
        lock["KeyPassPhrase"] = ssid.key
    return {**sent, "Security": lock} if lock else sent


def _mode(security: Security) -> str:
    if security is Security.WEP:
        raise BoxError(BoxErrorCode.INVALID, field="security")  # broken for twenty years, and of three kinds
    return next(name for name, known in wifi.MODES.items() if known is security)


def _outside(server: DhcpServer, address: str) -> bool:
    try:
        home = ipaddress.ip_network(f"{server.box_address}/{server.subnet_mask}", strict=False)
        return ipaddress.ip_address(address) not in home or address == server.box_address
    except ValueError:
        return False
