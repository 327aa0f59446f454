"""Patience: whom it asks, for what, and that one who cannot tell silence from "no such name" is not believed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from probes import dns_patient
from probes.framework import ProbeContext
from probes.wire.dnsask import Server
from probes.wire.dnsmessage import Question
from selfcare.model.payloads.address import Activation, AddressPayload, IpConfig, Method
from selfcare.model.payloads.dns import DnsAnswer, DnsPayload, DnsStatus, NameKind
from selfcare.model.probe import Platform
from tests.probes.support import context

BOX = "192.168.1.1"
CONFIG = IpConfig("eth0", (), Method.DHCP, Activation.ACTIVE, (BOX,), Method.DHCP, BOX)
HERE = {"addr.lease": AddressPayload((CONFIG,), "eth0", None)}


def run(ctx: ProbeContext) -> DnsPayload:
    async def within() -> Any:
        return await asyncio.wait_for(dns_patient.measure(ctx), 10)

    found = asyncio.run(within())
    assert isinstance(found, DnsPayload)
    return found


def measured(
    monkeypatch: pytest.MonkeyPatch, server: DnsStatus, system: DnsStatus, platform: Platform = Platform.LINUX,
    deadline_s: float = 0.2,
) -> DnsPayload:  # fmt: skip
    """What is seen where the server says this of a random name and nothing else, and the system says that."""

    async def ask(at: Server, question: Question, _deadline: float) -> DnsAnswer:
        if question.kind is not NameKind.RANDOM:
            await asyncio.sleep(30)
        return DnsAnswer(at.address, question.name, question.kind, question.rrtype, server)

    async def resolve(question: Question, _deadline: float) -> DnsAnswer:
        return DnsAnswer("os", question.name, question.kind, "A", system)

    for name, fake in (("ask", ask), ("resolve", resolve), ("DEADLINE_S", deadline_s), ("FENCE_S", 0.0)):
        monkeypatch.setattr(dns_patient, name, fake)
    return run(replace(context(HERE), platform=platform))


def test_server_and_system_are_asked_for_the_same_new_name(monkeypatch: pytest.MonkeyPatch) -> None:
    found = measured(monkeypatch, DnsStatus.TIMEOUT, DnsStatus.TIMEOUT)
    assert {a.server for a in found.answers} == {BOX, "os"}
    assert len({a.name for a in found.answers}) == 1
    assert found.servers == (BOX,)


def test_one_answer_to_the_new_name_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other questions hang, and nobody waits for them."""
    monkeypatch.setattr(dns_patient, "GRACE_S", 0.0)
    found = measured(monkeypatch, DnsStatus.NXDOMAIN, DnsStatus.TIMEOUT, deadline_s=60.0)
    assert DnsStatus.NXDOMAIN in {a.status for a in found.answers}


@pytest.mark.parametrize(("platform", "believed"), [(Platform.LINUX, True), (Platform.WINDOWS, False)])
def test_a_system_that_says_no_such_name_for_silence_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, platform: Platform, believed: bool
) -> None:
    found = measured(monkeypatch, DnsStatus.TIMEOUT, DnsStatus.NXDOMAIN, platform)
    assert (DnsStatus.NXDOMAIN in {a.status for a in found.answers}) is believed


def test_something_that_exists_is_asked_for_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Question] = []

    async def ask(at: Server, question: Question, _deadline: float) -> DnsAnswer:
        asked.append(question)
        return DnsAnswer(at.address, question.name, question.kind, question.rrtype, DnsStatus.TIMEOUT)

    async def resolve(question: Question, _deadline: float) -> DnsAnswer:
        return DnsAnswer("os", question.name, question.kind, "A", DnsStatus.TIMEOUT)

    monkeypatch.setattr(dns_patient, "ask", ask)
    monkeypatch.setattr(dns_patient, "resolve", resolve)
    run(context(HERE))
    assert {(q.name, q.rrtype) for q in asked if q.kind is NameKind.FIXED} == {
        ("example.org", "NS"), ("example.net", "NS"),
    }  # fmt: skip
