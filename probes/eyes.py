"""What guides look with: small questions to this PC, to its neighbours, to somebody outside. Each only when asked."""

from __future__ import annotations

from probes.framework import current_platform
from probes.wire.threads import in_thread
from selfcare.model.home_pc import Inbound, Joined, Listeners, Outside, Spoke
from selfcare.model.profile import Vantage


class PcEyes:
    """``selfcare.app.guides.pc.Eyes``. To make one costs nothing and imports nothing heavy."""

    async def listeners(self) -> Listeners:
        """Everything that waits on a port here."""
        from probes.hostnet import listeners

        return await in_thread(listeners.read)

    async def lets_in(self, ports: range, protocol: str, device: str | None) -> Inbound:
        """Whether the firewall of this PC lets all of them in."""
        from probes.hostnet import inbound

        return await in_thread(inbound.read, current_platform(), ports, protocol, device)

    async def joined(self) -> Joined:
        """The Wi-Fi this PC is in."""
        from probes.hostnet import joined

        return await joined.read(current_platform())

    async def speaks(self, address: str, port: int, protocol: str) -> Spoke:
        """One question to a machine of the home."""
        from probes.wire import beside

        return await beside.speaks(address, port, protocol)

    async def there(self, address: str, device: str, index: int, patient: bool) -> bool | None:
        """Whether a machine of this cable has the address."""
        from probes.wire import beside

        return await beside.there(current_platform(), address, device, index, patient)

    async def locate(self, device: str, index: int) -> str | None:
        """An IPv4 address for a hardware address or a name."""
        from probes.wire import beside

        return await beside.locate(device, index)

    async def from_outside(self, vantage: Vantage, port: int, protocol: str) -> Outside:
        """Somebody outside knocks on that port."""
        from probes.wire import vantage as outside

        return await outside.from_outside(vantage, port, protocol)
