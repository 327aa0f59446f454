"""``wifi.link`` and ``wifi.scan``: what a check makes of two looks, and when it looks at all."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from probes import radio, wifi_link, wifi_scan
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.payloads.wifi import WifiPayload
from selfcare.model.probe import CannotRun, NotRunReason
from selfcare.model.wifi import Bss, EventKind, Link, Radio, RadioState, WifiAccess, WifiEvent, WifiReading
from selfcare.model.wifi.radios import Scan, ScanOutcome
from tests.probes.support import context

WIFI = Interface("wlan0", 3, InterfaceKind.WIFI, True, True)
CABLE = Interface("eth0", 2, InterfaceKind.ETHERNET, True, True)
BOX, OTHER = "02:00:5e:10:00:01", "02:00:5e:10:00:02"
JOINED = Link("Chez nous", BOX, None, -55.0, tx_packets=100, tx_retries=10, tx_failed=1, connected_s=60.0)
READING = WifiReading(WifiAccess.TOLD, 10.0, Radio("wlan0", RadioState.ON), JOINED)


class Radios:
    """Looks prepared beforehand; the last one stays."""

    def __init__(self, *looks: WifiReading, scan: ScanOutcome = ScanOutcome.DONE) -> None:
        self.looks, self.outcome = list(looks), scan
        self.scans, self.closed = 0, False

    async def read(self, neighbours: bool = True) -> WifiReading:
        return self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]

    async def scan(self) -> Scan:
        self.scans += 1
        return Scan(self.outcome, (Bss(OTHER, "Chez nous", None, -50.0),))

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Any:
    def these(radios: Radios, log: tuple[WifiEvent, ...] = ()) -> Radios:
        async def past(_: Any) -> tuple[WifiEvent, ...]:
            return log

        monkeypatch.setattr(radio, "radios", lambda _: radios)
        monkeypatch.setattr(radio, "past", past)
        monkeypatch.setattr(wifi_link, "WINDOW_S", 0.0)
        return radios

    return these


def link(*adapters: Interface) -> dict[str, Any]:
    return {"link.interfaces": LinkPayload(adapters, adapters[0].name if adapters else None)}


def run(measure: Any, payloads: dict[str, Any]) -> WifiPayload:
    found = asyncio.run(measure(context(payloads)))
    assert isinstance(found, WifiPayload)
    return found


def test_how_the_counters_grew(use: Any) -> None:
    later = replace(READING, taken_s=10.7, link=replace(JOINED, tx_packets=180, tx_retries=40, tx_failed=1))
    radios = use(Radios(READING, later))
    found = run(wifi_link.measure, link(WIFI))
    assert (found.window_s, found.sent, found.retried, found.failed, found.beacons_lost) == (0.7, 80, 30, 0, None)
    assert found.reading.link == later.link and radios.closed


@pytest.mark.parametrize("after", [replace(JOINED, bssid=OTHER), replace(JOINED, connected_s=0.0), None])
def test_another_association_has_other_counters(use: Any, after: Link | None) -> None:
    use(Radios(READING, replace(READING, taken_s=10.7, link=after)))
    found = run(wifi_link.measure, link(WIFI))
    assert (found.window_s, found.sent) == (0.0, None)


def test_a_counter_begun_anew_is_no_growth(use: Any) -> None:
    use(Radios(READING, replace(READING, taken_s=10.7, link=replace(JOINED, tx_packets=5))))
    assert run(wifi_link.measure, link(WIFI)).sent is None


def test_no_adapter_nothing_imported() -> None:
    code = (
        "import asyncio, sys\n"
        "from tests.probes.test_wifi_probes import *\n"
        "for name in [m for m in sys.modules if m.startswith('probes.radio')]: del sys.modules[name]\n"
        "for probe in (wifi_link, wifi_scan):\n"
        "    try: asyncio.run(probe.measure(context(link(CABLE))))\n"
        "    except CannotRun as error: print(error.reason.value)\n"
        "print([m for m in sys.modules if m.startswith('probes.radio')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n") == ["no_interface", "no_interface", "[]", ""]


def test_what_the_log_knows_comes_first_and_nothing_twice(use: Any) -> None:
    old = WifiEvent(EventKind.DROPPED, 5.0, BOX, 5, by_us=False)
    both = WifiEvent(EventKind.JOINED, 9.0, BOX)
    use(Radios(replace(READING, events=(replace(both, at=9.5),))), log=(old, both))
    assert run(wifi_link.measure, link(WIFI)).reading.events == (old, both)


@pytest.mark.parametrize(
    ("adapters", "owner", "tunnels", "carries"),
    [
        ((WIFI,), "wlan0", (), True),
        ((WIFI, CABLE), "eth0", (), False),
        ((WIFI, CABLE), "wlan0", (), True),
        ((WIFI,), None, (), True),
        ((WIFI, CABLE), None, (), False),
        ((WIFI, replace(CABLE, carrier=False)), None, (), True),
        ((WIFI,), "tun0", ("tun0",), True),
        ((WIFI, CABLE), "tun0", ("tun0",), False),
    ],
)
def test_whether_it_carries_the_traffic(
    use: Any, adapters: tuple[Interface, ...], owner: str | None, tunnels: tuple[str, ...], carries: bool
) -> None:
    use(Radios(READING))
    routes = RoutePayload((), owner, None, tunnels)
    assert run(wifi_link.measure, link(*adapters) | {"route.table": routes}).default is carries


def test_a_refusal_is_told_and_not_called_absence(use: Any) -> None:
    use(Radios(WifiReading(WifiAccess.DENIED, 1.0)))
    assert run(wifi_link.measure, link(WIFI)).reading.access is WifiAccess.DENIED


def test_a_fresh_list_is_not_searched_for_again(use: Any) -> None:
    radios = use(Radios(replace(READING, scan_age_s=12.0)))
    assert run(wifi_scan.measure, link(WIFI)).reading.scan_age_s == 12.0
    assert radios.scans == 0 and radios.closed


def test_an_old_list_is_and_what_was_found_is_of_now(use: Any) -> None:
    radios = use(Radios(replace(READING, scan_age_s=300.0), replace(READING, scan_age_s=None)))
    looked = WifiPayload(READING, default=True, gateway_mac=BOX)
    found = run(wifi_scan.measure, link(WIFI) | {"wifi.link": looked})
    assert radios.scans == 1
    assert [b.bssid for b in found.reading.neighbours] == [OTHER]
    assert found.reading.scan_age_s is not None and found.reading.scan_age_s < 5
    assert (found.default, found.gateway_mac) == (True, BOX)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (ScanOutcome.DENIED, NotRunReason.PERMISSION_DENIED),
        (ScanOutcome.RADIO_OFF, NotRunReason.NO_LINK),
        (ScanOutcome.BUSY, NotRunReason.SOURCE_UNAVAILABLE),
    ],
)
def test_a_search_that_was_not_made_is_no_evidence(use: Any, outcome: ScanOutcome, reason: NotRunReason) -> None:
    use(Radios(READING, scan=outcome))
    with pytest.raises(CannotRun) as raised:
        run(wifi_scan.measure, link(WIFI))
    assert raised.value.reason is reason
