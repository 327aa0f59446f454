"""Facts about how well it works: speed of the link, latency, jitter, loss, capacity, load."""

from __future__ import annotations

from collections.abc import Callable

from selfcare.diagnosis.observe.view import Drawn, View

SYMPTOMS: tuple[str, ...] = ()
SOURCES: dict[str, str] = {}
OBSERVERS: tuple[Callable[[View], Drawn], ...] = ()
