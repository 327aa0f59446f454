"""What is known of this home before the first step: by the box's own word; what it does not tell is left open."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from selfcare.app.box_cautions import missing_rights
from selfcare.app.guides.home_box import HomeBox
from selfcare.boxes.driver import PairingKind
from selfcare.boxes.errors import BoxError
from selfcare.boxes.families import GENERIC, support
from selfcare.boxes.ports import PORTS
from selfcare.diagnosis.observe.box_line import medium_of
from selfcare.ground.errors import SelfcareError
from selfcare.guides.known import CAPABILITIES, OPERATORS
from selfcare.model.box import (
    Absent,
    AccessMedium,
    BoxFamily,
    BoxStatus,
    Capability,
    CellularInterface,
    DeviceInfo,
    DslLine,
    Mode,
    OpticalInterface,
    Support,
)
from selfcare.model.guide_run import Context

if TYPE_CHECKING:
    from selfcare.boxes.detect import Found
    from selfcare.boxes.driver import Driver

LOOK_S = 3.0
"""Seconds for the whole look: somebody waits for the first step. What came by then is what is known."""
_KEPT_S = 0.3
"""Seconds of them for a disk: codes of the last check."""
_OPERATORS: Mapping[BoxFamily, str] = {
    BoxFamily.FREEBOX: "free", BoxFamily.LIVEBOX: "orange", BoxFamily.SFR: "sfr", BoxFamily.BBOX: "bouygues",
}  # fmt: skip
_LEGACY: Mapping[str, str] = {"neufbox": "sfr", "alicebox": "free", "dartybox": "bouygues"}
"""Who keeps those lines today: ``selfcare.boxes.legacy`` says since when."""
_ACCESSES: Mapping[AccessMedium, str] = {
    AccessMedium.DSL: "dsl", AccessMedium.FIBRE: "fibre", AccessMedium.CABLE: "cable",
    AccessMedium.CELLULAR: "cellular",
}  # fmt: skip
_SYSTEMS = {"win32": "windows", "darwin": "macos", "linux": "linux"}
__all__ = ["LOOK_S", "Around", "access_of", "look", "no_facts"]


async def no_facts(_name: str) -> str:
    """Nothing was measured."""
    return "unknown"


@dataclass(frozen=True, slots=True)
class Around:
    """What is known without the box. ``profile``: id of the one in use. ``codes``: of the last check; it may block.

    ``fact``: one of the diagnosis, by name, as far as a measurement says it (``yes``, ``no``, ``unknown``).
    """

    profile: str = ""
    codes: Callable[[], tuple[str, ...]] = tuple
    fact: Callable[[str], Awaitable[str]] = no_facts
    system: str = sys.platform


async def look(box: HomeBox, around: Around) -> Context:
    """Within ``LOOK_S``. Silence is unknown, never "no"."""
    known = Context(
        operator=around.profile if around.profile in OPERATORS else "", os=_SYSTEMS.get(around.system, "")
    )  # fmt: skip
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_KEPT_S):
            known = replace(known, codes=await asyncio.to_thread(around.codes))
    with contextlib.suppress(TimeoutError, BoxError, SelfcareError):
        async with asyncio.timeout(LOOK_S - _KEPT_S), contextlib.aclosing(_learned(box, known)) as more:
            async for better in more:
                known = better
    return known


async def _learned(box: HomeBox, known: Context) -> AsyncGenerator[Context, None]:
    """Better and better: who it is, what it says, what may be set."""
    found = await box.found(anew=True)
    stored = await box.desk.paired(found)
    known = _named(known, found.device)
    known = replace(known, pairable=found.pairing is not PairingKind.NONE and not stored)
    yield known
    status = await box.status(fresh=False)
    if isinstance(status, Absent):
        return
    known = replace(_named(known, status.device), access=access_of(status), paired=status.paired)
    known = replace(known, pairable=found.pairing is not PairingKind.NONE and not status.paired)
    yield known
    if status.paired or found.pairing is PairingKind.NONE:
        async with box.desk.session(found) as session:
            yield replace(known, can=can(_driver(box, found), status.device, session))


def _driver(box: HomeBox, found: Found) -> Driver:
    return next(one for one in box.desk.drivers() if one.family is found.family)


def _named(known: Context, device: DeviceInfo) -> Context:
    operator = operator_of(device) or known.operator
    return replace(known, family=device.family.value, model=device.model_name or "", operator=operator)


def operator_of(device: DeviceInfo) -> str:
    """Whose box it is; "" of a router that anybody may buy."""
    if device.family is BoxFamily.LEGACY:
        return _LEGACY.get(device.product_class or "", "")
    return _OPERATORS.get(device.family, "")


def access_of(status: BoxStatus) -> str:
    """What the line is made of, by the box's own sockets; "" where it does not tell.

    What any router says by UPnP is what somebody configured there. The mobile network as a spare is not the line.
    """
    medium = None if status.device.family in (*GENERIC, BoxFamily.LEGACY) else medium_of(status)
    if medium is AccessMedium.CELLULAR:
        spare = isinstance(status.cellular, CellularInterface) and bool(status.cellular.backup)
        wired = [m for m, seen in ((AccessMedium.DSL, status.dsl), (AccessMedium.FIBRE, status.optical))
                 if isinstance(seen, (DslLine, OpticalInterface))]  # fmt: skip
        if spare or wired:
            medium = wired[0] if len(wired) == 1 else None
    return _ACCESSES.get(medium, "") if medium is not None else ""


def can(driver: Driver, device: DeviceInfo, session: Any) -> tuple[str, ...]:
    """What may be written now: claimed for this model, with the rights that were given, and could be put back.

    A gateway without any name of its own is never changed (docs/design/boxes.md); in bridge mode a box has no home.
    """
    if not (device.uid or device.serial_number or device.mac_address):
        return ()
    there = [Capability(name) for name in CAPABILITIES]
    there = [one for one in there if device.mode is not Mode.BRIDGE or one is Capability.REBOOT]
    return tuple(
        one.value
        for one in there
        if isinstance(session, PORTS[one])
        and support(driver, one, device.product_class).support is not Support.NO
        and not missing_rights(session, device.family, one)
    )
