"""The log: JSON lines in a rotating file of at most 3 MB, without identifiers."""

from __future__ import annotations

import contextvars
import json
import logging
import logging.handlers
from datetime import datetime
from pathlib import Path

from selfcare.boxes.secret import without_secrets
from selfcare.ground.errors import FolderError
from selfcare.ground.folders import ensure
from selfcare.ground.redact import redact

FILE = "selfcare.log"
MAX_BYTES = 1_000_000
KEPT = 2
"""Older files beside the current one."""

run_id: contextvars.ContextVar[str] = contextvars.ContextVar("run_id", default="")
"""Ties the lines of one check together; set by whoever starts it."""


class JsonLines(logging.Formatter):
    """One record as one line of JSON.

    Redaction happens here and not in a ``logging.Filter``: it sees message, arguments
    and traceback as they will be written, and leaves the record alone for others.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The redacted line."""
        line = {
            "at": datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(without_secrets(_message(record))),
        }
        if run_id.get():
            line["run"] = run_id.get()
        trouble = [self.formatException(record.exc_info)] if record.exc_info else []
        trouble += [record.stack_info] if record.stack_info else []
        if trouble:
            line["trouble"] = redact(without_secrets("\n".join(trouble)))
        return json.dumps(line, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # A wrong format string must not lose the line, nor raise in the caller.
        return f"{record.msg!r} {record.args!r}"


class _QuietFile(logging.handlers.RotatingFileHandler):
    """A full disk must not fill stderr as well: the log is the least important thing then."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Drops the line."""


def start_log(folder: Path, level: int = logging.INFO) -> logging.Handler | None:
    """Sends everything at ``level`` and above to ``folder``; None when the folder cannot be written."""
    try:
        ensure(folder)
        handler = _QuietFile(folder / FILE, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8", errors="replace")
    except (FolderError, OSError):
        return None
    handler.setFormatter(JsonLines())
    handler.setLevel(level)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(min(level, root.level) if root.level else level)
    return handler
