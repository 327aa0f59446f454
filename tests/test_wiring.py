"""What only the wiring can see: probes, facts and sentences fit together."""

from __future__ import annotations

import pytest

from selfcare.diagnosis.facts import SOURCES
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.isp import builtin_profiles, load_profile
from selfcare.wiring import build_services

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
