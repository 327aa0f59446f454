"""Guides in lines for the terminal: the list, one as it is written, and what is said while it is gone through."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from selfcare.i18n import Catalogue

if TYPE_CHECKING:
    from selfcare.app.guides.desk import Left, Listed
    from selfcare.app.guides.run import GuideRun
    from selfcare.app.guides.screen import Screen
    from selfcare.guides.words import GuideWords
    from selfcare.model.guide import Guide


def list_lines(listed: Sequence[Listed], catalogue: Catalogue) -> Iterator[str]:
    """By topic."""
    topic = ""
    for one in listed:
        if one.topic != topic:
            topic = one.topic
            yield ("" if one is listed[0] else "\n") + catalogue.text(f"cli.guide.topic.{topic}")
        french = "" if one.translated else f" ({catalogue.text('cli.guide.french')})"
        yield f"  {one.id} · {one.title}{french} · {catalogue.text('cli.guide.minutes', minutes=one.minutes)}"
        yield f"      {one.goal}"


def left_lines(left: Sequence[Left], catalogue: Catalogue) -> Iterator[str]:
    """Runs one can go on with."""
    if not left:
        yield catalogue.text("cli.guide.none_left")
    for one in left:
        when = time.strftime("%d/%m %H:%M", time.localtime(one.at))
        changed = "" if one.usable else f" ({catalogue.text('cli.guide.changed')})"
        yield f"{one.name}  {when}  {one.guide} · {one.title}{changed}"


def heading(guide: Guide, words: GuideWords, catalogue: Catalogue) -> Iterator[str]:
    """What it is for, what it takes, what may happen."""
    yield words.text(f"{guide.id}.title")
    yield words.text(f"{guide.id}.goal")
    risk = catalogue.text(f"cli.guide.risk.{guide.risk.value}")
    yield f"{catalogue.text('cli.guide.minutes', minutes=guide.minutes)} · {risk}"
    if words.language not in guide.languages:
        yield catalogue.text("cli.guide.french_only")


def present_state(lines: Sequence[str], catalogue: Catalogue) -> Iterator[str]:
    """As far as anybody can tell."""
    if lines:
        yield "\n" + catalogue.text("cli.guide.now")
        yield from (f"  {line}" for line in lines)


def working(screen: Screen) -> Iterator[str]:
    """A machine's turn."""
    if screen.text:
        yield f"\n… {screen.text}"


def screen_lines(screen: Screen, catalogue: Catalogue) -> Iterator[str]:
    """A person's turn, without what may be answered."""
    yield ""
    yield from (f"  {line}" for line in screen.said)
    yield f"{catalogue.text('cli.guide.step', done=screen.done + 1, about=max(screen.about, screen.done + 1))}"
    yield screen.text
    yield from (f"  {line}" for line in (screen.help, *screen.menu) if line)
    yield from notes(screen)
    if screen.gesture is not None:
        yield "  " + catalogue.text(f"cli.guide.gesture.{screen.gesture}")


def notes(screen: Screen) -> Iterator[str]:
    """Facts, each with its foot note."""
    for note in screen.notes:
        yield f"  {note.text}"
        yield f"    [{note.source}]"


def over_lines(run: GuideRun, screen: Screen, catalogue: Catalogue) -> Iterator[str]:
    """The end: how, what was done, how to put it back, where one may go on."""
    text = catalogue.text
    yield ""
    yield from (f"  {line}" for line in screen.said)
    yield f"{text(f'cli.guide.end.{screen.end.value}' if screen.end else 'cli.guide.end.told')} {screen.text}"
    yield from notes(screen)
    if screen.undoable:
        yield "\n" + text("cli.guide.was_done")
        for one in screen.undoable:
            yield f"  {one.label}"
            yield "    " + text("cli.guide.put_back", guide=run.guide.id, entry=one.entry)
    if screen.by_hand:
        yield "\n" + text("cli.guide.by_hand")
        yield from (f"  {line}" for line in screen.by_hand)
    if screen.ticket:
        yield "\n" + text("cli.guide.ticket")
    if screen.options:
        yield "\n" + text("cli.guide.go_on")
        yield from (f"  selfcare guide run {one.id} · {one.label}" for one in screen.options)


def resumable(run: GuideRun, catalogue: Catalogue) -> Iterator[str]:
    """It stands there, and can be gone on with."""
    text = run.screen().text
    yield ""
    yield catalogue.text("cli.guide.stands", step=run.position.step, text=text).rstrip(" :")
    yield catalogue.text("cli.guide.resumable", name=run.name)


def outline_lines(document: Mapping[str, Any], catalogue: Catalogue) -> Iterator[str]:
    """One guide as it is written, for whoever reads it out on the phone."""
    text = catalogue.text
    yield f"{document['id']} · {document['title']}"
    yield document["goal"]
    risk = text(f"cli.guide.risk.{document['risk']}")
    yield f"{text('cli.guide.minutes', minutes=document['minutes'])} · {risk}"
    if document["shows"]:
        yield text("cli.guide.shows", what=", ".join(document["shows"]))
    if document["codes"]:
        yield text("cli.guide.codes", codes=", ".join(document["codes"]))
    for step in document["steps"]:
        yield from _step_lines(step, step["id"] == document["start"], catalogue)
    yield from _menu_lines(document["menus"], catalogue)
    yield from _fact_lines(document["facts"], catalogue)


def _step_lines(step: Mapping[str, Any], first: bool, catalogue: Catalogue) -> Iterator[str]:
    yield f"\n[{step['id']}] {catalogue.text('cli.guide.kind.' + step['kind'])}{' *' if first else ''}"
    yield from (f"  {step[name]}" for name in ("text", "question", "help") if step[name])
    names = [("tests", step["tests"]), ("facts", step["facts"])]
    names += [(name, [step[name]]) for name in ("action", "menu", "gesture", "answer", "end") if step[name]]
    yield from (f"  {name}: {', '.join(several)}" for name, several in names if several)
    for way in step["ways"]:
        label = f" « {way['label']} »" if way["label"] else ""
        when = f"  ({_when(way['when'])})" if way["when"] else ""
        yield f"  → {way['to']}: {way['way']}{label}{when}"


def _when(condition: Mapping[str, Any]) -> str:
    parts: list[str] = []
    for name, value in condition.items():
        if isinstance(value, Mapping):
            parts += [f"{one} = {'/'.join(several)}" for one, several in value.items()]
        else:
            parts.append(f"{name} = {'/'.join(value) if isinstance(value, list) else value}")
    return ", ".join(parts)


def _menu_lines(menus: Iterable[Mapping[str, Any]], catalogue: Catalogue) -> Iterator[str]:
    for one in menus:
        models = f" ({', '.join(one['models'])})" if one["models"] else ""
        if one["path"]:
            path = " → ".join(f"« {label} »" for label in one["path"])
            yield f"\nmenu {one['id']}{models}: {path} [{one['source']}, {one['checked']}]"
        else:
            words = ", ".join(f"« {label} »" for label in one["labels"])
            yield f"\nmenu {one['id']}{models}: {words} [{catalogue.text('cli.guide.unverified')}]"


def _fact_lines(facts: Iterable[Mapping[str, Any]], catalogue: Catalogue) -> Iterator[str]:
    for one in facts:
        unverified = catalogue.text("cli.guide.unverified")
        source = f"{one['source']}, {one['checked']}" if one["checked"] else unverified
        yield f"\n{one['id']} ({one['operator']}): {one['text']} [{source}]"
