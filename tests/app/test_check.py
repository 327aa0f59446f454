"""The check as a use case, on probes that answer as told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from selfcare.app.check import Check
from selfcare.app.options import CheckOptions
from selfcare.app.ports import RunnableProbe
from selfcare.app.sentences import Sentences
from selfcare.i18n import Catalogue
from selfcare.model.check import CheckResult
from selfcare.model.events import CheckFinished, CheckStarted, Event, Observed, ProbeMeasured, VerdictChanged
from selfcare.model.finding import VerdictState
from selfcare.model.payloads.dns import DnsStatus
from selfcare.model.payloads.web import WebPayload, WebStatus, WebTry
from selfcare.model.probe import NotRunReason, Platform
from tests.app.fakes import dns, link, probe, refusing


def _check(
    probes: Sequence[RunnableProbe], options: CheckOptions | None = None, language: str = "en"
) -> tuple[CheckResult, list[Event]]:
    events: list[Event] = []
    sentences = Sentences(Catalogue(language), {"selfcare": "test"})
    check = Check(probes, sentences, Platform.LINUX, False, options or CheckOptions(), events.append)
    return asyncio.run(check.run()), events


def _healthy_pages() -> WebPayload:
    return WebPayload((WebTry("a.example", "1.1.1.1", WebStatus.EXPECTED, True),))


def test_events_tell_the_whole_run_in_order() -> None:
    result, events = _check(
        [probe("link.interfaces", result=link()), refusing("proxy.settings", NotRunReason.NOT_CONFIGURED)]
    )
    assert isinstance(events[0], CheckStarted)
    assert isinstance(events[-1], CheckFinished)
    assert events[-1].result == result
    assert [e.at_ms for e in events] == sorted(e.at_ms for e in events)
    assert {e.measurement.id for e in events if isinstance(e, ProbeMeasured)} == {"link.interfaces", "proxy.settings"}
    assert any(isinstance(e, Observed) for e in events)
    assert [e for e in events if isinstance(e, VerdictChanged)][-1].final


def test_healthy_answers_are_ok() -> None:
    result, _ = _check([
        probe("link.interfaces", result=link()), probe("dns.os", result=dns(DnsStatus.NXDOMAIN, ("os",))),
        probe("web.name", result=_healthy_pages()),
    ])  # fmt: skip
    assert result.verdict.state is VerdictState.OK


def test_a_switched_off_adapter_is_said_at_once_and_stops_what_no_longer_matters() -> None:
    slow = probe("dns.os", after_s=30, time_limit_ms=60000, answers=("names_resolve",))
    result, _ = _check([probe("link.interfaces", result=link(admin_up=False, carrier=None)), slow])
    assert result.verdict.code == "PC-NIC-OFF"
    assert result.timing.total_ms < 5000
    assert [(n.probe, n.reason) for n in result.not_tested] == [("dns.os", "decided")]
    assert result.timing.first_verdict_ms is not None


def test_silence_is_not_concluded_while_a_probe_is_pending() -> None:
    """A slow public resolver must not let the first silent page look like a dead line."""
    silent = WebPayload(tuple(WebTry("h", a, WebStatus.TIMEOUT, False) for a in ("1.1.1.1", "9.9.9.9")))
    _, events = _check([
        probe("link.interfaces", result=link()), probe("web.address", result=silent),
        probe("dns.public", result=dns(DnsStatus.NXDOMAIN), after_s=0.2),
        probe("dns.os", result=dns(DnsStatus.NXDOMAIN, ("os",)), after_s=0.3),
        probe("web.name", result=_healthy_pages(), after_s=0.3),
    ])  # fmt: skip
    states = [e.diagnosis.verdict.state for e in events if isinstance(e, VerdictChanged)]
    assert states == [VerdictState.OK]


def test_a_crashing_probe_is_reported_and_is_no_evidence() -> None:
    result, _ = _check([probe("link.interfaces", raises=RuntimeError("secret path"))])
    assert result.verdict.state is VerdictState.CANNOT_TEST
    assert [(n.probe, n.reason) for n in result.not_tested] == [("link.interfaces", "crashed")]


def test_the_time_limit_ends_the_run_with_a_verdict() -> None:
    slow = probe("dns.os", after_s=30, time_limit_ms=60000)
    result, _ = _check([probe("link.interfaces", result=link()), slow], CheckOptions(timeout_s=0.2))
    assert result.verdict.state is VerdictState.CANNOT_TEST
    assert ("dns.os", "timed_out") in [(n.probe, n.reason) for n in result.not_tested]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_sentence_of_a_fault_is_in_the_readers_language(language: str) -> None:
    result, _ = _check([probe("link.interfaces", result=link(carrier=False))], language=language)
    catalogue = Catalogue(language)
    assert result.verdict.text == catalogue.text("verdict.LAN-CABLE-DOWN")
    assert all(r.because and "=" not in r.because for r in result.ruled_out)


def test_suspicion_calls_a_deep_probe_into_a_fast_check() -> None:
    from dataclasses import replace

    from selfcare.model.probe import Tier

    slow = probe("dhcp.rogue", after_s=0.02)
    slow = replace(slow, spec=replace(slow.spec, tier=Tier.DEEP, called_by=("link_up",)))
    unsuspected = replace(slow, spec=replace(slow.spec, id="arp.spoof", called_by=("address_acquiring",)))
    result, events = _check([probe("link.interfaces", result=link(), after_s=0.01), slow, unsuspected,
                             probe("web.name", result=_healthy_pages(), after_s=0.1)])  # fmt: skip
    assert [m.id for m in result.measurements] == ["link.interfaces", "dhcp.rogue", "web.name"]
    assert isinstance(events[-1], CheckFinished)
    only, _ = _check([probe("link.interfaces", result=link()), slow], CheckOptions(only=("link.interfaces",)))
    assert [m.id for m in only.measurements] == ["link.interfaces"]


def test_suspicion_raised_by_the_last_probe_still_calls() -> None:
    from dataclasses import replace

    from selfcare.model.probe import Tier

    slow = probe("dhcp.rogue", after_s=0.02)
    slow = replace(slow, spec=replace(slow.spec, tier=Tier.DEEP, called_by=("link_up",)))
    result, events = _check([probe("link.interfaces", result=link(), after_s=0.01), slow])
    assert [m.id for m in result.measurements] == ["link.interfaces", "dhcp.rogue"]
    assert isinstance(events[-1], CheckFinished)
