"""The documents other programs read: JSON of a check, its schema, the event stream, exit codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from selfcare.contract.document import SCHEMA_FILE, document, load_schema
from selfcare.contract.exit_codes import ExitCode, exit_code

if TYPE_CHECKING:
    from selfcare.contract.repair import load_repair_schema, repair_document, repair_exit_code
    from selfcare.contract.stream import event_line

__all__ = [
    "SCHEMA_FILE", "ExitCode", "document", "event_line", "exit_code", "load_repair_schema", "load_schema",
    "repair_document", "repair_exit_code",
]  # fmt: skip
_PLACES = {
    "load_repair_schema": "repair",
    "repair_document": "repair",
    "repair_exit_code": "repair",
    "event_line": "stream",
}


def __getattr__(name: str) -> Any:
    """Every command ends with an exit code; few write a document, whose model takes some 30 ms to import."""
    import importlib

    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)
