"""Sentences for everything a result can hold, in both languages; and the text to copy."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from selfcare.diagnosis.rules import RULES
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.events import CheckFinished, Observed
from selfcare.model.finding import Band, Evidence, Finding, Role, Scope, Verdict, VerdictState, Weight
from selfcare.model.probe import Layer, NotRunReason
from selfcare.model.segment import Segment
from selfcare.model.symptom import OtherDevices, Symptom, SymptomKind
from selfcare.model.tri import Tri
from tests.ui.events import SCRIPTS, culprit, diagnosis
from ui.chain import describe, station_name
from ui.chain_state import STATIONS, ChainState, LinkKind, LinkState
from ui.pages.symptom import SINCE, start_of
from ui.registry import PAGES, shown
from ui.report_text import report
from ui.wording import advice, code_title, evidence_text, place, probe_title, reason_text, sub_line, why

BOTH = pytest.mark.parametrize("catalogue", [Catalogue(lang) for lang in LANGUAGES], ids=LANGUAGES)


def finished(name: str, catalogue: Catalogue, symptom: Symptom | None = None) -> CheckFinished:
    last = SCRIPTS[name].events(catalogue, symptom)[-1]
    assert isinstance(last, CheckFinished)
    return last


@BOTH
def test_every_key_built_from_data_exists(catalogue: Catalogue) -> None:
    keys = [p.title_key for p in PAGES]
    keys += [f"ui.chain.link.{k}" for k in LinkKind]
    keys += [f"ui.chain.{kind}.{s}" for kind in ("state", "short") for s in LinkState]
    keys += [f"ui.step.{layer}" for layer in Layer] + [f"ui.where.{s}" for s in Segment]
    keys += [f"ui.symptom.what.{k}" for k in SymptomKind] + [f"ui.symptom.others.{o}" for o in OtherDevices]
    keys += [f"ui.symptom.since.{s}" for s in SINCE]
    keys += [f"band.{b}" for b in Band] + [f"ui.next.segment.{s}" for s in Segment]
    keys += [f"ui.next.state.{s}" for s in VerdictState if s not in (VerdictState.FAULT, VerdictState.MULTIPLE)]
    keys += [f"reason.{r}" for r in NotRunReason]
    assert [k for k in keys if not catalogue.has(k)] == []


@BOTH
def test_every_code_has_its_words(catalogue: Catalogue) -> None:
    for rule in RULES:
        assert code_title(catalogue, rule.code) != rule.code
        finding = Finding(rule.code, Role.CULPRIT, rule.segments, Band.LIKELY, Scope.HOME)
        lines = advice(catalogue, diagnosis(VerdictState.FAULT, [finding]))
        assert lines and all(len(line) > 20 for line in lines)


@BOTH
def test_what_nobody_wrote_yet_still_reads(catalogue: Catalogue) -> None:
    assert code_title(catalogue, "NEW-CODE") == "NEW-CODE"
    assert probe_title(catalogue, "new.probe") == "new.probe"
    assert "reason" not in reason_text(catalogue, "new_reason")
    assert "new_fact" in evidence_text(catalogue, Evidence("new_fact", Tri.NO, "m", Weight.WEAK))
    number = evidence_text(catalogue, Evidence("rtt", 12.5, "m", Weight.WEAK, "ms"))
    assert "rtt" in number and ("12,5 ms" if catalogue.language == "fr" else "12.5 ms") in number
    unwritten = culprit("NEW-CODE", [Segment.ACCESS])
    assert advice(catalogue, diagnosis(VerdictState.FAULT, [unwritten])) == (catalogue.text("ui.next.segment.access"),)


def test_places_are_joined_in_the_order_of_the_chain() -> None:
    french = Catalogue("fr")
    assert place(french, ()) == ""
    assert place(french, (Segment.ISP, Segment.ACCESS)).startswith("sur la ligne")
    assert " ou chez votre opérateur" in place(french, (Segment.ISP, Segment.ACCESS))


@BOTH
@pytest.mark.parametrize("state", list(VerdictState))
def test_a_line_for_every_state(catalogue: Catalogue, state: VerdictState) -> None:
    line = sub_line(catalogue, Verdict(state, "X", (Segment.PC,), Band.LIKELY))
    assert not line.startswith("ui.")
    assert (line == "") == (state in (VerdictState.OK, VerdictState.CONNECTING))


@BOTH
def test_why_says_for_and_against_and_what_is_missing(catalogue: Catalogue) -> None:
    result = finished("isp_dns", catalogue).result
    sections = {s.title: s.lines for s in why(catalogue, SCRIPTS["isp_dns"].diagnosis, result)}
    gaps = sections[catalogue.text("ui.why.not_tested")]
    assert len(gaps) == 1  # no IPv6 on this network is no gap in our knowledge
    assert all(sections.values())
    condition = Finding("PC-LOAD", Role.CONDITION, (Segment.PC,), Band.CERTAIN, Scope.DEVICE, answers_symptom=True)
    both = diagnosis(VerdictState.FAULT, [culprit("BOX-DNS", [Segment.BOX]), condition])
    assert catalogue.text("code.PC-LOAD.title") in advice(catalogue, both)
    assert catalogue.text("ui.why.condition") in {s.title for s in why(catalogue, both, None)}


@BOTH
def test_the_copied_text(catalogue: Catalogue) -> None:
    symptom = Symptom(SymptomKind.SLOW, None, OtherDevices.SAME)
    events = SCRIPTS["isp_dns"].events(catalogue, symptom)
    seen = [o for e in events if isinstance(e, Observed) for o in e.observations]
    words = report(catalogue, finished("isp_dns", catalogue, symptom).result, seen)
    for expected in ("fault  ISP-DNS-DOWN  isp  certain", "selfcare 0.1.0 · linux", "symptom=slow", "940 ms",
                     "not_run", "2: BOX-DNS", "    isp_resolver_answers=no", "2026-11-22T17:04:11"):  # fmt: skip
        assert expected in words
    assert "eth0" not in words


@BOTH
def test_the_chain_in_words(catalogue: Catalogue) -> None:
    words = describe(catalogue, ChainState())
    assert all(station_name(catalogue, s, LinkKind.UNKNOWN) in words for s in STATIONS)
    assert "{" not in words


def test_since_is_the_start_of_what_was_named() -> None:
    now = datetime(2026, 11, 22, 18, 4, 11, 5, tzinfo=timezone(timedelta(hours=1)))
    assert start_of("hour", now) == "2026-11-22T17:04:11+01:00"
    assert start_of("today", now) == "2026-11-22T00:00:00+01:00"
    assert start_of("yesterday", now) == "2026-11-21T00:00:00+01:00"
    assert start_of("week", now) == "2026-11-15T00:00:00+01:00"
    assert start_of(None, now) is None


def test_only_pages_that_exist_are_shown() -> None:
    assert [p.id for p in shown()] == ["check", "repair", "wifi", "box", "guides", "support", "cases", "settings"]
    assert all(bool(p.factory) == p.available for p in PAGES)
    assert len({p.id for p in PAGES}) == len(PAGES) == 9
