"""Boxes of former operators and of the time before an API: recognised, and told what still works. Nothing is read.

What supports a recognition, and what does not:

* a Neufbox names itself in its UPnP description on port 49152: ``manufacturer`` "neufbox", ``manufacturerURL``
  efixo.com (recorded on a RED NB6). One that speaks the REST API is the SFR driver's.
* no page of an Alicebox or a DartyBox was found on record. They are recognised only by their own word: their name in
  the title of the page at the gateway. Silence, an address or a maker's number prove nothing.
* who keeps the lines today: Alice → Free (2008), Darty → Bouygues Telecom (2012), Neuf → SFR (2008).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from selfcare.boxes.driver import Claim, Driver, PairingKind
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place, Wire
from selfcare.model.box import BoxFamily, Capability, DeviceInfo, Support

UPNP_PORT = 49152
_LIMIT_S = 1.5
_MOST = 64 * 1024
NEUFBOX, ALICE, DARTY = "neufbox", "alicebox", "dartybox"
MODELS: Mapping[str, str] = {NEUFBOX: "Neufbox", ALICE: "Alicebox", DARTY: "DartyBox"}
_MAKERS: Mapping[str, str] = {NEUFBOX: "SFR (Neuf)", ALICE: "Free (Alice)", DARTY: "Bouygues Telecom (Darty)"}
_TITLES: Mapping[str, str] = {NEUFBOX: r"\bneuf\s?box\b", ALICE: r"\balice\s?box\b", DARTY: r"\bdarty\s?box\b"}


def advice(device: DeviceInfo) -> str:
    """The catalogue key of what still works with this box."""
    known = device.product_class if device.product_class in MODELS else "other"
    return f"box.legacy.{known}"


def from_description(text: str) -> str | None:
    """A UPnP description's own maker; a router of another make behind the same words is none."""
    maker = re.search(r"<manufacturer>\s*([^<]{1,60}?)\s*</manufacturer>", text)
    site = re.search(r"<manufacturerURL>[^<]{0,80}efixo\.com", text)
    return NEUFBOX if maker and maker.group(1).lower() == "neufbox" and site else None


def from_page(text: str) -> str | None:
    """The box's name in the title of its first page; two names in one title are no statement."""
    title = re.search(r"<title[^<>]{0,200}>([^<]{1,200})</title>", text, re.IGNORECASE)
    if title is None:
        return None
    named = [name for name, sign in _TITLES.items() if re.search(sign, title.group(1), re.IGNORECASE)]
    return named[0] if len(named) == 1 else None


async def recognise(place: Place) -> DeviceInfo | None:
    """Two requests: the UPnP description where a Neufbox has it, then the first page."""
    text = await _page(place, UPNP_PORT, "/rootDesc.xml")
    found = from_description(text) if text else None
    if found is None:
        text = await _page(place, 80, "/")
        found = from_page(text) if text else None
    if found is None:
        return None
    return DeviceInfo(BoxFamily.LEGACY, MODELS[found], product_class=found, manufacturer=_MAKERS[found])


async def _page(place: Place, port: int, path: str) -> str | None:
    host = f"[{place.address}]" if ":" in place.address else place.address
    try:
        async with Wire(place, host=host, port=port) as wire:
            reply = await wire.request("GET", path, limit_s=_LIMIT_S, most=_MOST)
    except BoxError:
        return None
    return reply.text() if reply.status in (200, 401) else None


class LegacySession:
    """Says who it is, and no more."""

    family = BoxFamily.LEGACY
    rights: frozenset[str] | None = None
    uid: str | None = None

    def __init__(self, place: Place) -> None:
        self._place = place

    async def log_in(self, credential: Secret) -> None:
        """There is nothing to log in to that this program knows."""
        raise BoxError(BoxErrorCode.UNSUPPORTED)

    async def close(self) -> None:
        """Nothing is held."""

    async def device(self) -> DeviceInfo:
        """As recognised."""
        found = await recognise(self._place)
        if found is None:
            raise BoxError(BoxErrorCode.NOT_THIS_BOX)
        return found


DRIVER = Driver(
    family=BoxFamily.LEGACY,
    pairing=PairingKind.NONE,
    recognise=recognise,
    open=LegacySession,
    pair=None,
    host_names=("neufbox",),
    models=MODELS,
    claims=(
        Claim(Capability.DEVICE, Support.YES, (NEUFBOX,), "recorded", "its name only"),
        Claim(
            Capability.DEVICE, Support.UNKNOWN, (ALICE, DARTY), "", "its name only, if its page tells it: never seen"
        ),
        *(
            Claim(c, Support.UNKNOWN, note="no interface for programs is known; its own page")
            for c in Capability
            if c is not Capability.DEVICE
        ),
    ),
    session_type=LegacySession,
)
