"""Settings of the box in words: what is set now, what would change, how it ended, what was changed. Pure; no Qt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from selfcare.app import box_change_words
from selfcare.app.box_words import printable
from selfcare.i18n import Catalogue
from selfcare.model.box.change import (
    BoxChange,
    BoxOutcome,
    BoxProposal,
    Difference,
    Settled,
)
from selfcare.model.box.change import (
    ChangeState as Journalled,
)
from ui.box_set_state import ChangePhase, ChangeState
from ui.box_state import OURS
from ui.box_words import listed, trouble_text, upper

Names = Mapping[str, str]
"""Addresses and hardware addresses of the home to names."""
_BAND = re.compile(r"(\d(?:\.\d)?) GHz\)?$")
SETTLED = ("done", "put_back", "nothing", "conflict", "later", "gave_up", "other_box")
_GOOD = (BoxOutcome.DONE, BoxOutcome.NOTHING_TO_DO)
_QUIET = (Journalled.NOTHING, Journalled.PUT_BACK, Journalled.UNDONE, Journalled.PREPARED)


@dataclass(frozen=True, slots=True)
class Row:
    """What, as it is now, as it would be. Of a key neither is said: ``now`` is empty."""

    what: str
    now: str
    asked: str

    @property
    def values(self) -> str:
        """Both, as they stand beside what they are of."""
        return f"{self.now} → {self.asked}" if self.now else self.asked

    def sentence(self, catalogue: Catalogue) -> str:
        """All of it in one line."""
        return catalogue.text("ui.set.row", what=self.what, values=self.values)


@dataclass(frozen=True, slots=True)
class Question:
    """All that is said before consent. ``exact`` to the letter, with addresses: for a fold."""

    title: str
    rows: tuple[Row, ...]
    cautions: tuple[str, ...]
    conditions: tuple[str, ...]
    exact: tuple[str, ...]

    def spoken(self, catalogue: Catalogue) -> str:
        """For a screen reader, in one go."""
        said = [row.sentence(catalogue) for row in self.rows]
        return " ".join((self.title, *said, *self.cautions, *self.conditions))


@dataclass(frozen=True, slots=True)
class Answer:
    """How it ended. ``undo`` is the entry that can be put back from here."""

    icon: str
    tone: str
    title: str
    lines: tuple[str, ...] = ()
    undo: str = ""


def question(catalogue: Catalogue, wanted: BoxProposal, names: Names, subject: str = "") -> Question:
    """Current → asked, what speaks against it, how long, and whether there is a way back."""
    say = catalogue.text
    title = say(f"box.change.title.{'undo' if wanted.undoes else wanted.kind}")
    if subject:
        title = say("ui.set.about", title=title, subject=subject)
    cautions = tuple(_caution(catalogue, wanted, n, names) for n in range(len(wanted.cautions)))
    minutes = round(wanted.seconds / 60)
    # A restart says its minutes itself.
    took = () if not wanted.reversible else ("minutes",) if minutes > 1 else ("seconds",)
    back = "box.change.undoable" if wanted.reversible else "box.change.not_undoable"
    conditions = (
        *(say(f"ui.set.takes.{one}", minutes=minutes) for one in took),
        *(() if wanted.undoes else (say(back),)),
    )
    exact = tuple(box_change_words.difference(one, catalogue) for one in wanted.differences)
    return Question(title, rows(catalogue, wanted.differences, names), cautions, conditions, exact)


def rows(catalogue: Catalogue, differences: Sequence[Difference], names: Names) -> tuple[Row, ...]:
    """Each field; what is the same for several bands is said once."""
    alike: dict[tuple[str, object, object, object], list[Difference]] = {}
    for n, one in enumerate(differences):
        several = n if not _band(catalogue, one.of) else None
        alike.setdefault((one.what, one.now, one.asked, several), []).append(one)
    return tuple(_together(catalogue, some, names) for some in alike.values())


def _together(catalogue: Catalogue, some: list[Difference], names: Names) -> Row:
    first = row(catalogue, some[0], names)
    if len(some) == 1:
        return first
    bands = listed(catalogue, [_band(catalogue, one.of) for one in some])
    return replace(first, what=catalogue.text("ui.set.of", what=catalogue.text(some[0].what), of=bands))


def row(catalogue: Catalogue, one: Difference, names: Names) -> Row:
    """One field, with names for addresses."""
    say = catalogue.text
    if one.secret:
        return Row(_what(catalogue, one, names), "", say("ui.set.secret.asked"))
    return Row(
        _what(catalogue, one, names), _value(catalogue, one, one.now, names), _value(catalogue, one, one.asked, names)
    )


def _what(catalogue: Catalogue, one: Difference, names: Names) -> str:
    say = catalogue.text
    name = say(one.what)
    if one.what == "box.field.forward.rule" and one.of and "/" in one.of:
        protocol, ports = one.of.split("/", 1)
        first, _, last = ports.partition("-")
        return say("ui.set.port", ports=first if first == last else ports, protocol=say(f"ui.set.protocol.{protocol}"))
    of = names.get((one.of or "").lower(), "" if one.what.startswith("box.field.reservation") else printable(one.of))
    of = _band(catalogue, one.of) or of
    return say("ui.set.of", what=name, of=of) if of else name


def _band(catalogue: Catalogue, of: str | None) -> str:
    """« 2,4 GHz » of a radio or a network."""
    found = _BAND.search(of or "")
    key = f"ui.set.band.{found[1]}" if found else ""
    return catalogue.text(key) if key and catalogue.has(key) else ""


def _value(catalogue: Catalogue, one: Difference, given: object, names: Names) -> str:
    say = catalogue.text
    if one.what == "box.field.forward.rule":
        return _lead(catalogue, given, names)
    if isinstance(given, bool) and one.what.endswith((".enable", ".enable_all")):
        return say("ui.set.on" if given else "ui.set.off")
    if one.what == "box.field.restart":
        return say(f"box.value.{given}")
    return box_change_words.value(one, given, catalogue)


def _lead(catalogue: Catalogue, given: object, names: Names) -> str:
    """Where a rule leads: ``192.168.1.20:443`` by the name of the device."""
    if not isinstance(given, str):
        return catalogue.text("ui.set.closed")
    address, _, port = given.partition(":")
    return catalogue.text("ui.set.leads", device=names.get(address, address), port=printable(port))


def _caution(catalogue: Catalogue, wanted: BoxProposal, number: int, names: Names) -> str:
    """The same sentences as in the terminal, with the names of devices."""
    said = box_change_words.caution(wanted.cautions[number], wanted.family.value, catalogue)
    for address, name in names.items():
        if "." in address:
            said = said.replace(f" {address},", f" {name},")
    return said.replace(" .", ".")


def answer(catalogue: Catalogue, state: ChangeState, family: str, names: Names) -> Answer:
    """How it ended and what follows from it."""
    say = catalogue.text
    if state.trouble is not None and state.trouble.code == OURS:
        return Answer("bang", "suspect", say("ui.set.end.ours"), (say("ui.set.ours"),))
    if state.trouble is not None:
        lines = (trouble_text(catalogue, state.trouble, family), say("ui.set.nothing_changed"))
        return Answer("cross", "fault", say("ui.set.end.refused"), lines)
    done = state.result
    if done is None:
        return Answer("query", "idle", "")
    told, *more = box_change_words.result(done, family, catalogue)
    if done.outcome is BoxOutcome.REFUSED:
        if state.proposal is not None and state.proposal.refusal is not None:
            number = state.proposal.cautions.index(state.proposal.refusal)
            more = [_caution(catalogue, state.proposal, number, names)]
        return Answer("cross", "fault", say("ui.set.end.refused"), (*more, told))
    undone = bool(state.undoes)
    if done.outcome is BoxOutcome.DONE:
        back = not undone and (state.proposal is None or state.proposal.reversible)
        title = say("ui.set.end.undone" if undone else "ui.set.end.done")
        return Answer("check", "fine", title, (say("ui.set.checked"), *more), (done.entry or "") if back else "")
    icon, tone = ("check", "fine") if done.outcome in _GOOD else ("bang", "suspect")
    return Answer(icon, tone, say(f"ui.set.end.{done.outcome.value}"), (told, *more))


def course(catalogue: Catalogue, state: ChangeState) -> tuple[tuple[str, str, str], ...]:
    """What is being done: icon, tone, words; the last one is the one under way."""
    if state.phase is ChangePhase.WEIGHING:
        return (("pulse", "accent", catalogue.text("ui.set.weighing")),)
    if state.phase is not ChangePhase.WORKING:
        return ()
    stages = state.stages or ("ui.set.preparing",)
    past = tuple(("check", "fine", catalogue.text(key).rstrip("…")) for key in stages[:-1])
    return (*past, ("pulse", "accent", catalogue.text(stages[-1])))


def settled(catalogue: Catalogue, found: Settled | None, changes: tuple[BoxChange, ...]) -> tuple[str, str]:
    """Tone and the one sentence on what an earlier run had left; empty where there was nothing."""
    if found is None:
        return "", ""
    kinds = {one.name: one.kind for one in changes}
    parts, tone, thing = [], "fine", catalogue.text("ui.set.settled.thing")
    for word in SETTLED:
        names = getattr(found, word)
        if not names:
            continue
        what = list(dict.fromkeys(catalogue.text(f"ui.set.title.{kinds[n]}") for n in names if n in kinds))
        parts.append(catalogue.text(f"ui.set.settled.{word}", what=listed(catalogue, what) or thing))
        tone = tone if word in ("done", "put_back", "nothing") else "suspect"
    return (tone, " ".join(parts)) if parts else ("", "")


@dataclass(frozen=True, slots=True)
class Made:
    """One change in the list. ``what`` in plain words, ``exact`` to the letter."""

    name: str
    what: str
    lines: tuple[str, ...]
    state: str
    exact: tuple[str, ...]
    can_undo: bool
    unfinished: bool


def made(catalogue: Catalogue, one: BoxChange, names: Names, box: str | None, now: datetime) -> Made | None:
    """One line of the list; None for what left nothing."""
    if one.state in _QUIET or one.kind == "reboot":
        return None
    say = catalogue.text
    here = box is None or one.box == box
    lines = tuple(each.sentence(catalogue) for each in rows(catalogue, one.differences, names))
    exact = tuple(box_change_words.difference(each, catalogue) for each in one.differences)
    state = upper(say(f"box.change.state.{one.state.value}"))
    when = "" if one.at is None else _when(catalogue, one.at.astimezone(now.tzinfo), now)
    told_state = say("ui.set.since", state=state, when=when) if when else state
    if not here:
        told_state = say("ui.set.other_box", state=told_state)
    unfinished = one.state.unfinished or one.state in (Journalled.CONFLICT, Journalled.GAVE_UP, Journalled.DAMAGED)
    title = say(f"ui.set.title.{one.kind}")
    return Made(one.name, title, lines, told_state, exact, one.undoable and here, unfinished)


def _when(catalogue: Catalogue, at: datetime, now: datetime) -> str:
    key = "today" if at.date() == now.date() else "day"
    return catalogue.text(f"ui.set.when.{key}", day=f"{at:%d/%m}", time=f"{at:%H:%M}")


def elsewhere(catalogue: Catalogue, missing: Sequence[str], family: str, address: str) -> tuple[str, ...]:
    """By which page of the box the rest is done; what is not known in particular in one line."""
    say = catalogue.text
    lines, rest = [], []
    for setting in missing:
        known, what = f"ui.set.elsewhere.{family}.{setting}", say(f"ui.set.title.{setting}")
        if catalogue.has(known):
            lines.append(say("ui.set.elsewhere.line", what=what, where=say(known, address=address)))
        else:
            rest.append(what)
    if rest:
        where = say("ui.set.elsewhere.page", address=address)
        lines.append(say("ui.set.elsewhere.line", what=", ".join(rest), where=where))
    return tuple(lines)
