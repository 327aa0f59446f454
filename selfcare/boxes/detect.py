"""Which box is the default gateway? Asked without login, all families at once; nobody but the gateway is spoken to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from selfcare.boxes.driver import Driver, PairingKind
from selfcare.boxes.families import GENERIC
from selfcare.boxes.hints import Gateway, Hint, Source, from_lease, from_maker
from selfcare.boxes.wire import Place
from selfcare.model.box import BoxFamily, DeviceInfo

LIMIT_S = 2.5
"""Seconds for all families together. A box answers its own language in a tenth of that."""
GRACE_S = 0.15
"""Seconds that a more preferred family is still waited for once another has answered in its own language."""
PATIENCE_S = 1.2
"""Seconds that all before it are waited for once only a generic one has answered: NAT-PMP takes a millisecond, the
UPnP of the same router a twentieth of a second and more."""
_log = logging.getLogger(__name__)


class Certainty(StrEnum):
    """``CERTAIN``: it answered in its family's own language. ``GENERIC``: only in one that all makes speak."""

    CERTAIN = "certain"
    GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Found:
    """A box that answered. ``also``: what it said in other languages. ``mac`` is the neighbour table's, never shown."""

    place: Place
    family: BoxFamily
    device: DeviceInfo
    certainty: Certainty
    pairing: PairingKind
    hints: tuple[Hint, ...] = ()
    also: tuple[DeviceInfo, ...] = ()
    mac: str | None = None


@dataclass(frozen=True, slots=True)
class Detection:
    """``box`` is None where nothing we know answers; the hints may still say what it looks like."""

    place: Place
    box: Found | None
    hints: tuple[Hint, ...] = ()

    @property
    def looks_like(self) -> BoxFamily | None:
        """The family hinted at, where all hints agree."""
        hinted = {hint.family for hint in self.hints if hint.family is not None}
        return hinted.pop() if len(hinted) == 1 else None


async def detect(
    gateway: Gateway,
    drivers: Iterable[Driver],
    sources: Sequence[Source] = (),
    *,
    thorough: bool = False,
    limit_s: float = LIMIT_S,
) -> Detection:
    """Asks the gateway in every family's language, ``drivers`` in order of preference.

    Ends as soon as nothing more preferred can come; ``thorough``: waits for the others and for the hints too.
    """
    # A Freebox speaks UPnP too: its own language goes first, whatever order the caller gave.
    known = sorted(drivers, key=lambda driver: driver.family in GENERIC)
    asked = {d.family: asyncio.ensure_future(_recognise(d, gateway.place)) for d in known}
    hinting = [asyncio.ensure_future(_hints(source, gateway)) for source in sources]
    try:
        own = sum(d.family not in GENERIC for d in known)
        await _wait([asked[d.family] for d in known], hinting, None if thorough else own, limit_s)
    finally:
        pending = [task for task in (*asked.values(), *hinting) if not task.done()]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
    answers = {family: task.result() for family, task in asked.items() if not task.cancelled()}
    said = [hint for task in hinting if not task.cancelled() for hint in task.result()]
    hints = (*from_maker(gateway), *from_lease(gateway), *said)
    return Detection(gateway.place, _best(known, answers, gateway, hints), hints)


async def _wait(
    asked: Sequence[asyncio.Future[DeviceInfo | None]],
    hinting: Sequence[asyncio.Future[Sequence[Hint]]],
    own: int | None,
    limit_s: float,
) -> None:
    """Until it is decided: ``own`` of those asked, the first ones, speak a language of their own (None: hear all)."""
    loop = asyncio.get_running_loop()
    end = loop.time() + limit_s
    everything: tuple[asyncio.Future[Any], ...] = (*asked, *hinting)
    while pending := [task for task in everything if not task.done()]:
        first = next((n for n, task in enumerate(asked) if task.done() and task.result() is not None), None)
        if first is not None and own is not None:
            pending = [task for task in asked[:first] if not task.done()]
            end = min(end, loop.time() + (GRACE_S if first < own else PATIENCE_S))
        if not pending or loop.time() >= end:
            return
        await asyncio.wait(pending, timeout=end - loop.time(), return_when=asyncio.FIRST_COMPLETED)


async def _recognise(driver: Driver, place: Place) -> DeviceInfo | None:
    try:
        return await driver.recognise(place)
    except Exception as error:
        # One family's mistake must not hide the others' boxes.
        _log.warning("recognising a %s failed with %s", driver.family.value, type(error).__name__)
        return None


async def _hints(source: Source, gateway: Gateway) -> Sequence[Hint]:
    try:
        return await source(gateway)
    except Exception as error:
        _log.warning("a source of hints failed with %s", type(error).__name__)
        return ()


def _best(
    drivers: Sequence[Driver],
    answers: dict[BoxFamily, DeviceInfo | None],
    gateway: Gateway,
    hints: tuple[Hint, ...],
) -> Found | None:
    said = [(driver, info) for driver in drivers if (info := answers.get(driver.family)) is not None]
    if not said:
        return None
    chosen, device = said[0]
    certainty = Certainty.GENERIC if chosen.family in GENERIC else Certainty.CERTAIN
    also = tuple(info for _, info in said[1:])
    return Found(gateway.place, chosen.family, device, certainty, chosen.pairing, hints, also, gateway.mac)
