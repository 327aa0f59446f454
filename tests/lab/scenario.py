"""Scenarios are data: one TOML file each, checked here against the fields and steps that exist."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from selfcare.model.finding import VerdictState
from selfcare.model.segment import Segment
from tests.lab.owners import OWNERS

FOLDER = Path(__file__).with_name("scenarios")
KINDS = ("healthy", "fault", "near_miss")


class ScenarioError(ValueError):
    """A scenario file says something that does not exist."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A verdict that is right. ``segments``: where it truly is, as far as anybody at the PC could tell."""

    state: VerdictState
    code: str | None
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """The home and its line. Times in ms, rates in kbit/s (0: no limit), loss as a share.

    ``connectivity_check``: NetworkManager asks a page of the Internet itself, and makes
    the routes of adapters where that fails worse by 20000. Debian installs it only on
    request, Ubuntu always. ``box_number`` is the box's place in the subnet. ``owner`` gives the
    PC its address and resolvers (``owners.py``); most faults of a PC are made with NetworkManager's tools.
    """

    subnet: str = "192.168.1.0/24"
    box_number: int = 1
    ipv6: bool = False
    cgnat: bool = False
    upnp: bool = True
    connectivity_check: bool = True
    box_ping: bool = True
    internet_ping: bool = True
    delay_ms: float = 2.0
    jitter_ms: float = 0.5
    loss: float = 0.0
    down_kbit: float = 0.0
    up_kbit: float = 0.0
    mtu: int = 0
    owner: str = "networkmanager"


@dataclass(frozen=True, slots=True)
class Step:
    """One change to a running lab: the name of an action in ``steps`` and its arguments."""

    do: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """``accept`` are other honest verdicts; ``not_blamed`` are codes that would be a false blame.

    ``settle_s`` is how long the fault has been there when the subscriber calls. ``conditions``
    must all be told. ``options`` are those of the check that is to find it (none: the fast one; a
    path among them is relative to the repository); ``as_root`` runs it with every privilege.
    """

    name: str
    description: str
    kind: str
    expected: Expected
    accept: tuple[Expected, ...] = ()
    not_blamed: tuple[str, ...] = ()
    lab: Variant = field(default_factory=Variant)
    steps: tuple[Step, ...] = ()
    settle_s: float = 0.0
    conditions: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    as_root: bool = False


def names() -> tuple[str, ...]:
    """All scenarios, the healthy ones first, the base one before all."""
    return tuple(s.name for s in sorted(map(load, _stems()), key=lambda s: (KINDS.index(s.kind), s.name)))


def _stems() -> list[str]:
    return [path.stem for path in FOLDER.glob("*.toml")]


@cache
def load(name: str) -> Scenario:
    """The scenario of that name.

    Raises:
        ScenarioError: no such file, or a field, kind, code or step that does not exist.
    """
    path = FOLDER / f"{name}.toml"
    if not path.is_file():
        raise ScenarioError(f"no scenario {name!r}; there are: {', '.join(sorted(_stems()))}")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return _scenario(data, name)
    except (KeyError, TypeError, ValueError) as error:
        raise ScenarioError(f"{path.name}: {type(error).__name__}: {error}") from error


def _scenario(data: dict[str, Any], name: str) -> Scenario:
    from tests.lab.steps import check_step

    steps = tuple(Step(step.pop("do"), step) for step in data.pop("steps", []))
    for step in steps:
        check_step(step)
    if data["name"] != name or data["kind"] not in KINDS:
        raise ScenarioError(f"name {data['name']!r}, kind {data['kind']!r}")
    return Scenario(
        expected=_expected(data.pop("expected")),
        accept=tuple(_expected(item) for item in data.pop("accept", [])),
        not_blamed=tuple(data.pop("not_blamed", ())),
        conditions=tuple(data.pop("conditions", ())),
        options=_options(data.pop("options", [])),
        lab=_variant(data.pop("lab", {})),
        steps=steps,
        **data,
    )


def _options(data: list[Any]) -> tuple[str, ...]:
    if not all(isinstance(item, str) for item in data):
        raise ScenarioError(f"options: {data!r}")
    return tuple(data)


def _expected(data: dict[str, Any]) -> Expected:
    unknown = set(data) - {"state", "code", "segments"}
    if unknown:
        raise ScenarioError(f"expected: {sorted(unknown)}")
    return Expected(VerdictState(data["state"]), data.get("code"), tuple(Segment(s) for s in data.get("segments", ())))


def _variant(data: dict[str, Any]) -> Variant:
    for each in fields(Variant):
        value = data.get(each.name, each.default)
        wanted = type(each.default)
        if not isinstance(value, (int, float) if wanted is float else wanted):
            raise ScenarioError(f"lab.{each.name}: {value!r} is not {wanted.__name__}")
    if data.get("owner", "networkmanager") not in OWNERS:
        raise ScenarioError(f"lab.owner: {data['owner']!r}")
    return Variant(**data)
