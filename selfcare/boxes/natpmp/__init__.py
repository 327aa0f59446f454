"""Any gateway that speaks NAT-PMP (RFC 6886) or PCP (RFC 6887): the public address, port mappings to this PC."""

from __future__ import annotations

from selfcare.boxes.driver import Claim, Driver, PairingKind
from selfcare.boxes.errors import BoxError
from selfcare.boxes.natpmp.client import Asker
from selfcare.boxes.natpmp.session import NatPmpSession, detect
from selfcare.boxes.wire import Place
from selfcare.model.box import BoxFamily, Capability, DeviceInfo, Support


async def recognise(place: Place) -> DeviceInfo | None:
    """One question, at most a second."""
    asker = Asker(place)
    try:
        return await detect(asker)
    except BoxError:
        return None
    finally:
        await asker.close()


_YES = {
    Capability.DEVICE: "only which of the two protocols",
    Capability.WAN: "the public address, by NAT-PMP",
    Capability.FORWARDS: "only those made by this program",
    Capability.SET_FORWARDS: "only to this PC, for a time",
}
DRIVER = Driver(
    family=BoxFamily.NATPMP,
    pairing=PairingKind.NONE,
    recognise=recognise,
    open=NatPmpSession,
    pair=None,
    host_names=(),
    models={"": "NAT-PMP, PCP"},
    claims=tuple(
        Claim(one, Support.YES if one in _YES else Support.NO, source="specification", note=_YES.get(one, ""))
        for one in Capability
    ),
    min_interval_s=5.0,
    session_type=NatPmpSession,
)
