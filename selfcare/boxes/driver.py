"""A driver as data: how it is found, how one is let in, what which model can. Each family has one ``DRIVER``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from selfcare.boxes.ports import ReadsDevice
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.model.box import BoxFamily, Capability, DeviceInfo, Support


class PairingKind(StrEnum):
    """What the subscriber must do once. ``NONE``: nothing to log in to."""

    NONE = "none"
    FRONT_PANEL = "front_panel"
    PASSWORD = "password"
    BUTTON = "button"


class PairingState(StrEnum):
    """``WAITING`` for the subscriber; the other states are final."""

    WAITING = "waiting"
    GRANTED = "granted"
    DENIED = "denied"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class PairingStep:
    """``instruction`` is a catalogue key. ``credential`` comes with ``GRANTED``; ``rights`` are those ticked so far."""

    state: PairingState
    instruction: str
    credential: Secret | None = None
    rights: tuple[str, ...] = ()


class Session(ReadsDevice, Protocol):
    """An open driver: ``isinstance(session, ReadsDsl)`` and so on tell what it can.

    ``rights`` are those the subscriber gave (None where the family knows no rights). ``uid`` names this very box as
    ``DeviceInfo.uid`` does, once known. What a box has no way of being told is in ``unsettable`` where there is such
    (:func:`unsettable`), ``guest_step_s`` and ``parental_step_s`` are the steps (seconds) of what it keeps in steps,
    and ``parental_together`` says that it blocks all devices of its one timetable or none.
    """

    family: BoxFamily
    rights: frozenset[str] | None

    async def log_in(self, credential: Secret) -> None:
        """Once, before the rest. A refusal (``LOGIN_FAILED``, ``TOKEN_REVOKED``, ``LOCKED_OUT``) is final: no retry."""

    async def close(self) -> None:
        """Logs out where the family has that, and lets go of connections. Never raises."""


@runtime_checkable
class Greets(Session, Protocol):
    """A session that can ask itself who answers, on the way that it uses later: a known box is then asked once."""

    async def greet(self) -> DeviceInfo | None:
        """As ``Recognise``: nothing of ours is sent, and ``BoxError`` is never raised."""


Recognise = Callable[[Place], Awaitable[DeviceInfo | None]]
"""Without login, at most two requests: who is there, or None (none of this family). Never raises ``BoxError``."""

Pair = Callable[[Place, Secret | None], AsyncIterator[PairingStep]]
"""Yields steps until a final one. The secret is the password, where the kind wants one. Closing it gives up."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What this family can, or what some of its models cannot.

    ``models`` are ``product_class`` prefixes ("" is all); ``source`` says how we know: "recorded", "documentation",
    "specification", "client code".
    """

    capability: Capability
    support: Support
    models: tuple[str, ...] = ("",)
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Driver:
    """``open`` makes a session without any traffic. ``min_interval_s``: never asked oftener for a status than this.

    ``host_names`` are the names under which the box is known in its own DNS. ``models`` are the columns of the matrix:
    product class prefix to the name people know.
    """

    family: BoxFamily
    pairing: PairingKind
    recognise: Recognise
    open: Callable[[Place], Session]
    pair: Pair | None
    host_names: tuple[str, ...]
    models: Mapping[str, str]
    claims: tuple[Claim, ...]
    min_interval_s: float = 10.0
    session_type: type[Any] | None = None


def unsettable(session: Any) -> Mapping[str, str]:
    """Parts of settings that are told but cannot be set.

    Pattern (``wifi/radio/*/width``) to the detail of the family's own sentence, ``box.error.unsupported.<family>.…``.
    """
    found: Mapping[str, str] = getattr(session, "unsettable", {})
    return found
