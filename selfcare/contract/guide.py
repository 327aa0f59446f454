"""Guides as JSON documents of schema ``selfcare.guide/1``: the list, one as it is written, how one was gone through.

No key is ever in them; names and addresses that somebody typed only where identifiers are asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selfcare.guides.edges import conditions, edges, tests
from selfcare.guides.menus import ANY, menus
from selfcare.isp import facts as isp_facts
from selfcare.model.guide import Ask, Branch, Condition, Do, Guide, Instruct, Kind, Outcome, Step
from selfcare.model.guide_run import Did

if TYPE_CHECKING:
    from selfcare.app.guides.desk import Left, Listed
    from selfcare.app.guides.run import GuideRun
    from selfcare.guides.words import GuideWords

SCHEMA = "selfcare.guide/1"
SCHEMA_FILE = Path(__file__).with_name("guide-1.schema.json")
HIDDEN = "…"


def load_guide_schema() -> dict[str, Any]:
    """The JSON Schema that ships with the program."""
    schema: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


def text(document: Mapping[str, Any]) -> str:
    """As it is written out."""
    return json.dumps(document, ensure_ascii=False, indent=2)


def list_document(listed: Iterable[Listed]) -> dict[str, Any]:
    """All guides."""
    return {"schema": SCHEMA, "kind": "list", "guides": [asdict(one) for one in listed]}


def left_document(left: Iterable[Left]) -> dict[str, Any]:
    """Runs one can go on with."""
    return {"schema": SCHEMA, "kind": "left", "runs": [{**asdict(one), "at": _time(one.at)} for one in left]}


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


# -- as it is written ----------------------------------------------------------------------------------


def outline_document(guide: Guide, words: GuideWords, family: str = "") -> dict[str, Any]:
    """``family``: of the box whose menus are wanted; empty: words for any."""
    return {
        "schema": SCHEMA, "kind": "outline", "id": guide.id, "title": words.text(f"{guide.id}.title"),
        "goal": words.text(f"{guide.id}.goal"), "topic": guide.topic.value, "minutes": guide.minutes,
        "risk": guide.risk.value, "digest": guide.digest, "languages": list(guide.languages),
        "codes": list(guide.codes), "shows": [one.name for one in guide.shows], "start": guide.start,
        "steps": [_step(guide, one, words) for one in guide.steps.values()],
        "menus": list(_menus(guide, family)), "facts": list(_facts(guide, words.language)),
    }  # fmt: skip


def _step(guide: Guide, step: Step, words: GuideWords) -> dict[str, Any]:
    key = f"{guide.id}.{step.id}"

    def said(name: str) -> str | None:
        return words.text(name) if words.has(name) else None

    return {
        "id": step.id, "kind": type(step).__name__.lower(), "text": said(key), "question": said(f"{key}.question"),
        "help": said(f"{key}.help"), "tests": [one.name for one in tests(step)],
        "facts": list(step.facts) if isinstance(step, Instruct | Ask | Outcome) else [],
        "action": step.action if isinstance(step, Do) else None,
        "arguments": dict(step.arguments) if isinstance(step, Do) else {},
        "menu": step.menu if isinstance(step, Instruct) else None,
        "gesture": step.gesture if isinstance(step, Instruct) else None,
        "answer": step.answer if isinstance(step, Ask) else None,
        "of": step.kind.value if isinstance(step, Ask) else None,
        "end": step.end.value if isinstance(step, Outcome) else None,
        "ticket": isinstance(step, Outcome) and step.ticket,
        "guides": list(step.guides) if isinstance(step, Outcome) else [],
        "ways": [_way(key, step, way, to, words) for way, to in edges(step)],
    }  # fmt: skip


def _way(key: str, step: Step, way: str, to: str, words: GuideWords) -> dict[str, Any]:
    label, when = None, None
    kind, _, name = way.partition(".")
    if kind == "choice":
        label = words.text(f"{key}.{way}")
        when = next((one.when for one in step.choices if one.id == name), None) if isinstance(step, Ask) else None
    elif kind == "case":
        when = list(conditions(step))[int(name)] if isinstance(step, Branch) else None
    return {"way": way, "to": to, "label": label, "when": None if when is None else _condition(when)}


def _condition(condition: Condition) -> dict[str, Any]:
    """What is given of it."""
    found: dict[str, Any] = {}
    for one in fields(condition):
        value = getattr(condition, one.name)
        if isinstance(value, Mapping):
            value = {name: list(several) for name, several in value.items()}
        if value not in ((), None, {}):
            found[one.name] = list(value) if isinstance(value, tuple) else value
    return found


def _menus(guide: Guide, family: str) -> Iterable[dict[str, Any]]:
    wanted = dict.fromkeys(s.menu for s in guide.steps.values() if isinstance(s, Instruct) and s.menu)
    for name in wanted:
        own = [one for one in menus(family) if one.id == name] if family else []
        for one in own or [one for one in menus(ANY) if one.id == name]:
            yield {
                "id": one.id, "path": list(one.path), "labels": list(one.labels), "models": list(one.models),
                "note": one.note, "source": one.source, "checked": one.checked.isoformat() if one.checked else None,
            }  # fmt: skip


def _facts(guide: Guide, language: str) -> Iterable[dict[str, Any]]:
    several = (s.facts for s in guide.steps.values() if isinstance(s, Instruct | Ask | Outcome))
    wanted = dict.fromkeys(name for facts in several for name in facts)
    for operator in sorted(path.stem for path in isp_facts.FOLDER.glob("*.toml")):
        there = isp_facts.facts(operator)
        for one in (there[name] for name in wanted if name in there):
            yield {
                "id": one.id, "operator": operator, "text": one.sentence(language), "source": one.source,
                "checked": one.checked.isoformat() if one.checked else None,
            }  # fmt: skip


# -- as it was gone through ----------------------------------------------------------------------------


def run_document(run: GuideRun, *, identifiers: bool) -> dict[str, Any]:
    """Where it stands, every step in order, what was done. ``identifiers``: what was typed and told, as it is."""
    screen = run.screen()
    veil = _Veil(run, identifiers)
    undoable = {entry for _, entry in run.position.undoable}
    return {
        "schema": SCHEMA, "kind": "run", "run": run.name, "guide": run.guide.id,
        "end": screen.end.value if screen.end else None, "step": run.position.step, "resumable": screen.end is None,
        "text": veil.text(screen.text), "said": list(screen.said) if identifiers else [],
        "answers": {name: veil.answer(name, value) for name, value in run.position.answers.items()},
        "steps": [
            {
                "at": _time(one.at), "step": one.step, "did": one.did.value, "data": veil.data(one.data),
                "value": veil.value(one.step, one.value) if one.did is Did.ANSWERED else one.value,
            }
            for one in run.before
        ],
        "actions": [
            {
                "step": one.step, "action": _action(run.guide, one.step), "outcome": one.value, "entry": one.entry,
                "undoable": one.entry in undoable,
            }
            for one in run.before if one.did is Did.ACTED
        ],
        "by_hand": [veil.text(line) for line in screen.by_hand],
        "guides": [one.id for one in screen.options] if screen.end else [],
        "ticket": screen.ticket,
    }  # fmt: skip


def _action(guide: Guide, step: str) -> str:
    found = guide.steps[step]
    return found.action if isinstance(found, Do) else ""


class _Veil:
    """What may be told. A key is never there, only the name under which the keyring had it: neither is told."""

    def __init__(self, run: GuideRun, identifiers: bool) -> None:
        self._open = identifiers
        self._kinds = {s.answer: s.kind for s in run.guide.steps.values() if isinstance(s, Ask)}
        self._names = {s.id: s.answer for s in run.guide.steps.values() if isinstance(s, Ask)}
        free = (one.value for one in run.before if one.did is Did.ANSWERED and self._secret(self._names[one.step]))
        self._typed = sorted({str(one) for one in free if one is not None}, key=len, reverse=True)

    def _secret(self, name: str) -> bool:
        return self._kinds.get(name) is not Kind.CHOICE

    def answer(self, name: str, value: object) -> object:
        if self._kinds.get(name) is Kind.NETWORK_KEY:
            return None
        return value if self._open or not self._secret(name) else None

    def value(self, step: str, value: object) -> object:
        return self.answer(self._names[step], value)

    def text(self, sentence: str) -> str:
        if not self._open:
            for one in self._typed:
                sentence = sentence.replace(one, HIDDEN)
        return sentence

    def data(self, data: Mapping[str, object]) -> dict[str, object]:
        from selfcare.app.guides.noted import nameless

        return dict(data) if self._open else nameless(data, self._typed)
