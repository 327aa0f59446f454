"""What ``selfcare probes`` tells comes from the declarations, and the page of the documentation is that."""

from __future__ import annotations

from pathlib import Path

import pytest

from selfcare.cli import probe_list
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.probe import Layer, Platform, ProbeCost, ProbeSpec, Tier
from selfcare.wiring import build_services

PAGE = Path(__file__).parents[2] / "docs" / "probes.md"
SPECS = build_services("en").probes()
ODD = ProbeSpec(
    "x.y", 1, Layer.PATH, answers=("gateway_answers",), cost=ProbeCost(2_000_001, 1, loads_line=True),
    platforms=frozenset({Platform.LINUX}), tier=Tier.DEEP, needs=("raw_socket",), called_by=("gateway_answers",),
)  # fmt: skip


def test_the_page_is_up_to_date() -> None:
    wanted = probe_list.as_markdown(SPECS, Catalogue("en")) + "\n"
    assert PAGE.read_text("utf-8") == wanted, "run: selfcare probes --markdown --lang en > docs/probes.md"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_probe_is_described_in_words(language: str) -> None:
    catalogue = Catalogue(language)
    for spec in SPECS:
        item = probe_list.describe(spec, catalogue)
        assert item.title != spec.id, spec.id
        assert not [fact for fact in item.asks if "_" in fact], spec.id
        assert "_" not in item.privilege, f"{spec.id}: no words for {spec.needs}"
        assert spec.id in probe_list.as_text(SPECS, catalogue)


def test_rights_cost_and_suspicion_are_told() -> None:
    item = probe_list.describe(ODD, Catalogue("en"))
    assert item.tier == "deep, or on suspicion"
    assert item.cost == "fills the line, at most 3 MB and 3 s"
    assert item.privilege == "administrator (raw packets)"
    assert item.platforms == "Linux"
    said = probe_list.as_object(ODD, Catalogue("en"))
    assert said["privileged"] is True
    assert said["called_by"] == ["gateway_answers"]


def test_a_probe_that_only_reads_sends_nothing() -> None:
    (links,) = [s for s in SPECS if s.id == "link.interfaces"]
    assert probe_list.describe(links, Catalogue("fr")).cost == "n’envoie rien, 1,5 s au plus"
