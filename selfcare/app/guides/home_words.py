"""What a guide gives as arguments, as the box's side takes it; and a device by whatever somebody calls it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from selfcare.app.box_wishes import WishError, device
from selfcare.app.guides.side import Arguments
from selfcare.model.box import Absent, HomeHost, PortMapping, Protocol
from selfcare.model.guide_run import Seen

_OWN = frozenset({"which_band", "which_rule", "no_slot", "forward_needs", "bad_slot", "which_device_at_all", "no_key"})
"""Codes whose sentence of the command line names its options: a guide has its own."""


def said(error: WishError) -> tuple[str, Mapping[str, object]]:
    """The sentence for what is not clear, as key and values."""
    area = "guide.box.wish" if error.code in _OWN else "box.wish"
    return f"{area}.{error.code}", error.values


def unclear(error: WishError) -> Seen:
    """A test that does not know what is meant cannot tell."""
    return Seen("unknown", (said(error),), {"why": error.code})


def text(given: Arguments, name: str) -> str | None:
    """As text; None where it was left out."""
    value = given.get(name)
    return None if value is None else str(value)


def truth(given: Arguments, name: str) -> bool | None:
    """Yes or no, given as it is or as a choice's word."""
    value = given.get(name)
    if isinstance(value, str):
        return value.lower() in ("yes", "true", "on", "1")
    return None if value is None else bool(value)


def number(given: Arguments, name: str) -> int | None:
    """A whole number; ``auto`` is 0. Raises ``WishError``."""
    value = text(given, name)
    if value is None:
        return None
    if value.lower() == "auto":
        return 0
    try:
        return int(float(value))
    except ValueError as error:
        raise WishError("bad_port", text=value) from error


def seconds(given: Arguments, name: str = "hours") -> float | None:
    """Of hours. Raises ``WishError``."""
    value = given.get(name)
    if value is None:
        return None
    try:
        hours = float(value)
    except ValueError as error:
        raise WishError("bad_hours", most=_MOST_HOURS) from error
    if not 0 <= hours <= _MOST_HOURS:
        raise WishError("bad_hours", most=_MOST_HOURS)
    return hours * 3600


_MOST_HOURS = 24 * 365


def protocol(given: Arguments) -> Protocol:
    """TCP where nothing is said, as the command line has it."""
    return Protocol(text(given, "protocol") or "tcp")


def host(called: str | None, hosts: tuple[HomeHost, ...] | Absent) -> HomeHost:
    """By hardware address, address or name. Raises ``WishError``."""
    if called is None:
        raise WishError("which_device_at_all")
    return device(called, hosts if isinstance(hosts, tuple) else ())


def named(one: HomeHost) -> str:
    """As a person knows it."""
    return one.host_name or one.ip_address or one.phys_address


def who_has(rule: PortMapping, hosts: Iterable[HomeHost]) -> str:
    """The device that a rule leads to."""
    return next((named(one) for one in hosts if one.ip_address == rule.internal_client), rule.internal_client)


def what_for(rule: PortMapping) -> str:
    """Its description in brackets, to stand behind the device; nothing where there is none."""
    return f" ({rule.description})" if rule.description else ""


def judged(*answers: bool | None) -> str:
    """All of them: one no is a no, one that is not known leaves it open."""
    if False in answers:
        return "no"
    return "yes" if answers and None not in answers else "unknown"
