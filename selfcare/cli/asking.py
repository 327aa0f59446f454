"""Shows a proposal in the terminal and asks for consent, one action at a time."""

from __future__ import annotations

import sys

from selfcare.app.proposals import undo_key
from selfcare.i18n import Catalogue
from selfcare.model.remedy import Proposal

_YES = ("o", "oui", "y", "yes")


class Asking:
    """The terminal's consent. ``assume``: ``--yes`` was given; it agrees to changes, it cannot push a cable in."""

    def __init__(self, catalogue: Catalogue, assume: bool) -> None:
        self._catalogue, self._assume = catalogue, assume

    async def __call__(self, proposal: Proposal) -> bool:
        """Whether the person agrees (to a change), or has done it (an instruction)."""
        sys.stderr.write("\n".join(describe(proposal, self._catalogue)) + "\n")
        if self._assume:
            return not proposal.instruction
        if not sys.stdin.isatty():
            sys.stderr.write(self._catalogue.text("cli.repair.no_terminal") + "\n")
            return False
        sys.stderr.write(self._catalogue.text(_question(proposal)) + " ")
        sys.stderr.flush()
        return sys.stdin.readline().strip().lower() in _YES


def _question(proposal: Proposal) -> str:
    return "cli.repair.done" if proposal.instruction else "cli.repair.agree"


def describe(proposal: Proposal, catalogue: Catalogue) -> list[str]:
    """What would be done, why, what may happen, how long, and what speaks against it."""
    text = catalogue.text
    lines = ["", proposal.title, f"  {proposal.why}"]
    lines += [f"  → {action}" for action in proposal.plan]
    lines.append(f"  {proposal.risk_text}")
    if not proposal.instruction:
        lines.append("  " + text("repair.duration", seconds=round(proposal.duration_s)))
        lines.append("  " + text(undo_key(proposal)))
        lines.append("  " + text(f"repair.privilege.{proposal.privilege.value}"))
    lines += [f"  ! {caution}" for caution in proposal.cautions]
    return lines
