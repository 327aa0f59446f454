"""Every document and event the program writes follows the published schema."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.app.sentences import Sentences
from selfcare.contract import document, event_line, exit_code, load_schema
from selfcare.diagnosis import diagnose
from selfcare.diagnosis.facts import SOURCES
from selfcare.i18n import Catalogue
from selfcare.model.check import CheckResult, Host, Timing
from selfcare.model.events import (
    ActionApplied,
    ActionApproved,
    ActionProposed,
    ActionUndone,
    CheckFinished,
    CheckStarted,
    Event,
    Observed,
    ProbeMeasured,
    ProbeStarted,
    VerdictChanged,
)
from selfcare.model.finding import NotTested, Verdict, VerdictState
from selfcare.model.measurement import Measurement, Outcome
from selfcare.model.observation import Observation
from selfcare.model.probe import Layer, NotRunReason
from selfcare.model.symptom import Symptom, SymptomKind
from selfcare.model.tri import Tri
from tests.app.fakes import link
from tests.diagnosis.facts import FAULTS, observations

VALIDATOR = jsonschema.Draft202012Validator(load_schema())
SENTENCES = Sentences(Catalogue("fr"), {"selfcare": "0"})
NOW = datetime(2026, 11, 22, 18, 4, 11, 120000, tzinfo=UTC)

MEASUREMENTS = (
    Measurement("link.interfaces", 1, Outcome.COMPLETED, NOW, 12.5, "eth0", link()),
    Measurement("dhcp.rogue", 1, Outcome.NOT_RUN, NOW, 0.0, None, reason=NotRunReason.NEEDS_PRIVILEGE),
    Measurement("dns.os", 1, Outcome.TIMED_OUT, NOW, 3000.0, "eth0"),
    Measurement("web.name", 1, Outcome.CRASHED, NOW, 3.0, "eth0", error="OSError"),
)


def _result(seen: list[Observation], symptom: Symptom | None = None) -> CheckResult:
    found = SENTENCES.fill(diagnose(seen))
    return CheckResult(
        found.verdict, found.findings, found.ruled_out, (NotTested("dhcp.rogue", "needs_privilege"),), symptom,
        MEASUREMENTS, Timing(940.0, 1810.0), Host("linux", False), {"selfcare": "0.1.0"},
    )  # fmt: skip


def test_the_schema_itself_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(load_schema())


@pytest.mark.parametrize("name", [None, *FAULTS])
def test_documents_of_all_faults_follow_the_schema(name: str | None) -> None:
    changes = FAULTS[name][0] if name else None
    written = json.loads(json.dumps(document(_result(observations(changes)))))
    VALIDATOR.validate(written)
    assert written["schema"] == "selfcare.check/1"


@given(st.dictionaries(st.sampled_from(sorted(SOURCES)), st.sampled_from(list(Tri))))
def test_documents_of_any_facts_follow_the_schema(facts: dict[str, Tri]) -> None:
    seen = [Observation(f, v, SOURCES[f]) for f, v in facts.items()]
    VALIDATOR.validate(document(_result(seen, Symptom(SymptomKind.NO_WEB, "2026-11-22T18:00:00+01:00"))))


@pytest.mark.parametrize("spoil", [
    lambda d: d.pop("verdict"),
    lambda d: d["verdict"].update(state="fine"),
    lambda d: d["verdict"].update(state="fault", code=None),
    lambda d: d["measurements"][0].pop("payload"),
    lambda d: d["measurements"][1].pop("reason"),
    lambda d: d["measurements"][0].update(started="yesterday"),
    lambda d: d["verdict"].update(segments=["cellar"]),
    lambda d: d.update(extra=1),
])  # fmt: skip
def test_the_schema_refuses_a_spoilt_document(spoil: object) -> None:
    written = json.loads(json.dumps(document(_result(observations()))))
    spoil(written)  # type: ignore[operator]
    assert not VALIDATOR.is_valid(written)


def test_measurement_fields_depend_on_the_outcome() -> None:
    completed, not_run, timed_out, crashed = document(_result(observations()))["measurements"]
    assert completed["payload"]["primary"] == "eth0"
    assert (not_run["reason"], "payload" in not_run) == ("needs_privilege", False)
    assert set(timed_out) == {"id", "version", "outcome", "started", "duration_ms", "interface"}
    assert crashed["error"] == "OSError"
    assert completed["started"] == "2026-11-22T18:04:11.120+00:00"


def test_every_event_is_one_json_line_with_its_name() -> None:
    diagnosis = SENTENCES.fill(diagnose(observations()))
    events: list[Event] = [
        CheckStarted(0, ("dns.os",)), ProbeStarted(1, "dns.os", Layer.NAME), ProbeMeasured(2, MEASUREMENTS[0]),
        Observed(3, (Observation("link_up", Tri.YES, "link.interfaces"),)), VerdictChanged(4, diagnosis, True),
        CheckFinished(5, _result(observations())), ActionProposed(6, "dns.alternate", ("x",), "low"),
        ActionApproved(7, "dns.alternate", True),
        ActionApplied(8, "dns.alternate", True), ActionUndone(9, "dns.alternate"),
    ]  # fmt: skip
    names = []
    for event in events:
        line = event_line(event)
        assert "\n" not in line
        names.append(json.loads(line)["event"])
    assert names == [
        "check_started", "probe_started", "probe_measured", "observation", "verdict_changed", "check_finished",
        "action_proposed", "action_approved", "action_applied", "action_undone",
    ]  # fmt: skip


@pytest.mark.parametrize(("state", "code"), [
    ("ok", 0), ("fault", 1), ("multiple", 1), ("intermittent", 1), ("not_proven", 3), ("connecting", 3),
    ("cannot_test", 3),
])  # fmt: skip
def test_exit_codes(state: str, code: int) -> None:
    assert exit_code(Verdict(VerdictState(state))) == code
