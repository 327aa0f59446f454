"""Every recorded reply of a Bbox gives a value of the model or a named error, with its figures in the model's units."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from selfcare.boxes.bbox import DRIVER, home, parse
from selfcare.boxes.bbox.client import Manner, credential
from selfcare.boxes.bbox.session import BboxSession
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret
from selfcare.model.box import AccessMedium, ConnectionStatus, LinkStatus
from tests.boxes.base import Simulator, serving

FOLDER = Path(os.environ.get("SELFCARE_CORPUS", "/nowhere")) / "bbox"
READERS: dict[str, Callable[[Any], object]] = {
    "device": parse.device, "device/summary": parse.device, "device/cpu": parse.temperature, "device/led": parse.ports,
    "wan/ip": parse.wan, "wan/xdsl": parse.dsl, "wan/xdsl/stats": lambda r: parse.dsl(IDLE, r), "hosts": home.hosts,
    "wireless": home.wifi, "voip": parse.phone, "parentalcontrol": lambda r: home.parental(r, {"hosts": {"list": []}}),
}  # fmt: skip
IDLE = [{"wan": {"xdsl": {"state": "Connected", "down": {"noise": 94}, "up": {}}}}]
# Replies of which the model has nothing: their envelope is read, their content is nobody's.
OTHERS = {"alerts", "device/mem", "device/token", "dyndns", "password-recovery/verify", "remote/proxywol", "services",
          "speedtest/info", "summary", "voip/fullcalllog/1", "wireless/24/stats", "wireless/acl", "wireless/repeater",
          "wireless/wps"}  # fmt: skip


def recorded(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


def index() -> list[tuple[str, str]]:
    if not FOLDER.is_dir():
        return []
    lines = (FOLDER / "INDEX.tsv").read_text().splitlines()[1:]
    return [(line.split("\t")[0], line.split("\t")[1].removeprefix("GET ")) for line in lines]


@pytest.mark.corpus
@pytest.mark.skipif(not FOLDER.is_dir(), reason="SELFCARE_CORPUS is not set")
def test_every_record_is_read() -> None:
    outcomes = {}
    for name, endpoint in index():
        reader = READERS.get(endpoint, parse.merged if endpoint in OTHERS else None)
        assert reader is not None, f"no reader for {endpoint}"
        outcomes[name] = reader(recorded(name))
    assert len(outcomes) == len(list(FOLDER.glob("*.json"))) and all(value is not None for value in outcomes.values())


@pytest.mark.corpus
@pytest.mark.skipif(not FOLDER.is_dir(), reason="SELFCARE_CORPUS is not set")
def test_figures_of_real_boxes() -> None:
    adsl = parse.device(recorded("device__bbox-ada-F5330b-adsl.json"))
    assert (adsl.model_name, adsl.software_version, adsl.up_time) == ("Bbox Miami / Must", "12.0.20", 608_779)
    assert parse.medium(recorded("device__bbox-ada-F5330b-adsl.json")) is AccessMedium.DSL
    old = recorded("device__bbox-ada-TVW620I.json")
    assert parse.device(old).software_version == "11.1.4" and parse.medium(old) is None
    assert parse.temperature(recorded("device_cpu__bboxpy-F5688b.json")) == pytest.approx(46.407)
    wan = parse.wan(recorded("wan_ip__bboxapi-router-F5330b.json"))
    assert (wan.status, wan.medium, wan.link, wan.mtu) == (
        ConnectionStatus.CONNECTED, AccessMedium.FIBRE, LinkStatus.UP, 1500,
    )  # fmt: skip
    idle = parse.dsl(recorded("wan_xdsl__bboxapi-router-F5330b.json"))
    assert idle.status is LinkStatus.DOWN and idle.down.rate is None and idle.down.noise_margin is None
    wifi = home.wifi(recorded("wireless__bboxpy-F5688b.json"))
    assert [(r.channel, r.auto_channel, r.width) for r in wifi.radios] == [(6, True, 20), (108, True, 160)]
    assert wifi.ssids[1].ssid == "bBOX-STCO-4AC-5GHz" and wifi.shared is False
    hidden = home.wifi(recorded("wireless__hass-bbox2.json"))
    assert hidden.ssids[0].key is None
    hosts = {host.host_name: host for host in home.hosts(recorded("hosts__bboxpy-F5688b.json"))}
    assert (hosts["Host-001"].layer, hosts["Host-001"].phy_down, hosts["Host-001"].signal) == (
        "ethernet",
        1_000_000,
        None,
    )
    assert hosts["Host-004"].layer == "wifi_5"


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["wan", "ip", "link", "xdsl", "stats", "device", "hosts", "list", "wireless", "radio", "ssid", "24", "5", "nat",
         "rules", "dhcp", "clients", "voip", "state", "id", "macaddress", "externalport", "security", "down", "rx",
         "ethernetPort", "parentalcontrol", "scheduler", "channel", "uptime"]), inner, max_size=5),
    max_leaves=30,
)  # fmt: skip


@given(JUNK)
def test_junk_gives_a_value_or_a_named_error(reply: Any) -> None:
    readers = [
        *READERS.values(),
        home.forwards,
        home.guest,
        home.decoders,
        home.reservations,
        parse.traffic,
        parse.optical,
    ]
    for reader in readers:
        try:
            reader(reply)
        except BoxError as error:
            assert error.code is BoxErrorCode.UNREADABLE


class Hostile(Simulator):
    """Lets everybody in, then answers each reading with what it was made for."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self.how = how

    def routes(self, app: web.Application) -> None:
        app.router.add_post("/api/v1/login", self._login)
        app.router.add_post("/api/v1/logout", self._login)
        app.router.add_route("*", "/{rest:.*}", self._answer)

    async def _login(self, request: web.Request) -> web.Response:
        return web.Response(headers={"Set-Cookie": "BBOX_ID=x"})

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if self.how == "huge":
            return web.Response(body=b"[" + b"1," * 3_000_000 + b"1]")
        if self.how == "html":
            return web.Response(text="<html>500</html>", content_type="text/html")
        if self.how == "elsewhere":
            raise web.HTTPFound("http://203.0.113.9/")
        if self.how == "deep":
            return web.Response(text="[" * 200_000)
        if self.how == "other":
            return web.json_response({"success": False, "error_code": "auth_required"})
        raise AssertionError(self.how)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("huge", "too_large"),
        ("html", "unreadable"),
        ("elsewhere", "redirected"),
        ("deep", "unreadable"),
        ("other", "unreadable"),
    ],
)
def test_a_hostile_box_is_named_and_bounded(how: str, code: str) -> None:
    async def ask() -> None:
        async with serving(Hostile(how)) as place:
            assert await DRIVER.recognise(place) is None
            session = BboxSession(place)
            try:
                await session.log_in(credential(Secret("secret-secret"), Manner()))
                await session.wan()
            finally:
                await session.close()

    with pytest.raises(BoxError) as caught:
        asyncio.run(ask())
    assert caught.value.code == code
