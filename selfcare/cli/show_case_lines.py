"""One line of a case as a person reads it; ``whole`` is every value of it as it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from selfcare.cases.worded import Words, headline
from selfcare.model.case import Event

_QUOTED = ("words", "text", "answer")


def event_lines(event: Event, words: Words) -> Iterator[str]:
    """What happened, and what was said."""
    yield f"  {day(event.at)}  {headline(event, words)}"
    yield from (f"      {one}" for one in _details(event, words))


def whole(event: Event, words: Words) -> Iterator[str]:
    """Nothing is written that cannot be seen."""
    yield f"  {day(event.at)}  {headline(event, words)}"
    told = list(_leaves("", event.data))
    if event.subject and event.subject not in (case for _, case in told):
        told.insert(0, (event.kind, event.subject))
    for name, value in told:
        yield f"      {name} : {value}" if name else f"      {value}"


def _details(event: Event, words: Words) -> Iterator[str]:
    text, data = words.support.text, event.data
    for name in _QUOTED:
        if isinstance(said := data.get(name), str) and said:
            yield text("case.detail.said", text=said)
    symptom = data.get("symptom")
    if isinstance(symptom, Mapping):
        yield words.program.first(f"ui.symptom.what.{symptom.get('what')}", "")
    if event.kind == "check":
        yield _check(data, words)
    if event.kind == "consent":
        yield text("case.detail.agreed" if data.get("approved") is True else "case.detail.declined")
    if isinstance(number := data.get("number"), str) and number:
        yield text("case.detail.number", number=number)
    if event.kind == "ticket":
        yield from _ticket(data, words)
    sections = data.get("sections")
    if event.kind == "report" and isinstance(sections, list | tuple):
        named = (words.support.first(f"report.section.{one}", "") for one in sections)
        yield text("report.sections", list=", ".join(filter(None, named)))
    if event.kind == "case" and words.support.has(key := f"case.detail.closed.{data.get('why')}"):
        yield text(key)


def _check(data: Mapping[str, object], words: Words) -> str:
    code = data.get("code")
    if isinstance(code, str) and words.program.has(key := f"code.{code}.title"):
        return words.program.text(key)
    return words.support.first(f"page.state.{data.get('state')}", "page.state.none")


def _ticket(data: Mapping[str, object], words: Words) -> Iterator[str]:
    if data.get("did") == "state" and words.support.has(key := f"ticket.state.{data.get('state')}"):
        yield words.support.text(key)
    if isinstance(promised := data.get("promised"), str) and promised:
        yield words.support.text("case.contact.promised", date=day(promised))
    if (why := data.get("why")) and words.support.has(key := f"error.{why}"):
        yield words.support.text(key)


def _leaves(name: str, value: object) -> Iterator[tuple[str, str]]:
    """Every value of a line, with the way to it."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(f"{name}.{key}" if name else str(key), one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _leaves(name, one)
    elif value not in (None, ""):
        yield name, str(value)


def day(text: str | None) -> str:
    """By the clock on the wall here; a day alone stays one, and what is no date stays as it stands."""
    try:
        if text is not None and len(text) == len("2026-11-22"):
            return datetime.fromisoformat(text).strftime("%d/%m/%Y")
        return datetime.fromisoformat(text or "").astimezone().strftime("%d/%m/%Y %H:%M")
    except (ValueError, OverflowError, OSError):
        return text or ""
