"""What the window asks of the engine about the box's settings: questions for ``BoxHold.ask``, all in plain values."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from selfcare.app.services import Emit, Services
from selfcare.model.box import Absent, BoxFamily, Capability, DeviceInfo, HomeHost, PortRange, Support, WanStatus
from selfcare.model.box.change import BoxChangeResult, BoxOutcome, BoxProposal
from ui.box_set_state import OF_DEVICES, READS, WRITES, Abilities, Ended, Listed, Manners, Seen, Setting

if TYPE_CHECKING:
    from selfcare.app.box_change import BoxChanges
    from selfcare.app.boxes import BoxDesk, Found
    from selfcare.model.box import Wish
    from ui.box_hold import Question

Consent = Callable[[BoxProposal], Awaitable[bool]]
Tell = Callable[[str], None]
MANNERS = {
    BoxFamily.FREEBOX: Manners(guest_end=True, block_end=True, plans=True),
    BoxFamily.LIVEBOX: Manners(guest_end=True, plans=True),
}
"""As the drivers have it (docs/design/boxes-<family>.md); a test asks them."""


def abilities() -> Question:
    """What can be set here, by the driver's claims for this model and the ports it has."""

    async def question(desk: BoxDesk, found: Found) -> object:
        from selfcare.boxes.driver import PairingKind
        from selfcare.boxes.families import support
        from selfcare.boxes.ports import PORTS
        from selfcare.cases.box_journal import box_digest

        driver = next(one for one in desk.drivers() if one.family is found.family)
        has = driver.session_type
        device = await _device(desk, found)
        here = frozenset(
            setting for setting, capability in WRITES.items()
            if has is not None and issubclass(has, PORTS[capability])
            and support(driver, capability, device.product_class).support is not Support.NO
        )  # fmt: skip
        name = device.uid or device.serial_number or device.mac_address
        return Abilities(here, driver.pairing is not PairingKind.NONE, box_digest(name) if name else None)

    return question


async def _device(desk: BoxDesk, found: Found) -> DeviceInfo:
    """As the box tells it once it has let us in: to a stranger some do not even name their model."""
    from selfcare.boxes.errors import BoxError

    try:
        return (await desk.status(found)).device
    except BoxError:
        return found.device


def look(services: Services, setting: Setting) -> Question:
    """What the box tells of one setting now, and the devices where one of them is to be chosen."""

    async def question(desk: BoxDesk, found: Found) -> object:
        import asyncio

        told = await desk.read(found, READS[setting]) if setting in READS else None
        hosts: tuple[HomeHost, ...] = ()
        ports: PortRange | None = None
        if setting in OF_DEVICES:
            answer = await desk.read(found, Capability.HOSTS)
            hosts = () if isinstance(answer, Absent) else answer
        if setting is Setting.FORWARD:
            wan = await desk.read(found, Capability.WAN)
            ports = wan.ports if isinstance(wan, WanStatus) else None
        macs = await asyncio.to_thread(_changes(services, desk, found).own_macs)
        if setting is Setting.FORWARD and not any(host.phys_address.lower() in macs for host in hosts):
            hosts = (*_this_computer(found.place.address, macs), *hosts)  # a box may not tell its devices (UPnP)
        return Seen(setting, told, hosts, macs, ports, MANNERS.get(found.family, Manners()))

    return question


def _this_computer(box: str, macs: frozenset[str]) -> tuple[HomeHost, ...]:
    """By the address it has towards the box. A datagram socket that is connected sends nothing."""
    import socket

    family = socket.AF_INET6 if ":" in box else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as way:
            way.connect((box, 9))
            address = str(way.getsockname()[0])
    except OSError:
        return ()
    return (HomeHost(min(macs), address, host_name=socket.gethostname(), active=True),) if macs else ()


def change(services: Services, wish: Wish, consent: Consent, tell: Tell) -> Question:
    """Weighs the wish, asks, does it, proves it."""

    async def question(desk: BoxDesk, found: Found) -> object:
        changes = _changes(services, desk, found)
        proposal = await changes.propose(wish)
        return Ended(proposal, await changes.carry_out(proposal, consent, tell))

    return question


def undo(services: Services, name: str, consent: Consent, tell: Tell) -> Question:
    """Puts one change back; one that somebody put back meanwhile is none any more."""

    async def question(desk: BoxDesk, found: Found) -> object:
        try:
            return Ended(None, await _changes(services, desk, found).undo(name, consent, tell))
        except LookupError:
            return Ended(None, BoxChangeResult(BoxOutcome.NOTHING_TO_DO, name))

    return question


def listing(services: Services, settle: bool = False) -> Question:
    """The journal; first, where that is asked, what an earlier run left unfinished is finished on the box."""

    async def question(desk: BoxDesk, found: Found) -> object:
        import asyncio

        changes = _changes(services, desk, found)
        settled = await changes.settle() if settle else None
        entries, damaged = await asyncio.to_thread(changes.changes)
        return Listed(entries, damaged, settled)

    return question


async def journal(services: Services, _emit: Emit) -> Listed:
    """The journal alone: no box is asked."""
    import asyncio

    from selfcare.app.box_way import nobody

    changes = services.box_changes(nobody)
    entries, damaged = await asyncio.to_thread(changes.changes)
    return Listed(entries, damaged)


def _changes(services: Services, desk: BoxDesk, found: Found) -> BoxChanges:
    return services.box_changes(lambda: desk.session(found, needs_login=True))
