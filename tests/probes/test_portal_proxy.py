"""The network's sign-in service, proxies and their scripts."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes import portal_api, proxy_use
from probes.hostnet import leases
from probes.hostnet.proxies import ProxySetting, parse_kde
from probes.wire import fetching, pac
from probes.wire.fetching import Answer
from selfcare.model.payloads.address import Activation, AddressPayload, IpConfig, Lease, Method
from selfcare.model.payloads.online import ApiStatus, ProxyUse
from selfcare.model.payloads.routes import ProxyPayload
from selfcare.model.probe import CannotRun
from tests.probes.support import PAGE, context, tcp

JSON = "application/captive+json"


def lease(portal: str | None) -> dict[str, AddressPayload]:
    found = Lease("192.168.1.1", (), (), None, None, None, portal)
    config = IpConfig("eth0", (), Method.DHCP, Activation.ACTIVE, (), Method.DHCP, lease=found)
    return {"addr.lease": AddressPayload((config,), "eth0", None)}


def api(text: str, kind: str = JSON, status: int = 200) -> tuple[ApiStatus, bool | None, str | None]:
    got = portal_api.judge("portal.example", Answer(status, kind, text, connected=True))
    return got.status, got.captive, got.user_portal_url


def test_the_service_says_captive_and_where_to_sign_in() -> None:
    page = "https://portal.example/in"
    said = {"captive": True, "user-portal-url": page, "seconds-remaining": 5}
    assert api(json.dumps(said)) == (ApiStatus.ANSWERED, True, page)
    assert api('{"captive": false}') == (ApiStatus.ANSWERED, False, None)


@pytest.mark.parametrize(("text", "kind", "status"), [
    ('{"captive": true}', "text/html", 200), ('{"captive": true}', JSON, 404), ('{"captive": "yes"}', JSON, 200),
    ("[" * 5000, JSON, 200), ("", JSON, 200), ("null", JSON, 200),
])  # fmt: skip
def test_what_is_no_rfc_8908_is_nobodys_word(text: str, kind: str, status: int) -> None:
    assert api(text, kind, status) == (ApiStatus.MALFORMED, None, None)


@pytest.mark.parametrize(
    "page", ["http://portal/", "javascript:alert(1)", 'https://a"b', "https://a b", 7, "https://é"]
)
def test_a_page_that_cannot_be_shown_is_not(page: object) -> None:
    assert api(json.dumps({"captive": True, "user-portal-url": page})) == (ApiStatus.ANSWERED, True, None)


def test_what_the_lease_offers_decides_what_is_asked() -> None:
    with pytest.raises(CannotRun):
        asyncio.run(portal_api.measure(context(lease(None))))
    none = asyncio.run(portal_api.measure(context(lease(portal_api.UNRESTRICTED))))
    assert (none.status, none.captive) == (ApiStatus.UNRESTRICTED, False)
    plain = asyncio.run(portal_api.measure(context(lease("http://portal.example/api"))))
    assert plain.status is ApiStatus.NOT_SECURE
    dead = asyncio.run(portal_api.measure(context(lease("https://127.0.0.1:1/api"))))
    assert (dead.status, dead.captive) == (ApiStatus.SILENT, None)


@given(st.text(max_size=60))
def test_any_offer_ends_in_a_payload(url: str) -> None:
    host = "127.0.0.1:1/"  # never a name: nothing may be asked of the bare machine's resolver
    asyncio.run(portal_api.measure(context(lease(f"https://{host}{url}"))))


def test_option_114_in_each_clients_lease() -> None:
    url = "https://portal.example/api"
    assert leases.from_nm({"v4_captive_portal": url}).captive_portal == url
    networkd = leases.parse_networkd(f"ADDRESS=192.168.1.2\nCAPTIVE_PORTAL={url}\n")
    assert networkd is not None
    assert networkd.captive_portal == url
    dhclient = leases.parse_dhclient(f'lease {{\n option default-url "{url}";\n}}\n')
    assert dhclient is not None
    assert dhclient.captive_portal == url
    packet = leases.parse_packet(b"\0" * 236 + b"\x63\x82\x53\x63" + bytes((114, len(url))) + url.encode() + b"\xff")
    assert packet is not None
    assert packet.captive_portal == url


@given(st.binary(max_size=300))
def test_any_answer_can_be_read(data: bytes) -> None:
    assert fetching.parse(data).connected


SCRIPT = "function FindProxyForURL(url, host) {{ return {}; }}"


@pytest.mark.parametrize(("returns", "found"), [
    ('"DIRECT"', (None,)),
    ('"PROXY p.example:3128"', (("PROXY", "p.example", 3128),)),
    ("'PROXY p.example:3128; DIRECT'", (("PROXY", "p.example", 3128), None)),
    ('"SOCKS5 [2001:db8::1]:1080"', (("SOCKS5", "2001:db8::1", 1080),)),
    ('"PROXY p.example:99999"', ()),
])  # fmt: skip
def test_what_a_script_can_answer(returns: str, found: object) -> None:
    assert pac.choices(SCRIPT.format(returns)) == found


@given(st.text(max_size=300))
def test_any_text_is_a_script_or_none(text: str) -> None:
    assert pac.choices(text) is None or "FindProxyForURL" in text
    pac.choices("FindProxyForURL" + text)


def test_kde_keeps_the_whole_address_of_a_script() -> None:
    text = "[Proxy Settings]\nProxyType=2\nProxy Config Script=http://pac.example:81/a/b.pac?x=1\n"
    assert parse_kde(text) == ProxySetting("kde", "http://pac.example:81", True, "http://pac.example:81/a/b.pac?x=1")


def use(answer: bytes, setting: ProxySetting | None = None, monkeypatch: pytest.MonkeyPatch | None = None) -> ProxyUse:
    """What comes of a proxy on loopback that always says the same."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()

    asked: list[bytes] = []

    async def run() -> ProxyUse:
        async with tcp(talk) as port:
            shown = f"http://127.0.0.1:{port}"
            made = replace(setting or ProxySetting("test", None), url=shown, script=f"{shown}/p.pac")
            assert monkeypatch is not None
            monkeypatch.setattr("probes.hostnet.proxies.read", lambda: made)
            payloads = {"proxy.settings": ProxyPayload("test", shown, made.pac, True)}
            payload = await proxy_use.measure(context(payloads))
            if not made.pac:
                assert asked[0].startswith(f"GET http://{PAGE.host}{PAGE.path} ".encode())
            return ProxyUse(payload.use)

    return asyncio.run(run())


@pytest.mark.parametrize(("answer", "meaning"), [
    (b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsuccess\n", ProxyUse.WORKS),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother", ProxyUse.ALTERED),
    (b"HTTP/1.1 407 No\r\n\r\n", ProxyUse.WANTS_PASSWORD),
    (b"HTTP/1.1 503 No\r\n\r\n", ProxyUse.REFUSES),
    (b"", ProxyUse.SILENT),
])  # fmt: skip
def test_what_a_proxy_does(answer: bytes, meaning: ProxyUse, monkeypatch: pytest.MonkeyPatch) -> None:
    assert use(answer, monkeypatch=monkeypatch) is meaning


@pytest.mark.parametrize(("script", "meaning"), [
    ('return "DIRECT";', ProxyUse.DIRECT),
    ('return "PROXY 127.0.0.1:1";', ProxyUse.UNREACHABLE),
    # Programs go on without it, as they are told.
    ('return "PROXY 127.0.0.1:1; DIRECT";', ProxyUse.UNKNOWN),
    ('return a ? "PROXY 127.0.0.1:1" : "PROXY 127.0.0.1:2";', ProxyUse.UNKNOWN),
])  # fmt: skip
def test_what_a_script_leads_to(script: str, meaning: ProxyUse, monkeypatch: pytest.MonkeyPatch) -> None:
    body = f"function FindProxyForURL(u, h) {{ {script} }}".encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    assert use(answer, ProxySetting("test", None, True), monkeypatch) is meaning


def test_a_script_that_is_a_page_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"
    assert use(answer, ProxySetting("test", None, True), monkeypatch) is ProxyUse.NO_SCRIPT
