"""The deep check in words: the question before it, and what it found. Pure; no Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from selfcare.app.deep import DeepCost, held_back_by_pc
from selfcare.app.numbers import amount, number
from selfcare.i18n import Catalogue
from selfcare.model.experience import Grade, Quality, Use
from selfcare.model.measurement import Outcome
from selfcare.model.observation import Observation
from selfcare.model.payloads.capacity import CapacityPayload, Load, Place
from selfcare.model.payloads.link import InterfaceKind, LinkPayload
from selfcare.model.tri import Tri
from ui.check_state import CheckState
from ui.latency import Figure
from ui.wording import probe_title, reason_text

PROBE = "speed.capacity"
_FEEL = {
    Grade.A_PLUS: "steady", Grade.A: "steady", Grade.B: "slower", Grade.C: "slow", Grade.D: "stuck", Grade.F: "stuck",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DeepOffer:
    """What a deep check would cost here; ``metered`` None: the system does not tell."""

    cost: DeepCost
    metered: bool | None

    @property
    def loads(self) -> frozenset[str]:
        """The probes that fill the line."""
        return frozenset(p.id for p in self.cost.deep if p.cost.loads_line)


def question(catalogue: Catalogue, offer: DeepOffer) -> tuple[str, ...]:
    """What it does, how long, how much: one paragraph each."""
    say, cost = catalogue.text, offer.cost
    up, down = amount(catalogue, cost.bytes_up), amount(catalogue, cost.bytes_down)
    lines = [say("ui.deep.what"), say("ui.deep.cost", seconds=cost.seconds, up=up, down=down)]
    lines.append(say("ui.deep.loads", server=cost.server) if cost.server else say("ui.deep.no_server"))
    return tuple(lines)


def warning(catalogue: Catalogue, offer: DeepOffer) -> str:
    """On a connection paid by volume, and a milder word where nobody knows."""
    if offer.metered:
        return catalogue.text("ui.deep.metered")
    return catalogue.text("ui.deep.metered_unknown") if offer.metered is None else ""


def steps(catalogue: Catalogue, offer: DeepOffer) -> tuple[str, ...]:
    """The measurements an ordinary check leaves out, each with what it may move."""
    return tuple(
        catalogue.text(
            "ui.deep.step",
            title=probe_title(catalogue, probe.id),
            size=amount(catalogue, probe.cost.bytes_up + probe.cost.bytes_down),
        )
        for probe in offer.cost.deep
    )


@dataclass(frozen=True, slots=True)
class UseLine:
    """One use: its name, the word for how well it goes, and the same from 1 (bad) to 5 (great)."""

    name: str
    word: str
    level: int


@dataclass(frozen=True, slots=True)
class DeepResults:
    """What the capacity measurement says; ``absent`` instead of all that, where it gave nothing."""

    figures: tuple[Figure, ...] = ()
    lead: str = ""
    remarks: tuple[str, ...] = ()
    uses: tuple[UseLine, ...] = ()
    numbers: tuple[str, ...] = ()
    absent: str = ""


def results(catalogue: Catalogue, check: CheckState) -> DeepResults | None:
    """None after a check without the deep measurement."""
    measured = check.measurements.get(PROBE)
    if measured is None:
        return None
    payload = measured.payload
    if not isinstance(payload, CapacityPayload):
        reason = str(measured.reason) if measured.outcome is Outcome.NOT_RUN else measured.outcome.value
        key = f"ui.deep.absent.{reason}"
        why = catalogue.text(key) if catalogue.has(key) else reason_text(catalogue, reason)
        return DeepResults(absent=catalogue.text("ui.deep.absent", why=why))
    known = {o.fact: o for o in check.observations}
    return DeepResults(
        _rates(catalogue, payload), _lead(catalogue, payload), _remarks(catalogue, payload, known, check),
        _uses(catalogue, payload), _numbers(catalogue, payload),
    )  # fmt: skip


def _rates(catalogue: Catalogue, payload: CapacityPayload) -> tuple[Figure, ...]:
    found = []
    for way, load in (("down", payload.down), ("up", payload.up)):
        if load is not None and load.median_mbps is not None:
            value = catalogue.text("ui.unit.mbit", value=number(catalogue, load.median_mbps))
            found.append(Figure(value, catalogue.text(f"ui.deep.rate.{way}")))
    return tuple(found)


def _lead(catalogue: Catalogue, payload: CapacityPayload) -> str:
    """How it feels while the line is full."""
    if payload.grade is None:
        return ""
    before, during = payload.before(Place.SERVER), _slowest(payload)
    feel = catalogue.text(f"ui.deep.feel.{_FEEL[payload.grade]}")
    if before is None or before.median_ms is None or during is None:
        return feel
    values = {"before": number(catalogue, round(before.median_ms)), "during": number(catalogue, round(during))}
    return f"{feel} {catalogue.text('ui.deep.wait', **values)}"


def _slowest(payload: CapacityPayload) -> float | None:
    """The middle round trip to the server in the direction that made it wait longer."""
    series = [load.series(Place.SERVER) for load in (payload.down, payload.up) if load is not None]
    return max((s.median_ms for s in series if s is not None and s.median_ms is not None), default=None)


def _remarks(
    catalogue: Catalogue, payload: CapacityPayload, known: dict[str, Observation], check: CheckState
) -> tuple[str, ...]:
    """What the figures do not say of the line itself."""
    link = check.measurements.get("link.interfaces")
    adapter = link.payload.get(payload.interface) if link and isinstance(link.payload, LinkPayload) else None
    free = known.get("line_free_before_load")
    loads = [load for load in (payload.down, payload.up) if load is not None]
    held = (
        ("wifi", adapter is not None and adapter.kind is InterfaceKind.WIFI),
        ("shared", free is not None and free.value is Tri.NO),
        ("pc", any(map(held_back_by_pc, loads))),
        ("one_way", payload.up is None),
    )
    return tuple(catalogue.text(f"ui.deep.remark.{name}") for name, holds in held if holds)


def _uses(catalogue: Catalogue, payload: CapacityPayload) -> tuple[UseLine, ...]:
    words = list(Quality)
    found = {score.use: score.quality for score in payload.uses}
    return tuple(
        UseLine(
            catalogue.text(f"ui.deep.use.{use}"),
            catalogue.text(f"ui.deep.quality.{found[use]}"),
            words.index(found[use]) + 1,
        )
        for use in Use
        if use in found
    )


def _numbers(catalogue: Catalogue, payload: CapacityPayload) -> tuple[str, ...]:
    """For who wants them: rates with their spread, round trips, responsiveness, what was moved."""

    def say(key: str, **values: float) -> str:
        return catalogue.text(f"ui.deep.number.{key}", **{k: number(catalogue, v) for k, v in values.items()})

    lines: list[str] = []
    for way, load, rpm in (("down", payload.down, payload.rpm_down), ("up", payload.up, payload.rpm_up)):
        if load is not None:
            lines += _of_direction(catalogue, payload, way, load, say)
            lines += [say(f"{way}.rpm", rpm=rpm)] if rpm is not None else []
    if payload.grade is not None:
        lines.append(catalogue.text("ui.deep.number.grade", grade=payload.grade))
    lines.append(catalogue.text("ui.deep.number.scales"))
    return tuple(lines)


def _of_direction(
    catalogue: Catalogue, payload: CapacityPayload, way: str, load: Load, say: Callable[..., str]
) -> list[str]:
    lines = []
    if load.median_mbps is not None:
        spread = load.iqr_mbps or 0.0
        lines.append(say(f"{way}.rate", median=load.median_mbps, spread=spread, links=load.connections))
    lines.append(say(f"{way}.moved", mega=load.bytes / 1e6, seconds=load.seconds))
    for series in load.latencies:
        before = payload.before(series.place)
        if series.median_ms is None or series.p95_ms is None or before is None or before.median_ms is None:
            continue
        where = catalogue.text(f"ui.deep.place.{series.place}")
        values = {"before": before.median_ms, "during": series.median_ms, "p95": series.p95_ms}
        line = catalogue.text(
            f"ui.deep.number.{way}.wait", where=where, **{k: number(catalogue, v) for k, v in values.items()}
        )
        lines.append(line)
    return lines
