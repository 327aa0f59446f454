"""What each part of the lab sees of the file system: shell scripts run once, inside new mount namespaces."""

from __future__ import annotations

import pwd
import shlex
import sys
from pathlib import Path

from tests.lab.owners import OWNERS
from tests.lab.rootfs import Root

USER = "camille"
SHARED = "/run/lab"  # seen by every part of the lab, and by nobody outside
HOME = f"{SHARED}/home"
HOSTNAME = "pc-camille"
REPO = Path(__file__).resolve().parents[2]


# Accounts of the packages' programs, and where they live (dhcpcd shuts itself up there).
SERVICES = {
    "messagebus": "/nonexistent", "systemd-resolve": "/nonexistent", "systemd-network": "/nonexistent",
    "polkitd": "/nonexistent", "dhcpcd": "/usr/lib/dhcpcd",
}  # fmt: skip

# The bit by which a program runs as root is set by the packages' install scripts, which do not run here; and it shall
# be set on nothing that is left on the machine. So copies have it, in the lab's memory. /usr/libexec/selfcare is what
# an installation would fill.
RAISING = """
mkdir -p /run/layers/raising /run/layers/actions /run/layers/selfcare
for program in /usr/bin/pkexec /usr/lib/polkit-1/polkit-agent-helper-1; do
  copy=/run/layers/raising/${program##*/}
  cp $program $copy
  chmod 4755 $copy
  mount --bind $copy $program
done
cp -a /usr/share/polkit-1/actions/. /run/layers/actions/
mount --bind /run/layers/actions /usr/share/polkit-1/actions
mount --bind /run/layers/selfcare /usr/libexec/selfcare
"""


def user_id() -> int:
    """An ordinary identity that no account of the host has."""
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    return next(number for number in range(1000, 2000) if number not in taken)


def scripts(root: Root, *, connectivity_check: bool, owner: str) -> dict[str, str]:
    manager = NETWORK_MANAGER + (CONNECTIVITY if connectivity_check else "")
    return {
        "base": _base(root),
        "pc": _pc(root, _settings(manager) + OWNERS[owner].files),
        "user": _user(),
    }


def _base(root: Root) -> str:
    usr = _overlay(f"{root.usr}:/usr", "/usr")
    return f"""
mount --make-rprivate /
mount -t proc proc /proc
{usr}
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p {SHARED}
hostname {HOSTNAME}
"""


def _pc(root: Root, settings: str) -> str:
    """A PC of its own: bus, resolver files, NetworkManager's state, and only its devices under /sys."""
    return f"""
mkdir /run/pc
mount -t tmpfs -o mode=755 tmpfs /run/pc
mkdir -p /run/pc/lab /run/pc/dbus /run/pc/systemd /run/pc/user /run/pc/layers
mount --bind {SHARED} /run/pc/lab
mount -n --move /run/pc /run
{_overlay(f"{root.etc}:/etc", "/etc", writable="etc")}
{_overlay("/var/lib", "/var/lib", writable="varlib")}
mount -t sysfs -o ro sysfs /sys
mkdir -p /var/lib/NetworkManager
chmod 700 /var/lib/NetworkManager
{_accounts()}
{RAISING}
{settings}
"""


def _overlay(lower: str, target: str, writable: str | None = None) -> str:
    options = f"lowerdir={lower}"
    lines = []
    if writable:
        layer = f"/run/layers/{writable}"
        lines.append(f"mkdir -p {layer}/up {layer}/work")
        options += f",upperdir={layer}/up,workdir={layer}/work"
    lines.append(f"mount -t overlay -o {shlex.quote(options)} overlay {target}")
    return "\n".join(lines)


def _accounts() -> str:
    """Accounts the packages' install scripts would have made, and the subscriber's own."""
    number = user_id()
    lines = [f"{USER}:x:{number}:{number}:Camille:{HOME}:/bin/bash"]
    groups = [f"{USER}:x:{number}:"]
    have = {entry.pw_name for entry in pwd.getpwall()}
    for offset, (name, home) in enumerate(SERVICES.items()):
        if name not in have:
            lines.append(f"{name}:x:{880 + offset}:{880 + offset}::{home}:/usr/sbin/nologin")
            groups.append(f"{name}:x:{880 + offset}:")
    return f"""
cat >> /etc/passwd <<'END'
{chr(10).join(lines)}
END
cat >> /etc/group <<'END'
{chr(10).join(groups)}
END
mkdir -p {HOME} /run/user/{number}
chown -R {number}:{number} {HOME} /run/user/{number}
chmod 700 {HOME} /run/user/{number}
"""


NETWORK_MANAGER = """\
[main]
plugins=keyfile
dhcp=internal
dns=systemd-resolved
rc-manager=unmanaged
no-auto-default=*

[device-eth0]
match-device=interface-name:eth0,interface-name:eth1
managed=1
"""

CONNECTIVITY = """
[connectivity]
uri=http://network-test.debian.org/nm
response=NetworkManager is online
interval=300
"""

RESOLVED = """\
[Resolve]
FallbackDNS=
LLMNR=no
MulticastDNS=no
DNSSEC=no
"""

NAME_SERVICES = """\
passwd: files
group: files
shadow: files
hosts: files dns
networks: files
services: files
protocols: files
"""

CABLE = """\
[connection]
id={name}
uuid={uuid}
type=ethernet
interface-name={interface}
autoconnect-retries=0

[ipv4]
method=auto

[ipv6]
method=auto
addr-gen-mode=stable-privacy
"""


def _settings(manager: str) -> str:
    """A desktop's settings, less resolv.conf: one cable connection."""
    cable = CABLE.format(name="Connexion filaire 1", uuid="5b1e9d1c-7f4c-4d0e-9b58-0c1c5a0e0001", interface="eth0")
    connections = "/etc/NetworkManager/system-connections"
    return f"""
rm -rf /etc/resolv.conf /etc/hosts /etc/NetworkManager/system-connections /etc/NetworkManager/conf.d
mkdir -p {connections} /etc/systemd /etc/polkit-1/rules.d
printf '127.0.0.1\\tlocalhost\\n127.0.1.1\\t{HOSTNAME}\\n::1\\tlocalhost ip6-localhost ip6-loopback\\n' > /etc/hosts
echo {HOSTNAME} > /etc/hostname
{_file("/etc/nsswitch.conf", NAME_SERVICES)}
{_file("/etc/NetworkManager/NetworkManager.conf", manager)}
{_file("/etc/systemd/resolved.conf", RESOLVED)}
{_file(f"{connections}/cable1.nmconnection", cable)}
chmod 600 {connections}/cable1.nmconnection
chown polkitd /etc/polkit-1/rules.d
"""


def _file(path: str, text: str) -> str:
    return f"cat > {path} <<'END'\n{text}END"


def _user() -> str:
    """The interpreter or the checkout may lie in a folder only root may enter; here others may pass through it."""
    closed = _closed_folders(Path(sys.executable), Path(sys.executable).resolve(), Path(sys.base_prefix), REPO)
    lines = []
    for index, folder in enumerate(closed):
        lines += [_overlay(str(folder), str(folder), writable=f"open{index}"), f"chmod o+x {shlex.quote(str(folder))}"]
    return "\n".join(["true", *lines])


def _closed_folders(*paths: Path) -> list[Path]:
    folders = {parent for path in paths for parent in path.parents}
    return sorted(folder for folder in folders if not folder.stat().st_mode & 0o001)
