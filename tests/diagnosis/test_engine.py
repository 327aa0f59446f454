"""What the engine does with any rule table: conditions, numbers as evidence."""

from __future__ import annotations

from selfcare.diagnosis import diagnose
from selfcare.model.finding import Band, Role, Scope, VerdictState, Weight
from selfcare.model.observation import Observation
from selfcare.model.rule import Clue, Gate, Rule
from selfcare.model.segment import Segment
from selfcare.model.symptom import SymptomKind
from selfcare.model.tri import Tri

BUSY = Rule(
    "PC-LOAD", (Segment.PC,), Scope.DEVICE, (Gate("machine_busy", Tri.YES),),
    (Clue("machine_busy", Tri.YES, Weight.DECISIVE, number="cpu_percent"),), (), condition=True,
    answers=(SymptomKind.SLOW,),
)  # fmt: skip
SEEN = [
    Observation("machine_busy", Tri.YES, "pc.load"),
    Observation("cpu_percent", 97.0, "pc.load", "%"),
    *(Observation(f, Tri.YES, "dns.os") for f in ("names_resolve", "web_by_name", "web_unaltered")),
]


def test_a_condition_is_told_and_the_verdict_stays_ok() -> None:
    found = diagnose(SEEN, rules=(BUSY,))
    assert found.verdict.state is VerdictState.OK
    assert [(f.code, f.role, f.band) for f in found.findings] == [("PC-LOAD", Role.CONDITION, Band.CERTAIN)]
    assert found.ruled_out == ()


def test_a_condition_may_be_the_answer_to_what_the_subscriber_says() -> None:
    assert diagnose(SEEN, symptom=SymptomKind.SLOW, rules=(BUSY,)).findings[0].answers_symptom
    assert not diagnose(SEEN, symptom=SymptomKind.TV, rules=(BUSY,)).findings[0].answers_symptom


def test_conditions_wait_for_the_end() -> None:
    assert diagnose(SEEN, complete=False, rules=(BUSY,)).findings == ()


def test_evidence_cites_the_number_behind_the_fact() -> None:
    evidence = diagnose(SEEN, rules=(BUSY,)).findings[0].evidence[0]
    assert (evidence.fact, evidence.value, evidence.unit) == ("cpu_percent", 97.0, "%")
    without = [o for o in SEEN if o.fact != "cpu_percent"]
    assert diagnose(without, rules=(BUSY,)).findings[0].evidence[0].value is Tri.YES
