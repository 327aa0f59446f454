"""SIGKILL at every boundary of every remedy's run, on the made-up PC: whatever dies, nothing is left half changed."""

from __future__ import annotations

import sys

import pytest

from selfcare.model.repair import Verb
from selfcare.remedies import REMEDIES
from tests.killing.cases import NEEDS, RUNS, cases
from tests.killing.run import simulated
from tests.killing.system import WANTED
from tests.killing.table import CHANGES, FAULTS, NOT_IN_LAB, verbs_of
from tests.killing.tally import noted

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are forked, and counted in /proc")
QUICK = ("one put back", "three changes", "undo what", "fix hosts.disable", "fix clock.set")  # in every ./test
QUICK_STRIDE = 23


def test_no_remedy_and_no_verb_is_left_out() -> None:
    """Of the made-up PC's cases, and of what is swept in the lab; the plans are the remedies' own."""
    changing = {r.id for r in REMEDIES if not r.person}
    labels = {case.label for case in cases()}
    assert {f"fix {r.id}, kept" for r in REMEDIES} | {f"fix {name}, put back" for name in changing} <= labels
    assert set(NEEDS) == {r.id for r in REMEDIES}
    planned = {name: verbs_of(name) for name in changing}
    assert all(planned.values()) and set().union(*planned.values()) <= set(Verb)
    assert {Verb(verb) for verb in WANTED} == set(Verb)
    swept = {made.verb for made in CHANGES.values()}
    assert swept | NOT_IN_LAB == set(Verb) and not swept & NOT_IN_LAB
    assert {name for fault in FAULTS.values() for name in fault.remedies} <= changing
    assert len(RUNS) >= 4


@pytest.mark.alone
@linux
def test_sigkill_at_some_boundaries() -> None:
    found = noted(simulated(QUICK_STRIDE, labels=QUICK))
    assert [score.failures for score in found if score.failures] == []
    assert len(found) >= 8 and sum(score.struck for score in found) >= 100


@linux
@pytest.mark.full
def test_sigkill_at_every_boundary_of_every_remedy() -> None:
    found = noted(simulated())
    assert [score.failures for score in found if score.failures] == []
    assert all(score.rounds >= (8 if "boot" in score.label else 25) for score in found)
    assert sum(score.struck for score in found) >= 0.999 * sum(score.rounds for score in found)
    assert sum(score.moments for score in found) >= 3000
