"""The kinds of settings that can be changed, each as the same few questions (``kind.Kind``)."""

from __future__ import annotations

from collections.abc import Mapping

from selfcare.app.box_kinds.forward import Forward
from selfcare.app.box_kinds.guest import Guest
from selfcare.app.box_kinds.kind import Kind
from selfcare.app.box_kinds.parental import Parental
from selfcare.app.box_kinds.reservation import Reserve
from selfcare.app.box_kinds.wifi import Wifi
from selfcare.model.box import ForwardWish, GuestWish, ParentalWish, ReservationWish, WifiWish, Wish

REBOOT = "reboot"
"""The one that is no setting: it has no state to put back (``selfcare.app.box_restart``)."""

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (Wifi(), Guest(), Parental(), Forward(), Reserve())}

_OF: Mapping[type, str] = {
    WifiWish: "wifi",
    GuestWish: "guest",
    ParentalWish: "parental",
    ForwardWish: "forward",
    ReservationWish: "reservation",
}


def kind_of(wish: Wish) -> Kind | None:
    """None for a restart."""
    name = _OF.get(type(wish))
    return KINDS[name] if name else None
