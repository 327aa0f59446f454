"""What of a case stands in a report: tried, contacts, tickets, questions, interruptions, curves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from selfcare.diagnosis import thresholds
from selfcare.i18n import Catalogue
from selfcare.model.box.line_sample import LineSample
from selfcare.model.case import Case, Downtime, Outage, Source
from selfcare.model.ticket import Parcel
from selfcare.redaction.by_key import ByKey
from selfcare.report import page_read as read
from selfcare.report.source import newest_check

MOST_POINTS = 300
"""Of a curve: more than the pixels of a chart on paper."""
NEAR = timedelta(minutes=15)
"""As in the case file: nothing longer than that hides between two sightings of the line."""
_MOVED = "box_moved"
# Somebody did it alone, and a walk told; no word of theirs is in it.
Sentence = Callable[[object], str]


def tried(case: Case, clean: ByKey, *, typed: bool = True) -> list[dict[str, Any]]:
    """Newest as the case has them; what it did stands beside it. ``typed``: also what the subscriber noted."""
    return [
        {"what": clean.word(one.what), "source": one.source.value, "effect": one.effect.value,
         "at": clean.word(one.at), "times": one.times, "text": clean.sentence(one.text),
          "said": clean.sentence(one.said)}
         for one in case.tried if typed or one.source is not Source.SELF or one.what == _MOVED
    ]  # fmt: skip


def contacts(case: Case, clean: ByKey) -> list[dict[str, Any]]:
    """Each exchange with support, in the subscriber's own words but without what names anybody."""
    return [
        {"at": clean.word(one.at), "channel": one.channel.value, "waited_min": one.waited_min,
         "cost_cents": one.cost_cents, "who": clean.sentence(one.who), "reason": clean.sentence(one.reason),
         "answer": clean.sentence(one.answer), "reference": clean.sentence(one.reference),
         "promised": clean.word(one.promised) if one.promised else "", "by_hand": one.by_hand}
        for one in case.contacts
    ]  # fmt: skip


def tickets(parcels: Iterable[Parcel], case: str, clean: ByKey) -> list[dict[str, Any]]:
    """Of this case, as the desk last told."""
    return [
        {"id": one.id, "number": clean.label(one.receipt.number) if one.receipt else "",
         "state": one.receipt.state.value if one.receipt else one.phase.value,
         "promised": clean.word(one.receipt.promised) if one.receipt and one.receipt.promised else ""}
        for one in parcels if one.case == case and one.kind != "note"
    ]  # fmt: skip


def asked(case: Case, clean: ByKey) -> list[dict[str, Any]]:
    """Questions to the question box, oldest first, and what they went on with."""
    found: dict[str, dict[str, Any]] = {}
    for event in sorted(case.events, key=lambda one: one.id):
        if event.kind != "ask":
            continue
        one = found.setdefault(event.subject, {"at": clean.word(event.at), "text": "", "opened": []})
        if (opened := event.data.get("opened")) is not None:
            one["opened"].append(clean.word(opened))
        else:
            one["text"] = clean.sentence(event.data.get("text", ""))
    return list(found.values())


def downtime(told: Downtime, clean: ByKey) -> dict[str, Any]:
    """Minutes and interruptions; null minutes: not monitored."""
    made = asdict(told)
    made["outages"] = [{name: clean.word(value) for name, value in asdict(one).items()} for one in told.outages]
    made["gaps"] = [[clean.word(first), clean.word(last)] for first, last in told.gaps]
    return made


def since(case: Case, symptom: Mapping[str, Any] | None, clean: ByKey) -> dict[str, str] | None:
    """What the subscriber said goes first; else the interruption that lasts.

    One whose end nobody saw may be over for weeks: it lasts where the newest check still found something wrong, and
    nothing hides between the last sight of it and that check.
    """
    said = (symptom or {}).get("since")
    if said:
        return {"at": str(said), "source": "said"}
    lasting = [one for one in case.downtime.outages if one.end is None and one.source != "said" and _lasts(one, case)]
    # What was seen a single time may have begun long before.
    lasting = [one for one in lasting if one.seconds]
    return {"at": clean.word(lasting[-1].start), "source": clean.word(lasting[-1].source)} if lasting else None


def _lasts(one: Outage, case: Case) -> bool:
    check, started = newest_check(case)
    start, checked = read.moment(one.start), read.moment(started)
    told = check.get("verdict") if check is not None else None
    if start is None or checked is None or not isinstance(told, Mapping) or told.get("state") == "ok":
        return False
    return checked - (start + timedelta(seconds=one.seconds or 0.0)) <= NEAR


CURVES: tuple[tuple[str, str, str], ...] = (
    ("optical_rx", "rx_power", "dBm"),
    ("downstream_snr", "margin_down", "dB"),
    ("downstream_rate", "rate_down", "kbit/s"),
)  # fmt: skip
"""The window's: name, field of a sample, unit."""


def series(samples: Sequence[LineSample], rx_low: float | None, words: Catalogue) -> list[dict[str, Any]]:
    """Curves of what the box told over time. ``low``: the limit below which it is poor, where one is known."""
    found = []
    for name, field, unit in CURVES:
        points = [(one.at, getattr(one, field)) for one in samples]
        if sum(1 for _, value in points if value is not None) < 2:
            continue
        low = {"optical_rx": rx_low, "downstream_snr": thresholds.DSL_MARGIN_ENOUGH_DB}.get(name)
        shown = [[_iso(at), value] for at, value in thin(points, MOST_POINTS)]
        found.append(
            {"name": name, "unit": unit, "text": words.text(f"report.fact.{name}"), "points": shown, "low": low}
        )
    return found


def thin(points: Sequence[tuple[float, float | None]], most: int) -> list[tuple[float, float | None]]:
    """At most ``most``: of each stretch the lowest, the highest and a gap stay, so that no dip is lost."""
    if len(points) <= most:
        return list(points)
    size = -(-len(points) * 3 // most)
    kept: list[tuple[float, float | None]] = []
    for start in range(0, len(points), size):
        stretch = points[start : start + size]
        known = [one for one in stretch if one[1] is not None]
        chosen = {*[one for one in stretch if one[1] is None][:1]}
        if known:
            chosen |= {min(known, key=lambda one: one[1] or 0.0), max(known, key=lambda one: one[1] or 0.0)}
        kept += sorted(chosen, key=lambda one: one[0])
    return kept


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().isoformat(timespec="seconds")
