"""From payloads to facts: clock, certificates, who answers in whose place."""

from __future__ import annotations

from typing import Any

import pytest

from selfcare.diagnosis import observe
from selfcare.model.payloads.dns import DnsAnswer, DnsPayload, DnsStatus, NameKind
from selfcare.model.payloads.online import (
    ApiStatus,
    ClockPayload,
    ClockSample,
    PortalApiPayload,
    ProxyUse,
    ProxyUsePayload,
)
from selfcare.model.payloads.routes import Route, RoutePayload
from selfcare.model.payloads.tls import TlsPayload, TlsStatus, TlsTry
from selfcare.model.payloads.web import WebPayload, WebStatus, WebTry
from selfcare.model.tri import Tri

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN
BOX = "192.168.1.1"


def facts(payloads: dict[str, Any], pending: set[str] | None = None) -> dict[str, Any]:
    return {o.fact: o.value for o in observe(payloads, pending or set())}


def clock(servers: list[float], dates: list[float]) -> dict[str, Any]:
    samples = tuple(ClockSample(f"t{i}", offset, 0.01, 2) for i, offset in enumerate(servers))
    pages = tuple(
        WebTry(f"p{i}", "1.2.3.4", WebStatus.EXPECTED, True, 200, clock_offset_s=offset)
        for i, offset in enumerate(dates)
    )
    return facts({"pc.clock": ClockPayload(samples, 3), "web.name": WebPayload(pages)})


@pytest.mark.parametrize(("servers", "dates", "right"), [
    ([0.1, 0.2], [0.4], YES),
    ([600.0, 600.1], [600.5], NO),
    ([-31_536_000.0, -31_536_000.2], [], NO),
    ([], [600.2, 599.8], NO),
    ([299.0, 299.1], [], YES),
    # One voice, or voices that differ, prove nothing.
    ([600.0], [], UNKNOWN),
    ([], [600.0], UNKNOWN),
    ([600.0], [0.2], UNKNOWN),
    ([600.0, 600.0], [0.2, 0.3], UNKNOWN),
    # One that lies among many is passed over.
    ([9000.0, 0.1], [0.2, 0.3], YES),
])  # fmt: skip
def test_the_clock_is_judged_by_two_that_agree(servers: list[float], dates: list[float], right: Tri) -> None:
    assert clock(servers, dates).get("clock_right", UNKNOWN) is right


def test_the_offset_is_told_with_its_number() -> None:
    assert clock([200.0, 200.2], [])["clock_offset"] == 200.0
    assert clock([200.0, 200.2], [])["clock_drifts"] is YES
    assert clock([90_000.0, 90_000.0], [])["clock_breaks_certificates"] is YES


def test_a_portals_date_is_nobodys_time() -> None:
    pages = tuple(WebTry(f"p{i}", BOX, WebStatus.ALTERED, True, 200, clock_offset_s=600.0) for i in range(3))
    assert "clock_right" not in facts({"web.name": WebPayload(pages)})


def tls(*statuses: TlsStatus, issuers: str = "AAA", by_name: bool = True) -> dict[str, Any]:
    tries = tuple(
        TlsTry(f"s{i}", "1.2.3.4", status, by_name, issuer=issuers[i], leaf=f"leaf{i}")
        for i, status in enumerate(statuses)
    )
    return facts({"tls.sites": TlsPayload(tries, 100)})


P, L, U, E, T = TlsStatus.PUBLIC, TlsStatus.LOCAL, TlsStatus.UNTRUSTED, TlsStatus.EXPIRED, TlsStatus.TIMEOUT


@pytest.mark.parametrize(("statuses", "issuers", "expected"), [
    ((P, P, P), "ABC", {"certificates_valid": YES, "added_root_in_use": NO, "certificates_intercepted": NO}),
    ((P, P, E), "ABC", {"certificates_valid": NO, "certificate_wrong_alone": YES}),
    ((E, T, T), "ABC", {"certificates_valid": UNKNOWN, "certificate_wrong_alone": NO}),
    ((E, E, E), "ABC", {"certificates_out_of_date": YES, "certificate_wrong_alone": NO,
                        "certificates_wrong_everywhere": YES}),
    ((U, U, U), "AAA", {"certificates_intercepted": YES, "certificate_wrong_alone": NO}),
    ((U, U, U), "ABC", {"certificates_intercepted": NO}),
    ((L, L, L), "AAA", {"added_root_in_use": YES, "certificates_valid": YES}),
    # Authorities our list lacks are not a filter.
    ((L, L, P), "ABC", {"added_root_in_use": UNKNOWN}),
    ((L, P, P), "ABC", {"added_root_in_use": UNKNOWN}),
    ((T, T, T), "ABC", {"certificates_valid": UNKNOWN, "added_root_in_use": UNKNOWN}),
])  # fmt: skip
def test_certificates(statuses: tuple[TlsStatus, ...], issuers: str, expected: dict[str, Tri]) -> None:
    seen = tls(*statuses, issuers=issuers)
    assert {fact: seen.get(fact, UNKNOWN) for fact in expected} == expected


def names(*addresses: str) -> DnsPayload:
    status = DnsStatus.NOERROR if addresses else DnsStatus.NXDOMAIN
    answers = [DnsAnswer("s", f"x.{i}", NameKind.RANDOM, "A", status, addresses, 1.0) for i in range(2)]
    return DnsPayload(tuple(answers), ("s1", "s2"))


ROUTES = RoutePayload((Route(4, "0.0.0.0/0", BOX, "eth0", 100),), "eth0", None)


def home(**payloads: Any) -> dict[str, Any]:
    from selfcare.model.payloads.address import Activation, AddressPayload, IpConfig, Method

    config = IpConfig("eth0", (), Method.DHCP, Activation.ACTIVE, (BOX,), Method.DHCP, gateway4=BOX)
    base = {"route.table": ROUTES, "addr.lease": AddressPayload((config,), "eth0", None)}
    return facts({**base, **{key.replace("_", "."): value for key, value in payloads.items()}})


def test_a_box_that_answers_every_name_proves_nothing_about_the_outside() -> None:
    seen = home(dns_os=names(BOX), dns_public=names(BOX), dns_isp=names(BOX), dns_box=names(BOX))
    assert seen["names_lead_to_box"] is YES
    for fact in ("names_resolve", "public_resolver_answers", "isp_resolver_answers", "box_reaches_outside"):
        assert seen.get(fact) is not YES
    assert seen.get("outside_answers") is not YES
    assert seen["box_forwarder_alive"] is YES


def test_an_operator_that_answers_for_names_that_do_not_exist_is_no_box() -> None:
    seen = home(dns_os=names("92.242.132.24"), dns_public=names())
    assert (seen["names_lead_to_box"], seen["names_resolve"], seen["outside_answers"]) == (NO, YES, YES)


def pages(status: WebStatus, location: str | None = None, address: str = "1.2.3.4") -> WebPayload:
    return WebPayload(tuple(WebTry(f"p{i}", address, status, True, 200, location) for i in range(2)))


@pytest.mark.parametrize(("web", "dns", "expected"), [
    (pages(WebStatus.REDIRECTED, BOX), None, YES),
    (pages(WebStatus.ALTERED, None, BOX), names(BOX), YES),
    # The gateway that still finds out that a name does not exist has a line.
    (pages(WebStatus.REDIRECTED, BOX), names(), NO),
    (pages(WebStatus.REDIRECTED, "portail.example"), names(), NO),
    (pages(WebStatus.EXPECTED), names(), NO),
])  # fmt: skip
def test_whose_page_it_is(web: WebPayload, dns: DnsPayload | None, expected: Tri) -> None:
    payloads: dict[str, Any] = {"web_name": web}
    if dns is not None:
        payloads |= {"dns_box": dns}
    assert home(**payloads).get("box_answers_for_all", UNKNOWN) is expected


def test_an_address_with_a_strangers_certificate_is_not_that_address() -> None:
    anchors = WebPayload(tuple(WebTry(a, a, WebStatus.EXPECTED, True) for a in ("9.9.9.9", "1.1.1.1")))
    forged = TlsPayload((TlsTry("dns.quad9.net", "9.9.9.9", U, by_name=False, issuer="Box"),), 100)
    assert facts({"web.address": anchors})["outside_answers"] is YES
    assert "outside_answers" not in facts({"web.address": anchors, "tls.sites": forged})


def test_a_network_that_refuses_everything_may_say_itself_that_one_must_sign_in() -> None:
    dead = WebPayload((WebTry("p", None, WebStatus.NAME_FAILED, False),))
    captive = PortalApiPayload("portal.example", ApiStatus.ANSWERED, captive=True)
    assert facts({"web.name": dead, "portal.api": captive})["portal_seen"] is YES
    assert facts({"web.name": dead})["portal_seen"] is NO
    assert "portal_seen" not in facts({"web.name": dead}, {"portal.api"})


def test_a_proxy_fails_only_where_the_page_comes_without_it() -> None:
    use = ProxyUsePayload("kde", "p:3128", ProxyUse.UNREACHABLE)
    assert facts({"proxy.use": use, "web.name": pages(WebStatus.EXPECTED)})["proxy_works"] is NO
    assert "proxy_works" not in facts({"proxy.use": use, "web.name": pages(WebStatus.TIMEOUT)})


@pytest.mark.parametrize(
    ("leads_to", "value"),
    [
        ("portail.hotel-des-pins.fr", Tri.YES),
        ("192.168.1.1", Tri.NO),
        ("livebox", Tri.NO),
        ("livebox.home", Tri.NO),
        # Boxes' own names, and pages of operators before a line in no service: neither proves a portal.
        ("mabbox.bytel.fr", Tri.UNKNOWN),
        ("assistance.orange.fr.", Tri.UNKNOWN),
        ("notorange.fr", Tri.YES),
        (None, Tri.UNKNOWN),
    ],
)
def test_where_pages_are_led_tells_a_portal_from_a_box(leads_to: str | None, value: Tri) -> None:
    status = WebStatus.REDIRECTED if leads_to else WebStatus.ALTERED
    tries = tuple(
        WebTry(f"{n}.example", "192.168.1.1", status, True, 302 if leads_to else 200, leads_to) for n in range(2)
    )
    found = {o.fact: o.value for o in observe({"web.name": WebPayload(tries)})}
    assert found.get("portal_has_name", Tri.UNKNOWN) is value
