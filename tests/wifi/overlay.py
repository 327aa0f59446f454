"""``python -m tests.wifi.overlay check --json``: the program under test, with facts laid over what its reader reads.

For what simulated radios do not have. ``SELFCARE_LAB_OVERLAY`` names a JSON file; nothing of the product knows it:

    {"link": {"noise_dbm": -66}, "share": {"tx_retries": 0.6}}

``link`` sets fields of ``Link``; ``share`` makes a counter so large a share of ``tx_packets``, so that it grows with
the packets that are truly sent. Everything else stays as it was read. Such a scenario counts as composed.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import Any

import probes.radio
from selfcare.model.probe import Platform
from selfcare.model.wifi import Link, WifiReading
from selfcare.model.wifi.radios import Radios, Scan

VARIABLE = "SELFCARE_LAB_OVERLAY"


def laid(reading: WifiReading, facts: dict[str, Any]) -> WifiReading:
    """The reading with the facts; without an association there is nothing to lay them over."""
    link = reading.link
    if link is None:
        return reading
    values = {**facts.get("link", {}), **_counted(link, facts.get("share", {}))}
    missing = {field: why for field, why in link.missing.items() if field not in values}
    return dataclasses.replace(reading, link=dataclasses.replace(link, **values, missing=missing))


def _counted(link: Link, shares: dict[str, float]) -> dict[str, int]:
    return {field: round(share * (link.tx_packets or 0)) for field, share in shares.items()}


class Overlaid:
    """``Radios``: another's, with the facts."""

    def __init__(self, real: Radios, facts: dict[str, Any]) -> None:
        self._real, self._facts = real, facts

    async def read(self, neighbours: bool = True) -> WifiReading:
        return laid(await self._real.read(neighbours), self._facts)

    async def scan(self) -> Scan:
        return await self._real.scan()

    async def close(self) -> None:
        await self._real.close()


def install(facts: dict[str, Any]) -> None:
    """Before anything asks for a reader."""
    real = probes.radio.radios

    def radios(platform: Platform) -> Radios:
        return Overlaid(real(platform), facts)

    probes.radio.radios = radios


if __name__ == "__main__":
    install(json.loads(Path(os.environ[VARIABLE]).read_text(encoding="utf-8")))
    from selfcare.wiring import main

    sys.exit(main())
