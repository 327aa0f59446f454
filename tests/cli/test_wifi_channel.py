"""`selfcare wifi channel`: shown, asked, done, measured; what the box cannot do leads to the guide."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest

from selfcare.app.box_change import BoxChanges
from selfcare.app.services import Services
from selfcare.app.wifi.air_after import measuring
from selfcare.app.wifi.box_channel import BoxAir
from selfcare.boxes.wire import Place
from selfcare.cases.box_journal import BoxJournal
from selfcare.cli import main
from selfcare.contract.box_change import load_box_change_schema
from selfcare.i18n import Catalogue
from selfcare.isp import load_profile
from selfcare.model.wifi import BssLoad, Scan, ScanOutcome, WifiReading
from tests.app.box_bench import MemoryStore, Time
from tests.app.test_wifi_box_channel import NAME, crowded
from tests.boxes.home import Home, Radio, Ssid
from tests.boxes.plain import PlainBox
from tests.boxes.threaded import in_thread
from tests.cli.test_box_change import Desk

Out = pytest.CaptureFixture[str]


class Air:
    """The Wi-Fi's desk beside this box. ``follows``: the neighbour goes wherever the box goes, and is louder there."""

    def __init__(self, home: Home) -> None:
        self.home, self.follows, self.quiet = home, False, False

    async def read(self) -> WifiReading:
        now = crowded(self.home.radios[0].channel or 6)
        (other,) = now.neighbours
        if self.quiet:
            other = replace(other, load=BssLoad(0, 0.0))
        if self.follows and now.link is not None and now.link.channel is not None and now.link.channel.number != 6:
            other = replace(other, channel=now.link.channel, rssi_dbm=-40.0, load=BssLoad(3, 1.0))
        some = (other,) if not self.follows else (other, replace(other, bssid="02:00:00:00:01:02"))
        return replace(now, neighbours=some, scan_age_s=1.0)

    async def scan(self) -> Scan:
        return Scan(ScanOutcome.DONE, (await self.read()).neighbours)

    async def close(self) -> None:
        return None


class Terminal:
    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, place: Place, home: Home) -> None:
        self.folder, self._patch, self._place, self.home = folder, monkeypatch, place, home
        self.air, self.paired = Air(home), True

    def run(self, *argv: str) -> int:
        self._patch.setattr("sys.stdin", io.StringIO(""))
        return main(["wifi", "channel", *argv], self._services)

    def _services(self, language: str | None) -> Services:
        return Services(
            None, lambda: (), load_profile, Catalogue(language or "en"), lambda: None, self.folder, "0",  # type: ignore[arg-type]
            boxes=lambda: Desk(self._place, self.paired), box_changes=self._changes,  # type: ignore[arg-type,return-value]
            wifi=lambda: self.air, box_air=self._air,  # type: ignore[arg-type,return-value]
        )  # fmt: skip

    def _air(self, changes: Any, desk: Any, before: WifiReading, band: str) -> BoxAir:
        return BoxAir(changes, desk.read, measuring(desk, before, band), back_s=2.0)

    def _changes(self, lend: Any) -> BoxChanges:
        return BoxChanges(lend, BoxJournal(self.folder / "box-changes"), MemoryStore(), clock=Time().clock())


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    home = Home(
        radios=[Radio("2.4", channel=6, current=6, channels=(1, 6, 11))],
        ssids=[Ssid("2.4", NAME, "une cle longue")],
    )
    with in_thread(PlainBox(home)) as place:
        yield Terminal(tmp_path, monkeypatch, place, home)


def test_shown_done_and_measured(terminal: Terminal, capsys: Out) -> None:
    assert terminal.run("--yes") == 0
    said = capsys.readouterr()
    assert "Channel (2.4 GHz): 6 → 1" in said.err
    assert "This PC is on channel 1." in said.out and "clearly freer" in said.out and "undo" in said.out
    assert terminal.home.radios[0].channel == 1


def test_nobody_at_the_terminal_is_a_no(terminal: Terminal, capsys: Out) -> None:
    assert terminal.run() == 4
    assert "6 → 1" in capsys.readouterr().err and terminal.home.radios[0].channel == 6


def test_as_a_document(terminal: Terminal, capsys: Out) -> None:
    assert terminal.run("--yes", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, load_box_change_schema())
    assert (told["outcome"], "clearly freer" in told["text"]) == ("done", True)


def test_what_made_it_worse_is_put_back_and_said(terminal: Terminal, capsys: Out, monkeypatch: Any) -> None:
    def once(desk: Any, reading: WifiReading, band: str) -> Any:
        calm = replace(reading, neighbours=tuple(replace(n, load=BssLoad(0, 0.3)) for n in reading.neighbours))
        return measuring(desk, calm, band)

    terminal._air = lambda changes, desk, before, band: BoxAir(  # type: ignore[method-assign]
        changes, desk.read, once(desk, before, band), back_s=2.0
    )
    plain = terminal.air.read

    async def follows() -> WifiReading:
        terminal.air.follows = terminal.home.radios[0].channel != 6
        return await plain()

    terminal.air.read = follows  # type: ignore[method-assign]
    assert terminal.run("--yes") == 1
    said = capsys.readouterr().out
    assert "put back" in said and "selfcare box undo" not in said
    assert terminal.home.radios[0].channel == 6


def test_nothing_better_changes_nothing(terminal: Terminal, capsys: Out) -> None:
    terminal.air.quiet = True
    assert terminal.run("--yes") == 0
    assert "no channel is clearly freer" in capsys.readouterr().out and terminal.home.radios[0].channel == 6


@pytest.mark.parametrize("option", ["--split", "--width"])
def test_what_this_box_cannot(terminal: Terminal, capsys: Out, option: str) -> None:
    """One band has no two names; 20 MHz has nothing narrower."""
    assert terminal.run(option, "--yes") == (4 if option == "--split" else 0)
    said = capsys.readouterr().out
    assert ("each band" if option == "--split" else "clearly freer") in said
    assert terminal.home.radios[0].channel == 6


def test_unpaired_says_how(terminal: Terminal, capsys: Out) -> None:
    terminal.paired = False
    assert terminal.run("--yes") == 5
    assert "selfcare box pair" in capsys.readouterr().err


def test_a_box_without_this_leads_to_the_guide(terminal: Terminal, capsys: Out, monkeypatch: Any) -> None:
    from selfcare.boxes.errors import BoxError, BoxErrorCode

    async def cannot(*_words: object) -> Any:
        raise BoxError(BoxErrorCode.UNSUPPORTED)

    monkeypatch.setattr(BoxChanges, "look", cannot)
    assert terminal.run("--yes") == 4
    assert "selfcare guide run wifi-channel" in capsys.readouterr().out


def test_the_guide_hears_the_air_of_this_pc(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wiring: the guide's suggestion searches with this PC's own radio."""
    import asyncio

    from selfcare import wiring

    async def nothing(*_words: object) -> None:
        return None

    monkeypatch.setattr(wiring, "_radios", lambda: Air(Home(radios=[Radio("2.4", channel=6, current=6)])))
    home = SimpleNamespace(line=nothing, device=nothing)
    side = wiring._pc_side(Catalogue("fr"), nothing, home)  # type: ignore[arg-type]
    tools: Any = side.suggestions["free_channel"]
    assert asyncio.run(tools._tools.free_channel("2.4")) in (1, 11)
