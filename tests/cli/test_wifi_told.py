"""What ``selfcare wifi`` says to whom: the code with the key; figures that are not the whole, or not of now."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from selfcare.model.wifi import ScanOutcome, Security, WifiReading
from tests.app.wifi.world import link
from tests.cli.test_wifi import DENIED, NONE, OFF, VALID, Services, Told, reading, run

Out = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path) -> Services:
    return Services(tmp_path, Told(said=reading(link=link(-50.0, security=Security.WPA2))))


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sees what is written, and types a key."""
    monkeypatch.setattr("selfcare.cli.wifi_qr._seen", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("une cle bien longue\n"))


def said(capsys: Out) -> str:
    return capsys.readouterr().out.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.usefixtures("screen")
def test_qr_shows_the_code_or_says_kindly_why_not(home: Services, capsys: Out) -> None:
    assert run(home, "qr") == 5
    assert "vous pouvez la taper" in capsys.readouterr().err
    assert run(home, "qr", "--key") == 0
    told = capsys.readouterr().out
    assert "Maison" in told and "une cle" not in told and "contient la clé" in told
    home.air = Told(said=OFF)
    assert run(home, "qr") == 3


def test_a_code_with_the_key_goes_to_a_screen_and_nowhere_else(
    home: Services, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file or another program would keep it: nobody is asked for the key either."""
    monkeypatch.setattr("sys.stdin", io.StringIO("une cle bien longue\n"))
    assert run(home, "qr", "--key") == 2
    told = capsys.readouterr()
    assert told.out == "" and "à l’écran" in told.err


@pytest.mark.usefixtures("screen")
def test_a_code_without_a_key_is_not_said_to_hold_one(home: Services, capsys: Out) -> None:
    home.air = Told(said=reading(link=link(-50.0, security=Security.OPEN)))
    assert run(home, "qr") == 0
    told = said(capsys)
    assert "Maison" in told and "clé" not in told


def test_the_signal_alone_is_not_said_to_be_the_wifi(home: Services, capsys: Out) -> None:
    """One look asks no box: a strong signal says nothing of what gets through."""
    assert run(home) == 0
    assert "Wi-Fi « Maison », signal : bon" in said(capsys)


def test_what_was_heard_at_no_known_time_is_not_said_as_of_now(home: Services, capsys: Out) -> None:
    home.air = Told(said=reading(scan_age_s=None))
    assert run(home) == 0
    assert "Autour de vous, entendu en dernier" in said(capsys)


def test_help_tells_of_every_word(home: Services, capsys: Out) -> None:
    from selfcare.cli.wifi import WHATS

    assert run(home, "--help") == 0
    told = said(capsys)
    assert all(f"« {word} »" in told for word in WHATS)


@pytest.mark.parametrize(
    ("told_by", "why"),
    [
        (reading(source="wlanapi"), ["accord pour la localisation", "Paramètres ›"]),
        (reading(source="corewlan"), ["accord pour la localisation", "Réglages Système ›"]),
        (DENIED, ["accord pour la localisation", "Paramètres ›"]),
        (reading(), ["n’autorise pas la recherche"]),
    ],
)
def test_a_search_that_is_refused_says_why_and_once(
    home: Services, capsys: Out, told_by: WifiReading, why: list[str]
) -> None:
    home.air = Told(said=told_by, outcome=ScanOutcome.DENIED)
    run(home, "--scan")
    told = said(capsys)
    assert [told.count(part) for part in why] == [1] * len(why)


@pytest.mark.parametrize(("by_cable", "language", "word"), [
    (True, "fr", "Ce PC passe par le câble"), (True, "en", "uses the cable"), (False, "fr", ""), (None, "fr", ""),
])  # fmt: skip
def test_a_cable_in_use_is_told(home: Services, capsys: Out, by_cable: bool | None, language: str, word: str) -> None:
    async def cable() -> bool | None:
        return by_cable

    home.cable = cable
    assert run(home, "--lang", language) == 0
    told = capsys.readouterr().out
    assert word in told and (bool(word) or "câble" not in told)
    assert run(home, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    VALID.validate(found)
    assert found["by_cable"] is by_cable


@pytest.mark.parametrize(
    ("told_by", "word"),
    [(NONE, "pas besoin du Wi-Fi"), (OFF, "pas besoin du Wi-Fi"), (DENIED, "pas ce qui le ralentit")],
)
def test_a_cable_is_told_where_there_is_no_wifi(home: Services, capsys: Out, told_by: WifiReading, word: str) -> None:
    async def cable() -> bool | None:
        return True

    home.air, home.cable = Told(said=told_by), cable
    run(home)
    assert word in said(capsys)
