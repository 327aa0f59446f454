"""What happened in a run, to be read out or handed over: steps and their ends, no name, no address, no key."""

from __future__ import annotations

from datetime import datetime

from selfcare.app.guides.run import GuideRun
from selfcare.guides.edges import of_person
from selfcare.model.guide import Ask, Kind, Outcome
from selfcare.model.guide_run import Did, Happened

_TOLD = (Did.ANSWERED, Did.CONFIRMED, Did.TESTED, Did.ACTED, Did.UNDONE)


def story(run: GuideRun) -> str:
    """Lines of plain text, oldest first; the last one says where it ended."""
    text, words = run.tools.catalogue.text, run.tools.words
    stored = run.tools.runs.find(run.name)
    happened = stored.happened if stored is not None else run.before
    lines = [text("guide.story.title", title=words.text(f"{run.guide.id}.title"))]
    for one in happened:
        told = _told(run, one)
        if one.did in _TOLD and told:
            lines.append(text("guide.story.line", time=f"{datetime.fromtimestamp(one.at):%d/%m %H:%M}", what=told))
    if isinstance(run.step, Outcome):
        lines.append(_sentence(run, run.step.id))
    return "\n".join(lines)


def _told(run: GuideRun, one: Happened) -> str:
    """A choice by its words; of anything else that was typed, only that it was."""
    text, step = run.tools.catalogue.text, run.guide.steps.get(one.step)
    if step is None:
        return ""
    if one.did is Did.TESTED and one.data.get("believed"):
        return ""  # nobody could tell: their own word stands one line above
    if isinstance(step, Ask):
        chosen = step.kind is Kind.CHOICE and one.value is not None
        end = run.tools.words.best(f"{run.guide.id}.{step.id}.choice.{one.value}", run.context) if chosen else ""
        end = end or text("guide.story.open" if one.value is None else "guide.story.given")
    else:
        end = text("guide.story.undone" if one.did is Did.UNDONE else f"guide.story.{one.did.value}.{one.value}")
    asked = one.did is Did.CONFIRMED and one.value in ("yes", "no") and of_person(step)
    return text("guide.story.step", step=_sentence(run, f"{step.id}.question" if asked else step.id), end=end)


def _sentence(run: GuideRun, name: str) -> str:
    """Without the names and addresses that were answered: those stay open."""
    box = {"box": run.context.model or run.tools.catalogue.text("guide.your_box")}
    return run.tools.words.best(f"{run.guide.id}.{name}", run.context, box)
