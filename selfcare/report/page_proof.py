"""Why the verdict says so, what was measured, and what was taken out before it left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from selfcare.report import page_read as read
from selfcare.report.page_forms import Forms
from selfcare.report.page_words import Words

_MOST_PAYLOAD, _MOST_PAYLOADS = 1_500, 40_000
"""Signs shown of one measurement and of all; the embedded document has them whole."""
_TONE = {"culprit": "bad", "also": "poor", "condition": "none"}
_WEIGHTS = ("decisive", "strong", "moderate", "weak", "hint")


@dataclass(frozen=True, slots=True)
class Ground:
    """A piece of evidence. ``probe``: the test it comes from."""

    text: str
    probe: str
    weight: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding with what speaks for and against it."""

    title: str
    code: str
    role: str
    tone: str
    band: str
    side: str
    evidence: tuple[Ground, ...]
    against: tuple[Ground, ...]
    rival: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement; ``payload``: a line for each of its values, cut where it is long."""

    title: str
    outcome: str
    took: str
    payload: str


@dataclass(frozen=True, slots=True)
class Redaction:
    """What was replaced, what was ticked, what was left out."""

    kinds: tuple[tuple[str, str], ...]
    sections: str
    left_out: str
    omitted: tuple[str, ...]


def findings(document: Mapping[str, object], words: Words, forms: Forms) -> tuple[Finding, ...]:
    """In the check's own order: what explains most comes first."""
    given = read.rows(read.mapping(document.get("check")).get("findings"), 30)
    return tuple(_finding(one, words, forms) for one in given)


def _finding(one: Mapping[str, object], words: Words, forms: Forms) -> Finding:
    role = read.words(one.get("role"), 20)
    rival = read.mapping(one.get("runner_up"))
    code, why = read.words(rival.get("code"), 40), read.words(rival.get("why_not"), 200)
    places = tuple(words.name("side", place) for place in read.strings(one.get("segments"), 7, 20))
    return Finding(
        words.code(one.get("code")), read.words(one.get("code"), 40), words.name("role", role), _TONE.get(role, "none"),
        words.name("band", one.get("band"), ""), words.listed(places),
        _grounds(one.get("evidence"), words, forms), _grounds(one.get("against"), words, forms),
        words.t("evidence.rival", rival=words.code(code), code=code, why=why or words.t("unknown")) if code else "",
    )  # fmt: skip


def _grounds(given: object, words: Words, forms: Forms) -> tuple[Ground, ...]:
    """The weightiest first."""

    def weight(one: Mapping[str, object]) -> int:
        found = one.get("weight")
        return _WEIGHTS.index(found) if isinstance(found, str) and found in _WEIGHTS else len(_WEIGHTS)

    return tuple(
        Ground(words.fact(one, forms), words.probe(one.get("measurement")), words.name("weight", one.get("weight"), ""))
        for one in sorted(read.rows(given, 30), key=weight)
    )


def measured(document: Mapping[str, object], words: Words, forms: Forms) -> tuple[Measured, ...]:
    """Every measurement of the check; long ones are cut, and past a bound only their outcome is shown."""
    found, left = [], _MOST_PAYLOADS
    for one in read.rows(read.mapping(document.get("check")).get("measurements")):
        payload = _payload(one.get("payload"), min(left, _MOST_PAYLOAD))
        left -= len(payload)
        took, name = read.figure(one.get("duration_ms")), read.words(one.get("id"), 60)
        title, outcome = words.probe(name), words.name("outcome", one.get("outcome"))
        reason = words.reason(one.get("reason"))
        found.append(Measured(
            f"{title} · {name}" if title != name else name, f"{outcome} ({reason})" if reason else outcome,
            forms.quantity(took, "ms") if took is not None else "", payload,
        ))  # fmt: skip
    return tuple(found)


def _payload(value: object, most: int) -> str:
    if value is None or most <= 0:
        return ""
    try:
        if isinstance(value, Mapping):
            text = "\n".join(f"{name}: {json.dumps(one, ensure_ascii=False)}" for name, one in value.items())
        else:
            text = json.dumps(value, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        return "…"
    return read.lines(text, most)


def redaction(document: Mapping[str, object], words: Words, forms: Forms) -> Redaction:
    """As its maker counted it."""
    given = read.mapping(document.get("redaction"))
    counted = (
        (read.words(kind, 30), read.figure(count))
        for kind, count in list(read.mapping(given.get("by_kind")).items())[:30]
    )
    kinds = tuple((words.name("kind", kind), forms.number(count)) for kind, count in counted if count is not None)

    def named(value: object) -> str:
        return words.listed(tuple(words.name("section", one) for one in read.strings(value, 20, 30)))

    return Redaction(
        kinds, named(given.get("sections")), named(given.get("left_out")), read.strings(document.get("omitted"), 40, 80)
    )
