"""How a run ended, and the end of a trial: the old resolver works again, so the stand-in goes."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from selfcare.app.ports import Memory
from selfcare.model.finding import VerdictState
from selfcare.model.remedy import RepairState, Step, StepOutcome
from selfcare.model.repair import Entry, EntryState, Hand, HandError, Verb
from selfcare.model.tri import Tri
from selfcare.remedies import Situation
from selfcare.remedies.trial import StandsFor, works_again

_NO_RIGHTS = ("needs_privilege", "no_agent")
_UNCLEAR = (VerdictState.NOT_PROVEN, VerdictState.CONNECTING, VerdictState.CANNOT_TEST)
_BY_OUTCOME = (
    (StepOutcome.REFUSED, RepairState.REFUSED),
    (StepOutcome.CAUTION, RepairState.REFUSED),
    (StepOutcome.UNDONE, RepairState.NOT_HELPED),
    (StepOutcome.NOT_HELPED, RepairState.NOT_HELPED),
    (StepOutcome.FAILED, RepairState.NOT_HELPED),
    (StepOutcome.FOR_YOU, RepairState.FOR_YOU),
    (StepOutcome.PROPOSED, RepairState.PLANNED),
)
_GOOD = (StepOutcome.KEPT, StepOutcome.DONE_BY_HAND)


def state(verdict: VerdictState, steps: Sequence[Step], by_hand: bool) -> RepairState:
    """One word for the whole run, the most useful one to the person who asked."""
    outcomes = [s.outcome for s in steps]
    helped = any(o in _GOOD for o in outcomes)
    if by_hand and helped:
        return RepairState.DONE
    if not by_hand and verdict is VerdictState.OK:
        return RepairState.REPAIRED if helped else RepairState.HEALTHY
    if helped:
        return RepairState.EASED
    if StepOutcome.STUCK in outcomes:  # before every word that says that nothing was changed
        return RepairState.NOT_HELPED
    if any(s.error in _NO_RIGHTS for s in steps):
        return RepairState.NEEDS_PRIVILEGE
    if any(s.error == "refused" for s in steps):
        return RepairState.REFUSED
    for outcome, word in _BY_OUTCOME:
        if outcome in outcomes:
            return word
    return RepairState.CANNOT_TELL if verdict in _UNCLEAR else RepairState.NOTHING_TO_OFFER


def is_stand_in(entry: Entry) -> bool:
    """Whether this change is a resolver that stands in for another one now."""
    return entry.state is EntryState.KEPT and entry.change.verb is Verb.DNS_SET


async def undo_half_kept(hand: Hand, memory: Memory) -> tuple[Entry, ...]:
    """Of changes that belong together some were kept and some put back when the program ended: all go back."""
    steps = memory.half_kept()
    known = {e.name: e for e in await hand.entries()} if steps else {}
    undone = []
    for names in steps:
        mine = [known[n] for n in names if n in known and known[n].reversible]
        if len({e.state is EntryState.KEPT for e in mine}) > 1:
            for entry in [e for e in reversed(mine) if e.state is EntryState.KEPT]:
                await hand.undo(entry.name)
                undone.append(entry)
    return tuple(undone)


async def trials(hand: Hand) -> tuple[Entry, ...]:
    """Stand-in resolvers in place now, newest first; an unreadable journal has none."""
    with contextlib.suppress(HandError):
        return tuple(e for e in await hand.entries() if is_stand_in(e))
    return ()


def whose(entry: Entry, memory: Memory) -> StandsFor:
    """Whom it stands in for, as noted when it was made."""
    return StandsFor((memory.recall(entry.name) or {}).get("stands_for", StandsFor.OTHER))


def is_over(entry: Entry, situation: Situation, memory: Memory) -> bool:
    """Whether the resolver that this one stands in for has been seen to answer; unknown is no."""
    code = (memory.recall(entry.name) or {}).get("code")
    return works_again(situation, whose(entry, memory), code) is Tri.YES


async def end_trials(hand: Hand, situation: Situation, memory: Memory) -> tuple[Entry, ...]:
    """Puts the old resolver back once it has been seen to answer; one that somebody changed since is left alone."""
    ended = []
    for entry in [e for e in await trials(hand) if is_over(e, situation, memory)]:
        with contextlib.suppress(HandError):
            await hand.undo(entry.name)
            ended.append(entry)
    return tuple(ended)
