"""What speaks against a wish, known before anything is written: as data, said before consent."""

from __future__ import annotations

import fnmatch
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from selfcare.app.box_cautions_ports import line, rule
from selfcare.app.box_kinds import week
from selfcare.app.box_kinds.kind import Kind, Reading, State, differing
from selfcare.app.box_own import mine
from selfcare.app.own_wifi import OwnLink
from selfcare.boxes.driver import unsettable
from selfcare.boxes.errors import BoxError
from selfcare.boxes.ports import ReadsWan
from selfcare.boxes.secret import Secret
from selfcare.model.box import (
    BoxFamily,
    Capability,
    DeviceInfo,
    DhcpServer,
    ForwardWish,
    GuestWish,
    Mode,
    ParentalRule,
    ParentalWish,
    PortMapping,
    ReservationWish,
    WanStatus,
    WifiSettings,
    Wish,
)
from selfcare.model.box.change import Caution

RIGHTS: Mapping[BoxFamily, Mapping[Capability, tuple[str, ...]]] = {
    BoxFamily.FREEBOX: {
        Capability.SET_WIFI: ("settings",),
        Capability.SET_GUEST: ("settings",),
        Capability.SET_PARENTAL: ("settings", "profile|parental"),
        Capability.SET_FORWARDS: ("settings",),
        Capability.SET_RESERVATIONS: ("settings",),
        Capability.REBOOT: ("settings",),
    }
}
"""Rights that a subscriber ticks one by one (Freebox OS, "Gestion des accès"); elsewhere one login has them all.

``a|b``: either, as the name changed with the firmware.
"""

_LONGEST_S = 365 * 24 * 3600
"""Of guests. Seconds: beyond it somebody mistyped."""
_KEY = range(8, 64)
"""Characters of a WPA passphrase (IEEE 802.11, J.4.1); 64 hexadecimal digits are a key too."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """Everything a caution may depend on. ``link``: the Wi-Fi this PC is in; ``macs``: its own adapters."""

    wish: Wish
    kind: Kind
    now: Reading
    asked: State
    device: DeviceInfo
    session: Any
    link: OwnLink | None
    can_join: bool
    macs: frozenset[str]

    @property
    def changed(self) -> list[str]:
        """The parts that would change by the wish itself."""
        return [p for p in differing(self.now.state, self.asked) if self.asked.get(p, False) is not None]


async def cautions(w: Weighing) -> tuple[Caution, ...]:
    """The blocking ones first."""
    found = [*_general(w), *_OF[w.kind.name](w)]
    if isinstance(w.wish, ForwardWish) and not w.wish.remove and isinstance(w.session, ReadsWan):
        try:
            wan = await w.session.wan()
        except BoxError:
            wan = None
        if isinstance(wan, WanStatus):
            found += line(w.wish.mapping, wan)
    return tuple(sorted(_once_each(found), key=lambda caution: not caution.blocking))


def _general(w: Weighing) -> list[Caution]:
    found = missing_rights(w.session, w.device.family, w.kind.writes)
    if w.device.mode is Mode.BRIDGE:
        found.append(Caution("bridge_mode", {}, True))
    if w.device.updating:
        found.append(Caution("updating", {}, True))
    found += _not_here(w)
    unknown = [p for p in w.changed if w.now.state.get(p, False) is None and w.kind.name != "guest"]
    if unknown:
        found.append(Caution("not_told", {"field": _field(w.kind, unknown[0])}, True))
    return found


def lasting(kind: Kind, session: Any, part: str, value: object = None) -> str | None:
    """Whether the box has no way of being told this: the detail of its sentence ("" where there is none), else None."""
    words = f"{kind.name}/{part}", f"{kind.name}/{part}={value}"
    known = unsettable(session).items()
    return next((what for like, what in known if any(fnmatch.fnmatchcase(word, like) for word in words)), None)


def _not_here(w: Weighing) -> list[Caution]:
    """What is wished and cannot be had; and what goes with it and cannot be put back."""
    found = []
    for part in w.kind.kept(w.now.state, w.asked):
        detail = lasting(w.kind, w.session, part, w.asked.get(part, False))
        if part in w.changed and detail is not None and not w.kind.lenient(part, w.asked):
            found.append(Caution("unsettable", {"field": _field(w.kind, part), "detail": detail}, True))
        elif part in w.changed and lasting(w.kind, w.session, part, w.now.state.get(part, False)) is not None:
            found.append(Caution("not_put_back", {"field": _field(w.kind, part)}))
    return found


def _field(kind: Kind, part: str) -> str:
    return f"box.field.{kind.name}." + ("slot" if part.startswith("slot/") else part.rsplit("/", 1)[-1])


def _once_each(found: list[Caution]) -> list[Caution]:
    """The same said once."""
    return [caution for number, caution in enumerate(found) if caution not in found[:number]]


def missing_rights(session: Any, family: BoxFamily, capability: Capability) -> list[Caution]:
    """Those that this needs and that the subscriber did not tick."""
    rights: frozenset[str] | None = getattr(session, "rights", None)
    needed = RIGHTS.get(family, {}).get(capability, ())
    if rights is None:
        return []
    missing = [either.split("|")[0] for either in needed if not rights & set(either.split("|"))]
    return [Caution("missing_right", {"right": right}, True) for right in missing]


def _wifi(w: Weighing) -> list[Caution]:
    settings: WifiSettings = w.now.raw
    found = [*_network_names(w), *_channels(w, settings)]
    changed = {part.rsplit("/", 1)[-1] for part in w.changed}
    if settings.planned and "enable" in w.changed and w.asked["enable"]:
        found.append(Caution("wifi_planned"))
    if settings.shared and changed & {"ssid", "key", "security"}:
        found.append(Caution("all_bands"))
    if changed & {"ssid", "key", "security"}:
        found.append(Caution("new_key_for_all"))
    if w.asked.get("enable") is False or any(w.asked.get(p) is False for p in w.changed if p.endswith("/enable")):
        found.append(Caution("wifi_off_for_all"))
    return found + _own(w)


def _own(w: Weighing) -> list[Caution]:
    renamed = any(p.rsplit("/", 1)[-1] in ("ssid", "key", "security") for p in w.changed)
    if w.link is None:
        return [Caution("type_the_key_if_wifi")] if renamed and not w.can_join else []
    networks = mine(w.now, w.link)
    radios = {f"radio/{s.radio}" for s in w.now.raw.ssids if f"ssid/{s.id}" in networks and s.radio}
    touched = {p.rsplit("/", 1)[0] for p in w.changed if "/" in p}
    off = any(w.asked.get(p) is False for p in w.changed if p.endswith("enable"))
    if not (touched & {*networks, *radios} or "enable" in w.changed):
        return []
    if off:
        # Off by Wi-Fi cannot be put on again by Wi-Fi.
        return [Caution("cuts_this_pc_for_good" if w.link.alone else "cuts_this_pc", {"ssid": w.link.ssid})]
    found = [Caution("cuts_this_pc", {"ssid": w.link.ssid})]
    return [*found, *([] if w.can_join or not renamed else [Caution("type_the_key_here")])]


def _network_names(w: Weighing) -> list[Caution]:
    found = []
    for part in w.changed:
        field, value = part.rsplit("/", 1)[-1], w.asked[part]
        if field == "ssid" and not (isinstance(value, str) and 1 <= len(value.encode()) <= 32 and value.isprintable()):
            found.append(Caution("bad_name", {}, True))
        if field == "key" and isinstance(value, Secret) and not _is_key(value.reveal()):
            found.append(Caution("bad_key", {"least": _KEY.start, "most": _KEY.stop - 1}, True))
        if field == "security" and value in ("open", "wep"):
            found.append(Caution("no_protection"))
    return _once(found)


def _is_key(text: str) -> bool:
    printable = all(32 <= ord(letter) < 127 for letter in text)
    return printable and (len(text) in _KEY or (len(text) == 64 and all(c in "0123456789abcdefABCDEF" for c in text)))


def _channels(w: Weighing, settings: WifiSettings) -> list[Caution]:
    found = []
    for radio in settings.radios:
        channel, width = f"radio/{radio.id}/channel", f"radio/{radio.id}/width"
        asked, wide = w.asked.get(channel), w.asked.get(width)
        if channel in w.changed and isinstance(asked, int):
            if radio.possible_channels and asked not in radio.possible_channels:
                listed = ", ".join(str(c) for c in radio.possible_channels)
                found.append(Caution("no_such_channel", {"channel": asked, "channels": listed}, True))
            elif 52 <= asked <= 144 and radio.band is not None and radio.band.value == "5":
                found.append(Caution("listens_first", {"channel": asked}))
        if width in w.changed and isinstance(wide, int) and radio.possible_widths and wide not in radio.possible_widths:
            found.append(Caution("no_such_width", {"width": wide}, True))
    return found


def _guest(w: Weighing) -> list[Caution]:
    assert isinstance(w.wish, GuestWish)
    found = _network_names(w)
    asked, wished = w.asked.get("remaining"), w.wish.guest.remaining
    if isinstance(asked, int) and not 0 <= asked <= _LONGEST_S:
        found.append(Caution("bad_time", {}, True))
    if isinstance(asked, int) and wished and w.asked.get("enable") and asked != int(wished):
        found.append(Caution("rounded_end", {"hours": asked // 3600, "minutes": asked % 3600 // 60}))
    keyless = not w.asked.get("key") and lasting(w.kind, w.session, "key") is None
    if w.asked.get("enable") and w.now.state.get("enable") is False and keyless:
        found.append(Caution("needs_key", {}, True))
    if w.asked.get("enable") is False and any(w.now.state.get(p) is None for p in w.changed):
        found.append(Caution("guests_are_off", {}, True))
    if w.link is not None and w.now.raw.ssid == w.link.ssid and w.now.state.get("enable"):
        found.append(Caution("cuts_this_pc", {"ssid": w.link.ssid}))
        if not w.can_join and w.asked.get("enable"):
            found.append(Caution("type_the_key_here"))
    return found


def _parental(w: Weighing) -> list[Caution]:
    assert isinstance(w.wish, ParentalWish)
    control, schedule = w.now.raw
    found = _steps(w)
    if control.enable is False:
        found.append(Caution("parental_off"))
    devices = {mac.lower() for mac in (schedule.phys_addresses if schedule else w.wish.schedule.phys_addresses)}
    wanted = {mac.lower() for mac in w.wish.schedule.phys_addresses}
    if devices - wanted:
        found.append(Caution("other_devices_too", {"count": len(devices - wanted), "name": schedule.name or ""}))
    others = {mac.lower() for each in control.schedules for mac in each.phys_addresses} - wanted
    if getattr(w.session, "parental_together", False) and w.wish.schedule.rule is ParentalRule.BLOCKED and others:
        found.append(Caution("blocks_together", {"count": len(others)}, True))
    if devices & {mac.lower() for mac in w.macs} and w.wish.schedule.rule is not ParentalRule.ALLOWED:
        found.append(Caution("blocks_this_pc"))
    return found


def _steps(w: Weighing) -> list[Caution]:
    """Times that the box cannot keep: it would refuse them, or cut them off."""
    step = int(getattr(w.session, "parental_step_s", 0) or 0)
    times = [time for part in w.asked if part.startswith(week.SLOT) for time in week.spans(part)[1]]
    if step and any(time % step for time in times):
        return [Caution("only_steps", {"minutes": step // 60}, True)]
    return []


def _forward(w: Weighing) -> list[Caution]:
    assert isinstance(w.wish, ForwardWish)
    if w.wish.remove:
        return []
    found = rule(w.wish.mapping, w.now.raw, w.device)
    return [*found, *_forward_parts(w, w.wish.mapping)]


def _forward_parts(w: Weighing, mapping: PortMapping) -> list[Caution]:
    """What a rule may have that this box does not know."""
    wished = {"range": mapping.last != mapping.external_port, "lease": mapping.lease is not None}
    found = [(part, lasting(w.kind, w.session, part)) for part, has in wished.items() if has]
    return [
        Caution("unsettable", {"field": _field(w.kind, part), "detail": detail}, True)
        for part, detail in found
        if detail is not None
    ]


def _reservation(w: Weighing) -> list[Caution]:
    assert isinstance(w.wish, ReservationWish)
    server: DhcpServer = w.now.raw
    one = w.wish.reservation
    if w.wish.remove:
        return []
    try:
        address = ipaddress.IPv4Address(one.ip_address)
    except ValueError:
        return [Caution("bad_address", {}, True)]
    for other in server.reservations or ():
        if other.ip_address == one.ip_address and other.phys_address.lower() != one.phys_address.lower():
            return [Caution("address_taken", {"address": one.ip_address, "device": other.comment or ""}, True)]
    if one.ip_address == server.box_address:
        return [Caution("address_of_the_box", {"address": one.ip_address}, True)]
    if server.box_address and server.subnet_mask:
        home = ipaddress.IPv4Network(f"{server.box_address}/{server.subnet_mask}", strict=False)
        if address not in home or address in (home.network_address, home.broadcast_address):
            return [Caution("address_elsewhere", {"network": str(home)}, True)]
    return [Caution("after_reconnecting")]


def _once(found: list[Caution]) -> list[Caution]:
    """One of each."""
    return list({caution.code: caution for caution in found}.values())


_OF: Mapping[str, Callable[[Weighing], list[Caution]]] = {
    "wifi": _wifi,
    "guest": _guest,
    "parental": _parental,
    "forward": _forward,
    "reservation": _reservation,
}
