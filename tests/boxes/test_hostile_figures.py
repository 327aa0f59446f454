"""Figures and names no box can mean: bounded, absent, or shown as plain text; and no reply holds up the program."""

from __future__ import annotations

import asyncio
import json
import math

import pytest
from aiohttp import web

from selfcare.app.box_words import error_text
from selfcare.boxes.bbox import home as bbox_home
from selfcare.boxes.bbox import parse as bbox
from selfcare.boxes.bbox import values
from selfcare.boxes.bbox.session import BboxSession
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.freebox import lenient
from selfcare.boxes.freebox import parse as freebox
from selfcare.boxes.freebox import parse_home as freebox_home
from selfcare.boxes.fritz import parse as fritz
from selfcare.boxes.fritz import parse_home as fritz_home
from selfcare.boxes.igd import parse as igd
from selfcare.boxes.livebox.client import value_of
from selfcare.boxes.livebox.parse import home as livebox
from selfcare.boxes.livebox.parse import rules
from selfcare.boxes.ssdp import _Ear
from selfcare.boxes.wire import Reply
from selfcare.i18n import Catalogue
from selfcare.model.box import Absent, BoxFamily, DeviceInfo, Restart
from tests.boxes.base import Simulator, serving

ESCAPES = "\x1b[2J\x1b]0;x\x07\u202e\x9b31m"


def test_an_uptime_below_nought_is_none() -> None:
    """A ``ui4`` of -1 is no 136 years."""
    info = {"NewConnectionStatus": "Connected", "NewUptime": "-1"}
    assert igd.wan(info, {}, {}).up_time is None
    assert fritz.wan({**info, "NewUptime": -1}, {}).up_time is None
    assert fritz.device(DeviceInfo(BoxFamily.FRITZ), {"NewUpTime": -1}).up_time is None
    assert bbox.device([{"device": {"modelname": "F@st5688b", "uptime": -5, "numberofboots": "-3"}}]).up_time is None


@pytest.mark.parametrize("told", [-5, 1e17, "1e17", float("inf"), 4294967295, "-1"])
def test_a_bbox_that_runs_for_ages_started_at_no_time(told: object) -> None:
    reply = [{"device": {"modelname": "F@st5688b", "uptime": told}}]

    class Box(Simulator):
        def routes(self, app: web.Application) -> None:
            app.router.add_route("*", "/{rest:.*}", self._any)

        async def _any(self, request: web.Request) -> web.Response:
            return web.Response(text=json.dumps(reply), content_type="application/json")

    async def run() -> tuple[Restart, ...] | Absent:
        async with serving(Box()) as place:
            session = BboxSession(place)
            try:
                return await session.restarts()
            finally:
                await session.close()

    assert isinstance(asyncio.run(run()), Absent)


@pytest.mark.parametrize("seconds", [1e300, 4294967295, -1])
def test_a_freebox_and_a_livebox_run_for_no_ages(seconds: float) -> None:
    who = DeviceInfo(BoxFamily.FREEBOX)
    assert freebox.device(who, {"uptime_val": seconds}, None).up_time is None
    assert livebox.device({"ProductClass": "Livebox 6", "UpTime": seconds}).up_time is None


@pytest.mark.parametrize(("raw", "degrees"), [(45_000, 45.0), ("45000", 45.0), (45, None), (0, None), (9e9, None)])
def test_a_temperature_in_another_unit_is_none(raw: object, degrees: float | None) -> None:
    assert bbox.temperature([{"device": {"cpu": {"temperature": {"main": raw}}}}]) == degrees


@pytest.mark.parametrize("value", ["99999", "-9999", "1e9"])
def test_decibels_beyond_what_a_line_has_are_none(value: str) -> None:
    told = [{"wan": {"xdsl": {"state": "Connected", "down": {"noise": value, "attenuation": value}}}}]
    down = bbox.dsl(told).down
    assert down.noise_margin is None and down.attenuation is None


def test_counters_below_nought_are_none() -> None:
    told = [{"wan": {"xdsl": {"state": "Connected", "sync_count": "-1"}}}]
    stats = [{"wan": {"xdsl": {"stats": {"local_crc": -1}}}}]
    line = bbox.dsl(told, stats)
    assert line.retrains is None and line.down.crc_errors is None
    traffic = bbox.traffic([{"wan": {"ip": {"stats": {"rx": {"bytes": -4, "bandwidth": -1}}}}}])
    assert traffic.received is None and traffic.down_rate is None


@pytest.mark.parametrize("junk", [ESCAPES, "<img src=x>", "999.1.1.1", "x" * 300, 12])
def test_an_address_of_a_bbox_is_one(junk: object) -> None:
    told = [{"wan": {"ip": {"address": junk, "gateway": junk, "dnsservers": f"{junk},1.1.1.1",
                            "ip6address": [{"ipaddress": junk}], "ip6prefix": [{"prefix": junk}]}}}]  # fmt: skip
    found = bbox.wan(told)
    assert (found.ipv4_address, found.gateway, found.ipv6_address, found.ipv6_prefix) == (None,) * 4
    assert found.dns_servers == ("1.1.1.1",)
    host = {"macaddress": "00:11:22:33:44:55", "ipaddress": junk, "ip6address": [{"ipaddress": junk}]}
    (seen,) = bbox_home.hosts([{"hosts": {"list": [host]}}])
    assert seen.ip_address is None and seen.ipv6_addresses == ()
    assert bbox_home.hosts([{"hosts": {"list": [{**host, "macaddress": junk}]}}]) == ()
    rule = {"externalport": "80", "internalport": "80", "internalip": junk, "id": 1}
    assert bbox_home.forwards([{"nat": {"rules": [rule]}}]) == ()


@pytest.mark.parametrize("port", ["\u00b2", "9" * 5000, "70000", "0", "-1", ESCAPES])
def test_a_port_of_a_bbox_is_one(port: str) -> None:
    rule = {"externalport": port, "internalport": "80", "internalip": "192.168.1.2", "id": 1}
    assert bbox_home.forwards([{"nat": {"rules": [rule, {**rule, "externalport": "80", "internalport": port}]}}]) == ()
    told = [{"wan": {"ip": {"maptenable": 1, "portrange": f"{port}:{port}"}}}]
    assert bbox.wan(told).ports is None


def test_control_characters_reach_nobody() -> None:
    for text in (values.text(ESCAPES + "name"), lenient.text(ESCAPES + "name")):
        assert text is not None and text.isprintable() and text.endswith("name")
    said = BoxError(BoxErrorCode.REFUSED, ESCAPES + "words", right=ESCAPES + "right")
    assert said.box_says is not None and said.box_says.isprintable() and str(said).isprintable()
    assert error_text(Catalogue("en"), said, "freebox").isprintable()
    assert freebox_home.host({"l2ident": {"id": "\x1b[2Jabcdefghijklm", "type": "mac_address"}}) is None


@pytest.mark.parametrize("wait", ["9" * 400, "99999999"])
def test_a_lock_out_for_ever_is_a_number(wait: str) -> None:
    with pytest.raises(BoxError) as caught:
        value_of(Reply(429, (("retry-after", wait),), b""))
    assert caught.value.retry_after is not None and math.isfinite(caught.value.retry_after)
    assert error_text(Catalogue("en"), caught.value, "livebox")
    assert error_text(Catalogue("en"), BoxError(BoxErrorCode.LOCKED_OUT, retry_after=math.inf), "livebox")


def test_many_objects_in_the_place_of_one_take_no_minutes() -> None:
    """Within the limit of 2 MB they held the event loop for a minute, at the first question: no deadline ran then."""
    told = [{"hosts": {"list": [0]}} for _ in range(60_000)]
    with pytest.raises(BoxError) as caught:
        bbox.merged(told)
    assert caught.value.code is BoxErrorCode.UNREADABLE
    assert bbox.merged(told[:2]) == {"hosts": {"list": [0, 0]}}


def test_lists_of_tens_of_thousands_are_cut() -> None:
    """A window that shows them all would stand still."""
    many = 20_000
    hosts = [{"PhysAddress": f"00:00:00:00:{n >> 8:02x}:{n & 255:02x}"} for n in range(many)]
    plans = [{"ID": each["PhysAddress"], "def": "Enable"} for each in hosts]
    rule = {"Protocol": "6", "ExternalPort": "80", "InternalPort": "80", "DestinationIPAddress": "192.168.1.2"}
    item = "<Item><MACAddress>00:00:00:00:00:00</MACAddress></Item>"
    listed = Reply(200, (), f"<List>{item * many}</List>".encode()).xml()
    entry = "<e><NewExternalPort>{}</NewExternalPort><NewInternalPort>1</NewInternalPort><NewProtocol>TCP</NewProtocol>"
    entries = "".join(f"{entry.format(n)}<NewInternalClient>10.0.0.2</NewInternalClient></e>" for n in range(1, 3000))
    found = (
        livebox.hosts(hosts),
        rules.parental(plans).schedules,
        rules.forwards({f"webui_{n}": rule for n in range(many)}),
        fritz_home.hosts(listed),
        igd.listing(f"<l>{entries}</l>"),
        livebox.reservations([{"MACAddress": each["PhysAddress"], "IPAddress": "10.0.0.1"} for each in hosts]),
    )
    assert [0 < len(each) <= 1000 for each in found] == [True] * len(found)


def test_strangers_do_not_end_the_search_for_the_gateway() -> None:
    """Anybody on the network may send datagrams to whoever searches."""
    ear = _Ear("192.168.1.1", 1)
    for _ in range(100):
        ear.datagram_received(b"HTTP/1.1 200 OK\r\n\r\n", ("192.168.1.66", 1900))
    assert not ear.done.is_set()
    answer = b"HTTP/1.1 200 OK\r\nLOCATION: http://192.168.1.1:5000/rootDesc.xml\r\n\r\n"
    ear.datagram_received(answer, ("192.168.1.1", 1900))
    assert ear.done.is_set() and len(ear.found) == 1


def test_the_name_a_family_gave_its_box_is_no_model() -> None:
    """A FRITZ!Box's friendly name is what its owner typed: shown as a model, it would tell who lives there."""
    names = b"<friendlyName>Chez les Martin</friendlyName><modelName>FRITZ!Box 7590</modelName>"
    told = b"<root><device>" + names + b"</device></root>"
    assert fritz.described(Reply(200, (), told).xml()).model_name == "FRITZ!Box 7590"


def test_a_bbox_does_not_tell_its_mode_so_neither_do_we() -> None:
    """Nothing in its API says router or bridge: a certain word would be a guess."""
    assert bbox.device([{"device": {"modelname": "F@st5688b"}}]).mode is None
