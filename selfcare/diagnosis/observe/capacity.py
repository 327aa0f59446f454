"""Facts about how much goes through, and what happens to latency meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from selfcare.diagnosis.observe.view import Drawn, View

SYMPTOMS: tuple[str, ...] = ()
SOURCES: dict[str, str] = {}
OBSERVERS: tuple[Callable[[View], Drawn], ...] = ()
