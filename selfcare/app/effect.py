"""Whether a change helped: the facts that must become true, and those that must not be lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from selfcare.diagnosis import observe
from selfcare.diagnosis.facts import SOURCES
from selfcare.model.check import CheckResult
from selfcare.model.finding import Finding, Role, VerdictState
from selfcare.model.observation import Observation
from selfcare.model.remedy import Step
from selfcare.model.repair import Change, Verb
from selfcare.model.rule import Gate
from selfcare.model.tri import Tri
from selfcare.remedies.remedy import Remedy

# What worked before a change must work after it.
VITAL = (
    "adapter_enabled", "link_up", "address_valid", "default_route", "gateway_answers", "outside_answers",
    "names_resolve", "web_by_name",
)  # fmt: skip
_BETWEEN_LOOKS_S = 0.3
# Nothing puts these back as they were: a lease asked for anew may be another one, or none.
_LASTING = (Verb.DHCP_RENEW, Verb.ADAPTER_RESTART, Verb.CLOCK_SET, Verb.WIFI_RECONNECT)
# The change was begun, and given up on the way.
_GIVEN_UP = ("failed", "timed_out", "helper_gone")


@dataclass(frozen=True, slots=True)
class Look:
    """One check and the facts drawn from it. ``wall_s``: the PC's time then, when ``elapsed_s`` had gone by."""

    result: CheckResult
    payloads: Mapping[str, Any]
    observations: tuple[Observation, ...]
    wall_s: float = 0.0
    elapsed_s: float = 0.0

    @classmethod
    def of(cls, result: CheckResult, wall_s: float = 0.0, elapsed_s: float = 0.0) -> Look:
        """Draws the facts from the measurements of the document."""
        payloads = {m.id: m.payload for m in result.measurements if m.completed}
        return cls(result, payloads, observe(payloads), wall_s, elapsed_s)

    def tri(self, fact: str) -> Tri:
        """A fact; UNKNOWN when nobody saw it."""
        for seen in self.observations:
            if seen.fact == fact and isinstance(seen.value, Tri):
                return seen.value
        return Tri.UNKNOWN

    def some(self, facts: tuple[str, ...]) -> tuple[Observation, ...]:
        """Those of the facts that were seen."""
        return tuple(o for o in self.observations if o.fact in facts)

    def accuses(self, code: str) -> bool:
        """Whether the code is still named, as a culprit or as a condition."""
        return any(f.code == code and f.role is not Role.ALSO for f in self.result.findings)


@dataclass(frozen=True, slots=True)
class Goal:
    """What must be seen after a change. ``code``: the finding that must be gone, unless the fault is to stay.

    ``follows``: what should come right in its train, and is worth waiting for.
    """

    gates: tuple[Gate, ...]
    code: str | None = None
    follows: tuple[str, ...] = ()

    @classmethod
    def of(cls, remedy: Remedy, finding: Finding | None) -> Goal:
        """By finding: its most upstream symptom is gone, and nobody accuses the same cause. By hand: no harm."""
        if remedy.helped_when:
            return cls(remedy.helped_when)
        if finding is None:
            return cls(remedy.hand_proof)
        return cls(tuple(Gate(fact, Tri.YES) for fact in finding.explains[:1]), finding.code, finding.explains[1:])

    @property
    def facts(self) -> tuple[str, ...]:
        """What to show before and after."""
        return tuple(dict.fromkeys((*(g.fact for g in self.gates), *VITAL)))

    def reached(self, before: Look, after: Look) -> bool:
        """Every wanted fact is seen, the cause is gone, and nothing that worked is lost."""
        wanted = all(after.tri(g.fact) is g.value for g in self.gates)
        gone = self.code is None or not after.accuses(self.code)
        return wanted and gone and not lost(before, after)

    def settled(self, before: Look, after: Look) -> bool:
        """Reached, and nothing else is still on its way (an adapter is on long before it has an address)."""
        # What nobody could see before, as everything beyond a card that was off, may still be on its way.
        unseen = tuple(fact for fact in VITAL if before.tri(fact) is Tri.UNKNOWN)
        waiting = any(after.tri(fact) is Tri.NO for fact in (*self.follows, *unseen))
        connecting = after.result.verdict.state is VerdictState.CONNECTING
        return self.reached(before, after) and not waiting and not connecting


def lost(before: Look, after: Look) -> tuple[str, ...]:
    """Vital facts that were true and no longer are."""
    return tuple(f for f in VITAL if before.tri(f) is Tri.YES and after.tri(f) is Tri.NO)


def moved(step: Step) -> bool:
    """Whether something was begun here that nothing puts back as it was."""
    begun = bool(step.entries) or step.error in _GIVEN_UP
    return begun and any(isinstance(a, Change) and a.verb in _LASTING for a in step.proposal.actions)


def probes_for(remedy: Remedy, finding: Finding | None) -> tuple[str, ...]:
    """What to measure again: the remedy's own probes, and those behind the symptoms."""
    facts = (*(finding.explains if finding is not None else ()), *(g.fact for g in remedy.helped_when))
    return tuple(dict.fromkeys((*remedy.verify, *(SOURCES[f] for f in facts if f in SOURCES))))


def probes_by_hand(remedy: Remedy) -> tuple[str, ...]:
    """Without a full check: also what would forbid it, as an official order, or speak against it."""
    facts = (*(gate.fact for gate in remedy.unless), *remedy.asks)
    return tuple(dict.fromkeys((*probes_for(remedy, None), *(SOURCES[f] for f in facts if f in SOURCES))))


async def watch(look: Callable[[], Awaitable[Look]], good: Callable[[Look], bool], settle_s: float) -> Look:
    """Looks until it is good, at least once and not longer than the effect may take to show."""
    deadline = time.monotonic() + settle_s
    while True:
        seen = await look()
        if good(seen) or time.monotonic() >= deadline:
            return seen
        await asyncio.sleep(_BETWEEN_LOOKS_S)
