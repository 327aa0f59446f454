"""A repair run as the JSON document of schema ``selfcare.repair/1``, a proposal and a journal entry as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from selfcare.contract.document import document
from selfcare.contract.exit_codes import ExitCode
from selfcare.model.remedy import Proposal, RepairResult, RepairState, Step
from selfcare.model.repair import Action, Change, Entry
from selfcare.model.tri import Tri

REPAIR_SCHEMA_FILE = Path(__file__).with_name("repair-1.schema.json")

_CODES = {
    RepairState.HEALTHY: ExitCode.OK,
    RepairState.REPAIRED: ExitCode.OK,
    RepairState.DONE: ExitCode.OK,
    RepairState.EASED: ExitCode.FAULT,
    RepairState.NOT_HELPED: ExitCode.FAULT,
    RepairState.FOR_YOU: ExitCode.FAULT,
    RepairState.NOTHING_TO_OFFER: ExitCode.FAULT,
    RepairState.PLANNED: ExitCode.FAULT,
    RepairState.REFUSED: ExitCode.REFUSED,
    RepairState.NEEDS_PRIVILEGE: ExitCode.NEEDS_PRIVILEGE,
    RepairState.CANNOT_TELL: ExitCode.CANNOT_TELL,
}


def load_repair_schema() -> dict[str, Any]:
    """The JSON Schema that ships with the program."""
    schema: dict[str, Any] = json.loads(REPAIR_SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


def repair_exit_code(result: RepairResult, by_hand: bool = False) -> ExitCode:
    """How the command ends. By hand, a plan that was only to be shown, or nothing to do, is no failure."""
    shown_only = (RepairState.PLANNED, RepairState.HEALTHY, RepairState.NOTHING_TO_OFFER)
    return ExitCode.OK if by_hand and result.state in shown_only else _CODES[result.state]


def repair_document(result: RepairResult) -> dict[str, Any]:
    """The whole run as plain JSON types; before and after are check documents, unchanged."""
    return {
        "schema": result.schema,
        "state": result.state.value,
        "text": result.text,
        "before": document(result.before),
        "after": document(result.after) if result.after is not None else None,
        "steps": [step(s) for s in result.steps],
        "trial": msgspec.to_builtins(result.trial),
        "recovered": [entry(e) for e in result.recovered],
        "ended": [entry(e) for e in result.ended],
        "remembered": result.remembered,
        "timing": {"total_ms": result.total_ms},
        "host": msgspec.to_builtins(result.host),
        "versions": dict(result.versions),
    }


def step(value: Step) -> dict[str, Any]:
    """One proposal and what became of it; each fact it was judged by, before and after."""
    after = {o.fact: o.value for o in value.after}
    before = {o.fact: o.value for o in value.before}
    facts = [f for f in dict.fromkeys((*before, *after)) if isinstance(before.get(f, after.get(f)), Tri)]
    return {
        **proposal(value.proposal),
        "outcome": value.outcome.value,
        "error": value.error,
        "entries": list(value.entries),
        "effect": [
            {"fact": f, "before": str(before.get(f, Tri.UNKNOWN)), "after": str(after.get(f, Tri.UNKNOWN))}
            for f in facts
        ],
        "duration_ms": value.duration_ms,
    }


def proposal(value: Proposal) -> dict[str, Any]:
    """What was, or would be, asked."""
    return {
        "remedy": value.remedy,
        "code": value.code,
        "title": value.title,
        "why": value.why,
        "plan": [{"text": text, **_action(a)} for text, a in zip(value.plan, value.actions, strict=True)],
        "risk": value.risk.value,
        "pause_s": value.pause_s,
        "duration_s": value.duration_s,
        "reversible": value.reversible,
        "temporary": value.temporary,
        "privilege": value.privilege.value,
        "cautions": list(value.cautions),
        "values": msgspec.to_builtins(value.values),
        "stands_for": value.stands_for,
    }


def _action(value: Action) -> dict[str, Any]:
    if isinstance(value, Change):
        return {"verb": value.verb.value, "arguments": msgspec.to_builtins(dict(value.arguments))}
    return {"instruction": value.text, "done_when": list(value.done_when)}


def entry(value: Entry) -> dict[str, Any]:
    """One change in the journal."""
    return {
        "name": value.name,
        "state": value.state.value,
        "verb": value.change.verb.value,
        "arguments": msgspec.to_builtins(dict(value.change.arguments)),
        "began": value.began,
        "reversible": value.reversible,
        "privileged": value.privileged,
    }
