"""The repair run: culprit, smallest remedy, consent, change, proof; kept, or put back and the next one tried."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from selfcare.app import ending
from selfcare.app.changing import Changing
from selfcare.app.effect import Goal, Look, moved, probes_by_hand, probes_for, watch
from selfcare.app.options import CheckOptions, RepairOptions
from selfcare.app.ports import Memory
from selfcare.app.proposals import propose
from selfcare.app.services import Consent, Emit, RunCheck
from selfcare.ground.elapsed import elapsed_s
from selfcare.i18n import Catalogue
from selfcare.model.events import ActionApplied, ActionApproved, ActionProposed, ActionUndone, Event
from selfcare.model.finding import Band, Finding, Role, VerdictState
from selfcare.model.remedy import NotPossible, Proposal, RemoteLogin, RepairResult, Step, StepOutcome, TrialAnswer
from selfcare.model.repair import Action, Entry, Hand, HandError, Instruction
from selfcare.model.rule import Gate
from selfcare.model.tri import Tri
from selfcare.remedies import Remedy, Situation, remedies_for, remedy
from selfcare.remedies.caution import cautions
from selfcare.remedies.trial import CURABLE, OWN_REMEDY, TRIAL, Place, place, stands_for

MAX_STEPS = 8
FRESH_S = 30.0
"""So long a check is worth acting upon while somebody makes up their mind."""
_REPAIRABLE = (VerdictState.FAULT, VerdictState.MULTIPLE)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a run needs. ``remote``: who works on this PC from afar. ``clock``: seconds since 1970, as the PC has it."""

    run_check: RunCheck
    hand: Hand
    catalogue: Catalogue
    memory: Memory
    remote: RemoteLogin | None = None
    clock: Callable[[], float] = time.time
    elapsed: Callable[[], float] = elapsed_s


@dataclass(frozen=True, slots=True)
class Choice:
    """A remedy that can be tried now, and the finding it answers."""

    remedy: Remedy
    finding: Finding | None
    actions: tuple[Action, ...]

    @property
    def code(self) -> str | None:
        """The finding's."""
        return self.finding.code if self.finding is not None else None


class Outdated(Exception):
    """Consent came late, and the check no longer asks for the very same change. ``now``: what it says instead."""

    def __init__(self, now: Look) -> None:
        super().__init__()
        self.now = now


class Repair:
    """One run. Made anew for each."""

    def __init__(self, tools: Tools, options: RepairOptions, consent: Consent, emit: Emit) -> None:
        self._tools, self._options, self._consent, self._emit = tools, options, consent, emit
        self._zero = time.monotonic()
        self._steps: list[Step] = []
        self._tried: set[tuple[str | None, str]] = set()
        self._declined: set[str | None] = set()
        self._looked = 0.0

    # -- the two ways in -------------------------------------------------------------------------

    async def run(self) -> RepairResult:
        """From the findings of a check, until nothing is wrong or nothing is left to try."""
        recovered = await self._recover()
        before = now = await self.look()
        ended = await self._end_trials(now)
        if ended:
            now = await self.look()
        fresh = True
        while len(self._steps) < MAX_STEPS and (choice := self._next(now)) is not None:
            try:
                step = await self._try(choice, now)
            except Outdated as late:
                now, fresh = late.now, True
                continue
            fresh = fresh and not (step.entries or step.after)
            # What did not help, and yet may have left things otherwise, is no ground for the next choice.
            if step.outcome in (StepOutcome.KEPT, StepOutcome.DONE_BY_HAND) or moved(step):
                now, fresh = await self.look(), True
        if not fresh:
            now = await self.look()
        return self._result(before, now, recovered, ended)

    async def fix(self, remedy_id: str) -> RepairResult:
        """One remedy, asked for by hand: without any finding, with the same consent, proof and undo."""
        chosen = remedy(remedy_id)
        if chosen is None:
            raise KeyError(remedy_id)
        recovered = await self._recover()
        before = await self.look() if chosen is TRIAL else await self.look(probes_by_hand(chosen))
        if chosen is TRIAL:
            return await self._trial(before, recovered)
        await self._by_hand(chosen, before)
        return self._result(before, await self._after(chosen, before), recovered, by_hand=True)

    async def _trial(self, before: Look, recovered: tuple[Entry, ...]) -> RepairResult:
        """Says where names fail, and stands in only where another resolver is the answer to that."""
        ended = await self._end_trials(before)
        now = await self.look() if ended else before
        where = place(now.result.findings, now.tri)
        if where in CURABLE:
            # Where no other resolver answers either, there is still the answer to where names fail.
            with contextlib.suppress(NotPossible):
                await self._by_hand(TRIAL, now)
        elif where in OWN_REMEDY and (choice := self._next(now)) is not None:
            try:
                await self._try(choice, now)
            except Outdated as late:
                now = late.now
                where = place(now.result.findings, now.tri)
        answer = TrialAnswer(where.value, self._tools.catalogue.text(f"repair.trial.{where.value}"))
        after = await self._after(TRIAL, now)
        return replace(self._result(before, after, recovered, ended, by_hand=True), trial=answer)

    # -- one step --------------------------------------------------------------------------------

    def _next(self, now: Look) -> Choice | None:
        """The smallest remedy not tried yet for the first culprit that has one."""
        if now.result.verdict.state not in _REPAIRABLE:
            return None
        for finding in now.result.findings:
            if finding.role is Role.CULPRIT:
                for candidate in remedies_for(finding.code, now.tri):
                    choice = self._choice(candidate, finding, now)
                    if choice is not None:
                        return choice
        return None

    def _choice(self, candidate: Remedy, finding: Finding, now: Look) -> Choice | None:
        if (finding.code, candidate.id) in self._tried:
            return None
        # Who is merely suspected gets advice; settings are not changed on a suspicion, nor after a refusal; and
        # nothing is laid over what could not be put back.
        stuck = any(step.outcome is StepOutcome.STUCK for step in self._steps)
        only_advice = finding.band is Band.POSSIBLE or finding.code in self._declined or stuck
        if only_advice and not candidate.person:
            return None
        try:
            return Choice(candidate, finding, candidate.plan(self._situation(now)))
        except NotPossible:  # now; it may be once something else is mended
            return None

    async def _by_hand(self, chosen: Remedy, now: Look) -> None:
        filtered = chosen.temporary and place(now.result.findings, now.tri) is Place.CONTROL
        if filtered or not chosen.allowed(now.tri):
            raise NotPossible("not_here")
        await self._try(Choice(chosen, None, chosen.plan(self._situation(now))), now)

    async def _try(self, choice: Choice, now: Look) -> Step:
        begun = time.monotonic()
        self._tried.add((choice.code, choice.remedy.id))
        situation = self._situation(now)
        against = cautions(choice.actions, situation)
        proposal = propose(self._tools.catalogue, choice.remedy, choice.code, choice.actions, against, situation)
        self._emit(ActionProposed(self._now(), proposal.remedy, proposal.plan, proposal.risk.value))
        self._note("proposal", proposal.remedy, code=choice.code, plan=list(proposal.plan), risk=proposal.risk.value)
        if any(c.refuses for c in against):
            step = Step(proposal, StepOutcome.CAUTION)
        elif self._options.dry_run:
            step = Step(proposal, StepOutcome.PROPOSED)
        else:
            step = await self._asked(choice, proposal, now)
        step = replace(step, duration_ms=round((time.monotonic() - begun) * 1000, 1))
        self._steps.append(step)
        noted = {"code": choice.code, "outcome": step.outcome.value, "error": step.error, "entries": list(step.entries)}
        self._note("effect", proposal.remedy, **noted, remedy=proposal.remedy, stands_for=stands_for(situation).value)
        return step

    async def _asked(self, choice: Choice, proposal: Proposal, now: Look) -> Step:
        agreed = await self._consent(proposal)
        self._emit(ActionApproved(self._now(), proposal.remedy, agreed))
        self._note("consent", proposal.remedy, approved=agreed)
        if proposal.instruction:
            return await self._seen_done(choice, proposal, now) if agreed else Step(proposal, StepOutcome.FOR_YOU)
        if not agreed:
            self._declined.add(choice.code)
            return Step(proposal, StepOutcome.REFUSED)
        if choice.finding is not None and time.monotonic() - self._looked > FRESH_S:
            now = await self._still(choice)
        # Planned again: the time to set, and nothing else, has moved on while the person was reading.
        return await self._changed(choice, proposal, now, choice.remedy.plan(self._situation(now)))

    async def _still(self, choice: Choice) -> Look:
        """A check anew, if it still asks for the change that was agreed to; a fault may pass while somebody reads."""
        now = await self.look()
        self._tried.discard((choice.code, choice.remedy.id))
        again = self._next(now)
        if again is None or (again.code, again.remedy, again.actions) != (choice.code, choice.remedy, choice.actions):
            raise Outdated(now)
        self._tried.add((choice.code, choice.remedy.id))
        return now

    async def _seen_done(self, choice: Choice, proposal: Proposal, now: Look) -> Step:
        facts = tuple(f for a in proposal.actions if isinstance(a, Instruction) for f in a.done_when)
        goal = Goal(tuple(Gate(f, Tri.YES) for f in facts))
        seen = await self._until(choice, goal, now)
        done = goal.reached(now, seen)
        outcome = StepOutcome.DONE_BY_HAND if done else StepOutcome.FOR_YOU
        return Step(proposal, outcome, now.some(goal.facts), seen.some(goal.facts))

    async def _changed(self, choice: Choice, proposal: Proposal, now: Look, actions: tuple[Action, ...]) -> Step:
        goal = Goal.of(choice.remedy, choice.finding)
        changing = Changing(self._tools.hand, choice.remedy.settle_s)
        step = Step(proposal, StepOutcome.FAILED)
        try:
            async with changing:
                await changing.apply(actions)
                seen = await self._until(choice, goal, now)
                step = replace(step, before=now.some(goal.facts), after=seen.some(goal.facts))
                if goal.reached(now, seen):
                    self._note_keeping(choice, changing, now)
                    await changing.keep()
                    step = replace(step, outcome=StepOutcome.KEPT)
                else:
                    back = any(e.reversible for e in changing.entries)
                    step = replace(step, outcome=StepOutcome.UNDONE if back else StepOutcome.NOT_HELPED)
        except HandError as error:
            step = replace(step, outcome=StepOutcome.FAILED, error=error.code)
        if changing.stuck is not None:
            step = replace(step, outcome=StepOutcome.STUCK, error=changing.stuck.code)
        return self._told(replace(step, entries=tuple(e.name for e in changing.entries)))

    def _note_keeping(self, choice: Choice, changing: Changing, now: Look) -> None:
        """Should the program end now: of several changes the next start keeps all or none, and a stand-in can end."""
        if any(e.reversible for e in changing.entries):
            whose = stands_for(self._situation(now)).value
            entries = [e.name for e in changing.entries]
            self._note("effect", choice.remedy.id, code=choice.code, outcome="keeping", entries=entries,
                       remedy=choice.remedy.id, stands_for=whose)  # fmt: skip

    def _told(self, step: Step) -> Step:
        name, kept = step.proposal.remedy, step.outcome is StepOutcome.KEPT
        if step.entries:
            self._emit(ActionApplied(self._now(), name, kept))
        put_back = step.proposal.reversible and step.outcome in (StepOutcome.UNDONE, StepOutcome.FAILED)
        if step.entries and put_back:
            self._emit(ActionUndone(self._now(), name))
            self._note("undo", name, entries=list(step.entries))
        return step

    # -- looking, remembering --------------------------------------------------------------------

    async def look(self, only: tuple[str, ...] = ()) -> Look:
        """One check, all of it or the probes named; its events pass on with this run's time."""
        offset = self._now()

        def passed_on(event: Event) -> None:
            self._emit(replace(event, at_ms=round(event.at_ms + offset, 1)))

        options = CheckOptions(only=only, profile=self._options.profile)
        result = await self._tools.run_check(options, passed_on)
        seen = Look.of(result, self._tools.clock(), self._tools.elapsed())
        self._looked = time.monotonic()
        verdict = seen.result.verdict
        self._note("check", "part" if only else "full", state=verdict.state.value, code=verdict.code)
        return seen

    async def _until(self, choice: Choice, goal: Goal, before: Look) -> Look:
        only = probes_for(choice.remedy, choice.finding)
        return await watch(lambda: self.look(only), lambda s: goal.settled(before, s), choice.remedy.settle_s)

    async def _after(self, chosen: Remedy, before: Look) -> Look:
        if self._options.dry_run or not any(s.entries or moved(s) for s in self._steps):
            return before
        return await self.look(() if chosen is TRIAL else probes_for(chosen, None))

    async def _recover(self) -> tuple[Entry, ...]:
        """What an earlier run left unfinished is put back first; a journal that cannot be read stops nothing."""
        if self._options.dry_run:
            return ()
        try:
            recovered = await self._tools.hand.recover()
            recovered += await ending.undo_half_kept(self._tools.hand, self._tools.memory)
        except HandError:
            return ()
        for entry in recovered:
            self._note("undo", "recovered", entries=[entry.name])
        return recovered

    async def _end_trials(self, now: Look) -> tuple[Entry, ...]:
        if self._options.dry_run:
            return ()
        ended = await ending.end_trials(self._tools.hand, self._situation(now), self._tools.memory)
        for entry in ended:
            self._emit(ActionUndone(self._now(), TRIAL.id))
            self._note("undo", TRIAL.id, entries=[entry.name], why="works_again")
        return ended

    def _situation(self, look: Look) -> Situation:
        # What was measured is told by the clock of that time: the system may have put it right since.
        now_s = look.wall_s + self._tools.elapsed() - look.elapsed_s
        return Situation.of(look.payloads, look.observations, now_s, self._tools.remote)

    def _note(self, kind: str, subject: str, **data: Any) -> None:
        values: Mapping[str, Any] = data
        self._tools.memory.note(kind, subject, values)

    def _now(self) -> float:
        return round((time.monotonic() - self._zero) * 1000, 1)

    def _result(
        self,
        before: Look,
        after: Look,
        recovered: tuple[Entry, ...],
        ended: tuple[Entry, ...] = (),
        by_hand: bool = False,
    ) -> RepairResult:
        changed = after is not before
        state = ending.state(after.result.verdict.state, self._steps, by_hand)
        return RepairResult(
            state=state,
            text=self._tools.catalogue.text(f"repair.state.{state.value}"),
            before=before.result,
            after=after.result if changed else None,
            steps=tuple(self._steps),
            host=before.result.host,
            versions=before.result.versions,
            total_ms=self._now(),
            recovered=recovered,
            ended=ended,
            remembered=self._tools.memory.works,
        )
