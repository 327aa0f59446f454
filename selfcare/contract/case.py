"""A case as the JSON document of schema ``selfcare.case/1``: all that is written about somebody, nothing taken out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selfcare.model.case import Case, CaseHead

CASE_SCHEMA_FILE = Path(__file__).with_name("case-1.schema.json")
SCHEMA = "selfcare.case/1"


def load_case_schema() -> dict[str, Any]:
    """The JSON Schema that ships with the program."""
    schema: dict[str, Any] = json.loads(CASE_SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


def case_document(case: Case, made: str) -> dict[str, Any]:
    """One case. ``made``: ISO 8601 with offset."""
    parts = {name: value for name, value in asdict(case).items() if name != "head"}
    return _plain({"schema": SCHEMA, "made": made, "case": case.head.id, "head": asdict(case.head), **parts})


def cases_document(heads: Sequence[CaseHead]) -> dict[str, Any]:
    """The list, newest first."""
    return _plain({"schema": SCHEMA, "cases": [asdict(one) for one in heads]})


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """JSON's own types: enums as their words, tuples as lists."""
    plain: dict[str, Any] = json.loads(json.dumps(value, ensure_ascii=False, default=str))
    return plain
