"""A gateway that means harm: bounded, named, and never led elsewhere."""

from __future__ import annotations

import asyncio
import logging

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfcare.boxes import soap, ssdp
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.igd import DRIVER, description, parse
from selfcare.boxes.ssdp import parse_answer, question, ssdp_search
from selfcare.boxes.wire import Reply
from selfcare.model.box import PortMapping, WanStatus, WanTraffic
from tests.boxes.base import serving
from tests.boxes.igd import IgdBox, Manners

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<root><device><friendlyName>&b;</friendlyName></device></root>"
)


def answers(text: str = "", status: int = 200, kind: str = "text/xml", **headers: str):
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=text, status=status, content_type=kind, headers=headers)

    return answer


async def huge(request: web.Request) -> web.StreamResponse:
    reply = web.StreamResponse()
    await reply.prepare(request)
    for _ in range(64):
        await reply.write(b"<" + b"a" * 65536)
    return reply


HOSTILE = {
    "huge": (huge, BoxErrorCode.TOO_LARGE),
    "elsewhere": (answers(status=302, Location="http://1.1.1.1/"), BoxErrorCode.REDIRECTED),
    "a bomb": (answers(BOMB), BoxErrorCode.UNREADABLE),
    "a web page": (answers("<html><body>Bonjour", kind="text/html"), BoxErrorCode.UNREADABLE),
    "very deep": (answers("<root>" + "<device>" * 14_000 + "</device>" * 14_000 + "</root>"), BoxErrorCode.UNREADABLE),
    "another kind of device": (
        answers("<root><device><deviceType>urn:x:device:MediaServer:1</deviceType></device></root>"),
        BoxErrorCode.NOT_THIS_BOX,
    ),
    "nothing": (answers(), BoxErrorCode.UNREADABLE),
}  # fmt: skip


def reading(box: IgdBox) -> BoxErrorCode:
    async def main() -> BoxErrorCode:
        async with serving(box) as place:
            session = DRIVER.open(place)
            try:
                with pytest.raises(BoxError) as caught:
                    await session.wan()
                return caught.value.code
            finally:
                await session.close()

    return asyncio.run(main())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_description(name: str) -> None:
    box = IgdBox()
    box.instead["/rootDesc.xml"], code = HOSTILE[name]
    # "Another kind" and "no page" leave the second usual name open; here it answers 404.
    expected = (
        {code, BoxErrorCode.NOT_THIS_BOX} if code in (BoxErrorCode.UNREADABLE, BoxErrorCode.NOT_THIS_BOX) else {code}
    )
    assert reading(box) in expected
    assert len(box.asked) <= 2


@pytest.mark.parametrize("name", ["huge", "elsewhere", "a bomb", "a web page", "very deep", "nothing"])
def test_a_hostile_answer(name: str) -> None:
    box = IgdBox()
    box.instead["GetStatusInfo"], code = HOSTILE[name]
    assert reading(box) is code


async def dripping(request: web.Request) -> web.StreamResponse:
    reply = web.StreamResponse()
    await reply.prepare(request)
    for _ in range(1000):
        await reply.write(b"<")
        await asyncio.sleep(0.02)
    return reply


@pytest.mark.parametrize("where", ["/rootDesc.xml", "/conn.xml", "GetStatusInfo"])
def test_an_answer_that_drips_for_ever(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfcare.boxes.igd.pages.LIMIT_S", 0.2)
    box = IgdBox()
    box.instead[where] = dripping
    assert reading(box) is BoxErrorCode.TOO_SLOW


@pytest.mark.parametrize(("name", "code"), [("huge", BoxErrorCode.TOO_LARGE), ("elsewhere", BoxErrorCode.REDIRECTED)])
def test_a_hostile_service_description(name: str, code: BoxErrorCode) -> None:
    box = IgdBox()
    box.instead["/conn.xml"] = HOSTILE[name][0]
    assert reading(box) is code


@pytest.mark.parametrize(
    "base", ["http://1.1.1.1/", "https://127.0.0.1/", "http://evil.example/", "http://a@127.0.0.1/"]
)
def test_a_description_that_leads_elsewhere(base: str) -> None:
    box = IgdBox(manners=Manners(base=base))
    assert reading(box) is BoxErrorCode.REDIRECTED
    assert len(box.asked) == 1


ABSOLUTE = (
    "<service><serviceType>a:WANIPConnection:1</serviceType>"
    "<controlURL>{control}</controlURL><SCPDURL>{scpd}</SCPDURL></service>"
)
HERE = "http://192.168.1.1:5431/d.xml"


@pytest.mark.parametrize(
    "urls",
    [
        {"base": "http://192.168.1.2/"},
        {"control": "http://192.168.1.2/c"},
        {"scpd": "http://192.168.1.2/s"},
        {"scpd": "//192.168.1.2/s"},
        {"control": "https://192.168.1.1/c"},
        {"control": "http://192.168.1.1:99999/c"},
    ],
)
def test_each_url_of_a_description_is_on_the_box(urls: dict[str, str]) -> None:
    def parsed(base: str = HERE, control: str = HERE, scpd: str = HERE) -> description.Description:
        services = ABSOLUTE.format(control=control, scpd=scpd)
        text = f"<root><URLBase>{base}</URLBase><device><serviceList>{services}</serviceList></device></root>"
        return description.parse(Reply(200, (), text.encode()).xml(), HERE)

    assert parsed().is_gateway
    with pytest.raises(BoxError) as caught:
        parsed(**urls)
    assert caught.value.code is BoxErrorCode.REDIRECTED


def test_the_reply_to_another_question_is_none() -> None:
    box = IgdBox()
    box.instead["GetExternalIPAddress"] = answers(
        '<s:Envelope xmlns:s="x"><s:Body><u:GetOther xmlns:u="y"><NewExternalIPAddress>8.8.8.8</NewExternalIPAddress>'
        "</u:GetOther></s:Body></s:Envelope>"
    )
    assert reading(box) is BoxErrorCode.UNREADABLE


def test_an_error_without_a_number_is_unreadable() -> None:
    box = IgdBox()
    box.instead["GetStatusInfo"] = answers("<a><Fault/></a>", status=500)
    assert reading(box) is BoxErrorCode.UNREADABLE


def test_many_devices_and_services_are_not_all_asked() -> None:
    entry = "".join(
        f"<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><controlURL>/{n}</controlURL>"
        f"<SCPDURL>/{n}.xml</SCPDURL></service>"
        for n in range(500)
    )
    box = IgdBox()
    box.instead["/rootDesc.xml"] = answers(f"<root><device><serviceList>{entry}</serviceList></device></root>")
    reading(box)
    assert len(box.asked) <= 1 + 2 * description.MOST_SERVICES + 2


# The machine that runs this may be busy: how long an example takes says nothing here.
anything = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
junk = st.one_of(st.none(), st.text(max_size=30), st.integers(), st.booleans(), st.floats(), st.lists(st.integers()))
names = [
    "NewConnectionStatus", "NewLastConnectionError", "NewUptime", "NewExternalIPAddress", "NewPhysicalLinkStatus",
    "NewTotalBytesReceived", "NewTotalBytesSent", "NewExternalPort", "NewInternalPort", "NewInternalClient",
    "NewProtocol", "NewEnabled", "NewLeaseDuration", "NewRemoteHost", "NewPortMappingDescription",
]  # fmt: skip


@anything
@given(st.dictionaries(st.sampled_from(names), junk))
def test_any_values_give_a_model_value(values: dict[str, object]) -> None:
    assert isinstance(parse.wan(values, values, values), WanStatus)
    assert isinstance(parse.traffic(values, values), WanTraffic)
    found = parse.mapping(values)
    assert found is None or isinstance(found, PortMapping)


pieces = st.sampled_from([
    "<root>", "</root>", "<device>", "</device>", "<serviceList>", "</serviceList>", "<service>", "</service>",
    "x", "<serviceType>a:WANIPConnection:2</serviceType>", "<controlURL>/c</controlURL>",
    "<controlURL>http://[</controlURL>", "<URLBase>http://192.168.1.1:99999/</URLBase>", "<!-- c -->",
    "&amp;", "<deviceList>", "</deviceList>", "\x00", "<?p?>", "<s:Fault>", "<errorCode>718</errorCode>",
    "<errorCode>٣</errorCode>",
    "<GetStatusInfoResponse>", "</GetStatusInfoResponse>",
])  # fmt: skip


@anything
@given(st.lists(pieces, max_size=14).map("".join), st.sampled_from([200, 404, 500]))
def test_any_xml_gives_a_value_or_a_named_error(text: str, status: int) -> None:
    reply = Reply(status, (), text.encode())
    for read in (
        lambda: soap.answer(reply, "GetStatusInfo"),
        lambda: description.parse(reply.xml(), "http://192.168.1.1/d.xml"),
        lambda: parse.listing(text),
    ):
        try:
            read()
        except BoxError as error:
            assert error.code in BoxErrorCode


# -- the search --------------------------------------------------------------------------------------


def answer_of(location: str, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nST: urn:x\r\nUSN: uuid:1\r\nLocation: {location}\r\n\r\n".encode()


def test_only_a_location_on_the_gateway_is_believed() -> None:
    good = parse_answer(answer_of("http://192.168.1.1:5431/rootDesc.xml?a=1"), "192.168.1.1")
    assert good is not None and (good.port, good.path) == (5431, "/rootDesc.xml?a=1")
    for bad in (
        answer_of("http://192.168.1.2/x"), answer_of("https://192.168.1.1/x"), answer_of("http://evil/x"),
        answer_of(""),
        answer_of("http://192.168.1.1@evil/x"), answer_of("http://u:p@192.168.1.1/x"),
        answer_of("http://192.168.1.1:99999/"), answer_of("file:///etc/passwd"),
        answer_of("http://192.168.1.1/x", "404 Not Found"), b"", b"NOTIFY * HTTP/1.1\r\n\r\n",
        answer_of("http://[::1/x"),
    ):  # fmt: skip
        assert parse_answer(bad, "192.168.1.1") is None, bad


@anything
@given(st.binary(max_size=300))
def test_any_datagram_is_an_answer_or_none(data: bytes) -> None:
    parse_answer(b"HTTP/1.1 200 OK\r\n" + data, "192.168.1.1")


class _Announcer(asyncio.DatagramProtocol):
    """Answers every question with all of these, after being deaf to the first few."""

    def __init__(self, locations: list[str], deaf: int = 0) -> None:
        self.locations, self.deaf, self.asked = locations, deaf, list[bytes]()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.asked.append(data)
        if len(self.asked) > self.deaf:
            for location in self.locations:
                self.transport.sendto(answer_of(location), addr)  # type: ignore[attr-defined]


def searched(locations: list[str], deaf: int = 0, wait_s: float = 1.0):
    async def main():
        loop = asyncio.get_running_loop()
        transport, heard = await loop.create_datagram_endpoint(
            lambda: _Announcer(locations, deaf), local_addr=("127.0.0.1", 0)
        )
        try:
            port = transport.get_extra_info("sockname")[1]
            return await ssdp_search("127.0.0.1", port=port, wait_s=wait_s), heard.asked
        finally:
            transport.close()

    return asyncio.run(main())


def test_the_search_finds_the_gateway_among_liars() -> None:
    found, asked = searched(["http://127.0.0.2/a", "http://127.0.0.1:5431/rootDesc.xml", "http://127.0.0.3/b"])
    assert [one.location for one in found] == ["http://127.0.0.1:5431/rootDesc.xml"]
    assert {target for target in (1, 2) if any(f"InternetGatewayDevice:{target}".encode() in x for x in asked)} == {
        1,
        2,
    }


def test_an_answer_from_elsewhere_is_not_heard_even_if_it_names_the_gateway() -> None:
    ear = ssdp._Ear("192.168.1.1", 1)
    for sender in ("192.168.1.2", "192.168.1.1"):
        assert not ear.found
        ear.datagram_received(answer_of("http://192.168.1.1/d"), (sender, 1900))
    assert ear.found and ear.done.is_set()


def test_the_search_asks_again_when_a_datagram_is_lost() -> None:
    found, asked = searched(["http://127.0.0.1/d"], deaf=2)
    assert len(found) == 1 and len(asked) > 2


def test_the_search_ends_when_nobody_answers() -> None:
    assert searched([], wait_s=0.05)[0] == ()
    assert asyncio.run(ssdp_search("::1")) == ()


def test_the_question_is_what_the_standard_wants() -> None:
    text = question("urn:x", "239.255.255.250", 1900).decode()
    assert text.startswith('M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\n')
    assert text.endswith("\r\n\r\n")


def test_the_library_tells_no_log_what_the_box_said(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def main() -> None:
        box = IgdBox()
        async with serving(box) as place:
            session = DRIVER.open(place)
            await session.forwards()
            await session.close()

    asyncio.run(main())
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("async_upnp"))
    assert "192.168.1.20" not in told
