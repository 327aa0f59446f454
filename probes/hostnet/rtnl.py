"""Only the routing part of pyroute2.

Its package imports every protocol it knows on first use, 16 MB of them; rtnetlink needs half of that.
"""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType
from typing import Any

_PACKAGE = "pyroute2"


def load() -> tuple[Any, type[Exception]]:
    """The classes ``IPRoute`` and ``NetlinkError``."""
    if _PACKAGE not in sys.modules:
        _prepare()
    from pyroute2.iproute.linux import IPRoute
    from pyroute2.netlink.exceptions import NetlinkError

    return IPRoute, NetlinkError


def _prepare() -> None:
    """Puts the bare package in place, so that its submodules are found without its ``__init__`` having run."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.submodule_search_locations is None:
        return  # the import that follows says what is missing
    package = ModuleType(_PACKAGE)
    package.__spec__ = spec
    package.__path__ = list(spec.submodule_search_locations)
    sys.modules[_PACKAGE] = package
