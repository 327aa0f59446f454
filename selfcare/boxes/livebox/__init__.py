"""Livebox 3 to 7, W7, S of Orange and Sosh. Pitfalls, one by one: docs/design/boxes-livebox.md."""

from selfcare.boxes.driver import Driver, PairingKind
from selfcare.boxes.livebox.claims import CLAIMS, MODELS
from selfcare.boxes.livebox.pairing import pair, recognise
from selfcare.boxes.livebox.session import LiveboxSession
from selfcare.model.box import BoxFamily

DRIVER = Driver(
    family=BoxFamily.LIVEBOX,
    pairing=PairingKind.PASSWORD,
    recognise=recognise,
    open=LiveboxSession,
    pair=pair,
    host_names=("livebox", "livebox.home"),
    models=MODELS,
    claims=CLAIMS,
    session_type=LiveboxSession,
)

__all__ = ["DRIVER"]
