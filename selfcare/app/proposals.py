"""A remedy's plan in the reader's language: what would change, why, the risk, how long, and what speaks against it."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from selfcare.app.values import exact_values
from selfcare.i18n import Catalogue
from selfcare.model.remedy import Caution, Proposal, Step, StepOutcome
from selfcare.model.repair import Action, Change, Instruction, Risk, Verb
from selfcare.remedies.caution import privilege
from selfcare.remedies.remedy import Remedy
from selfcare.remedies.situation import Situation
from selfcare.remedies.trial import StandsFor, stands_for

_LEAVES_NOTHING = frozenset({Verb.DNS_FLUSH, Verb.DHCP_RENEW, Verb.ADAPTER_RESTART, Verb.WIFI_RECONNECT})


def title(catalogue: Catalogue, remedy_id: str) -> str:
    """The remedy's name."""
    return catalogue.text(f"remedy.{remedy_id}.title")


def why(catalogue: Catalogue, remedy_id: str, code: str | None = None) -> str:
    """What it is good for, more precisely where the fault is known; a system may do it in a way of its own."""
    base = f"remedy.{remedy_id}.why"
    return catalogue.first(f"{base}.{sys.platform}", f"{base}.{code or 'hand'}", base)


def action_text(catalogue: Catalogue, action: Action) -> str:
    """One action as a sentence with its values: exactly what will be done."""
    if isinstance(action, Instruction):
        return catalogue.text(f"repair.step.{action.text}")
    values = {n: ", ".join(v) if isinstance(v, tuple) else v for n, v in action.arguments.items()}
    unsaid = {"gateway": "–", "metric": "–", "interface": values.get("connection", "–")}
    base = f"repair.do.{action.verb.value}"
    return catalogue.first(f"{base}.{sys.platform}", base, **{**unsaid, **values})


def risk_text(catalogue: Catalogue, remedy: Remedy, pause_s: float) -> str:
    """What may happen meanwhile."""
    if pause_s > 0:
        return catalogue.text("repair.risk.pause", seconds=round(pause_s))
    if undo_key(remedy) == "repair.undo.never":
        return catalogue.text("repair.risk.for_good")  # nobody is promised a way back that there is not
    risk = Risk.NONE if remedy.risk is Risk.PAUSE and not remedy.person else remedy.risk
    return catalogue.text("repair.risk.person_pause" if risk is Risk.PAUSE else f"repair.risk.{risk.value}")


def undo_key(what: Remedy | Proposal) -> str:
    """The sentence about the way back: a memory that was emptied needs none, a clock that was set has none."""
    if what.temporary:
        return "repair.undo.temporary"
    if what.reversible:
        return "repair.undo.yes"
    return "repair.undo.never" if what.risk is Risk.SETTING else "repair.undo.no"


def outcome_text(catalogue: Catalogue, step: Step) -> str:
    """What became of it; what cannot be put back was not."""
    stays = step.outcome is StepOutcome.UNDONE and not step.proposal.reversible
    return catalogue.text("repair.outcome.not_helped" if stays else f"repair.outcome.{step.outcome.value}")


def _only_passes(actions: Iterable[Action]) -> bool:
    """Whether nothing stays of it: a renewal leaves no setting behind, though it answers the same fault as one."""
    return all(isinstance(a, Change) and a.verb in _LEAVES_NOTHING for a in actions)


def propose(
    catalogue: Catalogue,
    remedy: Remedy,
    code: str | None,
    actions: tuple[Action, ...],
    cautions: Iterable[Caution],
    situation: Situation,
) -> Proposal:
    """The proposal as every front end shows it."""
    pause = sum(a.pause_s for a in actions if isinstance(a, Change))
    passes = _only_passes(actions)
    return Proposal(
        remedy=remedy.id,
        code=code,
        title=title(catalogue, remedy.id),
        why=why(catalogue, remedy.id, code),
        plan=tuple(action_text(catalogue, a) for a in actions),
        actions=actions,
        risk=Risk.PAUSE if passes and remedy.risk is Risk.SETTING else remedy.risk,
        risk_text=risk_text(catalogue, remedy, pause),
        pause_s=pause,
        duration_s=remedy.duration_s,
        reversible=remedy.reversible and not passes,
        # What stands in for a setting somebody made here cannot know when it is no longer wanted.
        temporary=remedy.temporary and stands_for(situation) is not StandsFor.OTHER,
        privilege=privilege(actions, situation.manager),
        cautions=tuple(catalogue.text(f"repair.caution.{c.kind}") for c in cautions),
        instruction=any(isinstance(a, Instruction) for a in actions),
        values=exact_values(catalogue, actions, situation),
        stands_for=stands_for(situation).value if remedy.temporary else None,
    )
