"""A change of the box in sentences: for the terminal and for the window."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime

from selfcare.app.box_words import code_text, printable
from selfcare.i18n import Catalogue
from selfcare.model.box.change import (
    BoxChange,
    BoxChangeResult,
    BoxOutcome,
    BoxProposal,
    Caution,
    Difference,
    Settled,
)

_CODES = ("field", "detail", "right", "kind", "what")
_NO_DETAIL = (BoxOutcome.DONE, BoxOutcome.NOTHING_TO_DO, BoxOutcome.DECLINED)


def difference(one: Difference, catalogue: Catalogue) -> str:
    """``Wi-Fi name (Maison): "Maison" → "Chez nous"``."""
    text = catalogue.text
    name = text(one.what) + (f" ({printable(one.of)})" if one.of else "")
    if one.secret:
        return text("box.change.new_secret", name=name)
    now, asked = value(one, one.now, catalogue), value(one, one.asked, catalogue)
    return text("box.change.line", name=name, now=now, asked=asked)


def value(one: Difference, given: object, catalogue: Catalogue) -> str:
    """On, off, automatic, a date, a number or a text of the box's."""
    if one.what.endswith(".until") or one.what.endswith(".remaining"):
        return _time(one, given, catalogue)
    if given is None:
        return catalogue.text("box.value.unknown")
    if isinstance(given, bool):
        absent = one.what.startswith(("box.field.forward", "box.field.reservation", "box.field.parental.day"))
        return catalogue.text(f"box.value.{'none' if absent and not given else 'yes' if given else 'no'}")
    word = f"box.value.{given}"
    if isinstance(given, str) and catalogue.has(word):
        return catalogue.text(word)
    return printable(str(given))


def _time(one: Difference, given: object, catalogue: Catalogue) -> str:
    if not isinstance(given, int) or not given:
        return catalogue.text("box.value.no_end")
    if one.what.endswith(".remaining"):
        hours, minutes = given // 3600, given % 3600 // 60
        key = "box.value.hours" if minutes else "box.value.hours.whole"
        return catalogue.text(key, hours=hours, minutes=minutes)
    return datetime.fromtimestamp(given, UTC).astimezone().strftime("%d/%m %H:%M")


def caution(one: Caution, family: str, catalogue: Catalogue) -> str:
    """What speaks against it."""
    if one.code == "missing_right":
        return code_text(catalogue, "missing_right", family, str(one.values.get("right")))
    if one.code == "unsettable":
        special = f"box.error.unsupported.{family}.{one.values.get('detail')}"
        if catalogue.has(special):
            return catalogue.text(special)
    values = {k: printable(str(v)) for k, v in one.values.items()}
    if "field" in values:
        values["field"] = catalogue.text(values["field"])
    return catalogue.first(f"box.change.caution.{one.code}", f"box.error.{one.code}", **values)


def proposal(wanted: BoxProposal, catalogue: Catalogue) -> list[str]:
    """What would change, what speaks against it, how long it takes, whether it can be undone."""
    text = catalogue.text
    lines = [text(f"box.change.title.{'undo' if wanted.undoes else wanted.kind}")]
    lines += [f"  → {difference(one, catalogue)}" for one in wanted.differences]
    lines += [f"  ! {caution(one, wanted.family.value, catalogue)}" for one in wanted.cautions]
    if wanted.refusal is None and not wanted.undoes:
        lines.append("  " + text("box.change.undoable" if wanted.reversible else "box.change.not_undoable"))
    return lines


def result(done: BoxChangeResult, family: str, catalogue: Catalogue) -> list[str]:
    """How it ended, why, and the command that undoes it."""
    text = catalogue.text
    lines = [text(f"box.change.outcome.{done.outcome.value}")]
    if done.error is not None and done.outcome not in _NO_DETAIL:
        lines.append(_why(done, done.error, family, catalogue))
    if done.box_says and done.outcome not in _NO_DETAIL:
        lines.append(text("box.error.says", words=printable(done.box_says)))
    if done.rejoined is not None:
        lines.append(text("box.change.rejoined" if done.rejoined else "box.change.not_rejoined"))
    return lines


def nameless(done: BoxChangeResult) -> BoxChangeResult:
    """The same for a document that others may read: no names and addresses of the home, and no words of the box."""
    values = {k: "…" if isinstance(v, str) and k not in _CODES else v for k, v in done.values.items()}
    return replace(done, box_says=None, values=values)


def _why(done: BoxChangeResult, code: str, family: str, catalogue: Catalogue) -> str:
    """Ours, a caution that stood in the way, or the box's."""
    if catalogue.has(f"box.change.error.{code}"):
        return catalogue.text(f"box.change.error.{code}")
    if done.cautioned or (code == "outside_port_range" and "first" in done.values):
        return caution(Caution(code, done.values), family, catalogue)
    details = (done.right, *(done.values.get(name) for name in ("right", "kind", "what")))
    sentence = code_text(catalogue, code, family, next((str(detail) for detail in details if detail), None))
    wait = done.values.get("retry_after")
    if isinstance(wait, int | float) and wait > 0:
        sentence += " " + catalogue.text("box.error.wait", minutes=math.ceil(wait / 60))
    return sentence


def entry(one: BoxChange, catalogue: Catalogue) -> str:
    """One line of the list of changes."""
    at = one.at.astimezone().strftime("%d/%m/%Y %H:%M") if one.at else ""
    what = "; ".join(difference(d, catalogue) for d in one.differences)
    return f"{one.name}  {at}  {catalogue.text(f'box.change.state.{one.state.value}')}  {what}"


def settled(found: Settled, catalogue: Catalogue) -> list[str]:
    """What was finished of an earlier run; nothing where there was nothing."""
    words = ("done", "nothing", "put_back", "conflict", "later", "gave_up", "other_box", "damaged")
    return [
        catalogue.text(f"box.settled.{word}", count=len(names), names=", ".join(names))
        for word in words
        if (names := getattr(found, word))
    ]
