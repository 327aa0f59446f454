"""``Radios`` on Linux."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import errno
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from probes.radio.linux import strength
from probes.radio.linux.events import Story
from probes.radio.linux.kernel import Kernel, Look
from probes.radio.linux.manager import Device, Manager, Told
from probes.wire.threads import in_thread
from selfcare.model.wifi import Bss, EventKind, RadioState, Why, WifiAccess, WifiEvent, WifiReading
from selfcare.model.wifi.radios import Scan, ScanOutcome

T = TypeVar("T")
A = ParamSpec("A")

LOOK_S = 1.0
"""A driver that is busy (a firmware that restarts) holds the answer back: nothing is better than old figures."""
SCAN_S = 10.0
"""Searching all channels takes 2 to 6 s; those where one may only listen take 0.1 s each, and 6 GHz has 59."""
_STEP_S = 0.1
_ABSENT = (errno.ENOENT, errno.ENODEV)
_SOURCE, _SOURCE_MANAGER = "nl80211", "networkmanager"


class LinuxRadios:
    """Opens its sockets with the first read; made for one event loop."""

    def __init__(self) -> None:
        self._story = Story(time.time)
        self._kernel: Kernel | None = None
        self._manager = Manager()
        self._busy: asyncio.Task[Any] | None = None
        self._turn = asyncio.Lock()
        self._heard: int | None = None

    async def read(self, neighbours: bool = True) -> WifiReading:
        """One look; the system's own list of what it last heard, never a search of ours."""
        taken = time.monotonic()
        told, look = await asyncio.gather(self._told(neighbours), self._look(neighbours), return_exceptions=True)
        manager = told if isinstance(told, Told) else None
        if isinstance(look, Look):
            return self._reading(look, manager if neighbours else None, taken, neighbours)
        if look is None or (isinstance(look, OSError) and look.errno in _ABSENT):
            return WifiReading(WifiAccess.NO_ADAPTER, taken, source=_SOURCE)
        if isinstance(look, TimeoutError) or not isinstance(look, OSError):
            return WifiReading(WifiAccess.UNREADABLE, taken, missing={"link": Why.STALE}, source=_SOURCE)
        return await strength.reading(self._manager, manager or await self._told(True), taken, _SOURCE_MANAGER)

    async def _told(self, wanted: bool) -> Told | None:
        return await self._manager.ask() if wanted else None

    async def _look(self, neighbours: bool) -> Look | None:
        self._listen()
        turns = self._story.turns
        try:
            look = await self._alone(self._blocking, neighbours)
        except TimeoutError:
            raise
        except OSError:
            self._drop()  # a socket that lost its place in the conversation is not used again
            raise
        self._hear()
        self._listen()
        # What was announced in the meantime is newer than what was looked at.
        if look is not None and look.link is not None and self._story.turns == turns:
            self._story.found(look.link.bssid, look.link.ssid)
        return look

    async def _alone(self, call: Callable[A, T], *args: A.args, **kwargs: A.kwargs) -> T:
        """In a thread, one at a time: one that hangs in the kernel is waited for by the next, not doubled."""
        async with self._turn:
            if self._busy is not None and not self._busy.done():
                await asyncio.wait({self._busy}, timeout=LOOK_S)
                if not self._busy.done():
                    raise TimeoutError
            task = asyncio.create_task(in_thread(call, *args, **kwargs))
            task.add_done_callback(_collected)
            self._busy = task
            done, _ = await asyncio.wait({task}, timeout=LOOK_S)
            if not done:
                raise TimeoutError
            return task.result()

    def _blocking(self, neighbours: bool) -> Look | None:
        if self._kernel is None:
            self._kernel = Kernel()
        return self._kernel.look(neighbours, self._story.scanned)

    def _listen(self) -> None:
        if self._kernel is not None:
            self._kernel.listen(self._story)

    def _hear(self) -> None:
        """From now on announcements are taken in as they come, for the sake of their time."""
        number = self._kernel.fileno() if self._kernel is not None else None
        if number is not None and self._heard is None:
            with contextlib.suppress(NotImplementedError, OSError, RuntimeError):
                asyncio.get_running_loop().add_reader(number, self._listen)
                self._heard = number

    def _drop(self) -> None:
        if self._heard is not None:
            with contextlib.suppress(NotImplementedError, OSError, RuntimeError):
                asyncio.get_running_loop().remove_reader(self._heard)
            self._heard = None
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None

    def _reading(self, look: Look, told: Told | None, taken: float, neighbours: bool) -> WifiReading:
        device = told.devices.get(look.radio.interface) if told is not None else None
        missing = dict(look.missing)
        if told is None or told.names is None:
            missing["known_names"] = Why.NOT_OFFERED
        ages = [age for age in (look.scan_age_s, device.scan_age_s if device else None) if age is not None]
        self._switched(look.radio.state)
        off = look.radio.state is not RadioState.ON
        joining = look.link is None and not off and (
            look.joining or self._story.joining or (device is not None and device.joining)
        )  # fmt: skip
        return WifiReading(
            WifiAccess.TOLD,
            taken,
            look.radio,
            look.link,
            joining,
            _marked(look.seen or (), look.link.bssid if look.link else None),
            min(ages, default=None) if neighbours else None,
            self._events(device, look),
            told.names if told is not None else None,
            missing,
            _SOURCE,
        )

    def _switched(self, now: RadioState) -> None:
        self._story.state(now in (RadioState.SOFT_OFF, RadioState.HARD_OFF))

    def _events(self, device: Device | None, look: Look) -> tuple[WifiEvent, ...]:
        events = self._story.events
        if device is None or not device.refused or look.link is not None:
            return events
        # NetworkManager remembers how the last attempt ended, also one from before our first look.
        latest = next((n for n in range(len(events) - 1, -1, -1) if events[n].kind is EventKind.REFUSED), None)
        if latest is None:
            return (*events, WifiEvent(EventKind.REFUSED, time.time(), key_refused=device.key_refused))
        if events[latest].key_refused is None:
            known = dataclasses.replace(events[latest], key_refused=device.key_refused)
            return (*events[:latest], known, *events[latest + 1 :])
        return events

    async def scan(self) -> Scan:
        """Searches, by NetworkManager where that manages the adapter, else by ourselves, which only root may."""
        first = await self.read()
        if first.radio is None:
            return Scan(_NO_SCAN.get(first.access, ScanOutcome.FAILED), first.neighbours)
        if first.radio.state is not RadioState.ON:
            return Scan(ScanOutcome.RADIO_OFF, first.neighbours)
        begun = self._story.scans, self._story.aborted
        outcome = await self._manager.scan(first.radio.interface)
        if outcome in (None, ScanOutcome.DENIED):
            outcome = await self._trigger() or outcome or ScanOutcome.FAILED
        if outcome in (ScanOutcome.DENIED, ScanOutcome.FAILED, ScanOutcome.RADIO_OFF):
            return Scan(outcome, first.neighbours)
        # The search of somebody else that went on is as good as ours, once it has ended.
        ended = await self._ended(begun)
        found = (await self.read()).neighbours
        if ended is None:  # it still goes on; what it has found so far is there
            took = time.monotonic() - first.taken_s
            new = any(not b.joined and b.age_s is not None and b.age_s < took for b in found)
            ended = ScanOutcome.DONE if new else ScanOutcome.BUSY
        return Scan(ended, found)

    async def _trigger(self) -> ScanOutcome | None:
        if self._kernel is None:
            return None
        try:
            await self._alone(self._kernel.trigger)
        except OSError as error:  # a timeout is one of them
            return _TRIGGER_ERRORS.get(error.errno or 0, ScanOutcome.FAILED)
        return ScanOutcome.DONE

    async def _ended(self, begun: tuple[int, int]) -> ScanOutcome | None:
        """Waits for the driver's word that the search is over."""
        end = time.monotonic() + SCAN_S
        while time.monotonic() < end:
            self._listen()
            if self._story.scans > begun[0]:
                return ScanOutcome.FAILED if self._story.aborted > begun[1] else ScanOutcome.DONE
            await asyncio.sleep(_STEP_S)
        return None

    async def close(self) -> None:
        """Gives sockets and the bus back; one that still hangs in the kernel is closed when it comes back."""
        await self._manager.close()
        if self._busy is not None and not self._busy.done():
            self._busy.add_done_callback(lambda _: self._drop())
        else:
            self._drop()


def _collected(task: asyncio.Task[Any]) -> None:
    """So that nobody complains of an error of a look that was given up."""
    if not task.cancelled():
        task.exception()


def _marked(seen: tuple[Bss, ...], bssid: str | None) -> tuple[Bss, ...]:
    """With the mark of being joined as the association says it: what was heard may be from before a roaming."""
    if bssid is None:
        return tuple(dataclasses.replace(b, joined=False) if b.joined else b for b in seen)
    if any(b.joined and b.bssid == bssid for b in seen):
        return seen
    return tuple(dataclasses.replace(b, joined=b.bssid == bssid) for b in seen)


_NO_SCAN = {
    WifiAccess.NO_ADAPTER: ScanOutcome.NO_ADAPTER,
    WifiAccess.DENIED: ScanOutcome.DENIED,
}
_TRIGGER_ERRORS = {
    errno.EPERM: ScanOutcome.DENIED,
    errno.EACCES: ScanOutcome.DENIED,
    errno.EBUSY: ScanOutcome.BUSY,
    errno.ENETDOWN: ScanOutcome.RADIO_OFF,
}
