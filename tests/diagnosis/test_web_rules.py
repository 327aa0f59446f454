"""Where a symptom is there, the causes of the area that must not be accused for it."""

from __future__ import annotations

import pytest

from selfcare.diagnosis import diagnose
from selfcare.model.finding import Role
from tests.diagnosis.facts import observations
from tests.diagnosis.facts_web import NOT_THIS


@pytest.mark.parametrize("name", NOT_THIS)
def test_the_near_cause_is_not_accused(name: str) -> None:
    changes, code = NOT_THIS[name]
    found = diagnose(observations(changes))
    assert found.verdict.code != code
    assert code not in {f.code for f in found.findings if f.role is Role.CULPRIT and f.band != "possible"}
