"""The probes as their declarations describe them: one record each, and the two forms in which people read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from selfcare.i18n import Catalogue
from selfcare.model.probe import ProbeSpec, Tier

_NEEDS_RIGHTS = "raw_socket"
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class ProbeText:
    """One declaration in the reader's language. ``asks`` are the facts it can establish, as sentences."""

    id: str
    title: str
    asks: tuple[str, ...]
    tier: str
    cost: str
    privilege: str
    platforms: str
    waits_for: str


def describe(spec: ProbeSpec, catalogue: Catalogue) -> ProbeText:
    """What a reader wants to know of a probe."""
    text = catalogue.text
    others = [catalogue.first(f"cli.probes.needs.{n}", n) for n in spec.needs]
    return ProbeText(
        id=spec.id,
        title=catalogue.first(f"probe.{spec.id}", spec.id),
        asks=tuple(catalogue.first(f"fact.{fact}.yes", fact.replace("_", " ")) for fact in spec.answers),
        tier=text("cli.probes.suspicion") if _on_suspicion(spec) else text(f"cli.probes.tier.{spec.tier.value}"),
        cost=_cost(spec, catalogue),
        privilege=", ".join(others) or text("cli.probes.ordinary"),
        platforms=", ".join(text(f"cli.probes.platform.{p.value}") for p in sorted(spec.platforms, key=str)),
        waits_for=", ".join(spec.requires),
    )


def _on_suspicion(spec: ProbeSpec) -> bool:
    return spec.tier is Tier.DEEP and bool(spec.called_by)


def _cost(spec: ProbeSpec, catalogue: Catalogue) -> str:
    seconds = _number(spec.time_limit_ms / 1000, catalogue)
    total = spec.cost.bytes_up + spec.cost.bytes_down
    if spec.cost.loads_line:
        return catalogue.text("cli.probes.cost.line", megabytes=-(-total // 1_000_000), seconds=seconds)
    if not total:
        return catalogue.text("cli.probes.cost.nothing", seconds=seconds)
    return catalogue.text("cli.probes.cost.bytes", kilobytes=_number(total / 1000, catalogue), seconds=seconds)


def _number(value: float, catalogue: Catalogue) -> str:
    return f"{value:g}".replace(".", "," if catalogue.language == "fr" else ".")


def as_text(specs: Sequence[ProbeSpec], catalogue: Catalogue) -> str:
    """For a terminal: one paragraph each."""
    lines = []
    for item in (describe(spec, catalogue) for spec in specs):
        lines.append(f"{item.id} · {item.title}")
        lines.append(_INDENT + catalogue.text("cli.probes.asks", facts=" ; ".join(item.asks)))
        lines.append(f"{_INDENT}{item.tier} · {item.cost} · {item.privilege} · {item.platforms}")
        if item.waits_for:
            lines.append(_INDENT + catalogue.text("cli.probes.waits", probes=item.waits_for))
    return "\n".join(lines)


_COLUMNS = ("id", "purpose", "asks", "tier", "cost", "privilege", "platforms", "waits")


def as_markdown(specs: Sequence[ProbeSpec], catalogue: Catalogue) -> str:
    """The table of the documentation."""
    text = catalogue.text
    rows = [
        f"# {text('cli.probes.title')}",
        "",
        text("cli.probes.generated"),
        "",
        "| " + " | ".join(text(f"cli.probes.column.{name}") for name in _COLUMNS) + " |",
        "|" + " --- |" * len(_COLUMNS),
    ]
    for item in (describe(spec, catalogue) for spec in specs):
        cells = (
            f"`{item.id}`", item.title, "; ".join(item.asks), item.tier, item.cost, item.privilege, item.platforms,
            item.waits_for or "–",
        )  # fmt: skip
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


def as_object(spec: ProbeSpec, catalogue: Catalogue) -> dict[str, Any]:
    """For programs: the declaration as it is, and its purpose in words."""
    described = describe(spec, catalogue)
    return {
        "id": spec.id,
        "version": spec.version,
        "purpose": described.title,
        "layer": spec.layer.value,
        "tier": spec.tier.value,
        "called_by": list(spec.called_by),
        "requires": list(spec.requires),
        "needs": list(spec.needs),
        "privileged": _NEEDS_RIGHTS in spec.needs,
        "answers": list(spec.answers),
        "platforms": sorted(p.value for p in spec.platforms),
        "time_limit_ms": spec.time_limit_ms,
        "cost": {
            "bytes_up": spec.cost.bytes_up,
            "bytes_down": spec.cost.bytes_down,
            "loads_line": spec.cost.loads_line,
        },
    }
