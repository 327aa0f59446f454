"""Pairing in words: what to do, what came of it, where a missing right is ticked. Pure; no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from selfcare.app.box_words import printable
from selfcare.i18n import Catalogue
from ui.box_state import BoxView, PairPhase, PairStep
from ui.box_words import adds, box_name, trouble_text


@dataclass(frozen=True, slots=True)
class PairWords:
    """``password``: the field is there. ``go`` is the word of the button that begins, ``leave`` of the one that ends.

    ``notes`` are (tone, sentence). ``button_instead``: the box can also be let in by its own button.
    """

    title: str
    lines: tuple[str, ...]
    notes: tuple[tuple[str, str], ...] = ()
    password: bool = False
    go: str = ""
    leave: str = ""
    waiting: bool = False
    button_instead: bool = False
    steps: tuple[str, ...] = ()


def pair_words(catalogue: Catalogue, view: BoxView) -> PairWords | None:
    """The card of pairing as it stands; None: it is put away."""
    step = view.pairing
    if view.found is None or step.phase is PairPhase.CLOSED:
        return None
    say, name = catalogue.text, box_name(catalogue, view)
    if step.phase is PairPhase.GRANTED:
        return _granted(catalogue, step, view)
    title = say("ui.box.pair.title", box=name)
    if step.phase is PairPhase.WAITING:
        asks = step.by_button or view.found.pairing != "password"
        # Of a password everything is said before it is sent; a box that repeats it would ask for it a second time.
        line = say(step.instruction) if step.instruction and asks else say("ui.box.pair.asking")
        leave = say("ui.box.pair.give_up")
        return PairWords(title, (line, *((say("ui.box.pair.waits"),) if asks else ())), leave=leave, waiting=True)
    said = _why_not(catalogue, step, view)
    notes = (("suspect", said),) if said else ()
    return _ask(catalogue, view, title, notes)


def _ask(catalogue: Catalogue, view: BoxView, title: str, notes: tuple[tuple[str, str], ...]) -> PairWords:
    say, found = catalogue.text, view.found
    assert found is not None
    family, kind = found.family.value, found.pairing.value
    added = adds(catalogue, view.picture.status.adds) if view.picture is not None else ""
    password = kind == "password"
    how = catalogue.first(f"ui.box.pair.how.{family}", f"box.pair.{family}.password", f"ui.box.pair.how.{kind}")
    lines = tuple(filter(None, (added, how, say("ui.box.pair.promise"))))
    begun = view.pairing.phase is not PairPhase.ASKING
    go = say("ui.box.pair.send" if password else "ui.box.pair.retry" if begun else "ui.box.pair.start")
    return PairWords(
        title, lines, notes, password=password, go=go, leave=say("ui.box.pair.no"),
        button_instead=family == "sfr" and password,
    )  # fmt: skip


def _why_not(catalogue: Catalogue, step: PairStep, view: BoxView) -> str:
    """The refusal, once; nothing is tried again by itself."""
    family = view.found.family.value if view.found is not None else None
    if step.phase is PairPhase.FAILED and step.trouble is not None:
        return trouble_text(catalogue, step.trouble, family)
    if step.phase in (PairPhase.DENIED, PairPhase.TIMEOUT):
        return catalogue.first(step.instruction, f"box.pairing.{step.phase.value}")
    return ""


def _granted(catalogue: Catalogue, step: PairStep, view: BoxView) -> PairWords:
    say = catalogue.text
    said = (
        say("box.pairing.granted") if step.missing_right else catalogue.first(step.instruction, "box.pairing.granted")
    )
    notes: list[tuple[str, str]] = []
    if step.where == "file":
        notes.append(("suspect", say("box.secret.file")))
    elif step.where is not None:
        notes.append(("muted", say("ui.box.kept.keyring")))
    if step.set_aside is not None:
        notes.append(("muted", say("box.secret.set_aside", name=printable(step.set_aside))))
    return PairWords(say("ui.box.pair.done"), (said,), tuple(notes), leave=say("ui.box.pair.close"))


def right_steps(catalogue: Catalogue, view: BoxView) -> tuple[str, ...]:
    """Where the missing right is ticked, step by step; empty where none is missing."""
    if view.found is None or view.picture is None or not view.picture.lacks_settings_right:
        return ()
    family = view.found.family.value
    keys = [f"ui.box.right.{family}.{n}" for n in range(1, 8)]
    steps = tuple(catalogue.text(key) for key in keys if catalogue.has(key))
    return steps or (catalogue.text("box.error.missing_right"),)
