"""Words, bells and tiles of ``selfcare wifi``, each for itself."""

from __future__ import annotations

import pytest

from selfcare.app.wifi.ports import ScanOutcome
from selfcare.i18n import Catalogue
from selfcare.model.wifi import EventKind, RadioState, Security, Why, WifiAccess
from tests.app.wifi.world import link

Out = pytest.CaptureFixture[str]


def test_a_moment_is_said_in_words() -> None:
    from selfcare.cli.wifi_watch import moment
    from selfcare.model.wifi import LivePoint, Place

    fr = Catalogue("fr")
    said = "|||| bon, −52 dBm, 5 GHz, canal 36, 80 MHz, box en 2,3 ms"
    assert moment(LivePoint(0.0, link(-52.0), 2.34), Place.GOOD, fr) == said
    assert moment(LivePoint(0.0, link(-75.0), None, lost=True), Place.BAD, fr).endswith("la box ne répond pas")
    assert moment(LivePoint(0.0, None, stale=True), Place.UNKNOWN, fr) == "le système ne répond pas en ce moment"
    assert moment(LivePoint(0.0, None), Place.UNKNOWN, fr) == "pas connecté"


def test_the_bell_is_faster_where_it_is_better(capsys: Out) -> None:
    from selfcare.cli.wifi_screen import Screen
    from selfcare.model.wifi import Place

    rung = {}
    for grade in Place:
        screen = Screen(sound=True)
        for _ in range(8):
            screen.ring(grade)
        rung[grade] = capsys.readouterr().err.count("\a")
    assert rung == {Place.GOOD: 8, Place.FAIR: 4, Place.WEAK: 2, Place.BAD: 0, Place.UNKNOWN: 0}
    Screen().ring(Place.GOOD)
    assert capsys.readouterr().err == ""


def test_every_word_of_the_model_has_its_sentence() -> None:
    from selfcare.app.wifi.compare import Change
    from selfcare.app.wifi.ports import PassRefused

    words = {
        "access": [a for a in WifiAccess if a not in (WifiAccess.TOLD, WifiAccess.NAMELESS)],
        "state": [s for s in RadioState if s not in (RadioState.ON, RadioState.UNKNOWN)], "security": Security,
        "event": EventKind, "why": Why, "scanned": ScanOutcome, "qr": PassRefused, "walk.change": Change,
    }  # fmt: skip
    keys = [f"cli.wifi.{area}.{one.value}" for area, kind in words.items() for one in kind]  # type: ignore[attr-defined]
    for language in ("fr", "en"):
        assert [key for key in keys if not Catalogue(language).has(key)] == []


def test_a_plan_too_wide_is_a_list_and_empty_rows_are_left_out() -> None:
    from selfcare.cli.wifi_plan import plan
    from selfcare.model.wifi import Place, Room

    fr = Catalogue("fr")
    far = [Room("a", 5, Place.GOOD, x=0, y=0), Room("b" * 30, 5, Place.WEAK, x=9, y=20)]
    drawn = list(plan(far, fr))
    assert len(drawn) == 9
    assert {len(line) for line in drawn} == {43}
    assert "b" * 17 + "…" in drawn[5]
    assert list(plan([Room(str(x), 5, Place.GOOD, x=x) for x in range(5)], fr)) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_room_is_called_the_same_in_the_window_the_terminal_the_case_and_the_report(language: str) -> None:
    """Who reads it on the screen and who reads the report on the phone must mean the same."""
    from selfcare.cases.worded import Words
    from selfcare.cli.show_case import _walk as case_line
    from selfcare.cli.wifi_plan import walk_lines
    from selfcare.model.wifi import Place, Room, WalkRecord
    from selfcare.report.page import page
    from ui.wifi_words import room_words

    catalogue = Catalogue(language)
    said = {place: room_words(catalogue, Room("Salon", 9, place)) for place in Place}
    assert len(set(said.values())) == len(Place)
    for place, word in said.items():
        walk = WalkRecord("walk-00000000000a", 1e9, 1e9 + 60, (Room("Salon", 9, place),))
        assert any(line.rstrip().endswith(word) for line in walk_lines(walk, catalogue))
        assert case_line(walk, Words.of(language)).endswith(word)
        told = {"walks": [{"rooms": [{"number": 1, "name": "Salon", "grade": place.value}]}]}
        assert f">{word}</span>" in page(told, language).decode()


def test_floors_are_called_as_in_the_window() -> None:
    from selfcare.cli.wifi_plan import walk_lines
    from selfcare.i18n.floors import floor_name
    from selfcare.model.wifi import Place, Room, WalkRecord

    fr = Catalogue("fr")
    for level in (-2, -1, 0, 1, 4):
        rooms = (Room("Salon", 9, Place.GOOD, floor=level), Room("Ailleurs", 9, Place.GOOD, floor=9))
        assert floor_name(fr, level) in list(walk_lines(WalkRecord("walk-00000000000a", 1e9, 1e9, rooms), fr))
