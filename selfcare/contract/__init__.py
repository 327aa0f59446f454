"""The documents other programs read: JSON of a check, its schema, the event stream, exit codes."""

from selfcare.contract.document import SCHEMA_FILE, document, load_schema
from selfcare.contract.exit_codes import ExitCode, exit_code
from selfcare.contract.repair import load_repair_schema, repair_document, repair_exit_code
from selfcare.contract.stream import event_line

__all__ = [
    "SCHEMA_FILE", "ExitCode", "document", "event_line", "exit_code", "load_repair_schema", "load_schema",
    "repair_document", "repair_exit_code",
]  # fmt: skip
