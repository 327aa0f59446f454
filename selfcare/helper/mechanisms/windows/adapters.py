"""Network adapters by the name their user sees, and what identifies them whatever they are called."""

from __future__ import annotations

from dataclasses import dataclass

from selfcare.helper.errors import Refusal
from selfcare.helper.mechanisms.windows import calls, registry
from selfcare.helper.mechanisms.windows.structures import text

LOOPBACK, PPP, PROPRIETARY, TUNNEL = 24, 23, 53, 131
HARDWARE, FILTER = 0x01, 0x02
HALVES = {(0, 0), (1, 0), (1, 0x80)}  # of the IPv4 Internet: length of the prefix, first byte


@dataclass(frozen=True, slots=True)
class Adapter:
    """``guid`` with its braces, as the registry spells it. One that is switched off has neither index nor LUID."""

    name: str
    guid: str
    luid: int = 0
    index: int = 0
    if_type: int = 6
    hardware: bool = True

    @property
    def tunnel(self) -> bool:
        """Whether packets go into a program: by the number of its type, never by its name."""
        return self.if_type in (PPP, TUNNEL, PROPRIETARY)


def every() -> list[Adapter]:
    """All of them but the loopback, those that are switched off last."""
    found = []
    for row in calls.interfaces():
        name = text(row.alias)
        if name and row.if_type != LOOPBACK and not row.flags & FILTER:
            guid = guid_text(bytes(row.guid))
            found.append(Adapter(name, guid, row.luid, row.index, row.if_type, bool(row.flags & HARDWARE)))
    known = {adapter.guid for adapter in found} | {adapter.name for adapter in found}
    return found + [adapter for adapter in _switched_off() if not {adapter.guid, adapter.name} & known]


def guid_text(data: bytes) -> str:
    """``{…}``, in capitals."""
    import uuid

    return "{" + str(uuid.UUID(bytes_le=data)).upper() + "}"


def _switched_off() -> list[Adapter]:
    """Cards the registry knows as switched off; the other calls do not list them."""
    found = []
    for key in registry.keys(registry.MACHINE, registry.NETWORK_CLASS):
        path = rf"{registry.NETWORK_CLASS}\{key}\Connection"
        name = registry.text(registry.get(registry.MACHINE, path, "Name"))
        plugged = registry.text(registry.get(registry.MACHINE, path, "PnPInstanceID"))
        if name and plugged and is_disabled(plugged):
            found.append(Adapter(name, key.upper()))
    return found


def is_disabled(plugged: str) -> bool:
    """Whether somebody switched this device off (CONFIGFLAG_DISABLED)."""
    flags = registry.number(registry.get(registry.MACHINE, rf"{registry.ENUM}\{plugged}", "ConfigFlags"))
    return bool((flags or 0) & 1)


def names() -> frozenset[str]:
    """The names a request may say; one that two adapters share names neither."""
    listed = [adapter.name for adapter in every()]
    return frozenset(name for name in listed if listed.count(name) == 1)


def find(name: str) -> Adapter:
    """Raises ``Refusal`` when it is gone."""
    found = [adapter for adapter in every() if adapter.name == name]
    if len(found) != 1:
        raise Refusal("failed", f"{name} is gone")
    return found[0]


def by_guid(guid: str) -> Adapter:
    """The same adapter, whatever it is called by now. Raises ``Refusal`` when it is gone."""
    found = next((adapter for adapter in every() if adapter.guid == guid), None)
    if found is None:
        raise Refusal("failed", f"{guid} is gone")
    return found


def running(name: str) -> Adapter:
    """Raises ``Refusal`` when it is gone, or switched off."""
    found = find(name)
    if not found.index:
        raise Refusal("failed", f"{name} is off")
    return found


def device(guid: str) -> str:
    """The plug-and-play name of the card behind it."""
    path = rf"{registry.NETWORK_CLASS}\{guid}\Connection"
    found = registry.text(registry.get(registry.MACHINE, path, "PnPInstanceID"))
    if not found:
        raise Refusal("unknown_owner", "no device behind this adapter")
    return found


def no_tunnel_leads(but: Adapter) -> None:
    """While a VPN holds the way out, names are its business.

    Raises:
        Refusal: another adapter that is a tunnel has the default route, or both halves of it.
    """
    tunnels = {adapter.index: adapter.name for adapter in every() if adapter.tunnel and adapter.index != but.index}
    for row in calls.routes():
        wide = (row.prefix_length, row.prefix.rest[0]) in HALVES and row.prefix.family == calls.AF_INET
        if wide and row.index in tunnels:
            raise Refusal("managed", f"a VPN ({tunnels[row.index]}) owns the way out")
