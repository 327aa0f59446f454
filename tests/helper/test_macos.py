"""The macOS mechanisms on a *simulated* Mac (``mac.py``): made, put back, killed anywhere. None of it ran on a Mac."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from selfcare.helper import host, mechanisms, point
from selfcare.helper.change import Changes
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Journal
from tests.helper.mac import CABLE, OFF, VPN, WIFI, Mac, on_a_mac
from tests.helper.mac import settings as mac_settings
from tests.helper.world import Killed

__all__ = ["on_a_mac"]
Make = Callable[..., Mac]
ARGS: dict[str, tuple[str, dict[str, Any]]] = {
    "other resolvers": ("dns.set", {"interface": "en0", "servers": ["9.9.9.9", "2620:fe::fe"]}),
    "others than the manual ones": ("dns.set", {"interface": "en7", "servers": ["9.9.9.9"]}),
    "automatic again": ("ip.auto", {"interface": "en7"}),
    "no proxy": ("proxy.off", {}),
    "without IPv6": ("ipv4.prefer", {"on": True}),
    "on again": ("adapter.enable", {"interface": "en8"}),
    "off and on, radio": ("adapter.restart", {"interface": "en0"}),
    "off and on, cable": ("adapter.restart", {"interface": "en7"}),
    "a default route": (
        "route.remove", {"destination": "0.0.0.0/0", "gateway": "192.168.1.1", "interface": "en0", "metric": 0},
    ),
    "a route": (
        "route.remove", {"destination": "10.9.0.0/16", "gateway": "192.168.1.3", "interface": "en7", "metric": 0},
    ),
    "a direct route": ("route.remove", {"destination": "10.8.0.0/16", "gateway": "", "interface": "en7", "metric": 0}),
    "a VPN": ("tunnel.stop", {"interface": "utun4"}),
    "a VPN by id": ("tunnel.stop", {"connection": VPN.lower()}),
    "left and joined": ("wifi.reconnect", {"interface": "en0"}),
    "packets": ("mtu.set", {"interface": "en7", "bytes": 1400}),
}  # fmt: skip
FOREVER = {"adapter.restart", "wifi.reconnect"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulated system is there at once; one that never is shall not hold the tests."""
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += max(seconds, 0.001)

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])


def changes(mac: Mac) -> Changes:
    return Changes(Journal(mac.path.parent / "journal"), lambda verb: mechanisms.find(verb, "darwin"))


def refused(mac: Mac, verb: str, args: dict[str, Any]) -> str:
    before = mac.whole()
    with pytest.raises(Refusal) as caught:
        changes(mac).apply(verb, args, 30)
    assert mac.whole() == before
    return caught.value.code


def same(one: Any, other: Any) -> bool:
    """A VPN that connects again is, for us, as it was."""
    return str(one).replace("Connecting", "Connected") == str(other).replace("Connecting", "Connected")


@pytest.mark.parametrize("native", [True, False], ids=["SystemConfiguration", "networksetup"])
@pytest.mark.parametrize("what", ARGS)
def test_made_read_and_exactly_there_again(what: str, native: bool, on_a_mac: Make) -> None:
    verb, args = ARGS[what]
    mac = on_a_mac(native=native)
    before = mac.whole()
    entry = changes(mac).apply(verb, args, 30)
    if verb in FOREVER:
        assert mac.whole() == before and entry.state == "kept" and any("off" in s or "down" in s for s in mac.said)
        return
    assert mac.whole() != before and entry.written == entry.wanted
    changes(mac).keep(entry.name)
    changes(mac).undo(entry.name)
    assert same(mac.whole(), before)
    assert not mac.frameworks.held and not mac.frameworks.locked


@pytest.mark.parametrize("native", [True, False], ids=["SystemConfiguration", "networksetup"])
@pytest.mark.parametrize("what", ARGS)
def test_power_cut_at_every_moment(what: str, native: bool, on_a_mac: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """And once more at every third moment of putting it back."""
    verb, args = ARGS[what]
    rounds = 0
    for cut in range(1, 200):
        mac = on_a_mac(f"{cut}", native=native)
        before = mac.whole()
        if not dies(monkeypatch, cut, lambda mac=mac: changes(mac).apply(verb, args, 30)):
            break
        changes(mac).recover()
        assert same(mac.whole(), before), cut
        again = 1 + cut % 3
        for second in range(again, 40, 3):
            mac = on_a_mac(f"{cut}-{second}", native=native)
            dies(monkeypatch, cut, lambda mac=mac: changes(mac).apply(verb, args, 30))
            died = dies(monkeypatch, second, lambda mac=mac: changes(mac).recover())
            changes(mac).recover()
            assert same(mac.whole(), before), (cut, second)
            states = {entry.state for entry in changes(mac).journal.entries()}
            assert states <= {"undone", "kept"}, (cut, second)
            rounds += 1
            if not died:
                break
    assert cut >= 9 and rounds >= 9


def dies(monkeypatch: pytest.MonkeyPatch, number: int, doing: Callable[[], object]) -> bool:
    """Does it, and the process ends at this moment; whether it came to that."""
    left = [number]

    def reached(name: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(point, "reached", reached)
        try:
            doing()
        except Killed:
            return True
    return False


# -- what is made of the settings -----------------------------------------------------------------


def made(mac: Mac, verb: str, args: dict[str, Any], number: str = WIFI) -> dict[str, Any]:
    changes(mac).apply(verb, args, 30)
    service: dict[str, Any] = mac.load()["NetworkServices"][number]
    return service


def test_other_resolvers_keep_the_domains(on_a_mac: Make) -> None:
    mac = on_a_mac()
    service = made(mac, *ARGS["other resolvers"])
    assert service["DNS"] == {"SearchDomains": ["home.example"], "ServerAddresses": ["9.9.9.9", "2620:fe::fe"]}
    assert mac.force[f"Setup:/Network/Service/{WIFI}/DNS"] == service["DNS"], "and configd goes by it"


def test_automatic_resolvers_are_no_empty_list(on_a_mac: Make) -> None:
    mac = on_a_mac()
    tree = mac_settings()
    tree["NetworkServices"][CABLE]["IPv4"] = {"ConfigMethod": "DHCP"}
    mac.store(tree)
    mac.apply()
    assert "DNS" not in made(mac, "dns.auto", {"interface": "en7"}, CABLE)


def test_a_manual_address_has_nobody_to_give_it_resolvers(on_a_mac: Make) -> None:
    assert refused(on_a_mac(), "dns.auto", {"interface": "en7"}) == "failed"


def test_addresses_by_the_network(on_a_mac: Make) -> None:
    service = made(on_a_mac(), *ARGS["automatic again"], CABLE)
    assert service["IPv4"] == {"ConfigMethod": "DHCP"} and "DNS" not in service
    assert service["IPv6"] == {"ConfigMethod": "Automatic"}


def test_proxies_are_switched_off_and_nothing_else(on_a_mac: Make) -> None:
    old = mac_settings()["NetworkServices"][WIFI]["Proxies"]
    assert made(on_a_mac(), "proxy.off", {})["Proxies"] == old | {"HTTPEnable": 0, "HTTPSEnable": 0}


def test_ipv6_stays_inside_the_home(on_a_mac: Make) -> None:
    assert made(on_a_mac(), "ipv4.prefer", {"on": True})["IPv6"] == {"ConfigMethod": "LinkLocal"}


def test_a_service_that_is_off_is_switched_on_with_its_link(on_a_mac: Make) -> None:
    mac = on_a_mac()
    assert "__INACTIVE__" not in made(mac, *ARGS["on again"], OFF) and mac.links["en8"]["up"]


def test_a_service_is_off_in_the_very_spelling_it_had(on_a_mac: Make) -> None:
    mac = on_a_mac()
    tree = mac_settings()
    tree["NetworkServices"][OFF]["__INACTIVE__"] = 1  # older systems wrote a number
    mac.store(tree)
    entry = changes(mac).apply(*ARGS["on again"], 30)
    changes(mac).undo(entry.name)
    assert mac.load()["NetworkServices"][OFF]["__INACTIVE__"] is not True


def test_every_other_service_stays_as_it_is(on_a_mac: Make) -> None:
    mac = on_a_mac()
    made(mac, *ARGS["other resolvers"])
    now, then = mac.load(), mac_settings()
    del now["NetworkServices"][WIFI], then["NetworkServices"][WIFI]
    assert now == then


# -- how it is asked ------------------------------------------------------------------------------


def test_a_renewal_drops_nothing(on_a_mac: Make) -> None:
    mac = on_a_mac()
    changes(mac).apply("dhcp.renew", {"interface": "en0"}, 30)
    assert "refresh en0" in mac.said and not any(said.startswith("ipconfig set") for said in mac.said)


def test_a_renewal_where_the_hint_is_refused(on_a_mac: Make) -> None:
    mac = on_a_mac()
    mac.refused = {"SCDynamicStoreNotifyValue"}
    changes(mac).apply("dhcp.renew", {"interface": "en0"}, 30)
    assert "ipconfig set en0 DHCP" in mac.said


def test_a_manual_address_is_never_overruled(on_a_mac: Make) -> None:
    mac = on_a_mac()
    assert refused(mac, "dhcp.renew", {"interface": "en7"}) == "failed" and mac.said == []


def test_names_are_forgotten_by_both_who_remember_them(on_a_mac: Make) -> None:
    mac = on_a_mac()
    changes(mac).apply("dns.flush", {}, 30)
    assert mac.said == ["killall -HUP mDNSResponder", "dscacheutil -flushcache"]


@pytest.mark.parametrize(
    "verb", sorted({verb for verb, _ in ARGS.values()} - {"tunnel.stop", "wifi.reconnect"} | {"dns.flush"})
)
def test_an_ordinary_user_is_told_before_anything_is_tried(
    verb: str, on_a_mac: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    mac = on_a_mac()
    monkeypatch.setattr(host, "is_root", lambda: False)
    args = next((args for each, args in reversed(ARGS.values()) if each == verb), {})
    assert refused(mac, verb, args) == "needs_privilege" and mac.said == []


@pytest.mark.parametrize("call", ["SCPreferencesLock", "SCPreferencesPathSetValue", "SCPreferencesCommitChanges"])
def test_networksetup_does_it_where_systemconfiguration_refuses(call: str, on_a_mac: Make) -> None:
    mac = on_a_mac()
    mac.refused = {call}
    before = mac.whole()
    entry = changes(mac).apply(*ARGS["other resolvers"], 30)
    assert "networksetup -setdnsservers WLAN – der Küche 9.9.9.9 2620:fe::fe" in mac.said
    changes(mac).undo(entry.name)
    assert mac.whole() == before
    assert not mac.frameworks.held and not mac.frameworks.locked


@pytest.mark.parametrize("extra", [{"Addresses": ["10.0.0.2", "10.0.0.3"]}, {"DHCPClientID": "me"}, {"Router": None}])
def test_what_networksetup_could_not_put_back_is_not_begun(extra: dict[str, Any], on_a_mac: Make) -> None:
    mac = on_a_mac(native=False)
    tree = mac_settings()
    tree["NetworkServices"][CABLE]["IPv4"] |= {k: v for k, v in extra.items() if v}
    for key in (k for k, v in extra.items() if not v):
        del tree["NetworkServices"][CABLE]["IPv4"][key]
    mac.store(tree)
    mac.apply()
    assert refused(mac, "ip.auto", {"interface": "en7"}) == "failed"
    assert not any(said.startswith("networksetup") for said in mac.said)


@pytest.mark.parametrize("name", ["", "-setdhcp", "*Wi-Fi", "a\nb", "x" * 200, "USB LAN"])
def test_a_name_that_networksetup_could_misunderstand(name: str, on_a_mac: Make) -> None:
    mac = on_a_mac(native=False)
    tree = mac_settings()
    tree["NetworkServices"][WIFI]["UserDefinedName"] = name
    mac.store(tree)
    mac.apply()
    assert refused(mac, *ARGS["other resolvers"]) == "unknown_owner"
    assert not any(said.startswith("networksetup") for said in mac.said)


def test_two_services_of_one_interface_are_no_guess(on_a_mac: Make) -> None:
    mac = on_a_mac()
    tree = mac_settings()
    tree["NetworkServices"][CABLE]["Interface"]["DeviceName"] = "en0"
    mac.store(tree)
    assert refused(mac, *ARGS["other resolvers"]) == "unknown_owner"


def test_a_vpn_that_owns_the_way_out_decides_about_names(on_a_mac: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    mac = on_a_mac()
    monkeypatch.setattr(Mac, "do_route", lambda *words: "  interface: utun4\n")
    assert refused(mac, *ARGS["other resolvers"]) == "managed"


def test_an_administrator_s_profile_decides_about_names(on_a_mac: Make) -> None:
    mac = on_a_mac()
    mac.profiles = {"_computerlevel": [{"ProfileItems": [{"PayloadType": "com.apple.dnsSettings.managed"}]}]}
    assert refused(mac, *ARGS["other resolvers"]) == "managed"
    mac.profiles = {"_computerlevel": [{"ProfileItems": [{"PayloadType": "com.apple.wifi.managed"}]}]}
    changes(mac).apply(*ARGS["other resolvers"], 30)


def test_a_tunnel_of_another_program_is_left_alone(on_a_mac: Make) -> None:
    assert refused(on_a_mac(), "tunnel.stop", {"interface": "utun9"}) == "unknown_owner"
    assert refused(on_a_mac("b"), "tunnel.stop", {"interface": "en0"}) == "bad_argument"


def test_somebody_else_s_setting_since_is_left_alone(on_a_mac: Make) -> None:
    mac = on_a_mac()
    entry = changes(mac).apply(*ARGS["other resolvers"], 30)
    tree = mac.load()
    tree["NetworkServices"][WIFI]["DNS"] = {"ServerAddresses": ["10.8.0.1"]}
    mac.store(tree)
    mac.apply()
    with pytest.raises(Refusal, match="changed_since"):
        changes(mac).settle(entry.name)
    assert mac.load() == tree


def test_what_configd_does_not_take_is_put_back(on_a_mac: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    mac = on_a_mac()
    before = mac.whole()
    real, calls = mac.apply, [0]

    def apply() -> None:
        calls[0] += 1
        if calls[0] > 1:
            real()

    monkeypatch.setattr(mac, "apply", apply)
    assert refused(mac, *ARGS["other resolvers"]) == "failed" and mac.whole() == before
    assert [entry.state for entry in changes(mac).journal.entries()] == ["undone"]


def test_a_route_that_stays_is_said(on_a_mac: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    mac = on_a_mac()
    monkeypatch.setattr(Mac, "do_route", lambda *words: "delete net default: not in table")
    assert refused(mac, *ARGS["a default route"]) == "failed"


@pytest.mark.parametrize("wrong", [
    {"gateway": "192.168.1.2"}, {"interface": "en7"}, {"metric": 5}, {"destination": "192.168.1.0/24", "gateway": ""},
])  # fmt: skip
def test_only_the_very_route(wrong: dict[str, Any], on_a_mac: Make) -> None:
    mac = on_a_mac()
    verb, args = ARGS["a default route"]
    if wrong.get("gateway") == "":  # the interface's own
        changes(mac).apply(verb, args | wrong, 30)
        assert "route -n delete -inet -net 192.168.1.0/24 -interface en0" in mac.said
    else:
        assert refused(mac, verb, args | wrong) == "failed"
