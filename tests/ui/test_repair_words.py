"""What the repair page says: in each state a sentence, and never more than the steps say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.check import CheckResult
from selfcare.model.events import CheckStarted
from selfcare.model.observation import Observation
from selfcare.model.remedy import Privilege, Proposal, RepairResult, Step, StepOutcome, TrialAnswer
from selfcare.model.remedy import RepairState as Ended
from selfcare.model.repair import Change, EntryState, Instruction, Risk, Verb
from selfcare.model.tri import Tri
from selfcare.remedies import REMEDIES
from selfcare.remedies.trial import Place, StandsFor
from tests.app.repair_world import Bench, World
from tests.ui.repair_bench import entry
from ui.messages import Emitted
from ui.repair_course import Mark, course
from ui.repair_state import Attempt, Fate, Problem, RepairPhase, RepairState
from ui.repair_words import changed_facts, conditions, duration, entry_words, head, moment, outcome, plain

FR, EN = Catalogue("fr"), Catalogue("en")
CHECK: CheckResult = Bench(World()).repair(dry_run=True).before
PROPOSAL = Proposal(
    "dns.alternate", "ISP-DNS-DOWN", "Title", "Why", ("Plan",), (Change(Verb.DNS_SET, {}),), Risk.SETTING, "A risk",
    0.0, 5.0, True, True, Privilege.ADMIN, stands_for="isp",
)  # fmt: skip
HAND = replace(PROPOSAL, actions=(Instruction("cable.check", ("link_up",)),), instruction=True, duration_s=180.0)


def result(state: Ended, *steps: Step, **more: object) -> RepairResult:
    base = RepairResult(state, "", CHECK, None, steps, CHECK.host, CHECK.versions, 1.0)
    return replace(base, **more)  # type: ignore[arg-type]


def ended(told: RepairResult) -> RepairState:
    return RepairState(RepairPhase.DONE, result=told)


def step(kind: StepOutcome, proposal: Proposal = PROPOSAL, error: str | None = None) -> Step:
    return Step(proposal, kind, error=error)


def lines(told: RepairResult) -> tuple[str, ...]:
    return head(FR, ended(told)).lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_is_said_in_words(language: str) -> None:
    catalogue = Catalogue(language)
    states = [RepairState(phase, proposal=p) for phase in RepairPhase for p in (None, PROPOSAL, HAND)]
    states += [ended(result(e, step(o, p))) for e in Ended for o in StepOutcome for p in (PROPOSAL, HAND)]
    trials = [TrialAnswer(p.value, "here") for p in Place]
    states += [ended(result(e, *s, trial=t)) for e in Ended for t in trials for s in ((), (step(StepOutcome.KEPT),))]
    states.append(RepairState(RepairPhase.ERROR, problem=Problem("repair.impossible.not_here")))
    for state in states:
        said = head(catalogue, state)
        assert said.headline
        for sentence in (said.headline, *said.lines):
            assert sentence and not sentence.startswith(("ui.", "repair.")), (state.phase, sentence)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_made_of_parts_is_in_the_catalogue(language: str) -> None:
    keys = [f"ui.repair.plain.{v.value}" for v in Verb]
    keys += [f"ui.repair.entry.{s.value}" for s in EntryState]
    keys += [f"ui.repair.{part}.{w.value}" for part in ("standing", "stands_for") for w in StandsFor]
    keys += [f"ui.repair.hand.{r.id}" for r in REMEDIES if r.everyday]
    keys += [f"ui.repair.fate.{f.value}" for f in Fate if f is not Fate.OPEN]
    keys += [f"ui.repair.course.{m.value}" for m in Mark]
    keys += [f"ui.notice.{n}" for n in ("recovered", "unfinished", "standing", "ended")]
    assert [key for key in keys if not Catalogue(language).has(key)] == []


def test_nothing_was_changed_is_said_only_where_nothing_was() -> None:
    undone = lines(result(Ended.NOT_HELPED, step(StepOutcome.UNDONE)))
    stuck = lines(result(Ended.NOT_HELPED, step(StepOutcome.UNDONE), step(StepOutcome.STUCK)))
    assert undone == (FR.text("ui.repair.end.not_helped"),)
    assert stuck == (FR.text("ui.repair.end.stuck"),)


def test_what_cannot_be_put_back_is_not_said_to_be() -> None:
    clock = replace(step(StepOutcome.UNDONE, replace(PROPOSAL, temporary=False, reversible=False)), entries=("e",))
    flush = replace(clock, proposal=replace(clock.proposal, risk=Risk.NONE))
    assert FR.text("ui.repair.end.not_helped") not in lines(result(Ended.NOT_HELPED, clock))
    assert FR.text("ui.repair.end.not_helped") in lines(result(Ended.NOT_HELPED, flush))
    assert outcome(FR, clock) == FR.text("ui.repair.outcome.stays")
    assert outcome(FR, flush) == FR.text("ui.repair.outcome.no_help")


def test_what_was_kept_is_said_to_be_there_only_where_it_is() -> None:
    lasting, flush = (replace(PROPOSAL, temporary=False), replace(PROPOSAL, temporary=False, reversible=False))
    assert lines(result(Ended.REPAIRED, step(StepOutcome.KEPT))) == (FR.text("ui.repair.end.repaired.temporary"),)
    assert lines(result(Ended.REPAIRED, step(StepOutcome.KEPT, lasting))) == (FR.text("ui.repair.end.repaired"),)
    assert lines(result(Ended.REPAIRED, step(StepOutcome.KEPT, flush))) == ()
    assert lines(result(Ended.REPAIRED, step(StepOutcome.DONE_BY_HAND, HAND))) == ()


def test_why_it_was_refused() -> None:
    kinds = {
        "declined": step(StepOutcome.REFUSED),
        "caution": step(StepOutcome.CAUTION),
        "password": step(StepOutcome.FAILED, error="refused"),
    }
    for kind, one in kinds.items():
        assert lines(result(Ended.REFUSED, one)) == (FR.text(f"ui.repair.end.refused.{kind}"),)


def test_a_password_that_nobody_can_ask_for_is_not_promised() -> None:
    asked, silent = (step(StepOutcome.FAILED, error=e) for e in ("needs_privilege", "no_agent"))
    assert lines(result(Ended.NEEDS_PRIVILEGE, asked)) == (FR.text("ui.repair.end.needs_privilege"),)
    assert lines(result(Ended.NEEDS_PRIVILEGE, silent)) == (FR.text("ui.repair.end.no_agent"),)


def test_what_happened_on_the_side_is_said_too() -> None:
    told = result(Ended.HEALTHY, recovered=(entry("e", EntryState.UNDONE),), ended=(entry("f", EntryState.UNDONE),),
                  remembered=False)  # fmt: skip
    for key in ("ui.repair.recovered", "repair.ended", "repair.not_remembered"):
        assert FR.text(key) in lines(told)


def test_a_trial_without_another_resolver_says_so_and_an_order_is_not_got_round() -> None:
    for place, said in ((Place.ISP, True), (Place.BOX, True), (Place.BLOCKED, False), (Place.DIVERTED, False)):
        told = result(Ended.NOTHING_TO_OFFER, trial=TrialAnswer(place.value, "here"))
        assert head(FR, ended(told)).headline == "here"
        assert any("Aucun autre serveur" in line for line in lines(told)) is said


def test_a_trial_says_that_others_stand_in_only_where_they_do() -> None:
    def told(state: Ended, *steps: Step) -> tuple[str, ...]:
        return lines(result(state, *steps, trial=TrialAnswer("cache", "here")))

    flush = replace(PROPOSAL, remedy="dns.flush", stands_for=None)
    assert told(Ended.DONE, step(StepOutcome.KEPT)) == (FR.text("ui.repair.trial.done"),)
    assert told(Ended.DONE, step(StepOutcome.KEPT, flush)) == (FR.text("ui.repair.trial.mended"),)
    assert told(Ended.NOT_HELPED, step(StepOutcome.STUCK)) == (FR.text("ui.repair.end.stuck"),)
    assert told(Ended.REFUSED, step(StepOutcome.CAUTION)) == (FR.text("ui.repair.end.refused.caution"),)


def test_after_a_stop() -> None:
    def said(**more: object) -> tuple[str, ...]:
        return head(FR, replace(RepairState(RepairPhase.STOPPED), **more)).lines  # type: ignore[arg-type]

    assert said() == (FR.text("ui.repair.stopped.nothing"),)
    assert said(tested=True) == (FR.text("ui.repair.stopped.tested"),)
    assert said(attempts=[Attempt("a", fate=Fate.KEPT)]) == (FR.text("ui.repair.stopped.kept"),)


def test_the_question_says_whose_rights_and_how_to_go_back() -> None:
    told = dict(conditions(EN, PROPOSAL))
    assert told["Rights"] == EN.text("repair.privilege.admin")
    assert told["To go back"] == EN.text("ui.repair.stands_for.isp")
    calm = dict(conditions(EN, replace(PROPOSAL, risk=Risk.NONE, stands_for=None, temporary=False, reversible=False)))
    assert calm["Risk"] == EN.text("ui.repair.risk.none") and calm["To go back"] == EN.text("repair.undo.no")
    pause = dict(conditions(EN, replace(PROPOSAL, risk=Risk.NONE, pause_s=3.0)))
    assert pause["Risk"] == "A risk"
    assert "3 minutes" in dict(conditions(EN, HAND))["Check"]
    assert (duration(EN, 0.2), duration(EN, 89), duration(EN, 100)) == ("1 s", "89 s", "2 minutes")


def test_what_became_of_a_step() -> None:
    kept = step(StepOutcome.KEPT)
    by_hand = replace(kept, proposal=replace(PROPOSAL, code=None))
    better = replace(by_hand, before=(seen("names_resolve", Tri.NO),), after=(seen("names_resolve", Tri.YES),))
    assert outcome(FR, kept) == outcome(FR, better) == FR.text("ui.repair.outcome.kept")
    assert outcome(FR, by_hand) == FR.text("ui.repair.outcome.by_hand")
    waiting = step(StepOutcome.FOR_YOU, HAND)
    assert outcome(FR, waiting) == FR.text("repair.outcome.for_you")
    assert outcome(FR, replace(waiting, after=(seen("link_up", Tri.NO),))) == FR.text("ui.repair.outcome.unseen")
    assert FR.text("repair.error.managed") in outcome(FR, step(StepOutcome.FAILED, error="managed"))


def seen(fact: str, value: Tri) -> Observation:
    return Observation(fact, value, "a.probe")


def test_only_facts_that_changed_and_only_of_what_stays() -> None:
    before = (seen("names_resolve", Tri.NO), seen("gateway_answers", Tri.YES))
    after = (seen("names_resolve", Tri.YES), seen("gateway_answers", Tri.YES), seen("link_up", Tri.YES))
    kept = replace(step(StepOutcome.KEPT), before=before, after=after)
    told = changed_facts(EN, result(Ended.REPAIRED, kept))
    assert [better for *_, better in told] == [True, True]
    assert told[0][:2] == ("Site names are not found", "Site names are found")
    assert told[1][0] == EN.text("ui.repair.unseen")
    assert changed_facts(EN, result(Ended.NOT_HELPED, replace(kept, outcome=StepOutcome.UNDONE))) == ()


def test_the_steps_follow_the_run() -> None:
    def now(state: RepairState) -> list[str]:
        return [line.words for line in course(EN, state) if line.now]

    assert course(EN, RepairState()) == ()
    state = RepairState(RepairPhase.LOOKING)
    assert now(state) == ["Look for the cause"]
    assert now(replace(state, by_hand="dns.flush")) == ["Measure the connection"]
    asking = RepairState(RepairPhase.ASKING, proposal=HAND)
    assert now(asking) == ["Do it by hand"] and now(replace(asking, phase=RepairPhase.PROVING)) == [
        "Measure whether it helps"
    ]
    again = RepairState(RepairPhase.ASKING, proposal=PROPOSAL, attempts=[Attempt("a", "First", fate=Fate.UNDONE)])
    assert course(EN, again)[0].words == f"First. {EN.text('ui.repair.fate.undone')}"
    kept = RepairState(RepairPhase.LOOKING, attempts=[Attempt("a", "First", fate=Fate.KEPT)])
    assert [line.words for line in course(EN, kept)][1:] == ["Check the result"]
    stopping = RepairState(RepairPhase.STOPPING, tested=True)
    assert now(stopping) == ["Put things back"] and course(EN, RepairState(RepairPhase.STOPPING)) == ()


def test_a_whole_check_after_consent_is_no_proof_yet() -> None:
    """The engine looks again where consent came late, before anything is changed."""
    state = RepairState()
    state.begin(1)

    def heard(*probes: str) -> RepairPhase:
        state.read(Emitted(1, CheckStarted(0.0, probes)))
        return state.phase

    assert heard("a", "b", "c") is RepairPhase.LOOKING
    state.ask(PROPOSAL)
    state.answered(agreed=True)
    assert heard("a", "b", "c") is RepairPhase.APPLYING
    assert heard("a") is RepairPhase.PROVING


def test_since_when_a_change_is_there() -> None:
    now = datetime(2026, 11, 22, 20, 0).astimezone()
    today, before = now.replace(hour=8), now - timedelta(days=1)
    assert moment(EN, today.isoformat(), now) == "today at 08:00"
    assert moment(FR, before.isoformat(), now) == "hier à 20:00"
    assert moment(FR, (now - timedelta(days=9)).isoformat(), now) == "le 13/11/2026 à 20:00"
    assert moment(FR, "no time", now) == "no time"
    words = entry_words(EN, entry("e", EntryState.KEPT), now)
    assert words[0] == plain(EN, Change(Verb.DNS_SET, {})) and "9.9.9.9" in words[1] and "in place" in words[2]
