"""The same settings by networksetup, should SystemConfiguration refuse: only what its words say exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from selfcare.helper import tools
from selfcare.helper.errors import Refusal
from selfcare.helper.mechanisms.macos.services import Service, services

Said = dict[str, Any] | None
PROXY_SWITCHES = {
    "HTTPEnable": "-setwebproxystate", "HTTPSEnable": "-setsecurewebproxystate", "FTPEnable": "-setftpproxystate",
    "SOCKSEnable": "-setsocksfirewallproxystate", "RTSPEnable": "-setstreamingproxystate",
    "ProxyAutoConfigEnable": "-setautoproxystate", "ProxyAutoDiscoveryEnable": "-setproxyautodiscovery",
}  # fmt: skip


class NotSayable(Exception):
    """networksetup has no words for exactly this."""


def commands(service: Service, entity: str, now: Said, wanted: Said) -> list[list[str]]:
    """The words that lead from one to the other.

    Raises:
        NotSayable: there are none.
    """
    ways = {"DNS": _dns, "IPv4": _ipv4, "IPv6": _ipv6, "Proxies": _proxies}
    return [[option, service.name, *rest] for option, *rest in ways[entity](now or {}, wanted or {})]


def change(service: Service, steps: dict[str, tuple[Said, Said]]) -> None:
    """Each part from the first to the second, if the way back can be said too."""
    _known_by_name(service)
    try:
        told = [words for entity, (now, wanted) in steps.items() for words in commands(service, entity, now, wanted)]
        for entity, (now, wanted) in steps.items():
            commands(service, entity, wanted, now)
    except NotSayable as error:
        raise Refusal("failed", "networksetup cannot say this") from error
    for words in told:
        tools.tell("networksetup", *words)


def switch(service: Service, *, on: bool) -> None:
    """The service itself."""
    _known_by_name(service)
    tools.tell("networksetup", "-setnetworkserviceenabled", service.name, "on" if on else "off")


def _known_by_name(service: Service) -> None:
    """Its words know services by name only: one that is no option, and nobody else's."""
    names = Counter(each.name for each in services())
    name = service.name
    if not name or len(name) > 128 or not name.isprintable() or name[0] in "-*" or names[name] > 1:
        raise Refusal("unknown_owner", "networksetup would not know which service is meant")


def _dns(now: dict[str, Any], wanted: dict[str, Any]) -> Iterator[list[str]]:
    if _without(now, "ServerAddresses") != _without(wanted, "ServerAddresses"):
        raise NotSayable
    yield ["-setdnsservers", *(wanted.get("ServerAddresses") or ["Empty"])]


def _ipv4(now: dict[str, Any], wanted: dict[str, Any]) -> Iterator[list[str]]:
    match wanted:
        case {"ConfigMethod": "DHCP", **rest} if not rest:
            yield ["-setdhcp"]
        case {"ConfigMethod": "Manual", "Addresses": [a], "SubnetMasks": [m], "Router": r, **rest} if not rest:
            yield ["-setmanual", a, m, r]
        case _:
            raise NotSayable


def _ipv6(now: dict[str, Any], wanted: dict[str, Any]) -> Iterator[list[str]]:
    match wanted:
        case {"ConfigMethod": "Automatic", **rest} if not rest:
            yield ["-setv6automatic"]
        case {"ConfigMethod": "LinkLocal", **rest} if not rest:
            yield ["-setv6LinkLocal"]
        case {"ConfigMethod": "Manual", "Addresses": [a], "PrefixLength": [p], "Router": r, **rest} if not rest:
            yield ["-setv6manual", a, str(p), r]
        case _:
            raise NotSayable


def _proxies(now: dict[str, Any], wanted: dict[str, Any]) -> Iterator[list[str]]:
    """Off in the order of the table, on in the reverse one: so a kill leaves one of few mixtures (``mixtures``)."""
    if _without(now, *PROXY_SWITCHES) != _without(wanted, *PROXY_SWITCHES):
        raise NotSayable
    changed = [key for key in PROXY_SWITCHES if now.get(key) != wanted.get(key)]
    if any(type(side.get(key)) is not int for key in changed for side in (now, wanted)):
        raise NotSayable
    for key in [*(k for k in changed if not wanted[k]), *(k for k in reversed(changed) if wanted[k])]:
        yield [PROXY_SWITCHES[key], "on" if wanted[key] else "off"]


def mixtures(now: dict[str, Any], wanted: dict[str, Any]) -> list[dict[str, Any]]:
    """What lies between two settings of proxies while networksetup changes one switch after the other."""
    made, between = dict(now), []
    for key in PROXY_SWITCHES:
        if made.get(key) != wanted.get(key) and key in wanted:
            made = made | {key: wanted[key]}
            between.append(made)
    return between[:-1]


def _without(said: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in said.items() if key not in keys}
