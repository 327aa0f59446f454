"""A case for the terminal: what it comes to, and then every line of it, for it is theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from selfcare.cases.worded import Words
from selfcare.cli.show_case_lines import day, event_lines, whole
from selfcare.model.case import Case, CaseHead, Contact, Downtime, Outage
from selfcare.model.wifi import WalkRecord


def head_line(one: CaseHead) -> str:
    """``CAS-7K3M-92QX  22/11/2026 18:00 – …  words``."""
    until = f" – {day(one.closed)}" if one.closed else " – …"
    words = " ".join((one.words or one.text).split())
    return f"{one.id}  {day(one.opened)}{until}  {words[:100]}".rstrip()


def as_text(case: Case, language: str, *, everything: bool = False) -> str:
    """All of it; ``everything``: each value as it was written. What was tried has its sentences already."""
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
    if case.walks:
        lines += ["", text("case.section.walks"), *(f"  · {_walk(one, words)}" for one in case.walks)]
    if answers := list(_runs(case, words)):
        lines += ["", text("case.section.runs"), *answers]
    lines += ["", text("case.section.lines")]
    for event in case.events:
        lines += whole(event, words) if everything else event_lines(event, words)
    return "\n".join(lines if everything else [*lines, "", text("case.everything")])


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
        euros = f"{one.cost_cents / 100:.2f}"
        euros = euros.replace(".", ",") if words.support.language == "fr" else euros
        parts.append(text("case.contact.cost", euros=euros))
    parts += [text(f"case.contact.{name}", text=getattr(one, name)) for name in ("reason", "answer", "reference")
              if getattr(one, name)]  # fmt: skip
    return ", ".join([*parts, *([text("case.contact.promised", date=day(one.promised))] if one.promised else [])])


def _walk(one: WalkRecord, words: Words) -> str:
    text, begun = words.support.text, datetime.fromtimestamp(max(0.0, one.begun)).astimezone().isoformat()
    rooms = (
        text("case.walk.room", name=r.name, grade=words.program.text(f"wifi.place.{r.grade.value}")) for r in one.rooms
    )
    return text("case.walk", at=day(begun), rooms=", ".join(rooms))


def _runs(case: Case, words: Words) -> Iterator[str]:
    """What was typed or chosen, which the lines below leave out."""
    for run in case.runs:
        guide = str(run.get("guide"))
        title = words.guides.text(f"{guide}.title")
        happened = run.get("happened")
        for one in happened if isinstance(happened, list) else ():
            if isinstance(one, Mapping) and one.get("did") == "answered" and one.get("value") is not None:
                yield f"  · {title} : {one.get('value')}"
