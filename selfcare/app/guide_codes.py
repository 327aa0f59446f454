"""The guides there are, and which follow a fault. Written by ``python -m selfcare.app.guides.index``."""

from __future__ import annotations

_ALL = """
box-restart
"""
_AFTER = """
BOX-DNS box-restart
BOX-DNS-SLOW box-restart
BOX-NOFORWARD box-restart
BOX-SILENT box-restart
LAN-DHCP-NONE box-restart
"""
GUIDES = frozenset(_ALL.split())
"""Ids of all guides."""
GUIDES_OF: dict[str, tuple[str, ...]] = {}
"""By the code of a fault: what to do next, the guide that speaks to it most first."""
for _line in _AFTER.split("\n")[1:-1]:
    _code, _guide = _line.split()
    GUIDES_OF[_code] = (*GUIDES_OF.get(_code, ()), _guide)
