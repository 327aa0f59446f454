"""Who gives the PC its address and resolvers: NetworkManager, as on a desktop, or one of the others there are.

Each has its files in the PC's /etc, what is started, and how its interface comes up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.lab.plan import Lan

if TYPE_CHECKING:
    from tests.lab.services import Services

NETWORKD_LINK = """\
[Match]
Name=eth0

[Network]
DHCP=yes
"""

# As Raspberry Pi OS and a Debian server have it: every interface of the PC. The lab's root has systemd-resolved, whose
# package brings a "resolvconf" of its own; a PC with dhcpcd alone has none, and dhcpcd writes resolv.conf itself.
# There is no udev to wait for.
DHCPCD_MORE = """
nodev
allowinterfaces eth0
env resolvconf=not-installed-here
"""

# The very words with which Debian's ifupdown starts it.
DHCLIENT = (
    "dhclient", "-4", "-v", "-i", "-pf", "/run/dhclient.eth0.pid", "-lf", "/var/lib/dhcp/dhclient.eth0.leases", "-I",
    "-df", "/var/lib/dhcp/dhclient6.eth0.leases", "eth0",
)  # fmt: skip
OWN_NUMBER = 77  # of the address that somebody wrote down
STUB = "ln -s ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf"


@dataclass(frozen=True, slots=True)
class Owner:
    """``files``: a script for the PC's own /etc, /run and /var/lib; /etc/resolv.conf is its business alone."""

    files: str
    start: Callable[[Services], None]


def _networkmanager(services: Services) -> None:
    services.start("resolved", services.spaces.pc, "/lib/systemd/systemd-resolved")
    services.start("NetworkManager", services.spaces.pc, "NetworkManager", "--no-daemon")


def _networkd(services: Services) -> None:
    services.start("resolved", services.spaces.pc, "/lib/systemd/systemd-resolved")
    services.start("networkd", services.spaces.pc, "/lib/systemd/systemd-networkd")


def _dhcpcd(services: Services) -> None:
    services.start("dhcpcd", services.spaces.pc, "dhcpcd", "--nobackground")


def _dhclient(services: Services) -> None:
    """It goes into the background by itself once it has a lease."""
    services.start("dhclient", services.spaces.pc, *DHCLIENT)


def _file(services: Services) -> None:
    lan: Lan = services.lan
    services.spaces.pc.ip(
        f"addr add {lan.host(OWN_NUMBER)}/{lan.prefix} brd + dev eth0", "link set eth0 up",
        f"route add default via {lan.box} dev eth0",
    )  # fmt: skip
    text = f"# Written by hand\nsearch home\nnameserver {lan.box}\n"
    services.spaces.pc.run("sh", "-c", "cat > /etc/resolv.conf", text=text)


OWNERS = {
    "networkmanager": Owner(STUB, _networkmanager),
    "networkd": Owner(
        f"""{STUB}
mkdir -p /etc/systemd/network /run/systemd/network /run/systemd/netif
cat > /etc/systemd/network/10-eth0.network <<'END'
{NETWORKD_LINK}END
chown -R systemd-network /run/systemd/netif""",
        _networkd,
    ),
    "dhcpcd": Owner(
        f"""cat >> /etc/dhcpcd.conf <<'END'
{DHCPCD_MORE}END
mkdir -p /var/lib/dhcpcd""",
        _dhcpcd,
    ),
    "dhclient": Owner("mkdir -p /var/lib/dhcp", _dhclient),
    "file": Owner("true", _file),
}


def ready() -> str:
    """A script that ends well once the interface has an address and names resolve, whoever is the owner."""
    return """
for i in $(seq 300); do
  ip -4 -o addr show dev eth0 scope global -tentative | grep -q inet &&
    getent ahostsv4 deb.debian.org > /dev/null && exit 0
  sleep 0.1
done
ip addr; ip route; cat /etc/resolv.conf; exit 1
"""
