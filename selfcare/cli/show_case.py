"""A case for the terminal: what it comes to, and then every line of it, for it is theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from selfcare.cases.worded import Words, headline
from selfcare.model.case import Case, CaseHead, Contact, Downtime, Event, Outage


def head_line(one: CaseHead) -> str:
    """``CAS-7K3M-92QX  22/11/2026 18:00 – …  words``."""
    until = f" – {day(one.closed)}" if one.closed else " – …"
    words = " ".join((one.words or one.text).split())
    return f"{one.id}  {day(one.opened)}{until}  {words[:100]}".rstrip()


def as_text(case: Case, language: str) -> str:
    """All of it."""
    words = Words.of(language)
    text, head = words.support.text, case.head
    key = "case.title.closed" if head.closed else "case.title.open"
    lines = [text(key, case=head.id, opened=day(head.opened), closed=day(head.closed))]
    if head.words:
        lines.append(text("case.words", words=head.words))
    if head.symptom is not None:
        lines.append(words.program.first(f"ui.symptom.what.{head.symptom.what.value}", head.symptom.what.value))
        lines += [text("case.since", since=day(head.symptom.since))] if head.symptom.since else []
    if head.text or head.code:
        lines.append(text("case.verdict", text=head.text or head.code))
    lines += ["", *_down(case.downtime, words), "", text("case.section.tried")]
    lines += [f"  · {one.text}  ({day(one.at)})" for one in case.tried]
    lines += [] if case.tried else ["  " + text("case.nothing_tried")]
    if case.contacts:
        lines += ["", text("case.section.contacts"), *(f"  · {_contact(one, words)}" for one in case.contacts)]
    if answers := list(_runs(case, words)):
        lines += ["", text("case.section.runs"), *answers]
    lines += ["", text("case.section.lines")]
    for event in case.events:
        lines += _event(event, words)
    return "\n".join(lines)


def _down(found: Downtime, words: Words) -> Iterator[str]:
    text = words.support.text
    figures = (found.day_min, found.week_min, found.month_min)
    day_, week, month = (text("case.down.unknown") if one is None else f"{one:g}" for one in figures)
    yield text("case.down", day=day_, week=week, month=month)
    if found.outages:
        yield text("case.section.outages")
        yield from (f"  · {_outage(one, words)}" for one in found.outages)


def _outage(one: Outage, words: Words) -> str:
    source = words.support.text(f"case.outage.source.{one.source}")
    key = "case.outage" if one.end else "case.outage.open"
    return words.support.text(key, start=day(one.start), end=day(one.end), source=source)


def _contact(one: Contact, words: Words) -> str:
    text = words.support.text
    channel = text(f"case.channel.{one.channel.value}") + (f" ({one.who})" if one.who else "")
    parts = [text("case.contact.line", at=day(one.at), channel=channel)]
    if one.waited_min is not None:
        parts.append(text("case.contact.waited", minutes=one.waited_min))
    if one.cost_cents is not None:
        parts.append(text("case.contact.cost", euros=f"{one.cost_cents / 100:.2f}"))
    parts += [text(f"case.contact.{name}", text=getattr(one, name)) for name in ("reason", "answer", "reference")
              if getattr(one, name)]  # fmt: skip
    return ", ".join([*parts, *([text("case.contact.promised", date=day(one.promised))] if one.promised else [])])


def _runs(case: Case, words: Words) -> Iterator[str]:
    """What was typed or chosen, which the lines below leave out."""
    for run in case.runs:
        guide = str(run.get("guide"))
        title = words.guides.text(f"{guide}.title")
        happened = run.get("happened")
        for one in happened if isinstance(happened, list) else ():
            if isinstance(one, Mapping) and one.get("did") == "answered" and one.get("value") is not None:
                yield f"  · {title} · {one.get('step')} : {one.get('value')}"


def _event(event: Event, words: Words) -> Iterator[str]:
    yield f"  {day(event.at)}  {headline(event, words)}"
    told = list(_leaves("", event.data))
    if event.subject and event.subject not in (case for _, case in told):
        told.insert(0, (event.kind, event.subject))
    for name, value in told:
        yield f"      {name} : {value}" if name else f"      {value}"


def _leaves(name: str, value: object) -> Iterator[tuple[str, str]]:
    """Every value of a line, with the way to it: nothing is written that cannot be seen."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(f"{name}.{key}" if name else str(key), one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _leaves(name, one)
    elif value not in (None, ""):
        yield name, str(value)


def day(text: str | None) -> str:
    """By the clock on the wall here; as it stands where it is no date."""
    try:
        return datetime.fromisoformat(text or "").astimezone().strftime("%d/%m/%Y %H:%M")
    except (ValueError, OverflowError, OSError):
        return text or ""
