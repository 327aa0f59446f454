"""What the helper understands, and that it understands nothing else: hypothesis, a fuzzer, and the real pipe."""

from __future__ import annotations

import itertools
import json
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcare.helper import arguments, mechanisms
from selfcare.helper.errors import Refusal
from selfcare.helper.protocol import LINE, Lines, Request, understand
from selfcare.model.repair import HandError, Verb
from tests.helper.requests import GOOD, harmless, line

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def interfaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same on a machine without a network."""
    monkeypatch.setattr(socket, "if_nameindex", lambda: [(1, "lo"), (2, "eth0"), (3, "wlp3s0")])


ENTRY = "20261122T060000123Z-0a1b2c3d"


def test_verbs_are_those_of_the_model() -> None:
    assert set(arguments.CHANGES) == {verb.value for verb in Verb} == set(GOOD) == set(mechanisms.LINUX)


@pytest.mark.parametrize("verb", GOOD)
def test_every_verb_is_understood(verb: str) -> None:
    assert understand(line(verb, GOOD[verb], guard_s=30)) == Request(7, verb, GOOD[verb], 30.0)
    assert mechanisms.find(verb).undo in ("exact", "nothing", "meanwhile", "never")


@pytest.mark.parametrize("verb", ["change.keep", "change.undo"])
def test_entries_are_named_by_their_form_only(verb: str) -> None:
    assert understand(line(verb, {"entry": ENTRY})).args == {"entry": ENTRY}
    for bad in (f"../{ENTRY}", f"{ENTRY}\n", ENTRY + "/", "", None, ENTRY.upper()):
        refused(line(verb, {"entry": bad}))


def refused(data: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        understand(data)
    assert caught.value.code == "bad_argument"


@pytest.mark.parametrize("server", [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "255.255.255.255", "224.0.0.251", "240.0.0.1", "::", "::1", "ff02::fb",
    "fe80::1", "fe80::1%eth0", "2620:fe::fe%eth0", "::ffff:127.0.0.1", "::ffff:9.9.9.9", "9.9.9.9 ", " 9.9.9.9",
    "9.9.9",
    "9.9.9.9\n", "9.9.9.9#53", "dns.example", "-n", "", "٩.٩.٩.٩", "009.9.9.9", 151587081, None, ["9.9.9.9"], True, 9.9,
])  # fmt: skip
def test_no_other_resolver(server: object) -> None:
    refused(line("dns.set", {"interface": "eth0", "servers": [server]}))
    refused(line("dns.set", {"interface": "eth0", "servers": ["9.9.9.9", server]}))


def test_one_to_four_different_resolvers() -> None:
    for count in (0, 5, 400):
        servers = [f"9.9.{index // 250}.{1 + index % 250}" for index in range(count)]
        refused(line("dns.set", {"interface": "eth0", "servers": servers}))
    refused(line("dns.set", {"interface": "eth0", "servers": ["9.9.9.9", "9.9.9.9"]}))
    refused(line("dns.set", {"interface": "eth0", "servers": "9.9.9.9"}))


@pytest.mark.parametrize("name", [
    "lo", "eth9", "", ".", "..", "eth0/", "../eth0", "eth0;id", "eth0 up", "-eth0", "--help", "eth0\n", "eth0\0",
    "ETH0",
    "$(id)",
    "eth0" * 5, None, 2, ["eth0"], {"name": "eth0"}, "éth0", "/etc/passwd", "wlp3s0 -x",
])  # fmt: skip
def test_only_an_interface_that_exists(name: object) -> None:
    for verb in ("dhcp.renew", "dns.auto", "ip.auto", "adapter.restart", "adapter.enable", "tunnel.stop"):
        refused(line(verb, {"interface": name}))


def test_an_existing_but_strange_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel allows names that a tool would take for an option."""
    for strange in ("-rf", "a b", "a;b", "a$b", "é"):
        monkeypatch.setattr(socket, "if_nameindex", lambda strange=strange: [(4, strange)])
        refused(line("dhcp.renew", {"interface": strange}))


@pytest.mark.parametrize("args", [
    {"bytes": 1279}, {"bytes": 9001}, {"bytes": "1400"}, {"bytes": 1400.0}, {"bytes": True}, {"bytes": None},
    {"bytes": -1}, {},
])  # fmt: skip
def test_sizes_in_range(args: dict[str, object]) -> None:
    refused(line("mtu.set", {"interface": "eth0", **args}))


@pytest.mark.parametrize(("verb", "args"), [
    ("wifi.stick", {"bssid": "ff:ff:ff:ff:ff:ff"}), ("wifi.stick", {"bssid": "00:00:00:00:00:00"}),
    ("wifi.stick", {"bssid": "01:00:5e:00:00:01"}), ("wifi.stick", {"bssid": "02:00:00:00:00"}),
    ("wifi.stick", {"bssid": "02-00-00-00-01-00"}), ("wifi.stick", {"bssid": ["02:00:00:00:01:00"]}),
    ("wifi.stick", {}),
    ("wifi.prefer", {"band": "5 GHz"}), ("wifi.prefer", {"band": 5}), ("wifi.prefer", {"band": "2x4"}),
    ("wifi.prefer", {"band": None}), ("wifi.reconnect", {"ssid": "HomeNet"}), ("wifi.rejoin", {"key": "secret"}),
])  # fmt: skip
def test_a_wifi_is_told_a_band_or_an_access_point_and_never_a_name_or_key(verb: str, args: dict[str, object]) -> None:
    refused(line(verb, {"interface": "wlp3s0", **args}))


def test_the_radio_is_only_ever_switched_on() -> None:
    for wrong in ({"on": False}, {"on": 1}, {}, {"on": True, "interface": "wlp3s0"}):
        refused(line("wifi.radio", wrong))


@pytest.mark.parametrize("seconds", [0, -1, 1_577_836_799, 4_102_444_801, "1795000000", 1.795e9, True, None, 10**400])
def test_clock_takes_whole_seconds_of_this_century(seconds: object) -> None:
    refused(line("clock.set", {"seconds": seconds}))


@pytest.mark.parametrize("name", [
    "localhost", "ip6-loopback", "", ".", "a..b", "-a.example", "a b", "a\tb", "a#b", "a\n1.2.3.4 b", "A.example",
    "é.example",
    "x" * 64, "a." * 130, None, 5, "*", "a/../b",
])  # fmt: skip
def test_hosts_names(name: object) -> None:
    refused(line("hosts.disable", {"names": [name]}))


def test_routes_and_tunnels() -> None:
    good = GOOD["route.remove"]
    assert understand(line("route.remove", {**good, "destination": "10.0.0.0/8", "gateway": ""})).args["gateway"] == ""
    for change in (
        {"destination": "10.0.0.1/8"}, {"destination": "10.0.0.0"}, {"destination": "224.0.0.0/4"},
        {"destination": "all"},
        {"gateway": "0.0.0.0"}, {"gateway": "box"}, {"metric": -1}, {"metric": 2**32}, {"metric": "100"},
        {"table": "255"},
    ):  # fmt: skip
        refused(line("route.remove", {**good, **change}))
    uuid = "5b1e9d1c-7f4c-4d0e-9b58-0c1c5a0e0001"
    assert understand(line("tunnel.stop", {"connection": uuid}))
    for args in (
        {},
        {"connection": uuid, "interface": "eth0"},
        {"connection": uuid.upper()},
        {"connection": "Work VPN"},
    ):
        refused(line("tunnel.stop", args))


@pytest.mark.parametrize("data", [
    b"", b"{}", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b"{", b'{"v":1}', b"[" * 8000, b'{"a":' * 1500,
    b'{"v":1,"v":1,"id":7,"verb":"dns.flush","args":{}}', b'{"v":1,"id":7,"verb":"dns.flush","args":{},"x":1}',
    b'{"v":NaN,"id":7,"verb":"dns.flush","args":{}}', b'{"v":1,"id":1e3,"verb":"dns.flush","args":{}}',
    b'{"v":true,"id":7,"verb":"dns.flush","args":{}}', b'{"v":1.0,"id":7,"verb":"dns.flush","args":{}}',
    b'{"v":2,"id":7,"verb":"dns.flush","args":{}}', b'{"v":1,"id":-1,"verb":"dns.flush","args":{}}',
    b'{"v":1,"id":7,"verb":"dns.flush","args":[]}', b'{"v":1,"id":7,"verb":"dns.flush","args":null}',
    b'{"v":1,"id":7,"verb":["dns.flush"],"args":{}}', b'{"v":1,"id":7,"verb":"DNS.FLUSH","args":{}}',
    b'{"v":1,"id":7,"verb":"dns.flush","args":{},"guard_s":0}',
    b'{"v":1,"id":7,"verb":"dns.flush","args":{},"guard_s":1e999}',
    b'{"v":1,"id":7,"verb":"dns.flush","args":{},"guard_s":true}',
    b'{"v":1,"id":7,"verb":"dns.flush","args":{},"guard_s":1' + b"0" * 400 + b"}",
    b'{"v":1,"id":7,"verb":"hello","args":{},"guard_s":9}',
])  # fmt: skip
def test_not_a_request(data: bytes) -> None:
    refused(data)


def test_a_line_of_8_kb_and_not_a_byte_more() -> None:
    whole = line("dns.flush", {})
    assert understand(whole + b" " * (LINE - len(whole)))
    refused(whole + b" " * (LINE - len(whole) + 1))


@given(st.lists(st.binary(max_size=300), max_size=20), st.integers(1, 50))
def test_lines_are_the_same_however_they_arrive(lines: list[bytes], size: int) -> None:
    wanted = [each.replace(b"\n", b"") for each in lines]
    data = b"".join(each + b"\n" for each in wanted)
    cutter = Lines()
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    assert list(itertools.chain.from_iterable(cutter.feed(piece) for piece in pieces)) == wanted


def test_a_flood_without_an_end_is_answered_once_and_not_kept() -> None:
    cutter = Lines()
    given_out = [found for _ in range(1000) for found in cutter.feed(b"x" * 4096)]
    assert len(given_out) == 1 and len(given_out[0]) == LINE + 1
    assert list(cutter.feed(b"xx\n" + b"next\n")) == [b"next"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING)
def test_anything_at_all_is_refused_or_harmless(version: object, number: object, verb: object, args: object) -> None:
    try:
        text = json.dumps({"v": version, "id": number, "verb": verb, "args": args}).encode()
    except (TypeError, ValueError):
        return
    try:
        made = understand(text)
    except Refusal:
        return
    assert harmless(made)


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_one_argument_replaced_by_anything(verb: str, data: st.DataObject) -> None:
    args = dict(GOOD[verb])
    if args:
        args[data.draw(st.sampled_from(sorted(args)))] = data.draw(ANYTHING)
    args |= data.draw(st.dictionaries(st.text(max_size=6), ANYTHING, max_size=1))
    try:
        made = understand(json.dumps({"v": 1, "id": 1, "verb": verb, "args": args}).encode())
    except (Refusal, ValueError):
        return
    assert harmless(made)


def test_codes_are_the_client_s_own() -> None:
    """Every code a refusal is made with is one that ``HandError`` names."""
    said = HandError.__doc__ or ""
    source = "".join(path.read_text() for path in (ROOT / "selfcare/helper").rglob("*.py"))
    made = {part.split('"')[1] for part in source.split("Refusal(")[1:] if part.startswith('"')}
    assert made and [code for code in made if f"``{code}``" not in said] == []
