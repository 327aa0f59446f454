"""One way through a guide: each word of a person's and of a machine's is on the disk before the next step."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from selfcare.app.guides.answers import AnswerError, read_answer
from selfcare.app.guides.noted import nameless
from selfcare.app.guides.present import present
from selfcare.app.guides.screen import Screen
from selfcare.app.guides.world import Consent, Moment, Progress, Suggestion, World
from selfcare.cases.guide_runs import GuideRuns
from selfcare.ground.errors import SelfcareError
from selfcare.guides import words as guide_words
from selfcare.guides.walk import Turn, advance, offered, replay, turn, way
from selfcare.guides.words import GuideWords
from selfcare.i18n import Catalogue
from selfcare.model.guide import Ask, Branch, Check, Do, Guide, Instruct, Kind, Step, Test, Value
from selfcare.model.guide_run import Acted, Context, Did, Happened, Phase, Position, Seen

if TYPE_CHECKING:
    from selfcare.app.box_memory import SecretStore

_LET_IN = ("freebox", "livebox", "sfr", "bbox", "fritz")
"""Families that have a door at all."""
Note = Callable[[str, str, Mapping[str, Any]], None]
Show = Callable[[Screen], None]
Told = str | tuple[str, Mapping[str, object]]
"""What the last tests and actions came to: a key and its values, or what an action wrote in the language of then."""
SHUT_S, LOOK_S = 36.0, 2.0
"""Seconds for which a box that lets us in, but not now, is waited for when a run is resumed: a login that was cut off
by a kill keeps its door shut for 30 s (``credentials.DOOR_S``)."""
MAX_TURNS = 100
"""Machine turns in a row: a guide has far fewer steps (``validate`` forbids rings without a person)."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What runs share. ``note`` adds a line to the case's history; ``secrets`` keeps keys while a run needs them."""

    world: World
    runs: GuideRuns
    words: GuideWords
    catalogue: Catalogue
    secrets: SecretStore
    note: Note = lambda _kind, _subject, _data: None


@dataclass
class GuideRun:
    """``context`` is what was known when it was opened, ``at`` when it was begun, ``before`` what happened so far.

    ``resumed``: the box had let us in when it was left.

    Methods are called one at a time. Where the disk does not take a line (``SelfcareError``), one is where one was: the
    same call again goes on.
    """

    tools: Tools
    guide: Guide
    name: str
    context: Context
    before: tuple[Happened, ...] = ()
    given: dict[str, str] = field(default_factory=dict)
    told: tuple[Told, ...] = ()
    at: float = 0.0
    closed: bool = False
    resumed: bool = False
    position: Position = field(init=False)

    def __post_init__(self) -> None:
        self.position = replay(self.guide, self.before, self.at)

    @property
    def step(self) -> Step:
        """Where one is."""
        return self.guide.steps[self.position.step]

    @property
    def turn(self) -> Turn:
        """Whose word is next."""
        return turn(self.guide, self.position)

    @property
    def said(self) -> tuple[str, ...]:
        """What the last tests and actions came to, in the language of now; what two of them say is said once."""
        return tuple(dict.fromkeys(self._lines(self.told)))

    def screen(self) -> Screen:
        """What to show now."""
        return present(self)

    # -- a person's words ----------------------------------------------------------------------------

    async def answer(self, text: str | None) -> Screen:
        """Of an ``ASK`` scene: what was typed or chosen; None leaves an optional one open. Then machines go on.

        Raises:
            AnswerError: it cannot be meant; nothing was noted.
        """
        step = self.step
        if not isinstance(step, Ask):
            raise AnswerError("not_asked")
        value: Value | None = None
        if text is not None:
            value = read_answer(step, text, offered(step, self.context, self.position))
            if step.kind is Kind.NETWORK_KEY:
                value = await self._kept_key(str(value))
        elif not step.optional:
            raise AnswerError("needed")
        self._add(Did.ANSWERED, value)
        return self.screen()

    async def _kept_key(self, key: str) -> str:
        """In the keyring; its name stands in the run."""
        from selfcare.app.guides.keys import keep_key

        return await keep_key(self.tools.secrets, self.tools.runs, self.name, self.step.id, key)

    def confirm(self, word: str) -> Screen:
        """``done``, ``lost``; after a question ``yes``, ``no``."""
        self._add(Did.CONFIRMED, word)
        return self.screen()

    def back(self) -> Screen:
        """To the step before, as far as a person's words go; what was done stays done."""
        self._add(Did.BACK, None)
        return self.screen()

    # -- machines ------------------------------------------------------------------------------------

    async def proceed(
        self, consent: Consent, progress: Progress = lambda _key: None, show: Show = lambda _screen: None
    ) -> Screen:
        """Everything up to the next word of a person's, or the end. ``show``: given what a machine is at meanwhile."""
        self.told = ()
        await self._let_in_again(progress)
        for _ in range(MAX_TURNS):
            if self.turn in (Turn.TEST, Turn.ACTION):
                show(self.screen())
            match self.turn:
                case Turn.BRANCH:
                    assert isinstance(self.step, Branch)
                    self._add(Did.BRANCHED, way(self.step, self.context, self.position))
                case Turn.TEST:
                    await self._test()
                case Turn.ACTION:
                    await self._act(consent, progress)
                case Turn.PERSON:
                    if not await self._given():
                        break
                case Turn.OVER:
                    await self._over()
                    break
        return self.screen()

    async def refresh(self) -> None:
        """Looks at the home anew: the box may have let us in meanwhile."""
        fresh = await self.tools.world.context()
        if fresh.family:
            self.context = fresh

    async def _let_in_again(self, progress: Progress) -> None:
        """Else a run that is resumed at once after a kill would go on by hand where the box can do it."""
        resumed, self.resumed = self.resumed, False
        clock = asyncio.get_running_loop().time
        end = clock() + SHUT_S
        while resumed and _shut_out(self.context) and self.turn is not Turn.OVER and clock() < end:
            progress("guide.box.act.waiting")
            await asyncio.sleep(LOOK_S)
            await self.refresh()

    async def _given(self) -> bool:
        """An answer of the command line's."""
        step = self.step
        if not isinstance(step, Ask) or step.answer not in self.given:
            return False
        value = self.given.pop(step.answer)
        try:
            await self.answer(value or None)
        except SelfcareError:
            self.given[step.answer] = value  # the disk did not take it: the same call again goes on
            raise
        return True

    async def _test(self) -> None:
        step = self.step
        assert isinstance(step, Check | Instruct)
        tests = step.tests if isinstance(step, Check) else step.verify
        seen = await self._first_that_can_tell(tests)
        answer = seen.answer
        if isinstance(step, Instruct) and answer == "unknown" and not self._asks(step):
            answer = "yes"  # nobody can tell, and there is nothing to ask: their "done" is believed
        if isinstance(step, Instruct) and step.gesture == "pair":
            await self.refresh()
        self.told = (*self.told, *seen.said)
        self._add(Did.TESTED, answer, data={**seen.data, **({"believed": True} if answer != seen.answer else {})})

    async def _first_that_can_tell(self, tests: tuple[Test, ...]) -> Seen:
        said: list[tuple[str, Mapping[str, object]]] = []
        for test in tests:
            seen = await self.tools.world.test(test, self._moment())
            said += seen.said
            if seen.answer != "unknown":
                return Seen(seen.answer, tuple(said), {"test": test.name, **seen.data})
        return Seen("unknown", tuple(said), {"tests": [test.name for test in tests]})

    def _asks(self, step: Step) -> bool:
        return guide_words.asks(self.tools.words, self.guide, step)

    async def _act(self, consent: Consent, progress: Progress) -> None:
        step = self.step
        assert isinstance(step, Do)
        acted: Acted | None = None
        if self.position.phase is Phase.DOING:
            acted = await self.tools.world.recover(step.action, step.arguments, self._moment(), progress)
        if acted is None and (lost := await self._lost_key(step)) is not None:
            self.told = (*self.told, ("guide.key_lost", {}))
            self._add(Did.BACK, lost)
            return
        if acted is None:
            acted = await self.tools.world.act(
                step.action, step.arguments, self._moment(), consent, lambda: self._add(Did.DOING, None), progress
            )
        self.told = (*self.told, *acted.lines)
        self._add(Did.ACTED, acted.outcome, acted.entry, acted.data)

    async def _lost_key(self, step: Do) -> str | None:
        """The step that asked for a key which the keyring has no more (another session's, somebody tidied up)."""
        from selfcare.app.guides.keys import key_of

        wanted = {str(one)[1:] for one in step.arguments.values() if str(one).startswith("$")}
        for name in reversed(self.position.trail):
            asked = self.guide.steps[name]
            if isinstance(asked, Ask) and asked.kind is Kind.NETWORK_KEY and asked.answer in wanted:
                key = self.position.answers.get(asked.answer)
                if key is not None and await key_of(self.tools.secrets, str(key)) is None:
                    return name
        return None

    async def _over(self) -> None:
        if not self.closed:
            self.tools.runs.close(self.name)
            self.closed = True
        await self._forget()

    async def _forget(self) -> None:
        """The keyring may be locked: then the next start does it."""
        from selfcare.app.guides.keys import forget_keys

        with contextlib.suppress(SelfcareError):
            await forget_keys(self.tools.secrets, self.tools.runs, self.name)

    # -- beside the way ------------------------------------------------------------------------------

    async def shows(self) -> tuple[str, ...]:
        """The present state, as far as it can be told."""
        lines: list[str] = []
        for test in self.guide.shows:
            lines += self._lines((await self.tools.world.show(test, self._moment())).said)
        return tuple(lines)

    async def suggestions(self) -> tuple[Suggestion, ...]:
        """For the question that stands."""
        step = self.step
        if not isinstance(step, Ask) or step.suggest is None:
            return ()
        return await self.tools.world.suggest(step.suggest, self._moment())

    async def undo(self, entry: str, consent: Consent, progress: Progress = lambda _key: None) -> Acted:
        """Puts back one thing this run did."""
        step = self.guide.steps[next(name for name, one in self.position.undoable if one == entry)]
        assert isinstance(step, Do)
        acted = await self.tools.world.undo(step.action, entry, consent, progress)
        if acted.outcome == "done":
            self._add(Did.UNDONE, None, entry, acted.data)
        return acted

    async def abandon(self) -> None:
        """It is not offered again."""
        if not self.closed:
            self.tools.note("guide", self.guide.id, {"run": self.name, "did": "abandoned", "step": self.position.step})
        await self._over()

    def leave(self) -> None:
        """Somebody else may go on with it, now or another day."""
        self.tools.runs.release(self.name)

    # -- what is kept ----------------------------------------------------------------------------------

    def _moment(self) -> Moment:
        return Moment(self.context, self.position.answers, self.position.since)

    def _lines(self, told: Iterable[Told]) -> tuple[str, ...]:
        text = self.tools.catalogue.text
        return tuple(one if isinstance(one, str) else text(one[0], **one[1]) for one in told)

    def _add(
        self, did: Did, value: Value | None, entry: str | None = None, data: Mapping[str, object] | None = None
    ) -> None:
        """Judged, written, then believed: what cannot have happened here is never on the disk."""
        one = Happened(did, self.position.step, self.tools.runs.now(), value, entry, data or {})
        after = advance(self.guide, self.position, one)
        self.tools.runs.add(self.name, one)
        self.position = after
        self.before = (*self.before, one)
        chosen = did is not Did.ANSWERED or self._choice(one.step)
        told = value if chosen else None  # not a name or an address
        line = {**nameless(one.data, self._typed()), "run": self.name, "step": one.step, "did": did.value}
        line |= {"value": told, "entry": entry}
        self.tools.note("guide", self.guide.id, {k: v for k, v in line.items() if v is not None})

    def _choice(self, name: str) -> bool:
        step = self.guide.steps[name]
        return isinstance(step, Ask) and step.kind is Kind.CHOICE

    def _typed(self) -> list[Value]:
        """Answers that may name somebody or something of theirs."""
        free = {s.answer for s in self.guide.steps.values() if isinstance(s, Ask) and s.kind is not Kind.CHOICE}
        return [value for name, value in self.position.answers.items() if name in free]


def _shut_out(context: Context) -> bool:
    """There is a key to this box, and it did not open: neither let in nor to be let in."""
    return context.family in _LET_IN and not context.paired and not context.pairable


__all__ = ["AnswerError", "GuideRun", "Tools"]
