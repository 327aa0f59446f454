"""Every fault really breaks what it says and nothing else, and what can be mended mends: one lab, broken live."""

import time

import pytest

from tests.lab import ask
from tests.lab.lab import Lab
from tests.lab.rootfs import why_unavailable
from tests.lab.scenario import Step
from tests.lab.services import wait_for

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]
BOX, ISP, PUBLIC = "192.168.1.1", "80.10.246.2", "9.9.9.9"


@pytest.fixture(scope="module")
def home():
    with Lab("healthy") as made:
        yield made


@pytest.fixture
def lab(home):
    """The shared lab, which every test must leave whole."""
    yield home
    end = time.monotonic() + 10
    while not ask.online(home):
        assert time.monotonic() < end, "a test left the lab broken"
        time.sleep(0.2)


def do(lab, action, **arguments):
    lab.apply(Step(action, arguments))


def test_healthy(lab):
    for server in (BOX, ISP, "80.10.246.129", "9.9.9.9", "86.54.11.100", "80.67.169.12", "1.1.1.1"):
        assert ask.dig(lab, server) == "NXDOMAIN"
        assert ask.dig(lab, server, "www.service-public.fr") == "NOERROR"
        assert ask.dig(lab, server, "www.service-public.fr", "+tcp") == "NOERROR"
    assert ask.fetch(lab, "http://detectportal.firefox.com/success.txt") == (200, "success\n")
    assert ask.fetch(lab, "http://connectivitycheck.gstatic.com/generate_204") == (204, "")
    assert ask.fetch(lab, "http://www.msftconnecttest.com/connecttest.txt") == (200, "Microsoft Connect Test")
    assert ask.fetch(lab, "https://www.impots.gouv.fr/")[0] == 200
    assert ask.fetch(lab, f"http://{BOX}/")[0] == 200
    assert ask.connects(lab, "1.1.1.1", 443) and ask.pings(lab, PUBLIC)


def test_certificates_are_checked(lab):
    """The lab's own root is what makes its sites valid; a wrong name stays wrong."""
    assert ask.fetch(lab, "https://www.lemonde.fr/", "--cacert", "/etc/ssl/certs/ca-certificates.crt")[0] == 0
    assert ask.fetch(lab, "https://www.free.fr/", "--connect-to", "www.free.fr::1.1.1.1:443")[0] == 200
    assert ask.fetch(lab, "https://1.1.1.1/")[0] == 0


def test_path_shows_box_and_isp(lab):
    hops = lab.run(["mtr", "-rnc1", "-i", "0.2", "-G", "0.5", PUBLIC]).stdout
    assert [line.split()[1] for line in hops.splitlines()[2:]] == [BOX, "90.63.20.1", "193.253.82.102", PUBLIC]


def test_upnp_gives_the_public_address(lab):
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><u:GetExternalIPAddress '
        'xmlns:u="urn:schemas-upnp-org:service:WANIPConnection:1"/></s:Body></s:Envelope>'
    )
    action = 'SOAPAction: "urn:schemas-upnp-org:service:WANIPConnection:1#GetExternalIPAddress"'
    status, text = ask.fetch(lab, f"http://{BOX}:5431/ctl/IPConn", "-H", action, "-d", body)
    assert status == 200 and "90.63.21.45" in text


def test_ordinary_user_has_no_power(lab):
    assert lab.run(["id", "-un"], user=True).stdout == "camille\n"
    status = lab.run(["grep", "CapBnd", "/proc/self/status"], user=True).stdout
    assert int(status.split()[1], 16) == 0
    assert lab.run(["ip", "link", "set", "eth0", "down"], user=True).returncode != 0
    assert lab.run(["ping", "-c1", PUBLIC], user=True).returncode == 0
    assert lab.run(["nmcli", "networking", "off"], user=True).returncode != 0
    assert lab.python("-c", "import os; open(os.path.expanduser('~/x'), 'w')", user=True).returncode == 0


def test_adapter_off(lab):
    do(lab, "pc_adapter", on=False)
    assert "DOWN" in lab.run(["ip", "-br", "link", "show", "eth0"]).stdout
    assert not ask.pings(lab, BOX)
    time.sleep(1)
    assert "LOWER_UP" not in lab.run(["ip", "-br", "link", "show", "eth0"]).stdout, "somebody switched it on again"
    do(lab, "pc_adapter", on=True)
    do(lab, "pc_automatic")


def test_networking_off_in_the_desktop(lab):
    do(lab, "pc_networking", on=False)
    assert ask.state(lab) == "unmanaged" and not ask.pings(lab, BOX)
    do(lab, "pc_networking", on=True)


def test_cable_out(lab):
    do(lab, "cable", plugged=False)
    device = lab.run(["ip", "-br", "link", "show", "eth0"]).stdout
    assert "NO-CARRIER" in device and ",UP>" in device, "without carrier, but switched on"
    assert not ask.pings(lab, BOX)
    do(lab, "cable", plugged=True)


def test_manual_address(lab):
    do(lab, "pc_address", address="192.168.0.50/24", gateway="192.168.0.1", dns=["192.168.0.1"])
    assert not ask.pings(lab, BOX) and not ask.resolves(lab)
    do(lab, "pc_address", address="192.168.1.200/24", gateway=BOX, dns=[BOX])
    assert ask.online(lab)
    do(lab, "pc_automatic")


def test_manual_resolver(lab):
    do(lab, "pc_dns", servers=["193.110.81.0"])
    assert not ask.resolves(lab)
    assert ask.dig(lab, BOX) == "NXDOMAIN" and ask.dig(lab, "193.110.81.0") == "timed out"
    do(lab, "pc_dns", servers=[PUBLIC])
    assert ask.online(lab)
    do(lab, "pc_automatic")


def test_hosts_file(lab):
    before = lab.run(["cat", "/etc/hosts"]).stdout
    do(lab, "pc_hosts", lines=["192.168.1.77 www.wikipedia.org"], blocklist=5000)
    assert lab.run(["wc", "-l", "/etc/hosts"]).stdout.split()[0] == str(before.count("\n") + 5001)
    assert lab.run(["getent", "ahostsv4", "www.wikipedia.org"]).stdout.startswith("192.168.1.77")
    assert ask.fetch(lab, "http://www.wikipedia.org/")[0] == 0
    assert ask.online(lab)
    lab.pc.run("sh", "-c", "cat > /etc/hosts", text=before)


def test_default_route_gone(lab):
    do(lab, "pc_default_route", how="deleted")
    assert ask.default_routes(lab) == [] and ask.pings(lab, BOX) and not ask.pings(lab, PUBLIC)
    do(lab, "pc_automatic")
    do(lab, "pc_default_route", how="never")
    assert ask.default_routes(lab) == [] and ask.pings(lab, BOX) and not ask.pings(lab, PUBLIC)
    do(lab, "pc_automatic")


def test_no_dhcp(lab):
    do(lab, "box_dhcp", answer=False)
    do(lab, "pc_reconnect")
    time.sleep(1)
    assert ask.state(lab) == "connecting"
    assert "inet " not in lab.run(["ip", "addr", "show", "eth0"]).stdout
    do(lab, "box_dhcp", answer=True)


def test_frozen_box_keeps_the_link_and_the_lease(lab):
    assert ask.pings(lab, BOX)
    do(lab, "box_frozen", frozen=True)
    assert not ask.pings(lab, BOX) and not ask.connects(lab, BOX, 80)
    lab.pc.run("ip", "neigh", "flush", "dev", "eth0")
    assert not ask.pings(lab, BOX)
    neighbour = lab.run(["ip", "neigh", "show", BOX]).stdout
    assert "FAILED" in neighbour or "INCOMPLETE" in neighbour
    assert lab.run(["ping", "-c1", "-W1", "ff02::2%eth0"]).returncode != 0
    assert ask.state(lab) == "connected"
    assert "192.168.1." in lab.run(["ip", "-4", "addr", "show", "eth0"]).stdout
    do(lab, "box_frozen", frozen=False)
    wait_for("the box is back", lambda: ask.pings(lab, BOX), 8)


def test_box_is_a_router_on_the_link(lab):
    """Even without IPv6 from the ISP somebody answers the all-routers address."""
    assert lab.run(["ping", "-c1", "-W1", "ff02::2%eth0"]).returncode == 0


@pytest.mark.parametrize(
    ("mode", "said"), [("silent", "timed out"), ("refused", "connection refused"), ("servfail", "SERVFAIL")]
)
def test_box_forwarder(lab, mode, said):
    do(lab, "box_dns", mode=mode)
    assert ask.dig(lab, BOX) == said
    assert ask.dig(lab, ISP) == "NXDOMAIN" and ask.dig(lab, PUBLIC) == "NXDOMAIN"
    assert not ask.resolves(lab) and ask.pings(lab, PUBLIC) and ask.pings(lab, BOX)
    do(lab, "box_dns", mode="answer")


def test_dead_line(lab):
    do(lab, "line", up=False)
    assert not ask.pings(lab, PUBLIC) and not ask.pings(lab, "90.63.20.1") and ask.pings(lab, BOX)
    do(lab, "line", up=True)


@pytest.mark.parametrize("mode", ["no_route", "down"])
def test_box_without_wan_says_so(lab, mode):
    do(lab, "box_wan", mode=mode)
    said = lab.run(["ping", "-c8", "-i0.5", "-W1", PUBLIC])  # the kernel says it once a second at most, after five
    assert f"From {BOX}" in said.stdout and "Net Unreachable" in said.stdout
    do(lab, "box_wan", mode="up")


@pytest.mark.parametrize(
    ("mode", "said"),
    [("silent", "timed out"), ("dead", "timed out"), ("refused", "connection refused"), ("servfail", "SERVFAIL")],
)
def test_isp_resolvers(lab, mode, said):
    do(lab, "isp_dns", mode=mode)
    assert ask.dig(lab, ISP) == said
    assert ask.pings(lab, ISP) == (mode != "dead")
    assert ask.dig(lab, PUBLIC) == "NXDOMAIN" and not ask.resolves(lab)
    do(lab, "isp_dns", mode="answer")


def test_blocked_public_resolver(lab):
    do(lab, "public_dns", mode="dead", addresses=[PUBLIC])
    assert ask.dig(lab, PUBLIC) == "timed out" and ask.dig(lab, "1.1.1.1") == "NXDOMAIN"
    assert ask.online(lab)
    do(lab, "public_dns", mode="answer", addresses=[PUBLIC])
    assert ask.dig(lab, PUBLIC) == "NXDOMAIN"


@pytest.mark.parametrize("rest", ["reject", "drop"])
def test_portal(lab, rest):
    do(lab, "portal", rest=rest)
    status, where = ask.fetch(lab, "http://detectportal.firefox.com/success.txt")
    assert (status, where) == (302, "http://portail.hotel-des-pins.fr/connexion")
    assert "form" in ask.fetch(lab, where)[1]
    assert ask.resolves(lab) and not ask.connects(lab, "1.1.1.1", 443)
    assert ask.dig(lab, PUBLIC) != "NXDOMAIN"
    do(lab, "portal", rest="off")


def test_line_delay_rate_and_mtu(lab):
    do(lab, "line", delay_ms=60.0, jitter_ms=0.0)
    rtt = float(lab.run(["ping", "-c1", PUBLIC]).stdout.rpartition(" = ")[2].split("/")[0])
    assert 120 <= rtt < 160
    do(lab, "line", down_kbit=400.0)
    started = time.monotonic()
    script = "for i in 1 2 3 4 5 6 7 8 9 10; do curl -s http://www.lemonde.fr/; done | wc -c"
    size = int(lab.run(["sh", "-c", script]).stdout)
    assert size * 8 / (time.monotonic() - started) < 400_000
    do(lab, "line", mtu=1300)
    assert lab.run(["ping", "-c1", "-W1", "-s", "1200", PUBLIC]).returncode == 0
    assert lab.run(["ping", "-c1", "-W1", "-s", "1400", PUBLIC]).returncode != 0
    do(lab, "line", loss=1.0)
    assert not ask.pings(lab, PUBLIC)
    do(lab, "line")
