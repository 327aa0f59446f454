"""``Radios`` for Windows: the calls put together, in one thread at a time, and whatever hangs is left behind."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from probes.radio.texts import made
from probes.radio.windows import calls, console, history, look, tell
from probes.radio.windows.calls import Calls, WlanApi
from probes.wire.threads import in_thread
from selfcare.model.wifi import (
    EventKind,
    RadioState,
    Scan,
    ScanOutcome,
    WifiAccess,
    WifiEvent,
    WifiReading,
)  # fmt: skip

SOURCE = "wlanapi"
_LIMIT_S = 3.0
_SEARCH_S = 4.2
"""Windows gives drivers four seconds for a search (documentation of WlanScan)."""
_PAST_S = 30.0
"""The event log is read no more often."""
_POWER_OFF = 0x80342002
"""ERROR_NDIS_DOT11_POWER_STATE_INVALID."""
_AGAIN = (calls.INVALID_HANDLE, 1722, 1723, 1726)
"""The handle, or the service behind it, is of another time: opened anew once."""

Console = Callable[[], Awaitable[WifiReading | None]]


class WindowsRadios:
    """Reads by ``wlanapi.dll``; where that library is missing, nothing. Made without opening anything."""

    def __init__(
        self, api: Calls | None = None, past: Callable[[], tuple[WifiEvent, ...] | None] = history.read,
        search_s: float = _SEARCH_S, limit_s: float = _LIMIT_S, console: Console = console.interfaces,
    ) -> None:  # fmt: skip
        self._api: Calls = api or WlanApi()
        self._past, self._search_s, self._limit_s = past, search_s, limit_s
        self._console = console
        self._lock = threading.Lock()
        self._events: tuple[float, tuple[WifiEvent, ...] | None] | None = None

    async def read(self, neighbours: bool = True) -> WifiReading:
        """One look. Where the library fails or hangs: ``netsh``, and if that tells nothing either, ``UNREADABLE``."""
        try:
            async with asyncio.timeout(self._limit_s):
                found = await in_thread(self._read, neighbours)
        except TimeoutError:
            found = made.refused(SOURCE, WifiAccess.UNREADABLE)
        if found.access is WifiAccess.UNREADABLE:
            printed = await self._console()
            return printed if printed is not None and printed.access is not WifiAccess.UNREADABLE else found
        return found

    def _read(self, neighbours: bool) -> WifiReading:
        # Held by a look that hangs: no second thread waits behind it.
        if not self._lock.acquire(timeout=self._limit_s / 2):
            return made.refused(SOURCE, WifiAccess.UNREADABLE)
        try:
            code, adapter = self._adapter()
            if adapter is None:
                return made.refused(SOURCE, look.access_of(code))
            reading = look.reading(self._api, adapter, neighbours)
            return self._with_past(reading) if neighbours else reading
        finally:
            self._lock.release()

    def _adapter(self) -> tuple[int, tell.Adapter | None]:
        """The adapter that is in a network, else the first that is ready; opens the handle anew where it must."""
        code = self._api.open()
        told = self._api.interfaces() if code == calls.OK else (code, b"")
        if told[0] in _AGAIN:
            self._api.close()
            code = self._api.open()
            told = self._api.interfaces() if code == calls.OK else (code, b"")
        found = tell.adapters(told[1])
        order = (tell.CONNECTED, tell.AUTHENTICATING, tell.ASSOCIATING)
        chosen = min(
            found,
            key=lambda a: (order.index(a.state) if a.state in order else 9, a.state == tell.NOT_READY),
            default=None,
        )
        return told[0], chosen

    def _with_past(self, reading: WifiReading) -> WifiReading:
        """The event log's memory, and from it how long this association has lasted."""
        now = time.monotonic()
        if self._events is None or now - self._events[0] > _PAST_S:
            self._events = now, self._past()
        events = self._events[1]
        if events is None:
            return reading
        missing = {name: why for name, why in reading.missing.items() if name != "events"}
        link, last = reading.link, events[-1] if events else None
        if link is not None and last is not None and last.kind is EventKind.JOINED and time.time() >= last.at:
            why = {name: told for name, told in link.missing.items() if name != "connected_s"}
            link = replace(link, connected_s=time.time() - last.at, missing=why)
        return replace(reading, events=events, link=link, missing=missing)

    async def scan(self) -> Scan:
        """Searches: the list of a few seconds later."""
        try:
            async with asyncio.timeout(self._limit_s):
                outcome = await in_thread(self._begin)
        except TimeoutError:
            return Scan(ScanOutcome.FAILED)
        if outcome is ScanOutcome.DONE:
            await asyncio.sleep(self._search_s)
        found = await self.read() if outcome in (ScanOutcome.DONE, ScanOutcome.BUSY) else None
        return Scan(outcome, found.neighbours if found is not None else ())

    def _begin(self) -> ScanOutcome:
        if not self._lock.acquire(timeout=self._limit_s / 2):
            return ScanOutcome.FAILED
        try:
            code, adapter = self._adapter()
            if adapter is None:
                access = look.access_of(code)
                return ScanOutcome.DENIED if access is WifiAccess.DENIED else ScanOutcome.NO_ADAPTER
            state = tell.radio_state(self._api.query(adapter.guid, calls.RADIO)[1])
            if state in (RadioState.SOFT_OFF, RadioState.HARD_OFF):
                return ScanOutcome.RADIO_OFF
            code = self._api.scan(adapter.guid) & 0xFFFFFFFF
        finally:
            self._lock.release()
        return {
            calls.OK: ScanOutcome.DONE, calls.DENIED: ScanOutcome.DENIED, calls.BUSY: ScanOutcome.BUSY,
            _POWER_OFF: ScanOutcome.RADIO_OFF,
        }.get(code, ScanOutcome.FAILED)  # fmt: skip

    async def close(self) -> None:
        """Gives back the handle, unless a look hangs in it: then Windows does, when the program ends."""
        if self._lock.acquire(blocking=False):
            try:
                self._api.close()
            finally:
                self._lock.release()
