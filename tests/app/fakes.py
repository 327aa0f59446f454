"""Probes that behave in every way a probe may, for the scheduler and the check."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from selfcare.app.ports import RunnableProbe
from selfcare.model.payloads.dns import DnsAnswer, DnsPayload, DnsStatus, NameKind
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeSpec


@dataclass(frozen=True)
class Plain:
    """A payload without meaning."""

    value: int = 1


def probe(
    probe_id: str,
    *,
    result: Any = None,
    after_s: float = 0.0,
    requires: tuple[str, ...] = (),
    raises: BaseException | None = None,
    time_limit_ms: int = 2000,
    answers: tuple[str, ...] = (),
    seen: list[Mapping[str, Any]] | None = None,
) -> RunnableProbe:
    """A probe that waits, then returns or raises."""

    async def measure(payloads: Mapping[str, Any]) -> Any:
        if seen is not None:
            seen.append(payloads)
        await asyncio.sleep(after_s)
        if raises is not None:
            raise raises
        return result if result is not None else Plain()

    spec = ProbeSpec(probe_id, 1, Layer.LINK, requires, answers, time_limit_ms=time_limit_ms)
    return RunnableProbe(spec, measure)


def refusing(probe_id: str, reason: NotRunReason) -> RunnableProbe:
    """A probe that cannot run."""
    return probe(probe_id, raises=CannotRun(reason))


def link(*, admin_up: bool = True, carrier: bool | None = True) -> LinkPayload:
    """One wired adapter."""
    return LinkPayload((Interface("eth0", 2, InterfaceKind.ETHERNET, admin_up, carrier),), "eth0")


def dns(status: DnsStatus, servers: tuple[str, ...] = ("9.9.9.9", "80.67.169.12")) -> DnsPayload:
    """The same outcome for a random name from every server."""
    return DnsPayload(tuple(DnsAnswer(s, "x.example", NameKind.RANDOM, "A", status) for s in servers), servers)
