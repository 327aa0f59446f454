"""A repair as text: what was tried, what became of it, before and after side by side."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

from selfcare.app.proposals import action_text, title, undo_key
from selfcare.app.sentences import fact_text
from selfcare.i18n import Catalogue
from selfcare.model.remedy import RepairResult, Step, StepOutcome
from selfcare.model.repair import Entry
from selfcare.model.tri import Tri
from selfcare.remedies import Remedy

_SIGNS = {StepOutcome.KEPT: "✓", StepOutcome.DONE_BY_HAND: "✓", StepOutcome.PROPOSED: "·", StepOutcome.FOR_YOU: "→"}


def error_text(code: str, catalogue: Catalogue) -> str:
    """Why a change was not made."""
    return catalogue.first(f"repair.error.{code}", "repair.error.failed")


def as_text(result: RepairResult, catalogue: Catalogue) -> str:
    """The answer first, then where names fail (a trial), then each step, then before and after."""
    text = catalogue.text
    lines = [result.text]
    if result.trial is not None:
        lines.append(result.trial.text)
    if result.recovered:
        lines.append(text("repair.recovered", count=len(result.recovered)))
    if result.ended:
        lines.append(text("repair.ended"))
    for step in result.steps:
        lines += step_lines(step, catalogue)
    lines += ["", text("repair.before"), f"  {result.before.verdict.text}"]
    if result.after is not None:
        lines += [text("repair.after"), f"  {result.after.verdict.text}"]
    if not result.remembered:
        lines += ["", text("repair.not_remembered")]
    if any(s.outcome is StepOutcome.KEPT and s.proposal.reversible for s in result.steps):
        lines += ["", text("cli.repair.undo_hint")]
    return "\n".join(lines)


def step_lines(step: Step, catalogue: Catalogue) -> list[str]:
    """One step with its plan, its end, and what it changed for the connection."""
    sign = _SIGNS.get(step.outcome, "✗")
    lines = ["", f"{sign} {step.proposal.title} [{step.proposal.remedy}]"]
    lines += [f"  → {action}" for action in step.proposal.plan]
    lines += [f"  ! {caution}" for caution in step.proposal.cautions]
    lines.append("  " + outcome_text(step, catalogue))
    before = {o.fact: o.value for o in step.before}
    for seen in step.after:
        was = before.get(seen.fact, Tri.UNKNOWN)
        if was != seen.value:
            old, new = (fact_text(catalogue, seen.fact, v) for v in (was, seen.value))
            lines.append("  " + catalogue.text("repair.changed", before=old, after=new))
    return lines


def outcome_text(step: Step, catalogue: Catalogue) -> str:
    """What became of it, with the reason where it failed."""
    said = catalogue.text(f"repair.outcome.{step.outcome.value}")
    return f"{said} {error_text(step.error, catalogue)}" if step.error is not None else said


def entry_line(entry: Entry, catalogue: Catalogue) -> str:
    """One change of this PC: when, what, where it stands."""
    what = action_text(catalogue, entry.change)
    state = catalogue.text(f"repair.entry.{entry.state.value}")
    return f"{entry.name}  {_when(entry.began)}  {what} ({state})"


def _when(began: str) -> str:
    try:
        return time.strftime("%d/%m %H:%M", datetime.fromisoformat(began).astimezone().timetuple())
    except ValueError:
        return began


_COLUMNS = ("id", "title", "answers", "risk", "undo", "verify")


def as_markdown(remedies: Sequence[Remedy], catalogue: Catalogue) -> str:
    """The table of the documentation, in the order in which remedies are tried."""
    text = catalogue.text
    rows = [
        f"# {text('cli.fix.title')}", "", text("cli.fix.generated"), "",
        "| " + " | ".join(text(f"cli.fix.column.{name}") for name in _COLUMNS) + " |", "|" + " --- |" * len(_COLUMNS),
    ]  # fmt: skip
    for one in remedies:
        risk = text("repair.kind.person") if one.person else text(f"repair.kind.{one.risk.value}")
        cells = (
            f"`{one.id}`", title(catalogue, one.id), ", ".join(_codes(one)) or "–", risk, text(undo_key(one)),
            ", ".join(one.verify),
        )  # fmt: skip
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _codes(remedy: Remedy) -> list[str]:
    """With the facts that must be seen for it to be the answer to this code."""
    return [
        a.code + (f" ({', '.join(f'{g.fact} = {g.value}' for g in a.when)})" if a.when else "") for a in remedy.answers
    ]


def remedy_lines(remedy: Remedy, catalogue: Catalogue) -> list[str]:
    """A remedy as declared: what it is, what for, what may happen."""
    text = catalogue.text
    kind = (
        "repair.risk.person_pause" if remedy.person and remedy.risk == "pause" else f"repair.kind.{remedy.risk.value}"
    )
    lines = [f"{remedy.id} · {title(catalogue, remedy.id)}", f"    {text(f'remedy.{remedy.id}.why')}"]
    lines.append("    " + text(kind))
    lines.append("    " + text("repair.kind.person" if remedy.person else undo_key(remedy)))
    if remedy.codes:
        lines.append("    " + text("repair.answers", codes=", ".join(remedy.codes)))
    return lines
