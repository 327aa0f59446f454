"""Facts about who else is on the link, shared addresses, packet sizes and IPv6."""

from __future__ import annotations

from collections.abc import Callable

from selfcare.diagnosis.observe.view import Drawn, View

SYMPTOMS: tuple[str, ...] = ()
SOURCES: dict[str, str] = {}
OBSERVERS: tuple[Callable[[View], Drawn], ...] = ()
