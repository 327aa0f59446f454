"""What is set now and what would be set, to the letter: shown beside the plain words, to whoever wants to know."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from selfcare.i18n import Catalogue
from selfcare.model.payloads.address import AddressPayload, IpConfig, Method
from selfcare.model.remedy import ExactValue
from selfcare.model.repair import Action, Change, Verb
from selfcare.remedies.situation import Situation

_HOW = {Method.MANUAL: "manual", Method.DHCP: "automatic"}
_Tell = Callable[[Catalogue, Change, Situation], Iterable[ExactValue]]


def exact_values(catalogue: Catalogue, actions: Iterable[Action], situation: Situation) -> tuple[ExactValue, ...]:
    """In the order of the actions; what was not measured is said as such, never guessed."""
    found: list[ExactValue] = []
    for action in actions:
        if isinstance(action, Change) and action.verb in _TELLS:
            found.extend(_TELLS[action.verb](catalogue, action, situation))
    return tuple(found)


def _config(change: Change, situation: Situation) -> IpConfig | None:
    payload = situation.get("addr.lease", AddressPayload)
    interface = change.arguments.get("interface")
    return payload.get(interface) if payload is not None and isinstance(interface, str) else None


def _say(catalogue: Catalogue, key: str, **values: object) -> str:
    return catalogue.text(f"repair.value.{key}", **values)


def _as_set(catalogue: Catalogue, value: str, method: Method | None) -> str:
    """With who set it; "automatic" alone where nothing is there yet."""
    how = _HOW.get(method) if method is not None else None
    if how is None:
        return value or _say(catalogue, "unknown")
    return _say(catalogue, f"{how}.with", value=value) if value else _say(catalogue, how)


def _resolvers(catalogue: Catalogue, change: Change, situation: Situation) -> Iterable[ExactValue]:
    config = _config(change, situation)
    before = _as_set(
        catalogue, ", ".join(config.resolvers) if config else "", config.resolvers_method if config else None
    )
    servers = change.arguments.get("servers", ())
    after = ", ".join(servers) if isinstance(servers, tuple) and servers else _say(catalogue, "automatic")
    yield ExactValue(_say(catalogue, "resolvers", interface=change.arguments["interface"]), before, after)


def _address_now(catalogue: Catalogue, config: IpConfig | None) -> str:
    if config is None:
        return _say(catalogue, "unknown")
    found = ", ".join(f"{a.address}/{a.prefix}" for a in config.v4() or config.v6())
    if found and config.gateway4:
        found = _say(catalogue, "gateway", value=found, gateway=config.gateway4)
    return _as_set(catalogue, found, config.method4) if found else _say(catalogue, "none")


def _automatic(catalogue: Catalogue, change: Change, situation: Situation) -> Iterable[ExactValue]:
    config = _config(change, situation)
    what = _say(catalogue, "address", interface=change.arguments["interface"])
    yield ExactValue(what, _address_now(catalogue, config), _say(catalogue, "automatic"))
    if config is not None and config.resolvers_method is Method.MANUAL:
        yield from _resolvers(catalogue, change, situation)


def _renewed(catalogue: Catalogue, change: Change, situation: Situation) -> Iterable[ExactValue]:
    what = _say(catalogue, "address", interface=change.arguments["interface"])
    yield ExactValue(what, _address_now(catalogue, _config(change, situation)), _say(catalogue, "renewed"))


def _adapter(catalogue: Catalogue, change: Change, situation: Situation) -> Iterable[ExactValue]:
    what = _say(catalogue, "adapter", interface=change.arguments["interface"])
    verb = change.verb.value
    yield ExactValue(what, _say(catalogue, f"before.{verb}"), _say(catalogue, f"after.{verb}"))


def _route(catalogue: Catalogue, change: Change, situation: Situation) -> Iterable[ExactValue]:
    told = change.arguments
    what = _say(catalogue, "route", destination=told["destination"])
    before = _say(catalogue, "route.by", interface=told["interface"], gateway=told.get("gateway") or "–")
    yield ExactValue(what, before, _say(catalogue, "removed"))


def _tunnel(catalogue: Catalogue, change: Change, situation: Situation) -> Iterable[ExactValue]:
    what = _say(catalogue, "tunnel", interface=change.arguments["interface"])
    yield ExactValue(what, _say(catalogue, "connected"), _say(catalogue, "disconnected"))


def _hosts(catalogue: Catalogue, change: Change, situation: Situation) -> Iterable[ExactValue]:
    names = change.arguments.get("names", ())
    payload = situation.hosts
    for check in payload.checks if payload is not None else ():
        if isinstance(names, tuple) and check.name in names:
            yield ExactValue(_say(catalogue, "hosts", name=check.name), check.address, _say(catalogue, "aside"))


def _proxy(catalogue: Catalogue, change: Change, situation: Situation) -> Iterable[ExactValue]:
    proxy = situation.proxy
    before = proxy.url if proxy is not None and proxy.url else _say(catalogue, "unknown")
    yield ExactValue(_say(catalogue, "proxy"), before, _say(catalogue, "none"))


def _clock(catalogue: Catalogue, change: Change, situation: Situation) -> Iterable[ExactValue]:
    wanted = change.arguments["seconds"]
    assert isinstance(wanted, int)
    yield ExactValue(_say(catalogue, "clock"), _moment(catalogue, situation.now_s), _moment(catalogue, wanted))


def _moment(catalogue: Catalogue, seconds: float) -> str:
    form = "%d/%m/%Y %H:%M:%S" if catalogue.language == "fr" else "%Y-%m-%d %H:%M:%S"
    return datetime.fromtimestamp(seconds).strftime(form)


def _order(catalogue: Catalogue, change: Change, situation: Situation) -> Iterable[ExactValue]:
    yield ExactValue(_say(catalogue, "order"), _say(catalogue, "order.usual"), _say(catalogue, "order.ipv4"))


def _size(catalogue: Catalogue, change: Change, situation: Situation) -> Iterable[ExactValue]:
    adapter = situation.adapter
    known = adapter is not None and adapter.mtu is not None and adapter.name == change.arguments["interface"]
    before = _say(catalogue, "bytes", count=adapter.mtu) if known and adapter else _say(catalogue, "unknown")
    after = _say(catalogue, "bytes", count=change.arguments["bytes"])
    yield ExactValue(_say(catalogue, "size", interface=change.arguments["interface"]), before, after)


def _wifi(catalogue: Catalogue, change: Change, situation: Situation) -> Iterable[ExactValue]:
    """What is set now was not read: a profile says it, and only its owner's program looks there."""
    told, verb = change.arguments, change.verb.value
    what = _say(catalogue, "wifi", interface=told["interface"]) if "interface" in told else _say(catalogue, verb)
    yield ExactValue(what, _say(catalogue, f"before.{verb}"), _say(catalogue, f"after.{verb}", **told))


_TELLS: dict[Verb, _Tell] = {
    Verb.DHCP_RENEW: _renewed,
    Verb.DNS_SET: _resolvers,
    Verb.DNS_AUTO: _resolvers,
    Verb.IP_AUTO: _automatic,
    Verb.ADAPTER_RESTART: _adapter,
    Verb.ADAPTER_ENABLE: _adapter,
    Verb.ROUTE_REMOVE: _route,
    Verb.TUNNEL_STOP: _tunnel,
    Verb.HOSTS_DISABLE: _hosts,
    Verb.PROXY_OFF: _proxy,
    Verb.CLOCK_SET: _clock,
    Verb.IPV4_PREFER: _order,
    Verb.MTU_SET: _size,
    Verb.WIFI_RECONNECT: _wifi,
    Verb.WIFI_PREFER: _wifi,
    Verb.WIFI_STICK: _wifi,
    Verb.WIFI_REJOIN: _wifi,
    Verb.WIFI_RADIO: _wifi,
}
"""A flush sets nothing, so it has no line here."""
