"""Nobody who can tell or do anything: beneath every other side, and all there is where none can be built.

What it says is honest, and a guide goes on by hand: ``unknown``, ``unable``, no suggestion.
"""

from __future__ import annotations

from collections.abc import Mapping

from selfcare.app.guides.side import Action, Arguments, Suggest, Tell
from selfcare.app.guides.world import Begin, Consent, Moment, Progress, Suggestion
from selfcare.guides import known
from selfcare.model.guide_run import Acted, Seen


async def _unknown(_arguments: Arguments, _moment: Moment) -> Seen:
    return Seen("unknown")


async def _nothing(_moment: Moment) -> tuple[Suggestion, ...]:
    return ()


class _Unable:
    async def act(
        self, arguments: Arguments, moment: Moment, consent: Consent, begin: Begin, progress: Progress
    ) -> Acted:
        return Acted("unable")

    async def recover(self, arguments: Arguments, moment: Moment, progress: Progress) -> Acted | None:
        """What another side began, nobody here can look at: it may or may not have happened, and is not repeated."""
        return Acted("unable")

    async def undo(self, entry: str, consent: Consent, progress: Progress) -> Acted:
        return Acted("failed")


class Nobody:
    """A ``Side``."""

    def __init__(self) -> None:
        self.tests: Mapping[str, Tell] = dict.fromkeys(known.TESTS, _unknown)
        self.shows: Mapping[str, Tell] = dict.fromkeys(known.SHOWS, _unknown)
        self.suggestions: Mapping[str, Suggest] = dict.fromkeys(known.SUGGESTIONS, _nothing)
        self.actions: Mapping[str, Action] = dict.fromkeys(known.ACTIONS, _Unable())

    async def close(self) -> None:
        """Nothing is held."""
