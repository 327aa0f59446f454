"""The port to the system's Wi-Fi. In the model, as the readers (``probes.radio``) know nothing else of this program."""

from __future__ import annotations

from typing import Protocol

from selfcare.model.wifi.reading import WifiReading
from selfcare.model.wifi.scan import Scan as Scan
from selfcare.model.wifi.scan import ScanOutcome as ScanOutcome


class Radios(Protocol):
    """The system's Wi-Fi, read natively. Implemented by ``probes.radio`` for each system.

    None of these raises for what the system does or does not tell: that is in ``WifiReading.access`` and ``missing``.
    """

    async def read(self, neighbours: bool = True) -> WifiReading:
        """One look, at most 20 ms of work; sends no frame and starts no scan. ``neighbours`` False: only the link."""
        ...

    async def scan(self) -> Scan:
        """Searches now, some seconds; the connection may stutter. Only ever because somebody asked."""
        ...

    async def close(self) -> None:
        """Gives back sockets and handles."""
        ...
