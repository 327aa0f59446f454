"""The exact values before and after: what was measured, what will be written, and nothing guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selfcare.app.proposals import propose, undo_key
from selfcare.app.values import exact_values
from selfcare.i18n import Catalogue
from selfcare.model.payloads.address import IpConfig, Method
from selfcare.model.payloads.routes import HostsCheck, HostsPayload, ProxyPayload
from selfcare.model.repair import Change, Verb
from selfcare.remedies import Situation, remedy
from tests.remedies.situations import CONFIG, ETH, situation, with_resolvers

EN = Catalogue("en")
ON = {"interface": "eth0"}


def told(change: Change, here: Situation) -> list[tuple[str, str, str]]:
    return [(v.what, v.before, v.after) for v in exact_values(EN, (change,), here)]


@pytest.mark.parametrize(("method", "how"), [(Method.DHCP, " (automatic)"), (Method.MANUAL, " (set by hand)"),
                                             (Method.UNKNOWN, "")])  # fmt: skip
def test_resolvers_and_who_set_them(method: Method, how: str) -> None:
    change = Change(Verb.DNS_SET, {**ON, "servers": ("9.9.9.9", "1.1.1.1")})
    here = situation(config=with_resolvers("192.168.1.1", method=method))
    assert told(change, here) == [("DNS servers of eth0", f"192.168.1.1{how}", "9.9.9.9, 1.1.1.1")]


def test_of_the_adapter_that_is_changed_and_no_other() -> None:
    other = replace(CONFIG, interface="eth1", resolvers=("10.9.9.9",), resolvers_method=Method.MANUAL)
    here = situation(others=(other,))
    assert told(Change(Verb.DNS_AUTO, {"interface": "eth1"}), here)[0][1:] == ("10.9.9.9 (set by hand)", "automatic")


def test_what_was_not_measured_is_not_guessed() -> None:
    nothing = Situation()
    assert told(Change(Verb.DNS_AUTO, ON), nothing)[0][1] == "not measured"
    assert told(Change(Verb.MTU_SET, {**ON, "bytes": 1400}), nothing)[0][1:] == ("not measured", "1400 bytes")
    assert told(Change(Verb.PROXY_OFF), nothing)[0][1:] == ("not measured", "none")


def test_an_address_by_hand_with_its_resolvers() -> None:
    config = replace(CONFIG, method4=Method.MANUAL, resolvers_method=Method.MANUAL, gateway4="192.168.1.254")
    rows = told(Change(Verb.IP_AUTO, ON), situation(config=config))
    assert rows == [
        ("Address of eth0", "192.168.1.20/24, gateway 192.168.1.254 (set by hand)", "automatic"),
        ("DNS servers of eth0", "192.168.1.1 (set by hand)", "automatic"),
    ]


def test_the_rest_says_what_is_there() -> None:
    hosts = HostsPayload((HostsCheck("a.example", "10.0.0.9", True, (), True, False, True),
                          HostsCheck("b.example", "10.0.0.8", True, (), True, True, True)), 2)  # fmt: skip
    proxy = ProxyPayload("system", "http://10.0.0.5:3128", answers=False)
    here = situation(adapters=(replace(ETH, mtu=900),), payloads={"hosts.file": hosts, "proxy.settings": proxy})
    assert told(Change(Verb.HOSTS_DISABLE, {"names": ("a.example",)}), here) == [
        ("“hosts” file, a.example", "10.0.0.9", "line set aside")
    ]
    assert told(Change(Verb.PROXY_OFF), here)[0][1:] == ("http://10.0.0.5:3128", "none")
    assert told(Change(Verb.MTU_SET, {**ON, "bytes": 1500}), here)[0][1:] == ("900 bytes", "1500 bytes")
    route = {"destination": "0.0.0.0/0", "gateway": "", "interface": "eth1", "metric": 0}
    assert told(Change(Verb.ROUTE_REMOVE, route), here)[0][1] == "through eth1, gateway –"
    assert told(Change(Verb.DNS_FLUSH), here) == []


def test_every_verb_that_sets_something_is_told_in_both_languages() -> None:
    more = {"servers": ("9.9.9.9",), "bytes": 1400, "destination": "0.0.0.0/0", "gateway": "", "metric": 0,
            "seconds": 1_795_000_000, "on": True, "names": ("a.example",), "band": "5",
                "bssid": "02:00:00:00:02:00"}  # fmt: skip
    hosts = HostsPayload((HostsCheck("a.example", "10.0.0.9", True, (), True, False, True),), 1)
    here = situation(payloads={"hosts.file": hosts})
    for verb in set(Verb) - {Verb.DNS_FLUSH}:
        for language in ("fr", "en"):
            values = exact_values(Catalogue(language), (Change(verb, {**ON, **more}),), here)
            assert values, verb
            assert not any("repair.value" in part for v in values for part in (v.what, v.before, v.after))


@pytest.mark.parametrize(("name", "config", "key"), [
    ("clock.set", CONFIG, "repair.undo.never"), ("dns.flush", CONFIG, "repair.undo.no"),
    ("dns.automatic", CONFIG, "repair.undo.yes"), ("address.duplicate", CONFIG, "repair.undo.no"),
    ("address.duplicate", replace(CONFIG, method4=Method.MANUAL), "repair.undo.yes"),
])  # fmt: skip
def test_the_way_back_is_that_of_the_plan_and_not_of_the_name(name: str, config: IpConfig, key: str) -> None:
    """Taking another address changes a setting, or only renews; the clock cannot go back, and its risk says so."""
    chosen, here = remedy(name), situation(config=config, numbers={"clock_offset": 86400.0})
    assert chosen is not None
    told = propose(EN, chosen, None, chosen.plan(here), (), here)
    assert undo_key(told) == key
    assert (told.risk_text == EN.text("repair.risk.for_good")) is (name == "clock.set")
