"""``Radios`` for macOS. CoreWLAN through pyobjc, in a thread; where that is missing, ``system_profiler``, seldom."""

from __future__ import annotations

import asyncio
import importlib
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from probes.radio.macos import corewlan
from probes.radio.texts import made, profiler, words
from probes.wire.threads import in_thread
from selfcare.model.wifi import RadioState, Scan, ScanOutcome, WifiAccess, WifiReading

_LIMIT_S, _SEARCH_S = 3.0, 15.0
_PROFILER = ("/usr/sbin/system_profiler", "SPAirPortDataType", "-json", "-detailLevel", "basic")
_PROFILER_S, _KEEP_S = 20.0, 60.0
_MOST_BYTES = 4 << 20


def leave_is_missing(reading: WifiReading) -> bool:
    """Whether macOS keeps the network's name back: what then remains unknown is the name, not the signal."""
    return reading.access in (WifiAccess.NAMELESS, WifiAccess.DENIED)


def shared_client() -> Any:
    """``CWWiFiClient.sharedWiFiClient()``; None where CoreWLAN cannot be imported."""
    try:
        return importlib.import_module("CoreWLAN").CWWiFiClient.sharedWiFiClient()
    except (ImportError, AttributeError):
        return None


class MacRadios:
    """Opened at the first read. ``client`` and ``profile`` are how it asks, replaced by tests."""

    def __init__(
        self, client: Callable[[], Any] = shared_client, profile: Callable[[], str | None] | None = None,
        limit_s: float = _LIMIT_S,
    ) -> None:  # fmt: skip
        self._make, self._profile = client, profile or profiled
        self._client: Any = None
        self._made = False
        self._lock = threading.Lock()
        self._limit_s = limit_s
        self._kept: WifiReading | None = None

    async def read(self, neighbours: bool = True) -> WifiReading:
        """One look. Without CoreWLAN: what ``system_profiler`` said within the last minute, with its own moment."""
        try:
            async with asyncio.timeout(self._limit_s):
                found = await in_thread(self._read, neighbours)
        except TimeoutError:
            return made.refused(corewlan.SOURCE, WifiAccess.UNREADABLE)
        return found if found is not None else await self._by_profiler(neighbours)

    def _interface(self) -> tuple[bool, Any]:
        if not self._made:
            self._client, self._made = self._make(), True
        return self._client is not None, corewlan.asked(self._client, "interface")

    def _read(self, neighbours: bool) -> WifiReading | None:
        if not self._lock.acquire(timeout=self._limit_s / 2):
            return made.refused(corewlan.SOURCE, WifiAccess.UNREADABLE)
        try:
            there, interface = self._interface()
            known = corewlan.asked(interface, "configuration") if neighbours else None
            return corewlan.reading(interface, neighbours, known) if there else None
        finally:
            self._lock.release()

    async def _by_profiler(self, neighbours: bool) -> WifiReading:
        """It takes seconds and searches: asked for the neighbours only, never by the second."""
        kept = self._kept
        if kept is None or (neighbours and time.monotonic() - kept.taken_s > _KEEP_S):
            began = time.monotonic()
            text = await in_thread(self._profile)
            kept = profiler.read(text) if text is not None else made.refused(profiler.SOURCE, WifiAccess.UNREADABLE)
            kept = self._kept = replace(kept, taken_s=began)
        return kept if neighbours else replace(kept, neighbours=())

    async def scan(self) -> Scan:
        """``scanForNetworksWithName:error:`` blocks for some seconds; bounded, in a thread."""
        try:
            async with asyncio.timeout(_SEARCH_S):
                return await in_thread(self._scan)
        except TimeoutError:
            return Scan(ScanOutcome.FAILED)

    def _scan(self) -> Scan:
        if not self._lock.acquire(timeout=self._limit_s):
            return Scan(ScanOutcome.BUSY)
        try:
            there, interface = self._interface()
            if not there:
                return Scan(ScanOutcome.FAILED)
            if interface is None:
                return Scan(ScanOutcome.NO_ADAPTER)
            look = corewlan.reading(interface, False)
            if look.radio is not None and look.radio.state is RadioState.SOFT_OFF:
                return Scan(ScanOutcome.RADIO_OFF)
            return _found(interface, look)
        finally:
            self._lock.release()

    async def close(self) -> None:
        """Lets go of the client; it has nothing to be closed."""
        self._client, self._made = None, False


def _found(interface: Any, look: WifiReading) -> Scan:
    try:
        networks, error = interface.scanForNetworksWithName_error_(None, None)
    except Exception:
        return Scan(ScanOutcome.FAILED)  # as in ``corewlan.asked``
    if networks is None:
        code = corewlan.asked(error, "code")
        outcome = {16: ScanOutcome.BUSY, 1: ScanOutcome.DENIED, 13: ScanOutcome.DENIED}  # EBUSY, EPERM, EACCES
        return Scan(outcome.get(code, ScanOutcome.FAILED))
    return Scan(ScanOutcome.DONE, corewlan.seen(networks, look.link))


def profiled() -> str | None:
    """The program's output; None where it is missing, fails or takes too long."""
    try:
        done = subprocess.run(
            _PROFILER, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=_PROFILER_S, check=False, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return words.decoded(done.stdout[:_MOST_BYTES]) if done.returncode == 0 else None
