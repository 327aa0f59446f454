"""Scenarios of the radio lab are data: one TOML file each, checked here when it is read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from tests.lab import scenario as lab
from tests.lab.scenario import Expected, Scenario, ScenarioError, Step
from tests.wifi.air import Cell

FOLDER = Path(__file__).with_name("scenarios")
PROFILE_NAME = "Wi-Fi de la maison"  # of NetworkManager
HOME, KEY = "Livebox-5421", "correct horse battery"
CODES = (
    "UNJOINED", "AUTH", "WEAK", "NOISE", "CHANNEL", "BAND24", "STICKY", "SLOWPHY", "REPEATER", "DROPS", "WRONGNET",
    "OPEN", "LOSS",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pc:
    """How the PC comes into the Wi-Fi. ``join``: the name of the network, "" for none.

    ``by``: the radio it joins through, and stays with (its profile names that access point); "" leaves it to choose.
    ``known``: other networks it has saved. ``late``: radios that are only heard once it has joined. ``key``: as
    somebody typed it, after ``wrong_first``. ``joined`` False: the network is saved and nobody joins it. ``cable``:
    one is in too, and carries the traffic. ``journal``: the subscriber may read the system's log. ``scan``: whether
    the system has looked around since.
    """

    join: str = HOME
    by: str = ""
    late: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    key: str = KEY
    wrong_first: str = ""
    joined: bool = True
    cable: bool = False
    journal: bool = False
    scan: bool = True


@dataclass(frozen=True, slots=True)
class WifiScenario:
    """``base``: what is right to say, as in the home lab. ``radio_true``: what hostapd and the simulated radios do;
    ``composed``: what is put in their place. A scenario without the latter counts as radio-true.

    ``overlay``: facts laid over what the radio's reader read (``overlay.py``). ``during`` happens while the check
    runs; ``after`` mends what ``steps`` broke.
    ``untold``: codes that nobody may read, not even as a condition. ``named``: culprits that must all be told of.
    ``short``: part of the small suite. ``contract``: the profile that names what the line should carry.
    """

    base: Scenario
    cells: tuple[Cell, ...]
    pc: Pc
    radio_true: tuple[str, ...]
    composed: tuple[str, ...] = ()
    overlay: dict[str, Any] = field(default_factory=dict)
    after: tuple[Step, ...] = ()
    during: tuple[Step, ...] = ()
    untold: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    short: bool = False
    contract: bool = False

    @property
    def name(self) -> str:
        return self.base.name

    @property
    def true(self) -> bool:
        return not self.composed


def names() -> tuple[str, ...]:
    """All of them, the healthy ones first."""
    return tuple(s.name for s in sorted(map(load, _stems()), key=lambda s: (lab.KINDS.index(s.base.kind), s.name)))


def short() -> tuple[str, ...]:
    return tuple(name for name in names() if load(name).short)


def _stems() -> list[str]:
    return [path.stem for path in FOLDER.glob("*.toml")]


@cache
def load(name: str) -> WifiScenario:
    """The scenario of that name.

    Raises:
        ScenarioError: no such file, or a field, kind, code or step that does not exist.
    """
    path = FOLDER / f"{name}.toml"
    if not path.is_file():
        raise ScenarioError(f"no scenario {name!r}; there are: {', '.join(sorted(_stems()))}")
    try:
        return _scenario(tomllib.loads(path.read_text(encoding="utf-8")), name)
    except (KeyError, TypeError, ValueError) as error:
        raise ScenarioError(f"{path.name}: {type(error).__name__}: {error}") from error


def _scenario(data: dict[str, Any], name: str) -> WifiScenario:
    from tests.wifi import steps  # noqa: F401  (registers what a step may be)

    made = WifiScenario(
        cells=tuple(_cell(each) for each in data.pop("cells")),
        pc=_pc(data.pop("pc", {})),
        radio_true=tuple(data.pop("radio_true")),
        composed=tuple(data.pop("composed", ())),
        overlay=data.pop("overlay", {}),
        after=_steps(data.pop("after", [])),
        during=_steps(data.pop("during", [])),
        untold=tuple(data.pop("untold", ())),
        named=tuple(data.pop("named", ())),
        short=data.pop("short", False),
        contract=data.pop("contract", False),
        base=_base(data, name),
    )
    if made.overlay and not made.composed:
        raise ScenarioError("an overlay, and nothing said of it in 'composed'")
    radios = [cell.radio for cell in made.cells]
    if len(set(radios)) != len(radios) or not {made.pc.by or radios[0], *made.pc.late} <= set(radios):
        raise ScenarioError(f"radios {radios}, by {made.pc.by!r}, late {made.pc.late}")
    return made


def _base(data: dict[str, Any], name: str) -> Scenario:
    if data["name"] != name or data["kind"] not in lab.KINDS:
        raise ScenarioError(f"name {data['name']!r}, kind {data['kind']!r}")
    made = Scenario(
        expected=lab._expected(data.pop("expected")),
        accept=tuple(lab._expected(item) for item in data.pop("accept", [])),
        not_blamed=tuple(data.pop("not_blamed", ())),
        conditions=tuple(data.pop("conditions", ())),
        options=tuple(data.pop("options", ())),
        steps=_steps(data.pop("steps", [])),
        **data,
    )
    said = {*(e.code for e in (made.expected, *made.accept) if e.code), *made.not_blamed, *made.conditions}
    unknown = {code for code in said if code.startswith("WIFI-")} - {f"WIFI-{code}" for code in CODES}
    if unknown:
        raise ScenarioError(f"codes {sorted(unknown)}")
    return made


def _steps(data: list[dict[str, Any]]) -> tuple[Step, ...]:
    from tests.lab.steps import check_step

    made = tuple(Step(step["do"], {k: v for k, v in step.items() if k != "do"}) for step in data)
    for step in made:
        check_step(step)
    return made


def _pc(data: dict[str, Any]) -> Pc:
    for each in fields(Pc):
        if isinstance(data.get(each.name), list):
            data[each.name] = tuple(data[each.name])
    return Pc(**data)


def _cell(data: dict[str, Any]) -> Cell:
    return Cell(**{**data, "load": _pair(data.get("load")), "more": tuple(data.get("more", ()))})


def _pair(value: list[float] | None) -> tuple[int, float] | None:
    return None if value is None else (int(value[0]), float(value[1]))


__all__ = ["Expected", "ScenarioError", "WifiScenario", "load", "names", "short"]
