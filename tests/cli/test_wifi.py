"""``selfcare wifi``: in-process, with a made-up radio behind the desk's own two ports."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest

from selfcare.app.wifi.desk import Desk
from selfcare.app.wifi.ports import Scan, ScanOutcome
from selfcare.cli import main
from selfcare.contract.wifi import load_wifi_schema
from selfcare.i18n import Catalogue
from selfcare.model.wifi import (
    Band,
    Bss,
    BssLoad,
    Channel,
    EventKind,
    Radio,
    RadioState,
    Security,
    WalkRecord,
    Why,
    WifiAccess,
    WifiEvent,
    WifiReading,
)
from tests.app.wifi.world import BOX, REPEATER, Air, Door, desk, link

Out = pytest.CaptureFixture[str]
VALID = jsonschema.Draft202012Validator(load_wifi_schema())
ESCAPE = "\x1b[31mpirate\x07\u202e"


def reading(**more: Any) -> WifiReading:
    """A whole one, in which something of everything is told."""
    channel = Channel(36, Band.GHZ_5, 5180, 80)
    made = WifiReading(
        WifiAccess.TOLD, time.monotonic(), Radio("wlan0", RadioState.ON, frozenset(Band), 6, 2, 80, "FR", "iwlwifi"),
        link(-52.0, security=Security.WPA2, generation=6, connected_s=7_200.0, tx_packets=1000, tx_retries=31,
             tx_failed=2, busy_share=0.4, power_save=True, missing={"beacons_lost": Why.NOT_OFFERED}),
        neighbours=(
            Bss(BOX, "Maison", channel, -52.0, 1.0, 6, Security.WPA2, BssLoad(3, 0.42), joined=True),
            Bss(REPEATER, f"Voisin {ESCAPE}", channel, -70.0, 1.0),
            Bss("02:00:00:00:00:09", None, Channel(1, Band.GHZ_24, 2412), -80.0, 1.0),
        ),
        scan_age_s=12.0,
        events=(WifiEvent(EventKind.DROPPED, 1_763_800_000.0, BOX, 4),
                WifiEvent(EventKind.REFUSED, 1e18, key_refused=True)),
        known_names=("Maison",), missing={"scan": Why.NO_CONSENT}, source="nl80211",
    )  # fmt: skip
    return replace(made, **more)


@dataclass
class Told(Air):
    """A radio that tells this."""

    said: WifiReading = field(default_factory=reading)
    outcome: ScanOutcome = ScanOutcome.DONE

    async def read(self, neighbours: bool = True) -> WifiReading:
        self.reads += 1
        return replace(self.said, taken_s=time.monotonic())

    async def scan(self) -> Scan:
        return Scan(self.outcome, self.said.neighbours)


@dataclass
class Services:
    folder: Path
    air: Air
    door: Door = field(default_factory=lambda: Door(2.3))
    language: str = "fr"
    made: list[Desk] = field(default_factory=list)
    cable: Callable[[], Awaitable[bool | None]] | None = None

    @property
    def catalogue(self) -> Catalogue:
        return Catalogue(self.language)

    def wifi(self) -> Desk:
        self.made.append(desk(self.folder, self.air, self.door, cable=self.cable))
        return self.made[-1]


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return Services(tmp_path, Told())


def run(services: Services, *words: str) -> int:
    def build(language: str | None) -> Any:
        services.language = language or "fr"
        return services

    return main(["wifi", *words], build)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_reading_says_every_figure_with_its_word(services: Services, capsys: Out, language: str) -> None:
    assert run(services, "--lang", language) == 0
    told = capsys.readouterr().out
    french = language == "fr"
    for part in (
        "Maison", "80 MHz", "433 Mbit/s", "3,1 %" if french else "3.1%", "WPA2", "Wi-Fi 6", BOX, "iwlwifi", "FR",
        "bon (−52 dBm)" if french else "good (-52 dBm)", "2,4 GHz" if french else "2.4 GHz",
        "42 %" if french else "42%",
        "sans nom" if french else "without a name", "déconnexion (raison 4)" if french else "dropped (reason 4)",
    ):  # fmt: skip
        assert part in told, part
    assert "cli.wifi" not in told
    assert not {"\x1b", "\x07", "\u202e"} & set(told)
    assert services.air.closed == 1


def test_json_is_what_the_schema_says_and_steers_no_terminal(services: Services, capsys: Out) -> None:
    assert run(services, "--json") == 0
    told = capsys.readouterr().out
    found = json.loads(told)
    VALID.validate(found)
    assert (found["access"], found["link"]["snr_db"], found["radio"]["bands"]) == ("told", 40.0, ["2.4", "5", "6"])
    assert found["link"]["missing"] == {"beacons_lost": "not_offered"}
    assert found["events"][1]["at"] is None  # a date that cannot be
    assert found["neighbours"][1]["ssid"] == f"Voisin {ESCAPE}"
    assert "\x1b" not in told and "\u202e" not in told
    assert {one["band"] for one in found["channels"]} == {"2.4", "5"}
    assert found["scan"] is None


DENIED = reading(access=WifiAccess.DENIED, link=None, radio=None, neighbours=(), events=(), source="wlanapi")
NONE = reading(access=WifiAccess.NO_ADAPTER, link=None, radio=None, neighbours=(), events=())
OFF = reading(radio=Radio("wlan0", RadioState.SOFT_OFF), link=None, neighbours=(), events=())


@pytest.mark.parametrize(
    ("said", "code", "has", "has_not"),
    [
        (DENIED, 5, ["accord", "Paramètres", "Le reste de Selfcare"], ["pas de carte"]),
        (replace(DENIED, source="corewlan"), 5, ["Réglages Système"], ["Paramètres"]),
        (replace(DENIED, source="else"), 5, ["localisation du système"], ["Paramètres ›", "Réglages Système"]),
        (replace(OFF, radio=Radio("wlan0", RadioState.HARD_OFF)), 0, ["interrupteur"], ["fix run"]),
        (NONE, 3, ["pas de carte"], ["accord avant"]),
        (OFF, 0, ["mode avion", "selfcare fix run wifi.radio"], ["aucun réseau"]),
        (replace(OFF, radio=Radio("wlan0", RadioState.ON)), 0, ["aucun réseau"], ["mode avion"]),
        (replace(OFF, radio=Radio("wlan0", RadioState.ON), joining=True), 0, ["en cours"], ["aucun réseau"]),
        (reading(access=WifiAccess.NAMELESS, link=link(ssid=None), source="corewlan"), 0,
         ["ne dit pas à quel réseau", "Réglages Système"], ["« None »"]),
        (reading(access=WifiAccess.NO_SERVICE, link=None, radio=None), 3, ["service Wi-Fi"], ["pas de carte"]),
    ],
)  # fmt: skip
def test_refused_is_not_absent_and_off_is_neither(
    services: Services, capsys: Out, said: WifiReading, code: int, has: list[str], has_not: list[str]
) -> None:
    services.air = Told(said=said)
    assert run(services) == code
    told = capsys.readouterr().out
    assert [part for part in has if part not in told] == []
    assert [part for part in has_not if part in told] == []
    assert run(services, "--json") == code
    VALID.validate(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize("outcome", list(ScanOutcome))
def test_a_search_is_only_made_when_asked_for_and_says_how_it_ended(
    services: Services, capsys: Out, outcome: ScanOutcome
) -> None:
    services.air = Told(outcome=outcome)
    assert run(services, "--scan", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    VALID.validate(found)
    assert found["scan"]["outcome"] == outcome
    assert len(found["scan"]["found"]) == 3
    assert run(services, "--scan") == 0
    assert "cli.wifi" not in capsys.readouterr().out


@pytest.mark.parametrize("words", [["huh"], ["walks", "burn"], ["walks", "delete"], ["qr", "x"], ["walks", "--watch"],
                                   ["qr", "--json"], ["--watch", "--walk"]])  # fmt: skip
def test_wrong_words_are_said_to_be_wrong(services: Services, capsys: Out, words: list[str]) -> None:
    assert run(services, *words) == 2
    assert capsys.readouterr().out == ""


class Pipe:
    """Standard input and output as another program has them: a thread types, the other end may go away."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read, self.write = os.pipe()
        self.stdin = os.fdopen(self.read, encoding="utf-8")
        monkeypatch.setattr("sys.stdin", self.stdin)

    def type(self, *steps: tuple[Callable[[], bool], str]) -> None:
        """Each text once its condition holds; then the end."""

        def typing() -> None:
            for ready, text in steps:
                for _ in range(400):
                    if ready():
                        break
                    time.sleep(0.02)
                os.write(self.write, text.encode())
            os.close(self.write)

        threading.Thread(target=typing, daemon=True).start()


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipe]:
    made = Pipe(monkeypatch)
    yield made
    made.stdin.close()


def test_a_walk_through_a_pipe_is_measured_kept_shown_and_deleted(services: Services, capsys: Out, pipe: Pipe) -> None:
    air = Air(link(-48.0))
    services.air = air

    def samples(room: int, count: int) -> Callable[[], bool]:
        def enough() -> bool:
            walk = services.made[-1]._walking if services.made else None
            rooms = walk.so_far().rooms if walk is not None else ()
            return len(rooms) > room and rooms[room].samples >= count

        return enough

    def far() -> bool:
        done = samples(0, 3)()
        if done:
            air.link = link(-85.0)
        return done

    pipe.type((lambda: True, "Salon\n"), (far, "Chambre\u202e de Léa\n"), (samples(1, 3), "\nSalon\n"))
    assert run(services, "--walk", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    VALID.validate(found)
    (walk,) = found["walks"]
    assert [(r["name"], r["grade"]) for r in walk["rooms"]] == [("Salon", "good"), ("Chambre de Léa", "bad")]
    assert walk["box_room"] == "Salon"

    assert run(services, "walks") == 0
    assert "Salon (bon), Chambre de Léa (très mauvais)" in capsys.readouterr().out
    assert run(services, "walks", "show") == 0
    plan = capsys.readouterr().out
    assert "| Salon              | Chambre de Léa     |" in plan
    assert "| bon                | très mauvais       |" in plan
    assert run(services, "walks", "show", "walk-ffffffffffff") == 2
    capsys.readouterr()
    assert run(services, "walks", "delete", walk["id"]) == 0
    capsys.readouterr()
    assert run(services, "walks", "--json") == 0
    assert json.loads(capsys.readouterr().out)["walks"] == []
    assert run(services, "walks", "delete", walk["id"]) == 2


def test_a_walk_without_a_room_keeps_nothing(services: Services, capsys: Out, pipe: Pipe) -> None:
    pipe.type((lambda: True, "\n"))
    assert run(services, "--walk") == 0
    assert "rien n’est gardé" in capsys.readouterr().out
    assert services.made[0].walks() == ()


def test_a_walk_is_not_begun_where_nothing_can_be_read(services: Services, capsys: Out, pipe: Pipe) -> None:
    services.air = Told(said=NONE)
    assert run(services, "--walk") == 3
    assert "pas de tour possible" in capsys.readouterr().err


def test_watching_writes_a_line_a_moment_until_nobody_reads(
    services: Services, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []

    def write(self: Any, text: str) -> None:
        lines.append(text)
        self.gone = len(lines) == 2

    monkeypatch.setattr("selfcare.cli.wifi_screen.Screen._write", write)
    services.air = Air(link(-48.0))
    assert run(services, "--watch", "--json") == 0
    assert len(lines) == 2
    for one in map(json.loads, lines):
        VALID.validate(one)
        assert (one["stale"], one["rtt_ms"], one["link"]["rssi_dbm"]) == (False, 2.3, -48.0)
    assert cast(Air, services.air).closed == 1


def test_two_walks_are_compared(services: Services, capsys: Out) -> None:
    from selfcare.cases.walks import Walks
    from selfcare.model.wifi import Place, Room

    for at, grade in ((1, Place.BAD), (2, Place.GOOD)):
        room = Room("Chambre", 9, grade, -80.0 + 20 * at)
        Walks(services.folder).keep(WalkRecord(f"walk-00000000000{at}", at * 1e6, at * 1e6 + 60, (room,), "Maison"))
    assert run(services, "walks", "show") == 0
    assert "Chambre\N{NO-BREAK SPACE}: mieux" in capsys.readouterr().out


def test_the_desk_is_closed_whatever_happens(services: Services) -> None:
    services.air = Air(raises=RuntimeError("a driver"))
    with pytest.raises(RuntimeError):
        run(services)
    assert cast(Air, services.air).closed == 1


@pytest.mark.parametrize(("dbm", "drawn"), [(-50.0, "||||"), (-64.0, "|||."), (-68.0, "||.."), (-84.0, "|...")])
def test_the_bars_are_those_of_the_word(dbm: float, drawn: str) -> None:
    """Each grade has its own number of bars: -68 dBm once were three, beside « faible »."""
    from selfcare.cli.wifi_watch import bars
    from selfcare.diagnosis.places import signal

    assert bars(signal(dbm)) == drawn


@pytest.mark.parametrize(("typed", "rooms"), [("\n", ["Salon", "Chambre"]), ("g\n", ["Salon"])])
def test_a_walk_that_was_cut_off_is_offered(
    services: Services, capsys: Out, pipe: Pipe, typed: str, rooms: list[str]
) -> None:
    from selfcare.cases.walk_draft import Draft
    from selfcare.model.wifi import Place, Room

    cut = WalkRecord("walk-00000000000a", 1e6, 1e6 + 60, (Room("Salon", 9, Place.GOOD, -50.0),), "Maison")
    Draft(services.folder).write(cut)
    services.air = Air(link(-48.0))

    def measured() -> bool:
        walk = services.made[0]._walking if services.made else None
        there = walk.so_far().rooms if walk is not None else ()
        return len(there) == 2 and there[1].samples > 0

    more = ((lambda: True, "Chambre\n"), (measured, "\n\n")) if len(rooms) > 1 else ()
    pipe.type((lambda: True, typed), *more)
    assert run(services, "--walk") == 0
    told = capsys.readouterr().out
    assert "s’est interrompu" in told and "Salon" in told
    (kept,) = services.made[0].walks()
    assert (kept.id, [room.name for room in kept.rooms]) == (cut.id, rooms)
    assert services.made[0].unfinished() is None
