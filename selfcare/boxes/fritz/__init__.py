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
_NO = {Capability.OPTICAL: "not in TR-064", Capability.CELLULAR: "not in TR-064"}
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
            Support.YES if one in _YES else Support.NO,
            source="recorded" if one in _YES else "specification",
            note=_YES.get(one) or _NO.get(one, ""),
        )
        for one in Capability
    ),
    session_type=FritzSession,
)
