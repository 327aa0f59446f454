"""What the guides that ship ask of the PC's side exists: facts, codes, remedies, probes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from selfcare.diagnosis.facts import SOURCES
from selfcare.diagnosis.rules import RULES
from selfcare.guides import guide, guide_ids
from selfcare.guides.edges import conditions
from selfcare.model import guide as model
from selfcare.model.guide import Check, Do, Guide, Instruct
from selfcare.remedies import REMEDIES


def asked(one: Guide) -> Iterator[model.Test]:
    for step in one.steps.values():
        yield from step.tests if isinstance(step, Check) else step.verify if isinstance(step, Instruct) else ()


@pytest.mark.parametrize("name", guide_ids())
def test_what_is_asked_of_the_diagnosis_is_known_to_it(name: str) -> None:
    one = guide(name)
    facts = {test.arguments["name"] for test in asked(one) if test.name == "fact"}
    codes = {code.strip() for test in asked(one) if test.name == "check.without"
             for code in str(test.arguments["codes"]).split(",")}  # fmt: skip
    fixes = {step.arguments["remedy"] for step in one.steps.values() if isinstance(step, Do) and step.action == "fix"}
    assert facts <= set(SOURCES)
    codes |= {code for step in one.steps.values() for condition in conditions(step) for code in condition.codes}
    assert codes | set(one.codes) <= {rule.code for rule in RULES}
    assert fixes <= {remedy.id for remedy in REMEDIES}
