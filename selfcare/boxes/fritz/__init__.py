"""FRITZ!Box by TR-064: the proof that a further family fits. fritzconnection (MIT) is imported when one is asked."""

from __future__ import annotations

from selfcare.boxes.driver import Claim, Driver, PairingKind
from selfcare.boxes.fritz.pairing import pair, recognise
from selfcare.boxes.fritz.session import FritzSession
from selfcare.model.box import BoxFamily, Capability, Support

_YES = {
    Capability.DEVICE: "",
    Capability.WAN: "",
    Capability.WAN_TRAFFIC: "32-bit counters",
    Capability.DSL: "no transmit power",
    Capability.WIFI: "no channel width",
    Capability.GUEST: "",
    Capability.PARENTAL: "blocked or not, no timetable",
    Capability.FORWARDS: "",
    Capability.DHCP: "no reservations",
    Capability.HOSTS: "",
    Capability.SET_WIFI: "no channel width",
    Capability.SET_GUEST: "no end",
    Capability.SET_PARENTAL: "blocked or not, no timetable",
    Capability.SET_FORWARDS: "",
    Capability.REBOOT: "",
}
_LEFT = {
    Capability.CELLULAR: "TR-064 has some of it; not read",
    Capability.LINE_EVENTS: "only as the box's log, in its language; not read",
    Capability.RESTARTS: "only as the box's log, in its language; not read",
    Capability.PORTS: "TR-064 has some of it; not read",
    Capability.PHONE: "TR-064 has some of it; not read",
}
"""Not "no": the box may well, and nobody of us tried."""
DRIVER = Driver(
    family=BoxFamily.FRITZ,
    pairing=PairingKind.PASSWORD,
    recognise=recognise,
    open=FritzSession,
    pair=pair,
    host_names=("fritz.box",),
    models={"": "FRITZ!Box"},
    claims=tuple(
        Claim(
            one,
            Support.YES if one in _YES else Support.UNKNOWN if one in _LEFT else Support.NO,
            source="recorded" if one in _YES else "specification",
            note=_YES[one] if one in _YES else _LEFT.get(one, "not in TR-064"),
        )
        for one in Capability
    ),
    session_type=FritzSession,
)
