"""What a question led to as the JSON document of schema ``selfcare.ask/1``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selfcare.contract.exit_codes import ExitCode

if TYPE_CHECKING:
    from selfcare.app.ask import Reply, Told

ASK_SCHEMA_FILE = Path(__file__).with_name("ask-1.schema.json")
SCHEMA = "selfcare.ask/1"


def load_ask_schema() -> dict[str, Any]:
    """The JSON Schema that ships with the program."""
    schema: dict[str, Any] = json.loads(ASK_SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


def ask_document(reply: Reply, told: Told | None = None) -> dict[str, Any]:
    """As plain JSON types, without the question itself. ``told``: the short answer, where the first result is one."""
    return {
        "schema": SCHEMA,
        "id": reply.asked,
        "state": reply.state.value,
        "results": [asdict(one) for one in reply.offers],
        "question": None if reply.question is None else asdict(reply.question),
        # The notes are the facts once more, for a window.
        "answer": None if told is None else {k: v for k, v in asdict(told).items() if k != "notes"},
    }


def ask_exit_code(reply: Reply) -> ExitCode:
    """0: something was found; 3: not understood."""
    return ExitCode.CANNOT_TELL if reply.state.value == "not_understood" else ExitCode.OK
