"""Bbox (Bouygues Telecom): REST API v1. Facts, doubts and pitfalls: docs/design/boxes-bbox.md."""

from selfcare.boxes.bbox.client import HOST
from selfcare.boxes.bbox.pairing import pair, recognise
from selfcare.boxes.bbox.parse import MODELS
from selfcare.boxes.bbox.session import BboxSession
from selfcare.boxes.driver import Claim, Driver, PairingKind
from selfcare.model.box import BoxFamily, Capability, Support

_C, _YES, _NO = Capability, Support.YES, Support.NO
_RECORDED, _CLIENTS = "recorded", "client code"

DRIVER = Driver(
    family=BoxFamily.BBOX,
    pairing=PairingKind.PASSWORD,
    recognise=recognise,
    open=BboxSession,
    pair=pair,
    host_names=(HOST, "gestionbbox.lan", "bbox.lan"),
    models=MODELS,
    claims=(
        *(
            Claim(c, _YES, source=_RECORDED)
            for c in (_C.DEVICE, _C.WAN, _C.WIFI, _C.GUEST, _C.HOSTS, _C.PORTS, _C.PHONE)
        ),
        Claim(_C.WAN_TRAFFIC, _YES, source=_CLIENTS),
        Claim(_C.DSL, _YES, source=_CLIENTS, note="only an idle DSL line was ever recorded; units of one client"),
        Claim(_C.OPTICAL, _YES, source=_CLIENTS, note="link up or down only: no light, no registration"),
        Claim(_C.CELLULAR, _NO, source=_CLIENTS),
        Claim(_C.LINE_EVENTS, _NO, source=_CLIENTS),
        Claim(_C.RESTARTS, _YES, source=_RECORDED, note="the last one only"),
        Claim(_C.PARENTAL, _YES, source=_RECORDED, note="one timetable for all devices under it"),
        Claim(_C.FORWARDS, _YES, source=_CLIENTS),
        Claim(_C.DHCP, _YES, source=_CLIENTS),
        Claim(_C.TV, _YES, source=_CLIENTS, note="decoders among the hosts"),
        Claim(_C.SET_WIFI, _YES, source=_CLIENTS, note="not the channel width, not the security"),
        Claim(_C.SET_GUEST, _YES, source=_CLIENTS, note="no end by itself"),
        Claim(_C.SET_PARENTAL, _YES, source=_CLIENTS, note="block one device now, if no other is under the timetable"),
        Claim(_C.SET_FORWARDS, _YES, source=_CLIENTS),
        Claim(_C.SET_RESERVATIONS, _YES, source=_CLIENTS),
        Claim(_C.REBOOT, _YES, source=_CLIENTS),
    ),
    min_interval_s=60.0,
    session_type=BboxSession,
)
