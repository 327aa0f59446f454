"""Where the box is, by the environment: a simulator on loopback, a box behind another router."""

from __future__ import annotations

import os
import re

from selfcare.boxes.wire import Place

ADDRESS_VARIABLE = "SELFCARE_BOX_ADDRESS"
"""Environment variable with HOST[:PORT] (``[v6]:port``) of the box; without it: this computer's gateway."""
_PLACE = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.%]+)\]|(?P<host>[^:]+))(?::(?P<port>[0-9]{1,5}))?")


def aim() -> Place | None:
    """Where the box is, if the environment says so."""
    found = _PLACE.fullmatch(os.environ.get(ADDRESS_VARIABLE, ""))
    if found is None:
        return None
    return Place(found["six"] or found["host"], int(found["port"]) if found["port"] else None)
