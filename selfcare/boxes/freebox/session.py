"""A Freebox read: every port that only reads. What is changed stands in ``writes``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.freebox import credential, parental, parse, parse_home, parse_settings
from selfcare.boxes.freebox.client import Client
from selfcare.boxes.freebox.lenient import flag, mapping, names, rows, text
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.model.box import (
    Absent,
    AccessMedium,
    BoxFamily,
    CellularInterface,
    DeviceInfo,
    DhcpServer,
    DslLine,
    EthernetPort,
    GuestNetwork,
    HomeHost,
    LineEvent,
    Mode,
    OpticalInterface,
    ParentalControl,
    Phone,
    PortMapping,
    Restart,
    Security,
    TvDecoder,
    WanStatus,
    WanTraffic,
    Why,
    WifiSettings,
)

T = TypeVar("T")
_MISSING = {
    BoxErrorCode.UNSUPPORTED: Why.CANNOT,
    BoxErrorCode.MISSING_RIGHT: Why.NEEDS_RIGHT,
    BoxErrorCode.BRIDGE_MODE: Why.BRIDGE,
}
_DISPENSABLE = (BoxErrorCode.NOT_FOUND, BoxErrorCode.REFUSED, BoxErrorCode.INVALID, BoxErrorCode.BUSY)
NEW_PARENTAL, OLD_PLAYERS, NEW_LTE, UPDATE, GUEST_SSID, GUEST = 8, 6, 10, 11, 14, 5
"""API majors: profiles, decoders, 4G split in two, firmware updates, the guests' own SSID, keys for guests."""


class Reading:
    """One session. Requests of one reading go out together, and the same one asked twice at once is asked once."""

    family: BoxFamily = BoxFamily.FREEBOX
    rights: frozenset[str] | None
    """As the subscriber ticked them, read when the session opened; None before a login."""

    def __init__(self, place: Place, client: Client | None = None) -> None:
        self._client = client or Client(place)
        self.rights = None
        self._guest_name_fixed = False
        self._sunday = False  # the first of a rule's days, as far as the box has let it be seen

    @property
    def parental_step_s(self) -> float:
        """A rule's times are in steps; a filter's in half hours, as a box has them that told of nothing else."""
        return 1800.0 if self._client.major < NEW_PARENTAL else float(parental.STEP)

    @property
    def unsettable(self) -> Mapping[str, str]:
        """See ``driver.unsettable``: old protections are read but never set, and old firmware has no guests' name."""
        settable = {kind.value for kind in parse_settings.ENCRYPTION}
        known = {f"wifi/ssid/*/security={kind.value}": "" for kind in Security if kind.value not in settable}
        return known | ({"guest/ssid": ""} if self._client.major < GUEST_SSID or self._guest_name_fixed else {})

    @property
    def uid(self) -> str | None:
        """This very box, once it has said anything."""
        return self._client.who.uid if self._client.who is not None else None

    async def greet(self) -> DeviceInfo | None:
        """Over https where the box has it: what comes next goes the same way."""
        try:
            return await self._client.hello()
        except BoxError:
            return None

    async def log_in(self, secret: Secret) -> None:
        """Once; a refusal is final."""
        await self._client.log_in(credential.read(secret))
        self.rights = self._client.rights

    async def close(self) -> None:
        """Logs out."""
        await self._client.close()

    async def device(self) -> DeviceInfo:
        """Without login what ``/api_version`` tells, with it versions, times, mode and temperature too."""
        who = await self._client.hello()
        if not self._client.paired:
            return who
        new = self._client.major >= UPDATE
        system, lan, update = await asyncio.gather(
            self._maybe("system/"), self._maybe("lan/config/"), self._maybe("update/") if new else _nothing()
        )
        return parse.device(who, system, lan, update)

    async def wan(self) -> WanStatus | Absent:
        """The session; the prefix where IPv6 is on."""
        return await self._read(self._wan())

    async def _wan(self) -> WanStatus:
        told, ipv6 = await asyncio.gather(self._get("connection/"), self._maybe("connection/ipv6/config/"))
        return parse.wan(told, ipv6)

    async def wan_traffic(self) -> WanTraffic | Absent:
        """From the same reply as :meth:`wan`."""
        return await self._read(self._parsed(parse.wan_traffic, "connection/"))

    async def dsl(self) -> DslLine | Absent:
        """While 4G stands in for the line, ``media`` says nothing of it: then the line itself is looked at."""
        return await self._read(self._dsl())

    async def _dsl(self) -> DslLine | Absent:
        told, xdsl = await asyncio.gather(self._get("connection/"), self._maybe("connection/xdsl/"))
        medium, line = parse.medium(told), parse.dsl(xdsl)
        if medium is AccessMedium.DSL:
            return line if line is not None else Absent(Why.UNREADABLE)
        if medium is AccessMedium.FIBRE or line is None or not parse.has_dsl(xdsl):
            return Absent(Why.OTHER_LINE)
        return line

    async def optical(self) -> OpticalInterface | Absent:
        """Likewise: the module counts, unless the box says that the line is DSL."""
        return await self._read(self._optical())

    async def _optical(self) -> OpticalInterface | Absent:
        told, ftth = await asyncio.gather(self._get("connection/"), self._maybe("connection/ftth/"))
        medium = parse.medium(told)
        if medium is AccessMedium.FIBRE:
            return parse.optical(ftth) if mapping(ftth) else Absent(Why.CANNOT)
        if medium is AccessMedium.DSL or not parse.has_module(ftth):
            return Absent(Why.OTHER_LINE)
        return parse.optical(ftth)

    async def cellular(self) -> CellularInterface | Absent:
        """Backup and aggregation are two from API 10 on; before, one object for both."""
        return await self._read(self._cellular())

    async def _cellular(self) -> CellularInterface | Absent:
        if self._client.major < NEW_LTE:
            found = parse.cellular(await self._maybe("connection/lte/config/"), backup=False)
            return found if found is not None else Absent(Why.CANNOT)
        backup, aggregated = await asyncio.gather(
            self._maybe("connection/lte/backup"), self._maybe("connection/lte/aggregation")
        )
        found = parse.cellular(backup, backup=True) or parse.cellular(aggregated, backup=False)
        return found if found is not None else Absent(Why.CANNOT)

    async def line_events(self) -> tuple[LineEvent, ...] | Absent:
        """``connection/logs/``, which nobody documents."""
        return await self._read(self._parsed(parse.line_events, "connection/logs/"))

    async def restarts(self) -> tuple[Restart, ...] | Absent:
        """The last start only, from how long the box has run: it keeps no list."""
        return await self._read(self._restarts())

    async def _restarts(self) -> tuple[Restart, ...] | Absent:
        told = mapping(await self._get("system/"))
        up_time = parse.device(await self._client.hello(), told, None).up_time
        at = parse.started(up_time, datetime.now(UTC))
        return (Restart(at),) if at is not None else Absent(Why.CANNOT)

    async def wifi(self) -> WifiSettings | Absent:
        """Radios, networks and which channels a radio may take."""
        return await self._read(self._wifi())

    async def _wifi(self) -> WifiSettings:
        _, config, points, networks = await asyncio.gather(
            self._routing(), self._get("wifi/config/"), self._get("wifi/ap/"), self._get("wifi/bss/")
        )
        named = names(points)
        chosen = await asyncio.gather(*(self._maybe(f"wifi/ap/{name}/allowed_channel_comb") for name in named))
        return parse_settings.wifi(config, points, networks, dict(zip(named, chosen, strict=True)))

    async def guest(self) -> GuestNetwork | Absent:
        """Keys for guests; their network has its own name from API 14 on only."""
        if self._client.paired and self._client.major < GUEST:
            return Absent(Why.CANNOT)
        return await self._read(self._guest())

    async def _guest(self) -> GuestNetwork:
        _, keys, config = await asyncio.gather(self._routing(), self._get("wifi/custom_key/"), self._guest_config())
        self._guest_name_fixed = flag(mapping(config).get("ssid_read_only")) is True
        return parse_settings.guest(keys, config)

    async def _guest_config(self) -> Any:
        """The documentation has the plural, a client of a real box the singular: whichever answers."""
        if self._client.major < GUEST_SSID:
            return None
        found = await self._maybe("wifi/custom_keys/config/")
        return found if found is not None else await self._maybe("wifi/custom_key/config/")

    async def parental(self) -> ParentalControl | Absent:
        """Persons from API 8 on, filters before."""
        return await self._read(self._parental())

    async def _parental(self) -> ParentalControl:
        if self._client.major < NEW_PARENTAL:
            _, filters = await asyncio.gather(self._routing(), self._get("parental/filter/"))
            named = names(filters)
            plans = await asyncio.gather(*(self._maybe(f"parental/filter/{name}/planning") for name in named))
            return parental.old_control(filters, dict(zip(named, plans, strict=True)), datetime.now(UTC))
        _, controls, profiles = await asyncio.gather(
            self._routing(), self._get("network_control"), self._maybe("profile")
        )
        named = names(controls, "profile_id")
        rules = await asyncio.gather(*(self._maybe(f"network_control/{name}/rules") for name in named))
        told = dict(zip(named, rules, strict=True))
        self._learn_days(controls, told)
        return parental.control(controls, profiles, told, self._sunday)

    def _learn_days(self, controls: Any, rules: Mapping[str, Any]) -> None:
        now = datetime.now().astimezone()
        self._sunday = self._sunday or any(
            parental.sunday_first(each, rules.get(text(each.get("profile_id")) or ""), now) for each in rows(controls)
        )

    async def forwards(self) -> tuple[PortMapping, ...] | Absent:
        """The subscriber's own and those that programs asked for."""
        return await self._read(self._forwards())

    async def _forwards(self) -> tuple[PortMapping, ...]:
        _, own, programs = await asyncio.gather(self._routing(), self._get("fw/redir/"), self._maybe("upnpigd/redir/"))
        return parse_settings.forwards(own, programs)

    async def dhcp(self) -> DhcpServer | Absent:
        """With its reservations."""
        return await self._read(self._dhcp())

    async def _dhcp(self) -> DhcpServer:
        _, config, leases = await asyncio.gather(
            self._routing(), self._get("dhcp/config/"), self._get("dhcp/static_lease/")
        )
        return parse_home.dhcp(config, leases)

    async def hosts(self) -> tuple[HomeHost, ...] | Absent:
        """The home's and the guests', with signal and rates from the radios."""
        return await self._read(self._hosts())

    async def _hosts(self) -> tuple[HomeHost, ...]:
        old = self._client.major < NEW_PARENTAL
        networks, points, filters = await asyncio.gather(
            self._get("lan/browser/interfaces/"),
            self._maybe("wifi/ap/"),
            self._maybe("parental/filter/") if old else _nothing(),
        )
        interfaces, named = parse_home.interfaces(networks), names(points)
        bands = {text(each.get("id")): text(mapping(each.get("config")).get("band")) for each in rows(points)}
        lists, heard = await asyncio.gather(
            asyncio.gather(*(self._get(f"lan/browser/{each}/") for each in interfaces)),
            asyncio.gather(*(self._maybe(f"wifi/ap/{name}/stations/") for name in named)),
        )
        found = [
            parse_home.host(each, name == "wifiguest")
            for name, told in zip(interfaces, lists, strict=True)
            for each in rows(told)
        ]
        radio = [
            parse_home.station(each, bands.get(name))
            for name, told in zip(named, heard, strict=True)
            for each in rows(told)
        ]
        denied = [each for each in rows(filters) if text(each.get("filter_state")) == "denied"]
        return parse_home.hosts(
            found,
            {each.phys_address: each for each in radio if each is not None},
            frozenset(mac for each in denied for mac in parental.macs(each)),
        )

    async def ports(self) -> tuple[EthernetPort, ...] | Absent:
        """The switch."""
        return await self._read(self._parsed(parse_home.ports, "switch/status/"))

    async def tv(self) -> tuple[TvDecoder, ...] | Absent:
        """Decoders that can be asked say whether they run; the others are at least seen."""
        return await self._read(self._tv())

    async def _tv(self) -> tuple[TvDecoder, ...]:
        told = await self._maybe("player") if self._client.major >= OLD_PLAYERS else None
        if told is None:
            return parse_home.decoders(await self._hosts())
        known = parse_home.players(told)
        states = await asyncio.gather(
            *(self._maybe(f"player/{name}/api/v6/status/") if asks else _nothing() for name, asks, _ in known)
        )
        return tuple(
            TvDecoder(parse_home.power(state) or decoder.state, decoder.model_name)
            for (_, _, decoder), state in zip(known, states, strict=True)
        )

    async def phone(self) -> tuple[Phone, ...] | Absent:
        """``phone/``, undocumented: hook and defect, but not whether the line is registered."""
        return await self._read(self._phone())

    async def _phone(self) -> tuple[Phone, ...] | Absent:
        found = parse_home.phones(await self._get("phone/"))
        return found if found else Absent(Why.CANNOT)

    async def _get(self, path: str) -> Any:
        return await self._client.get(path)

    async def _maybe(self, path: str) -> Any:
        """What not every firmware has, or not every subscriber has allowed: None then."""
        try:
            return await self._client.get(path)
        except BoxError as error:
            if error.code in _MISSING or error.code in _DISPENSABLE:
                return None
            raise

    async def _routing(self) -> None:
        """In bridge mode the settings of DHCP, NAT, Wi-Fi and parental control are there but do nothing."""
        if parse.mode(await self._get("lan/config/")) is Mode.BRIDGE:
            raise BoxError(BoxErrorCode.BRIDGE_MODE)

    async def _parsed(self, parser: Any, path: str) -> Any:
        return parser(await self._get(path))

    async def _read(self, reading: Awaitable[T]) -> T | Absent:
        """What cannot be had is a right answer."""
        if not self._client.paired:
            if asyncio.iscoroutine(reading):
                reading.close()
            return Absent(Why.NEEDS_PAIRING)
        try:
            return await reading
        except BoxError as error:
            why = _MISSING.get(error.code)
            if why is None:
                raise
            return Absent(why, error.code.value)


async def _nothing() -> None:
    return None
