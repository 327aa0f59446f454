"""What speaks against a change although it might help: a VPN's, somebody working from afar, a filter somebody chose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selfcare.model.payloads.address import AddressPayload
from selfcare.model.remedy import Caution, Privilege
from selfcare.model.repair import Action, Change, Verb
from selfcare.model.tri import Tri
from selfcare.remedies.situation import Situation

_NAMES = frozenset({Verb.DNS_SET, Verb.DNS_AUTO})
# These may cut the connection of an adapter, if only for a moment.
_CUT = frozenset({
    Verb.DHCP_RENEW, Verb.IP_AUTO, Verb.ADAPTER_RESTART, Verb.ROUTE_REMOVE, Verb.TUNNEL_STOP, Verb.WIFI_RECONNECT,
    Verb.WIFI_PREFER, Verb.WIFI_STICK, Verb.WIFI_REJOIN,
})  # fmt: skip
# What NetworkManager lets whoever sits at this PC do; everything else on the network is an administrator's.
_DESKTOP = frozenset({
    Verb.DHCP_RENEW, Verb.DNS_SET, Verb.DNS_AUTO, Verb.ADAPTER_RESTART, Verb.ADAPTER_ENABLE, Verb.WIFI_RECONNECT,
    Verb.WIFI_RADIO,
})  # fmt: skip
_ANYBODY = frozenset({Verb.DNS_FLUSH, Verb.PROXY_OFF})


def cautions(actions: Iterable[Action], situation: Situation) -> tuple[Caution, ...]:
    """Each once, refusals first."""
    found = {c: None for a in actions if isinstance(a, Change) for c in _of(a, situation)}
    return tuple(sorted(found, key=lambda c: not c.refuses))


def _of(change: Change, situation: Situation) -> Iterator[Caution]:
    if change.verb in _CUT and _somebody_comes_this_way(change, situation):
        yield Caution("remote_login", refuses=True)
    elif change.verb in _NAMES and situation.remote is not None:
        yield Caution("remote_names")
    if change.verb in _NAMES and _vpn_names(situation):
        yield Caution("vpn_names", refuses=True)
    if change.verb in _NAMES and situation.tri("chosen_resolver_filters") is Tri.YES:
        yield Caution("filter_lost")
    elif change.verb in _NAMES and situation.tri("resolver_in_home") is Tri.YES:
        # While it is silent nobody can see whether it filters; one that somebody put there often does.
        yield Caution("home_filter")
    if change.verb in (Verb.WIFI_PREFER, Verb.WIFI_STICK):
        yield Caution("wifi_fixed")
    if change.verb is Verb.WIFI_REJOIN:
        yield Caution("wifi_key_kept")
    if change.verb is Verb.TUNNEL_STOP:
        yield Caution("vpn_work")
    if change.verb is Verb.PROXY_OFF:
        yield Caution("proxy_work")


def _somebody_comes_this_way(change: Change, situation: Situation) -> bool:
    """Whether a remote login uses the adapter concerned; one whose way is unknown might."""
    if situation.remote is None:
        return False
    way = _interface_of(situation.remote.address, situation)
    return way is None or way == change.arguments.get("interface")


def _interface_of(address: str | None, situation: Situation) -> str | None:
    payload = situation.get("addr.lease", AddressPayload)
    for config in payload.configs if payload is not None and address is not None else ():
        if any(a.address == address for a in config.addresses):
            return config.interface
    return None


def _vpn_names(situation: Situation) -> bool:
    """A living VPN that carries the traffic, or brought resolvers of its own, decides about names."""
    table = situation.routes
    if situation.tri("tunnel_misleads") is Tri.YES:
        return False
    brought = table is not None and bool(table.tunnel_resolvers)
    return brought or situation.tri("tunnel_owns_default") is Tri.YES


def privilege(actions: Iterable[Action], manager: str | None) -> Privilege:
    """Whose rights the whole plan needs, by who owns the settings."""
    needed = [_privilege(a, manager) for a in actions if isinstance(a, Change)]
    return max(needed, key=list(Privilege).index, default=Privilege.NONE)


def _privilege(change: Change, manager: str | None) -> Privilege:
    if change.verb in _ANYBODY and manager != "macos":  # there, proxies are everybody's, and so is what remembers names
        return Privilege.NONE
    if change.verb in _DESKTOP and manager == "networkmanager":
        return Privilege.DESKTOP
    return Privilege.ADMIN
