"""``selfcare box list``: what each family of boxes can, from the drivers' claims. ``docs/boxes.md`` is made by it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from selfcare.app.services import Services
from selfcare.cli import out
from selfcare.contract import ExitCode
from selfcare.i18n import Catalogue

if TYPE_CHECKING:
    from selfcare.boxes.driver import Claim, Driver
    from selfcare.model.box import Capability

_HEAD = """# Boxes: what each can tell and be told

Written by `python -m selfcare box list --markdown` from the drivers' claims (`selfcare/boxes/<family>/`); a test keeps
it up to date. **Nothing here was tried on a real box.** How we know, in this order of worth: *recorded* (a reply of a
real box was read), *documentation* or *specification* (the maker's, a standard's), *client code* (a public program that
people use with such a box). "unknown": nobody of us ever saw it; it is tried, and what comes is believed."""
_SIGN = {"yes": "yes", "no": "no", "unknown": "?"}


def run_list(arguments: argparse.Namespace, services: Services) -> int:
    """Every family."""
    out.prepare(machine=arguments.json or arguments.markdown)
    drivers = services.boxes().drivers()
    if arguments.markdown:
        out.line(as_markdown(drivers, Catalogue("en")))
    elif arguments.json:
        out.line(json.dumps([as_object(d) for d in drivers], ensure_ascii=False, indent=2))
    else:
        out.line("\n".join(as_lines(drivers, services.catalogue)))
    return ExitCode.OK


def models(driver: Driver) -> dict[str, str]:
    """The columns; one for all where the driver knows no models apart."""
    return dict(driver.models) or {"": ""}


def claim(driver: Driver, capability: Capability, model: str) -> Claim:
    """What holds for a model."""
    from selfcare.boxes.families import support

    return support(driver, capability, model)


def capabilities() -> Sequence[Capability]:
    """The rows."""
    from selfcare.model.box import Capability

    return tuple(Capability)


def as_object(driver: Driver) -> dict[str, Any]:
    """One family, for programs."""
    return {
        "family": driver.family.value,
        "pairing": driver.pairing.value,
        "names": list(driver.host_names),
        "min_interval_s": driver.min_interval_s,
        "models": models(driver),
        "claims": {
            model: {c.value: _claim(claim(driver, c, model)) for c in capabilities()} for model in models(driver)
        },
    }


def _claim(found: Claim) -> dict[str, str]:
    return {"support": found.support.value, "source": found.source, "note": found.note}


def as_lines(drivers: Sequence[Driver], catalogue: Catalogue) -> Iterator[str]:
    """Each family with what it can, in words."""
    for driver in drivers:
        yield catalogue.text(f"box.family.{driver.family.value}")
        for model, name in models(driver).items():
            can = [c for c in capabilities() if claim(driver, c, model).support == "yes"]
            told = ", ".join(catalogue.text(f"box.capability.{c.value}") for c in can)
            yield catalogue.text("cli.box.line", label=f"  {name or model}".rstrip() or "  –", text=told or "–")


def as_markdown(drivers: Iterable[Driver], catalogue: Catalogue) -> str:
    """A table per family: a line per capability, a column per model."""
    known = list(drivers)
    lines = [_HEAD, "", "| family | let in by | status at most every | names |", "| --- | --- | --- | --- |"]
    for d in known:
        names = ", ".join(f"`{n}`" for n in d.host_names) or "–"
        family = catalogue.text(f"box.family.{d.family.value}")
        lines.append(f"| {family} | {d.pairing.value.replace('_', ' ')} | {d.min_interval_s:g} s | {names} |")
    for driver in known:
        lines += ["", *_table(driver, catalogue)]
    return "\n".join(lines)


class Column(NamedTuple):
    """A model, or several of one name that can the same."""

    name: str
    claims: tuple[Claim, ...]


def columns(driver: Driver) -> tuple[Column, ...]:
    """In the driver's order; two entries that a reader could not tell apart are one."""
    found = (Column(name or model, _claims(driver, model)) for model, name in models(driver).items())
    return tuple(dict.fromkeys(found))


def _claims(driver: Driver, model: str) -> tuple[Claim, ...]:
    return tuple(claim(driver, capability, model) for capability in capabilities())


def _table(driver: Driver, catalogue: Catalogue) -> Iterator[str]:
    models = columns(driver)
    family = catalogue.text(f"box.family.{driver.family.value}")
    yield f"## {family[:1].upper()}{family[1:]} (`{driver.family.value}`)"
    yield ""
    yield f"| | {' | '.join(column.name or 'all' for column in models)} | how we know |"
    yield "|".join(("", " --- ", *(" --- " for _ in models), " --- ", ""))
    for number, capability in enumerate(capabilities()):
        cells = " | ".join(_SIGN[column.claims[number].support.value] for column in models)
        how = _how([(column.name, column.claims[number]) for column in models])
        yield f"| {catalogue.text(f'box.capability.{capability.value}')} | {cells} | {how} |"


def _how(claims: Sequence[tuple[str, Claim]]) -> str:
    """Each source and note once; of which models, where it is not all of them."""
    said: dict[str, list[str]] = {}
    for name, found in claims:
        said.setdefault(": ".join(part for part in (found.source, found.note) if part), []).append(name)
    parts = [text if len(said) == 1 else f"{', '.join(names)}: {text}" for text, names in said.items() if text]
    return "; ".join(parts).replace("|", "/")
