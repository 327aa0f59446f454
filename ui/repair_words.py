"""The words of the repair page: what it says in each state, pure, so that each can be tested without a window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from selfcare.app.proposals import action_text, undo_key
from selfcare.app.sentences import fact_text
from selfcare.i18n import Catalogue
from selfcare.model.finding import Verdict, VerdictState
from selfcare.model.remedy import Privilege, Proposal, RepairResult, Step, StepOutcome
from selfcare.model.remedy import RepairState as Ended
from selfcare.model.repair import Action, Change, Entry, Risk
from selfcare.model.tri import Tri
from ui.repair_state import RepairPhase, RepairState

MINUTES_FROM_S = 90
"""From here on nobody counts in seconds."""
_GOOD, _HALF, _BAD, _NEUTRAL = ("check", "fine"), ("bang", "suspect"), ("cross", "fault"), ("bar", "idle")
_LOOKS = {
    Ended.HEALTHY: _GOOD,
    Ended.REPAIRED: _GOOD,
    Ended.DONE: _GOOD,
    Ended.EASED: _HALF,
    Ended.FOR_YOU: ("person", "accent"),
    Ended.NEEDS_PRIVILEGE: ("lock", "suspect"),
    Ended.NOT_HELPED: _HALF,
}
_OUTCOMES = {
    StepOutcome.KEPT: _GOOD,
    StepOutcome.DONE_BY_HAND: _GOOD,
    StepOutcome.UNDONE: ("back", "idle"),
    StepOutcome.FOR_YOU: ("person", "accent"),
    StepOutcome.STUCK: _BAD,
    StepOutcome.FAILED: _HALF,
}
_VERDICTS = {VerdictState.OK: _GOOD, VerdictState.FAULT: _BAD, VerdictState.MULTIPLE: _BAD}


@dataclass(frozen=True, slots=True)
class Head:
    """The top of the page: a look, a headline and what follows from it."""

    icon: str
    tone: str
    headline: str
    lines: tuple[str, ...] = ()


def head(catalogue: Catalogue, state: RepairState) -> Head:
    """For a state of the page."""
    say = catalogue.text
    if state.phase is RepairPhase.DONE and state.result is not None:
        icon, tone = _end_look(state.result)
        return Head(icon, tone, _end_title(catalogue, state.result), tuple(_end_lines(catalogue, state.result)))
    if state.phase is RepairPhase.ERROR and state.problem is not None:
        kind, look = ("error", _HALF) if state.problem.ours else ("impossible", _NEUTRAL)
        more = (say("ui.repair.impossible.try"),) if state.problem.key == "repair.impossible.not_here" else ()
        return Head(*look, say(f"ui.repair.{kind}"), (say(state.problem.key), *more))
    if state.phase is RepairPhase.STOPPED:
        return Head(*_NEUTRAL, say("ui.repair.stopped"), (say(f"ui.repair.stopped.{_stopped(state)}"),))
    if state.busy:
        return _under_way(catalogue, state)
    return Head("wrench", "accent", say("ui.repair.title"), (say("ui.repair.lead"),))


def _end_look(result: RepairResult) -> tuple[str, str]:
    """A trial tells where names fail: whatever was done about it, that place is no good news."""
    if result.trial is None:
        return _LOOKS.get(result.state, _NEUTRAL)
    return {"nowhere": _GOOD, "elsewhere": _NEUTRAL, "undecided": _NEUTRAL}.get(result.trial.place, _HALF)


def _stopped(state: RepairState) -> str:
    return "tested" if state.tested else "kept" if state.kept else "nothing"


def _under_way(catalogue: Catalogue, state: RepairState) -> Head:
    say, proposal = catalogue.text, state.proposal
    hand = proposal is not None and proposal.instruction
    if state.phase is RepairPhase.STOPPING:
        lines = (say("ui.repair.stopping.tested"),) if state.tested else ()
        return Head("back", "accent", say("ui.repair.stopping"), lines)
    if state.phase is RepairPhase.ASKING:
        line = "hand" if hand else "more" if state.kept else "lead"
        title = "ui.repair.asking.by_hand" if hand else "ui.repair.asking"
        return Head("person" if hand else "query", "accent", say(title), (say(f"ui.repair.asking.{line}"),))
    if state.phase is RepairPhase.APPLYING:
        asks = proposal is not None and proposal.privilege is not Privilege.NONE
        line = say("ui.repair.applying.password" if asks else "ui.repair.applying.lead")
        return Head("wrench", "accent", say("ui.repair.applying"), (line,))
    if state.phase is RepairPhase.PROVING:
        if hand and proposal is not None:
            waits = say("ui.repair.proving.hand", time=duration(catalogue, proposal.duration_s))
            return Head("pulse", "accent", say("ui.repair.proving.by_hand"), (waits,))
        return Head("pulse", "accent", say("ui.repair.proving"), (say("ui.repair.proving.lead"),))
    step = say(f"ui.step.{state.layer}") if state.layer else say("ui.step.start")
    title = "ui.repair.looking.again" if state.attempts else "ui.repair.looking"
    return Head("pulse", "accent", say("ui.repair.measuring" if state.by_hand else title), (step,))


def _end_title(catalogue: Catalogue, result: RepairResult) -> str:
    """A trial's answer is where names fail; everything else's is how the run ended."""
    return result.trial.text if result.trial is not None else catalogue.text(f"repair.state.{result.state.value}")


def _end_lines(catalogue: Catalogue, result: RepairResult) -> Iterator[str]:
    say = catalogue.text
    key = _after_trial(result) if result.trial is not None else _after_run(result)
    if key and catalogue.has(key):
        yield say(key)
    if result.recovered:
        yield say("ui.repair.recovered")
    if result.ended:
        yield say("repair.ended")
    if not result.remembered:
        yield say("repair.not_remembered")


def _after_trial(result: RepairResult) -> str:
    if not result.steps:
        told = result.trial.place if result.trial is not None else ""
        return f"ui.repair.trial.none.{told}"
    if result.state is Ended.DONE:
        # What is wrong on this PC itself is mended there: then nobody stands in for anybody.
        stands_in = any(s.outcome is StepOutcome.KEPT and s.proposal.stands_for for s in result.steps)
        return f"ui.repair.trial.{'done' if stands_in else 'mended'}"
    return _after_run(result)


def _after_run(result: RepairResult) -> str:
    """What it means and what can be done now; never more than what the steps say."""
    outcomes = {s.outcome for s in result.steps}
    errors = {s.error for s in result.steps}
    if result.state is Ended.REFUSED:
        why = "password" if "refused" in errors else "caution" if StepOutcome.CAUTION in outcomes else "declined"
        return f"ui.repair.end.refused.{why}"
    if result.state is Ended.NEEDS_PRIVILEGE and "no_agent" in errors:
        return "ui.repair.end.no_agent"
    if result.state is Ended.NOT_HELPED and StepOutcome.STUCK in outcomes:
        return "ui.repair.end.stuck"
    if result.state is Ended.NOT_HELPED and any(s.entries and _for_good(s) for s in result.steps):
        return "ui.repair.end.nothing_to_offer"  # a clock that was set stays so: not "nothing was left changed"
    if result.state in (Ended.REPAIRED, Ended.DONE):
        kept = [s for s in result.steps if _undoable(s)]
        temporary = any(s.proposal.temporary for s in kept)
        return ("ui.repair.end.repaired.temporary" if temporary else "ui.repair.end.repaired") if kept else ""
    return f"ui.repair.end.{result.state.value}"


def _for_good(step: Step) -> bool:
    return undo_key(step.proposal) == "repair.undo.never"


def _undoable(step: Step) -> bool:
    return step.outcome is StepOutcome.KEPT and step.proposal.reversible


# -- the question -------------------------------------------------------------------------------------


def plain(catalogue: Catalogue, action: Action) -> str:
    """One action without a value and without a technical word."""
    return catalogue.text(f"ui.repair.plain.{action.verb.value}") if isinstance(action, Change) else ""


def duration(catalogue: Catalogue, seconds: float) -> str:
    """In the unit in which somebody waits."""
    minutes = seconds >= MINUTES_FROM_S
    shown = max(1, round(seconds / 60 if minutes else seconds))
    return catalogue.text("ui.repair.minutes" if minutes else "ui.repair.seconds", count=shown)


def conditions(catalogue: Catalogue, proposal: Proposal) -> tuple[tuple[str, str], ...]:
    """Risk, time, way back and rights, each with its name."""
    say = catalogue.text
    time = say("ui.repair.takes", time=duration(catalogue, proposal.duration_s))
    if proposal.instruction:
        meanwhile = [("risk", proposal.risk_text)] if proposal.risk is not Risk.NONE else []
        waits = say("ui.repair.waits", time=duration(catalogue, proposal.duration_s))
        return _named(catalogue, [*meanwhile, ("check", waits)])
    calm = proposal.risk is Risk.NONE and not proposal.pause_s
    risk = say("ui.repair.risk.none") if calm else proposal.risk_text
    rights = say(f"repair.privilege.{proposal.privilege.value}")
    rows = [("risk", risk), ("time", time), ("back", _way_back(catalogue, proposal)), ("rights", rights)]
    return _named(catalogue, rows)


def _named(catalogue: Catalogue, rows: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((catalogue.text(f"ui.repair.row.{name}"), value) for name, value in rows)


def _way_back(catalogue: Catalogue, proposal: Proposal) -> str:
    if proposal.stands_for is not None:
        return catalogue.text(f"ui.repair.stands_for.{proposal.stands_for}")
    return catalogue.text(undo_key(proposal))


# -- what was tried -----------------------------------------------------------------------------------


def outcome_look(step: Step) -> tuple[str, str]:
    """Icon and tone."""
    return _OUTCOMES.get(step.outcome, _NEUTRAL)


def outcome(catalogue: Catalogue, step: Step) -> str:
    """What became of it, with the reason where it failed."""
    say, by_hand = catalogue.text, step.proposal.code is None
    if step.outcome is StepOutcome.KEPT:
        kind = "by_hand" if by_hand and not _better(step) else "kept" if step.proposal.reversible else "helped"
        return say(f"ui.repair.outcome.{kind}")
    if step.outcome is StepOutcome.FOR_YOU and step.after:
        return say("ui.repair.outcome.unseen")
    if step.outcome is StepOutcome.UNDONE and not step.proposal.reversible:
        return say("ui.repair.outcome.stays" if _for_good(step) else "ui.repair.outcome.no_help")
    said = say(f"repair.outcome.{step.outcome.value}")
    return f"{said} {catalogue.first(f'repair.error.{step.error}', 'repair.error.failed')}" if step.error else said


def _better(step: Step) -> bool:
    """Whether something that did not work does now: by hand a change is kept without, as long as it does no harm."""
    before = {o.fact: o.value for o in step.before}
    return any(o.value is Tri.YES and before.get(o.fact) is Tri.NO for o in step.after)


def verdict_look(verdict: Verdict) -> tuple[str, str]:
    """Icon and tone of an answer."""
    return _VERDICTS.get(verdict.state, ("query", "suspect"))


def changed_facts(catalogue: Catalogue, result: RepairResult) -> tuple[tuple[str, str, bool], ...]:
    """What is otherwise than before the first step: as it was, as it is, and whether it became better."""
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for step in result.steps:
        for seen in step.before:
            before.setdefault(seen.fact, seen.value)
        if step.outcome in (StepOutcome.KEPT, StepOutcome.DONE_BY_HAND):
            after.update({o.fact: o.value for o in step.after})
    found = []
    for fact, now in after.items():
        was = before.get(fact, Tri.UNKNOWN)
        if was == now or now is Tri.UNKNOWN or not catalogue.has(f"fact.{fact}.{now}"):
            continue
        unseen = was is Tri.UNKNOWN
        old = catalogue.text("ui.repair.unseen") if unseen else _capital(fact_text(catalogue, fact, was))
        # What was kept was kept because of it; only what nobody could see before may be bad news.
        found.append((old, _capital(fact_text(catalogue, fact, now)), now is Tri.YES or not unseen))
    return tuple(found)


# -- changes ------------------------------------------------------------------------------------------


def entry_words(catalogue: Catalogue, entry: Entry, now: datetime) -> tuple[str, str, str]:
    """A change in plain words; to the letter; and since when it is there, and where it stands."""
    state = catalogue.text(f"ui.repair.entry.{entry.state.value}")
    since = catalogue.text("ui.repair.entry", when=_capital(moment(catalogue, entry.began, now)), state=state)
    return plain(catalogue, entry.change), action_text(catalogue, entry.change), since


def moment(catalogue: Catalogue, began: str, now: datetime) -> str:
    """Today and yesterday by name, other days by their date."""
    try:
        then = datetime.fromisoformat(began).astimezone()
    except ValueError:
        return began
    days = {now.date(): "today", now.date() - timedelta(days=1): "yesterday"}
    form = "%d/%m/%Y" if catalogue.language == "fr" else "%Y-%m-%d"
    key = f"ui.repair.when.{days.get(then.date(), 'day')}"
    return catalogue.text(key, time=then.strftime("%H:%M"), day=then.strftime(form))


def _capital(clause: str) -> str:
    return clause[:1].upper() + clause[1:]
