"""What a guide needs of the home and of this PC: to know, to test, to act, to put back. A test brings its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from selfcare.model.box.change import BoxProposal
from selfcare.model.guide import Test, Value
from selfcare.model.guide_run import Acted, Context, Seen
from selfcare.model.remedy import Proposal

Consent = Callable[[BoxProposal | Proposal], Awaitable[bool]]
"""Asked once before an action, with everything that would change."""
Progress = Callable[[str], None]
"""Told catalogue keys while an action goes on."""
Begin = Callable[[], None]
"""Called by an action once consent is given and before the first write: from then on it may have happened."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to choose or to take over. ``label`` is what is shown: a device's name, its address."""

    value: Value
    label: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known at a step: ``since`` is Unix time, when it was come to."""

    context: Context
    answers: Mapping[str, Value]
    since: float = 0.0


class World(Protocol):
    """Never raises for what the network, the box or the PC does: that is an answer (``unknown``, ``unable``)."""

    async def context(self) -> Context:
        """What is known of this home now; within a few seconds, whatever is silent."""
        ...

    async def test(self, test: Test, moment: Moment) -> Seen:
        """``known.TESTS``; arguments are filled in from ``moment.answers`` here."""
        ...

    async def show(self, test: Test, moment: Moment) -> Seen:
        """``known.SHOWS``: what is so now."""
        ...

    async def suggest(self, name: str, moment: Moment) -> tuple[Suggestion, ...]:
        """``known.SUGGESTIONS``."""
        ...

    async def act(
        self, action: str, arguments: Mapping[str, Value], moment: Moment, consent: Consent, begin: Begin,
        progress: Progress,
    ) -> Acted:  # fmt: skip
        """``known.ACTIONS``: proposed, consented, done, proved or put back."""
        ...

    async def recover(
        self, action: str, arguments: Mapping[str, Value], moment: Moment, progress: Progress
    ) -> Acted | None:
        """An action that began at ``moment.since`` and of which nobody knows the end: finished or put back now.

        A box that restarts is waited for (``home_actions.RESTARTS_S``): ``progress`` says so.

        None: it did not happen (or was put back): it may be proposed again.
        """
        ...

    async def undo(self, action: str, entry: str, consent: Consent, progress: Progress) -> Acted:
        """Puts back one thing that was done: ``done``, ``declined``, ``failed``."""
        ...

    async def close(self) -> None:
        """Gives back what is held (the box's session)."""
        ...
