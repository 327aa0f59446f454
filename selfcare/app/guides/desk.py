"""What a front end may ask about guides: which there are, to begin one, to go on with one that was left."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from selfcare.app.guides.answers import check_given
from selfcare.app.guides.keys import sweep
from selfcare.app.guides.run import GuideRun, Tools
from selfcare.app.guides.world import Moment
from selfcare.cases.guide_runs import StoredRun
from selfcare.ground.errors import SelfcareError
from selfcare.guides import GuideError, guide, guide_ids
from selfcare.guides.walk import WalkError, replay
from selfcare.guides.words import GuideWords
from selfcare.i18n import Catalogue
from selfcare.model.guide import Do, Guide, Instruct, Outcome, Step
from selfcare.model.guide_run import Did

_NEEDS = {
    "box.guest": "set_guest", "box.wifi": "set_wifi", "box.parental": "set_parental", "box.forward": "set_forwards",
    "box.forward_remove": "set_forwards", "box.reservation": "set_reservations",
    "box.reservation_remove": "set_reservations", "box.reboot": "reboot",
}  # fmt: skip
"""What the box must let this program do for an action (``known.ACTIONS``); a test holds the two together."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A guide as it stands in a list."""

    id: str
    title: str
    goal: str
    topic: str
    minutes: int
    risk: str
    translated: bool


@dataclass(frozen=True, slots=True)
class Left:
    """A run that was not ended. ``at``: Unix time of its beginning. ``usable``: False where the guide changed since."""

    name: str
    guide: str
    title: str
    at: float
    usable: bool = True


class GuideDesk:
    """One for a front end; every run it opens holds the same world, which :meth:`close` gives back."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._open = set[str]()

    def listed(self) -> tuple[Listed, ...]:
        """All guides, in the order of their topics, then of their titles."""
        found = [self._listed(guide(name)) for name in guide_ids()]
        topics = list(type(guide(found[0].id).topic)) if found else []
        return tuple(sorted(found, key=lambda one: ([t.value for t in topics].index(one.topic), one.title.casefold())))

    def _listed(self, one: Guide) -> Listed:
        text = self._tools.words.text
        translated = self._tools.words.language in one.languages
        return Listed(
            one.id, text(f"{one.id}.title"), text(f"{one.id}.goal"), one.topic.value, one.minutes, one.risk.value,
            translated,
        )  # fmt: skip

    def left(self) -> tuple[Left, ...]:
        """Runs one can go on with, newest first. One that stands at an end is none."""
        found = []
        for stored in self._tools.runs.runs():
            if stored.closed or stored.guide not in guide_ids():
                continue
            usable = self._usable(stored)
            if usable is not False:
                title = self._tools.words.text(f"{stored.guide}.title")
                found.append(Left(stored.name, stored.guide, title, stored.at, usable is True))
        return tuple(found)

    def _usable(self, stored: StoredRun) -> bool | None:
        """None: what happened does not fit the guide any more; False: it is over."""
        one = guide(stored.guide)
        try:
            return not isinstance(one.steps[replay(one, stored.happened).step], Outcome)
        except (WalkError, KeyError):
            return None

    async def begin(self, name: str, given: Mapping[str, str] | None = None) -> GuideRun:
        """From the first step. ``given``: answers that need not be asked for (of the command line).

        Raises:
            GuideError: there is no such guide.
            AnswerError: one of ``given`` cannot be meant; nothing was begun.
            SelfcareError: the disk does not take it.
        """
        one = guide(name)
        check_given(one, given or {})
        self._close_ended()
        await sweep(self._tools.secrets, self._tools.runs)
        context = await self._tools.world.context()
        stored = self._tools.runs.begin(one.id, one.digest, context)
        self._open.add(stored)
        self._tools.note("guide", one.id, {"run": stored, "step": one.start, "did": "begun"})
        at = self._tools.runs.now()
        return GuideRun(self._tools, one, stored, context, (), dict(given or {}), at=at)

    def _close_ended(self) -> None:
        """Those that stand at their end, where the program died before it could say so: nobody goes on with them."""
        for stored in self._tools.runs.runs():
            if stored.closed or stored.name in self._open or stored.guide not in guide_ids():
                continue
            if self._usable(stored) is False:
                with contextlib.suppress(SelfcareError):
                    self._tools.runs.hold(stored.name)
                    self._tools.runs.close(stored.name)
                self._tools.runs.release(stored.name)

    async def resume(self, name: str, given: Mapping[str, str] | None = None) -> GuideRun:
        """Where it was left: what had begun is finished or put back first. The home is looked at anew.

        Raises:
            LookupError: there is no such run.
            RunBusy: another program is in it.
            AnswerError: as for ``begin``.
            GuideError, WalkError: the guide is another one now, and what happened does not fit it.
        """
        if self._tools.runs.find(name) is None:
            raise LookupError(name)
        mine = name in self._open
        self._tools.runs.hold(name)
        self._open.add(name)
        try:
            return await self._resumed(name, given or {})
        except BaseException:
            if not mine:
                self._let_go(name)
            raise

    async def _resumed(self, name: str, given: Mapping[str, str]) -> GuideRun:
        stored = self._tools.runs.find(name)  # anew: now that nobody else writes it
        if stored is None:
            raise LookupError(name)
        one = guide(stored.guide)
        replay(one, stored.happened)
        check_given(one, given)
        context = await self._tools.world.context()
        resumed = bool(context.family) and _was_let_in(one, stored)
        if not context.family:  # the line or the box is away: what was known at the beginning is still the home
            context = replace(stored.context, can=(), paired=False, pairable=False)
        self._tools.note("guide", one.id, {"run": name, "did": "resumed"})
        return GuideRun(
            self._tools, one, name, context, stored.happened, dict(given), at=stored.at, closed=stored.closed,
            resumed=resumed,
        )  # fmt: skip

    async def shows(self, name: str) -> tuple[str, ...]:
        """The present state of what a guide is about, before anything is begun: nothing is written."""
        moment = Moment(await self._tools.world.context(), {})
        lines: list[str] = []
        for test in guide(name).shows:
            seen = await self._tools.world.show(test, moment)
            lines += [self._tools.catalogue.text(key, **values) for key, values in seen.said]
        return tuple(lines)

    async def doable(self) -> frozenset[str]:
        """The guides in which this program can do something itself, in this home and now."""
        can = (await self._tools.world.context()).can
        return frozenset(name for name in guide_ids() if any(_may(step, can) for step in guide(name).steps.values()))

    def speak(self, words: GuideWords, catalogue: Catalogue, run: GuideRun | None = None) -> None:
        """Another language from now on, in a run that is open too: where it stands does not change.

        The sides of the world hold the desk's catalogue (its maker gives it one of its own): they change with it.
        """
        self._tools.catalogue.speak(catalogue.language)
        self._tools = replace(self._tools, words=words)
        if run is not None:
            run.tools = self._tools

    async def discard(self, name: str) -> None:
        """A run nobody wants to go on with; what it did stays, and can be put back where that is listed.

        Raises:
            RunBusy: another program is in it.
        """
        stored = self._tools.runs.find(name)
        if stored is None or stored.closed:
            return
        mine = name in self._open
        self._tools.runs.hold(name)
        try:
            self._tools.runs.close(name)
            self._tools.note("guide", stored.guide, {"run": name, "did": "discarded"})
            await sweep(self._tools.secrets, self._tools.runs)
        finally:
            if not mine:
                self._let_go(name)

    def holder(self, entry: str) -> str | None:
        """The run that did this, if it can still be put back: to be resumed, and its ``undo`` called."""
        for stored in self._tools.runs.runs():
            if any(one.entry == entry for one in stored.happened) and stored.guide in guide_ids():
                with contextlib.suppress(WalkError):
                    if any(u[1] == entry for u in replay(guide(stored.guide), stored.happened).undoable):
                        return stored.name
        return None

    def _let_go(self, name: str) -> None:
        self._open.discard(name)
        self._tools.runs.release(name)

    async def log_out(self) -> None:
        """Gives back what the world holds; the runs stay open."""
        await self._tools.world.close()

    async def close(self) -> None:
        """Gives back what the world holds, and the runs to whoever goes on with them."""
        for name in tuple(self._open):
            self._let_go(name)
        await self._tools.world.close()


def _was_let_in(one: Guide, stored: StoredRun) -> bool:
    """At its beginning, or on the way."""
    pairs = {step.id for step in one.steps.values() if isinstance(step, Instruct) and step.gesture == "pair"}
    return stored.context.paired or any(
        h.did is Did.TESTED and h.value == "yes" for h in stored.happened if h.step in pairs
    )


def _may(step: Step, can: tuple[str, ...]) -> bool:
    return isinstance(step, Do) and (step.action == "fix" or _NEEDS.get(step.action, "") in can)


__all__ = ["GuideDesk", "GuideError", "Left", "Listed"]
