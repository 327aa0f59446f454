"""What stands below the first screen, as tables: everything that is in the document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from selfcare.report import page_read as read
from selfcare.report import page_top
from selfcare.report.page_forms import Forms
from selfcare.report.page_words import Words

_Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Cell:
    """``code``: set in the type of machines. ``tone``: a grade's colour, beside its word."""

    text: str
    tone: str = ""
    code: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """``note`` instead of rows where there are none; ``more``: how many rows were left out."""

    id: str
    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    note: str = ""
    more: int = 0


def tables(document: _Row, words: Words, forms: Forms) -> dict[str, Table]:
    """By name, every one of them, also the empty ones: what is missing is said."""
    check = document.get("check")
    inner = read.mapping(check)
    make = _Maker(words, forms)
    downtime, home = document.get("downtime"), document.get("home")
    outages = downtime if downtime is None else read.mapping(downtime).get("outages", ())
    devices = home if home is None else read.mapping(home).get("devices", ())
    return {
        "tried": make.table("tried", document.get("tried"), _tried),
        "line": make.table("line", document.get("line"), _line),
        "wifi": make.table("wifi", document.get("wifi"), _line, "line"),
        "outages": make.table("outages", outages, _outage),
        "contacts": make.table("contacts", document.get("contacts"), _contact),
        "tickets": make.table("tickets", document.get("tickets"), _ticket),
        "asked": make.table("asked", document.get("asked"), _asked),
        "home": make.table("home", devices, _device),
        "ruled_out": make.table("ruled_out", inner.get("ruled_out", check and ()), _ruled_out),
        "not_tested": make.table("not_tested", inner.get("not_tested", check and ()), _not_tested),
        "collectors": make.table("collectors", document.get("collectors"), _collector),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Maker:
    words: Words
    forms: Forms

    def table(
        self, name: str, given: object, row: Callable[[_Row, Words, Forms], tuple[Cell, ...]], like: str = ""
    ) -> Table:
        title, t = self.words.t(f"{name}.title"), self.words.t
        if given is None:
            return Table(name, title, note=t("left_out"))
        found = tuple(row(one, self.words, self.forms) for one in read.rows(given))
        if not found:
            return Table(name, title, note=t(f"none.{name}"))
        columns = tuple(t(f"{like or name}.column.{index}") for index in range(len(found[0])))
        return Table(name, title, columns, found, more=read.more(given))


def _tried(one: _Row, words: Words, forms: Forms) -> tuple[Cell, ...]:
    fact = page_top.tried_fact(one, words, forms)
    by = words.name("tried_source", one.get("source"), "")
    return Cell(fact.name), Cell(fact.value, fact.tone), Cell(fact.note), Cell(by)


def _line(one: _Row, words: Words, forms: Forms) -> tuple[Cell, ...]:
    fact = page_top.line_fact(one, words, forms)
    path, source = read.words(one.get("path"), 160), words.name("line_source", one.get("source"), None)
    said = "" if words.label(one.get("name")) else words.sentence(one.get("text"), 160)
    return (
        Cell(f"{fact.name} ({said})" if said and said != fact.name else fact.name), Cell(fact.value),
        Cell(fact.judged, fact.tone or "none"), Cell(fact.note), Cell(source), Cell(path, code=True),
    )  # fmt: skip


def _outage(one: _Row, words: Words, forms: Forms) -> tuple[Cell, ...]:
    seconds = read.figure(one.get("seconds"))
    lasted = forms.lasting(seconds / 60) if seconds is not None and seconds >= 0 else words.t("unknown")
    return (
        Cell(forms.when(one.get("start")) or words.t("unknown")),
        Cell(forms.when(one.get("end")) or words.t("outage.open")),
        Cell(lasted), Cell(words.name("layer", one.get("layer"))), Cell(words.name("outage_source", one.get("source"))),
    )  # fmt: skip


def _contact(one: _Row, words: Words, forms: Forms) -> tuple[Cell, ...]:
    waited, cost = read.figure(one.get("waited_min")), read.figure(one.get("cost_cents"))
    said = filter(None, (read.words(one.get("reason"), 300), read.words(one.get("answer"), 600)))
    channel, who = words.name("channel", one.get("channel")), read.words(one.get("who"), 60)
    return (
        Cell(forms.when(one.get("at"))), Cell(f"{channel} ({who})" if who else channel),
        Cell(forms.lasting(waited) if waited is not None and waited >= 0 else ""),
        Cell(forms.quantity(cost / 100, "€") if cost is not None else ""),
        Cell(" → ".join(said)), Cell(read.words(one.get("reference"), 60)), Cell(forms.date(one.get("promised"))),
    )  # fmt: skip


def _ticket(one: _Row, words: Words, forms: Forms) -> tuple[Cell, ...]:
    state = words.name("ticket_state", one.get("state"))
    number, own = read.words(one.get("number"), 60), read.words(one.get("id"), 60)
    return Cell(number), Cell(state), Cell(forms.date(one.get("promised"))), Cell(own, code=True)


def _asked(one: _Row, words: Words, forms: Forms) -> tuple[Cell, ...]:
    opened = words.listed(read.strings(one.get("opened"), 12, 60))
    return Cell(forms.when(one.get("at"))), Cell(read.words(one.get("text"), 300)), Cell(opened, code=True)


def _device(one: _Row, words: Words, forms: Forms) -> tuple[Cell, ...]:
    wired = one.get("wired")
    way = words.t("wired" if wired else "wireless") if isinstance(wired, bool) else words.t("unknown")
    return Cell(read.words(one.get("token"), 40), code=True), Cell(words.name("role", one.get("role"))), Cell(way)


def _ruled_out(one: _Row, words: Words, forms: Forms) -> tuple[Cell, ...]:
    code = read.words(one.get("code"), 60)
    return Cell(words.code(code)), Cell(read.words(one.get("because"), 200)), Cell(code, code=True)


def _not_tested(one: _Row, words: Words, forms: Forms) -> tuple[Cell, ...]:
    probe = read.words(one.get("probe"), 60)
    return Cell(words.probe(probe)), Cell(words.reason(one.get("reason"))), Cell(probe, code=True)


def _collector(one: _Row, words: Words, forms: Forms) -> tuple[Cell, ...]:
    name, took = read.words(one.get("id"), 60), read.figure(one.get("ms"))
    outcome = read.words(one.get("outcome"), 20)
    tone = {"completed": "good", "timed_out": "poor", "crashed": "bad"}.get(outcome, "none")
    return (
        Cell(words.probe(name)), Cell(words.name("outcome", outcome), tone), Cell(words.reason(one.get("reason"))),
        Cell(forms.quantity(took, "ms") if took is not None else ""), Cell(name, code=True),
    )  # fmt: skip
