"""What the guides' page knows: which guides there are, and where the one that is open stands. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from selfcare.app.guides.desk import Left, Listed
from selfcare.app.guides.screen import Scene, Screen
from selfcare.app.guides.world import Suggestion
from selfcare.model.box.change import BoxProposal
from selfcare.model.guide import Kind
from selfcare.model.remedy import Proposal


@dataclass(frozen=True, slots=True)
class Shelf:
    """All guides and the runs that were left. ``doable``: None while nobody knows what can be done in this home."""

    listed: tuple[Listed, ...] = ()
    left: tuple[Left, ...] = ()
    doable: frozenset[str] | None = None

    def find(self, guide: str) -> Listed | None:
        """By its id."""
        return next((one for one in self.listed if one.id == guide), None)


class Phase(StrEnum):
    """``SHELF``: the list. ``INTRO``: what a guide is about, nothing is begun. ``OPENING``: it is begun or resumed.

    ``STEP``: a person's turn. ``WORKING``: a machine's. ``ASKING``: consent is asked for. ``OVER``: its end.
    ``TROUBLE``: it cannot go on; what happened so far is kept.
    """

    SHELF = "shelf"
    INTRO = "intro"
    OPENING = "opening"
    STEP = "step"
    WORKING = "working"
    ASKING = "asking"
    OVER = "over"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Turned:
    """Where a run stands after something happened."""

    run: str
    guide: str
    screen: Screen


@dataclass(frozen=True, slots=True)
class PutBack:
    """What became of taking one thing back: ``done``, ``declined``, ``failed``…, and what is said of it."""

    outcome: str
    lines: tuple[str, ...]
    turned: Turned


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that cannot be meant: ``guide.answer.<code>``."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why it cannot go on: ``ui.guide.trouble.<code>``."""

    code: str = "ours"


@dataclass(slots=True)
class GuideState:
    """The guide that is open.

    ``shows``: the present state, None while it is looked up. ``progress``: what an action says it does, in order.
    ``writing``: consent was given: something is being changed. ``touched``: it was, since the person's last word.
    ``names``: addresses of devices to their names, as they were offered in this run.
    ``undoing``: the entry that is being put back; ``put_back``: how that ended.
    """

    phase: Phase = Phase.SHELF
    guide: str = ""
    run: str = ""
    screen: Screen | None = None
    shows: tuple[str, ...] | None = None
    suggestions: tuple[Suggestion, ...] | None = None
    names: dict[str, str] = field(default_factory=dict)
    refused: Refused | None = None
    proposal: BoxProposal | Proposal | None = None
    progress: tuple[str, ...] = ()
    writing: bool = False
    touched: bool = False
    undoing: str = ""
    put_back: PutBack | None = None
    trouble: Trouble | None = None

    @property
    def busy(self) -> bool:
        """Whether the run has the word: nothing else can be said to it."""
        return self.phase in (Phase.OPENING, Phase.WORKING, Phase.ASKING)

    @property
    def working(self) -> bool:
        """Whether something is tested or changed: what is measured beside it means nothing."""
        return self.phase is Phase.WORKING

    def open(self, guide: str) -> None:
        """What it is about."""
        self._clear(Phase.INTRO)
        self.guide = guide

    def opening(self, guide: str) -> None:
        """It is begun, or gone on with."""
        shows = self.shows if guide == self.guide else None
        self._clear(Phase.OPENING)
        self.guide, self.shows = guide, shows

    def rest(self) -> None:
        """Back to the list; the run stays where it is."""
        self._clear(Phase.SHELF)
        self.guide = ""

    def work(self, undoing: str = "") -> None:
        """A person's word was taken: a machine's turn."""
        self.phase, self.refused, self.progress, self.put_back = Phase.WORKING, None, (), None
        self.writing, self.touched, self.undoing = False, False, undoing

    def show(self, screen: Screen) -> None:
        """What a machine is at."""
        if self.busy:
            self.phase, self.screen, self.writing, self.progress = Phase.WORKING, screen, False, ()

    def told(self, key: str) -> None:
        """One step of an action, each once."""
        if self.phase is Phase.WORKING and self.progress[-1:] != (key,):
            self.progress = (*self.progress, key)

    def ask(self, proposal: BoxProposal | Proposal) -> None:
        """The question stands."""
        self.phase, self.proposal, self.writing = Phase.ASKING, proposal, False

    def answered(self, agreed: bool) -> None:
        """Consent, or not."""
        self.phase, self.proposal, self.writing = Phase.WORKING, None, agreed
        self.touched = self.touched or agreed

    def turned(self, where: Turned) -> None:
        """It stands somewhere: a person's turn, or the end."""
        if self.screen != where.screen or self.phase is not Phase.STEP:
            self.suggestions = None
        over = where.screen.scene is Scene.OVER
        self.phase = Phase.OVER if over else Phase.STEP
        self.run, self.guide, self.screen = where.run, where.guide, where.screen
        self._quiet()

    def refuse(self, why: Refused) -> None:
        """The answer is not taken; the question still stands."""
        self.phase, self.refused = Phase.STEP, why
        self._quiet()

    def offer(self, suggestions: tuple[Suggestion, ...]) -> None:
        """What may be taken over; a device that is chosen here is called by its name in later questions."""
        self.suggestions = suggestions
        if self.screen is not None and self.screen.kind is Kind.DEVICE:
            self.names |= {str(one.value).lower(): one.label for one in suggestions if one.label}

    def was_put_back(self, how: PutBack) -> None:
        """The end again, with one thing less."""
        self.turned(how.turned)
        self.put_back = how

    def fail(self, why: Trouble) -> None:
        """What happened so far is on the disk."""
        self.phase, self.trouble = Phase.TROUBLE, why
        self._quiet()

    def _quiet(self) -> None:
        self.proposal, self.writing, self.undoing = None, False, ""

    def _clear(self, phase: Phase) -> None:
        fresh = GuideState(phase, self.guide)
        for name in GuideState.__slots__:
            setattr(self, name, getattr(fresh, name))
