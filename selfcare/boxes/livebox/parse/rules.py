"""Parental control (``Scheduler`` of type ToD, per hardware address) and port forwarding (``Firewall``)."""

from __future__ import annotations

from typing import Any

from selfcare.boxes.livebox.parse.values import MOST_ROWS, flag, hardware, listed, mapping, number, text, whole
from selfcare.boxes.livebox.parse.week import Span, merged, rest, slots
from selfcare.model.box import ParentalControl, ParentalRule, ParentalSchedule, PortMapping, Protocol
from selfcare.model.units import Seconds

_PROTOCOLS = {"6": Protocol.TCP, "17": Protocol.UDP, "6,17": Protocol.BOTH, "17,6": Protocol.BOTH}
NUMBERS = {Protocol.TCP: "6", Protocol.UDP: "17", Protocol.BOTH: "6,17"}
"""The IP protocol's number, as text."""
ORIGINS = {"webui": "user", "upnp": "upnp"}
"""The box's word for who made a rule, and ours."""


def parental(value: Any) -> ParentalControl:
    """``getCompleteSchedules {type:"ToD"}``. The box has no switch for all of it."""
    told = value.get("scheduleInfo") if isinstance(value, dict) and "scheduleInfo" in value else value
    found = tuple(plan for entry in listed(told) if (plan := schedule(entry)) is not None)
    return ParentalControl(schedules=found)


def schedule(entry: Any) -> ParentalSchedule | None:
    """One device. ``Disable`` blocks; where blocking is the rule (``def``), the spans are when it is allowed."""
    told = mapping(entry)
    name = hardware(told.get("ID"))
    if name is None:
        return None
    rule = _rule(told)
    return ParentalSchedule(
        phys_addresses=(name,),
        rule=rule,
        slots=slots(_blocked(told)),
        blocked_now=_now(told, rule),
        id=text(told.get("ID"), 64),
    )


def _rule(told: Any) -> ParentalRule:
    word = (text(told.get("override")) or "").lower()
    if flag(told.get("enable")) is False:
        return ParentalRule.ALLOWED  # the whole timetable is switched off: nothing is blocked
    return {"disable": ParentalRule.BLOCKED, "enable": ParentalRule.ALLOWED}.get(word, ParentalRule.PLANNED)


def _now(told: Any, rule: ParentalRule) -> bool | None:
    if rule is not ParentalRule.PLANNED:
        return rule is ParentalRule.BLOCKED
    return {"disable": True, "enable": False}.get((text(told.get("value")) or "").lower())


def _blocked(told: Any) -> list[Span]:
    off, on = _spans(told, "disable"), _spans(told, "enable")
    if (text(told.get("def")) or "").lower() != "disable":
        return off
    return rest(on)


def _spans(told: Any, state: str) -> list[Span]:
    return merged(
        (begin, end)
        for entry in listed(told.get("schedule"))
        if (text(entry.get("state")) or "").lower() == state
        and (begin := whole(entry.get("begin"), 0, 10**7)) is not None
        and (end := whole(entry.get("end"), 0, 10**7)) is not None
    )


def forwards(value: Any) -> tuple[PortMapping, ...]:
    """``Firewall:getPortForwarding``: an object keyed ``webui_…``/``upnp_…``, ports as text, protocol as number."""
    told = list(mapping(value).items())[:MOST_ROWS]
    return tuple(found for key, entry in told if (found := _forward(key, mapping(entry))) is not None)


def _forward(key: str, told: Any) -> PortMapping | None:
    protocol = _PROTOCOLS.get((text(str(told.get("Protocol"))) or "").replace(" ", ""))
    outside, inside = _range(told.get("ExternalPort")), _range(told.get("InternalPort"))
    client = text(told.get("DestinationIPAddress"), 64)
    if protocol is None or outside is None or client is None:
        return None
    lease = number(told.get("LeaseDuration"), 1, 1e9)
    origin = text(told.get("Origin"), 20) or key.partition("_")[0]
    return PortMapping(
        external_port=outside[0],
        internal_port=(inside or outside)[0],
        internal_client=client,
        protocol=protocol,
        enable=flag(told.get("Enable")) is not False,
        external_last=outside[1] if outside[1] != outside[0] else None,
        remote_host=text(told.get("SourcePrefix"), 64),
        description=text(told.get("Description")),
        lease=None if lease is None else Seconds(lease),
        origin=ORIGINS.get(origin, origin),
        valid={"Enabled": True, "Error": False}.get(text(told.get("Status")) or ""),
        id=key if key.isprintable() and len(key) <= 200 else text(key),
    )


def _range(value: object) -> tuple[int, int] | None:
    first, _, last = str(value).partition("-")
    begin = whole(first, 1, 65535)
    end = whole(last, 1, 65535) if last else begin
    return None if begin is None or end is None or end < begin else (begin, end)
