"""What an agent reads first: verdict and whose side, since when, minutes down, tried, the line, what is wanted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from selfcare.report import page_read as read
from selfcare.report.page_forms import Forms
from selfcare.report.page_words import Words

CHAIN = ("pc", "wifi", "lan", "box", "access", "isp", "internet")
_TONE = {"fault": "bad", "multiple": "bad", "ok": "good", "not_proven": "warn", "intermittent": "warn",
         "connecting": "warn", "cannot_test": "warn"}  # fmt: skip
_UNPROVED = ("not_proven", "intermittent")
GRADES = ("good", "fair", "poor", "bad")
_CASE = re.compile(r"[A-Z]{2,5}(-[0-9A-Z]{2,6}){1,4}")
MOST_GAPS = 300
_STORY = 4_000
"""Signs of what was told, whole: the first screen has only its beginning."""
_FIRST = 5
"""Rows of one kind on the first screen; the rest stand below."""


@dataclass(frozen=True, slots=True)
class Link:
    """One place of the chain from the PC outwards."""

    name: str
    accused: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """A name, what it is, and how good that is (``tone``: a grade, or empty where nobody judged it)."""

    name: str
    value: str
    tone: str = ""
    judged: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Few:
    """The first of many. ``note`` stands there instead where there are none."""

    facts: tuple[Fact, ...] = ()
    more: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Top:
    """The first screen, as words."""

    case: str
    title: str
    text: str
    tone: str
    side: str
    chain: tuple[Link, ...]
    code: str
    band: str
    band_text: str
    seen: str
    others: tuple[str, ...]
    since: str
    ago: str
    since_source: str
    down: tuple[Fact, ...]
    tried: Few
    line: Few
    symptom: str
    words: str
    wants: str
    wish: str
    reach: tuple[Fact, ...]
    reach_note: str
    identity: tuple[Fact, ...]
    fingerprint: str
    id: str
    made: str
    story: tuple[str, ...]


def top(document: Mapping[str, object], words: Words, forms: Forms) -> Top:
    """Of any document; what is missing is said to be missing."""
    verdict, since = read.mapping(document.get("verdict")), read.mapping(document.get("since"))
    state, band = read.words(verdict.get("state"), 20), read.words(verdict.get("band"), 20)
    places = read.strings(verdict.get("segments"), 7, 20)
    by, wish = read.mapping(document.get("by")), read.mapping(document.get("wish"))
    gone = forms.minutes_before_made(since.get("at"))
    reach, note = _reach(wish, words)
    symptom = read.mapping(document.get("symptom"))
    return Top(
        case=case_id(document), title=_title(verdict, words), text=_text(verdict, words),
        tone=_TONE.get(state, "none"), side=_side(state, places, words, read.words(symptom.get("what"), 20)),
        chain=tuple(Link(words.t(f"chain.{one}"), one in places) for one in CHAIN),
        code=read.words(verdict.get("code"), 40), band=words.name("band", band, ""),
        band_text=words.name("band_text", band, ""), seen=forms.when(verdict.get("at")),
        others=_others(document, words), since=forms.when(since.get("at")) or words.t("since.unknown"),
        ago=words.t("since.ago", lasting=forms.lasting(gone)) if gone is not None else "",
        since_source=words.name("since_source", since.get("source"), ""),
        down=downtime(document, words, forms),
        tried=few(document.get("tried"), "tried", words, lambda one: tried_fact(one, words, forms)),
        line=_line(document, words, forms),
        symptom=_symptom(symptom, words), words=read.words(symptom.get("words"), 150),
        wants=words.listed(tuple(words.name("want", one) for one in read.strings(wish.get("wants"), 5, 20))),
        wish=read.words(wish.get("words"), 150), reach=reach, reach_note=note,
        identity=_identity(document, words), fingerprint=read.words(by.get("fingerprint"), 40),
        id=read.words(document.get("id"), 40), made=forms.when(document.get("made")),
        story=tuple(filter(None, (read.lines(one.get("words"), _STORY) for one in (symptom, wish)))),
    )  # fmt: skip


def case_id(document: Mapping[str, object]) -> str:
    """Only what has the shape of one: it stands in the title of the window."""
    found = read.words(document.get("case"), 24)
    return found if _CASE.fullmatch(found) else ""


def _title(verdict: Mapping[str, object], words: Words) -> str:
    """Short, and about the connection: the sentence below was written for the subscriber."""
    state = read.words(verdict.get("state"), 20)
    return words.code(verdict.get("code")) or words.name("state", state, words.t("state.none"))


def _text(verdict: Mapping[str, object], words: Words) -> str:
    code, band, state = (read.words(verdict.get(name), 40) for name in ("code", "band", "state"))
    own: tuple[str, ...] = (f"verdict.{code}.{band}", f"verdict.{code}") if code else (f"verdict.state.{state}",)
    if not code and verdict.get("segments"):
        own = ()  # places that nothing tells apart: only the document names them
    return words.sentence(verdict.get("text"), 320, *own)


def _side(state: str, places: tuple[str, ...], words: Words, what: str = "") -> str:
    """Whose side it is. Several places are several suspects, and none is accused; nor is one that nothing proved."""
    named = tuple(words.name("side", one) for one in places)
    if not named:
        untested = words.name("side.untested", what, "") if state == "ok" else ""
        return untested or words.t("side.nobody" if state == "ok" else "side.unknown")
    if state in _UNPROVED and (len(named) == 1 or state != "not_proven"):
        return words.t(f"side.{state}", places=words.listed(named))
    if len(named) == 1:
        return named[0]
    return words.t("side.between", places=words.listed(named))


def _others(document: Mapping[str, object], words: Words) -> tuple[str, ...]:
    """Further culprits, where several independent ones were found."""
    verdict, check = read.mapping(document.get("verdict")), read.mapping(document.get("check"))
    if verdict.get("state") != "multiple":
        return ()
    found = (one for one in read.rows(check.get("findings"), 20) if one.get("role") == "culprit")
    codes = (one.get("code") for one in found if one.get("code") != verdict.get("code"))
    return tuple(f"{words.code(code)} ({read.words(code, 40)})" for code in codes)[:2]


def downtime(document: Mapping[str, object], words: Words, forms: Forms) -> tuple[Fact, ...]:
    """The last 24 hours, 7 and 30 days. "Not monitored" is not zero."""
    given = document.get("downtime")
    missing = words.t("left_out.short") if given is None else words.t("down.unmonitored")

    def one(name: str, days: int) -> Fact:
        minutes = read.figure(read.mapping(given).get(f"{name}_min"))
        if minutes is None or minutes < 0:
            return Fact(words.t(f"down.{name}"), missing, "none")
        shown = words.t("down.minutes", minutes=forms.number(round(minutes)))
        partly = words.t("down.partly") if _unwatched(given, days, forms) else ""
        return Fact(words.t(f"down.{name}"), shown, "bad" if minutes else "good", partly, _longer(minutes, forms))

    return tuple(one(name, days) for name, days in (("day", 1), ("week", 7), ("month", 30)))


def _unwatched(given: object, days: int, forms: Forms) -> bool:
    """Whether nobody looked for a part of the last ``days``: what was counted is the least there was."""
    gaps = read.mapping(given).get("gaps")
    ends = (
        [forms.minutes_before_made(pair[1]) for pair in gaps[:MOST_GAPS] if _pair(pair)]
        if isinstance(gaps, list)
        else []
    )
    return any(end is not None and end < days * 24 * 60 for end in ends)


def _pair(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2


def _longer(minutes: float, forms: Forms) -> str:
    """The same in hours and days, where that is easier to say."""
    return forms.lasting(minutes) if minutes >= 90 else ""


def few(given: object, kind: str, words: Words, fact: object, most: int = _FIRST) -> Few:
    """The first facts of a section, or why there are none."""
    assert callable(fact)
    if given is None:
        return Few(note=words.t("left_out"))
    found = read.rows(given, most)
    if not found:
        return Few(note=words.t(f"none.{kind}"))
    return Few(tuple(fact(one) for one in found), read.more(given, most))


def tried_fact(one: Mapping[str, object], words: Words, forms: Forms) -> Fact:
    """What was tried, and what it did."""
    what = read.words(one.get("what"), 60)
    name = words.sentence(one.get("text"), 120, f"remedy.{what}.title") or what or words.t("unknown")
    times = read.figure(one.get("times"))
    if times is not None and times >= 2:
        name = words.t("tried.times", what=name, times=round(times))
    effect = read.words(one.get("effect"), 20)
    tone = {"solved": "good", "helped": "fair", "none": "bad", "worse": "bad"}.get(effect, "none")
    value = words.sentence(one.get("said"), 80) if words.same else ""
    value = value or words.name("effect", effect, words.t("effect.unknown"))
    return Fact(name, value, tone, note=forms.when(one.get("at")))


def line_fact(one: Mapping[str, object], words: Words, forms: Forms) -> Fact:
    """A figure of the line with its grade."""
    name = words.name("line_name", one.get("name"), words.label(one.get("name")) or words.sentence(one.get("text"), 80))
    name = name or read.words(one.get("name"), 60) or words.t("unknown")
    grade = read.words(one.get("grade"), 10)
    known = grade if grade in GRADES else ""
    value = words.figure(one.get("value")) or _quantity(one, forms) or words.t("unknown")
    return Fact(name, value, known, words.name("grade", grade, ""), forms.when(one.get("at")))


def _quantity(one: Mapping[str, object], forms: Forms) -> str:
    """Nobody reads how long something has been up in seconds."""
    value = read.figure(one.get("value"))
    if value is not None and value >= 0 and one.get("unit") == "s" and read.words(one.get("name")).endswith("_time"):
        return forms.lasting(value / 60)
    return forms.quantity(one.get("value"), one.get("unit"))


def _line(document: Mapping[str, object], words: Words, forms: Forms) -> Few:
    """What is worst comes first; with room left, the Wi-Fi."""
    line, wifi = document.get("line"), document.get("wifi")
    if line is None and wifi is None:
        return Few(note=words.t("left_out"))
    every = (*read.rows(line), *read.rows(wifi))
    if not every:
        return Few(note=words.t("none.line"))
    ordered = sorted(every, key=_badness)
    return Few(tuple(line_fact(one, words, forms) for one in ordered[:_FIRST]), max(0, len(ordered) - _FIRST))


def _badness(one: Mapping[str, object]) -> int:
    grade = one.get("grade")
    return -GRADES.index(grade) if isinstance(grade, str) and grade in GRADES else 1


def _symptom(symptom: Mapping[str, object], words: Words) -> str:
    """What is wrong in the contract's words, and whether the other devices have it too."""
    what, others = (
        words.name("symptom", symptom.get("what"), ""),
        words.name("others", symptom.get("other_devices"), ""),
    )
    return " · ".join(filter(None, (what, others)))


def _reach(wish: Mapping[str, object], words: Words) -> tuple[tuple[Fact, ...], str]:
    """Who it is and how they are reached, only as they gave it for this report."""
    given = wish.get("reach")
    if given is None:
        return (), words.t("left_out")
    sizes = {"name": 60, "phone": 40, "mail": 80, "when": 100, "contract": 40, "line_number": 40}
    found = tuple((name, read.words(read.mapping(given).get(name), most)) for name, most in sizes.items())
    facts = tuple(Fact(words.t(f"reach.{name}"), value, note=name) for name, value in found if value)
    return facts, "" if facts else words.t("none.reach")


def _identity(document: Mapping[str, object], words: Words) -> tuple[Fact, ...]:
    """Whose line, of what kind, behind which box."""
    box, by = read.mapping(document.get("box")), read.mapping(document.get("by"))
    operator = read.mapping(document.get("operator"))
    model = read.words(box.get("model"), 50) or read.words(box.get("family"), 30)
    firmware = read.words(box.get("firmware"), 30)
    pairs = (
        ("operator", read.words(operator.get("name"), 40) or read.words(operator.get("id"), 30)),
        ("access", words.name("access", document.get("access"), None) if document.get("access") else ""),
        ("box", f"{model} ({firmware})" if model and firmware else model or firmware),
        ("system", words.name("os", by.get("os"))),
    )
    return tuple(Fact(words.t(f"identity.{name}"), value) for name, value in pairs if value)
