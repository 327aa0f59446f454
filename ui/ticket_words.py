"""What the ticket says on its way: the steps, what was replaced, the files as people and machines read them. Pure."""

from __future__ import annotations

import json
from html.parser import HTMLParser

from selfcare.i18n import Catalogue
from selfcare.model.report import Part, Replaced, Section, Want
from selfcare.model.symptom import SymptomKind
from selfcare.model.ticket import Parcel, Phase
from ui.case_words import Told, way
from ui.support_state import Draft, Step, TicketState
from ui.support_words import plain, when

WANTS = tuple(Want)
SECTIONS = tuple(Section)
REACH = ("name", "contract", "line_number", "phone", "mail", "when")
"""Fields of ``Reach`` in the order in which they are asked for."""
ALWAYS = ("phone", "mail", "when")
"""Asked for whether the desk needs them or not; left empty by whoever likes."""
LONGEST_LINE = 400
"""Signs after which a line of a file is broken on the screen: one line of a megabyte would stop the window."""
_SILENT = frozenset({"script", "style", "title", "head"})
_BLOCKS = frozenset({"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "section", "table", "dt", "dd", "br", "summary"})


def step(words: Catalogue, state: TicketState) -> str:
    """Which of the three it is; empty at the end."""
    places = {Step.WHAT: 1, Step.WISH: 2, Step.PREVIEW: 3}
    return words.text("ui.ticket.step", step=places[state.step]) if state.step in places else ""


def summary(words: Catalogue, main: Catalogue, draft: Draft) -> tuple[tuple[str, str], ...]:
    """What was said and what is wanted, in two lines with their names."""
    what = plain(draft.words) or (symptom(main, draft.what) if draft.what is not None else "")
    wants = ", ".join(words.text(f"ui.ticket.want.{one.value}") for one in draft.wants)
    return (
        (words.text("ui.ticket.what.short"), what or words.text("ui.ticket.what.open")),
        (words.text("ui.ticket.wish.short"), wants or words.text("ui.ticket.wish.open")),
    )


def symptom(main: Catalogue, what: SymptomKind) -> str:
    """The symptom in words, as the check page has it."""
    return main.text(f"ui.symptom.what.{what.value}")


def replaced(words: Catalogue, one: Replaced) -> str:
    """What stood there, and what stands there now."""
    key = f"ui.ticket.replaced.{one.kind}"
    kind = words.text(key) if words.has(key) else words.text("ui.ticket.replaced.other")
    return words.text("ui.ticket.replaced.line", kind=kind, original=plain(one.original, 80), token=one.token)


def ended(words: Catalogue, state: TicketState) -> Told:
    """What became of it: the number first."""
    parcel, told = state.parcel, state.told.told if state.told is not None else None
    if parcel is None:
        return Told("later", "idle", "")
    there = parcel.receipt or (state.before.receipt if state.before is not None else None)  # a note has none of its own
    receipt = told.receipt if told is not None else there
    if parcel.phase is not Phase.DONE or receipt is None:
        return way(words, parcel)
    key = "ui.ticket.added" if follow_up(parcel, state) else "ui.ticket.done"
    more = [words.text(f"{key}.more")]
    if receipt.text:
        more.append(plain(receipt.text))
    if receipt.promised and when(words, receipt.promised):
        more.append(words.text("ui.ticket.promised", when=when(words, receipt.promised)))
        more.append(words.text("ui.ticket.promised.reminder"))
    return Told("check", "fine", words.text(key, number=plain(receipt.number, 60)), tuple(more))


def follow_up(parcel: Parcel | None, state: TicketState) -> bool:
    """Whether it was added to a ticket that was there."""
    return (parcel is not None and parcel.kind != "ticket") or state.before is not None


# -- files ----------------------------------------------------------------------------------------


class _Text(HTMLParser):
    """What a person would read of a page, in order; nothing of it is run or fetched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.found.append("\n")
        elif tag == "td":
            self.found.append("  ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(" ".join(data.split()) + (" " if data[-1:].isspace() else ""))


def readable(part: Part) -> str:
    """A file as a person reads it."""
    text = part.data.decode("utf-8", "replace")
    if part.mime.startswith("text/html"):
        reader = _Text()
        reader.feed(text)
        reader.close()
        lines = (" ".join(line.split()) for line in "".join(reader.found).split("\n"))
        return folded("\n".join(line for line in lines if line))
    if part.mime.startswith("application/json"):
        try:
            return folded(json.dumps(json.loads(text), ensure_ascii=False, indent=2))
        except (ValueError, RecursionError):
            pass
    return folded(text)


def exact(part: Part) -> str:
    """A file sign by sign: what is no text is written as its number."""
    return folded(part.data.decode("utf-8", "backslashreplace"))


def folded(text: str) -> str:
    """Long lines broken for the screen, and only there."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines.extend(line[at : at + LONGEST_LINE] for at in range(0, max(1, len(line)), LONGEST_LINE))
    return "\n".join(lines)
