"""Recorded replies of real gateways: each is a model value with the right figures, or a named error."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from aiohttp import web

from selfcare.boxes import soap
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.fritz import parse as fritz
from selfcare.boxes.fritz import parse_home
from selfcare.boxes.igd import DRIVER, description, parse
from selfcare.boxes.wire import Reply
from selfcare.model.box import (
    AccessMedium,
    ConnectionStatus,
    DslLine,
    HostLayer,
    LinkStatus,
    PortMapping,
    Protocol,
    Security,
)
from tests.boxes.base import Simulator, serving
from tests.boxes.fritz import FritzBox

pytestmark = pytest.mark.corpus
ACTION = re.compile(r"<[A-Za-z]+:([A-Za-z]+)Response\b")


@pytest.fixture
def folder() -> Path:
    named = os.environ.get("SELFCARE_CORPUS")
    if not named or not (Path(named) / "igd").is_dir():
        pytest.skip("SELFCARE_CORPUS names no folder with recorded replies (igd)")
    return Path(named) / "igd"


def reply(path: Path) -> Reply:
    text = path.read_bytes()
    return Reply(500 if b"Fault>" in text else 200, (), text)


def values(path: Path) -> dict[str, str]:
    """A SOAP answer by what it says it is: every recorded one is the answer to something."""
    found = reply(path)
    named = ACTION.search(found.text())
    return soap.answer(found, named.group(1) if named else "GetStatusInfo")


READERS: dict[str, Callable[[dict[str, str]], object]] = {
    "GetStatusInfo": lambda x: parse.wan(x, {}, {}),
    "GetExternalIPAddress": lambda x: parse.wan({}, x, {}),
    "GetCommonLinkProperties": lambda x: parse.wan({}, {}, x),
    "GetTotalBytesReceived": lambda x: parse.traffic(x, {}),
    "GetGenericPortMappingEntry": parse.mapping,
    "GetListOfPortMappings": lambda x: parse.listing(x["NewPortListing"]),
}


def read(path: Path) -> object:
    """What the drivers make of it: a description, a model value, the values of an action, or an error."""
    if path.suffix == ".json":
        return json.loads(path.read_text("utf-8"))
    found = reply(path)
    root = found.xml()
    name = soap.local(root)
    if name == "root":
        return description.parse(root, "http://192.168.1.1/d.xml")
    if name == "scpd":
        return [soap.text_of(action, "name") for action in root.iter() if soap.local(action) == "action"]
    if name == "List":
        return parse_home.hosts(root)
    answer = values(path)
    named = ACTION.search(found.text())
    return READERS.get(named.group(1) if named else "", lambda x: x)(answer)


def test_every_recorded_reply_is_a_value_or_a_named_error(folder: Path) -> None:
    files = [path for path in sorted(folder.iterdir()) if path.name != "INDEX.tsv"]
    assert len(files) >= 67
    named: dict[str, BoxErrorCode] = {}
    for path in files:
        try:
            assert read(path) is not None, path.name
        except BoxError as error:
            named[path.name] = error.code
    plain = {"fritz__basicdevicestats_response.txt", "fritz__description_service_names.txt"}
    plain.add("miniupnpc-testdesc__linksys_WAG200G_desc.values")
    assert {name for name, code in named.items() if code is BoxErrorCode.UNREADABLE} == plain, (
        "no reply of a UPnP action"
    )
    refused = {name: code for name, code in named.items() if name not in plain}
    assert all("Fault>" in (folder / name).read_text() for name in refused)


V = "miniupnpd-2.3.1-"
ERRORS = {
    f"{V}cgnat-wan__AddPortMapping.xml": (501, BoxErrorCode.REFUSED),
    f"{V}double-nat-wan__AddPortMapping.xml": (501, BoxErrorCode.REFUSED),
    f"{V}wan-link-down__AddPortMapping.xml": (501, BoxErrorCode.REFUSED),
    f"{V}igd2__AddPortMapping-other-client.xml": (718, BoxErrorCode.CONFLICT),
    f"{V}igdv1__AddPortMapping-other-client.xml": (718, BoxErrorCode.CONFLICT),
    f"{V}igdv1__AddPortMapping-privileged-ERR606.xml": (606, BoxErrorCode.REFUSED),
    f"{V}igd2__GetGenericPortMappingEntry-end-ERR713.xml": (713, BoxErrorCode.NOT_FOUND),
    f"{V}igd2__GetSpecificPortMappingEntry-ERR714.xml": (714, BoxErrorCode.NOT_FOUND),
    f"{V}igd2__unknown-action.xml": (401, BoxErrorCode.UNSUPPORTED),
}


@pytest.mark.parametrize("name", ERRORS)
def test_a_recorded_refusal(name: str, folder: Path) -> None:
    with pytest.raises(soap.UpnpFault) as caught:
        values(folder / name)
    assert (caught.value.number, caught.value.code) == ERRORS[name]


def test_recorded_sessions(folder: Path) -> None:
    for name, state, seconds in (
        ("igd2", ConnectionStatus.CONNECTED, 133),
        ("igdv1", ConnectionStatus.CONNECTED, 1),
        ("double-nat-wan", ConnectionStatus.CONNECTED, 2),
        ("wan-link-down", ConnectionStatus.DISCONNECTED, None),
        ("wan-no-address", ConnectionStatus.DISCONNECTED, None),
    ):
        wan = parse.wan(values(folder / f"{V}{name}__GetStatusInfo.xml"), {}, {})
        assert (wan.status, wan.up_time, wan.last_error) == (state, seconds, None), name
    info = values(folder / f"{V}double-nat-wan__GetStatusInfo.xml")
    empty = values(folder / f"{V}double-nat-wan__GetExternalIPAddress.xml")
    assert (parse.wan(info, empty, {}).ipv4_address, parse.wan(info, empty, {}).public_ipv4) == (None, False)
    # The address was replaced by one of the documentation's, which is not public.
    fine = parse.wan(info, values(folder / f"{V}igdv1__GetExternalIPAddress.xml"), {})
    assert (fine.ipv4_address, fine.public_ipv4, fine.shared_ipv4) == ("203.0.113.107", False, None)
    lite = values(folder / "fritz-dslite__GetExternalIPAddress-empty.xml")
    assert parse.wan(info, lite, {}).public_ipv4 is False


def test_a_daemons_settings_are_no_measurement(folder: Path) -> None:
    for name, link in (("igd2", LinkStatus.UP), ("igdv1", LinkStatus.UP), ("wan-link-down", None)):
        wan = parse.wan({}, {}, values(folder / f"{V}{name}__GetCommonLinkProperties.xml"))
        assert (wan.link, wan.medium, wan.down_capacity, wan.up_capacity) == (link, None, None, None)


def test_recorded_counters(folder: Path) -> None:
    for name, count in (("igd2", 866), ("igdv1", 1076)):
        traffic = parse.traffic(values(folder / f"{V}{name}__GetTotalBytesReceived.xml"), {})
        assert (traffic.received, traffic.sent, traffic.wraps_at) == (count, None, 2**32)
    # The one recorded with its value commented out.
    assert values(folder / "asyncupnp__action_WANCIC_GetTotalPacketsReceived.xml") == {}


def test_recorded_mappings(folder: Path) -> None:
    expected = PortMapping(
        28080, 8081, "192.168.77.10", Protocol.TCP, description="boxb web", lease=3600, origin="upnp", id="tcp:28080"
    )  # type: ignore[arg-type]
    for name in ("igd2", "igdv1"):
        assert parse.mapping(values(folder / f"{V}{name}__GetGenericPortMappingEntry-0.xml")) == expected
    listed = values(folder / f"{V}igd2__GetListOfPortMappings.xml")["NewPortListing"]
    assert parse.listing(listed) == (expected,)


def test_recorded_descriptions(folder: Path) -> None:
    def described(name: str) -> description.Description:
        return description.parse(reply(folder / name).xml(), "http://192.168.77.1:5431/rootDesc.xml")

    for name, version in (("igd2", 2), ("igdv1", 1)):
        found = described(f"{V}{name}__rootDesc.xml")
        assert (found.version, found.friendly_name, found.serial_number) == (version, "boxb test gateway", "0001")
        assert found.udn == "11111111-2222-3333-4444-555555555555" and found.is_gateway
        names = [(one.name, one.control_url) for one in found.services]
        assert ("WANIPConnection", "http://192.168.77.1:5431/ctl/IPConn") in names and len(names) == 2
    other = described("asyncupnp__device.xml")
    assert (other.model_name, [one.name for one in other.services]) == (
        "DummyRouter v1", ["WANCommonInterfaceConfig", "WANIPConnection"],
    )  # fmt: skip


class Replay(Simulator):
    """The recorded daemon: its own descriptions, and the reply recorded for each action."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/{page}", self._page)
        app.router.add_post("/ctl/{service}", self._action)

    def _text(self, name: str, status: int = 200) -> web.Response:
        path = self.folder / f"{V}igd2__{name}.xml"
        if not path.exists():
            return web.Response(status=404)
        return web.Response(body=path.read_bytes(), content_type="text/xml", status=status)

    async def _page(self, request: web.Request) -> web.Response:
        return self._text(request.match_info["page"].removesuffix(".xml"))

    async def _action(self, request: web.Request) -> web.Response:
        name = request.headers["SOAPAction"].strip('"').partition("#")[2]
        if name == "GetListOfPortMappings" and ">UDP<" in await request.text():
            return self._text("GetGenericPortMappingEntry-end-ERR713", 500)
        return self._text(
            {"AddPortMapping": "AddPortMapping-ok", "DeletePortMapping": "DeletePortMapping-ok"}.get(name, name)
        )


def test_the_driver_on_the_recorded_daemon(folder: Path) -> None:
    """Its real service descriptions go through the library's factory."""

    async def main() -> Any:
        box = Replay(folder)
        async with serving(box) as place:
            session = DRIVER.open(place)
            made: Any = session
            mapping = PortMapping(28080, 8081, "192.168.77.10", Protocol.TCP)
            await made.put_forward(mapping)
            await made.delete_forward(mapping)
            posted = [one.body for one in box.asked if "<u:AddPortMapping " in one.body]
            found = await made.device(), await made.wan_traffic(), posted
            await session.close()
            return found

    device, traffic, posted = asyncio.run(main())
    assert (device.model_name, device.api_version, traffic.received) == ("boxb test gateway", "IGD 2", 866)
    names = [
        one.tag
        for one in next(x for x in ElementTree.fromstring(posted[0]).iter() if x.tag.endswith("}AddPortMapping"))
    ]
    assert names == [
        "NewRemoteHost", "NewExternalPort", "NewProtocol", "NewInternalPort", "NewInternalClient", "NewEnabled",
        "NewPortMappingDescription", "NewLeaseDuration",
    ]  # fmt: skip


# -- FRITZ!Box ---------------------------------------------------------------------------------------


def test_recorded_fritz_figures(folder: Path) -> None:
    told = json.loads((folder / "fritz-ha__7530AX-parsed-services.json").read_text("utf-8"))
    link = told["WANCommonInterfaceConfig1"]["GetCommonLinkProperties"]
    line = fritz.dsl(told["WANDSLInterfaceConfig1"]["GetInfo"], {}, link)
    assert isinstance(line, DslLine) and line.status is LinkStatus.UP
    assert (line.down.rate, line.down.max_rate, line.down.noise_margin, line.down.attenuation) == (
        292030,
        315978,
        8.0,
        12.0,
    )
    assert (line.up.rate, line.up.max_rate, line.up.noise_margin, line.up.attenuation) == (46720, 51348, 9.0, 7.0)
    assert (line.down.power, line.down.crc_errors, line.retrains) == (None, None, None)
    wan = fritz.wan(told["WANPPPConnection1"]["GetInfo"], link)
    assert (wan.medium, wan.down_capacity, wan.up_capacity) == (AccessMedium.DSL, 318557.0, 51805.0)
    assert (wan.status, wan.up_time, wan.ipv4_address) == (ConnectionStatus.CONNECTED, 57199, "1.2.3.4")
    device = fritz.device(fritz.described(ElementTree.fromstring("<root/>")), told["DeviceInfo1"]["GetInfo"])
    assert (device.up_time, device.software_version, device.serial_number) == (2518179, "256.07.29", "1CED6F123411")
    network = parse_home.ssid(1, told["WLANConfiguration1"]["GetInfo"], {}, {})
    assert (network.ssid, network.security, network.enable, network.key) == ("MyWifi", Security.WPA2_WPA3, True, None)


def test_recorded_fritz_hosts(folder: Path) -> None:
    hosts = parse_home.hosts(reply(folder / "fritz__devicehostlist.xml").xml())
    assert [(x.host_name, x.ip_address, x.active, x.layer, x.phy_down, x.blocked) for x in hosts] == [
        ("MacBook", "192.168.178.54", True, HostLayer.WIFI, 866_000, False),
        ("fritz.repeater", "192.168.178.34", True, HostLayer.ETHERNET, 100_000, False),
        ("someones-HUAWEI", "192.168.178.32", False, HostLayer.WIFI, None, False),
        ("raspberrypi", "192.168.178.49", True, HostLayer.ETHERNET, 1_000_000, False),
    ]
    assert hosts[0].phys_address == "f8:4d:89:98:4e:71"


def test_the_simulated_fritz_has_only_what_the_recorded_one_has(folder: Path) -> None:
    """Every service, action and argument that the driver is tested with is in a real 7590's description."""
    from fritzconnection.core.processor import Description

    told = json.loads((folder / "fritz__description.json").read_text("utf-8"))
    real = Description.from_data(told[1]).services
    for name, actions in FritzBox().services.items():
        assert name in real, name
        for action, sim in actions.items():
            arguments = real[name].actions[action].arguments
            given = {key for key, one in arguments.items() if one.direction == "in"}
            assert set(sim.ins) == given, f"{name}.{action}"
            assert set(sim.outs) <= set(arguments) - given, f"{name}.{action}: {set(sim.outs) - set(arguments)}"
    assert (
        fritz.described(ElementTree.fromstring("<a><UDN>uuid:739f2409-bccb-40e7-8e6c-989BCB2B93B0</UDN></a>")).uid
        == (told[1]["device"]["attributes"]["UDN"].rpartition("-")[2])
    )
