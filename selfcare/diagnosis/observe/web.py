"""Facts about what stands between this PC and a site: clock, certificates, proxy, sign-in pages."""

from __future__ import annotations

from collections.abc import Callable

from selfcare.diagnosis.observe.view import Drawn, View

SYMPTOMS: tuple[str, ...] = ()
SOURCES: dict[str, str] = {}
OBSERVERS: tuple[Callable[[View], Drawn], ...] = ()
