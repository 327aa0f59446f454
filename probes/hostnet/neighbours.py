"""Whether the kernel's ARP or ND table proves a neighbour alive."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from probes.hostnet import netlink

ARP_FILE = Path("/proc/net/arp")
_ARP_COMPLETE = 0x02
# ARP asks once a second: an entry that young has not been given its chance.
_PATIENCE_S = 0.9
# Ticks of a hundredth, and the time between reading the clock and the kernel's answer.
_SLACK_S = 0.05


@dataclass(frozen=True, slots=True)
class Neighbour:
    """``alive`` as in the gateway payload: True, False, or None for no proof either way."""

    alive: bool | None = None
    mac: str | None = None


def judge(entry: netlink.RawNeighbour | None, elapsed_s: float) -> bool | None:
    """What an entry proves about the last ``elapsed_s`` seconds, in which packets were sent to it.

    An entry may be left from before the fault: it only counts as alive when confirmed
    since our first packet.
    """
    if entry is None:
        return None
    if entry.confirmed_s is not None and entry.confirmed_s <= elapsed_s + _SLACK_S and entry.mac is not None:
        return True
    if entry.state & netlink.NUD_FAILED:
        return False
    if entry.state & netlink.NUD_INCOMPLETE:
        return False if elapsed_s >= _PATIENCE_S else None
    if entry.state & netlink.NUD_PROBE and (entry.updated_s or 0.0) >= _PATIENCE_S:
        # The kernel is asking a neighbour it once knew, and has had no answer to the first try.
        return False
    return None


def read(interface: str, index: int, elapsed_s: float, *gateways: str | None) -> list[Neighbour]:
    """A judgement per gateway. Blocking."""
    try:
        entries = netlink.neighbours(index)
    except (OSError, ImportError):
        return [_from_file(interface, gateway) for gateway in gateways]
    found = {entry.address: entry for entry in entries}
    results = []
    for gateway in gateways:
        entry = found.get((gateway or "").partition("%")[0])
        results.append(Neighbour(judge(entry, elapsed_s), entry.mac if entry else None))
    return results


def router_alive(index: int, elapsed_s: float) -> bool:
    """Whether a neighbour that says it routes proved alive in the last ``elapsed_s`` seconds. Blocking."""
    try:
        entries = netlink.neighbours(index)
    except (OSError, ImportError):
        return False
    routers = (e for e in entries if e.flags & netlink.NTF_ROUTER and ":" in e.address)
    # As strict as for the gateway: a box that hung three seconds ago was a living router until then.
    return any(judge(entry, elapsed_s) for entry in routers)


def _from_file(interface: str, gateway: str | None) -> Neighbour:
    if gateway is None or ":" in gateway:
        return Neighbour()
    try:
        text = ARP_FILE.read_text("ascii", "replace")
    except OSError:
        return Neighbour()
    return parse_arp(text, interface).get(gateway, Neighbour())


def parse_arp(text: str, interface: str) -> dict[str, Neighbour]:
    """/proc/net/arp. A complete entry has no date there, so it proves nothing; an incomplete one does."""
    found: dict[str, Neighbour] = {}
    for line in text.splitlines()[1:]:
        # The interface comes last and may hold blanks.
        words = line.split(None, 5)
        if len(words) < 6 or words[5].strip() != interface or not words[2].startswith("0x"):
            continue
        try:
            flags = int(words[2], 16)
        except ValueError:
            continue
        complete = bool(flags & _ARP_COMPLETE)
        found[words[0]] = Neighbour(None if complete else False, words[3] if complete else None)
    return found
