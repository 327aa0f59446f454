"""What else is wrong with a check's document: its form, its exit code, what it left untold or told wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema

from selfcare.contract import load_schema
from tests.lab.scenario import Scenario

EXITS = {"ok": 0, "fault": 1, "multiple": 1, "intermittent": 1}
# A possible cause that shares its finding with a twin accuses nobody.
SURE = ("certain", "likely")


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(load_schema())


def flaws(scenario: Scenario, document: dict[str, Any], returncode: int) -> Iterator[str]:
    """Each as a short sentence for developers."""
    for error in _validator().iter_errors(document):
        yield f"schema: {error.json_path}: {error.message[:80]}"
        return
    wanted = EXITS.get(document["verdict"]["state"], 3)
    if returncode != wanted:
        yield f"exit code {returncode} instead of {wanted}"
    findings = document["findings"]
    blamed = {f["code"] for f in findings if f["role"] == "culprit" and f["band"] in SURE}
    yield from (f"blames {code}" for code in sorted(blamed & set(scenario.not_blamed)))
    told = {f["code"] for f in findings if f["role"] == "condition"}
    yield from (f"does not tell {code}" for code in sorted(set(scenario.conditions) - told))
    yield from (f"{m['id']} crashed" for m in document["measurements"] if m["outcome"] == "crashed")
