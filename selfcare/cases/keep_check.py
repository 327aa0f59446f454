"""Keeps a check that is over: nothing that goes wrong here is the check's business."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from selfcare.ground.errors import SelfcareError

_log = logging.getLogger(__name__)


def keep_check(data: Path, document: Mapping[str, Any], started: str | None = None) -> int | None:
    """The row under which it is kept; None where the disk does not take it, which is logged and nothing more.

    Called once what the check found has been shown, of whole checks only (no ``--only``). Takes some 20 ms on a disk
    that is well, up to 5 s where another program is writing: in a thread where a window is waiting.

    Args:
        data: this user's folder.
        document: the contract's (``contract.document``).
        started: ISO 8601 with offset, when the check began; now when left out.
    """
    from selfcare.cases.book import CaseBook

    try:
        return CaseBook(data).record_check(document, started)
    except (SelfcareError, sqlite3.Error, OSError, KeyError, TypeError, ValueError) as error:
        code = error.code if isinstance(error, SelfcareError) else type(error).__name__
        _log.warning("the check cannot be kept: %s", code)
        return None
