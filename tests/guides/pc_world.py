"""A PC in memory with eyes that see what they are told to, for tests of the PC's side of guides."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from probes.catalogue import all_probes
from selfcare.app.guides.pc import PcSide, PcTools
from selfcare.app.guides.world import Moment
from selfcare.app.options import CheckOptions
from selfcare.app.services import Emit
from selfcare.isp import load_profile
from selfcare.model.check import CheckResult
from selfcare.model.guide_run import Acted, Context, Seen
from selfcare.model.home_pc import FarSide, Inbound, Joined, Listeners, Outside, Spoke
from selfcare.model.probe import ProbeSpec
from selfcare.model.profile import Profile, Vantage
from tests.app.repair_world import FR, Bench, World

VANTAGE = Vantage("seer.example", "a test", 8080)


@dataclass
class FakeEyes:
    """``asked`` keeps every question; ``spoken`` and ``seen`` are by port and by address."""

    heard: Listeners = field(default_factory=lambda: Listeners((), complete=True))
    inbound: Callable[[range, str], Inbound] = lambda _ports, _protocol: Inbound(None)
    wifi: Joined = field(default_factory=Joined)
    spoken: dict[int, Spoke] = field(default_factory=dict)
    seen: dict[str, bool | None] = field(default_factory=dict)
    located: dict[str, str] = field(default_factory=dict)
    outside: Outside = field(default_factory=Outside)
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    async def listeners(self) -> Listeners:
        return self.heard

    async def lets_in(self, ports: range, protocol: str, device: str | None) -> Inbound:
        self.asked.append(("lets_in", ports, protocol, device))
        return self.inbound(ports, protocol)

    async def joined(self) -> Joined:
        return self.wifi

    async def speaks(self, address: str, port: int, protocol: str) -> Spoke:
        self.asked.append(("speaks", address, port, protocol))
        return self.spoken.get(port, Spoke.UNKNOWN)

    async def there(self, address: str, device: str, index: int, patient: bool) -> bool | None:
        self.asked.append(("there", address, device, index, patient))
        return self.seen.get(address)

    async def locate(self, device: str, index: int) -> str | None:
        return self.located.get(device)

    async def from_outside(self, vantage: Vantage, port: int, protocol: str) -> Outside:
        self.asked.append(("outside", vantage.host, port, protocol))
        return self.outside


@dataclass
class Pc:
    """One side on one PC in memory. ``overlay``: payloads that take the place of the world's."""

    bench: Bench = field(default_factory=lambda: Bench(World()))
    eyes: FakeEyes = field(default_factory=FakeEyes)
    vantages: tuple[Vantage, ...] = ()
    far: FarSide | None = None
    devices: dict[str, str] = field(default_factory=dict)
    specs: tuple[ProbeSpec, ...] = tuple(p.spec for p in all_probes())
    checks: list[CheckOptions] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.side = PcSide(PcTools(
            self.eyes, self._check, lambda: self.specs, lambda: self.bench.desk,
            self._profile, FR, self._far, self._device,
        ))  # fmt: skip

    def _check(self, options: CheckOptions, emit: Emit) -> Awaitable[CheckResult]:
        self.checks.append(options)
        return self.bench.check(options, emit)

    def _profile(self) -> Profile:
        return replace(load_profile("default"), vantages=self.vantages)

    async def _far(self) -> FarSide | None:
        return self.far

    async def _device(self, name: str) -> str | None:
        return self.devices.get(name)

    def test(self, name: str, /, **arguments: Any) -> Seen:
        return asyncio.run(self.atest(name, **arguments))

    async def atest(self, name: str, /, **arguments: Any) -> Seen:
        return await self.side.tests[name](arguments, moment())

    def show(self, name: str) -> tuple[str, ...]:
        seen = asyncio.run(self.side.shows[name]({}, moment()))
        return tuple(FR.text(key, **values) for key, values in seen.said)

    def act(self, remedy: str) -> tuple[Acted, list[str]]:
        """And in which order consent and the beginning came."""
        order: list[str] = []

        async def consent(proposal: Any) -> bool:
            order.append("asked")
            return await self.bench.consent(proposal)

        fix = self.side.actions["fix"]
        act = fix.act({"remedy": remedy}, moment(), consent, lambda: order.append("begun"), lambda _key: None)
        return asyncio.run(act), order


def moment(since: float = 0.0) -> Moment:
    return Moment(Context(os="linux"), {}, since)


def said(seen: Seen) -> str:
    """The sentences: each key is in the catalogue with these values."""
    assert all(FR.has(key) for key, _ in seen.said), seen.said
    return " ".join(FR.text(key, **values) for key, values in seen.said)
