"""Changes that rewrite files: byte for byte there again, and said where they cannot be made."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfcare.helper import mechanisms, owner, point, tools
from selfcare.helper.change import Changes
from selfcare.helper.errors import Refusal
from selfcare.helper.host import posix
from selfcare.helper.journal import Journal
from selfcare.helper.mechanisms import gai, hosts

HOSTS = (
    b"127.0.0.1\tlocalhost\n192.168.1.77 www.example.com  shop.example # mine\n"
    b"# 1.2.3.4 www.example.com\r\n0.0.0.0\tads.example"
)
ARGS: dict[str, dict[str, Any]] = {
    "hosts.disable": {"names": ["www.example.com"]},
    "ipv4.prefer": {"on": True},
    "dns.set": {"interface": "eth0", "servers": ["9.9.9.9", "2620:fe::fe"]},
    "proxy.off": {},
}


@pytest.fixture
def etc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small /etc and home of our own."""
    folder = tmp_path / "etc"
    (tmp_path / "home/.config/environment.d").mkdir(parents=True)
    folder.mkdir()
    (folder / "hosts").write_bytes(HOSTS)
    (folder / "gai.conf").write_bytes(b"# comment\nprecedence ::/0 10\nlabel ::1/128 0")
    (folder / "resolv.conf").write_bytes(b"# by hand\nnameserver 192.168.1.66\nsearch home\noptions edns0")
    (tmp_path / "home/.config/kioslaverc").write_bytes(
        b"[Proxy Settings]\nProxyType=1\nhttpProxy=http://10.0.0.9 3128\n"
    )
    (tmp_path / "home/.profile").write_bytes(b"umask 022\nexport HTTPS_PROXY=http://10.0.0.9:3128\nexport PATH\n")
    monkeypatch.setattr(hosts, "HOSTS", folder / "hosts")
    monkeypatch.setattr(gai, "GAI", folder / "gai.conf")
    monkeypatch.setattr(owner, "RESOLV_CONF", folder / "resolv.conf")
    monkeypatch.setattr(owner, "dns_owner", lambda interface: owner.PLAIN)
    monkeypatch.setattr(tools, "find", lambda name: None)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return folder


def everything(folder: Path) -> dict[str, Any]:
    found = {}
    for path in sorted(folder.parent.rglob("*")):
        if "journal" not in path.parts:
            about = path.lstat()
            owners = (about.st_mode, about.st_uid, about.st_gid)
            found[str(path)] = (path.readlink() if path.is_symlink() else path.is_file() and path.read_bytes(), owners)
    return found


def changes(folder: Path) -> Changes:
    return Changes(Journal(folder.parent / "journal"), mechanisms.find)


@pytest.mark.parametrize("verb", ARGS)
def test_there_again_byte_for_byte(verb: str, etc: Path) -> None:
    (etc / "hosts").chmod(0o640)
    before = everything(etc)
    entry = changes(etc).apply(verb, ARGS[verb], 30)
    assert everything(etc) != before
    changes(etc).undo(entry.name)
    assert everything(etc) == before


class Killed(BaseException):
    """The power goes."""


@pytest.mark.parametrize("verb", ARGS)
def test_power_cut_at_every_moment(verb: str, etc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(etc)
    number, rounds = 0, 0
    while True:
        number += 1
        left = [number]

        def reached(name: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Killed

        monkeypatch.setattr(point, "reached", reached)
        try:
            entry = changes(etc).apply(verb, ARGS[verb], 30)
            changes(etc).undo(entry.name)
        except Killed:
            rounds += 1
            monkeypatch.setattr(point, "reached", lambda name: None)
            changes(etc).recover()
            assert everything(etc) == before, number
            continue
        break
    assert rounds >= 20 and everything(etc) == before


def test_only_the_named_hosts_are_disabled(etc: Path) -> None:
    changes(etc).apply("hosts.disable", ARGS["hosts.disable"], 30)
    assert (etc / "hosts").read_bytes() == (
        b"127.0.0.1\tlocalhost\n# selfcare: 192.168.1.77 www.example.com  shop.example # mine\n"
        b"192.168.1.77\tshop.example\n"
        b"# 1.2.3.4 www.example.com\r\n0.0.0.0\tads.example"
    )


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(st.sampled_from("ab. 1\t#\n\r\f:"), max_size=80), rest=st.binary(max_size=20))
def test_no_hosts_file_is_damaged(text: str, rest: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever the file holds: no line is lost, the names no longer lead anywhere, and the rest still does."""
    old = text.encode() + rest
    path = tmp_path_factory.getbasetemp() / "hosts"
    path.write_bytes(old)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hosts, "HOSTS", path)
        made = hosts.disabled({"names": ["a", "b.a"]}).get(path, old)
        path.write_bytes(made)
        assert hosts.disabled({"names": ["a", "b.a"]}) == {}, "once is enough"
    if made != old:
        assert mapped(made) == {pair for pair in mapped(old) if pair[1].rstrip(".") not in ("a", "b.a")}


def mapped(data: bytes) -> set[tuple[str, str]]:
    """Address and name pairs, as the C library reads them."""
    pairs = set()
    for line in data.decode(errors="surrogateescape").split("\n"):
        words = line.partition("#")[0].split()
        pairs |= {(words[0], name.lower()) for name in words[1:]}
    return pairs


def test_the_table_of_addresses_is_whole(etc: Path) -> None:
    changes(etc).apply("ipv4.prefer", ARGS["ipv4.prefer"], 30)
    lines = [line for line in (etc / "gai.conf").read_text().splitlines() if line.startswith("precedence")]
    assert lines[-1] == "precedence ::ffff:0:0/96 100" and len(lines) == 5
    assert "# selfcare: precedence ::/0 10" in (etc / "gai.conf").read_text()


def test_no_gai_conf_before_none_after(etc: Path) -> None:
    (etc / "gai.conf").unlink()
    entry = changes(etc).apply("ipv4.prefer", ARGS["ipv4.prefer"], 30)
    assert stat.S_IMODE((etc / "gai.conf").stat().st_mode) == 0o644
    changes(etc).undo(entry.name)
    assert not (etc / "gai.conf").exists()


def test_resolv_conf_that_is_a_link_becomes_a_link_again(etc: Path) -> None:
    (etc / "resolv.conf").rename(etc / "real.conf")
    (etc / "resolv.conf").symlink_to("real.conf")
    before = everything(etc)
    entry = changes(etc).apply("dns.set", ARGS["dns.set"], 30)
    assert (
        etc / "resolv.conf"
    ).read_text() == "nameserver 9.9.9.9\nnameserver 2620:fe::fe\nsearch home\noptions edns0\n"
    assert (etc / "real.conf").read_bytes() == before[str(etc / "real.conf")][0]
    changes(etc).undo(entry.name)
    assert everything(etc) == before


def test_a_dhcp_client_that_wrote_it_meanwhile_is_left_alone(etc: Path) -> None:
    entry = changes(etc).apply("dns.set", ARGS["dns.set"], 30)
    (etc / "resolv.conf").write_text("nameserver 192.168.1.1\n")
    with pytest.raises(Refusal, match="changed_since"):
        changes(etc).settle(entry.name)
    assert (etc / "resolv.conf").read_text() == "nameserver 192.168.1.1\n"


def test_proxies_of_kde_and_the_session_go_off(etc: Path) -> None:
    session = etc.parent / "home/.config/environment.d/proxy.conf"
    session.write_text("http_proxy=http://10.0.0.9:3128\nLANG=fr_FR.UTF-8\n")
    changes(etc).keep(changes(etc).apply("proxy.off", {}, 30).name)
    assert "ProxyType=0\n" in (etc.parent / "home/.config/kioslaverc").read_text()
    assert session.read_text() == "# selfcare: http_proxy=http://10.0.0.9:3128\nLANG=fr_FR.UTF-8\n"
    assert "\n# selfcare: export HTTPS_PROXY=" in (etc.parent / "home/.profile").read_text()
    with pytest.raises(Refusal, match="nothing to change"):
        changes(etc).apply("proxy.off", {}, 30)


def test_an_account_without_a_home_is_told_and_the_helper_lives(etc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", none)
    with pytest.raises(Refusal, match="not understood"):
        changes(etc).apply("proxy.off", {}, 30)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be led into another's home")
@pytest.mark.parametrize("whose", ["home", "home/.config"])
def test_root_writes_nothing_in_another_user_s_home(etc: Path, monkeypatch: pytest.MonkeyPatch, whose: str) -> None:
    """As with a ``sudo`` that keeps HOME: the other could swap a folder for a link while root is writing there."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(etc.parent / "home/.config"))
    os.chown(etc.parent / whose, 1, 1)
    before = everything(etc)
    with pytest.raises(Refusal, match="protected"):
        changes(etc).apply("proxy.off", {}, 30)
    assert everything(etc) == before


# -- files that cannot be changed: said, and not crashed on --------------------------------------


def protected(etc: Path) -> str:
    before = everything(etc)
    with pytest.raises(Refusal) as caught:
        changes(etc).apply("hosts.disable", ARGS["hosts.disable"], 30)
    assert everything(etc) == before
    return caught.value.code


def test_a_folder_in_its_place(etc: Path) -> None:
    (etc / "hosts").unlink()
    (etc / "hosts").mkdir()
    assert protected(etc) == "failed"


def test_mounted_from_elsewhere(etc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posix, "_mounted", lambda: {str(etc / "hosts")})
    assert protected(etc) == "protected"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mark a file")
def test_immutable(etc: Path) -> None:
    marked = subprocess.run(["chattr", "+i", str(etc / "hosts")], capture_output=True, check=False)
    if marked.returncode:
        pytest.skip("this disk has no such mark")
    try:
        assert protected(etc) == "protected"
    finally:
        subprocess.run(["chattr", "-i", str(etc / "hosts")], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
def test_an_ordinary_user_is_told_that_it_needs_a_privilege(etc: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path\n"
        "from selfcare.helper import files; from selfcare.helper.errors import Refusal\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try: files.check_changeable(Path('/etc/hosts'))\n"
        "except Refusal as error: sys.exit(0 if error.code in ('needs_privilege', 'protected') else 1)\n"
        "sys.exit(2)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0


def test_large_hosts_files_of_advertisement_blockers(etc: Path) -> None:
    more = b"".join(b"0.0.0.0 ads%d.example\n" % number for number in range(120_000))
    (etc / "hosts").write_bytes(HOSTS + b"\n" + more)
    before = everything(etc)
    entry = changes(etc).apply("hosts.disable", ARGS["hosts.disable"], 30)
    changes(etc).undo(entry.name)
    assert everything(etc) == before
