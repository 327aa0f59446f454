"""Who keeps a connection when there are nearly too many: the addresses that hold most of them make room for others.

What waits for its client (a head, a body, a reader) can be ended; what the desk is working at can not. Of the address
with the most connections the one that has waited longest goes first; one of somebody signed in goes last.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

IDLE, BODY, READER, WORK = range(4)
"""What a connection waits for: the next request; the rest of one; that an answer is taken; us."""


@dataclass(slots=True, eq=False)
class Seat:
    """One connection."""

    address: str
    end: Callable[[], None]
    phase: int = IDLE
    since: float = field(default_factory=time.monotonic)
    known: bool = False  # somebody signed in has come by it

    def now(self, phase: int) -> None:
        """It waits for something else."""
        if phase != self.phase:
            self.phase, self.since = phase, time.monotonic()


@dataclass(slots=True)
class Room:
    """For ``most`` connections; ``spare`` of them stay free as long as anybody can be ended."""

    most: int
    spare: int
    _seats: dict[str, dict[Seat, None]] = field(default_factory=dict)
    _count: int = 0

    def taken(self, address: str) -> int:
        """By this one."""
        return len(self._seats.get(address, ()))

    def enter(self, seat: Seat) -> bool:
        """False: nobody else can be ended, and there is no room."""
        self._seats.setdefault(seat.address, {})[seat] = None
        self._count += 1
        if self._count > self.most - self.spare:
            self._make_room(seat)
        return self._count <= self.most

    def leave(self, seat: Seat) -> None:
        """Once, or again."""
        seats = self._seats.get(seat.address, {})
        if seat in seats:
            del seats[seat]
            self._count -= 1
            if not seats:
                del self._seats[seat.address]

    def _make_room(self, newcomer: Seat) -> None:
        for seats in sorted(self._seats.values(), key=len, reverse=True):
            waiting = [one for one in seats if one.phase != WORK and one is not newcomer]
            strangers = [one for one in waiting if not one.known]
            if strangers or (waiting and self._count > self.most):
                gone = min(strangers or waiting, key=lambda one: one.since)
                self.leave(gone)
                gone.end()
                return
