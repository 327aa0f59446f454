"""From what somebody wants of which thing to the whole wish, by what the box tells now. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from selfcare.app.box_kinds.kind import Scope
from selfcare.app.box_kinds.parental import find
from selfcare.model.box import (
    ForwardWish,
    GuestNetwork,
    GuestWish,
    HomeHost,
    ParentalControl,
    ParentalRule,
    ParentalSchedule,
    ParentalSlot,
    ParentalWish,
    PortMapping,
    Protocol,
    WifiRadio,
    WifiSettings,
    WifiSsid,
    WifiWish,
)
from selfcare.model.units import Megahertz, Seconds

DAY_S = 24 * 3600
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su"), ("lu", "ma", "me", "je", "ve", "sa", "di")


class WishError(ValueError):
    """``box.wish.<code>``: it is not clear what is meant."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class WifiOrder:
    """What somebody says; None: leave it. ``band``: only this one. Channel and width: 0 is automatic."""

    enable: bool | None = None
    name: str | None = None
    key: str | None = None
    channel: int | None = None
    width: int | None = None
    band: str | None = None

    def __repr__(self) -> str:
        return f"WifiOrder(band={self.band})"


def wifi(settings: WifiSettings, order: WifiOrder) -> WifiWish:
    """Name and key for the home's networks, all of them where no band is named and they have one name."""
    bands = {radio.id: radio.band.value for radio in settings.radios if radio.band}
    mine = [s for s in settings.ssids if not s.guest and order.band in (None, bands.get(s.radio or ""))]
    ssids: tuple[WifiSsid, ...] = ()
    if order.name is not None or order.key is not None:
        if not mine:
            raise WishError("no_such_band")
        if len({s.ssid for s in mine}) > 1:
            raise WishError("which_band", bands=", ".join(sorted(bands.values())))
        ssids = tuple(WifiSsid(s.id, ssid=order.name, key=order.key) for s in mine)
    radios: tuple[WifiRadio, ...] = ()
    if order.enable is not None and order.band is None and settings.enable is None:
        # No switch for all (an SFR Box): each of its radios.
        return WifiWish(None, tuple(WifiRadio(radio.id, enable=order.enable) for radio in settings.radios), ssids)
    if order.channel is not None or order.width is not None or (order.enable is not None and order.band):
        radios = (_radio(settings, order),)
    return WifiWish(order.enable if not order.band else None, radios, ssids)


def _radio(settings: WifiSettings, order: WifiOrder) -> WifiRadio:
    band = order.band
    if band is None and order.channel:
        band = "2.4" if order.channel <= 14 else "5"
    found = next((r for r in settings.radios if r.band and r.band.value == band), None)
    if found is None:
        raise WishError("which_band", bands=", ".join(r.band.value for r in settings.radios if r.band))
    made = WifiRadio(found.id, enable=order.enable)
    if order.channel is not None:
        made = replace(made, auto_channel=order.channel == 0, channel=order.channel or None)
    if order.width is not None:
        made = replace(made, auto_width=order.width == 0, width=Megahertz(order.width) if order.width else None)
    return made


def guest(
    now: GuestNetwork, enable: bool | None, name: str | None, key: str | None, seconds: float | None
) -> GuestWish:
    """What is not named stays, the end too."""
    if enable is None and now.enable and seconds is not None:
        enable = True
    left = Seconds(seconds) if seconds is not None else now.remaining if enable and now.enable else None
    if enable and name is None and key is None and not now.enable:
        name, key = now.ssid, now.key
    return GuestWish(GuestNetwork(enable, name, key, left))


def parental(
    control: ParentalControl,
    mac: str,
    rule: ParentalRule,
    until: datetime | None = None,
    slots: tuple[ParentalSlot, ...] | None = None,
) -> ParentalWish:
    """A word by hand keeps the timetable; a new timetable takes the place of the old one (``slots``: None keeps it)."""
    found = find(control, Scope((mac,))) or ParentalSchedule((mac,))
    kept = found.slots if slots is None else slots
    return ParentalWish(ParentalSchedule(found.phys_addresses, rule, until, kept, id=found.id, name=found.name))


def slot(text: str) -> ParentalSlot:
    """``mo-fr 21:00-24:00``, ``lu,me 22:00-07:00`` (until the next day): when there is no Internet.

    Raises ``WishError``.
    """
    found = re.fullmatch(r"(\S+)\s+(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)", text.strip().lower())
    if found is None:
        raise WishError("bad_slot", text=text)
    start, end = (int(found[n]) * 3600 + int(found[n + 1]) * 60 for n in (2, 4))
    if start == end or not (0 <= start < DAY_S and 0 <= end <= DAY_S):
        raise WishError("bad_slot", text=text)
    return ParentalSlot(Seconds(start), Seconds(end), tuple(sorted(_days(found[1], text))))


def _days(words: str, text: str) -> set[int]:
    days = set[int]()
    for word in words.split(","):
        first, _, last = word.partition("-")
        begin, end = _day(first, text), _day(last or first, text)
        days |= {(begin + n) % 7 for n in range((end - begin) % 7 + 1)}
    return days


def _day(word: str, text: str) -> int:
    for names in _DAYS:
        for number, name in enumerate(names):
            if word[:2] == name:
                return number
    raise WishError("bad_slot", text=text)


def ports(text: str) -> tuple[int, int]:
    """``8443`` or ``5000-5010``. Raises ``WishError``."""
    found = re.fullmatch(r"(\d{1,5})(?:-(\d{1,5}))?", text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last <= 65535:
        raise WishError("bad_port", text=text)
    return first, last


def forward(
    rules: Iterable[PortMapping], text: str, protocol: Protocol, client: str, port: int | None, name: str | None
) -> ForwardWish:
    """A rule that is already there for these ports and this device is the one that is meant."""
    first, last = ports(text)
    same = (r for r in rules if (r.external_port, r.last, r.internal_client) == (first, last, client))
    old = next((r for r in same if r.protocol is protocol), None)
    return ForwardWish(
        PortMapping(
            first,
            port or first,
            client,
            protocol,
            external_last=last if last != first else None,
            description=name or (old.description if old else None) or "Selfcare",
            id=old.id if old else None,
        )
    )


def no_forward(rules: Iterable[PortMapping], text: str, protocol: Protocol | None) -> ForwardWish:
    """Raises ``WishError`` where there is none, or several and the protocol would say which."""
    first, last = ports(text)
    found = [r for r in rules if (r.external_port, r.last) == (first, last) and protocol in (None, r.protocol)]
    if not found:
        raise WishError("no_such_rule", port=text)
    if len(found) > 1:
        raise WishError("which_rule", port=text)
    return ForwardWish(found[0], remove=True)


def device(text: str, hosts: Iterable[HomeHost]) -> HomeHost:
    """By hardware address, address or name, as the box tells them. Raises ``WishError``."""
    wanted = text.strip().lower().replace("-", ":") if ":" in text or text.count("-") == 5 else text.strip().lower()
    known = list(hosts)
    found = [
        h for h in known if wanted in (h.phys_address.lower(), h.ip_address, (h.host_name or "").lower() or None)
    ]  # fmt: skip
    if len(found) == 1:
        return found[0]
    if _MAC.fullmatch(wanted) and not found:
        return HomeHost(wanted)
    raise WishError("which_device" if found else "no_such_device", text=text)
