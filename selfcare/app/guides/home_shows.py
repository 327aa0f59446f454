"""What the box tells of the present state, in lines for the person: no judgement, and nothing that it does not tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from selfcare.app.guides.home_box import HomeBox, unknown
from selfcare.app.guides.home_context import access_of
from selfcare.app.guides.home_set import of_home, parental_now, wifi_on
from selfcare.app.guides.home_words import named, what_for, who_has
from selfcare.app.guides.side import Arguments, Tell
from selfcare.app.guides.world import Moment
from selfcare.app.numbers import number
from selfcare.boxes.families import GENERIC
from selfcare.i18n import Catalogue
from selfcare.model.box import (
    Absent,
    ActivityState,
    BoxStatus,
    Capability,
    ConnectionStatus,
    DhcpServer,
    DslLine,
    GuestNetwork,
    HomeHost,
    LinkStatus,
    OpticalInterface,
    ParentalControl,
    Phone,
    PortMapping,
    TvDecoder,
    WanStatus,
    Why,
    WifiSettings,
)
from selfcare.model.guide_run import Seen

Line = tuple[str, Mapping[str, object]]
MOST = 12
"""Lines of a list: somebody reads them before the first step."""
_STATES = {ActivityState.UP: "up", ActivityState.STANDBY: "standby", ActivityState.DOWN: "down"}


@dataclass(frozen=True, slots=True)
class Shows:
    """``clock``: Unix time."""

    box: HomeBox
    clock: Callable[[], float]
    catalogue: Catalogue

    @property
    def shows(self) -> Mapping[str, Tell]:
        """By name."""
        return {
            "box.identity": self._identity,
            "box.wifi": self._reads(Capability.WIFI, lambda told: wifi(told, self.catalogue)),
            "box.guest": self._reads(Capability.GUEST, guest),
            "box.parental": self._parental,
            "box.forwards": self._forwards,
            "box.reservations": self._reservations,
            "box.hosts": self._reads(Capability.HOSTS, hosts),
            "box.line": self._line,
            "box.address": self._reads(Capability.WAN, address),
            "box.tv": self._reads(Capability.TV, tv),
            "box.phone": self._reads(Capability.PHONE, phone),
        }

    def _reads(self, capability: Capability, lines: Callable[[Any], Iterable[Line]]) -> Tell:
        async def tell(_given: Arguments, _moment: Moment) -> Seen:
            told = await self.box.told(capability)
            return _none(told) if isinstance(told, Absent) else _seen(lines(told))

        return tell

    async def _identity(self, _given: Arguments, _moment: Moment) -> Seen:
        status = await self.box.status(fresh=False)
        if isinstance(status, Absent):
            return _none(status)
        device = status.device
        line: Line = ("guide.box.show.identity", {"model": device.model_name or device.product_class or "box"})
        if device.software_version is None:
            return _seen((line,))
        return _seen((line, ("guide.box.show.version", {"version": device.software_version})))

    async def _line(self, _given: Arguments, _moment: Moment) -> Seen:
        status = await self.box.status()
        return _none(status) if isinstance(status, Absent) else _seen(line_of(status, self.catalogue))

    async def _parental(self, _given: Arguments, _moment: Moment) -> Seen:
        told: ParentalControl | Absent = await self.box.told(Capability.PARENTAL)
        if isinstance(told, Absent):
            return _none(told)
        names = {one.phys_address.lower(): named(one) for one in await self._hosts()}
        lines: list[Line] = []
        for one in told.schedules:
            for mac in one.phys_addresses:
                state = parental_now(told, mac.lower(), self.clock())
                if state != "none":
                    device = names.get(mac.lower()) or one.name or mac
                    lines.append((f"guide.box.parental.{state}", {"device": device}))
        return _seen(lines or (("guide.box.show.parental_none", {}),))

    async def _forwards(self, _given: Arguments, _moment: Moment) -> Seen:
        told: tuple[PortMapping, ...] | Absent = await self.box.told(Capability.FORWARDS)
        if isinstance(told, Absent):
            return _none(told)
        known = await self._hosts()
        lines: list[Line] = [
            (f"guide.box.show.forward{'' if one.enable else '_off'}", {
                "port": one.external_port if one.last == one.external_port else f"{one.external_port}-{one.last}",
                "protocol": one.protocol.value.upper() if one.protocol.value != "both" else "TCP + UDP",
                "device": who_has(one, known), "name": what_for(one),
            })
            for one in told
        ]  # fmt: skip
        return _seen(lines or (("guide.box.show.forwards_none", {}),))

    async def _reservations(self, _given: Arguments, _moment: Moment) -> Seen:
        told: DhcpServer | Absent = await self.box.told(Capability.DHCP)
        if isinstance(told, Absent):
            return _none(told)
        if told.reservations is None:
            return Seen("unknown")
        names = {one.phys_address.lower(): named(one) for one in await self._hosts()}
        lines: list[Line] = [
            ("guide.box.reservation.yes", {
                "device": names.get(one.phys_address.lower()) or one.comment or one.phys_address,
                "address": one.ip_address,
            })
            for one in told.reservations
        ]  # fmt: skip
        return _seen(lines or (("guide.box.show.reservations_none", {}),))

    async def _hosts(self) -> tuple[HomeHost, ...]:
        told = await self.box.told(Capability.HOSTS)
        return told if isinstance(told, tuple) else ()


def _none(why: Absent) -> Seen:
    """Of what this box has no word for, nothing is said."""
    return unknown(why, said=why.why not in (Why.CANNOT, Why.OTHER_LINE, Why.NOT_ASKED))


def _seen(lines: Iterable[Line]) -> Seen:
    """The first ones, and how many more there are."""
    known = list(lines)
    more: list[Line] = [("guide.box.show.more", {"count": len(known) - MOST})] if len(known) > MOST else []
    return Seen("yes" if known else "unknown", (*known[:MOST], *more))


def wifi(told: WifiSettings, catalogue: Catalogue) -> list[Line]:
    """On or off, then each radio with the name of the home's network on it and its channel."""
    is_on = wifi_on(told, list(told.radios))
    lines: list[Line] = [(f"guide.box.wifi.{'unknown' if is_on is None else 'on' if is_on else 'off'}", {})]
    for radio in told.radios:
        names = {one.ssid for one in of_home(told, [radio], "") if one.ssid and one.enable is not False}
        band = f"{number(catalogue, float(radio.band.value))} GHz" if radio.band else radio.id
        if radio.enable is False:
            lines.append(("guide.box.show.radio_off", {"band": band}))
        elif names:
            values = {"band": band, "name": ", ".join(sorted(names)), "channel": radio.channel}
            channel = "" if radio.channel is None else "_auto" if radio.auto_channel else "_channel"
            lines.append((f"guide.box.show.radio{channel}", values))
    return lines


def guest(told: GuestNetwork) -> list[Line]:
    """On with its name and its end, or off."""
    if told.enable is None:
        return [("guide.box.guest.unknown", {})]
    if not told.enable:
        return [("guide.box.guest.off", {"name": ""})]
    lines: list[Line] = [("guide.box.guest.on", {"name": told.ssid or ""})]
    if told.remaining:
        left = int(told.remaining)
        lines.append(("guide.box.show.guest_end", {"hours": left // 3600, "minutes": left % 3600 // 60}))
    return lines


def hosts(told: tuple[HomeHost, ...]) -> list[Line]:
    """Those that are on, by name."""
    active = [one for one in told if one.active]
    names = sorted((named(one) for one in active), key=str.casefold)
    lines: list[Line] = [("guide.box.show.hosts", {"count": len(active)})]
    return lines + [("guide.box.show.host", {"device": name}) for name in names]


def line_of(status: BoxStatus, catalogue: Catalogue) -> list[Line]:
    """Kind of access, sync or light, the session."""
    lines: list[Line] = []
    if access := access_of(status):
        lines.append((f"guide.box.show.access.{access}", {}))
    if isinstance(status.dsl, DslLine) and access == "dsl":
        lines += _dsl(status.dsl, catalogue)
    if isinstance(status.optical, OpticalInterface) and access == "fibre" and status.optical.rx_power is not None:
        lines.append(("guide.box.show.light", {"power": number(catalogue, status.optical.rx_power)}))
    told = status.device.family not in GENERIC and isinstance(status.wan, WanStatus)
    if told and isinstance(status.wan, WanStatus) and status.wan.status is not None:
        connected = ConnectionStatus.CONNECTED in (status.wan.status, status.wan.ipv6_status)
        lines.append((f"guide.box.show.session_{'up' if connected else 'down'}", {}))
    return lines


def _dsl(line: DslLine, catalogue: Catalogue) -> list[Line]:
    if line.status is not LinkStatus.UP:
        return [("guide.box.show.no_sync", {})]
    lines: list[Line] = []
    if line.down.rate and line.up.rate:
        values = {"down": number(catalogue, line.down.rate / 1000), "up": number(catalogue, line.up.rate / 1000)}
        lines.append(("guide.box.show.sync", values))
    if line.down.noise_margin is not None:
        lines.append(("guide.box.show.margin", {"margin": number(catalogue, line.down.noise_margin)}))
    return lines


def address(told: WanStatus) -> list[Line]:
    """The address the home has outside, and whether it is shared."""
    if told.ipv4_address is None and told.ipv6_address is None:
        return [("guide.box.show.no_address", {})]
    lines: list[Line] = []
    if told.ipv4_address is not None:
        lines.append(("guide.box.show.address", {"address": told.ipv4_address}))
    elif told.ipv6_address is not None:
        lines.append(("guide.box.show.address6", {}))
    if told.ports is not None and not told.ports.whole:
        lines.append(("guide.box.show.ports", {"first": told.ports.first, "last": told.ports.last}))
    elif told.shared_ipv4:
        lines.append(("guide.box.show.shared", {}))
    return lines


def tv(told: tuple[TvDecoder, ...]) -> list[Line]:
    """Each decoder."""
    lines: list[Line] = []
    for one in told:
        state = _STATES[one.state] if one.state else "unknown"
        lines.append((f"guide.box.show.tv_{state}", {"model": f" {one.model_name}" if one.model_name else ""}))
    return lines or [("guide.box.show.tv_none", {})]


def phone(told: tuple[Phone, ...]) -> list[Line]:
    """Each line."""
    lines: list[Line] = []
    for one in told:
        if one.off_hook:
            lines.append(("guide.box.phone.off_hook", {}))
        elif one.state is not None:
            lines.append((f"guide.box.phone.{'yes' if one.state is ActivityState.UP else 'no'}", {}))
    return lines or [("guide.box.phone.unknown", {})]
