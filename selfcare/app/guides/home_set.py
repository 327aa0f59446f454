"""Tests of what is set on the box, and of the devices it knows: read anew, never from memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from selfcare.app.box_kinds.kind import Scope
from selfcare.app.box_kinds.parental import find
from selfcare.app.box_wishes import WishError
from selfcare.app.guides.home_box import HomeBox, unknown
from selfcare.app.guides.home_words import host, judged, named, number, text, truth, unclear
from selfcare.app.guides.side import Arguments, Tell
from selfcare.app.guides.world import Moment
from selfcare.model.box import (
    Absent,
    ActivityState,
    Capability,
    DhcpServer,
    GuestNetwork,
    HomeHost,
    ParentalControl,
    ParentalRule,
    ParentalSchedule,
    Phone,
    TvDecoder,
    WifiRadio,
    WifiSettings,
    WifiSsid,
)
from selfcare.model.guide_run import Seen


def seen(words: str, answer: str, data: Mapping[str, object] | None = None, **values: object) -> Seen:
    """With its sentence ``guide.box.<words>.<answer>``."""
    return Seen(answer, ((f"guide.box.{words}.{answer}", values),), data or {})


@dataclass(frozen=True, slots=True)
class SetTests:
    """``clock``: Unix time."""

    box: HomeBox
    clock: Callable[[], float]

    @property
    def tests(self) -> Mapping[str, Tell]:
        """By name."""
        return {
            "box.guest_is": self._guest,
            "box.wifi_is": self._wifi,
            "box.parental_is": self._parental,
            "box.reservation_is": self._reservation,
            "box.device_seen": self._device,
            "box.tv_seen": self._tv,
            "box.phone_ready": self._phone,
        }

    async def _guest(self, given: Arguments, _moment: Moment) -> Seen:
        told: GuestNetwork | Absent = await self.box.told(Capability.GUEST)
        if isinstance(told, Absent):
            return unknown(told)
        on, name = truth(given, "on"), text(given, "name")
        same = None if told.enable is None else told.enable == (on is not False)
        answers = [same] if name is None or on is False else [same, None if told.ssid is None else told.ssid == name]
        state = "unknown" if told.enable is None else "on" if told.enable else "off"
        return Seen(judged(*answers), ((f"guide.box.guest.{state}", {"name": told.ssid or ""}),), {"guest": state})

    async def _wifi(self, given: Arguments, _moment: Moment) -> Seen:
        told: WifiSettings | Absent = await self.box.told(Capability.WIFI)
        if isinstance(told, Absent):
            return unknown(told)
        band, channel = text(given, "band"), number(given, "channel")
        if band is None and channel:
            band = "2.4" if channel <= 14 else "5"
        radios = [one for one in told.radios if band is None or (one.band is not None and one.band.value == band)]
        if not radios:
            return unclear(WishError("no_such_band"))
        on, name = truth(given, "on"), text(given, "name")
        answers: list[bool | None] = []
        if on is not None:
            is_on = wifi_on(told, radios)
            answers.append(None if is_on is None else is_on == on)
        if name is not None:
            answers.append(_has_name(told, radios, band, name))
        if channel is not None:
            answers.append(_has_channel(radios, channel))
        return Seen(judged(*answers), _wifi_line(told, radios))

    async def _parental(self, given: Arguments, _moment: Moment) -> Seen:
        control: ParentalControl | Absent = await self.box.told(Capability.PARENTAL)
        if isinstance(control, Absent):
            return unknown(control)
        try:
            mac = host(text(given, "device"), await self.box.told(Capability.HOSTS)).phys_address.lower()
        except WishError as error:
            return unclear(error)
        state = parental_now(control, mac, self.clock())
        wanted = text(given, "rule") or ""
        answer = "yes" if state == wanted or (state == "none" and wanted == "allowed") else "no"
        return Seen(answer, ((f"guide.box.parental.{state}", {"device": text(given, "device")}),), {"rule": state})

    async def _reservation(self, given: Arguments, _moment: Moment) -> Seen:
        told: DhcpServer | Absent = await self.box.told(Capability.DHCP)
        if isinstance(told, Absent):
            return unknown(told)
        if told.reservations is None:
            return Seen("unknown", (("guide.box.unknown.cannot", {}),), {"why": "reservations_not_told"})
        called, address = text(given, "device"), text(given, "address")
        try:
            mac = host(called, await self.box.told(Capability.HOSTS)).phys_address.lower()
        except WishError as error:
            return unclear(error)
        mine = next((one for one in told.reservations if one.phys_address.lower() == mac), None)
        if mine is None:
            return seen("reservation", "no", device=called)
        answer = judged(address is None or mine.ip_address == address)
        return Seen(answer, (("guide.box.reservation.yes", {"device": called, "address": mine.ip_address}),))

    async def _device(self, given: Arguments, _moment: Moment) -> Seen:
        hosts: tuple[HomeHost, ...] | Absent = await self.box.told(Capability.HOSTS)
        if isinstance(hosts, Absent):
            return unknown(hosts)
        called = text(given, "device")
        try:
            one = host(called, hosts)
        except WishError as error:
            return seen("device", "no", device=called) if error.code == "no_such_device" else unclear(error)
        there = one.active if one in hosts else False
        return seen("device", judged(there), device=named(one) if one in hosts else called)

    async def _tv(self, _given: Arguments, _moment: Moment) -> Seen:
        told: tuple[TvDecoder, ...] | Absent = await self.box.told(Capability.TV)
        if isinstance(told, Absent):
            return unknown(told)
        states = {one.state for one in told}
        if ActivityState.UP in states:
            return seen("tv", "yes")
        if ActivityState.STANDBY in states:
            return Seen("no", (("guide.box.tv.standby", {}),), {"tv": "standby"})
        closed = any(one.service_available is False for one in told)
        # None listed is no word: a decoder that is on its own (an app, another maker's) is on no box's list.
        return seen("tv", "no" if closed or states == {ActivityState.DOWN} else "unknown")

    async def _phone(self, _given: Arguments, _moment: Moment) -> Seen:
        told: tuple[Phone, ...] | Absent = await self.box.told(Capability.PHONE)
        if isinstance(told, Absent):
            return unknown(told)
        if any(one.defect for one in told):
            return Seen("no", (("guide.box.phone.defect", {}),), {"phone": "defect"})
        if any(one.off_hook for one in told):
            return Seen("no", (("guide.box.phone.off_hook", {}),), {"phone": "off_hook"})
        states = {one.state for one in told}
        if ActivityState.UP in states:
            return seen("phone", "yes")
        return seen("phone", "no" if states == {ActivityState.DOWN} else "unknown")


# -- Wi-Fi -------------------------------------------------------------------------------------------


def wifi_on(told: WifiSettings, radios: list[WifiRadio]) -> bool | None:
    """The switch for all, where there is one, and those of the radios; off by a timetable is off."""
    if told.enable is False or told.planned:
        return False
    states = {one.enable for one in radios}
    if states == {False}:
        return False
    return True if True in states or (told.enable and states == {None}) else None


def of_home(told: WifiSettings, radios: list[WifiRadio], band: str | None) -> list[WifiSsid]:
    """The home's own networks on these radios."""
    ids = {one.id for one in radios}
    return [one for one in told.ssids if not one.guest and (band is None or one.radio in ids)]


def _has_name(told: WifiSettings, radios: list[WifiRadio], band: str | None, name: str) -> bool | None:
    """Whether one of them has it and is not switched off."""
    mine = [one for one in of_home(told, radios, band) if one.enable is not False]
    if any(one.ssid == name for one in mine):
        return True
    return False if mine and all(one.ssid is not None for one in mine) else None


def _has_channel(radios: list[WifiRadio], channel: int) -> bool | None:
    """0: automatic. A channel in use that was not chosen is not the one that was set."""
    if channel == 0:
        states = {one.auto_channel for one in radios}
        return True if states == {True} else False if False in states else None
    fixed = [one.channel == channel for one in radios if one.auto_channel is False]
    if True in fixed:
        return True
    return None if any(one.auto_channel is None for one in radios) else False


def _wifi_line(told: WifiSettings, radios: list[WifiRadio]) -> tuple[tuple[str, Mapping[str, object]], ...]:
    is_on = wifi_on(told, radios)
    return ((f"guide.box.wifi.{'unknown' if is_on is None else 'on' if is_on else 'off'}", {}),)


# -- who may when ------------------------------------------------------------------------------------


def parental_now(control: ParentalControl, mac: str, now: float) -> str:
    """``blocked``, ``allowed``, ``planned`` (a timetable is kept), ``none``; a word by hand ends at its end."""
    one = find(control, Scope((mac,)))
    if one is None or control.enable is False:
        return "none"
    rule = one.rule if not _over(one, now) else ParentalRule.PLANNED
    if rule is ParentalRule.PLANNED and not one.slots and not one.blocked_now:
        return "none"  # one that is kept out now has a timetable, though its box does not tell it (a Bbox)
    return rule.value


def _over(one: ParentalSchedule, now: float) -> bool:
    return one.until is not None and one.until <= datetime.fromtimestamp(now, UTC)
