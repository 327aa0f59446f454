"""What the last check of this PC found, for what is offered next. Nothing that measures is imported."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from selfcare.ground.errors import SelfcareError

FRESH_S = 3600.0
"""Seconds for which the last check may spare somebody a question; an older one tells of another day."""
_log = logging.getLogger(__name__)


def last_codes(data: Path, within_s: float | None = None) -> tuple[str, ...]:
    """The codes found by the newest check in this user's store, the verdict's first.

    None where there is none, or where it is older than ``within_s`` (or from the future: the clock was set since).
    """
    from selfcare.store import Store, StoreError
    from selfcare.store.store import FILE

    if not (data / FILE).exists():
        return ()
    try:
        with Store(data) as store:
            kept = store.recent(1)
    except (StoreError, SelfcareError, ValueError) as error:
        _log.info("the last check: %s", type(error).__name__)
        return ()
    if not kept or (within_s is not None and not 0 <= _age(kept[0].started) < within_s):
        return ()
    codes = [kept[0].code, *(one.get("code") for one in kept[0].document.get("findings", ()))]
    return tuple(dict.fromkeys(code for code in codes if isinstance(code, str)))


def _age(started: str) -> float:
    """Seconds since then."""
    return (datetime.now().astimezone() - datetime.fromisoformat(started)).total_seconds()
