"""``fix``: one remedy of the repair as an action of a guide, by the same desk, consent, journal and proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from selfcare.app.guides.pc_check import Checks, silent
from selfcare.app.guides.side import Arguments
from selfcare.app.guides.world import Begin, Consent, Moment, Progress
from selfcare.app.options import RepairOptions
from selfcare.i18n import Catalogue
from selfcare.model.guide_run import Acted
from selfcare.model.remedy import NotPossible, Proposal, RepairResult, Step, StepOutcome
from selfcare.model.repair import Entry, EntryState, HandError

if TYPE_CHECKING:
    from selfcare.app.desk import RepairDesk
    from selfcare.app.guides.pc import PcTools

NOT_OURS = (
    "needs_privilege", "no_agent", "refused", "unknown_owner", "managed", "protected", "cannot_record", "busy",
    "bad_argument",
)  # fmt: skip
"""Of a ``HandError``: nothing was begun, because this user, this system or this moment does not allow it."""
BETWEEN = " "
"""Several entries of one remedy are one thing to put back: entry names have no blanks."""
_OUTCOMES = {
    StepOutcome.KEPT: "done",
    StepOutcome.DONE_BY_HAND: "done",
    StepOutcome.REFUSED: "declined",
    StepOutcome.CAUTION: "refused",
}
_STAMP_S = 1.0  # the journal's times may be cut to the second


class Fix:
    """An ``Action``."""

    def __init__(self, tools: PcTools, checks: Checks) -> None:
        self._tools, self._checks = tools, checks

    async def act(
        self, arguments: Arguments, _moment: Moment, consent: Consent, begin: Begin, progress: Progress
    ) -> Acted:
        """``done``: kept, or already so. ``refused``: not here; nothing was changed."""
        remedy = str(arguments.get("remedy", ""))
        desk, text = self._tools.repairs(), self._tools.catalogue.text
        if remedy not in {one.id for one in desk.remedies}:
            return Acted("unable", lines=(text("guide.fix.no_such"),))
        asked = _Asked(consent, begin)
        progress("guide.fix.looking")
        try:
            result = await desk.fix(remedy, RepairOptions(), asked, silent)
        except NotPossible as reason:
            already = reason.reason == "nothing_to_do"
            line = text(f"repair.impossible.{reason.reason}")
            return Acted("done" if already else "refused", lines=(line,), data={"why": reason.reason})
        except HandError as error:
            return Acted(_by_error(error.code), lines=(_error(self._tools.catalogue, error.code),))
        finally:
            self._checks.changed()
        acted = _acted(result, asked.agreed, self._tools.catalogue)
        return replace(acted, entry=await self._undoable(acted.entry.split(BETWEEN))) if acted.entry else acted

    async def _undoable(self, names: Sequence[str]) -> str | None:
        """Of a remedy's changes those that can be put back: a memory that was emptied cannot."""
        try:
            entries = (await self._tools.repairs().overview()).entries
        except HandError:
            return BETWEEN.join(names)
        lasting = {one.name for one in entries if one.reversible}
        return BETWEEN.join(name for name in names if name in lasting) or None

    async def recover(self, arguments: Arguments, moment: Moment, progress: Progress) -> Acted | None:
        """What the helper left unfinished is put back; what it had proved and kept, stays.

        A change that leaves nothing to put back shows no proof of having helped: it may be proposed again.
        """
        desk = self._tools.repairs()
        progress("guide.fix.looking")
        try:
            seen = await desk.overview(recover=True)
        except HandError:
            return None
        finally:
            self._checks.changed()
        kept = [one.name for one in seen.entries if _kept_since(one, moment.since)]
        kept = _by(desk, str(arguments.get("remedy", "")), kept)
        lasting = {one.name for one in seen.entries if one.reversible}
        if not kept or _half(desk, kept, lasting):
            return None
        line = self._tools.catalogue.text("repair.outcome.kept")
        return Acted("done", BETWEEN.join(reversed(kept)), (line,))

    async def undo(self, entry: str, _consent: Consent, _progress: Progress) -> Acted:
        """Last made, first put back. Whoever presses that has consented."""
        desk, catalogue = self._tools.repairs(), self._tools.catalogue
        try:
            for name in reversed(entry.split(BETWEEN)):
                await desk.undo(name)
        except HandError as error:
            outcome = "declined" if error.code == "refused" else "failed"
            return Acted(outcome, entry, (_error(catalogue, error.code),), {"error": error.code})
        finally:
            self._checks.changed()
        return Acted("done", entry, (catalogue.text("guide.fix.undone"),))


class _Asked:
    """Consent on its way through: the beginning is noted once, after it is given and before anything is written."""

    def __init__(self, consent: Consent, begin: Begin) -> None:
        self._consent, self._begin = consent, begin
        self.agreed = False

    async def __call__(self, proposal: Proposal) -> bool:
        if not await self._consent(proposal):
            return False
        if not self.agreed:
            self.agreed = True
            self._begin()
        return True


def _acted(result: RepairResult, agreed: bool, catalogue: Catalogue) -> Acted:
    """By the last thing that was tried; a trial may have put an older one back before it."""
    lines = (result.trial.text,) if result.trial is not None else ()
    if not result.steps:
        return Acted("refused", lines=lines or (result.text,), data={"state": result.state.value})
    step = result.steps[-1]
    outcome = _OUTCOMES.get(step.outcome) or _otherwise(step, agreed)
    entry = BETWEEN.join(step.entries) if step.outcome is StepOutcome.KEPT and step.proposal.reversible else ""
    data = {"remedy": step.proposal.remedy, "outcome": step.outcome.value, "state": result.state.value}
    return Acted(outcome, entry or None, (*lines, *_lines(step, catalogue)), data)


def _otherwise(step: Step, agreed: bool) -> str:
    if step.outcome is StepOutcome.FOR_YOU:
        return "failed" if agreed else "declined"  # "I have done it" that no measurement shows
    return _by_error(step.error) if step.outcome is StepOutcome.FAILED and step.error else "failed"


def _by_error(code: str) -> str:
    return "unable" if code in NOT_OURS else "failed"


def _lines(step: Step, catalogue: Catalogue) -> Sequence[str]:
    from selfcare.app.proposals import outcome_text

    said = (outcome_text(catalogue, step),)
    if step.outcome is StepOutcome.CAUTION:
        return (*said, *step.proposal.cautions)
    return (*said, _error(catalogue, step.error)) if step.error is not None else said


def _error(catalogue: Catalogue, code: str) -> str:
    return catalogue.first(f"repair.error.{code}", "repair.error.failed")


def _half(desk: RepairDesk, kept: Sequence[str], lasting: set[str]) -> bool:
    """Whether they are only some of the changes of one remedy: the desk puts those back when it is next at work."""
    memory = desk.open_memory()
    try:
        groups = [set(group) & lasting for group in memory.half_kept()]
        return any(group & set(kept) and not group <= set(kept) for group in groups)
    finally:
        memory.close()


def _by(desk: RepairDesk, remedy: str, names: Sequence[str]) -> list[str]:
    """Those that this remedy did: another window may have repaired something else meanwhile.

    What nobody noted (a history that cannot be written) is taken for its own.
    """
    memory = desk.open_memory()
    try:
        return [name for name in names if (memory.recall(name) or {}).get("remedy", remedy) == remedy]
    finally:
        memory.close()


def _kept_since(entry: Entry, since: float) -> bool:
    try:
        began = datetime.fromisoformat(entry.began)
    except ValueError:
        return False
    at = (began if began.tzinfo is not None else began.replace(tzinfo=UTC)).timestamp()
    return entry.reversible and entry.state is EntryState.KEPT and at >= since - _STAMP_S
