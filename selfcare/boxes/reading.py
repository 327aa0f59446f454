"""Asks an open session everything the status needs, at once; whatever fails becomes the reason why it is absent."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Mapping
from datetime import datetime
from typing import Any

from selfcare.boxes.driver import Driver, PairingKind, Session
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.families import driver as driver_of
from selfcare.boxes.families import support
from selfcare.boxes.ports import PORTS
from selfcare.model.box import Absent, BoxStatus, Capability, DeviceInfo, Support, Why

LIMIT_S = 6.0
"""Seconds for the whole status. A box answers in a tenth of that; nobody waits longer for one that does not."""

READ_S = 40.0
"""Seconds for one reading, however many requests it takes: the slowest call of a box is given 25."""

METHODS: Mapping[Capability, str] = {
    Capability.WAN: "wan",
    Capability.WAN_TRAFFIC: "wan_traffic",
    Capability.DSL: "dsl",
    Capability.OPTICAL: "optical",
    Capability.CELLULAR: "cellular",
    Capability.LINE_EVENTS: "line_events",
    Capability.RESTARTS: "restarts",
    Capability.PORTS: "ports",
    Capability.TV: "tv",
    Capability.PHONE: "phone",
    Capability.WIFI: "wifi",
    Capability.GUEST: "guest",
    Capability.PARENTAL: "parental",
    Capability.FORWARDS: "forwards",
    Capability.DHCP: "dhcp",
    Capability.HOSTS: "hosts",
}
"""The one method of each reading port."""

STATUS: Mapping[Capability, str] = {
    Capability.WAN: "wan",
    Capability.WAN_TRAFFIC: "traffic",
    Capability.DSL: "dsl",
    Capability.OPTICAL: "optical",
    Capability.CELLULAR: "cellular",
    Capability.PORTS: "ports",
    Capability.TV: "tv",
    Capability.PHONE: "phone",
    Capability.LINE_EVENTS: "events",
    Capability.RESTARTS: "restarts",
}
"""What a status holds, with its field there."""

_WHY: Mapping[BoxErrorCode, Why] = {
    BoxErrorCode.LOGIN_REQUIRED: Why.NEEDS_PAIRING,
    BoxErrorCode.MISSING_RIGHT: Why.NEEDS_RIGHT,
    BoxErrorCode.BRIDGE_MODE: Why.BRIDGE,
    BoxErrorCode.UNSUPPORTED: Why.CANNOT,
    BoxErrorCode.TOO_SLOW: Why.SILENT,
    BoxErrorCode.UNREACHABLE: Why.SILENT,
    BoxErrorCode.UNREADABLE: Why.UNREADABLE,
    BoxErrorCode.TOO_LARGE: Why.UNREADABLE,
}
_FINAL = (BoxErrorCode.LOGIN_FAILED, BoxErrorCode.TOKEN_REVOKED, BoxErrorCode.LOCKED_OUT)
_log = logging.getLogger(__name__)


def absent(error: BoxError) -> Absent:
    """Why a reading is not there."""
    return Absent(_WHY.get(error.code, Why.REFUSED), error.code.value)


async def read(session: Session, capability: Capability) -> Any:
    """One reading, or ``Absent``: never raises for what the box does."""
    if not isinstance(session, PORTS[capability]):
        return Absent(Why.CANNOT)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(READ_S):
            return await _fenced(getattr(session, METHODS[capability])(), capability)
    return Absent(Why.SILENT, BoxErrorCode.TOO_SLOW.value)


async def read_status(
    session: Session,
    *,
    paired: bool,
    limit_s: float = LIMIT_S,
    known: DeviceInfo | None = None,
    driver: Driver | None = None,
) -> BoxStatus:
    """All that a status holds, asked in parallel and cut off after ``limit_s`` seconds.

    Args:
        session: open, logged in where ``paired``.
        paired: whether the subscriber's login was used.
        limit_s: what has not answered by then is silent.
        known: what detection learned, for a box that tells its name to nobody later.
        driver: whose claims say what pairing would add; the family's own where left out.

    Raises:
        BoxError: the box told nothing at all; the error is that of asking who it is.
    """
    who = asyncio.ensure_future(_device(session))
    tasks = {capability: asyncio.ensure_future(read(session, capability)) for capability in STATUS}
    try:
        await asyncio.wait({who, *tasks.values()}, timeout=limit_s)
    finally:
        late = [task for task in (who, *tasks.values()) if not task.done()]
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    read_out = {c: Absent(Why.SILENT, BoxErrorCode.TOO_SLOW.value) if t.cancelled() else t.result() for c, t in
                tasks.items()}  # fmt: skip
    device = _identity(who, session, known, read_out)
    adds = () if paired else what_pairing_adds(driver or driver_of(session.family), device, read_out)
    fields = {STATUS[capability]: value for capability, value in read_out.items()}
    return BoxStatus(taken=datetime.now().astimezone(), device=device, paired=paired, adds=adds, **fields)


def what_pairing_adds(driver: Driver, device: DeviceInfo, read_out: Mapping[Capability, Any]) -> tuple[str, ...]:
    """What this model can by its driver's claims, and did not tell a stranger because it was one."""
    if driver.pairing is PairingKind.NONE:
        return ()
    return tuple(
        capability.value
        for capability in Capability
        if capability is not Capability.DEVICE
        and support(driver, capability, device.product_class).support is Support.YES
        and _kept_back(read_out, capability)
    )


def _kept_back(read_out: Mapping[Capability, Any], capability: Capability) -> bool:
    """A reading that was not asked for is one that only somebody who is let in gets."""
    if capability not in read_out:
        return True
    value = read_out[capability]
    return isinstance(value, Absent) and value.why in (Why.NEEDS_PAIRING, Why.NOT_ASKED)


async def _device(session: Session) -> DeviceInfo | BoxError:
    try:
        return await session.device()
    except BoxError as error:
        return error


async def _fenced(reading: Awaitable[Any], capability: Capability) -> Any:
    try:
        return await reading
    except BoxError as error:
        return absent(error)
    except Exception as error:
        # A mistake of ours in one parser must not take the other readings along. Its text may hold what the box sent.
        _log.warning("reading %s failed with %s", capability.value, type(error).__name__)
        return Absent(Why.UNREADABLE, BoxErrorCode.UNREADABLE.value)


def _identity(
    who: asyncio.Future[DeviceInfo | BoxError],
    session: Session,
    known: DeviceInfo | None,
    read_out: Mapping[Capability, Any],
) -> DeviceInfo:
    told = BoxError(BoxErrorCode.TOO_SLOW) if who.cancelled() else who.result()
    if isinstance(told, DeviceInfo):
        return told
    if told.code in _FINAL:
        raise told  # whoever keeps the secret must hear of it, or it would be sent again
    silent = all(isinstance(value, Absent) and value.why is not Why.NEEDS_PAIRING for value in read_out.values())
    if silent:
        raise told
    return known or DeviceInfo(session.family)
