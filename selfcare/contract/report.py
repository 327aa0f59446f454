"""The schema of ``selfcare.report/1``, which ships with the program. Its ``check`` is ``selfcare.check/1``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

REPORT_SCHEMA_FILE = Path(__file__).with_name("report-1.schema.json")


def load_report_schema() -> dict[str, Any]:
    """As it stands in the file; ``urn:selfcare:check:1`` in it is ``check-1.schema.json``."""
    schema: dict[str, Any] = json.loads(REPORT_SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema
