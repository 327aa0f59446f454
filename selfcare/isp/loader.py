"""Reads a profile file (TOML) into ``selfcare.model.profile.Profile``, checked and bounded."""

from __future__ import annotations

import ipaddress
import tomllib
from pathlib import Path
from typing import Any

from selfcare.isp.support import merged, support
from selfcare.model.profile import (
    Anchor,
    ClosedResolver,
    HttpEndpoint,
    PortTarget,
    Profile,
    Resolver,
    Site,
    SpeedServer,
    TimeServer,
    TlsSite,
    Vantage,
)

_HERE = Path(__file__).parent
_MAX_BYTES = 256 * 1024
_MAX_ITEMS = 64


class ProfileError(ValueError):
    """The profile cannot be used. ``code`` is stable; the message says what is wrong and where."""

    code = "profile_invalid"


def builtin_profiles() -> tuple[str, ...]:
    """Ids of the profiles that ship with the program."""
    return tuple(sorted(path.stem for path in _HERE.glob("*.toml")))


def load_profile(source: str | None = None) -> Profile:
    """Loads a shipped profile by id, or a file by path; None is the default one.

    Raises:
        ProfileError: unreadable, too large, not TOML, or a value out of its domain.
    """
    name = "default" if source is None else source
    data = _read(_HERE / f"{name}.toml" if name in builtin_profiles() else Path(name))
    try:
        return _profile(_inherited(name, data))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, ProfileError):
            raise
        raise ProfileError(f"{name}: {type(error).__name__}: {error}") from error


def _inherited(name: str, data: dict[str, Any]) -> dict[str, Any]:
    """With what its parents say: an operator's desk extends the operator, which extends the default."""
    while (parent := data.get("extends")) is not None:
        if parent not in builtin_profiles() or parent == name:
            raise ProfileError(f"{name}: extends {parent!r}, which is not a shipped profile")
        above = _read(_HERE / f"{parent}.toml")
        data, name = {**_merge(above, data), "extends": above.get("extends")}, parent
    return data


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as handle:
            raw = handle.read(_MAX_BYTES + 1)
        if len(raw) > _MAX_BYTES:
            raise ProfileError(f"{path.name}: larger than {_MAX_BYTES} bytes")
        return tomllib.loads(raw.decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{path.name}: {error}") from error


def _merge(parent: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    """Lists of tables are joined, everything else is the child's where it says so."""
    found = dict(parent)
    for key, value in child.items():
        tables = isinstance(value, list) and value and isinstance(value[0], dict)
        found[key] = [*value, *parent.get(key, [])] if tables else value
    if "support" in parent and "support" in child:
        found["support"] = merged(parent["support"], child["support"])
    return found


def _profile(data: dict[str, Any]) -> Profile:
    known = {
        "id", "display_name", "operator", "extends", "byte_budget", "fixed_names", "random_suffixes",
        "important_names", "resolvers", "endpoints", "anchors", "sites", "ports", "truth_names", "dnsless",
        "closed_resolvers", "tls_sites", "time_servers", "speed_servers", "vantages", "contract_down_kbit", "networks",
        "support",
    }  # fmt: skip
    unknown = set(data) - known
    if unknown:
        raise ProfileError(f"unknown keys: {', '.join(sorted(unknown))}")
    for key in ("fixed_names", "random_suffixes", "resolvers", "endpoints", "anchors"):
        if not isinstance(data[key], list) or not 1 <= len(data[key]) <= _MAX_ITEMS:
            raise ProfileError(f"{key}: 1 to {_MAX_ITEMS} entries are needed")
    return Profile(
        id=str(data["id"]),
        display_name=str(data["display_name"]),
        operator=data.get("operator"),
        resolvers=tuple(Resolver(**_with_address(r)) for r in data["resolvers"]),
        endpoints=tuple(_endpoint(e) for e in data["endpoints"]),
        anchors=tuple(Anchor(**_with_address(a)) for a in data["anchors"]),
        fixed_names=_names(data["fixed_names"]),
        random_suffixes=_names(data["random_suffixes"]),
        important_names=_names(data.get("important_names", [])),
        byte_budget=int(data["byte_budget"]),
        sites=tuple(Site(**{**s, "host": _names([s["host"]])[0]}) for s in data.get("sites", [])),
        ports=tuple(_port(p) for p in data.get("ports", [])),
        truth_names=_names(data.get("truth_names", [])),
        dnsless=tuple(Anchor(**_with_address(a)) for a in data.get("dnsless", [])),
        closed_resolvers=tuple(ClosedResolver(**_with_address(r)) for r in data.get("closed_resolvers", [])),
        tls_sites=tuple(TlsSite(**_with_host(s)) for s in _optional(data, "tls_sites")),
        time_servers=tuple(TimeServer(**_with_host(s)) for s in _optional(data, "time_servers")),
        speed_servers=tuple(_speed_server(s) for s in data.get("speed_servers", ())[:_MAX_ITEMS]),
        vantages=tuple(_vantage(v) for v in _optional(data, "vantages")),
        contract_down_kbit=_rate(data.get("contract_down_kbit")),
        networks=tuple(str(ipaddress.IPv4Network(n)) for n in data.get("networks", ())[:_MAX_ITEMS]),
        support=support(data.get("support", {})),
    )


def _port(item: dict[str, Any]) -> PortTarget:
    if item["talk"] not in ("tcp", "stun", "ntp", "quic") or not 0 < int(item["port"]) < 65536:
        raise ProfileError(f"port {item['host']}: talk or port")
    return PortTarget(**{**item, "host": _names([item["host"]])[0]})


def _with_address(item: dict[str, Any]) -> dict[str, Any]:
    ipaddress.ip_address(item["address"])
    return item


def _optional(data: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = data.get(key, [])
    if not isinstance(found, list) or len(found) > _MAX_ITEMS:
        raise ProfileError(f"{key}: at most {_MAX_ITEMS} entries")
    return found


def _with_host(item: dict[str, Any]) -> dict[str, Any]:
    address = item.get("address")
    checked = {**item, "host": _names([item["host"]])[0], "purpose": str(item["purpose"])}
    return checked if address is None else {**checked, "address": str(ipaddress.ip_address(address))}


def _endpoint(item: dict[str, Any]) -> HttpEndpoint:
    addresses = tuple(str(ipaddress.ip_address(a)) for a in item.get("addresses", ()))
    if not str(item["path"]).startswith("/") or not 0 < int(item.get("port", 80)) < 65536:
        raise ProfileError(f"endpoint {item['host']}: path or port")
    return HttpEndpoint(**{**item, "addresses": addresses, "host": _names([item["host"]])[0]})


def _speed_server(item: dict[str, Any]) -> SpeedServer:
    addresses = tuple(str(ipaddress.ip_address(a)) for a in item.get("addresses", ()))
    server = SpeedServer(**{**item, "addresses": addresses, "host": _names([item["host"]])[0]})
    paths = (server.down_path, server.up_path, server.small_path)
    plain = all(p.startswith("/") and p.isascii() and p.isprintable() and " " not in p for p in paths)
    if not plain or not 0 < int(server.port) < 65536:
        raise ProfileError(f"speed server {server.host}: path or port")
    return server


def _vantage(item: dict[str, Any]) -> Vantage:
    addresses = tuple(str(ipaddress.IPv4Address(a)) for a in item.get("addresses", ()))
    found = Vantage(**{**item, "addresses": addresses, "host": _names([item["host"]])[0]})
    plain = found.path.startswith("/") and found.path.isascii() and found.path.isprintable()
    if not plain or set(found.path) & set(" ?#") or not 0 < int(found.port) < 65536 or not isinstance(found.tls, bool):
        raise ProfileError(f"vantage {found.host}: path, port or tls")
    return found


def _rate(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value <= 0):
        raise ProfileError(f"contract_down_kbit: {value!r} is not a rate in kbit/s")
    return value


def _names(names: list[Any]) -> tuple[str, ...]:
    for name in names:
        allowed = isinstance(name, str) and 0 < len(name) <= 253 and all(c.isalnum() or c in "-._" for c in name)
        if not allowed:
            raise ProfileError(f"not a host name: {name!r}")
    return tuple(names)
