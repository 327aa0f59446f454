"""What a real PC has beside its network: our program as its package installs it, a password, somebody at a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from tests.lab.lab import Lab
from tests.lab.mounts import REPO, USER

PASSWORD = "sesame-47"
ASKED = b"Password: "
HESITATES_S = 0.5  # what is typed before the terminal's echo is off is thrown away
INSTALLED = "/usr/libexec/selfcare"


# Where and as the package puts them; polkitd watches the folder of actions, and takes its time.
INSTALLATION = f"""
mkdir -p {INSTALLED}/lib/selfcare
cp -R {REPO}/selfcare/helper {REPO}/selfcare/__init__.py {INSTALLED}/lib/selfcare/
cp {REPO}/installers/linux/selfcare-helper {INSTALLED}/
cp {REPO}/installers/linux/org.selfcare.helper.policy /usr/share/polkit-1/actions/
find {INSTALLED} -name __pycache__ -prune -exec rm -r {{}} +
chown -R root:root {INSTALLED}
chmod -R u=rwX,go=rX {INSTALLED}
chmod 755 {INSTALLED}/selfcare-helper
chmod 644 /usr/share/polkit-1/actions/org.selfcare.helper.policy
sleep 1
"""
FIRST_ACCOUNT = f"""
grep -q '^{USER}:' /etc/shadow || echo '{USER}:!:19000:0:99999:7:::' >> /etc/shadow
sed -i 's/^\\(sudo:.*:\\)\\([^:]*\\)$/\\1{USER}/' /etc/group
echo '{USER}:{PASSWORD}' | chpasswd --crypt-method SHA512
"""


def install_helper(lab: Lab) -> None:
    """The helper and its polkit action."""
    lab.pc.run("sh", "-ec", INSTALLATION)


def give_password(lab: Lab) -> None:
    """The first account of a desktop: a password, and the right to use it for the whole PC."""
    lab.pc.run("sh", "-ec", FIRST_ACCOUNT)


@dataclass(frozen=True, slots=True)
class Session:
    """What was on the terminal, and what the program wrote to its standard output."""

    returncode: int
    stdout: str
    seen: str

    @property
    def asked(self) -> int:
        """How often a password was asked for."""
        return self.seen.count(ASKED.decode().strip())


def at_terminal(lab: Lab, command: Sequence[str], password: str, *, limit_s: float = 90) -> Session:
    """Camille runs a program at a terminal of her own, and types this password whenever she is asked for one."""
    argv, environment = lab.command(command, user=True, terminal=True, may_rise=True)
    environment = {k: v for k, v in environment.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            argv, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env={**environment, "SHELL": "/bin/bash"}
        )
        os.close(theirs)
        stdout, seen = _typed(ours, process, password, time.monotonic() + limit_s)
    finally:
        os.close(ours)
    return Session(process.wait(10), stdout, seen)


def _typed(terminal: int, process: subprocess.Popen[bytes], password: str, end: float) -> tuple[str, str]:
    """Reads both to their ends. The terminal's end is an error, as its other side is closed."""
    assert process.stdout
    output = process.stdout.fileno()
    read: dict[int, bytes] = {terminal: b"", output: b""}
    open_ones = {terminal, output}
    answered = 0
    while open_ones and time.monotonic() < end:
        for each in select.select(list(open_ones), [], [], 0.2)[0]:
            data = b""
            with suppress(OSError):
                data = os.read(each, 65536)
            read[each] += data
            if not data:
                open_ones.discard(each)
        while read[terminal].count(ASKED) > answered:
            answered += 1
            time.sleep(HESITATES_S)
            os.write(terminal, password.encode() + b"\n")
    if open_ones:
        process.kill()
    return read[output].decode(errors="replace"), read[terminal].decode(errors="replace")
