"""Where the box is, if not at this computer's gateway."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selfcare.boxes.wire import Place

ADDRESS_VARIABLE = "SELFCARE_BOX_ADDRESS"
"""Environment variable with HOST[:PORT] (``[v6]:port``) of the box; without it: this computer's gateway."""
_PLACE = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.%]+)\]|(?P<host>[^:]+))(?::(?P<port>[0-9]{1,5}))?")


def aim() -> Place | None:
    """Where the box is, if the environment says so."""
    from selfcare.boxes.wire import Place

    found = _PLACE.fullmatch(os.environ.get(ADDRESS_VARIABLE, ""))
    if found is None:
        return None
    return Place(found["six"] or found["host"], int(found["port"]) if found["port"] else None)
