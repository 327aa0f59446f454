"""The driver of the plain box: every port, each write in as many requests as it could be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place, Wire
from selfcare.model.box import (
    BoxFamily,
    DeviceInfo,
    DhcpServer,
    GuestNetwork,
    Mode,
    ParentalControl,
    ParentalRule,
    ParentalSchedule,
    ParentalSlot,
    PortMapping,
    PortRange,
    Protocol,
    Reservation,
    Security,
    WanStatus,
    WifiBand,
    WifiRadio,
    WifiSettings,
    WifiSsid,
)
from selfcare.model.units import Megahertz, Seconds
from tests.boxes.home import Forward, Home, Plan, Radio, Ssid


class PlainSession:
    """The driver. A session that ended is opened again once in each request, as a family's driver does."""

    family = BoxFamily.LIVEBOX
    rights: frozenset[str] | None = None

    def __init__(self, place: Place, password: str) -> None:
        self._wire = Wire(place, host="plain.box")
        self._password = Secret(password)
        self._token = ""

    async def log_in(self, _credential: Secret) -> None:
        self._token = (await self._plain("POST", "/login", {"password": self._password.reveal()}))["token"]

    async def close(self) -> None:
        await self._wire.close()

    async def _plain(self, method: str, path: str, body: Any = None) -> Any:
        reply = await self._wire.request(method, path, json_body=body, headers={"Token": self._token}, limit_s=1.0)
        answer = reply.json()
        if reply.status != 200 or not isinstance(answer, dict):
            raise BoxError(BoxErrorCode.UNREADABLE, kind="http", status=reply.status)
        if "error" in answer:
            raise BoxError(BoxErrorCode(answer["error"]))
        return answer

    async def _ask(self, method: str, path: str, body: Any = None) -> Any:
        try:
            return await self._plain(method, path, body)
        except BoxError as error:
            if error.code is not BoxErrorCode.SESSION_ENDED:
                raise
        await self.log_in(self._password)
        return await self._plain(method, path, body)

    async def _home(self) -> Home:
        told = await self._ask("GET", "/home")
        home = Home()
        for name in ("uid", "up_time", "reboots", "bridge", "wifi_enable", "address"):
            setattr(home, name, told[name])
        home.radios = [Radio(**{**r, "channels": tuple(r["channels"])}) for r in told["radios"]]
        home.ssids = [Ssid(**s) for s in told["ssids"]]
        home.forwards = [Forward(**f) for f in told["forwards"]]
        home.plans = [Plan(**{**p, "slots": [tuple(s) for s in p["slots"]]}) for p in told["plans"]]
        home.reservations = {mac: (ip, text) for mac, (ip, text) in told["reservations"].items()}
        home.guest.__dict__.update(told["guest"])
        home.line.ports = tuple(told["line"]["ports"])
        return home

    async def _do(self, op: str, **words: Any) -> None:
        await self._ask("POST", "/do", {"op": op, **words})

    # -- reading ---------------------------------------------------------------------------------

    async def device(self) -> DeviceInfo:
        home = await self._home()
        return DeviceInfo(
            self.family,
            uid=home.uid,
            up_time=Seconds(home.up_time),
            number_of_reboots=home.reboots,
            mode=Mode.BRIDGE if home.bridge else Mode.ROUTER,
        )

    async def wan(self) -> WanStatus:
        return WanStatus(ports=PortRange(*(await self._home()).line.ports))

    async def wifi(self) -> WifiSettings:
        home = await self._home()
        radios = tuple(
            WifiRadio(
                r.band, WifiBand(r.band), r.enable, channel=r.current, auto_channel=r.channel == 0,
                width=Megahertz(r.width), possible_channels=r.channels,
            ) if r.channel == 0 else WifiRadio(
                r.band, WifiBand(r.band), r.enable, channel=r.channel, auto_channel=False,
                width=Megahertz(r.width), possible_channels=r.channels,
            ) for r in home.radios
        )  # fmt: skip
        ssids = tuple(
            WifiSsid(s.band, s.band, s.ssid, None, s.enable, s.hidden, Security(s.security), s.key) for s in home.ssids
        )
        return WifiSettings(home.wifi_enable, radios, ssids)

    async def guest(self) -> GuestNetwork:
        guest = (await self._home()).guest
        left = None if guest.remaining is None else Seconds(guest.remaining)
        return GuestNetwork(guest.enable, guest.ssid, guest.key, left)

    async def parental(self) -> ParentalControl:
        home = await self._home()
        return ParentalControl(None, tuple(_schedule(p) for p in home.plans))

    async def forwards(self) -> tuple[PortMapping, ...]:
        return tuple(
            PortMapping(f.external, f.internal, f.client, Protocol(f.protocol), f.enable, f.last,
                        description=f.description, id=f.id)
            for f in (await self._home()).forwards
        )  # fmt: skip

    async def dhcp(self) -> DhcpServer:
        home = await self._home()
        kept = tuple(Reservation(mac, ip, text or None) for mac, (ip, text) in home.reservations.items())
        return DhcpServer(True, home.address, "255.255.255.0", reservations=kept)

    # -- writing ---------------------------------------------------------------------------------

    async def set_wifi_enable(self, enable: bool) -> None:
        await self._do("wifi", enable=enable)

    async def set_radio(self, radio: WifiRadio) -> None:
        fields = {"enable": radio.enable, "width": radio.width,
                  "channel": 0 if radio.auto_channel else radio.channel}  # fmt: skip
        for field, value in fields.items():
            if value is not None:
                await self._do("radio", band=radio.id, field=field, value=value)

    async def set_ssid(self, ssid: WifiSsid) -> None:
        security = ssid.security.value if ssid.security else None
        fields = {"ssid": ssid.ssid, "key": ssid.key, "enable": ssid.enable, "hidden": ssid.hidden}
        for field, value in {**fields, "security": security}.items():
            if value is not None:
                await self._do("ssid", band=ssid.id, field=field, value=value)

    async def set_guest(self, guest: GuestNetwork) -> None:
        for field in ("ssid", "key", "enable"):
            if (value := getattr(guest, field)) is not None:
                await self._do("guest", field=field, value=value)
        if guest.enable is not None:
            await self._do("guest", field="remaining", value=guest.remaining)

    async def set_parental(self, schedule: ParentalSchedule) -> None:
        mac = schedule.phys_addresses[0]
        if schedule.rule is ParentalRule.PLANNED and not schedule.slots:
            await self._do("no_plan", mac=mac)
            return
        override = "" if schedule.rule is ParentalRule.PLANNED else schedule.rule.value
        until = int(schedule.until.timestamp()) if schedule.until else 0
        wanted = {(d, int(s.start), int(s.end)) for s in schedule.slots for d in s.weekdays}
        plans = (await self._home()).plans
        there = {slot for p in plans if mac in p.macs for slot in p.slots}
        for slot in sorted(there - wanted):
            await self._do("slot", mac=mac, slot=slot, there=False)
        await self._do("rule", mac=mac, override=override, until=until, name=schedule.name or "")
        for slot in sorted(wanted - there):
            await self._do("slot", mac=mac, slot=slot, there=True)

    async def put_forward(self, mapping: PortMapping) -> None:
        if mapping.id is not None:
            await self._do("no_forward", id=mapping.id)
        both = mapping.protocol is Protocol.BOTH
        for protocol in ("tcp", "udp") if both else (mapping.protocol.value,):
            await self._do(
                "forward", external=mapping.external_port, internal=mapping.internal_port, protocol=protocol,
                client=mapping.internal_client, enable=mapping.enable, description=(mapping.description or "")[:12],
                last=mapping.external_last,
            )  # fmt: skip

    async def delete_forward(self, mapping: PortMapping) -> None:
        await self._do("no_forward", id=mapping.id)

    async def put_reservation(self, reservation: Reservation) -> None:
        mac = reservation.phys_address
        await self._do("no_reserve", mac=mac)
        await self._do("reserve", mac=mac, ip=reservation.ip_address, comment=reservation.comment or "")

    async def delete_reservation(self, phys_address: str) -> None:
        await self._do("no_reserve", mac=phys_address)

    async def reboot(self) -> None:
        await self._do("reboot")


def _schedule(plan: Plan) -> ParentalSchedule:
    return ParentalSchedule(
        tuple(plan.macs),
        ParentalRule(plan.override or "planned"),
        datetime.fromtimestamp(plan.until, UTC) if plan.until else None,
        tuple(ParentalSlot(Seconds(start), Seconds(end), (day,)) for day, start, end in plan.slots),
        id=plan.id,
        name=plan.name or None,
    )


@asynccontextmanager
async def contact(place: Place, password: str) -> AsyncIterator[PlainSession]:
    """Logged in, as the desk lends it."""
    session = PlainSession(place, password)
    try:
        await session.log_in(Secret(password))
        yield session
    finally:
        await session.close()
