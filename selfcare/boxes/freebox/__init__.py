"""Freebox (Free): Révolution, Mini 4K, One, Delta, Pop, Ultra. Freebox OS API, let in on the box's own display.

Crystal, v5 and Pro have another interface and are not of this family.
"""

from __future__ import annotations

from selfcare.boxes.driver import Claim, Driver, PairingKind
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.freebox.client import HOST, Client
from selfcare.boxes.freebox.pairing import pair
from selfcare.boxes.freebox.parse import MODELS
from selfcare.boxes.freebox.write_parental import FreeboxSession
from selfcare.boxes.wire import Place
from selfcare.model.box import BoxFamily, Capability, DeviceInfo, Support

__all__ = ["DRIVER", "FreeboxSession"]


_NO_HTTP = (BoxErrorCode.UNREACHABLE, BoxErrorCode.TOO_SLOW, BoxErrorCode.REDIRECTED)


async def recognise(place: Place) -> DeviceInfo | None:
    """``/api_version``: over http, which says nothing secret; over https only where http is gone."""
    for tls in (False, True):
        client = Client(place) if tls else Client(place, tls=None)
        try:
            return await client.hello(need_tls=tls)
        except BoxError as error:
            if error.code not in _NO_HTTP or place.port is not None:
                return None
        finally:
            await client.close()
    return None


def _yes(source: str, *capabilities: Capability, note: str = "") -> tuple[Claim, ...]:
    return tuple(Claim(each, Support.YES, source=source, note=note) for each in capabilities)


_C = Capability
CLAIMS = (
    *_yes("recorded", _C.DEVICE, _C.WAN, _C.WAN_TRAFFIC, _C.WIFI, _C.HOSTS, _C.FORWARDS, _C.DHCP),
    *_yes("documentation", _C.DSL, _C.PORTS, _C.GUEST, _C.SET_WIFI, _C.SET_FORWARDS, _C.SET_RESERVATIONS, _C.REBOOT),
    *_yes("documentation", _C.OPTICAL, note="no power where the module does not report it"),
    *_yes("documentation", _C.SET_GUEST, note="a key is made or taken away: there is no switch"),
    *_yes(
        "documentation", _C.PARENTAL, _C.SET_PARENTAL, note="needs the rights profile (parental before API 8), settings"
    ),
    *_yes("documentation", _C.RESTARTS, note="the last start only"),
    *_yes("documentation", _C.TV, note="needs the right player; players on Android are only seen"),
    *_yes("client code", _C.LINE_EVENTS, note="undocumented"),
    *_yes("client code", _C.PHONE, note="undocumented; registration is not told"),
    Claim(_C.CELLULAR, Support.YES, ("fbxgw7",), "documentation", "4G backup or aggregation"),
    Claim(_C.CELLULAR, Support.UNKNOWN, tuple(model for model in MODELS if model != "fbxgw7"), "documentation"),
)

DRIVER = Driver(
    family=BoxFamily.FREEBOX,
    pairing=PairingKind.FRONT_PANEL,
    recognise=recognise,
    open=FreeboxSession,
    pair=pair,
    host_names=(HOST,),
    models=MODELS,
    claims=CLAIMS,
    min_interval_s=10.0,
    session_type=FreeboxSession,
)
