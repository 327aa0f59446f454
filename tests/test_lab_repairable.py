"""Which faults can be mended, and how a sweep of repairs is judged. Needs neither root nor a lab."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selfcare.remedies import REMEDIES
from tests.lab import scenario
from tests.lab.repairable import ROOT, USER, Mendable, elsewhere, mendable
from tests.lab.scenario import load
from tests.lab.sweep import Mended
from tests.lab.sweep_report import judge, markdown

CHANGING = {r.id: r for r in REMEDIES if not r.person}
FAULTS = {name for name in scenario.names() if load(name).kind == "fault"}
OTHERS = [name for names in elsewhere().values() for name in names]
GOOD = Mended(
    Mendable("box-dns", ("dns.alternate",)), ("dns.alternate",), state="repaired", verdict="ok", slowest_s=9.0
)


def test_every_fault_is_mended_or_it_is_said_why_not() -> None:
    assert len(OTHERS) == len(set(OTHERS))
    assert not set(OTHERS) & set(mendable())
    assert set(OTHERS) | set(mendable()) == FAULTS


def test_what_is_to_be_mended_has_a_remedy_that_answers_it() -> None:
    for name, wanted in mendable().items():
        known = [CHANGING[remedy] for remedy in wanted.remedies]
        assert load(name).expected.code in {code for remedy in known for code in remedy.codes}, name
        assert set(wanted.by) <= {ROOT, USER}


def test_no_fault_is_called_hopeless_that_a_remedy_answers_without_a_reason_of_its_own() -> None:
    """A remedy answers the code, and yet not this fault: such are few, and each is known here."""
    answered = {code for remedy in CHANGING.values() for code in remedy.codes}
    assert {name for name in OTHERS if load(name).expected.code in answered} == {
        "lan-dhcp-none", "lan-dhcp-none-ipv6", "lan-ip-conflict-deep", "pc-clock", "pc-clock-days", "pc-clock-no-ntp",
        "pc-clock-year", "pc-proxy-environment", "pc-routes-rule-left", "two-box-dns-loss", "two-clock-isp-dns",
        "two-lan-loss-isp-dns",
    }  # fmt: skip


@pytest.mark.parametrize(("change", "missed"), [
    ({}, None),
    ({"state": "eased"}, "healthy after one run"),
    ({"kept": ("lease.renew",)}, "healthy after one run"),
    ({"slowest_s": 15.1}, "slowest run"),
    ({"lost": ("page",)}, "nothing that worked is lost"),
    ({"again": ("dns.flush",)}, "the second run changes nothing"),
    ({"left": ("routes -4",)}, "identical after undoing"),
])  # fmt: skip
def test_each_shortcoming_misses_its_standard(change: dict[str, object], missed: str | None) -> None:
    judged = judge([replace(GOOD, **change)])  # type: ignore[arg-type]
    assert [s.name for s in judged if not s.kept] == ([missed] if missed else [])


def test_what_promises_no_undo_is_not_held_to_it() -> None:
    renewed = replace(GOOD, kept=("lease.renew",), left=("routes -4",))
    assert [s.found for s in judge([GOOD, renewed])][-1] == "1/1 (100.0 %)"
    both = replace(GOOD, kept=("lease.renew", "dns.alternate"), left=("routes -4",))
    assert [s.found for s in judge([GOOD, both])][-1] == "1/2 (50.0 %)"


def test_what_could_not_be_run_counts_against_every_share() -> None:
    judged = judge([GOOD, replace(GOOD, trouble="LabError: gone")])
    assert [s.kept for s in judged] == [False, True, False, False, False]
    assert [s.found for s in judged if "/" in s.found] == ["1/2 (50.0 %)"] * 4


def test_one_in_twenty_may_stay_broken_and_no_more() -> None:
    for broken, kept in ((1, True), (2, False)):
        found = [GOOD] * (20 - broken) + [replace(GOOD, state="eased", verdict="fault")] * broken
        assert judge(found)[0].kept is kept


def test_the_page_names_every_fault_and_what_is_wrong() -> None:
    text = markdown([replace(GOOD, left=("routes -4",))], "python -m tests.lab repairs", judge([GOOD]))
    assert "| box-dns | BOX-DNS | dns.alternate | – | repaired | 9.0 | – | nothing | **routes -4** |" in text
    assert all(name in text for name in OTHERS)
