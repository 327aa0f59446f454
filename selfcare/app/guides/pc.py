"""This PC, the machines beside it and what is beyond, as one side of a guide's world. Nothing is measured unasked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from selfcare.app.guides.side import Action, Suggest, Tell
from selfcare.app.services import RunCheck
from selfcare.i18n import Catalogue
from selfcare.model.home_pc import FarSide, Inbound, Joined, Listeners, Outside, Spoke

if TYPE_CHECKING:
    from selfcare.app.desk import RepairDesk
    from selfcare.model.check import CheckResult
    from selfcare.model.probe import ProbeSpec
    from selfcare.model.profile import Profile, Vantage


class Eyes(Protocol):
    """What looks: ``probes.eyes.PcEyes``, handed in by the wiring. Never raises for what a network or system does."""

    async def listeners(self) -> Listeners:
        """Everything that waits on a port here, as far as the system tells an ordinary user."""
        ...

    async def lets_in(self, ports: range, protocol: str, device: str | None) -> Inbound:
        """Whether connections from anywhere, that arrive on the adapter ``device``, get in at all of these ports."""
        ...

    async def joined(self) -> Joined:
        """The Wi-Fi this PC is in."""
        ...

    async def speaks(self, address: str, port: int, protocol: str) -> Spoke:
        """One question to a machine of the home; at most about 1.5 s."""
        ...

    async def there(self, address: str, device: str, index: int, patient: bool) -> bool | None:
        """Whether a machine of this cable has the address. ``patient``: its absence must be sure (about 3 s)."""
        ...

    async def locate(self, device: str, index: int) -> str | None:
        """The IPv4 address of a hardware address or a name of the home, as this PC knows it; not checked further."""
        ...

    async def from_outside(self, vantage: Vantage, port: int, protocol: str) -> Outside:
        """Has somebody outside knock on that port of ours."""
        ...


async def _no_far_side() -> FarSide | None:
    return None


async def _no_channel(_band: str) -> int | None:
    return None


async def _nowhere(_device: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class PcTools:
    """What this side needs. All are called late: to make one costs nothing.

    ``probes`` and ``repairs``: those of ``Services``. ``profile``: the one in use (its ``vantages``).
    ``far_side``: the box's own word for the address of its line (None: not told; then NAT-PMP is asked);
        ``beyond.far_side_of`` makes it of what the box says of its session.
    ``find_device``: the IPv4 address of a device by what the box calls it; asked first, then this PC itself.
    ``last_check``: the newest whole check of this program's, if any (None: this side remembers its own).
    """

    eyes: Eyes
    run_check: RunCheck
    probes: Callable[[], tuple[ProbeSpec, ...]]
    repairs: Callable[[], RepairDesk]
    profile: Callable[[], Profile]
    catalogue: Catalogue
    far_side: Callable[[], Awaitable[FarSide | None]] = _no_far_side
    find_device: Callable[[str], Awaitable[str | None]] = _nowhere
    last_check: Callable[[], CheckResult | None] = lambda: None
    free_channel: Callable[[str], Awaitable[int | None]] = _no_channel


class PcSide:
    """A ``Side``: ``pc.*``, ``home.*``, ``out.*``, ``fact``, ``check.*`` and ``fix``."""

    def __init__(self, tools: PcTools) -> None:
        from selfcare.app.guides.beyond import Beyond
        from selfcare.app.guides.pc_channel import FreeChannel
        from selfcare.app.guides.pc_check import Checks
        from selfcare.app.guides.pc_fix import Fix
        from selfcare.app.guides.pc_self import ThisPc

        checks = Checks(tools)
        pc, beyond = ThisPc(tools, checks), Beyond(tools, checks)
        self.tests: Mapping[str, Tell] = {**pc.tests, **beyond.tests, **checks.tests}
        self.shows: Mapping[str, Tell] = {**pc.shows, **checks.shows}
        self.suggestions: Mapping[str, Suggest] = {"free_channel": FreeChannel(tools)}
        self.actions: Mapping[str, Action] = {"fix": Fix(tools, checks)}

    async def close(self) -> None:
        """Nothing is held."""
