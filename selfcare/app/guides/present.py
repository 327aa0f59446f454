"""From where a run stands to what is shown. Pure: everything in sentences of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from selfcare.app.guides.screen import Back, Note, Option, Scene, Screen
from selfcare.app.guides.sources import note_of
from selfcare.guides.edges import edges, of_person
from selfcare.guides.menus import menu
from selfcare.guides.walk import Turn, offered, replay
from selfcare.i18n.typography import unbroken
from selfcare.isp.facts import fact
from selfcare.model.guide import Ask, Do, Guide, Instruct, Kind, Outcome, Step, Value
from selfcare.model.guide_run import Did, Phase

if TYPE_CHECKING:
    from selfcare.app.guides.run import GuideRun


def present(run: GuideRun) -> Screen:
    """What to show now."""
    step, guide = run.step, run.guide
    key = f"{guide.id}.{step.id}"
    words, values = run.tools.words, _values(run, run.position.answers)

    def say(name: str) -> str:
        return words.best(name, run.context, values)

    question = run.position.phase is Phase.QUESTION
    return Screen(
        scene=_scene(run),
        title=words.text(f"{guide.id}.title"),
        text="" if run.turn is Turn.BRANCH else say(f"{key}.question" if question else key),
        said=run.said,
        help=say(f"{key}.help") if words.has(f"{key}.help") else "",
        menu=_menu(run, step),
        notes=_notes(run, step),
        lost=isinstance(step, Instruct) and step.lost is not None and not question,
        back=_can_go_back(run),
        gesture=step.gesture if isinstance(step, Instruct) else None,
        kind=step.kind if isinstance(step, Ask) else None,
        options=_options(run, step, key),
        suggest=step.suggest if isinstance(step, Ask) else None,
        optional=isinstance(step, Ask) and step.optional,
        end=step.end if isinstance(step, Outcome) else None,
        ticket=isinstance(step, Outcome) and step.ticket,
        undoable=tuple(Back(entry, _made(run, name, entry)) for name, entry in reversed(run.position.undoable)),
        by_hand=_by_hand(run),
        done=sum(1 for name in run.position.trail[:-1] if of_person(guide.steps[name])),
        about=_about(guide),
        translated=words.language in guide.languages,
    )


def _scene(run: GuideRun) -> Scene:
    if run.turn is Turn.OVER:
        return Scene.OVER
    if run.turn is not Turn.PERSON:
        return Scene.WORK
    if run.position.phase is Phase.QUESTION:
        return Scene.QUESTION
    return Scene.ASK if isinstance(run.step, Ask) else Scene.INSTRUCT


def _values(run: GuideRun, answers: Mapping[str, Value]) -> Mapping[str, object]:
    """For the sentences: what was answered (never a key), the box by its name."""
    hidden = {s.answer for s in run.guide.steps.values() if isinstance(s, Ask) and s.kind is Kind.NETWORK_KEY}
    told = {name: value for name, value in answers.items() if name not in hidden}
    return {**told, "box": run.context.model or run.tools.catalogue.text("guide.your_box")}


def _menu(run: GuideRun, step: Step) -> tuple[str, ...]:
    if not isinstance(step, Instruct) or step.menu is None:
        return ()
    text = run.tools.catalogue.text
    found = menu(step.menu, run.context.family, run.context.model)
    if found is None:
        return (text("guide.menu.unknown"),)
    note = unbroken("fr", found.note)
    if found.verified:
        assert found.checked is not None
        checked = found.checked.strftime("%d/%m/%Y")
        lines = [text("guide.menu.path", path=" → ".join(f"«\u00a0{label}\u00a0»" for label in found.path))]
        lines += [note] if note else []
        return (*lines, text("guide.menu.source", source=found.source, checked=checked))
    labels = text("guide.menu.or").join(f"«\u00a0{label}\u00a0»" for label in found.labels)
    return tuple(line for line in (text("guide.menu.look_for", labels=labels), note) if line)


def _notes(run: GuideRun, step: Step) -> tuple[Note, ...]:
    names = step.facts if isinstance(step, Instruct | Ask | Outcome) else ()
    return tuple(note for name in names if (note := _note(run, name)) is not None)


def _note(run: GuideRun, name: str) -> Note | None:
    found = fact(name, run.context.operator)
    if found is None:
        return None
    return note_of(found, run.tools.words.language, run.tools.catalogue)


def _options(run: GuideRun, step: Step, key: str) -> tuple[Option, ...]:
    words = run.tools.words
    if isinstance(step, Ask):
        choices = offered(step, run.context, run.position)
        return tuple(Option(one, words.best(f"{key}.choice.{one}", run.context)) for one in choices)
    if isinstance(step, Outcome):
        return tuple(Option(one, words.text(f"{one}.title")) for one in step.guides if words.has(f"{one}.title"))
    return ()


def _can_go_back(run: GuideRun) -> bool:
    before = run.position.trail[:-1]
    waits = (run.guide.steps[name] for name in before)
    return run.turn is Turn.PERSON and any(of_person(one) and not isinstance(one, Do) for one in waits)


def _made(run: GuideRun, step: str, entry: str) -> str:
    """What was done, in a few words; the step's own sentence tells what is going to happen, in full.

    With the answers of that moment: a second device, another port may have been asked for since.
    """
    done = next((n for n, one in enumerate(run.before) if one.entry == entry), len(run.before))
    values = _values(run, replay(run.guide, run.before[:done], run.at).answers)
    key = f"{run.guide.id}.{step}"
    words = run.tools.words
    return words.best(f"{key}.made" if words.has(f"{key}.made") else key, run.context, values)


def _by_hand(run: GuideRun) -> tuple[str, ...]:
    """How to put back what somebody did themselves: told at the end.

    Also where it did not help, or where they went back afterwards: what was unplugged or switched off for a trial is
    so still. Only « I do not find it » is sure to have changed nothing.
    """
    if run.turn is not Turn.OVER:
        return ()
    done = dict.fromkeys(one.step for one in run.before if one.did is Did.CONFIRMED and one.value == "done")
    keys = (f"{run.guide.id}.{name}.undo" for name in done)
    values = _values(run, run.position.answers)
    return tuple(run.tools.words.best(key, run.context, values) for key in keys if run.tools.words.has(key))


def _about(guide: Guide) -> int:
    """Persons' steps on the longest way that turns back nowhere: "step 2 of about 5".

    Each step is judged once: all ways of a guide with rings are too many to try (minutes for one of fifty steps).
    """
    known: dict[str, int] = {}

    def longest(name: str, way: frozenset[str]) -> int:
        if name not in known:
            step, here = guide.steps[name], way | {name}
            further = [longest(to, here) for _, to in edges(step) if to not in here]
            known[name] = int(of_person(step)) + max(further, default=0)
        return known[name]

    return longest(guide.start, frozenset())
