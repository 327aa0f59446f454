"""One screen of a guide as a question in the terminal: numbers for what may be chosen, words for the rest."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selfcare.app.guides.screen import Scene, Screen
from selfcare.cli.guide_typing import Terminal
from selfcare.model.guide import Kind

if TYPE_CHECKING:
    from selfcare.app.guides.run import GuideRun

_SUGGESTED = 20
"""Lines of a list: a home has fewer devices that matter."""


@dataclass(frozen=True, slots=True)
class Asked:
    """``kind``: answer, confirm, back, stop; anything else: nothing was said that could be meant."""

    kind: str
    text: str | None = None


async def ask(run: GuideRun, screen: Screen, terminal: Terminal) -> Asked:
    """What the person says. Raises ``NobodyThere``."""
    if screen.kind is Kind.NETWORK_KEY:
        return await _key(run, screen, terminal)
    ways = [*await _answers(run, screen, terminal), *_always(screen, terminal)]
    if screen.kind is Kind.TIMETABLE:
        terminal.say(terminal.catalogue.text("cli.guide.hint.timetable"))
    free = screen.scene is Scene.ASK and screen.kind is not Kind.CHOICE
    terminal.say("", *(f"  {mark}. {label}" for mark, label, _ in ways))
    prompt = "cli.guide.type" if free else "cli.guide.choose"
    typed = terminal.line(terminal.catalogue.text(prompt))
    chosen = next((asked for mark, _, asked in ways if mark == typed.strip().lower()), None)
    if chosen is not None:
        return chosen
    if free:
        return Asked("answer", None if screen.optional and not typed.strip() else typed)
    terminal.say(terminal.catalogue.text("cli.guide.not_there"))
    return Asked("again")


Way = tuple[str, str, Asked]


async def _answers(run: GuideRun, screen: Screen, terminal: Terminal) -> Sequence[Way]:
    """Numbered: also where something may be typed. Then letters are numbers' place: an answer may be a number."""
    text = terminal.catalogue.text
    match screen.scene:
        case Scene.INSTRUCT:
            found = [(text("cli.guide.done"), Asked("confirm", "done"))]
            found += [(text("cli.guide.lost"), Asked("confirm", "lost"))] if screen.lost else []
        case Scene.QUESTION:
            found = [(text(f"cli.guide.{word}_word"), Asked("confirm", word)) for word in ("yes", "no")]
        case _ if screen.options:
            found = [(one.label, Asked("answer", one.id)) for one in screen.options]
        case _:
            suggested = (await run.suggestions())[:_SUGGESTED]
            labels = [one.label or str(one.value) for one in suggested]
            pairs = zip(labels, suggested, strict=True)
            return [(f"={n}", label, Asked("answer", str(one.value))) for n, (label, one) in enumerate(pairs, 1)]
    return [(str(n), label, asked) for n, (label, asked) in enumerate(found, 1)]


def _always(screen: Screen, terminal: Terminal) -> list[Way]:
    text = terminal.catalogue.text
    if screen.scene is Scene.ASK and screen.kind is not Kind.CHOICE:
        back = [("<", text("cli.guide.back"), Asked("back"))] if screen.back else []
        return [*back, (".", text("cli.guide.stop"), Asked("stop"))]
    back = [("r", text("cli.guide.back"), Asked("back"))] if screen.back else []
    return [*back, ("q", text("cli.guide.stop"), Asked("stop"))]


async def _key(run: GuideRun, screen: Screen, terminal: Terminal) -> Asked:
    """Typed unseen; a suggested one is shown, since it has to be written down anyway."""
    suggested = next(iter(await run.suggestions()), None) if sys.stdin.isatty() else None
    if suggested is not None:
        terminal.say(terminal.catalogue.text("cli.guide.key_suggested", value=suggested.value))
        terminal.say(terminal.catalogue.text("cli.guide.key_take"))
    if screen.optional:
        terminal.say(terminal.catalogue.text("cli.guide.key_optional"))
    typed = terminal.key()
    if typed == "=" and suggested is not None:
        return Asked("answer", str(suggested.value))
    if not typed:
        return Asked("answer", None) if screen.optional else Asked("again")
    return Asked("answer", typed)
