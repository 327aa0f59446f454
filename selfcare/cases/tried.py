"""What was already tried, with its effect: derived from the lines of a case, never typed twice. Pure.

An effect is told only where something measured afterwards: the repair's own proof, a guide's own test, or a whole check
soon after that says otherwise (or the same) than the one soon before. Everything else is ``UNKNOWN``: no shame in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from selfcare.cases.guide_tries import guide_tries
from selfcare.cases.history import KEEPING, Line
from selfcare.cases.proof import came_back, proofs
from selfcare.cases.walks import KIND
from selfcare.model.case import Effect, Source, Tried
from selfcare.model.guide import End

_REMEDY: Mapping[str, Effect] = {
    "done_by_hand": Effect.HELPED,
    "undone": Effect.NONE,
    "not_helped": Effect.NONE,
    "refused": Effect.REFUSED,
    "caution": Effect.REFUSED,
    "failed": Effect.UNKNOWN,
    "stuck": Effect.UNKNOWN,
    "for_you": Effect.UNKNOWN,
    KEEPING: Effect.UNKNOWN,
}
"""``kept`` stands apart: it helped where a finding was to go away, and did no harm where somebody asked for it."""
_BOX: Mapping[str, Effect] = {
    "declined": Effect.REFUSED,
    "refused": Effect.REFUSED,
    "undone": Effect.UNDONE,
    "put_back": Effect.UNDONE,
}
_ENDS = ("done", "undone", "put_back", "conflict", "gave_up")
_NO_TRY = ("proposed", "nothing_to_do", "stale", "nothing", "prepared")
_MEASURED = (Effect.SOLVED, Effect.HELPED, Effect.NONE, Effect.WORSE)
MOVED = "box_moved"
_WORDS = 4000
"""Characters of somebody's own words in one entry; whoever lets them leave cuts them, once nothing is in them."""


@dataclass
class Try:
    """One time. ``line``: the id of its end; ``open``: whether a check may still tell what it did."""

    what: str
    source: Source
    effect: Effect
    at: str
    line: int
    outcome: str = ""
    entries: tuple[str, ...] = ()
    text: str = ""
    steps: tuple[str, ...] = ()
    began: int = 0
    open: bool = field(default=False)


def tried(lines: Iterable[Line], ends: Mapping[str, End | bool] | None = None) -> tuple[Tried, ...]:
    """Everything that was tried, the newest first; what was done several times is one entry.

    Args:
        lines: of one case, oldest first.
        ends: how ways through guides ended, by the name of the run (``guide_ends.ended``).
    """
    known = sorted(lines, key=lambda line: line.id)
    found = [*_remedies(known), *guide_tries(known, ends or {}, Try), *_boxes(known), *_told(known), *_moved(known)]
    found.sort(key=lambda one: one.line)
    seen = proofs(known, [(one.began or one.line, one.line) for one in found if one.effect is not Effect.REFUSED])
    for one in found:
        if one.open and (effect := seen.get(one.line)) is not None:
            one.effect = effect
        if one.effect in (Effect.SOLVED, Effect.HELPED) and came_back(known, one.began or one.line, one.line):
            one.effect, one.outcome = Effect.HELPED, "came_back"
    return tuple(reversed(_merged(found)))


def _merged(tries: Iterable[Try]) -> list[Tried]:
    groups: dict[tuple[str, Source, str], list[Try]] = {}
    for one in tries:
        groups.setdefault((one.what, one.source, one.text), []).append(one)
    made = sorted(groups.values(), key=lambda several: several[-1].line)
    return [_one(several) for several in made]


def _one(several: Sequence[Try]) -> Tried:
    """A refusal counts only where nothing was ever done; of what was done, the last time that was measured counts."""
    real = [one for one in several if one.effect is not Effect.REFUSED] or list(several)
    last = real[-1]
    # What was put back is no longer there, whatever it did before.
    measured = [one for one in real if one.effect in _MEASURED]
    told = measured[-1] if measured and last.effect is Effect.UNKNOWN else last
    steps = tuple(dict.fromkeys(step for one in real for step in one.steps))
    return Tried(last.what, last.source, told.effect, last.at, len(real), last.text, told.outcome, steps)


# -- remedies of this PC ---------------------------------------------------------------------------


def _remedies(lines: Sequence[Line]) -> list[Try]:
    found: list[Try] = []
    consents: dict[tuple[str, str], Line] = {}
    for line in lines:
        if line.kind == "consent" and line.data.get("approved") is True:
            consents[line.run, line.subject] = line
        elif line.kind == "effect":
            consent = consents.pop((line.run, line.subject), None)
            _add_effect(found, line, consent)
        elif line.kind == "undo":
            _put_back(found, line)
    # Agreed to, and the program ended before it could say what became of it.
    cut_off = (Try(one.subject, Source.REMEDY, Effect.UNKNOWN, one.at, one.id, "cut_off") for one in consents.values())
    return [*found, *cut_off]


def _add_effect(found: list[Try], line: Line, consent: Line | None) -> None:
    outcome, entries = str(line.data.get("outcome", "")), _names(line.data.get("entries"))
    if outcome in _NO_TRY or (outcome == "for_you" and consent is None):
        return  # shown, and nobody did it
    mine = {one for earlier in found for one in earlier.entries if earlier.outcome == KEEPING}
    if entries and mine & set(entries):
        found[:] = [one for one in found if not (one.outcome == KEEPING and set(one.entries) & set(entries))]
    by_hand = line.data.get("code") is None
    effect = _REMEDY.get(outcome, Effect.UNKNOWN)
    if outcome == "kept" and not by_hand:
        effect = Effect.HELPED
    # A kept remedy is looked at again by the whole check that follows: it may have mended everything.
    opened = outcome in ("kept", "done_by_hand", KEEPING, "for_you", "stuck")
    began = consent.id if consent is not None else line.id
    found.append(Try(line.subject, Source.REMEDY, effect, line.at, line.id, outcome, entries, began=began, open=opened))


def _put_back(found: list[Try], line: Line) -> None:
    """What was in place is there no more. A stand-in whose time was over had helped until then."""
    entries = set(_names(line.data.get("entries")))
    for one in found:
        if entries & set(one.entries) and one.outcome in ("kept", KEEPING, "done", "stuck"):
            if line.data.get("why") == "works_again":
                one.outcome, one.open = "over", False
            else:
                one.effect, one.outcome, one.open = Effect.UNDONE, "put_back", False


def _names(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


# -- settings of the box -----------------------------------------------------------------------------


def _boxes(lines: Sequence[Line]) -> list[Try]:
    """What a guide did on the box is told as the guide."""
    of_guides = {str(line.data["entry"]) for line in lines if line.kind == "guide" and "entry" in line.data}
    found: dict[str, Try] = {}
    for line in lines:
        outcome, entry = str(line.data.get("outcome", "")), str(line.data.get("entry") or f"line {line.id}")
        if line.kind != "box" or outcome in _NO_TRY or entry in of_guides:
            continue
        effect = _BOX.get(outcome, Effect.UNKNOWN)
        before = found.get(entry)
        if before is not None and outcome not in _ENDS:
            continue  # it was to be put back, and was not after all
        began = before.began if before is not None else line.id
        done = outcome == "done"
        found[entry] = Try(
            line.subject, Source.BOX, effect, line.at, line.id, outcome, (entry,), began=began, open=done
        )
    return list(found.values())


# -- what people told --------------------------------------------------------------------------------


def _told(lines: Sequence[Line]) -> list[Try]:
    """What the person says to have tried: in their words, and nobody measured.

    What support answered ("somebody will call you back") is nothing that was tried; it stands with the exchange.
    """
    found = []
    for line in lines:
        if line.kind != "note" or line.data.get("tried") is not True:
            continue  # trouble told is nothing tried
        words = line.data.get("text")
        if isinstance(words, str) and words.strip():
            found.append(Try("note", Source.SELF, Effect.UNKNOWN, line.at, line.id, text=words.strip()[:_WORDS]))
    return found


# -- the box moved, between two walks ------------------------------------------------------------------

_WALKED: Mapping[object, Effect] = {"better": Effect.HELPED, "worse": Effect.WORSE, "same": Effect.NONE}


def _moved(lines: Sequence[Line]) -> list[Try]:
    """Where the box stands elsewhere than at the walk before: both walks measured, so the effect is told."""
    moved = [line for line in lines if line.kind == KIND and line.data.get("moved") is True]
    effects = [_WALKED.get(line.data.get("effect"), Effect.UNKNOWN) for line in moved]
    return [Try(MOVED, Source.SELF, how, at.at, at.id) for at, how in zip(moved, effects, strict=True)]
