"""What repairs are made of: remedies, their typed actions, and what became of a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

Argument = str | int | bool | tuple[str, ...]


class Verb(StrEnum):
    """Everything that can ever be changed. The helper knows these and no other."""

    DHCP_RENEW = "dhcp.renew"
    DNS_FLUSH = "dns.flush"
    DNS_SET = "dns.set"
    DNS_AUTO = "dns.auto"
    IP_AUTO = "ip.auto"
    ADAPTER_RESTART = "adapter.restart"
    ADAPTER_ENABLE = "adapter.enable"
    ROUTE_REMOVE = "route.remove"
    TUNNEL_STOP = "tunnel.stop"
    HOSTS_DISABLE = "hosts.disable"
    PROXY_OFF = "proxy.off"
    CLOCK_SET = "clock.set"
    IPV4_PREFER = "ipv4.prefer"
    MTU_SET = "mtu.set"
    WIFI_RECONNECT = "wifi.reconnect"
    WIFI_PREFER = "wifi.prefer"
    WIFI_STICK = "wifi.stick"
    WIFI_REJOIN = "wifi.rejoin"
    WIFI_RADIO = "wifi.radio"


class Risk(StrEnum):
    """What may happen meanwhile: nothing, a pause of the connection, or a setting that changes."""

    NONE = "none"
    PAUSE = "pause"
    SETTING = "setting"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of this computer: a verb of the helper with its typed arguments.

    ``pause_s``: how long the connection may be gone meanwhile, in seconds.
    """

    verb: Verb
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    pause_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Instruction:
    """What only a person can do; ``text`` is a key of the catalogue, ``done_when`` the facts that show it was done."""

    text: str
    done_when: tuple[str, ...]


Action = Change | Instruction


class EntryState(StrEnum):
    """Where a change stands in the journal (docs/design/repair.md)."""

    PREPARED = "prepared"
    APPLIED = "applied"
    KEPT = "kept"
    RESTORING = "restoring"
    UNDONE = "undone"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Entry:
    """One change as the journal holds it. ``began``: ISO 8601. ``privileged``: whether it is in root's journal."""

    name: str
    state: EntryState
    change: Change
    began: str
    reversible: bool
    privileged: bool


class HandError(Exception):
    """The change was not made, or not put back; nothing is half done.

    ``code``: ``needs_privilege``, ``refused`` (the subscriber or polkit said no), ``no_agent`` (nobody can ask for
    the password), ``bad_argument``, ``unknown_owner``, ``managed`` (a policy or VPN owns it), ``protected`` (a file
    that cannot be changed), ``cannot_record`` (the journal cannot be written, so nothing was changed), ``busy``
    (another change is being tried, or too many at once), ``changed_since`` (somebody else changed it meanwhile:
    left alone), ``failed``, ``timed_out``, ``helper_gone``.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, detail


class Hand(Protocol):
    """What makes changes. Every method may raise ``HandError``."""

    async def apply(self, change: Change, guard_s: float) -> Entry:
        """Makes the change; it is put back by itself unless ``keep`` follows within ``guard_s`` seconds."""

    async def keep(self, entry: str, *more: str) -> None:
        """They stay, all or none; each can still be undone later."""

    async def undo(self, entry: str) -> None:
        """Puts back exactly what was there."""

    async def entries(self) -> tuple[Entry, ...]:
        """Everything in the journals, newest first."""

    async def recover(self, *, ask: bool = True) -> tuple[Entry, ...]:
        """Puts back what was left unfinished, and says which; without ``ask``, only what needs no password."""

    async def close(self) -> None:
        """Ends the helper; unfinished changes are put back."""
