"""From an action of a guide and its arguments to a wish, by what the box tells now, as the command line makes its."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from selfcare.app.box_cautions_ports import meet
from selfcare.app.box_kinds import REBOOT
from selfcare.app.box_kinds.kind import told
from selfcare.app.box_wishes import WifiOrder, WishError, forward, guest, parental, ports, slot, wifi
from selfcare.app.guides.home_words import host, number, protocol, seconds, text, truth
from selfcare.app.guides.side import Arguments
from selfcare.boxes.errors import BoxError
from selfcare.boxes.secret import Secret
from selfcare.model.box import (
    Capability,
    ForwardWish,
    HomeHost,
    ParentalRule,
    PortMapping,
    Protocol,
    RebootWish,
    Reservation,
    ReservationWish,
    Wish,
)

if TYPE_CHECKING:
    from selfcare.app.box_change import BoxChanges

NONE = "none"
"""A rule of parental control: word by hand and timetable both go."""


class AlreadySo(Exception):
    """There is nothing that would have to change: what was to go is not there."""


Make = Callable[["BoxChanges", Arguments, "Secret | None"], Awaitable[Wish]]
"""Raises ``WishError``, ``BoxError``, ``AlreadySo``. The secret is the key that was typed."""


async def _told(changes: BoxChanges, reading: str) -> Any:
    return told(await changes.look(Capability(reading), lambda session: getattr(session, reading)()))


async def _host(changes: BoxChanges, called: str | None) -> HomeHost:
    try:
        hosts = await _told(changes, "hosts")
    except BoxError:
        hosts = ()  # a box that does not tell its devices: a hardware address will do
    return host(called, hosts)


async def _guest(changes: BoxChanges, given: Arguments, key: Secret | None) -> Wish:
    now = await _told(changes, "guest")
    return guest(now, truth(given, "on"), text(given, "name"), key.reveal() if key else None, seconds(given))


async def _wifi(changes: BoxChanges, given: Arguments, key: Secret | None) -> Wish:
    order = WifiOrder(
        truth(given, "on"), text(given, "name"), key.reveal() if key else None, number(given, "channel"),
        number(given, "width"), text(given, "band"),
    )  # fmt: skip
    return wifi(await _told(changes, "wifi"), order)


async def _parental(changes: BoxChanges, given: Arguments, _key: Secret | None) -> Wish:
    mac = (await _host(changes, text(given, "device"))).phys_address.lower()
    control = await _told(changes, "parental")
    rule, plan, left = text(given, "rule") or "", text(given, "timetable"), seconds(given)
    if rule == NONE:
        return parental(control, mac, ParentalRule.PLANNED, None, ())
    slots = None if plan is None else tuple(slot(part) for part in plan.split(";") if part.strip())
    end = datetime.now(UTC) + timedelta(seconds=left) if left else None
    try:
        return parental(control, mac, ParentalRule(rule), end, slots)
    except ValueError as error:
        raise WishError("nothing_asked") from error


async def _forward(changes: BoxChanges, given: Arguments, _key: Secret | None) -> Wish:
    called = text(given, "device")
    client = (await _host(changes, called)).ip_address if not _is_address(called) else called
    if client is None:
        raise WishError("no_address", text=called)
    rules = await _told(changes, "forwards")
    return forward(
        rules, text(given, "port") or "", protocol(given), client, number(given, "to"), text(given, "name")
    )  # fmt: skip


async def _no_forward(changes: BoxChanges, given: Arguments, _key: Secret | None) -> Wish:
    """By its ports; both protocols where none is named, in one rule or in two."""
    first, last = ports(text(given, "port") or "")
    only = Protocol(str(given["protocol"])) if "protocol" in given else Protocol.BOTH
    wanted = PortMapping(first, first, "", only, external_last=last)
    rules: tuple[PortMapping, ...] = await _told(changes, "forwards")
    met = [one for one in rules if meet(one, wanted)]
    if not met:
        raise AlreadySo
    exact = [one for one in met if (one.external_port, one.last) == (first, last)]
    if not exact:
        raise WishError("no_such_rule", port=text(given, "port"))
    if len({one.internal_client for one in exact}) > 1:
        raise WishError("which_rule", port=text(given, "port"))
    one = exact[0]
    halves = Protocol.BOTH if len(exact) > 1 else one.protocol if only is Protocol.BOTH else only
    return ForwardWish(replace(one, protocol=halves), remove=True)


async def _reserve(changes: BoxChanges, given: Arguments, _key: Secret | None) -> Wish:
    called = text(given, "device")
    one = await _host(changes, called)
    address = text(given, "address") or one.ip_address
    if address is None:
        raise WishError("no_address", text=called)
    return ReservationWish(Reservation(one.phys_address.lower(), address, one.host_name))


async def _unreserve(changes: BoxChanges, given: Arguments, _key: Secret | None) -> Wish:
    one = await _host(changes, text(given, "device"))
    return ReservationWish(Reservation(one.phys_address.lower(), ""), remove=True)


async def _restart(_changes: BoxChanges, _given: Arguments, _key: Secret | None) -> Wish:
    return RebootWish()


def _is_address(called: str | None) -> bool:
    import ipaddress

    try:
        ipaddress.IPv4Address(called or "")
    except ValueError:
        return False
    return True


WISHES: Mapping[str, tuple[str, Make]] = {
    "box.guest": ("guest", _guest),
    "box.wifi": ("wifi", _wifi),
    "box.parental": ("parental", _parental),
    "box.forward": ("forward", _forward),
    "box.forward_remove": ("forward", _no_forward),
    "box.reservation": ("reservation", _reserve),
    "box.reservation_remove": ("reservation", _unreserve),
    "box.reboot": (REBOOT, _restart),
}
"""By the action's name: the kind of the journal's entries, and how the wish is made."""
