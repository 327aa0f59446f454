"""A cache that knows the well-known names hides that no new one is found; a late answer is another matter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from selfcare.diagnosis import diagnose, observe
from selfcare.model.payloads.dns import DnsAnswer, DnsPayload, DnsStatus, NameKind
from selfcare.model.payloads.web import WebPayload, WebStatus, WebTry
from selfcare.model.tri import Tri
from tests.app.fakes import dns

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN
BOX = "192.168.1.1"
PAGE = WebPayload((WebTry("a", "192.0.2.1", WebStatus.EXPECTED, connected=True),))
KNOWN = DnsAnswer("os", "www.known.example", NameKind.FIXED, "A", DnsStatus.NOERROR, ("192.0.2.1",), 2.0)
NEW = DnsAnswer("os", "x.a.example", NameKind.RANDOM, "A", DnsStatus.TIMEOUT)
FOUND = replace(NEW, status=DnsStatus.NXDOMAIN, rtt_ms=2500.0)
ZONE = DnsAnswer(BOX, "a.example", NameKind.FIXED, "NS", DnsStatus.TIMEOUT)


def answers(*given: DnsAnswer) -> DnsPayload:
    return DnsPayload(given, (BOX,))


def by_heart(**changes: Any) -> dict[str, Any]:
    """No new name is found for this PC by anybody, the page comes, and the Internet knows the zone."""
    payloads = {
        "dns.os": answers(NEW, KNOWN),
        "web.name": PAGE,
        "dns.configured": answers(replace(NEW, server=BOX), replace(KNOWN, server=BOX)),
        "dns.patient": answers(replace(NEW, server=BOX), ZONE, NEW),
        "dns.public": dns(DnsStatus.NXDOMAIN),
    }
    return payloads | {name.replace("_", "."): payload for name, payload in changes.items()}


def seen(payloads: dict[str, Any]) -> tuple[Any, Any]:
    """Whether names resolve, and whether only known ones do."""
    found = {o.fact: o.value for o in observe({k: v for k, v in payloads.items() if v is not None})}
    return found.get("names_resolve", UNKNOWN), found.get("only_known_names", UNKNOWN)


def test_a_page_from_a_cache_does_not_hide_that_no_new_name_is_found() -> None:
    assert seen(by_heart()) == (NO, YES)


def test_where_no_name_is_found_at_all_none_is_known() -> None:
    nothing = {"dns_os": answers(NEW, replace(KNOWN, status=DnsStatus.TIMEOUT, addresses=())), "web_name": None}
    assert seen(by_heart(**nothing)) == (NO, UNKNOWN)


@pytest.mark.parametrize(
    "acquits",
    [
        {"dns_os": answers(FOUND, KNOWN)},
        {"dns_configured": answers(replace(FOUND, server=BOX))},
        {"dns_patient": answers(replace(FOUND, server=BOX), ZONE, NEW)},
        # Behind a tunnel or a filter the system asks elsewhere, and finds what the adapter's servers do not.
        {"dns_patient": answers(replace(NEW, server=BOX), ZONE, FOUND)},
        # Silent about what does not exist, not about what does.
        {"dns_patient": answers(replace(NEW, server=BOX), replace(ZONE, status=DnsStatus.NOERROR), NEW)},
        # The page's name was as late as the others, and was found.
        {"dns_os": answers(NEW, replace(KNOWN, status=DnsStatus.TIMEOUT, addresses=()))},
    ],
)
def test_one_answer_however_late_shows_that_names_resolve(acquits: dict[str, Any]) -> None:
    assert seen(by_heart(**acquits)) == (YES, NO)


@pytest.mark.parametrize(
    "untold",
    [
        {"dns_patient": None},
        {"dns_configured": None},
        {"dns_public": None},
        # Nobody anywhere knows the zone: it may be the zone that is dead.
        {"dns_public": dns(DnsStatus.TIMEOUT)},
        # This system says "no such name" also when nobody could be asked: that is no silence.
        {"dns_patient": answers(replace(NEW, server=BOX), ZONE, replace(NEW, status=DnsStatus.ERROR))},
    ],
)
def test_without_patience_or_a_living_zone_nothing_is_concluded(untold: dict[str, Any]) -> None:
    assert seen(by_heart(**untold)) == (UNKNOWN, UNKNOWN)
    assert diagnose(observe({k: v for k, v in by_heart(**untold).items() if v is not None})).verdict.code is None


def test_an_address_for_what_does_not_exist_is_no_name_known_by_heart() -> None:
    """A box without a line gives its own for every name."""
    own = replace(NEW, status=DnsStatus.NOERROR, addresses=(BOX,))
    assert seen(by_heart(dns_os=answers(own, replace(KNOWN, addresses=(BOX,))), web_name=None))[1] is UNKNOWN
