"""Any gateway that speaks UPnP IGD 1 or 2: its session, its counters, its port mappings, without login."""

from __future__ import annotations

from selfcare.boxes.driver import Claim, Driver, PairingKind
from selfcare.boxes.errors import BoxError
from selfcare.boxes.igd import parse
from selfcare.boxes.igd.pages import Pages, located
from selfcare.boxes.igd.session import IgdSession
from selfcare.boxes.wire import Place
from selfcare.model.box import BoxFamily, Capability, DeviceInfo, Support


async def recognise(place: Place) -> DeviceInfo | None:
    """One search and one request; with a port named by hand two requests at most."""
    pages = Pages(place)
    try:
        _, description = await located(pages)
    except BoxError:
        return None
    finally:
        await pages.close()
    return parse.device(description)


_SPEC = "specification"
_YES = {
    Capability.DEVICE: "no firmware, no time since the start",
    Capability.WAN: "session and public address; neither the kind of access nor its rate",
    Capability.WAN_TRAFFIC: "32-bit counters",
    Capability.FORWARDS: "",
    Capability.SET_FORWARDS: "mostly only to the PC that asks",
}
DRIVER = Driver(
    family=BoxFamily.IGD,
    pairing=PairingKind.NONE,
    recognise=recognise,
    open=IgdSession,
    pair=None,
    host_names=(),
    models={"": "UPnP IGD 1, 2"},
    claims=tuple(
        Claim(
            one,
            Support.YES if one in _YES else Support.NO,
            source="recorded" if one in _YES else _SPEC,
            note=_YES.get(one, ""),
        )
        for one in Capability
    ),
    min_interval_s=5.0,
    session_type=IgdSession,
)
