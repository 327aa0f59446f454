"""A code in sentences, for whoever answers the telephone. ``words``: domain support; ``main``: names of causes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from selfcare.i18n import Catalogue
from selfcare.report import spoken as digits
from selfcare.report.spoken_numbers import CANNOT_TEST, CONNECTING, NOT_PROVEN, NOTHING, NUMBERS, OK, OTHER

_GUIDES = "guides"
_STATES = {
    NOTHING: "nothing", OK: "ok", NOT_PROVEN: "not_proven", CONNECTING: "connecting", CANNOT_TEST: "cannot_test",
    OTHER: "other",
}  # fmt: skip


def of_digits(told: Mapping[str, int], words: Catalogue, main: Catalogue) -> tuple[str, ...]:
    """What the 16 digits say, how sure, and what they cannot say."""
    text, lines = words.text, [_cause(told, words, main)]
    for layer in digits.LAYERS:
        if told[layer]:
            lines.append(text(f"codes.layer.{told[layer]}", layer=text(f"codes.layer.{layer}")))
    if told["access"] in range(1, len(digits.ACCESSES)):
        lines.append(text(f"codes.access.{digits.ACCESSES[told['access']]}"))
    lines += [*_levels(told, words), _cuts(told["cuts"], words), _lasts(told["lasts"], words)]
    tried = [text(f"codes.tried.{name}") for at, name in enumerate(digits.TRIED) if told["tried"] >> at & 1]
    lines.append(text("codes.tried", what=", ".join(tried)) if tried else text("codes.tried.none"))
    return (*lines, text("codes.not_in_digits"))


def _cause(told: Mapping[str, int], words: Catalogue, main: Catalogue) -> str:
    code = next((name for name, number in NUMBERS.items() if number == told["verdict"]), None)
    if code is None:
        return words.text(f"codes.state.{_STATES.get(told['verdict'], 'other')}")
    surely = digits.FOUND in (told[layer] for layer in digits.LAYERS)
    title = main.first(f"code.{code}.title", code)
    return words.text("codes.cause.certain" if surely else "codes.cause.unsure", cause=title, code=code)


def _levels(told: Mapping[str, int], words: Catalogue) -> Iterator[str]:
    if told["wifi"]:
        yield _between(words, "codes.wifi", digits.span(told["wifi"], digits.WIFI_FROM, digits.WIFI_STEP), "dBm")
    access = digits.ACCESSES[told["access"]] if told["access"] < len(digits.ACCESSES) else ""
    if told["signal"] and access == "fibre":
        yield _between(words, "codes.light", digits.span(told["signal"], digits.LIGHT_FROM, digits.LIGHT_STEP), "dBm")
    elif told["signal"] and access == "dsl":
        yield _between(words, "codes.margin", digits.span(told["signal"], digits.MARGIN_FROM, digits.MARGIN_STEP), "dB")


def _between(words: Catalogue, what: str, ends: tuple[float | None, float | None], unit: str) -> str:
    low, high = (None if end is None else f"{end:g}".replace("-", "−") for end in ends)
    kind = "below" if low is None else "above" if high is None else "between"
    values = {"low": low or "", "high": high or "", "unit": unit}
    return words.text(f"codes.{kind}", what=words.text(what), **values)


def _cuts(number: int, words: Catalogue) -> str:
    if number == 0:
        return words.text("codes.cuts.unknown")
    return words.text("codes.cuts.many" if number == 15 else "codes.cuts", count=number - 1)


def _lasts(number: int, words: Catalogue) -> str:
    if number == 0:
        return words.text("codes.lasts.unknown")
    low, high = digits.lasts(number)
    if high is None:
        return words.text("codes.lasts.more", low=_span(low, words))
    return words.text("codes.lasts", low=_span(low, words), high=_span(high, words))


def _span(minutes: float, words: Catalogue) -> str:
    if minutes < 90:
        return words.text("codes.minutes", count=round(minutes))
    hours = minutes / 60
    if hours < 48:
        return words.text("codes.hours", count=round(hours))
    return words.text("codes.days", count=round(hours / 24))


def of_report(data: Mapping[str, Any], words: Catalogue, main: Catalogue) -> tuple[str, ...]:
    """What a picture says. Its texts are a stranger's: shown as text."""
    text, lines = words.text, list[str]()
    lines.append(text("codes.case", case=data.get("case", "?"), made=when(data.get("made"), words)))
    lines += _verdict(data.get("verdict") or {}, words, main)
    if (data.get("verdict") or {}).get("state") == "ok" and untested(data, words):
        lines.append(untested(data, words))
    lines += [*_trouble(data, words), *_story(data, words, main), *_person(data.get("wish") or {}, words)]
    if left := data.get("left_out"):
        lines.append(text("codes.left_out", names=", ".join(words.first(f"codes.part.{one}", one) for one in left)))
    return tuple(lines)


def untested(data: Mapping[str, Any], words: Catalogue) -> str:
    """That a check says nothing of this trouble; "" where it does."""
    key = f"codes.untested.{(data.get('symptom') or {}).get('what')}"
    return words.text(key) if words.has(key) else ""


def _verdict(verdict: Mapping[str, Any], words: Catalogue, main: Catalogue) -> Iterator[str]:
    yield _cause_of(verdict, words, main)
    if verdict.get("state") == "multiple" and verdict.get("code"):
        yield words.text("codes.cause.others")
    if verdict.get("at"):
        yield words.text("codes.checked", at=when(verdict["at"], words))


def _cause_of(verdict: Mapping[str, Any], words: Catalogue, main: Catalogue) -> str:
    code, state = verdict.get("code"), verdict.get("state", "")
    if not code:
        return words.first(f"codes.state.{state}", "codes.state.nothing")
    sure = verdict.get("band") == "certain" and state in ("fault", "multiple")
    places = [words.first(f"page.side.{one}", one) for one in verdict.get("segments") or ()]
    if sure and len(places) > 1:
        values = {"cause": main.first(f"code.{code}.title", code), "code": code, "places": ", ".join(places)}
        return words.text("codes.cause.shared", **values)
    key = "codes.cause.intermittent" if state == "intermittent" else f"codes.cause.{'certain' if sure else 'unsure'}"
    return words.text(key, cause=main.first(f"code.{code}.title", code), code=code)


def _trouble(data: Mapping[str, Any], words: Catalogue) -> Iterator[str]:
    symptom, since, down = data.get("symptom") or {}, data.get("since") or {}, data.get("downtime")
    if symptom.get("what"):
        said = symptom.get("words") or ""
        key = "codes.symptom.words" if said else "codes.symptom"
        yield words.text(key, what=words.first(f"codes.symptom.{symptom['what']}", symptom["what"]), words=said)
    elif symptom.get("words"):
        yield words.text("codes.said", words=symptom["words"])
    if since.get("at"):
        who = words.first(f"codes.by.{since.get('source')}", "codes.by.unknown")
        yield words.text("codes.since", at=when(since["at"], words), who=who)
    if down is not None:
        named = {name: _minutes(down.get(f"{name}_min"), words) for name in ("day", "week", "month")}
        yield words.text("codes.downtime", **named)


def _minutes(value: object, words: Catalogue) -> str:
    return words.text("codes.unwatched") if value is None else words.text("codes.minutes", count=value)


def _story(data: Mapping[str, Any], words: Catalogue, main: Catalogue) -> Iterator[str]:
    for one in data.get("tried") or ():
        what = str(one.get("what", "?"))
        named = one.get("text") or _named(what, main)
        effect = words.first(f"codes.effect.{one.get('effect')}", "codes.effect.unknown")
        yield words.text("codes.tried.one", what=named, effect=effect)
    for one in (*(data.get("line") or ()), *(data.get("wifi") or ())):
        name = str(one.get("name", "?"))
        grade = words.first(f"codes.grade.{one.get('grade')}", "codes.grade.unknown")
        named = words.first(f"report.fact.{name}", f"codes.fact.{name}", name)
        yield words.text("codes.fact", name=named, value=_value(one, words), grade=grade)
    for one in data.get("tickets") or ():
        yield words.text("codes.ticket", number=one.get("number", "?"))


def _named(what: str, main: Catalogue) -> str:
    """A remedy or a guide by its title; anything else by its name."""
    if main.has(f"remedy.{what}.title"):
        return main.text(f"remedy.{what}.title")
    return Catalogue(main.language, _GUIDES).first(f"{what}.title", what)


def _value(fact: Mapping[str, Any], words: Catalogue) -> str:
    value = fact.get("value", "?")
    if isinstance(value, bool):
        return words.text("codes.yes" if value else "codes.no")
    told = words.first(f"report.value.{value}", value) if isinstance(value, str) else _figure(value, words)
    return f"{told} {fact.get('unit', '')}".strip()


def _figure(value: object, words: Catalogue) -> str:
    text = str(round(value, 2)) if isinstance(value, float) else str(value)
    return text.replace("-", "−").replace(".", ",") if words.language == "fr" else text.replace("-", "−")


def _person(wish: Mapping[str, Any], words: Catalogue) -> Iterator[str]:
    wants = [words.first(f"codes.want.{one}", one) for one in wish.get("wants") or ()]
    if wants:
        yield words.text("codes.wants", wants=", ".join(wants))
    if wish.get("words"):
        yield words.text("codes.wish", words=wish["words"])
    if reach := [str(one) for one in (wish.get("reach") or {}).values() if one]:
        yield words.text("codes.reach", reach=" · ".join(reach))


def when(at: object, words: Catalogue) -> str:
    """A time as it was there, to the minute."""
    try:
        moment = datetime.fromisoformat(str(at))
    except ValueError:
        return "?"
    return moment.strftime("%d/%m/%Y %H:%M" if words.language == "fr" else "%Y-%m-%d %H:%M")
