"""A Bbox behind the ports of ``selfcare.boxes.ports``."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from selfcare.boxes.bbox import home, parse, values
from selfcare.boxes.bbox.client import Client
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.model.box import (
    Absent,
    AccessMedium,
    BoxFamily,
    DeviceInfo,
    DhcpServer,
    DslLine,
    EthernetPort,
    GuestNetwork,
    HomeHost,
    OpticalInterface,
    ParentalControl,
    ParentalRule,
    ParentalSchedule,
    Phone,
    PortMapping,
    Protocol,
    Reservation,
    Restart,
    TvDecoder,
    WanStatus,
    WanTraffic,
    Why,
    WifiRadio,
    WifiSettings,
    WifiSsid,
)

_FRESH_S = 2.0
"""Readings asked together share one answer: ``device`` and ``hosts`` each tell several things."""


class BboxSession:
    """Reads and writes. Which line is in use decides what is asked: a fibre box fills its DSL figures with zeros."""

    family = BoxFamily.BBOX
    unsettable: ClassVar[Mapping[str, str]] = {
        "wifi/radio/*/width": "", "wifi/ssid/*/security": "", "wifi/ssid/*/hidden": "",
        "guest/remaining": "", "parental/until": "", "parental/slot/*": "", "forward/lease": "",
    }  # fmt: skip
    """See ``driver.unsettable``: refused below, but to be said before anybody agrees."""
    parental_together = True
    """One timetable, and one word by hand, for all devices that stand under it."""
    rights: frozenset[str] | None = None

    def __init__(self, place: Place) -> None:
        self._client = Client(place)
        self._shared: dict[str, tuple[float, asyncio.Task[Any]]] = {}

    async def log_in(self, credential: Secret) -> None:
        """See :class:`selfcare.boxes.driver.Session`."""
        await self._client.log_in(credential)

    async def close(self) -> None:
        """See :class:`selfcare.boxes.driver.Session`."""
        for _, task in self._shared.values():
            task.cancel()
        await asyncio.gather(*(task for _, task in self._shared.values()), return_exceptions=True)
        self._shared.clear()
        await self._client.close()

    async def _get(self, path: str) -> Any:
        """One request for everybody who asks within a moment."""
        now = time.monotonic()
        at, task = self._shared.get(path, (0.0, None))
        if task is None or now - at > _FRESH_S or (task.done() and task.exception() is not None):
            task = asyncio.create_task(self._client.get(path))
            self._shared[path] = (now, task)
        return await asyncio.shield(task)

    async def _perhaps(self, path: str) -> Any:
        """None where this model has no such endpoint."""
        try:
            return await self._get(path)
        except BoxError as error:
            if error.code is BoxErrorCode.UNSUPPORTED:
                return None
            raise

    async def device(self) -> DeviceInfo:
        """Identity, and the temperature where the model tells it."""
        told, processor = await asyncio.gather(self._get("device"), self._perhaps("device/cpu"))
        info = parse.device(told)
        self._client.uid = self._client.uid or info.uid
        return info if processor is None else replace(info, temperature=parse.temperature(processor))

    async def restarts(self) -> tuple[Restart, ...] | Absent:
        """Only the last one: the box counts its starts and tells how long it runs."""
        info = parse.device(await self._get("device"))
        if info.up_time is None:
            return Absent(Why.CANNOT)
        return (Restart(datetime.now(UTC) - timedelta(seconds=info.up_time)),)

    async def wan(self) -> WanStatus | Absent:
        """The session; the kind of line from ``device`` where ``wan/ip`` does not tell it."""
        told, identity = await asyncio.gather(self._get("wan/ip"), self._get("device"))
        status = parse.wan(told)
        return status if status.medium is not None else replace(status, medium=parse.medium(identity))

    async def wan_traffic(self) -> WanTraffic | Absent:
        """Counters of the session."""
        return parse.traffic(await self._get("wan/ip/stats"))

    async def dsl(self) -> DslLine | Absent:
        """Asked only where the line is DSL."""
        if (await self._medium()) is not AccessMedium.DSL:
            return parse.OTHER_LINE
        line, stats = await asyncio.gather(self._get("wan/xdsl"), self._perhaps("wan/xdsl/stats"))
        return parse.dsl(line, stats)

    async def optical(self) -> OpticalInterface | Absent:
        """Asked only where the line is fibre."""
        if (await self._medium()) is not AccessMedium.FIBRE:
            return parse.OTHER_LINE
        return parse.optical(await self._get("wan/ftth/stats"))

    async def _medium(self) -> AccessMedium | None:
        found = parse.medium(await self._get("device"))
        return found if found is not None else parse.wan(await self._get("wan/ip")).medium

    async def ports(self) -> tuple[EthernetPort, ...] | Absent:
        """The sockets."""
        return parse.ports(await self._get("device/led"))

    async def phone(self) -> tuple[Phone, ...] | Absent:
        """Telephone lines."""
        return parse.phone(await self._get("voip"))

    async def tv(self) -> tuple[TvDecoder, ...] | Absent:
        """Decoders among the hosts."""
        return home.decoders(await self._get("hosts"))

    async def hosts(self) -> tuple[HomeHost, ...] | Absent:
        """All the box remembers."""
        return home.hosts(await self._get("hosts"))

    async def wifi(self) -> WifiSettings | Absent:
        """Radios and names; ``BUSY`` while the driver of the radio is at work."""
        told = await self._get("wireless")
        if values.flag(parse.part(told, "wireless").get("driverbusy")):
            raise BoxError(BoxErrorCode.BUSY)
        return home.wifi(told)

    async def guest(self) -> GuestNetwork | Absent:
        """The network for guests."""
        return home.guest(await self._get("wireless"))

    async def parental(self) -> ParentalControl | Absent:
        """Which hosts stand under the one timetable."""
        control, hosts = await asyncio.gather(self._get("parentalcontrol"), self._get("hosts"))
        return home.parental(control, hosts)

    async def forwards(self) -> tuple[PortMapping, ...] | Absent:
        """Rules set by hand."""
        return home.forwards(await self._get("nat/rules"))

    async def dhcp(self) -> DhcpServer | Absent:
        """The server and its reservations."""
        told, clients = await asyncio.gather(self._get("dhcp"), self._get("dhcp/clients"))
        return home.dhcp(told, clients)

    async def _write(self, method: str, path: str, **form: str) -> None:
        self._shared.clear()  # what was read before a write is old
        await self._client.write(method, path, form)

    async def set_wifi_enable(self, enable: bool) -> None:
        """Every radio; what several public clients send."""
        radios = home.wifi(await self._get("wireless")).radios
        for radio in radios:
            await self._write("PUT", f"wireless/{radio.id}", **{"radio.enable": str(int(enable))})

    async def set_radio(self, radio: WifiRadio) -> None:
        """On or off, and the channel. The width has no known parameter."""
        form: dict[str, str] = {}
        if radio.width is not None or radio.auto_width is not None:
            raise BoxError(BoxErrorCode.UNSUPPORTED, what="width")
        if radio.enable is not None:
            form["radio.enable"] = str(int(radio.enable))
        if radio.auto_channel:
            form["radio.channel"] = "0"
        elif radio.channel is not None:
            form["radio.channel"] = str(radio.channel)
        if form:
            await self._write("PUT", f"wireless/{radio.id}", **form)

    async def set_ssid(self, ssid: WifiSsid) -> None:
        """Name and key."""
        if ssid.security is not None or ssid.hidden is not None:
            raise BoxError(BoxErrorCode.UNSUPPORTED, what="security")
        form = {} if ssid.ssid is None else {"ssid": ssid.ssid}
        if ssid.key is not None:
            form["wpaKey"] = ssid.key
        if ssid.enable is not None:
            form["radio.enable"] = str(int(ssid.enable))
        if form:
            await self._write("PUT", f"wireless/{ssid.id}", **form)

    async def set_guest(self, guest: GuestNetwork) -> None:
        """Name and key first, so that nobody sees the old ones; then on or off. There is no end by itself."""
        if guest.remaining is not None:
            raise BoxError(BoxErrorCode.UNSUPPORTED, what="remaining")
        form = {} if guest.ssid is None else {"ssid": guest.ssid}
        if guest.key is not None:
            form["passphrase"] = guest.key
        if form:
            await self._write("PUT", "wireless/guest", **form)
        if guest.enable is not None:
            await self._write("PUT", "wireless/guestenable", enable=str(int(guest.enable)))

    async def set_parental(self, schedule: ParentalSchedule) -> None:
        """Into the one timetable or out of it; "blocked now" only if no other device stands under it."""
        if schedule.slots or schedule.until is not None:
            raise BoxError(BoxErrorCode.UNSUPPORTED, what="schedule")
        wanted = {mac.lower() for mac in schedule.phys_addresses}
        control = await self.parental()
        assert isinstance(control, ParentalControl)
        others = {mac for each in control.schedules for mac in each.phys_addresses} - wanted
        if schedule.rule is ParentalRule.BLOCKED:
            if others:
                raise BoxError(BoxErrorCode.CONFLICT, what="other_devices")
            for mac in wanted:
                await self._write("PUT", "parentalcontrol/hosts", macaddress=mac, enable="1")
            await self._write("PUT", "parentalcontrol", enable="1", defaultpolicy="Forbidden")
            return
        if not others and control.enable:
            await self._write("PUT", "parentalcontrol", enable="0", defaultpolicy="Accept")
        for mac in wanted:
            await self._write("PUT", "parentalcontrol/hosts", macaddress=mac, enable="0")

    async def put_forward(self, mapping: PortMapping) -> None:
        """Makes a rule; one that exists is taken away first, as no change of one is known."""
        if mapping.lease is not None:
            raise BoxError(BoxErrorCode.UNSUPPORTED, what="lease")
        known = home.forwards(await self._get("nat/rules")) if mapping.id is not None else ()
        if mapping.id is not None and any(each.id == mapping.id for each in known):
            await self._write("DELETE", f"nat/rules/{int(mapping.id)}")
        outside = str(mapping.external_port)
        if mapping.last != mapping.external_port:
            outside += f":{mapping.last}"
        protocol = {Protocol.TCP: "tcp", Protocol.UDP: "udp", Protocol.BOTH: "tcp,udp"}[mapping.protocol]
        await self._write(
            "POST", "nat/rules", enable=str(int(mapping.enable)), description=mapping.description or "Selfcare",
            protocol=protocol, ipaddress=mapping.internal_client, external_port=outside,
            internal_port=str(mapping.internal_port), ipremote=mapping.remote_host or "", ipprotocol="IPv4",
            range=str(int(mapping.last != mapping.external_port)),
        )  # fmt: skip

    async def delete_forward(self, mapping: PortMapping) -> None:
        """By its id, looked up where the caller has none."""
        known = home.forwards(await self._get("nat/rules"))
        same = next((each for each in known if _same(each, mapping)), None)
        if same is None or same.id is None:
            raise BoxError(BoxErrorCode.NOT_FOUND)
        await self._write("DELETE", f"nat/rules/{int(same.id)}")

    async def put_reservation(self, reservation: Reservation) -> None:
        """One per machine: an older one is replaced."""
        for number, each in home.reservations(await self._get("dhcp/clients")):
            if each.phys_address == reservation.phys_address.lower():
                await self._write("DELETE", f"dhcp/clients/{int(number)}")
        await self._write(
            "POST", "dhcp/clients", enable="1", macaddress=reservation.phys_address, ipaddress=reservation.ip_address,
            hostname=reservation.comment or "",
        )  # fmt: skip

    async def delete_reservation(self, phys_address: str) -> None:
        """By the machine's hardware address."""
        for number, each in home.reservations(await self._get("dhcp/clients")):
            if each.phys_address == phys_address.lower():
                await self._write("DELETE", f"dhcp/clients/{int(number)}")
                return
        raise BoxError(BoxErrorCode.NOT_FOUND)

    async def reboot(self) -> None:
        """POST, or PUT where a model knows only that."""
        try:
            await self._write("POST", "device/reboot")
        except BoxError as error:
            if error.code is not BoxErrorCode.UNSUPPORTED and error.values.get("status") != 405:
                raise
            await self._write("PUT", "device/reboot")


def _same(one: PortMapping, other: PortMapping) -> bool:
    if other.id is not None:
        return one.id == other.id
    return one.external_port == other.external_port and one.protocol is other.protocol
