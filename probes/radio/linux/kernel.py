"""One look through nl80211, blocking. One socket kept open, a second one for announcements."""

from __future__ import annotations

import contextlib
import errno
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from probes.radio.linux import adapter, boot, decode, genl
from probes.radio.linux.decode import Interface, Seen, Station, Survey
from probes.radio.linux.events import Story
from probes.radio.linux.genl import number, u32
from probes.radio.linux.numbers import GROUPS, NAME, Attr, Command
from selfcare.model.wifi import Band, Bss, Link, Radio, Rate, Security, Why

MOST_NEIGHBOURS = 256
BASIC_KBIT_S = 24_000
"""Up to the fastest that an access point may ask of all for beacons and answers (IEEE 802.11-2020 17.2.3.3)."""
_OLD_WAYS = (Security.WEP, Security.WPA, None)
_SOMEWHERE = "192.0.2.1"
"""An address that nobody has (RFC 5737): the route to it is the default one."""
_FRESH_S = 10.0
"""A signal of the own access point from what was heard: beacons come ten times a second, drivers hand on some."""
_LEAST_MS = 100
"""A shorter listening to the channel says little of how busy it is."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the kernel told. ``seen`` None: not asked for. ``joining``: associated, and the keys not agreed on yet."""

    radio: Radio
    link: Link | None
    joining: bool
    seen: tuple[Bss, ...] | None
    scan_age_s: float | None
    missing: Mapping[str, Why] = field(default_factory=dict)


class Kernel:
    """Raises OSError where nl80211 is not to be had (FileNotFoundError: no Wi-Fi in this kernel's hands)."""

    def __init__(self) -> None:
        self._netlink = genl.Netlink()
        self._groups: socket.socket | None = None
        self._abilities: dict[int, adapter.Abilities] = {}
        self._names: dict[int, str] = {}
        self._drivers: dict[int, str | None] = {}
        self._countries: dict[int, str | None] = {}
        self._known: dict[str, Bss] = {}
        self._links: dict[str, str] = {}
        self._surveyed: tuple[str | None, Survey] | None = None
        self._joined_s: float | None = None
        self._own: tuple[int, int] | None = None
        try:
            family = self._netlink.family(NAME)
            self._id = family.id
            with contextlib.suppress(OSError):
                self._groups = genl.listen([family.groups[g] for g in GROUPS if g in family.groups])
        except BaseException:
            self._netlink.close()
            raise

    def close(self) -> None:
        """Gives the sockets back."""
        self._netlink.close()
        if self._groups is not None:
            self._groups.close()

    def fileno(self) -> int | None:
        """Of the socket with the announcements."""
        return None if self._groups is None else self._groups.fileno()

    def listen(self, story: Story) -> None:
        """Takes in what was announced since the last time; needs no other part of this, so any thread may."""
        for command, raw in genl.heard(self._groups) if self._groups is not None else ():
            if self._own is not None:
                story.hear(command, raw, *self._own)

    def look(self, neighbours: bool, scanned: float | None) -> Look | None:
        """None where there is no interface for Wi-Fi. ``scanned``: Unix second of the last search announced."""
        found = self._interface()
        if found is None:
            return None
        one, station = found
        self._own = (one.index, one.wiphy)
        missing: dict[str, Why] = {}
        joined = station is not None and station.open
        self._forget(station if joined else None)
        # Of a Wi-Fi 7 link only the list of what was heard names the access point of the link in use.
        several = joined and one.several_links and (station is None or station.mac not in self._links)
        seen = self._seen(one, missing) if neighbours or several or (joined and not self._knows(station)) else None
        link = self._link(one, station) if station is not None and joined else None
        radio = self._radio(one, fresh=neighbours)
        age = _scan_age(seen, scanned) if neighbours and seen is not None else None
        return Look(
            radio, link, station is not None and not joined, seen if neighbours else None, age, missing,
        )  # fmt: skip

    def _dump(self, command: Command, attrs: Mapping[int, bytes]) -> list[bytes]:
        return self._netlink.dump(self._id, command, attrs)

    def _interface(self) -> tuple[Interface, Station | None] | None:
        """The one in a network before others; of several, that of the default route."""
        found = [one for raw in self._dump(Command.GET_INTERFACE, {}) if (one := decode.interface(raw)) is not None]
        found = sorted((one for one in found if one.name), key=lambda one: one.index)[:16]
        both = [(one, self._station(one)) for one in found]
        joined = [pair for pair in both if pair[1] is not None]
        if len(joined) > 1:
            out = _default_out()
            joined.sort(key=lambda pair: pair[0].index != out)
        best = joined or both
        return best[0] if best else None

    def _station(self, one: Interface) -> Station | None:
        try:
            found = self._dump(Command.GET_STATION, {Attr.IFINDEX: u32(one.index)})
        except OSError as error:
            if error.errno in (errno.ENODEV, errno.ENOTCONN, errno.ENOENT, errno.ENETDOWN, errno.EOPNOTSUPP):
                return None
            raise
        return decode.station(found[0]) if found else None

    def _seen(self, one: Interface, missing: dict[str, Why]) -> tuple[Bss, ...]:
        try:
            raw = self._dump(Command.GET_SCAN, {Attr.IFINDEX: u32(one.index)})
        except OSError:
            missing["neighbours"] = Why.NOT_OFFERED
            return ()
        now = boot.seconds()
        seen = [found for part in raw[: 4 * MOST_NEIGHBOURS] if (found := decode.bss(part, now)) is not None]
        self._remember(seen)
        ordered = sorted((s.bss for s in seen), key=lambda b: (not b.joined, -(b.rssi_dbm or -200)))
        return tuple(ordered[:MOST_NEIGHBOURS])

    def _remember(self, seen: list[Seen]) -> None:
        self._known = {s.bss.bssid: s.bss for s in seen if s.bss.joined}
        self._links = {s.mld: s.bss.bssid for s in reversed(seen) if s.mld is not None and s.bss.joined}

    def _forget(self, station: Station | None) -> None:
        """Of an association that is over, nothing is kept: the same box may be back with another name."""
        age = station.connected_s if station is not None else None
        if station is None or (age is not None and self._joined_s is not None and age < self._joined_s):
            self._known, self._links, self._surveyed = {}, {}, None
        self._joined_s = age

    def _knows(self, station: Station | None) -> bool:
        return station is not None and self._links.get(station.mac or "", station.mac) in self._known

    def _link(self, one: Interface, station: Station) -> Link:
        bssid = self._links.get(station.mac or "", station.mac)
        known = self._known.get(bssid or "")
        where = one.channel or (known.channel if known else None)
        survey = self._survey(one, where.mhz if where else None)
        tx, rx = (_of_data(told, known) for told in (station.tx, station.rx))
        told: dict[str, float | Rate | Why] = {
            "rssi_dbm": station.rssi, "rssi_average_dbm": station.average, "tx": tx, "rx": rx,
            "noise_dbm": survey.noise if survey else Why.NOT_OFFERED, "busy_share": self._busy(bssid, survey),
        }  # fmt: skip
        if isinstance(station.rssi, Why) and one.several_links:
            told["rssi_dbm"] = _instead(known, station)
        missing = {name: value for name, value in told.items() if isinstance(value, Why)}
        had = {name: None if isinstance(value, Why) else value for name, value in told.items()}
        plain = {
            "ssid": one.ssid or (known.ssid if known else None),
            "channel": where,
            "generation": _generation(station),
            "security": known.security if known else None,
            "connected_s": station.connected_s,
            "tx_packets": station.packets,
            "tx_retries": station.retries,
            "tx_failed": station.failed,
            "beacons_lost": station.beacons_lost,
            "power_save": self._power_save(one),
        }
        missing |= {name: Why.NOT_OFFERED for name, value in plain.items() if value is None}
        return Link(bssid=bssid, **plain, **had, missing=missing)  # type: ignore[arg-type]

    def _survey(self, one: Interface, mhz: int | None) -> Survey | None:
        try:
            parts = self._dump(Command.GET_SURVEY, {Attr.IFINDEX: u32(one.index)})
        except OSError:
            return None
        return decode.survey(parts, mhz)

    def _busy(self, bssid: str | None, survey: Survey | None) -> float | Why:
        """The share since the last look at the same access point: the driver's sum may be of hours ago."""
        before, self._surveyed = self._surveyed, None if survey is None else (bssid, survey)
        if survey is None or survey.listened_ms is None or survey.busy_ms is None:
            return Why.NOT_OFFERED
        if before is None or before[0] != bssid:
            return Why.STALE
        listened, busy = survey.listened_ms, survey.busy_ms
        if listened >= (before[1].listened_ms or 0):  # some drivers begin anew with every question
            listened, busy = listened - (before[1].listened_ms or 0), busy - (before[1].busy_ms or 0)
        if listened < _LEAST_MS:
            self._surveyed = before
            return Why.STALE
        return round(busy / listened, 3) if 0 <= busy <= listened else Why.IMPLAUSIBLE

    def _power_save(self, one: Interface) -> bool | None:
        try:
            told = self._netlink.ask(self._id, Command.GET_POWER_SAVE, {Attr.IFINDEX: u32(one.index)})
        except OSError:
            return None
        state = number(genl.attributes(told[0]).get(Attr.PS_STATE)) if told else None
        return None if state is None else bool(state)

    def _radio(self, one: Interface, fresh: bool) -> Radio:
        can = self._abilities.get(one.wiphy)
        if can is None:
            attrs: dict[int, bytes] = {Attr.WIPHY: u32(one.wiphy), Attr.SPLIT_WIPHY_DUMP: b""}
            parts: list[bytes] = []
            with contextlib.suppress(OSError):
                parts = self._dump(Command.GET_WIPHY, attrs)
            told = [genl.attributes(part).get(Attr.WIPHY_NAME) for part in parts]
            name = next((n for n in told if n), b"")
            self._names[one.wiphy] = name.rstrip(b"\0").decode("ascii", "replace").replace("/", "") or f"phy{one.wiphy}"
            can = self._abilities[one.wiphy] = adapter.abilities(parts)
        if fresh or one.wiphy not in self._countries:
            self._countries[one.wiphy] = self._country(one)
            self._drivers[one.wiphy] = adapter.driver(one.name)
        return Radio(
            one.name, adapter.state(one.name, self._names[one.wiphy]), can.bands, can.generation, can.streams,
            can.width_mhz, self._countries[one.wiphy], self._drivers[one.wiphy],
        )  # fmt: skip

    def _country(self, one: Interface) -> str | None:
        with contextlib.suppress(OSError):
            for told in self._netlink.ask(self._id, Command.GET_REG, {Attr.WIPHY: u32(one.wiphy)}):
                code = genl.attributes(told).get(Attr.REG_ALPHA2, b"").rstrip(b"\0")
                return code.decode("ascii") if len(code) == 2 and code.isalnum() else None
        return None

    def trigger(self) -> None:
        """Asks the driver to search. Raises OSError: EPERM for anybody but root, EBUSY while another search goes on."""
        if self._own is None:
            raise OSError(errno.ENODEV, "no interface has been looked at")
        attrs: dict[int, bytes] = {Attr.IFINDEX: u32(self._own[0]), Attr.SCAN_SSIDS: genl.packed({1: b""})}
        can = self._abilities.get(self._own[1], adapter.Abilities())
        if Band.GHZ_6 in can.bands:  # all of its 59 channels would take 7 s more
            wanted = {n: u32(mhz) for n, mhz in enumerate(can.worth_searching())}
            attrs[Attr.SCAN_FREQUENCIES] = genl.packed(wanted)
        self._netlink.order(self._id, Command.TRIGGER_SCAN, attrs)


def _generation(station: Station) -> int | None:
    """Of what was agreed on: the newest of the two directions, as one may be at rest at the oldest."""
    rates = [r for r in (station.tx, station.rx) if isinstance(r, Rate)]
    return max((r.generation for r in rates if r.generation is not None), default=None)


def _of_data(told: Rate | Why, known: Bss | None) -> Rate | Why:
    """Drivers tell the rate of the last frame, which after a rest is that of a beacon: it says nothing of data.

    A network closed as of old (WEP, TKIP) has no newer rates; nor has one that offers none.
    """
    newer = known is not None and known.generation is not None and known.security not in _OLD_WAYS
    if isinstance(told, Rate) and told.generation is None and newer and told.kbit_s <= BASIC_KBIT_S:
        return Why.STALE
    return told


def _instead(known: Bss | None, station: Station) -> float | Why:
    """Wi-Fi 7 says nothing usable of all links together: the mean of the beacons, or what was just heard."""
    if not isinstance(station.average, Why):
        return station.average
    if known is not None and known.rssi_dbm is not None and known.age_s is not None and known.age_s <= _FRESH_S:
        return known.rssi_dbm
    return Why.IMPLAUSIBLE


def _default_out() -> int | None:
    try:
        route = genl.route_socket()
    except OSError:
        return None
    try:
        return route.route_out(_SOMEWHERE)
    finally:
        route.close()


def _scan_age(seen: tuple[Bss, ...], scanned: float | None) -> float | None:
    """Since the last search: the own access point is heard all the time, the others only then."""
    ages = [b.age_s for b in seen if not b.joined and b.age_s is not None]
    if scanned is not None:
        ages.append(max(0.0, time.time() - scanned))
    return min(ages, default=None)
