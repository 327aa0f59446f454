"""What is promised before a change, and said after it: no way back that there is not."""

from __future__ import annotations

import pytest

from selfcare.app.proposals import outcome_text, propose, risk_text, undo_key
from selfcare.cli.asking import describe
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.remedy import Step, StepOutcome
from selfcare.model.repair import Risk
from selfcare.remedies import REMEDIES, remedy
from tests.remedies.situations import situation


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_promised_the_old_time_back(language: str) -> None:
    catalogue = Catalogue(language)
    clock, here = remedy("clock.set"), situation(numbers={"clock_offset": 90.0})
    assert clock is not None
    proposal = propose(catalogue, clock, "PC-CLOCK", clock.plan(here), (), here)
    told = "\n".join([*describe(proposal, catalogue), outcome_text(catalogue, Step(proposal, StepOutcome.UNDONE))])
    for promise in ("repair.risk.setting", "repair.undo.yes", "repair.undo.no", "repair.outcome.undone"):
        assert catalogue.text(promise) not in told, promise


def test_what_can_be_put_back_is_promised() -> None:
    catalogue = Catalogue("fr")
    for one in REMEDIES:
        if one.risk is Risk.SETTING and one.reversible:
            assert risk_text(catalogue, one, 0) == catalogue.text("repair.risk.setting"), one.id
            assert undo_key(one) in ("repair.undo.yes", "repair.undo.temporary"), one.id
