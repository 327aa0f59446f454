"""``addr.lease``: addresses, where they come from, and the lease."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from probes.framework import ProbeContext, probe
from probes.hostnet import native
from probes.wire.threads import in_thread
from selfcare.model.payloads.address import Activation, AddressPayload, IpConfig
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeSpec

if TYPE_CHECKING:
    from dbus_fast.aio import MessageBus

    from probes.hostnet import networkmanager

# An address that is just being acquired is worth this much of waiting: most leases come within a second.
WAIT_S = 1.2
# Who has asked this long without an answer will hardly get one in the next second.
PATIENCE_S = 5.0


@probe(
    ProbeSpec(
        id="addr.lease",
        version=1,
        layer=Layer.ADDRESS,
        requires=("link.interfaces",),
        answers=("address_valid", "address_manual", "dhcp_failed", "address_acquiring", "resolver_manual"),
        time_limit_ms=3500,
    )
)
async def measure(ctx: ProbeContext) -> AddressPayload:
    """Reads every adapter's configuration; sends nothing. Waits up to 1.2 s for a lease under way."""
    link = ctx.need("link.interfaces", LinkPayload)
    if ctx.platform is Platform.LINUX:
        try:
            return await _linux(link)
        except (OSError, ImportError):
            # No netlink here: what psutil and resolv.conf say must do.
            pass
    try:
        return await in_thread(_native_or_generic, link, ctx.platform)
    except (OSError, ImportError) as error:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE) from error


def _native_or_generic(link: LinkPayload, platform: Platform) -> AddressPayload:
    from probes.hostnet import generic_addressing

    return native.addresses(platform, link) or generic_addressing.read(link)


async def _linux(link: LinkPayload) -> AddressPayload:
    from probes.hostnet import bus, networkmanager

    async with bus.system_bus() as connection:
        started = time.monotonic()
        payload, devices = await _read(link, connection)
        primary = payload.get(payload.primary)
        device = devices.get(payload.primary or "")
        if connection is None or primary is None or device is None or not _worth_waiting(primary, device):
            return payload
        await networkmanager.wait_settled(connection, device.path, WAIT_S - (time.monotonic() - started))
        payload, _ = await _read(link, connection)
        return payload


def _worth_waiting(config: IpConfig, device: networkmanager.NmDevice) -> bool:
    """Whether the lease may well come in the next second."""
    asking = device.activation is Activation.ACQUIRING and config.activation is Activation.ACQUIRING
    return asking and (config.acquiring_s is None or config.acquiring_s < PATIENCE_S)


async def _read(
    link: LinkPayload, connection: MessageBus | None
) -> tuple[AddressPayload, dict[str, networkmanager.NmDevice]]:
    from probes.hostnet import addressing, netlink, networkmanager, resolved

    wanted = _configurable(link)

    def kernel_and_files() -> addressing.Sources:
        files = addressing.read_files(wanted)
        return addressing.Sources(
            netlink.addresses(), netlink.routes(), *files, nm={}, resolved=None, primary=link.primary
        )

    devices = await networkmanager.devices(connection) if connection else None
    dns = await resolved.read(connection) if connection else None
    by_name = {device.interface: device for device in devices or ()}
    # Read last: an address that came while the bus was asked is not missed.
    sources = replace(await in_thread(kernel_and_files), nm=by_name, resolved=dns)
    configs = tuple(addressing.config(interface, sources) for interface in wanted)
    manager = "networkmanager" if devices is not None else addressing.manager_by_files()
    return AddressPayload(configs, link.primary, manager), by_name


def _configurable(link: LinkPayload) -> list[Interface]:
    """Real adapters and tunnels; containers' and hypervisors' own addressing is none of our business."""
    left_out = (InterfaceKind.LOOPBACK, InterfaceKind.VIRTUAL)
    return [i for i in link.interfaces if i.kind not in left_out]
