"""Facts about what is let through: firewalls, filters, ports, parts of the Internet, single services."""

from __future__ import annotations

from collections.abc import Callable

from selfcare.diagnosis.observe.view import Drawn, View

SYMPTOMS: tuple[str, ...] = ()
SOURCES: dict[str, str] = {}
OBSERVERS: tuple[Callable[[View], Drawn], ...] = ()
