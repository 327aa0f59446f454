"""A part of the world that can tell or do some things: the box is one, this PC another. Joined by :class:`Whole`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from selfcare.app.guides.world import Begin, Consent, Moment, Progress, Suggestion, World
from selfcare.model.guide import Test, Value
from selfcare.model.guide_run import Acted, Context, Seen

Arguments = Mapping[str, Value]
"""Filled in: an argument whose answer was left open is not there."""
Tell = Callable[[Arguments, Moment], Awaitable[Seen]]
Suggest = Callable[[Moment], Awaitable[tuple[Suggestion, ...]]]


class Action(Protocol):
    """One of ``known.ACTIONS``; see ``World`` for what each method promises."""

    async def act(
        self, arguments: Arguments, moment: Moment, consent: Consent, begin: Begin, progress: Progress
    ) -> Acted:
        """Proposed, consented, done, proved or put back."""
        ...

    async def recover(self, arguments: Arguments, moment: Moment, progress: Progress) -> Acted | None:
        """After a kill between the beginning and the end."""
        ...

    async def undo(self, entry: str, consent: Consent, progress: Progress) -> Acted:
        """Puts it back."""
        ...


class Side(Protocol):
    """What it can, by the names of ``selfcare.guides.known``."""

    tests: Mapping[str, Tell]
    shows: Mapping[str, Tell]
    suggestions: Mapping[str, Suggest]
    actions: Mapping[str, Action]

    async def close(self) -> None:
        """Gives back what it holds."""
        ...


def filled(given: Arguments, answers: Mapping[str, Value]) -> Arguments:
    """``"$name"`` is what was answered; an answer that was left open leaves its argument out."""
    out: dict[str, Value] = {}
    for name, value in given.items():
        if isinstance(value, str) and value.startswith("$"):
            if value[1:] in answers:
                out[name] = answers[value[1:]]
        else:
            out[name] = value
    return out


class Later:
    """A world that is made when it is first asked for something: a list of guides needs no box, and no network."""

    def __init__(self, make: Callable[[], World]) -> None:
        self._make = make
        self._made: World | None = None

    def _world(self) -> World:
        if self._made is None:
            self._made = self._make()
        return self._made

    async def context(self) -> Context:
        """See ``World``, as all here."""
        return await self._world().context()

    async def test(self, test: Test, moment: Moment) -> Seen:
        """One question."""
        return await self._world().test(test, moment)

    async def show(self, test: Test, moment: Moment) -> Seen:
        """What is so now."""
        return await self._world().show(test, moment)

    async def suggest(self, name: str, moment: Moment) -> tuple[Suggestion, ...]:
        """What may be offered."""
        return await self._world().suggest(name, moment)

    async def act(
        self, action: str, arguments: Arguments, moment: Moment, consent: Consent, begin: Begin, progress: Progress
    ) -> Acted:
        """Something is done."""
        return await self._world().act(action, arguments, moment, consent, begin, progress)

    async def recover(self, action: str, arguments: Arguments, moment: Moment, progress: Progress) -> Acted | None:
        """What began is looked at."""
        return await self._world().recover(action, arguments, moment, progress)

    async def undo(self, action: str, entry: str, consent: Consent, progress: Progress) -> Acted:
        """It is put back."""
        return await self._world().undo(action, entry, consent, progress)

    async def close(self) -> None:
        """What was never made holds nothing."""
        if self._made is not None:
            await self._made.close()


class Whole:
    """All sides as the one ``World`` a run speaks to. ``look``: what is known of this home now."""

    def __init__(self, look: Callable[[], Awaitable[Context]], *sides: Side) -> None:
        self._look, self._sides = look, sides
        self._tests = {name: one for side in sides for name, one in side.tests.items()}
        self._shows = {name: one for side in sides for name, one in side.shows.items()}
        self._suggestions = {name: one for side in sides for name, one in side.suggestions.items()}
        self._actions = {name: one for side in sides for name, one in side.actions.items()}

    async def context(self) -> Context:
        """What branches ask about."""
        return await self._look()

    async def test(self, test: Test, moment: Moment) -> Seen:
        """By whoever can."""
        return await self._tests[test.name](filled(test.arguments, moment.answers), moment)

    async def show(self, test: Test, moment: Moment) -> Seen:
        """By whoever can."""
        return await self._shows[test.name](filled(test.arguments, moment.answers), moment)

    async def suggest(self, name: str, moment: Moment) -> tuple[Suggestion, ...]:
        """By whoever can."""
        return await self._suggestions[name](moment)

    async def act(
        self, action: str, arguments: Arguments, moment: Moment, consent: Consent, begin: Begin, progress: Progress
    ) -> Acted:
        """By whoever can."""
        given = filled(arguments, moment.answers)
        return await self._actions[action].act(given, moment, consent, begin, progress)

    async def recover(self, action: str, arguments: Arguments, moment: Moment, progress: Progress) -> Acted | None:
        """By whoever began it."""
        return await self._actions[action].recover(filled(arguments, moment.answers), moment, progress)

    async def undo(self, action: str, entry: str, consent: Consent, progress: Progress) -> Acted:
        """By whoever did it."""
        return await self._actions[action].undo(entry, consent, progress)

    async def close(self) -> None:
        """Every side."""
        for side in self._sides:
            await side.close()
