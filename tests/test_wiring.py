"""What only the wiring can see: probes, facts and sentences fit together."""

from __future__ import annotations

import asyncio
from inspect import isfunction
from pathlib import Path

import pytest

from selfcare.app.boxes import Gateway
from selfcare.app.guides.nobody import Nobody
from selfcare.app.guides.side import Later, Whole
from selfcare.boxes.wire import Place
from selfcare.diagnosis.facts import SOURCES
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.isp import builtin_profiles, load_profile
from selfcare.wiring import _gateway, build_services

SPECS = build_services("en").probes()


def test_every_fact_has_a_probe_and_every_answer_is_a_fact() -> None:
    assert set(SOURCES.values()) <= {s.id for s in SPECS}
    assert {a for s in SPECS for a in s.answers} <= set(SOURCES)


def test_every_requirement_exists() -> None:
    assert {r for s in SPECS for r in s.requires} <= {s.id for s in SPECS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_probe_has_a_title(language: str) -> None:
    catalogue = Catalogue(language)
    assert [s.id for s in SPECS if not catalogue.has(f"probe.{s.id}")] == []


@pytest.mark.parametrize("name", builtin_profiles())
def test_a_fast_check_stays_below_the_byte_budget(name: str) -> None:
    fast = [s.cost for s in SPECS if s.tier == "fast"]
    assert sum(c.bytes_up + c.bytes_down for c in fast) <= load_profile(name).byte_budget


def test_whether_anything_was_ever_changed_is_a_look_into_two_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from selfcare.helper import host

    own, machine = tmp_path / "own", tmp_path / "machine"
    monkeypatch.setattr(host, "journal_folder", lambda: own)
    monkeypatch.setattr(host, "machine_journal", lambda: machine)
    changed_before = build_services("en").changed_before
    assert not changed_before()
    for folder in (own, machine):
        folder.mkdir()
        (folder / "act.lock").touch()
        (folder / "log").touch()
    assert not changed_before()
    (machine / "20261120T180400-0000000a.json").touch()
    assert changed_before()


def test_somebody_can_tell_and_do_everything_guides_may_ask_for() -> None:
    """Beneath all sides stands one who knows nothing: it must not be the one who is asked."""
    later = build_services("en").guides()._tools.world
    assert isinstance(later, Later)
    world = later._world()
    assert isinstance(world, Whole)
    asked = {**world._tests, **world._shows, **world._suggestions, **world._actions}
    answers = ((name, one if isfunction(one) else type(one)) for name, one in asked.items())
    unknown = {name for name, one in answers if one.__module__ == Nobody.__module__}
    assert unknown == set()


def test_the_environment_aims_the_guides_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only the box's page: a guide that asks another box than the one that is linked goes wrong."""
    monkeypatch.setenv("SELFCARE_BOX_ADDRESS", "127.0.0.7:8081")
    assert asyncio.run(_gateway()) == Gateway(Place("127.0.0.7", 8081))
