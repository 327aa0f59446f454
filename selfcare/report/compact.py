"""What of a finished, redacted ``rapport.json`` goes into a code, by numbers that keep their meaning for ever.

Version 1. An allow-list: what is not in these tables is in no code. What a newer program adds under new numbers, an
older one passes over; another meaning of an old number is version 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import cbor2

from selfcare.report import cbor
from selfcare.report.fields import Each, Moment, Number, Scalar, Text, Uuid, Word, record

SEGMENTS = Word(("pc", "wifi", "lan", "box", "access", "isp", "internet"))
STATES = Word(("ok", "fault", "multiple", "not_proven", "intermittent", "connecting", "cannot_test"))
BANDS = Word(("certain", "likely", "possible"))
GRADES = Word(("good", "fair", "poor", "bad"))
SYMPTOMS = Word(("no_web", "slow", "drops", "one_site", "one_device", "wifi", "port", "tv", "phone", "games"))
OTHERS = Word(("same", "fine", "unknown"))
SOURCES = Word(("remedy", "guide", "box", "support", "self"))
EFFECTS = Word(("solved", "helped", "none", "worse", "undone", "refused", "unknown"))
WANTS = Word(("repair", "call_back", "visit", "compensation", "information"))
CHANNELS = Word(("phone", "chat", "web", "app", "mail", "post", "shop", "forum", "social", "visit", "other"))
OUTAGES_FROM = Word(("box", "checks", "said"))
ACCESSES = Word(("fibre", "dsl", "cable", "cellular", "ethernet"))
UNITS = Word(("dBm", "dB", "kbit/s", "Mbit/s", "ms", "s", "min", "%", "m", "MHz", "GHz", "°C", "B"))
TICKETS = Word(("acknowledged", "rejected", "pending", "held", "inProgress", "cancelled", "closed", "resolved"))

LEFT_OUT = Word((
    "contacts", "wifi", "downtime.outages", "line", "tried", "tickets", "symptom.words", "wish.words",
    "wish.reach.when", "box", "wish.reach", "symptom", "since", "downtime", "wish",
))  # fmt: skip

FACT = record((1, "name", Text(40)), (2, "value", Scalar()), (3, "unit", UNITS), (4, "grade", GRADES))
DOCUMENT = record(
    (1, "case", Text(20)),
    (2, "id", Uuid()),
    (3, "made", Moment()),
    (4, "language", Text(2)),
    (5, "by", record((1, "selfcare", Text(20)), (2, "os", Text(20)))),
    (6, "operator", record((1, "id", Text(40)), (2, "name", Text(40)))),
    (7, "access", ACCESSES),
    (8, "box", record((1, "family", Text(20)), (2, "model", Text(40)), (3, "firmware", Text(40)))),
    (9, "verdict", record(
        (1, "state", STATES), (2, "code", Text(40)), (3, "segments", Each(SEGMENTS, 7)), (4, "band", BANDS),
        (5, "at", Moment()),
    )),
    (10, "symptom", record((1, "what", SYMPTOMS), (2, "other_devices", OTHERS), (3, "words", Text(300)))),
    (11, "since", record((1, "at", Moment()), (2, "source", OUTAGES_FROM))),
    (12, "downtime", record(
        (1, "day_min", Number()), (2, "week_min", Number()), (3, "month_min", Number()),
        (4, "outages", Each(record((1, "start", Moment()), (2, "seconds", Number()), (3, "layer", Text(20)),
                                   (4, "source", OUTAGES_FROM)), 12)),
    )),
    (13, "tried", Each(record(
        (1, "what", Text(40)), (2, "source", SOURCES), (3, "effect", EFFECTS), (4, "at", Moment()),
        (5, "times", Number()), (6, "text", Text(100)),
    ), 20)),
    (14, "line", Each(FACT, 20)),
    (15, "wifi", Each(FACT, 12)),
    (16, "wish", record(
        (1, "wants", Each(WANTS, 5)), (2, "words", Text(300)),
        (3, "reach", record((1, "name", Text(60)), (2, "phone", Text(30)), (3, "mail", Text(80)),
                            (4, "contract", Text(40)), (5, "line_number", Text(30)), (6, "when", Text(100)))),
    )),
    (17, "tickets", Each(record((1, "number", Text(40)), (2, "state", TICKETS), (3, "promised", Text(40))), 5)),
    (18, "contacts", Each(record(
        (1, "at", Moment()), (2, "channel", CHANNELS), (3, "waited_min", Number()), (4, "answer", Text(120)),
        (5, "reference", Text(40)), (6, "promised", Text(40)),
    ), 5)),
    (19, "left_out", Each(LEFT_OUT, 30)),
)  # fmt: skip

EXTRAS = ("contacts", "wifi", "downtime.outages", "line:10", "tried:8", "tickets")
"""Dropped one after the other before a second picture is needed."""
TRIMMED = (
    "symptom.words:120", "wish.words:120", "tried:3", "line:3", "symptom.words", "wish.words", "wish.reach.when",
    "line", "tried", "box", "wish.reach",
)  # fmt: skip
"""Then, when three pictures are not enough; ``:n`` keeps the first n. The rest always fits."""


def dumps(document: Mapping[str, object], left_out: tuple[str, ...] = ()) -> bytes:
    """The document without ``left_out`` (names of ``EXTRAS`` and ``TRIMMED``), and saying so."""
    chosen: Mapping[str, object] = {**document, "tried": _tried(document.get("tried"))}
    chosen = {**chosen, **{name: _worst_first(document.get(name)) for name in ("line", "wifi")}}
    for name in left_out:
        chosen = _without(chosen, name)
    said = _unticked(document) + [name.partition(":")[0] for name in left_out]
    return cbor2.dumps(DOCUMENT.pack({**chosen, "left_out": list(dict.fromkeys(said))}), canonical=True)


def loads(data: bytes) -> dict[str, object]:
    """What :func:`dumps` wrote, with the names of ``rapport.json``.

    Raises:
        ValueError: it is something else.
    """
    return cast("dict[str, object]", DOCUMENT.unpack(cbor.loads(data)))


def _unticked(document: Mapping[str, object]) -> list[str]:
    """Sections that are null: who reads the code must not take them for empty."""
    return [name for name in _SECTIONS if name in document and document[name] is None]


_SECTIONS = ("downtime", "tried", "line", "wifi", "wish", "contacts")
"""Of the rest, null is "not known"."""


def _tried(tried: object) -> object:
    """Only what people told needs its words: the rest has a name that says it in any language."""
    if not isinstance(tried, list):
        return tried
    own = ("support", "self")
    items = [one for one in tried if isinstance(one, Mapping)]
    return [one if one.get("source") in own else {k: v for k, v in one.items() if k != "text"} for one in items]


def _worst_first(facts: object) -> object:
    """Whatever has to go, the bad figures stay."""
    order = {"bad": 0, "poor": 1, "fair": 2, "good": 3}
    if not isinstance(facts, list):
        return facts
    items = [one for one in facts if isinstance(one, Mapping)]
    return sorted(items, key=lambda one: order.get(str(one.get("grade")), 4))


def _without(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    path, _, keep = name.partition(":")
    first, _, rest = path.partition(".")
    value = document.get(first)
    if rest:
        return {**document, first: _without(value, name.partition(".")[2])} if isinstance(value, Mapping) else document
    if keep and isinstance(value, list | str):
        return {**document, first: value[: int(keep)]}
    return {key: one for key, one in document.items() if key != first}
