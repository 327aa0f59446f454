"""What the system says of names, and how much of it is believed where it says the same for silence."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from probes import dns_truth
from probes.wire import sysnames
from probes.wire.dnsmessage import Question
from selfcare.model.payloads.dns import DnsAnswer, DnsStatus, NameKind
from selfcare.model.payloads.naming import Path, PathAnswer
from selfcare.model.probe import Platform

NAME = Question("www.example.org", NameKind.FIXED)


def _ask(monkeypatch: pytest.MonkeyPatch, said: BaseException | list[Any]) -> DnsAnswer:
    def getaddrinfo(*_: object) -> list[Any]:
        if isinstance(said, BaseException):
            raise said
        return said

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asyncio.run(sysnames.resolve(NAME, 1.0))


def answer(status: DnsStatus, *addresses: str) -> DnsAnswer:
    return DnsAnswer("os", NAME.name, NAME.kind, "A", status, addresses, 1.0, "os")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (socket.gaierror(socket.EAI_NONAME, ""), DnsStatus.NXDOMAIN),
        (socket.gaierror(socket.EAI_AGAIN, ""), DnsStatus.SERVFAIL),
        (socket.gaierror(-999, ""), DnsStatus.ERROR),
        (UnicodeError(), DnsStatus.ERROR),
        ([(2, 1, 6, "", ("192.0.2.1", 0))], DnsStatus.NOERROR),
    ],
)
def test_what_the_system_says(said: Any, status: DnsStatus, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _ask(monkeypatch, said).status is status


def test_no_such_name_stays_so_where_no_data_has_the_same_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows: both are 11001. "Exists without an address" would pass for names that resolve."""
    import importlib

    monkeypatch.setattr(socket, "EAI_NODATA", socket.EAI_NONAME)
    try:
        assert importlib.reload(sysnames).STATUSES[socket.EAI_NONAME] is DnsStatus.NXDOMAIN
    finally:
        monkeypatch.undo()
        importlib.reload(sysnames)


@pytest.mark.parametrize("platform", [Platform.WINDOWS, Platform.MACOS])
def test_elsewhere_no_such_name_is_doubted_until_another_name_resolves(platform: Platform) -> None:
    nobody = [answer(DnsStatus.NXDOMAIN), answer(DnsStatus.NOERROR), answer(DnsStatus.TIMEOUT)]
    assert {a.status for a in sysnames.beyond_doubt(nobody, platform)} == {DnsStatus.ERROR, DnsStatus.TIMEOUT}
    proved = [answer(DnsStatus.NXDOMAIN), answer(DnsStatus.NOERROR, "192.0.2.1")]
    assert sysnames.beyond_doubt(proved, platform) == proved
    assert sysnames.beyond_doubt(nobody, Platform.LINUX) == nobody


def test_a_system_that_could_ask_nobody_contradicts_nobody() -> None:
    own = PathAnswer(Path.OS, answer(DnsStatus.NXDOMAIN))
    public = PathAnswer(Path.PUBLIC, answer(DnsStatus.NOERROR, "192.0.2.1"))
    said = {a.path: a.answer.status for a in dns_truth._trusted([public, own], Platform.WINDOWS)}
    assert said == {Path.OS: DnsStatus.ERROR, Path.PUBLIC: DnsStatus.NOERROR}
    assert not dns_truth.is_strange(dns_truth._trusted([own], Platform.WINDOWS)[0].answer, {"192.0.2.1"})
    assert dns_truth.is_strange(dns_truth._trusted([own], Platform.LINUX)[0].answer, {"192.0.2.1"})
