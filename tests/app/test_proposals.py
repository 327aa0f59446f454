"""What is promised before a change, and said after it: no way back that there is not."""

from __future__ import annotations

import pytest

from selfcare.app.proposals import action_text, outcome_text, propose, risk_text, undo_key, why
from selfcare.cli.asking import describe
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.remedy import Step, StepOutcome
from selfcare.model.repair import Change, Risk, Verb
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_by_hand_no_fault_is_claimed_that_nobody_measured(language: str) -> None:
    """An agent on the phone asks for it: the proposal must not say that the address is wrong, the VPN dead."""
    catalogue = Catalogue(language)
    for one in REMEDIES:
        if one.answers and not one.person and one.id not in ("dns.flush", "lease.renew"):
            assert why(catalogue, one.id) == catalogue.text(f"remedy.{one.id}.why.hand"), one.id
            assert why(catalogue, one.id) != why(catalogue, one.id, one.codes[0]), one.id


def test_a_connection_of_the_journal_is_told_although_no_adapter_is_named() -> None:
    """The helper takes either; the list of changes must not end at such an entry."""
    change = Change(Verb.TUNNEL_STOP, {"connection": "5b1e9d1c-7f4c-4d0e-9b58-0c1c5a0e0001"})
    assert "5b1e9d1c" in action_text(Catalogue("fr"), change)
