"""One wish of each kind and size, for the home of ``tests.boxes.home``: what sweeps and fault tests go through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from selfcare.model.box import (
    Capability,
    ForwardWish,
    GuestNetwork,
    GuestWish,
    ParentalRule,
    ParentalSchedule,
    ParentalSlot,
    ParentalWish,
    PortMapping,
    Protocol,
    RebootWish,
    Reservation,
    ReservationWish,
    WifiRadio,
    WifiSsid,
    WifiWish,
    Wish,
)
from selfcare.model.units import Megahertz, Seconds
from tests.boxes.home import Home, Plan

if TYPE_CHECKING:
    from selfcare.app.box_change import BoxChanges

LEO, PC = "b8:27:eb:00:00:02", "3c:52:82:00:00:01"
SCHOOL = (
    ParentalSlot(Seconds(0), Seconds(7 * 3600), (0, 1, 2, 3, 4)),
    ParentalSlot(Seconds(21 * 3600), Seconds(24 * 3600), (0, 1, 2, 3, 6)),
)
NIGHT = (
    ParentalSlot(Seconds(22 * 3600), Seconds(6 * 3600), (4, 5, 6)),
    ParentalSlot(Seconds(6 * 3600), Seconds(8 * 3600), (5,)),
    ParentalSlot(Seconds(10 * 3600), Seconds(12 * 3600), (2,)),
)
"""Over midnight, and touching what is there and itself."""
NEW = {"ssid": "Chez-Dupont", "key": "une autre cle bien longue"}


def home() -> Home:
    """With a person's timetable already there."""
    made = Home()
    made.plans.append(Plan([LEO], "Léo", slots=[(5, 0, 28800), (6, 0, 28800)], id="1"))
    return made


def _nas(**fields: Any) -> PortMapping:
    return replace(PortMapping(8443, 443, "192.168.1.20", Protocol.TCP, description="NAS", id="1"), **fields)


WISHES: Mapping[str, Wish] = {
    "wifi name, key, channel": WifiWish(
        radios=(WifiRadio("2.4", channel=11, auto_channel=False), WifiRadio("5", channel=36, width=Megahertz(40))),
        ssids=(WifiSsid("2.4", **NEW), WifiSsid("5", **NEW)),
    ),
    "wifi name, key": WifiWish(ssids=(WifiSsid("2.4", **NEW), WifiSsid("5", **NEW))),
    "wifi off": WifiWish(enable=False),
    "guest on": GuestWish(GuestNetwork(True, "Les amis", "soyez-les-bienvenus", Seconds(7200))),
    "guest on, no end": GuestWish(GuestNetwork(True, "Les amis", "soyez-les-bienvenus")),
    "guest odd hours": GuestWish(GuestNetwork(True, "Les amis", "soyez-les-bienvenus", Seconds(5400))),
    "guest new key": GuestWish(GuestNetwork(key="une cle pour les amis")),
    "parental plan": ParentalWish(ParentalSchedule((LEO,), slots=SCHOOL)),
    "parental night": ParentalWish(ParentalSchedule((LEO,), slots=NIGHT)),
    "parental block": ParentalWish(
        ParentalSchedule((LEO,), ParentalRule.BLOCKED, slots=(ParentalSlot(Seconds(0), Seconds(28800), (5, 6)),))
    ),
    "parental blocked": ParentalWish(ParentalSchedule((PC,), ParentalRule.BLOCKED)),
    "parental none": ParentalWish(ParentalSchedule((LEO,))),
    "parental first": ParentalWish(ParentalSchedule((PC,), slots=SCHOOL)),
    "forward add": ForwardWish(PortMapping(5060, 5060, "192.168.1.22", Protocol.BOTH, description="SIP")),
    "forward change": ForwardWish(_nas(external_port=9443, internal_client="192.168.1.21")),
    "forward remove": ForwardWish(_nas(), remove=True),
    "reservation add": ReservationWish(Reservation(LEO, "192.168.1.21", "tablette")),
    "reservation change": ReservationWish(Reservation(PC, "192.168.1.40")),
    "reservation remove": ReservationWish(Reservation(PC, "192.168.1.20"), remove=True),
    "restart": RebootWish(),
}


async def at(wish: Wish, changes: BoxChanges) -> Wish:
    """The same wish in the words of this box: what it calls its radios, networks and rules."""
    if isinstance(wish, ForwardWish) and wish.mapping.id is not None:
        rules: Any = await changes.look(Capability.FORWARDS, lambda session: session.forwards())
        found = next((r.id for r in rules if r.external_port == 8443), None)
        return replace(wish, mapping=replace(wish.mapping, id=found))
    if not isinstance(wish, WifiWish) or not (wish.radios or wish.ssids):
        return wish
    wifi: Any = await changes.look(Capability.WIFI, lambda session: session.wifi())
    radios = {radio.band.value: radio.id for radio in wifi.radios if radio.band}
    ssids = {band: s.id for band, of in radios.items() for s in wifi.ssids if s.radio == of and not s.guest}
    return replace(
        wish,
        radios=tuple(replace(r, id=radios[r.id]) for r in wish.radios),
        ssids=tuple(replace(s, id=ssids[s.id]) for s in wish.ssids),
    )
