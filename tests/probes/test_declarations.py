"""What the probes declare about themselves holds together."""

from __future__ import annotations

import subprocess
import sys

from probes.catalogue import all_probes
from probes.names import outside_questions, random_questions
from selfcare.model.probe import Tier
from tests.probes.support import context

BYTE_BUDGET = 650_000


def test_every_requirement_and_fact_is_declared_once() -> None:
    specs = [p.spec for p in all_probes()]
    known = {s.id for s in specs}
    facts = [fact for s in specs for fact in s.answers]
    assert len(specs) == len(known)
    assert all(set(s.requires) <= known - {s.id} for s in specs)
    assert len(facts) == len(set(facts))
    assert all(s.answers and s.version >= 1 for s in specs)


def test_requirements_have_no_circle() -> None:
    needs = {p.spec.id: set(p.spec.requires) for p in all_probes()}
    while needs:
        free = {probe for probe, waits in needs.items() if not waits & set(needs)}
        assert free, f"a circle among {sorted(needs)}"
        needs = {probe: waits for probe, waits in needs.items() if probe not in free}


def test_all_fast_probes_together_stay_in_the_byte_budget() -> None:
    costs = [p.spec.cost for p in all_probes() if p.spec.tier is Tier.FAST]
    assert sum(c.bytes_up + c.bytes_down for c in costs) <= BYTE_BUDGET
    assert not any(c.loads_line for c in costs)


def test_importing_the_catalogue_loads_nothing_heavy() -> None:
    code = (
        "import sys, probes.catalogue;"
        "heavy = {'dns', 'pyroute2', 'dbus_fast', 'psutil', 'netifaces', 'http.client', 'PySide6'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_all_paths_of_a_check_ask_the_same_names_and_the_next_check_new_ones() -> None:
    one, other = context(), context()
    assert one.label != other.label
    assert outside_questions(one) == outside_questions(one) != outside_questions(other)
    assert all(q.name.startswith(f"{one.label}.") for q in random_questions(one))
