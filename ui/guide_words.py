"""What the guides' page says, apart from the sentences of the guides themselves. Pure; no Qt."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from selfcare.app.guides.desk import Left, Listed
from selfcare.app.guides.screen import Scene, Screen
from selfcare.i18n import Catalogue
from selfcare.model.box import ParentalSlot
from selfcare.model.guide import End
from ui.guide_state import GuideState, PutBack, Refused, Shelf

ENDS = {
    End.SOLVED: ("check", "fine"), End.TOLD: ("book", "accent"), End.IMPOSSIBLE: ("bar", "idle"),
    End.CONTACT: ("headset", "accent"), End.LEFT: ("bar", "idle"),
}  # fmt: skip
"""Icon and tone of each end; its words stand beside them."""
_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_SILENT = frozenset({
    "a", "au", "aux", "avec", "ce", "comment", "de", "des", "du", "en", "est", "et", "faire", "il", "j", "je", "l",
    "la", "le", "les", "ma", "mes", "mon", "n", "ne", "on", "ou", "pas", "pour", "que", "qui", "sa", "se", "ses", "son",
    "sur", "un", "une", "veux", "vos", "votre", "voudrais",
    "do", "for", "how", "i", "in", "is", "my", "of", "the", "to", "want",
})  # fmt: skip
"""Words that say nothing about what is wanted."""


def folded(words: str) -> tuple[str, ...]:
    """In small letters, without accents and signs: « Où est ma clé ? » and "ou est ma cle" are the same."""
    plain = unicodedata.normalize("NFKD", words.casefold().replace("’", " ").replace("'", " ").replace("œ", "oe"))
    kept = "".join(sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign))
    return tuple(kept.replace("wi fi", "wifi").split())


def sought(question: str) -> tuple[str, ...]:
    """The words of a question that say something; all of them where none does."""
    words = folded(question)
    return tuple(word for word in words if word not in _SILENT) or words


def found(shelf: Shelf, question: str) -> frozenset[str]:
    """The guides of which title or goal has every word that was typed, or a longer one that begins like it."""
    words = sought(question)
    return frozenset(one.id for one in shelf.listed if all(_has(one, word) for word in words))


def _has(one: Listed, word: str) -> bool:
    stem = word[:-1] if len(word) > 4 and word[-1] in "sx" else word
    return any(other.startswith(stem) for other in folded(f"{one.title} {one.goal}"))


def found_words(catalogue: Catalogue, count: int) -> str:
    """How many."""
    if not count:
        return catalogue.text("ui.guide.ask.none")
    return catalogue.text("ui.guide.ask.found.one") if count == 1 else catalogue.text("ui.guide.ask.found", count=count)


def takes(catalogue: Catalogue, minutes: int) -> str:
    """How long."""
    return catalogue.text("ui.guide.minutes", minutes=minutes) if minutes > 1 else catalogue.text("ui.guide.minute")


def since(catalogue: Catalogue, left: Left) -> str:
    """When a run was begun, or why one cannot go on with it."""
    if not left.usable:
        return catalogue.text("ui.guide.left.changed")
    at = datetime.fromtimestamp(left.at)
    return catalogue.text("ui.guide.left.since", day=f"{at:%d/%m}", time=f"{at:%H:%M}")


def progress(catalogue: Catalogue, screen: Screen) -> str:
    """Which step it is (at the end none any more), and whether its sentences are in the reader's language."""
    if screen.scene is Scene.OVER:
        return ""
    done = screen.done + 1
    words = catalogue.text("ui.guide.progress", done=done, about=max(done, screen.about))
    return words if screen.translated else f"{words} · {catalogue.text('ui.guide.french')}"


def refusal(catalogue: Catalogue, why: Refused) -> str:
    """What is wrong with an answer."""
    return catalogue.text(f"guide.answer.{why.code}", **why.values)


def taken_back(state: GuideState) -> bool:
    """Whether all that this run did is as before again: what its end says of that is not so any more."""
    screen, put = state.screen, state.put_back
    if screen is None or put is None or put.outcome != "done":
        return False
    return not screen.undoable and not screen.by_hand


def put_back(catalogue: Catalogue, how: PutBack) -> tuple[str, str, tuple[str, ...]]:
    """Icon, tone and sentences on taking one thing back."""
    known = how.outcome if how.outcome in ("done", "declined") else "failed"
    icon, tone = {"done": ("check", "fine"), "declined": ("bar", "idle")}.get(known, ("bang", "suspect"))
    return icon, tone, (catalogue.text(f"ui.guide.undo.{known}"), *how.lines)


def course(catalogue: Catalogue, keys: Iterable[str]) -> tuple[tuple[str, str, str], ...]:
    """What an action says it does: icon, tone, words; the last one is under way."""
    told = [catalogue.text(key) for key in keys]
    past = tuple(("check", "fine", words.rstrip("…")) for words in told[:-1])
    return (*past, *(("pulse", "accent", words) for words in told[-1:]))


def timetable(slots: Iterable[ParentalSlot]) -> str:
    """As an answer is written: ``mo,tu 21:00-24:00; sa 00:00-07:00``."""
    return "; ".join(f"{','.join(_DAYS[day] for day in s.weekdays)} {_time(s.start)}-{_time(s.end)}" for s in slots)


def _time(seconds: float) -> str:
    return f"{int(seconds) // 3600:02}:{int(seconds) % 3600 // 60:02}"
