"""A real Postfix on loopback, from a folder of its own: nothing of it is installed, and it ends with the test.

Mail for ``isp.example`` goes into the pipe of ``docs/desk.md``; everything else to the test's own server (``out``).
"""

from __future__ import annotations

import os
import re
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deskserver.operator import ROOT, Operator, free
from tests.deskserver.real.debian import unpacked
from tests.deskserver.real.tls import Own

USER = "nobody"
"""Whom the pipe runs the desk as: it owns the desk's folder, and has no home."""
_OWNED = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace")


@dataclass
class Postfix:
    folder: Path
    port: int
    there: Path

    def env(self) -> dict[str, str]:
        return {"MAIL_CONFIG": str(self.folder), "PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": str(self.libraries)}

    @property
    def libraries(self) -> Path:
        return self.there / "usr/lib/postfix"

    def log(self) -> str:
        path = self.folder / "mail.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def send(self, raw: bytes, sender: str = "zoe@example.org", to: str = "desk@isp.example") -> None:
        """Until Postfix has taken it."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as server:
            server.sendmail(sender, [to], raw)

    def until(self, wanted: str, times: int = 1, wait_s: float = 60.0) -> None:
        """Its log says so."""
        ended = time.monotonic() + wait_s
        while len(re.findall(wanted, self.log())) < times:
            assert time.monotonic() < ended, self.log()[-4000:]
            time.sleep(0.1)

    def again(self) -> None:
        """What it keeps is tried now."""
        subprocess.run([str(self.there / "usr/sbin/postqueue"), "-f"], env=self.env(), check=True)


def pipe_of_the_documents() -> str:
    """The line for ``master.cf``."""
    text = (ROOT / "docs/desk.md").read_text(encoding="utf-8")
    found = re.search(r"^desk unix .*$", text, re.M)
    assert found
    return found[0]


def main_of_the_documents() -> str:
    """Those for ``main.cf``."""
    found = re.search(r"^# main\.cf\n((?:[a-z_]+ = .*\n)+)", (ROOT / "docs/desk.md").read_text(encoding="utf-8"), re.M)
    assert found
    return found[1]


@contextmanager
def postfix(operator: Operator, made: Own, out: int) -> Iterator[Postfix]:
    """``out``: the port of a server that takes what leaves."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("Postfix has to be started as root")
    there = unpacked("postfix")
    folder = Path(tempfile.mkdtemp(prefix="selfcare-postfix-"))
    folder.chmod(0o755)
    found = Postfix(folder, free(), there)
    _write(found, operator, made, out)
    process = subprocess.Popen([str(there / "usr/lib/postfix/sbin/master"), "-c", str(folder), "-d"],
                               env=found.env(), cwd=folder, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        ended = time.monotonic() + 20
        while True:
            with closing(socket.socket()) as one:
                if one.connect_ex(("127.0.0.1", found.port)) == 0:
                    break
            assert process.poll() is None and time.monotonic() < ended, found.log()
            time.sleep(0.05)
        yield found
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _write(found: Postfix, operator: Operator, made: Own, out: int) -> None:
    folder, there = found.folder, found.there
    queue, data = folder / "queue", folder / "data"
    for path in (queue, data, *(queue / one for one in (*_OWNED, "maildrop", "public", "pid"))):
        path.mkdir()
    for path in (data, *(queue / one for one in _OWNED)):
        shutil.chown(path, "daemon")
        path.chmod(0o700)
    for name, mode in (("maildrop", 0o730), ("public", 0o710)):
        shutil.chown(queue / name, "daemon", "mail")
        (queue / name).chmod(mode)
    for path in (made.certificate, made.key):
        shutil.copy(path, folder)
    program = folder / "selfcare"  # as an installed one: no folder, no home, no language of anybody's
    program.write_text(f'#!/bin/sh\ncd {ROOT} && exec {operator.line("mail")[0]} -m selfcare "$@"\n')
    program.chmod(0o755)
    (folder / "transport").write_text("desk@isp.example desk:\n")
    line = pipe_of_the_documents()
    for ours, theirs in (("user=desk", f"user={USER}"), ("/opt/selfcare/bin/selfcare", str(program)),
                         ("/etc/selfcare-desk/desk.toml", str(operator.config))):  # fmt: skip
        assert line.count(ours) == 1, ours
        line = line.replace(ours, theirs)
    (folder / "master.cf").write_text(_MASTER.format(port=found.port, desk=line))
    own = main_of_the_documents().replace("/etc/postfix/", f"{folder}/")
    (folder / "main.cf").write_text(
        _MAIN.format(folder=folder, there=there, libraries=found.libraries, out=out) + own
    )  # fmt: skip


_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {libraries}/sbin
command_directory = {there}/usr/sbin
shlib_directory = {libraries}
meta_directory = {there}/etc/postfix
mail_owner = daemon
setgid_group = mail
import_environment = MAIL_CONFIG LANG=C LD_LIBRARY_PATH={libraries}
maillog_file = {folder}/mail.log
maillog_file_prefixes = /tmp
myhostname = mx.isp.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
alias_maps =
local_recipient_maps =
smtpd_tls_cert_file = {folder}/certificate.pem
smtpd_tls_key_file = {folder}/key.pem
smtpd_tls_security_level = may
disable_dns_lookups = yes
default_transport = smtp:[127.0.0.1]:{out}
minimal_backoff_time = 1s
queue_run_delay = 1s
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
postlog unix-dgram n - n - 1 postlogd
{desk}
"""
