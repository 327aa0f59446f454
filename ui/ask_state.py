"""What the question box knows: the words, the answers to what was asked back, and what came of it. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field

from selfcare.app.ask import AskState, Query, Reply, Told


@dataclass(frozen=True, slots=True)
class Shown:
    """A short answer. ``guides``: to go on with, each with its title."""

    told: Told
    guides: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Search:
    """The question on top of the list. ``reply``: None while nobody has looked at it. ``failed``: a fault of ours.

    ``asked``: the id under which it stands in the history; a question that is only typed on keeps it.
    ``waiting``: it is looked at. ``shown``: the short answer that is open.
    """

    words: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    asked: str = ""
    reply: Reply | None = None
    waiting: bool = False
    failed: bool = False
    shown: Shown | None = None

    @property
    def question(self) -> Query | None:
        """The one question back; it stays, with its answer chosen, until what follows from that is there."""
        return self.reply.question if self.reply is not None else None

    def says(self, titles: bool) -> Reply | None:
        """What is shown: where titles have the words, « not understood » would be untrue."""
        lost = self.reply is not None and self.reply.state is AskState.NOT_UNDERSTOOD
        return None if lost and titles else self.reply

    def follows(self, words: str) -> bool:
        """Whether these words are the same question, typed on."""
        before, now = self.words.strip().casefold(), words.strip().casefold()
        return bool(self.asked) and bool(before) and (now.startswith(before) or before.startswith(now))
