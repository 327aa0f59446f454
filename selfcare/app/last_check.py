"""What the last check of this PC found, for what is offered next. Nothing that measures is imported."""

from __future__ import annotations

import logging
from pathlib import Path

from selfcare.ground.errors import SelfcareError

_log = logging.getLogger(__name__)


def last_codes(data: Path) -> tuple[str, ...]:
    """The codes found by the newest check in this user's store, the verdict's first; none where there is none."""
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
    found = kept[0].document.get("findings", ()) if kept else ()
    codes = [kept[0].code, *(one.get("code") for one in found)] if kept else []
    return tuple(dict.fromkeys(code for code in codes if isinstance(code, str)))
