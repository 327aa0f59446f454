"""The box's channel from this PC's advice: what is wished, what is proved, and what is put back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from selfcare.app.box_change import BoxChanges
from selfcare.app.wifi.box_channel import BoxAir, NoChange, channel_wish, split_wish
from selfcare.app.wifi.ports import Channels
from selfcare.cases.box_journal import BoxJournal
from selfcare.model.box import WifiBand, WifiRadio, WifiSettings, WifiSsid
from selfcare.model.box.change import BoxOutcome, BoxProposal
from selfcare.model.tri import Tri
from selfcare.model.wifi import Band, Bss, BssLoad, Channel, Link, Radio, RadioState, WifiAccess, WifiReading
from tests.app.box_bench import yes
from tests.boxes.base import serving
from tests.boxes.home import Home
from tests.boxes.home import Radio as BoxRadio
from tests.boxes.home import Ssid as BoxSsid
from tests.boxes.plain import PlainBox
from tests.boxes.plain_session import contact
from tests.killing.box_life import FileStore, Moments

NAME = "Maison-Dupont"
SLOW = WifiRadio("2.4", WifiBand.GHZ_2_4, possible_channels=(1, 6, 11), channel=6)
FAST = WifiRadio("5", WifiBand.GHZ_5, possible_channels=(36, 52), possible_widths=(), channel=36)
BOTH = WifiSettings(True, (SLOW, FAST), (WifiSsid("2.4", "2.4", NAME), WifiSsid("5", "5", NAME)))


def crowded(on: int = 6) -> WifiReading:
    neighbour = Bss("02:00:00:00:01:01", "Voisin", Channel(6, Band.GHZ_24, 2437, 20), -50.0, 1.0, load=BssLoad(3, 0.8))
    link = Link(NAME, "02:aa:bb:cc:dd:01", Channel(on, Band.GHZ_24, 2407 + 5 * on, 20), -45.0)
    return WifiReading(WifiAccess.TOLD, 0.0, radio=Radio("wlan0", RadioState.ON, country="FR"), link=link,
                       neighbours=(neighbour,), scan_age_s=1.0)  # fmt: skip


def line(better: int | None, band: str = "2.4", width: int | None = None) -> Channels:
    return Channels(band, 6, better, 40, width, ())


def test_the_wish_is_what_the_box_offers() -> None:
    wish = channel_wish(BOTH, line(11))
    assert wish is not None and (wish.radios[0].channel, wish.radios[0].auto_channel) == (11, False)
    assert channel_wish(BOTH, line(13)) is None
    assert channel_wish(BOTH, line(5, band="6")) is None
    wish = channel_wish(BOTH, line(None, width=20))
    assert wish is not None and (wish.radios[0].width, wish.radios[0].channel) == (20, None)


def test_bands_apart_and_together_again() -> None:
    wish = split_wish(BOTH)
    assert wish is not None and [(s.id, s.ssid) for s in wish.ssids] == [("5", f"{NAME}-5G")]
    assert split_wish(BOTH, apart=False) is None
    long = WifiSettings(True, (SLOW, FAST), (WifiSsid("2.4", "2.4", "é" * 16), WifiSsid("5", "5", "é" * 16)))
    made = split_wish(long)
    assert made is not None and made.ssids[0].ssid is not None and len(made.ssids[0].ssid.encode()) <= 32
    assert split_wish(WifiSettings(True, (SLOW, FAST), BOTH.ssids, shared=True)) is None
    assert split_wish(WifiSettings(True, (SLOW,), BOTH.ssids[:1])) is None


def run(folder: Path, helped: Tri, consent: Any = yes) -> tuple[Any, Home]:
    home = Home(
        radios=[BoxRadio("2.4", channel=6, current=6, channels=(1, 6, 11))],
        ssids=[BoxSsid("2.4", NAME, "une cle longue")],
    )

    async def read() -> WifiReading:
        return crowded(home.radios[0].channel or 6)

    async def measure() -> Tri:
        return helped

    async def whole() -> Any:
        box = PlainBox(home)
        async with serving(box) as place:
            store = FileStore(folder / "keys", Moments(None))
            changes = BoxChanges(lambda: contact(place, home.password), BoxJournal(folder / "journal"), store)
            air = BoxAir(changes, read, measure, back_s=2.0)
            assert await air.propose(crowded(), "5") is NoChange.NO_ADVICE
            proposal = await air.propose(crowded(), "2.4")
            assert isinstance(proposal, BoxProposal)
            return await air.carry_out(proposal, consent)

    return asyncio.run(whole()), home


@pytest.mark.parametrize(("helped", "channel"), [(Tri.YES, 1), (Tri.UNKNOWN, 1), (Tri.NO, 6)])
def test_kept_unless_it_did_not_help(tmp_path: Path, helped: Tri, channel: int) -> None:
    moved, home = run(tmp_path, helped)
    assert moved.result.outcome is BoxOutcome.DONE and moved.back and moved.on == 1
    assert home.radios[0].channel == channel
    assert (moved.undone is not None) is (helped is Tri.NO)


def test_without_consent_nothing_is_touched(tmp_path: Path) -> None:
    async def no(_proposal: BoxProposal) -> bool:
        return False

    moved, home = run(tmp_path, Tri.YES, no)
    assert moved.result.outcome is BoxOutcome.DECLINED and home.radios[0].channel == 6
