"""How a probe is declared, registered and given what it needs.

A probe is an ``async`` function decorated with :func:`probe`. It returns its payload
dataclass, raises :class:`CannotRun` when it has no way to measure, and nothing else
for anything a network, server or operating system may do to it.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from selfcare.model.probe import CannotRun, NotRunReason, Platform, ProbeSpec
from selfcare.model.profile import Profile

P = TypeVar("P")


def fresh_label() -> str:
    """A random DNS label. A letter first: some filters drop names that start with a digit."""
    return "x" + secrets.token_hex(6)


@dataclass(frozen=True, slots=True)
class ProbeContext:
    """All a probe may know: the profile, and the payloads of the probes it requires.

    ``label`` is a random DNS label, the same for all probes of one check so that their
    answers can be compared, and new for each check so that no cache knows it.
    """

    profile: Profile
    payloads: Mapping[str, Any]
    platform: Platform
    label: str = field(default_factory=fresh_label)

    def get(self, probe_id: str, kind: type[P]) -> P | None:
        """The payload of an earlier probe, or None if it gave none."""
        payload = self.payloads.get(probe_id)
        return payload if isinstance(payload, kind) else None

    def need(self, probe_id: str, kind: type[P]) -> P:
        """Like :meth:`get`, but without it this probe cannot run."""
        payload = self.get(probe_id, kind)
        if payload is None:
            raise CannotRun(NotRunReason.DEPENDENCY_FAILED)
        return payload


Measure = Callable[[ProbeContext], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Probe:
    """A declaration and the function that carries it out."""

    spec: ProbeSpec
    measure: Measure


_REGISTRY: dict[str, Probe] = {}


def probe(spec: ProbeSpec) -> Callable[[Measure], Measure]:
    """Registers a probe; a duplicate id is a programming error and fails at import."""

    def register(measure: Measure) -> Measure:
        if spec.id in _REGISTRY:
            raise ValueError(f"probe {spec.id} is declared twice")
        _REGISTRY[spec.id] = Probe(spec, measure)
        return measure

    return register


def registered() -> tuple[Probe, ...]:
    """All probes declared so far, in the order of their declaration."""
    return tuple(_REGISTRY.values())


def current_platform() -> Platform:
    """The operating system this runs on; anything that is not Windows or macOS is treated as Linux."""
    if sys.platform == "win32":
        return Platform.WINDOWS
    return Platform.MACOS if sys.platform == "darwin" else Platform.LINUX
