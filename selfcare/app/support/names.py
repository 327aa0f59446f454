"""How this home's networks and machines are called, by what was written down: nobody is asked, nothing is measured."""

from __future__ import annotations

import logging
from pathlib import Path

from selfcare.cases.home_names import HomeNames
from selfcare.cases.walks import Walks
from selfcare.ground.errors import SelfcareError
from selfcare.redaction import seen
from selfcare.redaction.known import Known

CHECKS = 20
"""The newest checks that are looked through, of whatever case or none: each has the networks in sight then."""
_log = logging.getLogger(__name__)


def home_names(data: Path) -> Known:
    """What the box told, what the last checks read of the Wi-Fi, and the kept walks; the home's own first. Blocking."""
    return HomeNames(data).known() | seen.of_walks(Walks(data).all()) | _of_checks(data)


def _of_checks(data: Path) -> Known:
    from selfcare.store.store import FILE, Store

    if not (data / FILE).exists():
        return Known()
    try:
        with Store(data) as store:
            return seen.of_checks(store.documents(CHECKS))
    except SelfcareError as error:
        _log.warning("the last checks: %s", error.code)
        return Known()
