"""The channel a guide offers: by a search of now, and nothing where there was none."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from selfcare.app.guides.pc_channel import FreeChannel
from selfcare.app.guides.world import Moment
from selfcare.app.wifi.free_channel import free_channel
from selfcare.app.wifi.ports import Scan, ScanOutcome
from selfcare.i18n import Catalogue
from selfcare.model.guide_run import Context
from selfcare.model.wifi import WifiReading
from tests.app.test_wifi_channels import bss, reading


class Air:
    def __init__(self, outcome: ScanOutcome = ScanOutcome.DONE) -> None:
        self.outcome, self.open = outcome, True

    async def scan(self) -> Scan:
        return Scan(self.outcome, (bss(6, use=0.8),))

    async def read(self, neighbours: bool = True) -> WifiReading:
        return reading(age=300.0)

    async def close(self) -> None:
        self.open = False


@pytest.mark.parametrize(("outcome", "band", "wanted"), [
    (ScanOutcome.DONE, "2.4", 1), (ScanOutcome.DONE, "5", None), (ScanOutcome.DENIED, "2.4", None),
    (ScanOutcome.BUSY, "2.4", None),
])  # fmt: skip
def test_by_a_search_of_now(outcome: ScanOutcome, band: str, wanted: int | None) -> None:
    air = Air(outcome)
    assert asyncio.run(free_channel(lambda: air, band)) == wanted
    assert not air.open


def test_it_is_offered_in_words() -> None:
    asked: list[str] = []

    async def find(band: str) -> int | None:
        asked.append(band)
        return 11 if band == "2.4" else None

    offer = FreeChannel(cast("Any", SimpleNamespace(free_channel=find, catalogue=Catalogue("fr"))))
    (one,) = asyncio.run(offer(Moment(Context(), {"band": "2.4"})))
    assert one.value == 11 and "11" in one.label
    assert asyncio.run(offer(Moment(Context(), {"band": "5"}))) == () and asked == ["2.4", "5"]
