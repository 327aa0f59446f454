"""The document of a repair: its schema, and that it refuses what it should."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from selfcare.contract import load_repair_schema, load_schema, repair_document
from selfcare.model.remedy import Privilege, RepairState, StepOutcome
from selfcare.model.repair import EntryState, Risk, Verb
from selfcare.remedies.trial import Place
from tests.app.repair_world import ISP, Bench, World

SCHEMA = load_repair_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(repair_document(Bench(World(dead={ISP})).repair())))
    return found


def test_the_schema_itself_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_it_knows_every_word() -> None:
    step, entry = SCHEMA["$defs"]["step"]["properties"], SCHEMA["$defs"]["entry"]["properties"]
    assert set(SCHEMA["properties"]["state"]["enum"]) == {s.value for s in RepairState}
    assert set(step["outcome"]["enum"]) == {o.value for o in StepOutcome}
    assert set(step["risk"]["enum"]) == {r.value for r in Risk}
    assert set(step["privilege"]["enum"]) == {p.value for p in Privilege}
    assert set(SCHEMA["$defs"]["verb"]["enum"]) == {v.value for v in Verb}
    assert set(entry["state"]["enum"]) == {s.value for s in EntryState}
    assert set(SCHEMA["properties"]["trial"]["oneOf"][1]["properties"]["place"]["enum"]) == {p.value for p in Place}


def test_before_and_after_are_check_documents(written: dict[str, Any]) -> None:
    VALIDATOR.validate(written)
    for moment in ("before", "after"):
        jsonschema.Draft202012Validator(load_schema()).validate(written[moment])


@pytest.mark.parametrize("spoil", [
    lambda d: d.pop("before"),
    lambda d: d.update(state="fine"),
    lambda d: d.update(extra=1),
    lambda d: d["steps"][0].update(outcome="perhaps"),
    lambda d: d["steps"][0].update(outcome="failed", error=None),
    lambda d: d["steps"][0].update(plan=[]),
    lambda d: d["steps"][0]["plan"][0].update(verb="shell.run"),
    lambda d: d["steps"][0]["plan"][0]["arguments"].update(nested={"a": 1}),
    lambda d: d["steps"][0]["effect"][0].update(before="maybe"),
    lambda d: d["before"].update(schema="selfcare.check/9"),
    lambda d: d.update(recovered=[{"name": "x"}]),
])  # fmt: skip
def test_a_spoilt_document_is_refused(written: dict[str, Any], spoil: Callable[[dict[str, Any]], object]) -> None:
    changed = copy.deepcopy(written)
    spoil(changed)
    assert not VALIDATOR.is_valid(changed)
