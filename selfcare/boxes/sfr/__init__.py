"""SFR Box, Neufbox, RED box: REST API 1.0. Pitfalls and sources: docs/design/boxes-sfr.md."""

from __future__ import annotations

from selfcare.boxes.driver import Claim, Driver, PairingKind
from selfcare.boxes.sfr.pairing import pair, recognise
from selfcare.boxes.sfr.parse import MODELS
from selfcare.boxes.sfr.session import SfrSession
from selfcare.model.box import BoxFamily, Capability, Support

_SPEC, _RECORD = "specification", "recorded"
_OWN = ("NB4-", "NB5-", "NB6-", "NB6V-", "NB6VAC-")
_NEWER = ("ALGD1-", "BOX10H-")
_UNSEEN = "nobody saw these methods on this model: asked, and error 112 means no"


def _claims() -> tuple[Claim, ...]:
    yes, no, unknown = Support.YES, Support.NO, Support.UNKNOWN
    public = (Capability.DEVICE, Capability.WAN)
    home = (Capability.HOSTS, Capability.DHCP, Capability.TV)
    private = (Capability.PHONE, Capability.WIFI, Capability.SET_WIFI, Capability.REBOOT)
    guests = (Capability.GUEST, Capability.SET_GUEST)
    web = "only the box's own page"
    return (
        *(Claim(c, yes, source=_RECORD) for c in public),
        *(Claim(c, yes, _OWN, _SPEC) for c in (*home, *private)),
        *(Claim(c, unknown, _NEWER, note=_UNSEEN) for c in (*home, *private, *guests)),
        Claim(Capability.DSL, yes, _OWN, _RECORD),
        Claim(Capability.DSL, no, _NEWER, _RECORD, "no telephone line on this model"),
        Claim(Capability.OPTICAL, yes, ("NB6-", "NB6V-", "NB6VAC-"), _SPEC, "separate terminal, firmware 3.4"),
        Claim(Capability.OPTICAL, no, ("NB4-", "NB5-", "ALGD1-"), _SPEC),
        Claim(Capability.OPTICAL, unknown, ("BOX10H-",), note="the terminal is inside; no method is documented"),
        *(Claim(c, yes, ("NB6VAC-",), _SPEC, "firmware 4.0.18") for c in guests),
        *(Claim(c, unknown, ("NB4-", "NB5-", "NB6-", "NB6V-"), note="from firmware 4.0.18") for c in guests),
        Claim(Capability.FORWARDS, no, source=_SPEC, note=f"{web}, /network/nat; reading by UPnP"),
        Claim(Capability.SET_FORWARDS, no, source=_SPEC, note=f"{web}, /network/nat; or UPnP"),
        Claim(Capability.PARENTAL, no, source=_SPEC, note="not on the box"),
        Claim(Capability.SET_PARENTAL, no, source=_SPEC, note="not on the box"),
        Claim(Capability.SET_RESERVATIONS, no, source=_SPEC, note=f"{web}, /network"),
        *(Claim(c, no, source=_SPEC) for c in (Capability.WAN_TRAFFIC, Capability.LINE_EVENTS, Capability.RESTARTS)),
        Claim(Capability.PORTS, no, source=_SPEC),
        Claim(Capability.CELLULAR, no, source=_SPEC, note="backup over 3G has no signal figures"),
    )


DRIVER = Driver(
    family=BoxFamily.SFR,
    pairing=PairingKind.PASSWORD,
    recognise=recognise,
    open=SfrSession,
    pair=pair,
    host_names=("neufbox", "box", "box.home"),
    models=MODELS,
    claims=_claims(),
    session_type=SfrSession,
)
